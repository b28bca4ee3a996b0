"""What is known of an event mention becomes the share of such mentions that are right."""

from __future__ import annotations

from functools import cache
from math import exp

from newskb.model import EventMention, Realis
from newskb.nlp import eventlexicon
from newskb.nlp.triggers import Trigger

_BOUNDS = (0.05, 0.95)
"""No word is proof: even the surest kind of mention was wrong once in twenty."""


def signals(event: EventMention, trigger: Trigger, *, is_recoded: bool) -> dict[str, float]:
    """The features of a mention by name, each 0 or 1; ``data/events/confidence.json`` weighs them."""
    token = trigger.token
    found = {
        "has_actor": bool(event.actors),
        "has_recipient": bool(event.recipients),
        "has_both": bool(event.actors and event.recipients),
        "has_place_or_date": event.place is not None or event.time is not None,
        "has_figure": bool(event.figures),
        "is_noun": trigger.is_noun,
        "is_bare_noun": trigger.is_noun and not event.actors and not event.recipients,
        "is_main_verb": token.dep_ == "root" or (token.dep_ == "ccomp" and token.head.dep_ == "root"),
        "is_side_clause": token.dep_ in ("advcl", "acl", "acl:relcl", "xcomp") and not trigger.is_noun,
        "is_modal": event.realis in (Realis.HYPOTHETICAL, Realis.FUTURE),
        "is_negated": event.realis == Realis.NEGATED,
        "is_recoded": is_recoded,
        "is_quoted": event.reported_by is not None,
        "is_specific": trigger.entry.specificity > 0,
        f"type:{event.type}": True,
    }
    return {name: float(value) for name, value in found.items()}


@cache
def _weights() -> dict[str, float]:
    return {name: float(weight) for name, weight in eventlexicon.table("confidence.json").items()}


def confidence(found: dict[str, float]) -> float:
    """The probability that the type is right, by a logistic model over ``signals``."""
    weights = _weights()
    total = weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in found.items())
    low, high = _BOUNDS
    return round(min(high, max(low, 1 / (1 + exp(-total)))), 3)
