"""Files of the training corpora become sentences with layers, and articles with attributions."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from newskb.evals.treebanks import UNKNOWN, Row, Sentence, annotated, bio, is_inside, rows, spaced
from newskb.nlp.quotemarks import quote_mask


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


# --- trees -----------------------------------------------------------------------------------------------------------


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
    return annotated(
        [columns[1] for columns in block],
        [is_inside(mask, start) for start in starts],
        upos=[columns[3] for columns in block],
        xpos=[columns[4] for columns in block],
        heads=[int(columns[6]) for columns in block],
        relations=[columns[7] for columns in block],
    )


# --- names -----------------------------------------------------------------------------------------------------------


def silver(path: Path) -> Iterator[Sentence]:
    """Paragraphs with names that a parser found, each sentence by itself."""
    for row in rows(path):
        names = bio(len(row["words"]), row["ents"])
        for index in row.get("missing", ()):
            names[index] = UNKNOWN
        whole = spaced(row, names)
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


def part(sentence: Sentence, start: int, end: int) -> Sentence:
    """Some words of a sentence without a tree."""
    return annotated(
        sentence.words[start:end],
        sentence.quoted[start:end],
        upos=sentence.upos[start:end],
        xpos=sentence.xpos[start:end],
        names=sentence.names[start:end],
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
