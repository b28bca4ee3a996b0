"""What is missing: articles without a date, a known actor, or any fact at all, and input that became no article."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, case, func, literal_column, or_, select
from sqlalchemy import cast as sql_cast

from newskb.store import schema
from newskb.store.rows import Coverage, Gaps, SkippedReason, SourceGaps, UnreadReason
from newskb.store.schema import Code

_T: Mapping[str, Table] = schema.Base.metadata.tables
ENGLISH = "en"


def coverage(connection: Connection, *, sources: int) -> Coverage:
    """All of it; by source for the ``sources`` with the most articles."""
    article, source, issue = _T["article"], _T["source"], _T["import_issue"]
    gaps = [_number(condition).label(name) for name, condition in _gaps().items()]
    whole = connection.execute(select(func.count().label("articles"), *gaps).select_from(article)).one()
    number = func.count().label("number")
    unread = connection.execute(
        select(func.coalesce(article.c.not_analysed, "unknown").label("reason"), number)
        .where(~article.c.analysed)
        .group_by(literal_column("reason"))
        .order_by(number.desc(), literal_column("reason"))
    )
    skipped = connection.execute(
        select(issue.c.reason, issue.c.severity, number)
        .group_by(issue.c.reason, issue.c.severity)
        .order_by(number.desc(), issue.c.reason, issue.c.severity)
    )
    articles = func.count().label("articles")
    by_source = connection.execute(
        select(source.c.key, source.c.name, articles, *gaps)
        .select_from(article.outerjoin(source, source.c.id == article.c.source_id))
        .group_by(source.c.key, source.c.name)
        .order_by(articles.desc(), sql_cast(source.c.name, Code).asc().nulls_last())
        .limit(sources)
    )
    return Coverage(
        articles=whole.articles,
        gaps=_told(whole),
        unread=[UnreadReason(reason=row.reason, articles=row.number) for row in unread],
        issues=[SkippedReason(reason=row.reason, severity=row.severity, number=row.number) for row in skipped],
        by_source=[
            SourceGaps(source=row.key, name=row.name, articles=row.articles, gaps=_told(row)) for row in by_source
        ],
    )


def _gaps() -> dict[str, ColumnElement[bool]]:
    """What can be missing, and the articles that miss it."""
    article, link = _T["article"], _T["link"]
    actor = _T["actor"]
    has_fact = or_(*(_has(_T[name]) for name in ("event_mention", "quote", "claim")))
    known_actor = select(1).where(link.c.actor_id == actor.c.id, ~actor.c.is_local).exists()
    is_linked = (
        select(1)
        .where(link.c.article_id == article.c.id, or_(known_actor, link.c.place_id.is_not(None)))
        .correlate(article)
        .exists()
    )
    return {
        "undated": article.c.published_date.is_(None),
        "without_source": article.c.source_id.is_(None),
        "not_english": article.c.language != ENGLISH,
        "language_unknown": article.c.language.is_(None),
        "not_read": ~article.c.analysed,
        "nothing_found": and_(article.c.analysed, ~has_fact),
        "unlinked": and_(article.c.analysed, ~is_linked),
    }


def _has(table: Table) -> ColumnElement[bool]:
    article = _T["article"]
    return select(1).where(table.c.article_id == article.c.id).correlate(article).exists()


def _number(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _told(row: Any) -> Gaps:
    return Gaps(
        undated=row.undated,
        without_source=row.without_source,
        not_english=row.not_english,
        language_unknown=row.language_unknown,
        not_read=row.not_read,
        nothing_found=row.nothing_found,
        unlinked=row.unlinked,
    )
