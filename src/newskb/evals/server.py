"""A server in a process of its own becomes CPU seconds, milliseconds and answers."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from newskb.errors import SetupError
from newskb.evals import served

TIMEOUT_S = 300.0
"""A page that counts everything in millions of rows takes a while; none should take longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What one request took."""

    cpu_ms: float
    """Of the server's process."""
    wall_ms: float


class Server:
    """Serves while the block lasts, over one connection that is kept."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}
        )
        self.port = 0
        self._connection: http.client.HTTPConnection | None = None

    @classmethod
    def of(cls, database_url: str) -> Server:
        """The program itself over a database."""
        return cls([sys.executable, "-m", "newskb.evals.served"], {"NEWSKB_DATABASE_URL": database_url})

    @classmethod
    def of_datasette(cls, python: Path, database: Path) -> Server:
        """Datasette, as the Python of its environment has it, over a database file."""
        return cls([str(python), "-I", str(served.__file__), str(database)], {})

    def __enter__(self) -> Server:
        self.port = int(self._line())
        self._connection = self.connect()
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._connection is not None:
            self._connection.close()
        self._process.communicate(timeout=60)  # the end of its input ends it

    def connect(self) -> http.client.HTTPConnection:
        """Another connection, for another thread."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)

    def get(self, path: str, *, status: int = 200) -> bytes:
        """The body of an answer. Raises ``SetupError`` when it has another status."""
        if self._connection is None:
            raise SetupError("the server was not started")
        self._connection.request("GET", path)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != status:
            raise SetupError(f"{path} answered {answer.status}: {body[:200].decode('utf-8', 'replace')}")
        return body

    def json(self, path: str) -> object:
        """The body as JSON has it."""
        found: object = orjson.loads(self.get(path))
        return found

    def first_byte_ms(self, path: str) -> float:
        """Milliseconds until the first byte of a page."""
        if self._connection is None:
            raise SetupError("the server was not started")
        started = time.perf_counter()
        self._connection.request("GET", path)
        answer = self._connection.getresponse()
        answer.read(1)
        took = time.perf_counter() - started
        answer.read()
        return took * 1000

    def spent(self, path: str, *, requests: int) -> Spent:
        """What a request of ``path`` takes, the mean of so many."""
        before, started = self._cpu(), time.perf_counter()
        for _ in range(requests):
            self.get(path)
        wall = time.perf_counter() - started
        return Spent(cpu_ms=(self._cpu() - before) / requests * 1000, wall_ms=wall / requests * 1000)

    def _cpu(self) -> float:
        if self._process.stdin is None:
            raise SetupError("the server cannot be asked for its time")
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return float(self._line())

    def _line(self) -> str:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise SetupError("the server did not start")
        return line
