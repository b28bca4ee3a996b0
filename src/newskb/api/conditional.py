"""Answers carry the state of the database they tell of; who has seen that state gets 304 before any query is run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newskb import __version__, text
from newskb.api.deps import database, time_limit
from newskb.store.database import written_at

_STATE = "validators"
"""Where the headers of a request's answer wait in its scope until the answer starts."""


class NotModifiedError(Exception):
    """The client has this very answer."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__("not modified")
        self.headers = headers


@contextmanager
def reading(request: Request) -> Iterator[Any]:
    """A reading connection for an answer that depends on request and database alone.

    Raises ``NotModifiedError`` when the client says that it has the answer for this state of the database.
    """
    with database(request).read(timeout_s=time_limit(request)) as connection:
        if request.method not in ("GET", "HEAD"):  # tags are of addresses, not of bodies (RFC 9110, 13.1.2)
            yield connection
            return
        headers = _validators(request, written_at(connection))
        if _is_known(request, headers):
            raise NotModifiedError(headers)
        setattr(request.state, _STATE, headers)
        yield connection


def install(app: FastAPI) -> None:
    """Let ``app`` send the headers that ``reading`` made, and 304."""
    app.add_exception_handler(NotModifiedError, _not_modified)
    app.add_middleware(_Validators)


def _validators(request: Request, written: datetime | None) -> dict[str, str]:
    now = datetime.now(UTC)
    # The day, because `timespan` counts back from it; weak, because compression changes the bytes.
    said = (
        str(written),
        __version__,
        now.date().isoformat(),
        request.scope["path"],
        request.scope["query_string"].decode("latin-1"),
        request.headers.get("accept", ""),
    )
    headers = {"ETag": f'W/"{text.digest(*said)}"', "Cache-Control": "private, no-cache"}
    # Two writes in one second could not be told apart by a date of whole seconds.
    is_settled = written is not None and (now - written).total_seconds() > 1
    if written is not None and is_settled and "timespan" not in request.query_params:
        headers["Last-Modified"] = format_datetime(written.replace(microsecond=0), usegmt=True)
    return headers


def _is_known(request: Request, headers: Mapping[str, str]) -> bool:
    """By RFC 9110: the tags count, and the date only where no tag is given."""
    if (tags := request.headers.get("if-none-match")) is not None:
        ours = headers["ETag"].removeprefix("W/")
        return any(tag.strip().removeprefix("W/") in (ours, "*") for tag in tags.split(","))
    since = request.headers.get("if-modified-since")
    if since is None or "Last-Modified" not in headers:
        return False
    try:
        known = parsedate_to_datetime(since)
    except (ValueError, OverflowError):
        return False
    known = known if known.tzinfo is not None else known.replace(tzinfo=UTC)
    return parsedate_to_datetime(headers["Last-Modified"]) <= known


def _not_modified(_request: Request, error: Exception) -> Response:
    return Response(status_code=304, headers=dict(getattr(error, "headers", {})) | {"Vary": "Accept"})


class _Validators:
    """ASGI middleware that adds the headers to answers that succeed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to the start of its response."""

        async def send_with_headers(message: Message) -> None:
            found = scope.get("state", {}).get(_STATE)
            if found and message["type"] == "http.response.start" and message["status"] == 200:
                more = [(name.lower().encode(), value.encode("latin-1")) for name, value in found.items()]
                message["headers"] = [*message.get("headers", ()), *more]
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)
