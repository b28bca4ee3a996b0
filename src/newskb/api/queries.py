"""Saved queries: SQL with a name, a meaning, and values that the caller chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from newskb.api import schemas
from newskb.api.answers import json_answer
from newskb.api.deps import no_parameters, parameters, reject_unknown
from newskb.api.parameters import one_value
from newskb.api.sql import ANSWER, FormatAsked, Limit, Timeout, answered
from newskb.store.saved import RESERVED, SavedQuery, find

router = APIRouter(prefix="/v1/queries", tags=["sql"])

QueryName = Annotated[str, Path(description="Name of a saved query.", examples=["most-active-actors"])]


@router.get("", response_model=schemas.SavedQueries)
def list_queries(request: Request) -> Response:
    """The saved queries, with what each answers and the values that it takes."""
    no_parameters(request)
    saved: Mapping[str, SavedQuery] = request.app.state.saved_queries
    return json_answer({"data": [_told(query) for query in saved.values()]})


@router.get("/{name}", response_model=schemas.SqlAnswer, responses=ANSWER)
def run_query(
    request: Request, name: QueryName, format: FormatAsked = "json", limit: Limit = None, timeout_ms: Timeout = None
) -> Response:
    """Run a saved query. Its values are parameters of the address (`/v1/queries` lists them); each has a default."""
    query = find(request.app.state.saved_queries, name)
    given = parameters(request)
    names = [parameter.name for parameter in query.parameters]
    reject_unknown(given, (*names, *sorted(RESERVED)))
    values = {name: value for name in names if (value := one_value(given, name)) is not None}
    return answered(request, query.bound(values), form=format, limit=limit, timeout_ms=timeout_ms)


def _told(query: SavedQuery) -> dict[str, object]:
    return {**asdict(query), "parameters": [asdict(parameter) for parameter in query.parameters]}
