"""Things become JSON lines: as the REST interface shows them, or events in PLOVER's field names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from newskb.exports.lines import json_line
from newskb.store.streams import Row, Selection


def jsonl(selection: Selection, subject: str, tally: Counter[str]) -> Iterator[bytes]:
    """A line for each thing, as lists of the REST interface show it; events come with every report."""
    rows = selection.events() if subject == "events" else selection.rows()
    for row in rows:
        tally["rows"] += 1
        yield json_line(row)


def plover(selection: Selection, _subject: str, tally: Counter[str]) -> Iterator[bytes]:
    """A line for each event, in the field names of the PLOVER manual."""
    for event in selection.events():
        tally["rows"] += 1
        yield json_line(_plover(event))


def _plover(event: Row) -> Row:
    place = event["place"]
    reports = event["reports"]
    return {
        "id": event["key"],
        "date": event["date_start"],
        "date_end": event["date_end"],
        "date_precision": event["date_precision"],
        "actor": [_actor(actor) for actor in event["actors"]],
        "recipient": [_actor(actor) for actor in event["recipients"]],
        "event": [event["type"]] if event["type"] else [],
        "extension": event["extension"],
        "mode": [event["mode"]] if event["mode"] else [],
        "context": event["contexts"],
        "event_loc": None if place is None else _place(place),
        "text_info": [_text(report) for report in reports],
        "cite_info": [_cite(report["article"]) for report in reports],
        "quad_code": event["quad_code"],
        "event_scale": event["intensity"],
        "realis": event["realis"],
        "confidence": event["confidence"],
        "coder": sorted({report["extractor"] for report in reports}),
        "coded_date": min((report["article"]["ingested_at"] for report in reports), default=None),
    }


def _actor(actor: Row) -> dict[str, Any]:
    return {
        "id": actor["key"],
        "name": actor["name"],
        "kind": actor["kind"],
        "country": actor["country"],
        "sector": [actor["sector"]] if actor["sector"] else [],
        "wikidata": actor["wikidata"],
        "wikipedia": actor["wikipedia"],
    }


def _place(place: Row) -> dict[str, Any]:
    return {
        "id": place["key"],
        "name": place["name"],
        "kind": place["kind"],
        "admin1": place["admin1"],
        "country": place["country"],
        "lat": place["latitude"],
        "lon": place["longitude"],
    }


def _text(report: Row) -> dict[str, Any]:
    return {
        "id": report["key"],
        "article": report["article"]["key"],
        "start_char": report["start_char"],
        "end_char": report["end_char"],
        "trigger": report["text"],
        "sentence": report["sentence"],
        "reported_by": None if report["reported_by"] is None else report["reported_by"]["name"],
        "figures": [
            {name: figure[name] for name in ("kind", "low", "high", "unit", "text")} for figure in report["figures"]
        ],
    }


def _cite(article: Row) -> dict[str, Any]:
    return {
        "article": article["key"],
        "publisher": None if article["source"] is None else article["source"]["name"],
        "title": article["title"],
        "url": article["url"],
        "date": article["published_at"],
        "language": article["language"],
    }
