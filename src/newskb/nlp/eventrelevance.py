"""Triggers whose company says that nothing political happened: opinions, figures of speech, remarks to the press."""

from __future__ import annotations

from collections.abc import Iterable

from spacy.tokens import Token

from newskb.nlp.frames import FINITE_TAGS, is_passive_verb
from newskb.nlp.participants import Cast
from newskb.nlp.triggers import Trigger, rules


def is_relevant(trigger: Trigger, cast: Cast) -> bool:
    """Whether the company of a trigger lets it tell of an event."""
    return not (
        _is_opinion(trigger)
        or _is_struggle(trigger, cast)
        or _is_remark(trigger)
        or _is_attribute(trigger)
        or _is_everyday_travel(trigger)
    )


def _is_opinion(trigger: Trigger) -> bool:
    """ "Experts agree that prices are too high": the same view, not an agreement; what they will do is one."""
    verb = trigger.token
    if trigger.entry.head != "agree" or trigger.entry.type != "AGREE":
        return False
    clauses = [child for child in verb.children if child.dep_ == "ccomp"]
    return bool(clauses) and all(_states(clause) for clause in clauses)


def _states(clause: Token) -> bool:
    helpers = [child for child in clause.children if child.dep_ in ("aux", "aux:pass", "cop")]
    if any(child.tag_ == "MD" for child in helpers):
        return False
    return clause.tag_ in FINITE_TAGS or any(child.tag_ in FINITE_TAGS for child in helpers)


def _is_struggle(trigger: Trigger, cast: Cast) -> bool:
    """ "fight the epidemic", "the war on poverty": what is fought is nobody."""
    if trigger.entry.type != "ASSAULT" or trigger.entry.head not in rules()["struggles"]:
        return False
    names = ("against", "on", "with") if trigger.is_noun else ("o", "against")
    fought = [token for name in names for token in trigger.slots.get(name, ()) if token.ent_type_ not in _TIMES]
    return bool(fought) and not _are_somebody(fought, cast)


def _are_somebody(tokens: Iterable[Token], cast: Cast) -> bool:
    """Whether one of the tokens is somebody, somewhere, or an event of its own ("fought a battle")."""
    return any(
        cast.actors((token,)) or cast.regions((token,)) or cast.place(token) is not None
        or token.lemma_.lower() in rules()["struggles"]
        for token in tokens
    )  # fmt: skip


_TIMES = ("DATE", "TIME")


def _is_remark(trigger: Trigger) -> bool:
    """ "speaking to reporters": a statement, not talks."""
    if trigger.entry.type != "CONSULT" or trigger.is_noun or trigger.entry.head not in ("speak", "talk"):
        return False
    heard = [token for name in ("to", "with") for token in trigger.slots.get(name, ())]
    return bool(heard) and all(token.lemma_.lower() in rules()["audiences"] for token in heard)


def _is_attribute(trigger: Trigger) -> bool:
    """ "fighters backed by Moscow attacked the town": who they are, not what happened."""
    verb = trigger.token
    return trigger.entry.type == "SUPPORT" and verb.dep_ == "acl" and verb.tag_ == "VBN" and is_passive_verb(verb)


def _is_everyday_travel(trigger: Trigger) -> bool:
    """ "Migrants arrived in Malta", "fans went to Lyon": no visit."""
    entry = trigger.entry
    if entry.mode != "visit" or not entry.needs_both:
        return False
    return any(token.lemma_.lower() in rules()["private_people"] | rules()["travellers"]
               for token in trigger.slots.get("s", ()))  # fmt: skip
