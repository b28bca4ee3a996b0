"""Noun phrases become what they stand for: holders of an office, bodies, places, groups, and several at once."""

from __future__ import annotations

from newskb.model import MentionForm
from newskb.nlp import wordlists
from newskb.nlp.chains import (
    DEFINITE,
    INDEFINITE,
    INNER_WEIGHT,
    OBJECT_WEIGHT,
    WINDOW_MENTIONS,
    WINDOW_SENTENCES,
    Chains,
    Item,
    office,
)
from newskb.nlp.corefsyntax import coordinated
from newskb.nlp.countrynames import countries, plain
from newskb.nlp.mentionspans import NAME_LABELS

NOMINAL_WINDOW_SENTENCES = 12
"""How many sentences back "the soldiers" looks for its own head noun."""
_POINTING = frozenset(("this", "these"))
_COUNTS = {"both": 2, "two": 2, "three": 3, "four": 4, "five": 5}
_NAMED = NAME_LABELS - {"NORP"}
_PAIR_NOUNS = frozenset(("pair", "duo", "couple", "counterpart"))
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


def resolve_nominal(chains: Chains, item: Item) -> None:
    """Join a noun phrase with what it takes up, or set the several things that it stands for."""
    first = chains.doc[item.start].lower_
    count = _count(item)
    lemma = item.head.lemma_.lower()
    is_counted = (count or lemma in _PAIR_NOUNS) and item.number != "s" and first not in INDEFINITE
    start = chains.doc[item.start]
    is_definite = first in DEFINITE or start.tag_ == "PRP$" or start.ent_type_ in _NAMED
    if item.is_joint:
        _join_joint(chains, item)
        return
    if _take_listed(chains, item):
        return
    # "three villages" are others than the three cities named before
    if is_counted and (is_definite or first == "both") and find_members(chains, item, count or 2):
        return
    if first in INDEFINITE or not (is_definite or first == "both"):
        return
    other = None
    if item.mention.label in ("GPE", "LOC"):
        other = _named_place(chains, item, lemma)
    elif item.is_person:
        other = _holder(chains, item, lemma)
    elif item.mention.label == "ORG":
        other = _named_body(chains, item, lemma)
    other = other or _same_noun(chains, item, lemma)
    if other is not None:
        chains.join(other, item)


def _join_joint(chains: Chains, item: Item) -> None:
    """What a list of people stands for: its members; and "two brothers" before "Niklaus and Johann"."""
    heads = [token for token in coordinated(item.head) if token.i < item.end]
    group = [chains.by_head[token.i] for token in heads if token.i in chains.by_head]
    group = [other for other in group if other is not item]
    if len(group) == len(heads):
        _set_members(chains, item, group)
    before = chains.by_head.get(item.start - 2)
    if before is not None and chains.doc[item.start - 1].text == "," and _count(before) == len(heads):
        chains.join(before, item)


def _count(item: Item) -> int | None:
    """How many a phrase says that it means: "the two men"."""
    return next((_COUNTS[word] for word in item.words if word in _COUNTS), None)


def _take_listed(chains: Chains, item: Item) -> bool:
    """The names that follow a plural are its members: "the two cities, Oslo and Bergen"."""
    if item.number != "p":
        return False
    for child in item.head.rights:
        if child.dep_ == "appos":
            named = [chains.by_head.get(token.i) for token in coordinated(child)]
            members = [other for other in named if other is not None and other.is_name]
            if len(members) > 1 and len(members) == len(named):
                _set_members(chains, item, members)
                return True
    return False


def _same_noun(chains: Chains, item: Item, lemma: str) -> Item | None:
    """An earlier phrase with the same head noun and all the modifiers of this one."""
    if item.head.lower_ in wordlists.table("part_words.txt"):
        return None  # "those who left" are others than "those who stayed"
    modifiers = _content_words(chains, item)
    owner = _owner(chains, item)
    # "this hostile government" is the one just named, whatever it is called
    is_pointed_at = chains.doc[item.start].lower_ in _POINTING
    # "the Venezuelan people" and "the friendly people of Venezuela"
    is_one_of_a_kind = item.mention.label in ("GROUP", "ORG") and lemma in _ONE_OF_A_KIND
    for other in chains.before(item, NOMINAL_WINDOW_SENTENCES, 6 * WINDOW_MENTIONS):
        if (
            other.mention.form == MentionForm.NOMINAL
            and other.head.lemma_.lower() == lemma
            and other.number == item.number
            and (_count(item) is None or _count(other) in (None, _count(item)))
            and _may_be_owned(chains, owner, other)
            and (
                modifiers <= _content_words(chains, other)
                or (is_one_of_a_kind and item.countries & other.countries)
                or (is_pointed_at and not item.countries and item.sentence - other.sentence <= WINDOW_SENTENCES)
            )
        ):
            return other
    return None


def _owner(chains: Chains, item: Item) -> Item | None:
    """Whose it is said to be: "his" of "his father"."""
    owner = next((child for child in item.head.lefts if child.dep_ == "nmod:poss"), None)
    return chains.by_head.get(owner.i) if owner is not None else None


def _may_be_owned(chains: Chains, owner: Item | None, other: Item) -> bool:
    theirs = _owner(chains, other)
    return owner is None or (theirs is not None and chains.root(owner) == chains.root(theirs))


