"""Query parameters become one checked question, the same for every resource.

A filter repeats (= OR; with ``match=all`` AND) and has an opposite, ``exclude_<name>``. What it compares is said by its
level: a filter of the level *article* asks about the article itself, or about an article that tells of the event,
quotes the words and so on; all filters of one level must hold for the same article, event, quote or claim.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import pairwise

from rapidfuzz import fuzz, process

from newskb import model, plover
from newskb.errors import InputError, UnknownParameterError
from newskb.store.search import parse_query


class Kind(StrEnum):
    """What the values of a filter are."""

    QUERY = "query"
    WORDS = "words"
    CODE = "code"
    DAY_FROM = "day from"
    DAY_TO = "day to"
    INSTANT = "instant"
    NUMBER = "number"
    ACTOR = "actor"
    PLACE = "place"
    SOURCE = "source"
    COUNTRY = "country"
    KEY = "key"
    FLAG = "flag"
    BOX = "box"
    CIRCLE = "circle"


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of a level."""

    kind: Kind
    values: tuple[str, ...] = ()
    """Allowed values, where they are a closed list."""


_DAY_FROM, _DAY_TO = Filter(Kind.DAY_FROM), Filter(Kind.DAY_TO)
_ACTOR, _COUNTRY, _KEY = Filter(Kind.ACTOR), Filter(Kind.COUNTRY), Filter(Kind.KEY)
_INSTANT = Filter(Kind.INSTANT)
_FLAG = Filter(Kind.FLAG, ("true", "false"))
_NUMBER, _QUERY, _WORDS, _CODE = Filter(Kind.NUMBER), Filter(Kind.QUERY), Filter(Kind.WORDS), Filter(Kind.CODE)
_PLACE, _SOURCE = Filter(Kind.PLACE), Filter(Kind.SOURCE)
_PRECISION = Filter(Kind.CODE, tuple(model.DatePrecision))
_SECTOR = Filter(Kind.CODE, plover.SECTORS)
_ACTOR_KIND = Filter(Kind.CODE, ("person", "organisation", "government", "country", "group"))
_WHERE = {
    "country": _COUNTRY,
    "place": _PLACE,
    "admin1": _WORDS,
    "bbox": Filter(Kind.BOX),
    "near": Filter(Kind.CIRCLE),
}

