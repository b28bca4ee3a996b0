"""The names of a chain become weighed candidates: each a score with the features that make it up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from newskb.link import countries, offices, roles, tables
from newskb.link.authority import EXECUTIVE, Authority, Entity, Known, Spot, wikidata
from newskb.link.names import is_acronym, is_one_person, person_words, plain, without_suffix
from newskb.link.reading import Chain, Reading
from newskb.link.roles import Said
from newskb.model import Candidate

MAX_CANDIDATES = 40
"""Candidates of one name that are weighed; only a few names ("National Assembly", "San José") have more."""
KEPT_CANDIDATES = 5
"""Candidates that are kept with a link, as the alternatives."""
COMMON_FAMILY_NAME = 12
"""People in the authority file with one family name from which the name alone says little."""
LARGE_PLACE = 500_000
"""Inhabitants from which a place is named without saying where it lies."""
ERA_YEARS = 15
"""Years between an article and the nearest term of a politician from which another bearer of the name is likelier."""

MIN_PLACES_OF_DIVISION = 2
"""Other places of its country that an article names where it means a division, not a country of the same name: Georgia
beside Atlanta and Texas; Luxembourg beside Brussels alone is still the country."""

MAX_LIST_CHARS = 120
"""Characters after a name in which a list of counties ends."""
MIN_OTHER_DIVISIONS = 3
"""Names of divisions alone ("La Pampa and Chaco") beside which a city's name means the division called by it."""

