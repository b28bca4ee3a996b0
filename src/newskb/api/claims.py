"""Claims: who holds what to be so, and who contradicts it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from newskb.api import schemas
from newskb.api.answers import json_answer
from newskb.api.collection import add_collection
from newskb.api.conditional import reading
from newskb.api.deps import ClaimKey, no_parameters
from newskb.api.listing import one
from newskb.store import query

router = APIRouter(prefix="/v1/claims", tags=["claims"])


add_collection(
    router,
    "claims",
    row=schemas.ClaimWithEvidence,
    about="Claims, the newest first, of undated articles last. `include=evidence` adds the sentences around.",
    when="of publication",
    includes=("evidence",),
)


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
