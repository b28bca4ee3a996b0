"""Names on which several readers agree."""

import gzip
import json
from pathlib import Path

import pytest

from newskb.evals.treebanks import rows
from newskb.nlp.encoder import SHIPPED, Encoder
from training.encoder.invented import PLACES, write_corpora
from training.encoder.silver import agreement, annotated, label, lines, moved, spoken

ROW = {
    "text": "Non-stop to New Delhi",
    "words": ["Non", "-", "stop", "to", "New", "Delhi"],
    "spaces": "001110",
    "ents": [[0, 1, "NORP"], [4, 6, "GPE"]],
    "ud": [
        [0, 8, "", "", "", 0, ""],
        [9, 11, "", "", "", 0, ""],
        [12, 15, "", "", "", 0, ""],
        [16, 21, "", "", "", 0, ""],
    ],
}


def test_a_name_in_all_readings_is_agreed_upon() -> None:
    reading = {(0, 2, "PERSON"), (4, 5, "GPE")}
    assert agreement(6, [reading, set(reading)]) == (reading, [])


def test_words_of_a_name_that_only_some_find_are_unknown() -> None:
    assert agreement(6, [{(0, 2, "PERSON")}, set()]) == (set(), [0, 1])


def test_a_name_of_two_types_is_unknown() -> None:
    assert agreement(3, [{(1, 2, "ORG")}, {(1, 2, "GPE")}]) == (set(), [1])


def test_a_name_inside_a_disputed_one_is_unknown_with_it() -> None:
    first, second = {(1, 2, "GPE")}, {(1, 2, "GPE"), (0, 2, "ORG")}
    assert agreement(3, [first, second]) == (set(), [0, 1])


def test_names_move_to_the_words_that_hold_their_characters() -> None:
    assert moved(ROW, annotated(ROW)) == {(0, 1, "NORP"), (2, 4, "GPE")}
    assert moved(ROW, spoken(ROW)) == {(0, 1, "NORP"), (4, 6, "GPE")}


def test_words_of_both_tokenisations_stand_where_the_text_says() -> None:
    for words in (annotated(ROW), spoken(ROW)):
        assert [ROW["text"][start:end] for _, start, end in words] == [word for word, _, _ in words]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(SHIPPED)


ARTICLE = "Marta Olsen  visited Kenya. She praised Nairobi.\nPhoto: Reuters\nThe mayor of Oslo stayed at home."


def test_lines_of_an_article_fit_their_words_and_short_ones_are_left_out(encoder: Encoder) -> None:
    first, second = lines(ARTICLE, [encoder, encoder])
    assert first["text"] == "Marta Olsen visited Kenya. She praised Nairobi."
    assert [first["text"][start:end] for _, start, end in spoken(first)] == first["words"]
    assert first["sents"] == [0, 5]
    assert second["text"] == "The mayor of Oslo stayed at home."


def test_a_model_agrees_with_itself_on_everything(encoder: Encoder) -> None:
    first, second = lines(ARTICLE, [encoder, encoder])
    assert [0, 2, "PERSON"] in first["ents"]
    assert [3, 4, "GPE"] in second["ents"]
    assert first["missing"] == second["missing"] == []


def test_an_article_of_white_space_has_no_lines(encoder: Encoder) -> None:
    assert list(lines(" \n\n ", [encoder])) == []


def test_texts_with_a_layer_keep_the_names_that_the_model_finds_too(encoder: Encoder, tmp_path: Path) -> None:
    shared, texts = tmp_path / "shared", tmp_path / "texts.jsonl.gz"
    write_corpora(shared)
    row = {
        "text": "Marta Olsen praised Nairobi .",
        "words": ["Marta", "Olsen", "praised", "Nairobi", "."],
        "spaces": "11110",
        "ents": [[0, 2, "PERSON"], [2, 4, "ORG"]],
        "sents": [0],
    }
    texts.write_bytes(gzip.compress(json.dumps(row).encode()))
    label([SHIPPED], shared, tmp_path / "out", texts=texts)
    (found,) = rows(tmp_path / "out/articles.jsonl.gz")
    assert found["ents"] == [[0, 2, "PERSON"]]
    assert found["missing"] == [2, 3]
    assert len(list(rows(tmp_path / "out/ewt_train.jsonl.gz"))) == len(PLACES)


def test_silver_names_are_written_alike_each_time(tmp_path: Path) -> None:
    write_corpora(tmp_path / "shared")
    model = SHIPPED
    for name in ("first", "second"):
        label([model], tmp_path / "shared", tmp_path / name)
    first, second = (sorted((tmp_path / name).iterdir()) for name in ("first", "second"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
