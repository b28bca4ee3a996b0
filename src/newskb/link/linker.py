"""The mentions of an article become links to actors and places, known or local."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from newskb.link import local, metonymy, roles, tables
from newskb.link.authority import Authority, Entity, Known, Spot
from newskb.link.candidates import KEPT_CANDIDATES, Choice, weigh
from newskb.link.links import (
    NOTHING,
    Target,
    to_community,
    to_governing,
    to_holder,
    to_known,
    to_local,
    to_local_place,
    to_place,
    to_seated,
)
from newskb.link.memory import PLACES, Memory
from newskb.link.names import plain
from newskb.link.phrases import UNLINKED, Phrases
from newskb.link.reading import Chain, Reading
from newskb.link.roles import Said
from newskb.model import Article, ArticleFacts, EventMention, Link, MentionForm

LINK_SCORE = 0.55
"""Score from which the best candidate is taken. Set on the linking sets; lower, plain namesakes come in."""
RIVAL_MARGIN = 0.04
"""Least lead over a second candidate of the same name: two bearers as good as one another are not told apart."""


class Linker:
    """Links articles against an authority; holds no state between them."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self.version = f"link-{_code_version()}+{authority.version}"

    def link(self, article: Article, facts: ArticleFacts) -> ArticleFacts:
        """The same facts with a link for every mention that refers to an actor or a place."""
        if not facts.mentions:
            return facts
        links = tuple(_Names(Reading(article, facts, self._authority)).links())
        return replace(facts, links=links, events=tuple(_each_actor_once(facts.events, links)))


