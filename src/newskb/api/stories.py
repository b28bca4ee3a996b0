"""Stories: articles about one development."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from newskb.api import schemas
from newskb.api.deps import StoryKey
from newskb.api.listing import LISTED, listing, one
from newskb.api.parameters import documented

router = APIRouter(prefix="/v1/stories", tags=["stories"])


@router.get(
    "", response_model=schemas.Page[schemas.Story], openapi_extra=documented(resource="stories", outputs=LISTED)
)
def list_stories(request: Request) -> Response:
    """Stories, the latest first."""
    return listing(request, "stories")


@router.get("/{key}", response_model=schemas.StoryDetail)
def get_story(request: Request, key: StoryKey) -> Response:
    """One story with its articles and events."""
    return one(request, "stories", key)
