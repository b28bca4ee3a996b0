"""The analysts' views are there, say what they hold, and answer the same on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from everything import fill_every_table
from sqlalchemy import Connection, inspect

from newskb.store.database import Database
from newskb.store.schema import Base
from newskb.store.views import View, views

NAMES = [view.name for view in views()]
PASSAGES = ("quotes", "claims", "mentions", "figures", "time_expressions")
"""Views whose ``text`` is the passage that ``start_char`` and ``end_char`` name."""


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory, make_postgres: Callable[[], AbstractContextManager[Database]]
) -> Iterator[tuple[Connection, Connection]]:
    """Connections to the same rows in SQLite and in PostgreSQL."""
    sqlite = Database(f"sqlite:///{tmp_path_factory.mktemp('views') / 'newskb.db'}")
    sqlite.upgrade()
    with make_postgres() as postgres:
        for database in (sqlite, postgres):
            fill_every_table(database)
        with sqlite.read() as first, postgres.read() as second:
            yield first, second
    sqlite.dispose()


def rows_of(connection: Connection, view: View) -> list[tuple[object, ...]]:
    """All rows but for keys and moments that the clock makes."""
    columns = ", ".join(name for name in view.columns if name not in ("ingested_at", "import_key"))
    found = connection.exec_driver_sql(f"SELECT {columns} FROM {view.name}").all()
    return sorted((tuple(row) for row in found), key=repr)


def test_every_view_and_column_says_what_it_holds() -> None:
    silent = [f"{view.name}.{column}" for view in views() for column, comment in view.columns.items() if not comment]
    assert silent + [view.name for view in views() if not view.comment] == []


def test_views_are_named_apart_from_tables_and_show_no_ids() -> None:
    assert set(NAMES).isdisjoint(Base.metadata.tables)
    assert [f"{view.name}.{c}" for view in views() for c in view.columns if c == "id" or c.endswith("_id")] == [
        "articles.external_id"
    ]


@pytest.mark.parametrize("view", views(), ids=NAMES)
def test_a_view_has_the_columns_it_promises_and_the_same_rows_on_both(
    both: tuple[Connection, Connection], view: View
) -> None:
    for connection in both:
        assert [column["name"] for column in inspect(connection).get_columns(view.name)] == list(view.columns)
    first, second = (rows_of(connection, view) for connection in both)
    assert first == second != []


@pytest.mark.parametrize("view", PASSAGES)
def test_the_text_of_a_view_is_the_passage_its_span_names(both: tuple[Connection, Connection], view: str) -> None:
    for connection in both:
        rows = connection.exec_driver_sql(
            f"SELECT v.text, v.start_char, v.end_char, a.text AS whole FROM {view} v "
            "JOIN articles a ON a.article = v.article"
        ).all()
        assert [row.text for row in rows] == [row.whole[row.start_char : row.end_char] for row in rows] != []


def test_postgresql_keeps_the_words_about_views_and_columns(postgres_database: Database) -> None:
    with postgres_database.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT c.relname, a.attname, d.description FROM pg_description d "
            "JOIN pg_class c ON c.oid = d.objoid AND c.relkind = 'v' "
            "LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND d.objsubid > 0"
        )
        told = {(row.relname, row.attname): row.description for row in rows}
    wanted = {(view.name, column): comment for view in views() for column, comment in view.columns.items()}
    assert told == wanted | {(view.name, None): view.comment for view in views()}
