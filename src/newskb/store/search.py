"""Full-text search: FTS5 tables on SQLite, generated columns on PostgreSQL, and one query language over both.

The language: words (all must occur), ``"a phrase"``, ``AND``, ``OR``, ``NOT`` or ``-word``, parentheses, ``prefix*``,
``near5:"two words"`` (at most five words between them, in either order).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, not_, or_

from newskb.errors import QueryError
from newskb.store.schema import FTS_TOKENIZER, SEARCHED, search_vector, unaccented
from newskb.text import fold

# --- tables ----------------------------------------------------------------------------------------------------------


ID_BITS = 32
"""Low bits of a number in a full-text table that are the id of the row; those above are its day, ``20190505``."""
ID_MASK = (1 << ID_BITS) - 1
# Such numbers run in the order of time, and FTS5 gives what it finds in the order of its numbers: the newest articles
# with two common words come at once, where finding all of them and sorting takes half a second in a million.
_PLACE = f"(coalesce(CAST(replace(published_date, '-', '') AS INTEGER), 0) << {ID_BITS}) | id"


def place_in_time(day: str | None) -> int:
    """The least number in a full-text table for a day; None and the empty string stand for no day."""
    return int(day.replace("-", "")) << ID_BITS if day else 0


def create_search(connection: Connection) -> None:
    """Make the full-text tables (SQLite) or columns (PostgreSQL)."""
    for table, columns in SEARCHED.items():
        if connection.dialect.name == "sqlite":
            listed = ", ".join(columns)
            connection.exec_driver_sql(
                f"CREATE VIEW {table}_fts_rows AS SELECT {_PLACE} AS place, {listed} FROM {table}"
            )
            connection.exec_driver_sql(
                f"CREATE VIRTUAL TABLE {table}_fts USING fts5({listed}, content='{table}_fts_rows', "
                f"content_rowid='place', tokenize='{FTS_TOKENIZER}')"
            )
        else:
            connection.exec_driver_sql(
                f"ALTER TABLE {table} ADD COLUMN search tsvector GENERATED ALWAYS AS ({search_vector(*columns)}) STORED"
            )
            connection.exec_driver_sql(f"CREATE INDEX ix_{table}_search ON {table} USING gin (search)")


def drop_search(connection: Connection) -> None:
    """Remove what ``create_search`` made."""
    for table in SEARCHED:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"DROP TABLE {table}_fts")
            connection.exec_driver_sql(f"DROP VIEW IF EXISTS {table}_fts_rows")
        else:
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN search")


def index_rows(connection: Connection, table: str, first_id: int) -> None:
    """Bring the rows of ``table`` from ``first_id`` on into the index (SQLite; PostgreSQL does it itself)."""
    _index(connection, table, "id >= ?", first_id)


def unindex_rows(connection: Connection, table: str, where: str, value: object) -> None:
    """Take rows out of the index before they are changed or deleted (SQLite): those where column ``where`` = value."""
    if connection.dialect.name == "sqlite":
        columns = ", ".join(SEARCHED[table])
        connection.exec_driver_sql(
            f"INSERT INTO {table}_fts({table}_fts, rowid, {columns}) "
            f"SELECT 'delete', {_PLACE} AS place, {columns} FROM {table} WHERE {where} = ? ORDER BY place",
            (value,),
        )


def reindex_row(connection: Connection, table: str, row_id: int) -> None:
    """Bring one row back into the index after ``unindex_rows`` and a change (SQLite)."""
    _index(connection, table, "id = ?", row_id)


def _index(connection: Connection, table: str, where: str, value: int) -> None:
    if connection.dialect.name == "sqlite":
        columns = ", ".join(SEARCHED[table])
        # In order: a number below the one before makes FTS5 write out what it has gathered.
        connection.exec_driver_sql(
            f"INSERT INTO {table}_fts(rowid, {columns}) "
            f"SELECT {_PLACE} AS place, {columns} FROM {table} WHERE {where} ORDER BY place",
            (value,),
        )


# --- the query language ----------------------------------------------------------------------------------------------

_TOKEN = re.compile(r'\s*(?:(?P<minus>-(?=["\w(]))|(?P<open>\()|(?P<close>\))|"(?P<phrase>[^"]*)"|(?P<word>[^\s()"]+))')
_WORD = re.compile(r"[^\W_]+")
_OPERATOR = re.compile(r"near(\d{1,3}):", re.IGNORECASE)
# PostgreSQL is asked for every distance in both orders; words further apart have little to do with each other.
MAX_BETWEEN = 20
# Deeper nesting than anyone writes by hand; it bounds the recursion.
_MAX_DEPTH = 50
# More words than a search by hand ever has; it keeps statements far below the databases' limits on their size.
_MAX_TOKENS = 200


@dataclass(frozen=True, slots=True)
class Words:
    """Words that stand next to one another in this order; the last may be the beginning of a word."""

    words: tuple[str, ...]
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """All of ``wanted`` and none of ``unwanted``."""

    wanted: tuple[Query, ...]
    unwanted: tuple[Query, ...] = ()


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of them."""

    choices: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Two different words, in either order, with at most ``between`` words between them."""

    words: tuple[str, str]
    between: int


Query = Words | Near | All | Some


def parse_query(value: str) -> Query:
    """What a full-text query asks for. Raises ``QueryError`` with the remedy when it cannot be understood.

    >>> parse_query('harbour "two workers" OR strike*')
    Some(choices=(All(wanted=(Words(words=('harbour',), is_prefix=False), \
Words(words=('two', 'workers'), is_prefix=False)), unwanted=()), Words(words=('strike',), is_prefix=True)))
    """
    tokens = list(_tokens(value))
    if len(tokens) > _MAX_TOKENS:
        raise QueryError(f"the search has {len(tokens)} words and operators; {_MAX_TOKENS} is the most")
    parser = _Parser(tokens)
    query = parser.some(0)
    if parser.position < len(tokens):
        raise QueryError("a ')' in the search has no '(' before it")
    return query


def _tokens(value: str) -> Iterator[tuple[str, str]]:
    if value.count('"') % 2:
        raise QueryError("a quotation mark in the search is not closed")
    for match in _TOKEN.finditer(value):
        kind = match.lastgroup or ""
        found = match[kind]
        if kind == "word" and found in ("AND", "OR", "NOT"):
            yield found, found
        elif kind == "word" and _OPERATOR.match(found):
            yield "near", found
        else:
            yield kind, found


class _Parser:
    """Recursive descent over ``OR``, then ``AND`` (or nothing), then ``NOT`` or ``-``."""

    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self._tokens = tokens
        self.position = 0

    def some(self, depth: int) -> Query:
        if depth >= _MAX_DEPTH:
            raise QueryError("the search has too many brackets inside one another")
        choices = [self._all(depth)]
        while self._take("OR"):
            choices.append(self._all(depth))
        return choices[0] if len(choices) == 1 else Some(tuple(choices))

    def _all(self, depth: int) -> Query:
        wanted: list[Query] = []
        unwanted: list[Query] = []
        while self._kind() not in ("", "OR", "close"):
            if self._take("AND"):
                continue
            into = unwanted if self._take("NOT") or self._take("minus") else wanted
            if (query := self._one(depth)) is not None:
                into.append(query)
        if not wanted:
            raise QueryError("the search needs at least one word to look for, also beside NOT and between ORs")
        return wanted[0] if len(wanted) == 1 and not unwanted else All(tuple(wanted), tuple(unwanted))

    def _one(self, depth: int) -> Query | None:
        kind, found = self._tokens[self.position] if self.position < len(self._tokens) else ("", "")
        self.position += 1
        if kind == "open":
            query = self.some(depth + 1)
            if not self._take("close"):
                raise QueryError("a '(' in the search is not closed")
            return query
        if kind == "near":
            return self._near(found)
        if kind not in ("word", "phrase"):
            raise QueryError("the search has an operator without a word after it")
        words = tuple(_WORD.findall(found))
        return Words(words, kind == "word" and found.endswith("*")) if words else None

    def _near(self, operator: str) -> Query:
        match = _OPERATOR.fullmatch(operator)
        kind, found = self._tokens[self.position] if self.position < len(self._tokens) else ("", "")
        words = tuple(_WORD.findall(found)) if kind == "phrase" else ()
        between = int(match[1]) if match else 0
        if len(words) != 2 or fold(words[0]) == fold(words[1]) or not 1 <= between <= MAX_BETWEEN:
            raise QueryError(f'near takes two different words, as in near5:"strike harbour", 1 to {MAX_BETWEEN} apart')
        self.position += 1
        return Near((words[0], words[1]), between)

    def _kind(self) -> str:
        return self._tokens[self.position][0] if self.position < len(self._tokens) else ""

    def _take(self, kind: str) -> bool:
        if self._kind() != kind:
            return False
        self.position += 1
        return True


def is_positive(query: Query) -> bool:
    """Whether nothing in the query must not occur, so that more words never make it false."""
    if isinstance(query, All):
        return not query.unwanted and all(map(is_positive, query.wanted))
    return all(map(is_positive, query.choices)) if isinstance(query, Some) else True


def to_fts5(query: Query) -> str:
    """The query as FTS5 writes it."""
    if isinstance(query, Words):
        return f'"{" ".join(query.words)}"' + (" *" if query.is_prefix else "")
    if isinstance(query, Near):
        return f'NEAR("{query.words[0]}" "{query.words[1]}", {query.between})'
    if isinstance(query, Some):
        return f"({' OR '.join(map(to_fts5, query.choices))})"
    wanted = " AND ".join(map(to_fts5, query.wanted))
    return f"(({wanted}) NOT ({' OR '.join(map(to_fts5, query.unwanted))}))" if query.unwanted else f"({wanted})"


def to_tsquery(query: Query) -> str:
    """The query as PostgreSQL's ``to_tsquery('simple', …)`` reads it."""
    if isinstance(query, Words):
        words = [unaccented(word) for word in query.words]
        return "(" + " <-> ".join(words) + (":*" if query.is_prefix else "") + ")"
    if isinstance(query, Near):
        one, other = (unaccented(word) for word in query.words)
        orders = ((one, other), (other, one))
        return "(" + " | ".join(f"{a} <{n}> {b}" for n in range(1, query.between + 2) for a, b in orders) + ")"
    if isinstance(query, Some):
        return f"({' | '.join(map(to_tsquery, query.choices))})"
    parts = [*map(to_tsquery, query.wanted), *("!" + to_tsquery(q) for q in query.unwanted)]
    return f"({' & '.join(parts)})"


def to_like(query: Query, contains: Callable[[str], ColumnElement[bool]]) -> ColumnElement[bool]:
    """The query over short folded columns (names, titles): ``contains`` says that they hold some folded characters."""
    if isinstance(query, Words):
        return contains(fold(" ".join(query.words)))
    if isinstance(query, Near):
        return and_(*(contains(fold(word)) for word in query.words))
    if isinstance(query, Some):
        return or_(*(to_like(q, contains) for q in query.choices))
    wanted = [to_like(q, contains) for q in query.wanted]
    return and_(*wanted, *(not_(to_like(q, contains)) for q in query.unwanted))
