"""Uploads and imports become a page: what waits, runs and is done, how far it is, and what could not be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from newskb.api.deps import database, parameters, reject_unknown
from newskb.api.explorer import forms
from newskb.api.explorer.rendering import page
from newskb.api.parameters import one_value
from newskb.ingest.readers import FORMATS
from newskb.ingest.reasons import REASONS
from newskb.jobs.progress import ImportProgress
from newskb.jobs.spool import QUEUED, RUNNING, Job, Spool
from newskb.store import query
from newskb.store.imports import ImportStatus, recent_imports

router = APIRouter()

ISSUES = 50
IMPORTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One import as the page shows it."""

    key: str
    status: str
    names: tuple[str, ...]
    started_at: str
    detail: str | None
    articles: int
    skipped: int
    warnings: int
    progress: ImportProgress | None
    part: float | None
    """How much of the files is read, in percent, while it runs."""


@router.get("/imports")
def imports(request: Request) -> Response:
    """The form for uploads, the latest imports, and what was wrong with the input."""
    given = forms.given(parameters(request))
    reject_unknown(given, ("reason", "import", "cursor"))
    reason, key = one_value(given, "reason"), one_value(given, "import")
    spool: Spool = request.app.state.spool
    jobs = spool.jobs()
    with database(request).read() as connection:
        issues = query.list_issues(
            connection, import_key=key, reason=reason, limit=ISSUES, cursor=one_value(given, "cursor")
        )
        items = _items(jobs, recent_imports(connection, limit=IMPORTS))
        reasons = [
            item | {"href": forms.address("imports", given, {"reason": item["value"] or ""})}
            for item in query.issue_reasons(connection)
        ]
    return page(
        "imports.html",
        section="imports",
        items=items,
        is_busy=any(job.status in (QUEUED, RUNNING) for job in jobs),
        formats=FORMATS,
        issues=[{**issue, "meaning": REASONS.get(issue["reason"])} for issue in issues.rows],
        reasons=reasons,
        reason=reason,
        of=key,
        here=forms.address("imports", given, keeps_page=True),
        next=forms.address("imports", given, {"cursor": issues.next}) if issues.next else None,
    )


def _items(jobs: Sequence[Job], begun: Sequence[ImportStatus]) -> list[Item]:
    """Uploads that wait, then the imports that began, the latest first."""
    by_key = {job.key: job for job in jobs}
    known = {status.key for status in begun}
    waiting = [_item(job, None) for job in jobs if job.key not in known and job.status in (QUEUED, RUNNING)]
    return [*waiting, *(_item(by_key.get(status.key), status) for status in begun)]


def _item(job: Job | None, status: ImportStatus | None) -> Item:
    issues = status.issues if status else {}
    progress = job.progress if job and job.status == RUNNING else None
    paths: Any = status.options.get("paths", ()) if status else ()
    return Item(
        key=job.key if job else status.key if status else "",
        status=job.status if job else status.status if status else "",
        names=job.files if job else tuple(str(path) for path in paths),
        started_at=status.started_at if status else job.queued_at if job else "",
        detail=job.detail if job else None,
        articles=status.articles if status else 0,
        skipped=issues.get("skipped", 0),
        warnings=issues.get("warning", 0),
        progress=progress,
        part=round(100 * progress.bytes_done / progress.bytes, 1) if progress and progress.bytes else None,
    )
