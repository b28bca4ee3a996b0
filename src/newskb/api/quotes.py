"""Quotes: who said what, how, and in which outlets."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from newskb.api import schemas
from newskb.api.answers import json_answer
from newskb.api.conditional import reading
from newskb.api.deps import QuoteKey, no_parameters
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

router = APIRouter(prefix="/v1/quotes", tags=["quotes"])


@router.get(
    "",
    response_model=schemas.Page[schemas.QuoteWithEvidence],
    openapi_extra=documented(resource="quotes", outputs=(*LISTED, "include")),
)
def list_quotes(request: Request) -> Response:
    """Quotes, the newest first; those of undated articles come last. `include=evidence` adds the sentences around."""
    return listing(request, "quotes", includes=("evidence",))


@router.get("/count", response_model=schemas.Counted, openapi_extra=documented(resource="quotes", outputs=COUNTED))
def count_quotes(request: Request) -> Response:
    """How many quotes the list would have."""
    return number(request, "quotes")


@router.get(
    "/timeline", response_model=schemas.Timeline, openapi_extra=documented(resource="quotes", outputs=TIMELINED)
)
def quotes_over_time(request: Request) -> Response:
    """Quotes per hour, day, week, month, quarter or year of publication."""
    return over_time(request, "quotes")


@router.get("/facets", response_model=schemas.Facets, openapi_extra=documented(resource="quotes", outputs=FACETED))
def quote_facets(request: Request) -> Response:
    """The most frequent values of some fields among the quotes of the list."""
    return faceting(request, "quotes")


@router.get(
    "/aggregate",
    response_model=schemas.Aggregate,
    openapi_extra=documented(resource="quotes", outputs=AGGREGATED, values=tabled("quotes")),
)
def quote_table(request: Request) -> Response:
    """The quotes of the list by one or two fields, exact, with a measure of your choice."""
    return aggregating(request, "quotes")


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
