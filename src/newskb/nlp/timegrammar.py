"""Text becomes candidate time expressions: the patterns of ``data/times`` compiled, matched and sorted out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

_RELATIVES = ("this", "last", "next", "past", "previous", "coming", "current", "upcoming", "the past", "the last",
              "the coming", "the current", "the previous", "the next", "the following", "following", "preceding",
              "latest", "this past", "this coming")  # fmt: skip
_COUNTED = ("people", "troops", "soldiers", "dollars", "men", "women", "children", "members", "points", "votes",
            "jobs", "feet", "miles", "meters", "metres", "kilometers", "kilometres", "shares", "employees", "students",
            "workers", "homes", "houses", "cases", "deaths", "pounds", "tons", "tonnes", "acres", "times", "others",
            "more", "years", "days", "weeks", "months", "hours", "civilians", "refugees", "prisoners", "protesters",
            "barrels", "euros", "yards", "degrees", "units", "cars", "tanks", "aircraft", "rockets", "missiles",
            "local time", "hours", "hrs")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A match of one rule; ``part(name)`` is what a group of the pattern read, or None."""

    start: int
    end: int
    rule: str
    groups: Mapping[str, str | None]

    def part(self, *names: str) -> str | None:
        """The first of the named groups that matched."""
        return next((value for name in names if (value := self.groups.get(name)) is not None), None)

    def word(self, *names: str) -> str:
        """The first of the named groups that matched, in lower case; empty when none did."""
        return (self.part(*names) or "").lower()

    def number(self, name: str) -> int:
        """The group as an integer; 0 when it did not match."""
        return int(self.groups.get(name) or 0)


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """The tables of ``words.json``."""
    source = files("newskb.nlp").joinpath("data/times/words.json").read_text(encoding="utf-8")
    return dict(json.loads(source))


def _alternation(values: Iterable[str]) -> str:
    escaped = (re.escape(value).replace(r"\ ", "[ ]") for value in sorted(values, key=lambda v: (-len(v), v)))
    return "(?:" + "|".join(escaped) + ")"


@lru_cache(maxsize=1)
def rules() -> list[tuple[str, tuple[str, ...], re.Pattern[str]]]:
    """The rules of ``patterns.tsv`` in their order: name, the needs of which one must be met, pattern."""
    table = words()
    simple = [word for word in table["numbers"] if word != "zero"]
    number_word = _alternation(simple)
    number = (
        r"(?:(?:a|the|one)[ ])?couple(?:[ ]of)?|half[ -]a[ -]dozen|a[ ]dozen|(?:a|one)[ ]hundred|"
        + _alternation(table["vague_numbers"])
        + r"|\d+(?:,\d{3})*(?:\.\d+)?(?:[ ](?:hundred|thousand|million|billion))?"
        + rf"|{number_word}(?:(?:[ -]|[ ]and[ ]){number_word})*|an?"
    )
    macros = {name: _alternation(table[key]) for name, key in (
        ("weekday", "weekdays"), ("unit", "units"), ("ord", "ordinals"), ("season", "seasons"),
        ("part", "parts"), ("holiday", "holidays"), ("present", "present"), ("past", "past"),
        ("approx", "approximations"), ("mod", "parts_of_a_period"), ("zone", "zones"))}  # fmt: skip
    long = [name for name in table["months"] if len(name) > 4 or name in ("may", "june", "july")]
    short = [name for name in table["months"] if name not in long]
    macros["month"] = rf"(?:{_alternation(long)}\b|{_alternation(short)}\b\.?)"
    macros |= {
        "num": number,
        "smallnum": number_word,
        "rel": _alternation(_RELATIVES),
        "counted": _alternation(_COUNTED),
    }
    rules = []
    source = files("newskb.nlp").joinpath("data/times/patterns.tsv").read_text(encoding="utf-8")
    for row in source.splitlines():
        if row and not row.startswith("#"):
            name, needs, pattern = row.split("\t", 2)
            for macro, value in macros.items():
                pattern = pattern.replace("{" + macro + "}", value)
            compiled = re.compile(r"(?<!\w)(?:" + pattern + ")", re.IGNORECASE)
            rules.append((name, tuple(sorted(needs.split(","))), compiled))
    return rules


_TABLES_BY_FIRST_WORD = ("months", "weekdays", "units", "seasons", "parts", "holidays")
_TABLES_BY_LAST_WORD = ("present", "past")
_WORD = re.compile(r"\w+")
REACH_CHARS = 72
"""How far before the word that a rule needs its match may begin; "approximately two hundred and fifty-three consecutive
years" has 59 characters before its unit. Twice as far costs a quarter of the speed and finds no more."""
REACH_AHEAD_CHARS = 32
"""How far behind that word a match may end, with what must follow it: "the quarter ended September 30, 1998"."""


