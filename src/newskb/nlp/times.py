"""A text's time expressions become TIMEX3 values with days, read against the article's date and nothing else.

Without an article date what is relative stays open (``XXXX-WXX-5``): it is never placed on the day of the import.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date

from spacy.language import Language
from spacy.tokens import Doc

from newskb.model import Article, Span, TimeExpression
from newskb.nlp import timedates, timedays, timeoffsets, timeperiods, timespans
from newskb.nlp import timevalues as tv
from newskb.nlp.timecontext import Context, Reader, Value
from newskb.nlp.timegrammar import Found, find_candidates, words
from newskb.nlp.timetense import Direction, cue_direction, tense_direction

VERSION = "3"

# A text whose explicit years lie this far from the article's date tells history: its bare months belong to the
# year named last, not to the article's year (WikiWars against TimeBank; at 1 year-end reviews count as history).
HISTORY_YEARS = 2
HISTORY_MIN_YEARS = 4
"""How many explicit years a text must have before it counts as history."""
TIMELESS_MIN_YEARS = 8
"""A text with so many explicit years and no weekday at all is an account even of recent years, such as a biography."""
NEWS_DEICTIC_SHARE = 0.25
"""A text with this many weekdays and "yesterdays" per explicit year is news, whatever its years."""
MAX_DAY_OF_MONTH = 31
ASIDE_YEARS = 4
"""The years around an aside lie within so many years, and the aside lies further off than that."""
CLOCK_REACH_SENTENCES = 2
"""How far back a day may be named on which "at 7:15 p.m." was."""

_FIXED = {
    "present": Value("DATE", "PRESENT_REF"),
    "past": Value("DATE", "PAST_REF"),
    "future": Value("DATE", "FUTURE_REF"),
    "september11": Value("DATE", "2001-09-11"),
}
"""Rules whose value does not depend on anything."""

READERS: Mapping[str, Reader] = (
    {rule: lambda _context, found: _FIXED[found.rule] for rule in _FIXED}
    | dict(timedates.READERS)
    | dict(timedays.READERS)
    | dict(timeoffsets.READERS)
    | dict(timespans.READERS)
    | dict(timeperiods.READERS)
)
"""Every rule of ``patterns.tsv`` and what reads its matches."""


def find_times(doc: Doc) -> list[TimeExpression]:
    """The time expressions of ``doc``, resolved against ``doc._.article.published``, in the order of the text.

    With tags and heads the tense of the clause decides between "last Friday" and "next Friday"; without them, words.
    """
    article: Article | None = doc._.article if doc.has_extension("article") else None
    day = date.fromisoformat(article.published.day) if article and article.published and _is_day(article) else None
    is_start, offsets, tags, heads = doc.to_array(["SENT_START", "IDX", "TAG", "DEP"]).T
    starts = [0, *offsets[1:][is_start[1:] == 1].tolist()]
    tagged = bool(tags.any() and heads.any())

    text = article.text if article else doc.text  # spaCy puts a text together anew each time it is asked

    def direction(found: Found) -> int:
        return tense_direction(doc, text, found) if tagged else cue_direction(text, found, starts)

    return read_times(text, day, starts=starts, direction=direction)


def _is_day(article: Article) -> bool:
    return bool(article.published and re.match(r"\d{4}-\d\d-\d\d", article.published.value))


def read_times(
    text: str, day: date | None, *, starts: Sequence[int] = (0,), direction: Direction | None = None
) -> list[TimeExpression]:
    """The time expressions of ``text`` published on ``day``; ``starts`` are the first characters of its sentences."""
    candidates = find_candidates(text)
    is_history = _is_history(candidates, day)
    expressions: list[TimeExpression] = []
    context = Context(
        day,
        is_history=is_history,
        direction=direction or (lambda _: 0),
        starts=starts,
        asides=_asides(candidates) if is_history else frozenset(),
        before=expressions,
    )
    for found in candidates:
        if is_history and found.part("y") and _is_outlook(text, found, context):
            context.set_aside(found)
        read = READERS[found.rule](context, found)
        if read is None:
            continue
        expression = _expression(Span(start=found.start, end=found.end), read)
        joined = _join(expressions[-1], expression, text) if expressions else None
        if joined:
            expressions[-1] = joined
        else:
            expressions.append(expression)
    return _anchored(expressions, starts, None if is_history else day)


def _anchored(expressions: list[TimeExpression], starts: Sequence[int], day: date | None) -> list[TimeExpression]:
    """``expressions`` with the times of the clock put on a day that stands near them, else on the article's."""
    placed = list(expressions)
    for index, expression in enumerate(expressions):
        clock = _OPEN_CLOCK.match(expression.value)
        if clock is None or expression.type != "TIME":
            continue
        own = bisect_right(starts, expression.span.start)
        after = next((e for e in expressions[index + 1 :] if e.start == e.end and e.start), None)
        before = next((e for e in reversed(placed[:index]) if e.start == e.end and e.start), None)
        if after and bisect_right(starts, after.span.start) != own:
            after = None
        if before and own - bisect_right(starts, before.span.start) > CLOCK_REACH_SENTENCES:
            before = None
        near = before if before and bisect_right(starts, before.span.start) == own else after or before
        anchor = near.start if near else day.isoformat() if day else None
        if anchor is not None:
            placed[index] = _expression(expression.span, Value("TIME", anchor + clock[1], True))
    return placed


def _expression(span: Span, read: Value) -> TimeExpression:
    found = tv.bounds(read.value) if read.type in ("DATE", "TIME") else None
    start, end, precision = found or (None, None, None)
    return TimeExpression(
        span=span, type=read.type, value=read.value, start=start, end=end, precision=precision,
        is_relative=read.is_relative,
    )  # fmt: skip


