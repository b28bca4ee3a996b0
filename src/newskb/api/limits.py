"""Requests whose body is too large are refused before anything reads it whole."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """ASGI middleware that counts the bytes of the body as they come; what ``Content-Length`` says may be wrong."""

    def __init__(self, app: ASGIApp, *, max_bytes: int, longer: Mapping[str, int]) -> None:
        """``longer`` are the limits, in bytes, of addresses that have one of their own."""
        self.app = app
        self._max_bytes = max_bytes
        self._longer = longer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on. Reading more of its body than the limit raises ``HTTPException`` (413)."""
        received = 0
        limit = self._longer.get(scope.get("path", ""), self._max_bytes)

        async def receive_some() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body is longer than {limit:,} bytes")
            return message

        await self.app(scope, receive_some if scope["type"] == "http" else receive, send)
