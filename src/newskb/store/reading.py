"""Ids become rows as they are shown: a few statements a page, however many rows it has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, and_, func, or_, select
from sqlalchemy import Row as ResultRow

from newskb.errors import NotFoundError
from newskb.store import schema
from newskb.store.bulk import chunks
from newskb.store.rows import (
    ActorRef,
    ActorRow,
    Annotations,
    ArticleRef,
    ArticleRow,
    ClaimRow,
    CopyRow,
    DuplicateRow,
    EventReportRow,
    EventRow,
    FigureRow,
    MentionDetail,
    MentionRow,
    ParticipantRow,
    PlaceRef,
    PlaceRow,
    QuoteRow,
    RelatedClaim,
    RoleRow,
    SaidRow,
    SourceRef,
    SourceRow,
    SpanRow,
    StoryRow,
    TimeRow,
)
from newskb.store.statements import fetch

_T: Mapping[str, Table] = schema.Base.metadata.tables
LEAD_CHARS = 280  # two or three sentences: what a list shows below a headline
_IDS_AT_ONCE = 1_000
Row = dict[str, Any]


def rows(connection: Connection, resource: str, ids: Sequence[int]) -> list[Row]:
    """The ``…Row`` of each id, in the order of ``ids``."""
    return [dict(row) for part in chunks(ids, _IDS_AT_ONCE) for row in _ROWS[resource](connection, part)]


def detail(connection: Connection, resource: str, row_id: int) -> Row:
    """The ``…Detail`` of one id."""
    (row,) = rows(connection, resource, [row_id])
    return row | _DETAILS.get(resource, _nothing)(connection, row_id)


def _nothing(_connection: Connection, _row_id: int) -> Row:
    return {}


def _in_order(found: Iterable[ResultRow[Any]], ids: Sequence[int]) -> list[ResultRow[Any]]:
    by_id = {row.id: row for row in found}
    return [by_id[i] for i in ids]


# --- things in short -------------------------------------------------------------------------------------------------


class _Refs:
    """Articles, actors and places in short, read once for all rows of a page."""

    def __init__(
        self,
        connection: Connection,
        *,
        articles: Iterable[int] = (),
        actors: Iterable[int | None] = (),
        places: Iterable[int | None] = (),
    ) -> None:
        self.articles = article_refs(connection, articles)
        self._actors = _actor_refs(connection, actors)
        self._places = _place_refs(connection, places)

    def actor(self, actor_id: int | None) -> ActorRef | None:
        return None if actor_id is None else self._actors[actor_id]

    def place(self, place_id: int | None) -> PlaceRef | None:
        return None if place_id is None else self._places[place_id]


def _known(ids: Iterable[int | None]) -> list[list[int]]:
    return list(chunks(sorted({i for i in ids if i is not None}), _IDS_AT_ONCE))


def article_refs(connection: Connection, ids: Iterable[int]) -> dict[int, ArticleRef]:
    """Articles in short, by id."""
    article, source = _T["article"], _T["source"]
    found: dict[int, ArticleRef] = {}
    columns = (article.c.id, article.c.key, article.c.title, article.c.url, article.c.published_at)
    for part in _known(ids):
        query = (
            select(
                *columns,
                article.c.published_date,
                source.c.key.label("source_key"),
                source.c.name.label("source_name"),
            )
            .outerjoin(source, source.c.id == article.c.source_id)
            .where(article.c.id.in_(part))
        )
        found.update((row.id, _article_ref(row)) for row in connection.execute(query))
    return found


def _article_ref(row: Any) -> ArticleRef:
    return ArticleRef(
        key=row.key,
        title=row.title,
        source=None if row.source_key is None else SourceRef(key=row.source_key, name=row.source_name),
        url=row.url,
        published_at=row.published_at,
        published_date=row.published_date,
    )


def _actor_refs(connection: Connection, ids: Iterable[int | None]) -> dict[int, ActorRef]:
    actor = _T["actor"]
    found: dict[int, ActorRef] = {}
    for part in _known(ids):
        for row in connection.execute(select(actor.c.id, actor.c.key, actor.c.name).where(actor.c.id.in_(part))):
            found[row.id] = ActorRef(key=row.key, name=row.name)
    return found


def _place_refs(connection: Connection, ids: Iterable[int | None]) -> dict[int, PlaceRef]:
    place = _T["place"]
    found: dict[int, PlaceRef] = {}
    for part in _known(ids):
        for row in connection.execute(select(place).where(place.c.id.in_(part))):
            found[row.id] = _place_ref(row)
    return found


def _place_ref(row: ResultRow[Any]) -> PlaceRef:
    return PlaceRef(key=row.key, name=row.name, country=row.country, latitude=row.latitude, longitude=row.longitude)


# --- articles --------------------------------------------------------------------------------------------------------


def _article_rows(connection: Connection, ids: Sequence[int]) -> list[ArticleRow]:
    article, source, member, story = _T["article"], _T["source"], _T["story_member"], _T["story"]
    whole = ("text", "signature", "terms", "boilerplate", "notices")
    query = (
        select(
            *(column for column in article.c if column.name not in whole),
            func.substr(article.c.text, 1, LEAD_CHARS).label("lead"),
            func.length(article.c.text).label("char_count"),
            source.c.key.label("source_key"),
            source.c.name.label("source_name"),
            story.c.key.label("story"),
        )
        .outerjoin(source, source.c.id == article.c.source_id)
        .outerjoin(member, member.c.article_id == article.c.id)
        .outerjoin(story, story.c.id == member.c.story_id)
        .where(article.c.id.in_(ids))
    )
    return [
        ArticleRow(
            **_article_ref(row),
            byline=row.byline,
            language=row.language,
            external_id=row.external_id,
            published_precision=row.published_precision,
            published_evidence=row.published_evidence,
            lead=row.lead,
            char_count=row.char_count,
            analysed=bool(row.analysed),
            not_analysed=row.not_analysed,
            copy_group=row.copy_group,
            story=row.story,
            extractor=row.extractor,
            ingested_at=row.ingested_at,
        )
        for row in _in_order(connection.execute(query), ids)
    ]


def _article_detail(connection: Connection, article_id: int) -> Row:
    article, copy = _T["article"], _T["article_copy"]
    row = connection.execute(select(article).where(article.c.id == article_id)).one()
    copies = connection.execute(select(copy).where(copy.c.article_id == article_id).order_by(copy.c.key))
    return {
        "text": row.text,
        "boilerplate": msgspec.json.decode(row.boilerplate),
        "notices": [{"reason": reason, "detail": told} for reason, told in msgspec.json.decode(row.notices)],
        "path": row.origin_path,
        "member": row.origin_member,
        "record": row.origin_record,
        "copies": [
            CopyRow(
                external_id=c.external_id,
                url=c.url,
                title=c.title,
                published_at=c.published_at,
                path=c.origin_path,
                member=c.origin_member,
                record=c.origin_record,
            )
            for c in copies
        ],
        "duplicates": _duplicates(connection, article_id),
    }


def _duplicates(connection: Connection, article_id: int) -> list[DuplicateRow]:
    pair = _T["article_duplicate"]
    query = select(pair).where(or_(pair.c.first_id == article_id, pair.c.second_id == article_id))
    scores = {
        (row.second_id if row.first_id == article_id else row.first_id): row.score for row in connection.execute(query)
    }
    refs = article_refs(connection, scores)
    found = [DuplicateRow(article=refs[other], score=score) for other, score in scores.items()]
    return sorted(found, key=lambda row: (-row["score"], row["article"]["key"]))


# --- events ----------------------------------------------------------------------------------------------------------


_EVENTS = """
SELECT e.id, e.key, e.type, e.extension, e.mode, e.contexts, e.cameo, e.quad_code, e.intensity, e.date_start,
    e.date_end, e.date_precision, e.realis, e.confidence, e.report_count, e.article_count, e.source_count,
    e.independent_source_count, e.first_published, e.last_published, p.key, p.name, p.country, p.latitude, p.longitude
