"""A small knowledge base of many invented articles, written through the store and merged by hand, for query tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import samples

from newskb import text
from newskb.model import (
    Batch,
    ClaimGroup,
    ClaimRelation,
    Event,
    QuoteGroup,
    Story,
)
from newskb.store import merging
from newskb.store.actors import load_authority
from newskb.store.articles import write_batch
from newskb.store.database import Database
from newskb.store.imports import finish_import, start_import, start_run

T = TypeVar("T")
DAYS = ("2021-03-02", "2021-03-02", "2021-03-03", "2021-04", "2020", None, "2021-12-31", "2022-01-01")
SOURCES = ("Amber Post", "Bay Courier", None, "Cape Wire")
TYPES = ("PROTEST", "ASSAULT", None, "CONSULT", "PROTEST", "AID", "ASSAULT", "PROTEST")


def fill(database: Database, *, size: int = 24) -> None:
    """Store ``size`` articles with facts, events, stories, groups and relations."""
    articles = [
        samples.article(
            f"{samples.BODY} Report {number}.",
            source=SOURCES[number % len(SOURCES)],
            day=DAYS[number % len(DAYS)],
            title=f"Report {number} from Port Amber",
            record=number,
            external_id=f"ext-{number}",
        )
        for number in range(size)
    ]
    facts = tuple(samples.facts(a, event_type=TYPES[n % len(TYPES)]) for n, a in enumerate(articles))
    with database.begin() as connection:
        load_authority(connection, samples.ACTORS, samples.PLACES, "1")
        import_id = start_import(connection, {"paths": ["dump.jsonl"]})
        run_id = start_run(connection, "test-1", import_id=import_id)
        batch = Batch(articles=tuple(articles), facts=facts, skipped=())
        write_batch(connection, batch, import_id=import_id, run_id=run_id)
        finish_import(connection, import_id)
    merge(database)


def merge(database: Database) -> None:
    """One event for every two reports of a type, one story for every four articles; a simple stand-in for merging."""
    with database.begin() as connection:
        reports = list(merging.read_event_reports(connection))
        by_type: dict[str, list[merging.EventReport]] = {}
        for report in reports:
            by_type.setdefault(report.type or report.extension or "", []).append(report)
        events = [event(pair) for group in by_type.values() for pair in _pairs(group)]
        merging.replace_events(connection, events)
        profiles = list(merging.read_article_profiles(connection))
        merging.replace_stories(connection, [story(profiles[i : i + 4]) for i in range(0, len(profiles), 4)])
        quotes = list(merging.read_quote_reports(connection))
        merging.replace_quote_groups(connection, [quote_group(pair) for pair in _pairs(quotes)])
        claims = list(merging.read_claim_reports(connection))
        groups = [
            ClaimGroup(key=text.key("cgr", *(c.key for c in p)), claims=tuple(c.key for c in p)) for p in _pairs(claims)
        ]
        relations = [
            ClaimRelation(first=group.claims[0], second=group.claims[1], relation="corroborates", reason="same")
            for group in groups
            if len(group.claims) == 2
        ]
        merging.replace_claims(connection, groups, relations)
        merging.merge_done(connection)


def event(reports: Sequence[merging.EventReport]) -> Event:
    """The event that some reports tell of; every third one loses its date or has only a month."""
    first = reports[0]
    kind = int(text.digest(first.key)[:4], 16) % 3
    dated = kind > 0
    return Event(
        key=text.key("evt", *(report.key for report in reports)),
        type=first.type,
        extension=first.extension,
        mode=first.mode,
        contexts=first.contexts,
        actors=first.actors,
        recipients=first.recipients,
        place=first.place,
        date_start=("2021-03-01" if kind == 1 else "2021-05-01") if dated else None,
        date_end=("2021-03-01" if kind == 1 else "2021-05-31") if dated else None,
        date_precision=("day" if kind == 1 else "month") if dated else None,
        realis=first.realis,
        confidence=0.5 + kind / 10,
        reports=tuple(report.key for report in reports),
        article_count=len({report.article for report in reports}),
        source_count=len({report.source for report in reports if report.source}),
        independent_source_count=1,
    )


def story(profiles: Sequence[merging.ArticleProfile]) -> Story:
    """The story of some articles."""
    days = sorted(profile.published for profile in profiles if profile.published)
    return Story(
        key=text.key("sto", *(profile.key for profile in profiles)),
        title=profiles[0].title,
        articles=tuple(profile.key for profile in profiles),
        date_start=days[0] if days else None,
        date_end=days[-1] if days else None,
    )


def quote_group(quotes: Sequence[merging.QuoteReport]) -> QuoteGroup:
    """The group of some quotes."""
    return QuoteGroup(
        key=text.key("qgr", *(quote.key for quote in quotes)),
        speaker=quotes[0].speaker,
        quotes=tuple(quote.key for quote in quotes),
        source_count=len({quote.source for quote in quotes if quote.source}),
    )


def _pairs(items: Sequence[T]) -> list[Sequence[T]]:
    return [items[i : i + 2] for i in range(0, len(items), 2)]
