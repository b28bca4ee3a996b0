"""Exports as jobs: asked for, written in a process, fetched."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import signal
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from newskb.api import schemas
from newskb.api.app import create_app
from newskb.exports.formats import FORMATS
from newskb.jobs.exportqueue import ExportQueue
from newskb.settings import Settings


@pytest.fixture
def serving(database_url, tmp_path):
    """Makes applications over the filled database with a folder of exports of the test's own."""
    made = []

    def make(**more):
        settings = Settings(database_url=database_url, exports=tmp_path / "exports", **more)
        made.append(TestClient(create_app(settings), raise_server_exceptions=False))
        return made[-1]

    yield make
    for client in made:
        client.app.state.exports.close()
        client.app.state.database.dispose()


def done(client, **body):
    """The export of a question, when it is done."""
    asked = client.post("/v1/exports", json=body)
    assert asked.status_code == 202, asked.text
    client.app.state.exports.wait()
    return schemas.Export.model_validate(client.get(asked.headers["location"]).json())


def test_an_export_is_asked_for_watched_and_fetched_with_its_manifest(serving):
    client = serving()
    export = done(client, format="csv", what="quotes", filters={"quote_type": "direct"})
    assert (export.status, export.detail, export.counts) == ("done", None, {"rows": 1})
    answer = client.get(export.file)
    assert answer.headers["content-type"].startswith("text/csv")
    assert export.name in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["type"] for row in rows] == ["direct"]
    assert export.hash == f"sha256:{hashlib.sha256(answer.content).hexdigest()}"
    assert export.size == len(answer.content)
    manifest = client.get(export.manifest).json()
    assert manifest["query"] == {"format": "csv", "what": "quotes", "filters": {"quote_type": ["direct"]}}


def test_a_range_of_a_file_is_of_its_own_bytes_also_for_those_who_take_packed_answers(serving):
    client = serving()
    export = done(client, format="csv", what="articles")
    whole = client.get(export.file)
    assert len(whole.content) == export.size > 2_000
    assert whole.headers["content-encoding"] == "identity"
    part = client.get(export.file, headers={"Range": "bytes=5-1999", "Accept-Encoding": "gzip"})
    assert part.status_code == 206
    assert part.content == whole.content[5:2000]


def test_every_format_can_be_asked_for(serving):
    client = serving()
    keys = [client.post("/v1/exports", json={"format": name}).json()["key"] for name in FORMATS]
    client.app.state.exports.wait()
    for key in keys:
        told = client.get(f"/v1/exports/{key}").json()
        assert (told["status"], told["detail"]) == ("done", None)
        assert client.get(told["file"]).status_code == 200
    assert [row["key"] for row in client.get("/v1/exports").json()["data"]].count(keys[0]) == 1
    listed = client.get("/v1/exports/formats").json()["formats"]
    assert [row["name"] for row in listed] == list(FORMATS)


def test_the_filters_of_an_export_mean_what_they_mean_on_a_list(serving):
    client = serving()
    export = done(client, format="jsonl", filters={"participant": ["Ada Nordvik"], "quad_code": 1})
    keys = [json.loads(line)["key"] for line in client.get(export.file).text.splitlines()]
    listed = client.get("/v1/events?participant=Ada Nordvik&quad_code=1").json()["data"]
    assert sorted(row["key"] for row in listed) == keys
    assert keys


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"format": "gdlet"}, "did you mean 'gdelt'"),
        ({"format": "csv", "what": "event"}, "did you mean 'events'"),
        ({"format": "csv", "filters": {"event_typ": "PROTEST"}}, "did you mean 'event_type'"),
        ({"format": "csv", "filters": {"event_type": "PROTSET"}}, "did you mean 'PROTEST'"),
        ({"format": "csv", "filters": {"event_type": []}}, "needs a value"),
        ({"format": "csv", "filters": {"q": "\x00"}}, "NUL"),
        ({"format": "csv", "filters": {"actor": ["x" * 300_000, "y" * 300_000]}}, "too long"),
        ({"format": "sqlite", "filters": {"actor": "x"}}, "takes no filters"),
        ({"format": "csv", "limit": 5}, "limit"),
        ({}, "format"),
        ([], ""),
    ],
)
def test_what_cannot_be_exported_is_told_with_what_to_change(serving, body, told):
    answer = serving().post("/v1/exports", json=body)
    assert answer.status_code in (400, 422)  # 422: the body has not the shape of a question
    assert told in answer.text


