"""Questions about the knowledge base: lists by page, single things, and how much there is."""

import base64
import binascii
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Double,
    Subquery,
    Table,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy import cast as sql_cast

from newskb.errors import InputError, NotFoundError
from newskb.store import newest, reading, sayings, schema
from newskb.store.bulk import ids_of
from newskb.store.conditions import DATE_OF, TABLE_OF, conditions, ranked, tsquery
from newskb.store.filters import DATED, Filters
from newskb.store.highlights import add_highlights
from newskb.store.redirects import standing_key
from newskb.store.rows import (
    ActorRow,
    Annotations,
    AppearanceRow,
    FacetValue,
    IssueRow,
    PositionsRow,
    Stats,
    VariantsRow,
)
from newskb.text import fold

_T: Mapping[str, Table] = schema.Base.metadata.tables
MAX_LIMIT = 1_000
DEFAULT_LIMIT = 50

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some rows of a list, and where it goes on."""

    rows: list[Row]
    """``…Row`` of ``store.rows``."""
    next: str | None
    """The cursor of the next page; None at the end."""


# --- orders ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Order:
    """An order of rows: by a value, then by key, both in the same direction."""

    value: ColumnElement[Any]
    is_descending: bool
    is_by_date: bool = False
    """Whether the value is the row's own date."""
    ranked: Subquery | None = None
    """Where the value comes from, when it is no column of the row: rows by ``rowid``."""


def _newest(table: Table) -> ColumnElement[Any]:
    # The text of the indexed expression, with the constant in it, or the databases do not know the index again.
    return literal_column(f"coalesce({table.name}.{DATE_OF[table.name]}, '')")


RELEVANCE = "relevance"
RANKED = ("articles", "quotes", "claims")
"""Resources with full-text search of their own, whose rows fit a search more or less well."""


def orders(resource: str) -> tuple[str, ...]:
    """Values of ``sort`` that a resource knows; the first is the default."""
    return (*_orders(resource), *((RELEVANCE,) if resource in RANKED else ()))


def _orders(resource: str) -> dict[str, _Order]:
    table = _T[TABLE_OF[resource]]
    if resource == "mentions":
        return {"key": _Order(table.c.key, False), "position": _Order(table.c.start_char, False)}
    if resource not in DATED:
        return {"name": _Order(table.c.folded, False), "-name": _Order(table.c.folded, True)}
    found = {
        "-date": _Order(_newest(table), True, is_by_date=True),
        "date": _Order(_newest(table), False, is_by_date=True),
    }
    if resource in ("events", "stories"):
        found["-sources"] = _Order(table.c.source_count, True)
    if resource in ("events", "quotes", "claims"):
        found["-confidence"] = _Order(table.c.confidence, True)
    if resource == "events":
        found["-published"] = _Order(func.coalesce(table.c.last_published, ""), True)
    return found


def _order(connection: Connection, filters: Filters, sort: str | None) -> tuple[str, _Order]:
    resource = filters.resource
    known = _orders(resource)
    name = sort or next(iter(known))
    if name == RELEVANCE and resource in RANKED:
        return name, _by_relevance(connection, filters)
    if name not in known:
        raise InputError(f"'sort' of {resource} is one of {', '.join(orders(resource))}, not '{name}'")
    return name, known[name]


def _by_relevance(connection: Connection, filters: Filters) -> _Order:
    """By how well the words of ``q`` fit: BM25 in SQLite, ``ts_rank`` in PostgreSQL."""
    table = _T[TABLE_OF[filters.resource]]
    asked = [c for c in filters.conditions if (c.level, c.name, c.is_excluded) == (table.name, "q", False)]
    if not asked or filters.search_in:
        raise InputError("'sort=relevance' goes by the words of 'q', in all that it looks in: give 'q', no 'search_in'")
    if connection.dialect.name == "sqlite":
        found = ranked(table, asked[0].values)
        return _Order(found.c.score, True, ranked=found)
    rank: ColumnElement[Any] = func.ts_rank(literal_column(f"{table.name}.search"), tsquery(asked[0].values))
    return _Order(sql_cast(rank, Double), True)


# --- lists -----------------------------------------------------------------------------------------------------------


