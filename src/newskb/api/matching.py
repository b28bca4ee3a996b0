"""Names in a request become graded actors, with what speaks for each."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from fastapi import APIRouter, Request, Response

from newskb.api import schemas
from newskb.api.answers import json_answer
from newskb.api.deps import database, no_parameters
from newskb.errors import InputError
from newskb.jobs.matching import Asking, Matcher
from newskb.plover import SECTORS
from newskb.text import fold

router = APIRouter(prefix="/v1/actors", tags=["actors"])


@router.post("/match", response_model=schemas.Matches)
def match_actors(request: Request, body: schemas.Questions) -> Response:
    """The actors that names may mean, graded as the linker grades them, with the reasons.

    The first call loads the authority file, which takes about a second.
    """
    no_parameters(request)
    matcher: Matcher = request.app.state.matcher
    questions = [question(f"query '{name}'", matcher, wanted) for name, wanted in body.queries.items()]
    found = matcher(database(request), questions, limit=body.limit)
    answers = [[asdict(one) for one in matched] for matched in found]
    return json_answer({"responses": dict(zip(body.queries, answers, strict=True))})


def question(where: str, matcher: Matcher, wanted: schemas.Wanted) -> Asking:
    """What is asked, checked. Raises ``InputError``, whose message begins with ``where``."""
    for value in (wanted.name, wanted.office or ""):
        if not is_storable(value):
            raise InputError(f"{where}: there is a NUL character or half a character in it; take it out")
    country = matcher.countries.get(fold(wanted.country)) if wanted.country is not None else None
    if wanted.country is not None and country is None:
        raise InputError(f"{where}: '{wanted.country}' is no country; write its name or its ISO 3166 code")
    sector = wanted.sector.upper() if wanted.sector is not None else None
    if sector is not None and sector not in SECTORS:
        raise InputError(f"{where}: '{wanted.sector}' is no PLOVER sector; one of {', '.join(SECTORS)} is")
    if wanted.day is not None and not _is_day(wanted.day):
        raise InputError(f"{where}: '{wanted.day}' is no day of the calendar; write it as 2019-05-05")
    return Asking(
        name=wanted.name, kind=wanted.kind, country=country, sector=sector, office=wanted.office, day=wanted.day
    )


def is_storable(value: str) -> bool:
    """Whether a database can hold, and so compare, these characters: no NUL, no half of a surrogate pair."""
    return "\x00" not in value and not any("\ud800" <= char <= "\udfff" for char in value)


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
