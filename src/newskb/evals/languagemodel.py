"""The language model becomes scores: what it says of gold words and sentences, before any component reads on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from newskb.errors import SetupError
from newskb.evals import treebanks
from newskb.evals.treebanks import Sentence, rows
from newskb.nlp.encoder import PARSE_PIECES, Encoder, Word

Figure = tuple[str, str, float]
"""Set, measure, and value between 0 and 1."""

EWT = "corpora/ewt_dev.jsonl.gz"
GMB = "corpora/gmb_news_dev.jsonl.gz"
_CONTEXT = 40
"""Sentences that are read in one go, so that those at the edges of windows have neighbours."""
_NER_TO_UNER = {"PERSON": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC"}
_LEAD_CHARS = 600
"""Of an article's text behind its title; same-story pairs were scored on title and lead."""


class GoldSentences(Encoder):
    """An encoder that starts sentences where ``breaks`` says and nowhere else."""

    def words(self, words: Sequence[str], *, quoted: Sequence[int], breaks: Sequence[bool]) -> list[Word]:
        """Tags, tree and names of ``words`` in windows of whole sentences."""
        pieces = [self._pieces(word) for word in words]
        starts = [index for index in range(len(words)) if index == 0 or breaks[index]]
        found: list[Word] = []
        window: list[tuple[int, int]] = []
        length = 1
        for first, last in zip(starts, [*starts[1:], len(words)], strict=True):
            size = sum(map(len, pieces[first:last]))
            if window and length + size > PARSE_PIECES:
                found += self._window(words, pieces, quoted, window)
                window, length = [], 1
            window.append((first, last))
            length += size
        return found + self._window(words, pieces, quoted, window)

    def _window(
        self,
        words: Sequence[str],
        pieces: Sequence[Sequence[int]],
        quoted: Sequence[int],
        sentences: Sequence[tuple[int, int]],
    ) -> list[Word]:
        start, end = sentences[0][0], sentences[-1][1]
        outputs = self._parse(words, pieces, quoted, start, end)
        return [word for first, last in sentences for word in self._sentence(outputs, start, first, last)]


# --- trees and tags --------------------------------------------------------------------------------------------------


def _read(encoder: Encoder, sentences: Sequence[Sentence]) -> Iterator[list[Word]]:
    """What the encoder says of each sentence; heads count from the first word of the sentence."""
    for start in range(0, len(sentences), _CONTEXT):
        group = sentences[start : start + _CONTEXT]
        words = [word for sentence in group for word in sentence.words]
        quoted = [int(inside) for sentence in group for inside in sentence.quoted]
        breaks = [index == 0 for sentence in group for index in range(len(sentence.words))]
        found = encoder.words(words, quoted=quoted, breaks=breaks)
        offset = 0
        for sentence in group:
            end = offset + len(sentence.words)
            yield [replace(word, head=word.head - offset) for word in found[offset:end]]
            offset = end


def measure(model: Path, shared: Path) -> Iterator[Figure]:
    """All figures of the model in a folder, on the corpora and development sets below ``shared``.

    Raises ``SetupError`` when a corpus is not there.
    """
    for corpus in (EWT, GMB):
        if not (shared / corpus).is_file():
            raise SetupError(
                f"no corpus at {shared / corpus}; give the folder that holds corpora/ and eval/ with --shared"
            )
    gold, encoder = GoldSentences(model), Encoder(model)
    yield from trees(gold, shared / EWT)
    yield sentence_starts(encoder, shared / EWT)
    yield names(gold, shared / GMB)
    if encoder.embeds:
        yield same_story(encoder, shared / "eval/stories/dev_giveme5w1h.jsonl.gz")