_POLITICS = frozenset(("GOV", "LEG", "PTY", "OPP", "ELI"))
_BUSINESS = frozenset(("BUS", "MNC", None))
_PARTIES = frozenset(("PTY", "OPP", "GOV"))
_UNIVERSITY = re.compile(r"(?:the )?University of ([A-Z][\w' -]+)|(?:the )?([A-Z][\w' -]+) University", re.IGNORECASE)
_COUNTIES = re.compile(r"(?:,| and| in| [A-Z][\w'’.-]*)* [Cc]ounties\b")
_GOES_ON = re.compile(r"\s*(?:,|and\b|,\s*and\b)\s+[A-Z]")
_FOLLOWS = re.compile(r"^\s*[,(]\s*(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Choice:
    """A candidate with the entity that it is."""

    entity: Entity
    candidate: Candidate

    @property
    def score(self) -> float:
        """The sum of its features."""
        return self.candidate.score


@cache
def weights() -> dict[str, float]:
    """What each feature adds to a score."""
    return {name: float(value) for name, value in tables.table("weights.tsv").items()}


@cache
def _kinds() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    return {
        label: (frozenset(fits.split()), frozenset(unlikely.split()))
        for label, fits, unlikely in tables.rows("kinds.tsv")
    }


def weigh(chain: Chain, said: list[Said], reading: Reading) -> list[Choice]:
    """The candidates for the names of a chain, the best first."""
    found = _found(chain, reading)
    divided = {entity.country for entity, _ in found.values() if entity.kind == "admin1"}
    is_defined = _is_defined(chain, reading)
    choices = []
    for entity, name_feature in found.values():
        features = [name_feature, *_features(entity, name_feature, chain, said, reading)]
        if name_feature == "acronym" and is_defined:
            features.append("acronym of other words")
        if len(found) == 1 and name_feature == "full name" and "kind unlikely" in features and " " in chain.surfaces[0]:
            features.append("only meaning")
        if entity.kind == "city" and entity.country in divided and wikidata(entity.key) is not None:
            features.append("city rather than division")
        choices.append(_choice(entity, features))
    choices.sort(key=lambda choice: (-choice.score, -_people_of(choice.entity), choice.candidate.key))
    return choices


def weigh_named(entity: Entity, name_feature: str, chain: Chain, said: list[Said], reading: Reading) -> Choice:
    """An entity whose names have this in common with those of a chain, weighed as one that was found by them."""
    return _choice(entity, [name_feature, *_features(entity, name_feature, chain, said, reading)])


def _people_of(entity: Entity) -> int:
    return (entity.population or 0) if isinstance(entity, Spot) else 0


def explained(key: str, name: str, features: Iterable[str]) -> Candidate:
    """A candidate with these features and their sum."""
    known = weights()
    counted: dict[str, float] = {feature: known[feature] for feature in features}
    return Candidate(key=key, name=name, score=round(sum(counted.values()), 6), features=counted)


def _choice(entity: Entity, features: Iterable[str]) -> Choice:
    return Choice(entity, explained(entity.key, entity.name, features))


# --- finding ---------------------------------------------------------------------------------------------------------


def _found(chain: Chain, reading: Reading) -> dict[str, tuple[Entity, str]]:
    """Entities that bear a name of the chain, with the best that their names have in common."""
    known = weights()
    authority = reading.authority
    found: dict[str, tuple[Entity, str]] = {}

    def add(entity: Entity, feature: str) -> None:
        other = found.get(entity.key)
        if other is None or known[feature] > known[other[1]]:
            # A country is in the file as an actor and as a place: the actor knows more.
            keeps = other is not None and other[0].kind == "country" and not isinstance(other[0], Spot)
            found[entity.key] = (other[0] if other is not None and keeps else entity, feature)

    fullest = chain.surfaces[0]
    is_person = chain.label == "PERSON"
    for surface in chain.surfaces:
        form = plain(surface.split(",")[0] if chain.label in ("GPE", "LOC") else surface)
        words = form.split()
        if form in tables.entries("vague_names.txt"):
            continue
        for entity in authority.named(form)[:MAX_CANDIDATES]:
            if isinstance(entity, Known) and entity.kind == "person":
                if not _can_bear(entity, fullest):
                    continue
                add(entity, "full name" if len(words) > 1 else "single name")
            elif surface != fullest and not _has_name(entity, fullest):
                add(entity, "part of the name")
            elif is_acronym(surface) and plain(entity.name) != form:
                is_far = entity.country not in (None, reading.main_country) and not _is_named(entity, reading)
                # "CCTV" is a Chinese broadcaster only where China is about
                add(entity, "part of the name" if is_far and reading.main_country else "acronym")
            else:
                add(entity, "full name")
        country = authority.country_word(form)
        if country is not None and (actor := authority.actor(country.key)) is not None:
            add(actor, "full name")
        shorter = without_suffix(form)
        if shorter != form and chain.label == "ORG":
            for entity in authority.named(shorter)[:MAX_CANDIDATES]:
                if isinstance(entity, Known) and entity.kind != "person":
                    # "Sun Co" is a company, and not the paper
                    add(entity, "without legal form" if entity.sector in _BUSINESS else "part of the name")
        if chain.label == "ORG" and (rest := _without_country(surface, authority)) is not None:
            code, bare = rest
            for entity in authority.named(plain(bare))[:MAX_CANDIDATES]:
                if isinstance(entity, Known) and entity.kind != "person" and entity.country in (code, None):
                    add(entity, "full name")
    for county in _counties(chain, reading):
        add(county, "full name")
    if chain.label in ("GPE", "LOC"):
        for division in _divisions(fullest, [entity for entity, _ in found.values()], reading):
            add(division, "full name")
    for owned in (*chain.owned, *_with_country(chain, reading), *_turned_around(fullest, chain.label)):
        for entity in authority.named(plain(owned))[:MAX_CANDIDATES]:
            if entity.kind != "person":
                add(entity, "full name")
    if chain.label in ("NORP", "ORG"):
        for party in _parties(fullest, reading):
            add(party, "full name")
    if is_person:
        for person, feature in _people(fullest, authority):
            add(person, feature)
    return found


def _without_country(name: str, authority: Authority) -> tuple[str, str] | None:
    """The country that a body's name begins with, and the rest ("U.S. National Institutes of Health")."""
    first = next(countries.find(name, authority), None)
    if first is None or first.start != 0 or first.spot is not None or first.country is None or first.end >= len(name):
        return None
    rest = name[first.end :].removeprefix("'s").removeprefix("’s").strip()
    return (first.country, rest) if " " in rest else None


def _is_defined(chain: Chain, reading: Reading) -> bool:
    """Whether the text spells the acronym out in words that are no name ("artificial pancreas (AP)")."""
    for index in chain.names:
        words = reading.words(index)
        before = reading.before(index)
        if is_acronym(words) and before.endswith("("):
            spelt = re.findall(r"[^\W\d_]+", before)[-len(words) :]
            if "".join(word[0] for word in spelt).casefold() == words.casefold() and spelt[0][0].islower():
                return True
    return False


def _is_named(entity: Entity, reading: Reading) -> bool:
    return reading.is_named(entity.country, besides=plain(entity.name))


def _with_country(chain: Chain, reading: Reading) -> list[str]:
    """ "National Assembly" is the Venezuelan one where Venezuela is meant."""
    body = offices.body_in(chain.surfaces[0]) if chain.label == "ORG" else None
    if body is None or not body.is_one_of_a_kind:
        return []
    code = next(iter(chain.countries), None) or reading.country_near(chain.mentions[0])
    country = reading.authority.countries.get(code) if code else None
    if country is None:
        return []
    return [f"{word} {chain.surfaces[0]}" for word in (*country.demonyms, country.name, *country.names)]


def _turned_around(name: str, label: str) -> list[str]:
    """The other order of a university's name ("University of Leiden", "Leiden University")."""
    match = _UNIVERSITY.fullmatch(name) if label in ("ORG", "FAC") else None
    if match is None:
        return []
    return [f"{match[1]} University"] if match[1] else [f"University of {match[2]}"]


def _divisions(name: str, found: list[Entity], reading: Reading) -> Iterator[Spot]:
    """The divisions that are called by cities of this name, where the article tells of divisions."""
    form = plain(name.split(",")[0])
    for country in sorted({entity.country or "" for entity in found if entity.kind == "city"}):
        if _tells_of_divisions(country, form, reading) and (division := _called_by(form, country, reading)) is not None:
            yield division


def _counties(chain: Chain, reading: Reading) -> Iterator[Spot]:
    """The counties that a name means by itself or in a list ("Orange, Riverside and San Bernardino counties")."""
    for index in chain.names:
        form = plain(reading.words(index))
        end = reading.facts.mentions[index].span.end
        rest = reading.text[end : min(reading.sentence(end - 1).end, end + MAX_LIST_CHARS)]
        if form.endswith(" counties") or _COUNTIES.match(rest):
            for item in reading.authority.named(f"{form.removesuffix(' counties')} county"):
                if isinstance(item, Spot) and _is_named(item, reading):
                    yield item


def _parties(name: str, reading: Reading) -> Iterator[Known]:
    """The parties of an article's countries that an adjective or a word for members means ("Socialist")."""
    for entity in reading.authority.named(f"{plain(name)} party"):
        if isinstance(entity, Known) and entity.sector in _PARTIES and _is_named(entity, reading):
            yield entity


def _people(name: str, authority: Authority) -> Iterator[tuple[Known, str]]:
    words = person_words(name)
    if not words:
        return
    if len(words) == 1:
        for person in authority.surnamed(words[0]):
            if any(plain(alias).split()[-1] == words[0] for alias in (person.name, *person.aliases)):
                yield person, "family name"
        return
    for person in (*authority.surnamed(words[-1]), *authority.spelled(name)):
        if any(is_one_person(name, alias) for alias in (person.name, *person.aliases)):
            yield person, "other spelling"


def _can_bear(person: Known, fullest: str) -> bool:
    """Whether the fullest name in the text can be this person's: "Juan Arreaza" is not Jorge, though both "Arreaza"."""
    words = person_words(fullest)
    if len(words) < 2:
        return True
    form = plain(fullest)
    return any(form == plain(name) or is_one_person(fullest, name) for name in (person.name, *person.aliases))


def _has_name(entity: Entity, surface: str) -> bool:
    form = plain(surface)
    forms = {form, without_suffix(form)}
    return any(plain(name) in forms for name in (entity.name, *entity.aliases))


# --- weighing --------------------------------------------------------------------------------------------------------


def _features(entity: Entity, name_feature: str, chain: Chain, said: list[Said], reading: Reading) -> Iterator[str]:
    yield _kind_feature(entity, chain)
    if isinstance(entity, Spot):
        yield from _place_features(entity, chain, reading)
        return
    yield from _country_features(entity, chain, reading)
    if entity.kind == "person":
        yield from _person_features(entity, name_feature, chain, said, reading)
    elif entity.kind == "country" and chain.label != "PERSON":
        yield "is a country"
    elif entity.kind == "organisation" and name_feature == "full name" and _has_staff(chain, reading):
        yield "its people follow"


def _kind_feature(entity: Entity, chain: Chain) -> str:
    fits, unlikely = _kinds().get(chain.label, (frozenset(), frozenset()))
    if entity.kind in fits:
        return "kind fits"
    if chain.label == "PERSON" and entity.kind in ("city", "country") and not chain.phrases:
        return "place as person"
    return "kind unlikely" if entity.kind in unlikely else "kind wrong"


def _country_features(entity: Known, chain: Chain, reading: Reading) -> Iterator[str]:
    own = {entity.country, *(role.country for role in entity.roles)} - {None}
    if not own:
        return
    form = plain(chain.surfaces[0])
    if entity.kind == "country":
        if reading.is_named(entity.country, besides=form):
            yield "country in article"
        return
    if chain.countries:
        yield "country said" if own & set(chain.countries) else "country differs"
    elif any(reading.is_named(country, besides=form) for country in own):
        yield "country in article"
    elif reading.weights and entity.kind == "person" and entity.roles:
        yield "country absent"


def _has_staff(chain: Chain, reading: Reading) -> bool:
    """Whether the word after a name means somebody who works or plays for a body ("Chrysler spokeswoman")."""
    words = tables.words("staff.txt") | tables.words("team_heads.txt")
    return any(set(re.findall(r"^\W*([a-z-]+)", reading.after(index).lower())) & words for index in chain.names)


def _person_features(
    entity: Known, name_feature: str, chain: Chain, said: list[Said], reading: Reading
) -> Iterator[str]:
    is_known_so = name_feature == "full name" and _is_well_known(entity)
    if is_known_so:
        yield "known the world over"
    yield from _office_features(entity, said, reading)
    sectors = {entity.sector, *(role.sector for role in entity.roles)} - {None}
    wanted = {item.office.sector for item in said} - {None}
    if wanted and sectors:
        is_politics = bool(wanted & _POLITICS) and bool(sectors & _POLITICS)
        yield "sector fits" if wanted & sectors or is_politics else "sector differs"
    words = person_words(chain.surfaces[0])
    bearers = reading.authority.surnamed(words[-1]) if words else ()
    if len(bearers) >= COMMON_FAMILY_NAME and not is_known_so:
        yield "common name"
    elif len(words) == 1 and len(bearers) == 1 and (_is_well_known(entity) or roles.is_prominent(entity, reading.day)):
        yield "only bearer"
    if reading.day is not None and entity.roles:
        if roles.leads(entity, reading.day):
            yield "leads a country"
        elif any(role.start and role.is_held(reading.day) for role in entity.roles):
            yield "in office"
        elif _distance(entity, reading.day) > ERA_YEARS:
            yield "other era"


def _is_well_known(person: Known) -> bool:
    """Whether somebody is listed as known the world over, and is who his name alone means in the English Wikipedia."""
    return person.description is not None and person.wikipedia is not None and "(" not in person.wikipedia


def _office_features(entity: Known, said: list[Said], reading: Reading) -> Iterator[str]:
    best = 0.0
    feature = None
    known = weights()
    for item in said:
        if item.office.kind is None or item.office.is_deputy:
            continue
        held = _office_feature(entity, item, reading.day)
        if held is not None and (feature is None or known[held] > best):
            best, feature = known[held], held
    if feature is not None:
        yield feature


def _office_feature(entity: Known, said: Said, day: str | None) -> str | None:
    terms = list(roles.terms(entity, said))
    if not terms:
        is_checked = said.is_national and said.office.kind in EXECUTIVE and bool(entity.roles)
        return "office never held" if is_checked else None
    if day is None or any(role.is_held(day) for role in terms) != said.office.is_past:
        return "office held"
    if any(role.is_over(day) for role in terms):
        return "office held before"
    return "office held later"


def _distance(entity: Known, day: str) -> int:
    """Years from a day to the nearest of someone's terms."""
    year = int(day[:4])
    gaps = []
    for role in entity.roles:
        start = int(role.start[:4]) if role.start else None
        end = int(role.end[:4]) if role.end else None
        if start is None and end is None:
            return 0
        after = year - end if end is not None else 0
        before = start - year if start is not None else 0
        gaps.append(max(after, before, 0))
    return min(gaps)


def _place_features(entity: Spot, chain: Chain, reading: Reading) -> Iterator[str]:
    container, is_list = _container(chain, reading)
    if container is not None and container.spot != entity:
        if container.country != entity.country:
            yield "lies elsewhere"
        elif entity.kind == "city" and _lies_in(entity, container):
            yield "lies in what follows"
        elif entity.kind == "city" and not is_list:
            yield "lies elsewhere"
    is_county = entity.kind == "region" and any(entity == county for county in _counties(chain, reading))
    if is_county or (entity.kind == "admin1" and _is_called_division(chain, reading)):
        yield "called a division"
    is_large = (entity.population or 0) >= LARGE_PLACE or entity.kind not in ("city",)
    if is_large or plain(entity.name) in _capital_names(reading.authority, entity.country):
        yield "well known"
    form = plain(chain.surfaces[0])
    if reading.is_named(entity.country, besides=form):
        yield "country in article"
    if entity.kind == "admin1" and reading.places_in(entity.country, besides=form) >= MIN_PLACES_OF_DIVISION:
        yield "its places in article"
    if entity.kind == "admin1" and plain(entity.name) != form and _tells_of_divisions(entity.country, form, reading):
        yield "other divisions in article"


def _tells_of_divisions(country: str | None, form: str, reading: Reading) -> bool:
    """Whether an article names divisions of a country, and hardly cities there, so that ``form`` is a division too."""
    divisions = cities = 0
    for name in reading.place_names(country):
        spots = [item for item in reading.authority.named(name) if isinstance(item, Spot) and item.country == country]
        if name == form or not spots:
            continue
        divisions += all(spot.kind == "admin1" for spot in spots)
        cities += all(spot.kind == "city" for spot in spots) and _called_by(name, country, reading) is None
    return divisions >= MIN_OTHER_DIVISIONS and divisions > cities


def _called_by(form: str, country: str | None, reading: Reading) -> Spot | None:
    """The division that is called by a city of this name ("Córdoba Province")."""
    for noun in sorted(tables.words("divisions.txt")):
        for item in reading.authority.named(f"{form} {noun}"):
            if isinstance(item, Spot) and item.kind == "admin1" and item.country == country:
                return item
    return None


def _is_called_division(chain: Chain, reading: Reading) -> bool:
    words = tables.words("divisions.txt")
    return any(
        set(re.findall(r"[a-z]+", reading.after(index).lower())[:1]) & words
        or set(re.findall(r"[a-z]+", reading.before(index).lower())[-2:-1]) & words
        for index in chain.names
    )


def _capital_names(authority: Authority, country: str | None) -> tuple[str, ...]:
    known = authority.countries.get(country) if country else None
    return (plain(known.capital),) if known and known.capital else ()


def _lies_in(city: Spot, container: countries.Found) -> bool:
    division = container.spot
    if division is None or division.kind != "admin1" or city.admin1 is None:
        return True
    return plain(city.admin1) == plain(division.name)


def _container(chain: Chain, reading: Reading) -> tuple[countries.Found | None, bool]:
    """The country or division that directly follows a place name ("Cambridge, Massachusetts"), if any.

    Also whether further names follow, so that it may be a list: "Cordoba, La Pampa and Chaco".
    """
    for index in chain.names:
        words = reading.words(index)
        after = words[words.index(",") :] if "," in words else reading.after(index)
        match = _FOLLOWS.match(after)
        if match:
            following = next(countries.find(after[match.end() :], reading.authority), None)
            if following is not None and following.start == 0:
                return following, bool(_GOES_ON.match(after, match.end() + following.end))
    return None, False
