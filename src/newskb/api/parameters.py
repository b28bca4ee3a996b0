"""Which parameters a route takes, as the OpenAPI document tells it; the store says which filters there are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import orjson

from newskb.errors import InputError
from newskb.store import counting, filters, query

MAX_FACET_SIZE = 1_000
"""Most values of a field in one answer; who wants more pages through the list."""
MAX_TIMEOUT_MS = 999_999_999
"""The longest time that can be said; the limit of the server stops a query much earlier."""
_WHOLE = {
    "limit": {"type": "integer", "minimum": 1, "maximum": query.MAX_LIMIT},
    "facet_size": {"type": "integer", "minimum": 1, "maximum": MAX_FACET_SIZE},
    "timeout_ms": {"type": "integer", "minimum": 1, "maximum": MAX_TIMEOUT_MS},
}
LISTS = ("facet", "include", "group_by", "resource")
"""Output parameters that repeat."""
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """Every parameter: ``about`` (what it means), an ``example``, and ``values`` where the list is closed."""
    found: dict[str, dict[str, Any]] = orjson.loads(files("newskb.api").joinpath("parameters.json").read_bytes())
    return found


def one_value(given: Mapping[str, Sequence[str]], name: str, *, among: Sequence[str] = ()) -> str | None:
    """The value of a parameter that does not repeat. Raises ``InputError`` when it does, or is not ``among``."""
    values = given.get(name, ())
    if len(values) > 1:
        raise InputError(f"'{name}' is given {len(values)} times; it takes one value")
    if not values:
        return None
    if among and values[0] not in among:
        raise InputError(f"'{name}' is one of {', '.join(among)}, not '{values[0]}'")
    return values[0]


def whole_number(given: Mapping[str, Sequence[str]], name: str, *, least: int, most: int) -> int | None:
    """The value of a parameter that is a whole number. Raises ``InputError``."""
    value = one_value(given, name)
    if value is None:
        return None
    if not _NUMBER.fullmatch(value) or not least <= int(value) <= most:
        raise InputError(f"'{name}' is a number from {least} to {most}, not '{value}'")
    return int(value)


def documented(
    *,
    resource: str,
    outputs: Iterable[str] = (),
    fixed: Collection[str] = (),
    values: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> dict[str, Any]:
    """``openapi_extra`` of a route that takes the filters of ``resource``, but those ``fixed``, and ``outputs``.

    ``values`` names the values of an output parameter that means something else here than on lists.
    """
    single = [name for name in filters.names(resource) if name in filters.SINGLE]
    listed = [_filter(resource, name) for name in filters.repeating(resource) if name not in fixed]
    excluded = [_opposite(parameter) for parameter in listed]
    rest = [_output(resource, name, values.get(name)) for name in (*single, *outputs)]
    return {"parameters": [*listed, *rest, *excluded]}


def plain(names: Iterable[str]) -> dict[str, Any]:
    """``openapi_extra`` of a route that takes parameters of the catalogue and no filters."""
    return {"parameters": [_output("", name, None) for name in names]}


def _filter(resource: str, name: str) -> dict[str, Any]:
    level = next(level for level in filters.RESOURCES[resource] if name in filters.LEVELS[level])
    wanted = filters.LEVELS[level][name]
    kind = "number" if wanted.kind is filters.Kind.NUMBER else "string"
    return _repeating(_parameter(name, {"type": kind}, wanted.values))


def _opposite(parameter: dict[str, Any]) -> dict[str, Any]:
    name = parameter["name"]
    return parameter | {"name": filters.opposite(name), "description": f"Leaves out what `{name}` asks for."}


_VALUES = {
    "sort": query.orders,
    "facet": counting.dimensions,
    "group_by": counting.dimensions,
    "measure": counting.measures,
}
"""Output parameter to its values for a resource."""


def _output(resource: str, name: str, values: Sequence[str] | None) -> dict[str, Any]:
    listed = values or (_VALUES[name](resource) if name in _VALUES else tuple(catalogue()[name].get("values", ())))
    found = _parameter(name, _WHOLE.get(name, {"type": "string"}), listed)
    return _repeating(found) if name in LISTS else found


def _repeating(parameter: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "array", "items": parameter["schema"]}
    return parameter | {"schema": schema, "example": [parameter["example"]]}


def _parameter(name: str, schema: dict[str, Any], values: Sequence[str]) -> dict[str, Any]:
    """The parameter as OpenAPI has it; the first of a closed list of values serves as example where none is given."""
    entry = catalogue()[name]
    example = entry.get("example", "")
    if values:
        schema = schema | {"enum": list(values)}
        example = example if example in values else values[0]
    if schema["type"] != "string":
        example = orjson.loads(example)
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": entry["about"],
        "schema": schema,
        "example": example,
    }
