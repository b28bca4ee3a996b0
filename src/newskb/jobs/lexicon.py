"""What the authority knows of countries and offices becomes the lexicon by which files of actors are understood."""

from __future__ import annotations

from newskb.ingest.actor_files import Lexicon
from newskb.link import offices
from newskb.link.authority import Authority
from newskb.link.local import minted
from newskb.plover import SECTORS
from newskb.store.filters import alpha3_codes
from newskb.text import fold


def lexicon(authority: Authority) -> Lexicon:
    """What files of actors are understood by: countries by their names and codes, offices by their words."""
    countries = {fold(code): code for code in authority.countries}
    countries |= {fold(short): code for short, code in alpha3_codes().items()}
    for code, country in sorted(authority.countries.items()):
        for name in (country.key, country.name, *country.names):
            countries.setdefault(fold(name), code)
    return Lexicon(countries=countries, mint=minted, sector_of=_sector_of)


def _sector_of(office: str) -> str | None:
    found = offices.office_in(office)
    return found.sector if found is not None and found.sector in SECTORS else None
