"""The mentions of an article become links to actors and places, known or local."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from newskb.link import local, metonymy, roles, tables
from newskb.link.authority import EXECUTIVE, Authority, Entity, Known, Spot, wikidata
from newskb.link.candidates import KEPT_CANDIDATES, Choice, explained, weigh, weights
from newskb.link.names import plain
from newskb.link.offices import Body
from newskb.link.reading import Chain, Reading
from newskb.link.roles import Said
from newskb.model import Article, ArticleFacts, Candidate, Link, Mention, MentionForm, Span

LINK_SCORE = 0.55
"""Score from which the best candidate is taken. Set on the linking sets; lower, plain namesakes come in."""
RIVAL_MARGIN = 0.04
"""Least lead over a second candidate of the same name: two bearers as good as one another are not told apart."""
MIN_PART_CHARS = 3
"""Letters of the shortest word by which a longer name is taken up again; shorter ones are particles ("al", "de")."""

_UNLINKED = frozenset(("EVENT", "LAW", "LANGUAGE", "WORK_OF_ART", "PRODUCT"))
"""Names of what is neither actor nor place, unless the authority knows an actor by just that name (an outlet)."""
_PLACES = frozenset(("GPE", "LOC", "FAC"))
_COUNTRY_NOUNS = frozenset(("country", "nation", "state", "republic", "kingdom"))
_FIRST_PLURAL = frozenset(("we", "us", "our", "ours", "ourselves"))
_ISSUED = re.compile(
    r"\s+(?:(?:issued|released|published|written|posted|read out)\s+)?(?:from|by|of)\s+(?:[\w'’-]+\s+){0,3}$"
)
_REFERRING = re.compile(r"\b(?:referring|alluding|in (?:an apparent |a )?reference) to (?:the )?$")


class Linker:
    """Links articles against an authority; holds no state between them."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self.version = f"link-{_code_version()}+{authority.version}"

    def link(self, article: Article, facts: ArticleFacts) -> ArticleFacts:
        """The same facts with a link for every mention that refers to an actor or a place."""
        if not facts.mentions:
            return facts
        return replace(facts, links=tuple(_Links(Reading(article, facts, self._authority)).all()))


@dataclass(frozen=True, slots=True)
class _Target:
    """What a chain refers to."""

    entity: Entity | None
    candidates: tuple[Candidate, ...]
    said: list[Said]

    @property
    def score(self) -> float:
        return self.candidates[0].score if self.entity is not None and self.candidates else 0.0


_NOTHING = _Target(None, (), [])


