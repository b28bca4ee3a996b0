"""What a verb's tense and voice make of an event's type: PLOVER codes a promise, a refusal and a threat as such."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Token

from newskb.model import Realis
from newskb.nlp.frames import is_passive_verb
from newskb.nlp.triggers import Trigger, rules


@dataclass(frozen=True, slots=True)
class Coding:
    """Type, mode and realis of an event after a look at its clause; ``is_recoded`` when the type is not its word's."""

    type: str | None
    mode: str | None
    realis: Realis
    is_recoded: bool = False
    extension: str | None = None


def code(trigger: Trigger, realis: Realis, *, has_actor: bool) -> Coding:
    """ "will send aid" is a promise (AGREE), "will not send aid" a refusal (REJECT), "will attack" a threat (THREATEN).

    The promise has been made, so it is actual, whatever becomes of it; under a condition it stays hypothetical.
    """
    entry, verb = trigger.entry, trigger.token
    plain = _by_company(trigger, realis)
    if plain.is_recoded or verb.tag_ != "VB" or entry.type is None or not has_actor or is_passive_verb(verb):
        return plain
    words = _helpers(verb)
    is_planned = _is_planned(verb)
    if not words & rules()["intentions"] and not is_planned:
        return plain
    is_conditional = bool(words & {"would"}) and realis == Realis.HYPOTHETICAL and not _is_reported(verb)
    made = Realis.HYPOTHETICAL if is_conditional or _has_condition(verb) else Realis.ACTUAL
    if words & rules()["refusals"]:
        return Coding("REJECT", None, made, is_recoded=True) if entry.type in rules()["refused_types"] else plain
    if entry.type in rules()["promised_types"] and not is_planned:
        return Coding("AGREE", None, made, is_recoded=True)
    if entry.type in rules()["threatened_types"] or (entry.mode in rules()["threatened_modes"]):
        return Coding("THREATEN", None, made, is_recoded=True)
    return plain


def _by_company(trigger: Trigger, realis: Realis) -> Coding:
    """The type that the words beside the trigger leave: what nature kills is no assault, who marches protests."""
    entry = trigger.entry
    if entry.type == "ASSAULT" and trigger.token.lemma_.lower() in rules()["casualty_verbs"] | {"destroy"}:
        beside = [*trigger.slots.get("s", ()), *(token for name in _CAUSES for token in trigger.slots.get(name, ()))]
        if any(_words(token) & rules()["natural_causes"] for token in beside):
            return Coding(None, None, realis, is_recoded=True, extension="death")
        if not trigger.slots.get("s") and _is_mishap(trigger.token):
            return Coding(None, None, realis, is_recoded=True, extension="accident")
    if entry.type == "PROTEST" and entry.head == "protest" and _is_complaint(trigger.token):
        return Coding("ACCUSE", "disapprove", realis, is_recoded=True)
    if entry.type == "ASSAULT" and _is_collision(trigger):
        return Coding(None, None, realis, is_recoded=True, extension="accident")
    if entry.type == "ASSAULT" and _is_private(trigger):
        return Coding(None, None, realis, is_recoded=True, extension="crime")
    if entry.type in ("AGREE", "SUPPORT") and trigger.token.dep_ == "xcomp" and trigger.token.head.lemma_ == "fail":
        return Coding("REJECT", None, Realis.ACTUAL, is_recoded=True)  # "failed to reach a deal"
    if entry.type == "MOBILIZE" or entry.mode == "visit":
        if any(_is_peacekeeping(token) for tokens in trigger.slots.values() for token in tokens):
            return Coding("AID", None, realis, is_recoded=True)
        if any(token.lemma_.lower() in rules()["troops"] for token in trigger.slots.get("s", ())):
            return Coding("MOBILIZE", "troops", realis, is_recoded=entry.mode == "visit")
    sides = {token.lemma_.lower() for tokens in trigger.slots.values() for token in tokens}
    is_clash = entry.type == "ASSAULT" and trigger.token.lemma_.lower() in rules()["clashes"]
    if is_clash and sides & rules()["plain_protesters"]:
        return Coding("PROTEST", "riot", realis, is_recoded=True)
    subjects = {token.lemma_.lower() for token in trigger.slots.get("s", ())}
    if entry.type in rules()["protest_verbs_types"] and subjects & rules()["plain_protesters"]:
        return Coding("PROTEST", "demo", realis, is_recoded=True)
    return Coding(entry.type, entry.mode, realis, extension=entry.extension)


