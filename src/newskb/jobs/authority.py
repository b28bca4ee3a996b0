"""Files of actors become actors of the knowledge base, and those the look-up by which the linker finds them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from newskb.errors import InputError, UnreadableInputError
from newskb.ingest.actor_files import FORMATS, Found, read_actors, read_positions
from newskb.ingest.files import STDIN, walk
from newskb.ingest.wikidata import Positions
from newskb.jobs.actorfile import refresh
from newskb.jobs.extraction import reading_limits
from newskb.jobs.lexicon import lexicon
from newskb.jobs.setup import prepare
from newskb.link import register
from newskb.link.authority import Authority
from newskb.model import Actor, Skipped
from newskb.settings import Settings
from newskb.store import imported, imports
from newskb.store.database import Database

BATCH = 5_000
"""Actors that are stored in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorProgress:
    """How far an import of actors is, for showing it."""

    stage: str
    """``offices``, ``read`` or ``look-up``."""
    bytes: int
    """Size of all files, packed as they are."""
    bytes_done: int
    actors: int
    """Read so far, also those that are there already."""
    issues: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorSummary:
    """What an import of actors did."""

    key: str
    """Public key of the import, ``imp-…``."""
    files: int
    added: int
    changed: int
    same: int
    """Actors that were there as they are."""
    passed_over: int
    """Items of Wikidata that are no actors."""
    issues: dict[str, int]
    """Reason to number of rows that were skipped."""
    imported: int
    """Imported actors that there are now."""
    version: str
    seconds: float


Progress = Callable[[ActorProgress], None]


def import_actors(
    paths: Iterable[str], *, settings: Settings, format: str = "auto", progress: Progress | None = None
) -> ActorSummary:
    """Store the actors of files (CSV or Wikidata JSON, packed or not), and make the look-up anew.

    A file may hold millions: it is read once for its actors, and a Wikidata file once before for its offices. The same
    file again changes nothing, a changed one what is changed; stopped in the middle, the same call does the rest.
    Raises ``InputError`` for a format that does not exist, ``UnreadableInputError`` when no file is there.
    """
    if format not in FORMATS:
        raise InputError(f"there is no format '{format}'; there are {', '.join(FORMATS)}")
    files, missing = _files(paths)
    database = prepare(settings)
    run = _Run(database, settings, format, files, progress)
    for skipped in missing:
        run.issues.append(skipped)
    for path in files:
        run.read_offices(path)
    for path in files:
        run.store(path)
    summary = run.finish()
    database.dispose()
    return summary


def _files(paths: Iterable[str]) -> tuple[list[Path], list[Skipped]]:
    found: list[Path] = []
    missing: list[Skipped] = []
    for path in walk(paths):
        if isinstance(path, Skipped):
            missing.append(path)
        elif str(path) == STDIN:
            raise InputError("actors are read from files; write standard input to one first")
        else:
            found.append(path)
    if not found:
        raise UnreadableInputError("; ".join(f"{item.origin.path}: {item.detail}" for item in missing) or "no file")
    return found, missing


class _Run:
    """One import of actors."""

    def __init__(
        self, database: Database, settings: Settings, format: str, files: list[Path], progress: Progress | None
    ) -> None:
        self.issues: list[Skipped] = []
        self._database = database
        self._settings = settings
        self._format = format
        self._files = files
        self._progress = progress
        self._started = time.monotonic()
        self._size = sum(path.stat().st_size for path in files)
        self._done = 0
        self._positions = Positions()
        self._lexicon = lexicon(Authority.load())
        self._counts: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        with database.begin() as connection:
            self._import_id = imports.start_import(connection, {"actors": [str(path) for path in files]})
            self._key = imports.import_key(connection, self._import_id)

    def read_offices(self, path: Path) -> None:
        """The offices that a file tells of."""
        self._tell("offices", 0)
        limits = reading_limits(self._settings)
        with path.open("rb") as file:
            read_positions(file, str(path), format=self._format, limits=limits, positions=self._positions)

    def store(self, path: Path) -> None:
        """The actors of a file, a batch in each transaction."""
        limits = reading_limits(self._settings)
        with path.open("rb") as file:
            found = read_actors(
                file,
                str(path),
                format=self._format,
                limits=limits,
                lexicon=self._lexicon,
                positions=self._positions,
            )
            for batch in _batches(found):
                self._store(batch)
                self._tell("read", self._done + file.tell())
        self._done += path.stat().st_size

    def finish(self) -> ActorSummary:
        """Bring the look-up up to date and close the import."""
        if self.issues:
            self._store([])
        self._tell("look-up", self._size)
        refresh(self._database, self._settings)
        with self._database.begin() as connection:
            imports.finish_import(connection, self._import_id)
            number, version = imported.count(connection), imported.imported_version(connection)
        return ActorSummary(
            key=self._key,
            files=len(self._files),
            added=self._counts["added"],
            changed=self._counts["changed"],
            same=self._counts["same"],
            passed_over=self._counts["passed over"],
            issues=dict(sorted(self._reasons.items())),
            imported=number,
            version=version,
            seconds=round(time.monotonic() - self._started, 3),
        )

    def _store(self, batch: list[Found]) -> None:
        actors: list[Actor] = []
        for item in batch:
            if isinstance(item, Skipped):
                self.issues.append(item)
            elif item is None:
                self._counts["passed over"] += 1
            else:
                actors.append(item)
        self._reasons.update(item.reason for item in self.issues)
        with self._database.begin() as connection:
            changes = imported.put_actors(connection, actors)
            total = register.Total.read(imported.imported_version(connection))
            for data in changes.taken:
                total.take(data)
            for data in changes.put:
                total.add(data)
            imported.put_version(connection, total.version)
            imports.write_issues(connection, self.issues, (), import_id=self._import_id)
        self.issues = []
        self._counts.update(added=changes.added, changed=changes.changed, same=changes.same)

    def _tell(self, stage: str, done: int) -> None:
        if self._progress is not None:
            actors = self._counts["added"] + self._counts["changed"] + self._counts["same"]
            self._progress(
                ActorProgress(
                    stage=stage,
                    bytes=self._size,
                    bytes_done=done,
                    actors=actors,
                    issues=self._reasons.total(),
                    seconds=time.monotonic() - self._started,
                )
            )


def _batches(found: Iterator[Found]) -> Iterator[list[Found]]:
    while batch := list(islice(found, BATCH)):
        yield batch
