"""The tagger's names become whole names: trimmed, put together, found where it passed them over."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from spacy.tokens import Doc, Token
from spacy.tokens import Span as TokenSpan

from newskb.nlp import wordlists
from newskb.nlp.mentionspans import NAME_LABELS, NAME_PLACES
from newskb.nlp.nametypes import agree_on_types, find_persons
from newskb.nlp.nounphrases import role_gender, role_nouns
from newskb.nlp.titles import FORMS_OF_ADDRESS, QUOTE_MARKS, TITLE_OPENERS, Name

_GENERATIONS = frozenset(("jr", "sr", "ii", "iii", "iv"))
_LEGAL_FORMS = frozenset(("inc", "ltd", "llc", "plc", "corp", "gmbh", "ag", "sa"))
MIN_COINED_CHARS = 4
"""Shorter words with a capital inside are units and abbreviations ("kWh", "PhDs")."""
MIN_SURNAME_CHARS = 3
"""Shorter words inside a person's name are particles, not surnames ("bin", "de", "Al")."""
MAX_SHARE_OF_CAPITALS = 0.5
"""Share of a sentence's longer words with a capital from which capitals are no sign of a name."""


def find_names(doc: Doc) -> list[Name]:
    """The names of ``doc`` in order."""
    names = [name for entity in doc.ents if entity.label_ in NAME_LABELS for name in _trimmed(doc, entity)]
    names = _whole(doc, names)
    _take_first_names(doc, names)
    names += _passed_over(doc, names)
    names.sort(key=lambda name: name.start)
    names += _acronyms(doc, names)
    find_persons(doc, names)
    agree_on_types(doc, names)
    names += _repeated(doc, names)
    names.sort(key=lambda name: name.start)
    return names


def _trimmed(doc: Doc, entity: TokenSpan) -> Iterator[Name]:
    """The entity without determiner, quotation marks, possessive mark or title; nothing when no name is left."""
    start, end, label = entity.start, entity.end, entity.label_
    for index in range(start, end):
        if "\n" in doc[index].text or (index > start and "\n" in doc[index - 1].whitespace_):
            end = index
            break
    while start < end and (
        doc[start].lower_ in ("the", "a", "an") or doc[start].is_space or doc[start].text in QUOTE_MARKS
    ):
        start += 1
    while end > start and (
        doc[end - 1].lower_ in ("'s", "’s", "'", "’")
        or doc[end - 1].is_space
        or doc[end - 1].text in QUOTE_MARKS | {",", ":", "/"}
    ):
        end -= 1
    titles = wordlists.words("titles.txt")
    if label == "PERSON":
        start = _after_titles(doc, start, end)
    while end - start > 1 and doc[end - 2].text == "-" and doc[end - 1].tag_ in ("VBN", "VBG"):
        end -= 2  # "Prague-based"
    words = doc[start:end]
    if start == end or words.text.islower():
        return
    if label in ("PERSON", "ORG") and words[-1].lower_ in titles and words[0].lower_ not in ("chief",):
        # "Foreign Minister" is an office, not a body
        if all(token.lower_ in titles or token.lower_ in role_nouns() or token.pos_ == "ADJ" for token in words):
            return
        if label == "PERSON":
            return
    slashes = [index for index in range(start + 1, end - 1) if doc[index].text == "/"]
    if label == "ORG" and slashes:  # "a Comres/ITV poll" is of two bodies
        for first, last in pairwise((start - 1, *slashes, end)):
            yield Name(first + 1, last, label)
        return
    yield Name(start, end, label)


def _after_titles(doc: Doc, start: int, end: int) -> int:
    """Where a person's name begins behind its words of office ("Prime Minister John Key", "Education Mr. Sand")."""
    titles = wordlists.words("titles.txt")
    for index in range(end - 2, start - 1, -1):
        if doc[index].lower_ in FORMS_OF_ADDRESS:
            return index + 1
    first = start
    for index in range(start, end - 1):
        if doc[index].lower_ in titles:
            first = index + 1
        elif doc[index].lower_ not in TITLE_OPENERS:
            break
    return first


def _whole(doc: Doc, names: list[Name]) -> list[Name]:
    """The names with pieces of one name put together again ("El", "-", "Sissi"; "Southern", "California")."""
    joined: list[Name] = []
    for name in sorted(names, key=lambda name: name.start):
        _take_suffix(doc, name)
        last = joined[-1] if joined else None
        if last is not None and name.start < last.end:
            continue
        if last is not None and last.label == "PERSON" and _is_degree(doc, last, name):
            continue
        if last is not None and _is_country_of(doc, last, name):
            last.end, last.label = name.end, name.label
            continue
        if last is not None and last.label != "NORP" and doc[last.end - 1].sent == doc[name.start].sent:
            gap = doc[last.end : name.start].text
            is_hyphen = gap == "-" and not doc[last.end - 1].whitespace_ and not doc[last.end].whitespace_
            is_adjacent = not gap and name.label != "PERSON" and doc[last.end - 1].head.i in range(name.start, name.end)
            if (is_hyphen and last.label == name.label) or is_adjacent:
                last.end, last.label = name.end, name.label
                continue
        joined.append(name)
    return joined


