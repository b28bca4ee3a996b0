"""What is agreed, demanded, refused or threatened becomes the recipient of the words that say so."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from newskb.nlp.frames import Slots, noun_slots, preposition_of, verb_slots, with_conjuncts
from newskb.nlp.participants import Cast
from newskb.nlp.triggers import Trigger, rules

MAX_STEPS = 3
"""Words down from the trigger: "threatened to resume attacks on the port" needs three."""

_CLAUSES = frozenset(("ccomp", "xcomp", "advcl"))
_SLOTS = ("o", "iobj", "with", "against", "to", "on", "from", "of", "for", "by", "between", "over", "in")
"""Where the other side stands in a content, the likelier place first."""


def content_recipients(trigger: Trigger, cast: Cast, actors: tuple[int, ...]) -> tuple[int, ...]:
    """The other side of an event as its content names it; empty when the content names nobody but the actors.

    "Demanded that the army withdraw" is a demand to the army, "threatened to shell Kurdish towns" one to the Kurds.
    """
    for tokens in _places(trigger):
        if found := cast.distinct(cast.actors(tokens), beside=actors):
            return found
    return ()


def _places(trigger: Trigger) -> Iterator[list[Token]]:
    """Groups of tokens in which the other side may stand, the nearest first."""
    objects = [token for token in trigger.slots.get("o", ()) if token.i != trigger.token.i]
    for noun in objects:
        slots = noun_slots(noun)
        yield from (slots[name] for name in trigger.entry.recipient_slots if slots.get(name))
    if trigger.entry.type not in rules()["content_types"] | {"PROTEST"} or trigger.is_noun:
        return
    yield from _clauses(trigger.token, MAX_STEPS)
    if trigger.entry.type != "PROTEST":
        yield from _nouns(trigger.slots, MAX_STEPS)


def _clauses(verb: Token, steps: int) -> Iterator[list[Token]]:
    for clause in verb.children:
        if clause.dep_ not in _CLAUSES or clause.i < verb.i or not steps:
            continue
        if clause.dep_ == "advcl" and not _is_purpose(clause):
            continue
        slots = verb_slots(clause)
        if clause.dep_ == "ccomp" and slots.get("s"):
            yield slots["s"]
        yield from (slots[name] for name in _SLOTS if slots.get(name))
        yield from _nouns(slots, steps - 1)
        yield from _clauses(clause, steps - 1)


def _is_purpose(clause: Token) -> bool:
    """ "to protest against", "demanding that": what they do it for."""
    marks = {child.lower_ for child in clause.children if child.dep_ in ("mark", "aux")}
    return "to" in marks or clause.lemma_.lower() in rules()["demanding"]


def _nouns(slots: Slots, steps: int) -> Iterator[list[Token]]:
    if not steps:
        return
    for name in _SLOTS:
        for noun in slots.get(name, ()):
            inner = noun_slots(noun)
            yield from (inner[below] for below in (*_SLOTS, "poss", "amod", "compound") if inner.get(below))
            yield from _nouns(inner, steps - 1)


def opposed(trigger: Trigger, cast: Cast, actors: tuple[int, ...]) -> tuple[int, ...]:
    """Whom the words below a trigger name behind "against" ("called up reservists for a war against the rebels")."""
    for token in trigger.token.subtree:
        if token.i < trigger.token.i or preposition_of(token) != "against":
            continue
        if found := cast.distinct(cast.actors(with_conjuncts(token)), beside=actors):
            return found
    return ()