def _holder(chains: Chains, item: Item, lemma: str) -> Item | None:
    """ "The Venezuelan president": the latest person with that office, of that country where one is said."""
    wanted = office(item)
    owner = _owner(chains, item)
    owner = None if owner is not None and owner.countries else owner  # "Norway's president"
    for index in range(item.index - 1, -1, -1):
        other = chains.items[index]
        if other.pronoun is not None or other.end > item.start:
            continue
        chain = chains.of(other)
        countries = chain.offices.get(wanted)
        if countries is None or chain.label != "PERSON":
            continue
        if item.countries and countries and not item.countries & countries:
            continue
        if _differs(chains, item, other) or not _may_be_owned(chains, owner, other):
            continue
        return other
    if lemma in _GENERIC_PERSONS:
        for other in chains.before(item, 2, WINDOW_MENTIONS):
            chain = chains.of(other)
            if other.is_name and other.is_person and chain.genders & item.genders and other.weight >= OBJECT_WEIGHT:
                return other
    return None


def _named_body(chains: Chains, item: Item, lemma: str) -> Item | None:
    """ "The ministry": the latest body whose name ends in the noun; "the company": the latest body."""
    fallback = None
    for other in chains.before(item, NOMINAL_WINDOW_SENTENCES, 6 * WINDOW_MENTIONS):
        if not other.is_name or other.mention.label != "ORG":
            continue
        if lemma in (other.words[-1], other.words[0]):
            if not item.countries or not other.countries or item.countries & other.countries:
                return other
        elif fallback is None and item.sentence - other.sentence <= 2 and other.weight > INNER_WEIGHT:
            fallback = other
    is_bare = chains.doc[item.start].lower_ in DEFINITE and len(item.words) == 2
    return fallback if is_bare and lemma in _GENERIC_BODIES else None


def _named_place(chains: Chains, item: Item, lemma: str) -> Item | None:
    """ "The Latin American country": the most salient country of that region; "the city": the latest city."""
    known = countries()
    phrase = " ".join(item.words)
    if lemma in _CITY_NOUNS and not item.countries:
        for other in chains.before(item, WINDOW_SENTENCES, WINDOW_MENTIONS):
            if other.is_name and other.mention.label == "GPE" and " ".join(other.words) not in known.canonical:
                return other
        return None
    if lemma not in _COUNTRY_NOUNS or item.number == "p":
        return None
    scores: dict[str, float] = {}
    latest: dict[str, Item] = {}
    for other in chains.before(item, NOMINAL_WINDOW_SENTENCES, 6 * WINDOW_MENTIONS):
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


def find_members(chains: Chains, item: Item, count: int) -> bool:
    """Set the chains that a plural stands for: ``count`` coordinated names, else the only ``count`` names near."""
    near = [other for other in chains.before(item, 2, WINDOW_MENTIONS) if other.is_name]
    for labels in _kinds_of_members(item):
        some = [other for other in near if other.mention.label in labels]
        group = _listed(chains, item, some, count)
        if group is None and item.pronoun is None:
            distinct = {chains.root(other): other for other in reversed(some)}
            group = list(distinct.values()) if len(distinct) == count else None
        if group is not None:
            _set_members(chains, item, group)
            return True
    if item.head.lower_ in wordlists.words("pair_words.txt"):
        for other in chains.before(item, NOMINAL_WINDOW_SENTENCES, 6 * WINDOW_MENTIONS):
            if len(chains.members.get(other.index, ())) == count:
                _set_members(chains, item, [chains.items[member] for member in chains.members[other.index]])
                return True
    return False


def _kinds_of_members(item: Item) -> tuple[tuple[str, ...], ...]:
    """Labels that the members may have together; of a bare "the two" persons first."""
    if item.pronoun is not None or item.head.lemma_.lower() in ("side", "party"):
        return (("PERSON", "GPE", "ORG"),)
    if item.head.lower_ in wordlists.words("pair_words.txt"):
        return (("PERSON",), ("GPE",), ("ORG",))
    return (("GPE",),) if item.mention.label in ("GPE", "LOC") else (("PERSON",),)


def _listed(chains: Chains, item: Item, near: list[Item], count: int) -> list[Item] | None:
    """The latest ``count`` that stand in one list, a name among them: "Orlik and his wife"."""
    for other in near:
        group = [other]
        for index in {token.i for token in coordinated(other.head)}:
            mate = chains.by_head.get(index)
            if mate is not None and mate.end <= item.start and chains.root(mate) not in map(chains.root, group):
                group.append(mate)
        if len(group) == count:
            return group
    return None


def _set_members(chains: Chains, item: Item, group: list[Item]) -> None:
    """Note whom a plural stands for, and join it with an earlier one for the same: "both ministers … the two"."""
    chains.members[item.index] = tuple(sorted(other.index for other in group))
    roots = {chains.root(other) for other in group}
    for index, members in chains.members.items():
        if index < item.index and {chains.root(chains.items[member]) for member in members} == roots:
            chains.join(chains.items[index], item)
            return


_EMPTY_WORDS = frozenset(("the", "this", "that", "these", "those", "'s", "’s", "of", "own", "same", "a", "an"))


def _content_words(chains: Chains, item: Item) -> frozenset[str]:
    """What a phrase says of its noun, but for whose it is."""
    words = set(item.words)
    if _owner(chains, item) is not None:
        owner = next(child for child in item.head.lefts if child.dep_ == "nmod:poss")
        words -= {plain(token.text) for token in owner.subtree}
    return frozenset(words) - _EMPTY_WORDS - _COUNTS.keys() - {plain(item.head.text)}


_CONTRASTING = frozenset(("former", "previous", "deputy", "vice", "new", "next", "other", "first", "second", "late"))


def _differs(chains: Chains, item: Item, other: Item) -> bool:
    """ "The former president" is not the president."""
    title = other.mention.title.of(chains.text).lower().split() if other.mention.title else ()
    contrast = _CONTRASTING.intersection(item.words)
    return bool(contrast) and not contrast.intersection((*other.words, *title))
