"""Uploads: taken piece by piece, imported one after another in the background, told honestly, and never twice."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from newskb.api import schemas
from newskb.api.app import create_app
from newskb.jobs.setup import prepare
from newskb.jobs.spool import RUNNING, Spool, fit
from newskb.settings import Settings
from newskb.store.imports import finish_import, start_import, status_of

HERE = "http://127.0.0.1:8000"
ARTICLES = [
    {
        "id": "a1",
        "date": "2021-05-04",
        "source": "Muster Post",
        "text": "Ada Nordvik met Berit Sund in Oslo on Monday.",
    },
    {"id": "a2", "date": "2021-05-05", "source": "Muster Post", "text": "Berit Sund denied that she met Ada Nordvik."},
]
LINES = "\n".join(json.dumps(article) for article in ARTICLES).encode()


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """A database with the authority in it, which tests copy."""
    path = tmp_path_factory.mktemp("ready") / "newskb.db"
    prepare(Settings(database_url=f"sqlite:///{path}")).dispose()
    return path


@pytest.fixture
def serving(ready, tmp_path):
    """Makes clients of servers over one database of the test's own."""
    path = tmp_path / "newskb.db"
    path.write_bytes(ready.read_bytes())
    apps = []

    def make(**settings):
        app = create_app(Settings(database_url=f"sqlite:///{path}", **settings))
        apps.append(app)
        return TestClient(app, base_url=HERE, raise_server_exceptions=False)

    yield make
    for app in apps:
        app.state.importer.close()
        app.state.database.dispose()


@pytest.fixture
def idle(serving):
    """A client of a server that takes uploads and never begins to import."""

    def make(**settings):
        client = serving(**settings)
        client.app.state.importer.close()
        return client

    return make


def test_an_upload_is_imported_in_the_background_and_only_once(serving):
    client = serving()
    taken = client.post("/v1/imports?filename=dump.jsonl", content=LINES + b"\n{broken")
    assert taken.status_code == 202
    job = schemas.Import.model_validate(taken.json())
    assert (job.status, job.files, job.size) == ("queued", ["dump.jsonl"], len(LINES) + 8)
    assert taken.headers["location"] == f"/v1/imports/{job.key}"
    client.app.state.importer.wait()

    done = schemas.Import.model_validate(client.get(f"/v1/imports/{job.key}").json())
    assert (done.status, done.articles, done.skipped, done.files_read, done.detail) == ("done", 2, 1, 1, None)
    assert done.progress.stage == "merge"
    assert done.finished_at >= done.started_at >= done.queued_at
    assert client.get("/v1/articles/count").json() == {"count": 2}
    assert client.get("/v1/events/count").json()["count"] >= 1

    issues = client.get(f"/v1/imports/{job.key}/errors").json()
    assert [(issue["reason"], issue["record"]) for issue in issues["data"]] == [("bad-json", 2)]
    assert issues["data"][0]["path"].endswith("/dump.jsonl")
    assert str(client.app.state.spool.folder) not in json.dumps(issues)
    assert client.get(f"/v1/imports/{job.key}/errors?reason=no-text").json()["data"] == []
    assert list(client.app.state.spool.files.iterdir()) == []

    again = client.post("/v1/imports?filename=dump.jsonl", content=LINES + b"\n{broken").json()
    client.app.state.importer.wait()
    again = client.get(f"/v1/imports/{again['key']}").json()
    assert (again["status"], again["articles"]) == ("done", 0)
    assert client.get("/v1/articles/count").json() == {"count": 2}


def test_a_form_brings_several_files_and_says_of_what_kind_they_are(idle):
    client = idle()
    files = [("file", ("a/../one.jsonl", LINES)), ("file", ("two?.csv", b"text,date\nHello there.,2021-05-04\n"))]
    taken = client.post("/v1/imports", files=files, data={"source": "Sample Courier"})
    assert taken.status_code == 202
    job = taken.json()
    assert (job["files"], job["source"], job["format"]) == (["one.jsonl", "two_.csv"], "Sample Courier", "auto")
    [waiting] = client.app.state.spool.jobs()
    assert [(client.app.state.spool.files / path).stat().st_size for path in waiting.paths] == [len(LINES), 34]


