"""Every error is a problem document (RFC 9457), whatever was asked and however it failed."""

import pytest
from fastapi.testclient import TestClient

from newskb.api.app import create_app
from newskb.api.schemas import Problem
from newskb.settings import Settings
from newskb.store.filters import RESOURCES


def problem(answer, status):
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    found = Problem.model_validate(answer.json())
    assert found.status == status
    assert found.type.startswith("urn:newskb:problem:")
    return found


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_key_that_nothing_has_is_not_found(client, resource):
    found = problem(client.get(f"/v1/{resource}/none"), 404)
    assert "'none'" in found.detail
    assert found.instance == f"/v1/{resource}/none"


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1", "/v1/events/", "/v1/events/a/b/c", "/openapi.yaml"])
def test_an_address_that_does_not_exist_is_a_problem(client, path):
    assert "/docs" in problem(client.get(path), 404).detail


def test_a_method_that_is_not_allowed_is_a_problem_that_names_those_that_are(client):
    answer = client.delete("/v1/events")
    problem(answer, 405)
    assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"sql": 1}', b'{"sql": "\\ud800"}', b'{"sql": "SELECT 1", "\\ud800": 1}', b"\xff"],
)
def test_a_body_that_cannot_be_read_is_a_problem(client, body):
    answer = client.post("/v1/sql", content=body, headers={"content-type": "application/json"})
    assert problem(answer, answer.status_code).status in (400, 422)


def test_a_body_that_is_too_large_is_refused_also_when_it_comes_in_pieces(client):
    large = b'{"sql": "' + b"x" * Settings().max_body_bytes + b'"}'
    kind = {"content-type": "application/json"}
    assert "1,048,576 bytes" in problem(client.post("/v1/sql", content=large, headers=kind), 413).detail
    pieces = (large[start : start + 65_536] for start in range(0, len(large), 65_536))
    problem(client.post("/v1/sql", content=pieces, headers=kind), 413)


def test_a_validation_problem_says_where(client):
    body = client.post("/v1/sql", json={"sql": "SELECT 1", "limit": 0}).json()
    assert [error["where"] for error in body["errors"]] == ["body.limit"]
    assert problem(client.get("/v1/actors/suggest"), 422).type == "urn:newskb:problem:invalid-request"


@pytest.mark.parametrize("host", ["[", "a b", "x" * 300, "\x7f"])
def test_a_strange_host_header_does_no_harm(client, host):
    assert client.get("/v1/events?limit=1", headers={"host": host}).status_code == 200
    problem(client.get("/v1/nothing", headers={"host": host}), 404)


def test_a_database_that_is_not_there_is_said_so(tmp_path):
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path / 'none.db'}"))
    with TestClient(app, raise_server_exceptions=False) as client:
        assert "newskb db upgrade" in problem(client.get("/v1/events"), 500).detail
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (503, "not ready")
        assert client.get("/healthz").json() == {"status": "ok", "problems": []}
        page = client.get("/", headers={"accept": "text/html"})
        assert page.status_code == 500
        assert "newskb db upgrade" in page.text
    app.state.database.dispose()


def test_an_unexpected_failure_is_a_problem_that_gives_nothing_away(client):
    class Broken:
        def read(self, **_how):
            raise RuntimeError("the secret of the server")

    working, client.app.state.database = client.app.state.database, Broken()
    try:
        answer = client.get("/v1/events")
    finally:
        client.app.state.database = working
    assert "secret" not in answer.text
    assert "RuntimeError" in problem(answer, 500).detail


def test_a_reader_with_a_browser_gets_a_page(client):
    answer = client.get("/nothing", headers={"accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>Not Found</h1>" in answer.text
    problem(client.get("/v1/nothing", headers={"accept": "text/html"}), 404)


def test_the_server_is_ready_when_the_database_is(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "problems": []})
