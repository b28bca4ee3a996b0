"""The tables are what the models say, on both databases, and refuse what must not be in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from everything import counts, fill_every_table
from sqlalchemy import Connection, create_engine, inspect
from sqlalchemy.exc import DataError, IntegrityError

from alembic import command
from newskb.store.database import Database, _alembic
from newskb.store.schema import Base
from newskb.store.search import create_search

TABLES = Base.metadata.tables
REFERENCES = [
    (table.name, column.name)
    for table in TABLES.values()
    for column in table.c
    if column.foreign_keys and not column.primary_key
]
REFUSED = {
    "a precision that does not exist": "UPDATE article SET published_precision = 'week'",
    "a publication day without a publication time": "UPDATE article SET published_at = NULL",
    "a second article with the same key": "UPDATE article SET key = 'art-same'",
    "an article without a text": "UPDATE article SET text = NULL",
    "a span that ends before it starts": "UPDATE mention SET start_char = 9, end_char = 3",
    "a span that starts before the text": "UPDATE sentence SET start_char = -1",
    "a form that does not exist": "UPDATE mention SET form = 'gesture'",
    "a confidence above one": "UPDATE quote SET confidence = 1.5",
    "a quote of no known type": "UPDATE quote SET type = 'sung'",
    "a stance that does not exist": "UPDATE claim SET stance = 'shrug'",
    "a certainty that does not exist": "UPDATE claim SET certainty = 'maybe'",
    "an event of no PLOVER type": "UPDATE event SET type = 'WAR'",
    "an event of no kind at all": "UPDATE event SET type = NULL, extension = NULL",
    "an event that ends before it starts": "UPDATE event SET date_start = '2021-02-02', date_end = '2021-02-01'",
    "a realis that does not exist": "UPDATE event_mention SET realis = 'dreamt'",
    "a role that does not exist": "UPDATE event_participant SET role = 'witness'",
    "an actor of no known kind": "UPDATE actor SET kind = 'robot'",
    "a place beyond the pole": "UPDATE place SET latitude = 91",
    "a place beyond the date line": "UPDATE place SET longitude = 181",
    "a figure of text": "UPDATE figure SET low = 'many'",
    "an article that is a copy of itself": "UPDATE article_duplicate SET second_id = first_id",
    "a relation that does not exist": "UPDATE claim_relation SET relation = 'likes'",
    "a judgement about one thing": "UPDATE judgement SET second_key = first_key",
    "a decision that does not exist": "UPDATE judgement SET decision = 'perhaps'",
    "a correction of a layer that has none": "UPDATE correction SET layer = 'sentence'",
    "a place in the ledger before the first": "UPDATE import_file SET next_record = -1",
    "an import that is neither running nor ended": "UPDATE import_batch SET status = 'asleep'",
    "an issue of no known weight": "UPDATE import_issue SET severity = 'grave'",
    "a source that is referred to being removed": "DELETE FROM source",
    "an actor that is referred to being removed": "DELETE FROM actor",
    "a run that is referred to being removed": "DELETE FROM extraction_run",
}

# PostgreSQL already says while it plans a statement that text is no number.
REFUSALS = (IntegrityError, DataError)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def full(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    make_postgres: Callable[[], AbstractContextManager[Database]],
) -> Iterator[Database]:
    """A knowledge base with rows in every table, which no test changes for good."""
    if request.param == "postgresql":
        with make_postgres() as database:
            fill_every_table(database)
            yield database
    else:
        database = Database(f"sqlite:///{tmp_path_factory.mktemp('full') / 'newskb.db'}")
        database.upgrade()
        fill_every_table(database)
        yield database
        database.dispose()


def relations(connection: Connection) -> set[str]:
    """The names of all tables and views."""
    found = inspect(connection)
    return {*found.get_table_names(), *found.get_view_names()}


def test_every_table_and_column_says_what_it_holds() -> None:
    silent = [f"{table.name}.{column.name}" for table in TABLES.values() for column in table.c if not column.comment]
    silent += [table.name for table in TABLES.values() if not table.comment]
    assert silent == []


def test_there_are_rows_in_every_table(full: Database) -> None:
    with full.read() as connection:
        assert [name for name, number in counts(connection).items() if number == 0] == []


def test_the_migration_goes_up_and_down_and_up_again_with_rows_in_every_table(database_url: str) -> None:
    database = Database(database_url)
    database.upgrade()
    fill_every_table(database)
    database.downgrade()
    with database.read() as connection:
        assert relations(connection) == {"alembic_version"}
    assert database.check() != []
    database.upgrade()
    assert database.check() == []
    fill_every_table(database)
    with database.read() as connection:
        assert all(counts(connection).values())
    database.dispose()


def test_upgrading_a_database_that_is_up_to_date_keeps_its_rows(database: Database) -> None:
    fill_every_table(database)
    with database.read() as connection:
        before = counts(connection)
    database.upgrade()
    with database.read() as connection:
        assert counts(connection) == before


# Indexes of expressions, which SQLAlchemy cannot read back from SQLite, are compared as text below.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_models_and_migration_are_the_same_for_alembic(database: Database) -> None:
    with database.begin() as connection:
        command.check(_alembic(connection))


def test_models_and_migration_make_the_same_constraints_and_indexes_on_postgresql(
    postgres_database: Database, postgres_url: str
) -> None:
    with postgres_database.read() as connection:
        migrated = definitions(connection)
    modelled = Database(postgres_url)
    with modelled.begin() as connection:
        Base.metadata.create_all(connection)
        create_search(connection)
        assert definitions(connection) == migrated
    modelled.dispose()


def definitions(connection: Connection) -> set[tuple[object, ...]]:
    """All constraints, indexes and comments as PostgreSQL tells them."""
    statements = (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid::regclass::text <> 'alembic_version'",
        "SELECT tablename, indexname, indexdef FROM pg_indexes "
        "WHERE schemaname = 'public' AND tablename <> 'alembic_version'",
        "SELECT c.relname, d.objsubid, d.description FROM pg_description d JOIN pg_class c ON c.oid = d.objoid "
        "WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace",
    )
    return {tuple(row) for statement in statements for row in connection.exec_driver_sql(statement)}


def test_models_and_migration_make_the_same_tables_and_indexes_on_sqlite(
    sqlite_database: Database, tmp_path: Path
) -> None:
    with sqlite_database.read() as connection:
        migrated = sqlite_definitions(connection)
    engine = create_engine(f"sqlite:///{tmp_path / 'modelled.db'}")
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        assert sqlite_definitions(connection) == migrated
    engine.dispose()


def sqlite_definitions(connection: Connection) -> dict[str, list[str]]:
    """Table or index to the lines that define it, in alphabetical order."""
    rows = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL "
        "AND name NOT LIKE '%fts%' AND name <> 'alembic_version'"
    )
    return {row.name: sorted(re.sub(r"\s+", " ", line).strip(" ,") for line in row.sql.splitlines()) for row in rows}


def test_all_sqlite_tables_are_strict(sqlite_database: Database) -> None:
    with sqlite_database.read() as connection:
        rows = connection.exec_driver_sql("PRAGMA table_list").all()
    lax = {row.name for row in rows if not row.strict and row.type == "table" and row.schema == "main"}
    assert lax == {"alembic_version", "sqlite_schema"}


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused(full: Database, statement: str) -> None:
    with pytest.raises(REFUSALS), full.begin() as connection:
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize(("table", "column"), REFERENCES)
def test_a_reference_to_nothing_is_refused(full: Database, table: str, column: str) -> None:
    with pytest.raises(IntegrityError), full.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {table} SET {column} = 999999999")


@pytest.mark.parametrize("table", [name for name, table in TABLES.items() if "article_id" in table.c])
def test_what_an_article_says_goes_with_it(full: Database, table: str) -> None:
    with full.engine.connect() as connection:  # closed without a commit, so that nothing stays changed
        article = connection.exec_driver_sql(f"SELECT min(article_id) FROM {table}").scalar_one()
        connection.exec_driver_sql(f"DELETE FROM article WHERE id = {article}")
        left = connection.exec_driver_sql(f"SELECT count(*) FROM {table} WHERE article_id = {article}").scalar_one()
    assert left == 0