def _take_first_names(doc: Doc, names: list[Name]) -> None:
    """Begin a person's lone name with the proper noun before it that nothing else claims: "Dries" of "Dries Sand"."""
    covered = {index for name in names for index in range(name.start, name.end)}
    titles = wordlists.words("titles.txt")
    for name in names:
        before = doc[name.start - 1] if name.start else None
        if (
            name.label == "PERSON"
            and name.end - name.start == 1
            and before is not None
            and before.i not in covered
            and _is_proper_noun(before, titles)
            and before.is_alpha
            and before.is_title
            and before.sent == doc[name.start].sent
            and not before.ent_type_
            and before.lower_ not in TITLE_OPENERS
            and doc[name.start].is_title
            and not _is_shouted(before)
        ):
            name.start -= 1


def _take_suffix(doc: Doc, name: Name) -> None:
    """What a name goes on with: "Radio, Inc.", "Coast Films", "Ivan Sand Jr.", "Lee Mi-ran", "the Reform party"."""
    end = name.end + (name.end < len(doc) and doc[name.end].text == ",")
    if end < len(doc):
        word = doc[end].lower_.rstrip(".")
        if (name.label == "ORG" and word in _LEGAL_FORMS) or (name.label == "PERSON" and word in _GENERATIONS):
            name.end = end + 1
    while name.label == "ORG" and name.end < len(doc) and _goes_on(doc, name):
        name.end += 1
    while name.label == "PERSON" and (end := _end_of_hyphenated(doc, name.end)) > name.end:
        name.end = end
    if name.label in ("ORG", "PERSON") and name.end < len(doc) and doc[name.end].text == "party":
        party = doc[name.end]
        if party.i in {token.head.i for token in doc[name.start : name.end]} and doc[name.start - 1].lower_ == "the":
            name.end, name.label = name.end + 1, "ORG"


def _goes_on(doc: Doc, name: Name) -> bool:
    """Whether the next word is the noun that an organisation's name belongs to, and a name as well ("Coast Films")."""
    following = doc[name.end]
    return (
        following.tag_ in ("NNP", "NNPS")
        and following.text[0].isupper()
        and following.is_alpha
        and not following.ent_type_
        and following.lower_ not in wordlists.words("titles.txt")
        and role_gender(following.lower_) is None
        and doc[name.end - 1].head == following
        and doc[name.end - 1].dep_ in ("compound", "flat")
        and not _is_shouted(following)
    )


def _end_of_hyphenated(doc: Doc, end: int) -> int:
    """End of a name whose last word goes on behind a hyphen ("Mi-ran"); a participle is no part of it ("Sand-led")."""
    hyphen = end - 1 if doc[end - 1].text == "-" else end
    if hyphen + 1 >= len(doc) or doc[hyphen].text != "-":
        return end
    is_tight = not doc[hyphen - 1].whitespace_ and not doc[hyphen].whitespace_
    part = doc[hyphen + 1]
    # a tagger that takes the hyphen into the name has seen that the name goes on
    is_part = part.is_alpha and (hyphen < end or part.tag_ in ("NNP", "FW") or part.dep_ == "flat")
    return hyphen + 2 if is_tight and is_part else end


def _is_degree(doc: Doc, person: Name, name: Name) -> bool:
    """Whether ``name`` is letters behind a person's name ("Ida Sand, M.D."), which name nobody."""
    gap = doc[person.end : name.start].text
    words = doc[name.start : name.end].text.replace(".", "").lower()
    return gap in ("", ",") and words in wordlists.words("degrees.txt")


def _is_country_of(doc: Doc, country: Name, body: Name) -> bool:
    """ "Russian" + "Foreign Ministry": one name, where the body's own words name no one's body."""
    return (
        country.label in ("NORP", "GPE")
        and body.label == "ORG"
        and country.end == body.start
        and country.end - country.start == 1
        and doc[country.start].sent == doc[body.start].sent
        and doc[body.end - 1].lower_ in wordlists.words("organisation_nouns.txt")
        and not any(token.ent_type_ in ("GPE", "NORP") for token in doc[body.start : body.end])
    )


