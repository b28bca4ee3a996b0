"""A filled knowledge base on both databases, and exports of it as bytes and as files."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from newskb.exports.question import Question, pieces
from newskb.store.database import Database
from newskb.store.streams import Selection

sys.path.insert(0, str(Path(__file__).parent.parent / "store"))

Export = Callable[..., bytes]


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    """A reading connection to a filled knowledge base."""
    import stored

    stored.fill(database)
    with database.read() as connection:
        yield connection


@pytest.fixture
def export(connection: Connection) -> Export:
    """``export(format, what=…, **filters)`` gives the bytes of an export."""

    def made(format: str, *, what: str | None = None, **filters: str | list[str]) -> bytes:
        params = {name: [value] if isinstance(value, str) else value for name, value in filters.items()}
        question = Question.parse(format, what=what, params=params)
        return b"".join(pieces(question, Selection(connection, question.filters), Counter()))

    return made
