"""TIMEX3 values as calendar arithmetic: their bounds, their neighbours, and days reckoned from days."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from newskb.model import DatePrecision

Bounds = tuple[str, str, DatePrecision]
"""First day, last day (inclusive), and the finest precision that is at least as coarse as the interval."""

_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(T\d\d:\d\d|T[A-Z\d]+)?$")
_MONTH = re.compile(r"(\d{4})-(\d\d)$")
_YEAR = re.compile(r"(\d{4})$")
_DECADE = re.compile(r"(\d{3})$")
_CENTURY = re.compile(r"(\d{2})$")
_WEEK = re.compile(r"(\d{4})-W(\d\d)(-WE)?$")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])$")
_HALF = re.compile(r"(\d{4})-H([12])$")
_SEASON = re.compile(r"(\d{4})-(SP|SU|FA|WI)$")

_MONTHS_PER = {"M": 1, "Q": 3, "Y": 12, "DE": 120, "CE": 1200, "ML": 12000}
_DAYS_PER = {"D": 1, "NI": 1, "W": 7, "WE": 7, "F": 14}


def bounds(value: str) -> Bounds | None:
    """First and last day of a TIMEX3 value; None for durations, references (``PAST_REF``) and open values.

    A season is given the bounds of its year, because its months depend on the hemisphere.
    """
    if "/" in value:
        first, last = (bounds(part) for part in value.split("/", 1))
        return (first[0], last[1], max(first[2], last[2], key=_coarseness)) if first and last else None
    if match := _DAY.match(value):
        day = make_day(int(match[1]), int(match[2]), int(match[3]))
        if day is None:
            return None
        precise = match[4] is not None and ":" in match[4]
        return day.isoformat(), day.isoformat(), DatePrecision.MINUTE if precise else DatePrecision.DAY
    if match := _MONTH.match(value):
        return _months(int(match[1]), int(match[2]), 1, DatePrecision.MONTH)
    if match := _QUARTER.match(value):
        return _months(int(match[1]), 3 * int(match[2]) - 2, 3, DatePrecision.YEAR)
    if match := _HALF.match(value):
        return _months(int(match[1]), 6 * int(match[2]) - 5, 6, DatePrecision.YEAR)
    if match := _WEEK.match(value):
        return _week(int(match[1]), int(match[2]), match[3] is not None)
    if match := _SEASON.match(value):
        return _months(int(match[1]), 1, 24 if match[2] == "WI" else 12, DatePrecision.YEAR)
    for pattern, years in ((_YEAR, 1), (_DECADE, 10), (_CENTURY, 100)):
        if match := pattern.match(value):
            return _months(int(match[1]) * years, 1, 12 * years, DatePrecision.YEAR)
    return None


def _coarseness(precision: DatePrecision) -> int:
    return (DatePrecision.MINUTE, DatePrecision.DAY, DatePrecision.MONTH, DatePrecision.YEAR).index(precision)


def _months(year: int, month: int, count: int, precision: DatePrecision) -> Bounds | None:
    if not 1 <= month <= 12 or year < 1:
        return None
    last = month - 1 + count - 1
    end_year, end_month = year + last // 12, last % 12 + 1
    if end_year > date.max.year:
        return None
    days = calendar.monthrange(end_year, end_month)[1]
    return f"{year:04d}-{month:02d}-01", f"{end_year:04d}-{end_month:02d}-{days:02d}", precision


def _week(year: int, week: int, is_weekend: bool) -> Bounds | None:
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:
        return None
    first = monday + timedelta(days=5 if is_weekend else 0)
    return first.isoformat(), (monday + timedelta(days=6)).isoformat(), DatePrecision.MONTH


def make_day(year: int, month: int, day: int) -> date | None:
    """The day, or None where the calendar has none (30 February)."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def first_day(value: str) -> date | None:
    """The first day of a calendar value."""
    found = bounds(value)
    return date.fromisoformat(found[0]) if found else None


