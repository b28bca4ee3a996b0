"""The schema and the views become the data dictionary, a page of Markdown that a test keeps true."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import CheckConstraint, Column, Index, Table, UniqueConstraint
from sqlalchemy.dialects import sqlite

from newskb.store.schema import FTS_TOKENIZER, SEARCHED, Base
from newskb.store.search import ID_MASK
from newskb.store.views import views

INTRODUCTION = """\
# Data dictionary

Made from the models by `python -m newskb.store.dictionary > docs/data-dictionary.md`; a test fails when it is out of
date. Write queries over the **views**: their names and columns are a promise, and they show public keys, never row ids.
The **tables** under them may change with a migration.

Conventions that hold everywhere:

- Dates are ISO text (`2019-05-05`), times carry their offset, JSON is text; so one query means the same on SQLite and
  on PostgreSQL. NULL means unknown.
- A span is the half-open range `[start_char, end_char)` of code points of `articles.text`; in SQL
  `substr(text, start_char + 1, end_char - start_char)`.
- Truth values are 1 and 0 on SQLite, true and false on PostgreSQL; `WHERE corrected` and `WHERE NOT corrected` work on
  both.
"""


def data_dictionary() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, "## Views", "", *_views(), "## Tables", "", *_tables(), *_search()])


def _views() -> Iterator[str]:
    for view in views():
        yield from _section(view.name, view.comment)
        yield from _table(("column", "what it holds"), ((f"`{name}`", told) for name, told in view.columns.items()))


def _tables() -> Iterator[str]:
    for table in Base.metadata.tables.values():
        yield from _section(table.name, table.comment or "")
        rows = ((f"`{column.name}`", _type(column), _rules(column), column.comment or "") for column in table.columns)
        yield from _table(("column", "type", "", "what it holds"), rows)
        if rules := list(_constraints(table)):
            yield from (*(f"- {rule}" for rule in rules), "")


def _search() -> Iterator[str]:
    yield from _section("Full-text search", "")
    yield f"For each of these SQLite has an FTS5 table `<table>_fts` (tokenizer `{FTS_TOKENIZER}`),"
    yield "PostgreSQL a generated column `search` with a GIN index:"
    yield ""
    yield from (f"- `{table}`: {', '.join(f'`{column}`' for column in columns)}" for table, columns in SEARCHED.items())
    yield ""
    yield "The rowid of an FTS5 table is the day and the id of its row, so that it runs in the order of time: the row"
    yield f"is `id = rowid & {ID_MASK}`, and `ORDER BY rowid DESC` gives the newest first."
    yield ""


def _section(name: str, comment: str) -> Iterator[str]:
    yield f"### {name}"
    yield ""
    if comment:
        yield comment
        yield ""


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""


def _type(column: Column[object]) -> str:
    return str(column.type.compile(sqlite.dialect())).lower()


def _rules(column: Column[object]) -> str:
    rules = ["key"] if column.primary_key else [] if column.nullable else ["not null"]
    rules += sorted(f"→ `{key.column.table.name}`" for key in column.foreign_keys)
    return ", ".join(rules)


def _constraints(table: Table) -> Iterator[str]:
    found = sorted(table.constraints, key=lambda constraint: str(constraint.name))
    yield from (f"check: `{c.sqltext}`" for c in found if isinstance(c, CheckConstraint))
    uniques = ([column.name for column in c.columns] for c in found if isinstance(c, UniqueConstraint))
    yield from (f"unique: {_names(names)}" for names in sorted(uniques))
    yield from (f"index: {_index(index)}" for index in sorted(table.indexes, key=lambda index: str(index.name)))


def _index(index: Index) -> str:
    return ", ".join(f"`{getattr(expression, 'name', None) or expression}`" for expression in index.expressions)


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    import sys

    sys.stdout.write(data_dictionary())
