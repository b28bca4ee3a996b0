"""One upload becomes stored articles, in a process of its own: ``python -m newskb.jobs.uploading``.

Run by ``uploads``. It reads one request from standard input, prints how far it is as JSON lines, and goes when its
standard input is closed, which is what happens when the server is killed.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from pathlib import Path

import msgspec

from newskb.errors import NewskbError
from newskb.jobs.imports import run_import
from newskb.jobs.progress import ImportProgress
from newskb.jobs.uploads import Message, Request
from newskb.settings import Settings

log = logging.getLogger(__name__)

NICENESS = 5
"""How much the process yields to those who read: an import may take longer, an answer should not."""


def main() -> None:
    """Import what standard input says."""
    request = msgspec.json.decode(sys.stdin.buffer.readline(), type=Request)
    threading.Thread(target=_end_with_server, daemon=True).start()
    os.nice(NICENESS)
    folder = Path(request.folder)
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)  # so that articles and issues name their file as it was uploaded, not where it lay
    job = request.job
    try:
        run_import(
            job.paths,
            settings=Settings.model_validate(request.settings),
            source=job.source,
            format=job.format,
            progress=_tell,
            key=job.key,
        )
    except NewskbError as error:
        _print(Message(failed=str(error)))
    except Exception as error:  # the border of a process: the server's log has the traceback, its client the reason
        log.exception("an import failed")
        _print(Message(failed=f"{type(error).__name__}: {error}; please report it"))
    else:
        _print(Message(done=True))


def _tell(progress: ImportProgress) -> None:
    _print(Message(progress=progress))


def _print(message: Message) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(message) + b"\n")
    sys.stdout.buffer.flush()


def _end_with_server() -> None:
    while sys.stdin.buffer.read(1):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
