"""Stretches of time, and what comes again: two weeks, half a century, daily, every Monday."""

from __future__ import annotations

from collections.abc import Mapping

from newskb.nlp import timevalues as tv
from newskb.nlp.timecontext import Context, Reader, Value
from newskb.nlp.timegrammar import Found, read_number, unit_of, words

_SETS = {"daily": "P1D", "nightly": "P1D", "weekly": "P1W", "monthly": "P1M", "quarterly": "P3M", "annually": "P1Y",
         "yearly": "P1Y", "hourly": "PT1H", "biweekly": "P2W", "fortnightly": "P2W"}  # fmt: skip


def stretch(count: float | None, unit: str) -> Value:
    """A duration of ``count`` units (None: several); decades and centuries are counted in years."""
    if unit in ("DE", "CE") and count is not None:
        unit, count = "Y", count * (10 if unit == "DE" else 100)
    return Value("DURATION", tv.duration(count, unit))


def _duration(_context: Context, found: Found) -> Value | None:
    unit = unit_of(found)
    count = read_number(found.part("num") or "")
    return stretch(count, unit)


def duration_and_a_half(_context: Context, found: Found) -> Value | None:
    """ "two and a half years", "1 1/2 hours"; None when the number is vague."""
    unit = unit_of(found, "unit", "unit2", "unit3")
    count = read_number(found.part("num") or "")
    if count is None:
        return None
    fraction = {"1/4": 0.25, "3/4": 0.75}.get(found.part("frac") or "", 0.5)
    small = {"Y": ("M", 12), "TH": ("TM", 60), "TM": ("TS", 60)}.get(unit)
    if small is None:
        return Value("DURATION", tv.duration(count + fraction, unit))
    return Value("DURATION", tv.duration(count, unit) + f"{fraction * small[1]:g}{small[0][-1]}")


def _halfunit(_context: Context, found: Found) -> Value | None:
    unit = unit_of(found)
    small = {"TH": ("TM", 30), "D": ("TH", 12), "CE": ("Y", 50), "DE": ("Y", 5), "Y": ("M", 6)}[unit]
    return Value("DURATION", tv.duration(small[1], small[0]))


def _afraction(_context: Context, _found: Found) -> Value | None:
    """ "a quarter of a century"."""
    return stretch(25, "Y")


def _numrange(_context: Context, found: Found) -> Value | None:
    """ "two or three years ago"; without a direction a range is two durations."""
    return Value("DATE", "PAST_REF" if found.word("dir") == "ago" else "FUTURE_REF")


def _recentunits(_context: Context, found: Found) -> Value | None:
    return Value("DURATION", tv.duration(None, unit_of(found)))


def _units(_context: Context, found: Found) -> Value | None:
    if found.part("dir"):
        return Value("DATE", "FUTURE_REF" if found.part("dir") == "later" else "PAST_REF")
    return Value("DURATION", tv.duration(None, unit_of(found)))


def _unitslong(_context: Context, found: Found) -> Value | None:
    word = found.word("unit")
    return Value("DURATION", tv.duration(None if word.endswith("s") else 1, unit_of(found)))


def _yearended(_context: Context, found: Found) -> Value | None:
    return stretch(1, unit_of(found))


def _set(_context: Context, found: Found) -> Value | None:
    what, table = found.word("what"), words()
    for name, form in (("weekdays", "XXXX-WXX-{}"), ("months", "XXXX-{:02d}"), ("seasons", "XXXX-{}"),
                       ("parts", "XXXX-XX-XXT{}")):  # fmt: skip
        if what in table[name] and what not in table["units"]:
            return Value("SET", form.format(table[name][what]))
    other = found.word("num")
    count = 2.0 if other == "other" else read_number(other) if other else 1.0
    return Value("SET", tv.duration(count, table["units"].get(what, "Y")))


def _setword(_context: Context, found: Found) -> Value | None:
    return Value("SET", _SETS[found.word("word")])


def _per(_context: Context, found: Found) -> Value | None:
    unit = next(value for name, value in found.groups.items() if name.startswith("unit") and value)
    return Value("SET", tv.duration(1, words()["units"][unit.lower()]))


READERS: Mapping[str, Reader] = {
    "duration": _duration,
    "theduration": _duration,
    "inthe": _duration,
    "durationhalf": duration_and_a_half,
    "halfunit": _halfunit,
    "afraction": _afraction,
    "numrange": _numrange,
    "recentunits": _recentunits,
    "unitsahead": _recentunits,
    "units": _units,
    "unitslong": _unitslong,
    "yearended": _yearended,
    "set": _set,
    "setword": _setword,
    "per": _per,
}
"""Rule of ``patterns.tsv`` to what reads its matches."""
