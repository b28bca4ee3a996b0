"""Texts without names become texts with names where several readers agree, and with unknown ones where they do not."""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

from newskb.nlp.encoder import Encoder
from newskb.nlp.quotemarks import quote_mask
from training.encoder import corpora
from training.encoder.corpora import Row, rows

log = logging.getLogger(__name__)

Names = set[tuple[int, int, str]]
GROUP = 40
"""Rows that are read in one go."""


def label(models: Sequence[Path], shared: Path, out: Path) -> None:
    """Write Wikinews and the English Web Treebank with the names on which all ``models`` and the given layer agree."""
    encoders = [Encoder(model) for model in models]
    out.mkdir(parents=True, exist_ok=True)
    for name, tokens in (("wikinews_2019_2020_train", spoken), ("ewt_train", annotated)):
        found = list(rows(shared / f"corpora/{name}.jsonl.gz"))
        _write(out / f"{name}.jsonl.gz", found, encoders, tokens is annotated)


def _write(path: Path, found: Sequence[Row], encoders: Sequence[Encoder], has_tree: bool) -> None:
    kept = unknown = 0
    # The time of the archive would make two equal runs differ.
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as target:
        for start in range(0, len(found), GROUP):
            group = found[start : start + GROUP]
            words = [annotated(row) if has_tree else spoken(row) for row in group]
            readings = [list(_read(encoder, words)) for encoder in encoders]
            for number, (row, spans) in enumerate(zip(group, words, strict=True)):
                given = moved(row, spans)
                names, missing = agreement(len(spans), [given, *(reading[number] for reading in readings)])
                kept, unknown = kept + len(names), unknown + len(missing)
                content = {"ents": [list(span) for span in sorted(names)], "missing": missing}
                if not has_tree:
                    content |= {name: row[name] for name in ("text", "words", "spaces", "sents")}
                target.write(json.dumps(content, ensure_ascii=False).encode() + b"\n")
    log.info("%s: %d names agreed upon, %d words unknown", path.name, kept, unknown)


def spoken(row: Row) -> list[tuple[str, int, int]]:
    """The words of the tokeniser, with their characters."""
    words, position = [], 0
    for word, space in zip(row["words"], row["spaces"], strict=True):
        words.append((word, position, position + len(word)))
        position += len(word) + int(space)
    return words


def annotated(row: Row) -> list[tuple[str, int, int]]:
    """The words of the treebank, with their characters."""
    return [(row["text"][token[0] : token[1]], token[0], token[1]) for token in row["ud"]]


def moved(row: Row, words: Sequence[tuple[str, int, int]]) -> Names:
    """The names that came with a row, in other words; one that ends inside of a word touches all of that word."""
    own = spoken(row)
    names = set()
    for first, last, kind in row["ents"]:
        start, end = own[first][1], own[last - 1][2]
        inside = [index for index, (_, left, right) in enumerate(words) if left < end and start < right]
        if inside:
            names.add((inside[0], inside[-1] + 1, kind))
    return names


def agreement(length: int, readings: Sequence[Names]) -> tuple[Names, list[int]]:
    """The names in all readings, and the words of those that are only in some."""
    agreed = set.intersection(*readings)
    disputed = set.union(*readings) - agreed
    missing = {index for start, end, _ in disputed for index in range(start, end)}
    # A name that a longer disputed one covers is not certain either: half of it would be taught.
    certain = {span for span in agreed if not missing.intersection(range(span[0], span[1]))}
    missing |= {index for start, end, _ in agreed - certain for index in range(start, end)}
    return certain, sorted(index for index in missing if index < length)


def _read(encoder: Encoder, texts: Sequence[Sequence[tuple[str, int, int]]]) -> Iterator[Names]:
    words = [word for text in texts for word, _, _ in text]
    breaks = [index == 0 for text in texts for index in range(len(text))]
    quoted: list[int] = []
    for text in texts:
        line = " ".join(word for word, _, _ in text)
        mask, position = quote_mask(line), 0
        for word, _, _ in text:
            quoted.append(int(position < len(mask) and mask[position]))
            position += len(word) + 1
    found = encoder.words(words, quoted=quoted, breaks=breaks)
    offset = 0
    for text in texts:
        yield corpora.spans_of([word.name for word in found[offset : offset + len(text)]])
        offset += len(text)
