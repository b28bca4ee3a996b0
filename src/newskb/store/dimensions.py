"""What rows can be grouped by: values of their own, of what they refer to, and buckets of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Date,
    FromClause,
    Integer,
    Select,
    Table,
    and_,
    case,
    func,
    literal,
    select,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

from newskb.errors import InputError
from newskb.store import schema
from newskb.store.conditions import DATE_OF, TABLE_OF, conditions
from newskb.store.filters import DATED, Filters
from newskb.store.rollups import counted_table, number_of

_T: Mapping[str, Table] = schema.Base.metadata.tables


@dataclass(frozen=True, slots=True)
class _Hop:
    """From a row to those of ``table`` whose column ``on`` is the row's column ``to``."""

    table: str
    on: str = "id"
    to: str = "id"
    role: str | None = None
    """Only participants of this role."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """Where the values are by which rows are grouped."""

    hops: tuple[_Hop, ...]
    value: tuple[str, ...]
    """Columns of the last table; the first that is not NULL counts."""
    label: str | None = None
    """Column with what to show for a value that is a key."""
    is_multiple: bool = False
    """A row may have several values, and counts once for each."""
    is_json: bool = False
    """The column holds a JSON list of values."""
    renamed: tuple[tuple[str, str], ...] = ()
    """Values as the tables have them, and as filters and answers call them."""


def _own(column: str, *more: str) -> Dimension:
    return Dimension((), (column, *more))


def _actor(column: str) -> Dimension:
    return Dimension((_Hop("actor", to=column),), ("key",), "name")


def _each(hops: tuple[_Hop, ...], value: str, label: str | None = None) -> Dimension:
    return Dimension(hops, (value,), label, is_multiple=True)


def _inside(hops: tuple[_Hop, ...], found: Mapping[str, Dimension]) -> dict[str, Dimension]:
    """The dimensions of what several rows may lead to."""
    return {name: replace(d, hops=(*hops, *d.hops), is_multiple=True) for name, d in found.items()}


def _taking(role: str | None) -> dict[str, Dimension]:
    who = (_Hop("event_participant", on="event_id", role=role), _Hop("actor", to="actor_id"))
    if role is None:
        return {"participant": _each(who, "key", "name")}
    found = {role: _each(who, "key", "name")}
    found |= {f"{role}_{column}": _each(who, column) for column in ("country", "sector")}
    return found | ({"actor_type": _each(who, "kind")} if role == "actor" else {})


_PLACE = (_Hop("place", to="place_id"),)
_SOURCE = (_Hop("source", to="source_id"),)
_PRINTED = {
    "source": Dimension(_SOURCE, ("key",), "name"),
    "source_country": Dimension(_SOURCE, ("country",)),
    "lang": _own("language"),
}
_STORY = (_Hop("story_member", on="article_id"), _Hop("story", to="story_id"))
_ARTICLE = _Hop("article", to="article_id")
_IN_ARTICLE = {
    name: Dimension((_ARTICLE, *d.hops), d.value, d.label)
    for name, d in (_PRINTED | {"story": Dimension(_STORY, ("key",), "title")}).items()
}
_EVENT = {
    "event_type": _own("type", "extension"),
    "extension": _own("extension"),
    "mode": _own("mode"),
    "context": Dimension((), ("contexts",), is_multiple=True, is_json=True),
    "realis": _own("realis"),
    "quad_code": _own("quad_code"),
    "cameo": _own("cameo"),
    "place": Dimension(_PLACE, ("key",), "name"),
    "country": Dimension(_PLACE, ("country",)),
    "admin1": Dimension(_PLACE, ("admin1",)),
    "geo_precision": Dimension(_PLACE, ("kind",), renamed=(("city", "place"),)),
    "date_precision": _own("date_precision"),
    **_taking("actor"),
    **_taking("recipient"),
    **_taking(None),
}
_TOLD = (_Hop("event_mention", on="event_id"), _ARTICLE)
_TELLS = (_Hop("event_mention", on="article_id"), _Hop("event", to="event_id"))
_DIMENSIONS: Mapping[str, Mapping[str, Dimension]] = {
    "articles": {**_PRINTED, "story": Dimension(_STORY, ("key",), "title"), **_inside(_TELLS, _EVENT)},
    "events": {**_EVENT, **_inside(_TOLD, _PRINTED)},
    "quotes": {
        "speaker": _actor("speaker_id"),
        "addressee": _actor("addressee_id"),
        "about": _each((_Hop("quote_about", on="quote_id"), _Hop("actor", to="actor_id")), "key", "name"),
        "quote_type": _own("type"),
        **_IN_ARTICLE,
    },
    "claims": {
        "holder": _actor("holder_id"),
        "about": _each((_Hop("claim_about", on="claim_id"), _Hop("actor", to="actor_id")), "key", "name"),
        "stance": _own("stance"),
        "certainty": _own("certainty"),
        **_IN_ARTICLE,
    },
    "actors": {"kind": _own("kind"), "country": _own("country"), "sector": _own("sector")},
    "places": {"kind": _own("kind"), "country": _own("country")},
    "sources": {"country": _own("country")},
    "mentions": {"label": _own("label"), "form": _own("form"), "actor": _actor("actor_id"), **_IN_ARTICLE},
}
"""Resource to what its rows can be grouped by; the names are those of the filters that ask for one value."""
_AREAS = {
    "place": Dimension(_PLACE, ("key",)),
    "admin1": Dimension(_PLACE, ("admin1",), "country"),  # divisions of two countries may have one name
    "country": Dimension(_PLACE, ("country",)),
}
_MAPPED: Mapping[str, Mapping[str, Dimension]] = {"events": _AREAS, "articles": _inside(_TELLS, _AREAS)}
"""Resource to the areas of a map, with the country beside a division."""
AREAS = tuple(_AREAS)
_COMMON: Mapping[str, tuple[str, ...]] = {
    "articles": ("source", "lang", "story"),
    "events": (
        "event_type",
        "extension",
        "mode",
        "realis",
        "quad_code",
        "cameo",
        "place",
        "country",
        "actor",
        "recipient",
    ),
    "quotes": ("speaker", "addressee", "quote_type", "source"),
    "claims": ("holder", "stance", "certainty", "source"),
}
"""Facets that come where none is asked for: those that cost little and that most people look at."""

BUCKETS = ("hour", "day", "week", "month", "quarter", "year")
_FINE_ENOUGH = {
    "hour": ("minute",),
    "day": ("day", "minute"),
    "week": ("day", "minute"),
    "month": ("month", "day", "minute"),
    "quarter": ("month", "day", "minute"),
    "year": ("year", "month", "day", "minute"),
}
"""Bucket to the precisions of a date that place a row in it."""


def dimensions(resource: str) -> tuple[str, ...]:
    """Fields by which the rows of a resource can be counted."""
    return tuple(_DIMENSIONS.get(resource, {}))


def common(resource: str) -> tuple[str, ...]:
    """Those of them that are counted when none is named."""
    return _COMMON.get(resource) or dimensions(resource)


def is_multiple(resource: str, name: str) -> bool:
    """Whether a row may have several values of the dimension."""
    return name not in BUCKETS and _DIMENSIONS[resource][name].is_multiple


def check(resource: str, name: str, *, parameter: str, with_time: bool = False) -> None:
    """Raise ``InputError`` unless rows of ``resource`` can be grouped by ``name``."""
    valid = (*dimensions(resource), *(BUCKETS if with_time and resource in DATED else ()))
    if name not in valid:
        raise InputError(f"'{parameter}' of {resource} is one of {', '.join(valid)}, not '{name}'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """The rows asked for, once for each of their values, ready to be counted."""

    source: FromClause
    where: tuple[ColumnElement[bool], ...]
    groups: tuple[tuple[ColumnElement[Any], ColumnElement[Any]], ...]
    """Value and label of each dimension."""
    number: ColumnElement[Any]
    """How many rows there are in a group: counted, or added up where they were counted before."""


def mapped(connection: Connection, filters: Filters, area: str) -> Grouping:
    """The rows of ``filters`` beside the areas (one of ``AREAS``) they have to do with."""
    return _grouping(connection, filters, [_MAPPED[filters.resource][area]], counted_table(filters, (area,)), tz=None)


def grouping(
    connection: Connection, filters: Filters, names: Sequence[str], *, tz: str | None = None, of_rows: bool = False
) -> Grouping:
    """The rows of ``filters`` beside their values of the dimensions ``names``, NULL where they have none.

    ``of_rows`` asks for the rows themselves, also where there are counts of them.
    """
    known = _DIMENSIONS.get(filters.resource, {})
    wanted = [name if name in BUCKETS else known[name] for name in names]
    return _grouping(connection, filters, wanted, None if of_rows else counted_table(filters, names), tz=tz)


def _grouping(
    connection: Connection,
    filters: Filters,
    wanted: Sequence[Dimension | str],
    counted: Table | None,
    *,
    tz: str | None,
) -> Grouping:
    """By dimensions, and by buckets of time where only their name is given."""
    own = _T[TABLE_OF[filters.resource]] if counted is None else counted
    where: tuple[ColumnElement[bool], ...] = tuple(conditions(connection, filters, counted))
    source: FromClause = own
    if any(isinstance(item, Dimension) and item.is_multiple for item in wanted):
        asked = select(own.c.id).where(*where).cte("asked")
        source, where = own.join(asked, asked.c.id == own.c.id), ()
    else:
        asked = None
    groups = []
    for number, item in enumerate(wanted):
        if isinstance(item, str):
            source, value = _time(connection, own, source, item, number, tz)
            label: ColumnElement[Any] = sql_cast(None, schema.Code)
        elif item.is_multiple and asked is not None:
            pairs = _pairs(connection, own, asked, item, number)
            source = source.outerjoin(pairs, pairs.c.id == own.c.id)
            value, label = pairs.c.value, pairs.c.label
        else:
            source, value, label = _values(own, source, item, number, is_outer=True)
        groups.append((value, label))
    return Grouping(source=source, where=where, groups=tuple(groups), number=number_of(own))


def _values(
    own: Table, source: FromClause, dimension: Dimension, number: int, *, is_outer: bool
) -> tuple[FromClause, ColumnElement[Any], ColumnElement[Any]]:
    last: FromClause = own
    for depth, hop in enumerate(dimension.hops):
        table = _T[hop.table].alias(f"{hop.table}_{number}_{depth}")
        on = table.c[hop.on] == last.c[hop.to]
        if hop.role is not None:
            on = and_(on, table.c.role == hop.role)
        source = source.outerjoin(table, on) if is_outer else source.join(table, on)
        last = table
    columns = [last.c[column] for column in dimension.value]
    value: ColumnElement[Any] = func.coalesce(*columns) if len(columns) > 1 else columns[0]
    if dimension.renamed:
        value = case(dict(dimension.renamed), value=value, else_=value)
    label = sql_cast(None, schema.Code) if dimension.label is None else last.c[dimension.label]
    return source, value, label


def _pairs(connection: Connection, own: Table, asked: CTE, dimension: Dimension, number: int) -> CTE:
    """Row and value, each pair once: an event in which an actor is named twice counts once for it."""
    joined: FromClause = own.join(asked, asked.c.id == own.c.id)
    joined, value, label = _values(own, joined, dimension, number, is_outer=False)
    query: Select[Any]
    if dimension.is_json:
        if connection.dialect.name == "sqlite":
            item: Any = func.json_each(value).table_valued("value").alias(f"item_{number}")
        else:
            listed = func.jsonb_array_elements_text(sql_cast(value, JSONB))
            item = listed.table_valued("value").render_derived(name=f"item_{number}")
        joined, value = joined.join(item, literal(1) == 1), item.c.value
    query = select(own.c.id, value.label("value"), label.label("label")).select_from(joined)
    return query.where(value.is_not(None)).distinct().cte(f"pairs_{number}")


# --- time ------------------------------------------------------------------------------------------------------------


def _time(
    connection: Connection, own: Table, source: FromClause, bucket: str, number: int, tz: str | None
) -> tuple[FromClause, ColumnElement[Any]]:
    """The bucket of each row, NULL for those whose date is less exact than that."""
    date: ColumnElement[Any] = own.c[DATE_OF.get(own.name, "date_start")]
    if own.name == "story":  # stories are dated by whole days
        return source, _bucket(connection, date, bucket) if bucket != "hour" else sql_cast(None, schema.Code)
    if own.name in ("event", "event_day"):
        precision: ColumnElement[Any] = own.c.date_precision
        moment: ColumnElement[Any] | None = None
    else:
        article: FromClause = own
        if own.name != "article":
            article = _T["article"].alias(f"printed_{number}")
            source = source.outerjoin(article, article.c.id == own.c.article_id)
        precision, moment = article.c.published_precision, article.c.published_at
    if bucket == "hour":
        value = sql_cast(None, schema.Code) if moment is None else _hour(connection, moment, tz)
    else:
        if tz is not None and moment is not None:
            date = case(
                (_is_instant(precision, moment), func.substr(_local(connection, moment, tz), 1, 10)), else_=date
            )
        value = _bucket(connection, date, bucket)
    return source, case((precision.in_(_FINE_ENOUGH[bucket]), value))


def _hour(connection: Connection, moment: ColumnElement[Any], tz: str | None) -> ColumnElement[Any]:
    if tz is None:
        return func.substr(moment, 1, 13)
    return case((_has_offset(moment), _local(connection, moment, tz)))


def _is_instant(precision: ColumnElement[Any], moment: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether it is known which moment it was: a clock time with its offset."""
    return and_(precision == "minute", _has_offset(moment))


