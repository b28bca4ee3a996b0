"""The reconciliation protocol (version 0.2) that OpenRefine and others speak: cells of a table become actors.

Not in the OpenAPI document: the protocol has a form of its own, and its manifest says what there is.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from newskb import __version__
from newskb.api import schemas
from newskb.api.answers import json_answer
from newskb.api.deps import database, parameters, reject_unknown
from newskb.api.matching import is_storable, question
from newskb.api.parameters import one_value
from newskb.errors import InputError
from newskb.jobs.matching import Asking, Matched, Matcher
from newskb.store import naming, query
from newskb.store.rows import ActorRow
from newskb.text import fold

router = APIRouter(prefix="/v1/reconcile", include_in_schema=False)

MAX_QUERIES = 100
"""Queries in one batch; OpenRefine sends ten."""
MAX_CANDIDATES = 50
DEFAULT_CANDIDATES = 5
MAX_SUGGESTIONS = 20
MAX_EXTENDED = 500
"""Entities of which properties are asked at once."""
KINDS = {
    "person": "Person",
    "organisation": "Organisation",
    "government": "Government",
    "country": "Country",
    "group": "Group",
}
"""Types of entities, with the names that people read."""
PROPERTIES: Mapping[str, str] = {
    "country": "Country (ISO 3166-1 alpha-3)",
    "kind": "Kind",
    "sector": "PLOVER sector",
    "wikidata": "Wikidata id",
    "wikipedia": "English Wikipedia page",
    "description": "Description",
}
"""What can be added to a table of reconciled actors."""
MATCHED: Mapping[str, str] = {
    "country": "Country",
    "sector": "PLOVER sector",
    "office": "Office",
    "day": "Day on which the office is held",
}
"""Columns that a query may use to tell namesakes apart."""
FULL_SCORE = 100
"""The protocol's clients show scores of 0 to 100: the linker's times this."""


@router.get("")
def get_reconcile(request: Request) -> Response:
    """The manifest; with ``queries`` or ``extend`` the answer to them."""
    given = parameters(request)
    reject_unknown(given, ("queries", "extend"))
    return _answer(request, {name: one_value(given, name) for name in given})


@router.post("")
async def post_reconcile(request: Request) -> Response:
    """The same for a form in the body."""
    try:
        form = parse_qs((await request.body()).decode(), keep_blank_values=True, max_num_fields=10)
    except (UnicodeDecodeError, ValueError) as error:
        raise InputError(f"the body is no form: {error}") from error
    reject_unknown(form, ("queries", "extend"))
    given = {name: one_value(form, name) for name in form}
    return await run_in_threadpool(_answer, request, given)


def _answer(request: Request, given: Mapping[str, str | None]) -> Response:
    if queries := given.get("queries"):
        return json_answer(_results(request, _object(queries, "queries")))
    if extend := given.get("extend"):
        return json_answer(_extended(request, _object(extend, "extend")))
    if given:
        raise InputError("'queries' or 'extend' is empty; send a JSON object")
    return json_answer(manifest(str(request.base_url).rstrip("/")))


def manifest(root: str) -> dict[str, Any]:
    """What the service can do; ``root`` is its address as the client knows it."""
    own = f"{root}/v1/reconcile"
    return {
        "versions": ["0.1", "0.2"],
        "name": "newskb actors",
        "identifierSpace": f"{root}/v1/actors/",
        "schemaSpace": f"{root}/v1/ontology",
        "documentation": f"{root}/docs",
        "serviceVersion": __version__,
        "defaultTypes": [{"id": key, "name": name} for key, name in KINDS.items()],
        "view": {"url": f"{root}/actors/{{{{id}}}}"},
        "preview": {"url": f"{own}/preview?id={{{{id}}}}", "width": 400, "height": 160},
        "suggest": {
            "entity": {"service_url": own, "service_path": "/suggest/entity"},
            "property": {"service_url": own, "service_path": "/suggest/property"},
            "type": {"service_url": own, "service_path": "/suggest/type"},
        },
        "extend": {
            "propose_properties": {"service_url": own, "service_path": "/properties"},
            "property_settings": [],
        },
    }


# --- queries ---------------------------------------------------------------------------------------------------------


def _results(request: Request, batch: dict[str, Any]) -> dict[str, Any]:
    if len(batch) > MAX_QUERIES:
        raise InputError(f"{len(batch)} queries are too many; send at most {MAX_QUERIES} at once")
    matcher: Matcher = request.app.state.matcher
    asked: list[tuple[str, int, Asking | None]] = []
    for name, wanted in batch.items():
        asked.append((name, _limit(wanted, f"query '{name}'"), _question(name, wanted, matcher)))
    questions = [one for _name, _limit, one in asked if one is not None]
    found = iter(matcher(database(request), questions, limit=MAX_CANDIDATES))
    return {
        name: {"result": [] if one is None else [_candidate(matched) for matched in next(found)[:limit]]}
        for name, limit, one in asked
    }


def _limit(wanted: Any, where: str) -> int:
    if not isinstance(wanted, dict):
        raise InputError(f'{where} is no object; it looks like {{"query": "Sergey Lavrov"}}')
    limit = wanted.get("limit", DEFAULT_CANDIDATES)
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not limit >= 1:
        raise InputError(f"{where}: 'limit' is a number from 1 on, not '{limit}'")
    return int(min(limit, MAX_CANDIDATES))


def _question(name: str, wanted: dict[str, Any], matcher: Matcher) -> Asking | None:
    """The question of a query; None when nobody can be meant: no name, or a type that actors do not have."""
    where = f"query '{name}'"
    reject_unknown(wanted, ("query", "type", "limit", "properties", "type_strict"))
    words = wanted.get("query", "")
    types = wanted.get("type", [])
    types = [types] if isinstance(types, str) else types
    if not isinstance(words, str) or not isinstance(types, list):
        raise InputError(f"{where}: 'query' is a text and 'type' one or a list of {', '.join(KINDS)}")
    kinds = [_type_id(one) for one in types]
    if not words.strip() or (kinds and not set(kinds) & KINDS.keys()):
        return None
    given: dict[str, Any] = {"name": words.strip()[:300], "kind": kinds[0] if len(kinds) == 1 else None}
    properties = wanted.get("properties", [])
    if not isinstance(properties, list):
        raise InputError(f"{where}: 'properties' is a list")
    for one in properties:
        if not isinstance(one, dict) or not isinstance(one.get("pid"), str) or "v" not in one:
            raise InputError(f"{where}: a property is an object with 'pid' and 'v'")
        value = _first(one["v"])
        if one["pid"] in MATCHED and value:
            given[one["pid"]] = value
    if "country" in given and _unknown_country(given["country"], matcher):
        del given["country"]  # a cell that holds something else says nothing about the country
    try:
        return question(where, matcher, schemas.Wanted.model_validate(given))
    except ValidationError as error:
        raise InputError(f"{where}: {error.errors()[0]['loc'][0]}: {error.errors()[0]['msg']}") from error


def _unknown_country(value: str, matcher: Matcher) -> bool:
    return fold(value) not in matcher.countries


def _type_id(value: Any) -> Any:
    return value.get("id") if isinstance(value, dict) else value


def _first(value: Any) -> str:
    """The first of a cell's values as text; of an entity its id."""
    value = value[0] if isinstance(value, list) and value else value
    value = value.get("id", "") if isinstance(value, dict) else value
    return str(value)[:300] if isinstance(value, str | int | float) else ""


