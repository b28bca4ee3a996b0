"""Counts, facets, tables and timelines are exact and agree with the list, whatever is asked, on both databases."""

from __future__ import annotations

from collections import Counter

import pytest
from asking import questions, walk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from newskb.errors import InputError
from newskb.store import counting
from newskb.store.dimensions import is_multiple
from newskb.store.filters import DATED, RESOURCES, Filters, names
from newskb.store.maps import AREAS, area_map

READING = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
COUNTED = ("articles", "events", "quotes", "claims")


@READING
@given(filters=questions(), data=st.data())
def test_list_count_facets_tables_and_timeline_agree(filled: Connection, filters: Filters, data: st.DataObject) -> None:
    number = len(walk(filled, filters, limit=1_000))
    assert counting.count(filled, filters) == number
    fields = counting.dimensions(filters.resource)
    for field in data.draw(st.lists(st.sampled_from(fields), max_size=3, unique=True)) if fields else ():
        found = counting.facet(filled, filters, field, size=data.draw(st.sampled_from([1, 3, 1_000])))
        summed = sum(value["count"] for value in found["values"]) + found["other"] + found["unset"]
        assert summed - found["repeated"] == number
        if not is_multiple(filters.resource, field):
            assert found["repeated"] == 0
    if filters.resource in DATED:
        field = data.draw(st.sampled_from([None, *fields]))
        bucket = data.draw(st.sampled_from(counting.BUCKETS))
        zone = data.draw(st.sampled_from([None, "UTC", "Asia/Kolkata"]))
        timeline = counting.timeline(filled, filters, bucket, group_by=field, size=1_000, tz=zone)
        assert timeline["total"] == number == sum(b["count"] for b in timeline["buckets"]) + timeline["undated"]
        series = timeline["series"] or []
        assert all(s["total"] == sum(b["count"] for b in s["buckets"]) + s["undated"] for s in series)
        if field is not None and not is_multiple(filters.resource, field):
            assert sum(s["total"] for s in series) == number


@READING
@given(filters=questions(COUNTED), data=st.data())
def test_the_cells_of_a_table_add_up_to_its_rows(filled: Connection, filters: Filters, data: st.DataObject) -> None:
    fields = [f for f in counting.dimensions(filters.resource) if not is_multiple(filters.resource, f)]
    group_by = data.draw(st.lists(st.sampled_from([*fields, *counting.BUCKETS]), min_size=1, max_size=2, unique=True))
    found = counting.aggregate(filled, filters, group_by, is_share=True)
    assert sum(row["value"] for row in found["rows"]) == found["row_count"] == found["total"]
    assert found["group_count"] == len(found["rows"])
    if found["rows"]:
        assert sum(row["share"] for row in found["rows"]) == pytest.approx(1, abs=1e-3)
    numbers = [row["value"] for row in found["rows"]]
    assert numbers == sorted(numbers, reverse=True)


@pytest.mark.parametrize("resource", COUNTED)
def test_every_field_and_measure_can_be_asked_in_twos(filled: Connection, resource: str) -> None:
    filters = Filters(resource=resource)
    fields = counting.dimensions(resource)
    for first, second in zip(fields, (*fields[1:], "month"), strict=True):
        for measure in counting.measures(resource):
            found = counting.aggregate(filled, filters, [first, second], measure=measure)
            assert found["rows"], (first, second, measure)
            assert {first, f"{first}_name", second, f"{second}_name", "value", "share"} == set(found["rows"][0])


@pytest.mark.parametrize("resource", COUNTED)
def test_a_value_of_a_facet_as_filter_gives_so_many_rows(filled: Connection, resource: str) -> None:
    """Whoever clicks on a number of a facet finds that number of rows."""
    asked = 0
    for field in counting.dimensions(resource):
        if field not in names(resource):
            continue
        for value in counting.facet(filled, Filters(resource=resource), field)["values"]:
            narrowed = Filters.parse({field: [value["value"] or ""]}, resource)
            assert counting.count(filled, narrowed) == value["count"], (field, value)
            asked += 1
    assert asked > 5


def test_facets_are_sorted_and_have_a_remainder(filled: Connection) -> None:
    for resource in RESOURCES:
        for field in counting.dimensions(resource):
            numbers = [v["count"] for v in counting.facet(filled, Filters(resource=resource), field)["values"]]
            assert numbers == sorted(numbers, reverse=True)
    events = Filters(resource="events")
    whole = counting.facet(filled, events, "event_type")
    assert sum(v["count"] for v in whole["values"]) + whole["unset"] == counting.count(filled, events)
    short = counting.facet(filled, events, "event_type", size=1)
    assert short["other"] == sum(v["count"] for v in whole["values"][1:]) > 0
    speakers = counting.facet(filled, Filters(resource="quotes"), "speaker")
    assert speakers["values"] == [{"value": "Q900001", "name": "Lena Ortiz", "count": 24}]


