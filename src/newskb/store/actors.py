"""Actors and places: the authority's, and those that texts name and the authority does not know.

What is known of a local actor is joined from all links to it by rules in which order plays no part (the longest name,
the least code), so that the same articles give the same actors however they were imported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Table, delete, select
from sqlalchemy import Row as ResultRow

from newskb.model import Actor, Article, ArticleFacts, Link, MentionForm, Place
from newskb.store import imported, meta, schema
from newskb.store.bulk import Row, chunks, execute_many, ids_of, insert_new_rows, insert_rows, next_id
from newskb.text import fold, squeeze

_ACTOR: Table = schema.Base.metadata.tables["actor"]
_ARTICLE: Table = schema.Base.metadata.tables["article"]
_MARK: Table = schema.Base.metadata.tables["merge_mark"]
_ALIAS: Table = schema.Base.metadata.tables["actor_alias"]
_ROLE: Table = schema.Base.metadata.tables["actor_role"]
_PLACE: Table = schema.Base.metadata.tables["place"]
_PLACE_ALIAS: Table = schema.Base.metadata.tables["place_alias"]

AUTHORITY_VERSION = "authority_version"
_WIKIDATA = re.compile(r"Q[1-9]\d*", re.ASCII)
_MAX_TEXT_ALIAS = 100  # characters; a longer "name" is a parsing accident, not a name


def load_authority(connection: Connection, actors: Iterable[Actor], places: Iterable[Place], version: str) -> bool:
    """Store the authority's actors and places; False when this version is already there.

    Rows are matched by key: what a text made known becomes the authority's, with its aliases kept.
    """
    if meta.get(connection, AUTHORITY_VERSION) == version:
        return False
    _load_places(connection, sorted(places, key=lambda place: place.key))
    _load_actors(connection, sorted(actors, key=lambda actor: actor.key))
    meta.put(connection, AUTHORITY_VERSION, version)
    if connection.execute(select(_ARTICLE.c.id).limit(1)).first() is not None:
        # Merging looks at the countries of places, which may be others now.
        insert_new_rows(connection, _MARK, [("",)])
    return True


def _load_actors(connection: Connection, actors: list[Actor]) -> None:
    ids = ids_of(connection, _ACTOR, (actor.key for actor in actors))
    fresh = next_id(connection, _ACTOR)
    new: list[Row] = []
    known: list[Row] = []
    for actor in actors:
        values = imported.actor_values(actor, "authority")
        if actor.key in ids:
            known.append((*values, ids[actor.key]))
        else:
            ids[actor.key] = fresh + len(new)
            new.append((ids[actor.key], actor.key, *values, None))
    insert_rows(connection, _ACTOR, new)
    execute_many(connection, f"UPDATE actor SET {imported.ASSIGNED} WHERE id = ?", known)
    connection.execute(delete(_ALIAS).where(_ALIAS.c.known_from == "authority"))
    connection.execute(delete(_ROLE).where(_ROLE.c.known_from == "authority"))
    for part in chunks(sorted(ids.values()), 5_000):
        connection.execute(delete(_ROLE).where(_ROLE.c.actor_id.in_(part)))
    aliases = [
        (ids[actor.key], name, *imported.comparable(name), "authority")
        for actor in actors
        for name in _names(actor.name, actor.aliases)
    ]
    execute_many(connection, "DELETE FROM actor_alias WHERE actor_id = ? AND name = ?", [row[:2] for row in aliases])
    insert_rows(connection, _ALIAS, aliases)
    roles: list[Row] = [
        (ids[actor.key], ordinal, role.office, role.country, role.sector, role.start, role.end, "authority")
        for actor in actors
        for ordinal, role in enumerate(actor.roles)
    ]
    insert_rows(connection, _ROLE, roles)
    imported.apply_again(connection, [actor.key for actor in actors])


def _load_places(connection: Connection, places: list[Place]) -> None:
    ids = ids_of(connection, _PLACE, (place.key for place in places))
    fresh = next_id(connection, _PLACE)
    new: list[Row] = []
    known: list[Row] = []
    for place in places:
        values: Row = (
            place.name,
            fold(place.name),
            place.kind,
            place.wikidata,
            place.country,
            place.admin1,
            place.latitude,
            place.longitude,
            place.population,
            "authority",
        )
        if place.key in ids:
            known.append((*values, ids[place.key]))
        else:
            ids[place.key] = fresh + len(new)
            new.append((ids[place.key], place.key, *values))
    insert_rows(connection, _PLACE, new)
    columns = ("name", "folded", "kind", "wikidata", "country", "admin1", "latitude", "longitude", "population")
    assignments = ", ".join(f"{column} = ?" for column in (*columns, "known_from"))
    execute_many(connection, f"UPDATE place SET {assignments} WHERE id = ?", known)
    connection.execute(delete(_PLACE_ALIAS))
    insert_rows(
        connection,
        _PLACE_ALIAS,
        [(ids[place.key], name, fold(name)) for place in places for name in _names(place.name, place.aliases)],
    )


def _names(name: str, aliases: Iterable[str]) -> list[str]:
    return sorted({name, *aliases})


# --- actors and places that texts make known -------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class LinkedActor:
    """What links say of one actor so far."""

    name: str
    kind: str | None = None
    wikidata: str | None = None
    wikipedia: str | None = None
    country: str | None = None
    sector: str | None = None
    is_nil: bool = True
    aliases: set[str] = field(default_factory=set)

    def join(self, other: LinkedActor) -> LinkedActor:
        """Both together; commutative, associative and idempotent."""
        return replace(
            self,
            name=_longer(self.name, other.name),
            kind=_least(self.kind, other.kind),
            wikidata=_least(self.wikidata, other.wikidata),
            wikipedia=_least(self.wikipedia, other.wikipedia),
            country=_least(self.country, other.country),
            sector=_least(self.sector, other.sector),
            is_nil=self.is_nil and other.is_nil,
            aliases=self.aliases | other.aliases,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedIds:
    """Ids of all actors and places that some facts link to."""

    actors: Mapping[str, int]
    places: Mapping[str, int]


def upsert_linked(connection: Connection, items: Iterable[tuple[Article, ArticleFacts]]) -> LinkedIds:
    """Make sure that every actor and place the facts link to has a row, and join in what the links say of it.

    The names by which texts call an actor are found by filters and suggestions, also where the authority spells it
    otherwise ("Sergei Lavrov" is Sergey Lavrov there).
    """
    actors: dict[str, LinkedActor] = {}
    places: dict[str, str] = {}
    for article, facts in items:
        for link in facts.links:
            if link.kind == "actor" and link.key is not None:
                known = _known(link, article, facts)
                actors[link.key] = actors[link.key].join(known) if link.key in actors else known
            place = link.key if link.kind == "place" else link.place_key
            if place is not None:
                # An actor with the key of its place is called as the place is ("Lyon", not "Government of France").
                name = (link.name if link.key == place else None) or place
                places[place] = _longer(places.get(place, place), name) if place in places else name
    return LinkedIds(actors=upsert_actors(connection, actors), places=_upsert_places(connection, places))


def _known(link: Link, article: Article, facts: ArticleFacts) -> LinkedActor:
    mentions = (facts.mentions[i] for i in link.mentions)
    names = {squeeze(m.span.of(article.text)) for m in mentions if m.form is MentionForm.NAME}
    return LinkedActor(
        name=link.name or link.key or "",
        kind=link.actor_kind,
        wikidata=link.wikidata,
        wikipedia=link.wikipedia,
        country=link.country,
        sector=link.sector,
        is_nil=link.nil,
        aliases={name for name in names if 0 < len(name) < _MAX_TEXT_ALIAS},
    )


def upsert_actors(connection: Connection, found: Mapping[str, LinkedActor]) -> dict[str, int]:
    """Make sure that these actors have rows, by key, with what is known of them joined in; returns their ids."""
    ids: dict[str, int] = {}
    joined: dict[str, LinkedActor] = {}
    for keys in chunks(sorted(found), 5_000):
        for row in connection.execute(select(_ACTOR).where(_ACTOR.c.key.in_(keys))):
            ids[row.key] = row.id
            if row.known_from == "text":
                stored = LinkedActor(
                    name=row.name,
                    kind=row.kind,
                    wikidata=row.wikidata,
                    wikipedia=row.wikipedia,
                    country=row.country,
                    sector=row.sector,
                    is_nil=bool(row.is_local),
                )
                both = stored.join(found[row.key])
                joined[row.key] = both
    changed = [(*_known_values(known), ids[key]) for key, known in sorted(joined.items())]
    execute_many(
        connection,
        "UPDATE actor SET name = ?, folded = ?, kind = ?, wikidata = ?, wikipedia = ?, country = ?, sector = ?, "
        "is_local = ? WHERE id = ?",
        changed,
    )
    fresh = next_id(connection, _ACTOR)
    new: list[Row] = []
    for key in sorted(found.keys() - ids.keys()):
        ids[key] = fresh + len(new)
        joined[key] = found[key]
        *values, is_local = _known_values(found[key])
        new.append((ids[key], key, *values, None, is_local, "text", None))
    insert_rows(connection, _ACTOR, new)
    insert_new_rows(
        connection,
        _ALIAS,
        [
            (ids[key], name, *imported.comparable(name), "text")
            for key in sorted(found)
            for name in sorted(found[key].aliases)
        ],
    )
    return ids


def _known_values(known: LinkedActor) -> Row:
    return (
        known.name,
        fold(known.name),
        known.kind,
        known.wikidata,
        known.wikipedia,
        known.country,
        known.sector,
        known.is_nil,
    )


def _upsert_places(connection: Connection, found: Mapping[str, str]) -> dict[str, int]:
    ids = ids_of(connection, _PLACE, found)
    fresh = next_id(connection, _PLACE)
    new: list[Row] = []
    for key in sorted(found.keys() - ids.keys()):
        ids[key] = fresh + len(new)
        new.append((ids[key], key, found[key], fold(found[key]), *[None] * 7, "text"))
    insert_rows(connection, _PLACE, new)
    named = [(name, fold(name), ids[key], name, name, name) for key, name in sorted(found.items()) if name != key]
    # The longest name wins here too, the least of those, whichever article came first.
    execute_many(
        connection,
        "UPDATE place SET name = ?, folded = ? WHERE id = ? AND known_from = 'text' "
        "AND (name = key OR length(name) < length(?) OR (length(name) = length(?) AND name > ?))",
        named,
    )
    return ids


def known_of(row: ResultRow[Any], key: str) -> LinkedActor:
    """What a row of ``link`` says of the actor with this key; a Wikidata id that an analyst gave is its own."""
    return LinkedActor(
        name=row.name or key,
        kind=row.actor_kind,
        wikidata=key if _WIKIDATA.fullmatch(key) else row.wikidata,
        wikipedia=row.wikipedia,
        country=row.country,
        sector=row.sector,
        is_nil=bool(row.is_nil),
    )


def refresh_local_actors(connection: Connection) -> None:
    """Make what is known of local actors, and the names that texts use, again from the links that are there now.

    Needed after facts were replaced or removed: joining alone would keep names that no text gives any more.
    """
    link: Table = schema.Base.metadata.tables["link"]
    found: dict[int, LinkedActor] = {}
    query = (
        select(link, _ACTOR.c.key.label("actor_key"))
        .join(_ACTOR, _ACTOR.c.id == link.c.actor_id)
        .where(_ACTOR.c.known_from == "text", link.c.kind == "actor")
    )
    for row in connection.execute(query):
        known = known_of(row, row.actor_key)
        found[row.actor_id] = found[row.actor_id].join(known) if row.actor_id in found else known
    execute_many(
        connection,
        "UPDATE actor SET name = ?, folded = ?, kind = ?, wikidata = ?, wikipedia = ?, country = ?, sector = ?, "
        "is_local = ? WHERE id = ?",
        [(*_known_values(known), actor_id) for actor_id, known in sorted(found.items())],
    )
    connection.execute(delete(_ALIAS).where(_ALIAS.c.known_from == "text"))
    aliases = connection.exec_driver_sql(
        "SELECT DISTINCT m.actor_id, substr(a.text, m.start_char + 1, m.end_char - m.start_char) AS name "
        "FROM mention m JOIN article a ON a.id = m.article_id WHERE m.form = 'name' AND m.actor_id IS NOT NULL"
    ).all()
    names = {(row.actor_id, squeeze(row.name)) for row in aliases}
    insert_new_rows(
        connection,
        _ALIAS,
        [
            (actor_id, name, *imported.comparable(name), "text")
            for actor_id, name in sorted(names)
            if 0 < len(name) < _MAX_TEXT_ALIAS
        ],
    )
    _drop_unused(connection, kept=set(found))


def _drop_unused(connection: Connection, *, kept: set[int]) -> None:
    replacing = select(_ACTOR.c.replaced_by).where(_ACTOR.c.replaced_by.is_not(None))
    unused = select(_ACTOR.c.id).where(
        _ACTOR.c.known_from == "text", _ACTOR.c.replaced_by.is_(None), _ACTOR.c.key.not_in(replacing)
    )
    local = set(connection.execute(unused).scalars())
    for table_name, columns in _ACTOR_USERS:
        table: Table = schema.Base.metadata.tables[table_name]
        for column in columns:
            kept |= set(connection.execute(select(table.c[column]).distinct()).scalars())
    for part in chunks(sorted(local - kept), 5_000):
        connection.execute(delete(_ACTOR).where(_ACTOR.c.id.in_(part)))


_ACTOR_USERS = (
    ("event_participant", ("actor_id",)),
    ("event_mention_participant", ("actor_id",)),
    ("event_mention", ("reported_by_id",)),
    ("quote", ("speaker_id", "addressee_id")),
    ("quote_group", ("speaker_id",)),
    ("quote_about", ("actor_id",)),
    ("claim", ("holder_id",)),
    ("claim_about", ("actor_id",)),
    ("mention", ("actor_id",)),
)
"""Columns that refer to actors; an actor that a correction or a merge still names stays, and so do merged ones."""


def _longer(one: str, other: str) -> str:
    return min(one, other, key=lambda name: (-len(name), name))


def _least(one: str | None, other: str | None) -> str | None:
    return min((value for value in (one, other) if value is not None), default=None)