@lru_cache(maxsize=1)
def _keys() -> dict[str, tuple[str, ...]]:
    """Each word that some rule needs, and the needs that it meets."""
    keys: dict[str, set[str]] = {}
    table = words()
    for need in {need for _, needs, _ in rules() for need in needs}:
        if need in _TABLES_BY_FIRST_WORD:
            found = [_WORD.findall(entry)[0] for entry in table[need]]
            found += [word + ending for word in found for ending in ("s", "long", "slong")]
        elif need in _TABLES_BY_LAST_WORD:
            found = [_WORD.findall(entry)[-1] for entry in [*table[need], need]]
        else:
            found = [need]
        for word in found:
            keys.setdefault(word, set()).add(need)
    return {word: tuple(sorted(needs)) for word, needs in keys.items()}


def _windows(text: str) -> dict[str, list[tuple[int, int]]]:
    """For each need, the stretches of the text around the words that meet it, in order and apart."""
    windows: dict[str, list[tuple[int, int]]] = {}
    keys = _keys()
    for match in _WORD.finditer(text):
        word = match.group().lower()
        needs = keys.get(word, ())
        if word[0].isdigit():
            needs = (*needs, *_needs_of_digits(word))
        for need in needs:
            _widen(windows.setdefault(need, []), match.start() - REACH_CHARS, match.end() + REACH_AHEAD_CHARS)
    return windows


def _needs_of_digits(word: str) -> tuple[str, ...]:
    if len(word) == 4 and word.isdigit():
        return "digits", "years"
    return ("digits", "decades") if word.endswith("s") else ("digits",)


def _widen(stretches: list[tuple[int, int]], start: int, end: int) -> None:
    start = max(start, 0)
    if stretches and start <= stretches[-1][1]:
        stretches[-1] = (stretches[-1][0], max(end, stretches[-1][1]))
    else:
        stretches.append((start, end))


def _merged(windows: Mapping[str, list[tuple[int, int]]], needs: tuple[str, ...]) -> list[tuple[int, int]]:
    if len(needs) == 1:
        return windows.get(needs[0], [])
    merged: list[tuple[int, int]] = []
    for start, end in sorted(stretch for need in needs for stretch in windows.get(need, ())):
        _widen(merged, start, end)
    return merged


def find_candidates(text: str) -> list[Found]:
    """The matches of all rules that stand, longest first where they overlap, in the order of the text."""
    matches: list[Found] = []
    windows = _windows(text)
    for name, needs, pattern in rules():
        for start, end in _merged(windows, needs):
            for match in pattern.finditer(text, start, end):
                if match.end() > match.start() and _stands(name, match, text):
                    matches += _parts(name, match)
    matches.sort(key=lambda found: (found.start - found.end, found.start))
    chosen: list[Found] = []
    taken = bytearray(len(text))
    for found in matches:
        if not any(taken[found.start : found.end]):
            taken[found.start : found.end] = b"\1" * (found.end - found.start)
            chosen.append(found)
    return sorted(chosen, key=lambda found: found.start)


def _parts(rule: str, match: re.Match[str]) -> list[Found]:
    """One candidate, or the two ends of a range, which are two dates: "April 6-7", "1915-17"."""
    groups, (start, end) = match.groupdict(), match.span()
    if rule == "monthdayrange" and int(groups["d2"]) > int(groups["d"]):
        return [
            Found(start, match.end("d"), "monthday", groups),
            Found(match.start("d2"), end, "dayofpair", groups | {"d": groups["d2"]}),
        ]
    if rule == "yearrange" and int(groups["y2"]) > int(groups["y"]) % 100:
        return [
            Found(start, match.end("y"), "year", groups),
            Found(match.start("y2"), end, "year", groups | {"y": groups["y"][:2] + groups["y2"]}),
        ]
    if rule == "numrange" and not groups["dir"]:
        first, last = read_number(groups["num"]), read_number(groups["num2"])
        if first is None or last is None or first >= last:
            return []
        return [
            Found(start, match.end("num"), "duration", groups),
            Found(match.start("num2"), end, "duration", groups | {"num": groups["num2"]}),
        ]
    return [] if rule in ("monthdayrange", "yearrange") else [Found(start, end, rule, groups)]


