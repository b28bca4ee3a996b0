"""Rows as tuples go into tables the fastest way each driver has: ``executemany`` on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

import psycopg
from sqlalchemy import Connection, Table, func, select

from newskb.errors import SetupError

T = TypeVar("T")
Value = str | int | float | bytes | bool | None
Row = tuple[Value, ...]

# SQLite takes 32,766 and PostgreSQL 65,535 parameters in one statement; 5,000 keeps the plans small.
KEYS_AT_ONCE = 5_000


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert ``rows``, whose values stand in the order of the table's columns."""
    if not rows:
        return
    names = [f'"{column.name}"' for column in table.columns]
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(names))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})", list(rows))
        return
    with (
        _postgres(connection).cursor() as cursor,
        cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def insert_new_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> int:
    """Insert those of ``rows`` whose key is not there yet; returns how many were new."""
    if not rows:
        return 0
    names = [f'"{column.name}"' for column in table.columns]
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    result = connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join([mark] * len(names))}) "
        "ON CONFLICT DO NOTHING",
        list(rows),
    )
    return result.rowcount


def execute_many(connection: Connection, sql: str, rows: Sequence[Row]) -> None:
    """Run a statement written with ``?`` marks once for each row."""
    if rows:
        text = sql if connection.dialect.name == "sqlite" else sql.replace("?", "%s")
        connection.exec_driver_sql(text, list(rows))


def next_id(connection: Connection, table: Table) -> int:
    """The first free id; safe because writers come one at a time."""
    return int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()) + 1


def ids_of(connection: Connection, table: Table, keys: Iterable[str]) -> dict[str, int]:
    """Key to id, for those of ``keys`` that are in the table."""
    found: dict[str, int] = {}
    for part in chunks(sorted(set(keys)), KEYS_AT_ONCE):
        rows = connection.execute(select(table.c.key, table.c.id).where(table.c.key.in_(part)))
        found.update((row.key, row.id) for row in rows)
    return found


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """``items`` in lists of at most ``size``."""
    iterator = iter(items)
    while part := list(islice(iterator, size)):
        yield part


def _postgres(connection: Connection) -> psycopg.Connection[tuple[object, ...]]:
    raw = connection.connection.driver_connection
    if not isinstance(raw, psycopg.Connection):
        raise SetupError("bulk writing to PostgreSQL needs the driver psycopg 3")
    return raw