def week_of(day: date, *, weekend: bool = False) -> str:
    """The ISO week a day falls into (``2019-W18``), or its weekend."""
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}" + ("-WE" if weekend else "")


def at_granularity(day: date, unit: str) -> str:
    """The calendar value of size ``unit`` (D, W, M, Q, Y, DE …) that holds ``day``."""
    if unit in ("W", "F"):
        return week_of(day)
    if unit == "WE":
        return week_of(day, weekend=True)
    if unit == "M":
        return f"{day.year:04d}-{day.month:02d}"
    if unit == "Q":
        return f"{day.year:04d}-Q{(day.month + 2) // 3}"
    if unit == "Y":
        return f"{day.year:04d}"
    if unit == "DE":
        return f"{day.year // 10:03d}"
    if unit in ("CE", "ML"):
        return f"{day.year // 100:02d}"
    return day.isoformat()


def move(day: date, unit: str, count: float) -> date | None:
    """``day`` moved by ``count`` units; months keep the day of the month where it exists. None outside the calendar."""
    try:
        if unit in _DAYS_PER:
            return day + timedelta(days=round(count * _DAYS_PER[unit]))
        if unit not in _MONTHS_PER:
            return day
        months = day.year * 12 + day.month - 1 + round(count * _MONTHS_PER[unit])
        year, month = months // 12, months % 12 + 1
        return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    except (OverflowError, ValueError):
        return None


def move_before_christ(value: str, unit: str, count: float) -> str | None:
    """A value before Christ (``BC0492``) moved by ``count`` years, decades or centuries; None for anything else.

    Years before Christ count down: the year after ``BC0492`` is ``BC0491``.
    """
    digits, years = {"Y": (4, 1), "DE": (3, 10), "CE": (2, 100)}.get(unit, (0, 0))
    match = re.match(r"BC(\d{2,4})", value)
    if match is None or not digits:
        return None
    year = int(match[1]) * int(10 ** (4 - len(match[1])))
    moved = year // years - round(count)
    return f"BC{moved:0{digits}d}" if moved > 0 else None


def duration(count: float | None, unit: str) -> str:
    """``P3D``, ``PT2H``, ``PXY`` (None = several), decades as ``P2DE``."""
    if unit == "F":
        count, unit = (None if count is None else count * 2), "W"
    if unit == "NI":
        unit = "D"
    amount = "X" if count is None else f"{count:g}" if count < 1e6 else f"{count:.0f}"
    if unit.startswith("T"):
        return f"PT{amount}{unit[1]}"
    return f"P{amount}{unit}"


def weekday_from(day: date, weekday: int, direction: int, *, same_day: bool = True) -> date:
    """The nearest ``weekday`` (1 = Monday) at or after (``direction`` > 0) or at or before ``day``."""
    if direction > 0:
        ahead = (weekday - day.isoweekday()) % 7
        return day + timedelta(days=ahead or (0 if same_day else 7))
    back = (day.isoweekday() - weekday) % 7
    return day - timedelta(days=back or (0 if same_day else 7))


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm, Meeus 1991)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def holiday(rule: str, year: int) -> date | None:
    """The day of a holiday: ``12-25``, or the name of a movable feast of ``words.json``."""
    if rule == "easter":
        return easter(year)
    if rule == "good friday":
        return easter(year) - timedelta(days=2)
    if rule == "easter monday":
        return easter(year) + timedelta(days=1)
    if rule == "thanksgiving":
        return weekday_from(date(year, 11, 1), 4, 1) + timedelta(days=21)
    if rule == "labor":
        return weekday_from(date(year, 9, 1), 1, 1)
    if rule == "memorial":
        return weekday_from(date(year, 5, 31), 1, -1)
    if rule == "king":
        return weekday_from(date(year, 1, 1), 1, 1) + timedelta(days=14)
    month, _, day = rule.partition("-")
    return make_day(year, int(month), int(day))
