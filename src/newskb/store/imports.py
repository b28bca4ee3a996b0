"""Imports, extraction runs, the ledger of files and the issues found in them."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, func, insert, select, update
from sqlalchemy import Row as ResultRow

from newskb import text
from newskb.errors import NotFoundError
from newskb.model import Article, Origin, Skipped
from newskb.store import schema
from newskb.store.bulk import Row, insert_new_rows, next_id
from newskb.store.database import now

_BATCH: Table = schema.Base.metadata.tables["import_batch"]
_FILE: Table = schema.Base.metadata.tables["import_file"]
_ISSUE: Table = schema.Base.metadata.tables["import_issue"]
_RUN: Table = schema.Base.metadata.tables["extraction_run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerMark:
    """How far a file was read."""

    path: str
    file_hash: str
    options_hash: str
    """Hash of the options that change what is read."""
    next_record: int
    """Items of the file that are dealt with."""
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportStatus:
    """One import, as it is told to people."""

    key: str
    status: str
    started_at: str
    finished_at: str | None
    options: Mapping[str, object]
    files: int
    files_done: int
    articles: int
    issues: Mapping[str, int]
    """Severity to number."""


def new_key() -> str:
    """A key for an import that waits for its turn."""
    return text.key("imp", secrets.token_hex(16))


def start_import(connection: Connection, options: Mapping[str, object], *, key: str | None = None) -> int:
    """A new import with status ``running``, under ``key`` when it was given one before; returns its id."""
    import_id = next_id(connection, _BATCH)
    started = now()
    connection.execute(
        insert(_BATCH).values(
            id=import_id,
            key=key or text.key("imp", str(import_id), started),
            status="running",
            started_at=started,
            options=msgspec.json.encode(options).decode(),
        )
    )
    return import_id


def finish_import(connection: Connection, import_id: int, *, status: str = "done") -> None:
    """Close an import with ``done`` or ``failed``."""
    connection.execute(update(_BATCH).where(_BATCH.c.id == import_id).values(status=status, finished_at=now()))


def close_import(connection: Connection, key: str, *, status: str) -> None:
    """Say of an import that could not say it itself, because its process was killed, how it ended."""
    running = (_BATCH.c.key == key) & (_BATCH.c.status == "running")
    connection.execute(update(_BATCH).where(running).values(status=status, finished_at=now()))


def start_run(connection: Connection, extractor: str, *, import_id: int | None = None) -> int:
    """A new pass of the extractor of that version; returns its id."""
    run_id = next_id(connection, _RUN)
    started = now()
    connection.execute(
        insert(_RUN).values(
            id=run_id,
            key=text.key("run", str(run_id), started),
            extractor=extractor,
            started_at=started,
            import_id=import_id,
        )
    )
    return run_id


def import_key(connection: Connection, import_id: int) -> str:
    """The public key of an import."""
    return str(connection.execute(select(_BATCH.c.key).where(_BATCH.c.id == import_id)).scalar_one())


def ledger_mark(connection: Connection, path: str, file_hash: str, options_hash: str) -> LedgerMark | None:
    """How far this very file was read with these options; None when never."""
    row = connection.execute(
        select(_FILE.c.next_record, _FILE.c.done).where(
            _FILE.c.path == safe(path), _FILE.c.file_hash == file_hash, _FILE.c.options_hash == options_hash
        )
    ).one_or_none()
    if row is None:
        return None
    return LedgerMark(
        path=path,
        file_hash=file_hash,
        options_hash=options_hash,
        next_record=row.next_record,
        done=bool(row.done),
    )


def write_mark(connection: Connection, mark: LedgerMark, *, import_id: int) -> None:
    """Note how far a file was read, in the transaction that stores what was read."""
    same = (
        (_FILE.c.path == safe(mark.path))
        & (_FILE.c.file_hash == mark.file_hash)
        & (_FILE.c.options_hash == mark.options_hash)
    )
    values = {"next_record": mark.next_record, "done": mark.done, "import_id": import_id}
    if connection.execute(update(_FILE).where(same).values(values)).rowcount == 0:
        connection.execute(
            insert(_FILE).values(
                id=next_id(connection, _FILE),
                path=safe(mark.path),
                file_hash=mark.file_hash,
                options_hash=mark.options_hash,
                **values,
            )
        )


def write_issues(
    connection: Connection, skipped: Sequence[Skipped], articles: Iterable[Article], *, import_id: int
) -> None:
    """Store what was skipped, and the notices of articles that were kept; each only once, however often it is met."""
    rows = [_issue("skipped", s.stage, s.reason, s.detail, s.origin) for s in skipped]
    rows += [
        _issue("warning", "clean", notice.reason, notice.detail, article.origin)
        for article in articles
        for notice in article.notices
    ]
    if rows:
        first = next_id(connection, _ISSUE)
        numbered = [(first + i, row[0], import_id, *row[1:]) for i, row in enumerate(rows)]
        insert_new_rows(connection, _ISSUE, numbered)


def status_of(connection: Connection, key: str) -> ImportStatus:
    """One import with its counts. Raises ``NotFoundError``."""
    row = connection.execute(select(_BATCH).where(_BATCH.c.key == key)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no import {key}")
    return _status(connection, row)


def known_imports(connection: Connection, keys: Collection[str]) -> set[str]:
    """Those of ``keys`` under which an import has begun."""
    return set(connection.execute(select(_BATCH.c.key).where(_BATCH.c.key.in_([safe(key) for key in keys]))).scalars())


def recent_imports(connection: Connection, *, limit: int = 20, before: str | None = None) -> list[ImportStatus]:
    """The latest imports, newest first; those started before the one with the key ``before``, when it is given."""
    query = select(_BATCH).order_by(_BATCH.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(_BATCH.c.id < select(_BATCH.c.id).where(_BATCH.c.key == before).scalar_subquery())
    return [_status(connection, row) for row in connection.execute(query).all()]


def _status(connection: Connection, row: ResultRow[Any]) -> ImportStatus:
    article = schema.Base.metadata.tables["article"]
    import_id = row.id
    files = connection.execute(select(_FILE.c.done).where(_FILE.c.import_id == import_id)).scalars().all()
    issues = connection.execute(
        select(_ISSUE.c.severity, func.count()).where(_ISSUE.c.import_id == import_id).group_by(_ISSUE.c.severity)
    ).all()
    return ImportStatus(
        key=row.key,
        status=row.status,
        started_at=row.started_at,
        finished_at=row.finished_at,
        options=msgspec.json.decode(row.options),
        files=len(files),
        files_done=sum(1 for done in files if done),
        articles=connection.execute(
            select(func.count()).select_from(article).where(article.c.import_id == import_id)
        ).scalar_one(),
        issues=dict(sorted(tuple(row) for row in issues)),
    )


def _issue(severity: str, stage: str, reason: str, detail: str, origin: Origin) -> Row:
    path, detail = safe(origin.path), safe(detail)
    member = None if origin.member is None else safe(origin.member)
    key = text.key("iss", severity, stage, reason, detail, path, member or "", str(origin.record))
    return (key, severity, stage, reason, detail, path, member, origin.record, origin.byte_offset)


def safe(value: str) -> str:
    """File names and quoted input may hold characters that no database stores: NUL and half surrogates."""
    return value.replace("\x00", "\\0").encode("utf-8", "backslashreplace").decode("utf-8")
