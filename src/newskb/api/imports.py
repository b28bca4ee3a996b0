"""Imports: upload files, see how far their import is, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from newskb.api import schemas
from newskb.api.access import require_scope
from newskb.api.answers import json_answer, page_answer
from newskb.api.deps import database, no_parameters, parameters, reject_unknown
from newskb.api.parameters import one_value
from newskb.api.receiving import FIELDS, Received, receive, said
from newskb.errors import InputError, NotFoundError
from newskb.ingest.readers import AUTO, FORMATS
from newskb.jobs.spool import Job, Spool
from newskb.jobs.uploads import Importer
from newskb.store import query
from newskb.store.imports import ImportStatus, known_imports, recent_imports, status_of

router = APIRouter(prefix="/v1/imports", tags=["imports"])

MAX_SOURCE_CHARS = 300
ImportKey = Annotated[str, Path(description="Key of the import.", examples=["imp-1b7a9e2468ace05d1f0c"])]
Limit = Annotated[int, Query(ge=1, le=query.MAX_LIMIT, description="Rows on a page.", examples=[20])]
Cursor = Annotated[
    str | None, Query(description="`next` of the page before.", examples=["WyJldmVudHMiLCItZGF0ZSIsIjIwMTkiXQ"])
]

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "One or more files in a form, with the fields `source` and `format` if wanted; or the bytes of "
        "one file as they are, with `filename` in the address.",
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "file": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        "source": {"type": "string"},
                        "format": {"type": "string", "enum": list(FORMATS)},
                    },
                    "required": ["file"],
                }
            },
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


uploads = APIRouter(prefix="/v1/imports", tags=["imports"], dependencies=[Depends(require_scope("import"))])
"""The route that needs another scope than those that only look."""


@uploads.post("", status_code=202, response_model=schemas.Import, openapi_extra=_BODY)
async def upload(
    request: Request,
    filename: Annotated[
        str, Query(description="Name of the file whose bytes are sent as they are.", examples=["dump.jsonl.gz"])
    ] = "upload",
    source: Annotated[
        str | None, Query(description="Outlet of the articles that name none.", examples=["Sample Courier"])
    ] = None,
    format: Annotated[
        str | None, Query(description="How the files are read; `auto` looks at the content.", examples=["auto"])
    ] = None,
) -> Response:
    """Upload files; their import waits for its turn and then runs in the background (`GET /v1/imports/{key}` tells).

    Nothing is imported twice: the same files may be sent again after any failure, and the import goes on where it
    stopped.
    """
    reject_unknown(parameters(request), ("filename", *FIELDS))
    spool: Spool = request.app.state.spool
    received = Received()
    try:
        await receive(request, spool, received, name=filename)
        given = {name: value for name, value in (("source", source), ("format", format)) if value is not None}
        options = said(received, given)
        job, is_new = await run_in_threadpool(
            spool.add, received.files, source=_source(options.get("source")), format=_format(options.get("format"))
        )
    finally:
        received.discard()
    importer: Importer = request.app.state.importer
    importer.wake()
    headers = {"Location": f"/v1/imports/{job.key}"}
    return json_answer(_told(job, None), status=202 if is_new else 200, headers=headers)


@router.get("", response_model=schemas.Page[schemas.Import])
def list_imports(request: Request, limit: Limit = 20, cursor: Cursor = None) -> Response:
    """Imports, the latest first: those that wait, then those that began."""
    reject_unknown(parameters(request), ("limit", "cursor"))
    jobs = {job.key: job for job in request.app.state.spool.jobs()}
    with database(request).read() as connection:
        begun = known_imports(connection, [*jobs, *([cursor] if cursor else [])])
        waiting = [job for job in jobs.values() if job.key not in begun]
        if cursor is not None and cursor not in begun:
            if cursor not in jobs:
                raise InputError("'cursor' is not one that this list gave; start again without it")
            waiting = waiting[[job.key for job in waiting].index(cursor) + 1 :]
        elif cursor is not None:
            waiting = []
        rows = [_told(job, None) for job in waiting]
        if len(rows) <= limit:
            before = cursor if cursor in begun else None
            found = recent_imports(connection, limit=limit + 1 - len(rows), before=before)
            rows += [_told(jobs.get(status.key), status) for status in found]
    following = rows[limit - 1]["key"] if len(rows) > limit else None
    return page_answer(request, rows[:limit], following, None)


@router.get("/{key}", response_model=schemas.Import)
def get_import(request: Request, key: ImportKey) -> Response:
    """One import: whether it waits, runs, is done, failed or was interrupted, how far it is, and what it found."""
    no_parameters(request)
    return json_answer(_one(request, key))


@router.get("/{key}/errors", response_model=schemas.Page[schemas.ImportIssue])
def list_errors(
    request: Request,
    key: ImportKey,
    reason: Annotated[str | None, Query(description="Only issues of this code.", examples=["bad-json"])] = None,
    limit: Limit = query.DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """What of an import was skipped, or kept with a warning: with file, position, reason and what to do."""
    given = parameters(request)
    reject_unknown(given, ("reason", "limit", "cursor"))
    one_value(given, "reason")
    _one(request, key)
    with database(request).read() as connection:
        page = query.list_issues(connection, import_key=key, reason=reason, limit=limit, cursor=cursor)
    return page_answer(request, page.rows, page.next, None)


def latest(request: Request, jobs: list[Job]) -> dict[str, Any] | None:
    """The import that began last."""
    with database(request).read() as connection:
        found = recent_imports(connection, limit=1)
    if not found:
        return None
    return _told(next((job for job in jobs if job.key == found[0].key), None), found[0])


def _one(request: Request, key: str) -> dict[str, Any]:
    """The import with this key. Raises ``NotFoundError``."""
    if not key.isprintable():
        raise NotFoundError(f"there is no import {key!r}")
    job = next((job for job in request.app.state.spool.jobs() if job.key == key), None)
    with database(request).read() as connection:
        try:
            return _told(job, status_of(connection, key))
        except NotFoundError:
            if job is None:
                raise
            return _told(job, None)


def _told(job: Job | None, status: ImportStatus | None) -> dict[str, Any]:
    """What the folder of uploads and the database know of an import."""
    options = status.options if status else {}
    issues = status.issues if status else {}
    detail = job.detail if job else None
    if job is None and status is not None and status.status == "running":
        detail = "begun by a command; if that was killed, it stays 'running', and the same command goes on"
    return {
        "key": job.key if job else status.key if status else None,
        "status": job.status if job else status.status if status else None,
        "detail": detail,
        "files": list(job.files) if job else _strings(options.get("paths")),
        "size": job.size if job else None,
        "source": job.source if job else options.get("source"),
        "format": job.format if job else options.get("format", AUTO),
        "queued_at": job.queued_at if job else None,
        "started_at": status.started_at if status else job.started_at if job else None,
        "finished_at": (status.finished_at if status else None) or (job.finished_at if job else None),
        "progress": asdict(job.progress) if job and job.progress else None,
        "articles": status.articles if status else 0,
        "files_read": status.files_done if status else 0,
        "skipped": issues.get("skipped", 0),
        "warnings": issues.get("warning", 0),
    }


def _strings(values: object) -> list[str]:
    return [str(value) for value in values] if isinstance(values, Iterable) and not isinstance(values, str) else []


def _source(value: str | None) -> str | None:
    if value is not None and (len(value) > MAX_SOURCE_CHARS or not value.isprintable()):
        raise InputError(f"'source' is the name of an outlet, of at most {MAX_SOURCE_CHARS} characters")
    return value


def _format(value: str | None) -> str:
    if value is not None and value not in FORMATS:
        raise InputError(f"'format' is one of {', '.join(FORMATS)}, not '{value}'")
    return value or AUTO
