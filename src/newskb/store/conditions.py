"""A checked question becomes SQL conditions on the table of its resource."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Double,
    Integer,
    Select,
    Subquery,
    Table,
    TextClause,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    text,
    true,
)

from newskb import plover
from newskb.store import schema
from newskb.store.filters import Condition, Filters, Kind, coordinates
from newskb.store.schema import search_vector
from newskb.store.search import ID_MASK, is_positive, parse_query, to_fts5, to_like, to_tsquery
from newskb.store.statements import fetch
from newskb.text import fold

_T: Mapping[str, Table] = schema.Base.metadata.tables
TABLE_OF = {
    "articles": "article",
    "events": "event",
    "quotes": "quote",
    "claims": "claim",
    "actors": "actor",
    "places": "place",
    "sources": "source",
    "stories": "story",
    "mentions": "mention",
}
DATE_OF = {
    "article": "published_date",
    "event": "date_start",
    "quote": "published_date",
    "claim": "published_date",
    "story": "date_end",
}
"""Table to the column that ``undated``, timelines and the order of lists go by."""
UNKNOWN = "unknown"
"""Value of ``speaker`` and ``holder`` that asks for those the text does not name."""
_FIGURES = {
    "fatalities_min": "killed",
    "fatalities_max": "killed",
    "injured_min": "injured",
    "arrested_min": "arrested",
    "crowd_min": "crowd",
}
# A name that hundreds of actors share says nothing; the cut keeps the statement short.
_MAX_NAMESAKES = 1_000
_ROW_ID = f"rowid & {ID_MASK} AS rowid"
_KM_PER_DEGREE = 111.195  # on a sphere of 6,371 km

Test = ColumnElement[bool]


def conditions(connection: Connection, filters: Filters, counted: Table | None = None) -> list[Test]:
    """Conditions on the table of ``filters.resource`` that hold for exactly the rows asked for.

    With ``counted`` they are conditions on that table of counts, which has the columns they need.
    """
    return _Builder(connection, filters, counted).all()


class _Builder:
    def __init__(self, connection: Connection, filters: Filters, counted: Table | None = None) -> None:
        self.connection = connection
        self.filters = filters
        self.own = TABLE_OF[filters.resource]
        self._table = _T[self.own] if counted is None else counted

    def all(self) -> list[Test]:
        found = self._undated()
        if self.own == "actor":
            found.append(_T["actor"].c.replaced_by.is_(None))  # others stand for those that were merged
        by_level: dict[str, list[Test]] = {}
        for condition in self.filters.conditions:
            test = self._test(condition)
            if condition.level == self.own:
                found.append(_opposite(test) if condition.is_excluded else test)
            elif condition.is_excluded:
                found.append(not_(self._reach(condition.level, [test])))
            else:
                by_level.setdefault(condition.level, []).append(test)
        return found + [self._reach(level, tests) for level, tests in by_level.items()]

    def _undated(self) -> list[Test]:
        if self.filters.undated in (None, "include"):
            return []
        column = self._table.c[DATE_OF[self.own]]
        return [column.is_(None) if self.filters.undated == "only" else column.is_not(None)]

    def _test(self, condition: Condition) -> Test:
        build = _BUILDERS[condition.level].get(condition.name) or _by_kind(condition)
        table = self._table if condition.level == self.own else _T[condition.level]
        if self.filters.match_all and len(condition.values) > 1:
            return and_(*(build(self, table, condition.name, (value,)) for value in condition.values))
        return build(self, table, condition.name, condition.values)

    def _reach(self, level: str, tests: Sequence[Test]) -> Test:
        """That the row has to do with a row of another level for which all of ``tests`` hold."""
        return _PATHS[self.own, level](_T[self.own], _T[level], tests)

    # --- dates ---

    def day(self, test: Test, column: ColumnElement[Any]) -> Test:
        """A test of a date, which rows without one pass when ``undated=include`` is said."""
        return or_(test, column.is_(None)) if self.filters.undated == "include" else test

    # --- names to ids ---

    def actor_ids(self, values: Sequence[str]) -> list[int]:
        """Actors with one of these keys, Wikidata ids or names."""
        return actor_ids(self.connection, values)

    def place_ids(self, values: Sequence[str]) -> list[int]:
        """Places with one of these keys, Wikidata ids or names."""
        place, alias = _T["place"], _T["place_alias"]
        folded = [fold(value) for value in values]
        query = select(place.c.id).where(
            or_(
                place.c.key.in_(values),
                place.c.wikidata.in_([value.upper() for value in values]),
                place.c.folded.in_(folded),
                place.c.id.in_(select(alias.c.place_id).where(alias.c.folded.in_(folded))),
            )
        )
        return list(self.connection.execute(query.limit(_MAX_NAMESAKES)).scalars())

    def found(self, table: Table, queries: Sequence[str], *, column: str | None = None) -> Test:
        """That the full-text index of ``table``, or of one ``column`` of it, answers a query with the row."""
        if self.connection.dialect.name == "sqlite":
            return table.c.id.in_(_asked_of_index(table, queries, _ROW_ID, column=column).columns(Column("rowid")))
        asked = tsquery(queries)
        tests: list[Test] = []
        if column is None or all(is_positive(parse_query(query)) for query in queries):
            vector: ColumnElement[Any] = literal_column(f"{table.name}.search")
            tests.append(vector.bool_op("@@")(asked))
        if column is not None:  # the index has all columns together
            words: ColumnElement[Any] = literal_column(search_vector(f"{table.name}.{column}"))
            tests.append(words.bool_op("@@")(asked))
        return and_(*tests)


def ranked(table: Table, queries: Sequence[str]) -> Subquery:
    """The rows of a full-text table of SQLite that answer a query: ``rowid`` and ``score``, the greater the better."""
    statement = _asked_of_index(table, queries, f"{_ROW_ID}, -bm25({table.name}_fts) AS score")
    return statement.columns(Column("rowid", Integer), Column("score", Double)).subquery()


def _asked_of_index(table: Table, queries: Sequence[str], columns: str, *, column: str | None = None) -> TextClause:
    asked = fts5_query(queries)
    if column is not None:
        asked = f"{{{column}}} : ({asked})"
    statement = text(f"SELECT {columns} FROM {table.name}_fts WHERE {table.name}_fts MATCH :asked")
    return statement.bindparams(bindparam("asked", asked, unique=True))


def fts5_query(queries: Sequence[str]) -> str:
    """The queries as FTS5 asks them."""
    return " OR ".join(to_fts5(parse_query(query)) for query in queries)


def tsquery(queries: Sequence[str]) -> ColumnElement[Any]:
    """The queries as PostgreSQL asks them."""
    asked = " | ".join(to_tsquery(parse_query(query)) for query in queries)
    return func.to_tsquery(literal_column("'simple'::regconfig"), asked)


_NAMED = f"""
WITH named (id) AS (
    SELECT id FROM actor WHERE key IN ?? UNION SELECT id FROM actor WHERE wikidata IN ??
    UNION SELECT id FROM actor WHERE folded IN ?? UNION SELECT actor_id FROM actor_alias WHERE folded IN ??
    LIMIT {_MAX_NAMESAKES}
)
SELECT a.id, a.replaced_by FROM named n JOIN actor a ON a.id = n.id
"""


def actor_ids(connection: Connection, values: Sequence[str]) -> list[int]:
    """Actors with one of these keys, Wikidata ids or names, and those that stand for them."""
    folded = [fold(value) for value in values]
    found = fetch(connection, _NAMED, values, [value.upper() for value in values], folded, folded)
    standing = [key for _id, key in found if key is not None]
    more = fetch(connection, "SELECT id FROM actor WHERE key IN ??", standing) if standing else []
    return list(dict.fromkeys([*(row[0] for row in found), *(row[0] for row in more)]))


Build = Callable[[_Builder, Table, str, Sequence[str]], Test]


def _opposite(test: Test) -> Test:
    """Not ``test``, and what cannot be told (no source, no place) does not fall under it either."""
    return not_(func.coalesce(test, false()))


# --- builders by kind ------------------------------------------------------------------------------------------------


def _by_kind(condition: Condition) -> Build:
    known = {Kind.QUERY: _found, Kind.KEY: _own_key, Kind.FLAG: _flag, Kind.INSTANT: _changed_since}
    return known.get(condition.kind, _column)


def _column(_b: _Builder, table: Table, name: str, values: Sequence[str]) -> Test:
    return table.c[name].in_(values)


def _column_as(column: str) -> Build:
    return lambda _b, table, _name, values: table.c[column].in_(values)


def _own_key(_b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
    return table.c.key.in_(values)


def _flag(_b: _Builder, table: Table, name: str, values: Sequence[str]) -> Test:
    return _flag_as(name)(_b, table, name, values)


def _flag_as(column: str) -> Build:
    def build(_b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
        tests = [table.c[column] if value == "true" else not_(table.c[column]) for value in values]
        return or_(*tests)

    return build


def _found(b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
    if not b.filters.search_in:
        return b.found(table, values)
    return or_(*(_found_in(b, table, part, values) for part in b.filters.search_in))


def _found_in(b: _Builder, table: Table, part: str, values: Sequence[str]) -> Test:
    """That a part of the article, or of what it says, holds the words."""
    if part == table.name:
        return b.found(table, values)
    if part in ("quote", "claim"):
        return table.c.id.in_(select(_T[part].c.article_id).where(b.found(_T[part], values)))
    if table.name == "article":
        return b.found(table, values, column=part)
    article = _T["article"]
    return table.c.article_id.in_(select(article.c.id).where(b.found(article, values, column=part)))


def _at_least(column: str) -> Build:
    # Several values = OR, so the least of them decides.
    return lambda _b, table, _name, values: table.c[column] >= min(map(float, values))


def _at_most(column: str) -> Build:
    return lambda _b, table, _name, values: table.c[column] <= max(map(float, values))


def _from_day(column: str) -> Build:
    return lambda b, table, _name, values: b.day(table.c[column] >= min(values), table.c[column])


def _to_day(column: str) -> Build:
    return lambda b, table, _name, values: b.day(table.c[column] <= max(values), table.c[column])


def _changed_since(_b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
    change = _T["change"]
    resource = next(resource for resource, name in TABLE_OF.items() if name == table.name)
    later = select(change.c.key).where(change.c.resource == resource, change.c.changed_at >= min(values))
    return table.c.key.in_(later)


def _reference(column: str, table_name: str) -> Build:
    """By the key of the row that ``column`` refers to."""

    def build(_b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
        other = _T[table_name]
        return table.c[column].in_(select(other.c.id).where(other.c.key.in_(values)))

    return build


def _actor_column(column: str) -> Build:
    def build(b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
        test = table.c[column].in_(b.actor_ids(values))
        return or_(test, table.c[column].is_(None)) if UNKNOWN in map(str.casefold, values) else test

    return build


def _about(bridge_name: str) -> Build:
    def build(b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
        bridge = _T[bridge_name]
        named = select(bridge.c[f"{table.name}_id"]).where(bridge.c.actor_id.in_(b.actor_ids(values)))
        return table.c.id.in_(named)

    return build


# --- articles and sources --------------------------------------------------------------------------------------------


def _source_ids(values: Sequence[str]) -> Select[Any]:
    source = _T["source"]
    return select(source.c.id).where(or_(source.c.key.in_(values), source.c.folded.in_(map(fold, values))))


def _article_source(_b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
    return table.c.source_id.in_(_source_ids(values))


def _article_source_country(_b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
    source = _T["source"]
    return table.c.source_id.in_(select(source.c.id).where(source.c.country.in_(values)))


def _author(_b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
    return or_(*(func.lower(table.c.byline).contains(value.lower(), autoescape=True) for value in values))


def _article_story(_b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
    member, story = _T["story_member"], _T["story"]
    return table.c.id.in_(
        select(member.c.article_id).join(story, story.c.id == member.c.story_id).where(story.c.key.in_(values))
    )


def _duplicates(_b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
    """Of the articles of a copy group, ``skip`` keeps the one that came out first."""
    other = _T["article"].alias("other")
    mine = func.coalesce(table.c.published_date, "9999")
    theirs = func.coalesce(other.c.published_date, "9999")
    earlier = or_(theirs < mine, and_(theirs == mine, other.c.key < table.c.key))
    has_earlier = exists(select(1).where(other.c.copy_group == table.c.copy_group, earlier))
    tests = {"keep": true(), "skip": not_(has_earlier), "only": has_earlier}
    return or_(*(tests[value] for value in values))


def _source_own(_b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
    return table.c.id.in_(_source_ids(values))


# --- events ----------------------------------------------------------------------------------------------------------


def _event_from(b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
    return b.day(table.c.date_end >= min(values), table.c.date_start)


def _event_to(b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
    return b.day(table.c.date_start <= max(values), table.c.date_start)


def _event_type(_b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
    codes = [value for value in values if value in plover.TYPES]
    own = [value for value in values if value not in plover.TYPES]
    return or_(table.c.type.in_(codes), table.c.extension.in_(own))


def _cameo(_b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
    """By the root, or by what stands for a longer code: the modes whose code is it or lies under it."""
    finer = tuple(value for value in values if len(value) > 2)
    tests: list[Test] = [table.c.cameo.in_(set(values).difference(finer))]
    for event_type in plover.TYPES.values():
        modes = [mode for mode, code in event_type.cameo_modes.items() if code.startswith(finer)]
        if modes:
            is_own = table.c.cameo == event_type.cameo
            tests.append(and_(is_own, table.c.type == event_type.code, table.c.mode.in_(modes)))
    return or_(*tests)


def _context(_b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
    return or_(*(table.c.contexts.contains(f'"{value}"', autoescape=True) for value in values))


def _quad(_b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
    return table.c.quad_code.in_([int(value) for value in values])


def _participant(*roles: str) -> Build:
    def build(b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
        part = _T["event_participant"]
        taking = select(part.c.event_id).where(part.c.actor_id.in_(b.actor_ids(values)), part.c.role.in_(roles))
        return table.c.id.in_(taking)

    return build


def _participant_with(column: str, *roles: str) -> Build:
    def build(_b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
        part, actor = _T["event_participant"], _T["actor"]
        taking = select(part.c.event_id).join(actor, actor.c.id == part.c.actor_id)
        return table.c.id.in_(taking.where(actor.c[column].in_(values), part.c.role.in_(roles)))

    return build


def _figure(_b: _Builder, table: Table, name: str, values: Sequence[str]) -> Test:
    mention, bridge, figure = _T["event_mention"], _T["event_mention_figure"], _T["figure"]
    if name.endswith("_min"):
        reached = func.coalesce(figure.c.high, figure.c.low) >= min(map(float, values))
    else:
        reached = func.coalesce(figure.c.low, figure.c.high) <= max(map(float, values))
    told = (
        select(mention.c.event_id)
        .join(bridge, bridge.c.event_mention_id == mention.c.id)
        .join(figure, and_(figure.c.article_id == mention.c.article_id, figure.c.ordinal == bridge.c.figure))
        .where(figure.c.kind == _FIGURES[name], reached, mention.c.event_id.is_not(None))
    )
    return table.c.id.in_(told)


# --- places ----------------------------------------------------------------------------------------------------------


def _place_test(b: _Builder, name: str, values: Sequence[str]) -> Test:
    """A condition on the table ``place``."""
    place = _T["place"]
    match name:
        case "country":
            return place.c.country.in_(values)
        case "place":
            return place.c.id.in_(b.place_ids(values))
        case "admin1":
            return func.lower(place.c.admin1).in_([value.lower() for value in values])
        case "bbox":
            return or_(*(_in_box(place, *coordinates(name, value, count=4)) for value in values))
        case _:
            return or_(*(_in_circle(place, *coordinates(name, value, count=3)) for value in values))


def _in_box(place: Table, west: float, south: float, east: float, north: float) -> Test:
    inside: Test = place.c.longitude.between(west, east)
    if west > east:  # over the date line
        inside = or_(place.c.longitude >= west, place.c.longitude <= east)
    return and_(place.c.latitude.between(south, north), inside)


def _in_circle(place: Table, latitude: float, longitude: float, km: float) -> Test:
    """Within ``km`` by the spherical law of cosines, which both databases can compute."""
    to_radians = 0.017453292519943295
    north = place.c.latitude * to_radians
    here = latitude * to_radians
    cosine = func.sin(north) * func.sin(here) + func.cos(north) * func.cos(here) * func.cos(
        (place.c.longitude - longitude) * to_radians
    )
    # Rounding may give a cosine just above 1 for the very point.
    least = func.cos(min(km / _KM_PER_DEGREE, 180.0) * to_radians) - 1e-12
    return and_(place.c.latitude.is_not(None), cosine >= least)


def _event_place(b: _Builder, table: Table, name: str, values: Sequence[str]) -> Test:
    return table.c.place_id.in_(select(_T["place"].c.id).where(_place_test(b, name, values)))


def _geo_precision(_b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
    kinds = ["city" if value == "place" else value for value in values]
    return table.c.place_id.in_(select(_T["place"].c.id).where(_T["place"].c.kind.in_(kinds)))


def _event_corrected(_b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
    """An event is corrected when one of its reports is."""
    mention = _T["event_mention"]
    corrected = table.c.id.in_(select(mention.c.event_id).where(mention.c.corrected, mention.c.event_id.is_not(None)))
    return or_(*(corrected if value == "true" else not_(corrected) for value in values))


def _own_place(b: _Builder, _table: Table, name: str, values: Sequence[str]) -> Test:
    return _place_test(b, name, values)


# --- names -----------------------------------------------------------------------------------------------------------


def _named(alias_name: str | None) -> Build:
    """By words of the name or, where there are aliases, of one of them."""

    def build(_b: _Builder, table: Table, name: str, values: Sequence[str]) -> Test:
        tests = []
        for value in values:
            if name == "q":
                tests.append(to_like(parse_query(value), lambda folded: _name_holds(table, alias_name, folded)))
            else:
                tests.append(_name_holds(table, alias_name, fold(value)))
        return or_(*tests)

    return build


def _name_holds(table: Table, alias_name: str | None, folded: str) -> Test:
    test = table.c.folded.contains(folded, autoescape=True)
    if alias_name is None:
        return test
    alias = _T[alias_name]
    listed = select(alias.c[f"{table.name}_id"]).where(alias.c.folded.contains(folded, autoescape=True))
    return or_(test, table.c.id.in_(listed))


def _named_by_an_article(column: str) -> Build:
    def build(_b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
        mention = _T["mention"]
        is_named = exists(select(1).where(mention.c[column] == table.c.id))
        return or_(*(is_named if value == "true" else not_(is_named) for value in values))

    return build


# --- mentions, quotes, claims, stories -------------------------------------------------------------------------------


def _mention_place(b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
    return table.c.place_id.in_(b.place_ids(values))


def _mention_linked(_b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
    is_linked = or_(table.c.actor_id.is_not(None), table.c.place_id.is_not(None))
    return or_(*(is_linked if value == "true" else not_(is_linked) for value in values))


def _quote_sources(_b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
    group = _T["quote_group"]
    enough = select(group.c.id).where(group.c.source_count >= min(map(float, values)))
    return table.c.quote_group_id.in_(enough)


def _claim_relation(_b: _Builder, table: Table, _name: str, values: Sequence[str]) -> Test:
    relation = _T["claim_relation"]
    return or_(
        *(
            table.c.id.in_(select(relation.c[column]).where(relation.c.relation.in_(values)))
            for column in ("first_id", "second_id")
        )
    )


_WHERE = ("country", "place", "admin1", "bbox", "near")
_BUILDERS: Mapping[str, Mapping[str, Build]] = {
    "article": {
        "published_start": _from_day("published_date"),
        "published_end": _to_day("published_date"),
        "source": _article_source,
        "source_country": _article_source_country,
        "lang": _column_as("language"),
        "author": _author,
        "story": _article_story,
        "import_id": _reference("import_id", "import_batch"),
        "run": _reference("extraction_run_id", "extraction_run"),
        "duplicates": _duplicates,
    },
    "event": {
        "date_start": _event_from,
        "date_end": _event_to,
        "event_type": _event_type,
        "cameo": _cameo,
        "context": _context,
        "quad_code": _quad,
        "intensity_min": _at_least("intensity"),
        "intensity_max": _at_most("intensity"),
        "actor": _participant("actor"),
        "recipient": _participant("recipient"),
        "participant": _participant("actor", "recipient"),
        "actor_country": _participant_with("country", "actor"),
        "recipient_country": _participant_with("country", "recipient"),
        "actor_sector": _participant_with("sector", "actor"),
        "recipient_sector": _participant_with("sector", "recipient"),
        "actor_type": _participant_with("kind", "actor"),
        "min_confidence": _at_least("confidence"),
        "min_sources": _at_least("source_count"),
        "min_independent_sources": _at_least("independent_source_count"),
        **dict.fromkeys(_WHERE, _event_place),
        "geo_precision": _geo_precision,
        "corrected": _event_corrected,
        **dict.fromkeys(_FIGURES, _figure),
    },
    "quote": {
        "speaker": _actor_column("speaker_id"),
        "addressee": _actor_column("addressee_id"),
        "about": _about("quote_about"),
        "quote_type": _column_as("type"),
        "min_confidence": _at_least("confidence"),
        "min_sources": _quote_sources,
        "published_start": _from_day("published_date"),
        "published_end": _to_day("published_date"),
    },
    "claim": {
        "holder": _actor_column("holder_id"),
        "about": _about("claim_about"),
        "relation": _claim_relation,
        "min_confidence": _at_least("confidence"),
        "published_start": _from_day("published_date"),
        "published_end": _to_day("published_date"),
    },
    "mention": {
        "actor": _actor_column("actor_id"),
        "place": _mention_place,
        "linked": _mention_linked,
    },
    "actor": {
        "q": _named("actor_alias"),
        "name": _named("actor_alias"),
        "actor": _actor_column("id"),
        "actor_type": _column_as("kind"),
        "local": _flag_as("is_local"),
        "named": _named_by_an_article("actor_id"),
    },
    "place": {
        "q": _named("place_alias"),
        "name": _named("place_alias"),
        "named": _named_by_an_article("place_id"),
        **dict.fromkeys(_WHERE, _own_place),
    },
    "source": {
        "q": _named(None),
        "name": _named(None),
        "source": _source_own,
        "source_country": _column_as("country"),
    },
    "story": {
        "published_start": _from_day("date_end"),
        "published_end": _to_day("date_start"),
        "min_sources": _at_least("source_count"),
    },
}
"""Level and name of a filter to what makes its SQL; the others compare the column of their name."""


# --- from one level to another ---------------------------------------------------------------------------------------

Path = Callable[[Table, Table, Sequence[Test]], Test]


def _column_path(own_column: str) -> Path:
    """The own row refers to the other."""
    return lambda own, other, tests: own.c[own_column].in_(select(other.c.id).where(*tests))


def _bridge_path(bridge_name: str, own_column: str, other_column: str) -> Path:
    """A third table holds both."""

    def build(own: Table, other: Table, tests: Sequence[Test]) -> Test:
        bridge = _T[bridge_name]
        linked = select(bridge.c[own_column]).join(other, other.c.id == bridge.c[other_column])
        return own.c.id.in_(linked.where(*tests, bridge.c[own_column].is_not(None)))

    return build


def _part_path(own: Table, other: Table, tests: Sequence[Test]) -> Test:
    """The other row is a part of the article."""
    return own.c.id.in_(select(other.c.article_id).where(*tests))


def _place_event(own: Table, other: Table, tests: Sequence[Test]) -> Test:
    return own.c.id.in_(select(other.c.place_id).where(*tests, other.c.place_id.is_not(None)))


def _story_event(own: Table, other: Table, tests: Sequence[Test]) -> Test:
    member, mention = _T["story_member"], _T["event_mention"]
    linked = (
        select(member.c.story_id)
        .join(mention, mention.c.article_id == member.c.article_id)
        .join(other, other.c.id == mention.c.event_id)
    )
    return own.c.id.in_(linked.where(*tests))


def _claim_event(own: Table, other: Table, tests: Sequence[Test]) -> Test:
    """A claim is about the events that its article reports inside its proposition."""
    mention = _T["event_mention"]
    return exists(
        select(1)
        .select_from(mention.join(other, other.c.id == mention.c.event_id))
        .where(
            mention.c.article_id == own.c.article_id,
            mention.c.start_char < own.c.end_char,
            mention.c.end_char > own.c.start_char,
            *tests,
        )
    )


_PATHS: Mapping[tuple[str, str], Path] = {
    ("article", "event"): _bridge_path("event_mention", "article_id", "event_id"),
    ("article", "quote"): _part_path,
    ("article", "claim"): _part_path,
    ("event", "article"): _bridge_path("event_mention", "event_id", "article_id"),
    ("quote", "article"): _column_path("article_id"),
    ("claim", "article"): _column_path("article_id"),
    ("claim", "event"): _claim_event,
    ("actor", "event"): _bridge_path("event_participant", "actor_id", "event_id"),
    ("place", "event"): _place_event,
    ("story", "article"): _bridge_path("story_member", "story_id", "article_id"),
    ("story", "event"): _story_event,
    ("mention", "article"): _column_path("article_id"),
}
