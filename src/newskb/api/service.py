"""What the server can tell about itself: counts, codes, whether it lives and is ready."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from newskb import __version__, model, plover
from newskb.api.answers import json_answer
from newskb.api.deps import database, no_parameters, parameters, reject_unknown
from newskb.api.imports import latest
from newskb.api.parameters import whole_number
from newskb.api.schemas import Coverage, Health, Ontology, Quality, Stats, Status
from newskb.ingest.reasons import explain
from newskb.jobs.spool import QUEUED, RUNNING
from newskb.store import coverage as gaps
from newskb.store import meta, query
from newskb.store.access import SCOPES
from newskb.store.actors import AUTHORITY_VERSION

router = APIRouter(tags=["service"])
health = APIRouter(tags=["service"])
"""What a watchdog asks, which has no key."""

_LIMITS = (
    "max_requests",
    "max_requests_per_client",
    "max_page_rows",
    "read_timeout_s",
    "max_body_bytes",
    "max_upload_bytes",
    "max_waiting_imports",
    "annotate_max_chars",
    "annotate_timeout_s",
    "annotate_at_once",
    "sql_timeout_s",
    "sql_max_rows",
)
"""Settings that a caller may want to know."""


@router.get("/v1/stats", response_model=Stats)
def stats(request: Request) -> Response:
    """How much there is of everything."""
    no_parameters(request)
    with database(request).read() as connection:
        return json_answer(query.stats(connection))


@router.get("/v1/ontology", response_model=Ontology)
def ontology(request: Request) -> Response:
    """The codes that filters and answers use: PLOVER's types, modes, contexts and sectors, and our own lists."""
    no_parameters(request)
    return json_answer(
        {
            "quads": [
                {"code": code, "name": name, "types": [kind for kind in plover.TYPES if plover.quad(kind) == code]}
                for code, name in plover.QUADS.items()
            ],
            "types": [
                {
                    "code": item.code,
                    "quad_code": item.quad,
                    "intensity": item.intensity,
                    "cameo": item.cameo,
                    "modes": [
                        {"code": mode, "intensity": score, "cameo": item.cameo_modes.get(mode)}
                        for mode, score in item.modes.items()
                    ],
                }
                for item in plover.TYPES.values()
            ],
            "extensions": [{"code": code, "meaning": meaning} for code, meaning in plover.EXTENSIONS.items()],
            "contexts": list(plover.CONTEXTS),
            "sectors": list(plover.SECTORS),
            "realis": [value.value for value in model.Realis],
            "quote_types": [value.value for value in model.QuoteType],
            "stances": [value.value for value in model.Stance],
            "certainties": [value.value for value in model.Certainty],
        }
    )


@router.get("/v1/quality", response_model=Quality)
def quality(request: Request) -> Response:
    """How good each kind of fact is, as measured on articles that people annotated: precision, recall, set and day."""
    no_parameters(request)
    return json_answer(_measured())


@cache
def _measured() -> Any:
    return orjson.loads(files("newskb").joinpath("quality.json").read_bytes())


@router.get(
    "/v1/coverage",
    response_model=Coverage,
    openapi_extra={
        "parameters": [
            {
                "name": "limit",
                "in": "query",
                "required": False,
                "description": "Outlets in `by_source`.",
                "schema": {"type": "integer", "minimum": 1, "maximum": query.MAX_LIMIT},
                "example": 50,
            }
        ]
    },
)
def coverage(request: Request) -> Response:
    """What is missing and why: articles without date, known actor or any fact, not English, not read; skipped input."""
    given = parameters(request)
    reject_unknown(given, ("limit",))
    limit = whole_number(given, "limit", least=1, most=query.MAX_LIMIT) or query.DEFAULT_LIMIT
    with database(request).read() as connection:
        found = gaps.coverage(connection, sources=limit)
    issues = [{**issue, "meaning": explain(issue["reason"])} for issue in found["issues"]]
    return json_answer({**found, "issues": issues})


@router.get("/v1/status", response_model=Status)
def status(request: Request) -> Response:
    """How the server is set up, what it is doing, and what this caller may do without a key."""
    no_parameters(request)
    state = request.app.state
    settings, access, jobs = state.settings, state.access, state.spool.jobs()
    problems = state.database.check()
    authority = newest = None
    if not problems:
        with database(request).read() as connection:
            authority = meta.get(connection, AUTHORITY_VERSION)
        newest = latest(request, jobs)
    return json_answer(
        {
            "version": __version__,
            "started_at": state.started_at,
            "database": {
                "kind": state.database.dialect,
                "ready": not problems,
                "problems": problems,
                "authority": authority,
            },
            "imports": {
                "queued": sum(1 for job in jobs if job.status == QUEUED),
                "running": sum(1 for job in jobs if job.status == RUNNING),
                "latest": newest,
            },
            "open": [scope for scope in SCOPES if access.is_open(request, scope)],
            "limits": {name: getattr(settings, name) for name in _LIMITS},
        }
    )


@health.get("/healthz", response_model=Health)
def healthz() -> Response:
    """Whether the server answers at all."""
    return json_answer({"status": "ok", "problems": []})


@health.get("/readyz", response_model=Health, responses={503: {"model": Health}})
def readyz(request: Request) -> Response:
    """Whether the database is there and has the tables that this version needs; 503 when not."""
    problems = database(request).check()
    return json_answer(
        {"status": "not ready" if problems else "ok", "problems": problems}, status=503 if problems else 200
    )
