"""Files of the training corpora become sentences with layers, and articles with attributions."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from newskb.nlp.quotemarks import quote_mask

UNKNOWN = "?"
"""The label of a word whose layer is not annotated or not trusted: nothing is learnt from it."""
NO_HEAD = -1
"""The head of such a word."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """Words with whatever layers their corpus has; a layer that it lacks is ``UNKNOWN`` (``NO_HEAD``) throughout."""

    words: tuple[str, ...]
    quoted: tuple[bool, ...]
    """Whether each word stands inside quotation marks."""
    upos: tuple[str, ...]
    xpos: tuple[str, ...]
    heads: tuple[int, ...]
    """Number of the head word, from 1; 0 = root."""
    relations: tuple[str, ...]
    names: tuple[str, ...]
    """BIO tags with OntoNotes types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Content that a text gives to a source; every span is a tuple of parts."""

    content: tuple[tuple[int, int], ...]
    cue: tuple[tuple[int, int], ...]
    source: tuple[tuple[int, int], ...]
    is_quote: bool
    """Reported speech or writing; otherwise thoughts, decisions, evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributedText:
    """An article with its attributions."""

    id: str
    text: str
    attributions: tuple[Attribution, ...]


def rows(path: Path) -> Iterator[Row]:
    """The JSON lines of a gzip file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


# --- trees -----------------------------------------------------------------------------------------------------------


def ewt(path: Path) -> Iterator[Sentence]:
    """Sentences of the English Web Treebank with gold tags and trees."""
    for row in rows(path):
        tokens = row["ud"]
        mask = quote_mask(row["text"])
        yield _sentence(
            [row["text"][token[0] : token[1]] for token in tokens],
            [_at(mask, token[0]) for token in tokens],
            upos=[token[3] for token in tokens],
            xpos=[token[4] or UNKNOWN for token in tokens],
            heads=[token[5] for token in tokens],
            relations=[token[6] for token in tokens],
        )


def conllu(path: Path) -> Iterator[Sentence]:
    """Sentences of a CoNLL-U file; empty nodes are left out and multiword tokens are read as their words."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        block: list[list[str]] = []
        for line in [*lines, "\n"]:
            if line.strip():
                columns = line.rstrip("\n").split("\t")
                if not line.startswith("#") and columns[0].isdigit():
                    block.append(columns)
            elif block:
                yield _of_columns(block)
                block = []


def _of_columns(block: Sequence[Sequence[str]]) -> Sentence:
    text, starts = "", []
    for columns in block:
        starts.append(len(text))
        text += columns[1] + ("" if "SpaceAfter=No" in columns[9].split("|") else " ")
    mask = quote_mask(text)
    return _sentence(
        [columns[1] for columns in block],
        [_at(mask, start) for start in starts],
        upos=[columns[3] for columns in block],
        xpos=[columns[4] for columns in block],
        heads=[int(columns[6]) for columns in block],
        relations=[columns[7] for columns in block],
    )


# --- names -----------------------------------------------------------------------------------------------------------


def gmb(path: Path) -> Iterator[Sentence]:
    """Sentences of Voice of America news with the names of the Groningen Meaning Bank in OntoNotes types."""
    for row in rows(path):
        names = bio(len(row["words"]), row["merged_ents"])
        for index in row["merged_missing"]:
            names[index] = UNKNOWN
        yield _spoken(row, names)


def silver(path: Path) -> Iterator[Sentence]:
    """Paragraphs with names that a parser found, each sentence by itself."""
    for row in rows(path):
        names = bio(len(row["words"]), row["ents"])
        for index in row.get("missing", ()):
            names[index] = UNKNOWN
        whole = _spoken(row, names)
        for start, end in zip(row["sents"], [*row["sents"][1:], len(names)], strict=True):
            yield part(whole, start, end)


def with_names(sentences: Sequence[Sentence], path: Path) -> list[Sentence]:
    """Sentences with the names that ``path`` gives for them, one row a sentence in the same order."""
    named = []
    for sentence, row in zip(sentences, rows(path), strict=True):
        names = bio(len(sentence.words), row["ents"])
        for index in row["missing"]:
            names[index] = UNKNOWN
        named.append(replace(sentence, names=tuple(names)))
    return named


def bio(length: int, spans: Iterable[Sequence[Any]]) -> list[str]:
    """The BIO tags of ``length`` words with names ``(first, end, type)``."""
    tags = ["O"] * length
    for start, end, kind in spans:
        tags[start:end] = [f"B-{kind}"] + [f"I-{kind}"] * (end - start - 1)
    return tags


def spans_of(tags: Sequence[str]) -> set[tuple[int, int, str]]:
    """The names ``(first, end, type)`` in BIO tags."""
    spans, start = set(), 0
    while start < len(tags):
        end = start + 1
        if tags[start][:2] in ("B-", "I-"):
            while end < len(tags) and tags[end] == f"I-{tags[start][2:]}":
                end += 1
            spans.add((start, end, tags[start][2:]))
        start = end
    return spans


def part(sentence: Sentence, start: int, end: int) -> Sentence:
    """Some words of a sentence without a tree."""
    return _sentence(
        sentence.words[start:end],
        sentence.quoted[start:end],
        upos=sentence.upos[start:end],
        xpos=sentence.xpos[start:end],
        names=sentence.names[start:end],
    )


def _spoken(row: Row, names: Sequence[str]) -> Sentence:
    mask = quote_mask(row["text"])
    position, quoted = 0, []
    for word, space in zip(row["words"], row["spaces"], strict=True):
        quoted.append(_at(mask, position))
        position += len(word) + int(space)
    return _sentence(row["words"], quoted, names=names)


def _at(mask: bytearray, position: int) -> bool:
    return position < len(mask) and bool(mask[position])


def _sentence(
    words: Sequence[str],
    quoted: Sequence[bool],
    *,
    upos: Sequence[str] | None = None,
    xpos: Sequence[str] | None = None,
    heads: Sequence[int] | None = None,
    relations: Sequence[str] | None = None,
    names: Sequence[str] | None = None,
) -> Sentence:
    unknown = [UNKNOWN] * len(words)
    return Sentence(
        words=tuple(words),
        quoted=tuple(quoted),
        upos=tuple(upos or unknown),
        xpos=tuple(xpos or unknown),
        heads=tuple(heads or [NO_HEAD] * len(words)),
        relations=tuple(relations or unknown),
        names=tuple(names or unknown),
    )


# --- quotes ----------------------------------------------------------------------------------------------------------


def attributed(path: Path) -> Iterator[AttributedText]:
    """Articles with their attributions, quotes or not."""
    for row in rows(path):
        found = [
            Attribution(
                content=_parts(item),
                cue=_parts(item.get("cue")),
                source=_parts(item.get("speaker")),
                is_quote=layer == "quotes",
            )
            for layer in ("attributions", "quotes")
            for item in row.get(layer) or ()
        ]
        yield AttributedText(id=row["id"], text=row["text"], attributions=tuple(found))


def _parts(item: Row | None) -> tuple[tuple[int, int], ...]:
    if item is None:
        return ()
    return tuple((start, end) for start, end in item.get("parts") or [(item["start"], item["end"])])
