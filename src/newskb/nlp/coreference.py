"""Mentions of one text become chains: who is meant by a surname, an acronym, an office or a pronoun."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc, Token

from newskb.model import Mention, MentionForm, Quote, QuoteType, Span
from newskb.nlp import wordlists
from newskb.nlp.mentions import NAME_LABELS, Pronoun, pronouns, relative_clause, role_gender, tokens_of
from newskb.text import fold

VERSION = "2"

WINDOW_SENTENCES = 3
"""How many sentences back a pronoun looks; a longer window costs time and precision."""
WINDOW_MENTIONS = 60
"""How many mentions back a pronoun looks, so that one endless sentence does not make the search quadratic."""
NOMINAL_WINDOW_SENTENCES = 12
"""How many sentences back "the soldiers" looks for its own head noun."""
SUBJECT_WEIGHT, OBJECT_WEIGHT, OTHER_WEIGHT, INNER_WEIGHT = 3.0, 1.6, 1.2, 0.8
"""Salience by grammatical place, after Lappin and Leass (1994): subjects, objects, obliques, parts of other phrases."""
RECENCY = 0.5
"""What salience keeps from one sentence to the next (Lappin and Leass 1994)."""
SPEAKER_INSIDE_QUOTE = 0.25
"""Weight of the presumed speaker for a third-person pronoun within his own words: "he" is mostly someone else."""
ACROSS_QUOTE = 0.6
"""Weight of an antecedent on the other side of a quotation mark."""

BODY_FOR_THEY = 0.5
"""Weight of an organisation as antecedent of "they", which mostly are people (GUM)."""

QUESTIONS_OF_AN_INTERVIEW = 3
"""Paragraphs that ask "you" something outside of quotation marks, from which a text is an interview; a comment or a
letter asks its reader once or twice."""

_PERSONAL = frozenset("mf")
_NEUTER = frozenset("n")
_ANY = frozenset("mfn")
_MALE_TITLES = frozenset(("mr", "mr.", "sir", "lord", "king", "prince", "father", "brother"))
_FEMALE_TITLES = frozenset(
    ("mrs", "mrs.", "ms", "ms.", "miss", "lady", "dame", "queen", "princess", "sister", "mother")
)
_SUBJECTS = frozenset(("nsubj", "nsubj:pass", "nsubj:outer", "csubj"))
_OBJECTS = frozenset(("obj", "iobj", "ccomp", "xcomp"))
_DEFINITE = frozenset(("the", "this", "that", "these", "those"))
_INDEFINITE = frozenset(("a", "an", "another", "some", "any", "no", "every", "each", "several", "many", "few", "other"))
_COUNTS = {"both": 2, "two": 2, "three": 3, "four": 4, "five": 5}
_NAMED = NAME_LABELS - {"NORP"}
_NEGATIONS = frozenset(("not", "n't", "n’t", "never"))
_PAIR_NOUNS = frozenset(("pair", "duo", "counterpart"))
_COUNTRY_NOUNS = frozenset(("country", "nation", "state", "republic", "kingdom", "homeland", "motherland"))
_CITY_NOUNS = frozenset(("city", "town", "village", "capital"))
_ONE_OF_A_KIND = frozenset(
    ("people", "government", "opposition", "parliament", "army", "military", "police", "public", "population", "regime")
)
_GENERIC_BODIES = frozenset(
    (
        "company",
        "firm",
        "group",
        "agency",
        "organization",
        "organisation",
        "bank",
        "party",
        "airline",
        "newspaper",
        "club",
    )
)
_GENERIC_PERSONS = frozenset(("man", "woman", "politician", "boy", "girl"))
_SPATIAL = frozenset(("in", "around", "near", "inside", "outside", "into", "across", "throughout", "within"))
_KINDS = (
    frozenset(("PERSON", "OTHER")),
    frozenset(("ORG", "GROUP", "NORP", "OTHER", "PRODUCT", "WORK_OF_ART")),
    frozenset(("GPE", "LOC", "FAC", "OTHER")),
)
"""Labels that two mentions of one thing may have: "the capital" is no name of a party, whatever the commas say."""
_OPENING, _CLOSING = frozenset("“«"), frozenset("”»")


@dataclass(slots=True)
class _Item:
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

    @property
    def is_name(self) -> bool:
        return self.mention.form == MentionForm.NAME

    @property
    def is_person(self) -> bool:
        return self.mention.label == "PERSON"


@dataclass(slots=True)
class _Chain:
    """What is known of one thing so far."""

    items: list[int]
    genders: frozenset[str]
    number: str
    label: str
    offices: dict[str, frozenset[str]] = field(default_factory=dict)
    """Nouns of office said of it, with the countries named beside them."""


def resolve(doc: Doc) -> list[Mention]:
    """The mentions of ``doc`` with ``chain`` set, chains numbered by first appearance, and ``members`` where plural."""
    resolver = _Resolver(doc)
    resolver.run()
    return resolver.result()


def resolve_first_person(doc: Doc) -> None:
    """Join "I", "my" inside the quotes of ``doc._.quotes`` with their speakers; run it once after the quotes are found.

    "We" joins a speaker that is a body or a country; a person's "we" gets one chain for all quotes of the speaker, with
    the speaker as its only known member.
    """
    text = doc.text
    mentions: list[Mention] = doc._.mentions
    quotes: list[Quote] = doc._.quotes or []
    inside = _quotations(text)
    next_chain = max((mention.chain for mention in mentions), default=-1) + 1
    group_of: dict[int, int] = {}
    for quote in sorted(quotes, key=lambda quote: quote.content.start - quote.content.end):
        if quote.speaker is None:
            continue
        speaker = mentions[quote.speaker]
        for index in _inside(mentions, quote.parts):
            mention = mentions[index]
            word = mention.span.of(text).lower()
            form = pronouns().get(word)
            if form is None or form.person != 1 or index == quote.speaker:
                continue
            if quote.type == QuoteType.INDIRECT and not inside[mention.span.start]:
                continue
            if form.number == "s" or speaker.label not in ("PERSON", "OTHER"):
                label = "PERSON" if form.number == "s" else speaker.label
                mentions[index] = replace(mention, chain=speaker.chain, label=label)
                continue
            if speaker.chain not in group_of:
                group_of[speaker.chain] = next_chain
                next_chain += 1
            mentions[index] = replace(mention, chain=group_of[speaker.chain], members=(speaker.chain,))


def _inside(mentions: list[Mention], parts: Iterable[Span]) -> Iterator[int]:
    spans = list(parts)
    for index, mention in enumerate(mentions):
        if mention.form == MentionForm.PRONOUN and any(
            part.start <= mention.span.start and mention.span.end <= part.end for part in spans
        ):
            yield index


# --- knowledge -------------------------------------------------------------------------------------------------------


@cache
def _first_names() -> dict[str, frozenset[str]]:
    known: dict[str, set[str]] = {}
    for gender, _area, names in wordlists.rows("first_names_gender.tsv"):
        for name in names.split():
            known.setdefault(fold(name), set()).add(gender)
    return {name: frozenset(genders) for name, genders in known.items()}


@dataclass(frozen=True, slots=True)
class _Countries:
    canonical: dict[str, str]
    """Folded name of a country, in any variant -> its usual name."""
    demonyms: dict[str, str]
    """Folded demonym -> country."""
    regions: dict[str, frozenset[str]]
    """Country -> folded words of its region."""
    areas: frozenset[str]
    """All words of regions."""


@cache
def _countries() -> _Countries:
    canonical: dict[str, str] = {}
    demonyms: dict[str, str] = {}
    regions: dict[str, frozenset[str]] = {}
    for row in wordlists.rows("countries.tsv"):
        name, variants, people, areas = [*row, "", "", ""][:4]
        for variant in [name, *filter(None, variants.split(","))]:
            canonical[_plain(variant)] = name
        for demonym in filter(None, people.split(",")):
            demonyms[fold(demonym)] = name
            demonyms[fold(demonym) + "s"] = name
        regions[name] = frozenset(fold(area) for area in areas.split(",") if area)
    return _Countries(canonical, demonyms, regions, frozenset().union(*regions.values()))


def _plain(name: str) -> str:
    """Folded, without full stops and a leading article: the form in which two names of one text are compared."""
    return fold(name).replace(".", "").removeprefix("the ")


def _quotations(text: str) -> list[int]:
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


# --- the resolver ----------------------------------------------------------------------------------------------------


class _Resolver:
    """One pass over the names, then one over phrases and pronouns in reading order."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.text = doc.text  # joined from the tokens each time it is asked for
        self.inside = _quotations(self.text)
        self.line_starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        sentence_of = [0] * len(doc)
        for number, sentence in enumerate(doc.sents):
            sentence_of[sentence.start : sentence.end] = [number] * len(sentence)
        self.sentence_of = sentence_of
        self.items = [self._item(index, mention) for index, mention in enumerate(doc._.mentions)]
        self.titles = {item.index: tokens_of(doc, title).start for item in self.items if (title := item.mention.title)}
        self.chain_of = list(range(len(self.items)))
        self.chains = {item.index: self._new_chain(item) for item in self.items}
        self.members: dict[int, tuple[int, ...]] = {}
        self.by_head: dict[int, _Item] = {}
        for item in sorted(self.items, key=lambda item: (item.is_name, item.end - item.start)):
            for index in range(item.start, item.end) if item.is_name else (item.head.i,):
                self.by_head[index] = item
        self.speakers = self._presumed_speakers()

    def run(self) -> None:
        """Strict rules first, so that later ones see what the earlier ones joined."""
        self._join_names()
        self._join_acronyms()
        self._join_neighbours()
        self._join_clause_bound()
        self._join_outside_first_person()
        for item in self.items:
            if item.index != self.chains[self._root(item)].items[0] and item.mention.form != MentionForm.NAME:
                continue
            if item.pronoun is not None:
                self._resolve_pronoun(item)
            elif item.mention.form == MentionForm.NOMINAL:
                self._resolve_nominal(item)

    def result(self) -> list[Mention]:
        numbers: dict[int, int] = {}
        for item in self.items:
            numbers.setdefault(self._root(item), len(numbers))
        mentions = []
        for item in self.items:
            chain = self.chains[self._root(item)]
            label = chain.label if item.pronoun is not None and len(chain.items) > 1 else item.mention.label
            members = tuple(numbers[self._root(self.items[member])] for member in self.members.get(item.index, ()))
            mentions.append(replace(item.mention, chain=numbers[self._root(item)], label=label, members=members))
        return mentions

    # --- items and chains

    def _item(self, index: int, mention: Mention) -> _Item:
        tokens = tokens_of(self.doc, mention.span)
        head = tokens_of(self.doc, mention.head)[0]
        pronoun = pronouns().get(mention.span.of(self.text).lower()) if mention.form == MentionForm.PRONOUN else None
        genders, number = self._agreement(mention, tokens.text, head, pronoun)
        title = mention.title.of(self.text) if mention.title else ""
        # a "name" of marks alone ("--") still has a word to be compared by
        words = tuple(_plain(token.text) for token in tokens if not token.is_punct) or (tokens.text,)
        return _Item(
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
            countries=_named_countries(f"{title} {tokens.text}"),
        )

    def _agreement(
        self, mention: Mention, text: str, head: Token, pronoun: Pronoun | None
    ) -> tuple[frozenset[str], str]:
        if pronoun is not None:
            return (_ANY if pronoun.gender == "-" else frozenset(pronoun.gender)), pronoun.number
        if mention.form == MentionForm.NAME:
            if mention.label == "PERSON":
                return self._name_gender(mention, text), "s"
            is_plural = mention.label == "NORP" and text.endswith("s")
            return (_ANY if is_plural else _NEUTER), "p" if is_plural else "s"
        gender = role_gender(head.lemma_.lower())
        if mention.label == "PERSON":
            return (frozenset(gender) if gender in ("m", "f") else _PERSONAL), "s"
        if mention.label == "GROUP":
            # "the opposition … it" and "the opposition … they"
            return _ANY, "p" if head.tag_ in ("NNS", "NNPS") or head.lower_ == "people" else "-"
        return _NEUTER, "p" if head.tag_ in ("NNS", "NNPS") else "s"

    def _name_gender(self, mention: Mention, text: str) -> frozenset[str]:
        title = mention.title.of(self.text).lower().split() if mention.title else []
        if _MALE_TITLES.intersection(title) or any(role_gender(word) == "m" for word in title):
            return frozenset("m")
        if _FEMALE_TITLES.intersection(title) or any(role_gender(word) == "f" for word in title):
            return frozenset("f")
        words = text.split()
        known = _first_names().get(fold(words[0])) if len(words) > 1 else None
        return known or _PERSONAL

    def _new_chain(self, item: _Item) -> _Chain:
        chain = _Chain([item.index], item.genders, item.number, item.mention.label)
        if item.mention.title is not None:
            title = item.mention.title.of(self.text).lower().split()
            # "Secretary of State": the office is the noun before "of"
            noun = title[title.index("of") - 1] if "of" in title[1:] else title[-1]
            chain.offices[noun] = item.countries
        elif item.mention.form == MentionForm.NOMINAL and item.is_person:
            chain.offices[item.head.lemma_.lower()] = item.countries
        return chain

    def _root(self, item: _Item) -> int:
        index = item.index
        while self.chain_of[index] != index:
            self.chain_of[index] = self.chain_of[self.chain_of[index]]
            index = self.chain_of[index]
        return index

    def _chain(self, item: _Item) -> _Chain:
        return self.chains[self._root(item)]

    def _join(self, one: _Item, other: _Item) -> None:
        first, second = sorted((self._root(one), self._root(other)))
        if first == second:
            return
        kept, joined = self.chains[first], self.chains.pop(second)
        self.chain_of[second] = first
        kept.items = sorted(kept.items + joined.items)
        kept.genders = (kept.genders & joined.genders) or kept.genders
        kept.number = joined.number if kept.number == "-" else kept.number
        if self.items[kept.items[0]].pronoun is not None or (
            joined.label != kept.label and kept.label in ("OTHER", "GROUP")
        ):
            kept.label = joined.label if joined.label != "OTHER" else kept.label
        kept.offices.update(joined.offices)

    # --- names

    def _join_names(self) -> None:
        by_surface: dict[str, _Item] = {}
        people: dict[str, list[_Item]] = {}
        inner: dict[str, list[_Item]] = {}
        for item in self.items:
            if not item.is_name:
                continue
            surface = _plain(item.mention.span.of(self.text))
            surface = _plain(_countries().canonical.get(surface, surface))
            if item.is_person:
                self._join_person(item, people, inner)
                continue
            if item.mention.label == "NORP":
                surface += " (people)"
            if surface in by_surface:
                self._join(by_surface[surface], item)
            else:
                by_surface[surface] = item

    def _join_person(self, item: _Item, people: dict[str, list[_Item]], inner: dict[str, list[_Item]]) -> None:
        """Join a person's name with the latest compatible earlier one that shares its first or last word.

        Where there is none a lone word is looked for inside of earlier names: "Rosa Quispe Llerena", later "Quispe".
        """
        words = item.words
        earlier = people.get(words[-1], []) + (people.get(words[0], []) if len(words) == 1 else [])
        if len(words) == 1 and not earlier:
            earlier = inner.get(words[0], [])
        for candidate in reversed(earlier):
            chain = self._chain(candidate)
            if not chain.genders & item.genders:
                continue
            known = [self.items[index].words for index in chain.items if self.items[index].is_name]
            # beside "Karim Haddad" a lone "Haddad" says nothing against a lone "Karim"
            known = [name for name in known if len(name) > 1] or known
            if all(_are_compatible_names(words, other) for other in known):
                self._join(candidate, item)
                break
        else:
            if len(words) > 1:
                candidates = [c for c in people.get(words[0], []) if len(c.words) == 1 or set(c.words) <= set(words)]
                if candidates and len({self._root(c) for c in candidates}) == 1:
                    self._join(candidates[-1], item)
        for word in {words[-1], words[0]}:
            people.setdefault(word, []).append(item)
        for word in words[1:-1]:
            if len(word) > 1:
                inner.setdefault(word, []).append(item)

    def _join_acronyms(self) -> None:
        """ "National Security Agency (NSA)", later "NSA"; "Google Inc" and "Google"."""
        suffixes = wordlists.words("corporate_suffixes.txt")
        long_names: dict[str, _Item] = {}
        bodies = [item for item in self.items if item.is_name and item.mention.label in ("ORG", "GPE", "FAC", "EVENT")]
        for item in bodies:
            words = [word for word in item.words if word not in suffixes] or list(item.words)
            if len(words) > 1:
                initials = "".join(word[0] for word in words if word not in ("of", "the", "and", "for", "on", "in"))
                long_names.setdefault(initials, item)
                long_names.setdefault("".join(word[0] for word in words), item)
        shortened: dict[str, _Item] = {}
        known = _countries()
        for item in bodies:
            words = [word for word in item.words if word not in suffixes]
            if words and len(words) < len(item.words):
                shortened.setdefault(" ".join(words), item)
            # "the Russian Foreign Ministry", later "the Foreign Ministry"
            if len(words) > 2 and (words[0] in known.demonyms or words[0] in known.canonical):
                shortened.setdefault(" ".join(words[1:]), item)
        for item in bodies:
            text = self.doc[item.start : item.end].text
            letters = fold(text).replace(".", "")
            if len(item.words) == 1 and 2 <= len(letters) <= 6 and text.upper() == text and letters in long_names:
                self._join(long_names[letters], item)
            elif " ".join(item.words) in shortened:
                self._join(shortened[" ".join(item.words)], item)

    # --- syntax

    def _join_neighbours(self) -> None:
        """Title and name ("the opposition leader Juan Guaido"), apposition ("Lavrov, the minister"), predicate."""
        by_start = {item.start: item for item in self.items if item.is_name}
        for item in self.items:
            if item.mention.form != MentionForm.NOMINAL:
                continue
            follower = by_start.get(item.end)
            if follower is not None and follower.is_person and item.is_person:
                self._join(item, follower)
                continue
            other = self._same_thing(item) or self._set_off(item)
            if other is not None and _can_be_same(self._chain(item), self._chain(other)):
                self._join(item, other)

        for item in by_start.values():
            governor = self.by_head.get(item.head.head.i)
            if (
                item.head.dep_ == "appos"
                and not _is_listed(item.head)
                and governor is not None
                and governor.mention.form == MentionForm.NOMINAL
                and _can_be_same(self._chain(item), self._chain(governor))
            ):
                self._join(governor, item)

    def _same_thing(self, item: _Item) -> _Item | None:
        """The mention that the grammar makes this noun phrase an apposition or a predicate of."""
        head = item.head
        if head.dep_ == "appos":
            return None if _is_listed(head) else self.by_head.get(head.head.i)
        if head.dep_ == "nmod:desc" and head.i < head.head.i and head.nbor().text == ",":
            return self.by_head.get(head.head.i)  # "the prime minister, Ida Sand"
        if (other := self._becomes(head)) is not None:
            return other
        children = {child.dep_: child for child in head.children}
        if (
            "cop" in children
            and "nsubj" in children
            and not any(child.lower_ in ("not", "n't", "never") for child in head.children)
        ):
            if any(child.dep_ == "aux" and child.tag_ == "MD" for child in head.children):
                return None
            return self.by_head.get(children["nsubj"].i)
        if head.dep_ in ("xcomp", "ccomp"):
            # "proclaimed himself interim president"
            objects = [child for child in head.head.children if child.dep_ in ("obj", "iobj")]
            return self.by_head.get(objects[0].i) if objects else None
        return None

    def _set_off(self, item: _Item) -> _Item | None:
        """The person's name between the commas behind a phrase, whatever the parser says: "his father, Karim, left"."""
        end = item.end
        if not item.is_person or item.number == "p" or end >= len(self.doc) or self.doc[end].text != ",":
            return None
        if item.start and self.doc[item.start - 1].text == ",":
            return None  # in a list
        for index in range(item.index + 1, min(item.index + 4, len(self.items))):
            other = self.items[index]
            title = self.titles.get(other.index, other.start)
            if other.is_name and other.is_person and title == end + 1 and other.end + 1 < len(self.doc):
                is_list = self.doc[other.end + 1].lower_ in ("and", "or")
                return other if self.doc[other.end].text == "," and not is_list else None
        return None

    def _becomes(self, head: Token) -> _Item | None:
        """Who is said to hold the place that the noun names: "became mayor", "served as envoy", "was named judge"."""
        verb = head.head
        lemma = verb.lemma_.lower()
        is_role = any(child.lower_ == "as" and child.dep_ == "case" for child in head.lefts)
        kind = wordlists.table("role_verbs.tsv").get(lemma)
        if (
            (kind == "become" and head.dep_ in ("obj", "xcomp"))
            or (kind == "serve" and is_role and head.dep_ == "obl")
            or (kind == "name" and verb.tag_ == "VBN" and (head.dep_ in ("xcomp", "obj") or is_role))
        ):
            if any(child.lower_ in _NEGATIONS or child.tag_ == "MD" for child in verb.lefts):
                return None
            subject = next((child for child in verb.lefts if child.dep_ in ("nsubj", "nsubj:pass")), None)
            is_passive = subject is not None and subject.dep_ == "nsubj:pass"
            if subject is not None and (is_passive or kind != "name"):
                return self.by_head.get(subject.i)
        return None

    def _join_clause_bound(self) -> None:
        """Relative pronouns with the noun before their clause, reflexives with the subject of theirs."""
        for item in self.items:
            if item.pronoun is None:
                continue
            other: _Item | None = None
            if item.pronoun.kind == "relative":
                clause = relative_clause(item.head)
                other = self.by_head.get(clause.head.i) if clause is not None else None
            elif item.pronoun.kind == "reflexive" and (subject := _subject_of(item.head)) is not None:
                other = self.by_head.get(subject.i)
            if other is not None and other is not item and other.index < item.index:
                self._join(other, item)

    def _join_outside_first_person(self) -> None:
        """All "I" of one quotation are one speaker, and so are all of the narration; likewise "we" and "you"."""
        asked = self._questions()
        seen: dict[tuple[int, int, str, bool], _Item] = {}
        for item in self.items:
            if item.pronoun is None or item.pronoun.person == 3:
                continue
            person, number = item.pronoun.person, item.pronoun.number if item.pronoun.person == 1 else "-"
            is_asked = not item.quote and self._line(item) in asked
            if is_asked and person == 2:
                person, number, is_asked = 1, "s", False  # "you" of the question is "I" of the answer
            first = seen.setdefault((item.quote, person, number, is_asked), item)
            self._join(first, item)
        answer = seen.get((0, 1, "s", False))
        guest = self._guest(asked) if asked else None
        if answer is not None and guest is not None:
            self._join(guest, answer)

    def _questions(self) -> frozenset[int]:
        """The lines of an interview, by number, that ask someone something; none where the text is no interview.

        The others are answers: interviews in newspapers mark the speakers by bold type, which a plain text has lost.
        """
        asking = {number for number, line in enumerate(self.text.split("\n")) if line.rstrip().endswith("?")}
        asked = {
            self._line(item)
            for item in self.items
            if item.pronoun is not None and item.pronoun.person == 2 and not item.quote
        }
        asked &= asking
        return frozenset(asked) if len(asked) >= QUESTIONS_OF_AN_INTERVIEW else frozenset()

    def _line(self, item: _Item) -> int:
        return bisect_right(self.line_starts, item.mention.span.start) - 1

    def _guest(self, asked: frozenset[int]) -> _Item | None:
        """The person of whom the lines before the first question speak most."""
        first = min(asked)
        counts = Counter(
            self._root(item) for item in self.items if item.is_name and item.is_person and self._line(item) < first
        )
        ranked = counts.most_common(2)
        is_clear = bool(ranked) and (len(ranked) == 1 or ranked[0][1] > ranked[1][1])
        return self.items[ranked[0][0]] if is_clear else None

    def _presumed_speakers(self) -> dict[int, int]:
        """Quotation number to the item that is the subject beside the closing or before the opening mark."""
        speakers: dict[int, int] = {}
        previous = 0
        for token in self.doc:
            current = self.inside[token.idx]
            if current != previous:
                number = previous or current
                window = (
                    range(token.i, min(token.i + 6, len(self.doc))) if previous else range(max(token.i - 6, 0), token.i)
                )
                for index in window:
                    near = self.doc[index]
                    if near.dep_ in _SUBJECTS and not self.inside[near.idx] and index in self.by_head:
                        speakers.setdefault(number, self.by_head[index].index)
                        break
            previous = current
        return speakers

    # --- pronouns

    def _resolve_pronoun(self, item: _Item) -> None:
        pronoun = item.pronoun
        if pronoun is None or pronoun.person < 3 or pronoun.kind == "relative":
            return
        scores: dict[int, float] = {}
        barred: set[int] = set()
        for other in self._before(item, WINDOW_SENTENCES, WINDOW_MENTIONS):
            root = self._root(other)
            if not self._agrees(item, other):
                continue
            if self._is_blocked(item, other):
                if other.end <= item.start and pronoun.gender in ("m", "f"):
                    barred.add(root)  # "his father asked him": no other mention of the father is meant either
                continue
            weight = other.weight * RECENCY ** (item.sentence - other.sentence)
            if pronoun.number == "p" and other.mention.label == "ORG":
                weight *= BODY_FOR_THEY
            if bool(item.quote) != bool(other.quote):
                weight *= ACROSS_QUOTE
            speaker = self.speakers.get(item.quote) if item.quote else None
            if speaker is not None and self._root(self.items[speaker]) == root:
                weight *= SPEAKER_INSIDE_QUOTE
            scores[root] = scores.get(root, 0.0) + weight
        scores = {root: score for root, score in scores.items() if root not in barred}
        if not scores:
            if pronoun.number == "p":
                self._find_members(item, 2)
            return
        # "in Venezuela and around it": a place before anything else
        places = {root: score for root, score in scores.items() if self.chains[root].label in ("GPE", "LOC", "FAC")}
        if not any(child.lower_ in _SPATIAL for child in item.head.children):
            places = {}
        scores = places or scores
        best = max(scores, key=lambda root: (scores[root], root))
        if pronoun.gender in ("n", "-") and not places and self._distraction(item) > scores[best]:
            return
        if pronoun.number == "p" and self.chains[best].number == "s" and self._find_members(item, 2):
            return
        self._join(self.items[best], item)

    def _before(self, item: _Item, sentences: int, limit: int) -> Iterator[_Item]:
        for index in range(item.index - 1, max(item.index - 1 - limit, -1), -1):
            other = self.items[index]
            if item.sentence - other.sentence > sentences:
                return
            if other.end <= item.start:
                yield other

    def _agrees(self, item: _Item, other: _Item) -> bool:
        chain = self._chain(other)
        if other.pronoun is not None and other.pronoun.person < 3:
            return False
        if other.pronoun is not None and len(chain.items) == 1 and other.genders != item.genders:
            return False
        if other.mention.label == "NORP" and other.number == "s":
            return False
        if not chain.genders & item.genders:
            return False
        if item.pronoun is not None and item.pronoun.gender in ("m", "f"):
            return chain.label in ("PERSON", "OTHER") and chain.number != "p" and other.mention.label != "GROUP"
        if item.number == "s":
            return chain.number != "p" and chain.label != "PERSON"
        return chain.number != "s" or chain.label in ("ORG", "GROUP")

    def _is_blocked(self, item: _Item, other: _Item) -> bool:
        """Binding: "Lavrov met him" is not Lavrov; "his brother" is not the brother."""
        if other.start <= item.start and item.end <= other.end:
            return True
        kind = item.pronoun.kind if item.pronoun else ""
        if kind == "personal":
            verb, word = item.head.head, other.head
            if item.head.dep_ in ("obj", "iobj", "obl", "obl:agent") and (
                word.head == verb or _subject_of(item.head) == word
            ):
                return word.dep_ in _SUBJECTS | _OBJECTS
            if item.head.dep_ in _SUBJECTS and word.head == verb and word.dep_ in ("obj", "obl", "iobj"):
                return word.dep_ != "obl"
        return False

    def _distraction(self, item: _Item) -> float:
        """Salience of the best noun that is no mention ("the plan") and fits the pronoun in number."""
        wanted = ("NNS", "NNPS") if item.number == "p" else ("NN", "NNP")
        best = 0.0
        for index in range(item.start - 1, max(item.start - 40, -1), -1):
            token = self.doc[index]
            distance = item.sentence - self.sentence_of[index]
            if distance > 1:
                break
            is_thing = token.tag_ in wanted and token.pos_ == "NOUN" and not token.ent_type_
            if is_thing and index not in self.by_head and token.dep_ in _SUBJECTS | _OBJECTS:
                best = max(best, _place_weight(token) * RECENCY**distance)
        return best

    # --- noun phrases

    def _resolve_nominal(self, item: _Item) -> None:
        first = self.doc[item.start].lower_
        count = _COUNTS.get(first) or next((_COUNTS[w] for w in item.words if w in _COUNTS), None)
        lemma = item.head.lemma_.lower()
        is_counted = (count or lemma in _PAIR_NOUNS) and item.number != "s" and first not in _INDEFINITE
        start = self.doc[item.start]
        is_definite = first in _DEFINITE or start.tag_ == "PRP$" or start.ent_type_ in _NAMED
        if self._take_listed(item):
            return
        # "three villages" are others than the three cities named before
        if is_counted and (is_definite or first == "both") and self._find_members(item, count or 2):
            return
        if first in _INDEFINITE or not is_definite:
            return
        other = None
        if item.mention.label in ("GPE", "LOC"):
            other = self._named_place(item, lemma)
        elif item.is_person:
            other = self._holder(item, lemma)
        elif item.mention.label == "ORG":
            other = self._named_body(item, lemma)
        other = other or self._same_noun(item, lemma)
        if other is not None:
            self._join(other, item)

    def _take_listed(self, item: _Item) -> bool:
        """The names that follow a plural are its members: "the two cities, Oslo and Bergen"."""
        if item.number != "p":
            return False
        for child in item.head.rights:
            if child.dep_ == "appos":
                named = [self.by_head.get(token.i) for token in _coordinated(child)]
                members = [other for other in named if other is not None and other.is_name]
                if len(members) > 1 and len(members) == len(named):
                    self.members[item.index] = tuple(sorted(other.index for other in members))
                    return True
        return False

    def _same_noun(self, item: _Item, lemma: str) -> _Item | None:
        """An earlier phrase with the same head noun and all the modifiers of this one."""
        modifiers = _content_words(item)
        # "the Venezuelan people" and "the friendly people of Venezuela"
        is_one_of_a_kind = item.mention.label in ("GROUP", "ORG") and lemma in _ONE_OF_A_KIND
        for other in self._before(item, NOMINAL_WINDOW_SENTENCES, 6 * WINDOW_MENTIONS):
            if (
                other.mention.form == MentionForm.NOMINAL
                and other.head.lemma_.lower() == lemma
                and other.number == item.number
                and (modifiers <= _content_words(other) or (is_one_of_a_kind and item.countries & other.countries))
            ):
                return other
        return None

    def _holder(self, item: _Item, lemma: str) -> _Item | None:
        """ "The Venezuelan president": the latest person with that office, of that country where one is said."""
        for index in range(item.index - 1, -1, -1):
            other = self.items[index]
            if other.pronoun is not None or other.end > item.start:
                continue
            chain = self._chain(other)
            countries = chain.offices.get(lemma)
            if countries is None or chain.label != "PERSON":
                continue
            if item.countries and countries and not item.countries & countries:
                continue
            if _differs(item, other):
                continue
            return other
        if lemma in _GENERIC_PERSONS:
            for other in self._before(item, 2, WINDOW_MENTIONS):
                chain = self._chain(other)
                if other.is_name and other.is_person and chain.genders & item.genders and other.weight >= OBJECT_WEIGHT:
                    return other
        return None

    def _named_body(self, item: _Item, lemma: str) -> _Item | None:
        """ "The ministry": the latest body whose name ends in the noun; "the company": the latest body."""
        fallback = None
        for other in self._before(item, NOMINAL_WINDOW_SENTENCES, 6 * WINDOW_MENTIONS):
            if not other.is_name or other.mention.label != "ORG":
                continue
            if lemma in (other.words[-1], other.words[0]):
                if not item.countries or not other.countries or item.countries & other.countries:
                    return other
            elif fallback is None and item.sentence - other.sentence <= 2 and other.weight > INNER_WEIGHT:
                fallback = other
        is_bare = self.doc[item.start].lower_ in _DEFINITE and len(item.words) == 2
        return fallback if is_bare and lemma in _GENERIC_BODIES else None

    def _named_place(self, item: _Item, lemma: str) -> _Item | None:
        """ "The Latin American country": the most salient country of that region; "the city": the latest city."""
        known = _countries()
        phrase = " ".join(item.words)
        if lemma in _CITY_NOUNS and not item.countries:
            for other in self._before(item, WINDOW_SENTENCES, WINDOW_MENTIONS):
                if other.is_name and other.mention.label == "GPE" and " ".join(other.words) not in known.canonical:
                    return other
            return None
        if lemma not in _COUNTRY_NOUNS or item.number == "p":
            return None
        scores: dict[str, float] = {}
        latest: dict[str, _Item] = {}
        for other in self._before(item, NOMINAL_WINDOW_SENTENCES, 6 * WINDOW_MENTIONS):
            if not other.is_name or other.mention.label not in ("GPE", "NORP", "LOC"):
                continue
            surface = " ".join(other.words)
            country = known.canonical.get(surface) or known.demonyms.get(surface)
            if country is None:
                continue
            scores[country] = scores.get(country, 0.0) + other.weight * 0.8 ** (item.sentence - other.sentence)
            if surface in known.canonical:
                latest.setdefault(country, other)
        regions = {area for areas in known.regions.values() for area in areas if f" {area} " in f" {phrase} "}
        best = [
            country
            for country in latest
            if regions <= known.regions[country] and (not item.countries or country in item.countries)
        ]
        if len(item.words) > 2 and not regions and not item.countries:
            return None
        return latest[max(best, key=lambda country: (scores[country], country))] if best else None

    def _find_members(self, item: _Item, count: int) -> bool:
        """Set the chains that a plural stands for: ``count`` coordinated names, else the only ``count`` names near."""
        labels: tuple[str, ...] = ("GPE",) if item.mention.label in ("GPE", "LOC") else ("PERSON",)
        if item.pronoun is not None or item.head.lemma_.lower() in ("side", "party"):
            labels = ("PERSON", "GPE", "ORG")
        near = [
            other for other in self._before(item, 2, WINDOW_MENTIONS) if other.is_name and other.mention.label in labels
        ]
        for other in near:
            group = [other]
            for index in {t.i for t in _coordinated(other.head)}:
                mate = self.by_head.get(index)
                if mate is not None and mate.end <= item.start and self._root(mate) not in map(self._root, group):
                    group.append(mate)
            if len(group) == count:
                self.members[item.index] = tuple(sorted(mate.index for mate in group))
                return True
        if item.pronoun is not None:
            return False
        distinct = {self._root(other): other for other in reversed(near)}
        if len(distinct) == count:
            self.members[item.index] = tuple(sorted(other.index for other in distinct.values()))
            return True
        return False


