"""Scores of the language model on a few annotated words; the shipped model stands in for any."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from newskb.evals.languagemodel import GoldSentences, average_precision, names, same_story, trees
from newskb.nlp.encoder import SHIPPED

TEXT = "Marta Olsen visited Kenya. She praised Nairobi."


@pytest.fixture(scope="module")
def encoder() -> GoldSentences:
    return GoldSentences(SHIPPED)


def values(figures) -> dict[str, float]:
    return {measure: value for _, measure, value in figures}


def test_average_precision_is_one_when_all_right_pairs_come_first() -> None:
    assert average_precision([0.9, 0.8, 0.1], np.array([True, True, False])) == 1.0


def test_average_precision_counts_what_stands_before_each_right_pair() -> None:
    assert average_precision([0.1, 0.9, 0.5], np.array([True, False, True])) == pytest.approx((1 / 2 + 2 / 3) / 2)


def test_sentences_start_only_where_the_annotation_says(encoder: GoldSentences) -> None:
    words = ["It", "rained", ".", "The", "river", "rose", ".", "Nobody", "slept", "."]
    breaks = [index in (0, 7) for index in range(len(words))]
    found = encoder.words(words, quoted=[0] * len(words), breaks=breaks)
    assert [index for index, word in enumerate(found) if word.starts_sentence] == [0, 7]


def test_a_window_of_gold_sentences_holds_no_part_of_another(encoder: GoldSentences) -> None:
    words = ["The", "river", "rose", "again", "."] * 60
    breaks = [index % 5 == 0 for index in range(len(words))]
    found = encoder.words(words, quoted=[0] * len(words), breaks=breaks)
    assert len(found) == len(words)
    assert all(index // 5 == word.head // 5 for index, word in enumerate(found))


def tree_row() -> dict:
    spans = [(0, 5), (6, 11), (12, 19), (20, 25), (25, 26)]
    layers = [
        ("PROPN", "NNP", 3, "nsubj"),
        ("PROPN", "NNP", 1, "flat"),
        ("VERB", "VBD", 0, "root"),
        ("PROPN", "NNP", 3, "obj"),
        ("PUNCT", ".", 3, "punct"),
    ]
    tokens = [[start, end, "", *layer] for (start, end), layer in zip(spans, layers, strict=True)]
    return {"text": TEXT[:26], "ud": tokens, "gold_ents": [[0, 11, "PER"], [20, 25, "LOC"]]}


def test_a_tree_that_the_model_gets_right_scores_in_full(encoder: GoldSentences, tmp_path: Path) -> None:
    path = tmp_path / "dev.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(tree_row()).encode()))
    scores = values(trees(encoder, path))
    assert scores["XPOS"] == scores["UAS"] == 1.0
    assert scores["names F1, PER/ORG/LOC"] == 1.0


def test_a_sentence_outside_of_the_layer_of_names_counts_for_its_tree_alone(
    encoder: GoldSentences, tmp_path: Path
) -> None:
    path = tmp_path / "dev.jsonl.gz"
    lines = [json.dumps(tree_row() | layer) for layer in ({}, {"gold_ents": None})]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    scores = values(trees(encoder, path))
    assert scores["names F1, PER/ORG/LOC"] == scores["UAS"] == 1.0


def test_a_wrong_annotation_costs_its_word(encoder: GoldSentences, tmp_path: Path) -> None:
    row = tree_row()
    row["ud"][3][3] = "NOUN"
    path = tmp_path / "dev.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(row).encode()))
    assert values(trees(encoder, path))["UPOS"] == pytest.approx(0.8)


def test_names_that_touch_words_in_dispute_are_not_counted(encoder: GoldSentences, tmp_path: Path) -> None:
    words = ["Marta", "Olsen", "visited", "Kenya", "."]
    row = {"text": " ".join(words), "words": words, "spaces": "11110"}
    path = tmp_path / "dev.jsonl.gz"
    scores = []
    for missing in ([], [3]):
        row |= {"merged_ents": [[0, 2, "PERSON"]], "merged_missing": missing}
        path.write_bytes(gzip.compress(json.dumps(row).encode()))
        scores.append(names(encoder, path)[2])
    assert scores == [pytest.approx(2 / 3), 1.0]


def test_articles_of_one_story_are_nearer_than_others(encoder: GoldSentences, tmp_path: Path) -> None:
    rows = [
        {"title": "Ferry sinks off Lima", "text": "A ferry sank off Lima; forty people drowned.", "story": 1},
        {"title": "Dozens drown near Lima", "text": "Forty passengers died when a ship went down.", "story": 1},
        {
            "title": "Bank raises rates",
            "text": "Norway raised its key rate to 4 percent.",
            "story": 2,
        },
    ]
    path = tmp_path / "stories.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    assert same_story(encoder, path)[2] == 1.0
