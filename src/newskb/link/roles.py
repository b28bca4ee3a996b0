"""The titles and role phrases of a chain become offices with their country, place or body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from newskb.link import countries, tables
from newskb.link.authority import EXECUTIVE, Authority, Known, Office, Spot
from newskb.link.names import plain
from newskb.link.offices import Office as Occupation
from newskb.link.offices import office_in, singular, vocabulary
from newskb.link.reading import Chain, Reading

FORMER_YEARS = 12
"""How many years back "the former president" looks: further back several are alive and none is meant for sure."""

_HEADS = frozenset(("head of state", "head of government"))
_MANY = frozenset(("minister", "secretary"))
_LEADERS = frozenset(("leader",))
_OFFICIAL = frozenset(("GOV", "LEG", "OPP", "PTY", "REL", "REB"))
_CAPITALISED = re.compile(r"\b[A-Z][\w-]*")


@dataclass(frozen=True, slots=True)
class Said:
    """An office that the text says someone holds."""

    phrase: str
    office: Occupation
    country: str | None
    """The country that the phrase names, or in which the place or body that it names lies."""
    place: Spot | None
    is_national: bool
    """The phrase names no place or body but a country, so that the office can be one of a state."""


def said_of(chain: Chain, authority: Authority) -> list[Said]:
    """The offices in the titles and role phrases of a chain, in reading order."""
    return [said for phrase in chain.phrases if (said := parse(phrase, authority)) is not None]


def parse(phrase: str, authority: Authority) -> Said | None:
    """The office in a phrase with where it is held; None when the phrase holds no office."""
    office = office_in(phrase)
    if office is None:
        return None
    found = list(countries.find(phrase, authority))
    places = [item for item in found if item.spot is not None]
    country = next((item.country for item in found if item.spot is None), None)
    rest = phrase
    for item in reversed(found):
        rest = rest[: item.start] + " " * (item.end - item.start) + rest[item.end :]
    others = [word for word in _CAPITALISED.findall(rest) if len(word) > 1 and not _is_common(word)]
    body = None if country or places else _body(others, rest, authority)
    return Said(
        phrase=phrase,
        office=office,
        country=country or next((item.country for item in places), None) or (body.country if body else None),
        place=places[0].spot if places else None,
        is_national=not places and not others,
    )


def _is_common(word: str) -> bool:
    """Whether a capitalised word of a title is one of office, not the name of a body."""
    parts = {singular(part) for part in plain(word).split()}
    return parts <= vocabulary() | tables.words("determiners.txt")


def _body(words: list[str], rest: str, authority: Authority) -> Known | None:
    """The body that the capitalised words of a phrase name ("Exxon chief executive")."""
    if not words:
        return None
    start, end = rest.find(words[0]), rest.rfind(words[-1]) + len(words[-1])
    bodies = [item for item in authority.named(plain(rest[start:end])) if isinstance(item, Known)]
    return bodies[0] if len(bodies) == 1 else None


def terms(actor: Known, said: Said) -> Iterator[Office]:
    """The terms of ``actor`` in the office that is said, in its country where one is said."""
    for role in actor.roles:
        if is_same_office(role, role_class(role), said) and said.country in (None, role.country):
            yield role


def role_class(role: Office) -> str | None:
    """The class of an office as the file gives it, else as its words say."""
    if role.class_ is not None:
        return role.class_
    if role.sector not in _OFFICIAL:
        return None  # "President of the Example Company" leads no state
    office = office_in(role.office)
    if office is None:
        return None
    return "deputy" if office.is_deputy else office.kind


def is_same_office(role: Office, kind: str | None, said: Said) -> bool:
    """Whether a term in a register is one in the office of a phrase.

    "President" and "prime minister" are words for the heads of state and government both, by country; there the
    register's own word decides.
    """
    wanted = said.office.kind
    if wanted is None or kind is None:
        return False
    if wanted in _HEADS and kind in _HEADS:
        own = office_in(role.office)
        return kind == wanted if own is None or own.kind not in _HEADS else own.words == said.office.words
    if wanted == "leader":
        return kind in _HEADS or kind == "leader"
    return kind == wanted


def held_on(held: list[tuple[Known, Office]], day: str) -> list[tuple[Known, Office]]:
    """Those terms that are known to include a day."""
    return [(actor, role) for actor, role in held if role.is_held(day) and role.start is not None]


def holder(said: Said, country: str, reading: Reading) -> tuple[Known, Office] | None:
    """The person who held the office of a phrase in ``country`` on the article's day, or before it when it says so."""
    day = reading.day
    if day is None or not said.is_national or not said.office.names_holder or said.office.kind not in EXECUTIVE:
        return None
    if said.office.words in _MANY:
        return None
    held = [
        (actor, role) for actor, role, kind in reading.authority.offices(country) if is_same_office(role, kind, said)
    ]
    if said.office.is_past:
        past = [(actor, role) for actor, role in held if role.is_over(day) and _years(role.end, day) <= FORMER_YEARS]
        now = {actor.key for actor, role in held if role.is_held(day)}
        past = [(actor, role) for actor, role in past if actor.key not in now]
        return max(past, key=lambda item: (item[1].end or "", item[0].key), default=None)
    if said.office.words in _LEADERS and (
        said.country is None or len({actor.key for actor, _ in held_on(held, day)}) > 1
    ):
        return None  # "the Russian leader" may be the president or the prime minister, "the leader" anybody
    current = held_on(held, day)
    # A term whose end the file does not know gives way to one that began later.
    return max(current, key=lambda item: (item[1].start or "", item[0].key), default=None)


@dataclass(frozen=True, slots=True)
class Standing:
    """What an actor is on a day."""

    role: str | None
    country: str | None
    sector: str | None


def standing(actor: Known, day: str | None) -> Standing:
    """The highest and latest of the roles held on ``day``; after the last office a former official, before it nothing.

    Without a day, or for an actor without roles, it is what the file says of the actor as such.
    """
    held = [role for role in actor.roles if day is None or role.is_held(day)]
    if held:
        role = max(held, key=lambda role: (_rank(role), role.start or "", role.office))
        return Standing(role.office, role.country or actor.country, role.sector or actor.sector)
    if not actor.roles or day is None:
        return Standing(actor.description, actor.country, actor.sector)
    past = [role for role in actor.roles if role.is_over(day)]
    if not past:
        return Standing(actor.description, actor.country, None if actor.sector == "GOV" else actor.sector)
    last = max(past, key=lambda role: (role.end or "", _rank(role), role.office))
    return Standing(
        f"former {last.office}", last.country or actor.country, "ELI" if last.sector == "GOV" else last.sector
    )


def _rank(role: Office) -> int:
    kind = role_class(role)
    return 3 if kind in _HEADS else 2 if kind in EXECUTIVE else 1 if kind is not None else 0


def leads(actor: Known, day: str) -> bool:
    """Whether the actor is a head of state or government on a day."""
    return any(role_class(role) in _HEADS and role.is_held(day) and role.start is not None for role in actor.roles)


def is_prominent(actor: Known, day: str | None) -> bool:
    """Whether the actor held, not long before a day, an office that is named the world over."""
    return day is not None and any(
        role_class(role) in EXECUTIVE - {"minister"}
        and role.start is not None
        and role.start <= day
        and _years(role.end, day) <= FORMER_YEARS
        for role in actor.roles
    )


def _years(end: str | None, day: str) -> int:
    return int(day[:4]) - int(end[:4]) if end else 0
