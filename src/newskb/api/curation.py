"""Merging, splitting and taking back over REST: an analyst's decisions and their log."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response

from newskb.api import schemas
from newskb.api.access import require_scope
from newskb.api.answers import json_answer
from newskb.api.deps import ActorKey, DecisionKey, database, no_parameters, parameters, reject_unknown
from newskb.api.matching import is_storable
from newskb.errors import InputError
from newskb.jobs.curation import merge_in, split_in, undo_in
from newskb.store import curation, query
from newskb.store.curation import Decision
from newskb.store.redirects import standing_key

router = APIRouter(prefix="/v1/decisions", tags=["curation"])
deciding = APIRouter(prefix="/v1", tags=["curation"], dependencies=[Depends(require_scope("curate"))])
"""The routes that change something."""
DEFAULT_LIMIT = 50
_KEY = re.compile(r"(?:jud|cor)-[0-9a-f]{20}", re.ASCII)
MERGED = 301
"""Status of the answer for an actor that was merged: its address has moved."""


def follow_merged(request: Request) -> None:
    """Send who asks for an actor that was merged to the one that stands for it, at the same address otherwise."""
    key = request.path_params.get("key")
    if key is None or not is_storable(key):
        return
    with database(request).read() as connection:
        into = standing_key(connection, key)
    if into != key:
        path = request.scope["path"].replace(f"/actors/{key}", f"/actors/{into}", 1)
        asked = f"?{request.url.query}" if request.url.query else ""
        # An analyst may undo the merge: whoever keeps the answer has to ask again.
        headers = {"Location": f"{quote(path)}{asked}", "Cache-Control": "no-cache"}
        raise HTTPException(MERGED, f"{key} was merged into {into}, which stands for it", headers=headers)


@router.get("", response_model=schemas.Page[schemas.Decision])
def list_decisions(
    request: Request,
    about: Annotated[str, Query(description="Key of an actor, fact or article.", examples=["Q58217"])] = "",
    limit: Annotated[
        int, Query(ge=1, le=curation.MAX_DECISIONS, description="Decisions in one answer.", examples=[50])
    ] = DEFAULT_LIMIT,
    cursor: Annotated[str, Query(description="`next` of the page before.", examples=["WyIyMDI2IiwiamVkLSJd"])] = "",
) -> Response:
    """What analysts decided, the latest first, also what was taken back."""
    reject_unknown(parameters(request), ("about", "limit", "cursor"))
    before = _before(cursor) if cursor else None
    with database(request).read() as connection:
        found = curation.decisions(connection, about=about or None, limit=limit + 1, before=before)
    last = found[limit - 1] if len(found) > limit else None
    return json_answer({"data": [_row(item) for item in found[:limit]], "next": _cursor(last) if last else None})


@router.get("/{key}", response_model=schemas.Decision)
def get_decision(request: Request, key: DecisionKey) -> Response:
    """One decision."""
    no_parameters(request)
    with database(request).read() as connection:
        return json_answer(_row(curation.decision(connection, _storable(key))))


@deciding.post("/decisions/{key}/undo", response_model=schemas.Decision)
def undo_decision(request: Request, key: DecisionKey, body: schemas.Undo) -> Response:
    """Take a decision back: what it changed is again as without it. What rests on it has to be undone first."""
    no_parameters(request)
    return json_answer(_row(undo_in(database(request), _storable(key), author=_storable(body.author))))


@deciding.post("/actors/{key}/merge", response_model=schemas.Merged)
def merge_actors(request: Request, key: ActorKey, body: schemas.Merge) -> Response:
    """Say that other actors are this one: their facts, names and old keys lead here.

    The key may be a Wikidata id that is not known yet: it is what the others are known by from then on.
    """
    no_parameters(request)
    others = list(dict.fromkeys(map(_storable, body.others)))
    made = merge_in(
        database(request), _storable(key), others, author=_storable(body.author), reason=_storable(body.reason)
    )
    with database(request).read() as connection:
        actor = query.get(connection, "actors", key)
        log = [_row(curation.decision(connection, decision)) for decision in made.values()]
    return json_answer({"actor": actor, "decisions": log})


@deciding.post("/actors/{key}/split", response_model=schemas.Merged)
def split_actor(request: Request, key: ActorKey, body: schemas.Split) -> Response:
    """Say that what some articles, or the chains of some mentions, say of this actor means another one.

    That is `into`, or an actor of its own. The answer is the other one.
    """
    no_parameters(request)
    made = split_in(
        database(request),
        _storable(key),
        articles=[_storable(value) for value in body.articles],
        mentions=[_storable(value) for value in body.mentions],
        into=None if body.into is None else _storable(body.into),
        author=_storable(body.author),
        reason=_storable(body.reason),
    )
    with database(request).read() as connection:
        actor = query.get(connection, "actors", made.actor)
        log = [_row(curation.decision(connection, made.judgement))]
    return json_answer({"actor": actor, "decisions": log})


def _row(decision: Decision) -> dict[str, Any]:
    return asdict(decision)


def _cursor(decision: Decision) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([decision.created_at, decision.key])).decode().rstrip("=")


def _before(cursor: str) -> tuple[str, str]:
    try:
        found = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        moment, key = map(str, found)
        if not _KEY.fullmatch(key):
            raise ValueError(key)
        return _storable(moment), key
    except (binascii.Error, ValueError, TypeError) as error:
        raise InputError("'cursor' is not one that this list gave; start again without it") from error


def _storable(value: str) -> str:
    """What a database can hold. Raises ``InputError`` for NUL and half characters."""
    if not is_storable(value):
        raise InputError("there is a NUL character or half a character in what was sent; take it out")
    return value