FROM event e LEFT JOIN place p ON p.id = e.place_id WHERE e.id IN ??
"""
_TAKING_PART = """
SELECT t.event_id, t.role, a.key, a.name FROM event_participant t JOIN actor a ON a.id = t.actor_id
WHERE t.event_id IN ?? ORDER BY t.event_id, t.role, t.ordinal
"""


def _event_rows(connection: Connection, ids: Sequence[int]) -> list[EventRow]:
    roles: dict[tuple[int, str], list[ActorRef]] = defaultdict(list)
    for event, role, key, name in fetch(connection, _TAKING_PART, ids):
        roles[event, role].append({"key": key, "name": name})
    found = {row[0]: _event_row(row, roles) for row in fetch(connection, _EVENTS, ids)}
    return [found[i] for i in ids]


def _event_row(row: Sequence[Any], roles: Mapping[tuple[int, str], list[ActorRef]]) -> EventRow:
    place, name, country, latitude, longitude = row[20:]
    known = {"key": place, "name": name, "country": country, "latitude": latitude, "longitude": longitude}
    return {
        "key": row[1],
        "type": row[2],
        "extension": row[3],
        "mode": row[4],
        "contexts": msgspec.json.decode(row[5]),
        "cameo": row[6],
        "quad_code": row[7],
        "intensity": row[8],
        "date_start": row[9],
        "date_end": row[10],
        "date_precision": row[11],
        "actors": roles.get((row[0], "actor"), []),
        "recipients": roles.get((row[0], "recipient"), []),
        "place": None if place is None else cast("PlaceRef", known),
        "realis": row[12],
        "confidence": row[13],
        "report_count": row[14],
        "article_count": row[15],
        "source_count": row[16],
        "independent_source_count": row[17],
        "first_published": row[18],
        "last_published": row[19],
    }


def _event_detail(connection: Connection, event_id: int) -> Row:
    (reports,) = event_reports(connection, [event_id]).values() or ([],)
    return {"reports": reports}


def event_reports(connection: Connection, ids: Sequence[int]) -> Mapping[str, list[EventReportRow]]:
    """Event key to every report of it, in order of publication."""
    mention, event, article = _T["event_mention"], _T["event"], _T["article"]
    query = (
        select(mention.c.id, event.c.key)
        .join(event, event.c.id == mention.c.event_id)
        .join(article, article.c.id == mention.c.article_id)
        .where(event.c.id.in_(ids))
        .order_by(func.coalesce(article.c.published_date, "9999"), article.c.key, mention.c.start_char, mention.c.key)
    )
    told = connection.execute(query).all()
    found: dict[str, list[EventReportRow]] = defaultdict(list)
    for row, report in zip(told, report_rows(connection, [row.id for row in told]), strict=True):
        found[row.key].append(report)
    return found


def report_rows(connection: Connection, ids: Sequence[int]) -> list[EventReportRow]:
    """Event mentions with all that they say, in the order of ``ids``."""
    return [row for part in chunks(ids, _IDS_AT_ONCE) for row in _report_rows(connection, part)]


def _report_rows(connection: Connection, ids: Sequence[int]) -> list[EventReportRow]:
    mention, article, run, event = _T["event_mention"], _T["article"], _T["extraction_run"], _T["event"]
    query = (
        select(
            mention,
            _passage(article, mention.c.start_char, mention.c.end_char).label("text"),
            _passage(article, mention.c.sentence_start, mention.c.sentence_end).label("sentence"),
            run.c.extractor,
            event.c.key.label("event"),
        )
        .join(article, article.c.id == mention.c.article_id)
        .join(run, run.c.id == mention.c.extraction_run_id)
        .outerjoin(event, event.c.id == mention.c.event_id)
        .where(mention.c.id.in_(ids))
    )
    found = _in_order(connection.execute(query), ids)
    roles = _participants(connection, ids)
    figures = _event_figures(connection, ids)
    refs = _Refs(
        connection,
        articles=[row.article_id for row in found],
        actors=[row.reported_by_id for row in found],
        places=[row.place_id for row in found],
    )
    return [
        EventReportRow(
            key=row.key,
            article=refs.articles[row.article_id],
            start_char=row.start_char,
            end_char=row.end_char,
            text=row.text,
            sentence=row.sentence,
            extractor=row.extractor,
            event=row.event,
            sentence_start=row.sentence_start,
            sentence_end=row.sentence_end,
            lemma=row.lemma,
            type=row.type,
            extension=row.extension,
            mode=row.mode,
            contexts=msgspec.json.decode(row.contexts),
            cameo=row.cameo,
            date_start=row.date_start,
            date_end=row.date_end,
            date_precision=row.date_precision,
            actors=roles[row.id, "actor"],
            recipients=roles[row.id, "recipient"],
            place=refs.place(row.place_id),
            realis=row.realis,
            reported_by=refs.actor(row.reported_by_id),
            figures=figures[row.id],
            confidence=row.confidence,
            corrected=bool(row.corrected),
        )
        for row in found
    ]


def _passage(article: Table, start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.substr(article.c.text, start + 1, end - start)


def _participants(connection: Connection, ids: Sequence[int]) -> Mapping[tuple[int, str], list[ParticipantRow]]:
    part, event, mention = _T["event_mention_participant"], _T["event_mention"], _T["mention"]
    article, actor = _T["article"], _T["actor"]
    query = (
        select(
            part.c.event_mention_id,
            part.c.role,
            actor.c.key,
            actor.c.name,
            mention.c.start_char,
            mention.c.end_char,
            _passage(article, mention.c.start_char, mention.c.end_char).label("text"),
        )
        .join(event, event.c.id == part.c.event_mention_id)
        .join(article, article.c.id == event.c.article_id)
        .outerjoin(mention, and_(mention.c.article_id == event.c.article_id, mention.c.ordinal == part.c.mention))
        .outerjoin(actor, actor.c.id == part.c.actor_id)
        .where(part.c.event_mention_id.in_(ids))
        .order_by(part.c.event_mention_id, part.c.role, part.c.ordinal)
    )
    found: dict[tuple[int, str], list[ParticipantRow]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.event_mention_id, row.role].append(
            ParticipantRow(key=row.key, name=row.name, start_char=row.start_char, end_char=row.end_char, text=row.text)
        )
    return found


def _event_figures(connection: Connection, ids: Sequence[int]) -> Mapping[int, list[FigureRow]]:
    event, bridge, figure, article = _T["event_mention"], _T["event_mention_figure"], _T["figure"], _T["article"]
    query = (
        select(
            bridge.c.event_mention_id, figure, _passage(article, figure.c.start_char, figure.c.end_char).label("text")
        )
        .join(event, event.c.id == bridge.c.event_mention_id)
        .join(article, article.c.id == event.c.article_id)
        .join(figure, and_(figure.c.article_id == event.c.article_id, figure.c.ordinal == bridge.c.figure))
        .where(bridge.c.event_mention_id.in_(ids))
        .order_by(bridge.c.event_mention_id, bridge.c.ordinal)
    )
    found: dict[int, list[FigureRow]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.event_mention_id].append(_figure(row))
    return found


def _figure(row: ResultRow[Any]) -> FigureRow:
    return FigureRow(
        kind=row.kind,
        low=row.low,
        high=row.high,
        qualifier=row.qualifier,
        unit=row.unit,
        start_char=row.start_char,
        end_char=row.end_char,
        text=row.text,
    )


# --- quotes and claims -----------------------------------------------------------------------------------------------


def _quote_rows(connection: Connection, ids: Sequence[int]) -> list[QuoteRow]:
    quote, article, mention = _T["quote"], _T["article"], _T["mention"]
    run, group, told = _T["extraction_run"], _T["quote_group"], _T["mention"].alias("told")
    outer = quote.alias("outer_quote")
    query = (
        select(
            quote,
            mention.c.start_char.label("speaker_start"),
            mention.c.end_char.label("speaker_end"),
            _passage(article, mention.c.start_char, mention.c.end_char).label("speaker_text"),
            _passage(article, quote.c.cue_start, quote.c.cue_end).label("cue_text"),
            _passage(article, told.c.start_char, told.c.end_char).label("told_text"),
            told.c.start_char.label("told_start"),
            told.c.end_char.label("told_end"),
            outer.c.key.label("outer_key"),
            *_said_columns(),
            run.c.extractor,
            group.c.key.label("group"),
        )
        .join(article, article.c.id == quote.c.article_id)
        .join(run, run.c.id == quote.c.extraction_run_id)
        .outerjoin(
            mention, and_(mention.c.article_id == quote.c.article_id, mention.c.ordinal == quote.c.speaker_mention)
        )
        .outerjoin(told, and_(told.c.article_id == quote.c.article_id, told.c.ordinal == quote.c.addressee_mention))
        .outerjoin(outer, and_(outer.c.article_id == quote.c.article_id, outer.c.ordinal == quote.c.nested_in))
        .outerjoin(_T["time_expression"], _said_at(quote))
        .outerjoin(group, group.c.id == quote.c.quote_group_id)
        .where(quote.c.id.in_(ids))
    )
    found = _in_order(connection.execute(query), ids)
    refs = _Refs(
        connection,
        articles=[row.article_id for row in found],
        actors=[i for row in found for i in (row.speaker_id, row.addressee_id)],
    )
    return [
        QuoteRow(
            key=row.key,
            article=refs.articles[row.article_id],
            start_char=row.start_char,
            end_char=row.end_char,
            text=row.text,
            sentence=None,
            extractor=row.extractor,
            parts=msgspec.json.decode(row.parts),
            type=row.type,
            speaker=refs.actor(row.speaker_id),
            speaker_mention=_span(row.speaker_start, row.speaker_end, row.speaker_text),
            addressee=refs.actor(row.addressee_id),
            addressee_mention=_span(row.told_start, row.told_end, row.told_text),
            cue=_span(row.cue_start, row.cue_end, row.cue_text),
            said=_said(row),
            nested_in=row.outer_key,
            quote_group=row.group,
            confidence=row.confidence,
            corrected=bool(row.corrected),
        )
        for row in found
    ]


def _span(start: int | None, end: int | None, text: str | None) -> SpanRow | None:
    return None if start is None or end is None else SpanRow(start_char=start, end_char=end, text=text or "")


def _said_columns() -> tuple[ColumnElement[Any], ...]:
    """What ``_said`` reads, from the article and the time expression beside the reporting words."""
    time, article = _T["time_expression"], _T["article"]
    return (
        time.c.date_start.label("said_date"),
        time.c.precision.label("said_precision"),
        time.c.start_char.label("said_start"),
        time.c.end_char.label("said_end"),
        _passage(article, time.c.start_char, time.c.end_char).label("said_text"),
        article.c.published_date.label("article_date"),
        article.c.published_precision.label("article_precision"),
    )


def _said_at(fact: Table) -> ColumnElement[bool]:
    time = _T["time_expression"]
    return and_(time.c.article_id == fact.c.article_id, time.c.ordinal == fact.c.time, time.c.date_start.is_not(None))


def _said(row: ResultRow[Any]) -> SaidRow:
    """When it was said: the time expression of the saying, else the article's date."""
    if row.said_date is None:
        return SaidRow(date=row.article_date, precision=row.article_precision, expression=None)
    expression = _span(row.said_start, row.said_end, row.said_text)
    return SaidRow(date=row.said_date, precision=row.said_precision, expression=expression)


