"""The encoder's answers become annotations of a spaCy document: sentences, tags, lemmas, trees, names, quote scores."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

import numpy as np
from spacy.language import Language
from spacy.strings import StringStore
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
        mask = quote_mask(doc.text)
        tokens = _tokens(doc)
        read = [token for token in tokens if token.is_read]
        words = self._encoder.words(
            [token.text for token in read],
            quoted=[mask[token.start] for token in read],
            breaks=_breaks(doc.text, read),
        )
        words = mended([token.text for token in read], words)
        _annotate(doc, tokens, words)
        doc.ents = _names(doc, [token.number for token in read], words)
        if self._with_quotes:
            doc._.quote_windows = list(self._encoder.quotes(doc.text, _paragraphs(doc), mask))
        return doc


class _Token(NamedTuple):
    """A token of the document; asking spaCy for each of these anew takes longer than reading them."""

    number: int
    text: str
    start: int
    end: int
    is_space: bool
    is_read: bool
    """Whether the encoder reads it: no white space, no header, no boilerplate."""


def _tokens(doc: Doc) -> list[_Token]:
    skipped = doc._.skipped or ()
    tokens: list[_Token] = []
    for token in doc:
        text, start, is_space = token.text, token.idx, token.is_space
        is_read = not is_space and not any(span.start <= start < span.end for span in skipped)
        tokens.append(_Token(len(tokens), text, start, start + len(text), is_space, is_read))
    return tokens


def _breaks(text: str, read: Sequence[_Token]) -> list[bool]:
    """Where a paragraph starts: after a line break, or after text that is not read."""
    breaks, end = [], 0
    for token in read:
        between = text[end : token.start]
        breaks.append(between not in ("", " ") and ("\n" in between or bool(between.strip())))
        end = token.end
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


def _annotate(doc: Doc, tokens: Sequence[_Token], words: Sequence[Word]) -> None:
    if not tokens:
        return
    ids = _Ids(doc.vocab.strings)
    heads = np.zeros(len(tokens), np.int64)
    values = np.zeros((len(tokens), 5), np.uint64)
    read = [token.number for token in tokens if token.is_read]
    for word, index in zip(words, read, strict=True):
        heads[index] = read[word.head] - index
        values[index, 1:] = (
            ids[word.relation],
            ids[word.tag],
            ids[word.pos],
            ids[lemma(tokens[index].text, word.tag)],
        )
    for token in tokens:
        if token.is_read:
            continue
        # White space hangs on the word before it, so that it opens no sentence; skipped text stands alone.
        if token.is_space and token.number:
            before = next((i for i in range(token.number - 1, -1, -1) if not tokens[i].is_space), token.number)
            heads[token.number] = before - token.number
        tag, pos = ("_SP", "SPACE") if token.is_space else ("FW", "X")
        values[token.number, 1:] = (ids["dep"], ids[tag], ids[pos], ids[token.text])
    values[:, 0] = heads.view(np.uint64)
    doc.from_array(["HEAD", "DEP", "TAG", "POS", "LEMMA"], cast(Any, values))


class _Ids(dict[str, int]):
    """The ids of strings, each asked for once."""

    def __init__(self, strings: StringStore) -> None:
        super().__init__()
        self._strings = strings

    def __missing__(self, text: str) -> int:
        found = self[text] = self._strings.add(text)
        return found


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
