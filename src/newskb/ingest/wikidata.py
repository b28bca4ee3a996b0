"""Items of Wikidata's JSON, a dump or some lines of one, become actors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from newskb.ingest.source import Source
from newskb.model import Actor, Role, Skipped
from newskb.text import fold, squeeze

HUMAN = "Q5"
POSITION_CLASSES = ("Q4164871", "Q294414", "Q83307", "Q30461", "Q48352", "Q2285706", "Q4175034")
"""Position, public office, minister, president, head of state, of government, legislator: what items of offices are
instances of."""
LANGUAGES = ("en", "mul", "en-gb", "en-us", "en-ca")
"""Of labels and aliases, the first that there is."""

INSTANCE_OF, COUNTRY, CITIZENSHIP, JURISDICTION = "P31", "P17", "P27", "P1001"
POSITION_HELD, OCCUPATION, START, END = "P39", "P106", "P580", "P582"
ONLY_ORGANISATIONS_HAVE = ("P169", "P1128", "P1454", "P414", "P488", "P1037")
"""Chief executive, employees, legal form, stock exchange, chairperson, director: what has one of these is an
organisation, whatever class its item is of."""
_DAY, _MONTH, _YEAR = 11, 10, 9
"""Wikidata's numbers for the precision of a time."""
MAX_NAME_CHARS = 300
"""A longer name is a sentence that slipped in."""


class _Text(msgspec.Struct, gc=False):
    value: str


class _Link(msgspec.Struct, gc=False):
    title: str


class _Item(msgspec.Struct):
    """The parts of an item that are read."""

    id: str
    labels: dict[str, _Text] | list[Any] = msgspec.field(default_factory=dict)
    aliases: dict[str, list[_Text]] | list[Any] = msgspec.field(default_factory=dict)
    descriptions: dict[str, _Text] | list[Any] = msgspec.field(default_factory=dict)
    claims: dict[str, list[dict[str, Any]]] | list[Any] = msgspec.field(default_factory=dict)
    sitelinks: dict[str, _Link] | list[Any] = msgspec.field(default_factory=dict)
    # An empty map is an empty list in some dumps.


_decode = msgspec.json.Decoder(_Item).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """An office as its own item tells it."""

    name: str
    country: str | None
    """Wikidata id of the country."""


class Positions:
    """The offices of some files, by Wikidata id: people name them by id only."""

    def __init__(self) -> None:
        self._of: dict[str, Position] = {}

    def read(self, source: Source) -> None:
        """Add the offices of a file; every other line is passed over without being parsed."""
        marks = [f'"{name}"'.encode() for name in POSITION_CLASSES]
        for line in source.stream.lines(source.limits.max_record_bytes):
            if line.data is None or not any(mark in line.data for mark in marks):
                continue
            try:
                item = _decode(_bare(line.data))
            except msgspec.MsgspecError:
                continue  # told when the file is read for its actors
            if not set(POSITION_CLASSES).isdisjoint(_ids(item, INSTANCE_OF)) and (name := _name(item)):
                country = next(iter((*_ids(item, JURISDICTION), *_ids(item, COUNTRY))), None)
                self._of[item.id] = Position(name=name, country=country)

    def get(self, key: str) -> Position | None:
        """The office with this id."""
        return self._of.get(key)


def read_wikidata(
    source: Source, countries: Mapping[str, str], sector_of: Callable[[str], str | None], positions: Positions
) -> Iterator[Actor | Skipped | None]:
    """The actors among the items of a file, one a line; None for items that are none (places, works, concepts)."""
    for line in source.stream.lines(source.limits.max_record_bytes):
        if line.data is None:
            yield _numbered(source.too_long(f"line {line.number}", line.size, line.offset), line.number)
            continue
        data = _bare(line.data)
        if data in (b"", b"[", b"]", b"\xef\xbb\xbf["):
            continue
        try:
            item = _decode(data)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            detail = f"line {line.number}: this is no item of Wikidata: {error}"
            yield _numbered(source.skipped("bad-json", detail, line.offset), line.number)
            continue
        found = _actor(item, countries, sector_of, positions)
        if isinstance(found, str):
            yield _numbered(source.skipped("no-name", f"line {line.number}: {found}", line.offset), line.number)
        else:
            yield found


def _numbered(item: Skipped, line: int) -> Skipped:
    return replace(item, origin=replace(item.origin, record=line - 1))


def _bare(line: bytes) -> bytes:
    return line.strip().rstrip(b",").removeprefix(b"\xef\xbb\xbf")


def _actor(
    item: _Item, countries: Mapping[str, str], sector_of: Callable[[str], str | None], positions: Positions
) -> Actor | str | None:
    kind, sector = _kind(item)
    if kind is None or not item.id.startswith("Q"):
        return None
    name = _name(item)
    if name is None:
        return f"{item.id} has no name in English"
    country = next((code for key in _countries(item, kind) if (code := countries.get(fold(key)))), None)
    roles = tuple(_roles(item, countries, sector_of, positions)) if kind == "person" else ()
    if kind == "person":
        held = [role.sector for role in reversed(roles) if role.sector]
        sector = next(iter(held), None) or _occupation(item)
    links = item.sitelinks if isinstance(item.sitelinks, dict) else {}
    return Actor(
        key=item.id,
        name=name,
        kind=kind,
        wikidata=item.id,
        wikipedia=links["enwiki"].title if "enwiki" in links else None,
        country=country,
        sector=sector,
        description=_text(item.descriptions),
        aliases=tuple(sorted(_aliases(item) - {name})),
        roles=roles,
    )


