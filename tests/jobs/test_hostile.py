"""Broken and hostile input of every kind: each leaves an issue that says where and why, and the rest is imported."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import sys
import tarfile
import threading
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from newskb.jobs.imports import run_import
from newskb.settings import Settings
from newskb.store.database import Database
from newskb.store.schema import Base
from tests.jobs.light_extractor import make_light

MIB = 1 << 20
GOOD = "Ada Brook met Ben Carver on the pier, and {} people marched along the harbour wall until the evening."
LIMITS = {"max_unpacked_bytes": 60 * MIB, "max_record_bytes": MIB}


def good(number):
    return {"id": str(number), "date": "2024-03-05", "source": "Amber Post", "text": GOOD.format(number)}


def dated(text, date="2024-03-05"):
    return f"date {date} {text}".encode()


def jsonl(*lines):
    return "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines).encode()


def zipped(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def tarred(*members):
    """A tar of (name, content) and of bare TarInfo (links, devices)."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
            else:
                info = tarfile.TarInfo(member[0])
                info.size = len(member[1])
                archive.addfile(info, io.BytesIO(member[1]))
    return file.getvalue()


def special(name, kind, target=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def noise(count):
    """Lines of JSON that do not pack well, so that a break in the middle loses some and keeps some."""
    return jsonl(*({**good(n), "text": GOOD.format(n) + random.Random(n).randbytes(400).hex()} for n in range(count)))


ODD_TEXT = "The mayor of Port Ámbar, José Peña, opened the new harbour wall on Friday, and thousands came to see it. "

CASES = {
    # name: (content, reason, severity, articles, part of the detail)
    "empty.txt": (b"", "empty", "skipped", 0, "nothing in it"),
    "blank.txt": (b" \n\t\n ", "empty", "skipped", 0, "nothing in it"),
    "impossible.txt": (dated(GOOD, "2019-02-30"), "impossible-date", "warning", 1, "2019-02-30"),
    "future.txt": (dated(GOOD, "2199-01-01"), "future-date", "warning", 1, "2199-01-01"),
    "ambiguous.txt": (dated(GOOD, "05/06/2019"), "ambiguous-date", "warning", 1, "05/06/2019"),
    "dateless.txt": (GOOD.encode(), "no-date", "warning", 1, "no date"),
    "bare.txt": (b"date 2024-03-05 ", "no-text", "skipped", 0, "no text"),
    "encoding.txt": (dated(ODD_TEXT * 3) + b"\xff\xfe\xe2\x82 end.", "bad-encoding", "warning", 1, "unreadable"),
    "nul.txt": (
        dated("Ada Brook\x00 met Ben\x00 Carver on the pier."),
        "control-characters",
        "warning",
        1,
        "2 control",
    ),
    "picture.txt": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "binary", "skipped", 0, "PNG"),
    "page.html": (b"<!DOCTYPE html><html><body><p>News</p></body></html>", "unsupported-format", "skipped", 0, "HTML"),
    "broken.jsonl": (jsonl(good(1), "{broken", good(2)), "bad-json", "skipped", 2, "line 2"),
    "list.jsonl": (jsonl(good(1), "[1, 2]", good(2)), "bad-record", "skipped", 2, "line 2"),
    "deep.jsonl": (jsonl(good(1), "[" * 5000 + "]" * 5000, good(2)), "deep-nesting", "skipped", 2, "brackets"),
    "textless.jsonl": (jsonl(good(1), {"id": "x"}, good(2)), "no-text", "skipped", 2, "line 2"),
    "half.jsonl": (
        jsonl(good(1), '{"date": "2024-03-05", "text": "A \\ud800 half. "}'),
        "lone-surrogate",
        "warning",
        2,
        "1",
    ),
    "long.jsonl": (jsonl(good(1), {**good(2), "text": "long " * MIB}, good(3)), "too-long", "skipped", 2, "line 2"),
    "long.txt.gz": (gzip.compress(b"0" * (3 * MIB)), "too-long", "skipped", 0, "more than the limit"),
    "ragged.csv": (
        b"date,text\n2024-03-05,Ada Brook met Ben Carver.\n2024-03-06\n",
        "ragged-row",
        "skipped",
        1,
        "line 3",
    ),
    "open.csv": (
        b'date,text\n2024-03-05,Ada Brook met Ben.\n2024-03-06,"never closed\n',
        "open-quote",
        "skipped",
        1,
        "line 3",
    ),
    "cut.json": (b'{"articles": [' + jsonl(good(1)) + b", {", "bad-json", "skipped", 1, ""),
    "cut.jsonl.gz": (gzip.compress(noise(40))[:9000], "truncated", "skipped", None, "breaks off"),
    "damaged.jsonl.gz": (gzip.compress(jsonl(good(1), good(2)))[:-8] + b"\x00" * 8, "damaged", "skipped", 1, "damaged"),
    "ratio.txt.gz": (
        gzip.compress(dated("word " * (10 * MIB))),
        "bomb",
        "skipped",
        0,
        "more than the limit of 200 to 1",
    ),
    "ratio.zip": (zipped(**{"b.txt": b"0" * (40 * MIB), "c.txt": dated(GOOD)}), "bomb", "skipped", 1, "limit"),
    "empty.zip": (zipped(), "empty", "skipped", 0, "no files"),
    "traversal.zip": (zipped(**{"../../escaped.txt": dated(GOOD)}), "unsafe-name", "warning", 1, "../../escaped.txt"),
    "absolute.tar": (
        tarred(("/tmp/newskb-escaped.txt", dated(GOOD))),
        "unsafe-name",
        "warning",
        1,
        "/tmp/newskb-escaped",
    ),
    "symlink.tar": (
        tarred(special("l", tarfile.SYMTYPE, "/etc/passwd"), ("a.txt", dated(GOOD))),
        "link",
        "skipped",
        1,
        "",
    ),
    "fifo.tar": (tarred(special("f", tarfile.FIFOTYPE), ("a.txt", dated(GOOD))), "not-a-file", "skipped", 1, ""),
    "cut.tar": (
        tarred(("a.txt", dated(GOOD)), ("b.txt", dated(ODD_TEXT * 99)))[:3000],
        "truncated",
        "skipped",
        1,
        "breaks",
    ),
}


