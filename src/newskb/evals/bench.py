"""Speed becomes ratios of two things measured side by side in one run, which say the same on every machine."""

from __future__ import annotations

import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from newskb.errors import SetupError
from newskb.evals.server import Server
from newskb.ingest.files import Limits
from newskb.jobs.extraction import extractor_options, make_extractor, read_articles
from newskb.jobs.imports import run_import
from newskb.jobs.setup import prepare
from newskb.model import Article
from newskb.nlp.harvest import harvest
from newskb.nlp.pipeline import BARE, ENCODER, build
from newskb.pipeline import Links
from newskb.settings import Settings
from newskb.store.bulk import Row
from newskb.store.database import Database
from newskb.store.trial import NUMBERS, bulk_trial

DUMPS = ("txt_dated/dated_txt_en.zip", "jsonl/multi_outlet.jsonl.gz", "csv/reuters_2017_politics.csv")
"""Real articles of the measuring folder, English for the most part."""
BULK_ROWS = 100_000
REQUESTS = 300
"""Requests a measurement: the server's CPU time is read before and after."""
LINKING = "linking"
COMPONENTS = (
    ("linking and coreference", (LINKING, "newskb_coreference"), 0.40),
    ("events and times", ("newskb_events", "newskb_times"), 0.40),
    ("quotes and claims", ("newskb_quotes", "newskb_claims"), 0.30),
)
"""What is compared with the encoder, its components, and the most that it may take of the encoder's time."""
SEED = 1
WARMING = 20
"""Requests before: connections open, statements prepared."""
EMPTY, LISTED = "/healthz", "/v1/events?limit=50"
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
        report("the components")
        prepare(settings).dispose()
        started = time.process_time()
        extractor = make_extractor(extractor_options(settings))
        loaded = time.process_time() - started
        spent = _component_seconds(chosen, extractor.linker)
        encoder = spent[ENCODER]
        for measure, parts, most in COMPONENTS:
            own = sum(spent[name] for name in parts)
            yield Measurement(
                measure=f"{measure} / encoder",
                value=f"{own / encoder:.2f}",
                aim=f"<= {most:.2f}",
                how=f"CPU seconds: {own:.2f} / {encoder:.1f} ({_told(spent, parts)})",
            )
        yield Measurement(
            measure="words per CPU second of the encoder",
            value=f"{words / encoder:,.0f}",
            aim=">= 6,500",
            how="both readings (sentences to names, and quotes) with tokenising and decoding",
        )
        yield Measurement(
            measure="words per CPU second of all components and linking",
            value=f"{words / sum(spent.values()):,.0f}",
            aim="",
            how=f"{words:,} words; without storing and merging",
        )
        report("import")
        started = time.process_time()
        summary = run_import([str(dump)], settings=settings, extractor=lambda: extractor)
        imported = time.process_time() - started
        yield Measurement(
            measure="import / bare language pipeline",
            value=f"{imported / bare:.2f}",
            aim="<= 1.5",
            how=f"CPU seconds for {words:,} words: {imported:.1f} / {bare:.1f}; without loading, {loaded:.1f}",
        )
        yield Measurement(
            measure="articles per second and core",
            value=f"{len(chosen) / imported:.1f}",
            aim="",
            how=f"whole import, one process, {words / imported:,.0f} words per CPU second",
        )
        yield Measurement(
            measure="memory of the importing process",
            value=f"{_peak_megabytes():.0f} MB",
            aim="",
            how="largest resident set so far, with the pipeline loaded twice",
        )
        report("bulk load")
        ours, raw = _bulk_rates(settings)
        yield Measurement(
            measure="bulk write rate / raw driver rate",
            value=f"{ours / raw:.2f}",
            aim="",
            how=f"{BULK_ROWS:,} rows, median of {PLACES_APART}: {ours:,.0f} / {raw:,.0f} rows a CPU second",
        )
        report("API")
        empty, listed = _api_seconds(settings)
        yield Measurement(
            measure="GET /v1/events?limit=50 / empty endpoint",
            value=f"{listed / empty:.1f}",
            aim="",
            how=f"CPU ms a request, {summary.articles} articles stored: {listed * 1000:.2f} / {empty * 1000:.2f}",
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


def _component_seconds(articles: Sequence[Article], linker: Links) -> dict[str, float]:
    """CPU seconds of each component of the language pipeline, and of linking (``LINKING``), on the texts."""
    nlp = build()
    spent = dict.fromkeys((*nlp.pipe_names, LINKING), 0.0)
    for article in articles:
        doc = nlp.make_doc(article.text)
        doc._.article = article
        for name, component in nlp.pipeline:
            started = time.process_time()
            doc = component(doc)
            spent[name] += time.process_time() - started
        facts = harvest(doc, article, "bench")
        started = time.process_time()
        linker.link(article, facts)
        spent[LINKING] += time.process_time() - started
    return spent


def _told(spent: Mapping[str, float], parts: Sequence[str]) -> str:
    return ", ".join(f"{name.removeprefix('newskb_')} {spent[name]:.2f}" for name in parts)


def _peak_megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)  # bytes on macOS, kilobytes elsewhere


def _bulk_rates(settings: Settings) -> tuple[float, float]:
    """Rows per CPU second: through the store's bulk writer, and through the driver alone."""
    database = Database(settings.database_url)
    rows: list[Row] = [
        (number, f"key-{number}", *(number * step for step in range(NUMBERS))) for number in range(BULK_ROWS)
    ]
    ours, raw = [], []
    for _ in range(PLACES_APART):
        ours.append(bulk_trial(database, rows))
        raw.append(_raw_seconds(rows))
    database.dispose()
    return BULK_ROWS / statistics.median(ours), BULK_ROWS / statistics.median(raw)


def _raw_seconds(rows: Sequence[Row]) -> float:
    with tempfile.TemporaryDirectory(prefix="newskb-bench-") as folder:
        connection = sqlite3.connect(f"{folder}/raw.db")
        connection.execute("PRAGMA journal_mode=WAL")
        columns = ", ".join(f"n{number} INTEGER" for number in range(NUMBERS))
        connection.execute(f"CREATE TABLE trial (id INTEGER PRIMARY KEY, key TEXT, {columns})")
        started = time.process_time()
        connection.executemany(f"INSERT INTO trial VALUES ({', '.join('?' * (NUMBERS + 2))})", rows)
        connection.commit()
        seconds = time.process_time() - started
        connection.close()
    return seconds


def _api_seconds(settings: Settings) -> tuple[float, float]:
    """CPU seconds of the server for one request of the empty endpoint and of the event list."""
    with Server.of(settings.database_url) as server:
        empty, listed = [], []
        for path in (EMPTY, LISTED):
            server.spent(path, requests=WARMING)
        for _ in range(PLACES_APART):
            empty.append(server.spent(EMPTY, requests=REQUESTS).cpu_ms)
            listed.append(server.spent(LISTED, requests=REQUESTS).cpu_ms)
    return statistics.median(empty) / 1000, statistics.median(listed) / 1000
