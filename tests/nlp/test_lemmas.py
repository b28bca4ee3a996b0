"""Lemmas of English words by their tags."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newskb.nlp.lemmas import lemma


@pytest.mark.parametrize(
    ("words", "tag", "lemmas"),
    [
        ("said told met went was were been had", "VBD", "say tell meet go be be be have"),
        ("stopped planned called pressed admitted controlled", "VBD", "stop plan call press admit control"),
        ("seized supported carried denied urged arrested fired closed moved", "VBD",
         "seize support carry deny urge arrest fire close move"),
        ("meeting making running dying lying seizing hitting", "VBG", "meet make run die lie seize hit"),
        ("says goes denies pushes has is does watches", "VBZ", "say go deny push have be do watch"),
        ("killed injured welcomed overthrown elected threatened", "VBN",
         "kill injure welcome overthrow elect threaten"),
        ("men women children parties cities buses crises wives", "NNS",
         "man woman child party city bus crisis wife"),
        ("larger easier worse best hotter", "JJR", "large easy bad good hot"),
        ("meeting press news", "NN", "meeting press news"),
        ("Norway Orlik's", "NNP", "Norway Orlik's"),
        ("will would can", "MD", "will will can"),
    ],
)  # fmt: skip
def test_words_have_their_lemmas(words: str, tag: str, lemmas: str):
    assert " ".join(lemma(word, tag) for word in words.split()) == lemmas


def test_case_counts_for_names_only():
    assert lemma("SAID", "VBD") == "say"
    assert lemma("SAID", "NNP") == "SAID"


@given(
    word=st.text(min_size=1, max_size=20), tag=st.sampled_from(["VB", "VBD", "VBG", "VBZ", "NNS", "JJR", "RBS", "XX"])
)
@example(word="S", tag="VBZ")
def test_every_word_has_a_lemma(word: str, tag: str):
    assert lemma(word, tag)
