"""The rows asked for become a map: the places, divisions or countries they have to do with, and how many each has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select
from sqlalchemy import cast as sql_cast

from newskb.store import schema
from newskb.store.bulk import KEYS_AT_ONCE, chunks
from newskb.store.counting import count
from newskb.store.dimensions import AREAS, mapped
from newskb.store.filters import Filters
from newskb.store.rows import AreaMap, AreaRow

__all__ = ["AREAS", "area_map"]

_PLACE: Table = schema.Base.metadata.tables["place"]
_PRECISION = {"city": "place"}
"""Kinds of places that are called otherwise where they say how exact a place is."""


def area_map(connection: Connection, filters: Filters, area: str, *, limit: int | None = None) -> AreaMap:
    """The ``area``s (one of ``AREAS``) of events, or of the events that articles tell of, those with most rows first.

    A row counts once for each of its areas; their counts, ``other`` and ``unlocated`` are at least ``total``.
    """
    found = mapped(connection, filters, area)
    ((value, country),) = found.groups
    columns = [value.label("value"), country.label("country")]
    counted = select(*columns, found.number.label("number")).select_from(found.source).where(*found.where)
    table = counted.group_by(*columns).subquery("counted")
    ties = [sql_cast(column, schema.Code).asc().nulls_last() for column in (table.c.value, table.c.country)]
    numbers = func.sum(table.c.number).over().label("summed"), func.count().over().label("areas")
    query = select(table, *numbers).where(table.c.value.is_not(None)).order_by(table.c.number.desc(), *ties)
    rows = connection.execute(query if limit is None else query.limit(limit)).all()
    without = select(func.coalesce(func.sum(table.c.number), 0)).where(table.c.value.is_(None))
    summed, area_count = (int(rows[0].summed), int(rows[0].areas)) if rows else (0, 0)
    return AreaMap(
        areas=_placed(connection, area, rows),
        area_count=area_count,
        other=summed - sum(row.number for row in rows),
        unlocated=int(connection.execute(without).scalar_one()),
        total=count(connection, filters),
    )


def _placed(connection: Connection, area: str, rows: Sequence[Row[Any]]) -> list[AreaRow]:
    if area == "place":
        places = _places(connection, "key", [row.value for row in rows])
        return [_row(row, places[row.value], row.value) for row in rows]
    if area == "country":
        places = _places(connection, "country", [row.value for row in rows], kind="country")
        return [_row(row, places.get(row.value), row.value, country=row.value, precision="country") for row in rows]
    places = {
        f"{place.country}/{place.name}": place
        for place in _places(connection, "name", [row.value for row in rows], kind="admin1", by="id").values()
    }
    keys = [f"{row.country or ''}/{row.value}" for row in rows]
    return [
        _row(row, places.get(key), key, country=row.country, admin1=row.value, precision="admin1")
        for row, key in zip(rows, keys, strict=True)
    ]


def _places(
    connection: Connection, column: str, values: Sequence[str], *, kind: str | None = None, by: str | None = None
) -> dict[Any, Row[Any]]:
    """The places with these values of ``column``, by it or by the column ``by``."""
    found: dict[Any, Row[Any]] = {}
    for part in chunks(sorted(set(values)), KEYS_AT_ONCE):
        query = select(_PLACE).where(_PLACE.c[column].in_(part))
        if kind is not None:
            query = query.where(_PLACE.c.kind == kind)
        found.update(
            (row._mapping[by or column], row) for row in connection.execute(query.order_by(_PLACE.c.key.desc()))
        )
    return found


def _row(
    row: Row[Any],
    place: Row[Any] | None,
    key: str,
    *,
    country: str | None = None,
    admin1: str | None = None,
    precision: str | None = None,
) -> AreaRow:
    known: dict[str, Any] = {} if place is None else place._asdict()
    kind = known.get("kind")
    return AreaRow(
        key=key,
        name=known.get("name") or admin1 or key,
        country=country or known.get("country"),
        admin1=admin1 or known.get("admin1"),
        precision=precision or _PRECISION.get(str(kind), kind),
        latitude=known.get("latitude"),
        longitude=known.get("longitude"),
        count=row.number,
    )
