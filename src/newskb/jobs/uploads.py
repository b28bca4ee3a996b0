"""Uploads are imported one after another, each in a process of its own (``uploading``) that ends with the server."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import msgspec

from newskb.errors import NewskbError
from newskb.jobs.progress import ImportProgress
from newskb.jobs.spool import DONE, FAILED, INTERRUPTED, QUEUED, RUNNING, Job, Spool, interrupted
from newskb.settings import Settings
from newskb.store.database import Database, now
from newskb.store.imports import close_import

log = logging.getLogger(__name__)

STOP_S = 10.0
"""Seconds that a stopped import has to go."""

Ended = Callable[[Job], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A line that the process of an import prints."""

    progress: ImportProgress | None = None
    failed: str | None = None
    """Why it ended early."""
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the process of an import is asked to do."""

    settings: dict[str, object]
    folder: str
    job: Job


class Importer:
    """Imports what waits in the folder of uploads, in the background; any number of server processes may have one."""

    def __init__(self, settings: Settings, spool: Spool, *, ended: Ended | None = None) -> None:
        self._settings = settings
        self._spool = spool
        self._ended = ended
        self._mutex = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_wanted = False
        self._is_closed = False
        self._process: subprocess.Popen[bytes] | None = None

    def wake(self) -> None:
        """Something may wait: see to it. Returns at once."""
        with self._mutex:
            self._is_wanted = True
            if self._thread is None and not self._is_closed:
                self._thread = threading.Thread(target=self._work, name="imports", daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Until nothing waits any more."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def close(self) -> None:
        """Stop the import that runs; it is ``interrupted`` then."""
        with self._mutex:
            self._is_closed = True
            process, thread = self._process, self._thread
        if process is not None:
            process.kill()  # the ledger is written with the articles, so that nothing is lost or left half done
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
                with self._spool.turn():
                    self._recover()
                    while (job := self._next()) is not None:
                        self._finish(self._run(job))
            except Exception:  # the border of a thread: the next upload finds it at work again
                log.exception("the uploads could not be imported")

    def _next(self) -> Job | None:
        waiting = [job for job in self._spool.jobs() if job.status == QUEUED]
        return waiting[-1] if waiting and not self._is_closed else None

    def _recover(self) -> None:
        """Close what a server left running when it was killed: it is our turn, so that none runs."""
        for job in self._spool.jobs():
            if job.status == RUNNING:
                self._finish(interrupted(job))

    def _run(self, job: Job) -> Job:
        job = replace(job, status=RUNNING, started_at=now())
        self._spool.write(job)
        settings = self._settings.model_dump(mode="json") | _absolute(self._settings)
        request = Request(settings=settings, folder=str(self._spool.files), job=job)
        process = self._start()
        if process is None:
            return interrupted(job)
        ended: Message | None = None
        with process:
            if process.stdin is None or process.stdout is None:
                raise OSError("the process of an import has no pipes")
            _send(process.stdin, msgspec.json.encode(request) + b"\n")
            for line in process.stdout:
                message = _message(line)
                if message is not None and message.progress is not None:
                    job = replace(job, progress=message.progress)
                    self._spool.write(job)
                elif message is not None:
                    ended = message
            status = process.wait()
        with self._mutex:
            self._process = None
        if ended is not None and ended.done:
            return replace(job, status=DONE, finished_at=now())
        if ended is None and self._is_closed:
            return interrupted(job)
        detail = ended.failed if ended is not None else _death(status)
        return replace(job, status=FAILED, finished_at=now(), detail=detail)

    def _start(self) -> subprocess.Popen[bytes] | None:
        """The process of an import; None when the server stops."""
        with self._mutex:
            if self._is_closed:
                return None
            self._process = subprocess.Popen(
                [sys.executable, "-m", "newskb.jobs.uploading"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
            )
            return self._process

    def _finish(self, job: Job) -> None:
        self._spool.end(job)
        if job.status in (FAILED, INTERRUPTED):
            log.warning("an import ended early", extra={"key": job.key, "status": job.status, "detail": job.detail})
            self._close_row(job)
        if self._ended is not None:
            self._ended(job)

    def _close_row(self, job: Job) -> None:
        """Its row too says how it ended; a process that was killed could not write that."""
        database = Database(self._settings.database_url)
        try:
            with database.begin() as connection:
                close_import(connection, job.key, status=job.status)
        except NewskbError as error:  # the folder of uploads says it all the same
            log.warning("the import's row still says 'running'", extra={"key": job.key, "error": str(error)})
        finally:
            database.dispose()


def _absolute(settings: Settings) -> dict[str, object]:
    """Paths of the settings as they are known from any folder: the process goes into that of the uploads."""
    url = Database(settings.database_url).url
    found: dict[str, object] = {}
    if url.get_backend_name() == "sqlite":
        found["database_url"] = f"sqlite:///{Path(url.database or '').absolute()}"
    if settings.model is not None:
        found["model"] = str(settings.model.absolute())
    return found


def _send(pipe: IO[bytes], data: bytes) -> None:
    try:
        pipe.write(data)
        pipe.flush()
    except BrokenPipeError:  # it died at once; its end says why
        return


def _message(line: bytes) -> Message | None:
    try:
        return msgspec.json.decode(line, type=Message)
    except msgspec.DecodeError:  # half a line of a killed process, or something that a library printed
        return None


def _death(status: int) -> str:
    how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
    return f"the process of the import {how}; the server's log may say why. Upload the same files again to go on"