def _has_offset(moment: ColumnElement[Any]) -> ColumnElement[bool]:
    return func.substr(moment, 20, 1).in_(("Z", "+", "-"))  # after 2019-05-05T10:00:00


def _local(connection: Connection, moment: ColumnElement[Any], tz: str) -> ColumnElement[Any]:
    """A moment as the clocks of a time zone show it, ``2019-05-05T10``."""
    if connection.dialect.name == "sqlite":
        return func.local_hour(moment, tz)
    there = func.timezone(tz, sql_cast(moment, TIMESTAMP(timezone=True)))
    return sql_cast(func.to_char(there, 'YYYY-MM-DD"T"HH24'), schema.Code)


def _bucket(connection: Connection, date: ColumnElement[Any], bucket: str) -> ColumnElement[Any]:
    match bucket:
        case "year":
            return func.substr(date, 1, 4)
        case "month":
            return func.substr(date, 1, 7)
        case "quarter":
            number = (sql_cast(func.substr(date, 6, 2), Integer) + 2) // 3
            return func.substr(date, 1, 4).concat("-Q").concat(sql_cast(number, schema.Code))
        case "week" if connection.dialect.name == "sqlite":
            return func.date(date, "weekday 0", "-6 days")
        case "week":
            monday = func.date_trunc("week", sql_cast(date, Date))
            return func.to_char(monday, "YYYY-MM-DD")
        case _:
            return date
