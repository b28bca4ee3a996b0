"""Who may do what: without a key, with one, from this machine, from another one, from the page of another site."""

import re

import pytest
from fastapi import Depends, Request
from fastapi.testclient import TestClient

from newskb.api.access import caller, is_loopback, require_scope
from newskb.api.app import create_app
from newskb.settings import Settings
from newskb.store.access import SCOPES, create_key, revoke_key
from newskb.store.database import Database

WATCHDOGS = {"/healthz", "/readyz"}
HERE = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def secrets(database_url):
    """Scope to the secret of a key that has it alone."""
    database = Database(database_url)
    with database.begin() as connection:
        found = {scope: create_key(connection, f"a {scope} key", (scope,))[1] for scope in SCOPES}
        revoked, found["revoked"] = create_key(connection, "a revoked key", ("admin",))
        revoke_key(connection, revoked.key)
    database.dispose()
    return found


@pytest.fixture
def serving(database_url):
    """Makes clients of servers with the settings given; ``peer`` is the address that the client has."""
    apps = []

    def make(peer="127.0.0.1", **settings):
        app = create_app(Settings(database_url=database_url, **settings))

        @app.post("/v1/test/import", dependencies=[Depends(require_scope("import"))])
        @app.post("/v1/test/curate", dependencies=[Depends(require_scope("curate"))])
        def change() -> str:
            return "done"

        apps.append(app)
        return TestClient(app, base_url=HERE, client=(peer, 50_000), raise_server_exceptions=False)

    yield make
    for app in apps:
        app.state.database.dispose()


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


def test_every_address_but_the_watchdogs_is_closed_where_nothing_is_open(serving):
    client = serving(open_to="nobody")
    included = [item.original_router for item in client.app.routes if hasattr(item, "original_router")]
    asked = [(route, method) for router in included for route in router.routes for method in route.methods]
    assert len(asked) > 50
    open_to_all = set()
    for route, method in asked:
        status = client.request(method, re.sub(r"\{\w+\}", "x", route.path)).status_code
        if status != 401:
            open_to_all.add(route.path)
    assert open_to_all == WATCHDOGS


def test_reads_and_sql_are_open_on_loopback(serving):
    client = serving()
    assert client.get("/v1/events").status_code == 200
    assert client.get("/v1/sql", params={"sql": "SELECT 1"}).status_code == 200
    assert client.get("/").status_code == 200
    assert client.post("/v1/test/import").status_code == 200
    assert client.post("/v1/test/curate").status_code == 401


@pytest.mark.parametrize("path", ["/v1/events", "/v1/sql?sql=SELECT 1", "/v1/stats", "/", "/articles"])
@pytest.mark.parametrize(
    "settings", [{"host": "0.0.0.0"}, {"host": "192.0.2.1"}, {"open_to": "nobody"}, {"peer": "192.0.2.7"}]
)
def test_everything_needs_a_key_when_the_server_is_bound_to_another_address(serving, secrets, settings, path):
    client = serving(**settings)
    answer = client.get(path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="newskb"'
    assert "newskb keys create" in answer.json()["detail"]
    assert client.get(path, headers=bearer(secrets["admin"])).status_code == 200
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_a_browser_is_asked_for_the_key_as_a_password(serving, secrets):
    client = serving(host="0.0.0.0")
    answer = client.get("/articles", headers={"accept": "text/html"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Basic realm="newskb"'
    assert client.get("/articles", auth=("anybody", secrets["read"])).status_code == 200


def test_a_key_opens_its_scopes_alone(serving, secrets):
    client = serving(host="0.0.0.0")
    for scope, secret in secrets.items():
        got = {
            "read": client.get("/v1/events", headers=bearer(secret)).status_code,
            "sql": client.get("/v1/sql?sql=SELECT 1", headers=bearer(secret)).status_code,
            "import": client.post("/v1/test/import", headers=bearer(secret)).status_code,
            "curate": client.post("/v1/test/curate", headers=bearer(secret)).status_code,
        }
        refused = 401 if scope == "revoked" else 403
        assert got == {name: 200 if scope in (name, "admin") else refused for name in got}, scope


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer x", "Bearer newskb_x", "Digest a", "Basic !", "Basic " + "A" * 2_000, "Basic /w==", "\xff"],
)
def test_a_key_that_is_wrong_is_never_taken_for_none(serving, header):
    client = serving()
    assert client.get("/v1/events", headers={"Authorization": header.encode("latin-1")}).status_code == 401


def test_everyone_reads_where_the_settings_say_so_and_changes_nothing(serving):
    client = serving(host="0.0.0.0", open_to="everyone", open_scopes="read,import", peer="192.0.2.7")
    assert client.get("/v1/events").status_code == 200
    assert client.get("/v1/sql?sql=SELECT 1").status_code == 401
    assert client.post("/v1/test/import").status_code == 401


def test_this_machine_curates_where_the_settings_say_so(serving):
    assert serving(open_scopes="read,curate").post("/v1/test/curate").status_code == 200
    assert serving(open_scopes="read").post("/v1/test/import").status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": HERE, "sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"origin": "http://evil.example", "sec-fetch-site": "cross-site"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://["}, 403),
        ({"origin": "http://127.0.0.1:9000"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"host": "evil.example", "origin": "http://evil.example", "sec-fetch-site": "same-origin"}, 401),
        ({"host": "["}, 401),
    ],
)
def test_the_page_of_another_site_changes_nothing_without_a_key(serving, headers, status):
    assert serving().post("/v1/test/import", headers=headers).status_code == status


def test_a_password_that_a_browser_keeps_is_no_leave_for_other_sites(serving, secrets):
    client = serving(host="0.0.0.0")
    away = {"origin": "http://evil.example", "sec-fetch-site": "cross-site"}
    assert client.post("/v1/test/import", auth=("", secrets["import"]), headers=away).status_code == 403
    assert client.post("/v1/test/import", auth=("", secrets["import"])).status_code == 200
    assert client.post("/v1/test/import", headers=bearer(secrets["import"]) | away).status_code == 200


def test_a_change_is_written_down_with_the_name_of_the_key(serving, secrets):
    client = serving()

    @client.app.get("/v1/test/who", dependencies=[Depends(require_scope("curate"))])
    def who(request: Request) -> str:
        return caller(request)

    assert client.get("/v1/test/who", headers=bearer(secrets["curate"])).json() == "a curate key"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True), ("127.9.9.9", True), ("localhost", True), ("::1", True), ("[::1]", True),
        ("::ffff:127.0.0.1", True), ("0.0.0.0", False), ("::", False), ("192.0.2.1", False), ("example.org", False),
    ],
)  # fmt: skip
def test_this_machine_alone_is_told_by_its_address(host, expected):
    assert is_loopback(host) is expected