def _quote_detail(connection: Connection, quote_id: int) -> Row:
    quote = _T["quote"]
    group = select(quote.c.quote_group_id).where(quote.c.id == quote_id).scalar_subquery()
    others = select(quote.c.id).where(quote.c.quote_group_id == group, quote.c.id != quote_id)
    ordered = others.order_by(func.coalesce(quote.c.published_date, "9999"), quote.c.key)
    return {"variants": rows(connection, "quotes", connection.execute(ordered).scalars().all())}


def _claim_rows(connection: Connection, ids: Sequence[int]) -> list[ClaimRow]:
    claim, article, mention, quote = _T["claim"], _T["article"], _T["mention"], _T["quote"]
    run, group = _T["extraction_run"], _T["claim_group"]
    query = (
        select(
            claim,
            mention.c.start_char.label("holder_start"),
            mention.c.end_char.label("holder_end"),
            _passage(article, mention.c.start_char, mention.c.end_char).label("holder_text"),
            quote.c.key.label("quote_key"),
            *_said_columns(),
            run.c.extractor,
            group.c.key.label("group"),
        )
        .join(article, article.c.id == claim.c.article_id)
        .join(run, run.c.id == claim.c.extraction_run_id)
        .outerjoin(
            mention, and_(mention.c.article_id == claim.c.article_id, mention.c.ordinal == claim.c.holder_mention)
        )
        .outerjoin(quote, and_(quote.c.article_id == claim.c.article_id, quote.c.ordinal == claim.c.quote))
        .outerjoin(_T["time_expression"], _said_at(claim))
        .outerjoin(group, group.c.id == claim.c.claim_group_id)
        .where(claim.c.id.in_(ids))
    )
    found = _in_order(connection.execute(query), ids)
    refs = _Refs(connection, articles=[row.article_id for row in found], actors=[row.holder_id for row in found])
    about = _claim_actors(connection, ids)
    articles = sorted({row.article_id for row in found})
    events, figures = _events_by_ordinal(connection, articles), _figures_by_ordinal(connection, articles)
    return [
        ClaimRow(
            key=row.key,
            article=refs.articles[row.article_id],
            start_char=row.start_char,
            end_char=row.end_char,
            text=row.text,
            sentence=None,
            extractor=row.extractor,
            holder=refs.actor(row.holder_id),
            holder_mention=_span(row.holder_start, row.holder_end, row.holder_text),
            stance=row.stance,
            certainty=row.certainty,
            is_conditional=bool(row.is_conditional),
            about=about[row.id],
            events=sorted(
                {
                    events[row.article_id, i]
                    for i in msgspec.json.decode(row.about_events)
                    if (row.article_id, i) in events
                }
            ),
            figures=[figures[row.article_id, i] for i in msgspec.json.decode(row.figures)],
            quote=row.quote_key,
            said=_said(row),
            claim_group=row.group,
            confidence=row.confidence,
            corrected=bool(row.corrected),
        )
        for row in found
    ]


