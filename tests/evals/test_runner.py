"""Evaluation sets, gates and the report, on a folder of sets of our own."""

import gzip
import json
import re
from importlib.resources import files

import pytest

from newskb.errors import SetupError
from newskb.evals import gate
from newskb.evals.report import markdown
from newskb.evals.runner import Score, data_hash, evaluate, evaluation_sets
from newskb.settings import Settings
from tests.jobs.samples import WORDS

SCORER = """import gzip, json, sys
gold = {frozenset((r["a"], r["b"])) for r in map(json.loads, gzip.open(sys.argv[1], "rt"))}
found = {frozenset((r["a"], r["b"])) for r in map(json.loads, open(sys.argv[2]))}
p, r = len(gold & found) / len(found), len(gold & found) / len(gold)
print(json.dumps({"p": p, "r": r, "f1": 2 * p * r / (p + r)}))
"""


def write_lines(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def shared(tmp_path):
    """A folder with one set: three articles, of which two are nearly the same."""
    text = f"Ada Brook met Ben Carver on the pier. They spoke of {' and '.join(WORDS)}."
    other = f"Nobody was on the pier. There lay {', '.join(reversed(WORDS))}."
    texts = {"one": text, "two": f"{text} And they met again.", "three": other}
    rows = [{"id": key, "date": "2020-01-03", "text": text} for key, text in texts.items()]
    write_lines(tmp_path / "eval/dedup/dev_docs.jsonl.gz", rows)
    write_lines(tmp_path / "eval/dedup/dev_pairs.jsonl.gz", [{"a": "one", "b": "two"}])
    (tmp_path / "eval/score_pairs.py").write_text(SCORER, encoding="utf-8")
    return tmp_path


def score(name="near-duplicates", value=0.5, **more):
    return Score(layer="dedup", set=name, measure="F1", value=value, **more)


def test_a_set_is_read_the_whole_way_and_scored_by_its_own_scorer(shared):
    told = []
    scores = list(evaluate(shared, settings=Settings(), layers=["dedup"], report=told.append))
    assert {score.measure: score.value for score in scores} == {"P": 1.0, "R": 1.0, "F1": 1.0}
    assert told == ["dedup: near-duplicates"]


def test_a_scorer_that_fails_is_told_with_its_words(shared):
    (shared / "eval/score_pairs.py").write_text("raise SystemExit('no such column')", encoding="utf-8")
    with pytest.raises(SetupError, match="no such column"):
        list(evaluate(shared, settings=Settings(), layers=["dedup"]))


def test_a_folder_without_sets_names_the_option(tmp_path):
    with pytest.raises(SetupError, match="--shared"):
        list(evaluate(tmp_path, settings=Settings()))


def test_every_set_has_a_layer_with_a_title_and_names_of_its_own():
    titles = json.loads(files("newskb.evals").joinpath("sets.json").read_text(encoding="utf-8"))["layers"]
    sets = evaluation_sets()
    assert {item.layer for item in sets} | {"claims", "founding", "model"} == set(titles)
    assert len({(item.layer, item.name) for item in sets}) == len(sets)
    assert all(item.measures for item in sets)


def test_a_score_below_its_floor_or_not_measured_is_a_problem():
    pinned = {"dedup/near-duplicates/F1": 0.5, "dedup/near-duplicates/P": 0.9}
    problems = gate.judge([score(value=0.49)], pinned)
    assert problems == [
        "dedup/near-duplicates/F1: 0.490 is below its floor 0.500",
        "dedup/near-duplicates/P: not measured",
    ]
    assert gate.judge([score(value=0.4985)], {"dedup/near-duplicates/F1": 0.5}) == []


def test_floors_are_raised_and_never_lowered(shared):
    before = gate.floors()
    high = json.loads(gate.raised([score(value=0.99987)], shared))
    assert high["floors"]["dedup/near-duplicates/F1"] == 0.999
    (item,) = (item for item in evaluation_sets() if item.name == "near-duplicates")
    assert high["data"][item.gold] == data_hash(shared, item)
    low = json.loads(gate.raised([score(value=0.0)], shared))
    assert low["floors"] == {"dedup/near-duplicates/F1": 0.0, **before}


def test_floors_of_some_layers_leave_out_the_others():
    assert {name.split("/")[0] for name in gate.floors(["dedup"])} == {"dedup"}


def test_a_figure_of_the_language_model_becomes_a_floor(shared):
    figure = Score(layer="model", set="ewt_dev", measure="a new one", value=0.75)
    assert json.loads(gate.raised([figure], shared))["floors"]["model/ewt_dev/a new one"] == 0.75


def test_the_model_is_not_measured_without_its_corpora(shared):
    with pytest.raises(SetupError, match=r"ewt_dev\.jsonl\.gz; give the folder"):
        list(evaluate(shared, settings=Settings(), layers=["model"]))


def test_sets_outside_of_the_gate_have_no_floor(shared):
    (outside, *_others) = (item for item in evaluation_sets() if not item.gate)
    raised = json.loads(gate.raised([score(name=outside.name)], shared))
    assert raised["floors"] == gate.floors()


def test_the_report_has_a_table_for_each_layer_and_says_what_is_wrong():
    text = markdown(
        [
            score(value=0.75),
            Score(layer="founding", set="a", measure="quotes", value=8, of=9, failures=("q1 not found",)),
        ]
    )
    assert "| near-duplicates | F1 | .750 |" in text
    assert "| a | quotes | 8 of 9 |" in text
    assert "- quotes: q1 not found" in text
    assert len(re.findall(r"^## ", text, re.MULTILINE)) == 2
