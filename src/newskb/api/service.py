"""What the server can tell about itself: counts, codes, whether it lives and is ready."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from newskb import model, plover
from newskb.api.answers import json_answer
from newskb.api.deps import database, no_parameters
from newskb.api.schemas import Health, Ontology, Stats
from newskb.store import query

router = APIRouter(tags=["service"])
health = APIRouter(tags=["service"])
"""What a watchdog asks, which has no key."""


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
            "types": [
                {
                    "code": item.code,
                    "quad_code": item.quad,
                    "intensity": item.intensity,
                    "cameo": item.cameo,
                    "modes": [{"code": mode, "intensity": score} for mode, score in item.modes.items()],
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
