"""Settings become the web application: the REST surface under ``/v1`` and the explorer's pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from fastapi import Depends, FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from newskb import __version__
from newskb.api import (
    actors,
    annotate,
    articles,
    changes,
    claims,
    conditional,
    curation,
    events,
    explorer,
    exports,
    imports,
    logs,
    matching,
    mentions,
    observing,
    places,
    problems,
    queries,
    quotes,
    reconcile,
    service,
    sources,
    sql,
    stories,
)
from newskb.api.access import Access, require_scope
from newskb.api.deps import SqlLimits
from newskb.api.headers import SecurityHeaders
from newskb.api.limits import BodyLimit
from newskb.api.observing import Metrics, Observing
from newskb.api.openapi import PROBLEM, document
from newskb.jobs.exportqueue import ExportQueue
from newskb.jobs.matching import Matcher
from newskb.jobs.spool import Spool
from newskb.jobs.uploads import Importer
from newskb.settings import Settings
from newskb.store.database import Database, now
from newskb.store.saved import saved_queries

DESCRIPTION = (
    "News articles as events, actors, quotes and claims, each tied to the characters that say it. Lists page by "
    "`cursor` (follow `next` or the `Link` header); filters mean the same on lists, counts and timelines; every "
    "error is a problem document (RFC 9457)."
)


CORS: Final[dict[str, Any]] = {
    "allow_methods": ["GET", "POST"],
    "allow_headers": ["Authorization", "Content-Type", "If-None-Match", "If-Modified-Since"],
    "expose_headers": ["Link", "ETag", "Last-Modified", "Retry-After", "X-Truncated", "Content-Disposition"],
    "max_age": 3_600,
}
"""What pages of other sites may send and read."""


def create_app(settings: Settings) -> FastAPI:
    """The application over the database of the settings."""
    app = FastAPI(
        title="newskb",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # a redirect would be built from the Host header that the client sends
        generate_unique_id_function=lambda route: route.name,
        responses=PROBLEM,
        lifespan=_running,
    )
    app.openapi = lambda: document(app)  # type: ignore[method-assign]
    app.state.database = Database(
        settings.database_url, slow_query_s=settings.slow_query_s, read_timeout_s=settings.read_timeout_s
    )
    app.state.database_url = settings.database_url
    app.state.sql_limits = SqlLimits(
        timeout_s=settings.sql_timeout_s, max_rows=settings.sql_max_rows, slow_s=settings.slow_query_s
    )
    app.state.settings = settings
    app.state.started_at = now()
    app.state.saved_queries = saved_queries(settings.queries)
    app.state.access = Access.of(settings)
    app.state.desk = annotate.Desk(settings)
    app.state.spool = Spool.of(settings)
    app.state.metrics = Metrics()
    app.state.importer = Importer(settings, app.state.spool, ended=app.state.metrics.ended)
    app.state.exports = ExportQueue(settings)
    app.state.matcher = Matcher(settings)
    app.state.problem_page = explorer.problem_page
    problems.install(app)
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_bytes, longer={"/v1/imports": settings.max_upload_bytes})
    conditional.install(app)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)
    if settings.cors_origins:
        app.add_middleware(CORSMiddleware, allow_origins=settings.cors_origins, **CORS)
    app.add_middleware(
        Observing,
        metrics=app.state.metrics,
        max_requests=settings.max_requests,
        max_per_client=settings.max_requests_per_client,
    )
    reading = [Depends(require_scope("read"))]
    for module in (
        articles,
        events,
        actors,
        quotes,
        claims,
        stories,
        sources,
        places,
        mentions,
        changes,
        service,
    ):
        app.include_router(module.router, dependencies=reading)
    app.include_router(observing.router, dependencies=reading)
    app.include_router(annotate.router, dependencies=reading)
    app.include_router(exports.router, dependencies=reading)
    app.include_router(imports.router, dependencies=reading)
    app.include_router(imports.uploads)
    app.include_router(matching.router, dependencies=reading)
    app.include_router(curation.router, dependencies=reading)
    app.include_router(curation.deciding)
    app.include_router(reconcile.router, dependencies=reading)
    app.include_router(queries.router, dependencies=reading)
    app.include_router(sql.router, dependencies=[Depends(require_scope("sql"))])
    app.include_router(service.health)
    explorer.install(app)
    return app


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    """What runs beside the answers while the server lives."""
    importer: Importer = app.state.importer
    if app.state.spool.is_waited_for():
        importer.wake()
    app.state.exports.wake_if_waited_for()
    yield
    await run_in_threadpool(importer.close)
    await run_in_threadpool(app.state.exports.close)
    app.state.desk.close()


def from_environment() -> FastAPI:
    """The application as the environment sets it up; what each worker process of the server calls."""
    settings = Settings()
    logs.install(settings.log_format)
    return create_app(settings)
