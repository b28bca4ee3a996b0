"""The benchmark of the REST interface: its invented knowledge base, and the table that it prints."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from newskb.evals.benchapi import Bar
from newskb.evals.benchdata import Invented, Size, invented
from newskb.store.database import Database
from newskb.store.filters import Filters
from newskb.store.query import list_rows, stats

SIZE = Size(articles=300, events=1_500, quotes=900)
OPTIONS = ("--articles", "300", "--events", "1500", "--quotes", "900", "--imported", "20", "--requests", "2")
MEASURES = (
    "requests/s of GET /v1/events?actor=…&limit=50 / Datasette's JSON for the same SQL and file",
    "CPU a request / CPU of an empty endpoint",
    "page 1,000 / page 1 (time)",
    "daily timeline by type over a year, from roll-up / from raw rows",
    "full-text two-word search, newest first, CPU ms",
    "import of 20 articles while 8 clients read: errors",
    "import of 20 articles while 8 clients read: slow-down of p50",
    "first byte of the overview page / of an empty page",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Invented:
    return invented(tmp_path_factory.mktemp("bench"), SIZE, report=lambda _text: None)


def test_the_invented_knowledge_base_is_as_large_as_asked_and_whole(made: Invented) -> None:
    with sqlite3.connect(made.path) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    database = Database(f"sqlite:///{made.path}")
    assert database.check() == []
    with database.read() as reading:
        found = stats(reading)
        assert (found["articles"], found["events"], found["quotes"]) == (SIZE.articles, SIZE.events, SIZE.quotes)
        for row in list_rows(reading, Filters(resource="events"), limit=20, include=("evidence",)).rows:
            assert all(report["text"] in report["sentence"] for report in row["evidence"])
            assert len(row["evidence"]) == row["report_count"]
        for row in list_rows(reading, Filters(resource="quotes"), limit=20).rows:
            assert row["speaker"]["name"] == row["speaker_mention"]["text"]
            assert row["cue"]["text"] == "said"
        busy, _some, rare = (len(_events_of(reading, actor)) for actor in made.actors)
        assert busy > rare
        words = Filters.parse({"q": [made.words[0]]}, "articles")
        assert list_rows(reading, words, limit=5).rows
    database.dispose()


def _events_of(reading, actor):
    return list_rows(reading, Filters.parse({"actor": [actor]}, "events"), limit=1_000).rows


def test_a_file_that_is_there_is_used_again(made: Invented) -> None:
    before = made.path.stat().st_mtime_ns
    assert invented(made.path.parent, SIZE, report=lambda _text: None) == made
    assert made.path.stat().st_mtime_ns == before


def test_the_benchmark_prints_every_bar_as_a_table_and_as_json(made: Invented, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "newskb.cli", "bench", "api", *OPTIONS, "--work", str(made.path.parent)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, "COLUMNS": "300"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *table, line = done.stdout.splitlines()
    told = json.loads(line)
    assert [bar["measure"] for bar in told["bars"]] == list(MEASURES)
    assert [bar["measure"] for bar in told["bars"] if bar["value"] is None] == [MEASURES[0]]
    assert told["bars"][5]["value"] == 0
    assert all(measure in "\n".join(table) for measure in MEASURES)
    assert "not measured" in "\n".join(table)


@pytest.mark.parametrize(
    ("value", "is_least", "is_met"), [(3.0, True, True), (2.0, True, False), (2.0, False, True), (None, False, None)]
)
def test_a_bar_is_met_from_the_one_side_or_the_other(value: float | None, is_least: bool, is_met: bool | None) -> None:
    assert Bar(measure="m", value=value, must=2.5, aim=5, is_least=is_least, how="").is_met is is_met
