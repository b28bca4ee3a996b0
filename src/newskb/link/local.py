"""Whom the authority does not know becomes a local actor, with the same key in every article that means him."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from newskb.link import countries, offices, tables
from newskb.link.authority import Entity
from newskb.link.names import person_key, person_words, plain, without_suffix
from newskb.link.reading import Chain, Reading
from newskb.link.roles import Said
from newskb.model import Link, Mention
from newskb.text import key

ACTOR, PLACE = "act", "plc"
"""Prefixes of the keys that we mint."""

_STATE = frozenset(("GOV", "LEG", "JUD", "MIL", "COP", "SPY"))
"""Sectors whose bodies belong to a state, so that their names mean another body in each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalActor:
    """An actor as one article shows it."""

    key: str | None
    """None for somebody without name, office or group, whom no other article could mean."""
    name: str
    kind: str
    country: str | None
    sector: str | None
    role: str | None


def minted(name: str, kind: str) -> str:
    """The key that a text gives to somebody of whom it says nothing but the full name, and what kind he is."""
    if kind == "person":
        return key(ACTOR, "person", person_key(name))
    return key(ACTOR, "body", without_suffix(plain(name)))


def named(chain: Chain, said: Sequence[Said], reading: Reading) -> LocalActor:
    """The local actor with the fullest name of a chain."""
    name = chain.surfaces[0]
    if chain.label == "PERSON" and plain(name) != plain(reading.article.source or ""):
        return _person(name, chain, said, reading)
    if plain(name) == plain(reading.article.source or ""):
        return LocalActor(
            key=key(ACTOR, "body", plain(name)), name=name, kind="organisation", country=None, sector="JRN", role=None
        )
    body = offices.body_in(name.split(" of ")[0]) or offices.body_in(name)
    is_international = bool(set(plain(name).split()[:1]) & tables.words("international_words.txt"))
    own = _country_in(name, reading) or _country_of_part(name, reading)
    country = None if is_international else own or next(iter(chain.countries), None)
    context: tuple[str, ...] = (without_suffix(plain(name)),)
    if body is not None and not is_international and (body.is_one_of_a_kind or body.sector in _STATE):
        # Every country has a "Supreme Court": which one is meant depends on where the article is.
        country = country or reading.country_near(chain.mentions[0])
        is_only = body.is_one_of_a_kind and not _other_words(name, body, reading)
        context = (body.words if is_only else offices.canonical(name), country or "")
    kind = "group" if chain.label in ("NORP", "GROUP") else body.kind if body else "organisation"
    return LocalActor(
        key=key(ACTOR, "body", *context),
        name=name,
        kind=kind,
        country=country,
        sector=body.sector if body else None,
        role=None,
    )


def _person(name: str, chain: Chain, said: Sequence[Said], reading: Reading) -> LocalActor:
    main = _telling(said)
    country = main.country if main else next(iter(chain.countries), None)
    sector = main.office.sector if main else None
    if main is not None and country is None and main.is_national:
        country = reading.country_near(chain.mentions[0])
    words = person_words(name)
    if len(words) > 1:
        context: tuple[str, ...] = ()
    elif main is not None and country is not None and main.office.kind is not None:
        context = (main.office.words, country)
    else:
        # A lone family name is nobody in particular outside of its article.
        context = (reading.article.key,)
    return LocalActor(
        key=key(ACTOR, "person", person_key(name), *context),
        name=name,
        kind="person",
        country=country,
        sector="ELI" if main is not None and main.office.is_past and sector == "GOV" else sector,
        role=_phrase(main),
    )


def phrase(chain: Chain, said: Sequence[Said], reading: Reading, owner: Link | None) -> LocalActor:
    """Somebody or some group without a name ("the mayor of Lyon", "the protesters", "a gunman").

    ``owner`` is whom the phrase names as theirs ("NATO troops"): one that the authority knows has a country, or none.
    """
    mention = reading.facts.mentions[chain.mentions[0]]
    own = next(iter(chain.countries), None)
    body = body_of(chain, reading) if mention.label in ("GROUP", "ORG") else None
    if body is not None and owner is not None and own is None:
        return LocalActor(
            key=key(ACTOR, "body", body.words, owner.key) if body.is_one_of_a_kind and owner.key else None,
            name=phrase_of(chain, reading),
            kind=body.kind,
            country=owner.country,
            sector=body.sector,
            role=None,
        )
    if body is not None:
        if own is None and body.words == "people":
            body = replace(body, words="civilian")  # "300 people" are some, "the people of Peru" are all
        country = own
        if own is None and (body.is_one_of_a_kind or body.sector in _STATE):
            country = reading.country_near(chain.mentions[0])
        return LocalActor(
            key=key(ACTOR, "body", body.words, country or "") if body.is_one_of_a_kind else None,
            name=_group_name(body.words, country, body.kind, reading),
            kind=body.kind,
            country=country,
            sector=body.sector,
            role=None,
        )
    words = phrase_of(chain, reading)
    main = _telling(said)
    if main is None:
        kind = "organisation" if mention.label == "ORG" else "group" if mention.label == "GROUP" else "person"
        return LocalActor(key=None, name=words, kind=kind, country=own, sector=None, role=None)
    country = main.country or own
    is_foreign = main.office.sector == "GOV" and main.office.kind in (None, "ambassador")
    if country is None and owner is not None and not (owner.nil and owner.country is None):
        country = owner.country
    elif country is None and (main.is_national or owner is not None) and not is_foreign:
        # "A diplomat" or "an official" is often one of another country than the article is about.
        country = reading.country_near(chain.mentions[0])
    if mention.label == "GROUP":
        return LocalActor(
            key=key(ACTOR, "group", main.office.words, country or ""),
            name=_group_name(main.office.words, country, "group", reading),
            kind="group",
            country=country,
            sector=main.office.sector,
            role=None,
        )
    return LocalActor(
        key=_office_key(main, country, reading, words),
        name=words,
        kind="person",
        country=country,
        sector="ELI" if main.office.is_past and main.office.sector == "GOV" else main.office.sector,
        role=_phrase(main),
    )


