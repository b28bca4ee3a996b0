"""Words that name events become event mentions: type, participants, place, date, realis, figures, chain."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc, Token

from newskb.model import EventMention, Quote, Realis, Span
from newskb.nlp import eventlexicon
from newskb.nlp.eventchains import Report, number
from newskb.nlp.eventdates import UNDATED, Calendar, place_of
from newskb.nlp.eventlexicon import Entry
from newskb.nlp.figures import FoundFigure, find_figures
from newskb.nlp.frames import Slots, clause_path, is_passive_verb, noun_owner, noun_slots, verb_slots, with_conjuncts
from newskb.nlp.participants import Cast
from newskb.nlp.realis import realis_of
from newskb.plover import CONTEXTS, TYPES

VERSION = "1"

MAX_CONTEXTS = 4
"""Contexts kept of an event; a sentence that seems to tell of more is a list."""

_CONTENT_OF = frozenset(("AGREE", "REQUEST", "REJECT", "THREATEN", "CONCEDE"))
"""Types whose infinitive or clause is what is agreed, demanded, refused or threatened: their content, no event of its
own ("agreed to withdraw", "urged them to release")."""
_CASUALTY_HEADS = frozenset(("kill", "injure", "wound", "hurt", "die", "arrest", "detain"))
_IN_EVENT = frozenset(("in", "during", "by", "from", "at", "after"))
_DEFINITE = frozenset(("the", "this", "that", "these", "those", "his", "her", "its", "their", "such"))


@dataclass(slots=True)
class _Trigger:
    """A word that names an event, with its entry and slots."""

    token: Token
    entry: Entry
    start: int
    end: int
    slots: Slots
    carrier: Token | None = None
    """The light verb that carries a noun ("held" in "held talks")."""
    carried: Slots = field(default_factory=dict)


def find_events(doc: Doc, figures: Sequence[FoundFigure]) -> list[EventMention]:
    """The event mentions of ``doc`` in the order of the text.

    Reads ``doc._.mentions``, ``doc._.times`` and ``doc._.quotes``.
    """
    cast = Cast(doc)
    calendar = Calendar(doc)
    triggers = _without_content(_without_casualties(list(_triggers(doc, cast))))
    heads = frozenset(trigger.token.i for trigger in triggers)
    owners = _figure_owners(figures, triggers)
    speakers = _speakers(doc)
    reports: list[Report] = []
    for position, trigger in enumerate(triggers):
        event = _event(doc, trigger, cast)
        when = calendar.when(trigger.token, heads)
        realis = realis_of(trigger.token)
        if realis in (Realis.HYPOTHETICAL, Realis.NEGATED) and when.time is None:
            when = UNDATED
        if realis == Realis.ACTUAL and calendar.is_history(when):
            realis = Realis.HISTORICAL
        event = replace(
            event,
            place=place_of(trigger.token, cast, heads),
            time=when.time,
            date_start=when.start,
            date_end=when.end,
            date_precision=when.precision,
            realis=realis,
            reported_by=speakers.get(trigger.token.i),
            figures=tuple(index for index, owner in enumerate(owners) if owner == position),
        )
        reports.append(_report(event, trigger, cast))
    return [replace(report.event, chain=chain) for report, chain in zip(reports, number(reports), strict=True)]


# --- triggers --------------------------------------------------------------------------------------------------------


def _triggers(doc: Doc, cast: Cast) -> Iterator[_Trigger]:
    skipped = bytearray(len(doc))
    for span in doc._.skipped or ():
        for token in doc.char_span(span.start, span.end, alignment_mode="contract") or ():
            skipped[token.i] = 1
    consumed: set[int] = set()
    found: list[_Trigger] = []
    for token in doc:
        if skipped[token.i] or token.is_space:
            continue
        trigger = None
        if token.pos_ == "VERB" or (token.pos_ == "AUX" and token.dep_ not in ("aux", "aux:pass", "cop")):
            trigger = _verb_trigger(token, cast, consumed)
        elif token.pos_ in ("NOUN", "PROPN"):
            trigger = _noun_trigger(token, cast)
        elif token.pos_ == "ADJ":
            trigger = _adjective_trigger(token)
        if trigger is not None:
            found.append(trigger)
    yield from (trigger for trigger in found if trigger.token.i not in consumed)


def _verb_trigger(verb: Token, cast: Cast, consumed: set[int]) -> _Trigger | None:
    slots = verb_slots(verb)
    entry = eventlexicon.match_verb(verb, slots, cast.is_actor)
    if entry is None:
        return None
    start, end = verb.i, verb.i + 1
    if entry.object_lemmas is None and verb.lemma_.lower() in eventlexicon.light_verbs():
        if any(_names_event(token, cast) for token in slots.get("o", ())):
            return None  # "offered support": the noun names the event
    for child in verb.children:
        if child.dep_ == "compound:prt" and child.lower_ in entry.extra and child.i == end:
            end += 1
    if entry.object_lemmas is not None:
        for tokens in slots.values():
            for token in tokens:
                if token.i > verb.i and token.lemma_.lower() in entry.object_lemmas and _names_event(token, cast):
                    consumed.add(token.i)
    return _Trigger(verb, entry, start, end, slots)


def _names_event(token: Token, cast: Cast) -> bool:
    return token.pos_ == "NOUN" and eventlexicon.match_noun(token, noun_slots(token), cast.is_actor) is not None


def _noun_trigger(noun: Token, cast: Cast) -> _Trigger | None:
    if noun.pos_ == "PROPN" or noun.dep_ in ("compound", "flat"):
        return None
    slots = noun_slots(noun)
    match = eventlexicon.match_noun(noun, slots, cast.is_actor)
    if match is None:
        return None
    entry, start, end = match
    trigger = _Trigger(noun, entry, start, end, slots)
    carrier = noun.head
    if carrier.pos_ == "VERB" and noun.dep_ in ("obj", "obl", "nsubj:pass", "xcomp"):
        trigger.carried = verb_slots(carrier)
        ways = eventlexicon.light_verbs().get(carrier.lemma_.lower(), ())
        particles = {child.lower_ for child in carrier.children} | {child.lower_ for child in noun.children}
        if any(all(word in particles for word in way) for way in ways):
            trigger.carrier = carrier
    return trigger


def _adjective_trigger(word: Token) -> _Trigger | None:
    entry = eventlexicon.match_adjective(word)
    if entry is None:
        return None
    slots = verb_slots(word)
    if word.dep_ == "amod":
        slots["head"] = [word.head]
        slots["compound"] = [child for child in word.children if child.dep_ in ("compound", "obl", "nmod", "obl:npmod")]
        if not slots["compound"]:
            return None
    elif "to" in {child.lower_ for child in word.children} and word.lower_ == "ready":
        return None
    return _Trigger(word, entry, word.i, word.i + 1, slots)


def _without_casualties(triggers: list[_Trigger]) -> list[_Trigger]:
    """ "300 were injured in rallies": what happened is the rallies, the verb only counts."""
    nouns = {trigger.token.i for trigger in triggers if trigger.token.pos_ == "NOUN"}
    return [
        trigger
        for trigger in triggers
        if not (
            trigger.token.pos_ == "VERB"
            and trigger.token.lemma_.lower() in _CASUALTY_HEADS
            and (is_passive_verb(trigger.token) or trigger.entry.extension)
            and any(child.dep_ in ("obl", "obl:agent") and child.i in nouns for child in trigger.token.children)
        )
    ]


def _without_content(triggers: list[_Trigger]) -> list[_Trigger]:
    """Leave out what is only agreed, demanded, refused or threatened by another event's words."""
    speech = {trigger.token.i for trigger in triggers if trigger.entry.type in _CONTENT_OF}
    return [trigger for trigger in triggers if not _is_content(trigger.token, speech)]


