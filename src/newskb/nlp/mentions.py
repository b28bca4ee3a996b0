"""The tokens of a text become mentions: names, noun phrases for people, bodies and places, and pronouns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc, Token
from spacy.tokens import Span as TokenSpan

from newskb.model import Mention, MentionForm, Span
from newskb.nlp import wordlists
from newskb.text import fold

VERSION = "2"

NAME_LABELS = frozenset(
    ("PERSON", "NORP", "FAC", "ORG", "GPE", "LOC", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW", "LANGUAGE")
)
"""The OntoNotes types that are mentions; the others are numbers and times."""

SIGNS_OF_A_PERSON = 2
"""How many signs in a text make a person of a name that the tagger took for a body or a place; a single one ("Hamas,
who", "Kiev died down") is often wrong."""
MAX_PERSON_TOKENS = 5
"""A person's name is rarely longer; a longer name is a body's."""
MAX_PHRASE_TOKENS = 25
"""Longest noun phrase that is kept whole; a longer one is a parsing accident and is cut to its head."""
MAX_TITLE_TOKENS = 9
"""Longest title before a name ("United Nations Under Secretary-General for Humanitarian Affairs")."""

_DETERMINERS = frozenset(
    ("the", "a", "an", "this", "that", "these", "those", "his", "her", "its", "their", "our", "my")
)
_LEFT_PARTS = frozenset(
    ("det", "amod", "nummod", "compound", "nmod:poss", "nmod:desc", "nmod", "det:predet", "advmod", "flat")
)
_PLURAL_TAGS = frozenset(("NNS", "NNPS"))
_PRONOUN_TAGS = frozenset(("PRP", "PRP$", "WP", "WP$", "WDT", "DT", "IN"))
_PLACE_PREPOSITIONS = frozenset(("in", "from", "near", "outside"))
_INNER_TITLE_WORDS = frozenset(("of", "for", "and", "-", "&"))
_NAME_PLACES = frozenset(
    ("nsubj", "nsubj:pass", "obj", "iobj", "obl", "obl:agent", "nmod", "nmod:poss", "conj", "appos")
)
_GENERATIONS = frozenset(("jr", "sr", "ii", "iii", "iv"))
_MISTAKEN_LABELS = frozenset(("ORG", "GPE", "FAC", "PRODUCT", "WORK_OF_ART", "NORP", "EVENT", "LAW"))
"""Types that taggers give to persons whose names they do not know."""
_LEGAL_FORMS = frozenset(("inc", "ltd", "llc", "plc", "corp", "gmbh", "ag", "sa"))
_TITLE_OPENERS = frozenset(("prime", "vice", "deputy", "foreign", "first", "former", "acting", "crown", "interim"))
"""Words that begin an office of several words and are no office alone."""
_MALE_FEMALE = frozenset(("mr", "mr.", "mrs", "mrs.", "ms", "ms.", "miss"))
MIN_COINED_CHARS = 4
"""Shorter words with a capital inside are units and abbreviations ("kWh", "PhDs")."""
MIN_SURNAME_CHARS = 3
"""Shorter words inside a person's name are particles, not surnames ("bin", "de", "Al")."""
MAX_SHARE_OF_CAPITALS = 0.5
"""Share of a sentence's longer words with a capital from which capitals are no sign of a name."""
_QUOTE_MARKS = frozenset("\"'“”‘’«»`")
_NAME_ENDINGS = _QUOTE_MARKS | {"'s", "’s", ",", ":", ";"}


@dataclass(slots=True)
class _Name:
    """A name as tokens ``[start, end)``, while its extent and type are still being decided."""

    start: int
    end: int
    label: str
    title: tuple[int, int] | None = None


def find_mentions(doc: Doc) -> list[Mention]:
    """Every mention of ``doc``, in order of their start; each is still a chain of its own."""
    names = _names(doc)
    named = {index: name for name in names for index in range(name.start, name.end)}
    found: list[Mention] = []
    phrases: dict[tuple[int, int], Mention] = {}
    for name in names:
        _find_title(doc, name, named)
        title = _characters(doc, *name.title) if name.title else None
        found.append(_mention(doc, name.start, name.end, MentionForm.NAME, name.label, title=title))
        is_office_apart = name.title is not None and doc[name.title[1] - 1].is_lower
        if name.title and is_office_apart and (start := _phrase_before(doc, name.title[0])) is not None:
            # "Russia's top diplomat Sergei Lavrov": the words before the name are a mention of their own, where
            # "Norway's Prime Minister Ingrid Dahl" is one
            phrases[start, name.title[1]] = _mention(
                doc, start, name.title[1], MentionForm.NOMINAL, name.label, head=name.title[1] - 1
            )
    titles = {index for name in names if name.title for index in range(*name.title)}
    for mention, tokens in _nominals(doc, named, titles):
        phrases.setdefault(tokens, mention)
    found += phrases.values()
    found += _pronouns(doc, named)
    found.sort(key=lambda mention: (mention.span.start, -mention.span.end))
    return [replace(mention, chain=index) for index, mention in enumerate(found)]


def ensure_mention(doc: Doc, start_char: int, end_char: int) -> int:
    """Index into ``doc._.mentions`` of the mention that the characters stand for.

    That is the mention with this span, else the one whose head is the head word of the span (for "Foreign Minister
    Jorge Arreaza" the name), else a new one, appended with a chain of its own so that indexes stay valid.
    """
    mentions: list[Mention] = doc._.mentions
    span = Span(start=start_char, end=end_char)
    for index, mention in enumerate(mentions):
        if mention.span == span:
            return index
    tokens = doc.char_span(start_char, end_char, alignment_mode="expand")
    head = _head(tokens) if tokens is not None and len(tokens) else None
    inside = [
        (index, mention)
        for index, mention in enumerate(mentions)
        if start_char <= mention.span.start and mention.span.end <= end_char
    ]
    if head is not None:
        covering = [(index, mention) for index, mention in inside if mention.span.start <= head.idx < mention.span.end]
        # a name before a phrase that holds it, the widest of several
        covering.sort(key=lambda pair: (pair[1].form != MentionForm.NAME, pair[1].span.start - pair[1].span.end))
        heads = [pair for pair in covering if pair[1].head.start == head.idx or pair[1].form == MentionForm.NAME]
        if heads:
            return heads[0][0]
        titled = [pair for pair in inside if pair[1].title and pair[1].title.start <= head.idx < pair[1].title.end]
        if titled:
            return titled[0][0]
    label = _noun_label(head) if head is not None else None
    chain = max((mention.chain for mention in mentions), default=-1) + 1
    mentions.append(
        Mention(
            span=span,
            head=_characters(doc, head.i, head.i + 1)
            if head is not None and start_char <= head.idx < end_char
            else span,
            form=MentionForm.NOMINAL,
            label=label or "OTHER",
            chain=chain,
        )
    )
    return len(mentions) - 1


# --- names -----------------------------------------------------------------------------------------------------------


def _names(doc: Doc) -> list[_Name]:
    names = [name for entity in doc.ents if entity.label_ in NAME_LABELS for name in _trimmed(doc, entity)]
    names = _whole(doc, names)
    names += _passed_over(doc, names)
    names.sort(key=lambda name: name.start)
    names += _acronyms(doc, names)
    _find_persons(doc, names)
    _agree_on_types(doc, names)
    names += _repeated(doc, names)
    names.sort(key=lambda name: name.start)
    return names


def _trimmed(doc: Doc, entity: TokenSpan) -> Iterator[_Name]:
    """The entity without determiner, quotation marks, possessive mark or title; nothing when no name is left."""
    start, end, label = entity.start, entity.end, entity.label_
    for index in range(start, end):
        if "\n" in doc[index].text or (index > start and "\n" in doc[index - 1].whitespace_):
            end = index
            break
    while start < end and (
        doc[start].lower_ in ("the", "a", "an") or doc[start].is_space or doc[start].text in _QUOTE_MARKS
    ):
        start += 1
    while end > start and (
        doc[end - 1].lower_ in ("'s", "’s", "'", "’")
        or doc[end - 1].is_space
        or doc[end - 1].text in _QUOTE_MARKS | {",", ":", "/"}
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
        if all(token.lower_ in titles or token.lower_ in _role_nouns() or token.pos_ == "ADJ" for token in words):
            return
        if label == "PERSON":
            return
    slashes = [index for index in range(start + 1, end - 1) if doc[index].text == "/"]
    if label == "ORG" and slashes:  # "a Comres/ITV poll" is of two bodies
        for first, last in pairwise((start - 1, *slashes, end)):
            yield _Name(first + 1, last, label)
        return
    yield _Name(start, end, label)


def _after_titles(doc: Doc, start: int, end: int) -> int:
    """Where a person's name begins behind its words of office ("Prime Minister John Key", "Education Mr. Sand")."""
    titles = wordlists.words("titles.txt")
    for index in range(end - 2, start - 1, -1):
        if doc[index].lower_ in _MALE_FEMALE:
            return index + 1
    first = start
    for index in range(start, end - 1):
        if doc[index].lower_ in titles:
            first = index + 1
        elif doc[index].lower_ not in _TITLE_OPENERS:
            break
    return first


def _whole(doc: Doc, names: list[_Name]) -> list[_Name]:
    """The names with pieces of one name put together again ("El", "-", "Sissi"; "Southern", "California")."""
    joined: list[_Name] = []
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


def _take_suffix(doc: Doc, name: _Name) -> None:
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


def _goes_on(doc: Doc, name: _Name) -> bool:
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


def _is_degree(doc: Doc, person: _Name, name: _Name) -> bool:
    """Whether ``name`` is letters behind a person's name ("Ida Sand, M.D."), which name nobody."""
    gap = doc[person.end : name.start].text
    words = doc[name.start : name.end].text.replace(".", "").lower()
    return gap in ("", ",") and words in wordlists.words("degrees.txt")


def _is_country_of(doc: Doc, country: _Name, body: _Name) -> bool:
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


def _passed_over(doc: Doc, names: list[_Name]) -> list[_Name]:
    """Proper nouns inside a sentence that the tagger of names left out ("told Sputnik", "LONDON (Reuters) -")."""
    covered = {index for entity in doc.ents for index in range(entity.start, entity.end)}
    covered |= {index for name in names for index in range(name.start, name.end)}
    titles = wordlists.words("titles.txt")
    found: list[_Name] = []
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
        if any(near.i in covered or near.lower_ in titles for near in beside) and before.lower_ not in _MALE_FEMALE:
            continue  # part of a name whose other part has a label of its own
        is_agency = before.text == "(" and after.text == ")"
        if is_agency or is_coined or (token.dep_ in _NAME_PLACES and not _is_shouted(token)):
            found.append(_Name(token.i, token.i + 1, "PERSON" if before.lower_ in _MALE_FEMALE else "ORG"))
    return found


def _is_proper_noun(token: Token, titles: frozenset[str]) -> bool:
    return (
        token.pos_ == "PROPN"
        and token.text[0].isupper()
        and len(token) > 1
        and token.text[-1].isalnum()
        and token.lower_ not in titles
        and token.lower_ not in _role_nouns()
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


def _acronyms(doc: Doc, names: list[_Name]) -> list[_Name]:
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
            found.append(_Name(middle, middle + 1, name.label))
    return found


def _surface(doc: Doc, name: _Name) -> str:
    return fold(doc[name.start : name.end].text).replace(".", "")


def _agree_on_types(doc: Doc, names: list[_Name]) -> None:
    """One type for one surface; a lone surname has the type of its bearer.

    Lone surnames scatter over the types in every tagger; on CoNLL-2003 the surname rule is worth 3 points of F1.
    """
    votes: dict[str, Counter[str]] = {}
    for name in names:
        votes.setdefault(_surface(doc, name), Counter())[name.label] += 1
    surnames = _surnames(doc, names)
    for name in names:
        surface = _surface(doc, name)
        if surface in surnames and name.end - name.start == 1:
            before = doc[name.start - 1].lower_ if name.start else ""
            if name.label in ("GPE", "LOC") and before in _PLACE_PREPOSITIONS:
                continue  # "in Washington" beside a Denzel Washington
            name.label = "PERSON"
        else:
            name.label = max(votes[surface].items(), key=lambda item: item[1])[0]


def _find_persons(doc: Doc, names: list[_Name]) -> None:
    """Make persons of names that the tagger took for bodies or places, where the text speaks of them as of persons."""
    evidence: Counter[str] = Counter()
    for name in names:
        if name.label in _MISTAKEN_LABELS and _may_be_person(doc, name):
            evidence[_surface(doc, name)] += _person_evidence(doc, name)
    persons = {surface for surface, signs in evidence.items() if signs >= SIGNS_OF_A_PERSON}
    for name in names:
        if name.label in _MISTAKEN_LABELS and _surface(doc, name) in persons:
            name.label = "PERSON"


def _may_be_person(doc: Doc, name: _Name) -> bool:
    words = doc[name.start : name.end]
    bodies = wordlists.words("organisation_nouns.txt")
    return (
        len(words) <= MAX_PERSON_TOKENS
        and not words.text.isupper()
        and all(word.text[0].isupper() or word.text in ("-", "de", "al", "bin", "van", "von") for word in words)
        and not any(word.lower_ in bodies or word.lower_ == "the" for word in words)
        and words[-1].tag_ != "NNPS"
        and (name.start == 0 or doc[name.start - 1].lower_ != "the")
    )


def _person_evidence(doc: Doc, name: _Name) -> int:
    """How many signs there are around one occurrence of a name that it is a person's."""
    root = _head(doc[name.start : name.end])
    before = doc[name.start - 1] if name.start else None
    signs = 0
    if before is not None and before.lower_ in _MALE_FEMALE | {"dr", "dr.", "sir"}:
        signs += SIGNS_OF_A_PERSON
    elif before is not None and before.is_lower and before.head == root and _is_office(before):
        signs += 1  # "the biologist Bos"
    if root.dep_ in ("nsubj", "nsubj:pass") and root.head.lemma_.lower() in wordlists.words("human_verbs.txt"):
        signs += 1
    is_owner = root.dep_ == "nmod:poss" or (root.dep_ == "nmod" and any(child.lower_ == "of" for child in root.lefts))
    if is_owner and root.head.lemma_.lower() in wordlists.words("human_possessions.txt"):
        signs += 1
    if root.dep_ in ("nsubj", "nsubj:pass") and _has_gendered_pronoun(doc, name):
        signs += 1
    for child in root.rights:
        if child.dep_ == "acl:relcl" and any(word.lower_ == "who" for word in child.lefts):
            signs += 1
        if child.dep_ == "appos" and child.tag_ == "NN" and role_gender(child.lemma_.lower()) is not None:
            signs += 1  # "Bos, a biologist"
    if name.end + 2 < len(doc) and doc[name.end].text == "," and doc[name.end + 1].text.isdigit():
        signs += doc[name.end + 2].text == "," and len(doc[name.end + 1]) == 2  # "Bos, 45, said"
    return signs


def _has_gendered_pronoun(doc: Doc, subject: _Name) -> bool:
    """Whether "he" or "her" follows in the sentence with no other person before it: "Bos sold his house"."""
    sentence = doc[subject.start].sent
    first, last = (
        max(sentence.start, subject.start - MAX_PHRASE_TOKENS),
        min(sentence.end, subject.end + MAX_PHRASE_TOKENS),
    )
    if any(token.ent_type_ == "PERSON" or role_gender(token.lemma_.lower()) for token in doc[first : subject.start]):
        return False
    for token in doc[subject.end : last]:
        if token.ent_type_ == "PERSON" or (token.pos_ == "NOUN" and role_gender(token.lemma_.lower())):
            return False
        if token.tag_ in ("PRP", "PRP$") and (form := pronouns().get(token.lower_)) is not None and form.gender in "mf":
            return True
    return False


def _surnames(doc: Doc, names: Iterable[_Name]) -> set[str]:
    return {
        fold(doc[name.end - 1].text).replace(".", "")
        for name in names
        if name.label == "PERSON" and name.end - name.start > 1
    }


def _repeated(doc: Doc, names: list[_Name]) -> list[_Name]:
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
    found: list[_Name] = []
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
                found.append(_Name(token.i, end, label))
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


# --- titles ----------------------------------------------------------------------------------------------------------


def _find_title(doc: Doc, name: _Name, named: dict[int, _Name]) -> None:
    """Set ``name.title`` to the words of office directly before a person's name."""
    if name.label != "PERSON" or name.start == 0:
        return
    if not _is_office(doc[name.start - 1]) and not _is_office_of(doc, name.start):
        return
    start = name.start
    sentence_start = doc[name.start].sent.start
    while start > max(sentence_start, name.start - MAX_TITLE_TOKENS):
        token = doc[start - 1]
        if (other := named.get(token.i)) is not None and (other is name or other.label == "PERSON"):
            break
        if token.pos_ in ("NOUN", "PROPN", "ADJ") and token.text not in _QUOTE_MARKS:
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


def _is_office(token: Token) -> bool:
    """Whether the word before a name says what the person does ("Minister", "biologist")."""
    if token.lower_ in wordlists.words("titles.txt"):
        return True
    is_noun = token.pos_ in ("NOUN", "PROPN", "ADJ") and token.tag_ not in _PLURAL_TAGS
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


def _phrase_before(doc: Doc, start: int) -> int | None:
    """First token of the determiner or possessor before token ``start``; None when there is none."""
    if start == 0:
        return None
    before = doc[start - 1]
    if before.lower_ in _DETERMINERS or before.tag_ == "PRP$":
        return start - 1
    if before.tag_ == "POS" and start >= 2:
        owner = doc[start - 2]
        left = min((child.i for child in owner.lefts if child.dep_ in _LEFT_PARTS), default=owner.i)
        return left if owner.i - left < MAX_TITLE_TOKENS else owner.i
    return None


# --- noun phrases ----------------------------------------------------------------------------------------------------


@cache
def _role_nouns() -> dict[str, str]:
    """Noun for a person to the gender it tells (``m``, ``f`` or ``-``)."""
    nouns = dict.fromkeys(wordlists.words("titles.txt"), "-")
    for gender, listed in wordlists.rows("role_nouns.txt"):
        nouns.update(dict.fromkeys(listed.split(), gender))
    return nouns


def role_gender(lemma: str) -> str | None:
    """``m``, ``f`` or ``-`` for a noun that stands for a person ("spokeswoman"), None for other nouns."""
    known = _role_nouns().get(lemma)
    if known is not None:
        return known
    for prefix in ("co", "ex"):  # "coauthor"
        rest = lemma.removeprefix(prefix).lstrip("-")
        if rest != lemma and rest in _role_nouns():
            return _role_nouns()[rest]
    if lemma.endswith("woman"):
        return "f"
    if lemma.endswith("man") and len(lemma) > 6:
        return "m"
    return "-" if lemma.endswith(("ologist", "ivist", "alist", "onist")) else None


def _noun_label(token: Token) -> str | None:
    """Type of what a noun stands for, None when it is neither people nor a body nor a place."""
    lemma = token.lemma_.lower() if token.pos_ == "NOUN" else token.lower_
    is_plural = token.tag_ in _PLURAL_TAGS
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


def _nominals(doc: Doc, named: dict[int, _Name], titles: set[int]) -> Iterator[tuple[Mention, tuple[int, int]]]:
    quantities = wordlists.words("quantity_nouns.txt")
    for token in doc:
        if token.i in named or token.i in titles:
            continue
        if (label := _part_label(token)) is not None:
            start, end = _phrase_start(token), _phrase_end(token)
            yield _mention(doc, start, end, MentionForm.NOMINAL, label, head=token.i), (start, end)
            continue
        if token.pos_ not in ("NOUN", "PROPN", "PRON") or _is_premodifier(token):
            continue
        if token.pos_ == "PRON":
            if token.tag_ != "NN" or token.lower_ not in _role_nouns():
                continue
            label = "PERSON"
        else:
            label = _noun_label(token)
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
        yield _mention(doc, start, end, MentionForm.NOMINAL, label, head=head.i), (start, end)


def _is_premodifier(token: Token) -> bool:
    """Whether the noun belongs to the next one; not so in "the prime minister, Ida Sand"."""
    is_before = token.dep_ in ("compound", "flat", "nmod:desc", "fixed") and token.head.i > token.i
    return is_before and token.nbor().text != ","


def _part_label(token: Token) -> str | None:
    """Type of people who are named by a number or a pronoun: "one of the miners", "thousands left"."""
    parts = wordlists.table("part_words.txt")
    if token.lower_ not in parts or token.pos_ in ("ADV", "VERB"):
        return None
    label = "PERSON" if parts[token.lower_] == "one" else "GROUP"
    if token.lower_ in ("those", "one") and any(
        child.dep_ == "acl:relcl" and any(word.lower_ == "who" for word in child.lefts) for child in token.rights
    ):
        return label
    for child in token.rights:
        if child.dep_ == "nmod" and any(word.lower_ == "of" for word in child.lefts):
            is_people = (
                child.pos_ in ("NOUN", "PROPN") and _noun_label(child) in ("PERSON", "GROUP")
                if child.pos_ != "PRON"
                else child.lower_ in ("us", "you", "those")
            )
            return label if is_people and parts[token.lower_] != "count" else None
    is_count = parts[token.lower_] == "count" and token.dep_ in ("nsubj", "nsubj:pass", "obl:agent")
    return "GROUP" if is_count and token.head.pos_ == "VERB" else None


def _phrase_start(noun: Token) -> int:
    """First token of the noun phrase: determiner, possessor, modifiers that stand unbroken before the noun."""
    start = noun.i
    has_determiner = any(child.dep_ in ("det", "nmod:poss") for child in noun.lefts)
    for child in noun.lefts:
        if child.dep_ == "advmod" and (has_determiner or child.lower_ in ("not", "never", "also")):
            continue  # "was also the founder", "especially our children"
        if child.dep_ in _LEFT_PARTS or child.tag_ in ("DT", "PRP$", "JJ", "CD"):
            start = min(start, child.left_edge.i)
    for index in range(noun.i - 1, start - 1, -1):
        token = noun.doc[index]
        if token.is_space or token.text in ('"', "“", "”", ";", ":", ".") or token.tag_ in ("VBZ", "VBD", "VBP", "MD"):
            start = index + 1
            break
    while start < noun.i and noun.doc[start].pos_ in ("ADP", "PUNCT", "SCONJ", "CCONJ", "PART", "AUX"):
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


# --- pronouns --------------------------------------------------------------------------------------------------------


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


def _pronouns(doc: Doc, named: dict[int, _Name]) -> Iterator[Mention]:
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
        yield _mention(doc, token.i, token.i + 1, MentionForm.PRONOUN, label)


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


# --- shared ----------------------------------------------------------------------------------------------------------


def tokens_of(doc: Doc, span: Span) -> TokenSpan:
    """The tokens that hold the characters of ``span``. Raises ``ValueError`` for a span outside the text."""
    tokens = doc.char_span(span.start, span.end, alignment_mode="expand")
    if tokens is None or not len(tokens):
        raise ValueError(f"no token at [{span.start}, {span.end}) of a text of {len(doc.text)} characters")
    return tokens


def _characters(doc: Doc, start: int, end: int) -> Span:
    last = doc[end - 1]
    return Span(start=doc[start].idx, end=last.idx + len(last))


def _head(tokens: TokenSpan) -> Token:
    return tokens.root


def _mention(
    doc: Doc,
    start: int,
    end: int,
    form: MentionForm,
    label: str,
    *,
    head: int | None = None,
    title: Span | None = None,
) -> Mention:
    if head is None:
        head = _head(doc[start:end]).i
    return Mention(
        span=_characters(doc, start, end),
        head=_characters(doc, head, head + 1),
        form=form,
        label=label,
        chain=0,
        title=title,
    )


# --- component -------------------------------------------------------------------------------------------------------

if not Doc.has_extension("mentions"):
    Doc.set_extension("mentions", default=None)


@Language.factory(
    "newskb_mentions",
    assigns=["doc._.mentions"],
    requires=["doc.ents", "token.dep", "token.head", "token.pos", "token.tag", "token.lemma"],
)
def _create(nlp: Language, name: str) -> MentionFinder:  # noqa: ARG001 - spaCy calls factories with both
    return MentionFinder()


class MentionFinder:
    """Sets ``doc._.mentions``."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the mentions of ``doc``."""
        doc._.mentions = find_mentions(doc)
        return doc