def people(country: str | None, reading: Reading) -> LocalActor:
    """The people of a country."""
    return LocalActor(
        key=key(ACTOR, "body", "people", country or ""),
        name=_group_name("people", country, "group", reading),
        kind="group",
        country=country,
        sector="CVL",
        role=None,
    )


def community(name: str, mention: int, reading: Reading) -> LocalActor:
    """Those who are met or hit in a place that the gazetteer does not know, under the place's key ("a curfew in X")."""
    country = _country_of_part(name, reading) or reading.country_near(mention)
    return LocalActor(
        key=place_key(name),
        name=name,
        kind="group",
        country=country,
        sector=None,
        role=None,
    )


def _country_of_part(name: str, reading: Reading) -> str | None:
    """The country of which a name means a part ("Western Cambodia")."""
    side, _, whole = plain(name).partition(" ")
    country = reading.authority.country_word(whole) if side in tables.words("directions.txt") else None
    return country.code if country is not None else None


def team(place: Entity, name: str) -> LocalActor:
    """The team that bears the name of a place in a report of sport."""
    return LocalActor(
        key=key(ACTOR, "team", place.key),
        name=f"{name} (team)",
        kind="organisation",
        country=place.country,
        sector="SOC",
        role=None,
    )


def several(members: Sequence[Link]) -> LocalActor:
    """Those that a plural stands for ("the two counterparts"), as one group."""
    countries = {link.country for link in members}
    sectors = {link.sector for link in members}
    return LocalActor(
        key=key(ACTOR, "several", *sorted(link.key for link in members if link.key is not None)),
        name=" and ".join(sorted(link.name for link in members if link.name is not None)),
        kind="group",
        country=countries.pop() if len(countries) == 1 else None,
        sector=sectors.pop() if len(sectors) == 1 else None,
        role=None,
    )


def body_of(chain: Chain, reading: Reading) -> offices.Body | None:
    """The body or group that the first phrase of a chain ends in; after "of" where its head only counts."""
    mention = reading.facts.mentions[chain.mentions[0]]
    head = reading.text[mention.span.start : mention.head.end]
    counted = offices.body_in(reading.words(chain.mentions[0])) if _counts(mention, reading) else None
    body = counted or offices.body_in(head)
    rest = reading.text[mention.head.end : mention.span.end]
    if body is not None and body.kind == "organisation" and " of " in rest and not chain.countries:
        return None  # "an army of volunteers"
    return body


def _counts(mention: Mention, reading: Reading) -> bool:
    return mention.head.of(reading.text).lower() in tables.words("determiners.txt")


def _group_name(words: str, country: str | None, kind: str, reading: Reading) -> str:
    """One name for a group, whatever the text says of it beside ("the US-backed Venezuelan opposition")."""
    words = offices.plural(words) if kind == "group" else words
    known = reading.authority.countries.get(country) if country is not None else None
    return f"{known.demonyms[0] if known.demonyms else known.name} {words}" if known is not None else words


def _office_key(said: Said, country: str | None, reading: Reading, words: str) -> str | None:
    """One key for "the mayor of Lyon" in all articles of a year; None for "a minister" and other people."""
    is_one = said.office.names_holder and not said.office.is_past and not words.lower().startswith(("a ", "an "))
    if not is_one or country is None or reading.day is None:
        return None
    if said.place is not None:
        return key(ACTOR, "office", said.office.words, said.place.key, reading.day[:4])
    if said.is_national and said.office.kind != "legislator":
        return key(ACTOR, "office", said.office.kind or "", country, reading.day[:4])
    return None


def place_key(name: str) -> str:
    """The key of a place that the gazetteer does not know."""
    return key(PLACE, plain(name))


def phrase_of(chain: Chain, reading: Reading) -> str:
    """The words of a chain's first role phrase, without determiner."""
    words = reading.words(chain.mentions[0]).split(" ")
    while len(words) > 1 and words[0].lower() in tables.words("determiners.txt"):
        words = words[1:]
    return " ".join(words)


def _telling(said: Sequence[Said]) -> Said | None:
    """The phrase that tells most: a named office before another occupation, one with its country before one without."""
    ranked = sorted(enumerate(said), key=lambda item: (item[1].office.kind is None, item[1].country is None, item[0]))
    return ranked[0][1] if ranked else None


def _phrase(said: Said | None) -> str | None:
    if said is None:
        return None
    words = said.phrase.split(" ")
    while len(words) > 1 and words[0].lower() in tables.words("determiners.txt"):
        words = words[1:]
    return " ".join(words)


def _other_words(name: str, body: offices.Body, reading: Reading) -> bool:
    """Whether a name says more than the kind of body and its country ("Wisconsin Senate")."""
    rest = name
    for found in countries.find(name, reading.authority):
        if found.spot is None:
            rest = rest.replace(name[found.start : found.end], " ")
    words = offices.canonical(rest.replace("’s ", " ").replace("'s ", " ")).split()
    return not set(words) <= {*body.words.split(), "of", "the", "national", "s"}


def _country_in(name: str, reading: Reading) -> str | None:
    """The country that a name begins with, or ends in after "of" ("Bank of Russia"); not that of "American States"."""
    for found in countries.find(name, reading.authority):
        is_end = found.end == len(name) and name[: found.start].rstrip().endswith((" of", " of the"))
        if found.spot is None and (found.start == 0 or is_end):
            return found.country
    return None
