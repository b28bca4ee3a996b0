"""What a reader of time expressions needs besides the words: the article's date, what was told before, the tense."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from newskb.model import TimeExpression
from newskb.nlp import timevalues as tv
from newskb.nlp.timegrammar import Found
from newskb.nlp.timetense import Direction

REPORTING_DAYS = 200
"""How long after its end companies still report on a quarter."""
TURN_OF_YEAR_MONTHS = 9
"""A month of an account that lies so far before the month told last is of the next year: January after December."""

FAR_DAYS = 300
"""A day without a year that lies further off than this on the side the tense points to is taken from the other side:
"payable Dec. 15" in a report of October is no Christmas bonus of last year."""

FAR_DAYS_AHEAD = 330
"""The same for what the tense puts into the future: "to send him home by Jan. 14", printed on 15 January."""
AHEAD_COSTS = 2
"""Where nothing points to a side, a day that is over is taken unless one to come is twice as near."""

LAST = frozenset(
    ("last", "past", "previous", "preceding", "this past", "the past", "the last", "the previous", "yesterday")
)
NEXT = frozenset(
    ("next", "coming", "upcoming", "the coming", "the next", "the following", "following", "this coming", "tomorrow")
)
ANAPHORIC = frozenset(("the previous", "the following", "the next", "following", "preceding", "previous"))
"""Relative words that count from what was told before rather than from the article's date."""
OPEN_UNIT = {"D": "XXXX-XX-XX", "W": "XXXX-WXX", "WE": "XXXX-WXX-WE", "M": "XXXX-XX", "Q": "XXXX-QX", "Y": "XXXX",
             "DE": "XXX", "CE": "XX", "NI": "XXXX-XX-XXTNI", "F": "XXXX-WXX", "ML": "X"}  # fmt: skip
"""Values of a size of which nothing says when."""

_TOLD = re.compile(r"(BC)?(\d{4})(?:-(\d\d)|(?=$|-Q|-SP|-SU|-FA|-WI|-H))")
_QUARTER = re.compile(r"\d{4}-Q\d$")


@dataclass(frozen=True, slots=True)
class Value:
    """What a rule read: the TIMEX3 type and value."""

    type: str
    value: str
    is_relative: bool = False


