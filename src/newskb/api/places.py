"""Places: where things happen."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from newskb.api import schemas
from newskb.api.collection import add_collection
from newskb.api.deps import PlaceKey
from newskb.api.listing import one

router = APIRouter(prefix="/v1/places", tags=["places"])


add_collection(
    router,
    "places",
    row=schemas.Place,
    about="Places by name.",
)


@router.get("/{key}", response_model=schemas.PlaceDetail)
def get_place(request: Request, key: PlaceKey) -> Response:
    """One place."""
    return one(request, "places", key)
