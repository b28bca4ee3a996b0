"""The article layer as merging sees it, and what merging found, back into rows."""

from __future__ import annotations

import re
import struct
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, Table, delete, func, select, update
from sqlalchemy import Row as ResultRow

from newskb import plover, text
from newskb.model import (
    ArticleProfile,
    ClaimGroup,
    ClaimRelation,
    ClaimReport,
    Event,
    EventReport,
    FigureValue,
    QuoteGroup,
    QuoteReport,
    Story,
)
from newskb.store import changes, meta, schema
from newskb.store.actors import refresh_local_actors
from newskb.store.bulk import KEYS_AT_ONCE, Row, chunks, execute_many, ids_of, insert_rows, next_id
from newskb.store.rollups import count_events

_T: Mapping[str, Table] = schema.Base.metadata.tables
_ROWS_AT_ONCE = 2_000
_DAY_PRECISIONS = ("day", "minute")
COMPARED_UNTIL = "compared_until"
"""Name of the fact that says up to which article id near duplicates were looked for."""
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")

# --- what changed ----------------------------------------------------------------------------------------------------


def changed_days(connection: Connection) -> frozenset[str]:
    """Days whose facts changed since ``merge_done``; ``""`` stands for undated facts. Empty = nothing to merge."""
    return frozenset(connection.execute(select(_T["merge_mark"].c.day)).scalars())


def merge_done(connection: Connection) -> None:
    """Forget the marks, in the transaction that wrote the merge; bring the local actors up to date."""
    refresh_local_actors(connection)
    connection.execute(delete(_T["merge_mark"]))


# --- rows to reports -------------------------------------------------------------------------------------------------


def read_event_reports(connection: Connection, *, days: Collection[str] | None = None) -> Iterator[EventReport]:
    """All event mentions, by key; with ``days`` only those of articles or events of these days (``""`` = undated).

    A mention of no kind is none: an analyst took its type away, because the text tells of no event there.
    """
    article, source, mention = _T["article"], _T["source"], _T["event_mention"]
    place, actor = _T["place"], _T["actor"]
    query = (
        select(
            mention,
            article.c.key.label("article_key"),
            article.c.copy_group,
            article.c.published_date,
            article.c.published_precision,
            source.c.name.label("source"),
            place.c.key.label("place_key"),
            place.c.country.label("place_country"),
            actor.c.key.label("reported_by_key"),
        )
        .join(article, article.c.id == mention.c.article_id)
        .outerjoin(source, source.c.id == article.c.source_id)
        .outerjoin(place, place.c.id == mention.c.place_id)
        .outerjoin(actor, actor.c.id == mention.c.reported_by_id)
        .where(mention.c.type.is_not(None) | mention.c.extension.is_not(None))
        .order_by(mention.c.key)
    )
    if days is not None:
        wanted = sorted(days)
        query = query.where(
            func.coalesce(article.c.published_date, "").in_(wanted)
            | func.coalesce(mention.c.date_start, "").in_(wanted)
        )
    for rows in _parts(connection, query):
        ids = [row.id for row in rows]
        roles = _participants(connection, ids)
        figures = _event_figures(connection, ids)
        for row in rows:
            yield EventReport(
                key=row.key,
                article=row.article_key,
                chain=row.chain,
                copy_group=row.copy_group,
                source=row.source,
                published=_day(row),
                type=row.type,
                extension=row.extension,
                mode=row.mode,
                contexts=msgspec.json.decode(row.contexts, type=tuple[str, ...]),
                lemma=row.lemma,
                actors=tuple(roles[row.id, "actor"]),
                recipients=tuple(roles[row.id, "recipient"]),
                place=row.place_key,
                place_country=row.place_country,
                date_start=row.date_start,
                date_end=row.date_end,
                date_precision=row.date_precision,
                realis=row.realis,
                confidence=row.confidence,
                figures=tuple(figures[row.id]),
                reported_by=row.reported_by_key,
            )