# --- small questions -------------------------------------------------------------------------------------------------


def _weight(head: Token, mention: Mention) -> float:
    if mention.form == MentionForm.NAME and mention.label == "NORP":
        return INNER_WEIGHT
    return _place_weight(head)


def _place_weight(token: Token) -> float:
    while token.dep_ in ("conj", "appos", "flat") and token.head != token:
        token = token.head
    if token.dep_ in _SUBJECTS:
        return SUBJECT_WEIGHT
    if token.dep_ in _OBJECTS:
        return OBJECT_WEIGHT
    return INNER_WEIGHT if token.dep_ in ("nmod", "nmod:poss", "compound", "amod", "nmod:desc") else OTHER_WEIGHT


def _subject_of(token: Token) -> Token | None:
    """Who does what the verb of the token's clause says: its subject, or for open clauses that of the verb above.

    "Persuaded Karim to defend himself": the object of the verb above, where it has one.
    """
    verb = token.head
    for _ in range(6):
        for child in verb.children:
            if child.dep_ in _SUBJECTS and child.i != token.i:
                return child
        if verb.head == verb:
            return None
        if verb.dep_ == "acl":
            return verb.head
        if verb.dep_ == "xcomp":
            controller = next((child for child in verb.head.children if child.dep_ in ("obj", "iobj")), None)
            if controller is not None and controller.i != token.i:
                return controller
        verb = verb.head
    return None