class Context:
    """The text around the candidate that is being read; ``before`` grows with every expression that was read."""

    def __init__(
        self,
        day: date | None,
        *,
        is_history: bool,
        direction: Direction,
        starts: Sequence[int],
        asides: frozenset[int],
        before: Sequence[TimeExpression],
    ) -> None:
        self.day = day
        self.is_history = is_history
        self.direction = direction
        self.before = before
        self._starts = starts
        self._asides = set(asides)

    def set_aside(self, found: Found) -> None:
        """What ``found`` names is not where the account stands: a look back or ahead, the year of a treaty."""
        self._asides.add(found.start)

    def previous(self, found: Found, *, reach: int) -> TimeExpression | None:
        """The calendar expression before ``found``, at most ``reach`` sentences back (0: its own sentence)."""
        own = bisect_right(self._starts, found.start)
        for expression in reversed(self.before):
            sentence = bisect_right(self._starts, expression.span.start)
            if found.rule == "sameunit" and sentence == own and found.start - expression.span.end <= len(" of "):
                continue  # "April that year" is not the year of that April
            if own - sentence > reach:
                return None
            is_dated = expression.start is not None or expression.value.startswith("BC")
            if is_dated and expression.type in ("DATE", "TIME"):
                return expression
        return None

    def told(self) -> TimeExpression | None:
        """In history: the year (and month) that was told last, however long ago.

        What was reckoned from the article's own date does not tell: "to this day" in an account of 1918. An aside does
        only where nothing else was told yet.
        """
        if not self.is_history:
            return None
        aside = None
        for expression in reversed(self.before):
            is_dated = expression.type in ("DATE", "TIME") and _TOLD.match(expression.value) is not None
            is_aside = not self._asides.isdisjoint(range(expression.span.start, expression.span.end))
            if not is_dated or self._is_reckoned(expression):
                continue
            if not is_aside:
                return expression
            aside = aside or expression
        return aside

    def _is_reckoned(self, expression: TimeExpression) -> bool:
        """Whether an expression was placed by the article's own date."""
        return (
            self.day is not None
            and expression.is_relative
            and expression.start is not None
            and int(expression.start[:4]) >= self.day.year - 1
        )

    def told_year(self, month: int) -> str | None:
        """In history: the year of a bare month, near what was told last; January after "December 1943" is 1944's."""
        told = self.told()
        match = _TOLD.match(told.value) if told else None
        if match is None:
            return None
        era, year, told_month = match[1] or "", int(match[2]), int(match[3] or 0)
        if not era and told_month - month >= TURN_OF_YEAR_MONTHS:
            year += 1
        return f"{era}{year:04d}"

    def near_day(self, year: int | None, month: int, day: int, found: Found) -> Value | None:
        """A month and a day, with the year that the text or the article's date gives."""
        if year is not None:
            return Value("DATE", f"{year:04d}-{month:02d}-{day:02d}") if tv.make_day(year, month, day) else None
        if tv.make_day(2000, month, day) is None:
            return None
        told_year = self.told_year(month)
        if told_year is not None:
            return Value("DATE", f"{told_year}-{month:02d}-{day:02d}", True)
        if self.day is None:
            return Value("DATE", f"XXXX-{month:02d}-{day:02d}")
        options = [d for y in (-1, 0, 1) if (d := tv.make_day(self.day.year + y, month, day))]
        return Value("DATE", self.nearest(options, found).isoformat(), True) if options else None

    def nearest(self, options: Sequence[date], found: Found) -> date:
        """The one of ``options`` that the tense of the clause, or else the article's date, makes likely."""
        day = self.day or options[0]
        distances = {(option - day).days: option for option in options}
        return distances[_choose(sorted(distances), self.direction(found), FAR_DAYS, FAR_DAYS_AHEAD)]

    def near_month(self, month: int, found: Found) -> str:
        """A month without a year, with the year that the text or the article's date gives."""
        told_year = self.told_year(month)
        if told_year is not None:
            return f"{told_year}-{month:02d}"
        if self.day is None:
            return f"XXXX-{month:02d}"
        here = self.day.year * 12 + self.day.month - 1
        distances = [(self.day.year + y) * 12 + month - 1 - here for y in (-1, 0, 1)]
        best = here + _choose(distances, self.direction(found), FAR_DAYS // 30, FAR_DAYS_AHEAD // 30)
        return f"{best // 12:04d}-{best % 12 + 1:02d}"

    def anaphoric(self, found: Found, unit: str, count: float) -> Value:
        """``count`` units of size ``unit`` after what was told before (``count`` < 0: before it)."""
        previous = self.previous(found, reach=1) or self.told()
        if previous and (ancient := tv.move_before_christ(previous.value, unit, count)):
            return Value("DATE", ancient, True)
        base = tv.first_day(previous.value) if previous else None
        if base is None:
            return Value("DATE", OPEN_UNIT.get(unit, "XXXX"))
        day = tv.move(base, unit, count)
        return Value("DATE", tv.at_granularity(day, unit) if day else OPEN_UNIT.get(unit, "XXXX"), True)

    def latest_quarter(self) -> str | None:
        """The quarter that a company report is about: "a year earlier" is then the same quarter of the year before.

        It is the latest that is over, or else has begun: an outlook on the next one changes nothing.
        """
        today = self.day.isoformat() if self.day else date.max.isoformat()
        quarters = [e for e in self.before if _QUARTER.match(e.value) and e.start and e.start <= today]
        recent = (self.day - timedelta(days=REPORTING_DAYS)).isoformat() if self.day else ""
        over = [e for e in quarters if e.end and recent <= e.end <= today]
        return max((e.value for e in over or quarters), default=None)


def _choose(distances: Sequence[int], direction: int, far_back: int, far_ahead: int) -> int:
    """The distance from the article's date that a date without a year has: on the side the tense points to, or near."""
    near = min(distances, key=lambda distance: distance * AHEAD_COSTS if distance > 0 else -distance)
    best = min((d for d in distances if d * direction >= 0), key=abs, default=near)
    if direction == 0 or abs(best) > (far_back if direction < 0 else far_ahead):
        return near
    return best


Reader = Callable[[Context, Found], Value | None]
"""What reads the matches of one rule; None when a match is no time expression after all."""