def _claim_actors(connection: Connection, ids: Sequence[int]) -> Mapping[int, list[ActorRef]]:
    about, actor = _T["claim_about"], _T["actor"]
    query = (
        select(about.c.claim_id, actor.c.key, actor.c.name)
        .join(actor, actor.c.id == about.c.actor_id)
        .where(about.c.claim_id.in_(ids))
        .order_by(about.c.claim_id, actor.c.key)
    )
    found: dict[int, list[ActorRef]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.claim_id].append(ActorRef(key=row.key, name=row.name))
    return found


def _events_by_ordinal(connection: Connection, articles: Sequence[int]) -> dict[tuple[int, int], str]:
    mention, event = _T["event_mention"], _T["event"]
    query = (
        select(mention.c.article_id, mention.c.ordinal, event.c.key)
        .join(event, event.c.id == mention.c.event_id)
        .where(mention.c.article_id.in_(articles))
    )
    return {(row.article_id, row.ordinal): row.key for row in connection.execute(query)}


def _figures_by_ordinal(connection: Connection, articles: Sequence[int]) -> dict[tuple[int, int], FigureRow]:
    figure, article = _T["figure"], _T["article"]
    query = (
        select(figure, _passage(article, figure.c.start_char, figure.c.end_char).label("text"))
        .join(article, article.c.id == figure.c.article_id)
        .where(figure.c.article_id.in_(articles))
        .order_by(figure.c.article_id, figure.c.ordinal)
    )
    return {(row.article_id, row.ordinal): _figure(row) for row in connection.execute(query)}


