"""Tuples become rows on both databases, with everything that is hard to write."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from newskb.store.bulk import KEYS_AT_ONCE, execute_many, ids_of, insert_new_rows, insert_rows, next_id
from newskb.store.database import Database
from newskb.store.schema import Base

SOURCE = Base.metadata.tables["source"]
PLACE = Base.metadata.tables["place"]


def source(number: int, name: str | None = None) -> tuple[int, str, str, str, None]:
    return (number, f"src-{number}", f"Outlet {number}" if name is None else name, f"outlet {number}", None)


def test_rows_come_back_as_they_were_given(database: Database) -> None:
    hard = ["tab\tand\\backslash", "line\nfeed\r\n", "'single' \"double\"", "\\N", "", "𝔘𝔫𝔦 🎉 e\u0301", "100% ? %s"]
    with database.begin() as connection:
        insert_rows(connection, SOURCE, [source(number, name) for number, name in enumerate(hard, 1)])
    with database.read() as connection:
        assert list(connection.execute(select(SOURCE.c.name).order_by(SOURCE.c.id)).scalars()) == hard


def test_numbers_and_missing_values_come_back_exactly(database: Database) -> None:
    given = (1, "plc-1", "Reef", "reef", None, None, None, None, -89.999999999, 0.1 + 0.2, 2**40, "text")
    with database.begin() as connection:
        insert_rows(connection, PLACE, [given])
    with database.read() as connection:
        assert tuple(connection.execute(select(PLACE)).one()) == given


def test_nothing_is_written_when_there_are_no_rows(database: Database) -> None:
    with database.begin() as connection:
        insert_rows(connection, SOURCE, [])
        execute_many(connection, "UPDATE source SET name = ? WHERE id = ?", [])
        assert insert_new_rows(connection, SOURCE, []) == 0
        assert next_id(connection, SOURCE) == 1


def test_a_key_met_twice_is_an_error_and_takes_its_whole_transaction_back(database: Database) -> None:
    # COPY goes past SQLAlchemy, which gives other errors its own names.
    refused = (IntegrityError, psycopg.IntegrityError)
    with pytest.raises(refused), database.begin() as connection:
        insert_rows(connection, SOURCE, [source(1), source(2), source(1)])
    with database.read() as connection:
        assert next_id(connection, SOURCE) == 1


def test_only_new_rows_are_added_where_that_is_asked_for(database: Database) -> None:
    with database.begin() as connection:
        assert insert_new_rows(connection, SOURCE, [source(1), source(2)]) == 2
        assert insert_new_rows(connection, SOURCE, [(7, *source(2)[1:]), source(3)]) == 1
        assert ids_of(connection, SOURCE, ["src-1", "src-2", "src-3", "src-9"]) == {"src-1": 1, "src-2": 2, "src-3": 3}
        assert next_id(connection, SOURCE) == 4


def test_more_keys_than_one_statement_takes_are_looked_up_and_changed(database: Database) -> None:
    size = 2 * KEYS_AT_ONCE + 1
    with database.begin() as connection:
        insert_rows(connection, SOURCE, [source(number) for number in range(1, size + 1)])
        ids = ids_of(connection, SOURCE, (f"src-{number}" for number in range(1, size + 1)))
        execute_many(connection, "UPDATE source SET name = ? WHERE id = ?", [("?", number) for number in ids.values()])
    assert ids == {f"src-{number}": number for number in range(1, size + 1)}
    with database.read() as connection:
        assert set(connection.execute(select(SOURCE.c.name)).scalars()) == {"?"}
