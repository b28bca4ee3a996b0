"""Dates of the calendar: days, months, years, decades, centuries and holidays, with the year left out or given."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from newskb.nlp import timevalues as tv
from newskb.nlp.timecontext import LAST, NEXT, Context, Reader, Value
from newskb.nlp.timegrammar import Found, month_of, read_number, words

DATE_NEAR_DAYS = 45
"""A date in digits that may be read as day and month or as month and day is the reading this near to its article."""


def _iso(_context: Context, found: Found) -> Value | None:
    day = tv.make_day(found.number("y"), found.number("m"), found.number("d"))
    if day is None:
        return None
    if found.part("h"):
        return Value("TIME", f"{day.isoformat()}T{found.part('h')}:{found.part('n')}")
    return Value("DATE", day.isoformat())


def _numeric(context: Context, found: Found) -> Value | None:
    a, b, y = found.number("a"), found.number("b"), found.number("y")
    if y < 100:
        y += 1900 if y > 50 else 2000
    days = [tv.make_day(y, a, b)] if found.part("sep") != "." else []
    days.append(tv.make_day(y, b, a))
    options = sorted({day for day in days if day})
    if not options:
        return None
    if len(options) > 1 and context.day is not None:
        near = [option for option in options if abs((option - context.day).days) <= DATE_NEAR_DAYS]
        options = near or options
    # 03/04/2019 is March or April: only the year is certain.
    return Value("DATE", options[0].isoformat() if len(options) == 1 else f"{y:04d}-XX-XX")


def _monthday(context: Context, found: Found) -> Value | None:
    year = found.number("y") or None
    return context.near_day(year, month_of(found), found.number("d"), found)


def _datepair(context: Context, found: Found) -> Value | None:
    """The first of two days that share a year: "26 June - 4 August 1952"."""
    month = words()["months"][found.word("month", "monthm").rstrip(".")]
    return context.near_day(found.number("y"), month, int(found.part("d", "dm") or 0), found)


def _monthpair(_context: Context, found: Found) -> Value | None:
    """The first of two months that share a year: "March to April 1918", "December and January 1944"."""
    month, last = month_of(found), words()["months"][found.word("last").rstrip(".")]
    return Value("DATE", f"{found.number('y') - (month > last):04d}-{month:02d}")


def _month(context: Context, found: Found) -> Value | None:
    month, relative = month_of(found), found.word("rel")
    if relative and context.day is not None and not context.is_history:
        here, target = context.day.year * 12 + context.day.month - 1, context.day.year * 12 + month - 1
        if relative in LAST:
            target -= 12 if target >= here else 0
        elif relative in NEXT:
            target += 12 if target <= here else 0
        return Value("DATE", f"{target // 12:04d}-{target % 12 + 1:02d}", True)
    return Value("DATE", context.near_month(month, found), True)


def _wordyear(_context: Context, found: Found) -> Value | None:
    rest = read_number(found.part("rest") or "") or 0
    return Value("DATE", f"{(19 if found.word('c') == 'nineteen' else 20) * 100 + int(rest):04d}")


def _holiday(context: Context, found: Found) -> Value | None:
    rule = words()["holidays"][found.word("holiday")]
    if found.part("y"):
        day = tv.holiday(rule, found.number("y"))
        return Value("DATE", day.isoformat()) if day else None
    if context.day is None or context.is_history:
        return Value("DATE", f"XXXX-{rule}" if rule[0].isdigit() else "XXXX-XX-XX")
    options = [day for y in (-1, 0, 1) if (day := tv.holiday(rule, context.day.year + y))]
    relative = found.word("rel")
    if relative in LAST:
        options = [option for option in options if option < context.day]
        return Value("DATE", options[-1].isoformat(), True)
    if relative in NEXT:
        options = [option for option in options if option > context.day]
        return Value("DATE", options[0].isoformat(), True)
    return Value("DATE", context.nearest(options, found).isoformat(), True)


def _full_year(two_digits: int) -> int:
    return two_digits + (1900 if two_digits > 30 else 2000)


_DECADES = {"twenties": 2, "thirties": 3, "forties": 4, "fifties": 5, "sixties": 6, "seventies": 7, "eighties": 8,
            "nineties": 9}  # fmt: skip

_BY_THEMSELVES: Mapping[str, Callable[[Found], str]] = {
    "monthyear": lambda found: f"{found.number('y'):04d}-{month_of(found):02d}",
    "abbrevyear": lambda found: f"{_full_year(found.number('yy')):04d}-{month_of(found):02d}",
    "year": lambda found: f"{found.number('y'):04d}",
    "yearafter": lambda found: f"{found.number('y'):04d}",
    "yearcirca": lambda found: f"{found.number('y'):04d}",
    "yearad": lambda found: f"{int(found.part('y', 'y2') or 0):04d}",
    "fiscal": lambda found: f"{found.number('y'):04d}",
    "shortyear": lambda found: f"{_full_year(found.number('yy')):04d}",
    "wordmillennium": lambda found: f"{2000 + int(read_number(found.part('rest') or 'zero') or 0):04d}",
    "decade": lambda found: f"{found.number('y') // 10:03d}",
    "shortdecade": lambda found: f"19{found.part('t')}",
    "decadeword": lambda found: f"19{_DECADES[found.word('word')]}",
    "century": lambda found: f"{'BC' if found.part('bc') else ''}{found.number('n') - 1:02d}",
    "centuryword": lambda found: f"{words()['ordinals'][found.word('ord')] - 1:02d}",
    "yearbc": lambda found: f"BC{found.number('y'):04d}",
    "yearbcpair": lambda found: f"BC{found.number('y'):04d}",
    "decadebc": lambda found: f"BC{found.number('y') // 10:03d}",
    "datebc": lambda found: f"BC{found.number('y'):04d}-{month_of(found):02d}",
}
"""The values of dates that nothing else tells: not the article, not what was said before."""


def _by_itself(_context: Context, found: Found) -> Value:
    return Value("DATE", _BY_THEMSELVES[found.rule](found))


READERS: Mapping[str, Reader] = dict.fromkeys(_BY_THEMSELVES, _by_itself) | {
    "iso": _iso,
    "compact": _iso,
    "numeric": _numeric,
    "monthday": _monthday,
    "daymonth": _monthday,
    "dayofpair": _monthday,
    "datepair": _datepair,
    "monthpair": _monthpair,
    "month": _month,
    "wordyear": _wordyear,
    "holiday": _holiday,
}
"""Rule of ``patterns.tsv`` to what reads its matches."""
