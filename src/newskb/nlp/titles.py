"""Words of office before a person's name."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc, Token

from newskb.nlp import wordlists
from newskb.nlp.nounphrases import LEFT_PARTS, PLURAL_TAGS, role_gender

MAX_TITLE_TOKENS = 9
"""Longest title before a name ("United Nations Under Secretary-General for Humanitarian Affairs")."""
_DETERMINERS = frozenset(
    ("the", "a", "an", "this", "that", "these", "those", "his", "her", "its", "their", "our", "my")
)
_INNER_TITLE_WORDS = frozenset(("of", "for", "and", "-", "&"))
TITLE_OPENERS = frozenset(("prime", "vice", "deputy", "foreign", "first", "former", "acting", "crown", "interim"))
"""Words that begin an office of several words and are no office alone."""
FORMS_OF_ADDRESS = frozenset(("mr", "mr.", "mrs", "mrs.", "ms", "ms.", "miss"))
QUOTE_MARKS = frozenset("\"'“”‘’«»`")


@dataclass(slots=True)
class Name:
    """A name as tokens ``[start, end)``, while its extent and type are still being decided."""

    start: int
    end: int
    label: str
    title: tuple[int, int] | None = None


def find_title(doc: Doc, name: Name, named: dict[int, Name]) -> None:
    """Set ``name.title`` to the words of office directly before a person's name."""
    if name.label != "PERSON" or name.start == 0:
        return
    if not is_office(doc[name.start - 1]) and not _is_office_of(doc, name.start):
        return
    start = name.start
    sentence_start = doc[name.start].sent.start
    while start > max(sentence_start, name.start - MAX_TITLE_TOKENS):
        token = doc[start - 1]
        if (other := named.get(token.i)) is not None and (other is name or other.label == "PERSON"):
            break
        if token.pos_ in ("NOUN", "PROPN", "ADJ") and token.text not in QUOTE_MARKS:
            start -= 1
        elif token.lower_ in _INNER_TITLE_WORDS and start < name.start and token.i > sentence_start:
            inner = doc[start - 2]
            if inner.lower_ in wordlists.words("titles.txt") or token.text == "-":
                start -= 1
            else:
                break
        else:
            break
    while start < name.start and doc[start].lower_ in _INNER_TITLE_WORDS:
        start += 1
    if start < name.start:
        name.title = (start, name.start)


def is_office(token: Token) -> bool:
    """Whether the word before a name says what the person does ("Minister", "biologist")."""
    if token.lower_ in wordlists.words("titles.txt"):
        return True
    is_noun = token.pos_ in ("NOUN", "PROPN", "ADJ") and token.tag_ not in PLURAL_TAGS
    return is_noun and role_gender(token.lower_) is not None


def _is_office_of(doc: Doc, end: int) -> bool:
    """Whether the words before token ``end`` are an office with "of" or "for" ("Secretary of State")."""
    titles = wordlists.words("titles.txt")
    for back in range(2, 6):
        index = end - back
        if index < 1 or doc[index + 1].pos_ not in ("NOUN", "PROPN", "ADJ", "CCONJ", "ADP"):
            return False
        if doc[index].lower_ in ("of", "for") and doc[index - 1].lower_ in titles:
            return all(token.pos_ in ("NOUN", "PROPN", "ADJ", "CCONJ") for token in doc[index + 1 : end])
    return False


def phrase_before(doc: Doc, start: int) -> int | None:
    """First token of the determiner or possessor before token ``start``; None when there is none."""
    if start == 0:
        return None
    before = doc[start - 1]
    if before.lower_ in _DETERMINERS or before.tag_ == "PRP$":
        return start - 1
    if before.tag_ == "POS" and start >= 2:
        owner = doc[start - 2]
        left = min((child.i for child in owner.lefts if child.dep_ in LEFT_PARTS), default=owner.i)
        return left if owner.i - left < MAX_TITLE_TOKENS else owner.i
    return None
