"""Tokens in the slots of an event become mentions of who takes part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from spacy.tokens import Doc, Token

from newskb.model import Mention, MentionForm
from newskb.nlp import wordlists
from newskb.nlp.frames import is_relative, preposition_of
from newskb.nlp.pronouns import pronouns

ACTOR_LABELS = frozenset(("PERSON", "NORP", "ORG", "GPE", "GROUP"))
"""Types of what can act, speak or be acted upon."""
PLACE_LABELS = frozenset(("GPE", "LOC", "FAC"))
"""Types of where things happen."""

MAX_DEPTH = 4
"""How far below a thing its owner is looked for ("billions of dollars' worth of the country's assets": four steps)."""

MIN_DATELINE_CHARS = 4
"""Letters of the shortest name in capitals that is no acronym ("LIMA"; "USA", "EU" act)."""

_OWNERS = frozenset(("of", "from", "by", "against"))
_MODIFIERS = frozenset(("amod", "compound", "nmod", "nmod:desc", "nmod:poss", "flat"))
_RELATIVES = frozenset(("who", "which", "that", "whom", "whose"))


class Cast:
    """Who stands where in one document."""

    def __init__(self, doc: Doc) -> None:
        self._text: str = doc.text
        self._mentions: list[Mention] = doc._.mentions or []
        self._by_head: dict[int, int] = {}
        self._by_cover: dict[int, int] = {}
        self._named = {mention.chain for mention in self._mentions if mention.form == MentionForm.NAME}
        for index, mention in enumerate(self._mentions):
            if mention.form == MentionForm.PRONOUN and mention.span.of(self._text).lower() in _RELATIVES:
                continue
            self._prefer(self._by_head, mention.head.start, index)
            if mention.form == MentionForm.NAME:
                spans = [mention.span] + ([mention.title] if mention.title else [])
                for span in spans:
                    tokens = doc.char_span(span.start, span.end, alignment_mode="expand")
                    for token in tokens or ():
                        self._prefer(self._by_cover, token.idx, index)

    def _prefer(self, table: dict[int, int], place: int, index: int) -> None:
        """A name wins over a phrase with the same head, the longer of two phrases over the shorter."""
        other = table.get(place)
        if other is None or self._weight(index) > self._weight(other):
            table[place] = index

    def _weight(self, index: int) -> tuple[bool, int]:
        mention = self._mentions[index]
        return mention.form == MentionForm.NAME, mention.span.end - mention.span.start

    def mention(self, index: int) -> Mention:
        """The mention with this index."""
        return self._mentions[index]

    def named(self, index: int) -> int:
        """The name whose title a description is ("the teacher Ana Lima"), else the mention itself."""
        mention = self._mentions[index]
        name = self._by_cover.get(mention.head.start)
        return name if name is not None and self._mentions[name].chain == mention.chain else index

    def is_first_person(self, index: int) -> bool:
        """Whether a mention is "I", "we", "our" …"""
        mention = self._mentions[index]
        form = pronouns().get(mention.span.of(self._text).lower()) if mention.form == MentionForm.PRONOUN else None
        return form is not None and form.person == 1

    def at(self, token: Token) -> int | None:
        """Index of the mention that ``token`` heads or names; None when it refers to nobody."""
        found = self._by_cover.get(token.idx)
        if found is None and (name := self._name_behind(token)) is not None:
            return name
        return found if found is not None else self._by_head.get(token.idx)

    def _name_behind(self, token: Token) -> int | None:
        """ "opposition leader Ana Lima": the name that follows without a comma is who the noun means."""
        for child in token.children:
            if child.dep_ in ("appos", "flat") and child.i == token.i + 1:
                return self._by_cover.get(child.idx)
            if child.dep_ == "nmod" and child.i > token.i + 1 and not preposition_of(child):
                # "the rights watchdog Open Eyes International", whose head is its last word
                name = self._by_cover.get(child.idx)
                return name if name is not None and name == self._by_cover.get(token.nbor(1).idx) else None
        return None

    def is_actor(self, token: Token) -> bool:
        """Whether ``token`` heads a mention of somebody who can act."""
        index = self.at(token)
        return index is not None and self._can_act(index)

    def _can_act(self, index: int) -> bool:
        mention = self._mentions[index]
        if mention.form == MentionForm.NAME and mention.label == "GPE" and self._is_dateline(mention):
            return False
        return mention.label in ACTOR_LABELS or mention.form == MentionForm.PRONOUN

    def _is_dateline(self, mention: Mention) -> bool:
        """ "NAIROBI The opposition accused": capitals that open a paragraph say where the report was written."""
        words = mention.span.of(self._text)
        if not words.isupper() or len(words) < MIN_DATELINE_CHARS:
            return False
        start = self._text.rfind("\n", 0, mention.span.start) + 1
        end = self._text.find("\n", mention.span.end)
        rest = self._text[mention.span.end : end if end >= 0 else len(self._text)]
        return not self._text[start : mention.span.start].strip() and not rest.isupper() and rest[:1] in " ,:"

    def actors(self, tokens: Iterable[Token]) -> tuple[int, ...]:
        """The mentions of those who can act among ``tokens``, else of those to whom the things belong."""
        found: dict[int, None] = {}
        for token in tokens:
            found |= dict.fromkeys(self._actors(token, 0))
        return self.distinct(found)

    def distinct(self, indexes: Iterable[int], *, beside: Iterable[int] = ()) -> tuple[int, ...]:
        """``indexes`` without second mentions of one chain and without the chains of ``beside``.

        "We gave our word", "the army moved its tanks": nobody takes part twice in one event.
        """
        known = {one for index in beside for one in self._identity(index)}
        found = []
        for index in indexes:
            identity = self._identity(index)
            if not known & identity:
                known |= identity
                found.append(index)
        return tuple(found)

    def _identity(self, index: int) -> set[tuple[str, int]]:
        """The chain of a mention; the plural first person is one, whatever its chains."""
        mention = self._mentions[index]
        form = pronouns().get(mention.span.of(self._text).lower()) if mention.form == MentionForm.PRONOUN else None
        is_we = form is not None and form.person == 1 and form.number == "p"
        return {("chain", mention.chain)} | ({("we", 0)} if is_we else set())

    def regions(self, tokens: Iterable[Token]) -> tuple[int, ...]:
        """The named regions among ``tokens``: no actors, but what happens to them happens to somebody."""
        found = (self.at(token) for token in tokens)
        return self.distinct(
            index
            for index in found
            if index is not None
            and self._mentions[index].form == MentionForm.NAME
            and self._mentions[index].label == "LOC"
        )

    def _actors(self, token: Token, depth: int) -> Iterator[int]:
        index = self.at(token)
        if index is not None and self._can_act(index):
            if self._mentions[index].form != MentionForm.NOMINAL:
                yield index
                return
            yield from self._sides(token) or self._named_by(token, index, depth) or [index]
            return
        if depth < MAX_DEPTH:
            for child in sorted(self._owners(token), key=_owner_order):
                owners = list(self._actors(child, depth + 1))
                for more in child.children:
                    if more.dep_ == "conj":
                        owners += self._actors(more, depth + 1)
                if owners:
                    yield from owners
                    return

    def _named_by(self, token: Token, index: int, depth: int) -> list[int]:
        """ "Peruvian villages", "the port of Callao": a place that has no name of its own goes by its owner's."""
        mention = self._mentions[index]
        if mention.label not in PLACE_LABELS or mention.chain in self._named or depth >= MAX_DEPTH:
            return []
        owners = sorted(self._owners(token), key=_owner_order)
        named = (list(self._actors(child, depth + 1)) for child in owners if self.at(child) != index)
        return next(
            (found for found in named if found and all(self._mentions[i].form == MentionForm.NAME for i in found)), []
        )

    def _sides(self, token: Token) -> list[int]:
        """ "Hungarian and Romanian officials": two sides in one phrase."""
        for child in token.children:
            if child.dep_ in ("amod", "compound", "nmod") and child.i < token.i:
                members = [child, *(more for more in child.children if more.dep_ == "conj")]
                names = [index for member in members if (index := self._by_cover.get(member.idx)) is not None]
                if len(set(names)) > 1 and all(
                    self._mentions[index].label in ("NORP", "GPE", "ORG") for index in names
                ):
                    return list(dict.fromkeys(names))
        return []

    def _owners(self, token: Token) -> Iterator[Token]:
        for child in token.children:
            is_part = child.dep_ in _MODIFIERS and (
                preposition_of(child) in _OWNERS or child.i < token.i or token.lemma_.lower() in _quantities()
            )
            if child.dep_ == "nmod:poss" or is_part:
                yield child
            elif child.dep_ in ("acl:relcl", "acl") and child.tag_ != "TO":
                # "the measures that the government is taking"
                yield from (noun for noun in child.children if noun.dep_ == "nsubj" and not is_relative(noun))

    def place(self, token: Token) -> int | None:
        """Index of the place that ``token`` names, None when it names none."""
        index = self.at(token)
        return index if index is not None and self._mentions[index].label in PLACE_LABELS else None


@cache
def _quantities() -> frozenset[str]:
    return wordlists.words("quantity_nouns.txt") | {"worth"}


def _owner_order(child: Token) -> tuple[int, int]:
    """Possessors before "of" phrases before modifiers."""
    if child.dep_ == "nsubj":
        return 3, child.i
    rank = 0 if child.dep_ == "nmod:poss" else 1 if preposition_of(child) else 2
    return rank, child.i
