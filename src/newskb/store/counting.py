"""The rows asked for become exact numbers: by one or two of their values, over time, and as measures of more than rows.

Nothing is sampled or cut off in silence: what is not listed, and what has no value, is counted beside what is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import ColumnElement, Connection, FromClause, Select, Table, and_, case, func, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.exc import DBAPIError

from newskb.errors import InputError
from newskb.store import schema
from newskb.store.conditions import TABLE_OF, conditions
from newskb.store.dimensions import BUCKETS, Grouping, check, common, dimensions, grouping, is_multiple
from newskb.store.filters import DATED, Filters
from newskb.store.rollups import counted_table, counts_by_actor, is_counted_by_actor, number_of
from newskb.store.rows import Aggregate, Bucket, Facet, FacetValue, Series, Timeline

__all__ = ["BUCKETS", "aggregate", "common", "count", "dimensions", "facet", "measures", "timeline"]

_T: Mapping[str, Table] = schema.Base.metadata.tables
MAX_GROUPS = 2
"""Dimensions of one table: more make cells that hold a row or two each."""
SORTS = ("-value", "value", "group")
AVERAGE_DIGITS = 6
"""Decimals of an average: more are noise of the order in which a database adds."""


def count(connection: Connection, filters: Filters) -> int:
    """How many rows the list has, to its very end."""
    counted = counted_table(filters, ())
    table = _T[TABLE_OF[filters.resource]] if counted is None else counted
    query = select(number_of(table)).select_from(table).where(*conditions(connection, filters, counted))
    return int(connection.execute(query).scalar_one())


# --- measures --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Measure:
    """What is counted or added up over the rows of a cell."""

    column: str | None = None
    """Own column that is added up, or whose different values are counted."""
    via: tuple[tuple[str, str, str], ...] = ()
    """Tables to go through (table, its column, column before) to the values that are counted."""
    figure: str | None = None
    """Kind of figure of which the greatest that a report of each event gives is added up."""
    is_average: bool = False


_REPORTS = ("event_mention", "event_id", "id")
_PRINTED = ("article", "id", "article_id")
_MEASURES: Mapping[str, Mapping[str, _Measure]] = {
    "events": {
        "events": _Measure(),
        "mentions": _Measure("report_count"),
        "articles": _Measure("article_id", (_REPORTS,)),
        "sources": _Measure("source_id", (_REPORTS, _PRINTED)),
        "independent_sources": _Measure("independent_source_count"),
        "avg_intensity": _Measure("intensity", is_average=True),
        "sum_fatalities": _Measure(figure="killed"),
        "sum_injured": _Measure(figure="injured"),
        "sum_arrested": _Measure(figure="arrested"),
    },
    "articles": {
        "articles": _Measure(),
        "sources": _Measure("source_id", (("article", "id", "id"),)),
        "events": _Measure("event_id", (("event_mention", "article_id", "id"),)),
    },
    "quotes": {
        "quotes": _Measure(),
        "articles": _Measure("article_id", (("quote", "id", "id"),)),
        "sources": _Measure("source_id", (_PRINTED,)),
    },
    "claims": {
        "claims": _Measure(),
        "articles": _Measure("article_id", (("claim", "id", "id"),)),
        "sources": _Measure("source_id", (_PRINTED,)),
    },
}
"""Resource to its measures; the first counts the rows and is the default."""


def measures(resource: str) -> tuple[str, ...]:
    """What can be measured over the rows of a resource; the first is the number of rows."""
    return tuple(_MEASURES.get(resource, {}))


def _measured(own: Table, found: Grouping, measure: _Measure) -> tuple[FromClause, ColumnElement[Any]]:
    source = found.source
    if measure.figure is not None:
        return source, func.sum(_greatest_figure(own, measure.figure))
    if measure.via:
        last: FromClause = own
        for depth, (name, on, to) in enumerate(measure.via):
            table = _T[name].alias(f"{name}_measured_{depth}")
            source = source.outerjoin(table, table.c[on] == last.c[to])
            last = table
        return source, func.count(last.c[measure.column or "id"].distinct())
    if measure.column is None:
        return source, found.number
    column = own.c[measure.column]
    return source, func.avg(column) if measure.is_average else func.sum(column)


def _greatest_figure(own: Table, kind: str) -> ColumnElement[Any]:
    mention, bridge, figure = (_T[name].alias() for name in ("event_mention", "event_mention_figure", "figure"))
    told = (
        select(func.max(func.coalesce(figure.c.high, figure.c.low)))
        .select_from(mention.join(bridge, bridge.c.event_mention_id == mention.c.id))
        .join(figure, and_(figure.c.article_id == mention.c.article_id, figure.c.ordinal == bridge.c.figure))
        .where(mention.c.event_id == own.c.id, figure.c.kind == kind)
    )
    return told.correlate(own).scalar_subquery()


def _number(value: Any) -> int | float | None:
    """A sum or average as JSON has it: whole where it is whole."""
    if value is None:
        return None
    number = round(float(value), AVERAGE_DIGITS)
    return int(number) if number.is_integer() else number


# --- tables ----------------------------------------------------------------------------------------------------------


def aggregate(
    connection: Connection,
    filters: Filters,
    group_by: Sequence[str],
    *,
    measure: str | None = None,
    is_share: bool = False,
    sort: str | None = None,
    limit: int | None = None,
    tz: str | None = None,
) -> Aggregate:
    """A table of one or two dimensions: a row for each pair of values that occurs, with the measure of its rows.

    ``limit`` cuts the list, never the numbers; ``group_count`` is how many there are. Rows without a value are a group
    of their own. Raises ``InputError``.
    """
    resource = filters.resource
    if not 1 <= len(group_by) <= MAX_GROUPS or len(set(group_by)) < len(group_by):
        raise InputError(f"'group_by' takes one or two different fields, not {', '.join(group_by) or 'none'}")
    for name in group_by:
        check(resource, name, parameter="group_by", with_time=True)
    chosen = _measure(resource, measure)
    if is_share and _MEASURES[resource][chosen].is_average:
        raise InputError(f"an average has no share; take 'normalize' out or choose another measure than {chosen}")
    check_zone(connection, tz)
    found = grouping(connection, filters, group_by, tz=tz, of_rows=chosen != measures(resource)[0])
    source, number = _measured(_T[TABLE_OF[resource]], found, _MEASURES[resource][chosen])
    columns = [
        column.label(f"{part}_{n}")
        for n, pair in enumerate(found.groups)
        for part, column in zip(("value", "label"), pair, strict=True)
    ]
    cells = select(*columns, number.label("number")).select_from(source).where(*found.where).group_by(*columns)
    table = cells.subquery("cells")
    query = select(table, func.count().over().label("group_count")).order_by(*_sorted(table, len(group_by), sort))
    rows = connection.execute(query if limit is None else query.limit(limit)).all()
    total = _total(connection, filters, chosen)
    return Aggregate(
        group_by=list(group_by),
        measure=chosen,
        rows=[_cell(row, group_by, total if is_share else None) for row in rows],
        group_count=rows[0].group_count if rows else 0,
        total=total,
        row_count=count(connection, filters),
    )


def _measure(resource: str, name: str | None) -> str:
    valid = measures(resource)
    if name is not None and name not in valid:
        raise InputError(f"'measure' of {resource} is one of {', '.join(valid)}, not '{name}'")
    return name or valid[0]


def _total(connection: Connection, filters: Filters, measure: str) -> int | float | None:
    """The measure over all rows together; with several values a row, the groups add up to more."""
    found = grouping(connection, filters, (), of_rows=measure != measures(filters.resource)[0])
    source, number = _measured(_T[TABLE_OF[filters.resource]], found, _MEASURES[filters.resource][measure])
    return _number(connection.execute(select(number).select_from(source).where(*found.where)).scalar_one())


def _sorted(cells: FromClause, groups: int, sort: str | None) -> list[ColumnElement[Any]]:
    """By code point, groups without a value last: the same on both databases."""
    if sort is not None and sort not in SORTS:
        raise InputError(f"'sort' of a table is one of {', '.join(SORTS)}, not '{sort}'")
    values = [sql_cast(cells.c[f"value_{n}"], schema.Code).asc().nulls_last() for n in range(groups)]
    number = cells.c.number
    by_number = {"-value": [number.desc().nulls_last()], "value": [number.asc().nulls_last()], "group": []}
    return [*by_number[sort or SORTS[0]], *values]


def _cell(row: Any, group_by: Sequence[str], whole: int | float | None) -> dict[str, Any]:
    cell: dict[str, Any] = {}
    for n, name in enumerate(group_by):
        value = row._mapping[f"value_{n}"]
        cell[name] = None if value is None else str(value)
        cell[f"{name}_name"] = row._mapping[f"label_{n}"]
    number = _number(row.number)
    share = None if whole is None or number is None or not whole else round(number / whole, AVERAGE_DIGITS)
    return cell | {"value": number, "share": share}


# --- facets ----------------------------------------------------------------------------------------------------------


def facet(connection: Connection, filters: Filters, field: str, *, size: int = 20) -> Facet:
    """The most frequent values of a field among the rows asked for.

    Their counts, ``other`` and ``unset`` less ``repeated`` are the number of the rows.
    """
    check(filters.resource, field, parameter="facet")
    table = _facet_counts(connection, filters, field).subquery("counted")
    tie = sql_cast(table.c.value, schema.Code).asc().nulls_last()
    without = func.max(case((table.c.value.is_(None), table.c.number), else_=0)).over().label("unset")
    query = select(table, func.sum(table.c.number).over().label("summed"), without)
    rows = connection.execute(query.order_by(table.c.value.is_(None), table.c.number.desc(), tie).limit(size)).all()
    summed, unset = (int(rows[0].summed), int(rows[0].unset)) if rows else (0, 0)
    values = [
        FacetValue(value=str(row.value), name=row.name, count=row.number) for row in rows if row.value is not None
    ]
    other = summed - unset - sum(value["count"] for value in values)
    repeated = summed - count(connection, filters) if is_multiple(filters.resource, field) else 0
    return Facet(values=values, other=other, unset=unset, repeated=repeated)


def _facet_counts(connection: Connection, filters: Filters, field: str) -> Select[Any]:
    """Value, name and number of rows."""
    if is_counted_by_actor(filters, field):
        return counts_by_actor(field)
    found = grouping(connection, filters, (field,))
    ((value, label),) = found.groups
    columns = [value.label("value"), label.label("name")]
    counted = select(*columns, found.number.label("number")).select_from(found.source).where(*found.where)
    return counted.group_by(*columns)


# --- timelines -------------------------------------------------------------------------------------------------------


def timeline(
    connection: Connection,
    filters: Filters,
    bucket: str = "day",
    *,
    group_by: str | None = None,
    size: int = 20,
    tz: str | None = None,
) -> Timeline:
    """Rows per hour, day, week, month, quarter or year; those whose date is less exact than that are told apart.

    With ``group_by``, ``series`` has the same for the ``size`` most frequent values of that field and for the rows
    without a value; ``series_count`` is how many there are. ``tz`` (IANA name) moves moments that are known with
    their offset; dates known by the day only stay.
    """
    if filters.resource not in DATED:
        raise InputError(f"{filters.resource} have no dates, so no timeline")
    if bucket not in BUCKETS:
        raise InputError(f"'bucket' is one of {', '.join(BUCKETS)}, not '{bucket}'")
    if group_by is not None:
        check(filters.resource, group_by, parameter="group_by")
    check_zone(connection, tz)
    found = grouping(connection, filters, (bucket,), tz=tz)
    ((date, _label),) = found.groups
    query: Select[Any] = select(date.label("date"), found.number.label("number")).select_from(found.source)
    rows = connection.execute(query.where(*found.where).group_by("date").order_by("date")).all()
    whole = _series([(row.date, row.number) for row in rows])
    series = None if group_by is None else _by_value(connection, filters, bucket, group_by, tz)
    return Timeline(
        bucket=bucket,
        buckets=whole[0],
        undated=whole[1],
        total=whole[2],
        series=None if series is None else series[:size],
        series_count=None if series is None else len(series),
    )


def _by_value(connection: Connection, filters: Filters, bucket: str, group_by: str, tz: str | None) -> list[Series]:
    found = grouping(connection, filters, (group_by, bucket), tz=tz)
    (value, label), (date, _none) = found.groups
    columns = [value.label("value"), label.label("name"), date.label("date")]
    query = select(*columns, found.number.label("number")).select_from(found.source).where(*found.where)
    numbers: dict[tuple[str | None, str | None], list[tuple[str | None, int]]] = {}
    for row in connection.execute(query.group_by(*columns)):
        key = (None if row.value is None else str(row.value), row.name)
        numbers.setdefault(key, []).append((row.date, row.number))
    series = []
    for (named, name), dated in numbers.items():
        buckets, undated, total = _series(dated)
        series.append(Series(value=named, name=name, buckets=buckets, undated=undated, total=total))
    return sorted(series, key=lambda item: (-item["total"], item["value"] is None, item["value"] or ""))


def _series(numbers: Sequence[tuple[str | None, int]]) -> tuple[list[Bucket], int, int]:
    """The buckets, oldest first, the number without a date that exact, and the number of all."""
    dated = sorted((date, number) for date, number in numbers if date is not None)
    total = sum(number for _date, number in numbers)
    return (
        [Bucket(date=date, count=number) for date, number in dated],
        total - sum(number for _date, number in dated),
        total,
    )


def check_zone(connection: Connection, tz: str | None) -> None:
    """Raise ``InputError`` unless ``tz`` is a time zone that the database knows."""
    if tz is None:
        return
    wrong = InputError(f"'tz' takes an IANA time zone such as America/Lima or UTC, not '{tz}'")
    if tz not in available_timezones():
        raise wrong
    if connection.dialect.name == "postgresql":
        try:
            with connection.begin_nested():
                connection.execute(select(func.timezone(tz, func.now())))
        except DBAPIError as error:
            raise wrong from error
