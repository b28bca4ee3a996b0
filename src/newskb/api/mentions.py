"""Mentions: single references to actors and places, with what they refer to."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from newskb.api import schemas
from newskb.api.collection import add_collection
from newskb.api.deps import MentionKey
from newskb.api.listing import one

router = APIRouter(prefix="/v1/mentions", tags=["mentions"])


add_collection(
    router,
    "mentions",
    row=schemas.MentionDetail,
    about="Mentions by key; `sort=position` gives those of one article in the order of its text.",
)


@router.get("/{key}", response_model=schemas.MentionDetail)
def get_mention(request: Request, key: MentionKey) -> Response:
    """One mention with its words, its article and what it refers to."""
    return one(request, "mentions", key)
