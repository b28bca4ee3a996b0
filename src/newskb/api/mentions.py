"""Mentions: single references to actors and places, with what they refer to."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from newskb.api import schemas
from newskb.api.deps import MentionKey
from newskb.api.listing import LISTED, listing, one
from newskb.api.parameters import documented

router = APIRouter(prefix="/v1/mentions", tags=["mentions"])


@router.get(
    "",
    response_model=schemas.Page[schemas.MentionDetail],
    openapi_extra=documented(resource="mentions", outputs=LISTED),
)
def list_mentions(request: Request) -> Response:
    """Mentions by key; `sort=position` gives those of one article in the order of its text."""
    return listing(request, "mentions")


@router.get("/{key}", response_model=schemas.MentionDetail)
def get_mention(request: Request, key: MentionKey) -> Response:
    """One mention with its words, its article and what it refers to."""
    return one(request, "mentions", key)
