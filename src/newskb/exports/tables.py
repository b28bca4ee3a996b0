"""The analysts' views become CSV, TSV, Parquet and SQLite files, column for column."""

from __future__ import annotations

import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from newskb.errors import SetupError
from newskb.exports.lines import json_line, row_bytes
from newskb.store.streams import Selection, resource_of, view_named
from newskb.store.views import views

VIEWS = tuple(view.name for view in views())
ALL = "all"
_SQLITE_TYPES = {str: "TEXT", int: "INTEGER", float: "REAL", bool: "INTEGER"}
_DUCKDB_TYPES = {str: "VARCHAR", int: "BIGINT", float: "DOUBLE", bool: "BOOLEAN"}
_FRICTIONLESS_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}
# A text has at most a million characters by default, each at most 12 bytes of JSON; DuckDB's own limit is 16 MiB.
_LONGEST_LINE = 64 << 20


def csv(selection: Selection, subject: str, tally: Counter[str]) -> Iterator[bytes]:
    """A view as comma-separated values, with a header."""
    return _separated(selection, subject, tally, ",")


def tsv(selection: Selection, subject: str, tally: Counter[str]) -> Iterator[bytes]:
    """A view as tab-separated values, with a header; values with tabs or line ends are in quotation marks."""
    return _separated(selection, subject, tally, "\t")


def _separated(selection: Selection, subject: str, tally: Counter[str], delimiter: str) -> Iterator[bytes]:
    yield row_bytes(view_named(subject).columns, delimiter=delimiter)
    for row in selection.view(subject):
        tally["rows"] += 1
        yield row_bytes(row, delimiter=delimiter)


def fields(subject: str) -> list[dict[str, str]]:
    """The columns of a view as a Table Schema describes them."""
    view = view_named(subject)
    return [
        {"name": name, "type": _FRICTIONLESS_TYPES[view.types[name]], "description": comment}
        for name, comment in view.columns.items()
    ]


def parquet(selection: Selection, subject: str, path: Path, tally: Counter[str]) -> None:
    """A view as a Parquet file. Raises ``SetupError`` when DuckDB is not installed."""
    try:
        import duckdb
    except ImportError as error:
        raise SetupError("Parquet needs DuckDB; install it with: pip install 'newskb[parquet]'") from error
    view = view_named(subject)
    names = tuple(view.columns)
    columns = ", ".join(f"'{name}': '{_DUCKDB_TYPES[kind]}'" for name, kind in view.types.items())
    with tempfile.TemporaryDirectory(prefix="newskb-export-") as folder:
        lines = Path(folder) / "rows.jsonl"
        with lines.open("wb") as file:
            for row in selection.view(subject):
                tally["rows"] += 1
                file.write(json_line(dict(zip(names, row, strict=True))))
        # One thread and the order of the lines: the same rows give the same bytes.
        setting = {"threads": "1", "preserve_insertion_order": "true", "temp_directory": folder}
        with duckdb.connect(config=setting) as connection:
            connection.execute(
                f"COPY (SELECT * FROM read_json({_quoted(lines)}, format = 'newline_delimited', "
                f"maximum_object_size = {_LONGEST_LINE}, columns = {{{columns}}})) "
                f"TO {_quoted(path)} (FORMAT parquet, COMPRESSION zstd)"
            )


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def sqlite(selection: Selection, subject: str, path: Path, tally: Counter[str]) -> None:
    """A view, or all of them, as tables of a SQLite file, with an index on the columns that join them."""
    names = VIEWS if subject == ALL else (subject,)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")  # the file is new: what is left of a broken one is thrown away
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        for name in names:
            resource = resource_of(name) or "articles"
            asked = selection if subject != ALL else selection.everything(resource)
            _table(connection, asked, name, tally)
        connection.execute("COMMIT")


def _table(connection: sqlite3.Connection, selection: Selection, name: str, tally: Counter[str]) -> None:
    view = view_named(name)
    columns = ", ".join(f"{column} {_SQLITE_TYPES[kind]}" for column, kind in view.types.items())
    connection.execute(f"CREATE TABLE {name} ({columns})")
    holes = ", ".join("?" * len(view.columns))
    connection.executemany(f"INSERT INTO {name} VALUES ({holes})", _counted(selection.view(name), name, tally))
    for column in view.columns:
        if column in _JOINING:
            connection.execute(f"CREATE INDEX {name}_{column} ON {name} ({column})")


def _counted(rows: Iterator[tuple[Any, ...]], name: str, tally: Counter[str]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        tally[name] += 1
        yield row


_JOINING = frozenset(
    {"article", "event", "actor", "recipient", "place", "quote", "claim", "story", "report", "speaker"}
)
"""Columns by which analysts join the views or look a thing up."""
