from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskb.ingest.dates import in_name, published
from newskb.model import DatePrecision


def day(raw: Any, **options: Any) -> str | None:
    found, _ = published(raw, "metadata", **options)
    return None if found is None else found.day


def reason(raw: Any, **options: Any) -> str:
    found, (notice,) = published(raw, "metadata", **options)
    assert found is None
    return notice.reason


@pytest.mark.parametrize(
    "raw",
    [
        "2021-03-07",
        "2021-03-07T23:30:00-05:00",
        "2021-03-07T00:30:00+09:00",
        "2021-03-07 10:11:12.123456",
        "2021-03-07 10:11:12 EST",
        "2021-03-07T10:11:60Z",
        "2021/03/07",
        "20210307",
        20210307,
        "20210307T101112Z",
        "20210307101112",
        "Sun, 07 Mar 2021 10:11:12 GMT",
        "Sun Mar 07 10:11:12 +0000 2021",
        "March 7, 2021 ",
        "Mar. 7, 2021, 3:45 p.m. ET",
        "7 March 2021",
        "7th March 2021",
        "07-Mar-21",
        "07-MAR-2021 15:01:01.79",
        " 7:51  PM ET Sun,  7 March 2021",
        "Sunday 7 March 2021 10.11 BST",
        "7. März 2021",
        "le 7 mars 2021 à 10h30",
        "7 de marzo de 2021",
        "domenica 7 marzo 2021",
        "7 марта 2021 г.",
        "2021年3月7日",
        "7 مارس 2021",
        "07.03.2021",
        "7.3.2021 18:00",
        "2021-W09-7",
        "2021-066",
        1615075200,
        "1615075200",
        1615075200000,
        1615075200.5,
        {"$date": "2021-03-07T00:00:00Z"},
        {"$date": {"$numberLong": "1615075200000"}},
        ["2021-03-07"],
    ],
)
def test_a_day_is_read_as_it_is_commonly_written(raw: Any) -> None:
    assert day(raw) == "2021-03-07"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2019-02-30", "impossible-date"),
        ("2019-02-29", "impossible-date"),
        ("2019-13-05", "impossible-date"),
        ("12019-05-05", "impossible-date"),
        ("0000-00-00", "impossible-date"),
        ("2019-05-05T24:00:00Z", "impossible-date"),
        ("0001-01-01", "ancient-date"),
        ("03/04/2019", "ambiguous-date"),
        ("03-04-2019", "ambiguous-date"),
        ("03/04/19", "ambiguous-date"),
        ("2019-05", "imprecise-date"),
        ("2019", "imprecise-date"),
        ("May 2019", "imprecise-date"),
        ("Spring 2019", "imprecise-date"),
        ("May 5", "imprecise-date"),
        ("yesterday", "relative-date"),
        ("3 hours ago", "relative-date"),
        ("soon", "bad-date"),
        ({"y": 2019}, "bad-date"),
        (True, "bad-date"),
        (float("nan"), "bad-date"),
        (10**30, "bad-date"),
        ("N/A", "no-date"),
        ("", "no-date"),
        (None, "no-date"),
    ],
)
def test_what_gives_no_certain_day_gives_none_and_the_reason(raw: Any, expected: str) -> None:
    assert reason(raw) == expected


def test_a_setting_says_whether_the_day_comes_first() -> None:
    assert day("03/04/2019", day_first=True) == "2019-04-03"
    assert day("03/04/2019", day_first=False) == "2019-03-04"
    assert day("03/04/19", day_first=True) == "2019-04-03"


def test_a_number_above_twelve_settles_which_is_the_day() -> None:
    assert day("13/03/2021") == day("03/13/2021") == "2021-03-13"


def test_a_date_that_a_setting_makes_impossible_is_not_turned_round() -> None:
    assert reason("03/13/2021", day_first=True) == "impossible-date"


def test_a_future_date_is_kept_and_noted() -> None:
    found, (notice,) = published("2199-01-01", "header", today="2026-01-01")
    assert found is not None
    assert (found.day, notice.reason) == ("2199-01-01", "future-date")


def test_tomorrow_is_no_future_since_days_begin_elsewhere_first() -> None:
    assert published("2026-01-02", "header", today="2026-01-01")[1] == ()


def test_time_and_zone_are_kept_beside_the_local_day() -> None:
    found, _ = published("2021-03-07 23:30:00 -0500", "metadata")
    assert found is not None
    assert (found.value, found.precision) == ("2021-03-07T23:30:00-05:00", DatePrecision.MINUTE)
    assert found.raw == "2021-03-07 23:30:00 -0500"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("fr/yemen/2011-04-28/gv_5.txt", ("2011-04-28", "folder name")),
        ("2011/04/28/story.txt", ("2011-04-28", "folder name")),
        ("news/2011-01-01/story_20110428.txt", ("2011-04-28", "file name")),
        ("2011-04-28_2011-04-29.txt", None),
        ("articles/20181721955.txt", None),
        ("2011-02-30.txt", None),
        ("story.txt", None),
    ],
)
def test_a_day_in_a_name_is_found_nearest_to_the_file(name: str, expected: tuple[str, str] | None) -> None:
    assert in_name(name) == expected


@given(st.one_of(st.text(max_size=40), st.integers(), st.floats(), st.booleans(), st.none()))
def test_nothing_given_as_a_date_raises(raw: Any) -> None:
    found, notices = published(raw, "metadata")
    assert (found is None) == bool(notices)


@given(st.dates(min_value=dt.date(1700, 1, 1)))
def test_every_written_form_of_a_day_gives_that_day(date: dt.date) -> None:
    iso = date.isoformat()
    assert day(iso) == iso
    assert day(date.strftime("%d %B ") + f"{date.year:04}") == iso
    assert day(date.strftime("%B %d, ") + f"{date.year:04}") == iso
    assert day(date.strftime("%d.%m.") + f"{date.year:04}") == iso
    assert day(f"{date.year:04}-{date.strftime('%j')}") == iso
