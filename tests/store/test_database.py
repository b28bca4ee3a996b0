"""One writer at a time, readers that cannot write and see one state, and problems that name their remedy."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from everything import counts
from sqlalchemy.exc import DBAPIError

from newskb.errors import ConflictError, QueryTimeoutError, SetupError
from newskb.store import meta
from newskb.store.database import Database


def put(database: Database, name: str) -> None:
    with database.begin() as connection:
        meta.put(connection, name, "1")


def test_what_a_block_wrote_is_gone_when_it_raises(database: Database) -> None:
    with suppress(DBAPIError), database.begin() as connection:
        meta.put(connection, "half", "1")
        connection.exec_driver_sql("SELECT nothing FROM nowhere")
    with database.read() as connection:
        assert meta.get(connection, "half") is None


def test_a_second_writer_is_told_that_another_is_at_work(database: Database) -> None:
    impatient = Database(database.url.render_as_string(hide_password=False), write_wait_s=0.1)
    with database.begin(), pytest.raises(ConflictError, match="another process has been writing"), impatient.begin():
        pass
    put(impatient, "later")
    impatient.dispose()


def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    with database.read() as connection:
        before = counts(connection)
        put(database, "meanwhile")
        assert counts(connection) == before
    with database.read() as connection:
        assert meta.get(connection, "meanwhile") == "1"


def test_a_reading_connection_cannot_write(database: Database) -> None:
    with database.read() as connection, pytest.raises(DBAPIError, match=r"(?i)read.?only"):
        connection.exec_driver_sql("DELETE FROM meta")


def test_a_writer_may_follow_a_reader_on_the_same_pool(database: Database) -> None:
    with database.read() as connection:
        counts(connection)
    put(database, "after")
    with database.read() as connection:
        assert meta.get(connection, "after") == "1"


def test_a_database_without_tables_says_how_to_make_them(database_url: str) -> None:
    database = Database(database_url)
    with pytest.raises(SetupError, match="newskb db upgrade"):
        database.require()
    database.upgrade()
    database.require()
    database.dispose()


def test_a_file_that_is_no_database_is_told_from_a_missing_one(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("these are notes, and no database " * 40, encoding="utf-8")
    with pytest.raises(SetupError, match="cannot be opened"):
        Database(f"sqlite:///{tmp_path / 'notes.txt'}").upgrade()


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite://", "sqlite:///:memory:", "no address"])
def test_an_address_that_cannot_be_used_is_refused_with_the_right_form(url: str) -> None:
    with pytest.raises(SetupError, match=r"sqlite:///file\.db|SQLite and PostgreSQL"):
        Database(url)


def test_a_password_is_never_shown() -> None:
    assert "secret" not in repr(Database("postgresql://user:secret@localhost/newskb"))


def test_sqlite_writes_ahead_checks_references_and_takes_memory_for_speed(sqlite_database: Database) -> None:
    def pragma(name: str) -> object:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()

    with sqlite_database.begin() as connection:
        assert pragma("journal_mode") == "wal"
        assert pragma("synchronous") == 1
        assert pragma("foreign_keys") == 1
        assert pragma("cache_size") == -256 * 1024
    with sqlite_database.read() as connection:
        assert pragma("query_only") == 1
        assert pragma("cache_size") == -64 * 1024


def test_a_query_that_runs_too_long_is_stopped_and_the_next_is_not(database: Database) -> None:
    endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c"
    with pytest.raises(QueryTimeoutError, match=r"0\.2 s and was stopped"), database.read(timeout_s=0.2) as connection:
        connection.exec_driver_sql(endless)
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1
