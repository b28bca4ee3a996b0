"""The routes become the OpenAPI document, with an example of every answer."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from newskb.api import problems, tables
from newskb.api.collection import SEARCH
from newskb.api.explorer.reference import EXCLUDED, example
from newskb.api.schemas import Problem

PROBLEM: dict[int | str, dict[str, Any]] = {
    "default": {"model": Problem, "description": "A problem document (RFC 9457) that says what to change."}
}
"""What every route answers when it cannot answer."""


KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key (`newskb keys create`). Without one, a server that is bound to this machine alone "
    "answers its own programs and browser.",
}


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of ``app``, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _made(app)
    return app.openapi_schema


def _made(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    schemas = found["components"]["schemas"]
    common: dict[str, Any] = found["components"].setdefault("parameters", {})
    found["components"]["securitySchemes"] = {"key": KEY}
    found["security"] = [{}, {"key": []}]  # which of the two is for the server's settings to say
    for path, methods in found["paths"].items():
        for operation in methods.values():
            failed = operation["responses"]["default"]
            failed["content"] = {problems.MEDIA_TYPE: failed["content"]["application/json"]}
            for parameter in operation.get("parameters", ()):
                _lift_example(parameter)
            if "parameters" in operation:
                operation["parameters"] = [_shared(parameter, common) for parameter in operation["parameters"]]
            _name_forms(path, operation, common)
            for response in operation["responses"].values():
                for content in response["content"].values():
                    if "schema" in content:
                        content["example"] = example(content["schema"], schemas)
    for path, methods in found["paths"].items():
        if path.endswith(SEARCH):
            _name_searched(methods["post"], found["paths"][path.removesuffix(SEARCH)]["get"], common)
    return found


def _name_searched(search: dict[str, Any], listed: dict[str, Any], common: dict[str, dict[str, Any]]) -> None:
    """Name the parameters of a list as the members of the body that may ask for it instead."""
    members: dict[str, Any] = {}
    for parameter in listed["parameters"]:
        name = parameter["$ref"].rpartition("/")[2]
        if not name.startswith(EXCLUDED):
            members[common[name]["name"]] = {"$ref": f"{parameter['$ref']}/schema"}
    search["requestBody"]["content"]["application/json"]["schema"] = {
        "type": "object",
        "description": "The parameters of the list by name. What repeats is a list here; one value may stand alone.",
        "properties": members,
        "patternProperties": {f"^{EXCLUDED}": {"type": "array", "items": {"type": ["string", "number"]}}},
        "additionalProperties": False,
        "example": {"limit": 50},
    }


def _name_forms(path: str, operation: dict[str, Any], common: dict[str, Any]) -> None:
    """Name the other media types of answers that come in more than one form."""
    names = {common[parameter["$ref"].rpartition("/")[2]]["name"] for parameter in operation.get("parameters", ())}
    if "format" not in names or "200" not in operation["responses"]:
        return
    content = operation["responses"]["200"]["content"]
    if path.endswith("/map"):
        content["application/geo+json"] = dict(content["application/json"])
    for media_type in tables.MEDIA_TYPES.values():
        content[media_type.partition(";")[0]] = {"schema": {"type": "string"}}


def _shared(parameter: dict[str, Any], common: dict[str, Any]) -> dict[str, Any]:
    """A reference to the parameter, which ``common`` then holds: lists share filters, and repeating them quintuples
    the document.
    """
    name, number = parameter["name"], 1
    while common.setdefault(name, parameter) != parameter:
        number += 1
        name = f"{parameter['name']}-{number}"
    return {"$ref": f"#/components/parameters/{name}"}


def _lift_example(parameter: dict[str, Any]) -> None:
    """FastAPI leaves the example of a parameter inside its schema, where readers of the document do not look."""
    given = parameter["schema"].get("examples")
    if "example" not in parameter and given:
        parameter["example"] = given[0]