class _Names:
    """Links one article: its named chains here, the others by ``Phrases``."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.authority = reading.authority
        self.memory = Memory(reading)
        self.phrases = Phrases(reading, self.memory)
        self.seen: dict[int, dict[str, float]] = {}
        """Mention of a place to the signs that it acts, or is a place."""
        self.signs: dict[int, float] = {}
        """Named mention of a place to the sum of its signs."""

    def links(self) -> list[Link]:
        """Every link, in the order of their first mentions."""
        links: list[Link] = []
        named = [chain for chain in self.reading.chains if chain.names]
        # Full names first: a part of one that stands alone elsewhere is the same.
        for chain in sorted(named, key=lambda chain: (-len(chain.surfaces[0].split()), chain.mentions[0])):
            for link in self._named(chain):
                self.memory.remember(chain, link)
                links.append(link)
        unnamed = [chain for chain in self.reading.chains if not chain.names]
        # Inner phrases first: "delegations of the Colombian government" are its government's.
        for chain in sorted(unnamed, key=lambda chain: (len(self.reading.words(chain.mentions[0])), chain.mentions[0])):
            for link in self.phrases.links(chain):
                self.memory.remember(chain, link)
                links.append(link)
        return sorted(links, key=lambda link: link.mentions)

    def _named(self, chain: Chain) -> Iterator[Link]:
        if chain.label == "PERSON" and chain.phrases and self._is_source(chain):
            # "(Sample Courier) - The minister said": an outlet that was read as a person, and the person beside it
            rest = [index for index in chain.mentions if index not in chain.names]
            yield to_local(chain.names, local.named(chain, [], self.reading), NOTHING)
            if rest:
                yield from self.phrases.links(replace(chain, mentions=rest, names=[], surfaces=()))
            return
        said = roles.said_of(chain, self.authority)
        target = self._choose(chain, said)
        entity = target.entity
        whole = self.memory.whole_name(chain)
        if whole is not None and entity is not None and _is_named_by_part(entity, chain):
            entity = None
        if entity is None and whole is not None:
            yield replace(whole, mentions=tuple(chain.mentions))
        elif entity is None:
            yield from self._nil(chain, target)
        elif isinstance(entity, Spot) or entity.kind == "country" or self.authority.seats(plain(entity.name)):
            yield from self._place_or_actor(chain, target, entity)
        else:
            link = to_known(chain.mentions, entity, target, self.reading.day)
            if link.country is None and entity.kind == "group" and (owner := self.reading.owner(chain.names[0])):
                link = replace(link, country=owner[0])  # "Iraqi Kurds"
            yield link

    def _choose(self, chain: Chain, said: list[Said]) -> Target:
        choices = weigh(chain, said, self.reading)
        kept = tuple(choice.candidate for choice in choices[:KEPT_CANDIDATES])
        best = choices[0] if choices else None
        if best is None or best.score < LINK_SCORE or _has_rival(choices):
            return Target(None, kept, said)
        if chain.label in UNLINKED and "full name" not in best.candidate.features:
            return Target(None, kept, said)
        return Target(best.entity, kept, said)

    def _is_source(self, chain: Chain) -> bool:
        return plain(chain.surfaces[0]) == plain(self.reading.article.source or "")

    def _nil(self, chain: Chain, target: Target) -> Iterator[Link]:
        if chain.label in UNLINKED:
            return
        if chain.label == "NORP" and plain(chain.surfaces[0]) in tables.entries("areas.txt"):
            return
        governments = self.authority.seats(plain(chain.surfaces[0]))
        if chain.label not in PLACES:
            if governments and chain.label == "ORG" and not self.authority.capital(plain(chain.surfaces[0])):
                # a palace or ministry that the file knows only as the seat of a government
                yield self._seated(chain.mentions, governments[0], target)
            else:
                yield to_local(chain.mentions, local.named(chain, target.said, self.reading), target)
            return
        acting, placed = self._parted(chain)
        met = [index for index in (placed if governments else chain.mentions) if index in self.reading.receiving]
        placed = [index for index in placed if index not in met]
        acting = [index for index in acting if index not in met]
        if met:
            actor = local.community(chain.surfaces[0], met[0], self.reading)
            yield replace(to_local(met, actor, target), place_key=actor.key)
        if placed:
            yield to_local_place(placed, chain.surfaces[0], target)
        if acting and governments:
            yield self._seated(acting, governments[0], target)
        elif acting:
            yield to_local(acting, local.named(chain, target.said, self.reading), target)

    def _place_or_actor(self, chain: Chain, target: Target, entity: Entity) -> Iterator[Link]:
        """One link for the mentions in which a place acts, one for those in which it is a place."""
        acting, placed = self._parted(chain)
        if entity.kind == "country" and chain.label == "NORP":
            acting, placed = chain.mentions, []
            if self._is_people(chain):
                yield to_local(chain.mentions, local.people(entity.country, self.reading), target)
                return
        spot = entity if isinstance(entity, Spot) else self.authority.place(entity.key)
        teams = set(acting) if self.reading.is_sport and chain.label != "NORP" else set()
        teams |= {index for index in chain.names if metonymy.is_team(index, self.reading)}
        acting = [index for index in acting if index not in teams]
        placed = [index for index in placed if index not in teams]
        # "arrived in Amman", "a curfew in Algiers": it is a place, and those who live and govern there are met or hit.
        met = [index for index in placed if index in self.reading.receiving] if spot is not None else []
        placed = [index for index in placed if index not in met]
        if teams:
            national = self._national_team(entity)
            if national is not None:
                yield to_holder(sorted(teams), national, ("team of the sport",), target.said, self.reading.day)
            else:
                yield to_local(sorted(teams), local.team(entity, chain.surfaces[0]), target)
        if placed and spot is not None:
            yield to_place(placed, spot, target)
        elif placed:
            acting = sorted((*acting, *placed))
        if met and spot is not None:
            yield to_community(met, spot, target)
        # "The US-backed opposition", "Russian-led forces": a government backs and leads.
        backing = [index for index in acting if metonymy.stands_behind(index, self.reading)]
        government = self.authority.government(entity.country) if entity.kind == "country" and backing else None
        if government is not None:
            acting = [index for index in acting if index not in backing]
            yield replace(self._seated(backing, government, target), place_key=entity.key)
        if acting:
            yield self._acting(acting, entity, spot, target, chain)

    def _national_team(self, place: Entity) -> Known | None:
        """The team that plays for a country, or one of the home nations, in the sport that the article tells of."""
        for pattern in self.reading.teams:
            for item in self.authority.named(plain(pattern.format(place.name))):
                if isinstance(item, Known) and item.kind == "organisation":
                    return item
        return None

    def _is_people(self, chain: Chain) -> bool:
        """Whether a demonym means the people: a plural that neither acts nor speaks ("most Americans")."""
        taking_part = self.reading.speaking | self.reading.taking_part
        return not taking_part.intersection(chain.mentions) and all(
            self.reading.words(index).endswith(("s", "men")) for index in chain.names
        )

    def _parted(self, chain: Chain) -> tuple[list[int], list[int]]:
        """The mentions of a chain that act, and those that are places; phrases and pronouns go with the name before."""
        mentions = self.reading.facts.mentions
        acting: list[int] = []
        placed: list[int] = []
        is_seat = bool(self.authority.seats(plain(chain.surfaces[0])))
        is_country = self.authority.country_word(plain(chain.surfaces[0])) is not None
        is_known = bool(self.authority.named(plain(chain.surfaces[0])))
        latest = acting if is_country else placed
        for index in chain.mentions:
            form = mentions[index].form
            self.seen[index] = metonymy.signs(index, self.reading, self.signs)
            total = sum(self.seen[index].values())
            if form is MentionForm.NAME:
                self.signs[index] = total
                # A country is both at once, so that little decides; a city acts only where the text shows it.
                if self.reading.is_sport:
                    latest = acting if total >= metonymy.TEAM_ACTS else placed
                elif is_country:
                    takes_part = index in self.reading.taking_part
                    latest = acting if total >= 0 or takes_part else placed
                else:
                    least = metonymy.SEAT_ACTS if is_seat or not is_known else metonymy.CITY_ACTS
                    latest = acting if total >= least else placed
            elif total:
                latest = acting if total > 0 else placed
            latest.append(index)
        return acting, placed

    def _acting(self, mentions: list[int], entity: Entity, spot: Spot | None, target: Target, chain: Chain) -> Link:
        """The actor that a country's, capital's or other place's name stands for when it acts."""
        if isinstance(entity, Known):
            return replace(to_known(mentions, entity, target, self.reading.day), place_key=spot.key if spot else None)
        form = plain(chain.surfaces[0])
        seats = [one for one in self.authority.seats(form) if one.country == entity.country]
        if seats:
            return replace(self._seated(mentions, seats[0], target), place_key=entity.key)
        return to_governing(mentions, entity, target)

    def _seated(self, mentions: list[int], government: Known, target: Target) -> Link:
        signs = next((self.seen[index] for index in mentions if self.seen.get(index)), {})
        return to_seated(mentions, government, target, signs, self.reading.day)


