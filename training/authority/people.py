"""Holders of office in the reference tables and in our own lists become persons with dated offices."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from countries import Countries
from evidence import Evidence
from offices import SOLE, class_of, sector_of
from sources import Reference, many, rows
from writing import Entry

from newskb.text import fold, key

SINCE = "1990"
"""Terms that ended before are left out: news of today rarely names their holders by office."""
LONGEST_AGO = "1985"
"""A term begun before and not ended in the tables ended long ago; the table does not say when."""
TABLES_MADE = "2022-06"
"""Month up to which the reference tables follow who holds an office."""
LEFT_OUT = frozenset(("ambassador", "deputy", "judge", "mayor", "governor", "legislator", "shadow minister", "spouse"))
"""Classes that alone do not bring a person of the reference tables in; there are thousands whom no agency names."""
WORLD_STAGE = frozenset(("USA", "GBR", "RUS", "CHN", "FRA", "IND", "ISR", "UKR", "TUR", "JPN", "CAN", "AUS", "BRA"))
"""Countries whose governors, deputies and envoys international news names too."""
_LATIN = re.compile(r"^[\sA-Za-zÀ-ɏḀ-ỿʻʼʾʿ.,'’‘`\"()–-]+$")
_NOTABLE = {
    "deputy": re.compile(r"vice.president|deputy prime|foreign affairs|deputy secretary of", re.IGNORECASE),
    "legislator": re.compile(r"united states (senator|representative)|house of commons|of the united kingdom", re.I),
    "ambassador": re.compile(r"united nations", re.IGNORECASE),
}
_BRACKETS = re.compile(r"\s*\([^)]*\)$")
LISTS = ("politics", "business", "learning", "arts", "sport")
"""Lists of the well-known, by what they are known for, in the order in which they are read."""
_PUBLIC = frozenset(("GOV", "LEG", "PTY", "OPP", "JUD"))
"""Sectors of people whom the reference tables of office holders may hold."""
_OF_POLITICS = re.compile(r"\((?:.* )?(?:politician|diplomat|Secretary of Defense)\)$")


@dataclass(slots=True)
class Person:
    """A person as gathered so far."""

    name: str
    number: str | None = None
    country: str | None = None
    sector: str | None = None
    description: str | None = None
    wikipedia: str | None = None
    aliases: list[str] = field(default_factory=list)
    roles: list[Entry] = field(default_factory=list)
    current: list[Entry] = field(default_factory=list)
    """Terms that the tables of present leaders give as not ended."""
    own: list[Entry] = field(default_factory=list)
    """Terms of our own lists."""
    is_listed: bool = False
    page: str | None = None
    """Title of a page that tells the person from namesakes, for the key of somebody without a number."""


def build(known: Countries, reference: Reference, evidence: Evidence) -> dict[str, list[Entry]]:
    """The files of persons, by continent of the country they serve."""
    people = _registered(known, reference)
    _add_listed(people, known, evidence)
    _add_well_known(people, known, evidence)
    regions = {
        row["cca3"] if row["cca3"] != "UNK" else "XKX": row["region"] for row in reference.table("countries.csv")
    }
    files: dict[str, list[Entry]] = defaultdict(list)
    chosen = [person for person in people if person.is_listed or _is_notable(person)]
    _close_terms(chosen)
    for person in chosen:
        region = regions.get(person.country or "", "")
        name = "usa" if person.country == "USA" else region.casefold() if region else "world"
        files[f"persons_{name}.jsonl"].append(_entry(person))
    return dict(sorted(files.items()))


def _registered(known: Countries, reference: Reference) -> list[Person]:
    """Everybody in the reference tables."""
    titles = {row["qid"]: row["enwiki"] for row in reference.table("person_facts.csv") if row["enwiki"]}
    corrected = {(number, code, office): instead for number, code, office, instead in rows("corrections.psv")}
    terms: dict[str, list[Entry]] = defaultdict(list)
    names: dict[str, Counter[str]] = defaultdict(Counter)
    aliases: dict[str, dict[str, None]] = defaultdict(dict)
    leading: dict[str, list[tuple[str | None, str | None]]] = defaultdict(list)
    for table in ("office_holders.csv", "foreign_ministers.csv", "world_leaders.csv", "legislators.csv.gz"):
        for row in reference.table(table):
            number = row["qid"]
            # A name in another script is one that no English text has.
            if not row["name"] or not _LATIN.match(row["name"]):
                continue
            names[number][row["name"]] += 1
            for alias in row["aliases"].split("|"):
                if alias and _LATIN.match(alias) and fold(alias) != fold(row["name"]):
                    aliases[number][alias] = None
            code = known.code(row["country"])
            office = _plain_office(row["role"], row["country"], known)
            for who in (number, "*"):
                office = corrected.get((who, code or "", office), office)
            if office == "-":
                continue
            kind = class_of(office, code)
            role = _role(office, code, kind, row["from"] or None, row["to"] or None)
            terms[number].append(role)
            if table in ("foreign_ministers.csv", "world_leaders.csv") and not row["to"]:
                leading[number].append((code, kind))
    people: list[Person] = []
    for number, counted in names.items():
        title = titles.get(number)
        name = max(counted.items(), key=lambda pair: (pair[1], pair[0]))[0]
        other = [_BRACKETS.sub("", title)] if title else []
        roles = _tidy(terms[number])
        home = Counter(role["country"] for role in roles if role["country"]).most_common(1)
        people.append(
            Person(
                name=name,
                number=number,
                country=home[0][0] if home else None,
                wikipedia=title,
                aliases=[alias for alias in (*other, *aliases[number]) if fold(alias) != fold(name)],
                roles=roles,
                current=[
                    role
                    for role in roles
                    if role["end"] is None and (role["country"], role["class"]) in leading[number]
                ],
            )
        )
    return people


def _plain_office(office: str, country: str, known: Countries) -> str:
    """The office without the country that it is of ("Foreign Minister of Bolivia")."""
    code = known.code(country)
    if code is None:
        return office
    for name in (*known.by_code[code].names, country):
        office = re.sub(rf",? \(?(of|for|in|to) (the )?({re.escape(name)})\)?$", "", office, flags=re.IGNORECASE)
        office = re.sub(rf"(, | \()({re.escape(name)})\)?$", "", office)
    for word in known.by_code[code].demonyms:
        office = re.sub(rf"^{re.escape(word)} (?=[A-Z])", "", office)
    office = office.removeprefix("United States ") if "Secretary" in office else office
    return office[:1].upper() + office[1:]


def _role(office: str, code: str | None, kind: str | None, start: str | None, end: str | None) -> Entry:
    """A term of office. One that ends before it begins is a slip of the table: then neither day is known."""
    if start and end and start[: len(end)] > end:
        start = end = None
    return {"office": office, "country": code, "sector": sector_of(kind), "start": start, "end": end, "class": kind}


def _tidy(roles: list[Entry]) -> list[Entry]:
    """Terms without repetition: the more exact of two that say the same, legislative terms as one."""
    merged: dict[tuple[str, str | None], Entry] = {}
    rest = []
    for role in roles:
        if role["class"] == "legislator":
            office = re.sub(r"\b\d+(st|nd|rd|th) ", "", role["office"])
            mark = (office, role["country"])
            if (other := merged.get(mark)) is None:
                merged[mark] = {**role, "office": office}
            else:
                starts = [one["start"] for one in (other, role) if one["start"]]
                other["start"] = min(starts) if starts else None
                other["end"] = max(other["end"], role["end"]) if other["end"] and role["end"] else None
        else:
            rest.append(role)
    kept: list[Entry] = []
    for role in sorted(rest, key=lambda one: (-len(one["start"] or ""), str(one["start"]), -len(one["end"] or ""))):
        if not any(_says_same(other, role) for other in kept):
            kept.append(role)
    return sorted((*kept, *merged.values()), key=lambda one: (one["start"] or "", one["office"]), reverse=True)


def _says_same(exact: Entry, loose: Entry) -> bool:
    """Whether the second term is the first, said less exactly or by another name of the office."""
    same_office = exact["office"] == loose["office"] or (exact["class"] == loose["class"] and exact["class"] in SOLE)
    if not same_office or exact["country"] != loose["country"]:
        return False
    if loose["start"] is None:
        return True
    return bool(exact["start"]) and exact["start"][: len(loose["start"])] == loose["start"]


def _is_notable(person: Person) -> bool:
    """Whether the offices of a person of the reference tables are such as news names."""
    return any(_is_notable_term(role) for role in person.roles)


def _is_notable_term(role: Entry) -> bool:
    kind, office, country = role["class"], role["office"], role["country"]
    is_past = (role["end"] or "9") < SINCE or (role["end"] is None and (role["start"] or "9") < LONGEST_AGO)
    if kind is None or is_past:
        return False
    if kind not in LEFT_OUT:
        return True
    if kind in ("governor", "mayor"):
        return country in WORLD_STAGE
    if kind == "legislator" and (country not in ("USA", "GBR") or role["start"] is None):
        return False
    pattern = _NOTABLE.get(kind)
    return pattern is not None and pattern.search(office) is not None


def _add_listed(people: list[Person], known: Countries, evidence: Evidence) -> None:
    """Add the terms and persons of our own lists, to the person of the tables when there is just one of the name."""
    index: dict[str, list[Person]] = defaultdict(list)
    chosen = {(code, name): number for code, name, number in rows("same_people.psv")}
    numbers: dict[str, Person] = {}
    for person in people:
        if person.number:
            numbers[person.number] = person
        for name in {fold(one) for one in (person.name, *person.aliases)}:
            index[name].append(person)

    def find(name: str, code: str | None, number: str | None) -> Person:
        if number and evidence.source(number, name) is None:
            print(f"unconfirmed: {number} {name}")
            number = None
        if number and number in numbers:
            return numbers[number]
        number = number or chosen.get((code or "", name))
        if number and number in numbers:
            return numbers[number]
        same = [one for one in index[fold(name)] if code is None or one.country in (code, None)]
        if len(same) > 1:
            same = [one for one in same if one.is_listed or _is_notable(one)] or same
        if len(same) == 1 and not (number and same[0].number and same[0].number != number):
            return same[0]
        person = Person(name=name, country=code)
        number = number or (evidence.of_page(name) if " " in name else None)
        if number in numbers:
            return numbers[number]
        if number:
            person.number = number
            numbers[number] = person
        people.append(person)
        index[fold(name)].append(person)
        return person

    for code, office, name, start, end, *more in rows("offices.psv"):
        country = code or None
        if country and country not in known.by_code:
            raise SystemExit(f"offices.psv: no country {code} ({name})")
        person = find(name, country, more[0] if more and more[0] else None)
        person.is_listed = True
        _also_called(person, name)
        person.country = person.country or country
        role = _role(office, country, class_of(office, country), start or None, end or None)
        _replace(person, role)
    for name, code, sector, description, aliases, title, number, offices in rows("people.psv"):
        person = find(name, code or None, number or None)
        person.is_listed = True
        _also_called(person, name)
        person.name, was = name, person.name
        _also_called(person, was)
        person.country = code or person.country
        person.sector = sector or person.sector
        person.description = description or person.description
        person.wikipedia = (name if title == "=" else title) or person.wikipedia
        person.aliases += [alias for alias in many(aliases) if alias not in person.aliases]
        for said in many(offices):
            office, _, term = said.partition("@")
            start, _, end = term.strip().partition("..")
            kind = class_of(office.strip(), code or None)
            _replace(person, _role(office.strip(), code or None, kind, start.strip() or None, end.strip() or None))


def _add_well_known(people: list[Person], known: Countries, evidence: Evidence) -> None:
    """Add those of the lists of the well-known, with the page that the English Wikipedia has about each."""
    numbers = {person.number: person for person in people if person.number}
    index: dict[tuple[str, str | None], list[Person]] = defaultdict(list)
    for person in people:
        for name in {fold(one) for one in (person.name, *person.aliases)}:
            index[name, person.country].append(person)
    for part in LISTS:
        for name, code, sector, description, aliases, page, number in rows(f"people_{part}.psv"):
            if code and code not in known.by_code:
                raise SystemExit(f"people_{part}.psv: no country {code} ({name})")
            title = name if page == "=" else page
            sure = (number if number and evidence.source(number, name, title) else "") or evidence.of_page(title)
            person = numbers.get(sure) or _namesake(index[fold(name), code or None], sector, title)
            if person is None or (sure and person.number and person.number != sure):
                person = Person(name=name, country=code or None, page=None if page == "=" else page)
                people.append(person)
            if sure and person.number is None:
                person.number = sure
                numbers[sure] = person
            person.is_listed = True
            _also_called(person, name)
            person.sector = person.sector or (None if person.roles else sector)
            person.description = person.description or description
            person.wikipedia = person.wikipedia or title
            person.aliases += [alias for alias in many(aliases) if alias not in person.aliases]


def _namesake(same: list[Person], sector: str, title: str) -> Person | None:
    """The person of our other lists or the tables, of the same name and country, whom a page is about, if just one.

    A page whose title tells its subject from namesakes is about someone of the tables only when it says a politician.
    """
    if title.endswith(")") and not _OF_POLITICS.search(title):
        return None
    found = [one for one in same if one.is_listed] or [one for one in same if sector in _PUBLIC]
    if len(found) > 1:
        found = [one for one in found if _is_notable(one)]
    return found[0] if len(found) == 1 else None


def _also_called(person: Person, name: str) -> None:
    """Keep a name by which our lists or the tables call the person."""
    if fold(name) not in {fold(one) for one in (person.name, *person.aliases)}:
        person.aliases.append(name)


def _replace(person: Person, role: Entry) -> None:
    """Add a term of our own lists; it takes the place of the term of the same office and beginning that stood there.

    The tables are taken to mean the same term when it begins in the same year; our own lists may give somebody two
    terms in one year.
    """

    def is_same(other: Entry) -> bool:
        if other["country"] != role["country"]:
            return False
        if other["class"] != role["class"] or (
            role["class"] not in SOLE and fold(other["office"]) != fold(role["office"])
        ):
            return False
        if not (other["start"] and role["start"]):
            return True
        if other in person.own:
            return other["start"].startswith(role["start"]) or role["start"].startswith(other["start"])
        return other["start"][:4] == role["start"][:4]

    person.roles = [other for other in person.roles if not is_same(other)]
    person.roles.append(role)
    person.own.append(role)
    person.roles.sort(key=lambda one: (one["start"] or "", one["office"]), reverse=True)


def _close_terms(people: list[Person]) -> None:
    """End the open term of an office that has one holder on the day its next holder took it.

    Whom the tables call the holder on the day they were made is not succeeded before that day: an earlier beginning of
    somebody else's term is that of a stand-in or a slip.
    """
    terms: dict[tuple[str, str], list[tuple[str, Person, Entry]]] = defaultdict(list)
    for person in people:
        for role in person.roles:
            if role["class"] in SOLE and role["country"] and role["start"]:
                terms[role["country"], role["class"]].append((role["start"], person, role))
    for held in terms.values():
        held.sort(key=lambda one: one[0])
        for place, (start, person, role) in enumerate(held):
            if role["end"] is None:
                least = max(start, TABLES_MADE) if role in person.current else start
                later = (other for other, who, _ in held[place + 1 :] if who is not person and other > least)
                role["end"] = next(later, None)


def _entry(person: Person) -> Entry:
    """The person as a line of the authority file."""
    current = person.roles[0] if person.roles else None
    sector = person.sector or (current["sector"] if current else None)
    return {
        "key": person.number or key("act", "person", fold(person.page or person.name), person.country or ""),
        "name": person.name,
        "kind": "person",
        "country": person.country,
        "sector": sector,
        "description": person.description,
        "wikipedia": person.wikipedia,
        "aliases": list(dict.fromkeys(person.aliases)),
        "roles": person.roles,
    }
