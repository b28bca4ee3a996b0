"""The corpora of a run become the batches of each round, the same ones for the same seed however often it is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TypeVar

import numpy as np

from newskb.evals import treebanks
from newskb.evals.treebanks import Sentence
from training.encoder import corpora, noise
from training.encoder.configuration import Configuration
from training.encoder.corpora import AttributedText
from training.encoder.examples import (
    Batch,
    Cutter,
    Labels,
    Packer,
    QuoteTargets,
    QuoteWindow,
    Window,
    inventory,
    pack_paragraphs,
    quote_batch,
    random_first,
    sentence_batch,
)

T = TypeVar("T")
SORTED_TOGETHER = 16
"""Batches of quote windows that are cut from one list sorted by length, so that windows of a batch are nearly equal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where the files lie: the shared folder, and names of our own making that replace those of the corpora."""

    shared: Path
    silver: Path | None = None

    def names_of(self, name: str) -> Path:
        """The corpus ``name`` with silver names: our own where they were made, else those that came with it."""
        if self.silver is not None and (own := self.silver / f"{name}.jsonl.gz").exists():
            return own
        return self.shared / "corpora" / f"{name}.jsonl.gz"


class Corpus:
    """Everything that a run learns from."""

    def __init__(self, configuration: Configuration, sources: Sources) -> None:
        self._configuration = configuration
        folder = sources.shared / "corpora"
        readers: dict[str, Callable[[], Iterator[Sentence]]] = {
            "ewt": lambda: treebanks.ewt(folder / "ewt_train.jsonl.gz"),
            "gum": lambda: corpora.conllu(folder / "gum_train.conllu.gz"),
            "gmb": lambda: treebanks.gmb(folder / "gmb_news_train.jsonl.gz"),
            "wikinews": lambda: corpora.silver(sources.names_of("wikinews_2019_2020_train")),
        }
        if sources.silver is not None and (own := sources.silver / "articles.jsonl.gz").exists():
            readers["articles"] = lambda: corpora.silver(own)
        shares = configuration.mixture
        self._sentences = {name: list(read()) for name, read in readers.items() if getattr(shares, name)}
        if sources.silver is not None and (layer := sources.silver / "ewt_train.jsonl.gz").exists():
            self._sentences["ewt"] = corpora.with_names(self._sentences["ewt"], layer)
        self._articles: list[tuple[AttributedText, QuoteTargets]] = []
        if shares.polnear:
            articles = corpora.attributed(sources.shared / "eval/quotes/polnear_train.jsonl.gz")
            self._articles = [(article, QuoteTargets(article)) for article in articles]
        self.labels: Labels = inventory(
            [*self._sentences.get("ewt", ()), *self._sentences.get("gum", ())], self._sentences.get("gmb", ())
        )
        self._places = sorted(
            {
                " ".join(sentence.words[start:end])
                for sentence in self._sentences.get("gmb", ())
                for start, end, kind in treebanks.spans_of(sentence.names)
                if kind == "GPE" and all(word[:1].isupper() for word in sentence.words[start:end])
            }
        )

    def round(self, number: int, cutter: Cutter) -> list[Batch]:
        """The batches of a round in their order."""
        random = Random(f"{self._configuration.seed}:{number}")
        settings = self._configuration.windows
        packer = Packer(cutter, self.labels)
        windows: list[Window] = []
        for name, sentences in self._sentences.items():
            chosen = _turn(sentences, getattr(self._configuration.mixture, name), number)
            # Another start gives other windows: sentences meet other neighbours at the edges.
            start = random.randrange(len(chosen))
            noisy = (
                noise.of_sentence(sentence, self._configuration.noise, random, places=self._places)
                for sentence in chosen[start:] + chosen[:start]
            )
            windows += packer.pack(noisy)
        random.shuffle(windows)
        hidden = np.random.default_rng([self._configuration.seed, number])
        batches = [
            sentence_batch(group, masked=settings.masked_pieces, random=hidden)
            for group in _groups(windows, settings.per_batch)
        ]
        batches += [quote_batch(group) for group in self._quote_groups(number, cutter, random)]
        random.shuffle(batches)
        return batches

    def _quote_groups(self, number: int, cutter: Cutter, random: Random) -> Iterator[Sequence[QuoteWindow]]:
        windows = []
        for article, targets in _turn(self._articles, self._configuration.mixture.polnear, number):
            paragraphs = cutter.paragraphs(noise.of_text(article.text, self._configuration.noise, random))
            windows += [targets.window(pieces) for pieces in pack_paragraphs(paragraphs, first=random_first(random))]
        random.shuffle(windows)
        size = self._configuration.windows.quotes_per_batch
        for group in _groups(windows, size * SORTED_TOGETHER):
            yield from _groups(sorted(group, key=lambda window: len(window.ids)), size)


def _turn(items: list[T], share: float, number: int) -> list[T]:
    """The ``share`` of ``items`` whose turn it is in round ``number``; each round goes on where the last stopped."""
    count = round(share * len(items))
    start = number * count % len(items) if items else 0
    return [items[(start + index) % len(items)] for index in range(count)]


def _groups(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
