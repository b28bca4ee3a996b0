"""Lists that are read off an index have the same rows in the same order as those that are found and sorted."""

from __future__ import annotations

from typing import Any

import pytest
from asking import walk
from sqlalchemy import Connection

from newskb.store.filters import Filters

Row = dict[str, Any]
ACTORS = ("Q900001", "demonstrators")
WHO = {"actor": ("actors",), "recipient": ("recipients",), "participant": ("actors", "recipients")}


def in_order(rows: list[Row], date: str) -> list[Row]:
    return sorted(rows, key=lambda row: (row[date] or "", row["key"]), reverse=True)


@pytest.mark.parametrize("filter_name", WHO)
@pytest.mark.parametrize("names", [ACTORS[:1], ACTORS[1:], ACTORS, ("nobody",)])
@pytest.mark.parametrize("limit", [1, 3, 1_000])
def test_the_events_of_an_actor_come_newest_first(
    filled: Connection, filter_name: str, names: tuple[str, ...], limit: int
) -> None:
    every = walk(filled, Filters(resource="events"), limit=1_000)
    expected = [
        row
        for row in every
        if any(who["key"] in names or who["name"] in names for part in WHO[filter_name] for who in row[part])
    ]
    asked = Filters.parse({filter_name: names}, "events")
    assert walk(filled, asked, limit=limit) == in_order(expected, "date_start")
    assert walk(filled, asked, limit=limit, sort="date") == in_order(expected, "date_start")[::-1]
    some = Filters.parse({filter_name: names, "event_type": ["PROTEST"], "exclude_realis": ["future"]}, "events")
    assert walk(filled, some, limit=limit) == [r for r in in_order(expected, "date_start") if r["type"] == "PROTEST"]


@pytest.mark.parametrize("resource", ["articles", "quotes", "claims"])
@pytest.mark.parametrize("limit", [1, 2, 1_000])
def test_what_holds_the_words_comes_newest_first(filled: Connection, resource: str, limit: int) -> None:
    date = "published_date"
    words = {"articles": "harbour two", "quotes": "harbour", "claims": "workers"}[resource]
    every = [
        row | {"day": row[date] if resource == "articles" else row["article"][date]}
        for row in walk(filled, Filters(resource=resource), limit=1_000)
    ]
    keys = [row["key"] for row in in_order(every, "day")]

    def found(**more: list[str]) -> list[str]:
        return [row["key"] for row in walk(filled, Filters.parse({"q": [words], **more}, resource), limit=limit)]

    assert found() == keys
    asked = Filters.parse({"q": [words]}, resource)
    assert [row["key"] for row in walk(filled, asked, limit=limit, sort="date")] == keys[::-1]
    spring = [row["key"] for row in in_order(every, "day") if "2021-03-02" <= (row["day"] or "") <= "2021-04-30"]
    assert found(published_start=["2021-03-02"], published_end=["2021-04"]) == spring
    before = [row["key"] for row in in_order(every, "day") if row["day"] and row["day"] <= "2021-03-02"]
    assert found(published_end=["2021-03-02"]) == before
    assert found(undated=["only"]) == [row["key"] for row in in_order(every, "day") if row["day"] is None]
    assert found(published_start=["2022"], published_end=["2020"]) == []
