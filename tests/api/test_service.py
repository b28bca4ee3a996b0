"""What the server tells of itself: its state, what was measured, and what is missing."""

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from newskb import plover
from newskb.api import schemas
from newskb.api.app import create_app
from newskb.settings import Settings
from newskb.store.coverage import coverage

ROOT = Path(__file__).resolve().parents[2]


def test_the_quality_is_what_the_evaluation_says(client):
    told = schemas.Quality.model_validate(client.get("/v1/quality").json())
    shown = {
        (score.about, score.set, score.measure): (
            f"{score.value:.0f} of {score.of}" if score.of is not None else f"{score.value:.3f}".lstrip("0") or "0"
        )
        for score in told.scores
    }
    page = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
    written = {
        (title, *row[:2]): row[2]
        for title, body in re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", page, re.M | re.S)
        for row in re.findall(r"^\| (?!set )([^|]+) \| ([^|]+) \| ([^|]+) \|$", body, re.M)
    }
    assert shown == written
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", told.measured_on)
    assert json.loads(files("newskb").joinpath("quality.json").read_text()) == json.loads(told.model_dump_json())


def test_the_quads_hold_every_type_once(client):
    quads = client.get("/v1/ontology").json()["quads"]
    assert [quad["code"] for quad in quads] == [1, 2, 3, 4]
    assert sorted(kind for quad in quads for kind in quad["types"]) == sorted(plover.TYPES)


def test_what_is_missing_is_counted(client):
    told = schemas.Coverage.model_validate(client.get("/v1/coverage").json())
    assert told.articles == 28
    assert told.gaps.model_dump() == {
        "undated": 1, "without_source": 0, "not_english": 0, "language_unknown": 0, "not_read": 25,
        "nothing_found": 0, "unlinked": 0,
    }  # fmt: skip
    assert [(row.reason, row.articles) for row in told.unread] == [("language", 25)]
    assert {(row.reason, row.severity) for row in told.issues} == {("bad-json", "skipped"), ("future-date", "skipped")}
    assert all(row.meaning != row.reason for row in told.issues)
    assert sum(row.articles for row in told.by_source) == 28
    assert [len(client.get(f"/v1/coverage?limit={n}").json()["by_source"]) for n in (1, 2)] == [1, 2]
    assert client.get("/v1/coverage?limit=0").status_code == 400
    assert client.get("/v1/coverage?limits=1").status_code == 400


def test_what_is_missing_is_the_same_on_both_databases(client, fill_database, make_postgres):
    with make_postgres() as database:
        fill_database(database)
        with database.read() as connection:
            on_postgres = coverage(connection, sources=50)
    with client.app.state.database.read() as connection:
        assert coverage(connection, sources=50) == on_postgres


def test_the_status_says_how_the_server_is_set_up(client, database_url):
    told = schemas.Status.model_validate(client.get("/v1/status").json())
    assert (told.database.kind, told.database.ready, told.database.authority) == ("sqlite", True, "test")
    assert told.imports.latest.status == "done"
    assert told.open == ["read", "sql"]  # the test's client calls the server by another name than this machine's
    app = create_app(Settings(database_url=database_url, sql_max_rows=7, open_scopes="read"))
    told = TestClient(app).get("/v1/status").json()
    assert (told["limits"]["sql_max_rows"], told["open"]) == (7, ["read"])
    app.state.database.dispose()


@pytest.mark.parametrize("path", ["/v1/status", "/metrics"])
def test_a_server_without_a_database_tells_its_status_all_the_same(tmp_path, path):
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path / 'none.db'}"))
    answer = TestClient(app).get(path)
    assert answer.status_code == 200
    if path == "/v1/status":
        assert answer.json()["database"]["ready"] is False
    app.state.database.dispose()
