"""Dashboards that poll get 304 until something was written, compressed answers, and from other sites when allowed."""

import pytest
from fastapi.testclient import TestClient

from newskb.api.app import create_app
from newskb.settings import Settings
from newskb.store import meta

ADDRESSES = (
    "/v1/events?limit=1",
    "/v1/events/count",
    "/v1/articles/timeline",
    "/v1/quotes/facets",
    "/v1/claims/aggregate",
    "/v1/articles/map",
    "/v1/articles?format=csv",
    "/v1/changes?limit=1",
    "/v1/actors/Q900001",
)


@pytest.fixture
def served(database, fill_database):
    fill_database(database)
    url = database.url.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url, cors_origins="https://dash.example"))
    with TestClient(app) as client:
        yield client, database
    app.state.database.dispose()


def test_nothing_is_sent_again_until_something_was_written(served):
    client, database = served
    tags = {}
    for address in ADDRESSES:
        tags[address] = client.get(address).headers["etag"]
        again = client.get(address, headers={"if-none-match": f'"other", {tags[address]}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tags[address])
    assert len(set(tags.values())) == len(ADDRESSES)
    with database.begin() as connection:
        meta.put(connection, "told", "anew")
    for address, tag in tags.items():
        answer = client.get(address, headers={"if-none-match": tag})
        assert (answer.status_code, answer.headers["etag"] == tag) == (200, False), address


def test_a_date_of_whole_seconds_is_given_once_it_is_certain(served):
    client, database = served
    with database.begin() as connection:
        pass
    assert "last-modified" not in client.get("/v1/events").headers
    with database.engine.begin() as connection:
        meta.put(connection, "written_at", "2021-05-04T10:11:12.500000+00:00")
    answer = client.get("/v1/events")
    assert answer.headers["last-modified"] == "Tue, 04 May 2021 10:11:12 GMT"

    def status(**headers):
        return client.get("/v1/events", headers={k.replace("_", "-"): v for k, v in headers.items()}).status_code

    assert status(if_modified_since="Tue, 04 May 2021 10:11:12 GMT") == 304
    assert status(if_modified_since="Tue, 04 May 2021 10:11:11 GMT") == 200
    assert status(if_modified_since="yesterday") == 200
    assert status(if_modified_since="Tue, 04 May 2021 10:11:12 GMT", if_none_match='"other"') == 200
    assert "last-modified" not in client.get("/v1/articles?timespan=7d").headers


def test_errors_have_no_validators(served):
    client, _database = served
    answer = client.get("/v1/events/evt-none")
    assert (answer.status_code, "etag" in answer.headers) == (404, False)


def test_what_is_long_is_compressed_for_those_who_can_read_it(served):
    client, _database = served
    answer = client.get("/v1/articles", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in client.get("/v1/articles", headers={"accept-encoding": "identity"}).headers
    assert "content-encoding" not in client.get("/v1/events/count", headers={"accept-encoding": "gzip"}).headers


def test_only_sites_that_were_named_may_read(served):
    client, _database = served
    allowed = client.get("/v1/events?limit=1", headers={"origin": "https://dash.example"})
    assert allowed.headers["access-control-allow-origin"] == "https://dash.example"
    assert "Link" in allowed.headers["access-control-expose-headers"]
    assert (
        "access-control-allow-origin" not in client.get("/v1/events", headers={"origin": "https://e.example"}).headers
    )


def test_without_a_setting_no_other_site_may_read(client):
    answer = client.get("/v1/events", headers={"origin": "https://dash.example"})
    assert "access-control-allow-origin" not in answer.headers
