"""Words become what the encoder's heads say of them: sentences, tags, trees and names, and in a second reading quotes.

The encoder is one fine-tuned MiniLM (int8 ONNX) with all heads. Windows are run one at a time: dynamic quantisation
scales by the largest value of the whole input, so a batch would make what an article gets depend on its neighbours.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from threadpoolctl import ThreadpoolController
from tokenizers import Tokenizer

from newskb.nlp.decoding import best_tags, bio_transitions, log_softmax, tree

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

SHIPPED = Path(str(files("newskb.nlp").joinpath("models/encoder")))
"""The folder of the model that travels in the package."""

CLS, SEP = 101, 102
PARSE_PIECES = 128
"""Window of the parsing task in word pieces; run time must pack as training did: other lengths cost a point."""
QUOTE_PIECES = 192
"""Window of the quote task in word pieces."""
EMBEDDED_PIECES = 256
"""Longest input of a sentence vector in word pieces, the rest is not read; the base model was trained with as many."""
EMBEDDING_WIDTH = 384
EMBEDDED_CHARS = 5_000
"""Characters that are looked at for them: several times as many as the pieces of any text in words can have."""
EMBEDDING = "embedding"
"""The output that holds the sentence vector, ``EMBEDDING_WIDTH`` numbers. The file computes it when ``first_piece`` has
no words, and then it alone."""
LONGEST_SENTENCE_PIECES = 250
"""A "sentence" (a table, a list of names) that fills a window this long is cut."""
LIKELY_MARGIN = -1.0
"""Logits by which the head may be against a sentence start where the punctuation speaks for one. The head alone finds
76 % of the starts of EWT dev and 25 % of GUM news; with the punctuation 86 and 66 %, at the same precision."""
_CASE_OTHER = 5
_SENTENCE_ENDS = frozenset((".", "?", "!", "…", "..."))
_CLOSING_MARKS = frozenset(('"', "”", "’", "'", "''", "»", ")", "]"))
_OPENING_MARKS = frozenset(('"', "“", "‘", "'", "``", "«", "(", "["))


@dataclass(frozen=True, slots=True)
class Word:
    """What the encoder says of one word."""

    tag: str
    """Penn Treebank tag."""
    pos: str
    """Universal part of speech."""
    head: int
    """Index of the head word; the word itself for the root of a sentence."""
    relation: str
    """Universal Dependencies relation, ``root`` for the root."""
    name: str
    """BIO tag with OntoNotes type, ``O`` outside of names."""
    starts_sentence: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A word piece of the quote task with its characters."""

    id: int
    start: int
    end: int
    is_first: bool
    case: int
    is_quoted: int


@dataclass(frozen=True, slots=True)
class QuoteWindow:
    """Pieces of some paragraphs ([CLS] p1 [SEP] p2 [SEP]) with the scores of the quote head."""

    pieces: list[Piece | None]
    """None for [CLS] and [SEP]."""
    tags: Floats
    """Logits, pieces x 9 labels."""
    pointers: Floats
    """Scores, 2 (to the cue, to the source) x pieces x pieces; piece 0 = none."""


