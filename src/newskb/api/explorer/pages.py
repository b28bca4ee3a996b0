"""The pages: an address becomes rows of the store, and these a page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from newskb import __version__
from newskb.api.deps import database, parameters, reject_unknown
from newskb.api.explorer import annotated, comparison, portrait, reference, sayings, series
from newskb.api.explorer.layers import paragraphs
from newskb.api.explorer.rendering import page
from newskb.store import counting, query
from newskb.store.filters import Filters

router = APIRouter()

LATEST = 8
"""Rows of each list on a page that shows several: two of them fit a screen."""
PART = 5
"""Rows of each part of an actor's page, which has six."""
PARTS = (
    ("acting", "events", "actor"),
    ("receiving", "events", "recipient"),
    ("quotes", "quotes", "speaker"),
    ("quoted", "quotes", "about"),
    ("claims", "claims", "holder"),
    ("about", "claims", "about"),
)
"""The parts of an actor's page: name, resource, and the filter that asks for the actor."""
EVIDENCE = ("evidence",)


@router.get("/articles/{key}")
def article(request: Request, key: str) -> Response:
    """The text with everything that was found in it."""
    reject_unknown(parameters(request), ())
    with database(request).read() as connection:
        found = query.get(connection, "articles", key)
        annotations = query.annotations(connection, key)
        story = query.get(connection, "stories", found["story"]) if found["story"] else None
        versions = query.company(connection, "quotes", key)
        positions = sayings.positions_in(connection, key, annotations["claims"])
    marks = annotated.highlights(dict(annotations), found["boilerplate"])
    return page(
        "article.html",
        section="articles",
        article=found,
        annotations=annotations,
        story=story,
        versions=versions,
        positions=positions,
        layers=annotated.layers(dict(annotations)),
        named=annotated.named(dict(annotations)),
        notes=annotated.notes(dict(annotations)),
        paragraphs=paragraphs(found["text"], marks),
    )


@router.get("/events/{key}")
def event(request: Request, key: str) -> Response:
    """An event with every report of it, side by side."""
    found = _found(request, "events", key)
    return page(
        "event.html",
        section="events",
        event=found,
        reports=found["reports"],
        aspects=comparison.compare(found["reports"]),
    )


@router.get("/actors/{key}")
def actor(request: Request, key: str) -> Response:
    """An actor: offices, what they did and what was done to them, words by and about them, whom they meet and fight."""
    found = _found(request, "actors", key)
    key = found["key"]
    offices, line = portrait.offices(found["roles"], until=datetime.now(UTC).year)
    with database(request).read() as connection:
        taking = {"participant": [key]}
        values: dict[str, Any] = {
            "chart": series.over_time(connection, Filters.parse(taking, "events"), taking, "quad_code"),
            "relations": portrait.relations(connection, key),
        }
        for name, resource, asked in PARTS:
            question = Filters.parse({asked: [key]}, resource)
            values[name] = query.list_rows(connection, question, limit=PART, include=EVIDENCE).rows
            values[f"{name}_count"] = counting.count(connection, question)
    return page("actor.html", section="actors", actor=found, quads=portrait.QUADS, offices=offices, line=line, **values)


@router.get("/stories/{key}")
def story(request: Request, key: str) -> Response:
    """A story with its articles and events in the order of time."""
    return page("story.html", section="stories", story=_found(request, "stories", key))


@router.get("/quotes/{key}")
def quote(request: Request, key: str) -> Response:
    """A quote with all its versions, and the claims that it carries with who else holds them."""
    found = _found(request, "quotes", key)
    with database(request).read() as connection:
        versions = sayings.versions(query.variants(connection, key))
        said = [
            claim
            for claim in query.annotations(connection, found["article"]["key"])["claims"]
            if claim["quote"] == found["key"]
        ]
        positions = sayings.positions_in(connection, found["article"]["key"], said)
        outer = query.get(connection, "quotes", found["nested_in"]) if found["nested_in"] else None
    return page(
        "quote.html", section="quotes", quote=found, versions=versions, claims=said, positions=positions, outer=outer
    )


@router.get("/claims/{key}")
def claim(request: Request, key: str) -> Response:
    """A claim with who affirmed, denied and questioned it when, and those that support or contradict it."""
    found = _found(request, "claims", key)
    events: list[query.Row] = []
    with database(request).read() as connection:
        positions = query.positions(connection, key)
        if found["events"]:
            question = Filters.parse({"event": found["events"]}, "events")
            events = query.list_rows(connection, question, limit=LATEST, include=EVIDENCE).rows
    return page("claim.html", section="claims", claim=found, events=events, positions=positions)


def _found(request: Request, resource: str, key: str) -> query.Row:
    reject_unknown(parameters(request), ())
    with database(request).read() as connection:
        return query.get(connection, resource, key)


@router.get("/docs")
def docs(request: Request) -> Response:
    """The reference of the REST interface."""
    document = request.app.openapi()
    return page(
        "docs.html",
        section="docs",
        groups=reference.groups(document),
        description=document["info"]["description"],
        version=__version__,
    )
