"""A text's time expressions become TIMEX3 values with days, read against the article's date and nothing else.

Without an article date what is relative stays open (``XXXX-WXX-5``): it is never placed on the day of the import.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from spacy.language import Language
from spacy.tokens import Doc, Token
from spacy.tokens import Span as Span_

from newskb.model import Article, Span, TimeExpression
from newskb.nlp import timevalues as tv
from newskb.nlp.timegrammar import Found, find_candidates, read_number, words

VERSION = "2"

# A text whose explicit years lie this far from the article's date tells history: its bare months belong to the
# year named last, not to the article's year (WikiWars against TimeBank; at 1 year-end reviews count as history).
HISTORY_YEARS = 2
HISTORY_MIN_YEARS = 4
"""How many explicit years a text must have before it counts as history."""
TIMELESS_MIN_YEARS = 8
"""A text with so many explicit years and no weekday at all is an account even of recent years, such as a biography."""
NEWS_DEICTIC_SHARE = 0.25
"""A text with this many weekdays and "yesterdays" per explicit year is news, whatever its years."""
REPORTING_DAYS = 200
"""How long after its end companies still report on a quarter."""
MAX_DAY_OF_MONTH = 31
ASIDE_YEARS = 4
"""The years around an aside lie within so many years, and the aside lies further off than that."""
HOURS_PER_DAY = 24

CLOCK_REACH_SENTENCES = 2
"""How far back a day may be named on which "at 7:15 p.m." was."""
SLACK_OF_QUARTER_DAYS = 8
"""A quarter "ended July 2" is the second: books are closed on the weekday nearest to the end of the month."""
TURN_OF_YEAR_MONTHS = 9
"""A month of an account that lies so far before the month told last is of the next year: January after December."""

FAR_DAYS = 260
"""A day without a year that lies further off than this on the side the tense points to is taken from the other side:
"payable Dec. 15" in a report of October is no Christmas bonus of last year."""

FAR_DAYS_AHEAD = 330
"""The same for what the tense puts into the future: "to send him home by Jan. 14", printed on 15 January."""
AHEAD_COSTS = 2
"""Where nothing points to a side, a day that is over is taken unless one to come is twice as near."""

Direction = Callable[[Found], int]
"""Tells whether an expression stands in a clause about the past (-1), the future (1) or neither (0)."""


@dataclass(frozen=True, slots=True)
class _Value:
    """What a rule read: the TIMEX3 type and value."""

    type: str
    value: str
    is_relative: bool = False


def find_times(doc: Doc) -> list[TimeExpression]:
    """The time expressions of ``doc``, resolved against ``doc._.article.published``, in the order of the text.

    With tags and heads the tense of the clause decides between "last Friday" and "next Friday"; without them, words.
    """
    article: Article | None = doc._.article if doc.has_extension("article") else None
    day = date.fromisoformat(article.published.day) if article and article.published and _is_day(article) else None
    starts = [sent.start_char for sent in doc.sents] if doc.has_annotation("SENT_START") else [0]
    tagged = doc.has_annotation("TAG") and doc.has_annotation("DEP")

    def direction(found: Found) -> int:
        return _tense_direction(doc, found) if tagged else _cue_direction(doc.text, found, starts)

    return read_times(doc.text, day, starts=starts, direction=direction)


def _is_day(article: Article) -> bool:
    return bool(article.published and re.match(r"\d{4}-\d\d-\d\d", article.published.value))


def read_times(
    text: str, day: date | None, *, starts: Sequence[int] = (0,), direction: Direction | None = None
) -> list[TimeExpression]:
    """The time expressions of ``text`` published on ``day``; ``starts`` are the first characters of its sentences."""
    candidates = find_candidates(text)
    is_history = _is_history(candidates, day)
    resolver = _Resolver(
        day, is_history, direction or (lambda _: 0), starts, _asides(candidates) if is_history else frozenset()
    )
    expressions: list[TimeExpression] = []
    for found in candidates:
        read = resolver.resolve(found, expressions)
        if read is None:
            continue
        expression = _expression(Span(start=found.start, end=found.end), read)
        joined = _join(expressions[-1], expression, text) if expressions else None
        if joined:
            expressions[-1] = joined
        else:
            expressions.append(expression)
    return _anchored(expressions, starts, None if resolver.is_history else day)


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
            placed[index] = _expression(expression.span, _Value("TIME", anchor + clock[1], True))
    return placed


def _expression(span: Span, read: _Value) -> TimeExpression:
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
_CLOCK = re.compile(r"(?:\d{4}-\d\d-\d\d|XXXX-XX-XX)(T.+)$")
_TOLD = re.compile(r"(BC)?(\d{4})(?:-(\d\d)|(?=$|-Q|-SP|-SU|-FA|-WI|-H))")
_OPEN_CLOCK = re.compile(r"XXXX-XX-XX(T\d\d.*)$")
_QUARTER = re.compile(r"\d{4}-Q\d$")
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
    ):
        value, type = second.value + part[2], first.type
    if value is None:
        return None
    is_relative = second.is_relative if type != "TIME" else first.is_relative or second.is_relative
    return _expression(span, _Value(type, value, is_relative))


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


# --- tense -----------------------------------------------------------------------------------------------------------


def _cue_direction(text: str, found: Found, starts: Sequence[int]) -> int:
    """Direction from the nearest cue words of the sentence, for texts without tags."""
    index = bisect_right(starts, found.start) - 1
    begin = starts[max(index, 0)]
    end = starts[index + 1] if index + 1 < len(starts) else min(len(text), found.end + 80)
    table = words()
    future, past = set(table["future_cues"]), set(table["past_cues"])
    before = re.findall(r"['’]?\w+", text[begin : found.start].lower())[-12:]
    after = re.findall(r"['’]?\w+", text[found.end : end].lower())[:6]
    for word in [*reversed(before), *after]:
        if word in future:
            return 1
        if word in past or word.endswith("ed"):
            return -1
    return 0


_FUTURE_MODALS = frozenset(
    {"will", "shall", "'ll", "’ll", "would", "wo", "may", "might", "could", "should", "must", "can"}
)
_FUTURE_GOVERNORS = frozenset(
    {"plan", "expect", "schedule", "set", "due", "intend", "aim", "hope", "want", "slate", "agree", "promise", "vow",
     "decide", "urge", "ask", "order", "pledge", "go", "prepare", "propose", "bind", "poise", "likely", "ready"}
)  # fmt: skip


def _tense_direction(doc: Doc, found: Found) -> int:
    """Direction from the tense of the verb that governs the expression."""
    span = doc.char_span(found.start, found.end, alignment_mode="expand")
    if span is None or not len(span) or _is_attribute(span):
        return 0
    verb = _verb_before(span) or _governor(span.root)
    if verb is None:
        return 0
    lemma, table = verb.lemma_.lower(), words()
    if lemma in table["deadline_verbs"] and _DEADLINE.search(doc.text[: span.start_char][-24:]):
        return 1  # "postponed until Tuesday"
    told = tense(verb)
    if told < 0 and lemma in table["planning_verbs"] and _has_object_before(verb, span):
        return 1  # "has scheduled a news conference Thursday", but "was planned last Thursday"
    if told == 0 and verb.tag_ in ("VBZ", "VBP") and lemma in table["timetable_verbs"]:
        return 1  # "the envoys meet Monday"
    return told


def _is_attribute(span: Span_) -> bool:
    """ "the Feb. 23 accord": the tense of the clause tells nothing of when the accord was made."""
    doc = span.doc
    is_date = span[0].lower_.rstrip(".") in words()["months"]
    return (
        is_date
        and span.start > 0
        and span.end < len(doc)
        and doc[span.start - 1].lower_ in ("the", "a", "an", "its", "his", "her", "their", "'s", "’s")
        and doc[span.end].pos_ in ("NOUN", "ADJ")
    )


_QUOTATION_MARKS = frozenset('"“”«»')
_DEADLINE = re.compile(r"\b(?:until|till|to|by|through|as (?:soon|early|late) as|no later than)[ ](?:[^,;]{0,14}[ ])?$")


def _verb_before(span: Span_) -> Token | None:
    """A past form right before the expression: "terms announced Friday", whatever the clause around it says."""
    if span.start == 0:
        return None
    token = span.doc[span.start - 1]
    if token.lower_ in ("on", "in", "over") and span.start > 1:
        token = token.nbor(-1)
    is_past = token.tag_ == "VBD" or (token.tag_ == "VBN" and token.dep_ in ("acl", "advcl"))
    is_plan = token.lemma_.lower() in words()["planning_verbs"]
    return token if is_past and not is_plan and not any(child.tag_ == "TO" for child in token.children) else None


def _has_object_before(verb: Token, span: Span_) -> bool:
    return any(child.dep_ == "obj" and verb.i < child.i < span.start for child in verb.children)


def _governor(token: Token) -> Token | None:
    node = token
    while node.head.i != node.i:
        node = node.head
        if _is_quoted_apart(node, token):
            continue
        if node.pos_ in ("VERB", "AUX") or any(child.dep_ in ("cop", "aux", "aux:pass") for child in node.children):
            return node
    return node if node.pos_ in ("VERB", "AUX") else None


def _is_quoted_apart(verb: Token, token: Token) -> bool:
    """Whether a quotation closes between a verb and what the parser hung on it (``"We go," he said on Monday``)."""
    between = verb.doc[min(verb.i, token.i) : max(verb.i, token.i)]
    return sum(word.text in _QUOTATION_MARKS for word in between) % 2 == 1


def tense(verb: Token) -> int:
    """-1 when the clause of ``verb`` is about the past, 1 about the future, 0 when its words leave it open."""
    helpers = [child for child in verb.children if child.dep_ in ("aux", "aux:pass", "cop") or child.tag_ == "MD"]
    if any(helper.lower_ == "could" for helper in helpers) and any(c.lower_ in ("not", "n't") for c in verb.children):
        return -1  # "could not be reached Monday"
    if any(helper.lower_ in _FUTURE_MODALS for helper in helpers):
        return -1 if any(helper.lower_ in ("have",) for helper in helpers) else 1
    if any(child.tag_ == "TO" or (child.dep_ in ("mark", "aux") and child.lower_ == "to") for child in verb.children):
        head = verb.head
        if any(child.lower_ == "had" for child in head.children):
            return -1  # "had been due to expire"
        if head.i != verb.i and (head.lemma_.lower() in _FUTURE_GOVERNORS or tense(head) >= 0):
            return 1
        return 0
    if any(helper.lower_ in ("was", "were", "had", "did", "has", "have", "'ve", "’ve", "been") for helper in helpers):
        return -1
    if verb.tag_ == "VBD":
        return -1
    if any(helper.lower_ in ("is", "are", "am", "'s", "’s", "'re", "’re") for helper in helpers):
        return 1 if verb.tag_ in ("VBG", "VBN") else 0
    if (
        verb.tag_ in ("VBG", "VBN")
        and verb.head.i != verb.i
        and verb.dep_ in ("advcl", "acl", "conj", "xcomp", "ccomp")
    ):
        governor = verb.head if verb.head.pos_ in ("VERB", "AUX") else _governor(verb)
        if governor is not None and governor.i != verb.i:
            return -1 if verb.tag_ == "VBN" and verb.dep_ == "acl" else tense(governor)
        return -1 if verb.tag_ == "VBN" else 0
    if verb.tag_ in ("VBZ", "VBP"):
        return 0
    return 0


# --- values ----------------------------------------------------------------------------------------------------------

_LAST = {"last", "past", "previous", "preceding", "this past", "the past", "the last", "the previous", "yesterday"}
_NEXT = {
    "next",
    "coming",
    "upcoming",
    "the coming",
    "the next",
    "the following",
    "following",
    "this coming",
    "tomorrow",
}
_ANAPHORIC = {"the previous", "the following", "the next", "following", "preceding", "previous"}
_OPEN_UNIT = {"D": "XXXX-XX-XX", "W": "XXXX-WXX", "WE": "XXXX-WXX-WE", "M": "XXXX-XX", "Q": "XXXX-QX", "Y": "XXXX",
              "DE": "XXX", "CE": "XX", "NI": "XXXX-XX-XXTNI", "F": "XXXX-WXX", "ML": "X"}  # fmt: skip


_FIXED = {
    "present": _Value("DATE", "PRESENT_REF"),
    "past": _Value("DATE", "PAST_REF"),
    "future": _Value("DATE", "FUTURE_REF"),
    "september11": _Value("DATE", "2001-09-11"),
    "afraction": _Value("DURATION", "P25Y"),
}
"""Rules whose value does not depend on anything."""


def _choose(distances: Sequence[int], direction: int, far_back: int, far_ahead: int) -> int:
    """The distance from the article's date that a date without a year has: on the side the tense points to, or near."""
    near = min(distances, key=lambda distance: distance * AHEAD_COSTS if distance > 0 else -distance)
    best = min((d for d in distances if d * direction >= 0), key=abs, default=near)
    if direction == 0 or abs(best) > (far_back if direction < 0 else far_ahead):
        return near
    return best


