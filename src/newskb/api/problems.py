"""Errors become RFC 9457 problem documents, or a page for a reader of the explorer."""

from __future__ import annotations

import http
import logging
import re
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from newskb.api.answers import encode
from newskb.errors import BusyError, KeyNeededError, NewskbError, UnknownParameterError

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def problem(request: Request, status: int, detail: str, *, kind: str | None = None, **more: Any) -> Response:
    """A problem document; ``kind`` names the sort of problem in its ``type`` URN, ``more`` are extension members."""
    title = http.HTTPStatus(status).phrase
    body = {
        "type": f"urn:newskb:problem:{kind or title.lower().replace(' ', '-')}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.scope["path"],
        **more,
    }
    return Response(encode(body), status, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Answer every error of ``app`` with a problem document."""
    app.add_exception_handler(NewskbError, _newskb_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


def _newskb_error(request: Request, error: Exception) -> Response:
    status = getattr(error, "status", 500)
    if status >= 500 and not isinstance(error, BusyError):
        logger.error("request failed", extra={"path": request.scope["path"], "error": str(error)})
    more: dict[str, Any] = {}
    headers: dict[str, str] = {}
    if isinstance(error, UnknownParameterError):
        more = {"parameter": error.name, "nearest": error.nearest}
    elif isinstance(error, KeyNeededError):
        # A browser asks its user for the key as a password; a program is told what it understands.
        headers["WWW-Authenticate"] = ("Basic" if _is_page(request) else "Bearer") + ' realm="newskb"'
    elif isinstance(error, BusyError):
        headers["Retry-After"] = str(error.retry_after_s)
    kind = _CAMEL.sub("-", type(error).__name__.removesuffix("Error")).lower()
    return _answer(request, status, str(error), kind=kind, headers=headers, **more)


def _validation_error(request: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    errors = [{"where": ".".join(str(part) for part in item["loc"]), "message": item["msg"]} for item in found]
    detail = "; ".join(f"{item['where']}: {item['message']}" for item in errors)
    return _answer(request, 422, detail, kind="invalid-request", errors=errors)


def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = str(error.detail) if isinstance(error, HTTPException) else http.HTTPStatus(status).phrase
    if status == 404:
        detail = f"there is nothing at {request.scope['path']}; /docs lists every address"
    headers = error.headers if isinstance(error, HTTPException) else None
    return _answer(request, status, detail, headers=headers)


def _unexpected(request: Request, error: Exception) -> Response:
    # Starlette logs the traceback itself after this answer.
    return _answer(
        request, 500, f"newskb failed unexpectedly ({type(error).__name__}); the server's log has the details"
    )


def _answer(
    request: Request, status: int, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    render = request.app.state.problem_page
    if render is not None and _is_page(request):
        response: Response = render(request, status, detail)
    else:
        response = problem(request, status, detail, **more)
    response.headers.update(headers or {})
    return response


def _is_page(request: Request) -> bool:
    """Whether a reader with a browser asked for a page of the explorer."""
    return not request.scope["path"].startswith("/v1") and "text/html" in request.headers.get("accept", "")
