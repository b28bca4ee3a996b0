"""One analyst's query, in a process of its own: ``python -I -S sqlrunner.py`` reads a request and prints rows.

Run by ``sqlgate``, which kills it at the deadline. It imports nothing of newskb and no more of the standard library
than it needs: the start of the process is most of what a small query costs.

The request is one JSON object on standard input. The answer is JSON lines: ``{"ready": true}`` when the database is
open, then ``{"columns": […]}``, lists of rows, and ``{"done": …}`` or ``{"error": kind, "message": …}`` at the end.
"""

from __future__ import annotations

import json
import math
import resource
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg.pq.abc import PGconn, PGresult

Value = str | int | float | bool | None
Row = list[Value]

MIB = 1 << 20
ROWS_AT_ONCE = 500
"""Rows in one line of the answer: bounds what both processes hold besides the answer itself."""
MAX_ANSWER_BYTES = 64 * MIB
"""Characters of JSON after which an answer is cut off as if it had too many rows."""
MAX_VALUE_BYTES = 16 * MIB
"""Longest text in SQLite: above the longest article (1,000,000 characters), far below what fills a machine."""
MAX_QUERY_BYTES = 100_000
HEAP_BYTES = 512 * MIB
"""What SQLite may allocate; a sort of long texts goes to temporary files long before."""
CACHE_KIB = 64 * 1024
ADDRESS_BYTES = 2048 * MIB
"""What the process may map: the heap, the interpreter, the rows in flight, and the driver's libraries."""
TEMPORARY_BYTES = 2048 * MIB
"""Largest temporary file of a sort."""
OPERATIONS = 100_000
"""Steps of SQLite's machine between two looks at the clock, some milliseconds."""
GRACE_S = 2.0
"""Seconds after the deadline at which the process ends itself, should the one that kills it be gone."""
ASKED = "newskb_asked"
"""Name of the temporary view, never committed, by which PostgreSQL says what a query reads and calls."""
READER_ROLE = "newskb_reader"
"""The role whose rights queries are run with in PostgreSQL when there is one and the user is a member of it."""


class Refused(Exception):
    """A query that is not run, or was stopped; ``kind`` says which error the caller raises."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def main() -> None:
    """Read the request, run it, say how it ended."""
    request = json.load(sys.stdin)
    sys.path[:] = request["path"]
    _limit(resource.RLIMIT_AS, ADDRESS_BYTES)
    _limit(resource.RLIMIT_FSIZE, TEMPORARY_BYTES)
    _limit(resource.RLIMIT_CORE, 0)
    # The default action ends the process whatever it is doing; a handler of Python's would wait for the query.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, request["start_s"] + request["timeout_s"] + GRACE_S)
    try:
        run = _sqlite if request["kind"] == "sqlite" else _postgresql
        _say({"done": True, "truncated": _print_rows(run(request), request["max_rows"])})
    except Refused as refused:
        _say({"error": refused.kind, "message": str(refused)})
    except MemoryError:
        _say({"error": "query", "message": "the query needs more memory than a query may use"})


def _limit(what: int, value: int) -> None:
    _soft, hard = resource.getrlimit(what)
    try:
        resource.setrlimit(what, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
    except (OSError, ValueError):  # macOS refuses some of them; the limits of SQLite itself still hold
        return


def _say(message: object) -> int:
    line = json.dumps(message, ensure_ascii=False, separators=(",", ":")) + "\n"
    data = line.encode("utf-8", "replace")
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    return len(data)


def _print_rows(rows: Iterable[Row], max_rows: int) -> bool:
    """Write the rows, some at a time; returns whether there were more than may be told."""
    written = size = 0
    part: list[Row] = []
    for row in rows:
        if written + len(part) == max_rows:
            _say(part)
            return True
        part.append(row)
        if len(part) == ROWS_AT_ONCE or _is_big(row):
            written += len(part)
            size += _say(part)
            part = []
            if size > MAX_ANSWER_BYTES:
                return next(iter(rows), None) is not None
    _say(part)
    return False


def _is_big(row: Row) -> bool:
    return any(isinstance(value, str) and len(value) > MIB for value in row)


# --- SQLite ----------------------------------------------------------------------------------------------------------


def _sqlite(request: dict[str, Any]) -> Iterator[Row]:
    query, names = request["query"], request["views"]
    guard = _Guard(frozenset(names), frozenset(request["functions"]))
    try:
        connection = _open_sqlite(request["database"])
    except sqlite3.Error as error:
        raise Refused("setup", f"the database cannot be opened: {error}") from error
    connection.set_authorizer(guard)
    _say({"ready": True})
    deadline = time.monotonic() + request["timeout_s"]
    connection.set_progress_handler(lambda: time.monotonic() > deadline, OPERATIONS)
    try:
        _check_names(query, names, guard)
        cursor = connection.execute(query)
        if cursor.description is None:
            raise Refused("query", "the query is empty")
        _say({"columns": [column[0] for column in cursor.description]})
        for row in cursor:
            yield [_plain(value) for value in row]
    except (sqlite3.Error, sqlite3.Warning) as error:
        if guard.refused:
            raise Refused("forbidden", guard.refused) from error
        if time.monotonic() > deadline:
            raise Refused("timeout", "") from error
        raise Refused("query", str(error)) from error


def _plain(value: object) -> Value:
    """A value of SQLite as JSON has it; numbers that JSON has not are NULL, bytes are written as SQL writes them."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    return value if isinstance(value, str | int | float) else None


