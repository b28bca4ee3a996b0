"""Which parameters a route takes, as the OpenAPI document tells it; the store says which filters there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from newskb.store import filters

SINGLE = ("undated", "match", "timespan")
"""Filters that do not repeat."""


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """Every parameter: ``about`` (what it means), an ``example``, and ``values`` where the list is closed."""
    found: dict[str, dict[str, Any]] = orjson.loads(files("newskb.api").joinpath("parameters.json").read_bytes())
    return found


def documented(*, resource: str, outputs: Iterable[str] = (), fixed: Collection[str] = ()) -> dict[str, Any]:
    """``openapi_extra`` of a route that takes the filters of ``resource``, but those ``fixed``, and ``outputs``."""
    listed = [_filter(resource, name) for name in filters.names(resource) if name not in fixed]
    return {"parameters": [*listed, *(_parameter(name, _outputs(name)) for name in outputs)]}


def _filter(resource: str, name: str) -> dict[str, Any]:
    found = _parameter(name, _values(resource, name))
    if name not in SINGLE:
        found["schema"] = {"type": "array", "items": found["schema"]}
        if "example" in found:
            found["example"] = [found["example"]]
    return found


def _values(resource: str, name: str) -> tuple[str, ...]:
    for level in filters.RESOURCES[resource]:
        if name in filters.LEVELS[level]:
            return filters.LEVELS[level][name].values
    return _outputs(name)


def _outputs(name: str) -> tuple[str, ...]:
    return tuple(catalogue()[name].get("values", ()))


def _parameter(name: str, values: tuple[str, ...]) -> dict[str, Any]:
    entry = catalogue()[name]
    schema: dict[str, Any] = {"type": "string"}
    if values:
        schema["enum"] = list(values)
    found = {"name": name, "in": "query", "required": False, "description": entry["about"], "schema": schema}
    if "example" in entry:
        found["example"] = entry["example"]
    return found
