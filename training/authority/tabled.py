"""Items of the SemTab tables become actors: those that news is likely to name, under names that mean little else.

What counts is found out from the classes of an item (``classes.psv``), or from its name and what other items point to
it as (``heads.psv``, ``uses.psv``). The older the number and the more items point to it, the better known a thing is:
Wikidata's first million numbers are what many languages have a page about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from countries import Countries
from semtab import Item, Tables
from sources import many, rows
from writing import Entry

from newskb.link.names import plain

NUMBERS_OF_MANY_LANGUAGES = 1_000_000
"""Wikidata's numbers below are older than its bots that made an item of every page of one language."""
NUMBERS_OF_PAGES = 8_200_000
"""Above are mostly things without a page in the English Wikipedia."""
UNCLASSED = -1
"""Weight of an organisation of which neither class nor name tells what it is."""
LEAST_USES = {2: 0, 1: 0, 0: 2, UNCLASSED: 5}
"""Items that have to point to an organisation with an old number, by the weight of its class."""
LEAST_USES_LATER = {2: 0, 1: 1, 0: 10, UNCLASSED: 20}
"""The same for a later number; one more where the country is known and does not speak English."""
LEAST_USES_LAST = {2: 3, 1: 10, 0: 30, UNCLASSED: 100}
"""The same above the numbers of pages."""
LEAST_USES_OF_TEAM = 5
"""Items that have to point to a team for its last word ("Cowboys") to be its name too."""
SHORTEST_NAME = 3
"""Letters of the shortest name that is listed."""
ENGLISH = frozenset(("USA", "GBR", "CAN", "AUS", "IRL", "NZL"))
LISTS = ("outlets.jsonl", "companies.jsonl", "clubs.jsonl", "institutions.jsonl", "bodies.jsonl")
"""Files whose entries give up another name that is the name of an item of its own."""
ORGANISATIONS = "tabled_organisations.jsonl"
PERSONS = "tabled_persons.jsonl"
REGIONS = "places_tabled.jsonl"

_LEGAL = re.compile(
    r",? (?:Inc\.?|Incorporated|Corporation|Corp\.?|Company|Co\.?|plc|PLC|Ltd\.?|Limited|LLC|L\.P\.|LP|AG|S\.?A\.?|SE|"
    r"N\.V\.|NV|S\.p\.A\.|SpA|AB|ASA|A/S|Oyj|GmbH|Holdings?|Group|International)$"
)
_CLUB_FIRST = re.compile(
    r"^(?:F\.?C\.?|A\.?F\.?C\.?|S\.?C\.?|A\.?C\.?|S\.?S\.?C?\.?|C\.?D\.?|R\.?C\.?|VfL|VfB|SV|TSV|FK|SK|NK|KV|CF|CA|UD|"
    r"RCD) (?=\w)"
)
_CLUB_LAST = re.compile(
    r",? (?:[AR]?\.?F\.?C\.?|R\.?L\.?F\.?C\.?|R\.?U?\.?F\.?C\.?|S\.?C\.?|C\.?F\.?|F\.?K\.?|B\.?K\.?|I\.?F\.?|"
    r"Football Club|Rugby Club)$"
)
_UNIVERSITY_OF = re.compile(r"^University of ((?!the )\w[\w'’-]*(?: \w[\w'’-]*)?)$")
_OF_UNIVERSITY = re.compile(r"^(\w[\w'’-]*) University$")
_TEAM = re.compile(r"(?:American football|baseball|basketball|ice hockey) team")
_NO_BODY = re.compile(
    r"^\d{4}\b|\d{4}$|\b(?:Championships?|Cup|Stadium|Tournament)$|^The Essential |^(?:St |Church of Sa?i?n?t)"
)
"""Names of seasons, competitions and buildings, which some tables class as bodies."""
_BRACKETS = re.compile(r" \([^)]*\)$")
_ROMAN = re.compile(r"^[^\W\d_][\w .,'’&:/!+-]*$|^\d[\w .,'’&-]*[A-Za-z]")
_PERSON = re.compile(r"^[^\W\d_][\w.'’-]*(?: (?:[^\W\d_][\w.'’-]*|,)){1,4}$")


@dataclass(frozen=True, slots=True)
class Class:
    """What a class of Wikidata is to us."""

    kind: str
    sector: str
    weight: int
    """2: news names most of them; 1: the better known; 0: only the best known."""


