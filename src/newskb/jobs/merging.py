"""Stored reports become events, stories, quote groups and claim groups, in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from functools import partial

from newskb.ingest.duplicates import near_duplicates
from newskb.merge.claims import CLAIM_WINDOW_DAYS, affected, group_claims
from newskb.merge.events import Surroundings, merge_events
from newskb.merge.quotes import group_quotes
from newskb.merge.stories import group_articles
from newskb.model import ClaimReport
from newskb.settings import Settings
from newskb.store import merging
from newskb.store.database import Database

MAX_AFFECTED = 0.25
"""Share of all claims from which grouping all is cheaper than finding and grouping those that may change: finding reads
and compares a claim about three times."""

log = logging.getLogger(__name__)


def merge_all(*, settings: Settings, rebuild: bool = False) -> dict[str, int]:
    """Merge when facts changed since the last merge, or with ``rebuild``; returns how many of each there are."""
    database = Database(settings.database_url)
    database.require()
    try:
        return merge_database(database, rebuild=rebuild)
    finally:
        database.dispose()


def merge_database(database: Database, *, rebuild: bool = False) -> dict[str, int]:
    """Merge the reports of a database; nothing is done, and nothing returned, when no fact changed.

    A kill in the middle leaves the marks of what changed, so that the next merge does it all again.
    """
    with database.begin() as connection:
        if not rebuild and not merging.changed_days(connection):
            return {}
        before = merging.ties(connection)
        pairs = near_duplicates(
            merging.read_signatures(connection),
            partial(merging.read_texts, connection),
            known=None if rebuild else merging.read_duplicates(connection),
            fresh=merging.uncompared_articles(connection),
        )
        # In this order: duplicates say what is independent, stories which reports may be of one event, and claims name
        # the events that are stored.
        duplicates = merging.replace_duplicates(connection, pairs)
        stories, kin = group_articles(merging.read_article_profiles(connection))
        surroundings = Surroundings(stories={key: story.key for story in stories for key in story.articles}, kin=kin)
        events = merging.replace_events(connection, merge_events(merging.read_event_reports(connection), surroundings))
        quotes = merging.replace_quote_groups(connection, group_quotes(merging.read_quote_reports(connection)))
        retied = frozenset(article for article, *_ in before ^ merging.ties(connection))
        scope = (
            None
            if rebuild
            else _claims_to_group(
                merging.changed_claims(connection, retied),
                partial(merging.read_claim_reports, connection),
                partial(merging.claims_near, connection, days=CLAIM_WINDOW_DAYS),
                at_most=MAX_AFFECTED * merging.count_claims(connection),
            )
        )
        claims = merging.read_claim_reports(connection) if scope is None else scope.values()
        counts = {
            "duplicates": duplicates,
            "events": events,
            "quote_groups": quotes,
            "claim_groups": merging.replace_claims(connection, *group_claims(claims), scope=scope),
            "stories": merging.replace_stories(connection, stories),
        }
        merging.merge_done(connection)
    log.info("merged", extra=counts)
    return counts


def _claims_to_group(
    changed: Collection[str],
    read: Callable[[Collection[str]], Iterable[ClaimReport]],
    near: Callable[[Collection[ClaimReport]], Collection[str]],
    *,
    at_most: float,
) -> dict[str, ClaimReport] | None:
    """The claims, by key, whose groups may be others now that ``changed`` are; None when they are more than so many."""
    reports: dict[str, ClaimReport] = {}
    found: set[str] = set()
    edge = set(changed)
    while edge and len(found | edge) <= at_most:
        found |= edge
        reports |= {report.key: report for report in read(edge - reports.keys())}
        around = set(near([reports[key] for key in edge])) - found
        if len(reports.keys() | around) > at_most:
            return None
        reports |= {report.key: report for report in read(around - reports.keys())}
        # Of the claims nearby only those in one block with the edge matter; the others are grouped without it.
        edge = {report.key for report in affected([reports[key] for key in edge | around], edge)} - found
    return None if edge else {key: reports[key] for key in sorted(found)}
