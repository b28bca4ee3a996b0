"""The words around a trigger become its realis: whether the event happened."""

from __future__ import annotations

from functools import lru_cache

from spacy.tokens import Token

from newskb.model import Realis
from newskb.nlp import eventlexicon

MAX_GOVERNORS = 4
"""How many governing words may decide; further up is another clause's business."""


@lru_cache(maxsize=1)
def _cues() -> dict[str, frozenset[str]]:
    return {name: frozenset(values) for name, values in eventlexicon.table("realis.json").items()}


def realis_of(trigger: Token) -> Realis:
    """The realis of the event that ``trigger`` names, from auxiliaries, governors, negation and conditions."""
    cues = _cues()
    node = trigger
    future = attempted = negated = hypothetical = historical = False
    for step in range(MAX_GOVERNORS + 1):
        children = list(node.children)
        words = {
            child.lower_ for child in children if child.dep_ in ("aux", "advmod", "mark", "det", "amod", "cop", "cc")
        }
        lemma = node.lemma_.lower()
        if node.pos_ in ("VERB", "AUX", "ADJ") or step == 0 or node.dep_ in ("root", "ROOT"):
            negated |= bool(words & cues["negations"]) and not _is_only(node)
            hypothetical |= bool(words & cues["conditions"]) or _has_condition(node, cues)
            future |= bool(words & cues["future_auxiliaries"])
            hypothetical |= bool(words & cues["possibility_auxiliaries"])
        if node.pos_ in ("NOUN", "PROPN") or step == 0:
            attempted |= bool({*words, *_phrase(node)} & cues["attempt_modifiers"])
            future |= bool(words & cues["future_modifiers"])
            hypothetical |= bool(words & cues["possibility_modifiers"])
            negated |= "no" in words
            historical |= bool(words & cues["historical_modifiers"])
        if step:
            attempted |= lemma in cues["attempt_governors"]
            future |= lemma in cues["future_governors"] and node.pos_ != "ADP"
            hypothetical |= lemma in cues["hypothetical_governors"]
            negated |= lemma in cues["negating_governors"]
        if not _climbs(node):
            break
        node = node.head
    if hypothetical:
        return Realis.HYPOTHETICAL
    if negated:
        return Realis.ATTEMPTED if attempted else Realis.NEGATED
    if attempted:
        return Realis.ATTEMPTED
    if future:
        return Realis.FUTURE
    return Realis.HISTORICAL if historical else Realis.ACTUAL


def _climbs(node: Token) -> bool:
    """Whether the word above bears on this one: infinitives, complements, objects and the verbs that carry nouns."""
    if node.head.i == node.i:
        return False
    dep = node.dep_
    if dep in ("xcomp", "obj", "nsubj:pass", "nsubj", "compound", "amod"):
        # a subject is not in the scope of its verb's negation unless the verb only carries it ("talks will be held")
        return dep != "nsubj" or node.pos_ == "NOUN"
    if dep in ("ccomp", "acl", "advcl"):
        return node.tag_ in ("VB", "VBN", "VBG") and not any(
            child.dep_ == "aux" and child.tag_ == "MD" for child in node.children
        )
    if dep == "conj":
        return not any(child.dep_ in ("nsubj", "nsubj:pass") for child in node.children)
    return dep in ("nmod", "obl") and node.pos_ == "NOUN" and node.head.pos_ == "NOUN"


def _phrase(noun: Token) -> set[str]:
    """The noun and the words before it that belong to its phrase ("the failed coup d'etat", "a coup attempt")."""
    found = {noun.lower_, noun.lemma_.lower()}
    for child in noun.lefts:
        if child.dep_ in ("compound", "amod"):
            found |= {child.lower_, *(grand.lower_ for grand in child.lefts)}
    return found


def _has_condition(node: Token, cues: dict[str, frozenset[str]]) -> bool:
    """ "would approve it if Washington made an offer": the clause hangs on a condition."""
    return any(
        child.dep_ == "advcl"
        and any(word.dep_ == "mark" and word.lower_ in cues["conditions"] for word in child.children)
        for child in node.children
    )


def _is_only(node: Token) -> bool:
    """ "not only attacked" is no negation."""
    return any(child.lower_ == "only" for child in node.children)
