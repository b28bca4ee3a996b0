"""Actors of files that a user imports: kept as they came, and joined with those that the authority or texts know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, Table, func, select

from newskb.model import Actor, Role
from newskb.store import meta, schema
from newskb.store.bulk import KEYS_AT_ONCE, Row, chunks, execute_many, insert_new_rows, insert_rows, next_id
from newskb.text import fold

_T: Mapping[str, Table] = schema.Base.metadata.tables
_ACTOR, _ROLE, _IMPORTED = _T["actor"], _T["actor_role"], _T["imported_actor"]
_VERSION = "imported_actors"
ASSIGNED = (
    "name = ?, folded = ?, kind = ?, wikidata = ?, wikipedia = ?, country = ?, sector = ?, description = ?, "
    "is_local = ?, known_from = ?"
)
"""The columns of ``actor_values``, as an UPDATE sets them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What became of some actors."""

    added: int
    changed: int
    same: int
    put: list[bytes]
    """The JSON of those that are there now and were not, or not so, before."""
    taken: list[bytes]
    """The JSON that they had before."""


def put_actors(connection: Connection, actors: Iterable[Actor]) -> Changes:
    """Store actors, each in the place of the one with its key; those that are there already as they are change nothing.

    What the authority says of an actor stands, and names and offices are added. What texts made known becomes the
    file's, with the names that they use.
    """
    given = {actor.key: actor for actor in actors}
    before = _data(connection, given)
    change = int(connection.execute(select(func.coalesce(func.max(_IMPORTED.c.change), 0))).scalar_one())
    new: list[Row] = []
    updated: list[Row] = []
    for key, actor in sorted(given.items()):
        data = msgspec.json.encode(actor).decode()
        if before.get(key) == data:
            continue
        change += 1
        if key in before:
            updated.append((data, change, key))
        else:
            new.append((key, change, data))
    insert_rows(connection, _IMPORTED, new)
    execute_many(connection, "UPDATE imported_actor SET data = ?, change = ? WHERE key = ?", updated)
    touched = [*(str(row[0]) for row in new), *(str(row[2]) for row in updated)]
    _apply(connection, [given[key] for key in sorted(touched)])
    return Changes(
        added=len(new),
        changed=len(updated),
        same=len(given) - len(touched),
        put=[str(data).encode() for data in (*(row[2] for row in new), *(row[0] for row in updated))],
        taken=[before[str(row[2])].encode() for row in updated],
    )


def apply_again(connection: Connection, keys: Iterable[str]) -> None:
    """Join what was imported with these actors once more: the authority's have just been written anew."""
    for part in chunks(sorted(keys), KEYS_AT_ONCE):
        data = _data(connection, part)
        _apply(connection, [msgspec.json.decode(data[key], type=Actor) for key in sorted(data)])


def imported_version(connection: Connection) -> str:
    """The version of all imported actors together; empty when there are none."""
    return meta.get(connection, _VERSION) or ""


def put_version(connection: Connection, version: str) -> None:
    """Note the version of all imported actors, in the transaction that stores some."""
    meta.put(connection, _VERSION, version)


def count(connection: Connection) -> int:
    """How many imported actors there are."""
    return int(connection.execute(select(func.count()).select_from(_IMPORTED)).scalar_one())


def changed_since(connection: Connection, change: int) -> Iterator[tuple[int, str, bytes]]:
    """The actors that changed after that change, in the order of their changes: number, key and JSON."""
    query = select(_IMPORTED).where(_IMPORTED.c.change > change).order_by(_IMPORTED.c.change)
    with connection.execute(query, execution_options={"yield_per": 2_000}) as rows:
        for row in rows:
            yield row.change, row.key, row.data.encode()


def actor_values(actor: Actor, known_from: str) -> Row:
    """Values of the columns that ``ASSIGNED`` names."""
    return (
        actor.name,
        fold(actor.name),
        actor.kind,
        actor.wikidata,
        actor.wikipedia,
        actor.country,
        actor.sector,
        actor.description,
        actor.is_local,
        known_from,
    )


