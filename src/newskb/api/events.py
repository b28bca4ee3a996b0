"""Events: who did what to whom, where and when, with every report."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from newskb.api import schemas
from newskb.api.answers import json_answer
from newskb.api.collection import add_collection
from newskb.api.conditional import reading
from newskb.api.deps import EventKey, no_parameters
from newskb.api.explorer.comparison import compare
from newskb.api.listing import existing, listed, listing, one
from newskb.api.parameters import documented
from newskb.store import query

router = APIRouter(prefix="/v1/events", tags=["events"])


add_collection(
    router,
    "events",
    row=schemas.EventWithEvidence,
    about="Events, the newest first; undated ones come last. `include=evidence` adds every report of each.",
    when="in which they began",
    includes=("evidence",),
    is_mapped=True,
)


@router.get("/{key}", response_model=schemas.EventDetail)
def get_event(request: Request, key: EventKey) -> Response:
    """One event with every report of it."""
    return one(request, "events", key)


@router.get("/{key}/mentions", response_model=schemas.Page[schemas.EventReport])
def get_mentions(request: Request, key: EventKey) -> Response:
    """Every report of an event, with the words that tell of it, in order of publication."""
    no_parameters(request)
    with reading(request) as connection:
        event = query.get(connection, "events", key)
    return json_answer({"data": event["reports"], "next": None})


@router.get(
    "/{key}/articles",
    response_model=schemas.Page[schemas.ArticleFound],
    openapi_extra=documented(resource="articles", outputs=listed("articles"), fixed=("event",)),
)
def event_articles(request: Request, key: EventKey) -> Response:
    """The articles that tell of an event; with the filters of articles."""
    event = existing(request, "events", key, takes_parameters=True)
    return listing(request, "articles", fixed={"event": str(event["key"])})


@router.get("/{key}/conflicts", response_model=schemas.Page[schemas.Conflict])
def get_conflicts(request: Request, key: EventKey) -> Response:
    """What the reports of an event say differently: of what, whether, when, where, who, to whom and how many."""
    aspects = compare(existing(request, "events", key)["reports"])
    rows = [
        {"aspect": aspect.name, "accounts": [{"says": said, "sources": list(told)} for said, told in aspect.accounts]}
        for aspect in aspects
        if aspect.differs
    ]
    return json_answer({"data": rows, "next": None})
