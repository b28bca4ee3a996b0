"""Uploads wait in a folder for their import, each with a file beside it that says how far it is.

The folder is all that server processes share, so that an upload survives them. ``JOBS/imp-….json`` tells what is known
of an upload, ``FILES/HASH/NAME`` holds its data until the import ends, and the process that imports holds ``lock``.
The address of the data follows from its content and name: uploaded again, the import's ledger knows it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from newskb.errors import BusyError, TooLargeError
from newskb.jobs.progress import ImportProgress
from newskb.settings import Settings
from newskb.store.database import Database, now
from newskb.store.imports import new_key

QUEUED, RUNNING, DONE, FAILED, INTERRUPTED = "queued", "running", "done", "failed", "interrupted"
KEPT_JOBS = 500
"""Ended uploads of which the folder remembers more than the database does."""
MAX_NAME_BYTES = 120
RETRY_AFTER_S = 60
_NO_NAME = re.compile(r"[\\/*?\[\]!:]")
"""Characters of a file name that would lead elsewhere or stand for others: folders, patterns, members of archives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One upload and what became of it."""

    key: str
    """Public key of the import, ``imp-…``."""
    status: str
    files: tuple[str, ...]
    """Names as uploaded, made fit for a folder."""
    paths: tuple[str, ...]
    """Where the data is, inside the folder of files."""
    size: int
    source: str | None
    format: str
    queued_at: str
    started_at: str | None = None
    finished_at: str | None = None
    detail: str | None = None
    """Why it failed or stopped, and what to do."""
    progress: ImportProgress | None = None


class Spool:
    """The folder of uploads."""

    def __init__(self, folder: Path, *, max_waiting: int) -> None:
        self.folder = folder.absolute()
        self.files = self.folder / "files"
        self._jobs = self.folder / "jobs"
        self._max_waiting = max_waiting

    @classmethod
    def of(cls, settings: Settings) -> Spool:
        """The folder that ``settings`` name, or else the one beside the database."""
        folder = settings.uploads
        if folder is None:
            url = Database(settings.database_url).url
            is_file = url.get_backend_name() == "sqlite"
            folder = Path(f"{url.database}-uploads") if is_file else Path("newskb-uploads")
        return cls(folder, max_waiting=settings.max_waiting_imports)

    # --- in ---

    def receive(self) -> Incoming:
        """A place for one file that is being uploaded. Raises ``BusyError`` when too many uploads wait."""
        self._require_room()
        for folder in (self.files, self._jobs):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Incoming(self.folder)

    def add(self, received: list[tuple[str, Incoming]], *, source: str | None, format: str) -> tuple[Job, bool]:
        """The job of these files, and whether it is new: what waits or runs already is not taken twice."""
        self._require_room()
        paths = tuple(f"{file.digest[:20]}/{fit(name)}" for name, file in received)
        for job in self.jobs():
            if job.status in (QUEUED, RUNNING) and (job.paths, job.source, job.format) == (paths, source, format):
                return job, False
        for path, (_name, file) in zip(paths, received, strict=True):
            file.move(self.files / path)
        job = Job(
            key=new_key(),
            status=QUEUED,
            files=tuple(fit(name) for name, _file in received),
            paths=paths,
            size=sum(file.size for _name, file in received),
            source=source,
            format=format,
            queued_at=now(),
        )
        self.write(job)
        return job, True

    def _require_room(self) -> None:
        waiting = sum(1 for job in self.jobs() if job.status == QUEUED)
        if waiting >= self._max_waiting:
            raise BusyError(
                f"{waiting} uploads wait for their import; send this one when some are done",
                retry_after_s=RETRY_AFTER_S,
            )

    # --- what there is ---

    def jobs(self) -> list[Job]:
        """All uploads that the folder remembers, the latest first; one whose process is gone is ``interrupted``."""
        listed = self._listed()
        if any(job.status == RUNNING for job in listed) and not self.is_locked():
            # Read again: it may have ended between the two looks.
            return [interrupted(job) if job.status == RUNNING else job for job in self._listed()]
        return listed

    def _listed(self) -> list[Job]:
        found = [self._read(path) for path in self._jobs.glob("imp-*.json")] if self._jobs.is_dir() else []
        known = [job for job in found if job is not None]
        return sorted(known, key=lambda job: (job.queued_at, job.key), reverse=True)

    def is_waited_for(self) -> bool:
        """Whether something waits, or was left in the middle by a server that is gone."""
        return any(job.status in (QUEUED, RUNNING) for job in self._listed())

    def write(self, job: Job) -> None:
        """Note what is known of an upload; whoever reads meanwhile sees the old or the new note, never half of one."""
        handle, name = tempfile.mkstemp(dir=self._jobs, prefix="writing-")
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(job))
        Path(name).replace(self._jobs / f"{job.key}.json")

    def end(self, job: Job) -> None:
        """Note that an upload has come to its end, and let go of its data and of what nobody asks for any more."""
        self.write(job)
        listed = self.jobs()
        needed = {path for other in listed if other.status in (QUEUED, RUNNING) for path in other.paths}
        for path in set(job.paths) - needed:
            shutil.rmtree((self.files / path).parent, ignore_errors=True)
        for old in [other for other in listed if other.status not in (QUEUED, RUNNING)][KEPT_JOBS:]:
            (self._jobs / f"{old.key}.json").unlink(missing_ok=True)

    def _read(self, path: Path) -> Job | None:
        try:
            return msgspec.json.decode(path.read_bytes(), type=Job)
        except (FileNotFoundError, msgspec.DecodeError):  # taken away meanwhile, or none of ours
            return None

    # --- one at a time ---

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until no other process imports, and keep the others waiting for the time of the block."""
        self._jobs.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def is_locked(self) -> bool:
        """Whether some process imports at this moment."""
        try:
            with (self.folder / "lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except FileNotFoundError:
            return False
        return False


class Incoming:
    """A file that is being uploaded; gone again unless it is moved to where it waits."""

    def __init__(self, folder: Path) -> None:
        handle, name = tempfile.mkstemp(dir=folder, prefix="incoming-")
        self._path = Path(name)
        self._file = os.fdopen(handle, "wb")
        self._hash = hashlib.sha256()
        self.size = 0

    @property
    def digest(self) -> str:
        """Hexadecimal SHA-256 of what has come so far."""
        return self._hash.hexdigest()

    def write(self, data: bytes) -> None:
        """Add what has come. Raises ``TooLargeError`` when the disk is full."""
        try:
            self._file.write(data)
        except OSError as error:
            raise TooLargeError(f"the upload cannot be kept: {error.strerror}") from error
        self._hash.update(data)
        self.size += len(data)

    def close(self) -> None:
        """Nothing more comes."""
        self._file.close()

    def move(self, path: Path) -> None:
        """Put the whole file where it waits."""
        self._file.close()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.replace(path)

    def discard(self) -> None:
        """Take it away, unless it was moved."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def interrupted(job: Job) -> Job:
    """The job of an upload whose import was stopped with its server."""
    return replace(
        job,
        status=INTERRUPTED,
        finished_at=job.finished_at or now(),
        detail="the server stopped in the middle; what was stored is kept, upload the same files again to go on",
    )


def fit(name: str) -> str:
    """``name`` as the name of a file in a folder of ours: no way out of it, and nothing that a terminal obeys."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    name = "".join("_" if unicodedata.category(c).startswith("C") else c for c in name)
    name = _NO_NAME.sub("_", name).strip()
    while len(name.encode("utf-8")) > MAX_NAME_BYTES:  # the end of a name says what kind of file it is
        name = name[1:]
    return name if name.strip(". ") else "upload"
