"""Claims: who holds what to be so, and who contradicts it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from newskb.api import schemas
from newskb.api.answers import json_answer
from newskb.api.deps import ClaimKey, database, no_parameters
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


@router.get("", response_model=schemas.Page[schemas.Claim], openapi_extra=documented(resource="claims", outputs=LISTED))
def list_claims(request: Request) -> Response:
    """Claims, the newest first; those of undated articles come last."""
    return listing(request, "claims")


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


@router.get("/{key}/positions", response_model=schemas.Page[schemas.RelatedClaim])
def get_positions(request: Request, key: ClaimKey) -> Response:
    """How other holders and outlets stand to the claim: each relation with its reason."""
    no_parameters(request)
    with database(request).read() as connection:
        claim = query.get(connection, "claims", key)
    return json_answer({"data": claim["related"], "next": None})
