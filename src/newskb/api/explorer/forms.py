"""The filters in an address become the fields of a form, and links that change one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

import orjson

from newskb.store import filters

Params = Mapping[str, Sequence[str]]
OUTPUTS = ("cursor", "sort")
"""Parameters of a list page that are no filters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a filter form."""

    name: str
    title: str
    type: str
    placeholder: str
    options: tuple[str, ...]
    """Values, where they are a closed list."""
    value: str
    suggests: bool
    """Whether it takes an actor, whose name is completed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A filter that holds, and the address of the list without it."""

    name: str
    value: str
    without: str


def given(params: Params) -> dict[str, list[str]]:
    """The parameters without those that a form sent empty."""
    kept = {name: [value for value in values if value.strip()] for name, values in params.items()}
    return {name: values for name, values in kept.items() if values}


def fields(resource: str, params: Params) -> list[Field]:
    """The form of a list, filled in."""
    found = []
    for item in _forms()[resource]:
        values = params.get(item["name"], ())
        found.append(
            Field(
                name=item["name"],
                title=item["title"],
                type=item.get("type", "text"),
                placeholder=item.get("placeholder", ""),
                options=_filter(resource, item["name"]).values,
                value=values[0] if values else "",
                suggests=_filter(resource, item["name"]).kind is filters.Kind.ACTOR,
            )
        )
    return found


def hidden(resource: str, params: Params) -> list[tuple[str, str]]:
    """Filters in the address that the form has no field for, or a second value of: sending the form keeps them."""
    shown = {item["name"] for item in _forms()[resource]}
    return [
        (name, value)
        for name, values in params.items()
        if name != "cursor"
        for value in (values[1:] if name in shown else values)
    ]


def chips(resource: str, params: Params, *, names: Mapping[str, str]) -> list[Chip]:
    """Every filter that holds; ``names`` says what the things are called whose keys are values."""
    return [
        Chip(
            name=name.replace("_", " "),
            value=names.get(value, value),
            without=address(resource, params, without=(name, value)),
        )
        for name, values in params.items()
        if name not in OUTPUTS
        for value in values
    ]


def address(
    resource: str,
    params: Params,
    changed: Mapping[str, str] | None = None,
    *,
    without: tuple[str, str] | None = None,
    keeps_page: bool = False,
) -> str:
    """The list's address with some parameters changed.

    It starts at the first page again unless ``cursor`` is given or the page is kept.
    """
    new = changed or {}
    kept = [
        (name, value)
        for name, values in params.items()
        if (keeps_page or name != "cursor") and name not in new
        for value in values
        if (name, value) != without
    ]
    query = urlencode([*kept, *new.items()])
    return f"/{resource}?{query}" if query else f"/{resource}"


def _filter(resource: str, name: str) -> filters.Filter:
    level = next(level for level in filters.RESOURCES[resource] if name in filters.LEVELS[level])
    return filters.LEVELS[level][name]


@cache
def _forms() -> Mapping[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = orjson.loads(
        files("newskb.api.explorer").joinpath("forms.json").read_bytes()
    )
    return found
