"""Actors: who can act, speak or be acted upon, with their names, offices, events, quotes and claims."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from newskb.api import schemas
from newskb.api.answers import json_answer
from newskb.api.collection import add_collection
from newskb.api.conditional import reading
from newskb.api.curation import follow_merged
from newskb.api.deps import ActorKey, parameters, reject_unknown
from newskb.api.listing import TIMELINED, existing, listed, listing, one, over_time
from newskb.api.parameters import MAX_FACET_SIZE, documented
from newskb.store import counting, query
from newskb.store.filters import Filters

router = APIRouter(prefix="/v1/actors", tags=["actors"], dependencies=[Depends(follow_merged)])

EVIDENCE = ("evidence",)
MAX_SUGGESTIONS = 50
"""Most names that can be suggested; nobody reads a longer menu."""


def _key_of(request: Request, key: str) -> str:
    """The actor's own key: the address may also name its Wikidata id."""
    return str(existing(request, "actors", key, takes_parameters=True)["key"])


add_collection(
    router,
    "actors",
    row=schemas.Actor,
    about="Actors by name.",
)


@router.get("/suggest", response_model=schemas.Page[schemas.Actor])
def suggest_actors(
    request: Request,
    q: Annotated[str, Query(min_length=1, max_length=200, description="Beginning of a name.", examples=["lavr"])],
    limit: Annotated[int, Query(ge=1, le=MAX_SUGGESTIONS, description="Most suggestions.", examples=[10])] = 10,
) -> Response:
    """Actors with a name or family name that begins so, for a search box."""
    reject_unknown(parameters(request), ("q", "limit"))
    with reading(request) as connection:
        return json_answer({"data": query.suggest_actors(connection, q, limit=limit), "next": None})


@router.get("/{key}", response_model=schemas.ActorDetail)
def get_actor(request: Request, key: ActorKey) -> Response:
    """One actor."""
    return one(request, "actors", key)


@router.get("/{key}/aliases", response_model=schemas.Aliases)
def get_aliases(request: Request, key: ActorKey) -> Response:
    """The names under which an actor is known."""
    return json_answer({"data": existing(request, "actors", key)["aliases"]})


@router.get("/{key}/roles", response_model=schemas.Roles)
def get_roles(request: Request, key: ActorKey) -> Response:
    """The offices of an actor, with the time of each."""
    return json_answer({"data": existing(request, "actors", key)["roles"]})


@router.get(
    "/{key}/events",
    response_model=schemas.Page[schemas.EventWithEvidence],
    openapi_extra=documented(resource="events", outputs=listed("events", EVIDENCE), fixed=("participant",)),
)
def actor_events(request: Request, key: ActorKey) -> Response:
    """Events in which the actor takes part, on either side."""
    return listing(request, "events", includes=EVIDENCE, fixed={"participant": _key_of(request, key)})


@router.get(
    "/{key}/quotes",
    response_model=schemas.Page[schemas.QuoteWithEvidence],
    openapi_extra=documented(resource="quotes", outputs=listed("quotes", EVIDENCE), fixed=("speaker",)),
)
def actor_quotes(request: Request, key: ActorKey) -> Response:
    """What the actor said."""
    return listing(request, "quotes", includes=EVIDENCE, fixed={"speaker": _key_of(request, key)})


@router.get(
    "/{key}/claims",
    response_model=schemas.Page[schemas.ClaimWithEvidence],
    openapi_extra=documented(resource="claims", outputs=listed("claims", EVIDENCE), fixed=("holder",)),
)
def actor_claims(request: Request, key: ActorKey) -> Response:
    """What the actor holds to be so."""
    return listing(request, "claims", includes=EVIDENCE, fixed={"holder": _key_of(request, key)})


@router.get(
    "/{key}/timeline",
    response_model=schemas.Timeline,
    openapi_extra=documented(resource="events", outputs=TIMELINED, fixed=("participant",)),
)
def actor_timeline(request: Request, key: ActorKey) -> Response:
    """Events in which the actor takes part per hour, day, week, month, quarter or year in which they began."""
    return over_time(request, "events", fixed={"participant": _key_of(request, key)})


@router.get("/{key}/co-occurring", response_model=schemas.Page[schemas.Companion])
def get_co_occurring(request: Request, key: ActorKey) -> Response:
    """The actors that take part in events with this one, those with most events first, at most 1,000."""
    actor = existing(request, "actors", key)
    with reading(request) as connection:
        question = Filters.parse({"participant": [actor["key"]]}, "events")
        found = counting.facet(connection, question, "participant", size=MAX_FACET_SIZE)
    rows = [
        {"actor": {"key": value["value"], "name": value["name"]}, "event_count": value["count"]}
        for value in found["values"]
        if value["value"] != actor["key"]
    ]
    return json_answer({"data": rows, "next": None})
