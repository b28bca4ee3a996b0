"""The words of a search become marks in the passages that hold them, the same way for both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, select

from newskb.store import schema
from newskb.store.filters import Filters
from newskb.store.rows import HighlightRow
from newskb.store.search import All, Near, Query, Some, Words, parse_query
from newskb.text import fold

MARKED = ("articles", "quotes", "claims")
"""Resources whose rows have words of their own that a search looks in."""
MAX_PASSAGES = 3
"""Passages of one text: who wants to see more opens it."""
AROUND_CHARS = 90
"""Characters shown at each side of a mark: about a line and a half together."""
_WORD = re.compile(r"[^\W_]+")
_ARTICLE = schema.Base.metadata.tables["article"]
Row = dict[str, Any]


def add_highlights(connection: Connection, filters: Filters, rows: Sequence[Row], ids: Sequence[int]) -> list[Row]:
    """The rows with ``highlights``: where the words of the filter ``q`` stand in them."""
    level = filters.resource.removesuffix("s")
    asked = [c for c in filters.conditions if (c.level, c.name, c.is_excluded) == (level, "q", False)]
    wanted = [parse_query(value) for condition in asked for value in condition.values]
    if filters.resource != "articles":
        return [
            row | {"highlights": _passages("text", row["text"], wanted, offset=row["start_char"], is_whole=True)}
            for row in rows
        ]
    fields = [name for name in ("title", "text") if not filters.search_in or name in filters.search_in]
    query = select(_ARTICLE.c.id, _ARTICLE.c.title, _ARTICLE.c.text).where(_ARTICLE.c.id.in_(ids))
    stored: Mapping[int, Any] = {row.id: row._mapping for row in connection.execute(query)}
    return [
        row
        | {
            "highlights": [
                passage
                for name in fields
                for passage in _passages(name, stored[number][name] or "", wanted, is_whole=name == "title")
            ]
        }
        for row, number in zip(rows, ids, strict=True)
    ]


def _passages(field: str, text: str, wanted: Sequence[Query], *, is_whole: bool, offset: int = 0) -> list[HighlightRow]:
    """The passages of a text that hold what is wanted, or the whole of it; places count from ``offset`` on."""
    marks = find(text, wanted)
    if not marks:
        return []
    bounds = [(0, len(text))] if is_whole else list(_windows(text, marks))[:MAX_PASSAGES]
    return [
        HighlightRow(
            field=field,
            start_char=start + offset,
            end_char=end + offset,
            text=text[start:end],
            marks=[[a + offset, b + offset] for a, b in marks if start <= a and b <= end],
        )
        for start, end in bounds
    ]


def _windows(text: str, marks: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Stretches around marks, cut between words; marks that are near share one."""
    first, last = marks[0]
    for start, end in [*marks[1:], (len(text) + 3 * AROUND_CHARS, 0)]:
        if start - last > AROUND_CHARS:
            yield _cut(text, first - AROUND_CHARS, last + AROUND_CHARS)
            first = start
        last = max(end, last) if start - last <= AROUND_CHARS else end


def _cut(text: str, start: int, end: int) -> tuple[int, int]:
    start, end = max(start, 0), min(end, len(text))
    if start > 0 and (space := text.find(" ", start)) != -1:
        start = space + 1
    if end < len(text) and (space := text.rfind(" ", 0, end)) > start:
        end = space
    return start, end


def find(text: str, wanted: Sequence[Query]) -> list[tuple[int, int]]:
    """Where the words of the queries stand, in order and without overlap; words that must not occur do not count.

    >>> find("The strike at the harbour ended.", [parse_query('strike harb* NOT port')])
    [(4, 10), (18, 25)]
    """
    spans = [match.span() for match in _WORD.finditer(text)]
    words = [_folded(text[start:end]) for start, end in spans]
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        places.setdefault(word, []).append(place)
    found: set[tuple[int, int]] = set()
    for term in (term for query in wanted for term in _terms(query)):
        found.update((spans[first][0], spans[last][1]) for first, last in _stands(term, words, places))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _terms(query: Query) -> Iterator[Words | Near]:
    if isinstance(query, Words | Near):
        yield query
    elif isinstance(query, Some):
        for choice in query.choices:
            yield from _terms(choice)
    elif isinstance(query, All):
        for part in query.wanted:
            yield from _terms(part)


def _stands(term: Words | Near, words: Sequence[str], places: Mapping[str, Sequence[int]]) -> Iterator[tuple[int, int]]:
    """First and last word of each place where a term stands."""
    asked = [_folded(word) for word in term.words]
    if isinstance(term, Near):
        both = sorted((place, word) for word in asked for place in places.get(word, ()))
        for (one, first), (other, second) in pairwise(both):
            if first != second and other - one <= term.between + 1:
                yield one, one
                yield other, other
        return
    if term.is_prefix and len(asked) == 1:
        starts: Sequence[int] = [place for place, word in enumerate(words) if word.startswith(asked[0])]
    else:
        starts = places.get(asked[0], ())
    for start in starts:
        last = start + len(asked) - 1
        if last < len(words) and _follows(words[start : last + 1], asked, is_prefix=term.is_prefix):
            yield start, last


def _follows(words: Sequence[str], asked: Sequence[str], *, is_prefix: bool) -> bool:
    is_last = words[-1].startswith(asked[-1]) if is_prefix else words[-1] == asked[-1]
    return is_last and list(words[:-1]) == list(asked[:-1])


@lru_cache(maxsize=65_536)
def _folded(word: str) -> str:
    return fold(word)
