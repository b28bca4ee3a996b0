"""The list of countries becomes countries, their governments and the bodies that every country has."""

from __future__ import annotations

import re
from dataclasses import dataclass

from evidence import Evidence
from sources import Reference, many, pairs, rows
from writing import Entry

from newskb.text import fold

# Adjectives whose noun is the same word with an s: Venezuelan, Iraqi.
_REGULAR = re.compile(r"(an|[a-hj-z]i)$")


@dataclass(frozen=True, slots=True)
class Country:
    """What the other builders need to know of a country."""

    code: str
    key: str
    name: str
    names: tuple[str, ...]
    demonyms: tuple[str, ...]
    capital: str
    seats: tuple[str, ...]
    is_state: bool

    @property
    def adjective(self) -> str:
        """The adjective, or the name where there is none."""
        return self.demonyms[0] if self.demonyms else self.name


class Countries:
    """Countries by code and by any of their names."""

    def __init__(self, items: list[Country]) -> None:
        self.items = items
        self.by_code = {item.code: item for item in items}
        self._by_name: dict[str, Country] = {}
        for item in items:
            for name in item.names:
                self._by_name.setdefault(fold(name), item)
        for alias, code in (tuple(row) for row in rows("country_names.psv")):
            self._by_name[fold(alias)] = self.by_code[code]

    def code(self, name: str) -> str | None:
        """The code of the country that the reference tables call by this name."""
        found = self._by_name.get(fold(name))
        return found.code if found else None


def read(reference: Reference, evidence: Evidence) -> Countries:
    """The countries of our list with their Wikidata numbers."""
    known = {row["cca3"] if row["cca3"] != "UNK" else "XKX": row for row in reference.table("countries.csv")}
    items = []
    for code, names, demonyms, capital, seats in rows("countries.psv"):
        row = known[code]
        forms = tuple(many(names))
        if evidence.source(row["qid"], *forms) is None:
            raise SystemExit(f"{row['qid']} is not {forms[0]}")
        people = []
        for word in many(demonyms):
            people.append(word)
            if _REGULAR.search(word):
                people.append(word + "s")
        items.append(
            Country(
                code=code,
                key=row["qid"],
                name=forms[0],
                names=forms,
                demonyms=tuple(dict.fromkeys(people)),
                capital=capital,
                seats=tuple(many(seats)),
                is_state=row["independent"] == "True" or code in ("TWN", "PSE", "XKX"),
            )
        )
    return Countries(items)


def build(known: Countries, evidence: Evidence) -> dict[str, list[Entry]]:
    """The files of countries and governments."""
    numbers = pairs("government_ids.psv")
    titles = pairs("country_titles.psv")
    listed, actors, governments = [], [], []
    for item in known.items:
        number = numbers.get(item.code)
        if number is not None and evidence.source(number, *_government_names(item)) is None:
            raise SystemExit(f"{number} is not the government of {item.name}")
        government = number or f"gov-{item.code}"
        title = titles.get(item.code, item.name)
        listed.append(
            {
                "code": item.code,
                "key": item.key,
                "name": item.name,
                "names": list(item.names),
                "demonyms": list(item.demonyms),
                "capital": item.capital,
                "government": government,
            }
        )
        actors.append(
            {
                "key": item.key,
                "name": item.name,
                "kind": "country",
                "country": item.code,
                "sector": None,
                "description": "country" if item.is_state else "territory",
                "wikipedia": title,
                "aliases": list(item.names[1:]),
                "roles": [],
            }
        )
        governments.append(
            {
                "key": government,
                "name": f"Government of {_the(item.name)}",
                "kind": "government",
                "country": item.code,
                "sector": "GOV",
                "description": f"government of {_the(item.name)}",
                "wikipedia": None,
                "aliases": _government_names(item),
                "roles": [],
                "seat": list(dict.fromkeys((item.capital, *item.seats))),
            }
        )
    return {"countries.jsonl": listed, "country_actors.jsonl": actors, "governments.jsonl": governments}


def _government_names(item: Country) -> list[str]:
    adjectives = [item.adjective] if item.demonyms else []
    names = [f"Government of {name}" for name in item.names[:3]]
    names += [
        f"{word} {noun}" for word in (*adjectives, item.name) for noun in ("government", "administration", "regime")
    ]
    if item.code == "USA":
        names += ["Federal government of the United States", "U.S. government", "US government", "federal government"]
        names += ["U.S. administration", "US administration"]
    if item.code == "GBR":
        names += ["UK government", "Her Majesty's Government", "His Majesty's Government"]
    return list(dict.fromkeys(names))


def _the(name: str) -> str:
    """The name as it stands after "of"."""
    plural = (
        "United ",
        "Netherlands",
        "Philippines",
        "Bahamas",
        "Maldives",
        "Central African",
        "Dominican R",
        "Czech R",
    )
    return f"the {name}" if name.startswith(plural) or name.endswith(("Islands", "Republic of the Congo")) else name
