"""The reconciliation service answers in the protocol's own shapes, and refuses what it does not understand."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema_rs import Draft7Validator

from newskb.api.app import create_app
from newskb.jobs.setup import prepare
from newskb.settings import Settings

# What version 0.2 of the protocol asks of each answer, in words of our own.
_ENTRY = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
}
_TYPED = {"type": "array", "items": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}}
_SERVICE = {
    "type": "object",
    "required": ["service_url", "service_path"],
    "properties": {"service_url": {"type": "string"}, "service_path": {"type": "string"}},
}
_TEMPLATE = {"type": "string", "pattern": r"\{\{id\}\}"}
MANIFEST = {
    "type": "object",
    "required": ["versions", "name", "identifierSpace", "schemaSpace"],
    "properties": {
        "versions": {"type": "array", "items": {"type": "string"}, "contains": {"const": "0.2"}},
        "name": {"type": "string"},
        "identifierSpace": {"type": "string"},
        "schemaSpace": {"type": "string"},
        "view": {"type": "object", "required": ["url"], "properties": {"url": _TEMPLATE}},
        "defaultTypes": {"type": "array", "uniqueItems": True, "items": _ENTRY},
        "preview": {
            "type": "object",
            "required": ["url", "width", "height"],
            "properties": {"url": _TEMPLATE, "width": {"type": "integer"}, "height": {"type": "integer"}},
        },
        "suggest": {"type": "object", "properties": dict.fromkeys(("entity", "property", "type"), _SERVICE)},
        "extend": {
            "type": "object",
            "properties": {"propose_properties": _SERVICE, "property_settings": {"type": "array"}},
        },
    },
}
RESULTS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["result"],
        "properties": {
            "result": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["id", "name", "score"],
                    "properties": {
                        "id": {"type": "string"},
                        "name": {"type": "string"},
                        "description": {"type": "string"},
                        "score": {"type": "number"},
                        "match": {"type": "boolean"},
                        "type": _TYPED,
                        "features": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "properties": {"id": {"type": "string"}, "value": {"type": ["number", "boolean"]}},
                            },
                        },
                    },
                },
            }
        },
    },
}
SUGGESTIONS = {
    "type": "object",
    "required": ["result"],
    "properties": {"result": {"type": "array", "items": _ENTRY}},
}
EXTENDED = {
    "type": "object",
    "required": ["meta", "rows"],
    "properties": {
        "meta": {"type": "array", "items": _ENTRY},
        "rows": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {"str": {"type": "string"}},
                        "additionalProperties": False,
                    },
                },
            },
        },
    },
}


@pytest.fixture(scope="module")
def service(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service over the shipped authority."""
    path: Path = tmp_path_factory.mktemp("reconcile") / "kb.db"
    shutil.copy(database_url.removeprefix("sqlite:///"), path)
    settings = Settings(database_url=f"sqlite:///{path}")
    prepare(settings).dispose()
    app = create_app(settings)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client
    app.state.database.dispose()


def checked(answer: Any, schema: dict[str, Any]) -> Any:
    assert answer.status_code == 200, answer.text
    Draft7Validator(schema).validate(answer.json())
    return answer.json()


def results(client: TestClient, **queries: Any) -> Any:
    return checked(client.post("/v1/reconcile", data={"queries": json.dumps(queries)}), RESULTS)


def test_the_manifest_says_what_there_is(service: TestClient) -> None:
    found = checked(service.get("/v1/reconcile"), MANIFEST)
    for part in found["suggest"].values():
        path = f"{part['service_url']}{part['service_path']}".removeprefix(str(service.base_url))
        checked(service.get(path, params={"prefix": "per"}), SUGGESTIONS)


def test_a_batch_of_queries_gets_candidates_with_their_features(service: TestClient) -> None:
    queries = {
        "q0": {"query": "Sergei Lavrov", "type": "person", "properties": [{"pid": "country", "v": "Russia"}]},
        "q1": {"query": "Nobody Whatsoever At All", "limit": 2},
        "q2": {"query": "Sergey Lavrov", "type": ["spaceship"]},
    }
    found = results(service, **queries)
    assert set(found) == set(queries)
    best = found["q0"]["result"][0]
    assert (best["id"], best["match"], best["type"]) == ("Q58217", True, [{"id": "person", "name": "Person"}])
    assert best["score"] == pytest.approx(100 * sum(one["value"] for one in best["features"]), abs=0.01)
    assert (found["q1"]["result"], found["q2"]["result"]) == ([], [])
    again = service.get("/v1/reconcile", params={"queries": json.dumps(queries)})
    assert checked(again, RESULTS) == found


def test_columns_are_added_for_reconciled_actors(service: TestClient) -> None:
    asked = {"ids": ["Q58217", "Q0"], "properties": [{"id": "country"}, {"id": "kind"}]}
    found = checked(service.post("/v1/reconcile", data={"extend": json.dumps(asked)}), EXTENDED)
    assert found["rows"]["Q58217"] == {"country": [{"str": "RUS"}], "kind": [{"str": "person"}]}
    assert found["rows"]["Q0"] == {"country": [], "kind": []}
    offered = service.get("/v1/reconcile/properties", params={"type": "person"}).json()
    assert {"country", "kind"} <= {one["id"] for one in offered["properties"]}


def test_a_preview_is_a_page_that_cannot_break_out(service: TestClient) -> None:
    page = service.get("/v1/reconcile/preview", params={"id": "Q58217"})
    assert page.headers["content-type"].startswith("text/html")
    assert "Sergey Lavrov" in page.text
    assert service.get("/v1/reconcile/preview?id=Q0").status_code == 404


BAD = (
    "nonsense", "[]", '{"q": 1}', '{"q": {"query": 1}}', '{"q": {"query": "a", "limit": "b"}}',
    '{"q": {"query": "a", "properties": {}}}', '{"q": {"query": "a", "properties": [1]}}', '{"q": {"quary": "a"}}',
    '{"q": {"query": "a\\u0000"}}', '{"q": {"query": "a", "properties": [{"pid": "sector", "v": "XX"}]}}',
    '{"q": {"query": "a", "limit": 0}}', '{"q": {"query": "a", "properties": [{"pid": "day", "v": "soon"}]}}', "",
)  # fmt: skip


@pytest.mark.parametrize("queries", BAD)
def test_what_is_no_batch_of_queries_is_a_problem(service: TestClient, queries: str) -> None:
    answer = service.post("/v1/reconcile", data={"queries": queries})
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "extend", ["1", "{}", '{"ids": 1, "properties": []}', '{"ids": [], "properties": [{"id": "x"}]}']
)
def test_what_is_no_extension_is_a_problem(service: TestClient, extend: str) -> None:
    assert service.post("/v1/reconcile", data={"extend": extend}).status_code == 400
