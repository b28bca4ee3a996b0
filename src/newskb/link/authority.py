"""The authority file becomes look-ups: by name, by family name, by office and day, by the words for a country."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from newskb.errors import SetupError
from newskb.link import offices
from newskb.link.names import plain, skeleton
from newskb.model import Actor, Place, Role
from newskb.resources import resource

if TYPE_CHECKING:
    from newskb.link.register import Register

EXECUTIVE = frozenset(
    (
        "head of state",
        "head of government",
        "foreign minister",
        "defence minister",
        "interior minister",
        "finance minister",
        "minister",
        "leader",
    )
)
"""The classes of offices that a country has one holder of at a time, so that the office alone names a person."""


class Office(msgspec.Struct, gc=False, frozen=True):
    """An office or affiliation with its time, as the authority file gives it."""

    office: str
    country: str | None = None
    sector: str | None = None
    start: str | None = None
    end: str | None = None
    class_: str | None = msgspec.field(default=None, name="class")

    def is_held(self, day: str) -> bool:
        """Whether ``day`` (``YYYY-MM-DD``) lies in the term; an unknown end is open."""
        return (self.start is None or self.start <= day) and not self.is_over(day)

    def is_over(self, day: str) -> bool:
        """Whether the term ended before ``day``; "2019" ends with the year."""
        return self.end is not None and self.end < day[: len(self.end)]


class Known(msgspec.Struct, gc=False, frozen=True):
    """An actor of the authority file."""

    key: str
    name: str
    kind: str
    country: str | None = None
    sector: str | None = None
    description: str | None = None
    wikipedia: str | None = None
    aliases: tuple[str, ...] = ()
    roles: tuple[Office, ...] = ()
    seat: tuple[str, ...] = ()
    """Names of the capital, palace and ministries that stand for a government."""
    wikidata: str | None = None
    """Wikidata id, where the key is not one itself."""

    is_place = False


class Spot(msgspec.Struct, gc=False, frozen=True):
    """A place of the authority file."""

    key: str
    name: str
    kind: str
    country: str | None = None
    admin1: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    population: int | None = None
    wikipedia: str | None = None
    aliases: tuple[str, ...] = ()

    is_place = True


class Country(msgspec.Struct, gc=False, frozen=True):
    """A country with the words that name it, its people and its government."""

    code: str
    key: str
    name: str
    names: tuple[str, ...] = ()
    demonyms: tuple[str, ...] = ()
    capital: str | None = None
    government: str | None = None


Entity = Known | Spot
"""What a name can be the name of."""

_Row = TypeVar("_Row", bound=msgspec.Struct)


_plain_once = plain.__wrapped__
"""``plain`` for names that are seen once: kept in its cache, those of the whole file would take 15 MB and push out the
names of texts."""


def wikidata(key: str) -> str | None:
    """The key when it is a Wikidata id, else None."""
    return key if key[:1] == "Q" and key[1:].isdigit() else None


def executive_offices(item: Known) -> Iterator[tuple[Office, str, str]]:
    """The offices of an actor that name their holder, with class and country."""
    for role in item.roles:
        kind = role.class_ or (offices.class_of(role.office) if role.sector == "GOV" else None)
        if role.country and kind in EXECUTIVE:
            yield role, kind, role.country


def joined(item: Known, imported: Known) -> Known:
    """An actor of the file with the names and offices that an import adds; what the file says of it stands."""
    held = {(plain(role.office), (role.start or "")[:4]) for role in item.roles}
    added = [role for role in imported.roles if (plain(role.office), (role.start or "")[:4]) not in held]
    known = {item.name, *item.aliases}
    names = [name for name in (imported.name, *imported.aliases) if name not in known]
    return msgspec.structs.replace(
        item,
        aliases=(*item.aliases, *dict.fromkeys(names)),
        roles=(*item.roles, *added),
        description=item.description or imported.description,
        wikipedia=item.wikipedia or imported.wikipedia,
        wikidata=item.wikidata or imported.wikidata,
    )


class Authority:
    """All actors and places that we know beforehand. Immutable; one for all articles of a process.

    Those that a user imported are in a ``register`` on disk. What both know is joined; names lead to both.
    """

    def __init__(
        self,
        *,
        known: Iterable[Known],
        spots: Iterable[Spot],
        countries: Iterable[Country],
        version: str,
        register: Register | None = None,
    ) -> None:
        self._known = {item.key: item for item in known}
        self._spots = {item.key: item for item in spots}
        self.countries: Mapping[str, Country] = {item.code: item for item in countries}
        self.version = version
        self._register = register
        if register is not None:
            self.version = f"{version}+{register.version}"
            for key, item in self._known.items():
                if (imported := register.actor(key)) is not None:
                    self._known[key] = joined(item, imported)
        self._named: dict[str, tuple[Entity, ...]] = _index((*self._known.values(), *self._spots.values()))

    @classmethod
    def load(cls, folder: Path | None = None, *, register: Register | None = None) -> Authority:
        """The authority of ``folder`` (default: the one in ``seeds``). Raises ``SetupError`` when it cannot be read."""
        folder = folder or resource("seeds") / "authority"
        if not folder.is_dir():
            raise SetupError(f"the authority file {folder} is missing; install newskb again")
        known: dict[str, Known] = {}
        spots: dict[str, Spot] = {}
        countries: list[Country] = []
        state = hashlib.blake2b(digest_size=6)
        for path in sorted(folder.glob("*.jsonl")):
            data = path.read_bytes()
            state.update(path.name.encode() + b"\0" + data)
            try:
                if path.name.startswith("places"):
                    for spot in _lines(data, Spot):
                        spots.setdefault(spot.key, spot)
                elif path.name.startswith("countries"):
                    countries += _lines(data, Country)
                else:
                    for item in _lines(data, Known):
                        known.setdefault(item.key, item)
            except msgspec.MsgspecError as error:
                raise SetupError(f"the authority file {path} is damaged ({error}); install newskb again") from error
        return cls(
            known=known.values(),
            spots=spots.values(),
            countries=countries,
            version=f"authority-{state.hexdigest()}",
            register=register,
        )

    # --- everything, as the database stores it

    @property
    def actors(self) -> Iterator[Actor]:
        """Every actor of the file, by key."""
        for _, item in sorted(self._known.items()):
            yield Actor(
                key=item.key,
                name=item.name,
                kind=item.kind,
                wikidata=item.wikidata or wikidata(item.key),
                wikipedia=item.wikipedia,
                country=item.country,
                sector=item.sector,
                description=item.description,
                aliases=item.aliases,
                roles=tuple(
                    Role(office=r.office, country=r.country, sector=r.sector, start=r.start, end=r.end)
                    for r in item.roles
                ),
            )

    @property
    def places(self) -> Iterator[Place]:
        """Every place, by key."""
        for _, item in sorted(self._spots.items()):
            yield Place(
                key=item.key,
                name=item.name,
                kind=item.kind,
                wikidata=wikidata(item.key),
                country=item.country,
                admin1=item.admin1,
                latitude=item.latitude,
                longitude=item.longitude,
                population=item.population,
                aliases=item.aliases,
            )

    # --- look-ups

    def actor(self, key: str | None) -> Known | None:
        """The actor with this key."""
        found = self._known.get(key) if key is not None else None
        if found is None and key is not None and self._register is not None:
            return self._register.actor(key)
        return found

    def place(self, key: str | None) -> Spot | None:
        """The place with this key."""
        return self._spots.get(key) if key is not None else None

    def named(self, form: str) -> tuple[Entity, ...]:
        """All actors and places that have this plain name, in the order of their keys, the imported ones last."""
        found = self._named.get(form, ())
        return found if self._register is None else (*found, *self._others(self._register.named(form)))

    def surnamed(self, word: str) -> Sequence[Known]:
        """The people whose name, or a name of whom, ends in this plain word or a usual transcription of it."""
        sound = skeleton(word)
        found = self._surnames.get(sound, ())
        return found if self._register is None else (*found, *self._others(self._register.surnamed(sound)))

    def spelled(self, name: str) -> tuple[Known, ...]:
        """The imported people of whom a name is this full name in another spelling; the others are ``surnamed``."""
        return () if self._register is None else self._others(self._register.spelled(name))

    def _others(self, imported: tuple[Known, ...]) -> tuple[Known, ...]:
        """Those that the file does not know."""
        return tuple(item for item in imported if item.key not in self._known and item.key not in self._spots)

    def country_word(self, form: str) -> Country | None:
        """The country that a plain name or demonym stands for."""
        return self._country_words.get(form)

    def government(self, code: str | None) -> Known | None:
        """The government of a country."""
        country = self.countries.get(code) if code else None
        return self.actor(country.government) if country else None

    def seats(self, form: str) -> tuple[Known, ...]:
        """The governments that a plain name of a capital, palace or ministry stands for."""
        return self._seats.get(form, ())

    def capital(self, form: str) -> tuple[str, ...]:
        """The codes of the countries whose capital has this plain name."""
        return self._capitals.get(form, ())

    def offices(self, code: str) -> Sequence[tuple[Known, Office, str]]:
        """The offices of a country that name their holder, with holders and classes."""
        found = self._offices.get(code, ())
        if self._register is None:
            return found
        imported = [
            (item, role, kind)
            for item in self._others(self._register.offices(code))
            for role, kind, country in executive_offices(item)
            if country == code
        ]
        return (*found, *imported)

    @cached_property
    def _surnames(self) -> dict[str, tuple[Known, ...]]:
        found: dict[str, dict[str, Known]] = {}
        for item in self._known.values():
            if item.kind == "person":
                for name in (item.name, *item.aliases):
                    words = _plain_once(name).split()
                    if len(words) > 1:
                        found.setdefault(skeleton(words[-1]), {})[item.key] = item
        return {word: tuple(people[key] for key in sorted(people)) for word, people in found.items()}

    @cached_property
    def _country_words(self) -> dict[str, Country]:
        found: dict[str, Country] = {}
        for _, country in sorted(self.countries.items()):
            for word in (country.name, *country.names, *country.demonyms):
                found.setdefault(plain(word), country)
        return found

    @cached_property
    def _seats(self) -> dict[str, tuple[Known, ...]]:
        found: dict[str, tuple[Known, ...]] = {}
        for _, item in sorted(self._known.items()):
            for form in {plain(seat) for seat in item.seat}:
                found[form] = (*found.get(form, ()), item)
        return found

    @cached_property
    def _capitals(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for code, country in sorted(self.countries.items()):
            if country.capital:
                form = plain(country.capital)
                found[form] = (*found.get(form, ()), code)
        return found

    @cached_property
    def _offices(self) -> dict[str, list[tuple[Known, Office, str]]]:
        found: dict[str, list[tuple[Known, Office, str]]] = {}
        for _, item in sorted(self._known.items()):
            for role, kind, country in executive_offices(item):
                found.setdefault(country, []).append((item, role, kind))
        return found


def _lines(data: bytes, kind: type[_Row]) -> list[_Row]:
    found = msgspec.json.Decoder(kind).decode_lines(data)
    for item in found:
        _share(item, ("kind", "country", "sector", "admin1"))
        for role in getattr(item, "roles", ()):
            _share(role, ("office", "country", "sector", "start", "end", "class_"))
    return found


def _share(item: msgspec.Struct, names: tuple[str, ...]) -> None:
    """Let values that thousands of entries have be one string in memory each: that saves a tenth of it."""
    for name in names:
        value = getattr(item, name, None)
        if value is not None:
            msgspec.structs.force_setattr(item, name, sys.intern(value))


def _index(items: Iterable[Entity]) -> dict[str, tuple[Entity, ...]]:
    """Plain name to its bearers, in the order of their keys."""
    found: dict[str, tuple[Entity, ...]] = {}
    for item in sorted(items, key=lambda item: item.key):
        forms = {_plain_once(name) for name in (item.name, *item.aliases)}
        if isinstance(item, Spot) and "," in item.name:
            forms.add(_plain_once(item.name.split(",")[0]))  # "Washington, D.C."
        if item.name.endswith(")"):
            forms.add(_plain_once(item.name.split(" (")[0]))  # "Socialist Party (France)"
        for form in forms:
            found[form] = (*found[form], item) if form in found else (item,)
    return found
