"""Stored reports become events, stories, quote groups and claim groups, in one transaction."""

from __future__ import annotations

import logging
from functools import partial

from newskb.ingest.duplicates import near_duplicates
from newskb.merge.claims import group_claims
from newskb.merge.events import merge_events
from newskb.merge.quotes import group_quotes
from newskb.merge.stories import group_stories
from newskb.settings import Settings
from newskb.store import merging
from newskb.store.database import Database

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
        pairs = near_duplicates(
            merging.read_signatures(connection),
            partial(merging.read_texts, connection),
            known=None if rebuild else merging.read_duplicates(connection),
            fresh=merging.uncompared_articles(connection),
        )
        # In this order: duplicates say what is independent, claims and stories name the events that are stored.
        counts = {
            "duplicates": merging.replace_duplicates(connection, pairs),
            "events": merging.replace_events(connection, merge_events(merging.read_event_reports(connection))),
            "quote_groups": merging.replace_quote_groups(
                connection, group_quotes(merging.read_quote_reports(connection))
            ),
            "claim_groups": merging.replace_claims(connection, *group_claims(merging.read_claim_reports(connection))),
            "stories": merging.replace_stories(connection, group_stories(merging.read_article_profiles(connection))),
        }
        merging.merge_done(connection)
    log.info("merged", extra=counts)
    return counts
