"""The claims test of our own: its gold is well formed, and its scorer counts what is right and tells what is not."""

import re

import pytest

from newskb.evals import claims
from newskb.evals.runner import evaluate
from newskb.model import Certainty, Stance
from newskb.notation import read_cases
from newskb.settings import Settings

PAGE = """# a denial
The mill denied that any oil was spilt. "We closed the valves," its owner, Una Berg, said.
=> claim deny "any oil was spilt" holder="The mill" certainty="certain"
=> claim affirm "We closed the valves" holder="its owner, Una Berg" certainty="certain"
"""
[CASE] = read_cases(PAGE)


def found(words, stance="affirm", holder=None, certainty="certain"):
    start = CASE.text.index(words)
    who = None
    if holder is not None:
        who = {"start": CASE.text.index(holder), "end": CASE.text.index(holder) + len(holder)}
    return {
        "start": start,
        "end": start + len(words),
        "text": words,
        "stance": stance,
        "holder": who,
        "certainty": certainty,
    }


RIGHT = [found("any oil was spilt", "deny", "The mill"), found("We closed the valves", holder="Una Berg")]


def scored(rows):
    return claims.score([CASE], [{"claims": rows}])


def test_claims_that_are_all_right_score_one_and_nothing_is_told():
    result = scored(RIGHT)
    assert set(result.figures.values()) == {1.0}
    assert result.failures == ()


@pytest.mark.parametrize(
    ("row", "part", "told"),
    [
        (found("any oil was spilt", "affirm", "The mill"), "stance", 'got claim affirm "any oil was spilt"'),
        (found("any oil was spilt", "deny", "Una Berg"), "holder", 'holder="Una Berg"'),
        (found("any oil was spilt", "deny"), "holder", 'holder="-"'),
        (found("any oil was spilt", "deny", "The mill", "possible"), "certainty", 'certainty="possible"'),
    ],
)
def test_a_wrong_part_costs_that_part_and_the_whole_claim(row, part, told):
    result = scored([row, RIGHT[1]])
    assert {name for name, value in result.figures.items() if value < 1} == {
        f"{part} P",
        f"{part} R",
        "whole claim P",
        "whole claim R",
        "whole claim F1",
    }
    [failure] = result.failures
    assert failure.startswith(f"{part}: ")
    assert told in failure


def test_a_missed_claim_costs_recall_and_one_too_many_precision():
    missed = scored(RIGHT[:1])
    assert (missed.figures["proposition P"], missed.figures["proposition R"]) == (1.0, 0.5)
    assert missed.failures[0].startswith("not found: ")
    extra = scored([*RIGHT, found("The mill denied")])
    assert extra.figures["proposition P"] == pytest.approx(2 / 3)
    assert extra.figures["proposition R"] == 1.0
    assert extra.failures[0].startswith("not in the gold: ")


def test_nothing_found_scores_nothing():
    assert set(scored([]).figures.values()) == {0.0}


def test_every_claim_of_the_gold_stands_once_in_its_article():
    pages = claims.cases()
    assert sum(len(re.findall(r"[.?!]\"?(?= |$)", page.text)) for page in pages) >= 60
    for page in pages:
        for gold in page.expected:
            assert gold.layer == "claim"
            stance, words = gold.words
            assert page.text.count(words) == 1, words
            assert Stance(stance)
            assert Certainty(gold.attributes["certainty"])
            assert gold.attributes["holder"] == claims.OUTLET or gold.attributes["holder"] in page.text


def test_the_layer_needs_no_folder_of_sets(tmp_path):
    scores = list(evaluate(tmp_path / "none", settings=Settings(), layers=["claims"]))
    assert {score.set for score in scores} == {"own articles"}
    assert all(0 < score.value <= 1 for score in scores)
    assert scores[-1].failures
