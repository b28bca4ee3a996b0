"""PostgreSQL answers every request as SQLite does."""

import re

import pytest
from fastapi.testclient import TestClient

from newskb.api.app import create_app
from newskb.api.explorer.reference import parameters_of
from newskb.settings import Settings

RELEVANCE = "relevance"
"""An order that each database has its own measure for."""
NOT_COMPARED = {
    *("/v1/sql", "/v1/actors/suggest"),  # need a parameter: asked below
    *("/v1/exports", "/v1/exports/{key}", "/v1/exports/{key}/file", "/v1/exports/{key}/manifest"),  # files, not rows
    *("/v1/queries/{name}", "/v1/decisions/{key}"),  # there are none
}


@pytest.fixture(scope="module")
def postgres_client(make_postgres, fill_database):
    with make_postgres() as database:
        fill_database(database)
        app = create_app(Settings(database_url=database.url.render_as_string(hide_password=False), sql_max_rows=100))
        with TestClient(app, raise_server_exceptions=False) as client:
            yield client
        app.state.database.dispose()


def without_times(text):
    """An answer without what says when and in which kind of database it was stored."""
    return re.sub(r'\d{4}-\d\d-\d\dT[\d:]+\+00:00|"elapsed_ms":[\d.]+|"kind":"(sqlite|postgresql)"', "", text)


def test_both_databases_give_the_same_answers(client, postgres_client, keys):
    asked = 0
    document = client.app.openapi()
    for path, methods in document["paths"].items():
        if "get" not in methods or path in NOT_COMPARED:
            continue
        resource = path.split("/")[2] if path.startswith("/v1/") else ""
        parameters = parameters_of(methods["get"], document["components"])
        orders = [p["schema"]["enum"] for p in parameters if p["name"] == "sort"]
        for question in [
            "",
            *(f"?sort={order}&limit=3" for order in (orders[0] if orders else ()) if order != RELEVANCE),
        ]:
            address = path.replace("{key}", keys.get(resource, "")) + question
            first, second = (c.get(address) for c in (client, postgres_client))
            assert (first.status_code, without_times(first.text)) == (200, without_times(second.text)), address
            asked += 1
    assert asked > 60


@pytest.mark.parametrize(
    "address",
    [
        "/v1/articles?q=harbour+-wire&format=csv",
        "/v1/events?participant=nordvik&country=NO&min_sources=2&include=evidence",
        "/v1/claims?relation=contradicts&about=Q900001",
        "/v1/actors/suggest?q=nord",
        "/v1/articles?duplicates=skip&undated=exclude&exclude_source=Muster+Post&format=jsonl",
        "/v1/sql?sql=SELECT+type,count(*)+AS+n+FROM+events+GROUP+BY+type",
        "/v1/places?near=59.9,10.7,5",
    ],
)
def test_both_databases_understand_the_same_questions(client, postgres_client, address):
    first, second = (c.get(address) for c in (client, postgres_client))
    assert (first.status_code, second.status_code) == (200, 200)
    assert without_times(first.text) == without_times(second.text)


def test_every_page_is_shown_over_postgres_too(postgres_client, keys):
    for address in ("/", "/imports", "/docs", "/map", *(f"/{r}" for r in keys if r not in ("mentions", "exports"))):
        assert postgres_client.get(address).status_code == 200
    for resource in ("articles", "events", "actors", "quotes", "claims", "stories"):
        assert postgres_client.get(f"/{resource}/{keys[resource]}").status_code == 200


def test_the_saved_queries_run_on_postgres_too(postgres_client):
    for query in postgres_client.get("/v1/queries").json()["data"]:
        assert postgres_client.get(f"/sql?query={query['name']}").status_code == 200, query["title"]
