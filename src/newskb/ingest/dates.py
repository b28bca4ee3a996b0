"""Publication dates as dumps write them become ISO dates; what is not certain becomes None and a notice.

The day is the outlet's own: the day that is written, whatever the zone. Seconds since 1970 have no zone; their day is
taken in UTC.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import dateparser

from newskb.ingest import fields
from newskb.model import DatePrecision, Notice, PublishedAt

_DATA = json.loads(files("newskb.ingest").joinpath("dates.json").read_text(encoding="utf-8"))
_MONTHS: dict[str, int] = {name: int(number) for number, names in _DATA["months"].items() for name in names}
_FILLERS = frozenset(_DATA["fillers"])
_RELATIVE = frozenset(_DATA["relative"])

# The first newspaper, Relation, appeared in 1605.
FIRST_YEAR = 1600
_FIRST_YEAR_IN_NAMES = 1900
_MAX_CHARS = 100
# POSIX: 69-99 are 19xx, 00-68 are 20xx.
_CENTURY_PIVOT = 69
_SECONDS = range(100_000_000, 10_000_000_000)  # 1973 to 2286
_MILLISECONDS = range(100_000_000_000, 10_000_000_000_000)

_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
_ZONE = r"(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})"
_ISO = re.compile(
    rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}})(?:(?:T|\s+|,\s*)(?:{_TIME})?\s*(?:(?P<half>[ap]m)\b)?\s*(?:{_ZONE}|[A-Z]{{2,5}})?)?",
    re.I,
)
_COMPACT = re.compile(rf"(\d{{4}})(\d\d)(\d\d)(?:T?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?{_ZONE}?)?", re.I)
_WEEK = re.compile(r"(\d{4})-?W(\d\d)-?(\d)")
_ORDINAL = re.compile(r"(\d{4})-(\d{3})")
_NUMERIC = re.compile(
    rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d\d)\.?(?:[T,\s]\s*{_TIME}\s*(?P<half>[ap]m)?\s*{_ZONE}?)?", re.I
)
_CJK = re.compile(rf"(\d{{4}})\s*[年년]\s*(\d{{1,2}})\s*[月월]\s*(\d{{1,2}})\s*[日日일号]?(?:\s*{_TIME})?")
# "10.11 BST", "10h30"
_CLOCK = re.compile(
    rf"(?<![\d.])(?P<hour>\d{{1,2}})[:.h](?P<minute>\d{{2}})(?:[:.](?P<second>\d{{2}})(?:[.,]\d+)?)?(?!\d)\s*(?P<half>[ap]\.?m\b\.?)?(?:\s*{_ZONE}(?!\w))?",
    re.I,
)
_IMPRECISE = re.compile(r"\d{4}(?:[-/.]\d{1,2})?|(?:\w+\s+)?\d{4}")
_LONG_NUMBERS = re.compile(r"\d{5,}[-/.]\d{1,2}[-/.]\d{1,2}.*")
_COMMENT = re.compile(r"\([^()]*\)")
_WORD = re.compile(r"\d+|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ORDINAL_END = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|º|ª|°)\b", re.I)
_IN_NAME = re.compile(r"(?<!\d)(\d{4})([-_.]?)(\d\d)\2(\d\d)(?!\d)")
_OTHER_LANGUAGES = ["ar", "bg", "da", "el", "fa", "fi", "he", "hi", "hr", "hu", "id", "ro", "sv", "th", "vi"]
_STRICT = {"STRICT_PARSING": True, "PARSERS": ["absolute-time"], "REQUIRE_PARTS": ["day", "month", "year"]}


@dataclass(frozen=True, slots=True)
class _Read:
    """A date as written: it may not exist."""

    year: int
    month: int
    day: int
    hour: int | None = None
    minute: int = 0
    second: int = 0
    zone: str = ""


class _Doubt(Exception):
    """Why no day can be read."""

    def __init__(self, reason: str, why: str) -> None:
        super().__init__(why)
        self.reason = reason


def published(
    raw: Any, evidence: str, *, day_first: bool | None = None, today: str | None = None
) -> tuple[PublishedAt | None, tuple[Notice, ...]]:
    """The publication date that ``raw`` (text, number, anything) gives, or None and the reason.

    ``day_first`` says how ``03/04/2019`` is meant; None = it is ambiguous. ``today`` (``YYYY-MM-DD``) is the day of
    the import, after which dates lie in the future; None = nothing does.
    """
    raw = _unwrapped(raw)
    if fields.is_missing(raw):
        return None, (Notice(reason="no-date", detail="there is no date" if raw is None else f"the date is {raw!r}"),)
    shown = str(raw)[:_MAX_CHARS]
    try:
        value, precision = _value(_parse(raw, day_first))
    except _Doubt as doubt:
        return None, (Notice(reason=doubt.reason, detail=f"{doubt}: {shown!r}"),)
    notices: tuple[Notice, ...] = ()
    if today is not None and value[:10] > _next_day(today):
        notices = (Notice(reason="future-date", detail=f"{value[:10]} is later than the import on {today}"),)
    return PublishedAt(value=value, precision=precision, evidence=evidence, raw=shown), notices


def in_name(name: str) -> tuple[str, str] | None:
    """The day in a file's or folder's name, nearest to the file first: (``YYYY-MM-DD``, evidence); None without one.

    >>> in_name("fr/yemen/2011-04-28/gv_5.txt")
    ('2011-04-28', 'folder name')
    """
    parts = name.replace("\\", "/").split("/")
    for index in range(len(parts) - 1, -1, -1):
        found = _IN_NAME.finditer(parts[index])
        days = {day for match in found if (day := _day_of(match[1], match[3], match[4]))}
        if len(days) == 1:
            return days.pop(), "file name" if index == len(parts) - 1 else "folder name"
        if index >= 3 and (day := _day_of(*parts[index - 3 : index])):
            return day, "folder name"
    return None


def _day_of(year: str, month: str, day: str) -> str | None:
    if not (len(year) == 4 and all(part.isdecimal() and len(part) <= 4 for part in (year, month, day))):
        return None
    try:
        date = dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
    return date.isoformat() if date.year >= _FIRST_YEAR_IN_NAMES else None


def _unwrapped(raw: Any) -> Any:
    """MongoDB writes ``{"$date": …}``, some feeds give a list of one."""
    if isinstance(raw, dict) and len(raw) == 1:
        for key in ("$date", "$numberLong", "value"):
            if key in raw:
                return _unwrapped_once(raw[key])
    if isinstance(raw, list) and len(raw) == 1:
        return raw[0]
    return raw


def _unwrapped_once(raw: Any) -> Any:
    return raw.get("$numberLong", raw) if isinstance(raw, dict) else raw


def _parse(raw: Any, day_first: bool | None) -> _Read:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise _Doubt("bad-date", "this is no date")
    if isinstance(raw, float):
        if not raw.is_integer():
            raw = str(raw).partition(".")[0] if abs(raw) < _MILLISECONDS.stop else "x"
        else:
            raw = int(raw)
    text = " ".join(str(raw).split()) if not isinstance(raw, int) or abs(raw) < _MILLISECONDS.stop * 10 else ""
    if not text or len(text) > _MAX_CHARS:
        raise _Doubt("bad-date", "this is no date")
    if text.isdecimal():
        return _from_number(text)
    if match := _ISO.fullmatch(text):
        return _read(match, match[1], match[3], match[4])
    if (match := _COMPACT.fullmatch(text)) or (match := _CJK.fullmatch(text)):
        return _read(match, match[1], match[2], match[3])
    if match := _WEEK.fullmatch(text):
        return _from_calendar(f"{match[1]}-W{match[2]}-{match[3]}", "%G-W%V-%u")
    if match := _ORDINAL.fullmatch(text):
        return _from_calendar(text, "%Y-%j")
    if match := _NUMERIC.fullmatch(text):
        return _from_numeric(match, day_first)
    if _LONG_NUMBERS.fullmatch(text):
        raise _Doubt("impossible-date", "this year does not exist")
    return _from_words(text)


def _from_number(text: str) -> _Read:
    if len(text) in (8, 12, 14) and (match := _COMPACT.fullmatch(text)):
        read = _read(match, match[1], match[2], match[3])
        if FIRST_YEAR <= read.year <= dt.MAXYEAR and _exists(read):
            return read
    number = int(text)
    if number in _SECONDS or number in _MILLISECONDS:
        seconds = number // 1000 if number in _MILLISECONDS else number
        moment = dt.datetime.fromtimestamp(seconds, dt.UTC)
        return _Read(moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second, "Z")
    if len(text) == 8:
        raise _Doubt("impossible-date", "this day does not exist")
    if len(text) in (4, 6):
        raise _Doubt("imprecise-date", "no day is given")
    raise _Doubt("bad-date", "this number is no date")


def _from_calendar(text: str, pattern: str) -> _Read:
    try:
        date = dt.datetime.strptime(text, pattern)
    except ValueError as error:
        raise _Doubt("impossible-date", "this day does not exist") from error
    return _Read(date.year, date.month, date.day)


def _from_numeric(match: re.Match[str], day_first: bool | None) -> _Read:
    first, second, is_short_year = int(match[1]), int(match[3]), len(match[4]) == 2
    if day_first is None:
        if is_short_year and match[2] != ".":
            raise _Doubt("ambiguous-date", "year, month and day could be any of the three numbers")
        # Where days are written with full stops they come first.
        if match[2] == "." or first > 12 or first == second:
            day_first = True
        elif second > 12:
            day_first = False
        else:
            raise _Doubt("ambiguous-date", "day and month could be either way round")
    day, month = (match[1], match[3]) if day_first else (match[3], match[1])
    return _read(match, str(_year(match[4])), month, day)


def _from_words(text: str) -> _Read:
    clock = _CLOCK.search(text)
    rest = f"{text[: clock.start()]} {text[clock.end() :]}" if clock else text
    rest = _ORDINAL_END.sub("", _COMMENT.sub(" ", rest))
    words = [word.casefold() for word in _WORD.findall(rest)]
    months = [word for word in words if word in _MONTHS]
    numbers = [word for word in words if word.isdecimal()]
    strange = [word for word in words if word not in _MONTHS and not word.isdecimal() and word not in _FILLERS]
    if len(months) == 1 and len(numbers) == 2 and not strange:
        first, second = numbers
        day, year = (second, first) if len(first) == 4 and len(second) <= 2 else (first, second)
        if len(day) <= 2 and len(year) in (2, 4):
            return _read(clock, str(_year(year)), str(_MONTHS[months[0]]), day)
    if _RELATIVE.intersection(words) and not any(len(number) == 4 for number in numbers):
        raise _Doubt("relative-date", "this depends on the day when it was written")
    if (months and len(numbers) == 1) or _IMPRECISE.fullmatch(text):
        raise _Doubt("imprecise-date", "no day or no year is given")
    if any(len(number) == 4 for number in numbers) and strange and (date := _other_language(text)) is not None:
        return _Read(date.year, date.month, date.day)
    raise _Doubt("bad-date", "this could not be understood")


@lru_cache(maxsize=4096)
def _other_language(text: str) -> dt.date | None:
    date = dateparser.parse(text, languages=_OTHER_LANGUAGES, settings=_STRICT)
    return None if date is None else date.date()


def _read(match: re.Match[str] | None, year: str, month: str, day: str) -> _Read:
    """The day with the clock time that ``match`` has in its named groups."""
    groups = match.groupdict() if match is not None else {}
    if match is None or groups.get("hour") is None:
        return _Read(int(year), int(month), int(day))
    hour = int(groups["hour"])
    half = (groups.get("half") or "").casefold()
    if half and not 1 <= hour <= 12:
        raise _Doubt("impossible-date", "this time of day does not exist")
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    zone = (groups.get("zone") or "").upper()
    minute, second = int(groups["minute"]), int(groups.get("second") or 0)
    return _Read(int(year), int(month), int(day), hour, minute, second, zone)


def _value(read: _Read) -> tuple[str, DatePrecision]:
    if not _exists(read):
        raise _Doubt("impossible-date", "this day or time does not exist")
    if read.year < FIRST_YEAR:
        raise _Doubt("ancient-date", f"there were no newspapers before {FIRST_YEAR}")
    day = f"{read.year:04}-{read.month:02}-{read.day:02}"
    if read.hour is None:
        return day, DatePrecision.DAY
    # A leap second is written as the second before it, which is what all clocks of the programs behind us know.
    clock = f"{read.hour:02}:{read.minute:02}:{min(read.second, 59):02}"
    return f"{day}T{clock}{_offset(read.zone)}", DatePrecision.MINUTE


def _exists(read: _Read) -> bool:
    try:
        dt.date(read.year, read.month, read.day)
    except ValueError:
        return False
    # 24:00 may be meant as the day's end or its beginning.
    return read.hour is None or (0 <= read.hour < 24 and 0 <= read.minute < 60 and 0 <= read.second <= 60)


def _offset(zone: str) -> str:
    if zone in ("", "Z"):
        return zone
    if zone in ("UTC", "GMT"):
        return "Z"
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return f"{zone[0]}{digits[:2]}:{digits[2:]}"


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (1900 if year >= _CENTURY_PIVOT else 2000)


def _next_day(day: str) -> str:
    """Somewhere on earth it is already tomorrow."""
    return (dt.date.fromisoformat(day) + dt.timedelta(days=1)).isoformat()
