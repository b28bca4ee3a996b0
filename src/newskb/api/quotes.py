"""Quotes: who said what, how, and in which outlets."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from newskb.api import schemas
from newskb.api.answers import json_answer
from newskb.api.collection import add_collection
from newskb.api.conditional import reading
from newskb.api.deps import QuoteKey, no_parameters
from newskb.api.listing import one
from newskb.store import query

router = APIRouter(prefix="/v1/quotes", tags=["quotes"])


add_collection(
    router,
    "quotes",
    row=schemas.QuoteWithEvidence,
    about="Quotes, the newest first, of undated articles last. `include=evidence` adds the sentences around.",
    when="of publication",
    includes=("evidence",),
)


@router.get("/{key}", response_model=schemas.QuoteDetail)
def get_quote(request: Request, key: QuoteKey) -> Response:
    """One quote with the other outlets' versions of it."""
    return one(request, "quotes", key)


@router.get("/{key}/variants", response_model=schemas.Variants)
def get_variants(request: Request, key: QuoteKey) -> Response:
    """The utterance in every version that articles give, the earliest first, with how each differs from that one."""
    no_parameters(request)
    with reading(request) as connection:
        return json_answer(query.variants(connection, key))


@router.get("/{key}/appearances", response_model=schemas.Page[schemas.Appearance])
def get_quote_appearances(request: Request, key: QuoteKey) -> Response:
    """Where the utterance is printed, the earliest article first."""
    no_parameters(request)
    with reading(request) as connection:
        return json_answer({"data": query.appearances(connection, "quotes", key), "next": None})
