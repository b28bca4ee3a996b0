"""Events become a GeoJSON collection (RFC 7946) of points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from newskb.exports.lines import json_bytes
from newskb.store.streams import Row, Selection


def geojson(selection: Selection, _subject: str, tally: Counter[str]) -> Iterator[bytes]:
    """A feature for each event; the geometry of one without coordinates is null, as the standard has it."""
    yield b'{"type":"FeatureCollection","features":['
    between = b"\n"
    for event in selection.events():
        tally["rows"] += 1
        yield between + json_bytes(_feature(event))
        between = b",\n"
    yield b"\n]}\n"


def _feature(event: Row) -> Row:
    place = event["place"] or {}
    point = (place.get("longitude"), place.get("latitude"))
    articles = list(dict.fromkeys(report["article"]["key"] for report in event["reports"]))
    own = ("type", "extension", "mode", "contexts", "cameo", "quad_code", "intensity", "realis", "confidence")
    dates = ("date_start", "date_end", "date_precision")
    counts = ("report_count", "article_count", "source_count", "independent_source_count")
    return {
        "type": "Feature",
        "id": event["key"],
        "geometry": None if None in point else {"type": "Point", "coordinates": point},
        "properties": {
            **{name: event[name] for name in (*own, *dates, *counts)},
            "actors": [actor["name"] for actor in event["actors"]],
            "recipients": [actor["name"] for actor in event["recipients"]],
            "place": place.get("name"),
            "geo_precision": place.get("kind"),
            "admin1": place.get("admin1"),
            "country": place.get("country"),
            "sentence": event["reports"][0]["sentence"] if event["reports"] else None,
            "articles": articles,
        },
    }
