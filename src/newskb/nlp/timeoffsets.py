"""Times reckoned from the article's date or from what was told before: last year, that month, three days later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from newskb.nlp import timevalues as tv
from newskb.nlp.timecontext import ANAPHORIC, LAST, NEXT, OPEN_UNIT, Context, Reader, Value
from newskb.nlp.timegrammar import Found, month_of, read_number, unit_of
from newskb.nlp.timespans import duration_and_a_half, stretch

HOURS_PER_DAY = 24


def _relunit(context: Context, found: Found) -> Value | None:
    relative = found.word("rel")
    unit = unit_of(found)
    if relative in ANAPHORIC:
        return context.anaphoric(found, unit, -1 if relative in ("the previous", "previous", "preceding") else 1)
    if relative == "the past" or (relative == "past" and unit in ("DE", "CE")):
        return stretch(1, unit)
    if context.day is None or (context.is_history and context.told() is not None):
        return context.anaphoric(found, unit, -1 if relative in LAST else 1 if relative in NEXT else 0)
    count = -1 if relative in LAST else 1 if relative in NEXT else 0
    if unit == "Q" and relative == "latest":
        count = -1
    day = tv.move(context.day, unit, count)
    return Value("DATE", tv.at_granularity(day, unit), True) if day else None


def _sameunit(context: Context, found: Found) -> Value | None:
    unit = unit_of(found)
    return context.anaphoric(found, unit, 0)


def _theunit(context: Context, found: Found) -> Value | None:
    unit = unit_of(found, "unit", "unit2", "unit3")
    if context.day is None or context.is_history:
        return context.anaphoric(found, unit, 0)
    return Value("DATE", tv.at_granularity(context.day, unit), True)


def _yearend(context: Context, found: Found) -> Value | None:
    unit = "Y" if "year" in found.word("word") else "M"
    if context.day is None or context.is_history:
        return context.anaphoric(found, unit, 0)
    return Value("DATE", f"{context.day.year:04d}" if unit == "Y" else tv.at_granularity(context.day, "M"), True)


def _theweekend(context: Context, found: Found) -> Value | None:
    if context.day is None or context.is_history:
        return Value("DATE", "XXXX-WXX-WE")
    # Before Friday "the weekend" is the one that is over, unless the clause looks ahead.
    back = context.day.isoweekday() < 5 and context.direction(found) <= 0
    return Value("DATE", tv.week_of(context.day - timedelta(days=7 if back else 0), weekend=True), True)


def _weekof(context: Context, found: Found) -> Value | None:
    day = context.near_day(None, month_of(found), found.number("d"), found)
    first = tv.first_day(day.value) if day else None
    return Value("DATE", tv.week_of(first) if first else "XXXX-WXX", True)


def _offset(context: Context, found: Found) -> Value | None:
    unit = unit_of(found)
    count = read_number(found.part("num") or "")
    return _moved(context, found, unit, count, found.word("dir"))


def _offsethalf(context: Context, found: Found) -> Value | None:
    unit = unit_of(found, "unit", "unit2")
    count = read_number(found.part("num") or "")
    if count is None:
        return None
    # "a year and a half ago" is counted in months.
    unit, count = ("M", count * 12 + 6) if unit == "Y" else (unit, count + 0.5)
    if unit.startswith("T"):
        return duration_and_a_half(context, found)
    return _moved(context, found, unit, count, found.word("dir"))


def _moved(context: Context, found: Found, unit: str, count: float | None, word: str) -> Value:
    is_back = word in ("ago", "earlier", "before", "previously", "prior", "beforehand")
    if count is None:
        return Value("DATE", "PAST_REF" if is_back else "FUTURE_REF")
    if is_back:
        context.set_aside(found)
    base = context.day
    quarter = context.latest_quarter()
    if quarter and unit == "Y" and is_back and count == 1:
        return Value("DATE", f"{int(quarter[:4]) - 1:04d}{quarter[4:]}", True)
    if word not in ("ago", "from now", "hence"):
        previous = context.previous(found, reach=1) or context.told()
        if previous and (ancient := tv.move_before_christ(previous.value, unit, -count if is_back else count)):
            return Value("DATE", ancient, True)
        base = tv.first_day(previous.value) if previous else context.day if is_back else None
    if unit == "TH" and base is not None and count % HOURS_PER_DAY == 0:
        unit, count = "D", count / HOURS_PER_DAY
    if unit.startswith("T"):
        return Value("TIME" if base else "DURATION", tv.duration(count, unit), False)
    if base is None and not is_back:
        return stretch(count, unit)  # "three days later" than something without a date
    moved = tv.move(base, unit, -count if is_back else count) if base else None
    if moved is None:
        return Value("DATE", OPEN_UNIT.get(unit, "XXXX"))
    return Value("DATE", tv.at_granularity(moved, unit), True)


def _agoperiod(context: Context, found: Found) -> Value | None:
    return _moved(context, found, "Y", 1, "earlier")


def _innum(context: Context, found: Found) -> Value | None:
    unit, count = unit_of(found), read_number(found.part("num") or "")
    if context.day is None or count is None or unit.startswith("T"):
        return Value("DURATION", tv.duration(count, unit))
    day = tv.move(context.day, unit, count)
    return Value("DATE", tv.at_granularity(day, unit), True) if day else None


def _nextday(context: Context, found: Found) -> Value | None:
    unit = unit_of(found, "unit", "unit2")
    word = found.word("rel", "dir")
    is_back = word in ("the previous", "the preceding", "before", "earlier")
    if found.part("event") is not None:
        # "the day before the vote" is no day that we know; "8 October, the day before the vote", is.
        named = context.previous(found, reach=0)
        is_apposition = named is not None and found.start - named.span.end <= len(", ")
        return Value("DATE", named.value, True) if named and is_apposition else None
    if context.previous(found, reach=1) is None and not context.is_history and context.day is not None:
        # "the next year" without a date before it is a stretch of time, "the previous day" the day before this one.
        if word == "the next":
            return Value("DURATION", tv.duration(1, unit))
        day = tv.move(context.day, unit, -1 if is_back else 1)
        return Value("DATE", tv.at_granularity(day, unit), True) if day and is_back else None
    return context.anaphoric(found, unit, -1 if is_back else 1)


READERS: Mapping[str, Reader] = {
    "relunit": _relunit,
    "sameunit": _sameunit,
    "theunit": _theunit,
    "yearend": _yearend,
    "theweekend": _theweekend,
    "weekof": _weekof,
    "offset": _offset,
    "offsethalf": _offsethalf,
    "agoperiod": _agoperiod,
    "innum": _innum,
    "nextday": _nextday,
}
"""Rule of ``patterns.tsv`` to what reads its matches."""
