"""Events are counted once, when they are written, so that a timeline or a ranking of millions is read from a few rows.

The counts are made of the events themselves, in the transaction that changes these, so both always say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, func, select, text

from newskb.store import schema
from newskb.store.filters import Filters

_T: Mapping[str, Table] = schema.Base.metadata.tables
ROLES = ("actor", "recipient", "participant")

_DAY_COLUMNS = "date_start, date_end, date_precision, type, extension, cameo, quad_code, realis"
_NEXT = "coalesce((SELECT max(id) FROM {table}), 0) + row_number() OVER ()"
_COUNT_DAYS = f"""
INSERT INTO event_day (id, {_DAY_COLUMNS}, event_count)
SELECT {_NEXT.format(table="event_day")}, {_DAY_COLUMNS}, number
FROM (SELECT {_DAY_COLUMNS}, count(*) AS number FROM event GROUP BY {_DAY_COLUMNS} ORDER BY date_start) AS counted
"""
_COUNT_PLACES = f"""
INSERT INTO event_place (id, place_id, event_count)
SELECT {_NEXT.format(table="event_place")}, place_id, number
FROM (SELECT place_id, count(*) AS number FROM event GROUP BY place_id) AS counted
"""
_COUNT_ACTORS = f"""
INSERT INTO event_actor (id, actor_id, role, event_count)
SELECT {_NEXT.format(table="event_actor")}, actor_id, role, number
FROM (
    SELECT actor_id, role, count(DISTINCT event_id) AS number FROM event_participant GROUP BY actor_id, role
    UNION ALL
    SELECT actor_id, 'participant', count(DISTINCT event_id) FROM event_participant GROUP BY actor_id
    UNION ALL
    SELECT NULL, named.role, events.number - named.number
    FROM (SELECT count(*) AS number FROM event) AS events, (
        SELECT 'actor' AS role, count(DISTINCT event_id) AS number FROM event_participant WHERE role = 'actor'
        UNION ALL
        SELECT 'recipient', count(DISTINCT event_id) FROM event_participant WHERE role = 'recipient'
        UNION ALL
        SELECT 'participant', count(DISTINCT event_id) FROM event_participant
    ) AS named
) AS counted
WHERE number > 0
"""
ROLLED_UP = {"event_day": _COUNT_DAYS, "event_place": _COUNT_PLACES, "event_actor": _COUNT_ACTORS}
"""Table to the statement that fills it."""


def count_events(connection: Connection) -> None:
    """Count the events anew; belongs into every transaction that changes them."""
    for table, statement in ROLLED_UP.items():
        connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.execute(text(statement))


# --- which counts answer a question ----------------------------------------------------------------------------------

_ON_EVENT_DAY = frozenset({"date_start", "date_end", "event_type", "quad_code", "realis", "date_precision"})
_BY_EVENT_DAY = frozenset({"event_type", "extension", "quad_code", "realis", "cameo", "date_precision"}) | frozenset(
    {"day", "week", "month", "quarter", "year"}
)
_ON_EVENT_PLACE = frozenset({"place", "country", "admin1", "bbox", "near", "geo_precision"})
_BY_EVENT_PLACE = frozenset({"place", "country", "admin1", "geo_precision"})


def counted_table(filters: Filters, by: Iterable[str]) -> Table | None:
    """The table of counts from which the rows of ``filters`` can be counted ``by`` these fields, if there is one.

    Its columns are called as those of the table of the rows, so the same conditions hold for it.
    """
    if filters.resource != "events" or any(c.level != "event" for c in filters.conditions):
        return None
    asked, fields = {c.name for c in filters.conditions}, set(by)
    if asked <= _ON_EVENT_DAY and fields <= _BY_EVENT_DAY:
        return _T["event_day"]
    if not filters.undated and asked <= _ON_EVENT_PLACE and fields <= _BY_EVENT_PLACE:
        return _T["event_place"]
    return None


def number_of(table: Table) -> ColumnElement[Any]:
    """How many rows a row of ``table`` stands for, added up."""
    return func.coalesce(func.sum(table.c.event_count), 0) if "event_count" in table.c else func.count()


def is_counted_by_actor(filters: Filters, field: str) -> bool:
    """Whether ``event_actor`` has the numbers of all rows asked for by this field."""
    return filters.resource == "events" and field in ROLES and not (filters.conditions or filters.undated)


def counts_by_actor(role: str) -> Select[Any]:
    """Key and name of each actor with the number of events in which they have the role; no key = nobody has it."""
    counted, actor = _T["event_actor"], _T["actor"]
    return (
        select(actor.c.key.label("value"), actor.c.name.label("name"), counted.c.event_count.label("number"))
        .select_from(counted.outerjoin(actor, actor.c.id == counted.c.actor_id))
        .where(counted.c.role == role)
    )
