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
