"""An analyst's decision becomes facts that follow it, and events, quotes and claims that are merged anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from newskb.jobs.merging import merge_database
from newskb.settings import Settings
from newskb.store import curation
from newskb.store.curation import Decision, Split
from newskb.store.database import Database


def merge_actors(into: str, others: Sequence[str], *, settings: Settings, author: str, reason: str) -> dict[str, str]:
    """Let ``into`` stand for the ``others`` too; returns the key of the decision about each."""
    with _opened(settings) as database:
        return merge_in(database, into, others, author=author, reason=reason)


def merge_in(database: Database, into: str, others: Sequence[str], *, author: str, reason: str) -> dict[str, str]:
    """``merge_actors`` in an open database."""
    with database.begin() as connection:
        made = curation.merge_actors(connection, into, others, author=author, reason=reason)
    merge_database(database)
    return made


def split_actor(
    key: str,
    *,
    articles: Sequence[str],
    mentions: Sequence[str],
    into: str | None,
    settings: Settings,
    author: str,
    reason: str,
) -> Split:
    """Let what some articles or mentions say of an actor mean another one."""
    with _opened(settings) as database:
        return split_in(database, key, articles=articles, mentions=mentions, into=into, author=author, reason=reason)


def split_in(
    database: Database,
    key: str,
    *,
    articles: Sequence[str],
    mentions: Sequence[str],
    into: str | None,
    author: str,
    reason: str,
) -> Split:
    """``split_actor`` in an open database."""
    with database.begin() as connection:
        made = curation.split_actor(
            connection, key, articles=articles, mentions=mentions, into=into, author=author, reason=reason
        )
    merge_database(database)
    return made


def undo_decision(key: str, *, settings: Settings, author: str) -> Decision:
    """Take a decision back; returns it as it is in the log then."""
    with _opened(settings) as database:
        return undo_in(database, key, author=author)


def undo_in(database: Database, key: str, *, author: str) -> Decision:
    """``undo_decision`` in an open database."""
    with database.begin() as connection:
        curation.undo(connection, key, author=author)
    merge_database(database)
    with database.read() as connection:
        return curation.decision(connection, key)


def read_decisions(*, settings: Settings, about: str | None = None, limit: int) -> list[Decision]:
    """The latest decisions, or those about one key."""
    with _opened(settings) as database, database.read() as connection:
        return curation.decisions(connection, about=about, limit=limit)


@contextmanager
def _opened(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database_url)
    database.require()
    try:
        yield database
    finally:
        database.dispose()
