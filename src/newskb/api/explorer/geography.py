"""The places of events become the points of a map, and the list that says the same in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from newskb.api.explorer import forms
from newskb.store import counting, query
from newskb.store.filters import Filters

POINTS = 250
"""Places on a map; more circles than that cover each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place where events happened."""

    name: str
    latitude: float
    longitude: float
    is_area: bool
    """The events are known to be in this country or region, not at this point."""
    count: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where the events of a question happened."""

    points: tuple[Point, ...]
    more: int
    """Events at places that are not among the points."""
    nowhere: int
    """Events of which no text says where."""


def places(connection: Any, question: Filters, asked: forms.Params) -> Places:
    """The places with most of the events asked for, the most frequent first."""
    found = counting.facet(connection, question, "place", size=POINTS)
    keys = [str(value["value"]) for value in found["values"]]
    named = {row["key"]: row for row in _rows(connection, keys)}
    points = tuple(
        Point(
            name=row["name"],
            latitude=row["latitude"],
            longitude=row["longitude"],
            is_area=row["kind"] not in ("city", None),
            count=value["count"],
            href=forms.address("events", asked, {"place": row["key"]}),
        )
        for value in found["values"]
        if (row := named.get(str(value["value"]))) is not None and row["latitude"] is not None
    )
    shown = sum(point.count for point in points)
    whole = sum(value["count"] for value in found["values"]) + found["other"]
    return Places(points=points, more=whole - shown, nowhere=found["unset"])


def _rows(connection: Any, keys: list[str]) -> list[query.Row]:
    if not keys:
        return []
    return query.list_rows(connection, Filters.parse({"place": keys}, "places"), limit=query.MAX_LIMIT).rows
