"""Speed becomes ratios of two things measured side by side in one run, which say the same on every machine."""

from __future__ import annotations

import http.client
import os
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
import psutil

from newskb.errors import SetupError
from newskb.ingest.files import Limits
from newskb.jobs.extraction import read_articles
from newskb.jobs.imports import run_import
from newskb.jobs.setup import prepare
from newskb.model import Article
from newskb.nlp.pipeline import BARE, build
from newskb.settings import Settings
from newskb.store.database import Database
from newskb.store.trial import bulk_trial

DUMPS = ("txt_dated/dated_txt_en.zip", "jsonl/multi_outlet.jsonl.gz", "csv/reuters_2017_politics.csv")
"""Real articles of the measuring folder, English for the most part."""
BULK_ROWS = 100_000
REQUESTS = 400
"""Requests a measurement: the server's CPU time is read before and after, in steps of 10 ms."""
SEED = 1
PLACES_APART = 3
"""Repeats of each measurement that are compared by their medians."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One row of the benchmark's table."""

    measure: str
    value: str
    aim: str
    how: str


def run_bench(shared: Path, *, articles: int, report: Callable[[str], None]) -> Iterator[Measurement]:
    """Measure import, bulk load and API on ``articles`` articles of ``shared/dumps``.

    Raises ``SetupError`` when the folder has no dumps.
    """
    chosen = _choose(shared, articles)
    with tempfile.TemporaryDirectory(prefix="newskb-bench-") as folder:
        dump = Path(folder) / "dump.jsonl"
        dump.write_bytes(b"".join(_line(article) for article in chosen))
        settings = Settings(database_url=f"sqlite:///{folder}/bench.db", workers=1)
        report("the bare language pipeline")
        words = sum(len(article.text.split()) for article in chosen)
        bare = _bare_seconds(chosen)
        report("import")
        prepare(settings)
        started = time.process_time()
        summary = run_import([str(dump)], settings=settings)
        imported = time.process_time() - started
        yield Measurement(
            measure="import / bare language pipeline",
            value=f"{imported / bare:.2f}",
            aim="<= 1.5",
            how=f"CPU seconds, {len(chosen)} articles, {words:,} words: {imported:.1f} / {bare:.1f}",
        )
        yield Measurement(
            measure="articles per second and core",
            value=f"{len(chosen) / imported:.1f}",
            aim="",
            how=f"whole import, one process, {words / imported:,.0f} words per CPU second",
        )
        peak = psutil.Process().memory_info().rss / 1e6
        yield Measurement(
            measure="memory of the importing process",
            value=f"{peak:.0f} MB",
            aim="",
            how="resident set after the import",
        )
        report("bulk load")
        ours, raw = _bulk_rates(settings)
        yield Measurement(
            measure="bulk write rate / raw driver rate",
            value=f"{ours / raw:.2f}",
            aim="",
            how=f"{BULK_ROWS:,} rows of 11 columns, median of {PLACES_APART}: {ours:,.0f} / {raw:,.0f} rows a CPU second",
        )
        report("API")
        empty, listed = _api_seconds(settings)
        yield Measurement(
            measure="GET /v1/events?limit=50 / empty endpoint",
            value=f"{listed / empty:.1f}",
            aim="",
            how=f"CPU milliseconds a request: {listed * 1000:.2f} / {empty * 1000:.2f}; {summary.articles} articles stored",
        )


def _choose(shared: Path, count: int) -> list[Article]:
    paths = [shared / "dumps" / name for name in DUMPS]
    missing = [str(path) for path in paths if not path.is_file()]
    if missing:
        raise SetupError(f"no dump at {missing[0]}; give the folder that holds dumps/ with --shared")
    found = [article for article in read_articles(paths, limits=Limits()) if article.language == "en"]
    random.Random(SEED).shuffle(found)
    return found[:count]


def _line(article: Article) -> bytes:
    row = {
        "id": article.key,
        "source": article.source,
        "published_at": article.published.value if article.published else None,
        "title": article.title,
        "text": article.text,
    }
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def _bare_seconds(articles: Sequence[Article]) -> float:
    """CPU seconds of encoder, tags, parse and names alone on the texts."""
    nlp = build(components=BARE)
    started = time.process_time()
    for article in articles:
        nlp(article.text)
    return time.process_time() - started


def _bulk_rates(settings: Settings) -> tuple[float, float]:
    """Rows per CPU second: through the store's bulk writer, and through the driver alone."""
    database = Database(settings.database_url)
    rows = [(number, f"key-{number}", *(number * step for step in range(9))) for number in range(BULK_ROWS)]
    ours, raw = [], []
    for _ in range(PLACES_APART):
        ours.append(bulk_trial(database, rows))
        raw.append(_raw_seconds(rows))
    return BULK_ROWS / statistics.median(ours), BULK_ROWS / statistics.median(raw)


def _raw_seconds(rows: Sequence[tuple[int | str, ...]]) -> float:
    with tempfile.TemporaryDirectory(prefix="newskb-bench-") as folder:
        connection = sqlite3.connect(f"{folder}/raw.db")
        connection.execute("PRAGMA journal_mode=WAL")
        columns = ", ".join(f"n{number} INTEGER" for number in range(9))
        connection.execute(f"CREATE TABLE trial (id INTEGER PRIMARY KEY, key TEXT, {columns})")
        started = time.process_time()
        connection.executemany(f"INSERT INTO trial VALUES ({', '.join('?' * 11)})", rows)
        connection.commit()
        seconds = time.process_time() - started
        connection.close()
    return seconds


def _api_seconds(settings: Settings) -> tuple[float, float]:
    """CPU seconds of the server for one request of the empty endpoint and of the event list."""
    with _server(settings) as (port, process):
        empty, listed = [], []
        for _ in range(PLACES_APART):
            empty.append(_request_seconds(port, process, "/healthz"))
            listed.append(_request_seconds(port, process, "/v1/events?limit=50"))
    return statistics.median(empty), statistics.median(listed)


def _request_seconds(port: int, process: psutil.Process, path: str) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for _ in range(20):  # warm: connections open, statements prepared
        connection.request("GET", path)
        connection.getresponse().read()
    before = sum(process.cpu_times()[:2])
    for _ in range(REQUESTS):
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SetupError(f"{path} answered {answer.status}")
    after = sum(process.cpu_times()[:2])
    connection.close()
    return max(after - before, 0.01) / REQUESTS


@contextmanager
def _server(settings: Settings) -> Iterator[tuple[int, psutil.Process]]:
    """A server of its own on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "newskb.cli", "serve", "--port", str(port), "--db", settings.database_url]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ))
    try:
        _wait_until_ready(port)
        yield port, psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_until_ready(port: int) -> None:
    for _ in range(300):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise SetupError("the server did not start")
