"""Files become stored articles and facts: resumable, and the same however often it is stopped or repeated."""

from __future__ import annotations

import logging
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import msgspec

from newskb import text
from newskb.ingest.files import STDIN, Limits, file_hash, walk
from newskb.ingest.readers import AUTO, read
from newskb.jobs.executors import MakeExtractor, Run, extract_runs
from newskb.jobs.extraction import extractor_options, make_extractor, reading_limits
from newskb.jobs.merging import merge_database
from newskb.jobs.progress import ImportProgress, Progress
from newskb.jobs.setup import prepare
from newskb.model import Batch, RawDocument, Skipped
from newskb.settings import Settings
from newskb.store import imports
from newskb.store.articles import BatchCounts, write_batch
from newskb.store.database import Database
from newskb.store.imports import LedgerMark

log = logging.getLogger(__name__)

MAX_RUN_CHARS = 2_000_000
"""Characters of text after which a run is full, however few articles it has: bounds what travels to a worker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSummary:
    """What an import did."""

    key: str
    """Public key of the import, ``imp-…``."""
    files: int
    files_known: int
    """Files that an earlier import had read to the end."""
    articles: int
    """New articles."""
    copies: int
    """The same text of the same outlet met again."""
    repeated: int
    """Articles met at the very same place as before."""
    replaced: int
    """Articles whose facts were extracted anew."""
    skipped: int
    """Inputs that did not become an article."""
    issues: dict[str, int]
    """Reason to number, of what was skipped and of what was kept with a warning."""
    merged: dict[str, int]
    """How many events, stories … there are now; empty when nothing had to be merged."""
    seconds: float


def run_import(
    paths: Iterable[str | Path],
    *,
    settings: Settings,
    source: str | None = None,
    format: str = AUTO,
    progress: Progress | None = None,
    extractor: MakeExtractor | None = None,
    key: str | None = None,
) -> ImportSummary:
    """Read, extract, store and merge all that ``paths`` name, and go on where an earlier import was stopped.

    Each run of documents is stored in one transaction with the place in the ledger up to which its files are read, so
    a kill at any moment loses no article and stores none twice. ``extractor`` makes another one than the settings';
    ``key`` is the public key of an import that was announced before.
    """
    names = [str(path) for path in paths]
    database = prepare(settings)
    limits = reading_limits(settings)
    options: dict[str, object] = {
        "source": source,
        "format": format,
        "day_first": settings.day_first,
        "limits": asdict(limits),
    }
    make = extractor or partial(make_extractor, extractor_options(settings, source=source))
    with _import_row(database, {"paths": names, **options}, key) as (import_id, key):
        found = _find(names, database, options)
        tally = _Tally(found, progress)
        tally.tell("read")
        units: deque[_Unit] = deque()
        runs = _handed_out(_units(found, format, limits, settings.batch_size), units)
        run_id: int | None = None
        for batch in extract_runs(runs, make, workers=settings.workers):
            unit = units.popleft()
            with database.begin() as connection:
                if run_id is None and batch.facts:
                    run_id = imports.start_run(connection, batch.facts[0].extractor, import_id=import_id)
                counts = write_batch(connection, batch, import_id=import_id, run_id=run_id or 0)
                for mark in unit.marks:
                    imports.write_mark(connection, mark, import_id=import_id)
            tally.add(batch, counts, unit)
            tally.tell("read")
        tally.tell("merge")
        merged = merge_database(database)
    database.dispose()
    return tally.summary(key, merged)


# --- what there is to read -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A file to read, with the place in the ledger where reading starts; standard input has no place."""

    path: Path
    size: int
    mark: LedgerMark | None


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is stored in one transaction: a run of documents and how far their files are read then."""

    run: Run
    marks: tuple[LedgerMark, ...]
    bytes_done: int


def _find(paths: Iterable[str], database: Database, options: dict[str, object]) -> list[_File | Skipped]:
    """The files that ``paths`` name, each with its mark in the ledger, and the names behind which there is nothing."""
    options_hash = text.digest(msgspec.json.encode(options, order="sorted").decode())
    found: list[_File | Skipped] = []
    with database.read() as connection:
        for path in walk(paths):
            if isinstance(path, Skipped) or str(path) == STDIN:
                found.append(path if isinstance(path, Skipped) else _File(path=path, size=0, mark=None))
                continue
            try:
                size, content = path.stat().st_size, file_hash(path)
            except OSError:
                found.append(_File(path=path, size=0, mark=None))  # reading it says why not
                continue
            mark = imports.ledger_mark(connection, str(path), content, options_hash)
            start = LedgerMark(path=str(path), file_hash=content, options_hash=options_hash, next_record=0, done=False)
            found.append(_File(path=path, size=size, mark=mark or start))
    return found


def _units(found: Iterable[_File | Skipped], format: str, limits: Limits, size: int) -> Iterator[_Unit]:
    """Runs of at most ``size`` documents, across the borders of files: a folder may hold one article a file."""
    run: list[RawDocument | Skipped] = []
    marks: list[LedgerMark] = []
    chars = bytes_done = 0

    def unit(*more: LedgerMark) -> _Unit:
        nonlocal run, marks, chars, bytes_done
        full = _Unit(run, (*marks, *more), bytes_done)
        run, marks, chars, bytes_done = [], [], 0, 0
        return full

    for file in found:
        if isinstance(file, Skipped):
            run.append(file)
            continue
        if file.mark is not None and file.mark.done:
            bytes_done += file.size
            continue
        position = file.mark.next_record if file.mark else 0
        for item in read(file.path, format=format, limits=limits, start=position):
            run.append(item)
            position += 1
            chars += len(item.body) if isinstance(item, RawDocument) else 0
            if len(run) >= size or chars >= MAX_RUN_CHARS:
                yield unit(*_mark(file, position, done=False))
        marks += _mark(file, position, done=True)
        bytes_done += file.size
        if len(marks) >= size:
            yield unit()
    if run or marks:
        yield unit()


def _mark(file: _File, position: int, *, done: bool) -> tuple[LedgerMark, ...]:
    return () if file.mark is None else (replace(file.mark, next_record=position, done=done),)


def _handed_out(units: Iterable[_Unit], waiting: deque[_Unit]) -> Iterator[Run]:
    """The runs of ``units``, each of which waits in ``waiting`` for its batch: batches come in the order of runs."""
    for unit in units:
        waiting.append(unit)
        yield unit.run


# --- what became of it -----------------------------------------------------------------------------------------------


@contextmanager
def _import_row(database: Database, options: dict[str, object], key: str | None) -> Iterator[tuple[int, str]]:
    """The row of this import, by id and key; closed as ``failed`` when the block raises."""
    with database.begin() as connection:
        import_id = imports.start_import(connection, options, key=key)
        key = imports.import_key(connection, import_id)
    status = "failed"
    try:
        yield import_id, key
        status = "done"
    finally:
        with database.begin() as connection:
            imports.finish_import(connection, import_id, status=status)


class _Tally:
    """Counts of what was done so far."""

    def __init__(self, found: Iterable[_File | Skipped], progress: Progress | None) -> None:
        self._files = [file for file in found if isinstance(file, _File)]
        self._known = [file for file in self._files if file.mark is not None and file.mark.done]
        self._progress = progress
        self._started = time.monotonic()
        self._done = len(self._known)
        self._bytes_done = 0
        self._counts: Counter[str] = Counter()
        self._issues: Counter[str] = Counter()

    def add(self, batch: Batch, counts: BatchCounts, unit: _Unit) -> None:
        """Count a stored batch."""
        self._counts.update(asdict(counts))
        self._issues.update(skipped.reason for skipped in batch.skipped)
        self._issues.update(notice.reason for article in batch.articles for notice in article.notices)
        self._done += sum(1 for mark in unit.marks if mark.done)
        self._bytes_done += unit.bytes_done
        log.debug("stored a batch", extra=asdict(counts))

    def tell(self, stage: str) -> None:
        """Say how far it is to whoever wants to know."""
        if self._progress is not None:
            self._progress(
                ImportProgress(
                    stage=stage,
                    files=len(self._files),
                    files_done=self._done,
                    bytes=sum(file.size for file in self._files),
                    bytes_done=self._bytes_done,
                    articles=self._counts["added"],
                    copies=self._counts["copies"],
                    issues=self._issues.total(),
                    seconds=time.monotonic() - self._started,
                )
            )

    def summary(self, key: str, merged: dict[str, int]) -> ImportSummary:
        """All of it, at the end."""
        return ImportSummary(
            key=key,
            files=len(self._files),
            files_known=len(self._known),
            articles=self._counts["added"],
            copies=self._counts["copies"],
            repeated=self._counts["repeated"],
            replaced=self._counts["replaced"],
            skipped=self._counts["skipped"],
            issues=dict(sorted(self._issues.items())),
            merged=merged,
            seconds=round(time.monotonic() - self._started, 3),
        )