def _claim_detail(connection: Connection, claim_id: int) -> Row:
    relation = _T["claim_relation"]
    query = select(relation).where(or_(relation.c.first_id == claim_id, relation.c.second_id == claim_id))
    found = connection.execute(query).all()
    others = [row.second_id if row.first_id == claim_id else row.first_id for row in found]
    claims = [row for part in chunks(others, _IDS_AT_ONCE) for row in _claim_rows(connection, part)]
    related = [
        RelatedClaim(relation=row.relation, reason=row.reason, claim=claim)
        for row, claim in zip(found, claims, strict=True)
    ]
    return {"related": sorted(related, key=lambda item: (item["relation"], item["claim"]["key"]))}


# --- actors, places, sources, stories --------------------------------------------------------------------------------


def _actor_rows(connection: Connection, ids: Sequence[int]) -> list[ActorRow]:
    actor = _T["actor"]
    return [
        ActorRow(
            key=row.key,
            name=row.name,
            kind=row.kind,
            wikidata=row.wikidata,
            wikipedia=row.wikipedia,
            country=row.country,
            sector=row.sector,
            description=row.description,
            is_local=bool(row.is_local),
        )
        for row in _in_order(connection.execute(select(actor).where(actor.c.id.in_(ids))), ids)
    ]


def _actor_detail(connection: Connection, actor_id: int) -> Row:
    alias, role, mention = _T["actor_alias"], _T["actor_role"], _T["mention"]
    names = select(alias.c.name).where(alias.c.actor_id == actor_id).order_by(alias.c.name)
    roles = connection.execute(select(role).where(role.c.actor_id == actor_id).order_by(role.c.ordinal))
    return {
        "aliases": list(connection.execute(names).scalars()),
        "roles": [
            RoleRow(office=r.office, country=r.country, sector=r.sector, valid_from=r.valid_from, valid_to=r.valid_to)
            for r in roles
        ],
        "event_count": _number(
            connection, _T["event_participant"].c.event_id, _T["event_participant"].c.actor_id, actor_id
        ),
        "quote_count": _number(connection, _T["quote"].c.id, _T["quote"].c.speaker_id, actor_id),
        "claim_count": _number(connection, _T["claim"].c.id, _T["claim"].c.holder_id, actor_id),
        "article_count": _number(connection, mention.c.article_id, mention.c.actor_id, actor_id),
    }


