"""Parameters become one checked question, or an error that says what to change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskb.errors import InputError, UnknownParameterError
from newskb.store.conditions import DATE_OF, TABLE_OF
from newskb.store.filters import DATED, LEVELS, OUTPUT, RESOURCES, SINGLE, Filters, names, nearest, opposite, repeating


def values(resource: str, name: str, *given: str) -> tuple[str, ...]:
    [condition] = Filters.parse({name: given}, resource, today="2021-03-31").conditions
    return condition.values


@pytest.mark.parametrize(
    ("name", "value", "checked"),
    [
        ("published_start", "2019", "2019-01-01"),
        ("published_start", "2020-02", "2020-02-01"),
        ("published_end", "2020-02", "2020-02-29"),
        ("published_end", "2019", "2019-12-31"),
        ("published_end", "2019-05-05", "2019-05-05"),
        ("timespan", "7d", "2021-03-24"),
        ("timespan", "2w", "2021-03-17"),
        ("timespan", "1y", "2020-03-31"),
        ("timespan", "9999y", "0001-01-01"),
        ("country", "ve", "VEN"),
        ("country", "VEN", "VEN"),
        ("realis", "ACTUAL", "actual"),
        ("event_type", "protest", "PROTEST"),
        ("event_type", "election", "election"),
        ("analysed", "True", "true"),
        ("actor", "  Lena Ortiz ", "Lena Ortiz"),
    ],
)
def test_values_are_brought_into_one_form(name: str, value: str, checked: str) -> None:
    assert values("articles", name, value) == (checked,)


def test_a_value_given_twice_counts_once() -> None:
    assert values("events", "realis", "actual", "ACTUAL", "future") == ("actual", "future")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("published_start", "2019-02-30", "no day 2019-02-30"),
        ("published_start", "0000", "no day 0000"),
        ("published_end", "2019-13", "no day 2019-13"),
        ("published_end", "5 May 2019", "takes a date like 2019-05-05"),
        ("timespan", "7 days", "such as 7d"),
        ("country", "Venezuela", "ISO 3166-1"),
        ("country", "XX", "no ISO 3166-1 country code"),
        ("min_sources", "1e3", "takes a number"),
        ("bbox", "1,2,3", "minlon,minlat,maxlon,maxlat"),
        ("near", "1,2", "lat,lon,km"),
        ("event_type", "PROTST", "did you mean 'PROTEST'"),
        ("realis", "zzz", "it takes actual, attempted"),
        ("actor", " ", "is empty"),
        ("actor", "\ud800", "characters that no text has"),
        ("q", "a" + " b" * 300, "200 is the most"),
    ],
)
def test_a_wrong_value_is_told_what_would_be_right(name: str, value: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        Filters.parse({name: [value]}, "articles")


@pytest.mark.parametrize("name", SINGLE)
def test_what_takes_one_value_is_not_given_two(name: str) -> None:
    with pytest.raises(InputError, match=f"'{name}' is given 2 times"):
        Filters.parse({name: ["any", "all"]}, "articles")


def test_an_opposite_is_the_same_filter_turned_round() -> None:
    [condition] = Filters.parse({"exclude_country": ["VE"]}, "events").conditions
    assert (condition.name, condition.values, condition.is_excluded) == ("country", ("VEN",), True)


def test_a_name_means_the_nearest_level_that_has_it() -> None:
    for resource, level in (("events", "event"), ("places", "place"), ("actors", "actor"), ("articles", "event")):
        [condition] = Filters.parse({"country": ["VEN"]}, resource).conditions
        assert condition.level == level


@pytest.mark.parametrize(
    ("name", "resource", "near"),
    [
        ("spaeker", "quotes", "speaker"),
        ("exclude_aktor", "events", "exclude_actor"),
        ("published_strat", "articles", "published_start"),
        ("lmit", "articles", "limit"),
        ("zzzzzzzz", "articles", None),
    ],
)
def test_the_nearest_valid_name_is_found(name: str, resource: str, near: str | None) -> None:
    assert nearest(name, resource) == near
    with pytest.raises(UnknownParameterError) as caught:
        Filters.parse({name: ["x"]}, resource)
    assert caught.value.nearest == near


@pytest.mark.parametrize(
    "name", ["exclude_undated", "exclude_match", "exclude_timespan", "exclude_", "exclude_exclude_q"]
)
def test_what_has_no_opposite_is_unknown(name: str) -> None:
    with pytest.raises(UnknownParameterError):
        Filters.parse({name: ["include"]}, "articles")


def test_undated_and_timespan_are_only_for_what_has_dates() -> None:
    for resource in RESOURCES:
        assert ("undated" in names(resource)) == (resource in DATED)
        assert ("timespan" in names(resource)) == ("published_start" in names(resource))
    with pytest.raises(UnknownParameterError):
        Filters.parse({"undated": ["only"]}, "actors")


def test_every_resource_has_levels_tables_and_dates() -> None:
    assert set(RESOURCES) == set(TABLE_OF)
    assert {TABLE_OF[resource] for resource in DATED} == set(DATE_OF)
    for resource, levels in RESOURCES.items():
        assert levels[0] == TABLE_OF[resource]
        assert set(levels) <= set(LEVELS)
        assert set(repeating(resource)).isdisjoint({*SINGLE, *OUTPUT, *map(opposite, repeating(resource))})


@given(st.sampled_from(sorted(RESOURCES)), st.dictionaries(st.text(), st.lists(st.text()), max_size=3), st.data())
def test_anything_is_a_question_or_an_error_on_purpose(
    resource: str, params: dict[str, list[str]], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(names(resource)))
    params = params | {name: data.draw(st.lists(st.text(), min_size=1, max_size=2))}
    try:
        question = Filters.parse(params, resource)
    except InputError:
        return
    assert question.resource == resource