def list_rows(
    connection: Connection,
    filters: Filters,
    *,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
    sort: str | None = None,
    include: Collection[str] = (),
    is_highlighted: bool = False,
) -> Page:
    """One page of the rows asked for, newest first and undated last unless ``sort`` says otherwise.

    ``cursor`` is ``next`` of the page before, asked with the same filters and order. ``include`` may name ``evidence``,
    which adds ``evidence`` to events (every report, a list of ``rows.EventReportRow``), and to quotes and claims (the
    sentences that say them, a list of ``rows.SpanRow``). ``is_highlighted`` adds ``highlights``, a list of
    ``rows.HighlightRow``: where the words of ``q`` stand.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise InputError(f"'limit' is a number from 1 to {MAX_LIMIT}, not {limit}")
    name, order = _order(connection, filters, sort)
    after = None if cursor is None else _from_cursor(cursor, filters.resource, name)
    found = _places(connection, filters, order, after, limit + 1)
    page = found[:limit]
    ids = [row[0] for row in page]
    rows = reading.rows(connection, filters.resource, ids)
    if "evidence" in include and filters.resource == "events":
        reports = reading.event_reports(connection, ids)
        rows = [row | {"evidence": reports.get(row["key"], [])} for row in rows]
    elif "evidence" in include:
        around = sayings.passages(connection, filters.resource, ids)
        rows = [row | {"evidence": around[row_id]} for row, row_id in zip(rows, ids, strict=True)]
    if is_highlighted:
        rows = add_highlights(connection, filters, rows, ids)
    last = page[-1] if len(found) > limit else None
    return Page(rows=rows, next=None if last is None else _to_cursor(filters.resource, name, last[1], last[2]))


def _places(
    connection: Connection, filters: Filters, order: _Order, after: tuple[str | float, str] | None, limit: int
) -> Sequence[tuple[int, Any, str]]:
    """Id, value by which rows are ordered, and key of the first rows after one."""
    if order.is_by_date:
        last = None if after is None else (str(after[0]), after[1])
        read = newest.by_date(connection, filters, last, limit=limit, is_descending=order.is_descending)
        if read is not None:
            return read
    table = _T[TABLE_OF[filters.resource]]
    query = select(table.c.id, order.value.label("place"), table.c.key).where(*conditions(connection, filters))
    if order.ranked is not None:
        query = query.join(order.ranked, order.ranked.c.rowid == table.c.id)
    place = tuple_(order.value, table.c.key)
    if after is not None:
        query = query.where(place < tuple_(*after) if order.is_descending else place > tuple_(*after))
    directed = [c.desc() if order.is_descending else c.asc() for c in (order.value, table.c.key)]
    return [(row.id, row.place, row.key) for row in connection.execute(query.order_by(*directed).limit(limit))]


def _to_cursor(resource: str, sort: str, place: object, key: str) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode([resource, sort, place, key])).decode().rstrip("=")


def _from_cursor(cursor: str, resource: str, sort: str) -> tuple[str | float, str]:
    wrong = InputError("'cursor' is not one that this list gave; start again without it")
    try:
        data = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        of, by, place, key = msgspec.json.decode(data, type=tuple[str, str, str | int | float, str])
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise wrong from error
    if (of, by) != (resource, sort) or not _is_storable(key) or not _is_place(place, sort):
        raise wrong
    return place, key


def _is_place(place: str | float, sort: str) -> bool:
    """Whether rows in this order can have such a value."""
    if isinstance(place, str):
        return sort in _TEXT_ORDERS and _is_storable(place)
    return sort not in _TEXT_ORDERS and abs(place) < _MAX_PLACE


def _is_storable(value: str) -> bool:
    """Whether a database can hold, and so compare, these characters: no NUL, no half of a surrogate pair."""
    return "\x00" not in value and not any("\ud800" <= char <= "\udfff" for char in value)


_MAX_PLACE = 2.0**31
"""Counts, confidences and positions are all below; a larger number would not even go into a column of them."""
_TEXT_ORDERS = frozenset({"-date", "date", "-published", "name", "-name", "key"})


# --- single things ---------------------------------------------------------------------------------------------------


def get(connection: Connection, resource: str, key: str) -> Row:
    """One thing by its key: ``…Detail`` of ``store.rows``. Actors and places also by Wikidata id.

    Raises ``NotFoundError``.
    """
    return reading.detail(connection, resource, _id_of(connection, resource, key))


def _id_of(connection: Connection, resource: str, key: str) -> int:
    if resource not in TABLE_OF:
        raise NotFoundError(f"there is no resource '{resource}'")
    table = _T[TABLE_OF[resource]]
    if resource == "actors" and _is_storable(key):
        key = standing_key(connection, key)
    asked: ColumnElement[bool] = table.c.key == key
    if "wikidata" in table.c:
        asked = or_(asked, table.c.wikidata == key)
    query = select(table.c.id).where(asked).limit(1)
    found = connection.execute(query).scalar_one_or_none() if _is_storable(key) else None
    if found is None:
        raise NotFoundError(f"there is no {TABLE_OF[resource]} '{key}'")
    return int(found)


def variants(connection: Connection, quote: str) -> VariantsRow:
    """The utterance that a quote gives, in all its versions. Raises ``NotFoundError``."""
    return sayings.variants(connection, _id_of(connection, "quotes", quote))


def positions(connection: Connection, claim: str) -> PositionsRow:
    """Who holds what about the thing that a claim asserts. Raises ``NotFoundError``."""
    return sayings.positions(connection, _id_of(connection, "claims", claim))


def appearances(connection: Connection, resource: str, key: str) -> list[AppearanceRow]:
    """Where the utterance of a quote, or what a claim asserts, is printed. Raises ``NotFoundError``."""
    return sayings.appearances(connection, resource, _id_of(connection, resource, key))


def company(connection: Connection, resource: str, article: str) -> dict[str, int]:
    """Key of each quote or claim of an article to the number of other versions, where there are some."""
    return sayings.company(connection, resource, article)


def annotations(connection: Connection, article: str) -> Annotations:
    """Everything that was found in one article. Raises ``NotFoundError``."""
    if not _is_storable(article):
        raise NotFoundError(f"there is no article '{article}'")
    return reading.annotated(connection, article)


def find(connection: Connection, key: str) -> tuple[str, Row] | None:
    """The thing with this key, whatever it is: its resource and its detail; None when nothing has the key."""
    for resource in TABLE_OF:
        try:
            return resource, get(connection, resource, key)
        except NotFoundError:
            continue
    return None


def suggest_actors(connection: Connection, beginning: str, *, limit: int = 10) -> list[ActorRow]:
    """Actors of whom a name, or a family name, begins with these characters, without regard to case and accents.

    Actors that were merged are suggested as those that stand for them.
    """
    actor, alias = _T["actor"], _T["actor_alias"]
    folded = fold(beginning)
    if not folded:
        return []
    begins = (column.startswith(folded, autoescape=True) for column in (alias.c.folded, alias.c.inverted))
    named = select(alias.c.actor_id).where(or_(*begins))
    query = (
        select(func.coalesce(actor.c.replaced_by, actor.c.key))
        .where(or_(actor.c.folded.startswith(folded, autoescape=True), actor.c.id.in_(named)))
        .order_by(actor.c.is_local, func.length(actor.c.folded), actor.c.folded, actor.c.key)
        .limit(limit)
    )
    keys = list(dict.fromkeys(connection.execute(query).scalars()))
    ids = ids_of(connection, actor, keys)
    return cast("list[ActorRow]", reading.rows(connection, "actors", [ids[key] for key in keys]))


# --- imports ---------------------------------------------------------------------------------------------------------


def list_issues(
    connection: Connection,
    *,
    import_key: str | None = None,
    reason: str | None = None,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page:
    """Input that was skipped or odd, the latest first; ``rows.IssueRow``. ``cursor`` is ``next`` of the page before."""
    issue, batch = _T["import_issue"], _T["import_batch"]
    query = select(issue, batch.c.key.label("import_key")).join(batch, batch.c.id == issue.c.import_id)
    if import_key is not None:
        query = query.where(batch.c.key == import_key)
    if reason is not None:
        query = query.where(issue.c.reason == reason)
    if cursor is not None:
        if not _is_storable(cursor):
            raise InputError("'cursor' is not one that this list gave; start again without it")
        query = query.where(issue.c.id < select(issue.c.id).where(issue.c.key == cursor).scalar_subquery())
    found = connection.execute(query.order_by(issue.c.id.desc()).limit(limit + 1)).all()
    rows = [
        IssueRow(
            key=row.key,
            import_key=row.import_key,
            severity=row.severity,
            stage=row.stage,
            reason=row.reason,
            detail=row.detail,
            path=row.path,
            member=row.member,
            record=row.record,
            byte_offset=row.byte_offset,
        )
        for row in found[:limit]
    ]
    return Page(rows=[dict(row) for row in rows], next=rows[-1]["key"] if len(found) > limit else None)


def issue_reasons(connection: Connection) -> list[FacetValue]:
    """What was wrong with the input, the most frequent reason first."""
    issue = _T["import_issue"]
    number = func.count().label("number")
    query = select(issue.c.reason, number).group_by(issue.c.reason).order_by(number.desc(), issue.c.reason)
    return [FacetValue(value=row.reason, name=None, count=row.number) for row in connection.execute(query)]


# --- everything ------------------------------------------------------------------------------------------------------


def stats(connection: Connection) -> Stats:
    """How much there is of everything."""

    def number(table: str, *where: ColumnElement[bool]) -> int:
        return int(connection.execute(select(func.count()).select_from(_T[table]).where(*where)).scalar_one())

    article = _T["article"]
    days = connection.execute(select(func.min(article.c.published_date), func.max(article.c.published_date))).one()
    return Stats(
        articles=number("article"),
        articles_undated=number("article", article.c.published_date.is_(None)),
        articles_not_analysed=number("article", ~article.c.analysed),
        sources=number("source"),
        events=number("event"),
        event_reports=number("event_mention"),
        actors=number("actor"),
        places=number("place"),
        quotes=number("quote"),
        claims=number("claim"),
        stories=number("story"),
        first_published=days[0],
        last_published=days[1],
    )
