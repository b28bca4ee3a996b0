"""Events become the table of POLECAT: a row for each event, several actors of a side joined by ``; ``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from newskb.exports.codes import country
from newskb.exports.lines import row_bytes
from newskb.store.streams import Row, Selection

COLUMNS = (
    *("Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code", "Contexts"),
    *("Actor Name", "Actor Country", "Actor COW", "Primary Actor Sector", "Actor Sectors", "Actor Title"),
    *("Actor Name Raw", "Wikipedia Actor ID"),
    *("Recipient Name", "Recipient Country", "Recipient COW", "Primary Recipient Sector", "Recipient Sectors"),
    *("Recipient Title", "Recipient Name Raw", "Wikipedia Recipient ID"),
    *("Placename", "City", "District", "Province", "Country", "Latitude", "Longitude", "GeoNames ID"),
    *("Raw Placename", "Feature Type", "Source", "Publication Date"),
    *("Story People", "Story Organizations", "Story Locations", "Language", "Version"),
)
_JOINED = "; "
_FEATURES = {"country": "PCLI", "admin1": "ADM1", "city": "PPL"}
"""GeoNames' feature codes of the kinds of places that have one."""
_LOCATIONS = ("GPE", "LOC", "FAC")
_EVENTS_AT_ONCE = 100


def polecat(selection: Selection, _subject: str, tally: Counter[str]) -> Iterator[bytes]:
    """The 40 columns, with a header; events that PLOVER has no type for are left out and counted."""
    yield row_bytes(COLUMNS, delimiter="\t")
    events = selection.events()
    while page := list(islice(events, _EVENTS_AT_ONCE)):
        names = selection.names_in(event["reports"][0]["article"]["key"] for event in page if event["reports"])
        for event in page:
            if event["type"] is None:
                tally["left out: no PLOVER type"] += 1
                continue
            tally["rows"] += 1
            yield row_bytes(_row(event, names), delimiter="\t")


def _row(event: Row, names: Mapping[str, Mapping[str, list[str]]]) -> tuple[object, ...]:
    report: Row = event["reports"][0] if event["reports"] else {}
    article: Row = report.get("article", {})
    told = names.get(article.get("key", ""), {})
    is_a_day = event["date_precision"] in ("day", "minute")
    return (
        event["key"],
        event["date_start"] if is_a_day else None,
        event["type"],
        event["mode"],
        event["intensity"],
        event["quad_code"],
        _JOINED.join(event["contexts"]),
        *_side(event["actors"], [report["actors"] for report in event["reports"]]),
        *_side(event["recipients"], [report["recipients"] for report in event["reports"]]),
        *_place(event["place"], report.get("place_text")),
        article["source"]["name"] if article.get("source") else None,
        article.get("published_date"),
        _JOINED.join(told.get("PERSON", ())),
        _JOINED.join(told.get("ORG", ())),
        _JOINED.join(name for label in _LOCATIONS for name in told.get(label, ())),
        article.get("language"),
        report.get("extractor"),
    )


def _side(actors: list[Row], reports: list[list[Row]]) -> tuple[object, ...]:
    """Name, country, COW number, first sector, sectors, title, raw names and Wikipedia page of one side."""
    homes = [country(actor["country"]) for actor in actors]
    sectors = [actor["sector"] or "" for actor in actors]
    return (
        _several(actor["name"] for actor in actors),
        _several(home.alpha3 for home in homes),
        _several(home.cow for home in homes),
        next(filter(None, sectors), None),
        _several(sectors),
        None,  # title: offices are dated facts of an actor (view `actor_roles`), not words of this report
        _several(_raw(actors, reports)),
        _several(actor["wikipedia"] or "" for actor in actors),
    )


def _raw(actors: list[Row], reports: list[list[Row]]) -> list[str]:
    """The words of the first report that name each actor; where no actor is known, those of the first report."""
    if not actors:
        return [participant["text"] or "" for participant in (reports[0] if reports else ())]
    words: dict[str | None, str] = {}
    for participant in (participant for report in reports for participant in report):
        words.setdefault(participant["key"], participant["text"] or "")
    return [words.get(actor["key"], "") for actor in actors]


def _several(values: Iterable[str]) -> str:
    """Values side by side, each in the place of its actor; nothing at all when all are unknown."""
    listed = list(values)
    return _JOINED.join(listed) if any(listed) else ""


def _place(place: Row | None, words: str | None) -> tuple[object, ...]:
    if place is None:
        return (None,) * 8 + (words, None)
    is_city, is_province = place["kind"] == "city", place["kind"] == "admin1"
    return (
        place["name"],
        place["name"] if is_city else None,
        None,  # district: places know the first division only
        place["name"] if is_province else place["admin1"],
        place["country"],
        place["latitude"],
        place["longitude"],
        None,  # GeoNames ID
        words,
        _FEATURES.get(place["kind"]),
    )
