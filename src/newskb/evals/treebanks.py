"""Annotated sentences as files hold them: treebanks and names, for measuring and for training alike."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
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


def rows(path: Path) -> Iterator[Row]:
    """The JSON lines of a gzip file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def ewt(path: Path) -> Iterator[Sentence]:
    """Sentences of the English Web Treebank with gold tags and trees."""
    for row in rows(path):
        tokens = row["ud"]
        mask = quote_mask(row["text"])
        yield annotated(
            [row["text"][token[0] : token[1]] for token in tokens],
            [is_inside(mask, token[0]) for token in tokens],
            upos=[token[3] for token in tokens],
            xpos=[token[4] or UNKNOWN for token in tokens],
            heads=[token[5] for token in tokens],
            relations=[token[6] for token in tokens],
        )


def gmb(path: Path) -> Iterator[Sentence]:
    """Sentences of Voice of America news with the names of the Groningen Meaning Bank in OntoNotes types."""
    for row in rows(path):
        names = bio(len(row["words"]), row["merged_ents"])
        for index in row["merged_missing"]:
            names[index] = UNKNOWN
        yield spaced(row, names)


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


def spaced(row: Row, names: Sequence[str]) -> Sentence:
    """The words of ``row``, which says after which of them a space stands, with the tags of their names."""
    mask = quote_mask(row["text"])
    position, quoted = 0, []
    for word, space in zip(row["words"], row["spaces"], strict=True):
        quoted.append(is_inside(mask, position))
        position += len(word) + int(space)
    return annotated(row["words"], quoted, names=names)


def is_inside(mask: bytearray, position: int) -> bool:
    """Whether a position stands inside quotation marks."""
    return position < len(mask) and bool(mask[position])


def annotated(
    words: Sequence[str],
    quoted: Sequence[bool],
    *,
    upos: Sequence[str] | None = None,
    xpos: Sequence[str] | None = None,
    heads: Sequence[int] | None = None,
    relations: Sequence[str] | None = None,
    names: Sequence[str] | None = None,
) -> Sentence:
    """A sentence; the layers that are not given are unknown."""
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
