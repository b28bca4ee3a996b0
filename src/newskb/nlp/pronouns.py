"""Pronouns of a text: which refer, and what their forms tell."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc, Token

from newskb.model import Mention, MentionForm
from newskb.nlp import wordlists
from newskb.nlp.mentionspans import make_mention

_PRONOUN_TAGS = frozenset(("PRP", "PRP$", "WP", "WP$", "WDT", "DT", "IN"))


@dataclass(frozen=True, slots=True)
class Pronoun:
    """What a pronoun's form tells; ``-`` in ``number`` (``s``, ``p``) or ``gender`` (``m``, ``f``, ``n``) is any."""

    kind: str
    person: int
    number: str
    gender: str


@cache
def pronouns() -> dict[str, Pronoun]:
    """The English pronouns that refer, lower case."""
    return {
        word: Pronoun(kind, int(person), number, gender)
        for word, kind, person, number, gender in wordlists.rows("pronouns.tsv")
    }


def find_pronouns(doc: Doc, named: Container[int]) -> Iterator[Mention]:
    """The pronouns that refer; ``named`` are the tokens of names."""
    for token in doc:
        form = pronouns().get(token.lower_)
        if form is None or token.i in named or token.tag_ not in _PRONOUN_TAGS or token.text == "US":
            continue
        if form.kind == "relative":
            if not _is_relative(token):
                continue
        elif token.pos_ not in ("PRON", "DET") or token.dep_ == "expl" or _is_expletive(token):
            continue
        if form.person < 3 or form.gender in "mf" or token.lower_ in ("who", "whom"):
            label = "GROUP" if form.number == "p" else "PERSON"
        else:
            label = "GROUP" if form.number == "p" else "OTHER"
        yield make_mention(doc, token.i, token.i + 1, MentionForm.PRONOUN, label)


def _is_relative(token: Token) -> bool:
    """Whether a wh-word or "that" stands for the noun before its relative clause."""
    return relative_clause(token) is not None


def relative_clause(pronoun: Token) -> Token | None:
    """The verb of the clause about an earlier noun that the wh-word or "that" stands in."""
    # a parser that takes "elected" of "the president, whom the people elected" for a participle says "acl"
    names = ("acl:relcl", "acl") if pronoun.tag_ in ("WP", "WP$") else ("acl:relcl",)
    clause = pronoun.head
    for _ in range(3):
        if clause.dep_ in names:
            return clause if clause.head.i < pronoun.i else None
        clause = clause.head
    return None


def _is_expletive(token: Token) -> bool:
    """ "It is clear that", "it emerged that": the word "it" refers to nothing."""
    if token.lower_ != "it" or token.dep_ not in ("nsubj", "nsubj:pass"):
        return False
    head = token.head
    clauses = [child for child in head.children if child.dep_ in ("ccomp", "csubj", "csubj:pass", "xcomp", "advcl")]
    if head.pos_ in ("ADJ", "NOUN"):
        return any(
            child.dep_ in ("csubj", "ccomp", "csubj:pass") or _has_to(child) for child in clauses if child.i > head.i
        )
    return head.lemma_ in ("seem", "appear", "emerge", "happen", "rain", "snow") and bool(
        clauses or head.lemma_ in ("rain", "snow")
    )


def _has_to(token: Token) -> bool:
    return any(child.lower_ == "to" and child.dep_ == "mark" for child in token.children)