def _number(connection: Connection, column: ColumnElement[Any], by: ColumnElement[Any], value: int) -> int:
    """How many different values ``column`` has where ``by`` is ``value``."""
    query = select(func.count(column.distinct())).where(by == value)
    return int(connection.execute(query).scalar_one())


def _place_rows(connection: Connection, ids: Sequence[int]) -> list[PlaceRow]:
    place = _T["place"]
    return [
        PlaceRow(**_place_ref(row), kind=row.kind, wikidata=row.wikidata, admin1=row.admin1, population=row.population)
        for row in _in_order(connection.execute(select(place).where(place.c.id.in_(ids))), ids)
    ]


def _place_detail(connection: Connection, place_id: int) -> Row:
    alias = _T["place_alias"]
    names = select(alias.c.name).where(alias.c.place_id == place_id).order_by(alias.c.name)
    return {
        "aliases": list(connection.execute(names).scalars()),
        "event_count": _number(connection, _T["event"].c.id, _T["event"].c.place_id, place_id),
    }


def _source_rows(connection: Connection, ids: Sequence[int]) -> list[SourceRow]:
    source, article = _T["source"], _T["article"]
    counts = {
        row.source_id: row
        for row in connection.execute(
            select(
                article.c.source_id,
                func.count().label("number"),
                func.min(article.c.published_date).label("first"),
                func.max(article.c.published_date).label("last"),
            )
            .where(article.c.source_id.in_(ids))
            .group_by(article.c.source_id)
        )
    }
    found = []
    for row in _in_order(connection.execute(select(source).where(source.c.id.in_(ids))), ids):
        counted = counts.get(row.id)
        found.append(
            SourceRow(
                key=row.key,
                name=row.name,
                country=row.country,
                article_count=counted.number if counted else 0,
                first_published=counted.first if counted else None,
                last_published=counted.last if counted else None,
            )
        )
    return found


