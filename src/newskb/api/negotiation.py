"""What a client asks for, by ``format`` or by ``Accept``, becomes the form of the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import Request, Response

from newskb.api import tables
from newskb.api.answers import json_answer
from newskb.api.parameters import one_value

FORMS = ("json", *tables.MEDIA_TYPES)
"""Values of ``format``."""
_BY_MEDIA_TYPE = {
    "application/json": "json",
    "text/csv": "csv",
    "application/jsonl": "jsonl",
    "application/x-ndjson": "jsonl",
    "application/x-jsonlines": "jsonl",
}
VARY = {"Vary": "Accept"}


def form_of(request: Request, given: Mapping[str, Sequence[str]]) -> str:
    """The form of the answer: what ``format`` says, else the best of ``Accept`` that we have, else JSON."""
    return one_value(given, "format", among=FORMS) or _accepted(request.headers.get("accept", ""))


def _accepted(header: str) -> str:
    best, form = 0.0, "json"
    for choice in header.split(","):
        name, _, parameters = choice.strip().partition(";")
        quality = _quality(parameters)
        if name.strip().lower() in _BY_MEDIA_TYPE and quality > best:
            best, form = quality, _BY_MEDIA_TYPE[name.strip().lower()]
    return form


def _quality(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.strip().partition("=")
        if name == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def table_answer(
    form: str, whole: Any, rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, name: str
) -> Response:
    """``whole`` as JSON, or its ``rows`` as CSV with these ``columns`` or as JSON lines, in a file of that name."""
    if form == "json":
        return json_answer(whole, headers=VARY)
    if form == "csv":
        chunks = tables.csv_pages(columns, [[[row[column] for column in columns] for row in rows]])
    else:
        chunks = tables.json_lines([list(rows)])
    return Response(b"".join(chunks), headers=attachment(name, form), media_type=tables.MEDIA_TYPES[form])


def attachment(name: str, form: str) -> dict[str, str]:
    """Headers of an answer that is saved as a file."""
    return {"Content-Disposition": f'attachment; filename="{name}.{form}"', **VARY}
