"""Time expressions and their values; the sentences are in tests/cases/times."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from newskb.model import DatePrecision
from newskb.nlp import timevalues
from newskb.nlp.timegrammar import read_number, rules
from newskb.nlp.times import READERS, read_times
from newskb.nlp.timetense import cue_direction
from newskb.notation import Case, read_cases
from tests.nlp.conftest import ReadText

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


def test_every_pattern_has_what_reads_it():
    split_in_two = {"monthdayrange", "yearrange"}
    assert {name for name, _, _ in rules()} - split_in_two == set(READERS)


def test_number_words_are_read():
    assert read_number("twenty-three") == 23
    assert read_number("two hundred and five") == 205
    assert read_number("3 million") == 3_000_000
    assert read_number("several") is None
    assert read_number("half a dozen") == 6


@pytest.mark.parametrize(
    ("text", "source", "value"),
    [
        ("The council postponed until Thursday any decision on the bridge.", "Thursday", "2021-07-01"),
        ("The union has scheduled a rally Saturday in the harbour.", "Saturday", "2021-07-03"),
        ("The envoys meet Friday in Quito.", "Friday", "2021-07-02"),
        ("The deal was announced Friday by the mayor.", "Friday", "2021-06-25"),
        ("Under the terms announced Friday, owners would receive a house.", "Friday", "2021-06-25"),
        ("The minister could not be reached Monday.", "Monday", "2021-06-28"),
        ("The court wants to hear the witnesses on Monday.", "Monday", "2021-07-05"),
        ("Inspectors will return under the June 23 accord.", "June 23", "2021-06-23"),
        ("The team will send the miner home by June 29.", "June 29", "2021-06-29"),
    ],
)
def test_the_grammar_of_the_clause_tells_on_which_side_a_day_lies(read: ReadText, text: str, source: str, value: str):
    times = read(text, published="2021-06-30")._.times
    assert [(time.span.of(text), time.value) for time in times if source in time.span.of(text)] == [(source, value)]


def test_a_biography_takes_days_from_the_year_named_last():
    years = "born in 1990, he played in 2008, 2009, 2010, 2011, 2013, 2014 and 2015. "
    text = f"He was {years}In 2013 he moved to Lima and was hurt on July 6."
    assert read_times(text, date(2012, 4, 13), starts=[0, text.index("In 2013")])[-1].value == "2013-07-06"


def test_what_no_pattern_needs_is_not_searched_but_nothing_is_lost():
    long_phrase = "approximately two hundred and fifty-three consecutive years"
    padding = "stones and nets " * 40
    text = f"{padding}{long_phrase} {padding}on 3 May 2014 {padding}"
    assert [time.span.of(text) for time in read_times(text, None)] == [long_phrase, "3 May 2014"]
