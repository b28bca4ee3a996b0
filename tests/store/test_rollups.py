"""The counts of events that are kept say what the events say, whatever happened to these."""

from __future__ import annotations

from collections import Counter

import pytest
import samples
import stored
from asking import walk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from newskb.store import counting, merging
from newskb.store.articles import replace_facts, write_batch
from newskb.store.database import Database
from newskb.store.filters import Filters
from newskb.store.imports import start_import, start_run
from newskb.store.maps import area_map
from newskb.store.rollups import ROLLED_UP

KINDS = ("PROTEST", "ASSAULT", "AID", None)
DAYS = ("2021-03-02", "2021-04", "2020", None)
DAY_COLUMNS = "date_start, date_end, date_precision, type, extension, cameo, quad_code, realis"
CHANGES = st.one_of(
    st.tuples(st.just("import"), st.sampled_from(KINDS), st.sampled_from(DAYS)),
    st.tuples(st.just("read again"), st.sampled_from(KINDS), st.none()),
    st.tuples(st.sampled_from(["merge", "merge some", "forget"]), st.none(), st.none()),
)


class Base:
    """A knowledge base that goes through changes."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.articles: list[merging.ArticleProfile] = []
        self.number = 0
        with database.begin() as connection:
            self.import_id = start_import(connection, {})
            self.run_id = start_run(connection, "test-1", import_id=self.import_id)

    def change(self, what: str, kind: str | None, day: str | None) -> None:
        if what == "import":
            self.number += 1
            made = samples.article(f"{samples.BODY} Number {self.number}.", day=day, record=self.number)
            batch = samples.Batch(articles=(made,), facts=(samples.facts(made, event_type=kind),), skipped=())
            with self.database.begin() as connection:
                write_batch(connection, batch, import_id=self.import_id, run_id=self.run_id)
            self.last = made
        elif what == "read again" and self.number:
            with self.database.begin() as connection:
                facts = samples.facts(self.last, extractor="test-2", event_type=kind)
                replace_facts(connection, [(self.last, facts)], run_id=self.run_id)
        elif what == "merge":
            stored.merge(self.database)
        elif what == "merge some":
            with self.database.begin() as connection:
                reports = list(merging.read_event_reports(connection))[:2]
                if reports:
                    merging.replace_events(
                        connection, [stored.event([r]) for r in reports], scope={r.key for r in reports}
                    )
        elif what == "forget":
            with self.database.begin() as connection:
                merging.replace_events(connection, [])


@pytest.fixture
def base(database: Database) -> Base:
    return Base(database)


def agrees(connection: Connection) -> None:
    """Compare every kept count with the events."""
    by_day = connection.execute(text(f"SELECT {DAY_COLUMNS}, count(*) FROM event GROUP BY {DAY_COLUMNS}"))
    kept = connection.execute(text(f"SELECT {DAY_COLUMNS}, event_count FROM event_day"))
    assert Counter(map(tuple, kept)) == Counter(map(tuple, by_day))
    by_place = connection.execute(text("SELECT place_id, count(*) FROM event GROUP BY place_id"))
    kept = connection.execute(text("SELECT place_id, event_count FROM event_place"))
    assert Counter(map(tuple, kept)) == Counter(map(tuple, by_place))
    events = set(connection.execute(text("SELECT id FROM event")).scalars())
    taking: dict[tuple[str, int | None], set[int]] = {}
    for event, role, actor in connection.execute(text("SELECT event_id, role, actor_id FROM event_participant")):
        for named in (role, "participant"):
            taking.setdefault((named, actor), set()).add(event)
    for role in ("actor", "recipient", "participant"):
        named = set().union(*(found for (r, _actor), found in taking.items() if r == role))
        if events - named:
            taking[role, None] = events - named
    kept = connection.execute(text("SELECT role, actor_id, event_count FROM event_actor"))
    assert {(role, actor): number for role, actor, number in kept} == {k: len(v) for k, v in taking.items()}


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(CHANGES, min_size=3, max_size=8))
def test_the_counts_are_those_of_the_events_after_every_change(
    base: Base, changes: list[tuple[str, str | None, str | None]]
) -> None:
    for what, kind, day in changes:
        base.change(what, kind, day)
        with base.database.read() as connection:
            agrees(connection)


QUESTIONS: tuple[dict[str, list[str]], ...] = (
    {},
    {"event_type": ["PROTEST", "accident"]},
    {"exclude_event_type": ["ASSAULT"]},
    {"date_start": ["2021-03-15"], "date_end": ["2021-05-02"]},
    {"date_start": ["2021-03"], "undated": ["include"]},
    {"undated": ["only"]},
    {"quad_code": ["3", "4"], "realis": ["actual"]},
    {"country": ["XAA"]},
    {"exclude_place": ["Port Amber"]},
)


@pytest.fixture(params=QUESTIONS, ids=str)
def question(request: pytest.FixtureRequest) -> Filters:
    return Filters.parse(request.param, "events")


def test_what_is_counted_before_is_what_the_list_has(filled: Connection, question: Filters) -> None:
    rows = walk(filled, question, limit=1_000)
    assert counting.count(filled, question) == len(rows)
    types = counting.facet(filled, question, "event_type", size=100)
    assert {v["value"]: v["count"] for v in types["values"]} == Counter(r["type"] or r["extension"] for r in rows)
    days = counting.timeline(filled, question, "day")
    dated = Counter(row["date_start"] for row in rows if row["date_precision"] == "day")
    assert {bucket["date"]: bucket["count"] for bucket in days["buckets"]} == dated
    places = area_map(filled, question, "place")
    assert {area["key"]: area["count"] for area in places["areas"]} == Counter(
        row["place"]["key"] for row in rows if row["place"]
    )
    for role, name in (("actors", "actor"), ("recipients", "recipient")):
        named = counting.facet(filled, question, name, size=100)
        found = Counter(key for row in rows for key in {who["key"] for who in row[role]})
        assert {v["value"]: v["count"] for v in named["values"]} == found
        assert named["unset"] == sum(not row[role] for row in rows)


def test_the_tables_of_counts_go_with_the_last_event(base: Base) -> None:
    base.change("import", "PROTEST", "2021-03-02")
    base.change("merge", None, None)
    base.change("forget", None, None)
    with base.database.read() as connection:
        for table in ROLLED_UP:
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0