def _passed_over(doc: Doc, names: list[Name]) -> list[Name]:
    """Proper nouns inside a sentence that the tagger of names left out ("told Sputnik", "LONDON (Reuters) -")."""
    covered = {index for entity in doc.ents for index in range(entity.start, entity.end)}
    covered |= {index for name in names for index in range(name.start, name.end)}
    titles = wordlists.words("titles.txt")
    found: list[Name] = []
    for token in doc:
        is_coined = _is_coined(token)
        if token.i in covered or not (is_coined or _is_proper_noun(token, titles)):
            continue
        if token.is_sent_start and not is_coined:
            continue
        last = found[-1] if found else None
        if last is not None and last.end == token.i:
            last.end = token.i + 1
            continue
        before, after = doc[token.i - 1], doc[token.i + 1] if token.i + 1 < len(doc) else token
        beside = [near for near in (before, after) if near.sent == token.sent and near.pos_ == "PROPN"]
        if any(near.i in covered or near.lower_ in titles for near in beside) and before.lower_ not in FORMS_OF_ADDRESS:
            continue  # part of a name whose other part has a label of its own
        is_agency = before.text == "(" and after.text == ")"
        if is_agency or is_coined or (token.dep_ in NAME_PLACES and not _is_shouted(token)):
            found.append(Name(token.i, token.i + 1, "PERSON" if before.lower_ in FORMS_OF_ADDRESS else "ORG"))
    return found


def _is_proper_noun(token: Token, titles: frozenset[str]) -> bool:
    return (
        token.pos_ == "PROPN"
        and token.text[0].isupper()
        and len(token) > 1
        and token.text[-1].isalnum()
        and token.lower_ not in titles
        and token.lower_ not in role_nouns()
    )


def _is_coined(token: Token) -> bool:
    """Whether the word has a capital inside ("JustGiving"), which only coined names have."""
    text = token.text
    return (
        text.isalpha()
        and len(text) > MIN_COINED_CHARS
        and any(one.islower() and other.isupper() for one, other in pairwise(text))
        and (token.pos_ in ("NOUN", "PROPN") or token.tag_ == "NNP")
    )


def _is_shouted(token: Token) -> bool:
    """Whether the sentence is all capitals or a headline with a capital on every word: capitals then mean nothing."""
    words = [word for word in token.sent if word.is_alpha and len(word) > 3]
    return sum(word.text[0].isupper() for word in words) > MAX_SHARE_OF_CAPITALS * len(words)


def _acronyms(doc: Doc, names: list[Name]) -> list[Name]:
    """The letters in brackets after a name that they stand for ("World Health Organization (WHO)")."""
    covered = {index for name in names for index in range(name.start, name.end)}
    found = []
    for name in names:
        middle = name.end + 1
        if middle + 1 >= len(doc) or doc[name.end].text != "(" or doc[middle + 1].text != ")" or middle in covered:
            continue
        letters = doc[middle].text.replace(".", "")
        capitals = "".join(token.text[0] for token in doc[name.start : name.end] if token.text[0].isupper())
        if len(letters) > 1 and letters.isupper() and capitals.startswith(letters[0]) and set(letters) <= set(capitals):
            found.append(Name(middle, middle + 1, name.label))
    return found


def _repeated(doc: Doc, names: list[Name]) -> list[Name]:
    """Further occurrences of the names of this text, and lone surnames, that the tagger passed over."""
    known: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name in names:
        words = tuple(token.text for token in doc[name.start : name.end])
        known.setdefault(words[0], []).append((words, name.label))
        if name.label == "PERSON" and len(words) > 1:
            # either surname of "Rosa Quispe Llerena" may stand alone
            for word in (
                words[-1],
                *(word for word in words[1:-1] if word.istitle() and len(word) > MIN_SURNAME_CHARS),
            ):
                known.setdefault(word, []).append(((word,), "PERSON"))
    for entries in known.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    covered = bytearray(len(doc))
    for name in names:
        covered[name.start : name.end] = b"\1" * (name.end - name.start)
    for entity in doc.ents:
        covered[entity.start : entity.end] = b"\1" * (entity.end - entity.start)
    found: list[Name] = []
    for token in doc:
        is_proper = token.pos_ == "PROPN" or (len(token) > 1 and token.is_upper) or _is_bare_noun(token)
        if covered[token.i] or token.text not in known or not is_proper:
            continue
        for words, label in known[token.text]:
            end = token.i + len(words)
            if (
                end <= len(doc)
                and tuple(t.text for t in doc[token.i : end]) == words
                and not any(covered[token.i : end])
            ):
                if len(words) == 1 and _is_inside_proper_phrase(doc, token):
                    break
                found.append(Name(token.i, end, label))
                covered[token.i : end] = b"\1" * len(words)
                break
    return found


def _is_bare_noun(token: Token) -> bool:
    """A capitalised noun with no word before it that belongs to it: "Marbles was born", not "The Marbles"."""
    return token.pos_ == "NOUN" and token.is_title and not any(token.lefts)


def _is_inside_proper_phrase(doc: Doc, token: Token) -> bool:
    """Whether another capitalised word that is no title stands directly beside the token ("Maduro Street")."""
    after = doc[token.i + 1] if token.i + 1 < len(doc) else None
    return after is not None and after.pos_ == "PROPN" and after.sent == token.sent