def read_article_profiles(connection: Connection) -> Iterator[ArticleProfile]:
    """All articles, by key, with the actors and places they name."""
    article, source = _T["article"], _T["source"]
    query = (
        select(
            article.c.id,
            article.c.key,
            article.c.copy_group,
            article.c.published_date,
            article.c.published_precision,
            article.c.title,
            article.c.terms,
            source.c.name.label("source"),
        )
        .outerjoin(source, source.c.id == article.c.source_id)
        .order_by(article.c.key)
    )
    for rows in _parts(connection, query):
        ids = [row.id for row in rows]
        actors = _named(connection, ids, "mention", "actor")
        places = _named(connection, ids, "mention", "place")
        for row in rows:
            yield ArticleProfile(
                key=row.key,
                copy_group=row.copy_group,
                source=row.source,
                published=_day(row),
                title=row.title,
                terms=tuple((term, count) for term, count in msgspec.json.decode(row.terms)),
                actors=tuple(actors[row.id]),
                places=tuple(places[row.id]),
            )


def read_quote_reports(connection: Connection) -> Iterator[QuoteReport]:
    """All quotes, by key."""
    quote, actor = _T["quote"], _T["actor"]
    query = _with_article(quote, actor.c.key.label("speaker")).outerjoin(actor, actor.c.id == quote.c.speaker_id)
    for rows in _parts(connection, query):
        for row in rows:
            yield QuoteReport(
                key=row.key,
                article=row.article_key,
                copy_group=row.copy_group,
                source=row.source,
                published=_day(row),
                speaker=row.speaker,
                text=row.text,
                type=row.type,
            )


def read_claim_reports(connection: Connection, keys: Collection[str] | None = None) -> Iterator[ClaimReport]:
    """All claims, or those with these ``keys``, by key; ``events`` are filled once events are merged and written."""
    claim, actor = _T["claim"], _T["actor"]
    query = _with_article(claim, actor.c.key.label("holder")).outerjoin(actor, actor.c.id == claim.c.holder_id)
    parts = [query] if keys is None else [query.where(claim.c.key.in_(p)) for p in chunks(sorted(keys), _ROWS_AT_ONCE)]
    for rows in (rows for part in parts for rows in _parts(connection, part)):
        articles = sorted({row.article_id for row in rows})
        about = _claim_actors(connection, [row.id for row in rows])
        events = _ordinal_events(connection, articles)
        figures = _ordinal_figures(connection, articles)
        for row in rows:
            named = {events.get((row.article_id, i)) for i in msgspec.json.decode(row.about_events)}
            yield ClaimReport(
                key=row.key,
                article=row.article_key,
                copy_group=row.copy_group,
                source=row.source,
                published=_day(row),
                holder=row.holder,
                stance=row.stance,
                certainty=row.certainty,
                text=row.text,
                terms=content_words(row.text),
                events=tuple(sorted(key for key in named if key is not None)),
                actors=tuple(about[row.id]),
                figures=tuple(figures[row.article_id, i] for i in msgspec.json.decode(row.figures)),
            )


def ties(connection: Connection) -> frozenset[tuple[int, int, str]]:
    """What claims are grouped by and have from merging: (article id, ordinal, event) and (article id, -1, copy group).

    Taken before and after events are merged, the difference says whose claims have to be grouped anew.
    """
    article, mention, event = _T["article"], _T["event_mention"], _T["event"]
    told = select(mention.c.article_id, mention.c.ordinal, event.c.key).join(event, event.c.id == mention.c.event_id)
    events = {(row[0], row[1], row[2]) for row in connection.execute(told)}
    copies = {(row[0], -1, row[1]) for row in connection.execute(select(article.c.id, article.c.copy_group))}
    return frozenset(events | copies)


def changed_claims(connection: Connection, articles: Collection[int]) -> frozenset[str]:
    """The keys of the claims that are not grouped as they should be, with all that are in one group with them.

    Those are the claims without a group, those of ``articles``, those an analyst ever corrected, and those of groups
    that lost a member with its article's facts.
    """
    claim, group, correction = _T["claim"], _T["claim_group"], _T["correction"]
    key_and_group = select(claim.c.key, claim.c.claim_group_id)
    corrected = select(correction.c.fact_key).where(correction.c.layer == "claim")
    queries = [key_and_group.where(claim.c.claim_group_id.is_(None) | claim.c.key.in_(corrected))]
    queries += [key_and_group.where(claim.c.article_id.in_(part)) for part in chunks(sorted(articles), KEYS_AT_ONCE)]
    found = {row.key: row.claim_group_id for query in queries for row in connection.execute(query)}
    left = select(claim.c.claim_group_id, func.count().label("count")).group_by(claim.c.claim_group_id).subquery()
    short = select(group.c.id).join(left, left.c.claim_group_id == group.c.id).where(left.c.count < group.c.claim_count)
    groups = {*connection.execute(short).scalars(), *(number for number in found.values() if number is not None)}
    keys = set(found)
    for part in chunks(sorted(groups), KEYS_AT_ONCE):
        keys.update(connection.execute(select(claim.c.key).where(claim.c.claim_group_id.in_(part))).scalars())
    return frozenset(keys)


