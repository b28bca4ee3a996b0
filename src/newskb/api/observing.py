"""Requests become numbers for Prometheus, lines of a log, and an id by which the two and the client's are joined."""

from __future__ import annotations

import logging
import os
import re
import secrets
import time
from collections import Counter as Counts
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newskb.api.answers import encode
from newskb.api.deps import no_parameters
from newskb.api.logs import REQUEST_ID
from newskb.jobs.spool import DONE, Job

log = logging.getLogger(__name__)
router = APIRouter(tags=["service"])

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Bounds of the histograms: from an answer out of the cache to the time limit of SQL and beyond."""
WATCHDOGS = frozenset({"/healthz", "/readyz", "/metrics"})
"""Answered also when the server is full: who asks decides about its life."""
RETRY_AFTER_S = 1
_ID = re.compile(rb"[\w.:-]{1,128}", re.ASCII)
_FULL = {
    "type": "urn:newskb:problem:busy",
    "title": "Service Unavailable",
    "status": 503,
    "detail": "the server answers as many requests as it may at the same time; try again in a moment",
}
_TOO_MANY = {
    "type": "urn:newskb:problem:too-many-requests",
    "title": "Too Many Requests",
    "status": 429,
    "detail": "as many requests from your address are being answered as may be; send the next when one has ended",
}


class Metrics:
    """What is counted, for one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "newskb_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "newskb_request_seconds",
            "Time to the end of an answer.",
            ("method", "route"),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.in_flight = Gauge(
            "newskb_requests_in_flight",
            "Requests that are being answered.",
            registry=self.registry,
            multiprocess_mode="livesum",
        )
        self.imports = Counter("newskb_imports", "Imports of uploads that ended.", ("status",), registry=self.registry)
        self.imported = Counter("newskb_imported_articles", "New articles of uploads.", registry=self.registry)
        self.issues = Counter("newskb_import_issues", "Oddities in uploads.", registry=self.registry)
        self.sql = Counter("newskb_sql_runs", "Analysts' queries.", ("outcome",), registry=self.registry)
        self.sql_seconds = Histogram(
            "newskb_sql_seconds", "Time of analysts' queries.", buckets=SECONDS, registry=self.registry
        )

    def ended(self, job: Job) -> None:
        """Count an import that came to its end."""
        self.imports.labels(job.status).inc()
        if job.progress is not None:
            self.issues.inc(job.progress.issues)
            if job.status == DONE:
                self.imported.inc(job.progress.articles)


class Observing:
    """ASGI middleware around everything else: counts, times, logs, and refuses what is too much at the same time."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, max_requests: int, max_per_client: int) -> None:
        self.app = app
        self._metrics = metrics
        self._max_requests = max_requests
        self._max_per_client = max_per_client
        self._in_flight = 0
        self._by_client: Counts[str | None] = Counts()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with an id of its own or the one that ``X-Request-ID`` brings."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        token = REQUEST_ID.set(request_id)
        status = 500
        started = time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        client = scope["client"][0] if scope.get("client") else None
        self._in_flight += 1
        self._by_client[client] += 1
        self._metrics.in_flight.inc()
        try:
            refusal = self._refusal(client, scope["path"])
            if refusal is not None:
                await _refuse(scope["path"], refusal, send_with_id)
            else:
                await self.app(scope, receive, send_with_id)
        finally:
            self._in_flight -= 1
            self._by_client[client] -= 1
            if not self._by_client[client]:
                del self._by_client[client]
            self._metrics.in_flight.dec()
            self._note(scope, status, time.perf_counter() - started)
            REQUEST_ID.reset(token)

    def _refusal(self, client: str | None, path: str) -> Mapping[str, Any] | None:
        """The problem that keeps a request from being answered now."""
        if path in WATCHDOGS:
            return None
        if self._in_flight > self._max_requests:
            return _FULL
        # What comes through a socket file has no address: a proxy in front speaks for everybody.
        return _TOO_MANY if client is not None and self._by_client[client] > self._max_per_client else None

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        method, route = scope["method"], _template(scope)
        self._metrics.requests.labels(method, route, str(status)).inc()
        self._metrics.seconds.labels(method, route).observe(seconds)
        if log.isEnabledFor(logging.INFO):
            client = scope.get("client")
            log.info(
                "request",
                extra={
                    "method": method,
                    "path": scope["path"],
                    "query": scope.get("query_string", b"").decode("latin-1"),
                    "route": route,
                    "status": status,
                    "ms": round(seconds * 1000, 1),
                    "client": client[0] if client else None,
                },
            )


def _template(scope: Scope) -> str:
    """``/v1/events/{key}``: the address with names for its parts, so that there are only so many."""
    path = getattr(scope.get("route"), "path", None)
    if isinstance(path, str):
        return path
    return "/static" if scope["path"].startswith("/static/") else "other"


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _ID.fullmatch(value):
            return str(value.decode())
    return secrets.token_hex(8)


async def _refuse(path: str, problem: Mapping[str, Any], send: Send) -> None:
    body = encode({**problem, "instance": path})
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"retry-after", str(RETRY_AFTER_S).encode()),
    ]
    await send({"type": "http.response.start", "status": problem["status"], "headers": headers})
    await send({"type": "http.response.body", "body": body})


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request) -> Response:
    """Numbers for Prometheus; of all processes when there are several."""
    no_parameters(request)
    registry: CollectorRegistry = request.app.state.metrics.registry
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
