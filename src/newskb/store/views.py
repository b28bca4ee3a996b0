"""The analysts' views: plural names, keys instead of ids, and columns that are a promise.

Their SQL and the words that explain each column lie in ``views.json`` beside this module, for both databases.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec
from sqlalchemy import Boolean, Connection

from newskb.store import schema

_ALIASED = re.compile(r"(?:FROM|JOIN) (\w+) (\w+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One view for analysts."""

    name: str
    comment: str
    columns: Mapping[str, str]
    """Column to what it holds, in the order of the view."""
    types: Mapping[str, type]
    """Column to the type of its values: ``str``, ``int``, ``float`` or ``bool``."""
    sql: str


@cache
def views() -> tuple[View, ...]:
    """All views, in reading order."""
    data = msgspec.json.decode(files("newskb.store").joinpath("views.json").read_bytes())
    return tuple(
        View(
            name=item["name"],
            comment=item["comment"],
            columns={name: comment for name, (_expression, comment) in item["columns"].items()},
            types={name: _type(expression, item["from"]) for name, (expression, _comment) in item["columns"].items()},
            sql=_select(item),
        )
        for item in data
    )


def _select(item: Mapping[str, object]) -> str:
    columns = item["columns"]
    if not isinstance(columns, dict):
        raise TypeError(f"view {item['name']}: columns must be an object")
    listed = ",\n       ".join(f"{expression} AS {name}" for name, (expression, _comment) in columns.items())
    return f"SELECT {listed}\n{item['from']}"


def _type(expression: str, tables: str) -> type:
    """The type of an expression: that of the column it is, or a count, or else text."""
    if "count(" in expression or expression.startswith("sum("):
        return int
    by_alias = {alias: table for table, alias in _ALIASED.findall(tables)}
    alias, _dot, name = expression.partition(".")
    table = schema.Base.metadata.tables.get(by_alias.get(alias, ""))
    if table is None or name not in table.c:
        return str
    kind = table.c[name].type
    # Flags are numbers in SQLite, so the type that stands for both databases is asked.
    return bool if isinstance(kind, Boolean) else kind.python_type


def create_views(connection: Connection) -> None:
    """Make all views; PostgreSQL keeps their comments too."""
    for view in views():
        # A percent sign would be read as a parameter by the PostgreSQL driver.
        connection.exec_driver_sql(f"CREATE VIEW {view.name} AS\n{view.sql}".replace("%", "%%"))
        if connection.dialect.name == "postgresql":
            _comment(connection, f"VIEW {view.name}", view.comment)
            for column, comment in view.columns.items():
                _comment(connection, f"COLUMN {view.name}.{column}", comment)


def drop_views(connection: Connection) -> None:
    """Remove all views, as must be done before a table under them changes."""
    for view in reversed(views()):
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {view.name}")


def _comment(connection: Connection, what: str, comment: str) -> None:
    quoted = comment.replace("'", "''").replace("%", "%%")
    connection.exec_driver_sql(f"COMMENT ON {what} IS '{quoted}'")
