"""A SELECT in the address becomes a page with its rows as a table and a chart, beside the views that it may read."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from newskb.api.deps import SqlLimits, parameters, reject_unknown
from newskb.api.explorer.rendering import page, path
from newskb.api.parameters import one_value
from newskb.errors import NewskbError
from newskb.store.saved import SavedQuery, find
from newskb.store.sqlgate import SqlResult, run_sql
from newskb.store.views import views

router = APIRouter()

ROWS = 500
"""Rows on the page; the files below it have all."""
MAX_CHARS = 12_000
"""Longest query in an address; browsers and servers take no more. POST /v1/sql takes longer ones."""
_PAGES = {"art": "articles", "evt": "events", "quo": "quotes", "clm": "claims", "sto": "stories"}


@router.get("/sql")
def sql(request: Request) -> Response:
    """The editor with a query of the address, or a saved one with the values of the address, and its rows."""
    given = parameters(request)
    saved: Mapping[str, SavedQuery] = request.app.state.saved_queries
    name = one_value(given, "query")
    chosen = find(saved, name) if name is not None else None
    asked = {} if chosen is None else {p.name: one_value(given, p.name) or p.default for p in chosen.parameters}
    reject_unknown(given, ("sql",) if chosen is None else ("query", *asked))
    query = (one_value(given, "sql") or "").strip()
    result: SqlResult | None = None
    problem, status = None, 200
    try:
        if chosen is not None:
            query = chosen.bound(asked)
        if query:
            result = _run(request, query)
    except NewskbError as error:
        problem, status = str(error), error.status
    return page(
        "sql.html",
        status=status,
        section="sql",
        query=query or (chosen or next(iter(saved.values()))).bound({}),
        chosen=chosen,
        asked=asked,
        saved=saved.values(),
        result=result,
        problem=problem,
        links=_links(result) if result else [],
        has_chart=result is not None and _has_chart(result),
        files=_files(query, chosen, asked),
        views=views(),
        max_chars=MAX_CHARS,
    )


def _files(query: str, chosen: SavedQuery | None, asked: Mapping[str, str]) -> list[tuple[str, str]]:
    """Where all rows are to be had, by form."""
    path, values = ("/v1/sql", {"sql": query}) if chosen is None else (f"/v1/queries/{chosen.name}", dict(asked))
    return [(form.upper(), f"{path}?{urlencode({**values, 'format': form})}") for form in ("csv", "jsonl")]


def _run(request: Request, query: str) -> SqlResult:
    limits: SqlLimits = request.app.state.sql_limits
    return run_sql(
        request.app.state.database_url,
        query,
        timeout_s=limits.timeout_s,
        max_rows=min(limits.max_rows, ROWS),
    )


def _links(result: SqlResult) -> list[list[str | None]]:
    """The page of the thing that each value is a key of."""
    return [[_link(value) for value in row] for row in result.rows]


def _link(value: object) -> str | None:
    prefix, dash, _rest = value.partition("-") if isinstance(value, str) else ("", "", "")
    return f"/{_PAGES[prefix]}/{path(str(value))}" if dash and prefix in _PAGES else None


def _has_chart(result: SqlResult) -> bool:
    """Whether there is a column of numbers beside the first."""
    return len(result.rows) > 1 and any(
        isinstance(value, int | float) and not isinstance(value, bool) for row in result.rows for value in row[1:]
    )