def _open_sqlite(address: str) -> sqlite3.Connection:
    """A connection that cannot write, with limits on what a statement may ask of the machine."""
    connection = sqlite3.connect(f"{address}?mode=ro", uri=True, isolation_level=None, cached_statements=0)
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    connection.execute("PRAGMA busy_timeout = 5000")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    connection.execute(f"PRAGMA hard_heap_limit = {HEAP_BYTES}")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # is it a database, and not locked for good?
    _limit_statements(connection)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _limit_statements(connection: sqlite3.Connection) -> None:
    for table in _TABLE_FUNCTIONS:  # first used, they write their columns into the schema, which a guard forbids
        connection.execute(f"SELECT 1 FROM {table}('[]')").fetchall()
    for category, limit in {
        sqlite3.SQLITE_LIMIT_LENGTH: MAX_VALUE_BYTES,
        sqlite3.SQLITE_LIMIT_SQL_LENGTH: 2 * MAX_QUERY_BYTES,
        sqlite3.SQLITE_LIMIT_COLUMN: 500,
        sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
        sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 100,
        sqlite3.SQLITE_LIMIT_ATTACHED: 0,
        sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1_000,
        sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
        sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
    }.items():
        connection.setlimit(category, limit)


def _check_names(query: str, views: Mapping[str, Sequence[str]], guard: _Guard) -> None:
    """Compile the query where there is nothing but the views, so that it can name nothing else.

    The authorizer alone cannot tell: SQLite tells it in which view a table is read, but a common table expression of
    the same name looks alike (``WITH events AS (SELECT * FROM meta) …``).
    """
    connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=0)
    for name, columns in views.items():
        listed = ", ".join(f'NULL AS "{column}"' for column in columns)
        connection.execute(f'CREATE VIEW "{name}" AS SELECT {listed}')
    _limit_statements(connection)
    connection.set_authorizer(guard)
    connection.execute(f"EXPLAIN {query}")
    connection.close()


_TABLE_FUNCTIONS = frozenset({"json_each", "json_tree"})
"""Functions in the place of tables, which SQLite asks its authorizer for as if they were tables."""


class _Guard:
    """SQLite's authorizer: what is not on its lists is refused while the statement is compiled."""

    def __init__(self, views: frozenset[str], functions: frozenset[str]) -> None:
        self._readable = views | _TABLE_FUNCTIONS
        self._functions = functions
        self.refused = ""

    def __call__(self, action: int, one: str | None, two: str | None, _schema: str | None, inside: str | None) -> int:
        if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE):
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ:
            # Without a column: a table of a view from which nothing but the number of its rows is taken.
            if inside is not None or not two or (one or "").lower() in self._readable:
                return sqlite3.SQLITE_OK
            self.refused = self.refused or f"'{one}' is none of the views that a query may read"
        elif action == sqlite3.SQLITE_FUNCTION:
            if (two or "").lower() in self._functions:
                return sqlite3.SQLITE_OK
            self.refused = self.refused or f"the function {two}() may not be used"
        else:
            self.refused = self.refused or "a query may only read: SELECT, WITH or VALUES"
        return sqlite3.SQLITE_DENY


# --- PostgreSQL ------------------------------------------------------------------------------------------------------


def _postgresql(request: dict[str, Any]) -> Iterator[Row]:
    from psycopg import pq

    connection = pq.PGconn.connect(request["database"].encode())
    if connection.status != pq.ConnStatus.OK:
        raise Refused("setup", f"PostgreSQL does not answer: {connection.get_error_message().strip()}")
    server = _Server(connection)
    milliseconds = max(1, math.ceil(request["timeout_s"] * 1000))
    server.run("SET client_encoding = 'UTF8'")
    server.run(f"SET statement_timeout = {milliseconds}")
    server.run("SET lock_timeout = 5000")
    server.run("SET idle_in_transaction_session_timeout = '60s'")
    # A backend that waits or computes would not notice that its client was killed before it has something to send.
    server.run("SET client_connection_check_interval = '1s'", needed=False)
    _say({"ready": True})
    query = request["query"].strip().rstrip(";")
    _check(server, query, request)
    server.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    if server.rows(
        "SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = $1 AND pg_catalog.pg_has_role(oid, 'MEMBER')", READER_ROLE
    ):
        server.run(f"SET LOCAL ROLE {READER_ROLE}")
    # The extended protocol takes one statement, and a cursor nothing but a query.
    server.run(f"DECLARE {ASKED} NO SCROLL CURSOR FOR\n{query}\n")
    told = False
    while True:
        result = server.run(f"FETCH FORWARD {ROWS_AT_ONCE} FROM {ASKED}")
        if not told:
            _say({"columns": [(result.fname(n) or b"").decode("utf-8", "replace") for n in range(result.nfields)]})
            told = True
        if result.ntuples == 0:
            break
        readers = [_READERS.get(result.ftype(n), _text) for n in range(result.nfields)]
        for number in range(result.ntuples):
            values = (result.get_value(number, n) for n in range(result.nfields))
            yield [None if v is None else read(v) for read, v in zip(readers, values, strict=True)]
    server.run("ROLLBACK")


