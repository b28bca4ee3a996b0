"""What was added, changed and removed, in order, for those who keep a copy or poll for news.

Each thing has one row, which moves to the end when it changes again: who reads on from where they stopped meets every
thing that changed meanwhile once, and those that are gone as deleted.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Table, func, select

from newskb import text
from newskb.errors import InputError
from newskb.store import schema
from newskb.store.bulk import KEYS_AT_ONCE, chunks, execute_many
from newskb.store.database import now
from newskb.store.filters import instant
from newskb.store.rows import ChangeRow

_CHANGE: Table = schema.Base.metadata.tables["change"]
RESOURCES = ("articles", "events", "quotes", "claims", "stories")
"""Whose changes are told."""
_UPSERT = """
INSERT INTO change (resource, key, position, added_position, added_at, changed_at, is_deleted, digest)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (resource, key) DO UPDATE SET
    position = excluded.position,
    added_position = CASE WHEN change.is_deleted THEN excluded.position ELSE change.added_position END,
    added_at = CASE WHEN change.is_deleted THEN excluded.changed_at ELSE change.added_at END,
    changed_at = excluded.changed_at, is_deleted = excluded.is_deleted, digest = excluded.digest
"""
_DELETE = "UPDATE change SET position = ?, changed_at = ?, is_deleted = ?, digest = NULL WHERE resource = ? AND key = ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePage:
    """Some changes in order."""

    rows: list[ChangeRow]
    next: str | None
    """Where it goes on; None at the end."""
    resume: str
    """Where to go on later, when more has changed."""


# --- writing ---------------------------------------------------------------------------------------------------------


def digest(value: object) -> str:
    """A short hash of all that a thing says."""
    return text.digest(msgspec.json.encode(value).decode())


def touched(connection: Connection, resource: str, keys: Iterable[str]) -> None:
    """Note that these things were added or changed, in the transaction that does it."""
    _write(connection, resource, dict.fromkeys(sorted(set(keys))))


def removed(connection: Connection, resource: str, keys: Iterable[str]) -> None:
    """Note that these things are gone."""
    gone = sorted(set(keys))
    first, moment = _next_position(connection), now()
    execute_many(connection, _DELETE, [(first + n, moment, True, resource, key) for n, key in enumerate(gone)])


def rewritten(connection: Connection, resource: str, said: Mapping[str, str], *, before: Collection[str]) -> None:
    """Note what a merge changed: it put ``said`` (key to digest) in the place of the things with the keys ``before``.

    What says the same as it did has not changed.
    """
    known: dict[str, str | None] = {}
    for part in chunks(sorted(said), KEYS_AT_ONCE):
        query = select(_CHANGE.c.key, _CHANGE.c.digest).where(
            _CHANGE.c.resource == resource, _CHANGE.c.key.in_(part), ~_CHANGE.c.is_deleted
        )
        known.update((row.key, row.digest) for row in connection.execute(query))
    _write(connection, resource, {key: said[key] for key in sorted(said) if known.get(key) != said[key]})
    removed(connection, resource, set(before) - said.keys())


def _write(connection: Connection, resource: str, said: Mapping[str, str | None]) -> None:
    first, moment = _next_position(connection), now()
    rows = [
        (resource, key, first + n, first + n, moment, moment, False, digest_of)
        for n, (key, digest_of) in enumerate(said.items())
    ]
    execute_many(connection, _UPSERT, rows)


def _next_position(connection: Connection) -> int:
    """Safe because writers come one at a time, so positions become visible in their order."""
    return int(connection.execute(select(func.coalesce(func.max(_CHANGE.c.position), 0))).scalar_one()) + 1


# --- reading ---------------------------------------------------------------------------------------------------------


def list_changes(
    connection: Connection,
    *,
    since: str | None = None,
    cursor: str | None = None,
    resources: Sequence[str] = (),
    limit: int,
) -> ChangePage:
    """Changes in their order: since an instant (ISO 8601), or from ``cursor`` (``next`` or ``resume`` of before) on.

    A thing that was added after the beginning is told as added, whatever happened to it since. Raises ``InputError``.
    """
    if since is not None and cursor is not None:
        raise InputError("'cursor' goes on where it stopped; take 'since' out")
    for name in resources:
        if name not in RESOURCES:
            raise InputError(f"'resource' is one of {', '.join(RESOURCES)}, not '{name}'")
    start, position = _from_cursor(cursor) if cursor is not None else _start(connection, since)
    query = select(_CHANGE).where(_CHANGE.c.position > position)
    if resources:
        query = query.where(_CHANGE.c.resource.in_(resources))
    found = connection.execute(query.order_by(_CHANGE.c.position).limit(limit + 1)).all()
    rows = [
        ChangeRow(
            resource=row.resource,
            key=row.key,
            action="deleted" if row.is_deleted else "added" if _is_new(row, start) else "updated",
            changed_at=row.changed_at,
        )
        for row in found[:limit]
    ]
    if len(found) > limit:
        following = _to_cursor(start, found[limit - 1].position)
        return ChangePage(rows=rows, next=following, resume=following)
    end = found[-1].position if found else position
    return ChangePage(rows=rows, next=None, resume=_to_cursor(end, end))


_Start = int | str
"""Where the reading began: after a position, or at an instant."""


def _is_new(row: Row[Any], start: _Start) -> bool:
    return bool(row.added_at >= start if isinstance(start, str) else row.added_position > start)


def _start(connection: Connection, since: str | None) -> tuple[_Start, int]:
    """Where reading begins, and the position before the first change from then on."""
    if since is None:
        return 0, 0
    start = instant("since", since)
    later = select(func.min(_CHANGE.c.position)).where(_CHANGE.c.changed_at >= start)
    first = connection.execute(later).scalar_one()
    return start, (_next_position(connection) if first is None else int(first)) - 1


def _to_cursor(start: _Start, position: int) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(["changes", start, position])).decode().rstrip("=")


def _from_cursor(cursor: str) -> tuple[_Start, int]:
    wrong = InputError("'cursor' is not one that this list gave; start again with 'since'")
    try:
        data = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        of, start, position = msgspec.json.decode(data, type=tuple[str, int | str, int])
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise wrong from error
    if of != "changes" or not 0 <= position < 2**62 or not (isinstance(start, str) or 0 <= start <= position):
        raise wrong
    return start, position
