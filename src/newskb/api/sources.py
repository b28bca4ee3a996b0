"""Sources: the outlets that publish articles."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from newskb.api import schemas
from newskb.api.collection import add_collection
from newskb.api.deps import SourceKey
from newskb.api.listing import one

router = APIRouter(prefix="/v1/sources", tags=["sources"])


add_collection(
    router,
    "sources",
    row=schemas.Source,
    about="Outlets by name, with how much of each there is.",
)


@router.get("/{key}", response_model=schemas.Source)
def get_source(request: Request, key: SourceKey) -> Response:
    """One outlet."""
    return one(request, "sources", key)
