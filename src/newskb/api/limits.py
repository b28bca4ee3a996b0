"""Requests whose body is too large are refused before anything reads it whole."""

from __future__ import annotations

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY_BYTES = 1 << 20
"""Longest body, in bytes. The longest SQL query (100,000 characters) is well below, also when JSON escapes them all."""


class BodyLimit:
    """ASGI middleware that counts the bytes of the body as they come; what ``Content-Length`` says may be wrong."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on. Reading more of its body than the limit raises ``HTTPException`` (413)."""
        received = 0

        async def receive_some() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY_BYTES:
                raise HTTPException(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body is longer than {MAX_BODY_BYTES:,} bytes"
                )
            return message

        await self.app(scope, receive_some if scope["type"] == "http" else receive, send)
