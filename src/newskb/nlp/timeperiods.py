"""Parts of the year: quarters and the periods of company reports, halves, seasons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from newskb.nlp import timevalues as tv
from newskb.nlp.timecontext import LAST, NEXT, Context, Reader, Value
from newskb.nlp.timegrammar import Found, month_of, words

SLACK_OF_QUARTER_DAYS = 8
"""A quarter "ended July 2" is the second: books are closed on the weekday nearest to the end of the month."""
_FIRST_MONTH = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}


def _quarter(context: Context, found: Found) -> Value | None:
    word = found.word("ord")
    number = words()["ordinals"].get(word) or int(word[0])
    if found.part("y", "y0"):
        return Value("DATE", f"{found.part('y', 'y0')}-Q{number}")
    if context.day is None:
        return Value("DATE", f"XXXX-Q{number}")
    relative = found.word("rel")[:4]
    if relative:
        return Value("DATE", f"{context.day.year + {'last': -1, 'next': 1}.get(relative, 0):04d}-Q{number}", True)
    # A quarter that lies far ahead is last year's: companies speak of quarters that are over.
    here = (context.day.month + 2) // 3
    year = context.day.year - 1 if number - here > 1 and context.direction(found) <= 0 else context.day.year
    return Value("DATE", f"{year:04d}-Q{number}", True)


def _quartershort(_context: Context, found: Found) -> Value | None:
    year = found.part("y", "y2")
    return Value("DATE", f"{year or 'XXXX'}-Q{found.part('n', 'n2')}")


def _thequarter(context: Context, found: Found) -> Value | None:
    quarter = context.latest_quarter()
    if quarter is not None:
        return Value("DATE", quarter, True)
    if context.day is None:
        return Value("DATE", "XXXX-QX")
    is_current = found.word("rel") == "current"
    day = context.day if is_current else tv.move(context.day, "Q", -1)
    return Value("DATE", tv.at_granularity(day, "Q"), True) if day else None


def _yearperiod(context: Context, found: Found) -> Value | None:
    """ "the 1988 quarter", "the 1988 period": the part of that year that the report is about."""
    quarter, year = context.latest_quarter(), found.number("y")
    return Value("DATE", f"{year:04d}{quarter[4:] if quarter else ''}", quarter is not None)


def _latestperiod(context: Context, _found: Found) -> Value | None:
    """ "the latest period" of a company report."""
    quarter = context.latest_quarter()
    return Value("DATE", quarter, True) if quarter else None


def _quarterended(context: Context, found: Found) -> Value | None:
    """ "the quarter ended Sept. 30": the quarter of the calendar that its last day lies in."""
    last = context.near_day(found.number("y") or None, month_of(found), found.number("d"), found)
    day = tv.first_day(last.value) if last else None
    if day is None:
        return Value("DATE", "XXXX-QX")
    if context.day is not None and not found.part("y") and day > context.day and not found.part("ending"):
        day = tv.move(day, "Y", -1) or day
    # Books are often closed on the Friday or Sunday next to the end of the quarter.
    return Value("DATE", tv.at_granularity(day - timedelta(days=SLACK_OF_QUARTER_DAYS), "Q"), True)


def _half(_context: Context, found: Found) -> Value | None:
    half = 1 if found.word("ord", "ord2") == "first" else 2
    return Value("DATE", f"{found.part('y', 'y0')}-H{half}")


def _season(_context: Context, found: Found) -> Value | None:
    return Value("DATE", f"{found.part('y', 'y0')}-{words()['seasons'][found.word('season', 'season2')]}")


def _relseason(context: Context, found: Found) -> Value | None:
    season = words()["seasons"][found.word("season", "season2", "season3")]
    relative = found.word("rel")
    told = context.told()
    if told is not None:
        return Value("DATE", f"{told.value[:6] if told.value.startswith('BC') else told.value[:4]}-{season}", True)
    if context.day is None:
        return Value("DATE", f"XXXX-{season}")
    start = _FIRST_MONTH[season]
    year = context.day.year
    is_over = relative in ("", "the") and context.direction(found) < 0 and context.day.month < start
    if is_over or (relative in LAST and context.day.month < start + 3):
        year -= 1
    elif relative in NEXT and context.day.month >= start:
        year += 1
    return Value("DATE", f"{year:04d}-{season}", True)


READERS: Mapping[str, Reader] = {
    "quarter": _quarter,
    "quartershort": _quartershort,
    "thequarter": _thequarter,
    "quarterended": _quarterended,
    "yearperiod": _yearperiod,
    "latestperiod": _latestperiod,
    "half": _half,
    "season": _season,
    "relseason": _relseason,
    "seasonalone": _relseason,
    "seasonbare": _relseason,
}
"""Rule of ``patterns.tsv`` to what reads its matches."""
