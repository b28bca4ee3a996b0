"""What is known of an event mention becomes the share of such mentions that are right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import exp

from newskb.model import EventMention, Mention, Realis
from newskb.nlp import eventlexicon
from newskb.nlp.triggers import Trigger

_BOUNDS = (0.05, 0.95)
"""No word is proof: even the surest kind of mention was wrong once in twenty."""
_RELATIONS = frozenset(
    ("root", "ccomp", "conj", "advcl", "acl", "acl:relcl", "xcomp", "parataxis", "obj", "obl", "nmod", "nsubj")
)
"""Places in the sentence that are told apart."""


def signals(
    event: EventMention,
    trigger: Trigger,
    mentions: Sequence[Mention],
    *,
    is_recoded: bool,
    is_first: bool,
) -> dict[str, float]:
    """The features of a mention by name, each 0 or 1; ``data/events/confidence.json`` weighs them.

    ``is_first`` tells the first event of its sentence.
    """
    token = trigger.token
    found = {
        "has_actor": bool(event.actors),
        "has_recipient": bool(event.recipients),
        "has_both": bool(event.actors and event.recipients),
        "has_place_or_date": event.place is not None or event.time is not None,
        "has_figure": bool(event.figures),
        "is_noun": trigger.is_noun,
        "is_bare_noun": trigger.is_noun and not event.actors and not event.recipients,
        "is_carried": trigger.carrier is not None,
        "is_first": is_first,
        "is_recoded": is_recoded,
        "is_quoted": event.reported_by is not None,
        "is_specific": trigger.entry.specificity > 0,
        "is_past": token.tag_ == "VBD",
        "is_plural": token.tag_ == "NNS",
        "is_definite": any(child.lower_ in _POINTERS for child in token.children),
        f"realis:{event.realis.value}": event.realis != Realis.ACTUAL,
        f"relation:{token.dep_}": token.dep_ in _RELATIONS,
        f"type:{event.type}": True,
    }
    for side, indexes in (("actor", event.actors), ("recipient", event.recipients)):
        for index in indexes[:1]:
            found[f"{side}:{mentions[index].label}"] = True
            found[f"{side}:{mentions[index].form.value}"] = True
    return {name: float(value) for name, value in found.items() if value}


_POINTERS = frozenset(("the", "this", "that", "these", "those", "his", "her", "its", "their"))


@cache
def _weights() -> dict[str, float]:
    return {name: float(weight) for name, weight in eventlexicon.table("confidence.json").items()}


def confidence(found: dict[str, float]) -> float:
    """The probability that the type is right, by a logistic model over ``signals``."""
    weights = _weights()
    total = weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in found.items())
    low, high = _BOUNDS
    return round(min(high, max(low, 1 / (1 + exp(-total)))), 3)
