"""The words around a trigger become the two sides of its event: who does it and to whom."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Token

from newskb.nlp.contents import content_recipients, opposed
from newskb.nlp.frames import Slots, noun_owner, verb_slots, with_conjuncts
from newskb.nlp.participants import Cast
from newskb.nlp.triggers import Trigger, rules
from newskb.plover import quad

_PLACE_SLOTS = frozenset(("in", "at"))
"""Slots that name where it happened as often as whom it met."""
_TARGET_SLOTS = ("o", "of", "on", "against", "in")
"""Where a region stands that is attacked or closed."""
_OCCASIONS = frozenset(("after", "before", "during", "following", "for", "in", "at"))
"""What ties a meeting to the clause whose subject was there ("left after talks with the envoys")."""


def participants(trigger: Trigger, cast: Cast) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The mentions on either side, each chain of mentions once."""
    actors, actor_tokens = _actors(trigger, cast)
    recipients, slot = _recipients(trigger, cast, actors, actor_tokens)
    if trigger.entry.is_reciprocal:
        actors, recipients = _both(trigger, cast, actors, recipients)
    recipients = recipients or content_recipients(trigger, cast, actors)
    counted = cast.actors(trigger.counted)
    if trigger.entry.type == "PROTEST":
        actors = actors or counted  # who was hurt in a rally was there
    elif counted and (not recipients or slot in _PLACE_SLOTS):
        recipients = cast.distinct((*counted, *recipients), beside=actors)
    if not recipients and _is_conflict(trigger):
        recipients = opposed(trigger, cast, actors) or _regions(trigger, cast)
    return actors, recipients


def _actors(trigger: Trigger, cast: Cast) -> tuple[tuple[int, ...], list[Token]]:
    entry, slots = trigger.entry, trigger.slots
    tokens = _slot_tokens(slots, entry.actor_slots, cast)
    if "poss" in entry.recipient_slots and slots.get("poss") and slots.get("of"):
        # "the government's arrest of the bishop": with both, the possessor does it
        tokens = tokens or slots["poss"]
    actors = cast.actors(tokens)
    if trigger.is_noun and not actors:
        actors = cast.actors(_carriers(trigger))
    elif trigger.carrier is not None and trigger.carrier.lemma_.lower() in rules()["spoken_for"]:
        # "the minister reaffirmed Moscow's support": who speaks for the owner takes part
        actors = cast.distinct((*cast.actors(trigger.carried.get("s", ())), *actors))
    return actors, tokens


def _recipients(
    trigger: Trigger, cast: Cast, actors: tuple[int, ...], actor_tokens: Sequence[Token]
) -> tuple[tuple[int, ...], str | None]:
    """The other side by the slots of the entry, with the slot that names it."""
    slots = trigger.slots
    names = trigger.entry.recipient_slots
    if slots.get("poss") and slots.get("of"):
        if "poss" in names:
            names = ("of",)
        elif "of" in trigger.entry.actor_slots and trigger.is_noun and "of" not in names:
            names = (*names, "of")  # "its invasion of the island": with an owner, "of" says whom it hits
    for name in names:
        tokens = [token for token in slots.get(name, ()) if token not in actor_tokens]
        if not tokens and trigger.carrier is not None:
            tokens = [token for token in trigger.carried.get(name, ()) if token.i != trigger.token.i]
        if found := cast.distinct(cast.actors(tokens), beside=actors):
            return found, name
    return (), None


def _both(
    trigger: Trigger, cast: Cast, actors: tuple[int, ...], recipients: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Both sides of what two do together; the one that is named first is the actor."""
    if actors and not recipients:
        actors = cast.distinct((*actors, *cast.actors(_listed(trigger))))
        return actors[:1], actors[1:]
    if recipients and not actors:
        others = cast.distinct(cast.actors(_present(trigger)), beside=recipients)
        if others:
            return others, recipients
        if len(recipients) > 1:
            return recipients[:1], recipients[1:]
    return actors, recipients


def _present(trigger: Trigger) -> list[Token]:
    """Who was at a meeting of which the text names only the other side: the subject of the clause that it belongs to.

    "The envoy left after talks with the rebels" tells of talks between the envoy and the rebels.
    """
    noun = trigger.token
    if not trigger.is_noun or not trigger.slots.get("with") or noun.head.pos_ not in ("VERB", "AUX"):
        return []
    # Parsers read "after talks" as a clause as often as a phrase.
    marks = {child.lower_ for child in noun.children if child.dep_ in ("case", "mark") and child.i < noun.i}
    is_occasion = noun.dep_ in ("obl", "nmod", "advcl") and bool(marks & _OCCASIONS)
    return verb_slots(noun.head).get("s", []) if is_occasion else []


def _listed(trigger: Trigger) -> list[Token]:
    """The rest of a list behind "between" that hangs from the noun ("between the union, the ministry and the bank").

    It does so as an apposition with conjuncts, or as conjuncts of the noun; "between" with one side wants another.
    """
    sides = trigger.slots.get("between", ())
    if not trigger.is_noun or not sides:
        return []
    return [
        token
        for child in trigger.token.children
        if child.i > sides[0].i
        and (
            (child.dep_ == "appos" and any(more.dep_ == "conj" for more in child.children))
            or (child.dep_ == "conj" and len(sides) == 1)
        )
        for token in with_conjuncts(child)
    ]


def _regions(trigger: Trigger, cast: Cast) -> tuple[int, ...]:
    """The regions that are hit, when nobody else is ("shelled the Eastern Highlands")."""
    slots = [name for name in _TARGET_SLOTS if name in trigger.entry.recipient_slots or name == "of"]
    return next((found for name in slots if (found := cast.regions(trigger.slots.get(name, ())))), ())


def _is_conflict(trigger: Trigger) -> bool:
    return trigger.entry.type is not None and quad(trigger.entry.type) == 4 and trigger.entry.type != "PROTEST"


def _carriers(trigger: Trigger) -> list[Token]:
    """Who does what a noun without an owner names: the subject of its light verb, or of the verb that tries it."""
    if trigger.carrier is not None:
        return trigger.carried.get("s", [])
    if trigger.token.dep_ in ("xcomp", "acl") or trigger.token.head.lemma_.lower() in ("attempt", "failure"):
        return noun_owner(trigger.token)
    return []


def _slot_tokens(slots: Slots, names: Sequence[str], cast: Cast) -> list[Token]:
    """The tokens of the first slot with somebody who can act, else of the first that is filled."""
    filled = [slots[name] for name in names if slots.get(name)]
    return next((tokens for tokens in filled if cast.actors(tokens)), filled[0] if filled else [])