class _Server:
    """Statements for PostgreSQL, each sent alone by the extended protocol; its errors become ``Refused``."""

    def __init__(self, connection: PGconn) -> None:
        self._connection = connection

    def run(self, sql: str, *values: str, needed: bool = True) -> PGresult:
        """The result of one statement."""
        from psycopg import pq

        result = self._connection.exec_params(sql.encode(), [value.encode() for value in values])
        if needed and result.status not in (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK):
            raise _refusal(result)
        return result

    def rows(self, sql: str, *values: str) -> list[list[str]]:
        """All rows of a statement, as text."""
        result = self.run(sql, *values)
        return [
            [(result.get_value(row, column) or b"").decode() for column in range(result.nfields)]
            for row in range(result.ntuples)
        ]


_FORBIDDEN_STATES = frozenset({"25006", "42501", "0A000"})
"""SQLSTATEs of what a query may not do: write, go beyond its rights, hold a statement that changes data."""
_STOPPED_STATES = frozenset({"57014", "57P01", "25P03"})


def _refusal(result: PGresult) -> Refused:
    from psycopg import pq

    state = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"").decode()
    message = (result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY) or b"the server closed the connection").decode(
        "utf-8", "replace"
    )
    if state in _STOPPED_STATES:
        return Refused("timeout", message)
    return Refused("forbidden" if state in _FORBIDDEN_STATES else "query", message)


def _check(server: _Server, query: str, request: dict[str, Any]) -> None:
    """Refuse a query that reads more than the views or calls what is not on the list.

    PostgreSQL itself says so: a view made of the query, in a transaction that is rolled back, holds its parse tree
    with the number of every relation and function, and nothing of it is run.
    """
    server.run("BEGIN READ WRITE")
    server.run(f"CREATE TEMPORARY VIEW {ASKED} AS SELECT 1 AS one FROM (\n{query}\n) AS {ASKED}")
    tables = server.rows(
        """WITH tree AS (
               SELECT r.ev_class, r.ev_action::text AS text FROM pg_catalog.pg_rewrite r
               WHERE r.ev_class = $1::pg_catalog.regclass)
           SELECT DISTINCT c.oid::pg_catalog.regclass::text
           FROM tree, LATERAL pg_catalog.regexp_matches(tree.text, ':relid (\\d+)', 'g') AS found(groups)
           JOIN pg_catalog.pg_class c ON c.oid = found.groups[1]::pg_catalog.oid
           WHERE c.oid <> tree.ev_class
             AND NOT (c.relkind = 'v' AND c.relname = ANY ($2::text[])
                      AND c.relnamespace = (SELECT relnamespace FROM pg_catalog.pg_class
                                            WHERE oid = pg_catalog.to_regclass('articles')))""",
        f"pg_temp.{ASKED}",
        "{" + ",".join(request["views"]) + "}",
    )
    if tables:
        raise Refused("forbidden", f"'{tables[0][0]}' is none of the views that a query may read")
    functions = server.rows(
        """WITH tree AS (
               SELECT r.ev_action::text AS text FROM pg_catalog.pg_rewrite r
               WHERE r.ev_class = $1::pg_catalog.regclass)
           SELECT DISTINCT p.proname
           FROM tree, LATERAL pg_catalog.regexp_matches(
                    tree.text, ':(funcid|opfuncid|aggfnoid|winfnoid) (\\d+)', 'g') AS found(groups)
           JOIN pg_catalog.pg_proc p ON p.oid = found.groups[2]::pg_catalog.oid
           WHERE p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace
              OR (p.provolatile <> 'i' AND NOT (found.groups[1] = 'opfuncid' AND p.provolatile = 's')
                  AND NOT p.proname = ANY ($2::text[]))""",
        f"pg_temp.{ASKED}",
        "{" + ",".join(request["functions"]) + "}",
    )
    if functions:
        raise Refused("forbidden", f"the function {functions[0][0]}() may not be used")
    server.run("ROLLBACK")


def _text(data: bytes) -> Value:
    return data.decode("utf-8", "replace")


def _float(data: bytes) -> Value:
    value = float(data)
    return value if math.isfinite(value) else None


def _numeric(data: bytes) -> Value:
    # Sums of integers are numeric in PostgreSQL; as whole numbers they are what SQLite answers.
    if data.lstrip(b"-").isdigit():
        value = int(data)
        return value if -(1 << 63) <= value < 1 << 63 else _float(data)
    return _float(data)


_READERS: dict[int, Callable[[bytes], Value]] = {
    16: lambda data: data == b"t",
    20: int,
    21: int,
    23: int,
    26: int,
    700: _float,
    701: _float,
    1700: _numeric,
}
"""PostgreSQL's type numbers to what reads their text; all else stays text."""


if __name__ == "__main__":
    main()
