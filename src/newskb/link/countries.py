"""The words of a phrase become the countries and places that it names ("Lyon Mayor", "Russia's top diplomat")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from newskb.link import offices, tables
from newskb.link.authority import Authority, Spot
from newskb.link.names import plain

MAX_NAME_WORDS = 4
"""Words of the longest country or place name that is looked for inside a phrase ("Democratic Republic of Congo")."""

_WORD = re.compile(r"[^\W_](?:[\w.'’&-]*[\w.])?")
_MARK = re.compile(r"['’]s$|['’]$")


@dataclass(frozen=True, slots=True)
class Found:
    """A country or place named in a phrase."""

    start: int
    end: int
    country: str | None
    """ISO 3166-1 alpha-3 of the country, or of the country that the place lies in."""
    spot: Spot | None
    """The place, when it is no country."""


def find(text: str, authority: Authority) -> Iterator[Found]:
    """The countries, demonyms and places in ``text``, the longest first where they overlap.

    "US-backed" and "pro-Russian" say who stands behind someone, not where he belongs, and name nothing here.
    """
    words = [(match.start(), _MARK.sub("", match[0])) for match in _WORD.finditer(text)]
    at = 0
    while at < len(words):
        for length in range(min(MAX_NAME_WORDS, len(words) - at), 0, -1):
            start, (last, ending) = words[at][0], words[at + length - 1]
            surface = text[start : last + len(ending)]
            if plain(surface) in tables.entries("areas.txt"):
                at += length - 1  # "Latin American" is not American
                break
            found = _look_up(surface, authority) if surface[:1].isupper() else None
            if found is not None:
                country, spot = found
                yield Found(start, start + len(surface), country, spot)
                at += length - 1
                break
        at += 1


def _look_up(surface: str, authority: Authority) -> tuple[str | None, Spot | None] | None:
    form = plain(surface)
    if len(surface) < 4 and not surface.isupper() and "." not in surface and form in ("us", "uk", "un", "eu"):
        return None  # "Us" at the start of a sentence
    country = authority.country_word(form)
    if country is not None:
        return country.code, None
    if set(form.split()) <= offices.vocabulary():
        return None  # "General", "Federal": some town bears every word of office
    spot = largest_spot(form, authority)
    return None if spot is None else (spot.country, spot)


def largest_spot(form: str, authority: Authority) -> Spot | None:
    """The best known place of a plain name: the one with most people."""
    if form in tables.entries("vague_names.txt"):
        return None
    spots = [item for item in authority.named(form) if isinstance(item, Spot)]
    return max(spots, key=lambda spot: (spot.population or 0, spot.key), default=None)