def _is_named_by_part(entity: Entity, chain: Chain) -> bool:
    """Whether a name is rather a part of a longer one in the article than this entity's own.

    "Federer" is Lena Federer where she alone of that name was named in full, "Burlington" the company and not the city.
    """
    return entity.kind == "person" or (chain.label == "ORG" and entity.kind in ("city", "admin1", "region"))


def _each_actor_once(events: Iterable[EventMention], links: Iterable[Link]) -> Iterator[EventMention]:
    """The events without second mentions of an actor whom other words named before.

    "We … our" of one speaker, "Peru … Lima" of one state: nobody takes part twice, nor is met by himself. Groups are
    many, so that one may well stand against another of the same name ("police fired on police").
    """
    actor_of = {index: link for link in links if link.kind == "actor" and link.key for index in link.mentions}
    several = {link.key for link in actor_of.values() if link.actor_kind == "group"}
    for event in events:
        actors = _distinct(event.actors, actor_of, set())
        known = {actor_of[index].key for index in actors if index in actor_of}
        recipients = _distinct(event.recipients, actor_of, known - several)
        if len(actors) + len(recipients) < len(event.actors) + len(event.recipients):
            event = replace(event, actors=actors, recipients=recipients)
        yield event


def _distinct(indexes: Sequence[int], actor_of: Mapping[int, Link], known: set[str | None]) -> tuple[int, ...]:
    """The first mention of each actor among ``indexes``, but for those whose key is ``known``."""
    seen = set(known)
    found = []
    for index in indexes:
        key = actor_of[index].key if index in actor_of else None
        if key not in seen:
            found.append(index)
        if key is not None:
            seen.add(key)
    return tuple(found)


def _has_rival(choices: list[Choice]) -> bool:
    """Whether a second candidate is as good as the best; of two places the larger is meant."""
    if len(choices) < 2:
        return False
    best, second = choices[0], choices[1]
    if isinstance(best.entity, Spot) and isinstance(second.entity, Spot):
        return best.score == second.score and not best.entity.population and best.entity.kind == second.entity.kind
    return best.score - second.score < RIVAL_MARGIN


@cache
def _code_version() -> str:
    """Digest of the linker's code and tables: links made by other ones are older and can be made anew."""
    state = hashlib.blake2b(digest_size=4)
    root = Path(__file__).resolve().parent
    for path in sorted(root.rglob("*")):
        if path.suffix in (".py", ".tsv", ".txt"):
            state.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return state.hexdigest()