def _asides(candidates: Sequence[Found]) -> frozenset[int]:
    """Where an account names a year that is far from those named before and after it, which are near each other.

    "Papers declassified in 2005 tell" in an account of 1964 does not move the account to 2005.
    """
    dated = [found for found in candidates if found.number("y") > MAX_DAY_OF_MONTH]
    asides = set()
    for index in range(1, len(dated) - 1):
        around = [found.number("y") for found in (*dated[max(index - 2, 0) : index], *dated[index + 1 : index + 3])]
        year = dated[index].number("y")
        if max(around) - min(around) <= ASIDE_YEARS < min(abs(year - other) for other in around):
            asides.add(dated[index].start)
    return frozenset(asides)


_LIMIT = re.compile(r"\b(?:until|till)[ ](?:[a-z]+[ ]){0,3}$", re.IGNORECASE)
_LIMIT_REACH_CHARS = 30


def _is_outlook(text: str, found: Found, context: Context) -> bool:
    """Whether a year of an account lies ahead of what it tells: "held out until May 1945", "planned for 1976"."""
    before = text[max(found.start - _LIMIT_REACH_CHARS, 0) : found.start]
    return bool(_LIMIT.search(before)) or context.direction(found) > 0


def _is_history(candidates: Sequence[Found], day: date | None) -> bool:
    years = sorted(found.number("y") for found in candidates if found.part("y"))
    years = [year for year in years if year > MAX_DAY_OF_MONTH]
    deictic = sum(found.rule in ("weekday", "weekdaypart", "day") for found in candidates)
    if len(years) < HISTORY_MIN_YEARS or deictic >= max(2, NEWS_DEICTIC_SHARE * len(years)):
        return False
    if not deictic and len(years) >= TIMELESS_MIN_YEARS:
        return True
    return day is None or abs(years[len(years) // 2] - day.year) >= HISTORY_YEARS


# --- joining neighbours ----------------------------------------------------------------------------------------------

_GAP = re.compile(r",? ?(?:(?:of|in|on|at|the) )*$|\)? ?\($")
_DAY = re.compile(r"\d{4}-\d\d-\d\d$|XXXX-\d\d-\d\d$|XXXX-WXX-\d$|XXXX-XX-XX$")
_CLOCK = re.compile(r"(?:\d{4}-\d\d-\d\d|XXXX-XX-XX|XXXX-WXX-\d)(T.+)$")
_OPEN_CLOCK = re.compile(r"XXXX-XX-XX(T\d\d.*)$")
_PART_OF_YEAR = re.compile(r"((?:BC)?\d{4}|XXXX)(-(?:\d\d(?:-\d\d)?|Q\d|SP|SU|FA|WI|H\d))$")


def _join(first: TimeExpression, second: TimeExpression, text: str) -> TimeExpression | None:
    """One expression for two neighbours ("9 a.m. Tuesday", "Monday, Oct. 23", "June last year"), or None."""
    gap = text[first.span.end : second.span.start]
    if len(gap) > 9 or not _GAP.match(gap):
        return None
    span = Span(start=first.span.start, end=second.span.end)
    words_first, words_second = first.span.of(text), second.span.of(text)
    value = None
    type = second.type
    clock = _CLOCK.match(first.value), _CLOCK.match(second.value)
    if clock[0] and _DAY.match(second.value):
        value, type = second.value + clock[0][1], "TIME"
    elif clock[1] and _DAY.match(first.value) and gap.strip() in ("", ",", "at"):
        value, type = first.value + clock[1][1], "TIME"
    elif _is_weekday(words_first) and _DAY.match(second.value) and not _is_weekday(words_second) and "in" not in gap:
        value = _on_weekday(second, words_first) if not _is_deictic(words_second) else None
    elif (
        (part := _PART_OF_YEAR.match(first.value))
        and re.match(r"(?:BC)?\d{4}$", second.value)
        and _is_year(words_second)
        and not ("," in gap and second.is_relative)  # "in March, last year's mayor"
    ):
        value, type = second.value + part[2], first.type
    if value is None:
        return None
    is_relative = second.is_relative if type != "TIME" else first.is_relative or second.is_relative
    return _expression(span, Value(type, value, is_relative))


def _on_weekday(day: TimeExpression, weekday: str) -> str:
    """The day in the year in which it falls on ``weekday``, when the text left the year open."""
    if not day.is_relative or day.start is None:
        return day.value
    first, wanted = date.fromisoformat(day.start), words()["weekdays"].get(weekday.lower().rstrip("."))
    options = [d for y in (0, -1, 1) if (d := tv.make_day(first.year + y, first.month, first.day))]
    return next((d.isoformat() for d in options if d.isoweekday() == wanted), day.value)


def _is_weekday(source: str) -> bool:
    return source.lower().rstrip(".s") in {name.rstrip("s") for name in words()["weekdays"]}


def _is_deictic(source: str) -> bool:
    return source.lower() in ("today", "yesterday", "tomorrow")


def _is_year(source: str) -> bool:
    return bool(re.search(r"year$|\d{4}$|\d BC|^(?:the year )?(?:nineteen|twenty)", source, re.IGNORECASE))


@Language.factory("newskb_times", assigns=["doc._.times"])
def _create(nlp: Language, name: str) -> TimeFinder:  # noqa: ARG001 - spaCy calls factories with both
    return TimeFinder()


class TimeFinder:
    """Sets ``doc._.times``."""

    def __call__(self, doc: Doc) -> Doc:
        """``doc`` with its time expressions."""
        doc._.times = find_times(doc)
        return doc
