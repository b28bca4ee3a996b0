"""Scores become structures: the best tag sequence, and the best tree over a sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Heads = npt.NDArray[np.int64]
NEVER = np.float32(-1e9)


def log_softmax(scores: Floats) -> Floats:
    """Log probabilities over the last axis."""
    shifted = scores - scores.max(-1, keepdims=True)
    normalised: Floats = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return normalised


def bio_transitions(labels: Sequence[str]) -> tuple[Floats, Floats]:
    """Costs of starting with a label and of following one by another: ``I-X`` only after ``B-X`` or ``I-X``."""
    size = len(labels)
    starts = np.zeros(size, np.float32)
    follows = np.zeros((size, size), np.float32)
    for target, label in enumerate(labels):
        if label.startswith("I-"):
            starts[target] = NEVER
            for source, before in enumerate(labels):
                if before[2:] != label[2:]:
                    follows[source, target] = NEVER
    return starts, follows


def best_tags(scores: Floats, starts: Floats, follows: Floats) -> list[int]:
    """The allowed tag sequence with the highest sum (Viterbi 1967); ``scores`` is words x labels."""
    if not len(scores):
        return []
    free = scores.argmax(-1)
    if starts[free[0]] == 0 and not follows[free[:-1], free[1:]].any():
        return [int(tag) for tag in free]  # nothing forbidden: the best of each word is the best sequence
    best = scores[0] + starts
    back = []
    for row in scores[1:]:
        paths = best[:, None] + follows
        back.append(paths.argmax(0))
        best = paths.max(0) + row
    tags = [int(best.argmax())]
    for pointers in reversed(back):
        tags.append(int(pointers[tags[-1]]))
    return tags[::-1]


def tree(scores: Floats) -> Heads:
    """The heads of the best tree with exactly one root (Chu and Liu 1965, Edmonds 1967).

    ``scores`` is words x (root + words); the answer gives for each word its head, 0 = root, else word number from 1.
    """
    count = len(scores)
    square = np.full((count + 1, count + 1), -np.inf)  # over root and words: row = dependent, column = head
    square[1:] = scores
    np.fill_diagonal(square, -np.inf)
    heads: Heads = square[1:].argmax(1)
    if np.count_nonzero(heads == 0) == 1 and _cycle(heads) is None:
        return heads
    return _best_of_roots(square)


def _best_of_roots(square: npt.NDArray[np.float64]) -> Heads:
    """The best tree in which exactly one word hangs on the root (node 0).

    Words are tried as the root's only dependent in the order of a bound that no tree of theirs passes: the best head of
    every other word, cycles or not. Mostly the first one's best heads are a tree already: none can be better.
    """
    inner = square[1:, 1:].max(1) if len(square) > 2 else np.zeros(1)
    bounds = square[1:, 0] + (inner.sum() - inner)
    best, found = -np.inf, np.zeros(len(square) - 1, np.int64)
    for word in np.argsort(-bounds, kind="stable"):
        if bounds[word] <= best:
            break
        own = square.copy()
        own[1:, 0] = -np.inf
        own[word + 1] = -np.inf
        own[word + 1, 0] = square[word + 1, 0]
        heads = _edmonds(own)
        total = own[np.arange(1, len(own)), heads[1:]].sum()
        if total > best:
            best, found = total, heads[1:]
    return found


def _cycle(heads: Heads) -> list[int] | None:
    """Word indexes (from 0) of a cycle among ``heads`` (0 = root, words from 1), or None."""
    state = [0] * len(heads)
    for start in range(len(heads)):
        path = []
        word = start
        while word >= 0 and state[word] == 0:
            state[word] = 1
            path.append(word)
            word = int(heads[word]) - 1
        if word >= 0 and state[word] == 1 and word in path:
            return path[path.index(word) :]
        for seen in path:
            state[seen] = 2
    return None


def _edmonds(scores: npt.NDArray[np.float64]) -> Heads:
    """Maximum spanning arborescence from node 0; ``scores[d, h]``, -inf = no arc. Heads by node, 0 for node 0."""
    size = len(scores)
    heads = np.zeros(size, np.int64)
    heads[1:] = scores[1:].argmax(1)
    cycle = _cycle(heads[1:])
    if cycle is None:
        return heads
    nodes = np.array(cycle) + 1
    is_outside = np.ones(size, dtype=bool)
    is_outside[nodes] = False
    outside = np.flatnonzero(is_outside)
    own = scores[nodes, heads[nodes]]
    merged = len(outside)
    small = np.full((merged + 1, merged + 1), -np.inf)
    small[:merged, :merged] = scores[np.ix_(outside, outside)]
    # For an outside dependent, which node of the cycle is its head; for an outside head, which one it takes over.
    leaving = scores[np.ix_(outside, nodes)]
    entering = scores[np.ix_(nodes, outside)] - own[:, None]
    leave, enter = nodes[leaving.argmax(1)], nodes[entering.argmax(0)]
    small[1:merged, merged] = leaving[1:].max(1)
    small[merged, :merged] = own.sum() + entering.max(0)
    solved = _edmonds(small)
    for index, node in enumerate(outside):
        if node:
            heads[node] = leave[index] if solved[index] == merged else outside[solved[index]]
    entered = int(solved[merged])
    heads[enter[entered]] = outside[entered]
    return heads
