"""Names on which several readers agree."""

from importlib.resources import files
from pathlib import Path

import pytest

from newskb.nlp.encoder import Encoder
from training.encoder.silver import agreement, annotated, lines, moved, spoken

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
    return Encoder(Path(str(files("newskb.nlp").joinpath("models/encoder"))))


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
