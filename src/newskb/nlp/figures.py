"""Number phrases become figures: how many killed, injured, arrested, missing, displaced, gathered; money, votes.

Bounds follow the words: "at least 300" is 300 and more, "up to 50" is 50 and less, "between 10 and 20" has both. The
plural of a counting word means two of it and more ("dozens" is 24 and more, "tens of thousands" 20,000 and more),
"several" of one three and more: the smallest number that the words can honestly stand for, with the upper end open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from spacy.tokens import Doc, Token

from newskb.model import Figure, Span
from newskb.nlp import eventlexicon
from newskb.nlp.frames import is_passive_verb
from newskb.nlp.timegrammar import read_number

MAX_QUALIFIER_CHARS = 16
"""Room in which the words before a number may qualify it; the longest is "in excess of"."""
TOLL_REACH_TOKENS = 8
"""Room between a toll and its number: "the toll was put by officials on Tuesday at 31"."""
SMALLEST_YEAR, LARGEST_YEAR = 1500, 2100
"""A bare four-digit number of this range that counts no noun is a year."""

_LABEL_OF_PEOPLE = frozenset(("PERSON", "GROUP", "NORP"))
_PEOPLE_KINDS = frozenset(("killed", "injured", "arrested", "missing", "displaced", "crowd"))


@dataclass(frozen=True, slots=True)
class FoundFigure:
    """A figure with the token that carries it in the tree: the counted noun, or the number itself."""

    figure: Figure
    head: Token


@dataclass(slots=True)
class _Amount:
    """A number phrase as characters, before it is known what it counts."""

    start: int
    end: int
    low: float | None
    high: float | None
    qualifier: str | None = None
    unit: str | None = None


@cache
def _table() -> dict[str, Any]:
    return eventlexicon.table("figures.json")


@cache
def _kinds(name: str) -> dict[str, str]:
    """Word to kind, of one of the ``kind_of_…`` tables."""
    return {word: kind for kind, words in _table()[name].items() for word in words}


def find_figures(doc: Doc) -> list[FoundFigure]:
    """The figures of ``doc`` in the order of the text, each with its token."""
    found, text = [], doc.text  # the text is put together anew each time it is asked for
    people = frozenset(mention.head.start for mention in doc._.mentions or () if mention.label in _LABEL_OF_PEOPLE)
    for amount in _amounts(doc):
        head = _counted(doc, amount)
        if head is None:
            continue
        kind = "money" if amount.unit and amount.unit != "percent" else None
        kind = kind or ("percent" if amount.unit == "percent" else _kind(people, head, amount))
        if kind is None:
            continue
        unit = amount.unit or ("people" if kind in _PEOPLE_KINDS else "votes" if kind == "votes" else None)
        span = _whole(text, amount, _predicate(head, amount, kind) if head.pos_ == "NUM" else head)
        figure = Figure(
            span=span, kind=kind, low=amount.low, high=amount.high, qualifier=amount.qualifier, unit=unit or None
        )
        found.append(FoundFigure(figure, head))
    return found


# --- numbers ---------------------------------------------------------------------------------------------------------


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    table = _table()

    def either(words: Any) -> str:
        return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))

    signs = either(table["currency_signs"])
    scales = either(word for word in table["scales"] if len(word) > 2)
    short = either(word for word in table["scales"] if len(word) <= 2)
    digits = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
    word = either(table["number_words"])
    numeral = rf"(?:{word})(?:[ -](?:and )?(?:{word}))*"
    vague = either([*table["plural_counts"], *table["several_counts"]])
    one = rf"(?:(?:{digits})(?:[ -](?:{scales})\b|(?:{short})\b)?|\b(?:{numeral})\b)"
    percent = either(table["percent_words"])
    number = re.compile(
        rf"(?P<sign>{signs})?[ ]?(?:(?P<vague>\b(?:{vague})\b)|(?P<first>{one})"
        rf"(?:(?P<joint>\+|[ ]?[-–][ ]?|[ ](?:to|and|or)[ ])(?P<sign2>{signs})?(?P<second>{one})?)?)"
        rf"(?P<more>[ ]or more|[ ]or so|\+)?(?P<percent>[ -]?(?:{percent})(?!\w))?",
        re.IGNORECASE,
    )
    qualifier = re.compile(
        rf"(?:^|(?<=\W))(?P<words>between|from|{either([*table['lower'], *table['upper'], *table['near']])})[ ]$",
        re.IGNORECASE,
    )
    return number, qualifier


def _amounts(doc: Doc) -> Iterator[_Amount]:
    text = doc.text
    number, qualifier = _patterns()
    taken = _taken(doc)
    position = 0
    while match := number.search(text, position):
        position = max(match.end(), match.start() + 1)
        start = match.start() + (len(match.group()) - len(match.group().lstrip()))
        glued = start and (text[start - 1].isalnum() or text[start - 1] in ".-/:#@_")
        if glued or taken[start] or text[match.end() : match.end() + 1].isalnum():
            continue
        before = qualifier.search(text, max(0, start - MAX_QUALIFIER_CHARS), start)
        amount = _read(match, start, before["words"].lower() if before else None)
        if amount is None:
            continue
        position = amount.end
        if before and amount.qualifier:
            amount.start = before.start("words")
        yield amount


def _taken(doc: Doc) -> bytearray:
    """1 for characters in time expressions, names and text that is not read: numbers in them count nothing."""
    taken = bytearray(len(doc.text) + 1)
    spans = [time.span for time in doc._.times or ()]
    spans += [mention.span for mention in doc._.mentions or () if mention.form == "name"]
    for span in [*spans, *(doc._.skipped or ())]:
        taken[span.start : span.end] = b"\1" * (span.end - span.start)
    return taken


def _read(match: re.Match[str], start: int, before: str | None) -> _Amount | None:
    table = _table()
    signs = {sign.lower(): code for sign, code in table["currency_signs"].items()}
    sign = (match["sign"] or match["sign2"] or "").lower()
    unit = signs[sign] if sign else "percent" if match["percent"] else None
    end = match.end()
    if match["vague"]:
        words = match["vague"].lower()
        low = {**table["plural_counts"], **table["several_counts"]}[words]
        return _Amount(start, end, float(low), None, before if before not in ("between", "from") else None, unit)
    first = _value(match["first"])
    second = _value(match["second"]) if match["second"] else None
    joint = (match["joint"] or "").strip().lower()
    if second is not None and first is not None:
        scale = _scale(match["second"])
        first = first * scale if scale and not _scale(match["first"]) and first < second / scale * 1000 else first
        is_range = joint in ("to", "-", "–", "or") or (joint == "and" and before == "between")
        if is_range and first < second:
            return _Amount(start, end, first, second, before if before in ("between", "from") else None, unit)
    if first is None:
        return None
    if match["second"] or (joint and joint != "+"):
        end = match.end("first")  # "12 and 40 others": two numbers
        unit = None if not match["sign"] else unit
    if before in table["lower"] or joint == "+" or match["more"] in (" or more", "+"):
        return _Amount(start, end, first, None, before or "or more", unit)
    if before in table["upper"]:
        return _Amount(start, end, None, first, before, unit)
    return _Amount(start, end, first, first, before if before in table["near"] else None, unit)


def _scale(source: str) -> float:
    word = re.split(r"[ -]", source.lower())[-1]
    suffix = re.search(r"\d([a-z]+)$", word)
    return float(_table()["scales"].get(suffix[1] if suffix else word, 0))


def _value(source: str) -> float | None:
    digits = re.fullmatch(r"([\d,.]+)[ -]?([a-z]*)", source.lower())
    if digits:
        return round(float(digits[1].replace(",", "")) * (_table()["scales"].get(digits[2]) or 1.0), 6)
    if source.lower() in ("half a million", "a half million"):
        return 500_000.0
    return read_number(source)


# --- what is counted -------------------------------------------------------------------------------------------------


def _counted(doc: Doc, amount: _Amount) -> Token | None:
    """The token that carries the number in the tree: the noun it counts, else the number; sets the unit of money."""
    tokens = doc.char_span(amount.start, amount.end, alignment_mode="expand")
    if tokens is None or not len(tokens):
        return None
    number = tokens.root if tokens.root.tag_ == "CD" or amount.high is None or amount.unit == "percent" else tokens[-1]
    if number.tag_ != "CD" and tokens[-1].tag_ == "CD":
        number = tokens[-1]  # "more than 100 wounded": the tree may hang the number on "more"
    if amount.unit is None and amount.low is not None and amount.high is None and number.tag_ != "CD":
        noun = _behind_of(number)
        if noun.idx < amount.end and tokens.end < len(doc) and doc[tokens.end].lower_ == "of":
            noun = _below(doc[tokens.end], noun)
        if (code := _currency(noun)) is not None:
            amount.unit, amount.end = code, noun.idx + len(noun)
        return noun
    if amount.unit is None:
        head = number.head if number.dep_ in ("nummod", "compound", "nmod", "amod", "det", "advmod") else number
        follower = _next_noun(doc, tokens[-1].i) if head.i <= number.i else head
        if follower is not None and (code := _currency(follower)) is not None:
            amount.unit, amount.end = code, follower.idx + len(follower)
            return follower
    else:
        return number
    if number.dep_ in ("nummod", "compound", "amod"):
        if number.head.i > number.i:
            return number.head
        behind = doc[number.i + 1] if number.i + 1 < len(doc) else None
        if behind is not None and behind.tag_ in ("NNS", "NNPS"):
            return behind  # "five others", whatever the tree says
    return _behind_of(number) if amount.high is None and amount.low is not None else number


def _behind_of(number: Token) -> Token:
    """The noun of "dozens of students", "tens of thousands of students"."""
    behind = [
        child
        for child in number.children
        if child.dep_ == "nmod" and any(part.lower_ == "of" for part in child.children)
    ]
    return _behind_of(behind[-1]) if behind else number


def _below(preposition: Token, otherwise: Token) -> Token:
    """The noun that a preposition stands before, wherever that noun hangs ("tens of thousands of people")."""
    noun = preposition.head
    return noun if preposition.dep_ == "case" and noun.i > preposition.i else otherwise


def _next_noun(doc: Doc, index: int) -> Token | None:
    for token in doc[index + 1 : index + 4]:
        if token.pos_ == "NOUN" or token.lower_ in _table()["currency_words"]:
            return token
        if token.pos_ != "ADJ" and token.lower_ not in ("of", "us", "u.s.", "worth"):
            return None
    return None


def _currency(noun: Token) -> str | None:
    words = _table()["currency_words"]
    lemma = noun.lemma_.lower()
    before = noun.doc[noun.i - 1].lower_ if noun.i else ""
    code = words.get(f"{before} {lemma}", words.get(lemma))
    return "XXX" if code == "" else code


def _kind(people: frozenset[int], head: Token, amount: _Amount) -> str | None:
    """What the number counts: read off the noun, else off the verb whose subject or object it is."""
    kind = _kinds("kind_of_noun").get(head.lemma_.lower()) or _kinds("kind_of_noun").get(head.lower_)
    if kind == "crowd":
        return _kind_by_verb(head) or kind  # "40 protesters were detained"
    if kind is not None:
        return kind
    for child in head.children:  # "300 missing people", "12 dead"
        if child.dep_ in ("amod", "acl") and (kind := _kinds("kind_of_predicate").get(child.lower_)):
            return kind
    if head.dep_ == "nmod" and (kind := _kinds("kind_of_noun").get(head.head.lemma_.lower())):
        return kind  # "the deaths of 20 miners"
    is_people = _is_people(people, head)
    is_bare = head.pos_ == "NUM" or head.lower_ in ("others", "more") or head.lower_ in _table()["plural_counts"]
    if not is_people and not is_bare:
        return None
    if head.pos_ == "NUM" and (toll := _toll_before(head)) is not None:
        # "the toll rose to 47 from 31": the second number is what was thought before
        return None if head.nbor(-1).lower_ == "from" else _kinds("kind_of_toll")[toll]
    if (kind := _kind_by_verb(head)) is not None:
        return kind
    if is_bare and not _is_year(amount):
        follower = head.nbor(1) if head.i + 1 < len(head.doc) else None
        if follower is not None and (kind := _kinds("kind_of_predicate").get(follower.lower_)):
            return kind
    return "other" if is_people else None


def _toll_before(head: Token) -> str | None:
    """The toll that is put "to", "at" or "from" a bare number, read off the words: no other noun is between."""
    if head.i == head.sent.start or head.nbor(-1).lower_ not in ("to", "at", "from"):
        return None
    for token in reversed(head.doc[max(head.sent.start, head.i - TOLL_REACH_TOKENS) : head.i]):
        if token.lemma_.lower() in _kinds("kind_of_toll"):
            return token.lemma_.lower()
        if token.pos_ in ("NOUN", "PROPN", "PUNCT"):
            return None
    return None


def _kind_by_verb(head: Token) -> str | None:
    node = head
    while (node.dep_ in ("conj", "appos") and node.head.pos_ in ("NOUN", "PROPN", "NUM")) or _is_counted_by(node):
        node = node.head
    verb = node.head
    predicates = _kinds("kind_of_predicate")
    if node.dep_ in ("nsubj", "nsubj:pass", "obj") and (kind := predicates.get(verb.lower_)) and verb.pos_ == "ADJ":
        return kind  # "20 people are missing"
    if verb.pos_ not in ("VERB", "AUX"):
        return None
    lemma = verb.lemma_.lower()
    is_object = node.dep_ == "obj" or (node.dep_.startswith("nsubj") and is_passive_verb(verb))
    if is_object:
        if (kind := _kinds("kind_of_object").get(lemma)) is not None:
            return kind
        if lemma in _table()["driving_verbs"] and any(
            part.lemma_.lower() in _table()["homes"] for part in verb.children
        ):
            return "displaced"  # "forced from their homes"
        for child in verb.children:  # "left 12 people dead", but not "…; a dozen are missing"
            has_subject = any(part.dep_.startswith("nsubj") for part in child.children)
            if child.dep_ in ("xcomp", "advcl", "conj", "ccomp") and not has_subject and child.lower_ in predicates:
                return predicates[child.lower_]
        return None
    if node.dep_ == "nsubj":
        return _kinds("kind_of_subject").get(lemma)
    toll = next((child for child in verb.children if child.dep_ == "nsubj"), None)
    if toll is not None and node.dep_ in ("obl", "nmod"):  # "the death toll rose to 45"
        return _kinds("kind_of_toll").get(toll.lemma_.lower())
    return None


def _is_counted_by(noun: Token) -> bool:
    """ "dozens of students": the number word heads the phrase."""
    return (
        noun.dep_ == "nmod"
        and noun.head.i < noun.i
        and noun.head.lower_ in ("dozens", "scores", "hundreds", "thousands", "tens", "millions", "number", "dozen")
    )


def _is_people(people: frozenset[int], head: Token) -> bool:
    """Whether the counted noun, or the number word in front of its "of", heads a mention of people."""
    node = head
    while _is_counted_by(node):
        node = node.head
    return head.lower_ in ("people", "others", "persons") or head.idx in people or node.idx in people


def _predicate(head: Token, amount: _Amount, kind: str) -> Token:
    """The word right behind a bare number that says what became of them ("30 wounded"), else the number.

    "Wounded" stands for the noun there, whether the tree makes it one or a verb; "scores hurt" has its noun.
    """
    behind = head.nbor(1) if head.i + 1 < len(head.doc) else head
    is_next = head.idx < amount.end <= behind.idx
    return behind if is_next and _kinds("kind_of_predicate").get(behind.lower_) == kind else head


def _is_year(amount: _Amount) -> bool:
    return amount.low is not None and SMALLEST_YEAR < amount.low < LARGEST_YEAR and amount.qualifier is None


def _whole(text: str, amount: _Amount, head: Token) -> Span:
    """The span of the number with its qualifier, and the counted noun when it follows closely."""
    end = amount.end
    last = head.idx + len(head)
    if amount.end <= head.idx and not text[amount.end : head.idx].strip(" -").count("\n") and last - amount.end < 40:
        end = last
    return Span(start=amount.start, end=max(end, amount.end))
