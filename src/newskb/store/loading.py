"""Rows made elsewhere go into a new SQLite file at full speed: nothing is journalled, and indexes are made last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Table, create_engine, text
from sqlalchemy.pool import NullPool

from newskb.store import schema
from newskb.store.bulk import Row, insert_rows
from newskb.store.database import Database
from newskb.store.rollups import count_events
from newskb.store.schema import SEARCHED
from newskb.store.search import index_rows

_T: Mapping[str, Table] = schema.Base.metadata.tables
_CACHE_KIB = 1_500_000
"""Enough for the unique indexes of some ten million rows, which are written in random order."""


class Loader:
    """Takes rows for the tables of one new database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, table: str, rows: Sequence[Row]) -> None:
        """Put ``rows``, whose values stand in the order of the table's columns, into ``table``."""
        insert_rows(self._connection, _T[table], rows)


@contextmanager
def loading(path: Path) -> Iterator[Loader]:
    """A new database at ``path`` with all tables; at the end it has the indexes and the full text of its rows too.

    A file that a kill leaves behind is worth nothing.
    """
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    database.dispose()
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    with engine.connect() as connection:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF", f"cache_size = -{_CACHE_KIB}"):
            connection.exec_driver_sql(f"PRAGMA {pragma}")
        laid_aside = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        ).all()
        for row in laid_aside:
            connection.exec_driver_sql(f"DROP INDEX {row.name}")
        yield Loader(connection)
        for table in SEARCHED:
            index_rows(connection, table, 0)
        for row in laid_aside:
            connection.exec_driver_sql(row.sql)
        count_events(connection)
        connection.commit()
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    engine.dispose()
