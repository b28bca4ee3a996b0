"""Articles, actors, events, quotes and mentions become FollowTheMoney entities, by its public schema."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from newskb.exports.codes import country, language
from newskb.exports.lines import json_line
from newskb.store.streams import Row, Selection

SUBJECTS = ("events", "articles", "quotes", "actors", "all")
_SCHEMAS = {"person": "Person", "organisation": "Organization", "government": "PublicBody", "country": "PublicBody"}
"""Kind of an actor to its schema; a country acts through its public bodies, a group is some legal entity."""


def ftm(selection: Selection, subject: str, tally: Counter[str]) -> Iterator[bytes]:
    """A line for each entity: those asked for, and the articles and actors that they name, each once."""
    for entity in _entities(selection, subject):
        tally[entity["schema"]] += 1
        yield json_line(entity)


def _entities(selection: Selection, subject: str) -> Iterator[Row]:
    match subject:
        case "actors":
            return map(_actor, selection.actors())
        case "events":
            return chain(_named(selection), map(_event, selection.events()))
        case "quotes":
            return chain(_named(selection), map(_note, selection.quotes()))
        case "articles":
            return chain(_named(selection), map(_mention, selection.mentions()))
        case _:
            every = selection.everything
            return chain(
                map(_article, every("articles").articles()),
                map(_actor, selection.everyone()),
                map(_mention, every("articles").mentions()),
                map(_event, every("events").events()),
                map(_note, every("quotes").quotes()),
            )


def _named(selection: Selection) -> Iterator[Row]:
    return chain(map(_article, selection.articles()), map(_actor, selection.actors()))


def _entity(key: str, schema: str, properties: Mapping[str, Any]) -> Row:
    """An entity; every property is a list of texts, and those without a value are left out."""
    found = {}
    for name, value in properties.items():
        values = value if isinstance(value, list) else [value]
        kept = list(dict.fromkeys(str(item) for item in values if item not in (None, "")))
        if kept:
            found[name] = kept
    return {"id": key, "schema": schema, "properties": found}


def _article(article: Row) -> Row:
    key = article["key"]
    return _entity(
        key,
        "Article",
        {
            "fileName": f"{key}.txt",
            "title": article["title"],
            "author": article["byline"],
            "publisher": article["source"] and article["source"]["name"],
            "sourceUrl": article["url"],
            "publishedAt": _day(article["published_date"], article["published_precision"]),
            "language": language(article["language"]),
            "bodyText": article["text"],
            "mimeType": "text/plain",
        },
    )


def _actor(actor: Row) -> Row:
    page = actor["wikipedia"]
    home = country(actor["country"]).alpha2.lower()
    schema = _SCHEMAS.get(actor["kind"] or "", "LegalEntity")
    properties = {
        "name": actor["name"],
        "alias": [alias for alias in actor["aliases"] if alias != actor["name"]],
        "summary": actor["description"],
        "wikidataId": actor["wikidata"],
        "wikipediaUrl": page and f"https://en.wikipedia.org/wiki/{page.replace(' ', '_')}",
        "country": home,
    }
    return _entity(actor["key"], schema, properties)


def _event(event: Row) -> Row:
    reports, place = event["reports"], event["place"] or {}
    precision = event["date_precision"]
    start, end = _day(event["date_start"], precision), _day(event["date_end"], precision)
    is_one_day = start == end
    words = " ".join(filter(None, (event["type"] or event["extension"], event["mode"])))
    return _entity(
        event["key"],
        "Event",
        {
            "name": f"{words}: {reports[0]['text']}" if reports else words,
            "summary": reports[0]["sentence"] if reports else None,
            "date": start if is_one_day else None,
            "startDate": None if is_one_day else start,
            "endDate": None if is_one_day else end,
            "location": place.get("name"),
            "country": country(place.get("country")).alpha2.lower(),
            "organizer": [actor["key"] for actor in event["actors"]],
            "involved": [actor["key"] for actor in event["recipients"]],
            "proof": [report["article"]["key"] for report in reports],
            "keywords": [*event["contexts"], event["realis"]],
        },
    )


def _note(quote: Row) -> Row:
    speaker = quote["speaker"]
    return _entity(
        quote["key"],
        "Note",
        {
            "name": f"{speaker['name']}: quotation" if speaker else "quotation",
            "description": quote["text"],
            "entity": [speaker["key"] if speaker else None, quote["article"]["key"]],
        },
    )


def _mention(mention: Row) -> Row:
    return _entity(
        mention["key"],
        "Mention",
        {"document": mention["article"]["key"], "resolved": mention["actor"]["key"], "name": mention["text"]},
    )


def _day(day: str | None, precision: str | None) -> str | None:
    """A date no longer than it is known, as FollowTheMoney writes inexact dates."""
    return None if day is None else day[: {"year": 4, "month": 7}.get(precision or "", 10)]
