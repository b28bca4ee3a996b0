"""Words that name events become event mentions: type, participants, place, date, realis, figures, chain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc, Token

from newskb.model import EventMention, Quote, Realis, Span
from newskb.nlp import eventlexicon
from newskb.nlp.eventchains import Report, number
from newskb.nlp.eventcoding import code
from newskb.nlp.eventconfidence import confidence, signals
from newskb.nlp.eventdates import UNDATED, Calendar, place_of
from newskb.nlp.eventrelevance import is_relevant
from newskb.nlp.eventsides import participants
from newskb.nlp.figures import FoundFigure, find_figures
from newskb.nlp.frames import clause_path, with_conjuncts
from newskb.nlp.participants import Cast
from newskb.nlp.realis import realis_of
from newskb.nlp.triggers import Trigger, find_triggers
from newskb.plover import CONTEXTS, TYPES, quad

VERSION = "2"

MAX_CONTEXTS = 4
"""Contexts kept of an event; a sentence that seems to tell of more is a list."""

MIN_CONFIDENCE = 0.4
"""Of mentions below it half and more were wrong on the development sets. With .3 plover_gsr's type precision is .60,
with .4 .64, with .5 .68; .5 costs a tenth of cameo_raters' recall and two points of case2021_task2's."""
_DEFINITE = frozenset(("the", "this", "that", "these", "those", "his", "her", "its", "their", "such"))


def find_events(doc: Doc, figures: Sequence[FoundFigure]) -> list[EventMention]:
    """The event mentions of ``doc`` in the order of the text.

    Reads ``doc._.mentions``, ``doc._.times`` and ``doc._.quotes``.
    """
    return [event for event, _ in read_events(doc, figures)]


def read_events(
    doc: Doc, figures: Sequence[FoundFigure], *, least: float = MIN_CONFIDENCE
) -> list[tuple[EventMention, dict[str, float]]]:
    """The events with the signals that their confidence was computed from, as its training needs them."""
    reader = _Reader(doc, figures)
    read = [item for trigger in reader.triggers if (item := reader.read(trigger)) is not None]
    found = [(report, known) for report, known in read if report.event.confidence >= least]
    chains = number([report for report, _ in found])
    return [(replace(report.event, chain=chain), known) for (report, known), chain in zip(found, chains, strict=True)]


class _Reader:
    """Reads the triggers of one document; holds what they have in common."""

    def __init__(self, doc: Doc, figures: Sequence[FoundFigure]) -> None:
        self._doc = doc
        self._cast = Cast(doc)
        self._calendar = Calendar(doc)
        self.triggers = [trigger for trigger in find_triggers(doc, self._cast) if is_relevant(trigger, self._cast)]
        self._heads = frozenset(trigger.token.i for trigger in self.triggers)
        self._figures = _figures_of(figures, self.triggers)
        self._speakers = _speakers(doc, self._cast)
        self._contexts, self._first = _sentences_of(self.triggers, doc)

    def read(self, trigger: Trigger) -> tuple[Report, dict[str, float]] | None:
        """The report of a trigger with its signals; None when the text says too little of it."""
        token = trigger.token
        actors, recipients = participants(trigger, self._cast)
        coding = code(trigger, realis_of(token), has_actor=bool(actors))
        when = self._calendar.when(token, self._heads)
        realis = coding.realis
        if realis in (Realis.HYPOTHETICAL, Realis.NEGATED) and when.time is None:
            when = UNDATED
        if realis == Realis.ACTUAL and self._calendar.is_history(when):
            realis = Realis.HISTORICAL
        first, last = self._doc[trigger.start], self._doc[trigger.end - 1]
        event = EventMention(
            trigger=Span(start=first.idx, end=last.idx + len(last)),
            lemma=token.lemma_.lower(),
            type=coding.type,
            extension=coding.extension,
            mode=coding.mode,
            contexts=self._contexts.get(token.i, ()),
            cameo=TYPES[coding.type].cameo if coding.type else None,
            chain=0,
            actors=actors,
            recipients=recipients,
            place=place_of(token, self._cast, self._heads, end=trigger.end),
            time=when.time,
            date_start=when.start,
            date_end=when.end,
            date_precision=when.precision,
            realis=realis,
            reported_by=self._speakers.get(token.i),
            figures=self._figures.get(token.i, ()),
            confidence=0.0,
        )
        if _is_empty(event, trigger):
            return None
        known = signals(
            event,
            trigger,
            self._doc._.mentions or (),
            is_recoded=coding.is_recoded,
            is_first=token.i in self._first,
        )
        event = replace(event, confidence=confidence(known))
        return _report(event, trigger, self._cast, is_recoded=coding.is_recoded), known


# --- the rest --------------------------------------------------------------------------------------------------------


@cache
def _context_patterns() -> list[tuple[str, re.Pattern[str]]]:
    rows = {
        name: re.compile(r"\b(?:" + "|".join(re.escape(word) for word in words.split("|")) + r")\b")
        for name, words in eventlexicon.lines("contexts.tsv")
    }
    return [(name, rows[name]) for name in CONTEXTS if name in rows]


def _contexts(sentence: Iterable[Token]) -> tuple[str, ...]:
    words = " ".join(word.lemma_.lower() for word in sentence)
    return tuple(name for name, pattern in _context_patterns() if pattern.search(words))[:MAX_CONTEXTS]


def _sentences_of(triggers: Sequence[Trigger], doc: Doc) -> tuple[dict[int, tuple[str, ...]], set[int]]:
    """Trigger token to the contexts of its sentence, and the first triggers of their sentences.

    Each sentence is searched once.
    """
    wanted = iter(trigger.token.i for trigger in triggers)
    index = next(wanted, None)
    contexts: dict[int, tuple[str, ...]] = {}
    first: set[int] = set()
    for sentence in doc.sents:
        if index is None or index >= sentence.end:
            continue
        first.add(index)
        spoken = _contexts(sentence)
        while index is not None and index < sentence.end:
            contexts[index] = spoken
            index = next(wanted, None)
    return contexts, first


def _speakers(doc: Doc, cast: Cast) -> dict[int, int]:
    """Token to the mention that says it: the speaker of the innermost quote around it, by name where one follows."""
    quotes: list[Quote] = doc._.quotes or []
    found: dict[int, int] = {}
    for quote in sorted(quotes, key=lambda quote: quote.content.start - quote.content.end):
        if quote.speaker is None:
            continue
        speaker = cast.named(quote.speaker)
        for part in quote.parts:
            for token in doc.char_span(part.start, part.end, alignment_mode="contract") or ():
                found[token.i] = speaker
    return found


def _figures_of(figures: Sequence[FoundFigure], triggers: Sequence[Trigger]) -> dict[int, tuple[int, ...]]:
    """Trigger token to the indexes of the figures that belong to it."""
    heads = {trigger.token.i for trigger in triggers}
    counted = {token.i: trigger.token.i for trigger in triggers for token in trigger.counted}
    found: dict[int, tuple[int, ...]] = {}
    for index, figure in enumerate(figures):
        owner = counted.get(figure.head.i, _owner(figure.head, heads))
        if owner is not None:
            found[owner] = (*found.get(owner, ()), index)
    return found


def _owner(head: Token, heads: set[int]) -> int | None:
    """The first trigger on the way up from a figure, or below the verb that carries both."""
    for node in clause_path(head):
        if node.i in heads:
            return node.i
        if node.pos_ in ("VERB", "AUX"):
            for child in node.children:
                if child.dep_ in ("obl", "nmod", "nsubj", "obj") and child.i != head.i:
                    for token in with_conjuncts(child):
                        if token.i in heads:
                            return token.i
    return None


def _report(event: EventMention, trigger: Trigger, cast: Cast, *, is_recoded: bool) -> Report:
    return Report(
        event=event,
        family=f"{event.type or event.extension}!" if is_recoded else trigger.entry.family,
        actors=_chains(event.actors, event.reported_by, cast),
        recipients=_chains(event.recipients, event.reported_by, cast),
        place=None if event.place is None else cast.mention(event.place).chain,
        is_reciprocal=trigger.entry.is_reciprocal,
        is_definite=_is_definite(trigger),
    )


def _is_definite(trigger: Trigger) -> bool:
    """ "the meeting" points back, "a meeting" does not."""
    determiners = {child.lower_ for child in trigger.token.children if child.dep_ in ("det", "nmod:poss")}
    return trigger.is_noun and bool(determiners & _DEFINITE)


def _is_empty(event: EventMention, trigger: Trigger) -> bool:
    """A word with which the text says neither who nor whom, nor where or when, reports nothing that could be kept."""
    slots, entry = trigger.slots, trigger.entry
    if entry.needs_both and not (event.actors and event.recipients):
        return True
    if trigger.is_noun and event.type is not None and quad(event.type) in (1, 3):
        # "is under threat", "exempt from criticism": words of a mood, unless they point back or stand somewhere
        is_bare = not (event.actors or event.recipients or event.place is not None or event.date_start)
        return is_bare and trigger.carrier is None and not _is_definite(trigger)
    said = slots.get("s") or slots.get("o") or event.figures or event.place is not None or event.date_start
    return not said and not trigger.is_noun and event.mode not in _MINDLESS and event.type is not None


_MINDLESS = frozenset(("explosives", "suicide-attack", "heavy-weapons"))
"""Modes of what happens without a word for its doer ("a device exploded")."""


def _chains(indexes: Sequence[int], speaker: int | None, cast: Cast) -> frozenset[int]:
    """The coreference chains of mentions; "we" and "I" inside a quote count as their speaker, too."""
    found: set[int] = set()
    for index in indexes:
        mention = cast.mention(index)
        found |= {mention.chain, *mention.members}
        if speaker is not None and cast.is_first_person(index):
            found.add(cast.mention(speaker).chain)
    return frozenset(found)


# --- component -------------------------------------------------------------------------------------------------------

if not Doc.has_extension("events"):
    Doc.set_extension("events", default=None)
if not Doc.has_extension("figures"):
    Doc.set_extension("figures", default=None)


@Language.factory(
    "newskb_events",
    assigns=["doc._.events", "doc._.figures"],
    requires=["doc._.mentions", "doc._.times", "doc._.quotes", "token.dep", "token.lemma"],
)
def _create(nlp: Language, name: str) -> EventFinder:  # noqa: ARG001 - spaCy calls factories with both
    return EventFinder()


class EventFinder:
    """Sets ``doc._.figures`` and ``doc._.events``."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the figures and the events of ``doc``."""
        found = find_figures(doc)
        doc._.figures = [item.figure for item in found]
        doc._.events = find_events(doc, found)
        return doc
