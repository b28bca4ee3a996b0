"""Small facts about the database itself, by name."""

from __future__ import annotations

from sqlalchemy import Connection, Table, delete, insert, select

from newskb.store import schema

_META: Table = schema.Base.metadata.tables["meta"]


def get(connection: Connection, name: str) -> str | None:
    """The value stored under ``name``, or None."""
    return connection.execute(select(_META.c.value).where(_META.c.name == name)).scalar_one_or_none()


def put(connection: Connection, name: str, value: str) -> None:
    """Store ``value`` under ``name``."""
    connection.execute(delete(_META).where(_META.c.name == name))
    connection.execute(insert(_META).values(name=name, value=value))