def test_what_waits_already_is_not_taken_twice(idle):
    client = idle()
    first = client.post("/v1/imports?filename=a.jsonl", content=LINES)
    second = client.post("/v1/imports?filename=a.jsonl", content=LINES)
    other = client.post("/v1/imports?filename=a.jsonl&source=Muster Post", content=LINES)
    assert (first.status_code, second.status_code, other.status_code) == (202, 200, 202)
    assert first.json()["key"] == second.json()["key"] != other.json()["key"]


@pytest.mark.parametrize(
    ("how", "status", "told"),
    [
        ({"content": b""}, 400, "empty"),
        ({"content": LINES, "params": {"format": "jsonx"}}, 400, "'format' is one of"),
        ({"content": LINES, "params": {"source": "x" * 301}}, 400, "'source'"),
        ({"content": LINES, "params": {"sourc": "x"}}, 400, "did you mean 'source'"),
        ({"files": {"file": ("a", LINES)}, "data": {"colour": "red"}}, 400, "unknown parameter 'colour'"),
        ({"files": {"file": ("a", LINES)}, "data": {"source": "x" * 4_100}}, 400, "longer than"),
        ({"files": {"file": ("a", LINES)}, "data": {"source": "b"}, "params": {"source": "a"}}, 400, "leave one"),
        ({"files": {"file": ("a", b"")}}, 400, "empty"),
        ({"content": LINES, "headers": {"content-type": "multipart/form-data"}}, 400, "boundary"),
        ({"content": LINES, "headers": {"content-type": "multipart/form-data; boundary=x"}}, 400, "cannot be read"),
        ({"content": b"--x\r\n", "headers": {"content-type": "multipart/form-data; boundary=x"}}, 400, "in the middle"),
        ({"content": b"x" * 5_001}, 413, "5,000 bytes"),
        ({"files": {"file": ("a", b"x" * 5_001)}}, 413, "5,000 bytes"),
    ],
)
def test_an_upload_that_cannot_be_used_leaves_nothing_behind(idle, how, status, told):
    client = idle(max_upload_bytes=5_000)
    answer = client.post("/v1/imports", **how)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert told in answer.json()["detail"]
    spool = client.app.state.spool
    assert spool.jobs() == []
    assert [path.name for path in spool.folder.rglob("*") if path.is_file()] == []


def test_too_many_that_wait_are_asked_to_come_back_later(idle):
    client = idle(max_waiting_imports=1)
    assert client.post("/v1/imports", content=LINES).status_code == 202
    answer = client.post("/v1/imports", content=LINES + b"\n")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0


def test_imports_are_listed_by_page_the_waiting_ones_first(idle):
    client = idle()
    database = client.app.state.database
    with database.begin() as connection:
        for number in range(3):
            begun = start_import(connection, {"paths": [f"{number}.jsonl"], "format": "auto"})
            if number:
                finish_import(connection, begun)
    waiting = [client.post(f"/v1/imports?filename={n}", content=LINES).json()["key"] for n in range(2)]
    seen, address = [], "/v1/imports?limit=2"
    while address:
        answer = client.get(address)
        seen += answer.json()["data"]
        address = answer.links.get("next", {}).get("url")
    assert {row["key"] for row in seen[:2]} == set(waiting)
    assert [(row["files"], row["status"]) for row in seen[2:]] == [
        (["2.jsonl"], "done"), (["1.jsonl"], "done"), (["0.jsonl"], "running"),
    ]  # fmt: skip
    assert "command" in seen[-1]["detail"]
    assert client.get("/v1/imports?cursor=imp-none").status_code == 400
    assert client.get("/v1/imports/imp-none").status_code == 404
    assert client.get("/v1/imports/imp-none/errors").status_code == 404
    assert client.get("/v1/imports/%00").status_code == 404
    assert client.get(f"/v1/imports/{waiting[0]}/errors").json()["data"] == []