def comparable(name: str) -> tuple[str, str]:
    """A name folded, and the same with its last word first ("lavrov sergey"), as aliases are looked up."""
    folded = fold(name)
    first, _blank, last = folded.rpartition(" ")
    return folded, f"{last} {first}" if first else folded


def _data(connection: Connection, keys: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in chunks(sorted(keys), KEYS_AT_ONCE):
        rows = connection.execute(select(_IMPORTED.c.key, _IMPORTED.c.data).where(_IMPORTED.c.key.in_(part)))
        found.update((row.key, row.data) for row in rows)
    return found


def _apply(connection: Connection, actors: Sequence[Actor]) -> None:
    """Make rows of actors, aliases and offices what ``actors`` say."""
    for part in chunks(actors, KEYS_AT_ONCE):
        _apply_some(connection, part)


def _apply_some(connection: Connection, actors: Sequence[Actor]) -> None:
    ids: dict[str, int] = {}
    kept: set[str] = set()
    query = select(_ACTOR.c.id, _ACTOR.c.key, _ACTOR.c.known_from).where(_ACTOR.c.key.in_([a.key for a in actors]))
    for row in connection.execute(query):
        ids[row.key] = row.id
        if row.known_from == "authority":
            kept.add(row.key)
    known = [(*actor_values(a, "import"), ids[a.key]) for a in actors if a.key in ids and a.key not in kept]
    execute_many(connection, f"UPDATE actor SET {ASSIGNED} WHERE id = ?", known)
    fresh = next_id(connection, _ACTOR)
    new = [actor for actor in actors if actor.key not in ids]
    ids |= {actor.key: fresh + number for number, actor in enumerate(new)}
    insert_rows(connection, _ACTOR, [(ids[a.key], a.key, *actor_values(a, "import"), None) for a in new])
    present: list[Row] = [(number,) for number in sorted(ids.values()) if number < fresh]
    execute_many(connection, "DELETE FROM actor_alias WHERE actor_id = ? AND known_from = 'import'", present)
    execute_many(connection, "DELETE FROM actor_role WHERE actor_id = ? AND known_from = 'import'", present)
    aliases = [(ids[a.key], name, *comparable(name), "import") for a in actors for name in sorted({a.name, *a.aliases})]
    if present:
        text = "DELETE FROM actor_alias WHERE actor_id = ? AND name = ? AND known_from = 'text'"
        execute_many(connection, text, [row[:2] for row in aliases])
    insert_new_rows(connection, _T["actor_alias"], aliases)
    insert_rows(connection, _ROLE, _role_rows(connection, actors, ids, kept))


def _role_rows(connection: Connection, actors: Sequence[Actor], ids: Mapping[str, int], kept: set[str]) -> list[Row]:
    """The offices to add: all of them, but those that the authority has for the same person from the same year."""
    held: dict[int, set[tuple[str, str]]] = {}
    count: dict[int, int] = {}
    query = select(_ROLE).where(_ROLE.c.actor_id.in_([ids[key] for key in sorted(kept)]))
    for row in connection.execute(query) if kept else ():
        held.setdefault(row.actor_id, set()).add((fold(row.office), (row.valid_from or "")[:4]))
        count[row.actor_id] = count.get(row.actor_id, 0) + 1
    rows: list[Row] = []
    for actor in actors:
        number = ids[actor.key]
        present, first = held.get(number, set()), count.get(number, 0)
        added = [role for role in actor.roles if _office(role) not in present]
        rows += [
            (number, first + n, role.office, role.country, role.sector, role.start, role.end, "import")
            for n, role in enumerate(added)
        ]
    return rows


def _office(role: Role) -> tuple[str, str]:
    return fold(role.office), (role.start or "")[:4]
