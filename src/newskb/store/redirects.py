"""The keys of actors that analysts merged lead to the actors that stand for them now."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Table, select

from newskb.store import schema
from newskb.store.bulk import execute_many

_T: Mapping[str, Table] = schema.Base.metadata.tables
_JUDGEMENT, _ACTOR = _T["judgement"], _T["actor"]


def redirects(connection: Connection) -> dict[str, str]:
    """Each merged key to the key that it was merged into; that one may be merged itself."""
    query = (
        select(_JUDGEMENT.c.first_key, _JUDGEMENT.c.second_key, _JUDGEMENT.c.into_key)
        .where(_JUDGEMENT.c.kind == "actor", _JUDGEMENT.c.into_key.is_not(None), _JUDGEMENT.c.revoked_at.is_(None))
        .order_by(_JUDGEMENT.c.id)
    )
    return {first if into == second else second: into for first, second, into in connection.execute(query)}


def follow(key: str, by: Mapping[str, str]) -> str:
    """The key that stands for ``key`` in the end."""
    while key in by:
        key = by[key]
    return key


def standing_key(connection: Connection, key: str) -> str:
    """The key of the actor that stands for the one with this key: the same unless it was merged."""
    by = _ACTOR.c.replaced_by
    replaced = connection.execute(select(by).where(_ACTOR.c.key == key, by.is_not(None))).scalar_one_or_none()
    return key if replaced is None else follow(key, redirects(connection))


def mark_replaced(connection: Connection, by: Mapping[str, str]) -> None:
    """Let the rows of actors say what stands for them."""
    replaced = select(_ACTOR.c.key, _ACTOR.c.replaced_by).where(_ACTOR.c.replaced_by.is_not(None))
    present = {row.key: row.replaced_by for row in connection.execute(replaced)}
    wanted = {key: follow(key, by) for key in by}
    gone: list[tuple[str | None, str]] = [(None, key) for key in sorted(present.keys() - wanted.keys())]
    new = [(into, key) for key, into in sorted(wanted.items()) if present.get(key) != into]
    execute_many(connection, "UPDATE actor SET replaced_by = ? WHERE key = ?", [*gone, *new])
