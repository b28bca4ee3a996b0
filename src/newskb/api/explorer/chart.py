"""Counts per bucket of time become the bars of a chart, in the units of its view box."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

WIDTH, HEIGHT = 720, 100
_GAP = 0.15
"""Part of a bar's slot that stays empty; more makes years of days look like fog."""
_MAX_BAR = 36.0
"""Widest bar; a chart of one bucket would otherwise be one wall."""
_LEAST_HEIGHT = 2.0
"""A bucket with a single row still shows beside one with thousands."""
_MOST_BARS = 90
"""More bars than that are thinner than a finger or the pointer can hit at 400 pixels."""
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bucket as a rectangle."""

    x: float
    y: float
    width: float
    height: float
    label: str
    first: str
    last: str
    """The first and the last day of the bucket."""
    count: int


def bucket_for(first: str | None, last: str | None) -> str:
    """The narrowest bucket that shows the days from ``first`` to ``last`` in a readable number of bars."""
    if first is None or last is None:
        return "month"
    days = (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
    return next((bucket for bucket, width in _DAYS.items() if days <= width * _MOST_BARS), "year")


def bars(buckets: Sequence[Mapping[str, Any]], bucket: str) -> list[Bar]:
    """A bar for every bucket from the first with rows to the last, also those without; heights by the highest count."""
    if not buckets:
        return []
    counts = {str(item["date"]): int(item["count"]) for item in buckets}
    drawn_spans = list(spans(min(counts), max(counts), bucket))
    slot = min(WIDTH / len(drawn_spans), _MAX_BAR)
    width = slot * (1 - _GAP)
    highest = max(counts.values())
    drawn = []
    for index, (label, first, last) in enumerate(drawn_spans):
        count = counts.get(label, 0)
        height = max(HEIGHT * count / highest, _LEAST_HEIGHT) if count else 0.0
        drawn.append(
            Bar(
                x=round(index * slot + (slot - width) / 2, 2),
                y=round(HEIGHT - height, 2),
                width=round(width, 2),
                height=round(height, 2),
                label=label,
                first=first.isoformat(),
                last=last.isoformat(),
                count=count,
            )
        )
    return drawn


def spans(first: str, last: str, bucket: str) -> Iterator[tuple[str, date, date]]:
    """Label, first and last day of every bucket between two labels."""
    start, label = _first_day(first), first
    while label <= last:
        following = _following(start, bucket)
        yield label, start, following - timedelta(days=1)
        start, label = following, following.isoformat()[: len(first)]


def _first_day(label: str) -> date:
    return date.fromisoformat(f"{label}-01-01"[:10] if len(label) == 4 else f"{label}-01"[:10])


def _following(day: date, bucket: str) -> date:
    if bucket == "year":
        return day.replace(year=day.year + 1)
    if bucket == "month":
        return (day + timedelta(days=31)).replace(day=1)
    return day + timedelta(days=_DAYS[bucket])
