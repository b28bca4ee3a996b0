"""The OpenAPI document becomes the groups of operations on the page at ``/docs``, without any outside script."""

from __future__ import annotations

from typing import Any

import orjson

from newskb.store.filters import RESOURCES, opposite

EXCLUDED = opposite("")


def groups(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The operations by tag, in the order of the document, and the filters that those of a resource share."""
    components = document["components"]
    grouped: dict[str, list[dict[str, Any]]] = {}
    filters: dict[str, list[dict[str, Any]]] = {}
    answers: dict[str | None, str] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = operation.get("tags", ["service"])[0]
            told = _operation(path, method, operation, components)
            grouped.setdefault(tag, []).append(told)
            told["like"] = answers.setdefault(told["example"], told["id"])
            if told["filtered"] is not None:
                filters.setdefault(told["filtered"], told["filters"])
    return [
        {"name": name, "operations": operations, "filters": filters.get(name, [])}
        for name, operations in grouped.items()
    ]


def _operation(path: str, method: str, operation: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    # The opposites double the list and mean nothing new: the page says once that every filter has one. The filters are
    # those of the resource, whatever is asked of it, and stand there once.
    given = parameters_of(operation, components)
    names = {parameter["name"] for parameter in given}
    filters = [parameter for parameter in given if opposite(parameter["name"]) in names]
    parameters = [
        _parameter(parameter)
        for parameter in given
        if parameter not in filters and not parameter["name"].startswith(EXCLUDED)
    ]
    return {
        "filtered": _resource(path) if filters else None,
        "filters": [_parameter(parameter) for parameter in filters],
        "id": operation["operationId"],
        "path": path,
        "method": method.upper(),
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "parameters": parameters,
        "in_path": any(parameter["in"] == "path" for parameter in parameters),
        "body": _pretty(_content_example(operation.get("requestBody", {}), components["schemas"])),
        "example": _pretty(_content_example(_success(operation["responses"]), components["schemas"])),
    }


def _resource(path: str) -> str:
    """What the rows of an address are: the last of its parts that names a resource."""
    return next(part for part in reversed(path.split("/")) if part in RESOURCES)


def _success(responses: dict[str, Any]) -> dict[str, Any]:
    """What the operation answers when all is well: 200, 201, 202 or 204."""
    return next(answer for status, answer in sorted(responses.items()) if status.startswith("2"))


def parameters_of(operation: dict[str, Any], components: dict[str, Any]) -> list[dict[str, Any]]:
    """The parameters of an operation, those that it shares with others looked up."""
    return [
        components["parameters"][parameter["$ref"].rpartition("/")[2]] for parameter in operation.get("parameters", ())
    ]


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    schema = parameter.get("schema", {})
    items = schema.get("items", schema)
    given = parameter.get("example")
    return {
        "name": parameter["name"],
        "in": parameter["in"],
        "description": parameter.get("description"),
        "example": given[0] if isinstance(given, list) else given,
        "values": items.get("enum"),
    }


def _content_example(holder: dict[str, Any], schemas: dict[str, Any]) -> Any:
    content = holder.get("content", {}).get("application/json", {})
    return example(content["schema"], schemas) if "schema" in content else None


def example(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """An example value of ``schema``, put together from the examples of its fields."""
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    for given in ("example", "default", "const"):
        if given in schema:
            return schema[given]
    if schema.get("examples"):
        return schema["examples"][0]
    if "properties" in schema:
        return {name: example(field, schemas) for name, field in schema["properties"].items()}
    if "anyOf" in schema:
        return example(next((s for s in schema["anyOf"] if s.get("type") != "null"), {}), schemas)
    if schema.get("type") == "array":
        return [example(schema.get("items", {}), schemas)]
    return {"object": {}, "string": "…", "integer": 0, "number": 0.0, "boolean": False}.get(schema.get("type", ""))


def _pretty(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
