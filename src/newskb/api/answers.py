"""Plain values become response bytes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from fastapi import Request, Response

MEDIA_TYPE = "application/json"


def json_answer(value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """``value`` as JSON, straight to bytes: rows of the store need no model in between."""
    return Response(encode(value), status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def encode(value: Any) -> bytes:
    """``value`` as JSON bytes; a lone surrogate, which JSON in UTF-8 cannot hold, becomes a question mark."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return orjson.dumps(_sendable(value))


def _sendable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {_sendable(name): _sendable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_sendable(item) for item in value]
    return value


def page_answer(
    request: Request,
    rows: list[dict[str, Any]],
    next_cursor: str | None,
    total: int | None,
    *,
    is_linked: bool = True,
) -> Response:
    """A page of a list: ``data``, ``next`` and, when asked for, ``total``; the next page also as a ``Link`` header,
    unless a body asked, which no address can repeat.
    """
    body: dict[str, Any] = {"data": rows, "next": next_cursor}
    if total is not None:
        body["total"] = total
    headers = {"Vary": "Accept"}
    if next_cursor is not None and is_linked:
        headers["Link"] = f'<{following(request, next_cursor)}>; rel="next"'
    return json_answer(body, headers=headers)


def following(request: Request, next_cursor: str, *, without: Collection[str] = ()) -> str:
    """The address of the next page. Relative: the ``Host`` that a client sends is nothing to build addresses from."""
    gone = {"cursor", *without}
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in gone]
    query = urlencode([*kept, ("cursor", next_cursor)])
    return f"{quote(request.scope['path'])}?{query}"
