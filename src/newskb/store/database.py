"""A database address becomes migrations, one write transaction at a time, and read-only connections."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import NullPool, QueuePool

from alembic import command
from newskb.errors import ConflictError, QueryTimeoutError, SetupError
from newskb.resources import resource
from newskb.store import meta

log = logging.getLogger(__name__)

WRITTEN_AT = "written_at"
"""Name of the fact that says when something was last written."""
DEFAULT_URL = "sqlite:///newskb.db"
MIN_SQLITE = (3, 37, 0)  # STRICT tables
# How long a writer waits for another one before it gives up, in seconds: a batch takes well under a second, a merge
# of a small base a few; longer waits look like a hang to the person at the terminal.
WRITE_WAIT_S = 30.0
READER_CACHE_KIB = 64 * 1024  # MEASURED: 64 MB for readers
WRITER_CACHE_KIB = 256 * 1024  # MEASURED: 200-400 MB for the importer
OPCODES_BETWEEN_LOOKS = 20_000
"""Steps of SQLite's machine between two looks at the clock: a millisecond or so, so that looking costs nothing."""
# "newskb" in ASCII: the advisory lock that stands for the one writer in PostgreSQL.
WRITE_LOCK = 0x6E6577736B62


def now() -> str:
    """The present moment in UTC, ISO 8601 to the second, for the columns that say when a row was made."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def written_at(connection: Connection) -> datetime | None:
    """When something was last written, to the microsecond: what readers see has changed since or has not."""
    found = meta.get(connection, WRITTEN_AT)
    return None if found is None else datetime.fromisoformat(found)


class Database:
    """One knowledge base behind a SQLAlchemy address (``sqlite:///path`` or ``postgresql://…``).

    Writers call ``begin``: one at a time, ``ConflictError`` when another holds on. Readers call ``read``.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        write_wait_s: float = WRITE_WAIT_S,
        slow_query_s: float | None = None,
        read_timeout_s: float | None = None,
    ) -> None:
        """``slow_query_s`` are the seconds from which a statement is logged as slow, ``read_timeout_s`` those after
        which ``read`` stops it.
        """
        self.url = _parse(url or DEFAULT_URL)
        self.write_wait_s = write_wait_s
        self.read_timeout_s = read_timeout_s
        self.dialect = self.url.get_backend_name()
        if self.dialect == "sqlite":
            self.engine = _sqlite_writer(self.url, write_wait_s)
            self._reader = _sqlite_reader(self.url)
        else:
            self.engine = create_engine(self.url, pool_pre_ping=True)
            self._reader = self.engine
        if slow_query_s is not None:
            for engine in {self.engine, self._reader}:
                _log_slow(engine, slow_query_s)

    def __repr__(self) -> str:
        return f"Database({self.url.render_as_string(hide_password=True)!r})"

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A write transaction, committed at the end of the block, rolled back when it raises."""
        with self._transaction() as connection:
            yield connection
            meta.put(connection, WRITTEN_AT, datetime.now(UTC).isoformat(timespec="microseconds"))

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with self._connected(self.engine) as connection:
            try:
                transaction = connection.begin()
                if self.dialect == "postgresql":
                    self._take_lock(connection)
            except OperationalError as error:
                raise self._busy() if _is_locked(error) else _setup(self, error) from error
            with transaction:
                yield connection

    @contextmanager
    def read(self, *, timeout_s: float | None = None) -> Iterator[Connection]:
        """A connection that cannot write and sees one state of the database throughout.

        Raises ``QueryTimeoutError`` when statements run longer than ``timeout_s``, or the limit of the database.
        """
        limits = [limit for limit in (timeout_s, self.read_timeout_s) if limit is not None]
        if self.dialect == "sqlite" and not Path(self.url.database or "").is_file():
            raise SetupError(f"there is no database at {self.url.database}; run 'newskb db upgrade' or 'newskb import'")
        with self._connected(self._reader) as connection:
            if self.dialect == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin(), _limited(connection, min(limits, default=None)):
                yield connection

    def upgrade(self, revision: str = "head") -> None:
        """Bring the tables and views to ``revision``; makes the SQLite file when there is none."""
        if self.dialect == "sqlite":
            Path(self.url.database or "").absolute().parent.mkdir(parents=True, exist_ok=True)
        with self._transaction() as connection:
            command.upgrade(_alembic(connection), revision)

    def downgrade(self, revision: str = "base") -> None:
        """Take the tables and views back to ``revision``; ``base`` removes them all."""
        with self._transaction() as connection:
            command.downgrade(_alembic(connection), revision)

    def check(self) -> list[str]:
        """What is wrong with the database, in words that name the remedy; empty when it is ready."""
        if self.dialect == "sqlite" and sqlite3.sqlite_version_info < MIN_SQLITE:
            return [f"SQLite {sqlite3.sqlite_version} is too old; 3.37 or newer is needed"]
        try:
            with self.read() as connection:
                present = MigrationContext.configure(connection).get_current_revision()
        except SetupError as error:
            return [str(error)]
        wanted = ScriptDirectory.from_config(_alembic(None)).get_current_head()
        if present == wanted:
            return []
        return [f"the tables are at version {present or 'none'}, the program needs {wanted}; run 'newskb db upgrade'"]

    def require(self) -> None:
        """Raise ``SetupError`` unless the database is ready."""
        if problems := self.check():
            raise SetupError("; ".join(problems))

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()
        self._reader.dispose()

    @contextmanager
    def _connected(self, engine: Engine) -> Iterator[Connection]:
        try:
            connection = engine.connect()
        except DBAPIError as error:
            raise self._busy() if _is_locked(error) else _setup(self, error) from error
        with connection:
            yield connection

    def _take_lock(self, connection: Connection) -> None:
        deadline = time.monotonic() + self.write_wait_s
        while not connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({WRITE_LOCK})").scalar_one():
            if time.monotonic() >= deadline:
                raise self._busy()
            time.sleep(0.05)

    def _busy(self) -> ConflictError:
        return ConflictError(
            f"another process has been writing to {self.url.render_as_string(hide_password=True)} "
            f"for {self.write_wait_s:g} s; wait for it to end and try again"
        )


def _parse(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise SetupError(f"'{address}' is no database address; write sqlite:///file.db or postgresql://…") from error
    backend = url.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise SetupError(f"newskb runs on SQLite and PostgreSQL, not on '{backend}'")
    if url.database in (None, "", ":memory:"):
        raise SetupError("newskb needs a database file; write sqlite:///file.db")
    return url


def _sqlite_writer(url: URL, wait_s: float) -> Engine:
    # NullPool: a batch's connection lives as long as its transaction, so no idle writer keeps the WAL from
    # being checkpointed and nothing is shared between threads.
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": wait_s})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{WRITER_CACHE_KIB}")
        connection.execute("PRAGMA temp_store = MEMORY")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _sqlite_reader(url: URL) -> Engine:
    path = Path(url.database or "").absolute()

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, check_same_thread=False)
        connection.isolation_level = None
        connection.execute("PRAGMA query_only = ON")
        connection.execute(f"PRAGMA cache_size = -{READER_CACHE_KIB}")
        connection.execute("PRAGMA busy_timeout = 5000")
        connection.create_function("local_hour", 2, _local_hour, deterministic=True)
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def _local_hour(moment: str | None, zone: str) -> str | None:
    """``moment``, an ISO 8601 time with its offset, as the clocks of ``zone`` show it (``2019-05-05T10``)."""
    if moment is None:
        return None
    try:
        return datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H")
    except (ValueError, OverflowError):
        return None


def _log_slow(engine: Engine, seconds: float) -> None:
    """Log statements of ``engine`` that took so long until their first row, without the values in them."""

    @event.listens_for(engine, "before_cursor_execute")
    def start(connection: Connection, *_statement: Any) -> None:
        connection.info["started"] = time.perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def end(connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        took = time.perf_counter() - connection.info["started"]
        if took >= seconds:
            log.warning("slow query", extra={"seconds": round(took, 3), "sql": " ".join(statement.split())[:2_000]})


@contextmanager
def _limited(connection: Connection, seconds: float | None) -> Iterator[None]:
    """Stop what runs on the connection when the time is over: all together in SQLite, each statement in PostgreSQL."""
    if seconds is None:
        yield
        return
    driver: Any = connection.connection.driver_connection
    deadline = time.monotonic() + seconds
    if connection.dialect.name == "sqlite":
        driver.set_progress_handler(lambda: time.monotonic() > deadline, OPCODES_BETWEEN_LOOKS)
    else:
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {max(round(seconds * 1000), 1)}")
    try:
        yield
    except (DBAPIError, sqlite3.Error, psycopg.Error) as error:
        if _is_stopped(error.orig if isinstance(error, DBAPIError) else error):
            raise QueryTimeoutError(
                f"this took longer than {seconds:g} s and was stopped; ask for less: more filters, a shorter time, "
                "no total"
            ) from error
        raise
    finally:
        if connection.dialect.name == "sqlite":
            driver.set_progress_handler(None, 0)


def _is_stopped(error: BaseException | None) -> bool:
    return isinstance(error, psycopg.errors.QueryCanceled) or str(error) == "interrupted"


def _alembic(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(resource("alembic")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _is_locked(error: DBAPIError) -> bool:
    return isinstance(error.orig, sqlite3.OperationalError) and "locked" in str(error.orig)


def _setup(database: Database, error: DBAPIError) -> SetupError:
    place = database.url.render_as_string(hide_password=True)
    if isinstance(error.orig, psycopg.OperationalError):
        return SetupError(f"PostgreSQL at {place} does not answer: {str(error.orig).strip()}")
    return SetupError(f"the database {place} cannot be opened: {error.orig}")
