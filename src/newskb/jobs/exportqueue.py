"""Exports that were asked for wait in a folder and are written one after another, each in a process of its own.

The folder is all that server processes share, so that an export survives them: ``exp-…/job.json`` tells what is known
of it, the file and its manifest lie beside that, and the process that writes holds ``lock``. Ended exports go after
some days, or before when all together are too large.
"""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from newskb import text
from newskb.errors import BusyError, ConflictError, NotFoundError
from newskb.exports.question import MANIFEST, Question
from newskb.settings import Settings
from newskb.store.database import Database, now

log = logging.getLogger(__name__)

QUEUED, RUNNING, DONE, FAILED, INTERRUPTED = "queued", "running", "done", "failed", "interrupted"
RETRY_AFTER_S = 60
STOP_S = 10.0
"""Seconds that a stopped export has to go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One export and what became of it."""

    key: str
    """Public key, ``exp-…``."""
    status: str
    format: str
    what: str
    filters: Mapping[str, Sequence[str]]
    queued_at: str
    started_at: str | None = None
    finished_at: str | None = None
    detail: str | None = None
    """Why it failed or stopped, and what to do."""
    written: int = 0
    """Pieces (rows, lines) written so far; formats that are built as a whole tell it at the end."""
    counts: Mapping[str, int] | None = None
    file: str | None = None
    """Name of the file, once it is whole."""
    size: int | None = None
    hash: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the process of an export is asked to do."""

    settings: dict[str, object]
    folder: str
    job: Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A line that the process of an export prints."""

    written: int | None = None
    failed: str | None = None
    manifest: dict[str, object] | None = None


