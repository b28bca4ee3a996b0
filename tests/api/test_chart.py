from datetime import date, timedelta
from itertools import pairwise

import pytest

from newskb.api.explorer.chart import HEIGHT, WIDTH, bars, bucket_for


def drawn(counts, bucket):
    return bars([{"date": label, "count": count} for label, count in counts.items()], bucket)


@pytest.mark.parametrize(
    ("counts", "bucket", "labels", "last"),
    [
        ({"2021-02-27": 1, "2021-03-01": 2}, "day", ["2021-02-27", "2021-02-28", "2021-03-01"], "2021-03-01"),
        ({"2021-12-20": 1, "2022-01-03": 2}, "week", ["2021-12-20", "2021-12-27", "2022-01-03"], "2022-01-09"),
        ({"2019-11": 1, "2020-02": 2}, "month", ["2019-11", "2019-12", "2020-01", "2020-02"], "2020-02-29"),
        ({"2019": 1, "2021": 2}, "year", ["2019", "2020", "2021"], "2021-12-31"),
    ],
)  # fmt: skip
def test_buckets_without_rows_have_their_place_too(counts, bucket, labels, last):
    found = drawn(counts, bucket)
    assert [bar.label for bar in found] == labels
    assert sum(bar.count for bar in found) == 3
    assert found[-1].last == last
    assert all(a.last < b.first for a, b in pairwise(found))


def test_bars_stand_inside_the_chart_and_the_highest_fills_it():
    found = drawn({"2021-01": 1, "2021-02": 1000, "2021-06": 1}, "month")
    assert max(bar.height for bar in found) == HEIGHT
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH and bar.y + bar.height == HEIGHT for bar in found)
    assert [bar.height > 0 for bar in found] == [True, True, False, False, False, True]


def test_nothing_gives_no_bars():
    assert bars([], "day") == []


@pytest.mark.parametrize(
    ("days", "bucket"), [(1, "day"), (90, "day"), (91, "week"), (630, "week"), (700, "month"), (20_000, "year")]
)
def test_the_bucket_is_the_narrowest_that_can_be_read(days, bucket):
    first = date(2000, 1, 1)
    assert bucket_for(first.isoformat(), (first + timedelta(days=days - 1)).isoformat()) == bucket


def test_without_days_there_is_still_a_bucket():
    assert bucket_for(None, None) == "month"
