"""The mentions of one text and the chains that they are in so far; what every rule of coreference asks of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache

from spacy.tokens import Doc, Token

from newskb.model import Mention, MentionForm
from newskb.nlp import wordlists
from newskb.nlp.countrynames import named_countries, plain
from newskb.nlp.mentionspans import tokens_of
from newskb.nlp.nounphrases import role_gender
from newskb.nlp.pronouns import Pronoun, pronouns
from newskb.text import fold

WINDOW_SENTENCES = 3
"""How many sentences back a pronoun looks; a longer window costs time and precision."""
WINDOW_MENTIONS = 60
"""How many mentions back a pronoun looks, so that one endless sentence does not make the search quadratic."""
SUBJECT_WEIGHT, OBJECT_WEIGHT, OTHER_WEIGHT, INNER_WEIGHT = 3.0, 1.6, 1.2, 0.8
"""Salience by grammatical place, after Lappin and Leass (1994): subjects, objects, obliques, parts of other phrases."""
_MALE_TITLES = frozenset(("mr", "mr.", "sir", "lord", "king", "prince", "father", "brother"))
_FEMALE_TITLES = frozenset(
    ("mrs", "mrs.", "ms", "ms.", "miss", "lady", "dame", "queen", "princess", "sister", "mother")
)
SUBJECTS = frozenset(("nsubj", "nsubj:pass", "nsubj:outer", "csubj"))
OBJECTS = frozenset(("obj", "iobj", "ccomp", "xcomp"))
DEFINITE = frozenset(("the", "this", "that", "these", "those"))
INDEFINITE = frozenset(("a", "an", "another", "some", "any", "no", "every", "each", "several", "many", "few", "other"))
_RANKS = frozenset(("vice", "deputy", "assistant"))
_OPENING, _CLOSING = frozenset("“«"), frozenset("”»")

PERSONAL = frozenset("mf")
NEUTER = frozenset("n")
ANY = frozenset("mfn")


@dataclass(slots=True)
class Item:
    """A mention with what the resolver needs to know about it."""

    index: int
    mention: Mention
    start: int
    end: int
    head: Token
    sentence: int
    quote: int
    """Number of the quotation it stands in, 0 = outside."""
    words: tuple[str, ...]
    genders: frozenset[str]
    number: str
    weight: float
    pronoun: Pronoun | None = None
    countries: frozenset[str] = frozenset()
    """Countries that its words name ("the Russian president" -> Russia)."""
    is_joint: bool = False
    """Whether it is several in one phrase ("Orlik and Hruba"); its head word then belongs to the first of them."""

    @property
    def is_name(self) -> bool:
        """Whether it names what it stands for."""
        return self.mention.form == MentionForm.NAME

    @property
    def is_person(self) -> bool:
        """Whether it stands for one human being."""
        return self.mention.label == "PERSON"


@dataclass(slots=True)
class Chain:
    """What is known of one thing so far."""

    items: list[int]
    genders: frozenset[str]
    number: str
    label: str
    offices: dict[str, frozenset[str]] = field(default_factory=dict)
    """Nouns of office said of it, with the countries named beside them."""


class Chains:
    """The mentions of one text, each in a chain; rules join them."""

    def __init__(self, doc: Doc, *, is_closed: bool = False) -> None:
        """``is_closed`` says that pronouns mean none but these mentions."""
        self.is_closed = is_closed
        self.doc = doc
        self.text = doc.text  # joined from the tokens each time it is asked for
        self.inside = quotations(self.text)
        self.line_starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        sentence_of = [0] * len(doc)
        for number, sentence in enumerate(doc.sents):
            sentence_of[sentence.start : sentence.end] = [number] * len(sentence)
        self.sentence_of = sentence_of
        self.items = [self._item(index, mention) for index, mention in enumerate(doc._.mentions)]
        self.titles = {item.index: tokens_of(doc, title).start for item in self.items if (title := item.mention.title)}
        self.chain_of = list(range(len(self.items)))
        self.known = {item.index: self._new_chain(item) for item in self.items}
        self.members: dict[int, tuple[int, ...]] = {}
        self.by_head: dict[int, Item] = {}
        for item in sorted(self.items, key=lambda item: (not item.is_joint, item.is_name, item.end - item.start)):
            for index in range(item.start, item.end) if item.is_name else (item.head.i,):
                self.by_head[index] = item
        self.speakers: dict[int, int] = {}
        """Number of a quotation to the item that is presumed to speak; see ``corefspeakers``."""
        self.waiting: set[int] = set()
        """Pronouns that are in a chain with words behind which they stand, and still have to be resolved."""

    def result(self) -> list[Mention]:
        """The mentions with their chains, numbered by first appearance; pronouns take the type of their chain."""
        numbers: dict[int, int] = {}
        for item in self.items:
            numbers.setdefault(self.root(item), len(numbers))
        mentions = []
        for item in self.items:
            chain = self.known[self.root(item)]
            label = chain.label if item.pronoun is not None and len(chain.items) > 1 else item.mention.label
            members = tuple(numbers[self.root(self.items[member])] for member in self.members.get(item.index, ()))
            mentions.append(replace(item.mention, chain=numbers[self.root(item)], label=label, members=members))
        return mentions

    def _item(self, index: int, mention: Mention) -> Item:
        tokens = tokens_of(self.doc, mention.span)
        head = tokens_of(self.doc, mention.head)[0]
        pronoun = pronouns().get(mention.span.of(self.text).lower()) if mention.form == MentionForm.PRONOUN else None
        genders, number = self._agreement(mention, tokens.text, head, pronoun)
        title = mention.title.of(self.text) if mention.title else ""
        # a "name" of marks alone ("--") still has a word to be compared by
        words = tuple(plain(token.text) for token in tokens if not token.is_punct) or (tokens.text,)
        return Item(
            index=index,
            mention=mention,
            start=tokens.start,
            end=tokens.end,
            head=head,
            sentence=self.sentence_of[tokens.start],
            quote=self.inside[mention.span.start],
            words=words,
            genders=genders,
            number=number,
            weight=_weight(tokens.root, mention),
            pronoun=pronoun,
            countries=named_countries(f"{title} {tokens.text}"),
            is_joint=mention.form == MentionForm.NOMINAL and mention.label == "GROUP" and is_joint(head, tokens.end),
        )

    def _agreement(
        self, mention: Mention, text: str, head: Token, pronoun: Pronoun | None
    ) -> tuple[frozenset[str], str]:
        if pronoun is not None:
            return (ANY if pronoun.gender == "-" else frozenset(pronoun.gender)), pronoun.number
        if mention.form == MentionForm.NAME:
            if mention.label == "PERSON":
                return self._name_gender(mention, text), "s"
            is_plural = mention.label == "NORP" and text.endswith("s")
            return (ANY if is_plural else NEUTER), "p" if is_plural else "s"
        gender = role_gender(head.lemma_.lower())
        if mention.label == "PERSON":
            return (frozenset(gender) if gender in ("m", "f") else PERSONAL), "s"
        if mention.label == "GROUP":
            # "the opposition … it" and "the opposition … they"
            return ANY, "p" if head.tag_ in ("NNS", "NNPS", "CD") or head.lower_ in ("people", "both") else "-"
        return NEUTER, "p" if head.tag_ in ("NNS", "NNPS") else "s"

    def _name_gender(self, mention: Mention, text: str) -> frozenset[str]:
        title = mention.title.of(self.text).lower().split() if mention.title else []
        if _MALE_TITLES.intersection(title) or any(role_gender(word) == "m" for word in title):
            return frozenset("m")
        if _FEMALE_TITLES.intersection(title) or any(role_gender(word) == "f" for word in title):
            return frozenset("f")
        words = text.split()
        known = _first_names().get(fold(words[0])) if len(words) > 1 else None
        return known or PERSONAL

    def _new_chain(self, item: Item) -> Chain:
        chain = Chain([item.index], item.genders, item.number, item.mention.label)
        if item.mention.title is not None:
            title = item.mention.title.of(self.text).lower().split()
            # "Secretary of State": the office is the noun before "of"
            noun = title[title.index("of") - 1] if "of" in title[1:] else title[-1]
            chain.offices[_ranked(title, noun)] = item.countries
        elif item.mention.form == MentionForm.NOMINAL and item.is_person:
            chain.offices[office(item)] = item.countries
        return chain

    def root(self, item: Item) -> int:
        """Index of the first mention of the chain: the same for all mentions of one thing."""
        index = item.index
        while self.chain_of[index] != index:
            self.chain_of[index] = self.chain_of[self.chain_of[index]]
            index = self.chain_of[index]
        return index

    def of(self, item: Item) -> Chain:
        """The chain that a mention is in."""
        return self.known[self.root(item)]

    def join(self, one: Item, other: Item) -> None:
        """Make one chain of the chains of two mentions."""
        first, second = sorted((self.root(one), self.root(other)))
        if first == second:
            return
        kept, joined = self.known[first], self.known.pop(second)
        self.chain_of[second] = first
        kept.items = sorted(kept.items + joined.items)
        kept.genders = (kept.genders & joined.genders) or kept.genders
        kept.number = joined.number if kept.number == "-" else kept.number
        if self.items[kept.items[0]].pronoun is not None or (
            joined.label != kept.label and kept.label in ("OTHER", "GROUP")
        ):
            kept.label = joined.label if joined.label != "OTHER" else kept.label
        kept.offices.update(joined.offices)

    def before(self, item: Item, sentences: int, limit: int) -> Iterator[Item]:
        """The mentions before one, the latest first, as far back as ``sentences`` and ``limit`` mentions."""
        for index in range(item.index - 1, max(item.index - 1 - limit, -1), -1):
            other = self.items[index]
            if item.sentence - other.sentence > sentences:
                return
            if other.end <= item.start:
                yield other


def quotations(text: str) -> list[int]:
    """For each character the number of the quotation it stands in, 0 outside; a quotation ends with its paragraph."""
    inside: list[int] = []
    number, current = 0, 0
    for character in text:
        if character == "\n":
            current = 0
        elif character in _OPENING or (character == '"' and not current):
            number += 1
            current = number
        elif character in _CLOSING or character == '"':
            current = 0
        inside.append(current)
    return inside


@cache
def _first_names() -> dict[str, frozenset[str]]:
    known: dict[str, set[str]] = {}
    for gender, _area, names in wordlists.rows("first_names_gender.tsv"):
        for name in names.split():
            known.setdefault(fold(name), set()).add(gender)
    return {name: frozenset(genders) for name, genders in known.items()}


def office(item: Item) -> str:
    """The office that a noun phrase names: its noun with the word of rank, since no vice president is a president."""
    return _ranked(item.words, item.head.lemma_.lower())


def _ranked(words: Iterable[str], noun: str) -> str:
    return " ".join([*(word for word in words if word in _RANKS and word != noun), noun])


def is_joint(head: Token, end: int) -> bool:
    """Whether the phrase with this head and end holds a second one beside it: "Orlik and Hruba"."""
    return any(child.dep_ == "conj" and child.i < end for child in head.rights)


def _weight(head: Token, mention: Mention) -> float:
    if mention.form == MentionForm.NAME and mention.label == "NORP":
        return INNER_WEIGHT
    return place_weight(head)


def place_weight(token: Token) -> float:
    """Salience of the grammatical place that a head word stands in."""
    while token.dep_ in ("conj", "appos", "flat") and token.head != token:
        token = token.head
    if token.dep_ in SUBJECTS:
        return SUBJECT_WEIGHT
    if token.dep_ in OBJECTS:
        return OBJECT_WEIGHT
    return INNER_WEIGHT if token.dep_ in ("nmod", "nmod:poss", "compound", "amod", "nmod:desc") else OTHER_WEIGHT