LEVELS: Mapping[str, Mapping[str, Filter]] = {
    "article": {
        "q": _QUERY,
        "published_start": _DAY_FROM,
        "published_end": _DAY_TO,
        "source": _SOURCE,
        "source_country": _COUNTRY,
        "lang": _CODE,
        "language": _CODE,
        "author": _WORDS,
        "article": _KEY,
        "story": _KEY,
        "import_id": _KEY,
        "run": _KEY,
        "analysed": _FLAG,
        "changed_since": _INSTANT,
        "duplicates": Filter(Kind.CODE, ("keep", "skip", "only")),
    },
    "event": {
        "event": _KEY,
        "changed_since": _INSTANT,
        "date_start": _DAY_FROM,
        "date_end": _DAY_TO,
        "date_precision": _PRECISION,
        "event_type": Filter(Kind.CODE, (*plover.TYPES, *plover.EXTENSIONS)),
        "extension": Filter(Kind.CODE, tuple(plover.EXTENSIONS)),
        "mode": Filter(Kind.CODE, tuple(sorted({mode for t in plover.TYPES.values() for mode in t.modes}))),
        "context": Filter(Kind.CODE, plover.CONTEXTS),
        "quad_code": Filter(Kind.CODE, ("1", "2", "3", "4")),
        "cameo": Filter(Kind.CODE, plover.cameo_codes()),
        "realis": Filter(Kind.CODE, tuple(model.Realis)),
        "intensity_min": _NUMBER,
        "intensity_max": _NUMBER,
        "actor": _ACTOR,
        "recipient": _ACTOR,
        "participant": _ACTOR,
        "actor_country": _COUNTRY,
        "recipient_country": _COUNTRY,
        "actor_sector": _SECTOR,
        "recipient_sector": _SECTOR,
        "actor_type": _ACTOR_KIND,
        **_WHERE,
        "geo_precision": Filter(Kind.CODE, ("place", "admin1", "country", "region", "water")),
        "corrected": _FLAG,
        "min_confidence": _NUMBER,
        "min_sources": _NUMBER,
        "min_independent_sources": _NUMBER,
        "fatalities_min": _NUMBER,
        "fatalities_max": _NUMBER,
        "injured_min": _NUMBER,
        "arrested_min": _NUMBER,
        "crowd_min": _NUMBER,
    },
    "quote": {
        "q": _QUERY,
        "changed_since": _INSTANT,
        "speaker": _ACTOR,
        "about": _ACTOR,
        "addressee": _ACTOR,
        "quote_type": Filter(Kind.CODE, tuple(model.QuoteType)),
        "min_confidence": _NUMBER,
        "min_sources": _NUMBER,
        "corrected": _FLAG,
        "published_start": _DAY_FROM,
        "published_end": _DAY_TO,
    },
    "claim": {
        "q": _QUERY,
        "changed_since": _INSTANT,
        "holder": _ACTOR,
        "about": _ACTOR,
        "stance": Filter(Kind.CODE, tuple(model.Stance)),
        "certainty": Filter(Kind.CODE, tuple(model.Certainty)),
        "relation": Filter(Kind.CODE, ("corroborates", "contradicts")),
        "min_confidence": _NUMBER,
        "corrected": _FLAG,
        "published_start": _DAY_FROM,
        "published_end": _DAY_TO,
    },
    "mention": {
        "actor": _ACTOR,
        "place": _PLACE,
        "label": _CODE,
        "form": Filter(Kind.CODE, tuple(model.MentionForm)),
        "linked": _FLAG,
    },
    "actor": {
        "q": _QUERY,
        "name": _WORDS,
        "actor": _ACTOR,
        "kind": _ACTOR_KIND,
        "actor_type": _ACTOR_KIND,
        "country": _COUNTRY,
        "sector": _SECTOR,
        "local": _FLAG,
        "is_local": _FLAG,
        "named": _FLAG,
    },
    "place": {
        "q": _QUERY,
        "name": _WORDS,
        "kind": Filter(Kind.CODE, ("country", "admin1", "city", "region", "water")),
        "named": _FLAG,
        **_WHERE,
    },
    "source": {"q": _QUERY, "name": _WORDS, "source": _SOURCE, "country": _COUNTRY, "source_country": _COUNTRY},
    "story": {
        "story": _KEY,
        "changed_since": _INSTANT,
        "published_start": _DAY_FROM,
        "published_end": _DAY_TO,
        "min_sources": _NUMBER,
    },
}

RESOURCES: Mapping[str, tuple[str, ...]] = {
    "articles": ("article", "event", "quote", "claim"),
    "events": ("event", "article"),
    "quotes": ("quote", "article"),
    "claims": ("claim", "article", "event"),
    "actors": ("actor", "event"),
    "places": ("place", "event"),
    "sources": ("source",),
    "stories": ("story", "article", "event"),
    "mentions": ("mention", "article"),
}
"""Resource to its levels, its own first, then those it reaches; a name means the filter of the first that has it."""

