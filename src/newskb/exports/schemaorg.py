"""Articles, events, actors, quotes and claims become schema.org types in one JSON-LD graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from newskb.exports.codes import country
from newskb.exports.lines import json_bytes, without_unknown
from newskb.store.streams import Row, Selection

SUBJECTS = ("events", "articles", "quotes", "claims", "actors", "all")
_KINDS = {
    "person": "Person",
    "organisation": "Organization",
    "government": "GovernmentOrganization",
    "country": "Country",
    "group": "Organization",
}
_READER = {"@type": "Organization", "name": "newskb", "description": "The program that read the article."}


def jsonld(selection: Selection, subject: str, tally: Counter[str]) -> Iterator[bytes]:
    """One document: the things asked for, and the articles and actors that they name, each once."""
    yield b'{"@context":"https://schema.org","@graph":['
    between = b"\n"
    for node in _nodes(selection, subject):
        tally[node["@type"]] += 1
        yield between + json_bytes(node)
        between = b",\n"
    yield b"\n]}\n"


def _nodes(selection: Selection, subject: str) -> Iterator[Row]:
    match subject:
        case "articles":
            return map(_article, selection.articles())
        case "actors":
            return map(_actor, selection.actors())
        case "events":
            return chain(_named(selection), map(_event, selection.events()))
        case "quotes":
            return chain(_named(selection), map(_quotation, selection.quotes()))
        case "claims":
            return chain(_named(selection), map(_claim, selection.claims()))
        case _:
            every = selection.everything
            return chain(
                map(_article, every("articles").articles()),
                map(_actor, selection.everyone()),
                map(_event, every("events").events()),
                map(_quotation, every("quotes").quotes()),
                map(_claim, every("claims").claims()),
            )


def _named(selection: Selection) -> Iterator[Row]:
    return chain(map(_article, selection.articles()), map(_actor, selection.actors()))


def _id(key: str) -> str:
    return f"urn:newskb:{key}"


def _actor_id(actor: Row) -> str:
    wikidata = actor["wikidata"]
    return f"http://www.wikidata.org/entity/{wikidata}" if wikidata else _id(actor["key"])


def _ref(actor: Row | None) -> Row | None:
    if actor is None:
        return None
    return {"@type": _KINDS.get(actor["kind"] or "", "Thing"), "@id": _actor_id(actor), "name": actor["name"]}


def _article(article: Row) -> Row:
    return without_unknown(
        {
            "@type": "NewsArticle",
            "@id": _id(article["key"]),
            "identifier": article["key"],
            "headline": article["title"],
            "url": article["url"],
            "datePublished": article["published_at"],
            "inLanguage": article["language"],
            "author": article["byline"] and {"@type": "Person", "name": article["byline"]},
            "publisher": article["source"] and {"@type": "Organization", "name": article["source"]["name"]},
            "articleBody": article["text"],
        }
    )


def _actor(actor: Row) -> Row:
    page = actor["wikipedia"]
    same = [f"https://en.wikipedia.org/wiki/{page.replace(' ', '_')}"] if page else []
    home = country(actor["country"])
    found = {
        "@type": _KINDS.get(actor["kind"] or "", "Thing"),
        "@id": _actor_id(actor),
        "identifier": actor["key"],
        "name": actor["name"],
        "alternateName": [alias for alias in actor["aliases"] if alias != actor["name"]],
        "description": actor["description"],
        "sameAs": same,
    }
    if actor["kind"] == "person":
        found["nationality"] = home.name and {"@type": "Country", "name": home.name}
    return without_unknown(found)


def _event(event: Row) -> Row:
    reports = event["reports"]
    codes = {"realis": event["realis"], "confidence": event["confidence"], "cameo": event["cameo"]}
    return without_unknown(
        {
            "@type": "Event",
            "@id": _id(event["key"]),
            "identifier": [
                event["key"],
                *({"@type": "PropertyValue", "propertyID": n, "value": v} for n, v in codes.items() if v is not None),
            ],
            "name": reports[0]["text"] if reports else event["type"] or event["extension"],
            "description": reports[0]["sentence"] if reports else None,
            "keywords": [
                word for word in (event["type"], event["extension"], event["mode"], *event["contexts"]) if word
            ],
            "startDate": _day(event["date_start"], event["date_precision"]),
            "endDate": _day(event["date_end"], event["date_precision"]),
            "location": event["place"] and _place(event["place"]),
            "actor": [_ref(actor) for actor in event["actors"]],
            "about": [_ref(actor) for actor in event["recipients"]],
            "subjectOf": [{"@id": _id(key)} for key in dict.fromkeys(report["article"]["key"] for report in reports)],
        }
    )


def _day(day: str | None, precision: str | None) -> str | None:
    """An ISO date no longer than it is known."""
    return None if day is None else day[: {"year": 4, "month": 7}.get(precision or "", 10)]


def _place(place: Row) -> Row:
    latitude, longitude = place["latitude"], place["longitude"]
    point = None
    if None not in (latitude, longitude):
        point = {"@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude}
    home = country(place["country"])
    return without_unknown(
        {
            "@type": {"country": "Country", "admin1": "AdministrativeArea", "city": "City"}.get(place["kind"], "Place"),
            "@id": _actor_id(place),
            "name": place["name"],
            "address": home.alpha2 and {"@type": "PostalAddress", "addressCountry": home.alpha2},
            "geo": point,
        }
    )


def _quotation(quote: Row) -> Row:
    return without_unknown(
        {
            "@type": "Quotation",
            "@id": _id(quote["key"]),
            "identifier": quote["key"],
            "text": quote["text"],
            "spokenByCharacter": _ref(quote["speaker"]),
            "audience": quote["addressee"] and {"@type": "Audience", "name": quote["addressee"]["name"]},
            "isBasedOn": {"@id": _id(quote["article"]["key"])},
        }
    )


def _claim(claim: Row) -> Row:
    appearance = {"@id": _id(claim["article"]["key"])}
    return without_unknown(
        {
            "@type": "Claim",
            "@id": _id(claim["key"]),
            "identifier": claim["key"],
            "text": claim["text"],
            "author": _ref(claim["holder"]),
            "about": [_ref(actor) for actor in claim["about"]],
            "appearance": appearance,
            "firstAppearance": appearance,
            "claimInterpreter": _READER,
        }
    )