def trees(encoder: Encoder, path: Path) -> Iterator[Figure]:
    """Tags, tree and the names of the Universal NER layer, with gold words and sentences."""
    sentences = list(treebanks.ewt(path))
    right: Counter[str] = Counter()
    counts = _Counts()
    for sentence, row, found in zip(sentences, rows(path), _read(encoder, sentences), strict=True):
        for index, word in enumerate(found):
            head = 0 if word.relation == "root" else word.head + 1
            right["UPOS"] += word.pos == sentence.upos[index]
            right["XPOS"] += word.tag == sentence.xpos[index]
            right["UAS"] += head == sentence.heads[index]
            right["LAS"] += head == sentence.heads[index] and word.relation == sentence.relations[index]
        if row["gold_ents"] is None:
            continue  # the sentence stands in the treebank, but not in the layer of names
        spans = treebanks.spans_of([word.name for word in found])
        counts.add(
            {(start, end, kind) for start, end, kind in row["gold_ents"]},
            {
                (row["ud"][start][0], row["ud"][end - 1][1], _NER_TO_UNER[kind])
                for start, end, kind in spans
                if kind in _NER_TO_UNER
            },
        )
    total = sum(len(sentence.words) for sentence in sentences)
    for name in ("UPOS", "XPOS", "UAS", "LAS"):
        yield "ewt_dev", name, right[name] / total
    yield "uner_ewt_dev", "names F1, PER/ORG/LOC", counts.f1()


def sentence_starts(encoder: Encoder, path: Path) -> Figure:
    """F1 of sentence starts that no paragraph gives away."""
    counts = _Counts()
    words: list[str] = []
    quoted: list[int] = []
    breaks: list[bool] = []
    gold: list[bool] = []

    def read() -> None:
        found = encoder.words(words, quoted=quoted, breaks=breaks) if words else []
        free = [index for index, is_given in enumerate(breaks) if not is_given]
        counts.add({i for i in free if gold[i]}, {i for i in free if found[i].starts_sentence})

    for row, sentence in zip(rows(path), treebanks.ewt(path), strict=True):
        if row["newpar"]:
            read()
            words, quoted, breaks, gold = [], [], [], []
        words += sentence.words
        quoted += [int(inside) for inside in sentence.quoted]
        breaks += [not breaks and index == 0 for index in range(len(sentence.words))]
        gold += [index == 0 for index in range(len(sentence.words))]
    read()
    return "ewt_dev", "sentence starts F1", counts.f1()


# --- names -----------------------------------------------------------------------------------------------------------


def names(encoder: Encoder, path: Path) -> Figure:
    """F1 of names of all 18 types; predictions that touch words without a trusted type are not counted."""
    sentences = list(treebanks.gmb(path))
    counts = _Counts()
    for sentence, found in zip(sentences, _read(encoder, sentences), strict=True):
        unknown = {index for index, tag in enumerate(sentence.names) if tag == treebanks.UNKNOWN}
        predicted = treebanks.spans_of([word.name for word in found])
        counts.add(
            treebanks.spans_of(sentence.names),
            {span for span in predicted if not unknown.intersection(range(span[0], span[1]))},
        )
    return "gmb_dev", "names F1, 18 types", counts.f1()


def same_story(encoder: Encoder, path: Path) -> Figure:
    """Average precision of pairs of articles ranked by the cosine of their vectors: right = of one story."""
    articles = list(rows(path))
    vectors = encoder.embed([f"{row['title']}\n{row['text'][:_LEAD_CHARS]}" for row in articles])
    pairs = list(combinations(range(len(articles)), 2))
    cosines = vectors @ vectors.T
    is_right = np.array([articles[a]["story"] == articles[b]["story"] for a, b in pairs])
    return (
        "giveme5w1h_dev",
        "same-story average precision",
        average_precision([cosines[a, b] for a, b in pairs], is_right),
    )


def average_precision(scores: Sequence[float], is_right: npt.NDArray[np.bool_]) -> float:
    """The mean, over the right items, of the share of right ones among those ranked as high."""
    ranked = is_right[np.argsort(-np.asarray(scores), kind="stable")]
    hits = np.cumsum(ranked)
    return float((hits / np.arange(1, len(ranked) + 1))[ranked].mean())


class _Counts:
    """Right, predicted and annotated items."""

    def __init__(self) -> None:
        self.right = self.predicted = self.annotated = 0

    def add(self, gold: set[Any], predicted: set[Any]) -> None:
        """Count one text."""
        self.right += len(gold & predicted)
        self.predicted += len(predicted)
        self.annotated += len(gold)

    def f1(self) -> float:
        """Between 0 and 1."""
        return 2 * self.right / max(1, self.predicted + self.annotated)
