"""Best tags and best trees against all of them on small matrices."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from newskb.nlp.decoding import best_tags, bio_transitions, log_softmax, tree

SCORES = st.integers(-8, 8).map(float)


def _is_tree(heads: tuple[int, ...]) -> bool:
    if heads.count(0) != 1:
        return False
    for start in range(len(heads)):
        node, steps = start + 1, 0
        while node and steps <= len(heads):
            node, steps = heads[node - 1], steps + 1
        if node:
            return False
    return True


@given(st.integers(1, 5).flatmap(lambda n: arrays.arrays(np.float32, (n, n + 1), elements=SCORES, fill=st.nothing())))
def test_the_tree_is_the_best_of_all_trees_with_one_root(scores: np.ndarray):
    count = len(scores)
    heads = tuple(int(head) for head in tree(scores))
    assert _is_tree(heads)
    best = max(
        sum(float(scores[i, head]) for i, head in enumerate(candidate))
        for candidate in product(range(count + 1), repeat=count)
        if _is_tree(candidate)
    )
    assert sum(float(scores[i, head]) for i, head in enumerate(heads)) == pytest.approx(best)


def test_a_long_sentence_is_decoded_too():
    scores = np.random.default_rng(1).normal(size=(240, 241)).astype(np.float32)
    heads = tree(scores)
    assert _is_tree(tuple(int(head) for head in heads))


LABELS = ("O", "B-x", "I-x", "B-y", "I-y")


@given(st.integers(1, 4).flatmap(lambda n: arrays.arrays(np.float32, (n, 5), elements=SCORES, fill=st.nothing())))
def test_the_tags_are_the_best_of_all_allowed_sequences(scores: np.ndarray):
    def is_allowed(tags: tuple[int, ...]) -> bool:
        before = "O"
        for tag in tags:
            label = LABELS[tag]
            if label.startswith("I-") and before[2:] != label[2:]:
                return False
            before = label
        return True

    def total(tags: tuple[int, ...]) -> float:
        return sum(float(scores[i, tag]) for i, tag in enumerate(tags))

    found = tuple(best_tags(scores, *bio_transitions(LABELS)))
    assert is_allowed(found)
    assert total(found) == max(total(tags) for tags in product(range(5), repeat=len(scores)) if is_allowed(tags))


def test_no_words_have_no_tags():
    assert best_tags(np.zeros((0, 5), np.float32), *bio_transitions(LABELS)) == []


def test_log_probabilities_add_up_to_one():
    scores = np.array([[1000.0, 0.0, -1000.0], [0.0, 0.0, 0.0]], np.float32)
    assert np.exp(log_softmax(scores)).sum(-1) == pytest.approx([1.0, 1.0])