def imported(paths, url, **given):
    """The issues of an import and all that became an article or the copy of one."""
    settings = Settings(database_url=url, **(LIMITS | given))
    run_import(paths, settings=settings, extractor=make_light)
    database = Database(url)
    with database.read() as connection:
        issues = connection.execute(select(Base.metadata.tables["import_issue"])).all()
        articles = list(connection.execute(select(Base.metadata.tables["article"])))
        articles += connection.execute(select(Base.metadata.tables["article_copy"]))
    database.dispose()
    return issues, articles


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """One folder with every kind of bad input and good files around it, imported once."""
    base = tmp_path_factory.mktemp("hostile")
    folder = base / "dump"
    folder.mkdir()
    for name, (content, *_) in CASES.items():
        (folder / name).write_bytes(content)
    for name in ("0.jsonl", "zz.jsonl"):
        (folder / name).write_bytes(jsonl({**good(7), "source": name}))
    before = sorted(path for path in base.rglob("*"))
    issues, articles = imported([folder], f"sqlite:///{base / 'newskb.db'}")
    made = {path.name for path in base.rglob("*") if path not in before}
    return folder, issues, articles, made


@pytest.mark.parametrize("name", CASES)
def test_bad_input_leaves_an_issue_that_says_where_and_why(hostile, name):
    folder, issues, articles, _ = hostile
    _, reason, severity, count, detail = CASES[name]
    found = [issue for issue in issues if issue.path == str(folder / name) and issue.reason == reason]
    assert [issue.severity for issue in found[:1]] == [severity]
    assert detail in found[0].detail
    stored = sum(article.origin_path == str(folder / name) for article in articles)
    assert stored > 0 if count is None else stored == count


def test_the_files_around_bad_ones_are_imported(hostile):
    folder, _, articles, _ = hostile
    assert {str(folder / "0.jsonl"), str(folder / "zz.jsonl")} <= {article.origin_path for article in articles}


