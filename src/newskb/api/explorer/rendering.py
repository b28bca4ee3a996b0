"""A template and its values become a page; everything that came from an article is escaped."""

from __future__ import annotations

import http
import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

_SAFE_SCHEMES = ("http", "https")

_environment = Environment(
    loader=PackageLoader("newskb.api.explorer", "templates"),
    autoescape=True,  # for every template, whatever its name
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(
    template: str, *, status: int = 200, section: str | None = None, q: str | None = None, **values: Any
) -> Response:
    """The page that ``template`` makes of ``values``; ``section`` is the item of the navigation that it belongs to."""
    body = _environment.get_template(template).render(section=section, q=q, **values)
    # A lone surrogate cannot be sent as UTF-8; it is shown as a question mark, the stored text keeps it.
    return HTMLResponse(body.encode("utf-8", "replace"), status)


def stream(template: str, *, section: str | None = None, q: str | None = None, **values: Any) -> Response:
    """The same, sent piece by piece while it is made: what is a function is called when the page comes to it.

    The first piece is sent before any of them runs, so a reader with a large database sees the page at once.
    """
    pieces = _environment.get_template(template).generate(section=section, q=q, **values)
    return StreamingResponse(_gathered(pieces), media_type="text/html; charset=utf-8")


def _gathered(pieces: Iterator[str]) -> Iterator[bytes]:
    """The pieces of a template, which are a few words each, in larger ones."""
    waiting: list[str] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= PIECE_CHARS:
            yield "".join(waiting).encode("utf-8", "replace")
            waiting, size = [], 0
    yield "".join(waiting).encode("utf-8", "replace")


PIECE_CHARS = 1_500
"""Less than the head and the navigation of any page, so that these are sent first."""


def value_name(field: str, value: str | None, name: str | None = None) -> str:
    """A value of a field as people read it."""
    if value is None:
        return "none"
    return name or _VALUES.get(field, {}).get(value) or (value.lower() if field == "event_type" else value)


def field_name(field: str) -> str:
    """The name of a field as people read it."""
    return _FIELDS.get(field, field.replace("_", " "))


_FIELDS = {"quad_code": "quad", "event_type": "type", "lang": "language"}
_VALUES = {
    "quad_code": {
        "1": "verbal cooperation",
        "2": "material cooperation",
        "3": "verbal conflict",
        "4": "material conflict",
    }
}


def problem_page(_request: Request, status: int, detail: str) -> Response:
    """An error for a reader with a browser."""
    return page("problem.html", status=status, phrase=http.HTTPStatus(status).phrase, detail=detail, code=status)


def path(value: str) -> str:
    """``value`` as one part of an address."""
    return quote(value, safe="")


def web_address(value: str | None) -> str | None:
    """``value`` when it is an address of the web; None for ``javascript:`` and the like."""
    if value is None:
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    return value if parts.scheme in _SAFE_SCHEMES and parts.netloc else None


def order(name: str) -> str:
    """The name of an order of rows as people read it."""
    return _ORDERS[name]


_ORDERS = {
    "-date": "newest",
    "date": "oldest",
    "-published": "last told",
    "-sources": "most sources",
    "-confidence": "most certain",
    "relevance": "best match",
    "name": "A–Z",
    "-name": "Z–A",
}


def codes(value: str) -> Markup:
    """``value`` with what stands between backticks set as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(value))))


def caption(article: Mapping[str, Any]) -> str:
    """The title of an article, or its first words without the header that dates it (``date 2019-05-05``)."""
    if article["title"]:
        return str(article["title"])
    lead = str(article.get("lead") or "").strip()
    if article.get("published_evidence") == "header":
        lead = _HEADER.sub("", lead)
    words = textwrap.shorten(lead, CAPTION_CHARS, placeholder=" …")
    return words or "Untitled article"


CAPTION_CHARS = 90
"""About the length of a long headline."""
_HEADER = re.compile(r"date\s+[\d-]+\s+", re.IGNORECASE)
_CODE = re.compile(r"`([^`]+)`")
_environment.filters["path"] = path
_environment.filters["codes"] = codes
_environment.filters["caption"] = caption
_environment.filters["web_address"] = web_address
_environment.filters["order"] = order
_environment.filters["field_name"] = field_name
_environment.globals["value_name"] = value_name