DATED = frozenset({"articles", "events", "quotes", "claims", "stories"})
"""Resources with a date of their own, which ``undated`` and timelines ask about."""
UNDATED = ("include", "only", "exclude")
SINGLE = ("undated", "timespan", "match", "search_in")
"""Filters that neither repeat nor have an opposite."""
SEARCH_PARTS: Mapping[str, tuple[str, ...]] = {
    "articles": ("title", "text", "quote", "claim"),
    "events": ("title", "text", "quote", "claim"),
    "stories": ("title", "text", "quote", "claim"),
    "mentions": ("title", "text", "quote", "claim"),
    "quotes": ("quote", "title", "text"),
    "claims": ("claim", "title", "text"),
}
"""Resource to where ``q`` may look: parts, quotes and claims of an article; own words of quotes and claims."""
OUTPUT = (
    "limit",
    "cursor",
    "sort",
    "include",
    "with_total",
    "bucket",
    "facet",
    "facet_size",
    "format",
)
"""Parameters that are no filters; who takes the request takes them out, we only know them for hints."""
_EXCLUDE = "exclude_"
_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_SPAN = re.compile(r"(\d{1,4})([dwmy])")
_SPAN_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_NUMBER_TEXT = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?")
# More values of one filter than this are taken only where they become a list in SQL, not a chain of OR: SQLite refuses
# expressions more than 1,000 deep.
MAX_CHAINED = 500
_LISTED = frozenset({Kind.ACTOR, Kind.PLACE, Kind.SOURCE, Kind.COUNTRY, Kind.KEY})
# A suggestion below this similarity (0 to 100) confuses more than it helps: "foo" is no misspelling of "actor".
_NEAR_ENOUGH = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One filter with its values, checked."""

    level: str
    name: str
    kind: Kind
    values: tuple[str, ...]
    is_excluded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """A checked question to one resource."""

    resource: str
    conditions: tuple[Condition, ...] = ()
    undated: str | None = None
    """``include``, ``only``, ``exclude``; None = include, but a filter by date leaves undated rows out."""
    match_all: bool = False
    search_in: tuple[str, ...] = ()
    """Some of ``SEARCH_PARTS``, any of which must hold what ``q`` asks; () = the words of the level that has it."""

    @classmethod
    def parse(cls, params: Mapping[str, Sequence[str]], resource: str, *, today: str | None = None) -> Filters:
        """The question that ``params`` put to ``resource``.

        Raises ``UnknownParameterError`` for a filter that the resource does not have and ``InputError`` for a value
        that cannot be. ``today`` (``YYYY-MM-DD``) is what ``timespan`` counts back from.
        """
        if resource not in RESOURCES:
            raise InputError(f"there is no resource '{resource}'; there are {', '.join(RESOURCES)}")
        conditions: list[Condition] = []
        undated: str | None = None
        match_all = False
        search_in: tuple[str, ...] = ()
        for name, values in sorted(params.items()):
            if name in SINGLE and len(values) > 1:
                raise InputError(f"'{name}' is given {len(values)} times; it takes one value")
            if name == "undated" and resource in DATED:
                undated = _one_of(name, values[-1], UNDATED)
            elif name == "match":
                match_all = _one_of(name, values[-1], ("any", "all")) == "all"
            elif name == "search_in" and resource in SEARCH_PARTS:
                parts = [part.strip() for part in values[-1].split(",")]
                search_in = tuple(dict.fromkeys(_one_of(name, part, SEARCH_PARTS[resource]) for part in parts))
            elif name == "timespan" and "published_start" in names(resource):
                conditions.append(_condition(resource, "published_start", [_back(values[-1], today)]))
            else:
                conditions.append(_condition(resource, name, values))
        for condition in conditions:
            if len(condition.values) > MAX_CHAINED and (match_all or condition.kind not in _LISTED):
                raise InputError(
                    f"'{condition.name}' is given {len(condition.values)} times; {MAX_CHAINED} is the most"
                )
        if search_in and not any(condition.name == "q" for condition in conditions):
            raise InputError("'search_in' says where 'q' looks; give 'q' too")
        return cls(
            resource=resource,
            conditions=tuple(conditions),
            undated=undated,
            match_all=match_all,
            search_in=search_in,
        )


@cache
def names(resource: str) -> tuple[str, ...]:
    """All filters of a resource, its own first, without the ``exclude_`` forms."""
    found = dict.fromkeys(name for level in RESOURCES[resource] for name in LEVELS[level])
    extra = ["undated"] * (resource in DATED) + ["timespan"] * ("published_start" in found) + ["match"]
    extra += ["search_in"] * (resource in SEARCH_PARTS)
    return (*found, *extra)


def repeating(resource: str) -> tuple[str, ...]:
    """The filters of a resource that repeat and have an opposite."""
    return tuple(name for name in names(resource) if name not in SINGLE)


def opposite(name: str) -> str:
    """The filter that leaves out what ``name`` asks for."""
    return _EXCLUDE + name


def _condition(resource: str, name: str, values: Sequence[str]) -> Condition:
    plain = name.removeprefix(_EXCLUDE)
    for level in RESOURCES[resource]:
        if plain in LEVELS[level]:
            wanted = LEVELS[level][plain]
            checked = tuple(dict.fromkeys(_check(name, value, wanted) for value in values))
            if not checked:
                raise InputError(f"'{name}' needs a value")
            return Condition(level=level, name=plain, kind=wanted.kind, values=checked, is_excluded=plain != name)
    raise UnknownParameterError(name, nearest(name, resource))


def nearest(name: str, resource: str) -> str | None:
    """The valid parameter most like ``name``, or None when nothing is like it."""
    valid = [*names(resource), *OUTPUT, *map(opposite, repeating(resource))]
    found = process.extractOne(name, valid, scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
    return found[0] if found else None


def _check(name: str, value: str, wanted: Filter) -> str:
    value = value.strip()
    if not value:
        raise InputError(f"'{name}' is empty; leave it out or give it a value")
    if "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise InputError(f"'{name}' holds characters that no text has")
    match wanted.kind:
        case Kind.QUERY:
            parse_query(value)
        case Kind.DAY_FROM:
            return first_day(name, value)
        case Kind.DAY_TO:
            return last_day(name, value)
        case Kind.INSTANT:
            return instant(name, value)
        case Kind.NUMBER:
            if not _NUMBER_TEXT.fullmatch(value):
                raise InputError(f"'{name}' takes a number, not '{value}'")
        case Kind.COUNTRY:
            return _country(name, value)
        case Kind.FLAG:
            return _one_of(name, value.casefold(), ("true", "false"))
        case Kind.BOX | Kind.CIRCLE:
            coordinates(name, value, count=4 if wanted.kind is Kind.BOX else 3)
        case Kind.CODE if wanted.values:
            return _one_of(name, value, wanted.values)
        case _:
            pass
    return value


def _one_of(name: str, value: str, allowed: Sequence[str]) -> str:
    folded = {choice.casefold(): choice for choice in allowed}
    if value.casefold() in folded:
        return folded[value.casefold()]
    near = process.extractOne(value, allowed, scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
    hint = f"; did you mean '{near[0]}'?" if near else f"; it takes {', '.join(allowed)}"
    raise InputError(f"'{value}' is no value of '{name}'{hint}")


def first_day(name: str, value: str) -> str:
    """The first day of ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``. Raises ``InputError``."""
    year, month, day = _date_parts(name, value)
    return _real(name, value, year, month or 1, day or 1)


def last_day(name: str, value: str) -> str:
    """The last day of ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``. Raises ``InputError``."""
    year, month, day = _date_parts(name, value)
    month = month or 12
    if day is None and year and 1 <= month <= 12:
        day = calendar.monthrange(year, month)[1]
    return _real(name, value, year, month, day or 1)


def _date_parts(name: str, value: str) -> tuple[int, int | None, int | None]:
    match = _DAY.fullmatch(value)
    if match is None:
        raise InputError(f"'{name}' takes a date like 2019-05-05, 2019-05 or 2019, not '{value}'")
    year, month, day = (None if part is None else int(part) for part in match.groups())
    return year or 0, month, day


def _real(name: str, value: str, year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError as error:
        raise InputError(f"'{name}': there is no day {value}") from error


def instant(name: str, value: str) -> str:
    """An ISO 8601 day or moment as the tables hold it, in UTC; without an offset it is UTC. Raises ``InputError``."""
    try:
        moment = datetime.fromisoformat(value)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InputError(f"'{name}' takes a moment like 2026-05-05T12:00:00Z or a day, not '{value}'") from error
    return moment.isoformat(timespec="seconds")


def _back(value: str, today: str | None) -> str:
    match = _SPAN.fullmatch(value)
    if match is None:
        raise InputError(f"'timespan' takes days, weeks, months or years such as 7d, 2w, 3m or 1y, not '{value}'")
    start = date.fromisoformat(today) if today else datetime.now(UTC).date()
    days = int(match[1]) * _SPAN_DAYS[match[2]]
    return date.fromordinal(max(start.toordinal() - days, 1)).isoformat()  # 9999y is older than the calendar


def _country(name: str, value: str) -> str:
    code = value.upper()
    if len(code) == 2:
        if code not in alpha3_codes():
            raise InputError(f"'{name}': '{value}' is no ISO 3166-1 country code")
        return alpha3_codes()[code]
    if len(code) != 3 or not code.isalpha():
        raise InputError(f"'{name}' takes an ISO 3166-1 code such as VE or VEN, not '{value}'")
    return code


@cache
def alpha3_codes() -> Mapping[str, str]:
    """ISO 3166-1 alpha-2 to alpha-3."""
    words = files("newskb.store").joinpath("country_codes.txt").read_text(encoding="ascii").split()
    return {two: three for two, three in pairwise(words) if len(two) == 2}


def coordinates(name: str, value: str, *, count: int) -> tuple[float, ...]:
    """The numbers of ``bbox`` (minlon,minlat,maxlon,maxlat) or ``near`` (lat,lon,km). Raises ``InputError``."""
    parts = value.split(",")
    if len(parts) != count or not all(_NUMBER_TEXT.fullmatch(part.strip()) for part in parts):
        form = "minlon,minlat,maxlon,maxlat" if count == 4 else "lat,lon,km"
        raise InputError(f"'{name}' takes {form} in degrees, not '{value}'")
    return tuple(float(part) for part in parts)
