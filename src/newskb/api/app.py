"""Settings become the web application: the REST surface under ``/v1`` and the explorer's pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import FastAPI, Request, Response

from newskb import __version__
from newskb.api import actors, articles, claims, events, explorer, mentions, places, problems, quotes, service
from newskb.api import sources, sql, stories
from newskb.api.schemas import Problem
from newskb.settings import Settings
from newskb.store.database import Database

DESCRIPTION = (
    "News articles as events, actors, quotes and claims, each tied to the characters that say it. Lists page by "
    "`cursor` (follow `next` or the `Link` header); filters mean the same on lists, counts and timelines; every "
    "error is a problem document (RFC 9457)."
)
# Pages and answers need nothing from anywhere else; whatever hostile text might smuggle in is not fetched or run.
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlLimits:
    """What an analyst's query may use."""

    timeout_s: float = 10.0
    max_rows: int = 10_000


def create_app(database_url: str, *, sql_timeout_s: float = 10.0, sql_max_rows: int = 10_000) -> FastAPI:
    """The application over one database; times in seconds."""
    app = FastAPI(
        title="newskb",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        responses={"default": {"model": Problem, "description": "A problem document"}},
    )
    app.state.database = Database(database_url)
    app.state.database_url = database_url
    app.state.sql_limits = SqlLimits(timeout_s=sql_timeout_s, max_rows=sql_max_rows)
    app.state.problem_page = explorer.problem_page
    problems.install(app)
    app.middleware("http")(_secure)
    for module in (articles, events, actors, quotes, claims, stories, sources, places, mentions, sql, service):
        app.include_router(module.router)
    explorer.install(app)
    return app


def from_settings() -> FastAPI:
    """The application as the environment sets it up; what each worker process of the server calls."""
    settings = Settings()
    return create_app(
        settings.database_url, sql_timeout_s=settings.sql_timeout_s, sql_max_rows=settings.sql_max_rows
    )


async def _secure(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    response.headers.update(SECURITY_HEADERS)
    return response
