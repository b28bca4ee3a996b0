"""A question for a file becomes that file, or its bytes for a pipe, from one state of the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from newskb.exports.question import Progress, Question, export_file, pieces
from newskb.settings import Settings
from newskb.store.database import Database
from newskb.store.streams import Selection


def export_to(
    question: Question, path: Path, *, settings: Settings, progress: Progress | None = None
) -> Mapping[str, Any]:
    """Write the file and its manifest (see ``export_file``), and return that.

    Raises ``SetupError`` when the database is not ready.
    """
    database = Database(settings.database_url)
    try:
        database.require()
        with database.read() as connection:
            return export_file(question, Selection(connection, question.filters), path, progress=progress)
    finally:
        database.dispose()


def export_pieces(question: Question, *, settings: Settings) -> Iterator[bytes]:
    """The bytes of the export, piece by piece. Raises ``SetupError`` when the database is not ready."""
    database = Database(settings.database_url)
    try:
        database.require()
        with database.read() as connection:
            yield from pieces(question, Selection(connection, question.filters), Counter())
    finally:
        database.dispose()
