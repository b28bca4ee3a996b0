"""Web pages, made on the server, for looking at articles, events, actors, quotes and claims with their evidence."""

from __future__ import annotations

from fastapi import Depends, FastAPI
from fastapi.staticfiles import StaticFiles

from newskb.api.access import require_scope
from newskb.api.explorer import importing, lists, overview, pages, querying
from newskb.api.explorer.rendering import problem_page

__all__ = ["install", "problem_page"]


def install(app: FastAPI) -> None:
    """Add the pages and what they need to ``app``."""
    app.state.overview = {}
    reading = [Depends(require_scope("read"))]
    for module in (overview, lists, pages, importing):
        app.include_router(module.router, include_in_schema=False, dependencies=reading)
    app.include_router(querying.router, include_in_schema=False, dependencies=[Depends(require_scope("sql"))])
    app.mount("/static", StaticFiles(packages=[("newskb.api.explorer", "static")]), name="static")
