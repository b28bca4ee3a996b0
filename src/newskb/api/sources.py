"""Sources: the outlets that publish articles."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from newskb.api import schemas
from newskb.api.deps import SourceKey
from newskb.api.listing import LISTED, listing, one
from newskb.api.parameters import documented

router = APIRouter(prefix="/v1/sources", tags=["sources"])


@router.get(
    "", response_model=schemas.Page[schemas.Source], openapi_extra=documented(resource="sources", outputs=LISTED)
)
def list_sources(request: Request) -> Response:
    """Outlets by name, with how much of each there is."""
    return listing(request, "sources")


@router.get("/{key}", response_model=schemas.Source)
def get_source(request: Request, key: SourceKey) -> Response:
    """One outlet."""
    return one(request, "sources", key)
