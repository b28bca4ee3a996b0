"""A server that tells its CPU time: ``python -m newskb.evals.served`` serves and answers a number for each line read.

Run by the benchmark. The time is that of this process alone, to the nanosecond, which no other process can read.
"""

from __future__ import annotations

import socket
import sys
import threading
import time

import uvicorn


def main() -> None:
    """Serve on a free port, which is the first line written, until standard input ends."""
    listening = socket.create_server(("127.0.0.1", 0))
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