class _Resolver:
    """Reads candidates one after the other, with what was resolved before them at hand."""

    def __init__(
        self,
        day: date | None,
        is_history: bool,
        direction: Direction,
        starts: Sequence[int],
        asides: frozenset[int],
    ) -> None:
        self.day = day
        self.is_history = is_history
        self.direction = direction
        self.starts = starts
        self.asides = asides
        self.before: Sequence[TimeExpression] = ()

    def resolve(self, found: Found, before: Sequence[TimeExpression]) -> _Value | None:
        """The value of one candidate, or None when it is none after all."""
        self.before = before
        if fixed := _FIXED.get(found.rule):
            return fixed
        reader: Callable[[Found], _Value | None] = getattr(self, f"_{found.rule}")
        return reader(found)

    # what was said before

    def _previous(self, found: Found, *, reach: int) -> TimeExpression | None:
        """The calendar expression before ``found``, at most ``reach`` sentences back (0: its own sentence)."""
        own = bisect_right(self.starts, found.start)
        for expression in reversed(self.before):
            sentence = bisect_right(self.starts, expression.span.start)
            if found.rule == "sameunit" and sentence == own and found.start - expression.span.end <= len(" of "):
                continue  # "April that year" is not the year of that April
            if own - sentence > reach:
                return None
            if expression.start is not None and expression.type in ("DATE", "TIME"):
                return expression
        return None

    def _told(self) -> TimeExpression | None:
        """In history: the year (and month) that was told last, however long ago.

        What was reckoned from the article's own date does not tell: "to this day" in an account of 1918.
        """
        if not self.is_history:
            return None
        for expression in reversed(self.before):
            is_dated = expression.type in ("DATE", "TIME") and _TOLD.match(expression.value) is not None
            is_aside = any(start in self.asides for start in range(expression.span.start, expression.span.end))
            if is_dated and not is_aside and not self._is_reckoned(expression):
                return expression
        return None

    def _is_reckoned(self, expression: TimeExpression) -> bool:
        """Whether an expression was placed by the article's own date."""
        return (
            self.day is not None
            and expression.is_relative
            and expression.start is not None
            and int(expression.start[:4]) >= self.day.year - 1
        )

    def _told_year(self, month: int) -> str | None:
        """In history: the year of a bare month, near what was told last; January after "December 1943" is 1944's."""
        told = self._told()
        match = _TOLD.match(told.value) if told else None
        if match is None:
            return None
        era, year, told_month = match[1] or "", int(match[2]), int(match[3] or 0)
        if not era and told_month - month >= TURN_OF_YEAR_MONTHS:
            year += 1
        return f"{era}{year:04d}"

    def _near_day(self, year: int | None, month: int, day: int, found: Found) -> _Value | None:
        """A month and a day, with the year that the text or the article's date gives."""
        if year is not None:
            return _Value("DATE", f"{year:04d}-{month:02d}-{day:02d}") if tv.make_day(year, month, day) else None
        if tv.make_day(2000, month, day) is None:
            return None
        told_year = self._told_year(month)
        if told_year is not None:
            return _Value("DATE", f"{told_year}-{month:02d}-{day:02d}", True)
        if self.day is None:
            return _Value("DATE", f"XXXX-{month:02d}-{day:02d}")
        options = [d for y in (-1, 0, 1) if (d := tv.make_day(self.day.year + y, month, day))]
        return _Value("DATE", self._nearest(options, found).isoformat(), True) if options else None

    def _nearest(self, options: Sequence[date], found: Found) -> date:
        day = self.day or options[0]
        distances = {(option - day).days: option for option in options}
        return distances[_choose(sorted(distances), self.direction(found), FAR_DAYS, FAR_DAYS_AHEAD)]

    def _near_month(self, month: int, found: Found) -> str:
        told_year = self._told_year(month)
        if told_year is not None:
            return f"{told_year}-{month:02d}"
        if self.day is None:
            return f"XXXX-{month:02d}"
        here = self.day.year * 12 + self.day.month - 1
        distances = [(self.day.year + y) * 12 + month - 1 - here for y in (-1, 0, 1)]
        best = here + _choose(distances, self.direction(found), FAR_DAYS // 30, FAR_DAYS_AHEAD // 30)
        return f"{best // 12:04d}-{best % 12 + 1:02d}"

    # absolute dates

    def _iso(self, found: Found) -> _Value | None:
        day = tv.make_day(found.number("y"), found.number("m"), found.number("d"))
        if day is None:
            return None
        if found.part("h"):
            return _Value("TIME", f"{day.isoformat()}T{found.part('h')}:{found.part('n')}")
        return _Value("DATE", day.isoformat())

    def _compact(self, found: Found) -> _Value | None:
        return self._iso(found)

    def _numeric(self, found: Found) -> _Value | None:
        a, b, y = found.number("a"), found.number("b"), found.number("y")
        if y < 100:
            y += 1900 if y > 50 else 2000
        days = [tv.make_day(y, a, b)] if found.part("sep") != "." else []
        days.append(tv.make_day(y, b, a))
        options = sorted({day for day in days if day})
        if not options:
            return None
        if len(options) > 1 and self.day is not None:
            near = [option for option in options if abs((option - self.day).days) <= 45]
            options = near or options
        # 03/04/2019 is March or April: only the year is certain.
        return _Value("DATE", options[0].isoformat() if len(options) == 1 else f"{y:04d}-XX-XX")

    def _monthday(self, found: Found) -> _Value | None:
        year = found.number("y") or None
        return self._near_day(year, _month(found), found.number("d"), found)

    _daymonth = _dayofpair = _monthday

    def _datepair(self, found: Found) -> _Value | None:
        """The first of two days that share a year: "26 June - 4 August 1952"."""
        month = words()["months"][(found.part("month", "monthm") or "").lower().rstrip(".")]
        return self._near_day(found.number("y"), month, int(found.part("d", "dm") or 0), found)

    def _monthpair(self, found: Found) -> _Value | None:
        """The first of two months that share a year: "March to April 1918", "December and January 1944"."""
        month, last = _month(found), words()["months"][(found.part("last") or "").lower().rstrip(".")]
        return _Value("DATE", f"{found.number('y') - (month > last):04d}-{month:02d}")

    def _monthyear(self, found: Found) -> _Value | None:
        return _Value("DATE", f"{found.number('y'):04d}-{_month(found):02d}")

    def _abbrevyear(self, found: Found) -> _Value | None:
        return _Value("DATE", f"{_full_year(found.number('yy')):04d}-{_month(found):02d}")

    def _month(self, found: Found) -> _Value | None:
        month, relative = _month(found), (found.part("rel") or "").lower()
        if relative and self.day is not None and not self.is_history:
            here, target = self.day.year * 12 + self.day.month - 1, self.day.year * 12 + month - 1
            if relative in _LAST:
                target -= 12 if target >= here else 0
            elif relative in _NEXT:
                target += 12 if target <= here else 0
            return _Value("DATE", f"{target // 12:04d}-{target % 12 + 1:02d}", True)
        return _Value("DATE", self._near_month(month, found), True)

    def _year(self, found: Found) -> _Value | None:
        return _Value("DATE", f"{found.number('y'):04d}")

    _yearafter = _yearcirca = _year

    def _yearbc(self, found: Found) -> _Value | None:
        return _Value("DATE", f"BC{found.number('y'):04d}")

    _yearbcpair = _yearbc

    def _decadebc(self, found: Found) -> _Value | None:
        return _Value("DATE", f"BC{found.number('y') // 10:03d}")

    def _datebc(self, found: Found) -> _Value | None:
        return _Value("DATE", f"BC{found.number('y'):04d}-{_month(found):02d}")

    def _yearad(self, found: Found) -> _Value | None:
        return _Value("DATE", f"{int(found.part('y', 'y2') or 0):04d}")

    def _fiscal(self, found: Found) -> _Value | None:
        return _Value("DATE", f"{found.number('y'):04d}")

    def _shortyear(self, found: Found) -> _Value | None:
        return _Value("DATE", f"{_full_year(found.number('yy')):04d}")

    def _wordyear(self, found: Found) -> _Value | None:
        rest = read_number(found.part("rest") or "") or 0
        return _Value("DATE", f"{(19 if (found.part('c') or '').lower() == 'nineteen' else 20) * 100 + int(rest):04d}")

    def _wordmillennium(self, found: Found) -> _Value | None:
        return _Value("DATE", f"{2000 + int(read_number(found.part('rest') or 'zero') or 0):04d}")

    def _decade(self, found: Found) -> _Value | None:
        return _Value("DATE", f"{found.number('y') // 10:03d}")

    def _shortdecade(self, found: Found) -> _Value | None:
        return _Value("DATE", f"19{found.part('t')}")

    def _decadeword(self, found: Found) -> _Value | None:
        tens = {"twenties": 2, "thirties": 3, "forties": 4, "fifties": 5, "sixties": 6, "seventies": 7, "eighties": 8}
        return _Value("DATE", f"19{tens.get((found.part('word') or '').lower(), 9)}")

    def _century(self, found: Found) -> _Value | None:
        return _Value("DATE", f"{'BC' if found.part('bc') else ''}{found.number('n') - 1:02d}")

    def _centuryword(self, found: Found) -> _Value | None:
        return _Value("DATE", f"{words()['ordinals'][(found.part('ord') or '').lower()] - 1:02d}")

    def _holiday(self, found: Found) -> _Value | None:
        rule = words()["holidays"][(found.part("holiday") or "").lower()]
        if found.part("y"):
            day = tv.holiday(rule, found.number("y"))
            return _Value("DATE", day.isoformat()) if day else None
        if self.day is None or self.is_history:
            return _Value("DATE", f"XXXX-{rule}" if rule[0].isdigit() else "XXXX-XX-XX")
        options = [day for y in (-1, 0, 1) if (day := tv.holiday(rule, self.day.year + y))]
        relative = (found.part("rel") or "").lower()
        if relative in _LAST:
            options = [option for option in options if option < self.day]
            return _Value("DATE", options[-1].isoformat(), True)
        if relative in _NEXT:
            options = [option for option in options if option > self.day]
            return _Value("DATE", options[0].isoformat(), True)
        return _Value("DATE", self._nearest(options, found).isoformat(), True)

    # days and parts of days

    def _weekday(self, found: Found) -> _Value | None:
        weekday = words()["weekdays"][(found.part("weekday") or "").lower()]
        if found.part("plural"):
            return _Value("SET", f"XXXX-WXX-{weekday}")
        relative = (found.part("rel") or "").lower()
        if self.day is None:
            return _Value("DATE", f"XXXX-WXX-{weekday}")
        base = self.day
        if relative in _ANAPHORIC:
            previous = self._previous(found, reach=1)
            base = (tv.first_day(previous.value) if previous and _DAY.match(previous.value) else None) or base
        if relative in _LAST:
            day = tv.weekday_from(base, weekday, -1, same_day=False)
        elif relative in _NEXT:
            day = tv.weekday_from(base, weekday, 1, same_day=False)
        else:
            day = tv.weekday_from(self.day, weekday, 1 if self.direction(found) > 0 else -1)
        return _Value("DATE", day.isoformat(), True)

    def _weekdaypart(self, found: Found) -> _Value | None:
        read = self._weekday(found)
        part = words()["parts"][(found.part("part") or "").lower()]
        return (
            replace(read, type="SET" if found.part("plural") else "TIME", value=f"{read.value}T{part}")
            if read
            else None
        )

    def _weekdayweek(self, found: Found) -> _Value | None:
        weekday = words()["weekdays"][(found.part("weekday") or "").lower()]
        if self.day is None:
            return _Value("DATE", f"XXXX-WXX-{weekday}")
        weeks = {"last": -1, "this": 0, "next": 1}[(found.part("rel") or "").lower()]
        monday = self.day - timedelta(days=self.day.isoweekday() - 1)
        return _Value("DATE", (monday + timedelta(days=7 * weeks + weekday - 1)).isoformat(), True)

    def _day(self, found: Found) -> _Value | None:
        word = (found.part("word") or "").lower()
        if self.day is None:
            return _Value("DATE", "PRESENT_REF" if word == "today" else "XXXX-XX-XX")
        days = {"yesterday": -1, "tomorrow": 1, "the day before yesterday": -2, "the day after tomorrow": 2}.get(
            word, 0
        )
        value = (self.day + timedelta(days=days)).isoformat()
        return _Value("TIME", value + "TNI", True) if word == "tonight" else _Value("DATE", value, True)

    def _overnight(self, _found: Found) -> _Value | None:
        return _Value("TIME", f"{self.day.isoformat()}TNI" if self.day else "XXXX-XX-XXTNI", True)

    def _relpart(self, found: Found) -> _Value | None:
        relative, part = (found.part("rel") or "").lower(), words()["parts"][(found.part("part") or "").lower()]
        if relative in ("that", "that same", "the same", "the next", "the following", "the previous"):
            previous = self._previous(found, reach=1) or self._told()
            base = tv.first_day(previous.value) if previous else None
            days = {"the next": 1, "the following": 1, "the previous": -1}.get(relative, 0)
        else:
            base = self.day
            # "last night" is the night that began on the day before.
            days = {"last": -1, "yesterday": -1, "tomorrow": 1}.get(relative, 0)
        if base is None:
            return _Value("TIME", f"XXXX-XX-XXT{part}")
        return _Value("TIME", f"{(base + timedelta(days=days)).isoformat()}T{part}", True)

    _nextpart = _relpart

    def _atnight(self, found: Found) -> _Value | None:
        return _Value("TIME", f"XXXX-XX-XXT{words()['parts'][(found.part('part') or '').lower()]}")

    def _thepart(self, found: Found) -> _Value | None:
        return _Value("TIME", f"XXXX-XX-XXT{words()['parts'][(found.part('part') or '').lower()]}")

    def _clock(self, found: Found) -> _Value | None:
        word = (found.part("word") or "").lower()
        if word:
            hour, minute = (0, 0) if word == "midnight" else (12, 0)
        elif found.part("ap"):
            hour = found.number("h") % 12 + (12 if (found.part("ap") or "").lower() == "p" else 0)
            minute = found.number("n")
        else:
            hour, minute = found.number("h24"), found.number("n24")
        return self._at(found, f"T{hour:02d}:{minute:02d}")

    def _at(self, found: Found, clock: str) -> _Value:
        """A time of day on the day that its own sentence names before it, else on an open day."""
        previous = self._previous(found, reach=0)
        is_known = previous is not None and previous.start is not None and previous.start == previous.end
        return _Value("TIME", f"{previous.start if previous and is_known else 'XXXX-XX-XX'}{clock}", is_known)

    def _militaryclock(self, found: Found) -> _Value | None:
        return _Value("TIME", f"XXXX-XX-XXT{found.part('h')}:{found.part('n')}")

    def _oclock(self, found: Found) -> _Value | None:
        hour = int(read_number(found.part("num") or "") or 0)
        later = (found.part("part") or "").lower() in ("afternoon", "evening")
        return _Value("TIME", f"XXXX-XX-XXT{hour + (12 if later and hour < 12 else 0):02d}:00") if hour < 25 else None

    # relative to the article or to what was said

    def _relunit(self, found: Found) -> _Value | None:
        relative = (found.part("rel") or "").lower()
        unit = words()["units"][(found.part("unit") or "").lower()]
        if relative in _ANAPHORIC:
            return self._anaphoric(found, unit, -1 if relative in ("the previous", "previous", "preceding") else 1)
        if relative == "the past" or (relative == "past" and unit in ("DE", "CE")):
            return self._stretch(1, unit)
        if self.day is None or (self.is_history and self._told() is not None):
            return self._anaphoric(found, unit, -1 if relative in _LAST else 1 if relative in _NEXT else 0)
        count = -1 if relative in _LAST else 1 if relative in _NEXT else 0
        if unit == "Q" and relative == "latest":
            count = -1
        day = tv.move(self.day, unit, count)
        return _Value("DATE", tv.at_granularity(day, unit), True) if day else None

    def _anaphoric(self, found: Found, unit: str, count: float) -> _Value:
        previous = self._previous(found, reach=1) or self._told()
        base = tv.first_day(previous.value) if previous else None
        if base is None:
            return _Value("DATE", _OPEN_UNIT.get(unit, "XXXX"))
        day = tv.move(base, unit, count)
        return _Value("DATE", tv.at_granularity(day, unit) if day else _OPEN_UNIT.get(unit, "XXXX"), True)

    def _sameunit(self, found: Found) -> _Value | None:
        unit = words()["units"][(found.part("unit") or "").lower()]
        return self._anaphoric(found, unit, 0)

    def _theunit(self, found: Found) -> _Value | None:
        unit = words()["units"][(found.part("unit", "unit2", "unit3") or "").lower()]
        if self.day is None or self.is_history:
            return self._anaphoric(found, unit, 0)
        return _Value("DATE", tv.at_granularity(self.day, unit), True)

    def _yearend(self, found: Found) -> _Value | None:
        unit = "Y" if "year" in (found.part("word") or "").lower() else "M"
        if self.day is None or self.is_history:
            return self._anaphoric(found, unit, 0)
        return _Value("DATE", f"{self.day.year:04d}" if unit == "Y" else tv.at_granularity(self.day, "M"), True)

    def _theweekend(self, found: Found) -> _Value | None:
        if self.day is None or self.is_history:
            return _Value("DATE", "XXXX-WXX-WE")
        # Before Friday "the weekend" is the one that is over, unless the clause looks ahead.
        back = self.day.isoweekday() < 5 and self.direction(found) <= 0
        return _Value("DATE", tv.week_of(self.day - timedelta(days=7 if back else 0), weekend=True), True)

    def _weekof(self, found: Found) -> _Value | None:
        day = self._near_day(None, _month(found), found.number("d"), found)
        first = tv.first_day(day.value) if day else None
        return _Value("DATE", tv.week_of(first) if first else "XXXX-WXX", True)

    def _offset(self, found: Found) -> _Value | None:
        unit = words()["units"][(found.part("unit") or "").lower()]
        count = read_number(found.part("num") or "")
        return self._moved(found, unit, count, (found.part("dir") or "").lower())

    def _offsethalf(self, found: Found) -> _Value | None:
        unit = words()["units"][(found.part("unit", "unit2") or "").lower()]
        count = read_number(found.part("num") or "")
        if count is None:
            return None
        # "a year and a half ago" is counted in months.
        unit, count = ("M", count * 12 + 6) if unit == "Y" else (unit, count + 0.5)
        if unit.startswith("T"):
            return self._durationhalf(found)
        return self._moved(found, unit, count, (found.part("dir") or "").lower())

    def _moved(self, found: Found, unit: str, count: float | None, word: str) -> _Value:
        is_back = word in ("ago", "earlier", "before", "previously", "prior", "beforehand")
        if count is None:
            return _Value("DATE", "PAST_REF" if is_back else "FUTURE_REF")
        base = self.day
        quarter = self._latest_quarter()
        if quarter and unit == "Y" and is_back and count == 1:
            return _Value("DATE", f"{int(quarter[:4]) - 1:04d}{quarter[4:]}", True)
        if word not in ("ago", "from now", "hence"):
            previous = self._previous(found, reach=1) or self._told()
            base = tv.first_day(previous.value) if previous else self.day if is_back else None
        if unit == "TH" and base is not None and count % HOURS_PER_DAY == 0:
            unit, count = "D", count / HOURS_PER_DAY
        if unit.startswith("T"):
            return _Value("TIME" if base else "DURATION", tv.duration(count, unit), False)
        if base is None and not is_back:
            return self._stretch(count, unit)  # "three days later" than something without a date
        moved = tv.move(base, unit, -count if is_back else count) if base else None
        if moved is None:
            return _Value("DATE", _OPEN_UNIT.get(unit, "XXXX"))
        return _Value("DATE", tv.at_granularity(moved, unit), True)

    def _latest_quarter(self) -> str | None:
        """The quarter that a company report is about: "a year earlier" is then the same quarter of the year before.

        It is the latest that is over, or else has begun: an outlook on the next one changes nothing.
        """
        today = self.day.isoformat() if self.day else date.max.isoformat()
        quarters = [e for e in self.before if _QUARTER.match(e.value) and e.start and e.start <= today]
        recent = (self.day - timedelta(days=REPORTING_DAYS)).isoformat() if self.day else ""
        over = [e for e in quarters if e.end and recent <= e.end <= today]
        return max((e.value for e in over or quarters), default=None)

    def _agoperiod(self, found: Found) -> _Value | None:
        return self._moved(found, "Y", 1, "earlier")

    def _innum(self, found: Found) -> _Value | None:
        unit, count = words()["units"][(found.part("unit") or "").lower()], read_number(found.part("num") or "")
        if self.day is None or count is None or unit.startswith("T"):
            return _Value("DURATION", tv.duration(count, unit))
        day = tv.move(self.day, unit, count)
        return _Value("DATE", tv.at_granularity(day, unit), True) if day else None

    def _nextday(self, found: Found) -> _Value | None:
        unit = words()["units"].get((found.part("unit", "unit2") or "").lower(), "D")
        word = (found.part("rel", "dir") or "").lower()
        is_back = word in ("the previous", "the preceding", "before", "earlier")
        if self._previous(found, reach=1) is None and not self.is_history and self.day is not None:
            # "the next year" without a date before it is a stretch of time, "the previous day" the day before this one.
            if word == "the next":
                return _Value("DURATION", tv.duration(1, unit))
            day = tv.move(self.day, unit, -1 if is_back else 1)
            return _Value("DATE", tv.at_granularity(day, unit), True) if day and is_back else None
        return self._anaphoric(found, unit, -1 if is_back else 1)

    # stretches of time

    def _inthe(self, found: Found) -> _Value | None:
        return self._duration(found)

    def _duration(self, found: Found) -> _Value | None:
        unit = words()["units"][(found.part("unit") or "").lower()]
        count = read_number(found.part("num") or "")
        return self._stretch(count, unit)

    def _stretch(self, count: float | None, unit: str) -> _Value:
        if unit in ("DE", "CE") and count is not None:
            unit, count = "Y", count * (10 if unit == "DE" else 100)
        return _Value("DURATION", tv.duration(count, unit))

    def _yearended(self, found: Found) -> _Value | None:
        return self._stretch(1, words()["units"][(found.part("unit") or "").lower()])

    _theduration = _duration

    def _durationhalf(self, found: Found) -> _Value | None:
        unit = words()["units"][(found.part("unit", "unit2", "unit3") or "").lower()]
        count = read_number(found.part("num") or "")
        if count is None:
            return None
        fraction = {"1/4": 0.25, "3/4": 0.75}.get(found.part("frac") or "", 0.5)
        small = {"Y": ("M", 12), "TH": ("TM", 60), "TM": ("TS", 60)}.get(unit)
        if small is None:
            return _Value("DURATION", tv.duration(count + fraction, unit))
        return _Value("DURATION", tv.duration(count, unit) + f"{fraction * small[1]:g}{small[0][-1]}")

    def _halfunit(self, found: Found) -> _Value | None:
        unit = words()["units"][(found.part("unit") or "").lower()]
        small = {"TH": ("TM", 30), "D": ("TH", 12), "CE": ("Y", 50), "DE": ("Y", 5), "Y": ("M", 6)}[unit]
        return _Value("DURATION", tv.duration(small[1], small[0]))

    def _numrange(self, found: Found) -> _Value | None:
        unit = words()["units"][(found.part("unit") or "").lower()]
        if found.part("dir"):
            return _Value("DATE", "PAST_REF" if found.part("dir") == "ago" else "FUTURE_REF")
        first, second = read_number(found.part("num") or ""), read_number(found.part("num2") or "")
        if first is None or second is None or second <= first:
            return None
        return _Value("DURATION", f"{tv.duration(first, unit)}/{tv.duration(second, unit)}")

    def _recentunits(self, found: Found) -> _Value | None:
        return _Value("DURATION", tv.duration(None, _plural_unit(found)))

    _unitsahead = _recentunits

    def _units(self, found: Found) -> _Value | None:
        if found.part("dir"):
            return _Value("DATE", "FUTURE_REF" if found.part("dir") == "later" else "PAST_REF")
        return _Value("DURATION", tv.duration(None, _plural_unit(found)))

    def _unitslong(self, found: Found) -> _Value | None:
        word = (found.part("unit") or "").lower()
        return _Value("DURATION", tv.duration(None if word.endswith("s") else 1, _plural_unit(found)))

    # what comes again

    def _set(self, found: Found) -> _Value | None:
        what, table = (found.part("what") or "").lower(), words()
        for name, form in (("weekdays", "XXXX-WXX-{}"), ("months", "XXXX-{:02d}"), ("seasons", "XXXX-{}"),
                           ("parts", "XXXX-XX-XXT{}")):  # fmt: skip
            if what in table[name] and what not in table["units"]:
                return _Value("SET", form.format(table[name][what]))
        other = (found.part("num") or "").lower()
        count = 2.0 if other == "other" else read_number(other) if other else 1.0
        return _Value("SET", tv.duration(count, table["units"].get(what, "Y")))

    def _setword(self, found: Found) -> _Value | None:
        word = (found.part("word") or "").lower()
        return _Value("SET", {"daily": "P1D", "nightly": "P1D", "weekly": "P1W", "monthly": "P1M", "quarterly": "P3M",
                              "annually": "P1Y", "yearly": "P1Y", "hourly": "PT1H", "biweekly": "P2W",
                              "fortnightly": "P2W"}[word])  # fmt: skip

    def _per(self, found: Found) -> _Value | None:
        unit = next(value for name, value in found.groups.items() if name.startswith("unit") and value)
        return _Value("SET", tv.duration(1, words()["units"][unit.lower()]))

    # parts of years

    def _quarter(self, found: Found) -> _Value | None:
        word = (found.part("ord") or "").lower()
        number = words()["ordinals"].get(word) or int(word[0])
        if found.part("y", "y0"):
            return _Value("DATE", f"{found.part('y', 'y0')}-Q{number}")
        if self.day is None:
            return _Value("DATE", f"XXXX-Q{number}")
        relative = (found.part("rel") or "").lower()[:4]
        if relative:
            return _Value("DATE", f"{self.day.year + {'last': -1, 'next': 1}.get(relative, 0):04d}-Q{number}", True)
        # A quarter that lies far ahead is last year's: companies speak of quarters that are over.
        here = (self.day.month + 2) // 3
        year = self.day.year - 1 if number - here > 1 and self.direction(found) <= 0 else self.day.year
        return _Value("DATE", f"{year:04d}-Q{number}", True)

    def _quartershort(self, found: Found) -> _Value | None:
        year = found.part("y", "y2")
        return _Value("DATE", f"{year or 'XXXX'}-Q{found.part('n', 'n2')}")

    def _thequarter(self, found: Found) -> _Value | None:
        quarter = self._latest_quarter()
        if quarter is not None:
            return _Value("DATE", quarter, True)
        if self.day is None:
            return _Value("DATE", "XXXX-QX")
        is_current = (found.part("rel") or "").lower() == "current"
        day = self.day if is_current else tv.move(self.day, "Q", -1)
        return _Value("DATE", tv.at_granularity(day, "Q"), True) if day else None

    def _yearperiod(self, found: Found) -> _Value | None:
        """ "the 1988 quarter", "the 1988 period": the part of that year that the report is about."""
        quarter, year = self._latest_quarter(), found.number("y")
        return _Value("DATE", f"{year:04d}{quarter[4:] if quarter else ''}", quarter is not None)

    def _latestperiod(self, _found: Found) -> _Value | None:
        """ "the latest period" of a company report."""
        quarter = self._latest_quarter()
        return _Value("DATE", quarter, True) if quarter else None

    def _quarterended(self, found: Found) -> _Value | None:
        """ "the quarter ended Sept. 30": the quarter of the calendar that its last day lies in."""
        last = self._near_day(found.number("y") or None, _month(found), found.number("d"), found)
        day = tv.first_day(last.value) if last else None
        if day is None:
            return _Value("DATE", "XXXX-QX")
        if self.day is not None and not found.part("y") and day > self.day and not found.part("ending"):
            day = tv.move(day, "Y", -1) or day
        # Books are often closed on the Friday or Sunday next to the end of the quarter.
        return _Value("DATE", tv.at_granularity(day - timedelta(days=SLACK_OF_QUARTER_DAYS), "Q"), True)

    def _half(self, found: Found) -> _Value | None:
        half = 1 if (found.part("ord", "ord2") or "").lower() == "first" else 2
        return _Value("DATE", f"{found.part('y', 'y0')}-H{half}")

    def _season(self, found: Found) -> _Value | None:
        return _Value(
            "DATE", f"{found.part('y', 'y0')}-{words()['seasons'][(found.part('season', 'season2') or '').lower()]}"
        )

    def _relseason(self, found: Found) -> _Value | None:
        season = words()["seasons"][(found.part("season", "season2", "season3") or "").lower()]
        relative = (found.part("rel") or "").lower()
        told = self._told()
        if told is not None:
            return _Value("DATE", f"{told.value[:6] if told.value.startswith('BC') else told.value[:4]}-{season}", True)
        if self.day is None:
            return _Value("DATE", f"XXXX-{season}")
        start = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}[season]
        year = self.day.year
        is_over = relative in ("", "the") and self.direction(found) < 0 and self.day.month < start
        if is_over or (relative in _LAST and self.day.month < start + 3):
            year -= 1
        elif relative in _NEXT and self.day.month >= start:
            year += 1
        return _Value("DATE", f"{year:04d}-{season}", True)

    _seasonalone = _seasonbare = _relseason

    def _immediately(self, found: Found) -> _Value | None:
        """ "Washington immediately supported …": at the time that the sentence before tells of."""
        previous = self._previous(found, reach=1)
        if previous is None or bisect_right(self.starts, previous.span.start) == bisect_right(self.starts, found.start):
            return None
        return _Value("DATE", previous.value[:10], True)


def _month(found: Found) -> int:
    return int(words()["months"][(found.part("month") or "").lower().rstrip(".")])


def _full_year(two_digits: int) -> int:
    return two_digits + (1900 if two_digits > 30 else 2000)


def _plural_unit(found: Found) -> str:
    word = (found.part("unit") or "").lower()
    units = words()["units"]
    return str(units.get(word) or units.get(word.removesuffix("s")) or units["year"])


@Language.factory("newskb_times", assigns=["doc._.times"])
def _create(nlp: Language, name: str) -> TimeFinder:  # noqa: ARG001 - spaCy calls factories with both
    return TimeFinder()


class TimeFinder:
    """Sets ``doc._.times``."""

    def __call__(self, doc: Doc) -> Doc:
        """``doc`` with its time expressions."""
        doc._.times = find_times(doc)
        return doc
