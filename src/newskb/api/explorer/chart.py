"""Counts per bucket become the bars of a chart, in the units of its view box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 720, 140
_BASE = 118
"""Where the bars stand; below it are the labels of the first and the last bucket."""
_GAP = 0.15
"""Part of a bar's slot that stays empty; more makes years of days look like fog."""
_MAX_BAR = 48.0
"""Widest bar; a chart of one bucket would otherwise be one wall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bucket as a rectangle."""

    x: float
    y: float
    width: float
    height: float
    label: str
    count: int


def bars(buckets: Sequence[Mapping[str, Any]]) -> list[Bar]:
    """A bar for every bucket (``date`` and ``count``), equally spaced; heights are relative to the highest count."""
    if not buckets:
        return []
    slot = WIDTH / len(buckets)
    width = min(slot * (1 - _GAP), _MAX_BAR)
    highest = max(int(bucket["count"]) for bucket in buckets) or 1
    drawn = []
    for index, bucket in enumerate(buckets):
        count = int(bucket["count"])
        height = (_BASE - 8) * count / highest
        drawn.append(
            Bar(
                x=round(index * slot + (slot - width) / 2, 2),
                y=round(_BASE - height, 2),
                width=round(width, 2),
                height=round(height, 2),
                label=str(bucket["date"]),
                count=count,
            )
        )
    return drawn