def _stands(rule: str, match: re.Match[str], text: str) -> bool:
    """Whether a match is a time expression and no look-alike (``the march``, ``Sun``, ``a second``)."""
    groups = match.groupdict()
    if rule != "yearbc" and match.end() < len(text) and text[match.end()].isalnum() and text[match.end() - 1].isalnum():
        return False
    for name in ("month", "weekday", "holiday"):
        word = groups.get(name)
        if word and not word[0].isupper():
            return False
    month = groups.get("month")
    if month and rule == "month" and not _is_bare_month(month, match, text):
        return False
    weekday = groups.get("weekday")
    if weekday and len(weekday) < 4 and not _is_short_weekday(match, text):
        return False
    if any(int(groups[name] or 1) not in range(1, 32) for name in ("d", "d2") if name in groups):
        return False
    if _is_title(rule, match, text):
        return False
    if rule in ("duration", "theduration", "inthe", "offset") and re.fullmatch(
        r"(?:1[5-9]|20)\d\d", groups.get("num") or ""
    ):
        return False  # "the 1988 quarter" counts no quarters
    number, unit = groups.get("num"), (groups.get("unit") or "").lower()
    if unit in ("second", "quarter", "minute", "night") and number and number.lower() in ("a", "an", "the"):
        return unit == "minute"
    if rule == "duration" and number and number.lower() == "one" and unit in ("second", "day"):
        # "one day" is some day, unless it is measured: "for one day", "a one-day strike"
        return unit == "day" and ("-" in match.group() or bool(_MEASURED.search(text[: match.start()][-10:])))
    # "three quarters of the crop" is a share
    is_share = unit == "quarter" and (number or "").lower() in ("three", "one", "a")
    return not (is_share and ("-" in match.group() or text.startswith(" of ", match.end())))


_QUOTE_BEFORE = re.compile(r"[\"“'‘][ ]?$")
_NAME_BEFORE = re.compile(r"\b[A-Z]\w*[ ]$")
_PERIODICAL = re.compile(r"[ ](?:[A-Z]|newspapers?\b|papers?\b|magazines?\b|tabloids?\b|journals?\b|newsletters?\b)")


def _is_title(rule: str, match: re.Match[str], text: str) -> bool:
    """Names of papers and programmes: "the daily Granma", "a weekly magazine", "60 Minutes", ABC's "This Week"."""
    word, before = match.group(), text[max(match.start() - 20, 0) : match.start()]
    if rule == "setword":
        return word.islower() and bool(_PERIODICAL.match(text, match.end()))
    if rule == "duration":
        return bool(re.fullmatch(r"\d+[ ](?:Minutes|Hours)", word))
    if rule == "day":
        return word.istitle() and bool(_NAME_BEFORE.search(before))
    return rule == "relunit" and word.istitle() and " " in word and bool(_QUOTE_BEFORE.search(before))


_MEASURED = re.compile(r"\b(?:for|in|within|than|just|only|least|about|after|of|lasted|took|takes) $")
_SHORT_WEEKDAY = re.compile(r"[.,]{1,2} ?(?:\d|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))")


def _is_short_weekday(match: re.Match[str], text: str) -> bool:
    """``Sun`` is a day before a date or after "on", else a company or a star."""
    return bool(_SHORT_WEEKDAY.match(text, match.end())) or text[: match.start()].endswith(("on ", "On "))


_MONTH_BEFORE = re.compile(
    r"\b(?:in|since|last|this|next|until|till|by|from|of|between|and|to|late|early|mid|through|during|before|after|for"
    r"|on|each|every|or|as|mid-|that)[ -]$", re.IGNORECASE,
)  # fmt: skip


def _is_bare_month(month: str, match: re.Match[str], text: str) -> bool:
    """``May`` and ``March`` alone need a word before them that takes a date; a following name makes a person."""
    if len(month) < 4 and month.lower() != "may":
        return False
    after = re.match(r"[ ]([A-Z][a-z]+)", text[match.end() : match.end() + 30])
    has_cue = match.group().lower() != month.lower() or bool(_MONTH_BEFORE.search(text[: match.start()][-9:]))
    if month.lower() in ("may", "march"):
        return has_cue
    return has_cue or after is None


def month_of(found: Found) -> int:
    """The number of the month that ``found`` names."""
    return int(words()["months"][found.word("month").rstrip(".")])


def unit_of(found: Found, *names: str) -> str:
    """The code of the unit that the first matching group (``unit`` unless others are named) reads."""
    word, units = found.word(*names or ("unit",)), words()["units"]
    return str(units.get(word) or units.get(word.removesuffix("s")) or units["year"])


_SMALL = {"a": 1.0, "an": 1.0, "one": 1.0}


def read_number(source: str) -> float | None:
    """A number in digits or words; None when it is vague (``several``)."""
    folded = source.lower().strip().replace(",", "")
    table = words()
    if folded in table["vague_numbers"]:
        return None
    if folded in _SMALL:
        return _SMALL[folded]
    if "couple" in folded:
        return 2.0
    if folded.replace("-", " ") == "half a dozen":
        return 6.0
    total = current = 0.0
    for word in re.split(r"[ -]+", folded):
        if word in ("and", "a", "of"):
            continue
        value = float(word) if re.fullmatch(r"\d+(?:\.\d+)?", word) else table["numbers"].get(word)
        if value is None:
            return None
        if (value == 100 and not word[0].isdigit()) or word == "dozen":
            current = (current or 1) * value
        elif value >= 1000 and not word[0].isdigit():
            total += (current or 1) * value
            current = 0.0
        else:
            current += value
    return total + current
