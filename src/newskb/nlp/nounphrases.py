"""Nouns that stand for people, bodies and places, and how far their phrases go."""

from __future__ import annotations

from collections.abc import Container, Iterator
from functools import cache

from spacy.tokens import Doc, Token

from newskb.model import Mention, MentionForm
from newskb.nlp import wordlists
from newskb.nlp.mentionspans import NAME_PLACES, make_mention

MAX_PHRASE_TOKENS = 25
"""Longest noun phrase that is kept whole; a longer one is a parsing accident and is cut to its head."""
LEFT_PARTS = frozenset(
    ("det", "amod", "nummod", "compound", "nmod:poss", "nmod:desc", "nmod", "det:predet", "advmod", "flat")
)
_RIGHT_PARTS = frozenset(("nmod", "compound", "flat", "nummod"))
PLURAL_TAGS = frozenset(("NNS", "NNPS"))


@cache
def role_nouns() -> dict[str, str]:
    """Noun for a person to the gender it tells (``m``, ``f`` or ``-``)."""
    nouns = dict.fromkeys(wordlists.words("titles.txt"), "-")
    for gender, listed in wordlists.rows("role_nouns.txt"):
        nouns.update(dict.fromkeys(listed.split(), gender))
    return nouns


def role_gender(lemma: str) -> str | None:
    """``m``, ``f`` or ``-`` for a noun that stands for a person ("spokeswoman"), None for other nouns."""
    known = role_nouns().get(lemma)
    if known is not None:
        return known
    for prefix in ("co", "ex"):  # "coauthor"
        rest = lemma.removeprefix(prefix).lstrip("-")
        if rest != lemma and rest in role_nouns():
            return role_nouns()[rest]
    if lemma.endswith("woman"):
        return "f"
    if lemma.endswith("man") and len(lemma) > 6:
        return "m"
    return "-" if lemma.endswith(("ologist", "ivist", "alist", "onist")) else None


def noun_label(token: Token) -> str | None:
    """Type of what a noun stands for, None when it is neither people nor a body nor a place."""
    lemma = token.lemma_.lower() if token.pos_ == "NOUN" else token.lower_
    is_plural = token.tag_ in PLURAL_TAGS
    if token.lower_ in ("people", "police"):
        return "GROUP" if token.lower_ == "people" else "ORG"
    if lemma == "head" and any(child.tag_ == "PRP$" for child in token.lefts):
        return None  # "in your head"
    groups = wordlists.table("group_nouns.txt")
    if lemma in wordlists.words("organisation_nouns.txt"):
        return "ORG"
    if lemma in groups and (is_plural or groups[lemma]):
        return "GROUP"
    if lemma == "old" and any(child.lower_ == "year" for child in token.lefts):
        return "PERSON"  # "a 19-year-old"
    if (place := wordlists.table("place_nouns.txt").get(lemma)) is not None:
        return place
    if role_gender(lemma) is not None:
        return "GROUP" if is_plural else "PERSON"
    return None


def find_nominals(doc: Doc, named: Container[int], titles: set[int]) -> Iterator[tuple[Mention, tuple[int, int]]]:
    """Phrases for people, bodies and places, with their tokens; ``named`` and ``titles`` are tokens of names."""
    quantities = wordlists.words("quantity_nouns.txt")
    for token in doc:
        if token.i in named or token.i in titles:
            continue
        if (label := _part_label(token)) is not None:
            start, end = _phrase_start(token), _phrase_end(token)
            yield make_mention(doc, start, end, MentionForm.NOMINAL, label, head=token.i), (start, end)
            continue
        if token.pos_ not in ("NOUN", "PROPN", "PRON") or _is_premodifier(token):
            continue
        if token.pos_ == "PRON":
            if token.tag_ != "NN" or token.lower_ not in role_nouns():
                continue
            label = "PERSON"
        else:
            label = noun_label(token)
        if label is None:
            continue
        start, end, head = _phrase_start(token), _phrase_end(token), token
        governor = token.head
        if (
            token.dep_ == "nmod"
            and governor.lemma_.lower() in quantities
            and governor.i < token.i
            and any(child.lower_ == "of" for child in token.children)
        ):
            # "thousands of protesters"
            start, head = _phrase_start(governor), governor
        if end - start > MAX_PHRASE_TOKENS:
            start, end, head = token.i, token.i + 1, token
        yield make_mention(doc, start, end, MentionForm.NOMINAL, label, head=head.i), (start, end)


