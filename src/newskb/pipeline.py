"""The straight line from raw documents to facts, and from the facts of many articles to what they tell together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from newskb.merge.claims import group_claims
from newskb.merge.events import merge_events
from newskb.merge.quotes import group_quotes
from newskb.merge.stories import group_stories
from newskb.model import (
    Article,
    ArticleFacts,
    ArticleProfile,
    Batch,
    ClaimGroup,
    ClaimRelation,
    ClaimReport,
    Event,
    EventReport,
    QuoteGroup,
    QuoteReport,
    RawDocument,
    Skipped,
    Story,
)


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


def extract(raws: Iterable[RawDocument | Skipped], extractor: Extractor) -> Batch:
    """The reading half of the path: no database, so it runs on any worker."""
    cleaned = [raw if isinstance(raw, Skipped) else extractor.cleaner.clean(raw) for raw in raws]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """What single articles say, as merging sees it."""

    events: Sequence[EventReport]
    quotes: Sequence[QuoteReport]
    claims: Sequence[ClaimReport]
    profiles: Sequence[ArticleProfile]


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What the articles tell together."""

    events: list[Event]
    quote_groups: list[QuoteGroup]
    claim_groups: list[ClaimGroup]
    claim_relations: list[ClaimRelation]
    stories: list[Story]


def merge(reports: Reports) -> Knowledge:
    """The merging half of the path: a function of the set of reports, whatever their order and history.

    Claims and profiles name the events they are about by event mentions; here these become the merged events.
    """
    events = merge_events(reports.events)
    told = {mention: event.key for event in events for mention in event.reports}
    claims = [replace(claim, events=_events(claim.events, told)) for claim in reports.claims]
    profiles = [replace(profile, events=_events(profile.events, told)) for profile in reports.profiles]
    claim_groups, claim_relations = group_claims(claims)
    return Knowledge(
        events=events,
        quote_groups=group_quotes(reports.quotes),
        claim_groups=claim_groups,
        claim_relations=claim_relations,
        stories=group_stories(profiles),
    )


def _events(mentions: Iterable[str], told: dict[str, str]) -> tuple[str, ...]:
    return tuple(sorted({told.get(mention, mention) for mention in mentions}))
