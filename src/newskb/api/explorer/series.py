"""Rows over time, one line of numbers for each value of a field, become the table that a chart is drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from newskb.api.explorer import forms
from newskb.api.explorer.chart import bucket_for, spans
from newskb.api.explorer.rendering import value_name
from newskb.store import counting
from newskb.store.filters import Filters
from newskb.store.rows import Bucket, Timeline

BUCKETS = ("day", "week", "month", "year")
LINES = 7
"""Values with a colour of their own; more colours cannot be told apart."""
DATES = {"events": ("date_start", "date_end")}
PUBLISHED = ("published_start", "published_end")
"""Filters by which a bucket asks for its rows, of events and of all else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One bucket."""

    label: str
    first: str
    counts: tuple[int, ...]
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Counts per bucket (rows) and value (columns)."""

    bucket: str
    lines: tuple[str, ...]
    """Names of the columns, the most frequent value first."""
    moments: tuple[Moment, ...]
    undated: int
    """Rows whose date is less exact than the bucket."""


def fitting(connection: Any, question: Filters) -> Timeline:
    """The timeline in the narrowest bucket that gives a readable number of bars and does not lose most of the rows.

    Many events are known by their month or year only, and would all be missing from a chart of days.
    """
    years = counting.timeline(connection, question, "year")
    dated = [bucket["date"] for bucket in years["buckets"]]
    if not dated:
        return years
    narrowest = BUCKETS.index(bucket_for(f"{dated[0]}-01-01", f"{dated[-1]}-12-31"))
    for bucket in BUCKETS[narrowest:-1]:
        found = counting.timeline(connection, question, bucket)
        if 2 * (found["total"] - found["undated"]) >= years["total"] - years["undated"]:
            return found
    return years


def over_time(connection: Any, question: Filters, asked: forms.Params, field: str) -> Table:
    """The rows of ``question`` over time by ``field``; ``asked`` are its parameters, for the links of the buckets."""
    bucket = fitting(connection, question)["bucket"]
    found = counting.timeline(connection, question, bucket, group_by=field, size=LINES)
    series = [line for line in found["series"] or () if line["buckets"]]
    lines = [(value_name(field, line["value"], line["name"]), line["buckets"]) for line in series]
    rest = _rest(found["buckets"], [buckets for _name, buckets in lines])
    if rest:
        lines.append(("others", rest))
    return Table(
        bucket=bucket,
        lines=tuple(name for name, _buckets in lines),
        moments=_moments(found["buckets"], [buckets for _name, buckets in lines], bucket, question.resource, asked),
        undated=found["undated"],
    )


def _rest(whole: Sequence[Bucket], lines: Sequence[Sequence[Bucket]]) -> list[Bucket]:
    """What no line has."""
    named: dict[str, int] = {}
    for line in lines:
        for bucket in line:
            named[bucket["date"]] = named.get(bucket["date"], 0) + bucket["count"]
    rest = [Bucket(date=bucket["date"], count=bucket["count"] - named.get(bucket["date"], 0)) for bucket in whole]
    return [bucket for bucket in rest if bucket["count"] > 0]


def _moments(
    whole: Sequence[Bucket], lines: Sequence[Sequence[Bucket]], bucket: str, resource: str, asked: forms.Params
) -> tuple[Moment, ...]:
    if not whole:
        return ()
    counts = [{item["date"]: item["count"] for item in line} for line in lines]
    first_name, last_name = DATES.get(resource, PUBLISHED)
    return tuple(
        Moment(
            label=label,
            first=first.isoformat(),
            counts=tuple(line.get(label, 0) for line in counts),
            href=forms.address(resource, asked, {first_name: first.isoformat(), last_name: last.isoformat()}),
        )
        for label, first, last in spans(whole[0]["date"], whole[-1]["date"], bucket)
    )
