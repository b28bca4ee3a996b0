"""The addresses that every resource has: its list, the same asked by a body, and its numbers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response
from pydantic import BaseModel

from newskb.api import listing, schemas
from newskb.api.deps import Said, said_in
from newskb.api.parameters import documented
from newskb.store import counting
from newskb.store.maps import AREAS

SEARCH = "/search"
"""End of the address that takes the parameters of a list as a body."""
_NOTHING: Mapping[str, tuple[str, ...]] = MappingProxyType({})


def add_collection(
    router: APIRouter,
    resource: str,
    *,
    row: type[BaseModel],
    about: str,
    when: str | None = None,
    includes: Collection[str] = (),
    is_mapped: bool = False,
) -> None:
    """Add the list of ``resource``, a ``row`` each, to ``router``, and its numbers where the store has them.

    ``about`` says what is listed and in which order. ``when`` says what a timeline counts by ("of publication");
    without it there is none.
    """
    page = schemas.Page[row]  # type: ignore[valid-type]
    routes = _Routes(router, resource)
    routes.add(
        f"list_{resource}", "", about, listing.listing, page, listing.listed(resource, includes), includes=includes
    )
    _add_search(router, resource, page, includes)
    many = f"How many {resource} the list would have."
    routes.add(f"count_{resource}", "/count", many, listing.number, schemas.Counted, listing.COUNTED)
    if when is not None:
        over = f"{resource.capitalize()} per hour, day, week, month, quarter or year {when}."
        routes.add(f"{resource}_over_time", "/timeline", over, listing.over_time, schemas.Timeline, listing.TIMELINED)
    if counting.dimensions(resource):
        frequent = f"The most frequent values of some fields among the {resource} of the list."
        routes.add(f"{resource}_facets", "/facets", frequent, listing.faceting, schemas.Facets, listing.FACETED)
    if counting.measures(resource):
        table = f"The {resource} of the list by one or two fields, exact, with a measure of your choice."
        routes.add(
            f"{resource}_table",
            "/aggregate",
            table,
            listing.aggregating,
            schemas.Aggregate,
            listing.AGGREGATED,
            values=listing.tabled(resource),
        )
    if is_mapped:
        where = f"Where the {resource} of the list are, as GeoJSON: places, divisions or countries with counts."
        routes.add(
            f"{resource}_on_the_map",
            "/map",
            where,
            listing.mapping,
            schemas.FeatureCollection,
            listing.MAPPED,
            values={"group_by": AREAS},
        )


@dataclass(frozen=True, slots=True)
class _Routes:
    """Where routes of a resource are added."""

    router: APIRouter
    resource: str

    def add(
        self,
        name: str,
        path: str,
        about: str,
        answer: Callable[..., Response],
        model: Any,
        outputs: Sequence[str],
        *,
        values: Mapping[str, Sequence[str]] = _NOTHING,
        **how: Any,
    ) -> None:
        """A route that takes the filters of the resource and ``outputs``, and that ``answer`` answers."""

        def route(request: Request) -> Response:
            return answer(request, self.resource, **how)

        self.router.add_api_route(
            path,
            route,
            name=name,
            description=about,
            response_model=model,
            openapi_extra=documented(resource=self.resource, outputs=outputs, values=values),
        )


def _add_search(router: APIRouter, resource: str, page: Any, includes: Collection[str]) -> None:
    def search(request: Request, body: Annotated[dict[str, Said], Body(examples=[{"limit": 50}])]) -> Response:
        return listing.listing(request, resource, includes=includes, params=said_in(body))

    router.add_api_route(
        SEARCH,
        search,
        methods=["POST"],
        name=f"search_{resource}",
        description=f"The list of {resource}, its parameters in a body: for filters that are too long for an address. "
        "Send `next` back as `cursor` beside the same filters.",
        response_model=page,
    )
