"""An exported model becomes scores on the development parts, read exactly as run time reads articles."""

from __future__ import annotations

import importlib.util
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
import spacy
from tokenizers import Tokenizer

from newskb.model import Span
from newskb.nlp.encoder import PARSE_PIECES, Encoder, Word
from newskb.nlp.quotemarks import quote_mask, quote_type
from newskb.nlp.reading import EncoderReader
from training.encoder import attributions, corpora
from training.encoder.contract import EMBEDDING, MODEL
from training.encoder.corpora import Sentence, rows

Scores = dict[str, float]

_CONTEXT = 40
"""Sentences that are read in one go, so that those at the edges of windows have neighbours."""
_NER_TO_UNER = {"PERSON": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC"}
_NO_NAMES = frozenset(("CARDINAL", "ORDINAL", "QUANTITY", "MONEY", "PERCENT", "DATE", "TIME"))
"""OntoNotes types that name nothing."""
EMBEDDED_PIECES = 256
"""Longest input of the sentence vectors; the base model was trained with as many."""
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


def evaluate(model: Path, shared: Path) -> Scores:
    """All scores of the model in a folder, in percent."""
    gold = GoldSentences(model)
    encoder = Encoder(model)
    began = time.process_time()
    scores = trees(gold, shared / "corpora/ewt_dev.jsonl.gz")
    scores |= sentence_starts(encoder, shared / "corpora/ewt_dev.jsonl.gz")
    scores |= names(gold, shared / "corpora/gmb_news_dev.jsonl.gz")
    scores |= linked_names(encoder, shared / "eval/linking/news_fair.jsonl", _script(shared, "score_linking"))
    scores |= founding_names(encoder, shared / "eval/founding/gold.json")
    for name in ("polnear_dev", "gum_dev"):
        scores |= quotes(encoder, shared / f"eval/quotes/{name}.jsonl.gz", _script(shared, "score_quotes"))
    scores |= same_story(model, shared / "eval/stories/dev_giveme5w1h.jsonl.gz")
    scores["seconds of CPU"] = time.process_time() - began
    scores["size in MB"] = sum(path.stat().st_size for path in model.iterdir()) / 1e6
    return scores


def table(columns: dict[str, Scores]) -> str:
    """Scores of several models side by side, in Markdown."""
    measures = list(dict.fromkeys(name for scores in columns.values() for name in scores))
    lines = ["| measure | " + " | ".join(columns) + " |", "|---|" + "---:|" * len(columns)]
    for measure in measures:
        values = [f"{scores[measure]:.2f}" if measure in scores else "" for scores in columns.values()]
        lines.append(f"| {measure} | " + " | ".join(values) + " |")
    return "\n".join(lines)


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


def trees(encoder: Encoder, path: Path) -> Scores:
    """Tags, tree and the names of the Universal NER layer, with gold words and sentences."""
    sentences = list(corpora.ewt(path))
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
        spans = corpora.spans_of([word.name for word in found])
        counts.add(
            {(start, end, kind) for start, end, kind in row["gold_ents"]},
            {
                (row["ud"][start][0], row["ud"][end - 1][1], _NER_TO_UNER[kind])
                for start, end, kind in spans
                if kind in _NER_TO_UNER
            },
        )
    total = sum(len(sentence.words) for sentence in sentences)
    tags = {f"EWT dev {name}": 100 * right[name] / total for name in ("UPOS", "XPOS", "UAS", "LAS")}
    return tags | {"UNER of EWT dev, PER/ORG/LOC F1": counts.f1()}


def sentence_starts(encoder: Encoder, path: Path) -> Scores:
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

    for row, sentence in zip(rows(path), corpora.ewt(path), strict=True):
        if row["newpar"]:
            read()
            words, quoted, breaks, gold = [], [], [], []
        words += sentence.words
        quoted += [int(inside) for inside in sentence.quoted]
        breaks += [not breaks and index == 0 for index in range(len(sentence.words))]
        gold += [index == 0 for index in range(len(sentence.words))]
    read()
    return {"EWT dev sentence starts F1": counts.f1()}


# --- names -----------------------------------------------------------------------------------------------------------


def names(encoder: Encoder, path: Path) -> Scores:
    """F1 of names of all 18 types; predictions that touch words without a trusted type are not counted."""
    sentences = list(corpora.gmb(path))
    counts = _Counts()
    for sentence, found in zip(sentences, _read(encoder, sentences), strict=True):
        unknown = {index for index, tag in enumerate(sentence.names) if tag == corpora.UNKNOWN}
        predicted = corpora.spans_of([word.name for word in found])
        counts.add(
            corpora.spans_of(sentence.names),
            {span for span in predicted if not unknown.intersection(range(span[0], span[1]))},
        )
    return {"GMB dev names F1, 18 types": counts.f1()}


def linked_names(encoder: Encoder, path: Path, scorer: ModuleType) -> Scores:
    """F1 of the spans of names in news of other makers."""
    documents = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    found = {row["id"]: {"entities": list(_entities(encoder, row["text"]))} for row in documents}
    result = scorer.score({row["id"]: row for row in documents}, found)
    return {"news_fair names F1": 100 * result["ner"]["f1"]}


def founding_names(encoder: Encoder, path: Path) -> Scores:
    """Share of the names of the founding article that are found with the right extent."""
    article = json.loads(path.read_text(encoding="utf-8"))
    found = {(item["start"], item["end"]) for item in _entities(encoder, article["text"])}
    wanted = [item for item in article["entities"] if item["mention"] == "name"]
    return {"founding article, names found": 100 * sum((e["start"], e["end"]) in found for e in wanted) / len(wanted)}


def _entities(encoder: Encoder, text: str) -> Iterator[dict[str, Any]]:
    doc = EncoderReader(encoder, with_quotes=False)(spacy.blank("en").make_doc(text))
    for name in doc.ents:
        if name.label_ not in _NO_NAMES:
            # OntoNotes takes "the" into a name ("the ACLU"); these sets, like our mentions, do not.
            first = name[1:] if len(name) > 1 and name[0].lower_ == "the" else name
            yield {"start": first.start_char, "end": name.end_char, "type": name.label_}


# --- quotes ----------------------------------------------------------------------------------------------------------


def quotes(encoder: Encoder, path: Path, scorer: ModuleType) -> Scores:
    """Content, and content with speaker, of what the quote heads alone find."""
    gold = list(rows(path))
    result = scorer.score(gold, [{"id": row["id"], "quotes": list(_quotes(encoder, row["text"]))} for row in gold])
    name = "PolNeAR dev" if path.name.startswith("polnear") else "GUM dev"
    return {
        f"{name} quotes, content IoU F1": 100 * result["content_iou"]["f1"],
        f"{name} quotes, content IoU recall": 100 * result["content_iou"]["r"],
        f"{name} quotes, end to end F1": 100 * result["e2e"]["f1"],
        f"{name} quotes, end to end recall": 100 * result["e2e"]["r"],
    }


def _quotes(encoder: Encoder, text: str) -> Iterator[dict[str, Any]]:
    mask = quote_mask(text)
    paragraphs, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            paragraphs.append((start, start + len(line)))
        start += len(line) + 1
    for window in encoder.quotes(text, paragraphs, mask):
        for item in attributions.quotes(window, text):
            parts = [Span(start=start, end=end) for start, end in item.parts]
            yield {
                "start": parts[0].start,
                "end": parts[-1].end,
                "parts": [list(part) for part in item.parts],
                "type": str(quote_type(text, parts, mask)),
                "speaker": _ends(item.source),
                "cue": _ends(item.cue),
            }


def _ends(span: tuple[int, int] | None) -> dict[str, int] | None:
    return None if span is None else {"start": span[0], "end": span[1]}


# --- sentence vectors ------------------------------------------------------------------------------------------------


class Embedder:
    """Sentence vectors of a model that has them; run time does the same."""

    def __init__(self, model: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(model / MODEL), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(EMBEDDED_PIECES)

    def __call__(self, text: str) -> npt.NDArray[np.float32]:
        """The vector of a text, of length one."""
        ids = np.array([self._tokenizer.encode(text).ids], np.int64)
        zeros = np.zeros_like(ids)
        feed = {
            "input_ids": ids,
            "case_ids": zeros,
            "quote_ids": zeros,
            "attention_mask": np.ones_like(ids),
            "first_piece": np.zeros((1, 0), np.int64),  # no words: only the sentence vector is computed
        }
        vector: npt.NDArray[np.float32] = self._session.run([EMBEDDING], feed)[0][0]
        return vector

    @property
    def is_there(self) -> bool:
        """Whether the model gives sentence vectors at all."""
        return EMBEDDING in {output.name for output in self._session.get_outputs()}


def same_story(model: Path, path: Path) -> Scores:
    """Average precision of pairs of articles ranked by the cosine of their vectors: right = of one story."""
    embedder = Embedder(model)
    if not embedder.is_there:
        return {}
    articles = list(rows(path))
    vectors = np.stack([embedder(f"{row['title']}\n{row['text'][:_LEAD_CHARS]}") for row in articles])
    pairs = list(combinations(range(len(articles)), 2))
    cosines = vectors @ vectors.T
    is_right = np.array([articles[a]["story"] == articles[b]["story"] for a, b in pairs])
    return {"same story, average precision": 100 * average_precision([cosines[a, b] for a, b in pairs], is_right)}


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
        """In percent."""
        return 200 * self.right / max(1, self.predicted + self.annotated)


def _script(shared: Path, name: str) -> ModuleType:
    """A scorer beside the evaluation sets."""
    spec = importlib.util.spec_from_file_location(name, shared / f"eval/{name}.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(shared / f"eval/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def joined(scores: Iterable[tuple[str, float]]) -> str:
    """One line for a log."""
    return ", ".join(f"{name} {value:.2f}" for name, value in scores)
