"""Scores of an exported model; the shipped one stands in for it."""

import json
from pathlib import Path

import onnxruntime

from newskb.nlp.encoder import SHIPPED, Encoder
from training.encoder.contract import INPUTS, MODEL, OUTPUTS
from training.encoder.evaluation import founding_names, table

TEXT = "Marta Olsen visited Kenya. She praised Nairobi."


def test_a_table_leaves_a_score_empty_that_a_model_does_not_have() -> None:
    assert table({"old": {"LAS": 1.0}, "new": {"LAS": 2.0, "AP": 3.0}}).splitlines() == [
        "| measure | old | new |",
        "|---|---:|---:|",
        "| LAS | 1.00 | 2.00 |",
        "| AP |  | 3.00 |",
    ]


def test_the_shipped_model_has_the_inputs_and_outputs_of_the_contract() -> None:
    session = onnxruntime.InferenceSession(str(SHIPPED / MODEL), providers=["CPUExecutionProvider"])
    assert tuple(item.name for item in session.get_inputs()) == INPUTS
    assert {item.name for item in session.get_outputs()} >= set(OUTPUTS)


def test_names_of_an_article_are_found_in_its_characters(tmp_path: Path) -> None:
    wanted = [{"start": 0, "end": 11, "mention": "name"}, {"start": 27, "end": 30, "mention": "pronoun"}]
    path = tmp_path / "gold.json"
    path.write_text(json.dumps({"text": TEXT, "entities": wanted}), encoding="utf-8")
    assert founding_names(Encoder(SHIPPED), path) == {"founding article, names found": 100.0}