def test_an_export_that_is_not_there_is_a_404_and_one_not_done_a_409(serving, monkeypatch):
    client = serving()
    for address in ("", "/file", "/manifest"):
        assert client.get(f"/v1/exports/exp-none{address}").status_code == 404
        assert client.get(f"/v1/exports/..%2f..%2fetc{address}").status_code == 404
    monkeypatch.setattr(ExportQueue, "wake", lambda queue: None)
    key = client.post("/v1/exports", json={"format": "csv"}).json()["key"]
    assert client.get(f"/v1/exports/{key}").json()["status"] == "queued"
    assert client.get(f"/v1/exports/{key}/file").status_code == 409


def test_the_same_question_waits_once_and_too_many_are_told_to_come_back(serving, monkeypatch):
    client = serving(max_waiting_exports=2)
    monkeypatch.setattr(ExportQueue, "wake", lambda queue: None)
    first = client.post("/v1/exports", json={"format": "csv"})
    again = client.post("/v1/exports", json={"format": "csv"})
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["key"] == again.json()["key"]
    assert client.post("/v1/exports", json={"format": "tsv"}).status_code == 202
    full = client.post("/v1/exports", json={"format": "ftm"})
    assert full.status_code == 503
    assert int(full.headers["retry-after"]) > 0


def test_what_waited_when_the_server_stopped_is_written_by_the_next(serving, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(ExportQueue, "wake", lambda queue: None)
        key = serving().post("/v1/exports", json={"format": "csv"}).json()["key"]
    with serving() as client:
        client.app.state.exports.wait()
        assert client.get(f"/v1/exports/{key}").json()["status"] == "done"


def test_an_export_left_running_by_a_server_that_is_gone_is_interrupted(serving, monkeypatch):
    client = serving()
    queue = client.app.state.exports
    with monkeypatch.context() as patch:
        patch.setattr(ExportQueue, "wake", lambda queue: None)
        key = client.post("/v1/exports", json={"format": "csv"}).json()["key"]
    queue._write(replace(queue.get(key), status="running"))
    told = client.get(f"/v1/exports/{key}").json()
    assert (told["status"], "ask for the export again" in told["detail"]) == ("interrupted", True)


def test_an_export_whose_process_dies_has_failed_and_says_how(serving, monkeypatch):
    client = serving()
    queue = client.app.state.exports
    start = queue._start

    def start_and_kill():
        process = start()
        os.kill(process.pid, signal.SIGKILL)
        return process

    monkeypatch.setattr(queue, "_start", start_and_kill)
    key = client.post("/v1/exports", json={"format": "csv"}).json()["key"]
    queue.wait()
    told = client.get(f"/v1/exports/{key}").json()
    assert told["status"] == "failed"
    assert "ended with status -9" in told["detail"]


def test_ended_exports_go_when_all_together_are_too_large(serving):
    client = serving(max_exports_bytes=1)
    first = done(client, format="csv")
    second = done(client, format="tsv")
    assert client.get(f"/v1/exports/{first.key}").status_code == 404
    assert client.get(f"/v1/exports/{second.key}").status_code == 200


def test_an_export_needs_a_key_where_the_server_is_open_to_nobody(serving):
    client = serving(open_to="nobody")
    for answer in (client.post("/v1/exports", json={"format": "csv"}), client.get("/v1/exports")):
        assert answer.status_code == 401
