"""Makes the helper modules beside the tests importable, and a filled database for queries."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from newskb.store.database import Database

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    """A reading connection to a filled knowledge base."""
    import stored

    stored.fill(database)
    with database.read() as connection:
        yield connection


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """One filled knowledge base for all questions, which only read."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path_factory.mktemp('query') / 'newskb.db'}")
        database.upgrade()
        yield from _reading(database)
    else:
        make = request.getfixturevalue("make_postgres")
        with make() as database:
            yield from _reading(database)


def _reading(database: Database) -> Iterator[Connection]:
    import stored

    stored.fill(database)
    with database.read() as connection:
        yield connection
    database.dispose()