def claims_near(connection: Connection, claims: Collection[ClaimReport], *, days: int) -> frozenset[str]:
    """The keys of the claims that share an event with one of ``claims``, or an actor within so many ``days``."""
    claim, about, article, mention = _T["claim"], _T["claim_about"], _T["article"], _T["event_mention"]
    found: set[str] = set()
    events = ids_of(connection, _T["event"], {event for item in claims for event in item.events})
    for part in chunks(sorted(events.values()), KEYS_AT_ONCE):
        told = select(mention.c.article_id).where(mention.c.event_id.in_(part))
        with_event = select(claim.c.key).where(claim.c.article_id.in_(told), claim.c.about_events != "[]")
        found.update(connection.execute(with_event).scalars())
    published: dict[str, set[str | None]] = defaultdict(set)
    for item in claims:
        for actor in item.actors:
            published[actor].add(item.published)
    actors = ids_of(connection, _T["actor"], published)
    for actor, when in sorted(published.items()):
        query = (
            select(claim.c.key)
            .join(about, about.c.claim_id == claim.c.id)
            .join(article, article.c.id == claim.c.article_id)
            .where(about.c.actor_id == actors[actor])
        )
        dated = sorted(day for day in when if day is not None)
        if len(dated) == len(when):
            undated = article.c.published_date.is_(None) | article.c.published_precision.not_in(_DAY_PRECISIONS)
            first, last = _shifted(dated[0], -days), _shifted(dated[-1], days)
            # Two comparisons: PostgreSQL takes no BETWEEN with the collation that is given with each bound.
            within = (article.c.published_date >= first) & (article.c.published_date <= last)
            query = query.where(undated | within)
        found.update(connection.execute(query).scalars())
    return frozenset(found)


def count_claims(connection: Connection) -> int:
    """How many claims there are."""
    return int(connection.execute(select(func.count()).select_from(_T["claim"])).scalar_one())


def read_signatures(connection: Connection) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Key and signature of all articles, for finding near duplicates."""
    article = _T["article"]
    for rows in _parts(connection, select(article.c.key, article.c.signature)):
        for row in rows:
            yield row.key, struct.unpack(f"<{len(row.signature) // 4}I", row.signature)


def read_texts(connection: Connection, keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Key and text of these articles."""
    article = _T["article"]
    for part in chunks(keys, _ROWS_AT_ONCE):
        for row in connection.execute(select(article.c.key, article.c.text).where(article.c.key.in_(part))):
            yield row.key, row.text


def read_duplicates(connection: Connection) -> dict[tuple[str, str], float] | None:
    """The pairs of near duplicates found so far, by article keys; None when articles were never compared."""
    if meta.get(connection, COMPARED_UNTIL) is None:
        return None
    pair, first, second = _T["article_duplicate"], _T["article"].alias(), _T["article"].alias()
    query = (
        select(first.c.key, second.c.key, pair.c.score)
        .join(first, first.c.id == pair.c.first_id)
        .join(second, second.c.id == pair.c.second_id)
    )
    return {(min(one, other), max(one, other)): score for one, other, score in connection.execute(query)}


def uncompared_articles(connection: Connection) -> frozenset[str]:
    """Keys of the articles stored since near duplicates were looked for."""
    article, until = _T["article"], int(meta.get(connection, COMPARED_UNTIL) or 0)
    return frozenset(connection.execute(select(article.c.key).where(article.c.id > until)).scalars())


def content_words(passage: str) -> tuple[str, ...]:
    """The folded words of a passage that carry content, sorted, each once; plural and verb -s is taken off."""
    found = {_content_word(word) for word in _WORD.findall(passage)}
    return tuple(sorted(word for word in found if word))


