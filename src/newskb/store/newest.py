"""Lists that are asked for again and again are read in order off one index, and no further than a page.

Left to themselves, the databases find all events of an actor, or all articles that hold two words, and sort them: for
the most active actor of five million events that takes half a second, for a page of fifty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, literal_column, select, tuple_

from newskb.store import schema
from newskb.store.conditions import TABLE_OF, actor_ids, conditions, fts5_query
from newskb.store.filters import Condition, Filters
from newskb.store.schema import SEARCHED
from newskb.store.search import ID_MASK, place_in_time

_T: Mapping[str, Table] = schema.Base.metadata.tables
_ROLES = {"actor": ("actor",), "recipient": ("recipient",), "participant": ("actor", "recipient")}
"""Filter to the roles that it asks for."""
MAX_WALKS = 8
"""Actors times roles that are read side by side: a name that more of them share is left to the database."""

Place = tuple[int, str, str]
"""Id, date (empty = undated) and key of a row."""
After = tuple[str, str]
"""Date and key of the last row before."""


def by_date(
    connection: Connection, filters: Filters, after: After | None, *, limit: int, is_descending: bool
) -> list[Place] | None:
    """The first rows after a date and key in the order of both; None when the question is another one."""
    if connection.dialect.name == "sqlite" and _asks_for_words(filters):
        return _with_words(connection, filters, after, limit, is_descending)
    asked = _actor_of(filters)
    if asked is None:
        return None
    walks = [{"actor": actor, "role": role} for actor in actor_ids(connection, asked.values) for role in _roles(asked)]
    if len(walks) > MAX_WALKS:
        return None
    others = replace(filters, conditions=tuple(c for c in filters.conditions if c is not asked))
    query = _events_of_actor(after, is_descending).where(*conditions(connection, others)).limit(limit)
    found = {(row.id, row.place, row.key) for walk in walks for row in connection.execute(query, walk)}
    return _first(found, limit, is_descending)


def _first(found: Iterable[Place], limit: int, is_descending: bool) -> list[Place]:
    return sorted(found, key=lambda row: row[1:], reverse=is_descending)[:limit]


# --- words -----------------------------------------------------------------------------------------------------------


def _asks_for_words(filters: Filters) -> bool:
    """Whether words of the rows themselves, and at most days of publication beside them, are all that is asked."""
    own = TABLE_OF[filters.resource]
    by_name = {c.name: c for c in filters.conditions if c.level == own and not c.is_excluded}
    return (
        own in SEARCHED
        and "q" in by_name
        and len(by_name) == len(filters.conditions)
        and by_name.keys() <= {"q", "published_start", "published_end"}
        and filters.undated is None
        and not (filters.search_in or filters.match_all)
    )


def _with_words(
    connection: Connection, filters: Filters, after: After | None, limit: int, is_descending: bool
) -> list[Place]:
    """Off the full-text table, whose numbers run in the order of days."""
    table = TABLE_OF[filters.resource]
    values = {c.name: c.values for c in filters.conditions}
    first, last = _span_of(values)
    if after is not None and is_descending:
        last = min(last, place_in_time(after[0]) | ID_MASK)
    elif after is not None:
        first = max(first, place_in_time(after[0]))
    # CROSS JOIN: the words come first, whatever the planner thinks of them.
    result = connection.exec_driver_sql(
        f"SELECT t.id, coalesce(t.published_date, ''), t.key FROM {table}_fts AS f CROSS JOIN {table} AS t "
        f"WHERE f.{table}_fts MATCH ? AND f.rowid BETWEEN ? AND ? AND t.id = f.rowid & {ID_MASK} "
        f"ORDER BY f.rowid {'DESC' if is_descending else 'ASC'}",
        (fts5_query(values["q"]), first, last),
    )
    found: list[Place] = []
    for row_id, day, key in result:
        # Inside a day the numbers do not run in the order of keys, so the last day is read to its end.
        if len(found) >= limit and day != found[-1][1]:
            break
        if after is None or ((day, key) < after if is_descending else (day, key) > after):
            found.append((row_id, day, key))
    result.close()
    return _first(found, limit, is_descending)


def _span_of(values: Mapping[str, Sequence[str]]) -> tuple[int, int]:
    """The least and the greatest number in the full-text table; asking for days leaves undated rows out."""
    first, last = 0, place_in_time(date.max.isoformat()) | ID_MASK
    if "published_start" in values or "published_end" in values:
        first = place_in_time(min(values.get("published_start", [date.min.isoformat()])))
    if "published_end" in values:
        last = place_in_time(max(values["published_end"])) | ID_MASK
    return first, last


# --- actors ----------------------------------------------------------------------------------------------------------


def _actor_of(filters: Filters) -> Condition | None:
    """The one condition that says who took part."""
    if filters.resource != "events":
        return None
    found = [c for c in filters.conditions if c.level == "event" and c.name in _ROLES and not c.is_excluded]
    is_one = len(found) == 1 and not (filters.match_all and len(found[0].values) > 1)
    return found[0] if is_one else None


def _roles(asked: Condition) -> tuple[str, ...]:
    return _ROLES[asked.name]


def _events_of_actor(after: After | None, is_descending: bool) -> Select[Any]:
    """Events of one actor in one role, off the index of ``event_participant``, which has them in order of date."""
    event, part = _T["event"], _T["event_participant"]
    # The text of the indexed expression, with the constant in it, or the databases do not know the index again.
    day: ColumnElement[Any] = literal_column("coalesce(event_participant.date_start, '')", schema.Code)
    query = (
        select(event.c.id, day.label("place"), event.c.key)
        .select_from(part.join(event, event.c.id == part.c.event_id))
        .where(part.c.actor_id == bindparam("actor"), part.c.role == bindparam("role"))
    )
    if is_descending:
        query = query.order_by(day.desc(), event.c.key.desc())
    else:
        query = query.order_by(day.asc(), event.c.key.asc())
    if after is None:
        return query
    place = tuple_(day, event.c.key)
    # The comparison of the day alone is what the index can begin with.
    if is_descending:
        return query.where(day <= after[0], place < tuple_(*after))
    return query.where(day >= after[0], place > tuple_(*after))