@cache
def _classes() -> tuple[tuple[Class, re.Pattern[str]], ...]:
    found = []
    for kind, sector, weight, words in rows("classes.psv"):
        forms = (re.escape(word.removesuffix("$")) + ("$" if word.endswith("$") else "") for word in many(words))
        pattern = re.compile(rf"\b(?:{'|'.join(forms)})", re.IGNORECASE)
        found.append((Class(kind, sector, int(weight or 0)), pattern))
    return tuple(found)


@cache
def _of_class(name: str) -> Class | None:
    found = next((of for of, words in _classes() if words.search(name)), None)
    return found if found is not None and found.kind != "-" else None


@cache
def _heads() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (sector, re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, many(words)))})(?!\w)"))
        for sector, words in rows("heads.psv")
    )


@cache
def _uses() -> dict[str, str]:
    return dict(rows("uses.psv"))


def is_person(item: Item) -> bool:
    """Whether the tables class an item as a human, or, where they give no class, use it as one."""
    return "human" in item.classes if item.classes else kind_by_use(item) == "person"


def kind_by_use(item: Item) -> str | None:
    """The kind that all properties that point to an item agree on."""
    kinds = {_uses().get(name, "") for name in item.uses} - {"", "-"}
    return next(iter(kinds)) if len(kinds) == 1 else None


def class_of(item: Item, name: str) -> Class | None:
    """What an item is to us: by that of its classes that weighs most, else by its name and use."""
    found = [of for one in item.classes if (of := _of_class(one)) is not None]
    if found:
        return max(found, key=lambda one: one.weight)
    if set(item.classes) - {"open-access publisher"}:
        return None
    used = kind_by_use(item)
    head = next((sector for sector, words in _heads() if words.search(name)), None)
    if head == "-" or not (used == "organisation" or (head and used is None)):
        return None
    return Class("organisation", head or "", 1 if head else UNCLASSED)


def told_country(item: Item, codes: dict[str, str]) -> str | None:
    """The country that the tables put an item in, None when they tell none or several."""
    for relations in (_COUNTRIES, _CONTAINERS):
        told = {codes[value] for relation in relations for value in item.values.get(relation, {}) if value in codes}
        if told:
            return next(iter(told)) if len(told) == 1 else None
    return None


def country(item: Item, tables: Tables, codes: dict[str, str]) -> str | None:
    """The country that the tables put an item in, else the one that most of what points to it lies in."""
    if (told := told_country(item, codes)) is not None:
        return told
    around: Counter[str] = Counter()
    for user in item.users:
        for value in tables.items[user].values.get("country", {}):
            if value in codes:
                around[codes[value]] += 1
    best = around.most_common(1)
    return best[0][0] if best and best[0][1] > around.total() / 2 else None


_COUNTRIES = ("country", "applies to jurisdiction", "country of origin", "country for sport")
_CONTAINERS = ("located in the administrative territorial entity", "headquarters location", "location")


class Names:
    """The names that are taken, and the common words that are no names."""

    def __init__(self, entries: Iterable[Entry], words: set[str]) -> None:
        self._taken: set[str] = set()
        self._words = {plain(word) for word in words}
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        """Take the names of an entry."""
        for name in (entry["name"], *entry.get("aliases", []), *entry.get("names", [])):
            self._taken.add(plain(name))

    def is_free(self, name: str) -> bool:
        """Whether nothing else has the name, and it is no common word."""
        form = plain(name)
        return form not in self._taken and form not in self._words and len(form) >= SHORTEST_NAME


