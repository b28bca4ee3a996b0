"""Files of actors, CSV or Wikidata JSON, become actors, one after another, however long the file is."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import BinaryIO

from newskb import plover
from newskb.ingest.archives import members
from newskb.ingest.encodings import as_utf8
from newskb.ingest.files import Limits, shown, skipped
from newskb.ingest.source import Source
from newskb.ingest.streams import Halt
from newskb.ingest.table_readers import Rows
from newskb.ingest.wikidata import MAX_NAME_CHARS, Positions, read_wikidata
from newskb.model import Actor, Role, Skipped
from newskb.text import fold, squeeze

FORMATS = ("auto", "csv", "wikidata")
"""What ``--format`` takes."""
KINDS = {
    "person": "person",
    "organisation": "organisation",
    "organization": "organisation",
    "company": "organisation",
    "government": "government",
    "country": "country",
    "group": "group",
}
"""Words for the kinds of actors, and the kinds."""
COLUMNS = {
    "key": ("key", "id"),
    "wikidata": ("wikidata", "qid", "wikidata_id"),
    "name": ("name", "label"),
    "aliases": ("aliases", "alias", "other_names"),
    "kind": ("kind", "type"),
    "country": ("country", "nationality"),
    "sector": ("sector",),
    "description": ("description",),
    "wikipedia": ("wikipedia",),
    "office": ("office", "role", "position"),
    "office_country": ("office_country",),
    "office_sector": ("office_sector",),
    "start": ("start", "valid_from", "start_date"),
    "end": ("end", "valid_to", "end_date"),
}
"""Field to the names of columns that hold it, without regard to case."""
DELIMITERS = (",", "\t", ";")
"""Between cells: the one with which most columns have a known name."""
ALIAS_MARK = "|"
"""Between the aliases in a cell."""

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}", re.ASCII)
_WIKIDATA = re.compile(r"Q[1-9]\d{0,11}", re.ASCII)
_DAY = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """What the files need to be understood."""

    countries: Mapping[str, str]
    """Folded names, two- and three-letter codes and Wikidata ids of countries to ISO 3166-1 alpha-3."""
    mint: Callable[[str, str], str]
    """The key of an actor without one, from name and kind: the key that texts give it."""
    sector_of: Callable[[str], str | None]
    """The PLOVER sector of an office."""


Found = Actor | Skipped | None
"""An actor, a row that is none and why, or something that was never meant to be one (a book in a Wikidata dump)."""


def read_actors(
    file: BinaryIO, path: str, *, format: str, limits: Limits, lexicon: Lexicon, positions: Positions | None = None
) -> Iterator[Found]:
    """What a file holds, packed or not; ``origin.record`` of what is skipped is the number of its row or line, from 0.

    ``positions`` are the offices that ``read_positions`` found in the files before.
    """
    is_empty = True
    for source in _sources(file, path, limits):
        if isinstance(source, Skipped):
            yield source
            continue
        try:
            if _format(source, format) == "wikidata":
                found = read_wikidata(source, lexicon.countries, lexicon.sector_of, positions or Positions())
            else:
                found = _rows(source, lexicon)
            for item in found:
                is_empty = False
                yield item
        except Halt as halt:
            yield source.skipped(halt.reason, halt.detail)
            return
    if is_empty:
        yield skipped(path, "empty", "there is no actor in it")


def read_positions(file: BinaryIO, path: str, *, format: str, limits: Limits, positions: Positions) -> None:
    """Add the offices of a Wikidata file to ``positions``; people name them by id only. Other files have none."""
    with suppress(Halt):  # told when the file is read for its actors
        for source in _sources(file, path, limits):
            if isinstance(source, Source) and _format(source, format) == "wikidata":
                positions.read(source)


def _sources(file: BinaryIO, path: str, limits: Limits) -> Iterator[Source | Skipped]:
    name = shown(path)
    found = members(file, path=name, limits=limits, size=file.seek(0, 2) if file.seekable() else None)
    if file.seekable():
        file.seek(0)
    while True:
        try:
            member = next(found, None)
        except Halt as halt:
            yield skipped(path, halt.reason, halt.detail)
            return
        if member is None:
            return
        if isinstance(member, Skipped):
            yield member
        else:
            stream, is_transcoded = as_utf8(member.stream)
            yield Source(name, member.name, stream, limits, has_offsets=not is_transcoded)


def _format(source: Source, format: str) -> str:
    if format != "auto":
        return format
    start = source.stream.peek(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    return "wikidata" if start[:1] in (b"[", b"{") else "csv"


# --- tables ----------------------------------------------------------------------------------------------------------


class _BadRow(Exception):
    """A row that gives no actor."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def _rows(source: Source, lexicon: Lexicon) -> Iterator[Actor | Skipped]:
    """The actors of a table; rows with one key that follow one another are one actor with several offices."""
    csv.field_size_limit(max(csv.field_size_limit(), source.limits.max_record_bytes))
    decoder = source.decoder()
    head = decoder.decode(source.stream.peek(1 << 16))[0].partition("\n")[0]
    rows = Rows(source, decoder, max(DELIMITERS, key=lambda mark: len(_header(head.split(mark)))))
    places: dict[str, int] | None = None
    waiting: Actor | None = None
    for number, row in enumerate(rows, -1):
        if isinstance(row, Skipped):
            yield _numbered(row, number)
        elif places is None:
            places = _header(row)
            if "name" not in places:
                known = ", ".join(names[0] for names in COLUMNS.values())
                yield source.skipped("no-header", f"no column is called 'name'; columns are {known}", rows.offset)
                return
            yield from _unknown(source, row, places, rows.offset)
        elif any(cell.strip() for cell in row):
            try:
                actor = _actor(_cells(row, places), lexicon)
            except _BadRow as bad:
                yield _numbered(source.skipped(bad.reason, f"line {rows.line}: {bad.detail}", rows.offset), number)
                continue
            if waiting is not None and waiting.key == actor.key and waiting.name == actor.name:
                waiting = _joined(waiting, actor)
                continue
            if waiting is not None:
                yield waiting
            waiting = actor
    if waiting is not None:
        yield waiting


