"""Everything of one kind in a database becomes lines of JSON or CSV, however much there is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

import orjson

from newskb.errors import InputError
from newskb.settings import Settings
from newskb.store.database import Database
from newskb.store.export import columns, export_rows, kinds

FORMATS = ("jsonl", "csv")


def export_lines(what: str, *, settings: Settings, format: str = "jsonl") -> Iterator[bytes]:
    """The lines of an export, with their line ends; CSV begins with the names of its columns.

    Raises ``InputError`` for what cannot be exported and ``SetupError`` when the database is not ready.
    """
    _one_of("export", what, kinds())
    _one_of("format", format, FORMATS)
    database = Database(settings.database_url)
    database.require()
    return _lines(database, what, format)


def _one_of(option: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        near = get_close_matches(value, known, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(known)}"
        raise InputError(f"there is no {option} '{value}'; {hint}")


def _lines(database: Database, what: str, format: str) -> Iterator[bytes]:
    try:
        with database.read() as connection:
            rows = export_rows(connection, what)
            yield from _csv(columns(what), rows) if format == "csv" else map(_json, rows)
    finally:
        database.dispose()


def _json(row: dict[str, Any]) -> bytes:
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def _csv(names: tuple[str, ...], rows: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(names)
    for row in rows:
        yield _taken(buffer)
        writer.writerow([_cell(row[name]) for name in names])
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    data = buffer.getvalue().encode("utf-8")
    buffer.seek(0)
    buffer.truncate()
    return data


def _cell(value: Any) -> Any:
    """A value as a cell holds it: lists as JSON, truth as ``true`` and ``false``."""
    return orjson.dumps(value).decode() if isinstance(value, list | dict | bool) else value
