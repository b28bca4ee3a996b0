"""A small authority file and a notation for texts with marked mentions, for the tests of the linker.

``[Washington|GPE]`` is a named mention; ``[the minister|PERSON|nominal]`` a noun phrase; ``[he|PERSON|pronoun|=2]``
joins the chain of mention 2; ``[Elena Ruiz|PERSON|title=3]`` has the three words before it as its title;
``[the two|GROUP|nominal|+0,1]`` stands for the chains of the mentions 0 and 1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from newskb import text
from newskb.link.authority import Authority
from newskb.link.linker import Linker
from newskb.model import (
    Article,
    ArticleFacts,
    DatePrecision,
    EventMention,
    Link,
    Mention,
    MentionForm,
    Origin,
    PublishedAt,
    Quote,
    QuoteType,
    Realis,
    Span,
)

_COUNTRIES: Sequence[tuple[str, str, str, list[str], list[str], str]] = (
    ("USA", "Q30", "United States", ["US", "U.S.", "America"], ["American", "Americans"], "Washington, D.C."),
    ("RUS", "Q159", "Russia", ["Russian Federation"], ["Russian", "Russians"], "Moscow"),
    ("VEN", "Q717", "Venezuela", [], ["Venezuelan", "Venezuelans"], "Caracas"),
    ("FRA", "Q142", "France", [], ["French"], "Paris"),
    ("GEO", "Q230", "Georgia", [], ["Georgian", "Georgians"], "Tbilisi"),
)
_SEATS: Mapping[str, list[str]] = {
    "USA": ["Washington", "White House"],
    "RUS": ["Moscow", "Kremlin"],
    "VEN": ["Caracas"],
    "FRA": ["Paris", "Élysée"],
}


def _role(office: str, country: str, start: str | None, end: str | None, **more: str) -> dict[str, Any]:
    return {"office": office, "country": country, "sector": more.get("sector", "GOV"), "start": start, "end": end}


def _person(key: str, name: str, country: str, roles: list[dict[str, Any]], *aliases: str) -> dict[str, Any]:
    return {"key": key, "name": name, "kind": "person", "country": country, "aliases": list(aliases), "roles": roles}


def _famous(key: str, name: str, page: str, *aliases: str) -> dict[str, Any]:
    """Somebody whom the file lists for fame, not for an office."""
    person = _person(key, name, "USA", [], *aliases)
    return {**person, "sector": "SOC", "description": "athlete", "wikipedia": page}


PERSONS: Sequence[dict[str, Any]] = (
    _person(
        "Q6623799", "Jorge Arreaza", "VEN", [_role("Minister of Foreign Affairs", "VEN", "2017-08-02", "2021-08-19")]
    ),
    _person("Q1", "Delcy Rodríguez", "VEN", [_role("Minister of Foreign Affairs", "VEN", "2014-12-26", "2017-06-21")]),
    _person("Q58132", "Nicolás Maduro", "VEN", [_role("President of Venezuela", "VEN", "2013-03-08", None)]),
    _person("Q58833335", "Juan Guaidó", "VEN", [_role("Member", "VEN", "2016-01-05", "2021-01-05", sector="LEG")]),
    _person(
        "Q22686", "Donald Trump", "USA", [_role("President of the United States", "USA", "2017-01-20", "2021-01-20")]
    ),
    _person("Q76", "Barack Obama", "USA", [_role("President of the United States", "USA", "2009-01-20", "2017-01-20")]),
    _person("Q58217", "Sergey Lavrov", "RUS", [_role("Minister of Foreign Affairs", "RUS", "2004-03-09", None)]),
    _person("Q3052772", "Emmanuel Macron", "FRA", [_role("President of France", "FRA", "2017-05-14", None)]),
    _person(
        "Q19878", "Muammar Gaddafi", "LBY", [_role("Leader of Libya", "LBY", "1969", "2011-10-20")], "Moammar Kadhafi"
    ),
    _person("Q901", "Peter Hill", "USA", [_role("Member", "USA", "2011", "2015", sector="LEG")]),
    _person("Q902", "Peter Hill", "FRA", [_role("Member", "FRA", "2011", "2015", sector="LEG")]),
    _famous("Q903", "Ida Halvard", "Ida Halvard", "Halvard"),
    _famous("Q904", "Tom Farrow", "Tom Farrow (rower)"),
)
BODIES: Sequence[dict[str, Any]] = (
    {"key": "Q1065", "name": "United Nations", "kind": "organisation", "aliases": ["UN", "U.N."]},
    {"key": "Q7809", "name": "Harbour Wire", "kind": "organisation", "sector": "JRN", "country": "USA"},
    {"key": "Q2", "name": "National Assembly", "kind": "organisation", "country": "VEN", "sector": "LEG",
     "aliases": ["Venezuelan National Assembly"]},
    {"key": "Q3", "name": "National Assembly", "kind": "organisation", "country": "FRA", "sector": "LEG",
     "aliases": ["French National Assembly"]},
    {"key": "Q4", "name": "Drumlin", "kind": "organisation", "country": "USA", "sector": "BUS"},
    {"key": "Q10", "name": "Marle United", "kind": "organisation", "country": "FRA", "sector": "SOC"},
    {"key": "Q5", "name": "Violet Party", "kind": "organisation", "country": "FRA", "sector": "PTY"},
    {"key": "Q6", "name": "Violet Party", "kind": "organisation", "country": "VEN", "sector": "PTY"},
    {"key": "Q8", "name": "Amber Party (France)", "kind": "organisation", "country": "FRA", "sector": "PTY"},
    {"key": "Q9", "name": "France national rugby union team", "kind": "organisation", "country": "FRA",
     "sector": "SOC"},
    {"key": "Q7", "name": "Marle University", "kind": "organisation", "country": "FRA", "sector": "EDU"},
)  # fmt: skip
PLACES: Sequence[dict[str, Any]] = (
    {"key": "Q61", "name": "Washington, D.C.", "kind": "city", "country": "USA", "population": 2_400_000},
    {"key": "Q649", "name": "Moscow", "kind": "city", "country": "RUS", "population": 10_000_000},
    {"key": "Q1533", "name": "Caracas", "kind": "city", "country": "VEN", "population": 2_900_000},
    {"key": "Q90", "name": "Paris", "kind": "city", "country": "FRA", "population": 9_900_000},
    {"key": "Q830149", "name": "Paris", "kind": "city", "country": "USA", "admin1": "Texas", "population": 25_000},
    {"key": "Q456", "name": "Lyon", "kind": "city", "country": "FRA", "population": 1_400_000},
    {"key": "Q456001", "name": "Lyon Province", "kind": "admin1", "country": "FRA"},
    {"key": "Q456005", "name": "Marsden County", "kind": "region", "country": "USA"},
    {"key": "Q456006", "name": "Atlanta County", "kind": "region", "country": "USA"},
    {"key": "Q456002", "name": "Aubrac", "kind": "admin1", "country": "FRA"},
    {"key": "Q456003", "name": "Brenne", "kind": "admin1", "country": "FRA"},
    {"key": "Q456004", "name": "Sologne", "kind": "admin1", "country": "FRA"},
    {"key": "Q1439", "name": "Texas", "kind": "admin1", "country": "USA"},
    {"key": "Q1428", "name": "Georgia", "kind": "admin1", "country": "USA"},
    {
        "key": "Q23556",
        "name": "Atlanta",
        "kind": "city",
        "country": "USA",
        "admin1": "Georgia",
        "population": 4_500_000,
    },
)


def write_authority(folder: Path) -> None:
    """The files of the small authority."""
    countries = [
        {"code": code, "key": key, "name": name, "names": names, "demonyms": demonyms, "capital": capital,
         "government": f"gov-{code}"}
        for code, key, name, names, demonyms, capital in _COUNTRIES
    ]  # fmt: skip
    governments = [
        {"key": f"gov-{code}", "name": f"Government of {name}", "kind": "government", "country": code, "sector": "GOV",
         "seat": _SEATS.get(code, [])}
        for code, _, name, *_ in _COUNTRIES
    ]  # fmt: skip
    actors = [
        {"key": key, "name": name, "kind": "country", "country": code, "aliases": names}
        for code, key, name, names, *_ in _COUNTRIES
    ]
    spots = [
        {"key": key, "name": name, "kind": "country", "country": code, "aliases": names}
        for code, key, name, names, *_ in _COUNTRIES
    ]
    files: Mapping[str, Sequence[object]] = {
        "countries": countries,
        "country_actors": actors,
        "governments": governments,
        "persons": PERSONS,
        "bodies": BODIES,
        "places_countries": spots,
        "places_cities": PLACES,
    }
    for name, rows in files.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


_MARK = re.compile(r"\[([^|\]]+)\|([^\]]+)\]")


def marked(source: str) -> tuple[str, tuple[Mention, ...]]:
    """A text without its marks, and the mentions that were marked."""
    plain, at, mentions = "", 0, []
    for number, match in enumerate(_MARK.finditer(source)):
        plain += source[at : match.start()]
        label, *options = match[2].split("|")
        span = Span(start=len(plain), end=len(plain) + len(match[1]))
        mention = Mention(span=span, head=_head(match[1], span), form=MentionForm.NAME, label=label, chain=number)
        for option in options:
            if option.startswith("="):
                mention = replace(mention, chain=mentions[int(option[1:])].chain)
            elif option.startswith("+"):
                mention = replace(mention, members=tuple(mentions[int(n)].chain for n in option[1:].split(",")))
            elif option.startswith("title="):
                words = int(option.removeprefix("title="))
                start = len(plain.rstrip()) - len(" ".join(plain.split(" ")[-words - 1 :]).strip())
                mention = replace(mention, title=Span(start=start, end=len(plain.rstrip())))
            else:
                mention = replace(mention, form=MentionForm(option))
        mentions.append(mention)
        plain += match[1]
        at = match.end()
    return plain + source[at:], tuple(mentions)


def _head(words: str, span: Span) -> Span:
    """The last word before "of", as the head of an English phrase."""
    phrase = words.split(" of ")[0].split(" from ")[0]
    start = phrase.rfind(" ") + 1
    return Span(start=span.start + start, end=span.start + len(phrase))


def article(body: str, *, day: str | None = "2019-05-05", title: str | None = None) -> Article:
    """An article with this text."""
    published = PublishedAt(value=day, precision=DatePrecision.DAY, evidence="metadata", raw=day) if day else None
    return Article(
        key=text.key("art", body, day or ""),
        text_hash=text.digest(body),
        origin=Origin(path="made.txt"),
        external_id=None,
        source="Harbour Wire",
        url=None,
        title=title,
        byline=None,
        language="en",
        published=published,
        text=body,
    )


def facts_of(
    source: str,
    *,
    day: str | None = "2019-05-05",
    speaker: int | None = None,
    actors: Sequence[int] = (),
    recipients: Sequence[int] = (),
    place: int | None = None,
    quote: str | None = None,
) -> tuple[Article, ArticleFacts]:
    """An article and its facts: the marked mentions, one event with these roles, one quote with this speaker."""
    body, mentions = marked(source)
    sentences = [Span(start=m.start(), end=m.end()) for m in re.finditer(r"[^.\n]+[.]?", body)]
    item = article(body, day=day)
    content = Span(start=body.index(quote), end=body.index(quote) + len(quote)) if quote else Span(start=0, end=1)
    quotes = (
        (Quote(content=content, parts=(content,), type=QuoteType.DIRECT, speaker=speaker, cue=None),)
        if speaker is not None or quote
        else ()
    )
    events = (_event(actors, recipients, place),) if actors or recipients or place is not None else ()
    return item, ArticleFacts(
        article=item.key,
        extractor="tests",
        analysed=True,
        sentences=tuple(sentences),
        mentions=mentions,
        quotes=quotes,
        events=events,
    )


def _event(actors: Sequence[int], recipients: Sequence[int], place: int | None) -> EventMention:
    return EventMention(
        trigger=Span(start=0, end=1),
        lemma="do",
        type="CONSULT",
        extension=None,
        mode=None,
        contexts=(),
        cameo="04",
        chain=0,
        actors=tuple(actors),
        recipients=tuple(recipients),
        place=place,
        time=None,
        date_start=None,
        date_end=None,
        date_precision=None,
        realis=Realis.ACTUAL,
        reported_by=None,
        figures=(),
        confidence=0.9,
    )


class World:
    """A linker with the small authority."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.linker = Linker(authority)

    def links(self, source: str, **options: Any) -> list[Link | None]:
        """The link of each marked mention, in order."""
        item, facts = facts_of(source, **options)
        linked = self.linker.link(item, facts)
        by_mention = {index: link for link in linked.links for index in link.mentions}
        return [by_mention.get(index) for index in range(len(facts.mentions))]

    def keys(self, source: str, **options: Any) -> list[str | None]:
        """The key that each marked mention was linked to."""
        return [link.key if link else None for link in self.links(source, **options)]