def _numbered(item: Skipped, record: int) -> Skipped:
    return replace(item, origin=replace(item.origin, record=max(record, 0)))


def _header(row: list[str]) -> dict[str, int]:
    field_of = {name: field for field, names in COLUMNS.items() for name in names}
    found: dict[str, int] = {}
    for place, name in enumerate(row):
        field = field_of.get(_column(name))
        if field is not None:
            found.setdefault(field, place)
    return found


def _column(name: str) -> str:
    return fold(name.strip('"\ufeff \t\r\n')).replace(" ", "_").replace("-", "_")


def _unknown(source: Source, row: list[str], places: Mapping[str, int], offset: int) -> Iterator[Skipped]:
    used = set(places.values())
    for place, name in enumerate(row):
        if place not in used and name.strip():
            near = get_close_matches(_column(name), [known for names in COLUMNS.values() for known in names], n=1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            yield source.skipped("unknown-column", f"the column '{shown(name)[:80]}' is not read{hint}", offset)


def _cells(row: list[str], places: Mapping[str, int]) -> dict[str, str]:
    if len(row) > max(places.values()) + 1 and any(cell.strip() for cell in row[len(row) :]):
        raise _BadRow("ragged-row", "there are more cells than columns")
    return {field: squeeze(row[place]) for field, place in places.items() if place < len(row) and squeeze(row[place])}


def _actor(cells: Mapping[str, str], lexicon: Lexicon) -> Actor:
    name = cells.get("name", "")
    if not name:
        raise _BadRow("no-name", "the cell of the name is empty")
    names = [alias for alias in map(squeeze, cells.get("aliases", "").split(ALIAS_MARK)) if alias]
    if max(map(len, (name, *names))) > MAX_NAME_CHARS:
        raise _BadRow("long-name", f"a name has more than {MAX_NAME_CHARS} characters; aliases are parted by '|'")
    if "\x00" in "".join(cells.values()):
        raise _BadRow("bad-character", "there is a NUL character in it")
    kind = KINDS.get(fold(cells.get("kind", "")))
    if kind is None:
        raise _BadRow(
            "bad-kind", f"the kind is one of {', '.join(dict.fromkeys(KINDS.values()))}, not '{cells.get('kind', '')}'"
        )
    wikidata = _wikidata(cells.get("wikidata") or _id_in(cells.get("key", "")))
    key = wikidata or cells.get("key") or lexicon.mint(name, kind)
    if not _KEY.fullmatch(key):
        raise _BadRow("bad-key", f"'{key[:80]}' is no key: letters, digits and . _ : - make one, at most 100")
    country = _country(cells.get("country"), lexicon)
    return Actor(
        key=key,
        name=name,
        kind=kind,
        wikidata=wikidata,
        wikipedia=cells.get("wikipedia"),
        country=country,
        sector=_sector(cells.get("sector")),
        description=cells.get("description"),
        aliases=tuple(sorted({*names} - {name})),
        roles=_roles(cells, country, lexicon),
    )


def _id_in(key: str) -> str | None:
    return key if _WIKIDATA.fullmatch(key) else None


def _wikidata(value: str | None) -> str | None:
    if value is None:
        return None
    found = value.rsplit("/", 1)[-1].upper()
    if not _WIKIDATA.fullmatch(found):
        raise _BadRow("bad-wikidata", f"'{value[:80]}' is no Wikidata id; one looks like Q42")
    return found


def _country(value: str | None, lexicon: Lexicon) -> str | None:
    if value is None:
        return None
    found = lexicon.countries.get(fold(value))
    if found is None:
        raise _BadRow("bad-country", f"'{value[:80]}' is no country; write its name or its ISO 3166 code")
    return found


def _sector(value: str | None) -> str | None:
    if value is None:
        return None
    if value.upper() not in plover.SECTORS:
        raise _BadRow("bad-sector", f"'{value[:80]}' is no PLOVER sector; one of {', '.join(plover.SECTORS)} is")
    return value.upper()


def _roles(cells: Mapping[str, str], country: str | None, lexicon: Lexicon) -> tuple[Role, ...]:
    office = cells.get("office")
    if office is None:
        return ()
    for name in ("start", "end"):
        if name in cells and not _DAY.fullmatch(cells[name]):
            raise _BadRow("bad-term", f"'{cells[name][:80]}' is no date; write 2019-05-05, 2019-05 or 2019")
    sector = _sector(cells.get("office_sector")) or lexicon.sector_of(office) or _sector(cells.get("sector"))
    own = _country(cells.get("office_country"), lexicon) or country
    return (Role(office=office, country=own, sector=sector, start=cells.get("start"), end=cells.get("end")),)


def _joined(one: Actor, other: Actor) -> Actor:
    """One actor of two rows: names and offices of both, and of the rest what the first says."""
    return replace(
        one,
        wikipedia=one.wikipedia or other.wikipedia,
        country=one.country or other.country,
        sector=one.sector or other.sector,
        description=one.description or other.description,
        aliases=tuple(sorted({*one.aliases, *other.aliases})),
        roles=(*one.roles, *(role for role in other.roles if role not in one.roles)),
    )
