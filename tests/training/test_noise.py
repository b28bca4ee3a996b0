"""Noise as news has it."""

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from newskb.evals.treebanks import NO_HEAD, UNKNOWN, Sentence
from training.encoder import configuration, noise

SHIPPED = configuration.read().noise
NONE = replace(SHIPPED, **{name: 0.0 for name in SHIPPED.__dataclass_fields__ if name != "agencies"})
HEADLINE = "Ferry sinks — 12 rescued\n"
ARTICLE = HEADLINE + "“It’s over,” the harbour master said – twice."


def sentence(words: str, *, heads: tuple[int, ...] | None = None) -> Sentence:
    split = tuple(words.split())
    unknown = (UNKNOWN,) * len(split)
    return Sentence(
        words=split,
        quoted=(False,) * len(split),
        upos=unknown,
        xpos=unknown,
        heads=heads or (NO_HEAD,) * len(split),
        relations=unknown,
        names=("O",) * len(split),
    )


def is_aligned(found: Sentence) -> bool:
    layers = (found.quoted, found.upos, found.xpos, found.heads, found.relations, found.names)
    return {len(layer) for layer in layers} == {len(found.words)}


@given(st.text(), st.integers())
def test_noise_moves_no_character_of_an_article(text: str, seed: int) -> None:
    assert len(noise.of_text(text, SHIPPED, Random(seed))) == len(text)


def test_without_noise_a_text_is_left_alone() -> None:
    assert noise.of_text(ARTICLE, NONE, Random(1)) == ARTICLE


def test_marks_become_straight_and_curly_again() -> None:
    assert noise.straight("“It’s over,” he said") == '"It\'s over," he said'
    assert noise.curly('"It\'s over," he said') == "“It’s over,” he said"


def test_a_headline_in_capitals_leaves_the_rest_of_the_article() -> None:
    found = noise.of_text(ARTICLE, replace(NONE, capitals=1.0), Random(1))
    assert found == HEADLINE.upper() + ARTICLE[len(HEADLINE) :]


@given(st.lists(st.sampled_from(["“", "”", '"', "don’t", "Paris", "–", ".", "ß"]), min_size=1), st.integers())
def test_layers_of_a_noisy_sentence_stay_aligned(words: list[str], seed: int) -> None:
    found = noise.of_sentence(sentence(" ".join(words)), SHIPPED, Random(seed), places=["New Delhi", "Lima"])
    assert is_aligned(found)
    assert all(found.words)


def test_a_sentence_without_its_stop_is_still_a_tree() -> None:
    tree = sentence("They left .", heads=(2, 0, 2))
    found = noise.of_sentence(tree, replace(NONE, no_final_stop=1.0), Random(1), places=[])
    assert (found.words, found.heads) == (("They", "left"), (2, 0))


def test_a_stop_that_carries_the_tree_stays() -> None:
    tree = sentence("! .", heads=(2, 0))
    assert noise.of_sentence(tree, replace(NONE, no_final_stop=1.0), Random(1), places=[]) == tree


def test_a_dateline_names_a_place_and_an_agency() -> None:
    settings = replace(NONE, dateline=1.0)
    found = [
        noise.of_sentence(sentence("Rain fell"), settings, Random(seed), places=["New Delhi"]) for seed in range(40)
    ]
    tags = {word: tag for item in found for word, tag in zip(item.words, item.names, strict=True)}
    assert tags["NEW"] == "B-GPE"
    assert tags["DELHI"] == "I-GPE"
    assert tags["Reuters"] == "B-ORG"
    assert tags["Rain"] == "O"
    assert all(is_aligned(item) and item.words[-2:] == ("Rain", "fell") for item in found)


def test_a_sentence_with_a_tree_gets_no_dateline() -> None:
    tree = sentence("They left .", heads=(2, 0, 2))
    assert noise.of_sentence(tree, replace(NONE, dateline=1.0), Random(1), places=["Lima"]) == tree


def test_mojibake_is_what_a_wrong_encoding_makes_of_an_apostrophe() -> None:
    assert noise.mojibake("don’t") == "donâ€™t"
    assert noise.mojibake("plain") == "plain"