class _Links:
    """The links of one article."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.authority = reading.authority
        self.actor_of: dict[int, Link] = {}
        """Chain to its actor link, for the phrases that are said of it later."""
        self.part_of: dict[tuple[str, str], dict[str | None, Link]] = {}
        """Label and word of longer names to the actors that bear them."""
        self.holders: dict[tuple[str, str | None], dict[str | None, Link]] = {}
        """Office and country to the people whom the article names with it."""
        self.seen: dict[int, dict[str, float]] = {}
        """Mention of a place to the signs that it acts, or is a place."""
        self.signs: dict[int, float] = {}
        """Named mention of a place to what says that it acts (above 0) or is a place."""

    def all(self) -> list[Link]:
        """Every link, in the order of their first mentions."""
        links: list[Link] = []
        named = [chain for chain in self.reading.chains if chain.names]
        # Full names first: a part of one that stands alone elsewhere is the same.
        for chain in sorted(named, key=lambda chain: (-len(chain.surfaces[0].split()), chain.mentions[0])):
            links += self._remembered(chain, self._named(chain))
        unnamed = [chain for chain in self.reading.chains if not chain.names]
        # Inner phrases first: "delegations of the Colombian government" are its government's.
        for chain in sorted(unnamed, key=lambda chain: (len(self.reading.words(chain.mentions[0])), chain.mentions[0])):
            links += self._remembered(chain, self._unnamed(chain))
        return sorted(links, key=lambda link: link.mentions)

    def _remembered(self, chain: Chain, links: Iterable[Link]) -> Iterator[Link]:
        for link in links:
            if link.kind == "actor":
                self.actor_of.setdefault(chain.number, link)
                if chain.label == "PERSON" and chain.names:
                    for item in filter(_is_held_now, roles.said_of(chain, self.authority)):
                        country = item.country or self.reading.country_near(chain.mentions[0])
                        self.holders.setdefault((item.office.kind or "", country), {})[link.key] = link
                for part in _parts(chain):
                    self.part_of.setdefault(part, {}).setdefault(link.key, link)
            yield link

    # --- named chains

    def _named(self, chain: Chain) -> Iterator[Link]:
        if chain.label == "PERSON" and chain.phrases and self._is_source(chain):
            # "(Sample Courier) - The minister said": an outlet that was read as a person, and the person beside it
            rest = [index for index in chain.mentions if index not in chain.names]
            yield self._local_actor(chain.names, local.named(chain, [], self.reading), _NOTHING)
            if rest:
                yield from self._unnamed(replace(chain, mentions=rest, names=[], surfaces=()))
            return
        said = roles.said_of(chain, self.authority)
        target = self._choose(chain, said)
        entity = target.entity
        if entity is None and (whole := self._whole_name(chain)) is not None:
            yield replace(whole, mentions=tuple(chain.mentions))
        elif entity is None:
            yield from self._nil(chain, target)
        elif isinstance(entity, Spot) or entity.kind == "country" or self.authority.seats(plain(entity.name)):
            yield from self._place_or_actor(chain, target, entity)
        else:
            yield self._known(chain.mentions, entity, target)

    def _choose(self, chain: Chain, said: list[Said]) -> _Target:
        choices = weigh(chain, said, self.reading)
        kept = tuple(choice.candidate for choice in choices[:KEPT_CANDIDATES])
        best = choices[0] if choices else None
        if best is None or best.score < LINK_SCORE or _has_rival(choices):
            return _Target(None, kept, said)
        if chain.label in _UNLINKED and "full name" not in best.candidate.features:
            return _Target(None, kept, said)
        return _Target(best.entity, kept, said)

    def _is_source(self, chain: Chain) -> bool:
        return plain(chain.surfaces[0]) == plain(self.reading.article.source or "")

    def _whole_name(self, chain: Chain) -> Link | None:
        """The only actor of the article whose name holds this one ("Quispe" of "Rosa Quispe Llerena", "the Front")."""
        form = plain(chain.surfaces[0])
        if " " in form or len(chain.surfaces) > 1 or len(form) < MIN_PART_CHARS or chain.label in _PLACES:
            return None
        found = self.part_of.get(("PERSON", form), {}) | self.part_of.get((chain.label, form), {})
        return next(iter(found.values())) if len(found) == 1 else None

    def _nil(self, chain: Chain, target: _Target) -> Iterator[Link]:
        if chain.label in _UNLINKED:
            return
        if chain.label == "NORP" and plain(chain.surfaces[0]) in tables.entries("areas.txt"):
            return
        governments = self.authority.seats(plain(chain.surfaces[0]))
        if chain.label not in _PLACES:
            if governments and chain.label == "ORG" and not self.authority.capital(plain(chain.surfaces[0])):
                # a palace or ministry that the file knows only as the seat of a government
                yield self._seated(chain.mentions, governments[0], target)
            else:
                yield self._local_actor(chain.mentions, local.named(chain, target.said, self.reading), target)
            return
        acting, placed = self._parted(chain)
        if placed:
            yield self._local_place(placed, chain, target)
        if acting and governments:
            yield self._seated(acting, governments[0], target)
        elif acting:
            yield self._local_actor(acting, local.named(chain, target.said, self.reading), target)

    def _place_or_actor(self, chain: Chain, target: _Target, entity: Entity) -> Iterator[Link]:
        """One link for the mentions in which a place acts, one for those in which it is a place."""
        acting, placed = self._parted(chain)
        if entity.kind == "country" and chain.label == "NORP":
            acting, placed = chain.mentions, []
            if self._is_people(chain):
                yield self._local_actor(chain.mentions, local.people(entity.country, self.reading), target)
                return
        spot = entity if isinstance(entity, Spot) else self.authority.place(entity.key)
        teams = set(acting) if self.reading.is_sport and chain.label != "NORP" else set()
        teams |= {index for index in chain.names if metonymy.is_team(index, self.reading)}
        acting = [index for index in acting if index not in teams]
        placed = [index for index in placed if index not in teams]
        if teams:
            yield self._local_actor(sorted(teams), local.team(entity, chain.surfaces[0]), target)
        if placed and spot is not None:
            yield self._place(placed, spot, target)
        elif placed:
            acting = sorted((*acting, *placed))
        if acting:
            yield self._acting(acting, entity, spot, target, chain)

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
                    latest = acting if total >= 0 else placed
                elif is_seat:
                    latest = acting if total >= metonymy.SEAT_ACTS else placed
                else:
                    latest = acting if total >= (metonymy.CITY_ACTS if is_known else metonymy.SEAT_ACTS) else placed
            elif total:
                latest = acting if total > 0 else placed
            latest.append(index)
        return acting, placed

    def _acting(self, mentions: list[int], entity: Entity, spot: Spot | None, target: _Target, chain: Chain) -> Link:
        """The actor that a country's, capital's or other place's name stands for when it acts."""
        if isinstance(entity, Known):
            return replace(self._known(mentions, entity, target), place_key=spot.key if spot else None)
        form = plain(chain.surfaces[0])
        seats = [one for one in self.authority.seats(form) if one.country == entity.country]
        if seats:
            return replace(self._seated(mentions, seats[0], target), place_key=entity.key)
        return Link(
            mentions=tuple(mentions),
            kind="actor",
            key=entity.key,
            name=entity.name,
            nil=False,
            wikidata=wikidata(entity.key),
            wikipedia=entity.wikipedia,
            actor_kind="government",
            country=entity.country,
            sector="GOV",
            role=None,
            score=target.score,
            candidates=target.candidates,
            place_key=entity.key,
        )

    # --- chains without a name

    def _unnamed(self, chain: Chain) -> Iterator[Link]:
        mention = self.reading.facts.mentions[chain.mentions[0]]
        if mention.form is MentionForm.PRONOUN:
            if (link := self._first_person(chain, mention)) is not None:
                yield link
            return
        if chain.members:
            members = [link for number in chain.members if (link := self.actor_of.get(number)) is not None and link.key]
            if len(members) == len(chain.members):
                yield self._local_actor(chain.mentions, local.several(members), _NOTHING)
            return
        if mention.label in _PLACES:
            if (link := self._the_country(chain, mention)) is not None:
                yield link
            return
        if mention.label in _UNLINKED:
            return
        same = self._referred(chain) or self._issuer(mention)
        if same is not None:
            yield replace(same, mentions=tuple(chain.mentions))
        elif (link := self._role_phrase(chain)).key is not None or link.sector is not None or mention.label != "OTHER":
            yield link

    def _role_phrase(self, chain: Chain) -> Link:
        """ "The US president", "the Venezuelan opposition", "police", "a gunman"."""
        said = roles.said_of(chain, self.authority)
        known = self._known_phrase(local.phrase_of(chain, self.reading), chain)
        if known is not None:
            return known
        mention = self.reading.facts.mentions[chain.mentions[0]]
        body = local.body_of(chain, self.reading) if mention.label in ("ORG", "GROUP") else None
        owner = self._owner(chain)
        if (
            body is not None
            and body.is_one_of_a_kind
            and owner is None
            and (institution := self._institution(chain, body)) is not None
        ):
            return self._found(chain, institution, "full name", said)
        if body is not None and body.is_government and not _is_plural(mention.head.of(self.reading.text)):
            government = self.authority.government(self._country_of_phrase(chain))
            if government is not None:
                return self._found(chain, government, "full name", said)
        if mention.label == "PERSON" and not self._is_indefinite(chain):
            for item in said:
                country = item.country or self.reading.country_near(chain.mentions[0])
                # Whom the article itself gives the office is meant, whatever the file says of that day.
                named = self.holders.get((item.office.kind or "", country), {}) if _is_held_now(item) else {}
                if len(named) == 1:
                    return replace(next(iter(named.values())), mentions=tuple(chain.mentions))
                held = roles.holder(item, country, self.reading) if country is not None else None
                if held is not None:
                    return self._found(chain, held[0], "office held", said, country_said=item.country is not None)
        local_actor = local.phrase(chain, said, self.reading, owner)
        return self._local_actor(chain.mentions, local_actor, _Target(None, (), said))

    def _owner(self, chain: Chain) -> Link | None:
        """The body or person whose name stands in a phrase before its head ("NATO troops")."""
        mentions = self.reading.facts.mentions
        phrase = mentions[chain.mentions[0]]
        for index in self.reading.inside(phrase.span):
            inner = mentions[index]
            if (
                inner.form is MentionForm.NAME
                and inner.label in ("ORG", "PERSON")
                and inner.span.end <= phrase.head.start
            ):
                return self.actor_of.get(inner.chain)
        return None

    def _issuer(self, mention: Mention) -> Link | None:
        """ "A statement from the ministry" speaks for the ministry, a delegation for those who sent it."""
        head = mention.head.of(self.reading.text).lower()
        if mention.label != "OTHER" and head not in tables.words("stand_ins.txt"):
            return None
        for index in self.reading.inside(mention.span):
            inner = self.reading.facts.mentions[index]
            if inner.span.start <= mention.head.end or inner.label == "NORP":
                continue
            if _ISSUED.match(self.reading.text[mention.head.end : inner.span.start]):
                return self.actor_of.get(inner.chain)
        return None

    def _known_phrase(self, words: str, chain: Chain) -> Link | None:
        """An actor that the file knows by just these words ("the Venezuelan opposition")."""
        found = [
            item
            for item in self.authority.named(plain(words))
            if isinstance(item, Known) and item.kind in ("organisation", "group", "government")
        ]
        if len(found) != 1 or len(words.split()) < 2:
            return None
        return self._found(chain, found[0], "full name", [])

    def _institution(self, chain: Chain, body: Body) -> Known | None:
        """The body that a country has one of, as the file knows it ("the army" in an article about France)."""
        code = next(iter(chain.countries), None) or self.reading.country_near(chain.mentions[0])
        country = self.authority.countries.get(code) if code else None
        found = {
            item.key: item
            for demonym in (country.demonyms if country else ())
            for item in self.authority.named(plain(f"{demonym} {body.words}"))
            if isinstance(item, Known) and item.kind != "person"
        }
        return next(iter(found.values())) if len(found) == 1 else None

    def _is_indefinite(self, chain: Chain) -> bool:
        return self.reading.words(chain.mentions[0]).lower().startswith(("a ", "an ", "another ", "any ", "some "))

    def _country_of_phrase(self, chain: Chain) -> str | None:
        """The country that a phrase names, or that of a person named in it ("the government of Nicolas Maduro")."""
        if chain.countries:
            return chain.countries[0]
        mentions = self.reading.facts.mentions
        for index in chain.mentions:
            for inner in self.reading.inside(mentions[index].span):
                link = self.actor_of.get(mentions[inner].chain) if mentions[inner].form is MentionForm.NAME else None
                if link is not None and link.country is not None:
                    return link.country
        return self.reading.country_near(chain.mentions[0])

    def _the_country(self, chain: Chain, mention: Mention) -> Link | None:
        """ "The country" is the one that the article is about."""
        words = self.reading.words(chain.mentions[0]).lower()
        noun = mention.head.of(self.reading.text).lower()
        if noun not in _COUNTRY_NOUNS or words not in (f"the {noun}", f"this {noun}"):
            return None
        country = self.authority.countries.get(self.reading.main_country or "")
        entity = self.authority.actor(country.key) if country else None
        return self._found(chain, entity, "country in article", []) if entity is not None else None

    def _first_person(self, chain: Chain, mention: Mention) -> Link | None:
        """ "We" in the words of an official is his government."""
        words = mention.span.of(self.reading.text).lower()
        if words not in _FIRST_PLURAL or len(chain.members) != 1:
            return None
        speaker = self.actor_of.get(chain.members[0])
        if speaker is None or speaker.sector != "GOV" or speaker.country is None:
            return None
        government = self.authority.government(speaker.country)
        return self._found(chain, government, "office held", []) if government is not None else None

    def _referred(self, chain: Chain) -> Link | None:
        """ "This imperialist government", he said, referring to Washington."""
        mentions = self.reading.facts.mentions
        for index in chain.mentions:
            if not self.reading.words(index).lower().startswith(("this ", "that ", "these ", "those ")):
                continue
            span = mentions[index].span
            quote = next((q for q in self.reading.facts.quotes if _holds(q.content, span)), None)
            if quote is None:
                continue
            end = self.reading.text.find("\n", quote.content.end)
            rest = Span(start=quote.content.end, end=end if end >= 0 else len(self.reading.text))
            for other in self.reading.inside(rest):
                named = mentions[other]
                between = self.reading.text[quote.content.end : named.span.start]
                if named.form is MentionForm.NAME and _REFERRING.search(between):
                    return self.actor_of.get(named.chain)
        return None

    # --- making links

    def _seated(self, mentions: list[int], government: Known, target: _Target) -> Link:
        """A link to the government that a seat's name stands for, with what shows that it acts."""
        features = {"seat of government": weights()["seat of government"]}
        features |= next((self.seen[index] for index in mentions if self.seen.get(index)), {})
        candidate = Candidate(
            key=government.key, name=government.name, score=round(sum(features.values()), 6), features=features
        )
        others = tuple(other for other in target.candidates if other.key != government.key)
        return self._known(mentions, government, _Target(government, (candidate, *others), target.said))

    def _known(self, mentions: list[int], entity: Known, target: _Target) -> Link:
        standing = roles.standing(entity, self.reading.day)
        sector = standing.sector
        if sector != "GOV" and any(said.office.sector == "OPP" for said in target.said):
            sector = "OPP"  # "opposition leader" says more than a seat in parliament
        return Link(
            mentions=tuple(mentions),
            kind="actor",
            key=entity.key,
            name=entity.name,
            nil=False,
            wikidata=wikidata(entity.key),
            wikipedia=entity.wikipedia,
            actor_kind=entity.kind,
            country=standing.country,
            sector=sector,
            role=standing.role,
            score=target.score,
            candidates=target.candidates,
        )

    def _found(
        self, chain: Chain, entity: Known, feature: str, said: list[Said], *, country_said: bool | None = None
    ) -> Link:
        """A link for a phrase, which has one candidate and one reason."""
        features = [feature]
        if country_said is not None:
            features.append("country said" if country_said else "country in article")
        candidate = explained(entity.key, entity.name, features)
        return self._known(chain.mentions, entity, _Target(entity, (candidate,), said))

    def _place(self, mentions: list[int], spot: Spot, target: _Target) -> Link:
        return Link(
            mentions=tuple(mentions),
            kind="place",
            key=spot.key,
            name=spot.name,
            nil=False,
            wikidata=wikidata(spot.key),
            wikipedia=spot.wikipedia,
            actor_kind=None,
            country=spot.country,
            sector=None,
            role=None,
            score=target.score,
            candidates=target.candidates,
        )

    def _local_place(self, mentions: list[int], chain: Chain, target: _Target) -> Link:
        name = chain.surfaces[0]
        return Link(
            mentions=tuple(mentions),
            kind="place",
            key=local.place_key(name),
            name=name,
            nil=True,
            wikidata=None,
            wikipedia=None,
            actor_kind=None,
            country=None,
            sector=None,
            role=None,
            score=0.0,
            candidates=target.candidates,
        )

    def _local_actor(self, mentions: list[int], actor: local.LocalActor, target: _Target) -> Link:
        return Link(
            mentions=tuple(mentions),
            kind="actor",
            key=actor.key,
            name=actor.name,
            nil=True,
            wikidata=None,
            wikipedia=None,
            actor_kind=actor.kind,
            country=actor.country,
            sector=actor.sector,
            role=actor.role,
            score=0.0,
            candidates=target.candidates,
        )


def _parts(chain: Chain) -> Iterator[tuple[str, str]]:
    """The words by which a longer name is taken up again: a person's family names, the last word of a body's."""
    words = plain(chain.surfaces[0]).split() if chain.names else []
    if len(words) > 1 and chain.label not in _PLACES:
        for word in words[1:] if chain.label == "PERSON" else words[-1:]:
            yield chain.label, word


def _is_held_now(said: Said) -> bool:
    """Whether a phrase gives an office of a state that one person holds at a time; there are many ministers."""
    is_one = said.office.kind in EXECUTIVE - {"minister", "leader"}
    return is_one and said.is_national and said.office.names_holder and not said.office.is_past


def _is_plural(noun: str) -> bool:
    """Whether a noun means several governments; "authorities" are one."""
    return noun.lower().endswith("s") and not noun.lower().endswith("authorities")


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _has_rival(choices: list[Choice]) -> bool:
    """Whether a second candidate is as good as the best; of two places the larger is meant."""
    if len(choices) < 2:
        return False
    best, second = choices[0], choices[1]
    if isinstance(best.entity, Spot) and isinstance(second.entity, Spot):
        return False
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
