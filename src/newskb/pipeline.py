"""The straight line from raw documents to facts: clean, annotate, link."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from newskb.model import Article, ArticleFacts, Batch, RawDocument, Skipped


class Cleans(Protocol):
    """Makes an article of a raw document (``ingest.clean.Cleaner``)."""

    def clean(self, raw: RawDocument) -> Article | Skipped:
        """The article, or why there is none."""


class Annotates(Protocol):
    """Reads articles (``nlp.pipeline.Annotator``)."""

    @property
    def version(self) -> str:
        """Version of code and models."""

    def annotate(self, articles: Sequence[Article]) -> list[ArticleFacts]:
        """The facts of each article, without links."""


class Links(Protocol):
    """Says whom mentions refer to (``link.linker.Linker``)."""

    @property
    def version(self) -> str:
        """Version of code and authority file."""

    def link(self, article: Article, facts: ArticleFacts) -> ArticleFacts:
        """The same facts with links."""


@dataclass(frozen=True, slots=True)
class Extractor:
    """All that turns a raw document into facts; made once in each worker."""

    cleaner: Cleans
    annotator: Annotates
    linker: Links

    @property
    def version(self) -> str:
        """What made the facts: an article is read again when this changes."""
        return f"{self.annotator.version} {self.linker.version}"


Found = RawDocument | Article | Skipped
"""What goes in: a document as read from a file, an article that is stored already, or what could not be read."""


def extract(found: Iterable[Found], extractor: Extractor) -> Batch:
    """The reading half of the path: no database, so it runs on any worker."""
    cleaned = [extractor.cleaner.clean(item) if isinstance(item, RawDocument) else item for item in found]
    articles = [item for item in cleaned if isinstance(item, Article)]
    skipped = [item for item in cleaned if isinstance(item, Skipped)]
    return Batch(articles=tuple(articles), facts=tuple(read(articles, extractor)), skipped=tuple(skipped))


def read(articles: Sequence[Article], extractor: Extractor) -> list[ArticleFacts]:
    """What each of the articles says, linked to actors and places."""
    annotated = extractor.annotator.annotate(articles)
    linked = [extractor.linker.link(article, facts) for article, facts in zip(articles, annotated, strict=True)]
    return [replace(facts, extractor=extractor.version) for facts in linked]


def unread(article: Article, extractor: Extractor, reason: str) -> ArticleFacts:
    """The facts of an article that is stored, but could not be read for this reason."""
    return ArticleFacts(article=article.key, extractor=extractor.version, analysed=False, not_analysed=reason)