def test_measures_are_those_of_the_rows(filled: Connection) -> None:
    events = Filters(resource="events")
    rows = walk(filled, events, limit=100)
    of_type: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        of_type.setdefault(row["type"] or row["extension"], []).append(row)

    def measured(measure: str) -> dict[str, float]:
        found = counting.aggregate(filled, events, ["event_type"], measure=measure)
        return {row["event_type"]: row["value"] for row in found["rows"]}

    assert measured("events") == {key: len(group) for key, group in of_type.items()}
    assert measured("mentions") == {key: sum(r["report_count"] for r in group) for key, group in of_type.items()}
    assert measured("articles") == {key: sum(r["article_count"] for r in group) for key, group in of_type.items()}
    for key, value in measured("avg_intensity").items():
        known = [row["intensity"] for row in of_type[key] if row["intensity"] is not None]
        assert value == (round(sum(known) / len(known), 6) if known else None)
    assert counting.aggregate(filled, events, ["realis"], measure="sources")["total"] == 3
    assert counting.aggregate(filled, events, ["realis"], measure="sum_fatalities")["total"] is None


def test_two_dimensions_hold_the_pairs_that_occur(filled: Connection) -> None:
    events = Filters(resource="events")
    found = counting.aggregate(filled, events, ["event_type", "date_precision"], sort="group")
    expected = Counter(
        (row["type"] or row["extension"], row["date_precision"]) for row in walk(filled, events, limit=9)
    )
    cells = {(row["event_type"], row["date_precision"]): row["value"] for row in found["rows"]}
    assert cells == expected
    kinds = [row["event_type"] for row in found["rows"]]
    assert kinds == sorted(kinds)
    short = counting.aggregate(filled, events, ["event_type", "date_precision"], limit=2)
    assert (len(short["rows"]), short["group_count"]) == (2, len(cells))


def test_a_timeline_by_value_is_one_for_each(filled: Connection) -> None:
    found = counting.timeline(filled, Filters(resource="articles"), "year", group_by="source", size=2)
    assert [series["total"] for series in found["series"] or []] == [6, 6]
    assert found["series_count"] == 4
    whole = counting.timeline(filled, Filters(resource="articles"), "year", group_by="source")
    assert {series["value"] is None for series in whole["series"] or []} == {True, False}


@READING
@given(filters=questions(("events", "articles")), area=st.sampled_from(AREAS), limit=st.sampled_from([None, 1]))
def test_a_map_counts_every_row(filled: Connection, filters: Filters, area: str, limit: int | None) -> None:
    found = area_map(filled, filters, area, limit=limit)
    number = len(walk(filled, filters, limit=1_000))
    summed = sum(row["count"] for row in found["areas"]) + found["other"] + found["unlocated"]
    assert found["total"] == number <= summed
    if filters.resource == "events":
        assert summed == number
    assert found["area_count"] >= len(found["areas"])


def test_a_map_keeps_how_exact_a_place_is(filled: Connection) -> None:
    [place] = area_map(filled, Filters(resource="events"), "place")["areas"]
    assert (place["key"], place["name"], place["precision"]) == ("Q900101", "Port Amber", "place")
    assert (place["latitude"], place["longitude"], place["count"]) == (10.5, -66.9, 14)
    [country] = area_map(filled, Filters(resource="articles"), "country")["areas"]
    assert (country["key"], country["precision"], country["count"]) == ("XAA", "country", 24)
    assert area_map(filled, Filters(resource="articles"), "admin1")["unlocated"] == 24


@pytest.mark.parametrize(
    ("group_by", "more", "words"),
    [
        (["colour"], {}, "'group_by' of events is one of"),
        ([], {}, "one or two"),
        (["realis", "mode", "cameo"], {}, "one or two"),
        (["realis", "realis"], {}, "one or two different"),
        (["realis"], {"measure": "avg_tone"}, "'measure' of events is one of"),
        (["realis"], {"measure": "avg_intensity", "is_share": True}, "an average has no share"),
        (["realis"], {"sort": "name"}, "'sort' of a table is one of"),
        (["month"], {"tz": "Mars/Base"}, "IANA time zone"),
        (["month"], {"tz": "localtime'"}, "IANA time zone"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_what_can(
    filled: Connection, group_by: list[str], more: dict[str, object], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        counting.aggregate(filled, Filters(resource="events"), group_by, **more)  # type: ignore[arg-type]
