"""The clause of an event becomes its date and its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from spacy.tokens import Doc, Token

from newskb.model import Article, DatePrecision, TimeExpression
from newskb.nlp.frames import clause_path, preposition_of
from newskb.nlp.participants import Cast

HISTORY_YEARS = 5
"""An event that ended this many years before its report is background history: no newsroom reports it as new."""

_PLACE_PREPOSITIONS = frozenset(
    ("in", "at", "near", "outside", "inside", "within", "across", "around", "throughout", "on", "off", "along", "over")
)
_STEPS_UP = 4
"""Words between a time expression and the word that it dates ("on the evening of Monday")."""
_REPEATED = frozenset(
    ("repeatedly", "often", "always", "long", "already", "previously", "never", "ever", "frequently", "regularly",
     "since", "traditionally", "usually", "historically", "sometimes", "once")
)  # fmt: skip
_AT_ONCE = frozenset(("immediately", "instantly", "promptly"))
_NOW = frozenset(("VBP", "VBZ"))
_AT_ANOTHER_TIME = frozenset(("after", "before", "following", "since", "until", "till", "prior", "ahead"))
"""Prepositions whose noun is not of the time of the clause ("After the strike, both sides are meeting")."""


@dataclass(frozen=True, slots=True)
class When:
    """The date of an event; ``time`` is the expression that gives it, None when the tense of its clause does."""

    time: int | None = None
    start: str | None = None
    end: str | None = None
    precision: DatePrecision | None = None


UNDATED = When()


class Calendar:
    """The time expressions of a document, by the word that each of them dates."""

    def __init__(self, doc: Doc) -> None:
        self._times: Sequence[TimeExpression] = doc._.times or ()
        article: Article | None = doc._.article
        published = article.published if article else None
        self._day = (
            published.day if published and published.precision in (DatePrecision.DAY, DatePrecision.MINUTE) else None
        )
        self._by_token: dict[int, list[tuple[int, int]]] = {}
        for index, time in enumerate(self._times):
            if time.start is None:
                continue
            tokens = doc.char_span(time.span.start, time.span.end, alignment_mode="expand")
            if tokens is None or not len(tokens):
                continue
            for step, token in enumerate(_up(tokens.root)):
                self._by_token.setdefault(token.i, []).append((step, index))

    def when(self, trigger: Token, others: frozenset[int]) -> When:
        """The date of the event that ``trigger`` names: the nearest expression of its own clause, else its tense.

        ``others`` are the triggers of the document: an expression that dates another one first is not taken.
        """
        for node in clause_path(trigger):
            if node.i != trigger.i and node.i in others and node.pos_ == "NOUN":
                break  # a noun event above keeps its own date
            near = sorted(
                self._by_token.get(node.i, ()), key=lambda pair: (pair[0], abs(self._distance(pair[1], trigger)))
            )
            near = [pair for pair in near if not self._belongs_elsewhere(pair[1], node, trigger, others)]
            if near:
                return self._dated(near)
            if any(child.dep_ == "advmod" and child.lower_ in _AT_ONCE for child in node.children):
                return self._of_sentence_before(trigger)
        return self._by_tense(trigger)

    def _distance(self, index: int, trigger: Token) -> int:
        return self._times[index].span.start - trigger.idx

    def _belongs_elsewhere(self, index: int, node: Token, trigger: Token, others: frozenset[int]) -> bool:
        """ "denied the attack of Monday" does not date the denial."""
        tokens = trigger.doc.char_span(
            self._times[index].span.start, self._times[index].span.end, alignment_mode="expand"
        )
        if tokens is None:
            return False
        return any(token.i in others and token.i not in (node.i, trigger.i) for token in _until(tokens.root, node))

    def _dated(self, near: Sequence[tuple[int, int]]) -> When:
        step, first = near[0]
        time = self._times[first]
        start, end = time.start, time.end
        for other_step, index in near[1:]:
            other = self._times[index]
            is_next = abs(other.span.start - time.span.end) < 12 or abs(time.span.start - other.span.end) < 12
            if other_step in (step, step + 1) and is_next and other.precision == time.precision and start and end:
                start, end = min(start, other.start or start), max(end, other.end or end)  # "on 30 April and 1 May"
        return When(time=first, start=start, end=end, precision=time.precision)

    def _of_sentence_before(self, trigger: Token) -> When:
        """ "Washington immediately supported him": at the time that the sentence before tells of last."""
        sentence = trigger.sent
        if sentence.start == 0:
            return UNDATED
        before = trigger.doc[sentence.start - 1].sent
        inside = [
            index
            for index, time in enumerate(self._times)
            if time.start is not None and before.start_char <= time.span.start < before.end_char
        ]
        return self._dated([(0, inside[-1])]) if inside else UNDATED

    def _by_tense(self, trigger: Token) -> When:
        """ "are meeting", "have confirmed": the present tenses speak of the day on which they are written."""
        if self._day is None:
            return UNDATED
        for node in clause_path(trigger):
            if node.pos_ not in ("VERB", "AUX"):
                if preposition_of(node) in _AT_ANOTHER_TIME:
                    return UNDATED
                continue
            words = {child.lower_ for child in node.children if child.dep_ == "advmod"}
            helpers = [child for child in node.children if child.dep_ in ("aux", "aux:pass", "cop")]
            is_now = any(helper.tag_ in _NOW for helper in helpers) and (
                node.tag_ == "VBG"
                or (node.tag_ == "VBN" and any(helper.lemma_ in ("have", "'ve", "’ve") for helper in helpers))
            )
            if is_now and not words & _REPEATED and not any(child.tag_ == "MD" for child in helpers):
                return When(start=self._day, end=self._day, precision=DatePrecision.DAY)
            return UNDATED
        return UNDATED

    def is_history(self, when: When) -> bool:
        """Whether the event lies so far before the article that it is background."""
        if self._day is None or when.end is None:
            return False
        return date.fromisoformat(self._day).year - int(when.end[:4]) >= HISTORY_YEARS


def place_of(trigger: Token, cast: Cast, others: frozenset[int], *, end: int) -> int | None:
    """The place of an event from its own clause ("in Caracas"); None rather than somebody else's.

    The words of the trigger reach to token ``end``: a place may hang from the last of them ("signed a deal in Doha").
    """
    last = trigger.doc[end - 1]
    for node in clause_path(last if last.head.i == trigger.i else trigger):
        if node.i not in (trigger.i, last.i) and node.i in others and node.pos_ == "NOUN":
            return None
        found = [
            index
            for child in _modifiers(node)
            if preposition_of(child) in _PLACE_PREPOSITIONS and (index := cast.place(child)) is not None
        ]
        if found:
            return found[0]
    return None


def _modifiers(node: Token) -> Iterable[Token]:
    for child in node.children:
        if child.dep_ in ("obl", "nmod"):
            yield child


def _up(token: Token) -> Iterable[Token]:
    """``token`` and its governors as far as a time expression can modify them."""
    yield token
    for _ in range(_STEPS_UP):
        if token.head.i == token.i:
            return
        token = token.head
        yield token
        if token.pos_ in ("VERB", "AUX"):
            return


def _until(token: Token, top: Token) -> Iterable[Token]:
    while token.i != top.i and token.head.i != token.i:
        yield token
        token = token.head
