"""Events that a text tells of become those of the knowledge base that they may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from newskb.store import query
from newskb.store.database import Database
from newskb.store.filters import Filters

DAYS_APART = 3
"""Days by which the date of an event may differ between texts: news of a weekend comes on Monday."""
CONSIDERED = 50
"""Events that are looked at for each of the text: those with most outlets, more than one wants to choose among."""
OFFERED = 5
"""Events that are offered for each of the text."""
Told = Mapping[str, Any]


def recognise(database: Database, events: Sequence[Told]) -> list[dict[str, Any]]:
    """For each event of a text those of its type that share somebody or the place, the most alike first."""
    with database.read() as connection:
        return [
            {"chain": told["chain"], "event": event, "agrees_in": agreed}
            for told in events
            for event, agreed in _like(connection, told)
        ]


def _like(connection: Any, told: Told) -> list[tuple[query.Row, list[str]]]:
    found: dict[str, query.Row] = {}
    who, where = _people(told), _place(told)
    for name, keys in (("participant", who), ("place", where)):
        if keys:
            asked = {"event_type": [told["type"] or told["extension"]], name: sorted(keys), **_days(told)}
            question = Filters.parse(asked, "events")
            for row in query.list_rows(connection, question, limit=CONSIDERED, sort="-sources").rows:
                found.setdefault(row["key"], row)
    agreed = [(row, _agreement(row, who, where, told)) for row in found.values()]
    agreed.sort(
        key=lambda pair: (-len(pair[1]), -len(who & _taking(pair[0])), -pair[0]["source_count"], pair[0]["key"])
    )
    return agreed[:OFFERED]


def _taking(row: query.Row) -> set[str]:
    return {one["key"] for one in (*row["actors"], *row["recipients"])}


def _people(told: Told) -> set[str]:
    return {one["key"] for one in (*told["actors"], *told["recipients"]) if one["key"]}


def _place(told: Told) -> set[str]:
    return {told["place"]["key"]} if told["place"] and told["place"]["key"] else set()


def _days(told: Told) -> dict[str, list[str]]:
    """The days on which an event may have happened, as filters; none where the text does not say."""
    if told["date"] is None:
        return {}
    first, last = (date.fromisoformat(day) for day in (told["date"], told["date_end"] or told["date"]))
    apart = timedelta(days=DAYS_APART)
    return {"date_start": [(first - apart).isoformat()], "date_end": [(last + apart).isoformat()]}


def _agreement(row: query.Row, who: set[str], where: set[str], told: Told) -> list[str]:
    """In what an event of the knowledge base is like that of the text, beside its type."""
    agreed = []
    if who & _taking(row):
        agreed.append("participants")
    if row["place"] is not None and row["place"]["key"] in where:
        agreed.append("place")
    if told["date"] is not None:
        agreed.append("date")
    if row["realis"] == told["realis"]:
        agreed.append("realis")
    return agreed