@lru_cache(maxsize=100_000)  # the words of a large archive, of which most are met again and again
def _content_word(word: str) -> str:
    """The folded stem of a word that carries content, else nothing."""
    folded = text.fold(word)
    return "" if folded in _stopwords() else _stem(folded.removesuffix("'s"))


def _stem(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]
    return word


@cache
def _stopwords() -> frozenset[str]:
    return frozenset(files("newskb.store").joinpath("stopwords.txt").read_text(encoding="utf-8").split())


def _day(row: ResultRow[Any]) -> str | None:
    """The publication day, when it is known to the day."""
    return row.published_date if row.published_precision in _DAY_PRECISIONS else None


def _shifted(day: str, days: int) -> str:
    """The day so many days later, or the last one of the calendar on that side."""
    number = date.fromisoformat(day).toordinal() + days
    return date.fromordinal(min(max(number, 1), date.max.toordinal())).isoformat()


def _with_article(table: Table, *more: Any) -> Select[Any]:
    article, source = _T["article"], _T["source"]
    return (
        select(
            *(column for column in table.c if column.name != "published_date"),
            *more,
            article.c.key.label("article_key"),
            article.c.copy_group,
            article.c.published_date,
            article.c.published_precision,
            source.c.name.label("source"),
        )
        .select_from(table)
        .join(article, article.c.id == table.c.article_id)
        .outerjoin(source, source.c.id == article.c.source_id)
        .order_by(table.c.key)
    )


def _parts(connection: Connection, query: Select[Any]) -> Iterator[list[ResultRow[Any]]]:
    """The rows of a query, a bounded number at a time."""
    # Given to the statement: on the connection it would last, and make a server-side cursor of every later one.
    with connection.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE}) as result:
        for part in result.partitions(_ROWS_AT_ONCE):
            yield list(part)


def _participants(connection: Connection, ids: Sequence[int]) -> Mapping[tuple[int, str], list[str]]:
    part, actor = _T["event_mention_participant"], _T["actor"]
    query = (
        select(part.c.event_mention_id, part.c.role, actor.c.key)
        .join(actor, actor.c.id == part.c.actor_id)
        .where(part.c.event_mention_id.in_(ids))
        .order_by(part.c.event_mention_id, part.c.role, part.c.ordinal)
    )
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for event, role, key in connection.execute(query):
        if key not in found[event, role]:
            found[event, role].append(key)
    return found


def _event_figures(connection: Connection, ids: Sequence[int]) -> Mapping[int, list[FigureValue]]:
    mention, bridge, figure = _T["event_mention"], _T["event_mention_figure"], _T["figure"]
    query = (
        select(bridge.c.event_mention_id, figure)
        .join(mention, mention.c.id == bridge.c.event_mention_id)
        .join(figure, (figure.c.article_id == mention.c.article_id) & (figure.c.ordinal == bridge.c.figure))
        .where(bridge.c.event_mention_id.in_(ids))
        .order_by(bridge.c.event_mention_id, bridge.c.ordinal)
    )
    found: dict[int, list[FigureValue]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.event_mention_id].append(_figure_value(row))
    return found


def _figure_value(row: ResultRow[Any]) -> FigureValue:
    return FigureValue(kind=row.kind, low=row.low, high=row.high, unit=row.unit)


