"""Claims: who holds what to be so, and who contradicts it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from newskb.api import schemas
from newskb.api.answers import json_answer
from newskb.api.conditional import reading
from newskb.api.deps import ClaimKey, no_parameters
from newskb.api.listing import (
    AGGREGATED,
    COUNTED,
    FACETED,
    LISTED,
    TIMELINED,
    aggregating,
    faceting,
    listing,
    number,
    one,
    over_time,
    tabled,
)
from newskb.api.parameters import documented
from newskb.store import query

router = APIRouter(prefix="/v1/claims", tags=["claims"])


@router.get(
    "",
    response_model=schemas.Page[schemas.ClaimWithEvidence],
    openapi_extra=documented(resource="claims", outputs=(*LISTED, "include")),
)
def list_claims(request: Request) -> Response:
    """Claims, the newest first; those of undated articles come last. `include=evidence` adds the sentences around."""
    return listing(request, "claims", includes=("evidence",))


@router.get("/count", response_model=schemas.Counted, openapi_extra=documented(resource="claims", outputs=COUNTED))
def count_claims(request: Request) -> Response:
    """How many claims the list would have."""
    return number(request, "claims")


@router.get(
    "/timeline", response_model=schemas.Timeline, openapi_extra=documented(resource="claims", outputs=TIMELINED)
)
def claims_over_time(request: Request) -> Response:
    """Claims per hour, day, week, month, quarter or year of publication."""
    return over_time(request, "claims")


@router.get("/facets", response_model=schemas.Facets, openapi_extra=documented(resource="claims", outputs=FACETED))
def claim_facets(request: Request) -> Response:
    """The most frequent values of some fields among the claims of the list."""
    return faceting(request, "claims")


@router.get(
    "/aggregate",
    response_model=schemas.Aggregate,
    openapi_extra=documented(resource="claims", outputs=AGGREGATED, values=tabled("claims")),
)
def claim_table(request: Request) -> Response:
    """The claims of the list by one or two fields, exact, with a measure of your choice."""
    return aggregating(request, "claims")


@router.get("/{key}", response_model=schemas.ClaimDetail)
def get_claim(request: Request, key: ClaimKey) -> Response:
    """One claim with those that support or contradict it."""
    return one(request, "claims", key)


@router.get("/{key}/positions", response_model=schemas.Positions)
def get_positions(request: Request, key: ClaimKey) -> Response:
    """Who affirmed, denied, questioned and changed what the claim asserts, by holder and time."""
    no_parameters(request)
    with reading(request) as connection:
        return json_answer(query.positions(connection, key))


@router.get("/{key}/appearances", response_model=schemas.Page[schemas.Appearance])
def get_claim_appearances(request: Request, key: ClaimKey) -> Response:
    """Where what the claim asserts is said, the earliest article first."""
    no_parameters(request)
    with reading(request) as connection:
        return json_answer({"data": query.appearances(connection, "claims", key), "next": None})


@router.get("/{key}/related", response_model=schemas.Page[schemas.RelatedClaim])
def get_related(request: Request, key: ClaimKey) -> Response:
    """The claims of other holders and outlets that support or contradict it, each with the reason."""
    no_parameters(request)
    with reading(request) as connection:
        claim = query.get(connection, "claims", key)
    return json_answer({"data": claim["related"], "next": None})
