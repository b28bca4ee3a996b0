"""Time expressions and their values; the sentences are in tests/cases/times."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from newskb.model import DatePrecision
from newskb.nlp import timevalues
from newskb.nlp.timegrammar import read_number
from newskb.nlp.times import _cue_direction as cue_direction
from newskb.nlp.times import read_times
from newskb.notation import Case, read_cases

_CASES = Path(__file__).parents[1] / "cases" / "times"


def _load() -> list[Case]:
    return [case for path in sorted(_CASES.glob("*.txt")) for case in read_cases(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("case", _load(), ids=lambda case: case.title)
def test_a_text_gives_the_time_expressions_of_its_case(case: Case):
    published = case.settings.get("published")
    starts = [0] + [match.end() for match in re.finditer(r"[.?!] ", case.text)]
    found = read_times(
        case.text,
        date.fromisoformat(published) if published else None,
        starts=starts,
        direction=lambda expression: cue_direction(case.text, expression, starts),
    )
    lines = [(time.type, time.span.of(case.text), time.value) for time in found]
    for expected in case.expected:
        if expected.is_absent:
            assert lines == []
        else:
            assert (*expected.words, expected.attributes["value"]) in lines


def test_spans_lie_inside_the_text_in_order_and_apart():
    text = "date 2019-05-05 On 30 April and 1 May, three days after Easter, 9 a.m. Tuesday, Q3 2018, in May 1999."
    spans = [time.span for time in read_times(text, date(2019, 5, 5))]
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert spans[0].of(text) == "2019-05-05"


def test_calendar_values_have_their_first_and_last_day():
    assert timevalues.bounds("2019-02") == ("2019-02-01", "2019-02-28", DatePrecision.MONTH)
    assert timevalues.bounds("2019-W18") == ("2019-04-29", "2019-05-05", DatePrecision.MONTH)
    assert timevalues.bounds("199") == ("1990-01-01", "1999-12-31", DatePrecision.YEAR)
    assert timevalues.bounds("2019-05-07T09:30") == ("2019-05-07", "2019-05-07", DatePrecision.MINUTE)
    assert timevalues.bounds("2019-04-30/2019-05-01") == ("2019-04-30", "2019-05-01", DatePrecision.DAY)
    assert timevalues.bounds("PAST_REF") is None
    assert timevalues.bounds("2019-02-30") is None


def test_what_is_relative_is_never_dated_without_an_article_date():
    text = "Last month, on Friday, two days ago and a day earlier, he came today; next year he will leave on 3 May."
    assert all(time.start is None for time in read_times(text, None))


def test_a_history_takes_months_from_the_year_named_last():
    text = "War began in 1912. In 1913 it went on. In 1914, and again in 1915, the front moved. It froze in October."
    assert read_times(text, date(2009, 12, 19))[-1].value == "1915-10"


def test_number_words_are_read():
    assert read_number("twenty-three") == 23
    assert read_number("two hundred and five") == 205
    assert read_number("3 million") == 3_000_000
    assert read_number("several") is None
    assert read_number("half a dozen") == 6