def test_the_records_around_a_bad_one_keep_their_numbers(hostile):
    folder, issues, articles, _ = hostile
    path = str(folder / "broken.jsonl")
    assert [issue.record for issue in issues if issue.path == path] == [1]
    assert sorted(article.origin_record for article in articles if article.origin_path == path) == [0, 2]


def test_nothing_is_written_but_the_database(hostile):
    assert hostile[3] <= {"newskb.db", "newskb.db-wal", "newskb.db-shm"}
    assert not Path("/tmp/newskb-escaped.txt").exists()


def test_a_wrong_date_is_never_that_of_the_import(hostile):
    folder, _, articles, _ = hostile
    days = {article.origin_path: article.published_at for article in articles}
    for name in ("impossible.txt", "ambiguous.txt", "dateless.txt"):
        assert days[str(folder / name)] is None
    assert days[str(folder / "future.txt")] == "2199-01-01"


def test_a_second_import_of_bad_input_stores_no_issue_twice(hostile):
    folder, issues, articles, _ = hostile
    again = imported([folder], f"sqlite:///{folder.parent / 'newskb.db'}")
    assert (len(again[0]), len(again[1])) == (len(issues), len(articles))


def test_postgresql_stores_the_same_issues(hostile, postgres_url):
    folder, issues, articles, _ = hostile
    found, stored = imported([folder], postgres_url)
    assert {issue.key for issue in found} == {issue.key for issue in issues}
    assert {found.key for found in stored} == {found.key for found in articles}


def test_an_input_that_unpacks_to_more_than_the_limit_is_read_up_to_it(tmp_path, sqlite_url):
    (tmp_path / "size.jsonl.gz").write_bytes(gzip.compress(noise(1500)))
    issues, articles = imported([tmp_path / "size.jsonl.gz"], sqlite_url, max_unpacked_bytes=MIB)
    assert [issue.reason for issue in issues] == ["bomb"]
    assert "more than the limit of 1,048,576 bytes" in issues[0].detail
    assert 0 < len(articles) < 1500


def test_links_pipes_and_names_that_are_no_text_cost_only_themselves(tmp_path, sqlite_url):
    folder = tmp_path / "dump"
    folder.mkdir()
    secret = tmp_path / "secret.txt"
    secret.write_bytes(dated("Nobody may read this."))
    (folder / "link.txt").symlink_to(secret)
    (folder / "nowhere.txt").symlink_to(tmp_path / "nothing")
    os.mkfifo(folder / "pipe.txt")
    odd = os.fsencode(str(folder)) + b"/odd\xff\xfename.txt"
    with open(odd, "wb") as file:  # noqa: PTH123 - such a name is bytes
        file.write(dated(GOOD))
    issues, articles = imported([folder], sqlite_url)
    assert sorted(issue.reason for issue in issues) == ["link", "link", "not-a-file"]
    assert [article.text.endswith(GOOD) for article in articles] == [True]
    assert articles[0].origin_path.isprintable()


def test_a_folder_that_cannot_be_opened_is_reported_and_the_rest_is_imported(tmp_path, sqlite_url, monkeypatch):
    folder = tmp_path / "dump"
    (folder / "closed").mkdir(parents=True)
    (folder / "open.txt").write_bytes(dated(GOOD))
    opened = Path.iterdir

    def refuse(path):
        # The administrator, as whom tests may run, can open everything.
        if path.name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    issues, articles = imported([folder], sqlite_url)
    assert [(Path(issue.path).name, issue.reason) for issue in issues] == [("closed", "unreadable")]
    assert len(articles) == 1


def test_standard_input_may_be_a_pipe_that_breaks_off(sqlite_url, monkeypatch):
    reading, writing = os.pipe()
    content = gzip.compress(noise(40))[:9000]

    def write():
        with os.fdopen(writing, "wb") as file:
            file.write(content)

    thread = threading.Thread(target=write)
    thread.start()
    with os.fdopen(reading, "rb") as pipe:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(pipe, encoding="utf-8"))
        issues, articles = imported(["-"], sqlite_url)
    thread.join()
    assert [issue.reason for issue in issues] == ["truncated"]
    assert articles