def _story_rows(connection: Connection, ids: Sequence[int]) -> list[StoryRow]:
    story = _T["story"]
    return [
        StoryRow(
            key=row.key,
            title=row.title,
            date_start=row.date_start,
            date_end=row.date_end,
            article_count=row.article_count,
            source_count=row.source_count,
        )
        for row in _in_order(connection.execute(select(story).where(story.c.id.in_(ids))), ids)
    ]


def _story_detail(connection: Connection, story_id: int) -> Row:
    member, mention, event = _T["story_member"], _T["event_mention"], _T["event"]
    inside = select(member.c.article_id).where(member.c.story_id == story_id)
    articles = list(connection.execute(inside.order_by(member.c.ordinal)).scalars())
    refs = article_refs(connection, articles)
    told = select(mention.c.event_id).where(mention.c.article_id.in_(inside), mention.c.event_id.is_not(None))
    events = connection.execute(
        select(event.c.id)
        .where(event.c.id.in_(told))
        .order_by(func.coalesce(event.c.date_start, "").desc(), event.c.key.desc())
    )
    return {
        "articles": [refs[i] for i in articles],
        "events": rows(connection, "events", events.scalars().all()),
    }


# --- annotations -----------------------------------------------------------------------------------------------------


def annotated(connection: Connection, article_key: str) -> Annotations:
    """Everything that was found in one article, in text order. Raises ``NotFoundError``."""
    table = _T["article"]
    article = connection.execute(select(table).where(table.c.key == article_key)).one_or_none()
    if article is None:
        raise NotFoundError(f"there is no article '{article_key}'")
    sentence, figure, time = _T["sentence"], _T["figure"], _T["time_expression"]

    def layer(name: str) -> Sequence[ResultRow[Any]]:
        columns = _T[name].c
        query = select(_T[name]).where(columns.article_id == article.id)
        return connection.execute(query.order_by(columns.start_char, columns.end_char, columns.ordinal)).all()

    def ids(name: str) -> list[int]:
        return [row.id for row in layer(name)]

    return Annotations(
        article=article.key,
        extractor=article.extractor,
        analysed=bool(article.analysed),
        not_analysed=article.not_analysed,
        sentences=[[row.start_char, row.end_char] for row in layer(sentence.name)],
        mentions=_mention_rows(connection, layer("mention"), article.text),
        times=[
            TimeRow(
                start_char=row.start_char,
                end_char=row.end_char,
                text=article.text[row.start_char : row.end_char],
                type=row.type,
                value=row.value,
                date_start=row.date_start,
                date_end=row.date_end,
            )
            for row in layer(time.name)
        ],
        figures=[
            FigureRow(
                kind=row.kind,
                low=row.low,
                high=row.high,
                qualifier=row.qualifier,
                unit=row.unit,
                start_char=row.start_char,
                end_char=row.end_char,
                text=article.text[row.start_char : row.end_char],
            )
            for row in layer(figure.name)
        ],
        quotes=[row for part in chunks(ids("quote"), _IDS_AT_ONCE) for row in _quote_rows(connection, part)],
        claims=[row for part in chunks(ids("claim"), _IDS_AT_ONCE) for row in _claim_rows(connection, part)],
        events=report_rows(connection, ids("event_mention")),
    )


