"""The facts of articles become rows of the article layer, and rows become the same facts again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, delete, select
from sqlalchemy import Row as ResultRow

from newskb import text
from newskb.errors import NotFoundError
from newskb.model import (
    Article,
    ArticleFacts,
    Candidate,
    Certainty,
    Claim,
    DatePrecision,
    EventMention,
    Figure,
    Link,
    Mention,
    MentionForm,
    Quote,
    QuoteType,
    Realis,
    Span,
    Stance,
    TimeExpression,
)
from newskb.store import schema
from newskb.store.actors import LinkedIds, upsert_linked
from newskb.store.bulk import Row, chunks, insert_new_rows, insert_rows, next_id
from newskb.store.search import index_rows, unindex_rows

_T: Mapping[str, Table] = schema.Base.metadata.tables
_KEYED = ("mention", "quote", "claim", "event_mention")
_LAYER = (
    "sentence",
    "link",
    "mention",
    "time_expression",
    "quote",
    "figure",
    "event_mention",
    "event_mention_participant",
    "event_mention_figure",
    "claim",
    "claim_about",
    "quote_about",
)
"""Tables of the article layer in the order in which they are written."""
PREFIXES = {"mention": "men", "quote": "quo", "claim": "clm", "event_mention": "evm"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """An article that has its row, with the facts that are to be stored for it."""

    id: int
    article: Article
    facts: ArticleFacts
    published_date: str | None


@dataclass(slots=True)
class _Rows:
    """The rows of one batch, by table, with the next free ids."""

    next_ids: dict[str, int]
    linked: LinkedIds
    run_id: int
    by_table: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def take_id(self, table: str) -> int:
        taken = self.next_ids[table]
        self.next_ids[table] = taken + 1
        return taken


def write_facts(connection: Connection, items: Sequence[StoredArticle], *, run_id: int) -> None:
    """Store the article layer of ``items``, none of which may have facts yet, and mark their days for merging."""
    if not items:
        return
    linked = upsert_linked(connection, ((item.article, item.facts) for item in items))
    first = {name: next_id(connection, _T[name]) for name in _KEYED}
    rows = _Rows(dict(first), linked, run_id)
    for item in items:
        _article_rows(rows, item)
    for name in _LAYER:
        insert_rows(connection, _T[name], rows.by_table[name])
    for name in ("quote", "claim"):
        index_rows(connection, name, first[name])
    mark_days(connection, (day for item in items for day in _days(item)))


def delete_facts(connection: Connection, article_ids: Iterable[int]) -> None:
    """Remove the article layer of these articles and mark their days for merging."""
    mention, event_mention = _T["mention"], _T["event_mention"]
    for part in chunks(sorted(article_ids), 1_000):
        days = connection.execute(select(event_mention.c.date_start).where(event_mention.c.article_id.in_(part)))
        article = _T["article"]
        printed = connection.execute(select(article.c.published_date).where(article.c.id.in_(part)))
        mark_days(connection, [row[0] or "" for row in (*days, *printed)])
        for article_id in part:
            for name in ("quote", "claim"):
                unindex_rows(connection, name, "article_id", article_id)
        for name in ("claim", "event_mention", "quote", "figure", "time_expression", "link", "sentence"):
            connection.execute(delete(_T[name]).where(_T[name].c.article_id.in_(part)))
        connection.execute(delete(mention).where(mention.c.article_id.in_(part)))


def mark_days(connection: Connection, days: Iterable[str]) -> None:
    """Note that facts of these days (``""`` = undated) changed since the last merge."""
    insert_new_rows(connection, _T["merge_mark"], [(day,) for day in sorted(set(days))])


def _days(item: StoredArticle) -> set[str]:
    return {item.published_date or "", *(event.date_start or "" for event in item.facts.events)}


# --- facts to rows ---------------------------------------------------------------------------------------------------


def fact_keys(prefix: str, article: str, spans: Iterable[Span]) -> list[str]:
    """Public keys for facts with these spans: the same span in the same article gives the same key in every run."""
    seen: Counter[tuple[int, int]] = Counter()
    keys = []
    for span in spans:
        place = (span.start, span.end)
        keys.append(text.key(prefix, article, str(span.start), str(span.end), str(seen[place])))
        seen[place] += 1
    return keys


def _article_rows(rows: _Rows, item: StoredArticle) -> None:
    facts, article_id, run = item.facts, item.id, rows.run_id
    out = rows.by_table
    out["sentence"] += [(article_id, i, s.start, s.end, run) for i, s in enumerate(facts.sentences)]
    out["time_expression"] += [
        (article_id, i, t.span.start, t.span.end, t.type, t.value, t.start, t.end, t.precision, t.is_relative, run)
        for i, t in enumerate(facts.times)
    ]
    out["figure"] += [
        (article_id, i, f.span.start, f.span.end, f.kind, f.low, f.high, f.qualifier, f.unit, run)
        for i, f in enumerate(facts.figures)
    ]
    out["link"] += [_link_row(rows, article_id, i, link) for i, link in enumerate(facts.links)]
    refers = _Reference(facts, rows.linked)
    _mention_rows(rows, item, refers)
    _quote_rows(rows, item, refers)
    _event_rows(rows, item, refers)
    _claim_rows(rows, item, refers)


class _Reference:
    """What each mention of an article refers to."""

    def __init__(self, facts: ArticleFacts, linked: LinkedIds) -> None:
        self._links = facts.links
        self._linked = linked
        self._of = {mention: i for i, link in enumerate(facts.links) for mention in link.mentions}

    def link(self, mention: int | None) -> int | None:
        return None if mention is None else self._of.get(mention)

    def actor(self, mention: int | None) -> int | None:
        link = self._link(mention)
        if link is None or link.kind != "actor" or link.key is None:
            return None
        return self._linked.actors[link.key]

    def place(self, mention: int | None, *, or_seat: bool = False) -> int | None:
        """The place; with ``or_seat`` also the place by which an actor was named."""
        link = self._link(mention)
        if link is None:
            return None
        key = link.key if link.kind == "place" else link.place_key if or_seat else None
        return None if key is None else self._linked.places[key]

    def score(self, mention: int) -> float | None:
        link = self._link(mention)
        return None if link is None else link.score

    def _link(self, mention: int | None) -> Link | None:
        index = self.link(mention)
        return None if index is None else self._links[index]


def _link_row(rows: _Rows, article_id: int, ordinal: int, link: Link) -> Row:
    place = link.key if link.kind == "place" else link.place_key
    return (
        article_id,
        ordinal,
        link.kind,
        link.key,
        rows.linked.actors[link.key] if link.kind == "actor" and link.key is not None else None,
        None if place is None else rows.linked.places[place],
        link.nil,
        link.name,
        link.wikidata,
        link.wikipedia,
        link.actor_kind,
        link.country,
        link.sector,
        link.role,
        link.score,
        _json(link.candidates),
        rows.run_id,
    )


def _mention_rows(rows: _Rows, item: StoredArticle, refers: _Reference) -> None:
    mentions = item.facts.mentions
    keys = fact_keys("men", item.article.key, (m.span for m in mentions))
    for i, (key, mention) in enumerate(zip(keys, mentions, strict=True)):
        row: Row = (
            rows.take_id("mention"),
            key,
            item.id,
            i,
            mention.span.start,
            mention.span.end,
            mention.head.start,
            mention.head.end,
            *_ends(mention.title),
            mention.form,
            mention.label,
            mention.chain,
            _json(mention.members),
            refers.link(i),
            refers.actor(i),
            refers.place(i),
            refers.score(i),
            rows.run_id,
        )
        rows.by_table["mention"].append(row)


def _quote_rows(rows: _Rows, item: StoredArticle, refers: _Reference) -> None:
    quotes = item.facts.quotes
    keys = fact_keys("quo", item.article.key, (q.content for q in quotes))
    for i, (key, quote) in enumerate(zip(keys, quotes, strict=True)):
        quote_id = rows.take_id("quote")
        row: Row = (
            quote_id,
            key,
            item.id,
            i,
            quote.content.start,
            quote.content.end,
            _json([[p.start, p.end] for p in quote.parts]),
            quote.content.of(item.article.text),
            quote.type,
            quote.speaker,
            refers.actor(quote.speaker),
            quote.addressee,
            refers.actor(quote.addressee),
            *_ends(quote.cue),
            quote.time,
            quote.nested_in,
            quote.confidence,
            item.published_date,
            None,
            False,
            rows.run_id,
        )
        rows.by_table["quote"].append(row)
        inside = (m for m, mention in enumerate(item.facts.mentions) if _holds(quote.parts, mention.span))
        rows.by_table["quote_about"] += [(quote_id, actor) for actor in _actors(refers, inside)]


def _event_rows(rows: _Rows, item: StoredArticle, refers: _Reference) -> None:
    events = item.facts.events
    keys = fact_keys("evm", item.article.key, (e.trigger for e in events))
    for i, (key, event) in enumerate(zip(keys, events, strict=True)):
        event_id = rows.take_id("event_mention")
        sentence = next((s for s in item.facts.sentences if s.start <= event.trigger.start < s.end), event.trigger)
        row: Row = (
            event_id,
            key,
            item.id,
            i,
            event.trigger.start,
            event.trigger.end,
            sentence.start,
            sentence.end,
            event.lemma,
            event.type,
            event.extension,
            event.mode,
            _json(event.contexts),
            event.cameo,
            event.chain,
            event.place,
            refers.place(event.place, or_seat=True),
            event.time,
            event.date_start,
            event.date_end,
            event.date_precision,
            event.realis,
            event.reported_by,
            refers.actor(event.reported_by),
            event.confidence,
            None,
            False,
            rows.run_id,
        )
        rows.by_table["event_mention"].append(row)
        for role, mentions in (("actor", event.actors), ("recipient", event.recipients)):
            rows.by_table["event_mention_participant"] += [
                (event_id, role, n, mention, refers.actor(mention)) for n, mention in enumerate(mentions)
            ]
        rows.by_table["event_mention_figure"] += [(event_id, n, figure) for n, figure in enumerate(event.figures)]


def _claim_rows(rows: _Rows, item: StoredArticle, refers: _Reference) -> None:
    claims = item.facts.claims
    keys = fact_keys("clm", item.article.key, (c.proposition for c in claims))
    for i, (key, claim) in enumerate(zip(keys, claims, strict=True)):
        claim_id = rows.take_id("claim")
        row: Row = (
            claim_id,
            key,
            item.id,
            i,
            claim.proposition.start,
            claim.proposition.end,
            claim.proposition.of(item.article.text),
            claim.holder,
            refers.actor(claim.holder),
            claim.quote,
            claim.stance,
            claim.certainty,
            claim.is_conditional,
            _json(claim.about_mentions),
            _json(claim.about_events),
            _json(claim.figures),
            claim.time,
            claim.confidence,
            item.published_date,
            None,
            False,
            rows.run_id,
        )
        rows.by_table["claim"].append(row)
        rows.by_table["claim_about"] += [(claim_id, actor) for actor in _actors(refers, claim.about_mentions)]


def _actors(refers: _Reference, mentions: Iterable[int]) -> list[int]:
    found = {refers.actor(mention) for mention in mentions}
    return sorted(actor for actor in found if actor is not None)


def _holds(parts: Iterable[Span], span: Span) -> bool:
    return any(part.start <= span.start and span.end <= part.end for part in parts)


def _ends(span: Span | None) -> tuple[int | None, int | None]:
    return (None, None) if span is None else (span.start, span.end)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


# --- rows to facts ---------------------------------------------------------------------------------------------------


def read_facts(connection: Connection, article_key: str) -> ArticleFacts:
    """The stored facts of one article, with corrections applied. Raises ``NotFoundError``.

    They equal what was written, but for: corrections; the mentions of a link, which come in text order; and
    participants that an analyst named without a mention, which have no place in ``ArticleFacts``.
    """
    article = connection.execute(select(_T["article"]).where(_T["article"].c.key == article_key)).one_or_none()
    if article is None:
        raise NotFoundError(f"there is no article {article_key}")
    mentions = _rows_of(connection, "mention", article.id)
    return ArticleFacts(
        article=article_key,
        extractor=article.extractor,
        analysed=bool(article.analysed),
        not_analysed=article.not_analysed,
        sentences=tuple(Span(start=r.start_char, end=r.end_char) for r in _rows_of(connection, "sentence", article.id)),
        mentions=tuple(_mention(row) for row in mentions),
        times=tuple(_time(row) for row in _rows_of(connection, "time_expression", article.id)),
        quotes=tuple(_quote(row) for row in _rows_of(connection, "quote", article.id)),
        figures=tuple(_figure(row) for row in _rows_of(connection, "figure", article.id)),
        events=_events(connection, article.id),
        claims=tuple(_claim(row) for row in _rows_of(connection, "claim", article.id)),
        links=_links(connection, article.id, mentions),
        terms=tuple((term, count) for term, count in msgspec.json.decode(article.terms)),
    )


def _rows_of(connection: Connection, table: str, article_id: int) -> Sequence[ResultRow[Any]]:
    columns = _T[table].c
    return connection.execute(select(_T[table]).where(columns.article_id == article_id).order_by(columns.ordinal)).all()


def _span(start: int | None, end: int | None) -> Span | None:
    return None if start is None or end is None else Span(start=start, end=end)


def _ordinals(value: str) -> tuple[int, ...]:
    return msgspec.json.decode(value, type=tuple[int, ...])


def _precision(value: str | None) -> DatePrecision | None:
    return None if value is None else DatePrecision(value)


def _mention(row: ResultRow[Any]) -> Mention:
    return Mention(
        span=Span(start=row.start_char, end=row.end_char),
        head=Span(start=row.head_start, end=row.head_end),
        form=MentionForm(row.form),
        label=row.label,
        chain=row.chain,
        members=_ordinals(row.members),
        title=_span(row.title_start, row.title_end),
    )


def _time(row: ResultRow[Any]) -> TimeExpression:
    return TimeExpression(
        span=Span(start=row.start_char, end=row.end_char),
        type=row.type,
        value=row.value,
        start=row.date_start,
        end=row.date_end,
        precision=_precision(row.precision),
        is_relative=bool(row.is_relative),
    )


def _quote(row: ResultRow[Any]) -> Quote:
    return Quote(
        content=Span(start=row.start_char, end=row.end_char),
        parts=tuple(Span(start=start, end=end) for start, end in msgspec.json.decode(row.parts)),
        type=QuoteType(row.type),
        speaker=row.speaker_mention,
        cue=_span(row.cue_start, row.cue_end),
        addressee=row.addressee_mention,
        time=row.time,
        nested_in=row.nested_in,
        confidence=row.confidence,
    )


def _figure(row: ResultRow[Any]) -> Figure:
    return Figure(
        span=Span(start=row.start_char, end=row.end_char),
        kind=row.kind,
        low=row.low,
        high=row.high,
        qualifier=row.qualifier,
        unit=row.unit,
    )


def _claim(row: ResultRow[Any]) -> Claim:
    return Claim(
        proposition=Span(start=row.start_char, end=row.end_char),
        holder=row.holder_mention,
        quote=row.quote,
        stance=Stance(row.stance),
        certainty=Certainty(row.certainty),
        is_conditional=bool(row.is_conditional),
        about_mentions=_ordinals(row.about_mentions),
        about_events=_ordinals(row.about_events),
        figures=_ordinals(row.figures),
        time=row.time,
        confidence=row.confidence,
    )


def _events(connection: Connection, article_id: int) -> tuple[EventMention, ...]:
    event, part, figure = _T["event_mention"], _T["event_mention_participant"], _T["event_mention_figure"]
    roles: dict[tuple[int, str], list[int]] = defaultdict(list)
    query = select(part).join(event).where(event.c.article_id == article_id, part.c.mention.is_not(None))
    for row in connection.execute(query.order_by(part.c.ordinal)):
        roles[row.event_mention_id, row.role].append(row.mention)
    figures: dict[int, list[int]] = defaultdict(list)
    for row in connection.execute(
        select(figure).join(event).where(event.c.article_id == article_id).order_by(figure.c.ordinal)
    ):
        figures[row.event_mention_id].append(row.figure)
    return tuple(
        EventMention(
            trigger=Span(start=row.start_char, end=row.end_char),
            lemma=row.lemma,
            type=row.type,
            extension=row.extension,
            mode=row.mode,
            contexts=msgspec.json.decode(row.contexts, type=tuple[str, ...]),
            cameo=row.cameo,
            chain=row.chain,
            actors=tuple(roles[row.id, "actor"]),
            recipients=tuple(roles[row.id, "recipient"]),
            place=row.place_mention,
            time=row.time,
            date_start=row.date_start,
            date_end=row.date_end,
            date_precision=_precision(row.date_precision),
            realis=Realis(row.realis),
            reported_by=row.reported_by_mention,
            figures=tuple(figures[row.id]),
            confidence=row.confidence,
        )
        for row in _rows_of(connection, "event_mention", article_id)
    )


def _links(connection: Connection, article_id: int, mentions: Sequence[ResultRow[Any]]) -> tuple[Link, ...]:
    link, actor, place = _T["link"], _T["actor"], _T["place"]
    members: dict[int, list[int]] = defaultdict(list)
    for row in mentions:
        if row.link is not None:
            members[row.link].append(row.ordinal)
    query = (
        select(link, actor.c.key.label("actor_key"), place.c.key.label("place_key"))
        .outerjoin(actor, actor.c.id == link.c.actor_id)
        .outerjoin(place, place.c.id == link.c.place_id)
        .where(link.c.article_id == article_id)
        .order_by(link.c.ordinal)
    )
    return tuple(
        Link(
            mentions=tuple(members[row.ordinal]),
            kind=row.kind,
            key=row.actor_key if row.kind == "actor" else row.place_key,
            name=row.name,
            nil=bool(row.is_nil),
            wikidata=row.wikidata,
            wikipedia=row.wikipedia,
            actor_kind=row.actor_kind,
            country=row.country,
            sector=row.sector,
            role=row.role,
            score=row.link_score,
            candidates=msgspec.json.decode(row.candidates, type=tuple[Candidate, ...]),
            place_key=row.place_key if row.kind == "actor" else None,
        )
        for row in connection.execute(query)
    )
