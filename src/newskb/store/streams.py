"""A question becomes whole things in order of their keys, a page at a time: what exports are written from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    func,
    select,
    text,
    union,
)

from newskb.errors import InputError
from newskb.store import meta, reading, schema
from newskb.store.conditions import TABLE_OF, conditions
from newskb.store.filters import Filters
from newskb.store.views import View, views

_T: Mapping[str, Table] = schema.Base.metadata.tables
Row = dict[str, Any]

PAGE = 200
"""Things held at a time; an article may have a million characters, an event a thousand reports."""


@dataclass(frozen=True, slots=True)
class _Way:
    """How the rows of a view are put in order, and asked for by the filters of a resource."""

    order: tuple[str, ...]
    """Columns that put the rows in order; the first is the key of ``base``."""
    base: str | None = None
    """Table whose keys the first column has; None = the view takes no filters."""
    resource: str | None = None


_WAYS: Mapping[str, _Way] = {
    "articles": _Way(("article",), "article", "articles"),
    "sources": _Way(("key",), "source", "sources"),
    "events": _Way(("event",), "event", "events"),
    "participants": _Way(("event", "role", "ordinal"), "event", "events"),
    "event_reports": _Way(("report",), "event_mention", "events"),
    "report_participants": _Way(("report", "role", "ordinal"), "event_mention", "events"),
    "actors": _Way(("actor",), "actor", "actors"),
    "actor_aliases": _Way(("actor", "alias"), "actor", "actors"),
    "actor_roles": _Way(("actor", "office", "valid_from", "valid_to", "country", "sector"), "actor", "actors"),
    "places": _Way(("place",), "place", "places"),
    "quotes": _Way(("quote",), "quote", "quotes"),
    "claims": _Way(("claim",), "claim", "claims"),
    "claim_actors": _Way(("claim", "actor"), "claim", "claims"),
    "claim_relations": _Way(("first_claim", "second_claim"), "claim", "claims"),
    "figures": _Way(("article", "start_char", "end_char", "kind", "report"), "article", "articles"),
    "mentions": _Way(("mention",), "mention", "mentions"),
    "time_expressions": _Way(("article", "start_char", "end_char", "type", "value"), "article", "articles"),
    "stories": _Way(("story",), "story", "stories"),
    "story_articles": _Way(("story", "ordinal"), "story", "stories"),
    "duplicates": _Way(("first_article", "second_article"), "article", "articles"),
}
"""View to its way; a view that is not here takes no filters and is ordered by all of its columns."""


class Selection:
    """What a question asks for, in one state of the database; each method reads it anew, in order of keys."""

    def __init__(self, connection: Connection, filters: Filters) -> None:
        self._connection = connection
        self.filters = filters

    def everything(self, resource: str) -> Selection:
        """All that there is of another resource, in the same state of the database."""
        return Selection(self._connection, Filters(resource=resource))

    # --- the things asked for ---

    def rows(self) -> Iterator[Row]:
        """The rows of the resource, as lists show them (``…Row`` of ``store.rows``)."""
        resource = self.filters.resource
        for ids in self._pages(self._ids(resource)):
            yield from reading.rows(self._connection, resource, ids)

    def events(self) -> Iterator[Row]:
        """Events with ``actors``, ``recipients`` (``ActorRow``), ``place`` (``PlaceRow``) and every report.

        A report (``EventReportRow``) also has ``sentence_number`` and ``place_text``, and its article ``language``,
        ``published_precision``, ``ingested_at`` and ``char_count``.
        """
        for ids in self._pages(self._ids("events")):
            yield from self._events(ids)

    def articles(self) -> Iterator[Row]:
        """The articles that the things asked for are in: ``ArticleRow`` with ``text``."""
        article = _T["article"]
        for ids in self._pages(self._reached("article", self._article_ids())):
            found = {
                row.key: row.text
                for row in self._connection.execute(select(article.c.key, article.c.text).where(article.c.id.in_(ids)))
            }
            for row in reading.rows(self._connection, "articles", ids):
                yield row | {"text": found[row["key"]]}

    def actors(self) -> Iterator[Row]:
        """The actors that the things asked for name: ``ActorRow`` with ``aliases``."""
        yield from self._actors(self._actor_ids())

    def _actors(self, found: Select[Any]) -> Iterator[Row]:
        for ids in self._pages(self._reached("actor", found)):
            aliases = self._aliases(ids)
            for row in reading.rows(self._connection, "actors", ids):
                yield row | {"aliases": aliases[row["key"]]}

    def everyone(self) -> Iterator[Row]:
        """Every actor that an article, event, quote or claim names, whatever is asked for: as ``actors`` gives them."""
        quote, claim = _T["quote"], _T["claim"]
        columns = [_T[table].c.actor_id for table in ("mention", "event_participant", "quote_about", "claim_about")]
        columns += [quote.c.speaker_id, quote.c.addressee_id, claim.c.holder_id]
        yield from self._actors(_any_of([select(column) for column in columns]))

    def places(self) -> Iterator[Row]:
        """The places of the events asked for: ``PlaceRow``."""
        event = _T["event"]
        found = select(event.c.place_id).where(event.c.id.in_(self._ids("events")))
        for ids in self._pages(self._reached("place", found)):
            yield from reading.rows(self._connection, "places", ids)

    def quotes(self) -> Iterator[Row]:
        """Quotes (``QuoteRow``) whose ``speaker`` and ``addressee`` are whole (``ActorRow``)."""
        yield from self._attributed("quotes", ("speaker", "addressee"))

    def claims(self) -> Iterator[Row]:
        """Claims (``ClaimRow``) whose ``holder`` and ``about`` are whole (``ActorRow``)."""
        yield from self._attributed("claims", ("holder", "about"))

    def quotations(self, *, around: int) -> Iterator[Row]:
        """Articles with their quotes: ``key``, ``url``, ``title``, ``language``, ``published_at`` and ``quotes``, each
        with the ``around`` characters before (``pre``) and after it (``post``).
        """
        quote, article = _T["quote"], _T["article"]
        wanted = conditions(self._connection, self.filters)
        told = select(quote.c.article_id).where(*wanted)
        for ids in self._pages(self._reached("article", told)):
            by_article = self._quotes_in(ids, wanted, around)
            columns = (article.c.id, article.c.key, article.c.url, article.c.title, article.c.language)
            query = select(*columns, article.c.published_at).where(article.c.id.in_(ids)).order_by(article.c.key)
            for row in self._connection.execute(query).mappings():
                found: Row = {str(name): value for name, value in row.items() if name != "id"}
                yield found | {"quotes": by_article[row["id"]]}

    def mentions(self) -> Iterator[Row]:
        """The linked mentions (``MentionDetail``) in the articles of the things asked for."""
        mention = _T["mention"]
        inside = mention.c.article_id.in_(self._article_ids())
        query = select(mention.c.id).where(mention.c.actor_id.is_not(None), inside)
        for ids in self._pages(query.order_by(mention.c.key)):
            yield from reading.rows(self._connection, "mentions", ids)

    def meetings(self) -> Iterator[Row]:
        """Who acts on whom: a row for each actor, recipient, type and realis, with how often and when."""
        event, actor, recipient = _T["event"], _T["actor"], _T["actor"].alias("other")
        doing, done_to = _T["event_participant"].alias("doing"), _T["event_participant"].alias("done_to")
        keys = (actor.c.key, recipient.c.key, event.c.type, event.c.extension, event.c.quad_code, event.c.realis)
        names = ("source", "target", "type", "extension", "quad_code", "realis")
        query = (
            select(
                *(column.label(name) for column, name in zip(keys, names, strict=True)),
                actor.c.name.label("source_name"),
                recipient.c.name.label("target_name"),
                func.count().label("events"),
                func.sum(event.c.article_count).label("articles"),
                func.avg(event.c.intensity).label("intensity"),
                func.min(event.c.date_start).label("first_date"),
                func.max(event.c.date_end).label("last_date"),
            )
            .join(doing, and_(doing.c.event_id == event.c.id, doing.c.role == "actor"))
            .join(done_to, and_(done_to.c.event_id == event.c.id, done_to.c.role == "recipient"))
            .join(actor, actor.c.id == doing.c.actor_id)
            .join(recipient, recipient.c.id == done_to.c.actor_id)
            .where(event.c.id.in_(self._ids("events").order_by(None)))
            .group_by(*keys, actor.c.name, recipient.c.name)
            .order_by(*(column.asc().nulls_first() for column in keys))
        )
        for row in self._stream(query):
            found = dict(row._mapping)
            mean = found["intensity"]
            yield found | {
                "articles": int(found["articles"]),
                "intensity": None if mean is None else round(float(mean), 6),
            }

    def names_in(self, articles: Iterable[str]) -> Mapping[str, Mapping[str, list[str]]]:
        """Article key to mention label (``PERSON``, ``ORG``, ``GPE`` …) to the names it has, each once."""
        article, mention, actor, place = _T["article"], _T["mention"], _T["actor"], _T["place"]
        own = func.substr(article.c.text, mention.c.start_char + 1, mention.c.end_char - mention.c.start_char)
        name = func.coalesce(actor.c.name, place.c.name, own).label("name")
        query = (
            select(article.c.key, mention.c.label, name)
            .join(article, article.c.id == mention.c.article_id)
            .outerjoin(actor, actor.c.id == mention.c.actor_id)
            .outerjoin(place, place.c.id == mention.c.place_id)
            .where(article.c.key.in_(set(articles)), mention.c.form == "name")
            .order_by(article.c.key, mention.c.start_char, mention.c.ordinal)
        )
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for row in self._connection.execute(query):
            names = found[row.key][row.label]
            if row.name not in names:
                names.append(row.name)
        return found

    # --- views ---

    def view(self, name: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a view that have to do with the things asked for, as tuples in the order of its columns."""
        view = view_named(name)
        listed = ", ".join(view.columns)
        way = _WAYS.get(name)
        change = [view.types[column] for column in view.columns]
        if way is None or way.base is None:
            query = text(f"SELECT {listed} FROM {name} ORDER BY {', '.join(view.columns)}")
            for row in self._connection.execute(query, execution_options={"yield_per": PAGE}):
                yield _plain(row, change)
            return
        order = ", ".join(dict.fromkeys((*way.order, *view.columns)) if len(way.order) > 1 else way.order)
        query = text(f"SELECT {listed} FROM {name} WHERE {way.order[0]} IN :keys ORDER BY {order}").bindparams(
            bindparam("keys", expanding=True)
        )
        for keys in self._pages(self._base_keys(way)):
            for row in self._connection.execute(query, {"keys": keys}):
                yield _plain(row, change)

    def _base_keys(self, way: _Way) -> Select[Any]:
        table = _T[way.base or ""]
        resource = way.resource or ""
        if TABLE_OF[resource] == table.name:
            return self._ids(resource).with_only_columns(table.c.key)
        if self.filters.conditions or self.filters.undated:
            reached = table.c.event_id.in_(self._ids(resource).order_by(None))
            return select(table.c.key).where(reached).order_by(table.c.key)
        return select(table.c.key).order_by(table.c.key)

    # --- what stands beside the data ---

    def versions(self) -> Mapping[str, Any]:
        """What made the facts: the versions of the extractors and of the authority file."""
        article = _T["article"]
        extractors = self._connection.execute(select(article.c.extractor).distinct().order_by(article.c.extractor))
        return {
            "extractors": list(extractors.scalars()),
            "authority": meta.get(self._connection, "authority_version"),
        }

    # --- inside ---

    def _stream(self, query: Select[Any]) -> Iterator[Any]:
        yield from self._connection.execute(query, execution_options={"yield_per": PAGE})

    def _pages(self, query: Select[Any]) -> Iterator[list[Any]]:
        result = self._connection.execute(query, execution_options={"yield_per": PAGE})
        for part in result.scalars().partitions(PAGE):
            yield list(part)

    def _ids(self, resource: str) -> Select[Any]:
        if resource != self.filters.resource:
            raise InputError(f"{resource} cannot be asked for by filters of {self.filters.resource}")
        table = _T[TABLE_OF[resource]]
        return select(table.c.id).where(*conditions(self._connection, self.filters)).order_by(table.c.key)

    def _reached(self, table_name: str, ids: Select[Any]) -> Select[Any]:
        table = _T[table_name]
        return select(table.c.id).where(table.c.id.in_(ids.order_by(None))).order_by(table.c.key)

    def _article_ids(self) -> Select[Any]:
        """Ids of the articles that the things asked for are in."""
        resource = self.filters.resource
        asked = self._ids(resource).order_by(None)
        if resource == "articles":
            return asked
        if resource in ("quotes", "claims", "mentions"):
            table = _T[TABLE_OF[resource]]
            return select(table.c.article_id).where(table.c.id.in_(asked))
        if resource == "stories":
            member = _T["story_member"]
            return select(member.c.article_id).where(member.c.story_id.in_(asked))
        if resource == "events":
            report = _T["event_mention"]
            return select(report.c.article_id).where(report.c.event_id.in_(asked))
        raise InputError(f"{resource} are in no article of their own")

    def _actor_ids(self) -> Select[Any]:
        """Ids of the actors that the things asked for name."""
        resource = self.filters.resource
        asked = self._ids(resource).order_by(None)
        match resource:
            case "actors":
                return asked
            case "events":
                part = _T["event_participant"]
                return select(part.c.actor_id).where(part.c.event_id.in_(asked))
            case "quotes":
                quote = _T["quote"]
                said = [
                    select(column).where(quote.c.id.in_(asked)) for column in (quote.c.speaker_id, quote.c.addressee_id)
                ]
                return _any_of(said)
            case "claims":
                claim, about = _T["claim"], _T["claim_about"]
                return _any_of(
                    [
                        select(claim.c.holder_id).where(claim.c.id.in_(asked)),
                        select(about.c.actor_id).where(about.c.claim_id.in_(asked)),
                    ]
                )
            case "articles":
                mention = _T["mention"]
                return select(mention.c.actor_id).where(mention.c.article_id.in_(asked))
            case _:
                raise InputError(f"{resource} name no actors of their own")

    def _aliases(self, ids: Sequence[int]) -> Mapping[str, list[str]]:
        alias, actor = _T["actor_alias"], _T["actor"]
        query = (
            select(actor.c.key, alias.c.name)
            .join(actor, actor.c.id == alias.c.actor_id)
            .where(actor.c.id.in_(ids))
            .order_by(actor.c.key, alias.c.name)
        )
        found: dict[str, list[str]] = defaultdict(list)
        for row in self._connection.execute(query):
            found[row.key].append(row.name)
        return found

    def _attributed(self, resource: str, names: Sequence[str]) -> Iterator[Row]:
        for ids in self._pages(self._ids(resource)):
            page = reading.rows(self._connection, resource, ids)
            refs = [ref for row in page for name in names for ref in _listed(row[name])]
            whole = self._actors_by_key({ref["key"] for ref in refs})
            for row in page:
                changed = {name: _replaced(row[name], whole) for name in names}
                yield row | changed

    def _actors_by_key(self, keys: Iterable[str]) -> Mapping[str, Row]:
        actor = _T["actor"]
        ids = self._connection.execute(select(actor.c.id).where(actor.c.key.in_(sorted(keys)))).scalars().all()
        return {row["key"]: row for row in reading.rows(self._connection, "actors", ids)}

    def _quotes_in(
        self, articles: Sequence[int], wanted: Sequence[ColumnElement[bool]], around: int
    ) -> Mapping[int, list[Row]]:
        quote, article, actor = _T["quote"], _T["article"], _T["actor"]
        before = quote.c.start_char - around
        first = func.max(before, 0) if self._connection.dialect.name == "sqlite" else func.greatest(before, 0)
        query = (
            select(
                quote.c.article_id,
                quote.c.key,
                quote.c.text,
                quote.c.type,
                quote.c.confidence,
                func.substr(article.c.text, first + 1, quote.c.start_char - first).label("pre"),
                func.substr(article.c.text, quote.c.end_char + 1, around).label("post"),
                actor.c.key.label("speaker"),
                actor.c.name.label("speaker_name"),
                actor.c.wikidata.label("speaker_wikidata"),
            )
            .join(article, article.c.id == quote.c.article_id)
            .outerjoin(actor, actor.c.id == quote.c.speaker_id)
            .where(quote.c.article_id.in_(articles), *wanted)
            .order_by(quote.c.article_id, quote.c.start_char, quote.c.key)
        )
        found: dict[int, list[Row]] = defaultdict(list)
        for row in self._connection.execute(query).mappings():
            found[row["article_id"]].append({str(name): row[name] for name in row if name != "article_id"})
        return found

    def _events(self, ids: Sequence[int]) -> Iterator[Row]:
        connection = self._connection
        part, event = _T["event_participant"], _T["event"]
        taking = connection.execute(
            select(part.c.event_id, part.c.role, part.c.actor_id)
            .where(part.c.event_id.in_(ids))
            .order_by(part.c.event_id, part.c.role, part.c.ordinal)
        ).all()
        known = sorted({row.actor_id for row in taking})
        whole = dict(zip(known, reading.rows(connection, "actors", known), strict=True))
        roles: dict[tuple[int, str], list[Row]] = defaultdict(list)
        for row in taking:
            roles[row.event_id, row.role].append(whole[row.actor_id])
        placed = {
            row.id: row.place_id
            for row in connection.execute(
                select(event.c.id, event.c.place_id).where(event.c.id.in_(ids), event.c.place_id.is_not(None))
            )
        }
        where = sorted(set(placed.values()))
        places = dict(zip(where, reading.rows(connection, "places", where), strict=True))
        reports = reading.event_reports(connection, ids)
        beside = self._beside(ids)
        for event_id, shown in zip(ids, reading.rows(connection, "events", ids), strict=True):
            told = []
            for report in reports.get(shown["key"], []):
                more = beside[report["key"]]
                article = report["article"] | more["article"]
                told.append(report | {"article": article} | more["report"])
            yield shown | {
                "actors": roles[event_id, "actor"],
                "recipients": roles[event_id, "recipient"],
                "place": places.get(placed.get(event_id, 0)),
                "reports": told,
            }

    def _beside(self, events: Sequence[int]) -> Mapping[str, Row]:
        """What reports and their articles have besides what the API shows, by key of the report."""
        report, article, sentence, mention = _T["event_mention"], _T["article"], _T["sentence"], _T["mention"]
        place_text = func.substr(article.c.text, mention.c.start_char + 1, mention.c.end_char - mention.c.start_char)
        query = (
            select(
                report.c.key,
                sentence.c.ordinal,
                place_text.label("place_text"),
                article.c.language,
                article.c.published_precision,
                article.c.ingested_at,
                func.length(article.c.text).label("char_count"),
            )
            .join(article, article.c.id == report.c.article_id)
            .outerjoin(
                sentence,
                and_(sentence.c.article_id == report.c.article_id, sentence.c.start_char == report.c.sentence_start),
            )
            .outerjoin(
                mention,
                and_(mention.c.article_id == report.c.article_id, mention.c.ordinal == report.c.place_mention),
            )
            .where(report.c.event_id.in_(events))
        )
        return {
            row.key: {
                "report": {
                    "sentence_number": None if row.ordinal is None else row.ordinal + 1,
                    "place_text": row.place_text,
                },
                "article": {
                    "language": row.language,
                    "published_precision": row.published_precision,
                    "ingested_at": row.ingested_at,
                    "char_count": row.char_count,
                },
            }
            for row in self._connection.execute(query)
        }


def view_named(name: str) -> View:
    """The view of this name. Raises ``InputError``."""
    for view in views():
        if view.name == name:
            return view
    raise InputError(f"there is no view '{name}'; there are {', '.join(view.name for view in views())}")


def resource_of(view: str) -> str | None:
    """The resource whose filters ask for rows of a view; None when it takes no filters."""
    way = _WAYS.get(view)
    return way.resource if way else None


def _plain(row: Sequence[Any], types: Sequence[type]) -> tuple[Any, ...]:
    """Values as their columns promise them, the same from both databases."""
    return tuple(None if value is None else kind(value) for value, kind in zip(row, types, strict=True))


def _any_of(queries: Sequence[Select[Any]]) -> Select[Any]:
    found = union(*queries).subquery()
    (column,) = found.c
    return select(column)


def _listed(value: Any) -> list[Row]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _replaced(value: Any, whole: Mapping[str, Row]) -> Any:
    if isinstance(value, list):
        return [whole[ref["key"]] for ref in value]
    return None if value is None else whole[value["key"]]