def build(tables: Tables, known: Countries, files: dict[str, list[Entry]]) -> dict[str, list[Entry]]:
    """Files of organisations, persons and regions that ``files`` do not have yet."""
    codes = {item.key: item.code for item in known.items}
    places = (entry for file, listed in files.items() if file.startswith("places") for entry in listed)
    codes |= {entry["key"]: entry["country"] for entry in places if entry["country"]}
    numbers = {str(entry.get("key")) for listed in files.values() for entry in listed}
    ranked = [
        (number, item, _BRACKETS.sub("", name))
        for number, item in sorted(tables.items.items(), key=lambda one: (-one[1].popularity, int(one[0][1:])))
        if number not in numbers and (name := tables.name(number)) is not None
    ]
    bodies = [
        (number, item, name, of)
        for number, item, name in ranked
        if (of := class_of(item, name)) is not None
        and of.kind in ("organisation", "group")
        and _is_known(int(number[1:]), item.popularity, of.weight, country(item, tables, codes))
        and _ROMAN.match(name)
        and not name.islower()
        and not _NO_BODY.search(name)
    ]
    _give_up(files, {name for _, _, name, _ in bodies})
    names = Names((entry for listed in files.values() for entry in listed), tables.common)
    found: dict[str, list[Entry]] = {ORGANISATIONS: [], PERSONS: [], REGIONS: []}
    for number, item, name, of in bodies:
        if names.is_free(name):
            entry = _actor(number, name, of.kind, told_country(item, codes), of.sector)
            names.add(entry)
            found[ORGANISATIONS].append(entry)
    for number, _, name in (one for one in ranked if is_person(one[1])):
        if int(number[1:]) < NUMBERS_OF_MANY_LANGUAGES and _PERSON.match(name) and names.is_free(name):
            entry = _actor(number, name, "person", None, "")
            names.add(entry)
            found[PERSONS].append(entry)
    for number, item, name in ranked:
        place = _region(number, item, name, country(item, tables, codes))
        if place is not None and names.is_free(name):
            names.add(place)
            found[REGIONS].append(place)
    _add_short_names(found[ORGANISATIONS], tables, names)
    return found


def _give_up(files: dict[str, list[Entry]], names: set[str]) -> None:
    """Take from listed entries other names that are those of items of their own ("Yale Law School")."""
    for file in LISTS:
        for entry in files[file]:
            entry["aliases"] = [alias for alias in entry["aliases"] if alias not in names]


def _is_known(number: int, uses: int, weight: int, code: str | None) -> bool:
    if number < NUMBERS_OF_MANY_LANGUAGES:
        return uses >= LEAST_USES[weight]
    if number < NUMBERS_OF_PAGES:
        return uses >= LEAST_USES_LATER[weight] + (code is not None and code not in ENGLISH)
    return uses >= LEAST_USES_LAST[weight]


def _add_short_names(entries: list[Entry], tables: Tables, names: Names) -> None:
    """Give entries the short names that just one of them has and nothing else."""
    wanted: dict[str, list[Entry]] = {}
    for entry in entries:
        for short in dict.fromkeys(_shorter(entry, tables.items[entry["key"]])):
            wanted.setdefault(short, []).append(entry)
    for short, having in wanted.items():
        if len(having) == 1 and names.is_free(short):
            having[0]["aliases"].append(short)


def _shorter(entry: Entry, item: Item) -> Iterator[str]:
    """What news makes of a full name: without legal form, without "F.C.", "Leiden University" turned round."""
    name, sector = entry["name"], entry["sector"]
    if sector == "SOC":
        short = _CLUB_LAST.sub("", _CLUB_FIRST.sub("", name))
        if item.popularity >= LEAST_USES_OF_TEAM and name.endswith("s") and any(map(_TEAM.search, item.classes)):
            yield name.split()[-1]
    elif sector == "EDU":
        short = _UNIVERSITY_OF.sub(r"\1 University", name)
        short = _OF_UNIVERSITY.sub(r"University of \1", name) if short == name else short
    else:
        short = _LEGAL.sub("", name) if sector in ("BUS", "MED", None) else name
    if short != name:
        yield short


def _region(number: str, item: Item, name: str, code: str | None) -> Entry | None:
    """A county, an island, a river, a former state: places whose names say where they are without coordinates."""
    if int(number[1:]) >= NUMBERS_OF_MANY_LANGUAGES * (4 if code in ENGLISH else 1) or not _ROMAN.match(name):
        return None
    for kind, least, words in _regions():
        if item.popularity >= least and any(map(words.search, item.classes)):
            return _place(number, name, kind, code)
    return None


@cache
def _regions() -> tuple[tuple[str, int, re.Pattern[str]], ...]:
    return tuple(
        (kind, int(least), re.compile(rf"^(?:{'|'.join(many(words))})$")) for kind, least, words in rows("regions.psv")
    )


def _place(number: str, name: str, kind: str, code: str | None) -> Entry:
    return {
        "key": number,
        "name": name,
        "kind": kind,
        "country": code,
        "admin1": None,
        "latitude": None,
        "longitude": None,
        "population": None,
        "aliases": [],
    }


def _actor(number: str, name: str, kind: str, code: str | None, sector: str) -> Entry:
    return {
        "key": number,
        "name": name,
        "kind": kind,
        "country": code,
        "sector": sector or None,
        "aliases": [],
        "roles": [],
    }