def _kind(item: _Item) -> tuple[str | None, str | None]:
    """Kind and sector of an item by what it is an instance of; nothing when it is no actor."""
    classes = _ids(item, INSTANCE_OF)
    if HUMAN in classes:
        return "person", None
    known = _classes()
    for name in classes:
        if name in known:
            return known[name]
    claims = item.claims if isinstance(item.claims, dict) else {}
    if any(name in claims for name in ONLY_ORGANISATIONS_HAVE):
        return "organisation", None
    return None, None


def _countries(item: _Item, kind: str) -> Sequence[str]:
    own = (item.id,) if kind == "country" else ()
    return (*own, *_ids(item, CITIZENSHIP), *_ids(item, COUNTRY), *_ids(item, JURISDICTION))


def _occupation(item: _Item) -> str | None:
    known = _occupations()
    return next((known[name] for name in _ids(item, OCCUPATION) if name in known), None)


def _roles(
    item: _Item, countries: Mapping[str, str], sector_of: Callable[[str], str | None], positions: Positions
) -> list[Role]:
    """The offices that the files name, the earliest first."""
    found: set[tuple[str, str | None, str | None, str | None, str | None]] = set()
    for statement in _statements(item, POSITION_HELD):
        position = positions.get(_id(statement.get("mainsnak")) or "")
        if position is None:
            continue
        qualifiers = statement.get("qualifiers") or {}
        country = countries.get(fold(position.country)) if position.country else None
        start, end = (_time(qualifiers.get(name)) for name in (START, END))
        found.add((position.name, country, sector_of(position.name), start, end))
    ordered = sorted(found, key=lambda role: (role[3] or "", role[0], role[1] or "", role[4] or ""))
    return [Role(office=o, country=c, sector=s, start=start, end=end) for o, c, s, start, end in ordered]


# --- the parts of an item --------------------------------------------------------------------------------------------


def _text(values: dict[str, _Text] | list[Any]) -> str | None:
    if isinstance(values, dict):
        for language in LANGUAGES:
            if language in values and (value := squeeze(values[language].value).replace("\x00", "")):
                return value
    return None


def _name(item: _Item) -> str | None:
    name = _text(item.labels)
    return name if name is not None and len(name) <= MAX_NAME_CHARS else None


def _aliases(item: _Item) -> set[str]:
    values = item.aliases if isinstance(item.aliases, dict) else {}
    names = {squeeze(one.value).replace("\x00", "") for language in LANGUAGES for one in values.get(language, ())}
    return {name for name in names if 0 < len(name) <= MAX_NAME_CHARS}


def _statements(item: _Item, name: str) -> list[dict[str, Any]]:
    """The statements that hold, the preferred ones first."""
    claims = item.claims if isinstance(item.claims, dict) else {}
    held = [one for one in claims.get(name, ()) if isinstance(one, dict) and one.get("rank") != "deprecated"]
    return sorted(held, key=lambda one: one.get("rank") != "preferred")


def _ids(item: _Item, name: str) -> list[str]:
    """The items that a property names; those of statements that have ended come last."""
    statements = sorted(_statements(item, name), key=lambda one: END in (one.get("qualifiers") or {}))
    return [key for one in statements if (key := _id(one.get("mainsnak")))]


def _value(snak: Any) -> Any:
    held = snak.get("datavalue") if isinstance(snak, dict) else None
    return held.get("value") if isinstance(held, dict) else None


def _id(snak: Any) -> str | None:
    value = _value(snak)
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str) else None


def _time(snaks: Any) -> str | None:
    """``+2018-01-00T00:00:00Z`` with precision 10 is ``2018-01``."""
    value = _value(snaks[0]) if isinstance(snaks, list) and snaks else None
    if not isinstance(value, dict) or not str(value.get("time", "")).startswith("+"):
        return None
    day, precision = str(value["time"])[1:11], value.get("precision")
    chars = {_DAY: 10, _MONTH: 7, _YEAR: 4}.get(precision) if isinstance(precision, int) else None
    return day[:chars] if chars is not None and len(day) == 10 and day[:4].isdigit() else None


@cache
def _classes() -> dict[str, tuple[str, str | None]]:
    return {row[0]: (row[1], None if row[2] == "-" else row[2]) for row in _table("wikidata_classes.tsv")}


@cache
def _occupations() -> dict[str, str]:
    return {row[0]: row[1] for row in _table("wikidata_occupations.tsv")}


def _table(name: str) -> list[list[str]]:
    lines = files("newskb.ingest").joinpath(name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]
