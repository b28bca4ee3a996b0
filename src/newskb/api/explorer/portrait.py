"""What the store knows of an actor becomes a portrait: relations to others, and offices on a line of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from newskb.store import counting
from newskb.store.filters import Filters

OTHERS = 12
"""Actors in the table of relations: more than that nobody compares."""
QUADS = ("1", "2", "3", "4")
WIDTH = 100.0
"""Width of the line of time, in its own units."""
_LEAST_WIDTH = 1.5
"""A short office still shows on a line of decades."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Events that an actor has with another, by quad."""

    key: str
    name: str
    counts: tuple[int, ...]
    """In the order of ``QUADS``; what has none is not in it."""
    total: int
    parts: tuple[tuple[float, float], ...]
    """Left end and width of the bar of each quad, in percent of the longest row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """An office of an actor and where it lies on the line of time; ``left`` is None where no day is known."""

    office: str
    country: str | None
    sector: str | None
    valid_from: str | None
    valid_to: str | None
    left: float | None
    width: float


def relations(connection: Any, key: str) -> list[Relation]:
    """With whom the actor has events, those with most first."""
    question = Filters.parse({"participant": [key]}, "events")
    found = counting.aggregate(connection, question, ("participant", "quad_code"))
    met: dict[str, dict[str, int]] = {}
    names: dict[str, str] = {}
    for row in found["rows"]:
        other = row["participant"]
        if other is not None and other != key:
            met.setdefault(other, {})[row["quad_code"] or ""] = int(row["value"])
            names[other] = row["participant_name"]
    ordered = sorted(met, key=lambda other: (-sum(met[other].values()), names[other], other))[:OTHERS]
    longest = max((sum(met[other].values()) for other in ordered), default=1)
    return [_relation(other, names[other], met[other], longest) for other in ordered]


def _relation(key: str, name: str, counted: Mapping[str, int], longest: int) -> Relation:
    counts = tuple(counted.get(quad, 0) for quad in QUADS)
    parts, left = [], 0.0
    for count in counts:
        width = 100 * count / longest
        parts.append((round(left, 2), round(width, 2)))
        left += width
    return Relation(key=key, name=name, counts=counts, total=sum(counted.values()), parts=tuple(parts))


def offices(roles: Sequence[Mapping[str, Any]], *, until: int) -> tuple[list[Office], tuple[str, str] | None]:
    """The offices on one line of time, and its first and last year; no line where no year is known.

    An office without an end goes on through the year ``until``.
    """
    known = [_year(role[name]) for role in roles for name in ("valid_from", "valid_to") if role[name]]
    if not known:
        return [_office(role, None) for role in roles], None
    is_open = any(role["valid_from"] and not role["valid_to"] for role in roles)
    first, last = int(min(known)), int(max([*known, until] if is_open else known)) + 1
    return [_office(role, (first, last)) for role in roles], (str(first), str(last))


def _office(role: Mapping[str, Any], line: tuple[int, int] | None) -> Office:
    left, width = None, 0.0
    if line is not None and (role["valid_from"] or role["valid_to"]):
        first, last = line
        start = _year(role["valid_from"]) if role["valid_from"] else first
        end = _year(role["valid_to"]) if role["valid_to"] else last
        width = max(WIDTH * (end - start) / (last - first), _LEAST_WIDTH)
        left = min(WIDTH * (start - first) / (last - first), WIDTH - width)
    return Office(
        office=role["office"],
        country=role["country"],
        sector=role["sector"],
        valid_from=role["valid_from"],
        valid_to=role["valid_to"],
        left=None if left is None else round(max(left, 0.0), 2),
        width=round(min(width, WIDTH), 2),
    )


def _year(day: str) -> float:
    """``2019-07`` as 2019.5."""
    year, _dash, rest = day.partition("-")
    month = rest[:2]
    return int(year) + ((int(month) - 1) / 12 if month.isdecimal() else 0.0)