def _is_premodifier(token: Token) -> bool:
    """Whether the noun belongs to the next one; not so in "the prime minister, Ida Sand"."""
    is_before = token.dep_ in ("compound", "flat", "nmod:desc", "fixed") and token.head.i > token.i
    return is_before and token.nbor().text != ","


def _part_label(token: Token) -> str | None:
    """Type of people who are named by a number or a pronoun: "one of the miners", "thousands left"."""
    parts = wordlists.table("part_words.txt")
    if token.lower_ in wordlists.words("people_adjectives.txt"):
        return "GROUP" if _stands_for_a_noun(token) else None
    if token.lower_ not in parts or token.pos_ in ("ADV", "VERB"):
        return None
    if token.lower_ in wordlists.words("pair_words.txt") and _stands_for_a_noun(token):
        return "GROUP"
    label = "PERSON" if parts[token.lower_] == "one" else "GROUP"
    if token.lower_ in ("those", "one") and any(
        child.dep_ == "acl:relcl" and any(word.lower_ == "who" for word in child.lefts) for child in token.rights
    ):
        return label
    for child in token.rights:
        if child.dep_ == "nmod" and any(word.lower_ == "of" for word in child.lefts):
            is_people = (
                child.pos_ in ("NOUN", "PROPN") and noun_label(child) in ("PERSON", "GROUP")
                if child.pos_ != "PRON"
                else child.lower_ in ("us", "you", "those")
            )
            return label if is_people and parts[token.lower_] != "count" else None
    is_count = parts[token.lower_] == "count" and token.dep_ in ("nsubj", "nsubj:pass", "obl:agent")
    return "GROUP" if is_count and token.head.pos_ == "VERB" else None


def _stands_for_a_noun(token: Token) -> bool:
    """Whether "the two", "both" or "the wounded" is a phrase of its own: no noun behind, no "of"."""
    is_definite = token.lower_ == "both" or any(child.lower_ == "the" for child in token.lefts)
    return is_definite and token.dep_ in NAME_PLACES and not any(child.dep_ in _RIGHT_PARTS for child in token.rights)


def _phrase_start(noun: Token) -> int:
    """First token of the noun phrase: determiner, possessor, modifiers that stand unbroken before the noun."""
    start = noun.i
    has_determiner = any(child.dep_ in ("det", "nmod:poss") for child in noun.lefts)
    for child in noun.lefts:
        if child.dep_ == "advmod" and (has_determiner or child.lower_ in ("not", "never", "also")):
            continue  # "was also the founder", "especially our children"
        if child.dep_ in LEFT_PARTS or child.tag_ in ("DT", "PRP$", "JJ", "CD"):
            start = min(start, child.left_edge.i)
    for index in range(noun.i - 1, start - 1, -1):
        token = noun.doc[index]
        if token.is_space or token.text in ('"', "“", "”", ";", ":", ".") or token.tag_ in ("VBZ", "VBD", "VBP", "MD"):
            start = index + 1
            break
    while start < noun.i and (
        noun.doc[start].pos_ in ("ADP", "PUNCT", "SCONJ", "CCONJ", "PART", "AUX")
        or (start and noun.doc[start - 1].lower_ == "at" and noun.doc[start].tag_ in ("JJS", "RBS"))  # "at least 300"
    ):
        start += 1
    return start


def _phrase_end(noun: Token) -> int:
    """End of the noun phrase: the noun, the rest of its name and its "of" phrases, no clauses and no appositions."""
    end = noun.i + 1
    for child in noun.rights:
        is_of = child.dep_ in ("nmod", "compound", "flat") and (
            child.dep_ == "flat" or any(part.lower_ == "of" for part in child.children)
        )
        if is_of and child.left_edge.i <= end:
            end = max(end, _phrase_end(child))
        elif child.i == end - 1 or child.dep_ in ("punct",):
            continue
        elif child.i >= end:
            break
    return end
