"""The places of events become the points of a map, and the list that says the same in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from newskb.api.explorer import forms
from newskb.store.filters import Filters
from newskb.store.maps import area_map

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
    found = area_map(connection, question, "place", limit=POINTS)
    points = tuple(
        Point(
            name=area["name"],
            latitude=area["latitude"],
            longitude=area["longitude"],
            is_area=area["precision"] != "place",
            count=area["count"],
            href=forms.address("events", asked, {"place": area["key"]}),
        )
        for area in found["areas"]
        if area["latitude"] is not None and area["longitude"] is not None
    )
    shown = sum(point.count for point in points)
    whole = sum(area["count"] for area in found["areas"]) + found["other"]
    return Places(points=points, more=whole - shown, nowhere=found["unlocated"])
