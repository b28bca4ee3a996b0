"""Scores of the quote heads become quotes, by the plainest reading: what the model is worth without rules beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from newskb.nlp.decoding import best_tags, bio_transitions, log_softmax
from newskb.nlp.encoder import Piece, QuoteWindow
from training.encoder.examples import QUOTES

Span = tuple[int, int]

MARKS = ' \t\r\n\u00a0"“”„«»`'
"""What is no part of a quote at its edges."""
CANDIDATE_PIECES = 3
"""First words of a cue or source at which a pointer may aim; training aims at the very first."""

_TRANSITIONS = bio_transitions(QUOTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A quote in characters."""

    parts: tuple[Span, ...]
    cue: Span | None
    source: Span | None


def quotes(window: QuoteWindow, text: str) -> Iterator[Found]:
    """The quotes of a window: contents that point to one cue are parts of one quote."""
    spans = list(_spans(window))
    cues = [indexes for label, indexes in spans if label == "cue"]
    sources = [indexes for label, indexes in spans if label == "source"]
    groups: dict[tuple[int, int], list[list[int]]] = {}
    for number, (label, indexes) in enumerate(spans):
        if label == "quote":
            cue = pointed(window.pointers[0], indexes, cues)
            groups.setdefault((cue, number if cue < 0 else -1), []).append(indexes)
    for (cue, _), contents in groups.items():
        pieces = [index for indexes in contents for index in indexes] + (cues[cue] if cue >= 0 else [])
        source = pointed(window.pointers[1], pieces, sources)
        parts = [trimmed(text, _characters(window.pieces, indexes)) for indexes in contents]
        parts = [part for part in parts if part[0] < part[1]]
        if parts:
            yield Found(
                parts=tuple(parts),
                cue=_characters(window.pieces, cues[cue]) if cue >= 0 else None,
                source=_characters(window.pieces, sources[source]) if source >= 0 else None,
            )


def pointed(scores: np.ndarray, pieces: Sequence[int], candidates: Sequence[Sequence[int]]) -> int:
    """The candidate to which ``pieces`` point on average; -1 where they point to none (piece 0)."""
    mean = log_softmax(scores[list(pieces)]).mean(0)
    best, chosen = mean[0], -1
    for number, indexes in enumerate(candidates):
        value = max(mean[index] for index in indexes[:CANDIDATE_PIECES])
        if value > best:
            best, chosen = value, number
    return chosen


def trimmed(text: str, span: Span) -> Span:
    """The span without quotation marks and white space at its edges."""
    start, end = span
    while start < end and (text[start] in MARKS or text.startswith("''", start)):
        start += 1
    while end > start and (text[end - 1] in MARKS or text.endswith("''", start, end)):
        end -= 1
    return start, end


def _spans(window: QuoteWindow) -> Iterator[tuple[str, list[int]]]:
    """Label and first pieces of each tagged span; none crosses a paragraph."""
    scores = log_softmax(window.tags)
    run: list[int] = []
    for index, piece in enumerate([*window.pieces, None]):
        if piece is not None:
            if piece.is_first:
                run.append(index)
            continue
        tags = [QUOTES[tag] for tag in best_tags(scores[run], *_TRANSITIONS)] if run else []
        start = 0
        while start < len(tags):
            end = start + 1
            while end < len(tags) and tags[start] != "O" and tags[end] == f"I-{tags[start][2:]}":
                end += 1
            if tags[start] != "O":
                yield tags[start][2:], run[start:end]
            start = end
        run = []


def _characters(pieces: Sequence[Piece | None], indexes: Sequence[int]) -> Span:
    """From the first piece to the last piece of the last word."""
    end = indexes[-1]
    while end + 1 < len(pieces) and (piece := pieces[end + 1]) is not None and not piece.is_first:
        end += 1
    first, last = pieces[indexes[0]], pieces[end]
    if first is None or last is None:
        raise ValueError("a tagged span cannot start or end at a paragraph mark")
    return first.start, last.end
