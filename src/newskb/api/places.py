"""Places: where things happen."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from newskb.api import schemas
from newskb.api.deps import PlaceKey
from newskb.api.listing import LISTED, listing, one
from newskb.api.parameters import documented

router = APIRouter(prefix="/v1/places", tags=["places"])


@router.get("", response_model=schemas.Page[schemas.Place], openapi_extra=documented(resource="places", outputs=LISTED))
def list_places(request: Request) -> Response:
    """Places by name."""
    return listing(request, "places")


@router.get("/{key}", response_model=schemas.PlaceDetail)
def get_place(request: Request, key: PlaceKey) -> Response:
    """One place."""
    return one(request, "places", key)