def _mention_rows(connection: Connection, found: Sequence[ResultRow[Any]], text: str) -> list[MentionRow]:
    refs = _Refs(connection, actors=[row.actor_id for row in found], places=[row.place_id for row in found])
    return [
        MentionRow(
            start_char=row.start_char,
            end_char=row.end_char,
            text=text[row.start_char : row.end_char],
            key=row.key,
            form=row.form,
            label=row.label,
            chain=row.chain,
            actor=refs.actor(row.actor_id),
            place=refs.place(row.place_id),
            link_score=row.link_score,
        )
        for row in found
    ]


def _mention_details(connection: Connection, ids: Sequence[int]) -> list[MentionDetail]:
    mention, article, run, sentence = _T["mention"], _T["article"], _T["extraction_run"], _T["sentence"]
    query = (
        select(
            mention,
            _passage(article, mention.c.start_char, mention.c.end_char).label("text"),
            _passage(article, sentence.c.start_char, sentence.c.end_char).label("sentence"),
            run.c.extractor,
        )
        .join(article, article.c.id == mention.c.article_id)
        .join(run, run.c.id == mention.c.extraction_run_id)
        .outerjoin(
            sentence,
            and_(
                sentence.c.article_id == mention.c.article_id,
                sentence.c.start_char <= mention.c.start_char,
                sentence.c.end_char > mention.c.start_char,
            ),
        )
        .where(mention.c.id.in_(ids))
    )
    found = _in_order(connection.execute(query), ids)
    refs = _Refs(
        connection,
        articles=[row.article_id for row in found],
        actors=[row.actor_id for row in found],
        places=[row.place_id for row in found],
    )
    return [
        MentionDetail(
            key=row.key,
            article=refs.articles[row.article_id],
            start_char=row.start_char,
            end_char=row.end_char,
            text=row.text,
            sentence=row.sentence,
            extractor=row.extractor,
            form=row.form,
            label=row.label,
            chain=row.chain,
            actor=refs.actor(row.actor_id),
            place=refs.place(row.place_id),
            link_score=row.link_score,
        )
        for row in found
    ]


_ROWS: Mapping[str, Callable[[Connection, Sequence[int]], Sequence[Mapping[str, Any]]]] = {
    "articles": _article_rows,
    "events": _event_rows,
    "quotes": _quote_rows,
    "claims": _claim_rows,
    "actors": _actor_rows,
    "places": _place_rows,
    "sources": _source_rows,
    "stories": _story_rows,
    "mentions": _mention_details,
}
_DETAILS: Mapping[str, Callable[[Connection, int], Row]] = {
    "articles": _article_detail,
    "events": _event_detail,
    "quotes": _quote_detail,
    "claims": _claim_detail,
    "actors": _actor_detail,
    "places": _place_detail,
    "stories": _story_detail,
}
