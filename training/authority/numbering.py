"""Wikidata numbers for bodies of our lists that have none: where the SemTab tables have just one body of that name.

The name alone does not do: the item has to be a body by its class, and not of another country.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import tabled
from countries import Countries
from evidence import loose
from semtab import Tables
from writing import Entry

LISTS = ("bodies.jsonl", "groups.jsonl", "outlets.jsonl", "companies.jsonl", "clubs.jsonl", "institutions.jsonl")
OF_STATES = "state_bodies.jsonl"
"""Bodies that every state has: their names are made up, so the country has to be told too."""


def give(files: dict[str, list[Entry]], tables: Tables, known: Countries) -> None:
    """Give numbers in place of minted keys, and print how many."""
    codes = {item.key: item.code for item in known.items}
    items: dict[str, list[tuple[str, str | None]]] = defaultdict(list)
    for number, item in list(tables.items.items()):
        name = tables.name(number)
        if name is None or int(number[1:]) >= tabled.NUMBERS_OF_PAGES or any("women" in one for one in item.classes):
            continue
        if tabled.class_of(item, name) is not None:
            items[loose(name)].append((number, tabled.country(item, tables, codes)))
    taken = {str(entry.get("key")) for listed in files.values() for entry in listed}
    given: Counter[str] = Counter()
    for file in (*LISTS, OF_STATES):
        for entry in files[file]:
            number = None if entry["key"].startswith("Q") else _number(entry, items, is_told=file == OF_STATES)
            if number is not None and number not in taken:
                taken.add(number)
                entry["key"] = number
                given[file] += 1
    print("numbers given by the SemTab tables:", ", ".join(f"{file} {count}" for file, count in given.items()))


def _number(entry: Entry, items: dict[str, list[tuple[str, str | None]]], *, is_told: bool) -> str | None:
    """The only item with a name of an entry in its country; ``is_told``: the tables have to tell the country."""
    names = (entry["name"], *(entry["aliases"] if is_told else ()), entry.get("wikipedia") or "")
    found = {
        number
        for name in filter(None, names)
        for number, code in items.get(loose(name), ())
        if code == entry["country"] or (not is_told and None in (code, entry["country"]))
    }
    return next(iter(found)) if len(found) == 1 else None
