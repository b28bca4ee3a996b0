"""Days of the week, today and its neighbours, parts of the day, and the clock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from newskb.nlp import timevalues as tv
from newskb.nlp.timecontext import ANAPHORIC, LAST, NEXT, Context, Reader, Value
from newskb.nlp.timegrammar import Found, read_number, words

_DAY = re.compile(r"\d{4}-\d\d-\d\d$")


def _weekday(context: Context, found: Found) -> Value | None:
    weekday = words()["weekdays"][found.word("weekday")]
    if found.part("plural"):
        return Value("SET", f"XXXX-WXX-{weekday}")
    relative = found.word("rel")
    base = context.day
    is_account = context.told() is not None
    if relative in ANAPHORIC or is_account:
        previous = context.previous(found, reach=1)
        told = tv.first_day(previous.value) if previous and _DAY.match(previous.value) else None
        base = told or (None if is_account else base)
    if base is None:
        return Value("DATE", f"XXXX-WXX-{weekday}")
    if relative in LAST:
        day = tv.weekday_from(base, weekday, -1, same_day=False)
    elif relative in NEXT:
        day = tv.weekday_from(base, weekday, 1, same_day=False)
    else:
        ahead = is_account or context.direction(found) > 0  # an account goes on from day to day
        day = tv.weekday_from(base, weekday, 1 if ahead else -1)
    return Value("DATE", day.isoformat(), True)


def _weekdaypart(context: Context, found: Found) -> Value | None:
    read = _weekday(context, found)
    part = words()["parts"][found.word("part")]
    return replace(read, type="SET" if found.part("plural") else "TIME", value=f"{read.value}T{part}") if read else None


def _weekdayweek(context: Context, found: Found) -> Value | None:
    weekday = words()["weekdays"][found.word("weekday")]
    if context.day is None:
        return Value("DATE", f"XXXX-WXX-{weekday}")
    weeks = {"last": -1, "this": 0, "next": 1}[found.word("rel")]
    monday = context.day - timedelta(days=context.day.isoweekday() - 1)
    return Value("DATE", (monday + timedelta(days=7 * weeks + weekday - 1)).isoformat(), True)


def _day(context: Context, found: Found) -> Value | None:
    word = found.word("word")
    if context.day is None or context.told() is not None:
        # What somebody says "today" in an account was said on no day that we know.
        return Value("DATE", "PRESENT_REF" if word == "today" else "XXXX-XX-XX")
    days = {"yesterday": -1, "tomorrow": 1, "the day before yesterday": -2, "the day after tomorrow": 2}.get(word, 0)
    value = (context.day + timedelta(days=days)).isoformat()
    return Value("TIME", value + "TNI", True) if word == "tonight" else Value("DATE", value, True)


def _overnight(context: Context, _found: Found) -> Value | None:
    return Value("TIME", f"{context.day.isoformat()}TNI" if context.day else "XXXX-XX-XXTNI", True)


def _relpart(context: Context, found: Found) -> Value | None:
    relative, part = found.word("rel"), words()["parts"][found.word("part")]
    if relative in ("that", "that same", "the same", "the next", "the following", "the previous"):
        previous = context.previous(found, reach=1) or context.told()
        base = tv.first_day(previous.value) if previous else None
        days = {"the next": 1, "the following": 1, "the previous": -1}.get(relative, 0)
    else:
        base = context.day
        # "last night" is the night that began on the day before.
        days = {"last": -1, "yesterday": -1, "tomorrow": 1}.get(relative, 0)
    if base is None:
        return Value("TIME", f"XXXX-XX-XXT{part}")
    return Value("TIME", f"{(base + timedelta(days=days)).isoformat()}T{part}", True)


def _thepart(_context: Context, found: Found) -> Value | None:
    return Value("TIME", f"XXXX-XX-XXT{words()['parts'][found.word('part', 'partof')]}")


def _clock(context: Context, found: Found) -> Value | None:
    word = found.word("word")
    if word:
        hour, minute = (0, 0) if word == "midnight" else (12, 0)
    elif found.part("ap"):
        hour = found.number("h") % 12 + (12 if found.word("ap") == "p" else 0)
        minute = found.number("n")
    else:
        hour, minute = found.number("h24"), found.number("n24")
    return _at(context, found, f"T{hour:02d}:{minute:02d}")


def _at(context: Context, found: Found, clock: str) -> Value:
    """A time of day on the day that its own sentence names before it, else on an open day."""
    previous = context.previous(found, reach=0)
    is_known = previous is not None and previous.start is not None and previous.start == previous.end
    return Value("TIME", f"{previous.start if previous and is_known else 'XXXX-XX-XX'}{clock}", is_known)


def _militaryclock(_context: Context, found: Found) -> Value | None:
    return Value("TIME", f"XXXX-XX-XXT{found.part('h')}:{found.part('n')}")


def _oclock(_context: Context, found: Found) -> Value | None:
    hour = int(read_number(found.part("num") or "") or 0)
    later = found.word("part") in ("afternoon", "evening")
    return Value("TIME", f"XXXX-XX-XXT{hour + (12 if later and hour < 12 else 0):02d}:00") if hour < 25 else None


READERS: Mapping[str, Reader] = {
    "weekday": _weekday,
    "weekdaypart": _weekdaypart,
    "weekdayweek": _weekdayweek,
    "day": _day,
    "overnight": _overnight,
    "relpart": _relpart,
    "nextpart": _relpart,
    "thepart": _thepart,
    "atnight": _thepart,
    "clock": _clock,
    "militaryclock": _militaryclock,
    "oclock": _oclock,
}
"""Rule of ``patterns.tsv`` to what reads its matches."""