_CAUSES = ("after", "in", "by", "from", "of", "when", "during")


def _is_mishap(verb: Token) -> bool:
    """ "were killed when a car jumped a kerb", "killed after a typhoon hit the coast"."""
    causes = rules()["mishap_causes"] | rules()["natural_causes"]
    return any(
        noun.dep_ == "nsubj" and _words(noun) & causes
        for clause in verb.children
        if clause.dep_ == "advcl"
        for noun in clause.children
    )


def _is_private(trigger: Trigger) -> bool:
    """Whether nobody but private people takes part ("stabbed by her boyfriend"): a crime, no political conflict."""
    sides = [token for name in ("s", "o", "by", "of", "poss", "against") for token in trigger.slots.get(name, ())]
    people = [token.lemma_.lower() for token in sides if token.pos_ in ("NOUN", "PROPN")]
    private = rules()["private_people"]
    return any(word in private for word in people) and all(word in private | rules()["persons"] for word in people)


def _is_complaint(verb: Token) -> bool:
    """ "The rules were broken, the club protested": words, not a march."""
    return verb.dep_ == "parataxis" or any(child.dep_ in ("ccomp", "parataxis") for child in verb.children)


def _is_collision(trigger: Trigger) -> bool:
    """ "a car struck two women", "a gas tank exploded": a thing that nobody aims, where nobody does it."""
    subjects = trigger.slots.get("s", ()) or (trigger.slots.get("o", ()) if is_passive_verb(trigger.token) else ())
    words = {token.lemma_.lower() for token in subjects}
    lemma = trigger.token.lemma_.lower()
    if lemma in rules()["collisions"]:
        return bool(words) and words <= rules()["mishap_causes"]
    if lemma in rules()["bursts"]:
        return bool(words) and words <= rules()["fuels"] and not (trigger.slots.get("o") and trigger.slots.get("s"))
    return False


def _is_peacekeeping(noun: Token) -> bool:
    """ "peacekeeping troops", "peacekeepers", "soldiers for the peacekeeping mission"."""
    return any(token.lower_.startswith("peacekeep") for token in (noun, *noun.children))


def _words(token: Token) -> set[str]:
    return {token.lemma_.lower(), token.lower_, *(child.lower_ for child in token.children if child.i < token.i)}


def _helpers(verb: Token) -> set[str]:
    """The auxiliaries and negations of a verb, also those that it shares with the verb before it."""
    words = {child.lower_ for child in verb.children if child.dep_ in ("aux", "advmod", "det")}
    if verb.dep_ == "conj" and verb.head.pos_ == "VERB" and not words and verb.tag_ == "VB":
        return _helpers(verb.head)
    return words


def _is_planned(verb: Token) -> bool:
    """ "plans to impose a toll": harm that is planned in public is threatened, as it is with "will"."""
    return verb.dep_ == "xcomp" and verb.head.lemma_.lower() in rules()["planning"]


def _is_reported(verb: Token) -> bool:
    """ "said it would send aid": "would" is the reported "will"."""
    return verb.dep_ == "ccomp" and verb.head.tag_ in ("VBD", "VBN")


def _has_condition(verb: Token) -> bool:
    return any(
        child.dep_ == "advcl" and any(mark.lower_ in ("if", "unless") for mark in child.children)
        for child in verb.children
    )
