"""One export becomes a file, in a process of its own: ``python -m newskb.jobs.exportrunner``.

Run by ``exportqueue``. It reads one request from standard input, prints how far it is as JSON lines, and goes when its
standard input is closed, which is what happens when the server is killed.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from pathlib import Path

import msgspec

from newskb.errors import NewskbError
from newskb.exports.question import Question
from newskb.jobs.exporting import export_to
from newskb.jobs.exportqueue import Message, Request
from newskb.settings import Settings

log = logging.getLogger(__name__)

NICENESS = 5
"""How much the process yields to those who read: an export may take longer, an answer should not."""
TOLD_EVERY_S = 0.5


class _Teller:
    """Prints how much is written, twice a second at most."""

    def __init__(self) -> None:
        self._told = 0.0

    def __call__(self, written: int) -> None:
        if time.monotonic() - self._told >= TOLD_EVERY_S:
            self._told = time.monotonic()
            _print(Message(written=written))


def main() -> None:
    """Write what standard input says."""
    request = msgspec.json.decode(sys.stdin.buffer.readline(), type=Request)
    threading.Thread(target=_end_with_server, daemon=True).start()
    os.nice(NICENESS)
    job = request.job
    try:
        question = Question.parse(job.format, what=job.what, params=job.filters)
        settings = Settings.model_validate(request.settings)
        manifest = export_to(question, Path(request.folder), settings=settings, progress=_Teller())
    except NewskbError as error:
        _print(Message(failed=str(error)))
    except Exception as error:  # the border of a process: the server's log has the traceback, its client the reason
        log.exception("an export failed")
        _print(Message(failed=f"{type(error).__name__}: {error}; please report it"))
    else:
        _print(Message(manifest=dict(manifest)))


def _print(message: Message) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(message) + b"\n")
    sys.stdout.buffer.flush()


def _end_with_server() -> None:
    while sys.stdin.buffer.read(1):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
