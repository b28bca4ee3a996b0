"""Rows of a list become CSV or JSON lines, a page at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from newskb.api import schemas
from newskb.api.answers import encode

Row = Mapping[str, Any]
JOINT = "; "
"""Between the values of a list in one cell."""

MODELS: Mapping[str, type[BaseModel]] = {
    "articles": schemas.ArticleFound,
    "events": schemas.EventWithEvidence,
    "quotes": schemas.QuoteWithEvidence,
    "claims": schemas.ClaimWithEvidence,
    "actors": schemas.Actor,
    "places": schemas.Place,
    "sources": schemas.Source,
    "stories": schemas.Story,
    "mentions": schemas.MentionDetail,
}
"""Resource to the shape of a row of its list."""

MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
"""The streamed forms of rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the CSV form: its name, and the fields that lead to its value."""

    name: str
    path: tuple[str, ...]


ON_DEMAND = ("evidence", "highlights")
"""Fields of a row that come when they are asked for."""


def fields(resource: str, asked: Collection[str] = ()) -> list[str]:
    """The fields of a row, those on demand where they are ``asked`` for."""
    return [name for name in MODELS[resource].model_fields if name not in ON_DEMAND or name in asked]


def columns(resource: str, *, asked: Collection[str] = (), only: Collection[str] = ()) -> list[Column]:
    """The columns of a resource, or of its fields ``only``; one of an inner object is named after both
    (``article_key``). Fields on demand have one where they are ``asked`` for.
    """
    kept = [name for name in fields(resource, asked) if not only or name in only]
    return [column for column in _columns(MODELS[resource], ()) if column.path[0] in kept]


def cut(rows: Iterable[Row], only: Collection[str]) -> list[dict[str, Any]]:
    """The rows with their fields ``only``, or with all when there are none."""
    return [{name: value for name, value in row.items() if not only or name in only} for row in rows]


def _columns(model: type[BaseModel], inside: tuple[str, ...]) -> Iterator[Column]:
    for name, field in model.model_fields.items():
        path = (*inside, name)
        inner = _inner(field.annotation)
        if inner is not None and (inner is schemas.ActorRef or get_origin(field.annotation) is not list):
            yield from _columns(inner, path)
        else:
            yield Column(name="_".join(path), path=path)


def _inner(annotation: Any) -> type[BaseModel] | None:
    """The model of a field that holds one, or a list of actors, whose keys and names have room in a cell each."""
    for choice in (annotation, *get_args(annotation)):
        if isinstance(choice, type) and issubclass(choice, BaseModel):
            return choice
    return None


def _cell(value: Any, path: Sequence[str]) -> Any:
    for index, name in enumerate(path):
        if value is None:
            return None
        if isinstance(value, list):
            return JOINT.join(str(_cell(item, path[index:])) for item in value)
        value = value.get(name)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return JOINT.join(value)
    return encode(value).decode() if isinstance(value, list | dict) else value


def csv_pages(names: Sequence[str], pages: Iterable[Iterable[Sequence[Any]]]) -> Iterator[bytes]:
    """Pages of cells as CSV (RFC 4180) with a head line."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(names)
    for page in pages:
        writer.writerows(page)
        yield buffer.getvalue().encode("utf-8", "replace")
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode("utf-8", "replace")


def json_lines(pages: Iterable[Iterable[Row]]) -> Iterator[bytes]:
    """Each row as one line of JSON."""
    for page in pages:
        yield b"".join(encode(row) + b"\n" for row in page)


def encoded(
    form: str, resource: str, pages: Iterable[Iterable[Row]], *, asked: Collection[str], only: Collection[str] = ()
) -> Iterator[bytes]:
    """Pages of rows of a list, or of their fields ``only``, in one of the ``MEDIA_TYPES``."""
    if form == "jsonl":
        return json_lines(cut(page, only) for page in pages)
    chosen = columns(resource, asked=asked, only=only)
    cells = ([[_cell(row, column.path) for column in chosen] for row in page] for page in pages)
    return csv_pages([column.name for column in chosen], cells)
