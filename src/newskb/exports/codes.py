"""Codes of ours become codes of other schemes: countries, sectors, languages and kinds of events.

``data/countries.tsv``: ISO 3166-1, FIPS 10-4 and English names after GeoNames' country list (CC BY 4.0); numbers of
Correlates of War, State System Membership v2016, of states that exist today; CAMEO's country codes, which are those of
ISO 3166-1 but for three. ``data/sectors.tsv``: PLOVER's sectors that have a sense of the same extent among the actor
types of the CAMEO codebook 1.1b3.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from newskb import plover

CAMEO_LIST = "CAMEO 1.1b3, by CAMEO2PLOVER-2021"
"""The list of codes that ``cameo`` gives; others give some numbers another meaning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """Codes of a country; those that it does not have are empty."""

    alpha3: str
    alpha2: str
    fips: str
    cow: str
    cameo: str
    name: str


_NOWHERE = Country(alpha3="", alpha2="", fips="", cow="", cameo="", name="")


def country(alpha3: str | None) -> Country:
    """The codes of a country by its ISO 3166-1 alpha-3 code; of one that the table lacks, only that code."""
    if alpha3 is None:
        return _NOWHERE
    found = _countries().get(alpha3)
    return found or Country(alpha3=alpha3, alpha2="", fips="", cow="", cameo=alpha3, name=alpha3)


def actor_type(sector: str | None) -> str:
    """The CAMEO actor type of a PLOVER sector; empty where CAMEO has none of the same sense."""
    return _pairs("sectors.tsv").get(sector or "", "")


def language(alpha2: str | None) -> str | None:
    """ISO 639-2/T of an ISO 639-1 code, where the table has it."""
    return _pairs("languages.tsv").get(alpha2 or "")


def cameo(root: str, type: str | None, mode: str | None) -> str:
    """The finest CAMEO code that is sure: that of the mode if it lies under ``root``, or else ``root`` itself."""
    found = plover.cameo(type, mode) or ""
    return found if found.startswith(root) else root


def cameo_base(root: str) -> str:
    """The code below a root that says nothing more: in CAMEO ``190`` is "19, not specified below"."""
    return f"{root}0"


@cache
def _countries() -> Mapping[str, Country]:
    return {row["alpha3"]: Country(**row) for row in _rows("countries.tsv")}


@cache
def _pairs(name: str) -> Mapping[str, str]:
    found = {}
    for row in _rows(name):
        ours, theirs = row.values()
        found[ours] = theirs
    return found


def _rows(name: str) -> list[dict[str, str]]:
    data = files("newskb.exports").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(data.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
