"""Fields under the names that dumps give them become the few that an article has."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

_DATA: dict[str, list[str]] = json.loads(files("newskb.ingest").joinpath("fields.json").read_text(encoding="utf-8"))
ROLES = ("text", "title", "published", "source", "url", "byline", "language", "id", "summary")
CONTAINERS = frozenset(_DATA["containers"])
"""Names of arrays and objects in JSON that hold the articles."""
_WRAPPERS = tuple(_DATA["wrappers"])
_MISSING = frozenset(_DATA["missing"])
_RANK: dict[str, dict[str, int]] = {role: {name: rank for rank, name in enumerate(_DATA[role])} for role in ROLES}
_ROLE_OF: dict[str, str] = {name: role for role in reversed(ROLES) for name in _DATA[role]}
# "Publish Date" and "publish_date" are one name, and a byte order mark or tab belongs to none.
_NOISE = re.compile(r"[\W_]+")
_PARAGRAPH_BREAK = "\n\n"
_NAME_KEYS = ("name", "title", "label", "rendered", "value", "$oid", "$date", "$numberLong", "#text", "main", "id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the fields of one record say, by role; each as found, None when absent."""

    text: Any = None
    title: Any = None
    published: Any = None
    source: Any = None
    url: Any = None
    byline: Any = None
    language: Any = None
    id: Any = None
    summary: Any = None


def role_of(name: str) -> str | None:
    """What a field of this name usually holds (``text``, ``title``, ``published`` …)."""
    return _ROLE_OF.get(_plain(name))


def known(record: Mapping[str, Any]) -> Known:
    """The values of ``record`` by role: of several names for one role the first in the table that has a value."""
    return Known(**{role: record[name] for role, name in _names(record).items()})


def unwrapped(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The record inside a record (Elasticsearch's ``_source``), with the outer fields that it lacks."""
    if not isinstance(known(record).text, str):
        for name in _WRAPPERS:
            inner = record.get(name)
            if isinstance(inner, Mapping) and any(role_of(str(key)) in ("text", "title") for key in inner):
                return {**{key: value for key, value in record.items() if key != name}, **inner}
    return record


def split_text(record: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The article's text (empty when there is none) and the other fields."""
    name = _names(record).get("text")
    body = text_of(record[name]) if name is not None else ""
    return body, {key: value for key, value in record.items() if key != name or not body}


def text_of(value: Any) -> str:
    """Running text as found: a string, or the strings of a list as paragraphs."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return _PARAGRAPH_BREAK.join(item for item in value if isinstance(item, str))
    if isinstance(value, Mapping):
        return next((v for key in ("rendered", "text", "value", "#text") if isinstance(v := value.get(key), str)), "")
    return ""


def name_of(value: Any, depth: int = 3) -> str | None:
    """A short text such as a title or an outlet's name: a string, ``{"name": …}`` or a list of either."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, bool) or value is None or not depth:
        return None
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        return next((name for key in _NAME_KEYS if (name := name_of(value.get(key), depth - 1))), None)
    if isinstance(value, list):
        return ", ".join(name for item in value if (name := name_of(item, depth - 1))) or None
    return None


def is_missing(value: Any) -> bool:
    """Whether a value says nothing: absent, empty, ``N/A`` and the like."""
    if value is None:
        return True
    if isinstance(value, str):
        return len(value) <= 12 and value.strip().casefold() in _MISSING
    return isinstance(value, list | dict) and not value


def _names(record: Mapping[str, Any]) -> dict[str, str]:
    best: dict[str, tuple[int, str]] = {}
    for name, value in record.items():
        plain = _plain(name)
        role = _ROLE_OF.get(plain)
        if role is None or is_missing(value):
            continue
        rank = _RANK[role][plain]
        if role not in best or rank < best[role][0]:
            best[role] = (rank, name)
    return {role: name for role, (_, name) in best.items()}


def _plain(name: str) -> str:
    return _NOISE.sub("", name).casefold()
