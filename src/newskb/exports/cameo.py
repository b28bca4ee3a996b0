"""Events become CAMEO-coded rows in the columns of ICEWS, with the list of the finer code beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product

from newskb.exports.codes import CAMEO_LIST, cameo, country
from newskb.exports.lines import row_bytes
from newskb.store.streams import Row, Selection

COLUMNS = (
    *("Event ID", "Event Date", "Source Name", "Source Sectors", "Source Country", "Event Text", "CAMEO Code"),
    *("Intensity", "Target Name", "Target Sectors", "Target Country", "Story ID", "Sentence Number", "Publisher"),
    *("City", "District", "Province", "Country", "Latitude", "Longitude"),
    *("CAMEO Root", "CAMEO List"),
)


def cameo_rows(selection: Selection, _subject: str, tally: Counter[str]) -> Iterator[bytes]:
    """A row for each pair of actors. ``CAMEO Root`` is what we stand for; a longer code is said with its list."""
    yield row_bytes(COLUMNS, delimiter="\t")
    for event in selection.events():
        if event["cameo"] is None:
            tally["left out: no CAMEO code"] += 1
            continue
        for actor, recipient in product(event["actors"] or [None], event["recipients"] or [None]):
            tally["rows"] += 1
            yield row_bytes(_row(event, actor, recipient), delimiter="\t")


def _row(event: Row, actor: Row | None, recipient: Row | None) -> tuple[object, ...]:
    report: Row = event["reports"][0] if event["reports"] else {}
    article: Row = report.get("article", {})
    place: Row = event["place"] or {}
    code = cameo(event["cameo"], event["type"], event["mode"])
    is_a_day = event["date_precision"] in ("day", "minute")
    return (
        event["key"],
        event["date_start"] if is_a_day else None,
        *_who(actor),
        report.get("sentence"),
        code,
        event["intensity"],
        *_who(recipient),
        article.get("key"),
        report.get("sentence_number"),
        article["source"]["name"] if article.get("source") else None,
        place.get("name") if place.get("kind") == "city" else None,
        None,
        place.get("name") if place.get("kind") == "admin1" else place.get("admin1"),
        country(place.get("country")).name,
        place.get("latitude"),
        place.get("longitude"),
        event["cameo"],
        CAMEO_LIST if code != event["cameo"] else None,
    )


def _who(actor: Row | None) -> tuple[object, ...]:
    return (None,) * 3 if actor is None else (actor["name"], actor["sector"], country(actor["country"]).name)
