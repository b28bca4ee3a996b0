"""The encoder's answers become annotations of a spaCy document: sentences, tags, lemmas, trees, names, quote scores."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, cast

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc
from spacy.tokens import Span as TokenSpan

from newskb.nlp.encoder import SHIPPED, Encoder, Word
from newskb.nlp.lemmas import lemma
from newskb.nlp.mending import mended
from newskb.nlp.quotemarks import quote_mask

_LINE = re.compile(r"[^\n]+")


@lru_cache(maxsize=2)
def shared_encoder(threads: int) -> Encoder:
    """The encoder of the package, loaded once in each process."""
    return Encoder(SHIPPED, threads=threads)


@Language.factory(
    "newskb_encoder",
    assigns=["token.tag", "token.pos", "token.lemma", "token.dep", "token.head", "token.is_sent_start", "doc.sents",
             "doc.ents", "doc._.quote_windows"],
    default_config={"threads": 1, "with_quotes": True},
)  # fmt: skip
def _create(nlp: Language, name: str, threads: int, with_quotes: bool) -> EncoderReader:  # noqa: ARG001
    return EncoderReader(shared_encoder(threads), with_quotes=with_quotes)


class EncoderReader:
    """Runs the encoder on the text outside of header and boilerplate."""

    def __init__(self, encoder: Encoder, *, with_quotes: bool) -> None:
        self._encoder = encoder
        self._with_quotes = with_quotes

    def __call__(self, doc: Doc) -> Doc:
        """Annotate ``doc``."""
        text = doc.text
        mask = quote_mask(text)
        read = _read_tokens(doc)
        texts = [doc[index].text for index in read]
        words = self._encoder.words(
            texts,
            quoted=[mask[doc[index].idx] for index in read],
            breaks=_breaks(doc, read),
        )
        words = mended(texts, words)
        _annotate(doc, read, words)
        doc.ents = _names(doc, read, words)
        if self._with_quotes:
            doc._.quote_windows = list(self._encoder.quotes(text, _paragraphs(doc), mask))
        return doc


def _read_tokens(doc: Doc) -> list[int]:
    """The tokens that the encoder reads: no white space, no header, no boilerplate."""
    skipped = doc._.skipped or ()
    return [
        token.i
        for token in doc
        if not token.is_space and not any(span.start <= token.idx < span.end for span in skipped)
    ]


def _breaks(doc: Doc, read: Sequence[int]) -> list[bool]:
    """Where a paragraph starts: after a line break, or after text that is not read."""
    text = doc.text
    breaks, end = [], 0
    for index in read:
        start = doc[index].idx
        between = text[end:start]
        breaks.append("\n" in between or bool(between.strip()))
        end = start + len(doc[index])
    return breaks


def _paragraphs(doc: Doc) -> list[tuple[int, int]]:
    """Start and end of each line, without the parts that are not read."""
    pieces = []
    text = doc.text
    for match in _LINE.finditer(text):
        start = match.start()
        for span in sorted(doc._.skipped or ()):
            if span.start < match.end() and start < span.end:
                if start < span.start:
                    pieces.append((start, span.start))
                start = max(start, span.end)
        if start < match.end():
            pieces.append((start, match.end()))
    return [(start, end) for start, end in pieces if text[start:end].strip()]


def _annotate(doc: Doc, read: Sequence[int], words: Sequence[Word]) -> None:
    strings = doc.vocab.strings
    heads = np.zeros(len(doc), np.int64)
    values = np.zeros((len(doc), 5), np.uint64)
    unread = strings.add("dep")
    previous = None
    position = {index: number for number, index in enumerate(read)}
    for token in doc:
        number = position.get(token.i)
        if number is None:
            # White space hangs on the word before it, so that it opens no sentence; skipped text stands alone.
            if token.is_space and previous is not None:
                heads[token.i] = previous - token.i
            tag, pos = ("_SP", "SPACE") if token.is_space else ("FW", "X")
            values[token.i] = (0, unread, strings.add(tag), strings.add(pos), strings.add(token.text))
            if not token.is_space:
                previous = token.i
            continue
        word = words[number]
        heads[token.i] = read[word.head] - token.i
        values[token.i] = (
            0,
            strings.add(word.relation),
            strings.add(word.tag),
            strings.add(word.pos),
            strings.add(lemma(token.text, word.tag)),
        )
        previous = token.i
    values[:, 0] = heads.view(np.uint64)
    if len(doc):
        doc.from_array(["HEAD", "DEP", "TAG", "POS", "LEMMA"], cast(Any, values))


def _names(doc: Doc, read: Sequence[int], words: Sequence[Word]) -> list[TokenSpan]:
    spans = []
    start = 0
    while start < len(words):
        label = words[start].name
        end = start + 1
        if label != "O":
            while end < len(words) and words[end].name == f"I-{label[2:]}" and read[end] == read[end - 1] + 1:
                end += 1
            spans.append(TokenSpan(doc, read[start], read[end - 1] + 1, label=label[2:]))
        start = end
    return spans


# What the components leave for one another and for the harvest; "skipped" are the spans that nobody reads.
for _name in ("article", "skipped", "quote_windows", "times", "mentions", "quotes", "figures", "events", "claims"):
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, default=None)
