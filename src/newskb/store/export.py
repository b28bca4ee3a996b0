"""Everything of one kind becomes rows, streamed: the analysts' views with their evidence, and lists for other tools."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, bindparam, text

from newskb.store.views import views

Row = dict[str, Any]

ROWS_AT_ONCE = 100
"""Rows held at a time, and those whose evidence one statement reads; an article may have a million characters."""
_FLAGS = frozenset({"analysed", "corrected", "is_conditional", "is_local"})
"""Columns of the views that are 0 and 1 in SQLite."""
_LISTS = frozenset({"contexts"})
"""Columns of the views that hold JSON."""

# An article may have been met several times, under an id of its own each time.
_NAMED = """WITH named AS (
    SELECT a.id, coalesce(a.external_id, a.key) AS name FROM article a
    UNION
    SELECT c.article_id, c.external_id FROM article_copy c WHERE c.external_id IS NOT NULL
)"""


@dataclass(frozen=True, slots=True)
class _More:
    """Rows of another view that belong to the rows of an export, as a list in each."""

    name: str
    view: str
    by: str
    """The column of both views that joins them."""
    where: str
    columns: Mapping[str, str]
    """Name in the export to column of the view; names that begin with ``_`` only serve the order."""
    order: tuple[str, ...]
    """Names that put the list in order, which is the same on both databases."""


@dataclass(frozen=True, slots=True)
class _Export:
    sql: str
    columns: tuple[str, ...]
    key: str | None = None
    more: tuple[_More, ...] = ()
    change: Callable[[Row], Row] = dict


_WHO = {"key": "actor", "name": "name", "_ordinal": "ordinal"}
_REPORT = {
    "report": "report",
    "article": "article",
    "source": "source",
    "published_date": "published_date",
    "start_char": "start_char",
    "end_char": "end_char",
    "text": "trigger_text",
    "sentence": "sentence",
    "realis": "realis",
    "confidence": "confidence",
    "extractor": "extractor",
}
# Without it SQLite would read all reports for each hundred events: the view reaches events by an outer join.
_REPORTS_OF = """report IN (
    SELECT m.key FROM event_mention m JOIN event e ON e.id = m.event_id WHERE e.key IN :keys)"""
_ROLE = ("valid_from", "valid_to", "office", "country", "sector")


def kinds() -> tuple[str, ...]:
    """What can be exported."""
    return tuple(_EXPORTS)


def columns(what: str) -> tuple[str, ...]:
    """The fields of an export, in order."""
    export = _EXPORTS[what]
    return (*export.columns, *(more.name for more in export.more))


def export_rows(connection: Connection, what: str) -> Iterator[Row]:
    """All rows of one kind in order of their keys; whatever their number, some hundred are held at a time."""
    export = _EXPORTS[what]
    result = connection.execute(text(export.sql), execution_options={"yield_per": ROWS_AT_ONCE})
    for part in result.mappings().partitions(ROWS_AT_ONCE):
        rows = [_plain(row) for row in part]
        for more in export.more:
            _add(connection, rows, export.key or "", more)
        yield from (export.change(row) for row in rows)


def _plain(row: RowMapping) -> Row:
    return {str(name): _value(str(name), value) for name, value in row.items()}


def _value(name: str, value: Any) -> Any:
    if name in _FLAGS:
        return None if value is None else bool(value)
    if name in _LISTS:
        return msgspec.json.decode(value)
    return value


def _add(connection: Connection, rows: Sequence[Row], key: str, more: _More) -> None:
    listed = ", ".join(f"{column} AS {name}" for name, column in more.columns.items())
    query = text(
        f"SELECT {more.by} AS belongs_to, {listed} FROM {more.view} WHERE {more.by} IN :keys AND {more.where}"
    ).bindparams(bindparam("keys", expanding=True))
    found: dict[str, list[Row]] = defaultdict(list)
    for row in connection.execute(query, {"keys": [own[key] for own in rows]}).mappings():
        found[row["belongs_to"]].append(_plain(row))
    for own in rows:
        items = sorted(found.get(own[key], []), key=lambda item: [_rank(item[name]) for name in more.order])
        own[more.name] = [_item(item, more) for item in items]


def _rank(value: Any) -> tuple[bool, Any]:
    """Unknown comes last."""
    return value is None, value


def _item(row: Row, more: _More) -> Any:
    """A row of evidence; the value alone when there is but one."""
    shown = {name: row[name] for name in more.columns if not name.startswith("_")}
    return shown[more.name] if set(shown) == {more.name} else shown


def _sorted_pair(row: Row) -> Row:
    first, second = sorted((row["a"], row["b"]))
    return {"a": first, "b": second, "score": row["score"]}


def _of_view(name: str, key: str, *more: _More) -> _Export:
    (view,) = (view for view in views() if view.name == name)
    listed = tuple(view.columns)
    return _Export(
        sql=f"SELECT {', '.join(listed)} FROM {name} ORDER BY {key}", columns=listed, key=key, more=tuple(more)
    )


def _articles() -> _Export:
    """Articles as another import reads them: with an ``id`` in any case."""
    of_view = _of_view("articles", "article")
    return _Export(
        sql=of_view.sql.replace("SELECT ", "SELECT coalesce(external_id, article) AS id, ", 1),
        columns=("id", *of_view.columns),
    )


_EXPORTS: dict[str, _Export] = {
    "articles": _articles(),
    "events": _of_view(
        "events",
        "event",
        _More("actors", "participants", "event", "role = 'actor'", _WHO, ("_ordinal",)),
        _More("recipients", "participants", "event", "role = 'recipient'", _WHO, ("_ordinal",)),
        _More(
            "reports",
            "event_reports",
            "event",
            _REPORTS_OF,
            _REPORT,
            ("published_date", "article", "start_char", "report"),
        ),
    ),
    "quotes": _of_view("quotes", "quote"),
    "claims": _of_view(
        "claims", "claim", _More("about", "claim_actors", "claim", "1 = 1", {"key": "actor", "name": "name"}, ("key",))
    ),
    "actors": _of_view(
        "actors",
        "actor",
        _More("aliases", "actor_aliases", "actor", "1 = 1", {"aliases": "alias"}, ("aliases",)),
        _More("roles", "actor_roles", "actor", "1 = 1", {name: name for name in _ROLE}, _ROLE),
    ),
    "event-mentions": _Export(
        sql=f"""{_NAMED}
            SELECT n.name AS id, m.start_char AS start, m.end_char AS "end", coalesce(e.key, m.key) AS chain
            FROM event_mention m
            JOIN article a ON a.id = m.article_id
            JOIN named n ON n.id = m.article_id
            LEFT JOIN event e ON e.id = m.event_id
            ORDER BY a.key, n.name, m.ordinal""",
        columns=("id", "start", "end", "chain"),
    ),
    "stories": _Export(
        sql=f"""{_NAMED}
            SELECT n.name AS id, coalesce(s.key, a.key) AS story
            FROM article a
            JOIN named n ON n.id = a.id
            LEFT JOIN story_member m ON m.article_id = a.id
            LEFT JOIN story s ON s.id = m.story_id
            ORDER BY a.key, n.name""",
        columns=("id", "story"),
    ),
    "duplicates": _Export(
        sql=f"""{_NAMED}
            SELECT one.name AS a, two.name AS b, d.score AS score, a.key AS first_key, b.key AS second_key
            FROM article_duplicate d
            JOIN article a ON a.id = d.first_id
            JOIN article b ON b.id = d.second_id
            JOIN named one ON one.id = d.first_id
            JOIN named two ON two.id = d.second_id
            WHERE one.name <> two.name
            UNION ALL
            SELECT one.name, two.name, 1.0, a.key, a.key
            FROM named one
            JOIN named two ON two.id = one.id AND one.name < two.name
            JOIN article a ON a.id = one.id
            ORDER BY 4, 5, 1, 2""",
        columns=("a", "b", "score"),
        change=_sorted_pair,
    ),
}