def _candidate(matched: Matched) -> dict[str, Any]:
    actor = matched.actor
    found = {
        "id": actor["key"],
        "name": actor["name"],
        "type": _types(actor),
        "score": round(FULL_SCORE * matched.score, 2),
        "match": matched.is_match,
        "features": [{"id": name.replace(" ", "_"), "value": value} for name, value in matched.features.items()],
    }
    return found | ({"description": actor["description"]} if actor["description"] else {})


def _types(actor: ActorRow) -> list[dict[str, str]]:
    kind = actor["kind"]
    return [{"id": kind, "name": KINDS[kind]}] if kind else []


def _object(text: str, name: str) -> dict[str, Any]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InputError(f"'{name}' is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise InputError(f"'{name}' is a JSON object")
    return found


# --- suggestions, previews, properties -------------------------------------------------------------------------------


@router.get("/suggest/entity")
def suggest_entity(request: Request) -> Response:
    """Actors whose name begins so."""
    prefix, start = _prefix(request)
    with database(request).read() as connection:
        found = query.suggest_actors(connection, prefix, limit=start + MAX_SUGGESTIONS)[start:] if prefix else []
    rows = [{"id": row["key"], "name": row["name"], "notable": _types(row)} | _described(row) for row in found]
    return json_answer({"result": rows})


@router.get("/suggest/type")
def suggest_type(request: Request) -> Response:
    """Kinds of actors."""
    return json_answer({"result": _named(request, KINDS)})


@router.get("/suggest/property")
def suggest_property(request: Request) -> Response:
    """What a query may use to tell namesakes apart, and what can be added to a table."""
    return json_answer({"result": _named(request, {**PROPERTIES, **MATCHED})})


def _named(request: Request, known: Mapping[str, str]) -> list[dict[str, str]]:
    prefix, start = _prefix(request)
    wanted = prefix.casefold()
    found = [(key, name) for key, name in known.items() if wanted in key.casefold() or wanted in name.casefold()]
    return [{"id": key, "name": name} for key, name in found[start:]]


def _prefix(request: Request) -> tuple[str, int]:
    given = parameters(request)
    reject_unknown(given, ("prefix", "cursor"))
    cursor = one_value(given, "cursor") or "0"
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 6):
        raise InputError(f"'cursor' is the number of suggestions to leave out, not '{cursor}'")
    return (one_value(given, "prefix") or "").strip()[:200], int(cursor)


