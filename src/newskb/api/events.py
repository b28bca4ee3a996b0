"""Events: who did what to whom, where and when, with every report."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from newskb.api import schemas
from newskb.api.answers import json_answer
from newskb.api.conditional import reading
from newskb.api.deps import EventKey, no_parameters
from newskb.api.listing import (
    AGGREGATED,
    COUNTED,
    FACETED,
    LISTED,
    MAPPED,
    TIMELINED,
    aggregating,
    faceting,
    listing,
    mapping,
    number,
    one,
    over_time,
    tabled,
)
from newskb.api.parameters import documented
from newskb.store import query
from newskb.store.maps import AREAS

router = APIRouter(prefix="/v1/events", tags=["events"])


@router.get(
    "",
    response_model=schemas.Page[schemas.EventWithEvidence],
    openapi_extra=documented(resource="events", outputs=(*LISTED, "include")),
)
def list_events(request: Request) -> Response:
    """Events, the newest first; undated ones come last. `include=evidence` adds every report of each."""
    return listing(request, "events", includes=("evidence",))


@router.get("/count", response_model=schemas.Counted, openapi_extra=documented(resource="events", outputs=COUNTED))
def count_events(request: Request) -> Response:
    """How many events the list would have."""
    return number(request, "events")


@router.get(
    "/timeline", response_model=schemas.Timeline, openapi_extra=documented(resource="events", outputs=TIMELINED)
)
def events_over_time(request: Request) -> Response:
    """Events per hour, day, week, month, quarter or year in which they began."""
    return over_time(request, "events")


@router.get("/facets", response_model=schemas.Facets, openapi_extra=documented(resource="events", outputs=FACETED))
def event_facets(request: Request) -> Response:
    """The most frequent values of some fields among the events of the list."""
    return faceting(request, "events")


@router.get(
    "/aggregate",
    response_model=schemas.Aggregate,
    openapi_extra=documented(resource="events", outputs=AGGREGATED, values=tabled("events")),
)
def event_table(request: Request) -> Response:
    """The events of the list by one or two fields, exact, with a measure of your choice."""
    return aggregating(request, "events")


@router.get(
    "/map",
    response_model=schemas.FeatureCollection,
    openapi_extra=documented(resource="events", outputs=MAPPED, values={"group_by": AREAS}),
)
def events_on_the_map(request: Request) -> Response:
    """Where the events of the list are: places, first-level divisions or countries with counts, as GeoJSON."""
    return mapping(request, "events")


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
