"""Exports as jobs: ask for a file in a format of another program, see how far it is, and fetch it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import FileResponse

from newskb.api import schemas
from newskb.api.answers import json_answer, page_answer
from newskb.api.deps import no_parameters, parameters, reject_unknown, said_in
from newskb.exports.formats import FORMATS
from newskb.exports.question import Question
from newskb.jobs.exportqueue import ExportQueue, Job
from newskb.store import query

router = APIRouter(prefix="/v1/exports", tags=["exports"])

_AS_IT_IS = {"Content-Encoding": "identity"}
"""Nothing on the way packs the file: ranges of it and its checksum are those of its own bytes."""
ExportKey = Annotated[str, Path(description="Key of the export.", examples=["exp-9b7a9e2468ace05d1f0c"])]
Limit = Annotated[int, Query(ge=1, le=query.MAX_LIMIT, description="Rows on a page.", examples=[20])]


def _queue(request: Request) -> ExportQueue:
    found: ExportQueue = request.app.state.exports
    return found


@router.post("", status_code=202, response_model=schemas.Export)
def ask_for_export(request: Request, body: schemas.ExportRequest) -> Response:
    """Ask for a file. It is written in the background; `GET /v1/exports/{key}` tells how far it is and where it lies.

    `filters` are those of the lists, each with one value or a list of them. What waits or runs already is not written
    twice: the answer is then 200 with the same key.
    """
    no_parameters(request)
    job, is_new = _queue(request).add(Question.parse(body.format, what=body.what, params=said_in(body.filters)))
    headers = {"Location": f"/v1/exports/{job.key}"}
    return json_answer(_told(job), status=202 if is_new else 200, headers=headers)


@router.get("", response_model=schemas.Page[schemas.Export])
def list_exports(request: Request, limit: Limit = 20) -> Response:
    """The exports of the last days, the latest first."""
    reject_unknown(parameters(request), ("limit",))
    return page_answer(request, [_told(job) for job in _queue(request).jobs()[:limit]], None, None)


@router.get("/formats", response_model=schemas.ExportFormats)
def list_formats(request: Request) -> Response:
    """The formats, with what each holds, what it can be written of and which programs load it."""
    no_parameters(request)
    shown = [
        {
            "name": format.name,
            "holds": format.holds,
            "loads": format.loads,
            "what": list(format.subjects),
            "media_type": format.media_type,
        }
        for format in FORMATS.values()
    ]
    return json_answer({"formats": shown})


@router.get("/{key}", response_model=schemas.Export)
def get_export(request: Request, key: ExportKey) -> Response:
    """One export: whether it waits, runs, is done, failed or was interrupted; when it is done, where its file lies."""
    no_parameters(request)
    return json_answer(_told(_queue(request).get(key)))


@router.get("/{key}/file", include_in_schema=False)
def get_file(request: Request, key: ExportKey) -> Response:
    """The file of an export; ranges of it can be asked for."""
    no_parameters(request)
    queue = _queue(request)
    path = queue.file(key)
    media_type = FORMATS[queue.get(key).format].media_type
    return FileResponse(path, media_type=media_type, filename=path.name, headers=_AS_IT_IS)


@router.get("/{key}/manifest", include_in_schema=False)
def get_manifest(request: Request, key: ExportKey) -> Response:
    """The manifest of an export, a Frictionless data package."""
    no_parameters(request)
    return FileResponse(_queue(request).manifest(key), media_type="application/json")


def _told(job: Job) -> dict[str, Any]:
    address = f"/v1/exports/{job.key}"
    return {
        "key": job.key,
        "status": job.status,
        "detail": job.detail,
        "format": job.format,
        "what": job.what,
        "filters": job.filters,
        "queued_at": job.queued_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "written": job.written,
        "counts": job.counts,
        "name": job.file,
        "size": job.size,
        "hash": job.hash,
        "file": f"{address}/file" if job.file else None,
        "manifest": f"{address}/manifest" if job.file else None,
    }
