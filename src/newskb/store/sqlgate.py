"""An analyst's SQL becomes rows: read-only, over the views alone, within a time, a memory and a row limit.

Every query runs in a process of its own (``sqlrunner``), because nothing else stops one long step inside a database
library (``printf('%.*c', …)``); here it is started, listened to, and killed at the deadline.
"""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from newskb.errors import ForbiddenSqlError, NewskbError, QueryError, QueryTimeoutError, SetupError
from newskb.store import schema
from newskb.store.database import Database
from newskb.store.sqlrunner import MAX_QUERY_BYTES, Value
from newskb.store.views import views

START_S = 15.0
"""Seconds in which the process must be up and the database open; on an idle machine that takes 0.05 to 0.3."""
AT_ONCE = 8
"""Queries that run at the same time; each may hold some hundred megabytes and a core, so more of them wait."""

_RUNNER = Path(__file__).with_name("sqlrunner.py")
_SKIPPED = re.compile(r"(?:[\s(;]+|--[^\n]*(?:\n|$)|/\*.*?\*/)*", re.DOTALL)
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
_QUERIES = frozenset({"select", "with", "values"})
_MISSING = re.compile(r'\b(table|relation|column)(?:: | ")([\w.]+)')
_SEARCH_TABLES = tuple(f"{table}_fts" for table in schema.SEARCHED)
_running = threading.BoundedSemaphore(AT_ONCE)

