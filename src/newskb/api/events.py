"""Events: who did what to whom, where and when, with every report."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from newskb.api import schemas
from newskb.api.answers import json_answer
from newskb.api.collection import add_collection
from newskb.api.conditional import reading
from newskb.api.deps import EventKey, no_parameters
from newskb.api.listing import one
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