def test_an_import_that_a_server_left_in_the_middle_is_interrupted_and_goes_on_when_uploaded_again(serving):
    client = serving()
    spool = client.app.state.spool
    file = spool.receive()
    file.write(LINES)
    job, _ = spool.add([("dump.jsonl", file)], source=None, format="auto")
    spool.write(replace(job, status=RUNNING))
    with client.app.state.database.begin() as connection:
        start_import(connection, {"paths": list(job.paths)}, key=job.key)

    told = client.get(f"/v1/imports/{job.key}").json()
    assert told["status"] == "interrupted"
    assert "upload the same files again" in told["detail"]

    with serving() as restarted:  # the next server sees to it
        restarted.app.state.importer.wait()
        assert restarted.get(f"/v1/imports/{job.key}").json()["status"] == "interrupted"
        with restarted.app.state.database.read() as connection:
            assert status_of(connection, job.key).status == "interrupted"
        taken = restarted.post("/v1/imports?filename=dump.jsonl", content=LINES).json()
        restarted.app.state.importer.wait()
        done = restarted.get(f"/v1/imports/{taken['key']}").json()
        assert (done["status"], done["articles"]) == ("done", 2)


def test_what_waited_when_the_server_stopped_is_imported_by_the_next(idle, serving):
    key = idle().post("/v1/imports?filename=dump.jsonl", content=LINES).json()["key"]
    with serving() as client:
        client.app.state.importer.wait()
        assert client.get(f"/v1/imports/{key}").json()["status"] == "done"


def test_an_import_that_is_stopped_with_its_server_says_so(serving):
    client = serving()
    many = b"\n".join(LINES.replace(b"Oslo", b"Oslo%d" % number) for number in range(300))
    key = client.post("/v1/imports?filename=many.jsonl", content=many).json()["key"]
    importer = client.app.state.importer
    while importer._process is None:
        assert importer._thread.is_alive()
    importer.close()
    assert client.get(f"/v1/imports/{key}").json()["status"] == "interrupted"


def test_an_import_whose_process_dies_has_failed_and_says_how(serving, monkeypatch):
    client = serving()
    importer = client.app.state.importer
    start = importer._start

    def start_and_kill():
        process = start()
        os.kill(process.pid, signal.SIGKILL)
        return process

    monkeypatch.setattr(importer, "_start", start_and_kill)
    key = client.post("/v1/imports", content=LINES).json()["key"]
    importer.wait()
    told = client.get(f"/v1/imports/{key}").json()
    assert told["status"] == "failed"
    assert "signal 9" in told["detail"]


def test_the_process_of_an_import_goes_with_its_server(tmp_path):
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'newskb.db'}")
    spool = Spool.of(settings)
    process = subprocess.Popen([sys.executable, "-m", "newskb.jobs.uploading"], stdin=subprocess.PIPE)
    assert spool.jobs() == []
    process.stdin.close()
    assert process.wait(30) != 0


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("dump.jsonl", "dump.jsonl"), ("../../etc/passwd", "passwd"), ("C:\\dumps\\a.csv", "a.csv"), ("", "upload"),
        ("..", "upload"), ("a*[b]?.txt", "a__b__.txt"), ("a!b:c", "a_b_c"), ("\x1b[31m.txt", "__31m.txt"),
        ("\u202etxt.exe", "_txt.exe"), ("\ud800", "_"), ("x" * 300 + ".zip", "x" * 116 + ".zip"), ("-", "-"),
    ],
)  # fmt: skip
def test_a_name_leads_nowhere_else(name, fits):
    assert fit(name) == fits