_ERRORS: dict[str, type[NewskbError]] = {
    "forbidden": ForbiddenSqlError,
    "query": QueryError,
    "timeout": QueryTimeoutError,
    "setup": SetupError,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlResult:
    """What a query answered."""

    columns: tuple[str, ...]
    rows: list[list[Value]]
    """Values as JSON has them; bytes, dates and JSON of PostgreSQL are text, infinite numbers None."""
    truncated: bool
    """True when there were more rows than the limits allow."""
    elapsed_s: float


def run_sql(database_url: str, query: str, *, timeout_s: float, max_rows: int) -> SqlResult:
    """Run one SELECT over the analysts' views.

    Raises ``ForbiddenSqlError`` for what would write or leave the views, ``QueryError`` for what cannot be run, and
    ``QueryTimeoutError`` after ``timeout_s`` seconds.
    """
    _check_text(query)
    target = _target(database_url)
    request = msgspec.json.encode(
        {
            "kind": target.kind,
            "database": target.address(),
            "query": query,
            "timeout_s": timeout_s,
            "start_s": START_S,
            "max_rows": max_rows,
            "views": {view.name: list(view.columns) for view in views()},
            "functions": _functions()[target.kind],
            "path": sys.path,
        }
    )
    if not _running.acquire(timeout=timeout_s):
        raise QueryTimeoutError(f"{AT_ONCE} other queries are running; try again in a moment")
    try:
        return _answer(request, timeout_s)
    finally:
        _running.release()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """Where the queries go, as the process that runs them is told."""

    kind: str
    file: Path | None
    conninfo: str

    def address(self) -> str:
        """The address of the database. Raises ``SetupError`` when the file is not there."""
        if self.file is None:
            return self.conninfo
        if not self.file.is_file():
            raise SetupError(f"there is no database at {self.file}; run 'newskb db upgrade' or 'newskb import'")
        return self.file.absolute().as_uri()


@cache
def _target(database_url: str) -> _Target:
    database = Database(database_url)
    url = database.url
    if database.dialect == "sqlite":
        return _Target(kind="sqlite", file=Path(url.database or ""), conninfo="")
    conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return _Target(kind="postgresql", file=None, conninfo=conninfo)


@cache
def _functions() -> dict[str, list[str]]:
    """Functions that a query may call; on PostgreSQL also all that are immutable."""
    data = files("newskb.store").joinpath("sqlfunctions.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, list[str]])


def _check_text(query: str) -> None:
    """Refuse early, and in words, what the databases would refuse in theirs."""
    if "\x00" in query or any("\ud800" <= character <= "\udfff" for character in query):
        raise QueryError("the query holds a character that no SQL has")
    if len(query.encode("utf-8")) > MAX_QUERY_BYTES:
        raise QueryError(f"the query is longer than {MAX_QUERY_BYTES:,} bytes")
    start = _SKIPPED.match(query)
    word = _WORD.match(query, start.end() if start else 0)
    if word is None:
        raise QueryError("the query is empty; write one SELECT")
    if word.group().lower() not in _QUERIES:
        raise ForbiddenSqlError(f"a query may only read: SELECT, WITH or VALUES, not {word.group().upper()}")


# --- the process -----------------------------------------------------------------------------------------------------


class _Deadline:
    """Kills a process when its time is over."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._timer: threading.Timer | None = None
        self.has_passed = False

    def set(self, seconds: float) -> None:
        """Begin to count anew."""
        self.cancel()
        self._timer = threading.Timer(seconds, self._kill)
        self._timer.daemon = True
        self._timer.start()

    def cancel(self) -> None:
        """Stop counting."""
        if self._timer is not None:
            self._timer.cancel()

    def _kill(self) -> None:
        self.has_passed = True
        self._process.kill()


@contextmanager
def _process() -> Iterator[subprocess.Popen[bytes]]:
    # -I and -S: no site packages are searched and no start-up files run, which is half of the start time; the
    # environment may hold passwords that the process does not need.
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", "-B", str(_RUNNER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={},
    )
    try:
        yield process
    finally:
        process.kill()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
        process.wait()


def _answer(request: bytes, timeout_s: float) -> SqlResult:
    columns: tuple[str, ...] = ()
    rows: list[list[Value]] = []
    started = time.monotonic()
    with _process() as process:
        deadline = _Deadline(process)
        deadline.set(START_S)
        is_ready = False
        try:
            for message in _messages(process, request):
                if isinstance(message, list):
                    rows += message
                elif "ready" in message:
                    is_ready, started = True, time.monotonic()
                    deadline.set(timeout_s)
                elif "columns" in message:
                    columns = tuple(message["columns"])
                elif "done" in message:
                    return SqlResult(
                        columns=columns,
                        rows=rows,
                        truncated=message["truncated"],
                        elapsed_s=time.monotonic() - started,
                    )
                else:
                    raise _error(message["error"], message["message"], timeout_s)
        finally:
            deadline.cancel()
        if deadline.has_passed and not is_ready:
            raise SetupError(f"the database did not open within {START_S:g} s")
        if deadline.has_passed:
            raise _error("timeout", "", timeout_s)
        raise _death(process)


def _messages(process: subprocess.Popen[bytes], request: bytes) -> Iterator[Any]:
    if process.stdin is None or process.stdout is None:
        raise SetupError("the process of the query has no pipes")
    try:
        process.stdin.write(request)
        process.stdin.close()
    except BrokenPipeError:  # it died at once; its end says why
        return
    for line in process.stdout:
        if line.endswith(b"\n"):  # a killed process may leave half a line
            yield msgspec.json.decode(line)


def _death(process: subprocess.Popen[bytes]) -> NewskbError:
    """Why a process ended without a last word: a limit of memory, or a fault of ours."""
    complaint = process.stderr.read().decode("utf-8", "replace").strip() if process.stderr else ""
    if process.wait() < 0 or "MemoryError" in complaint or not complaint:
        return QueryError("the query was stopped: it needs more memory than a query may use")
    return SetupError(f"the query could not be run: {complaint.splitlines()[-1]}")


def _error(kind: str, message: str, timeout_s: float) -> NewskbError:
    if kind == "timeout":
        return QueryTimeoutError(f"the query was stopped after {timeout_s:g} s")
    missing = _MISSING.search(message)
    if kind == "query" and missing is not None:
        return _no_such(message, missing[2].rsplit(".", 1)[-1].lower(), is_table=missing[1] in ("table", "relation"))
    return _ERRORS[kind](message)


def _no_such(message: str, name: str, *, is_table: bool) -> NewskbError:
    """The error for a name that is none of the views' or their columns', with the nearest one that is."""
    names = sorted({view.name for view in views()})
    if not is_table:
        near = get_close_matches(name, sorted({column for view in views() for column in view.columns}), n=1)
        return QueryError(message + (f"; did you mean '{near[0]}'?" if near else ""))
    near = get_close_matches(name, names, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(names)}"
    if name in schema.Base.metadata.tables or name.startswith(("alembic_", "sqlite_", "pg_", *_SEARCH_TABLES)):
        return ForbiddenSqlError(f"'{name}' is none of the views that a query may read; {hint}")
    return QueryError(f"{message}; {hint}")