def _is_content(token: Token, speech: set[int]) -> bool:
    node = token
    while node.head.i != node.i:
        if node.dep_ in ("xcomp", "ccomp", "advcl", "acl") and node.head.i in speech:
            return node.pos_ in ("VERB", "AUX") and node.tag_ in ("VB", "VBG")
        if node.dep_ not in ("xcomp", "obj", "conj", "ccomp", "obl"):
            return False
        node = node.head
    return False


# --- participants ----------------------------------------------------------------------------------------------------


def _event(doc: Doc, trigger: _Trigger, cast: Cast) -> EventMention:
    entry = trigger.entry
    actors, recipients = _participants(trigger, cast)
    first, last = doc[trigger.start], doc[trigger.end - 1]
    return EventMention(
        trigger=Span(start=first.idx, end=last.idx + len(last)),
        lemma=trigger.token.lemma_.lower(),
        type=entry.type,
        extension=entry.extension,
        mode=entry.mode,
        contexts=_contexts(trigger.token),
        cameo=TYPES[entry.type].cameo if entry.type else None,
        chain=0,
        actors=actors,
        recipients=recipients,
        place=None,
        time=None,
        date_start=None,
        date_end=None,
        date_precision=None,
        realis=Realis.ACTUAL,
        reported_by=None,
        figures=(),
        confidence=_confidence(trigger, actors, recipients),
    )


