"""Batches of articles and facts go in, in one transaction each, and never twice."""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, delete, select, update
from sqlalchemy import Row as ResultRow

from newskb import text
from newskb.errors import NotFoundError
from newskb.model import Article, ArticleFacts, Batch, DatePrecision, Notice, Origin, PublishedAt, Span
from newskb.store import changes, corrections, curation, imports, schema
from newskb.store.bulk import KEYS_AT_ONCE, Row, chunks, ids_of, insert_new_rows, insert_rows, next_id
from newskb.store.database import now
from newskb.store.facts import StoredArticle, delete_facts, write_facts
from newskb.store.imports import LedgerMark
from newskb.store.search import index_rows, reindex_row, unindex_rows

_ARTICLE: Table = schema.Base.metadata.tables["article"]
_COPY: Table = schema.Base.metadata.tables["article_copy"]
_SOURCE: Table = schema.Base.metadata.tables["source"]
_QUOTE: Table = schema.Base.metadata.tables["quote"]
_CLAIM: Table = schema.Base.metadata.tables["claim"]

_Rank = tuple[bool, str, bool, str, str, str, str, str, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCounts:
    """What a batch did to the database."""

    added: int
    """Articles that are new."""
    copies: int
    """Articles met before, from another place."""
    repeated: int
    """Articles met before at the very same place, with facts of the same extractor: nothing to do."""
    replaced: int
    """Articles whose facts were replaced."""
    skipped: int
    """Inputs that did not become an article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """What the database knows of an article that comes again."""

    id: int
    rank: _Rank
    extractor: str
    row: ResultRow[Any]


def write_batch(
    connection: Connection, batch: Batch, *, import_id: int, run_id: int, ledger: LedgerMark | None = None
) -> BatchCounts:
    """Store a batch with its issues and the mark in the ledger, all in the caller's transaction.

    Articles are known by key. Of several occurrences of one (same outlet, same text) the least by date, title,
    address and origin is the article, whatever the order they come in; the others are kept as copies.
    """
    found: dict[str, list[tuple[Article, ArticleFacts]]] = defaultdict(list)
    for article, facts in zip(batch.articles, batch.facts, strict=True):
        found[article.key].append((article, facts))
    stored = _stored(connection, found)
    sources = _upsert_sources(connection, (article.source for article in batch.articles))
    plan = _Plan(import_id=import_id, run_id=run_id, sources=sources)
    for key in sorted(found):
        plan.add(sorted(found[key], key=lambda pair: rank(pair[0])), stored.get(key))
    plan.write(connection)
    imports.write_issues(connection, batch.skipped, batch.articles, import_id=import_id)
    if ledger is not None:
        imports.write_mark(connection, ledger, import_id=import_id)
    return BatchCounts(
        added=len(plan.new),
        copies=plan.new_copies,
        repeated=plan.repeated,
        replaced=len(plan.replaced),
        skipped=len(batch.skipped),
    )


def replace_facts(connection: Connection, items: Sequence[tuple[Article, ArticleFacts]], *, run_id: int) -> None:
    """Put the facts of a newer extractor in the place of the stored ones (``newskb reprocess``)."""
    ids = ids_of(connection, _ARTICLE, (article.key for article, _facts in items))
    replaced = [(ids[article.key], article, facts) for article, facts in items if article.key in ids]
    _replace_facts(connection, replaced, run_id=run_id)


def rank(article: Article) -> _Rank:
    """The order that says which occurrence of an article is the article: dated first, then the earliest."""
    path, member, record, _offset = _origin(article.origin)
    return _rank(
        article.published.value if article.published else None,
        article.title,
        (article.url, article.external_id, article.byline, member),
        (path, record),
    )


def _rank(published: str | None, title: str | None, extra: Sequence[str | None], origin: tuple[str, int]) -> _Rank:
    url, external_id, byline, member = (value or "" for value in extra)
    dated = (published is None, published or "", title is None, title or "")
    return (*dated, url, external_id, byline, origin[0], member, origin[1])


class _Plan:
    """What is to be done with the articles of one batch."""

    def __init__(self, *, import_id: int, run_id: int, sources: Mapping[str, int]) -> None:
        self.import_id = import_id
        self.run_id = run_id
        self.sources = sources
        self.new: list[tuple[Article, ArticleFacts]] = []
        self.replaced: list[tuple[int, Article, ArticleFacts]] = []
        self.swapped: list[tuple[_Stored, Article]] = []
        self.copies: list[Article] = []
        self.repeated = 0
        self.new_copies = 0

    def add(self, occurrences: list[tuple[Article, ArticleFacts]], stored: _Stored | None) -> None:
        """Decide on one article: ``occurrences`` in order of rank, and what is stored of it."""
        best, facts = occurrences[0]
        others = [article for article, _facts in occurrences[1:]]
        if stored is None:
            self.new.append((best, facts))
        elif rank(best) < stored.rank:
            self.swapped.append((stored, best))
            self.replaced.append((stored.id, best, facts))
        else:
            again = [pair for pair in occurrences if rank(pair[0]) == stored.rank]
            others = [article for article, _facts in occurrences if rank(article) != stored.rank]
            if again and again[0][1].extractor != stored.extractor:
                self.replaced.append((stored.id, *again[0]))
            else:
                self.repeated += bool(again)
        self.copies += others

    def write(self, connection: Connection) -> None:
        """Carry the plan out."""
        first = next_id(connection, _ARTICLE)
        written = now()
        new = [
            StoredArticle(id=first + i, article=article, facts=facts, published_date=published_date(article.published))
            for i, (article, facts) in enumerate(self.new)
        ]
        insert_rows(connection, _ARTICLE, [(s.id, *self._values(s.article, s.facts), written) for s in new])
        index_rows(connection, "article", first)
        for stored, article in self.swapped:
            self._swap(connection, stored, article)
        _replace_facts(connection, self.replaced, run_id=self.run_id)
        write_facts(connection, new, run_id=self.run_id)
        changes.touched(connection, "articles", (s.article.key for s in new))
        for resource, keys in _facts_of(connection, [s.id for s in new]).items():
            changes.touched(connection, resource, keys)
        self._write_copies(connection, {s.article.key: s.id for s in new})
        curation.resolve_new(connection, [s.id for s in new])
        corrections.replay(connection, [s.article.key for s in new])

    def _values(self, article: Article, facts: ArticleFacts) -> Row:
        return (
            article.key,
            article.text_hash,
            copy_group(article.text_hash),
            None if article.source is None else self.sources[article.source],
            article.external_id,
            article.url,
            article.title,
            article.byline,
            article.language,
            *_published(article.published),
            article.text,
            *((article.header.start, article.header.end) if article.header else (None, None)),
            msgspec.json.encode([[s.start, s.end] for s in article.boilerplate]).decode(),
            struct.pack(f"<{len(article.signature)}I", *article.signature),
            msgspec.json.encode([[n.reason, n.detail] for n in article.notices]).decode(),
            msgspec.json.encode(facts.terms).decode(),
            facts.extractor,
            facts.analysed,
            facts.not_analysed,
            *_origin(article.origin),
            self.import_id,
            self.run_id,
        )

    def _swap(self, connection: Connection, stored: _Stored, article: Article) -> None:
        """Make ``article`` the occurrence that stands in the table and what stood there a copy."""
        row = stored.row
        self.new_copies += insert_new_rows(
            connection,
            _COPY,
            [
                (
                    _copy_key(article.key, row.origin_path, row.origin_member, row.origin_record),
                    *(stored.id, row.external_id, row.url, row.title, row.published_at),
                    *(row.origin_path, row.origin_member, row.origin_record, row.import_id),
                )
            ],
        )
        path, member, record, byte_offset = _origin(article.origin)
        connection.execute(delete(_COPY).where(_COPY.c.key == _copy_key(article.key, path, member, record)))
        unindex_rows(connection, "article", "id", stored.id)
        connection.execute(
            update(_ARTICLE)
            .where(_ARTICLE.c.id == stored.id)
            .values(
                external_id=article.external_id,
                url=article.url,
                title=article.title,
                byline=article.byline,
                language=article.language,
                **dict(zip(_PUBLISHED, _published(article.published), strict=True)),
                header_start=article.header.start if article.header else None,
                header_end=article.header.end if article.header else None,
                boilerplate=msgspec.json.encode([[s.start, s.end] for s in article.boilerplate]).decode(),
                notices=msgspec.json.encode([[n.reason, n.detail] for n in article.notices]).decode(),
                origin_path=path,
                origin_member=member,
                origin_record=record,
                origin_byte_offset=byte_offset,
                import_id=self.import_id,
            )
        )
        reindex_row(connection, "article", stored.id)

    def _write_copies(self, connection: Connection, ids: dict[str, int]) -> None:
        if not self.copies:
            return
        ids = ids | ids_of(connection, _ARTICLE, {article.key for article in self.copies} - ids.keys())
        rows: list[Row] = []
        for article in self.copies:
            path, member, record, _offset = _origin(article.origin)
            published = article.published.value if article.published else None
            rows.append(
                (
                    _copy_key(article.key, path, member, record),
                    *(ids[article.key], article.external_id, article.url, article.title, published),
                    *(path, member, record, self.import_id),
                )
            )
        self.new_copies += insert_new_rows(connection, _COPY, rows)


def _replace_facts(connection: Connection, items: Sequence[tuple[int, Article, ArticleFacts]], *, run_id: int) -> None:
    ids = [article_id for article_id, _article, _facts in items]
    before = _facts_of(connection, ids)
    delete_facts(connection, ids)
    for article_id, _article, facts in items:
        connection.execute(
            update(_ARTICLE)
            .where(_ARTICLE.c.id == article_id)
            .values(
                extractor=facts.extractor,
                analysed=facts.analysed,
                not_analysed=facts.not_analysed,
                terms=msgspec.json.encode(facts.terms).decode(),
                extraction_run_id=run_id,
            )
        )
    stored = [
        StoredArticle(id=article_id, article=article, facts=facts, published_date=published_date(article.published))
        for article_id, article, facts in items
    ]
    write_facts(connection, stored, run_id=run_id)
    changes.touched(connection, "articles", (article.key for _id, article, _facts in items))
    for resource, keys in _facts_of(connection, ids).items():
        changes.touched(connection, resource, keys)
        changes.removed(connection, resource, before[resource] - keys)
    curation.resolve_new(connection, [item.id for item in stored])
    corrections.replay(connection, [article.key for _id, article, _facts in items])


def _facts_of(connection: Connection, ids: Sequence[int]) -> dict[str, set[str]]:
    """The keys of the quotes and claims of these articles."""
    found: dict[str, set[str]] = {}
    for resource, table in (("quotes", _QUOTE), ("claims", _CLAIM)):
        parts = (select(table.c.key).where(table.c.article_id.in_(part)) for part in chunks(ids, KEYS_AT_ONCE))
        found[resource] = {key for part in parts for key in connection.execute(part).scalars()}
    return found


_PUBLISHED = ("published_at", "published_date", "published_precision", "published_evidence", "published_raw")


def _published(published: PublishedAt | None) -> tuple[str | None, ...]:
    """Values of the columns ``_PUBLISHED``."""
    if published is None:
        return (None,) * len(_PUBLISHED)
    return (
        published.value,
        published_date(published),
        published.precision,
        published.evidence,
        published.raw,
    )


def published_date(published: PublishedAt | None) -> str | None:
    """The first day a publication time can mean (``2019-05`` -> ``2019-05-01``)."""
    if published is None:
        return None
    day = published.day
    return day + "-01" * ((10 - len(day)) // 3)


def copy_group(text_hash: str) -> str:
    """The group of articles with this text."""
    return text.key("cpg", text_hash)


def _copy_key(article: str, path: str, member: str | None, record: int) -> str:
    return text.key("cpy", article, path, member or "", str(record))


def _origin(origin: Origin) -> tuple[str, str | None, int, int | None]:
    member = None if origin.member is None else imports.safe(origin.member)
    return (imports.safe(origin.path), member, origin.record, origin.byte_offset)


def _upsert_sources(connection: Connection, names: Iterable[str | None]) -> dict[str, int]:
    """Name as given to id; spellings that differ in case and accents alone are one outlet."""
    spelled: dict[str, set[str]] = defaultdict(set)
    for name in names:
        if name is not None:
            spelled[text.key("src", text.fold(name))].add(name)
    shown = {
        row.key: row.name
        for part in chunks(sorted(spelled), KEYS_AT_ONCE)
        for row in connection.execute(select(_SOURCE.c.key, _SOURCE.c.name).where(_SOURCE.c.key.in_(part)))
    }
    ids = ids_of(connection, _SOURCE, shown)
    for key, name in shown.items():
        if min(spelled[key]) < name:
            connection.execute(update(_SOURCE).where(_SOURCE.c.key == key).values(name=min(spelled[key])))
    fresh = next_id(connection, _SOURCE)
    new: list[Row] = []
    for key in sorted(spelled.keys() - ids.keys()):
        ids[key] = fresh + len(new)
        new.append((ids[key], key, min(spelled[key]), text.fold(min(spelled[key])), None))
    insert_rows(connection, _SOURCE, new)
    return {name: ids[key] for key, spellings in spelled.items() for name in spellings}


def _stored(connection: Connection, keys: Iterable[str]) -> dict[str, _Stored]:
    columns = [column for column in _ARTICLE.c if column.name not in ("text", "signature", "terms")]
    found = {}
    for part in chunks(sorted(keys), KEYS_AT_ONCE):
        for row in connection.execute(select(*columns).where(_ARTICLE.c.key.in_(part))):
            found[row.key] = _Stored(
                id=row.id,
                rank=_rank(
                    row.published_at,
                    row.title,
                    (row.url, row.external_id, row.byline, row.origin_member),
                    (row.origin_path, row.origin_record),
                ),
                extractor=row.extractor,
                row=row,
            )
    return found


# --- reading back ----------------------------------------------------------------------------------------------------


def read_article(connection: Connection, key: str) -> Article:
    """The stored article. Raises ``NotFoundError``."""
    for article in read_articles(connection, keys=[key]):
        return article
    raise NotFoundError(f"there is no article {key}")


def read_articles(
    connection: Connection, *, keys: Sequence[str] | None = None, not_extractor: str | None = None
) -> Iterator[Article]:
    """Stored articles in order of key; with ``not_extractor`` only those that another version has read."""
    query = select(_ARTICLE, _SOURCE.c.name.label("source")).outerjoin(_SOURCE, _SOURCE.c.id == _ARTICLE.c.source_id)
    if keys is not None:
        query = query.where(_ARTICLE.c.key.in_(keys))
    if not_extractor is not None:
        query = query.where(_ARTICLE.c.extractor != not_extractor)
    with connection.execute(query.order_by(_ARTICLE.c.key), execution_options={"yield_per": 200}) as rows:
        for row in rows:
            yield _article(row)


def _article(row: ResultRow[Any]) -> Article:
    published = None
    if row.published_at is not None:
        published = PublishedAt(
            value=row.published_at,
            precision=DatePrecision(row.published_precision),
            evidence=row.published_evidence,
            raw=row.published_raw,
        )
    return Article(
        key=row.key,
        text_hash=row.text_hash,
        origin=Origin(
            path=row.origin_path,
            member=row.origin_member,
            record=row.origin_record,
            byte_offset=row.origin_byte_offset,
        ),
        external_id=row.external_id,
        source=row.source,
        url=row.url,
        title=row.title,
        byline=row.byline,
        language=row.language,
        published=published,
        text=row.text,
        header=None if row.header_start is None else Span(start=row.header_start, end=row.header_end),
        boilerplate=tuple(Span(start=start, end=end) for start, end in msgspec.json.decode(row.boilerplate)),
        signature=struct.unpack(f"<{len(row.signature) // 4}I", row.signature),
        notices=tuple(Notice(reason=reason, detail=detail) for reason, detail in msgspec.json.decode(row.notices)),
    )