class ExportQueue:
    """The folder of exports, and what writes them; any number of server processes may have one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.folder = _folder(settings).absolute()
        self._mutex = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_wanted = False
        self._is_closed = False
        self._process: subprocess.Popen[bytes] | None = None

    # --- asking ---

    def add(self, question: Question) -> tuple[Job, bool]:
        """The job of a question, and whether it is new: what waits or runs already is not written twice.

        Raises ``BusyError`` when too many exports wait.
        """
        listed = self.jobs()
        filters = {name: tuple(values) for name, values in question.params.items()}
        for job in listed:
            asked = {name: tuple(values) for name, values in job.filters.items()}
            if job.status in (QUEUED, RUNNING) and (job.format, job.what, asked) == (
                question.format.name,
                question.subject,
                filters,
            ):
                return job, False
        waiting = sum(1 for job in listed if job.status == QUEUED)
        if waiting >= self._settings.max_waiting_exports:
            raise BusyError(f"{waiting} exports wait; ask again when some are done", retry_after_s=RETRY_AFTER_S)
        self._forget(listed)
        job = Job(
            key=text.key("exp", secrets.token_hex(16)),
            status=QUEUED,
            format=question.format.name,
            what=question.subject,
            filters=filters,
            queued_at=now(),
        )
        (self.folder / job.key).mkdir(parents=True, mode=0o700)
        self._write(job)
        self.wake()
        return job, True

    def jobs(self) -> list[Job]:
        """All exports that the folder remembers, the latest first; one whose process is gone is ``interrupted``."""
        listed = self._listed()
        if any(job.status == RUNNING for job in listed) and not self._is_locked():
            # Read again: it may have ended between the two looks.
            return [_interrupted(job) if job.status == RUNNING else job for job in self._listed()]
        return listed

    def get(self, key: str) -> Job:
        """The export with this key. Raises ``NotFoundError``."""
        for job in self.jobs():
            if job.key == key:
                return job
        raise NotFoundError(f"there is no export {key!r}; those that ended are kept for some days only")

    def file(self, key: str) -> Path:
        """The file of an export. Raises ``NotFoundError``, and ``ConflictError`` while there is none."""
        job = self.get(key)
        if job.file is None:
            raise ConflictError(f"the export {key} has no file: it is {job.status}")
        path = self.folder / job.key / job.file
        if not path.is_file():
            raise NotFoundError(f"the file of the export {key} was taken away; ask for it again")
        return path

    def manifest(self, key: str) -> Path:
        """The manifest of an export. Raises as ``file`` does."""
        return self.file(key).with_name(MANIFEST)

    # --- writing ---

    def wake(self) -> None:
        """Something may wait: see to it. Returns at once."""
        with self._mutex:
            self._is_wanted = True
            if self._thread is None and not self._is_closed:
                self._thread = threading.Thread(target=self._work, name="exports", daemon=True)
                self._thread.start()

    def wake_if_waited_for(self) -> None:
        """See to what a server before this one has left."""
        if any(job.status in (QUEUED, RUNNING) for job in self._listed()):
            self.wake()

    def wait(self) -> None:
        """Until nothing waits any more."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def close(self) -> None:
        """Stop the export that runs; it is ``interrupted`` then."""
        with self._mutex:
            self._is_closed = True
            process, thread = self._process, self._thread
        if process is not None:
            process.kill()
            if thread is not None:
                thread.join(STOP_S)

    def _work(self) -> None:
        while True:
            with self._mutex:
                if not self._is_wanted or self._is_closed:
                    self._thread = None
                    return
                self._is_wanted = False
            try:
                with self._turn():
                    for job in self._listed():
                        if job.status == RUNNING:  # it is our turn, so that none runs
                            self._write(_interrupted(job))
                    while (waiting := self._next()) is not None:
                        self._write(self._run(waiting))
            except Exception:  # the border of a thread: the next export finds it at work again
                log.exception("the exports could not be written")

    def _next(self) -> Job | None:
        waiting = [job for job in self._listed() if job.status == QUEUED]
        return waiting[-1] if waiting and not self._is_closed else None

    def _run(self, job: Job) -> Job:
        job = replace(job, status=RUNNING, started_at=now())
        self._write(job)
        settings = self._settings.model_dump(mode="json")
        request = Request(settings=settings, folder=str(self.folder / job.key), job=job)
        process = self._start()
        if process is None:
            return _interrupted(job)
        ended: Message | None = None
        with process:
            if process.stdin is None or process.stdout is None:
                raise OSError("the process of an export has no pipes")
            try:
                process.stdin.write(msgspec.json.encode(request) + b"\n")
                process.stdin.flush()
            except BrokenPipeError:  # it died at once; its end says why
                log.warning("the process of an export died", extra={"key": job.key})
            for line in process.stdout:
                message = _message(line)
                if message is not None and message.written is not None:
                    job = replace(job, written=message.written)
                    self._write(job)
                elif message is not None:
                    ended = message
            status = process.wait()
        with self._mutex:
            self._process = None
        if ended is not None and ended.manifest is not None:
            return _done(job, msgspec.convert(ended.manifest, _Manifest))
        if ended is None and self._is_closed:
            return _interrupted(job)
        detail = ended.failed if ended is not None else f"the process of the export ended with status {status}"
        return replace(job, status=FAILED, finished_at=now(), detail=detail)

    def _start(self) -> subprocess.Popen[bytes] | None:
        """The process of an export; None when the server stops."""
        with self._mutex:
            if self._is_closed:
                return None
            self._process = subprocess.Popen(
                [sys.executable, "-m", "newskb.jobs.exportrunner"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
            )
            return self._process

    # --- the folder ---

    def _listed(self) -> list[Job]:
        found = [_read(path) for path in self.folder.glob("exp-*/job.json")] if self.folder.is_dir() else []
        known = [job for job in found if job is not None]
        return sorted(known, key=lambda job: (job.queued_at, job.key), reverse=True)

    def _write(self, job: Job) -> None:
        """Note what is known; whoever reads meanwhile sees the old or the new note, never half of one."""
        folder = self.folder / job.key
        handle, name = tempfile.mkstemp(dir=folder, prefix="writing-")
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(job))
        Path(name).replace(folder / "job.json")

    def _forget(self, listed: Sequence[Job]) -> None:
        """Remove ended exports that are too old, and the oldest of those that are too large together."""
        oldest = (datetime.now(UTC) - timedelta(days=self._settings.exports_days)).isoformat(timespec="seconds")
        room = self._settings.max_exports_bytes
        for job in listed:
            if job.status in (QUEUED, RUNNING):
                continue
            room -= job.size or 0
            if room < 0 or job.queued_at < oldest:
                shutil.rmtree(self.folder / job.key, ignore_errors=True)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait until no other process writes an export, and keep the others waiting for the time of the block."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _is_locked(self) -> bool:
        try:
            with (self.folder / "lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    path: str
    bytes: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    """What of a manifest the job tells."""

    counts: dict[str, int]
    resources: list[_File]


def _done(job: Job, manifest: _Manifest) -> Job:
    (made,) = manifest.resources
    return replace(
        job,
        status=DONE,
        finished_at=now(),
        counts=manifest.counts,
        file=made.path,
        size=made.bytes,
        hash=made.hash,
    )


def _folder(settings: Settings) -> Path:
    """The folder that ``settings`` name, or else the one beside the database."""
    if settings.exports is not None:
        return settings.exports
    url = Database(settings.database_url).url
    return Path(f"{url.database}-exports") if url.get_backend_name() == "sqlite" else Path("newskb-exports")


def _interrupted(job: Job) -> Job:
    return replace(
        job,
        status=INTERRUPTED,
        finished_at=job.finished_at or now(),
        detail="the server stopped in the middle; ask for the export again",
    )


def _read(path: Path) -> Job | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Job)
    except (FileNotFoundError, msgspec.DecodeError):  # taken away meanwhile, or none of ours
        return None


def _message(line: bytes) -> Message | None:
    try:
        return msgspec.json.decode(line, type=Message)
    except msgspec.DecodeError:  # half a line of a killed process, or something that a library printed
        return None
