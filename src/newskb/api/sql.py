"""One read-only SQL query becomes rows as JSON, JSON lines or CSV."""

from __future__ import annotations

import logging
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from newskb.api import schemas
from newskb.api.answers import json_answer
from newskb.api.deps import SqlLimits, parameters, reject_unknown
from newskb.api.observing import Metrics
from newskb.api.tables import MEDIA_TYPES, csv_pages, json_lines
from newskb.errors import NewskbError
from newskb.store.sqlgate import run_sql
from newskb.store.views import views

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1/sql", tags=["sql"])

ROWS_AT_ONCE = 500
"""Rows sent in one piece of a streamed answer; fewer cost a call each, more delay the first byte."""

Format = Literal["json", "jsonl", "csv"]
FormatAsked = Annotated[Format, Query(description="Form of the answer.", examples=["csv"])]
Limit = Annotated[
    int | None, Query(ge=1, le=schemas.MOST, description="Rows, up to the server's limit.", examples=[100])
]
Timeout = Annotated[
    int | None, Query(ge=1, le=schemas.MOST, description="Milliseconds, up to the server's limit.", examples=[2000])
]
ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/csv": {}, "application/jsonl": {}},
        "description": "The rows. In CSV and JSON lines the header `X-Truncated` says whether there were more.",
    }
}


@router.get("", response_model=schemas.SqlAnswer, responses=ANSWER)
def query_by_address(
    request: Request,
    sql: Annotated[
        str,
        Query(
            min_length=1,
            max_length=100_000,
            description="One SELECT over the analysts' views.",
            examples=["SELECT type, count(*) FROM events GROUP BY 1"],
        ),
    ],
    format: FormatAsked = "json",
    limit: Limit = None,
    timeout_ms: Timeout = None,
) -> Response:
    """Run one SELECT over the analysts' views (`/v1/sql/schema` lists them); nothing can be changed."""
    reject_unknown(parameters(request), ("sql", "format", "limit", "timeout_ms"))
    return _run(request, schemas.SqlRequest(sql=sql, format=format, limit=limit, timeout_ms=timeout_ms))


@router.post("", response_model=schemas.SqlAnswer, responses=ANSWER)
def query_by_body(request: Request, body: schemas.SqlRequest) -> Response:
    """The same for queries that are too long for an address."""
    reject_unknown(parameters(request), ())
    return _run(request, body)


@router.get("/schema", response_model=schemas.SqlSchema)
def describe_views(request: Request) -> Response:
    """The views that a query may read, with what each column holds."""
    reject_unknown(parameters(request), ())
    return json_answer(
        {
            "views": [
                {
                    "name": view.name,
                    "comment": view.comment,
                    "columns": [{"name": name, "comment": comment} for name, comment in view.columns.items()],
                }
                for view in views()
            ]
        }
    )


def _run(request: Request, body: schemas.SqlRequest) -> Response:
    return answered(request, body.sql, form=body.format, limit=body.limit, timeout_ms=body.timeout_ms)


def answered(request: Request, sql: str, *, form: Format, limit: int | None, timeout_ms: int | None) -> Response:
    """The rows of a query in the form asked for, within the server's limits; counted, and logged when it is slow."""
    limits: SqlLimits = request.app.state.sql_limits
    metrics: Metrics = request.app.state.metrics
    try:
        result = run_sql(
            request.app.state.database_url,
            sql,
            timeout_s=min(limits.timeout_s, timeout_ms / 1000 if timeout_ms else limits.timeout_s),
            max_rows=min(limits.max_rows, limit or limits.max_rows),
        )
    except NewskbError as error:
        metrics.sql.labels(type(error).__name__.removesuffix("Error").lower()).inc()
        raise
    metrics.sql.labels("ok").inc()
    metrics.sql_seconds.observe(result.elapsed_s)
    if limits.slow_s is not None and result.elapsed_s >= limits.slow_s:
        log.warning("slow query", extra={"seconds": round(result.elapsed_s, 3), "sql": " ".join(sql.split())[:2_000]})
    if form == "json":
        return json_answer(
            {
                "columns": result.columns,
                "rows": result.rows,
                "row_count": len(result.rows),
                "truncated": result.truncated,
                "elapsed_ms": round(result.elapsed_s * 1000, 1),
            }
        )
    headers = {"X-Truncated": "true" if result.truncated else "false"}
    pages = (result.rows[start : start + ROWS_AT_ONCE] for start in range(0, len(result.rows), ROWS_AT_ONCE))
    if form == "csv":
        headers["Content-Disposition"] = 'attachment; filename="newskb.csv"'
        content = csv_pages(result.columns, pages)
    else:
        content = json_lines([dict(zip(result.columns, row, strict=True)) for row in page] for page in pages)
    return StreamingResponse(content, headers=headers, media_type=MEDIA_TYPES[form])