def _coordinated(head: Token) -> Iterator[Token]:
    first = head.head if head.dep_ == "conj" else head
    yield first
    for child in first.children:
        if child.dep_ == "conj":
            yield child


def _is_listed(head: Token) -> bool:
    """Whether what looks like an apposition is part of a list: "the governor, the mayor and the bishop met"."""
    conjuncts = [child for child in head.children if child.dep_ == "conj"]
    if not conjuncts:
        # The conjunct may hang on the first of the list instead; a comma before its conjunction closes an apposition.
        after = head.right_edge.i + 1
        conjuncts = [
            child
            for child in head.head.children
            if child.dep_ == "conj" and any(part.dep_ == "cc" and part.i == after for part in child.children)
        ]
    if not conjuncts or head.head.tag_ in ("NNS", "NNPS"):
        return False
    end = max(child.right_edge.i for child in conjuncts) + 1
    return end < len(head.doc) and head.doc[end].text not in (",", ")", "-", "–", "—")


def _are_compatible_names(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names can be one person's: one inside the other, or equal but for middle names and initials."""
    short, long = sorted((one, other), key=len)
    if len(short) == 1:
        return short[0] in (long[-1], long[0]) or (short[0] in long[1:])
    if set(short) <= set(long):
        return True
    if short[-1] != long[-1]:
        return False
    first, second = short[0], long[0]
    return first == second or (min(len(first), len(second)) == 1 and first[0] == second[0])


def _can_be_same(one: _Chain, other: _Chain) -> bool:
    if not one.genders & other.genders:
        return False
    if "-" not in (one.number, other.number) and one.number != other.number:
        return False
    return one.label == other.label or any(one.label in kind and other.label in kind for kind in _KINDS)


def _named_countries(text: str) -> frozenset[str]:
    """Countries named in a phrase, by name or demonym, the longest first; "Latin American" names none."""
    known = _countries()
    words = re.findall(r"[\w.]+", _plain(text).replace("'s", " "))
    found = set()
    index = 0
    while index < len(words):
        for length in range(min(4, len(words) - index), 0, -1):
            surface = " ".join(words[index : index + length])
            country = known.demonyms.get(surface) or known.canonical.get(surface)
            if country is not None:
                found.add(country)
            if country is not None or surface in known.areas:
                index += length - 1
                break
        index += 1
    return frozenset(found)


_EMPTY_WORDS = frozenset(("the", "this", "that", "these", "those", "'s", "’s", "of", "own", "same", "a", "an"))


def _content_words(item: _Item) -> frozenset[str]:
    return frozenset(item.words) - _EMPTY_WORDS - {_plain(item.head.text)}


_CONTRASTING = frozenset(("former", "previous", "deputy", "vice", "new", "next", "other", "first", "second", "late"))


def _differs(item: _Item, other: _Item) -> bool:
    """ "The former president" is not the president."""
    title = set((other.mention.title and other.words) or ())
    return bool(_CONTRASTING & set(item.words)) and not (_CONTRASTING & set(item.words) & (set(other.words) | title))


# --- component -------------------------------------------------------------------------------------------------------


@Language.factory("newskb_coreference", assigns=["doc._.mentions"], requires=["doc._.mentions", "token.dep"])
def _create(nlp: Language, name: str) -> CoreferenceResolver:  # noqa: ARG001 - spaCy calls factories with both
    return CoreferenceResolver()


class CoreferenceResolver:
    """Sets the chains of ``doc._.mentions``."""

    def __call__(self, doc: Doc) -> Doc:
        """Resolve the mentions of ``doc``."""
        doc._.mentions = resolve(doc)
        return doc
