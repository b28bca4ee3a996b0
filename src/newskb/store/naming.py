"""Names become the actors that texts made known, and keys the actors that stand for them, for matching."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from sqlalchemy import Connection, Table, or_, select

from newskb.model import Actor
from newskb.store import reading, schema
from newskb.store.bulk import KEYS_AT_ONCE, chunks, ids_of
from newskb.store.redirects import follow, redirects
from newskb.store.rows import ActorRow
from newskb.text import fold

_T: Mapping[str, Table] = schema.Base.metadata.tables
_ACTOR, _ALIAS = _T["actor"], _T["actor_alias"]
MAX_BEARERS = 100
"""Actors known from texts that are looked at for one name."""


def bearers(connection: Connection, name: str, keys: Sequence[str] = ()) -> list[Actor]:
    """The actors known from texts that bear a name, or have it for a family name, and those with these keys."""
    folded = fold(name)
    named = select(_ALIAS.c.actor_id).where(
        or_(_ALIAS.c.folded == folded, _ALIAS.c.inverted.startswith(f"{folded} ", autoescape=True))
    )
    query = (
        select(_ACTOR)
        .where(or_(_ACTOR.c.folded == folded, _ACTOR.c.id.in_(named), _ACTOR.c.key.in_(keys)))
        .where(_ACTOR.c.known_from == "text")
        .order_by(_ACTOR.c.key)
        .limit(MAX_BEARERS)
    )
    rows = connection.execute(query).all()
    aliases: dict[int, list[str]] = defaultdict(list)
    for alias in connection.execute(select(_ALIAS).where(_ALIAS.c.actor_id.in_([row.id for row in rows]))):
        aliases[alias.actor_id].append(alias.name)
    return [
        Actor(
            key=row.key,
            name=row.name,
            kind=row.kind or "organisation",
            wikidata=row.wikidata,
            wikipedia=row.wikipedia,
            country=row.country,
            sector=row.sector,
            description=row.description,
            aliases=tuple(sorted(aliases[row.id])),
            is_local=bool(row.is_local),
        )
        for row in rows
    ]


def standing(connection: Connection, keys: Iterable[str]) -> dict[str, ActorRow]:
    """Each of the keys that the database knows to the actor that stands for it."""
    by = redirects(connection)
    meant = {key: follow(key, by) for key in keys}
    ids = ids_of(connection, _ACTOR, meant.values())
    found: dict[str, ActorRow] = {}
    for part in chunks(sorted(ids.values()), KEYS_AT_ONCE):
        rows = cast("list[ActorRow]", reading.rows(connection, "actors", part))
        found.update((row["key"], row) for row in rows)
    return {key: found[into] for key, into in meant.items() if into in found}
