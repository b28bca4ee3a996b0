"""Articles become the facts their texts state: one spaCy pipeline, its components in order, loaded once a process."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from newskb import __version__
from newskb.model import Article, ArticleFacts
from newskb.nlp import claims, coreference, events, mentions, quotes, reading, times  # noqa: F401 - they register
from newskb.nlp.harvest import harvest

log = logging.getLogger(__name__)

ENCODER = "newskb_encoder"
COMPONENTS = (
    "newskb_times",
    "newskb_mentions",
    "newskb_coreference",
    "newskb_quotes",
    "newskb_events",
    "newskb_claims",
)
"""What reads a parsed text, in order; each finds in ``doc._`` what those before it left there."""
BARE = 0
"""``components`` of a pipeline that stops after sentences, tags, trees and names."""

LANGUAGES = frozenset((None, "en"))
"""Languages that are read; None is a text too short to tell, which is read as English."""
MAX_CHARS = 1_000_000
"""Longer texts are stored and searchable, but not read: no news article is a tenth as long."""
MAX_PARAGRAPH_CHARS = 100_000
"""A paragraph this long is a table or a dump, and every window of it would cost a second."""


def build(*, model: str | Path | None = None, threads: int = 1, components: int | None = None) -> Language:
    """The pipeline; ``model`` names another spaCy pipeline with Universal Dependencies labels in place of the encoder.

    ``components`` stops after that many of ``COMPONENTS`` (``BARE`` = none of them).
    """
    if model is None:
        nlp = spacy.blank("en")
        nlp.add_pipe(ENCODER, config={"threads": threads, "with_quotes": components is None or components > 0})
    else:
        nlp = spacy.load(model)
    nlp.max_length = MAX_CHARS + 1
    for name in COMPONENTS[:components]:
        nlp.add_pipe(name)
    return nlp


class Annotator:
    """Reads articles; owns a pipeline."""

    def __init__(self, *, model: str | Path | None = None, threads: int = 1) -> None:
        self._nlp = build(model=model, threads=threads)
        self.version = f"newskb-{__version__}+{_code_version()}" + (f"+{model}" if model else "")

    def annotate(self, articles: Sequence[Article]) -> list[ArticleFacts]:
        """The facts of each article, in order; what one gets does not depend on the others.

        An article that makes a component fail is kept without facts and says why; the others are not touched.
        """
        return [self._annotate(article) for article in articles]

    def _annotate(self, article: Article) -> ArticleFacts:
        if (reason := _not_read(article)) is not None:
            return self._unread(article, reason)
        try:
            return harvest(self._read(article), article, self.version)
        except Exception as error:  # the border of a batch: one bad article costs only itself
            log.exception("an article could not be read", extra={"article": article.key})
            return self._unread(article, f"error: {type(error).__name__}")

    def _read(self, article: Article) -> Doc:
        doc = self._nlp.make_doc(article.text)
        doc._.article = article
        doc._.skipped = [*article.boilerplate, *((article.header,) if article.header else ())]
        return self._nlp(doc)

    def _unread(self, article: Article, reason: str) -> ArticleFacts:
        return ArticleFacts(article=article.key, extractor=self.version, analysed=False, not_analysed=reason)


def _not_read(article: Article) -> str | None:
    if article.language not in LANGUAGES:
        return "language"
    if len(article.text) > MAX_CHARS or any(len(line) > MAX_PARAGRAPH_CHARS for line in article.text.split("\n")):
        return "length"
    return None


def _code_version() -> str:
    """Digest of the components' code, data and weights: facts made by other ones are older and can be made anew."""
    state = hashlib.blake2b(digest_size=4)
    root = Path(str(files("newskb.nlp")))
    for path in sorted(root.rglob("*")):
        if path.suffix in (".py", ".json", ".tsv", ".txt"):
            state.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
        elif path.suffix == ".onnx":
            state.update(str(path.stat().st_size).encode())
    return state.hexdigest()