def _described(row: ActorRow) -> dict[str, str]:
    return {"description": row["description"]} if row["description"] else {}


@router.get("/preview")
def preview(request: Request) -> Response:
    """A few lines about an actor, as a page to show inside another."""
    given = parameters(request)
    reject_unknown(given, ("id",))
    with database(request).read() as connection:
        row = query.get(connection, "actors", one_value(given, "id") or "")
    facts = [row[name] for name in ("description", "kind", "country", "sector") if row[name]]
    counts = f"{row['event_count']:,} events, {row['quote_count']:,} quotes in {row['article_count']:,} articles"
    lines = (f"<strong>{html.escape(row['name'])}</strong>", html.escape(", ".join(facts)), counts)
    body = "<br>".join(lines)
    return Response(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>newskb</title><body>{body}</body></html>',
        media_type="text/html",
    )


@router.get("/properties")
def propose_properties(request: Request) -> Response:
    """What can be added to a table of actors of a type."""
    given = parameters(request)
    reject_unknown(given, ("type", "limit"))
    wanted = one_value(given, "type")
    found = [{"id": key, "name": name} for key, name in PROPERTIES.items()]
    return json_answer({"properties": found} | ({"type": wanted} if wanted else {}))


def _extended(request: Request, asked: dict[str, Any]) -> dict[str, Any]:
    reject_unknown(asked, ("ids", "properties"))
    ids, properties = asked.get("ids"), asked.get("properties")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids) or not isinstance(properties, list):
        raise InputError("'extend' has 'ids', a list of keys, and 'properties', a list of objects with an 'id'")
    if len(ids) > MAX_EXTENDED:
        raise InputError(f"{len(ids)} ids are too many; send at most {MAX_EXTENDED} at once")
    names = [_type_id(one) for one in properties]
    for name in names:
        if name not in PROPERTIES:
            raise InputError(f"there is no property '{name}'; there are {', '.join(PROPERTIES)}")
    with database(request).read() as connection:
        found = naming.standing(connection, [key for key in ids if is_storable(key)])
    values: dict[str, Callable[[ActorRow], Any]] = {name: _reader(name) for name in names}
    return {
        "meta": [{"id": name, "name": PROPERTIES[name]} for name in names],
        "rows": {key: {name: _cell(found.get(key), read) for name, read in values.items()} for key in ids},
    }


def _reader(name: str) -> Callable[[ActorRow], Any]:
    return lambda row: dict(row)[name]


def _cell(row: ActorRow | None, read: Callable[[ActorRow], Any]) -> list[dict[str, Any]]:
    value = None if row is None else read(row)
    return [] if value is None else [{"str": value}]
