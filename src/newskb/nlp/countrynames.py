"""Words of a text become the countries that they name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from newskb.nlp import wordlists
from newskb.text import fold


@dataclass(frozen=True, slots=True)
class Countries:
    """What is known of the names of countries."""

    canonical: dict[str, str]
    """Folded name of a country, in any variant -> its usual name."""
    demonyms: dict[str, str]
    """Folded demonym -> country."""
    regions: dict[str, frozenset[str]]
    """Country -> folded words of its region."""
    areas: frozenset[str]
    """All words of regions."""


@cache
def countries() -> Countries:
    """The countries of the word list."""
    canonical: dict[str, str] = {}
    demonyms: dict[str, str] = {}
    regions: dict[str, frozenset[str]] = {}
    for row in wordlists.rows("countries.tsv"):
        name, variants, people, areas = [*row, "", "", ""][:4]
        for variant in [name, *filter(None, variants.split(","))]:
            canonical[plain(variant)] = name
        for demonym in filter(None, people.split(",")):
            demonyms[fold(demonym)] = name
            demonyms[fold(demonym) + "s"] = name
        regions[name] = frozenset(fold(area) for area in areas.split(",") if area)
    return Countries(canonical, demonyms, regions, frozenset().union(*regions.values()))


def named_countries(text: str) -> frozenset[str]:
    """Countries named in a phrase, by name or demonym, the longest first; "Latin American" names none."""
    known = countries()
    words = re.findall(r"[\w.]+", plain(text).replace("'s", " "))
    found = set()
    index = 0
    while index < len(words):
        for length in range(min(4, len(words) - index), 0, -1):
            surface = " ".join(words[index : index + length])
            country = known.demonyms.get(surface) or known.canonical.get(surface)
            if country is not None:
                found.add(country)
            if country is not None or surface in known.areas:
                index += length - 1
                break
        index += 1
    return frozenset(found)


def plain(name: str) -> str:
    """Folded, without full stops and a leading article: the form in which two names of one text are compared."""
    return fold(name).replace(".", "").removeprefix("the ")
