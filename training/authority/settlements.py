"""Cities of Natural Earth get the Wikidata numbers that the SemTab tables give to settlements of that name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from countries import Countries
from semtab import Item, Tables

from newskb.text import fold

MUCH_BETTER_KNOWN = 5
"""How many times as many items must point to a city as to a namesake in the same division, to be the one meant."""
FARTHEST = 3
"""Steps from a settlement to the country that it lies in: municipality, county, division."""

_SETTLEMENT = re.compile(
    r"\b(city|town|municipality|commune|comune|capital|settlement|village|metropolis|borough|county seat|locality|"
    r"census-designated place|prefecture-level|urban)\b",
    re.IGNORECASE,
)
_OF = re.compile(r" (?:of|in) (?:the )?(.+)$")
_LIES_IN = ("located in the administrative territorial entity", "capital of")
_OF_PLACES = frozenset(
    (*_LIES_IN, "population", "elevation above sea level", "head of government", "located in time zone")
)
"""Properties that settlements have; they tell an item without class from a film of the same name."""
Where = str | tuple[str, str]
"""The code of a country, or that and the folded name of a division."""


class Settlements:
    """The settlements of the tables, by name."""

    def __init__(self, tables: Tables, known: Countries, divisions: dict[str, tuple[str, set[str]]]) -> None:
        """``divisions`` has the country and the folded names of each first-level division, by Wikidata number."""
        self._items = tables.items
        self._divisions = divisions
        self._codes = {item.key: item.code for item in known.items}
        self._named = {fold(name): item.code for item in known.items for name in item.names}
        self._states = {name for code, names in divisions.values() if code == "USA" for name in names}
        self._by_name: dict[str, set[str]] = defaultdict(set)
        for number, item in list(tables.items.items()):
            for name in (*item.labels, item.page or "", tables.name(number) or ""):
                self._by_name[fold(name)].add(number)

    def number(self, names: Iterable[str], code: str, division: str | None) -> str | None:
        """The number of the settlement of one of these names in a country, None when several or none can be meant."""
        names = list(names)
        pages = {n for name in names for n in self._by_name.get(fold(f"{name}, {division}"), ()) if division}
        if len(pages) == 1:
            return next(iter(pages))
        found = {number for name in names for number in self._by_name.get(fold(name), ())}
        found = {number for number in found if self._is_in(number, code, fold(division or ""))}
        ranked = sorted(found, key=lambda one: (-self._items[one].popularity, one))
        if len(ranked) > 1 and self._uses(ranked[0]) < MUCH_BETTER_KNOWN * max(1, self._uses(ranked[1])):
            return None
        return ranked[0] if ranked else None

    def _uses(self, number: str) -> int:
        return self._items[number].popularity

    def _is_in(self, number: str, code: str, division: str) -> bool:
        item = self._items[number]
        if item.classes:
            if not any(_SETTLEMENT.search(name) for name in item.classes):
                return False
        elif not _OF_PLACES & set(item.values):
            return False
        where = set(self._where(number, FARTHEST))
        if code not in where:
            return False
        told = {one[1] for one in where if isinstance(one, tuple) and one[0] == code}
        return division in told or (not told and code != "USA")

    def _where(self, number: str, steps: int) -> Iterator[Where]:
        """The countries and divisions that an item lies in, as far as the tables tell."""
        if number in self._codes:
            yield self._codes[number]
        elif number in self._divisions:
            code, names = self._divisions[number]
            yield code
            yield from ((code, name) for name in names)
        elif number in self._items and steps:
            item = self._items[number]
            yield from self._of_classes(item)
            for value in item.values.get("country", {}):
                if value in self._codes:
                    yield self._codes[value]
            for relation in _LIES_IN:
                for value in item.values.get(relation, {}):
                    yield from self._where(value, steps - 1)

    def _of_classes(self, item: Item) -> Iterator[Where]:
        """Where things of these classes lie ("commune of France", "county of Texas")."""
        for name in item.classes:
            match = _OF.search(name)
            form = fold(match[1]) if match else ""
            if form in self._named:
                yield self._named[form]
            elif form in self._states and "county" in name:
                yield from ("USA", ("USA", form))
