"""Statements written as text, for the questions asked most often: the driver's own tuples come back, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Connection

Among = Sequence[int] | Sequence[str]


def fetch(connection: Connection, sql: str, *values: str | int | Among) -> list[tuple[Any, ...]]:
    """The rows of ``sql``, written with a ``?`` for each value and ``IN ??`` for each list of values.

    Building a statement from its parts costs more than a short one runs; here nothing is built.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    given = tuple(_json(v) if is_sqlite and not isinstance(v, str | int) else _listed(v) for v in values)
    result = connection.exec_driver_sql(_written(sql, is_sqlite), given)
    found: list[tuple[Any, ...]] = list(result.cursor.fetchall()) if result.cursor is not None else []
    result.close()
    return found


@lru_cache(maxsize=256)
def _written(sql: str, is_sqlite: bool) -> str:
    if is_sqlite:
        return sql.replace("IN ??", "IN (SELECT value FROM json_each(?))")
    return sql.replace("IN ??", "= ANY(%s)").replace("?", "%s")


def _json(values: Among) -> str:
    return msgspec.json.encode(values).decode()


def _listed(value: str | int | Among) -> str | int | list[Any]:
    return value if isinstance(value, str | int) else list(value)
