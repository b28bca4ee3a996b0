"""Texts without names become texts with names where several readers agree, and with unknown ones where they do not."""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise
from pathlib import Path

import spacy
from spacy.language import Language

from newskb.evals import treebanks
from newskb.evals.treebanks import Row, rows
from newskb.nlp.encoder import Encoder
from newskb.nlp.quotemarks import quote_mask

log = logging.getLogger(__name__)

Names = set[tuple[int, int, str]]
GROUP = 40
"""Rows that are read in one go."""
TEXTS = ("quotes/polnear_train", "event_coref/train_ecbplus", "events/ngec_synthetic.train")
"""Training parts below ``eval/`` whose bare texts are read too, where two models can check one another."""
SHORTEST_LINE = 5
"""Words; shorter lines of articles are captions, credits and links."""


def label(models: Sequence[Path], shared: Path, out: Path, *, texts: Path | None = None) -> None:
    """Write Wikinews and the English Web Treebank with the names on which all ``models`` and the given layer agree.

    ``texts`` are articles with a layer of their own (``older_parser.py``) and are checked in the same way; without
    them, and with two models or more, bare articles get the names on which the models agree.
    """
    encoders = [Encoder(model) for model in models]
    out.mkdir(parents=True, exist_ok=True)
    for name, tokens in (("wikinews_2019_2020_train", spoken), ("ewt_train", annotated)):
        found = rows(shared / f"corpora/{name}.jsonl.gz")
        _write(out / f"{name}.jsonl.gz", _checked(found, encoders, has_tree=tokens is annotated))
    if texts is not None:
        _write(out / "articles.jsonl.gz", _checked(rows(texts), encoders, has_tree=False))
    elif len(encoders) > 1:
        articles = (row for name in TEXTS for row in rows(shared / f"eval/{name}.jsonl.gz"))
        _write(out / "articles.jsonl.gz", (line for row in articles for line in lines(row["text"], encoders)))


def _write(path: Path, found: Iterable[Row]) -> None:
    names = unknown = 0
    # The time of the archive would make two equal runs differ.
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as target:
        for row in found:
            names, unknown = names + len(row["ents"]), unknown + len(row["missing"])
            target.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
    log.info("%s: %d names agreed upon, %d words unknown", path.name, names, unknown)


def _checked(found: Iterator[Row], encoders: Sequence[Encoder], *, has_tree: bool) -> Iterator[Row]:
    """Rows with the names on which their own layer and all models agree."""
    while group := list(islice(found, GROUP)):
        words = [annotated(row) if has_tree else spoken(row) for row in group]
        readings = [list(_read(encoder, words)) for encoder in encoders]
        for number, (row, spans) in enumerate(zip(group, words, strict=True)):
            given = moved(row, spans)
            names, missing = agreement(len(spans), [given, *(reading[number] for reading in readings)])
            kept = () if has_tree else ("text", "words", "spaces", "sents")
            yield {name: row[name] for name in kept} | _layer(names, missing)


def _layer(names: Names, missing: list[int]) -> Row:
    return {"ents": [list(span) for span in sorted(names)], "missing": missing}


@lru_cache(maxsize=1)
def _tokeniser() -> Language:
    return spacy.blank("en")


def lines(text: str, encoders: Sequence[Encoder]) -> Iterator[Row]:
    """The lines of an article with the names on which all models agree; the first model finds the sentences."""
    doc = _tokeniser().make_doc(text)
    words = [token for token in doc if not token.is_space]
    # A line opens where a line break stands between two words.
    opens = [not i or "\n" in text[words[i - 1].idx + len(words[i - 1]) : word.idx] for i, word in enumerate(words)]
    mask = quote_mask(text)
    quoted = [int(mask[word.idx]) for word in words]
    readings = [encoder.words([word.text for word in words], quoted=quoted, breaks=opens) for encoder in encoders]
    starts = [index for index, is_open in enumerate(opens) if is_open]
    for start, end in pairwise([*starts, len(words)]):
        if end - start < SHORTEST_LINE:
            continue
        names, missing = agreement(
            end - start, [treebanks.spans_of([word.name for word in found[start:end]]) for found in readings]
        )
        line = [word.text for word in words[start:end]]
        # White space of other kinds and lengths becomes one space, so that words and text fit together.
        gaps = [text[word.idx + len(word) : word.idx + len(word) + 1].isspace() for word in words[start : end - 1]]
        yield {
            "text": "".join(word + " " * gap for word, gap in zip(line, [*gaps, False], strict=True)),
            "words": line,
            "spaces": "".join(str(int(gap)) for gap in [*gaps, False]),
            "sents": [0, *(i - start for i in range(start + 1, end) if readings[0][i].starts_sentence)],
        } | _layer(names, missing)


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
        yield treebanks.spans_of([word.name for word in found[offset : offset + len(text)]])
        offset += len(text)