def _participants(trigger: _Trigger, cast: Cast) -> tuple[tuple[int, ...], tuple[int, ...]]:
    entry = trigger.entry
    is_noun = trigger.token.pos_ in ("NOUN", "PROPN")
    actor_tokens = _slot_tokens(trigger.slots, entry.actor_slots)
    actors = cast.actors(actor_tokens)
    if is_noun and not actors:
        if trigger.carrier is not None:
            actors = cast.actors(trigger.carried.get("s", ()))
        if not actors:
            actors = cast.actors(noun_owner(trigger.token))
    recipients: tuple[int, ...] = ()
    for name in entry.recipient_slots:
        tokens = [token for token in trigger.slots.get(name, ()) if token not in actor_tokens]
        if not tokens and is_noun and trigger.carrier is not None:
            tokens = [token for token in trigger.carried.get(name, ()) if token.i != trigger.token.i]
        recipients = tuple(index for index in cast.actors(tokens) if index not in actors)
        if recipients:
            break
    if entry.is_reciprocal and not recipients and len(actors) > 1:
        actors, recipients = actors[:1], actors[1:]
    return actors, recipients


def _slot_tokens(slots: Slots, names: Sequence[str]) -> list[Token]:
    for name in names:
        if tokens := slots.get(name):
            return tokens
    return []


# --- the rest --------------------------------------------------------------------------------------------------------


@cache
def _context_patterns() -> list[tuple[str, re.Pattern[str]]]:
    rows = {
        name: re.compile(r"\b(?:" + "|".join(re.escape(word) for word in words.split("|")) + r")\b")
        for name, words in eventlexicon.lines("contexts.tsv")
    }
    return [(name, rows[name]) for name in CONTEXTS if name in rows]


def _contexts(token: Token) -> tuple[str, ...]:
    words = " ".join(word.lemma_.lower() for word in token.sent)
    return tuple(name for name, pattern in _context_patterns() if pattern.search(words))[:MAX_CONTEXTS]


def _speakers(doc: Doc) -> dict[int, int]:
    """Token to the mention that says it: the speaker of the innermost quote around it."""
    quotes: list[Quote] = doc._.quotes or []
    found: dict[int, int] = {}
    for quote in sorted(quotes, key=lambda quote: quote.content.start - quote.content.end):
        if quote.speaker is None:
            continue
        for part in quote.parts:
            for token in doc.char_span(part.start, part.end, alignment_mode="contract") or ():
                found[token.i] = quote.speaker
    return found


def _figure_owners(figures: Sequence[FoundFigure], triggers: Sequence[_Trigger]) -> list[int | None]:
    """For each figure the event that it belongs to: the first trigger on the way up its tree, or below its verb."""
    by_token = {trigger.token.i: position for position, trigger in enumerate(triggers)}
    owners: list[int | None] = []
    for figure in figures:
        owner = None
        for node in clause_path(figure.head):
            if node.i in by_token:
                owner = by_token[node.i]
                break
            below = [
                by_token[token.i]
                for child in node.children
                if child.dep_ in ("obl", "nmod", "nsubj", "obj") and child.i != figure.head.i
                for token in with_conjuncts(child)
                if token.i in by_token
            ]
            if node.pos_ in ("VERB", "AUX") and below:
                owner = below[0]
                break
        owners.append(owner)
    return owners


def _confidence(trigger: _Trigger, actors: Sequence[int], recipients: Sequence[int]) -> float:
    return round(0.5 + 0.1 * bool(actors) + 0.1 * bool(recipients), 3)


def _report(event: EventMention, trigger: _Trigger, cast: Cast) -> Report:
    determiners = {child.lower_ for child in trigger.token.children if child.dep_ in ("det", "nmod:poss")}
    return Report(
        event=event,
        family=trigger.entry.family,
        actors=_chains(event.actors, cast),
        recipients=_chains(event.recipients, cast),
        place=None if event.place is None else cast.mention(event.place).chain,
        is_definite=trigger.token.pos_ == "NOUN" and bool(determiners & _DEFINITE),
    )


def _chains(indexes: Sequence[int], cast: Cast) -> frozenset[int]:
    found: set[int] = set()
    for index in indexes:
        mention = cast.mention(index)
        found |= {mention.chain, *mention.members}
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