def _named(connection: Connection, articles: Sequence[int], table: str, target: str) -> Mapping[int, list[str]]:
    """Article id to the sorted keys of the ``target`` rows that its rows in ``table`` refer to."""
    source, named = _T[table], _T[target]
    query = (
        select(source.c.article_id, named.c.key)
        .join(named, named.c.id == source.c[f"{target}_id"])
        .where(source.c.article_id.in_(articles))
        .distinct()
        .order_by(source.c.article_id, named.c.key)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for article, key in connection.execute(query):
        found[article].append(key)
    return found


def _claim_actors(connection: Connection, ids: Sequence[int]) -> Mapping[int, list[str]]:
    about, actor = _T["claim_about"], _T["actor"]
    query = (
        select(about.c.claim_id, actor.c.key)
        .join(actor, actor.c.id == about.c.actor_id)
        .where(about.c.claim_id.in_(ids))
        .order_by(about.c.claim_id, actor.c.key)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for claim, key in connection.execute(query):
        found[claim].append(key)
    return found


def _ordinal_events(connection: Connection, articles: Sequence[int]) -> Mapping[tuple[int, int], str]:
    mention, event = _T["event_mention"], _T["event"]
    query = (
        select(mention.c.article_id, mention.c.ordinal, event.c.key)
        .join(event, event.c.id == mention.c.event_id)
        .where(mention.c.article_id.in_(articles))
    )
    return {(article, ordinal): key for article, ordinal, key in connection.execute(query)}


def _ordinal_figures(connection: Connection, articles: Sequence[int]) -> Mapping[tuple[int, int], FigureValue]:
    figure = _T["figure"]
    query = select(figure).where(figure.c.article_id.in_(articles))
    return {(row.article_id, row.ordinal): _figure_value(row) for row in connection.execute(query)}


# --- what merging found ----------------------------------------------------------------------------------------------


def replace_events(connection: Connection, events: Iterable[Event], *, scope: Collection[str] | None = None) -> int:
    """Write ``events`` in the place of the stored ones; returns how many.

    With ``scope`` (keys of event mentions) only the stored events that hold one of these reports are replaced.
    ``events`` must then hold all reports of the events replaced.
    """
    before = _remove(connection, "event", "event_mention", scope)
    found = list(events)
    reports = ids_of(connection, _T["event_mention"], (key for event in found for key in event.reports))
    actors = ids_of(connection, _T["actor"], (key for event in found for key in (*event.actors, *event.recipients)))
    places = ids_of(connection, _T["place"], (event.place for event in found if event.place is not None))
    published = _published(connection, list(reports.values()))
    first = next_id(connection, _T["event"])
    rows: list[Row] = []
    participants: list[Row] = []
    links: list[Row] = []
    said: dict[str, str] = {}
    for event_id, event in enumerate(found, first):
        days = sorted(day for key in event.reports if (day := published.get(reports[key])))
        rows.append(_event_row(event_id, event, places, days))
        said[event.key] = changes.digest([event, days])
        for role, keys in (("actor", event.actors), ("recipient", event.recipients)):
            participants += [(event_id, role, n, actors[key], event.date_start) for n, key in enumerate(keys)]
        links += [(event_id, reports[key]) for key in event.reports]
    insert_rows(connection, _T["event"], rows)
    insert_rows(connection, _T["event_participant"], participants)
    execute_many(connection, "UPDATE event_mention SET event_id = ? WHERE id = ?", links)
    count_events(connection)
    changes.rewritten(connection, "events", said, before=before)
    return len(rows)


def _event_row(event_id: int, event: Event, places: Mapping[str, int], days: Sequence[str]) -> Row:
    known = None if event.type is None else plover.TYPES[event.type]
    return (
        event_id,
        event.key,
        event.type,
        event.extension,
        event.mode,
        msgspec.json.encode(event.contexts).decode(),
        known.cameo if known else None,
        known.quad if known else None,
        None if event.type is None else plover.intensity(event.type, event.mode),
        event.date_start,
        event.date_end,
        event.date_precision,
        None if event.place is None else places[event.place],
        event.realis,
        event.confidence,
        len(event.reports),
        event.article_count,
        event.source_count,
        event.independent_source_count,
        days[0] if days else None,
        days[-1] if days else None,
    )


def replace_stories(connection: Connection, stories: Iterable[Story], *, scope: Collection[str] | None = None) -> int:
    """Write ``stories`` in the place of the stored ones; with ``scope`` (article keys) only of those that hold one."""
    story, member, article = _T["story"], _T["story_member"], _T["article"]
    in_story = select(article.c.key, story.c.key).select_from(member.join(article).join(story))
    before = dict(connection.execute(in_story).all())
    if scope is None:
        connection.execute(delete(member))
        connection.execute(delete(story))
    else:
        for part in chunks(sorted(scope), KEYS_AT_ONCE):
            ids = select(member.c.story_id).join(article, article.c.id == member.c.article_id)
            old = connection.execute(ids.where(article.c.key.in_(part)).distinct()).scalars().all()
            for some in chunks(old, KEYS_AT_ONCE):
                connection.execute(delete(member).where(member.c.story_id.in_(some)))
                connection.execute(delete(story).where(story.c.id.in_(some)))
    found = list(stories)
    articles = ids_of(connection, article, (key for item in found for key in item.articles))
    outlets = _sources(connection, list(articles.values()))
    first = next_id(connection, story)
    rows: list[Row] = []
    members: list[Row] = []
    for story_id, item in enumerate(found, first):
        ids_in = [articles[key] for key in item.articles]
        source_count = len({outlets[i] for i in ids_in if outlets.get(i) is not None})
        rows.append((story_id, item.key, item.title, item.date_start, item.date_end, len(ids_in), source_count))
        members += [(article_id, story_id, n) for n, article_id in enumerate(ids_in)]
    insert_rows(connection, story, rows)
    insert_rows(connection, member, members)
    after = dict(connection.execute(in_story).all())
    said = {item.key: changes.digest(item) for item in found}
    changes.rewritten(connection, "stories", said, before=set(before.values()) - set(after.values()))
    changes.touched(connection, "articles", _moved(before, after))
    return len(rows)


def replace_quote_groups(
    connection: Connection, groups: Iterable[QuoteGroup], *, scope: Collection[str] | None = None
) -> int:
    """Write quote groups in the place of the stored ones; with ``scope`` (quote keys) only of those that hold one."""
    before = _memberships(connection, "quote")
    _remove(connection, "quote_group", "quote", scope)
    found = list(groups)
    quotes = ids_of(connection, _T["quote"], (key for group in found for key in group.quotes))
    actors = ids_of(connection, _T["actor"], (group.speaker for group in found if group.speaker is not None))
    first = next_id(connection, _T["quote_group"])
    rows: list[Row] = []
    links: list[Row] = []
    for group_id, group in enumerate(found, first):
        speaker = None if group.speaker is None else actors[group.speaker]
        rows.append((group_id, group.key, speaker, len(group.quotes), group.source_count))
        links += [(group_id, quotes[key]) for key in group.quotes]
    insert_rows(connection, _T["quote_group"], rows)
    execute_many(connection, "UPDATE quote SET quote_group_id = ? WHERE id = ?", links)
    changes.touched(connection, "quotes", _moved(before, _memberships(connection, "quote")))
    return len(rows)


def replace_claims(
    connection: Connection,
    groups: Iterable[ClaimGroup],
    relations: Iterable[ClaimRelation],
    *,
    scope: Collection[str] | None = None,
) -> int:
    """Write claim groups and relations in the place of the stored ones; returns how many groups there are then.

    With ``scope`` (claim keys) only groups that hold one of them, and relations of these claims, are replaced.
    """
    relation = _T["claim_relation"]
    before = _memberships(connection, "claim")
    if scope is None:
        connection.execute(delete(relation))
    else:
        for part in chunks(list(ids_of(connection, _T["claim"], scope).values()), KEYS_AT_ONCE):
            touched = relation.c.first_id.in_(part) | relation.c.second_id.in_(part)
            connection.execute(delete(relation).where(touched))
    _remove(connection, "claim_group", "claim", scope)
    found, pairs = list(groups), list(relations)
    keys = {key for group in found for key in group.claims} | {k for pair in pairs for k in (pair.first, pair.second)}
    claims = ids_of(connection, _T["claim"], keys)
    first = next_id(connection, _T["claim_group"])
    rows: list[Row] = [(first + n, group.key, len(group.claims)) for n, group in enumerate(found)]
    insert_rows(connection, _T["claim_group"], rows)
    links: list[Row] = [(first + n, claims[key]) for n, group in enumerate(found) for key in group.claims]
    execute_many(connection, "UPDATE claim SET claim_group_id = ? WHERE id = ?", links)
    related = [(claims[pair.first], claims[pair.second], pair.relation, pair.reason) for pair in pairs]
    insert_rows(connection, relation, related)
    changes.touched(connection, "claims", _moved(before, _memberships(connection, "claim")))
    return int(connection.execute(select(func.count()).select_from(_T["claim_group"])).scalar_one())


def replace_duplicates(connection: Connection, pairs: Iterable[tuple[str, str, float]]) -> int:
    """Write the near-duplicate pairs (article keys and score) and let duplicates share one ``copy_group``.

    Articles with the same text share a group in any case; the group's key is that of its least text.
    """
    duplicate, article = _T["article_duplicate"], _T["article"]
    connection.execute(delete(duplicate))
    found = sorted({(min(one, other), max(one, other), score) for one, other, score in pairs})
    ids = ids_of(connection, article, {key for one, other, _score in found for key in (one, other)})
    insert_rows(connection, duplicate, [(ids[one], ids[other], score) for one, other, score in found])
    # Ids are given in the order of storing and no article is ever removed, so the last one says which are compared.
    meta.put(connection, COMPARED_UNTIL, str(next_id(connection, article) - 1))
    _regroup(connection, [(ids[one], ids[other]) for one, other, _score in found])
    return len(found)


def _regroup(connection: Connection, pairs: Sequence[tuple[int, int]]) -> None:
    article = _T["article"]
    columns = (article.c.id, article.c.key, article.c.text_hash, article.c.copy_group)
    rows = connection.execute(select(*columns)).all()
    root = {row.text_hash: row.text_hash for row in rows}

    def find(value: str) -> str:
        while root[value] != value:
            root[value] = root[root[value]]
            value = root[value]
        return value

    hashes = {row.id: row.text_hash for row in rows}
    for one, other in pairs:
        low, high = sorted((find(hashes[one]), find(hashes[other])))
        root[high] = low
    regrouped = [(text.key("cpg", find(row.text_hash)), row) for row in rows]
    changed = [(group, row) for group, row in regrouped if group != row.copy_group]
    execute_many(
        connection, "UPDATE article SET copy_group = ? WHERE id = ?", [(group, row.id) for group, row in changed]
    )
    changes.touched(connection, "articles", (row.key for _group, row in changed))


def _memberships(connection: Connection, member: str) -> dict[str, str]:
    """The key of each quote or claim that is in a group, to the key of the group."""
    members, groups = _T[member], _T[f"{member}_group"]
    joined = members.join(groups, groups.c.id == members.c[f"{member}_group_id"])
    return {row[0]: row[1] for row in connection.execute(select(members.c.key, groups.c.key).select_from(joined))}


def _moved(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    """Members whose group is another one now."""
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def _remove(connection: Connection, group: str, member: str, scope: Collection[str] | None) -> set[str]:
    """Delete groups (all, or those with a member named in ``scope``) and let their members go; returns their keys."""
    groups, members = _T[group], _T[member]
    column = members.c[f"{group}_id"]
    if scope is None:
        gone = set(connection.execute(select(groups.c.key)).scalars())
        connection.execute(update(members).where(column.is_not(None)).values({column.name: None}))
        connection.execute(delete(groups))
        return gone
    old: set[int] = set()
    gone = set()
    for part in chunks(sorted(scope), KEYS_AT_ONCE):
        held = select(column).where(members.c.key.in_(part), column.is_not(None)).distinct()
        old.update(connection.execute(held).scalars())
    # Groups all of whose members went with their articles.
    old.update(
        connection.execute(
            select(groups.c.id).where(groups.c.id.not_in(select(column).where(column.is_not(None)).distinct()))
        ).scalars()
    )
    for some in chunks(sorted(old), KEYS_AT_ONCE):
        gone.update(connection.execute(select(groups.c.key).where(groups.c.id.in_(some))).scalars())
        connection.execute(update(members).where(column.in_(some)).values({column.name: None}))
        connection.execute(delete(groups).where(groups.c.id.in_(some)))
    return gone


def _published(connection: Connection, reports: Sequence[int]) -> dict[int, str]:
    mention, article = _T["event_mention"], _T["article"]
    found: dict[int, str] = {}
    for part in chunks(reports, KEYS_AT_ONCE):
        query = (
            select(mention.c.id, article.c.published_date)
            .join(article, article.c.id == mention.c.article_id)
            .where(mention.c.id.in_(part), article.c.published_date.is_not(None))
        )
        found.update((row.id, row.published_date) for row in connection.execute(query))
    return found


def _sources(connection: Connection, articles: Sequence[int]) -> dict[int, int | None]:
    article = _T["article"]
    found: dict[int, int | None] = {}
    for part in chunks(articles, KEYS_AT_ONCE):
        query = select(article.c.id, article.c.source_id).where(article.c.id.in_(part))
        found.update((row.id, row.source_id) for row in connection.execute(query))
    return found
