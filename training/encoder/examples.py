"""Sentences and articles become windows of word pieces with targets, and windows become batches of arrays."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from newskb.evals.treebanks import NO_HEAD, UNKNOWN, Sentence
from newskb.nlp.encoder import CLS, PARSE_PIECES, QUOTE_PIECES, SEP, Encoder, Piece, case_id
from newskb.nlp.quotemarks import quote_mask
from training.encoder.corpora import AttributedText

Ints = npt.NDArray[np.int64]
Batch = dict[str, Ints]

IGNORE = -100
"""Target of a word or piece from which nothing is learnt (torch's default)."""
MASK = 103
OTHER_CASE = 5
SHORTEST_FIRST_WINDOW = 64
"""The first window of an article has a random length from here: paragraphs meet at other places in each round."""

QUOTES = (
    "O",
    "B-quote",
    "I-quote",
    "B-other_attribution",
    "I-other_attribution",
    "B-cue",
    "I-cue",
    "B-source",
    "I-source",
)
CASES = {
    "0": "lower",
    "1": "Title (or one capital letter)",
    "2": "UPPER",
    "3": "mixed",
    "4": "starts with a digit",
    "5": "starts with another character, [CLS], [SEP]",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The labels of each head in the order of its outputs."""

    upos: tuple[str, ...]
    xpos: tuple[str, ...]
    relations: tuple[str, ...]
    names: tuple[str, ...]

    def write(self, path: Path) -> None:
        """Write them as run time reads them."""
        lists = {name: list(getattr(self, name)) for name in self.__dataclass_fields__}
        path.write_text(
            json.dumps({**lists, "quotes": list(QUOTES), "case_ids": CASES}, indent=1) + "\n", encoding="utf-8"
        )


def inventory(trees: Iterable[Sentence], names: Iterable[Sentence]) -> Labels:
    """The labels that occur, sorted; each type of name has both of its tags."""
    upos, xpos, relations = set(), set(), set()
    for sentence in trees:
        upos.update(sentence.upos)
        xpos.update(sentence.xpos)
        relations.update(sentence.relations)
    types = {tag[2:] for sentence in names for tag in sentence.names if tag[:2] in ("B-", "I-")}
    return Labels(
        upos=tuple(sorted(upos - {UNKNOWN})),
        xpos=tuple(sorted(xpos - {UNKNOWN})),
        relations=tuple(sorted(relations - {UNKNOWN})),
        names=("O", *(f"{mark}-{kind}" for kind in sorted(types) for mark in "BI")),
    )


class Cutter(Encoder):
    """Cuts words and paragraphs into pieces exactly as run time does, without a model."""

    def __init__(self, tokenizer: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._cache: dict[str, list[int]] = {}

    def word(self, word: str) -> list[int]:
        """The pieces of a word."""
        return self._pieces(word)

    def paragraphs(self, text: str) -> Iterator[list[Piece]]:
        """The pieces of each paragraph of an article, cut where one is longer than a window."""
        mask = quote_mask(text)
        start = 0
        for line in text.split("\n"):
            if line.strip():
                yield from self._paragraph(text, start, start + len(line), mask)
            start += len(line) + 1


# --- sentences -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Window:
    """Whole sentences after one [CLS], which is also word 0, the root."""

    ids: list[int]
    cases: list[int]
    quoted: list[int]
    first: list[int]
    """Index of the first piece of each word."""
    words: dict[str, list[int]]
    """Targets of each word by head; ``sentence`` is the number of its sentence, -1 for the root."""


TARGETS = ("sentence", "sentence_start", "upos", "xpos", "heads", "relations", "names")


class Packer:
    """Packs sentences into windows of the run time's length."""

    def __init__(self, cutter: Cutter, labels: Labels) -> None:
        self._cutter = cutter
        self._index = {
            name: {label: index for index, label in enumerate(getattr(labels, name))}
            for name in ("upos", "xpos", "relations", "names")
        }

    def pack(self, sentences: Iterable[Sentence]) -> Iterator[Window]:
        """Windows of sentences in their order; a sentence longer than a window is left out."""
        window = _empty()
        for sentence in sentences:
            pieces = [self._cutter.word(word) for word in sentence.words]
            length = sum(map(len, pieces))
            if not sentence.words or 1 + length > PARSE_PIECES:
                continue
            if len(window.ids) + length > PARSE_PIECES:
                yield window
                window = _empty()
            self._add(window, sentence, pieces)
        if len(window.first) > 1:
            yield window

    def _add(self, window: Window, sentence: Sentence, pieces: Sequence[Sequence[int]]) -> None:
        offset = len(window.first)
        number = window.words["sentence"][-1] + 1
        targets = {
            "sentence": [number] * len(pieces),
            "sentence_start": [1] + [0] * (len(pieces) - 1),
            "heads": [IGNORE if head == NO_HEAD else head and head - 1 + offset for head in sentence.heads],
        }
        for name, index in self._index.items():
            targets[name] = [index.get(label, IGNORE) for label in getattr(sentence, name)]
        for name, values in targets.items():
            window.words[name] += values
        for word, quoted, ids in zip(sentence.words, sentence.quoted, pieces, strict=True):
            window.first.append(len(window.ids) if ids else len(window.ids) - 1)
            window.ids += ids
            window.cases += [case_id(word)] * len(ids)
            window.quoted += [int(quoted)] * len(ids)


def _empty() -> Window:
    root = {name: [-1 if name == "sentence" else IGNORE] for name in TARGETS}
    return Window(ids=[CLS], cases=[OTHER_CASE], quoted=[0], first=[0], words=root)


def sentence_batch(windows: Sequence[Window], *, masked: float, random: np.random.Generator) -> Batch:
    """Arrays of windows; ``masked`` is the share of pieces that are hidden."""
    batch = _piece_arrays([(window.ids, window.cases, window.quoted) for window in windows])
    hidden = random.random(batch["input_ids"].shape) < masked
    hidden[:, 0] = False
    batch["input_ids"][hidden & (batch["attention_mask"] == 1)] = MASK
    most = max(len(window.first) for window in windows)
    # Words that are only padding start where the pieces of their window end, so that the last word ends there too.
    first = np.array([[len(window.ids)] for window in windows], np.int64).repeat(most, 1)
    for row, window in enumerate(windows):
        first[row, : len(window.first)] = window.first
    batch["first_piece"] = first
    for name in TARGETS:
        batch[name] = _padded(
            [window.words[name] for window in windows], most, fill=-1 if name == "sentence" else IGNORE
        )
    return batch


# --- quotes ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class QuoteWindow:
    """Paragraphs, each followed by [SEP], after one [CLS]."""

    ids: list[int]
    cases: list[int]
    quoted: list[int]
    tags: list[int]
    cue: list[int]
    """For content: index of the first piece of its cue in the window, 0 = it has none."""
    source: list[int]
    """For content and cue: index of the first piece of the source, 0 = there is none."""


class QuoteTargets:
    """Which attribution each character of an article belongs to; made once for an article, whatever its noise."""

    def __init__(self, article: AttributedText) -> None:
        self._spans: list[tuple[str, int, int]] = []  # label, start, attribution
        self._at = np.full(len(article.text) + 1, -1, np.int32)
        self._attributions = article.attributions
        for number, attribution in enumerate(article.attributions):
            content = "quote" if attribution.is_quote else "other_attribution"
            for label, parts in (
                ("source", attribution.source),
                ("cue", attribution.cue),
                (content, attribution.content),
            ):
                for start, end in parts:
                    self._at[start:end] = len(self._spans)
                    self._spans.append((label, start, number))

    def window(self, pieces: Sequence[Piece | None]) -> QuoteWindow:
        """The targets of a window; only the first piece of a word has any."""
        spans = [int(self._at[piece.start]) if piece is not None and piece.is_first else None for piece in pieces]
        starts: dict[tuple[str, int], int] = {}
        for index, span in enumerate(spans):
            if span is not None and span >= 0:
                starts.setdefault(self._spans[span][:2], index)
        window = QuoteWindow(
            ids=[CLS if not index else SEP if piece is None else piece.id for index, piece in enumerate(pieces)],
            cases=[OTHER_CASE if piece is None else piece.case for piece in pieces],
            quoted=[0 if piece is None else piece.is_quoted for piece in pieces],
            tags=[IGNORE] * len(pieces),
            cue=[IGNORE] * len(pieces),
            source=[IGNORE] * len(pieces),
        )
        before = None
        for index, span in enumerate(spans):
            if span is None:
                before = None if pieces[index] is None else before
                continue
            if span < 0:
                window.tags[index] = 0
            else:
                label, _, number = self._spans[span]
                window.tags[index] = QUOTES.index(f"{'I' if span == before else 'B'}-{label}")
                attribution = self._attributions[number]
                if label not in ("cue", "source"):
                    window.cue[index] = _target(starts, "cue", attribution.cue)
                if label != "source":
                    window.source[index] = _target(starts, "source", attribution.source)
            before = span
        return window


def _target(starts: dict[tuple[str, int], int], label: str, parts: Sequence[tuple[int, int]]) -> int:
    """Where a pointer should go: 0 = none, ``IGNORE`` when it lies outside of the window."""
    return starts.get((label, parts[0][0]), IGNORE) if parts else 0


def pack_paragraphs(paragraphs: Iterable[list[Piece]], *, first: int = QUOTE_PIECES) -> Iterator[list[Piece | None]]:
    """Windows of whole paragraphs, [CLS] p1 [SEP] p2 [SEP]; the first window is shorter than ``first`` where it can."""
    window: list[Piece | None] = [None]
    limit = first
    for paragraph in paragraphs:
        if len(window) > 1 and len(window) + len(paragraph) + 1 > limit:
            yield window
            window, limit = [None], QUOTE_PIECES
        window += [*paragraph, None]
    if len(window) > 1:
        yield window


def random_first(random: Random) -> int:
    """The length of an article's first window."""
    return random.randint(SHORTEST_FIRST_WINDOW, QUOTE_PIECES)


def quote_batch(windows: Sequence[QuoteWindow]) -> Batch:
    """Arrays of windows."""
    batch = _piece_arrays([(window.ids, window.cases, window.quoted) for window in windows])
    most = batch["input_ids"].shape[1]
    batch["tags"] = _padded([window.tags for window in windows], most, fill=IGNORE)
    batch["cue"] = _padded([window.cue for window in windows], most, fill=IGNORE)
    batch["source"] = _padded([window.source for window in windows], most, fill=IGNORE)
    return batch


# --- arrays ----------------------------------------------------------------------------------------------------------


def _piece_arrays(windows: Sequence[tuple[list[int], list[int], list[int]]]) -> Batch:
    most = max(len(ids) for ids, _, _ in windows)
    return {
        "input_ids": _padded([ids for ids, _, _ in windows], most, fill=0),
        "case_ids": _padded([cases for _, cases, _ in windows], most, fill=0),
        "quote_ids": _padded([quoted for _, _, quoted in windows], most, fill=0),
        "attention_mask": _padded([[1] * len(ids) for ids, _, _ in windows], most, fill=0),
    }


def _padded(lists: Sequence[Sequence[int]], length: int, *, fill: int) -> Ints:
    array = np.full((len(lists), length), fill, np.int64)
    for row, values in enumerate(lists):
        array[row, : len(values)] = values
    return array
