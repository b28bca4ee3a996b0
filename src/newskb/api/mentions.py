"""Mentions: single references to actors and places, by key."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from newskb.api import schemas
from newskb.api.listing import one

router = APIRouter(prefix="/v1/mentions", tags=["mentions"])


@router.get("/{key}", response_model=schemas.MentionDetail)
def get_mention(request: Request, key: str) -> Response:
    """One mention with its words, its article and what it refers to."""
    return one(request, "mentions", key)
