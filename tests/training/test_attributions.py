"""The plain reading of the quote heads."""

import numpy as np

from newskb.nlp.encoder import Piece, QuoteWindow
from training.encoder.attributions import pointed, quotes, trimmed
from training.encoder.examples import QUOTES

WORDS = ["“", "Go", ",", "”", "she", "said", ".", "“", "Now", "”"]
TEXT = " ".join(WORDS)
CUE, SOURCE = 6, 5
"""Piece numbers of "said" and "she" behind [CLS]."""


def window(tags: list[str], *, cue: int = CUE, source: int = SOURCE) -> QuoteWindow:
    """Words that are sure of their tags and all point to ``cue`` and ``source``."""
    pieces: list[Piece | None] = [None]
    position = 0
    for word in WORDS:
        pieces.append(Piece(0, position, position + len(word), True, 0, 0))
        position += len(word) + 1
    pieces.append(None)
    scores = np.zeros((len(pieces), len(QUOTES)), np.float32)
    for index, tag in enumerate(["O", *tags, "O"]):
        scores[index, QUOTES.index(tag)] = 9.0
    pointers = np.zeros((2, len(pieces), len(pieces)), np.float32)
    pointers[0, :, cue] = pointers[1, :, source] = 9.0
    return QuoteWindow(pieces, scores, pointers)


ONE = ["B-quote"] + ["I-quote"] * 3 + ["B-source", "B-cue", "O"]


def words_of(spans: tuple[tuple[int, int], ...]) -> list[str]:
    return [TEXT[start:end] for start, end in spans]


def test_contents_that_share_a_cue_are_parts_of_one_quote() -> None:
    (found,) = quotes(window([*ONE, "B-quote", "I-quote", "I-quote"]), TEXT)
    assert words_of(found.parts) == ["Go ,", "Now"]
    assert found.cue is not None
    assert found.source is not None
    assert (TEXT[slice(*found.cue)], TEXT[slice(*found.source)]) == ("said", "she")


def test_contents_without_a_cue_are_quotes_of_their_own() -> None:
    found = list(quotes(window([*ONE, "B-quote", "I-quote", "I-quote"], cue=0, source=0), TEXT))
    assert [words_of(item.parts) for item in found] == [["Go ,"], ["Now"]]
    assert all(item.cue is None and item.source is None for item in found)


def test_other_attributions_are_no_quotes() -> None:
    tags = [tag.replace("quote", "other_attribution") for tag in ONE]
    assert list(quotes(window([*tags, "O", "O", "O"]), TEXT)) == []


def test_a_quote_of_nothing_but_marks_is_none() -> None:
    assert list(quotes(window(["B-quote", *["O"] * 9]), TEXT)) == []


def test_a_pointer_may_aim_at_the_second_word_of_its_target() -> None:
    scores = np.zeros((1, 6), np.float32)
    scores[0, 4] = 5.0
    assert pointed(scores, [0], [[1, 2], [3, 4]]) == 1


def test_edges_lose_marks_and_white_space() -> None:
    assert trimmed("say “ no ” now", (4, 10)) == (6, 8)
