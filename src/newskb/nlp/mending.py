"""Slips of the parser that the shape of a sentence gives away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newskb.nlp.encoder import Word

_OBJECTS = frozenset(("obj", "iobj", "obl"))
_PAST = "VBD"
_PARTICIPLE = "VBN"


def mended(texts: Sequence[str], words: Sequence[Word]) -> list[Word]:
    """The words with the middle of a list of past tenses as what it is.

    "Oslo backed him, called on him to stay, and sent money": between two past tenses of one subject and behind a comma,
    "called" is the second of three and not a participle that tells of "him". A word with an agent ("by") is left alone.
    """
    found = list(words)
    for index, word in enumerate(words):
        if word.relation != "acl" or word.tag != _PARTICIPLE or index == 0 or texts[index - 1] != ",":
            continue
        governor = words[word.head]
        verb = governor.head
        if governor.relation not in _OBJECTS or words[verb].tag != _PAST or not verb < word.head < index:
            continue
        if _goes_on(texts, words, verb, index) and not _has_agent(texts, words, index):
            found[index] = replace(word, tag=_PAST, pos="VERB", head=verb, relation="conj")
    return found


def _goes_on(texts: Sequence[str], words: Sequence[Word], verb: int, index: int) -> bool:
    """Whether the list ends behind ``index`` with a comma, a conjunction and a past tense that hangs on ``verb``."""
    for last in range(index + 1, len(words)):
        if words[last].relation != "conj" or words[last].head not in (verb, index) or words[last].tag != _PAST:
            continue
        joins = [at for at in range(index + 1, last) if words[at].relation == "cc" and words[at].head == last]
        if joins and texts[joins[0] - 1] == ",":
            return True
    return False


def _has_agent(texts: Sequence[str], words: Sequence[Word], index: int) -> bool:
    return any(
        word.relation == "case" and texts[at].casefold() == "by" and words[word.head].head == index
        for at, word in enumerate(words[index + 1 :], index + 1)
    )
