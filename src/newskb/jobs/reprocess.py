"""Stored articles are read again by this version's extractor, a run in one transaction."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

from newskb.jobs.actorfile import refresh
from newskb.jobs.executors import MakeExtractor, Run, extract_runs
from newskb.jobs.extraction import extractor_options, make_extractor
from newskb.jobs.merging import merge_database
from newskb.jobs.progress import ImportProgress, Progress
from newskb.model import Article
from newskb.settings import Settings
from newskb.store import imports
from newskb.store.articles import read_articles, replace_facts
from newskb.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class ReprocessSummary:
    """What was read again."""

    extractor: str
    """The version that all articles are read by now."""
    articles: int
    """Articles read again."""
    failed: int
    """Of these, articles that could not be read and are stored without facts."""
    merged: dict[str, int]
    """How many events, stories … there are now; empty when nothing had to be merged."""
    seconds: float


def run_reprocess(
    *,
    settings: Settings,
    everything: bool = False,
    progress: Progress | None = None,
    extractor: MakeExtractor | None = None,
) -> ReprocessSummary:
    """Read again the articles that another version of the extractor has read (or ``everything``), then merge.

    Stopped in the middle, the next call goes on with those that are left. Corrections of analysts stay.
    """
    started = time.monotonic()
    database = Database(settings.database_url)
    database.require()
    refresh(database, settings)
    make = extractor or partial(make_extractor, extractor_options(settings))
    version = make().version
    done = failed = 0
    run_id: int | None = None
    with database.read() as reading:
        articles = read_articles(reading, not_extractor=None if everything else version)
        for batch in extract_runs(_runs(articles, settings.batch_size), make, workers=settings.workers):
            with database.begin() as connection:
                run_id = run_id or imports.start_run(connection, version)
                replace_facts(connection, list(zip(batch.articles, batch.facts, strict=True)), run_id=run_id)
            done += len(batch.articles)
            failed += len(batch.skipped)
            if progress is not None:
                progress(_progress(done, failed, time.monotonic() - started))
    merged = merge_database(database)
    database.dispose()
    return ReprocessSummary(
        extractor=version,
        articles=done,
        failed=failed,
        merged=merged,
        seconds=round(time.monotonic() - started, 3),
    )


def _runs(articles: Iterable[Article], size: int) -> Iterator[Run]:
    articles = iter(articles)
    while run := list(islice(articles, size)):
        yield run


def _progress(done: int, failed: int, seconds: float) -> ImportProgress:
    return ImportProgress(
        stage="read",
        files=0,
        files_done=0,
        bytes=0,
        bytes_done=0,
        articles=done,
        copies=0,
        issues=failed,
        seconds=seconds,
    )