class Encoder:
    """The language model of the package, loaded once in each process."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        # NumPy's BLAS takes every core for products of a sentence's size: several workers then wait for one another,
        # and a word costs thirty times as much.
        ThreadpoolController().limit(limits=threads, user_api="blas")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            str(folder / "encoder_int8.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self.labels: dict[str, list[str]] = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        with np.load(folder / "relation_weights.npz") as stored:  # int8 with scales, or half precision without
            relations = stored["R"].astype(np.float32) * (stored["scale"] if "scale" in stored else np.float32(1))
        self._relations = np.ascontiguousarray(relations.transpose(1, 0, 2).reshape(relations.shape[1], -1))
        self._root = self.labels["relations"].index("root")
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._outputs = [output.name for output in self._session.get_outputs() if output.name != EMBEDDING]
        self._names = bio_transitions(self.labels["names"])
        self._cache: dict[str, list[int]] = {}

    # --- sentences, tags, trees, names -------------------------------------------------------------------------------

    def words(self, words: Sequence[str], *, quoted: Sequence[int], breaks: Sequence[bool]) -> list[Word]:
        """Tags, tree and names of ``words``.

        ``quoted`` is 1 for words inside quotation marks; ``breaks`` is true where a paragraph starts, which always
        starts a sentence.
        """
        pieces = [self._pieces(word) for word in words]
        sure, likely = sentence_openers(words, quoted)
        sure |= {index for index, is_break in enumerate(breaks) if is_break}
        found: list[Word] = []
        start = 0
        while start < len(words):
            end = _at_opener(start, self._window_end(pieces, start, PARSE_PIECES), len(words), sure)
            outputs = self._parse(words, pieces, quoted, start, end)
            starts = self._sentence_starts(outputs, sure, likely, start, end)
            if len(starts) == 1 and end < len(words) and end not in sure:
                # One sentence fills the window: read on, then take it as it is.
                end = self._window_end(pieces, start, LONGEST_SENTENCE_PIECES)
                outputs = self._parse(words, pieces, quoted, start, end)
                starts = self._sentence_starts(outputs, sure, likely, start, end)
            if len(starts) > 1 and end < len(words) and end not in sure:
                end = starts.pop()  # the last sentence may be cut by the window: it opens the next one
            for first, last in zip(starts, [*starts[1:], end], strict=True):
                found += self._sentence(outputs, start, first, last)
            start = end
        return found

    def _pieces(self, word: str) -> list[int]:
        ids = self._cache.get(word)
        if ids is None:
            encoded = self._tokenizer.encode(
                [word if word.strip() else "_"], is_pretokenized=True, add_special_tokens=False
            )
            ids = self._cache[word] = list(encoded.ids)[: PARSE_PIECES // 2]
            if len(self._cache) > 200_000:
                self._cache.clear()
        return ids

    @staticmethod
    def _window_end(pieces: Sequence[Sequence[int]], start: int, most: int) -> int:
        end, size = start, 1
        # A word without pieces counts as one, or a text of such words would be one endless sentence.
        while end < len(pieces) and size + max(len(pieces[end]), 1) <= most:
            size += max(len(pieces[end]), 1)
            end += 1
        return max(end, start + 1)

    def _parse(
        self, words: Sequence[str], pieces: Sequence[Sequence[int]], quoted: Sequence[int], start: int, end: int
    ) -> dict[str, Any]:
        ids, cases, inside, first = [CLS], [_CASE_OTHER], [0], [0]
        for index in range(start, end):
            # A word without a piece of its own (a lone variation selector) takes the piece before it.
            first.append(len(ids) if pieces[index] else len(ids) - 1)
            ids += pieces[index]
            case = case_id(words[index])
            cases += [case] * len(pieces[index])
            inside += [quoted[index]] * len(pieces[index])
        return self._run(ids, cases, inside, first)

    def _run(self, ids: list[int], cases: list[int], inside: list[int], first: list[int]) -> dict[str, Any]:
        feed = _feed(ids, cases, inside, first)
        return dict(zip(self._outputs, self._session.run(self._outputs, feed), strict=True))

    @staticmethod
    def _sentence_starts(outputs: dict[str, Any], sure: set[int], likely: set[int], start: int, end: int) -> list[int]:
        scores = outputs["sentence_start"][0]
        margins = scores[1:, 1] - scores[1:, 0]
        return [
            index
            for index in range(start, end)
            if index == start or index in sure or margins[index - start] > (LIKELY_MARGIN if index in likely else 0)
        ]

    def _sentence(self, outputs: dict[str, Any], offset: int, first: int, last: int) -> Iterator[Word]:
        """The words of one sentence; row 0 of every output is [CLS], the root."""
        rows = np.arange(first, last) - offset + 1
        heads = tree(outputs["arc_scores"][0][np.ix_(rows, np.concatenate(([0], rows)))])
        dependent = _with_one(outputs["relation_dependent"][0][rows])
        governors = np.concatenate(([0], rows))[heads]
        governor = _with_one(outputs["relation_head"][0][governors])
        scores = ((dependent @ self._relations).reshape(len(rows), -1, governor.shape[1]) @ governor[:, :, None])[
            :, :, 0
        ]
        scores[:, self._root] = -np.inf
        relations = scores.argmax(-1)
        tags = outputs["xpos"][0][rows].argmax(-1)
        parts = outputs["upos"][0][rows].argmax(-1)
        names = best_tags(log_softmax(outputs["ner"][0][rows]), *self._names)
        for index in range(len(rows)):
            is_root = heads[index] == 0
            yield Word(
                tag=self.labels["xpos"][tags[index]],
                pos=self.labels["upos"][parts[index]],
                head=first + (index if is_root else int(heads[index]) - 1),
                relation="root" if is_root else self.labels["relations"][relations[index]],
                name=self.labels["names"][names[index]],
                starts_sentence=index == 0,
            )

    # --- quotes ------------------------------------------------------------------------------------------------------

    def quotes(
        self, text: str, paragraphs: Sequence[tuple[int, int]], mask: bytes | bytearray
    ) -> Iterator[QuoteWindow]:
        """Scores of the quote head for the paragraphs (start and end characters) of ``text``, window by window."""
        window: list[Piece | None] = [None]
        for start, end in paragraphs:
            for part in self._paragraph(text, start, end, mask):
                if len(window) > 1 and len(window) + len(part) + 1 > QUOTE_PIECES:
                    yield self._quote_window(window)
                    window = [None]
                window += [*part, None]
        if len(window) > 1:
            yield self._quote_window(window)

    def _paragraph(self, text: str, start: int, end: int, mask: bytes | bytearray) -> Iterator[list[Piece]]:
        """The pieces of one paragraph, cut at sentence ends where it is longer than a window."""
        encoded = self._tokenizer.encode(text[start:end], add_special_tokens=False)
        spans: dict[int | None, tuple[int, int]] = {}
        for (left, right), word in zip(encoded.offsets, encoded.word_ids, strict=True):
            spans[word] = (spans[word][0] if word in spans else left, right)
        pieces: list[Piece] = []
        previous = None
        for token, (left, right), word in zip(encoded.ids, encoded.offsets, encoded.word_ids, strict=True):
            whole = text[start + spans[word][0] : start + spans[word][1]]
            inside = int(mask[start + left]) if right > left else 0
            pieces.append(Piece(token, start + left, start + right, word != previous, case_id(whole or " "), inside))
            previous = word
        while len(pieces) > QUOTE_PIECES - 2:
            cut = _cut(text, pieces)
            yield pieces[:cut]
            pieces = pieces[cut:]
        if pieces:
            yield pieces

    def _quote_window(self, pieces: list[Piece | None]) -> QuoteWindow:
        ids = [CLS if index == 0 else SEP if piece is None else piece.id for index, piece in enumerate(pieces)]
        cases = [_CASE_OTHER if piece is None else piece.case for piece in pieces]
        inside = [0 if piece is None else piece.is_quoted for piece in pieces]
        outputs = self._run(ids, cases, inside, [0])
        pointers = outputs["pointers"]
        return QuoteWindow(pieces, outputs["tags"][0], pointers[0] if pointers.shape[0] == 1 else pointers[:, 0])

    # --- sentence vectors --------------------------------------------------------------------------------------------

    @property
    def embeds(self) -> bool:
        """Whether the model file gives sentence vectors (one of another maker may not)."""
        return any(output.name == EMBEDDING for output in self._session.get_outputs())

    def embed(self, texts: Sequence[str]) -> Floats:
        """Sentence vectors, texts x ``EMBEDDING_WIDTH``, of length one: their cosines say how near they are in meaning.

        They are those of all-MiniLM-L6-v2 (Reimers and Gurevych 2019), whose layers the model file keeps beside the
        tuned ones. Only the first ``EMBEDDED_PIECES`` word pieces of a text count (about 190 words); a text
        without any still has a vector.
        """
        vectors = np.empty((len(texts), EMBEDDING_WIDTH), np.float32)
        for row, text in enumerate(texts):
            ids = self._tokenizer.encode(text[:EMBEDDED_CHARS], add_special_tokens=False).ids
            ids = [CLS, *ids[: EMBEDDED_PIECES - 2], SEP]
            nothing = [0] * len(ids)
            vectors[row] = self._session.run([EMBEDDING], _feed(ids, nothing, nothing, []))[0][0]
        return vectors


def _feed(ids: Sequence[int], cases: Sequence[int], inside: Sequence[int], first: Sequence[int]) -> dict[str, Ints]:
    """Inputs of the model file, a batch of one."""
    return {
        "input_ids": np.array([ids], dtype=np.int64),
        "case_ids": np.array([cases], dtype=np.int64),
        "quote_ids": np.array([inside], dtype=np.int64),
        "attention_mask": np.ones((1, len(ids)), dtype=np.int64),
        "first_piece": np.array([first], dtype=np.int64),
    }


def _at_opener(start: int, end: int, last: int, sure: set[int]) -> int:
    """Where to end a window so that it cuts no sentence, if a sentence surely opens in its second half."""
    if end == last:
        return end
    return next((index for index in range(end, (start + end) // 2, -1) if index in sure), end)


def sentence_openers(words: Sequence[str], quoted: Sequence[int]) -> tuple[set[int], set[int]]:
    """Words that open a sentence for sure, and words that probably do, by the punctuation before them.

    A capital after a full stop is sure; after a full stop and a closing mark it is not: ``"Why?" Lavrov asked.``
    """
    sure: set[int] = set()
    likely: set[int] = set()
    for index in range(1, len(words)):
        word = words[index]
        if not (word[:1].isupper() or word[:1].isdigit() or (word in _OPENING_MARKS and not _closes(index, quoted))):
            continue
        before = index - 1
        while before > 0 and words[before] in _CLOSING_MARKS and not _opens(words, before, quoted):
            before -= 1
        if words[before] in _SENTENCE_ENDS:
            is_sure = before == index - 1 and words[before] != "..." and not word[:1].isdigit()
            (sure if is_sure else likely).add(index)
    return sure, likely


def _opens(words: Sequence[str], index: int, quoted: Sequence[int]) -> bool:
    return words[index] in _OPENING_MARKS and not _closes(index, quoted)


def _closes(index: int, quoted: Sequence[int]) -> bool:
    return bool(quoted[index] and quoted[index - 1])


def case_id(word: str) -> int:
    """The case class that the encoder was trained with (``labels.json``): the base model itself knows no case."""
    first = word[0]
    if first.isdigit():
        return 4
    if not first.isalpha():
        return _CASE_OTHER
    if word.islower():
        return 0
    if word.isupper():
        return 2 if len(word) > 1 else 1
    return 1 if first.isupper() and word[1:].islower() else 3


def _with_one(rows: Floats) -> Floats:
    return np.concatenate([rows, np.ones((len(rows), 1), np.float32)], 1)


def _cut(text: str, pieces: Sequence[Piece]) -> int:
    """Where to cut a paragraph longer than a window: after a sentence outside quotation marks if there is one."""
    most = QUOTE_PIECES - 3
    ends = [k for k in range(most, most // 2, -1) if pieces[k].is_first and text[pieces[k - 1].start] in ".!?"]
    for k in ends:
        if not pieces[k].is_quoted:
            return k
    if ends:
        return ends[0]
    return next((k for k in range(most, 1, -1) if pieces[k].is_first), most)
