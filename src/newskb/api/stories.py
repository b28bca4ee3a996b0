"""Stories: articles about one development."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from newskb.api import schemas
from newskb.api.collection import add_collection
from newskb.api.deps import StoryKey
from newskb.api.listing import one

router = APIRouter(prefix="/v1/stories", tags=["stories"])


add_collection(
    router,
    "stories",
    row=schemas.Story,
    about="Stories, the latest first.",
)


@router.get("/{key}", response_model=schemas.StoryDetail)
def get_story(request: Request, key: StoryKey) -> Response:
    """One story with its articles and events."""
    return one(request, "stories", key)
