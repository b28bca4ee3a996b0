"""A server that tells its CPU time: it serves, and answers a number for each line read.

Run by the benchmarks, as ``python -m newskb.evals.served`` for the program itself, and as a file with a database as
argument by the Python of Datasette, which has no newskb. The time is that of this process alone, to the nanosecond,
which no other process can read.
"""

from __future__ import annotations

import importlib
import socket
import sys
import threading
import time

import uvicorn


def main() -> None:
    """Serve on a free port, which is the first line written, until standard input ends."""
    listening = socket.create_server(("127.0.0.1", 0))
    if sys.argv[1:]:
        app = importlib.import_module("datasette.app").Datasette(sys.argv[1:]).app()
        config = uvicorn.Config(app, log_level="warning")
    else:
        config = uvicorn.Config("newskb.api.app:from_environment", factory=True, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    _say(listening.getsockname()[1])
    for _line in sys.stdin:
        _say(time.process_time())
    server.should_exit = True
    thread.join()


def _say(value: float) -> None:
    sys.stdout.write(f"{value}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
