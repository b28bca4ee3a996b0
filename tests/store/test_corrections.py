"""What analysts decide outlives re-import and re-extraction, and can be taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest
import samples
from everything import keys
from sqlalchemy import select

from newskb.errors import ConflictError, InputError, NotFoundError
from newskb.model import ArticleFacts, Realis, Span
from newskb.store import corrections, imports, merging
from newskb.store.actors import load_authority
from newskb.store.articles import replace_facts, write_batch
from newskb.store.database import Database
from newskb.store.facts import read_facts
from newskb.store.schema import Base

ARTICLE = samples.article()
LENA = "Q900001"
AMBERLAND = "Q900002"


@pytest.fixture
def filled(database: Database) -> Database:
    with database.begin() as connection:
        load_authority(connection, samples.ACTORS, samples.PLACES, "1")
        import_id = imports.start_import(connection, {})
        run_id = imports.start_run(connection, "test-1", import_id=import_id)
        write_batch(connection, samples.batch(ARTICLE), import_id=import_id, run_id=run_id)
        merging.merge_done(connection)
    return database


def correct(database: Database, table: str, field: str, value: str | list[str] | None) -> str:
    with database.begin() as connection:
        fact = keys(connection, table)[0]
        return corrections.record_correction(connection, fact, field, value, author="ana", reason="read it")


def revoke(database: Database, key: str) -> None:
    with database.begin() as connection:
        corrections.revoke_correction(connection, key, author="ben")


def read_again(database: Database, facts: ArticleFacts) -> None:
    with database.begin() as connection:
        replace_facts(connection, [(ARTICLE, facts)], run_id=imports.start_run(connection, facts.extractor))


def row(database: Database, table: str):
    with database.read() as connection:
        return connection.execute(select(Base.metadata.tables[table])).one()


def shown(database: Database, view: str, column: str) -> object:
    with database.read() as connection:
        return connection.exec_driver_sql(f"SELECT {column} FROM {view}").scalar_one()


FIELDS = [
    ("event_mention", "type", "ASSAULT", "event_reports", "type"),
    ("event_mention", "realis", "negated", "event_reports", "realis"),
    ("event_mention", "date_start", "2021-02-28", "event_reports", "date_start"),
    ("event_mention", "place", None, "event_reports", "place"),
    ("quote", "type", "mixed", "quotes", "type"),
    ("quote", "speaker", AMBERLAND, "quotes", "speaker"),
    ("quote", "speaker", None, "quotes", "speaker"),
    ("claim", "holder", AMBERLAND, "claims", "holder"),
    ("claim", "stance", "affirm", "claims", "stance"),
    ("claim", "certainty", "possible", "claims", "certainty"),
]


@pytest.mark.parametrize(("table", "field", "value", "view", "column"), FIELDS)
def test_a_correction_holds_survives_reading_again_and_can_be_taken_back(
    filled: Database, table: str, field: str, value: str | None, view: str, column: str
) -> None:
    before = shown(filled, view, column)
    assert before != value
    key = correct(filled, table, field, value)
    assert (shown(filled, view, column), bool(row(filled, table).corrected)) == (value, True)
    read_again(filled, samples.facts(ARTICLE, extractor="test-2"))
    assert (shown(filled, view, column), bool(row(filled, table).corrected)) == (value, True)
    revoke(filled, key)
    assert (shown(filled, view, column), bool(row(filled, table).corrected)) == (before, False)
    read_again(filled, samples.facts(ARTICLE, extractor="test-3"))
    assert (shown(filled, view, column), bool(row(filled, table).corrected)) == (before, False)


def test_corrected_participants_come_back_with_their_mentions(filled: Database) -> None:
    with filled.read() as connection:
        before = read_facts(connection, ARTICLE.key).events
    key = correct(filled, "event_mention", "actor", [AMBERLAND, LENA])
    read_again(filled, samples.facts(ARTICLE, extractor="test-2"))
    with filled.read() as connection:
        (report,) = merging.read_event_reports(connection)
    assert report.actors == (AMBERLAND, LENA)
    revoke(filled, key)
    with filled.read() as connection:
        assert read_facts(connection, ARTICLE.key).events == before


def test_a_correction_finds_its_fact_again_when_the_span_moved_a_little(filled: Database) -> None:
    correct(filled, "quote", "speaker", AMBERLAND)
    newer = samples.facts(ARTICLE, extractor="test-2")
    (quote,) = newer.quotes
    wider = Span(start=quote.content.start - 1, end=quote.content.end + 1)
    read_again(filled, replace(newer, quotes=(replace(quote, content=wider, parts=(wider,)),)))
    assert shown(filled, "quotes", "speaker") == AMBERLAND
    read_again(filled, samples.facts(ARTICLE, extractor="test-3"))
    assert shown(filled, "quotes", "speaker") == AMBERLAND


def test_a_correction_waits_while_its_fact_is_not_found_and_applies_when_it_is_again(filled: Database) -> None:
    key = correct(filled, "quote", "type", "mixed")
    read_again(filled, replace(samples.facts(ARTICLE, extractor="test-2"), quotes=()))
    read_again(filled, samples.facts(ARTICLE, extractor="test-3"))
    assert shown(filled, "quotes", "type") == "mixed"
    revoke(filled, key)
    assert shown(filled, "quotes", "type") == "direct"


def test_a_corrected_day_stands_when_a_newer_extractor_gives_another_range(filled: Database) -> None:
    correct(filled, "event_mention", "date_start", "2021-03-01")
    newer = samples.facts(ARTICLE, extractor="test-2")
    (event,) = newer.events
    read_again(filled, replace(newer, events=(replace(event, date_start="2021-02-01", date_end="2021-02-02"),)))
    found = row(filled, "event_mention")
    assert (found.date_start, found.date_end) == ("2021-03-01", "2021-03-01")


def test_an_event_whose_type_an_analyst_took_away_is_not_merged(filled: Database) -> None:
    key = correct(filled, "event_mention", "type", None)
    with filled.read() as connection:
        assert list(merging.read_event_reports(connection)) == []
    revoke(filled, key)
    with filled.read() as connection:
        assert [report.type for report in merging.read_event_reports(connection)] == ["PROTEST"]


def test_taking_the_last_of_two_corrections_back_lets_the_first_hold_again(filled: Database) -> None:
    first = correct(filled, "event_mention", "realis", "future")
    second = correct(filled, "event_mention", "realis", "negated")
    revoke(filled, second)
    assert shown(filled, "event_reports", "realis") == "future"
    revoke(filled, first)
    assert shown(filled, "event_reports", "realis") == Realis.ACTUAL.value


def test_who_corrected_what_and_why_is_kept_after_it_is_taken_back(filled: Database) -> None:
    key = correct(filled, "quote", "type", "mixed")
    revoke(filled, key)
    kept = row(filled, "correction")
    assert (kept.author, kept.reason, kept.field, kept.value, kept.original) == (
        "ana",
        "read it",
        "type",
        '"mixed"',
        '"direct"',
    )
    assert (kept.revoked_by, kept.revoked_at is not None) == ("ben", True)
    with pytest.raises(ConflictError):
        revoke(filled, key)


def test_a_correction_marks_its_day_for_merging(filled: Database) -> None:
    with filled.read() as connection:
        assert merging.changed_days(connection) == frozenset()
    correct(filled, "event_mention", "date_start", "2021-02-27")
    with filled.read() as connection:
        assert {"2021-02-27", "2021-03-01"} <= merging.changed_days(connection)


@pytest.mark.parametrize(
    ("table", "field", "value"),
    [
        ("quote", "colour", "red"),
        ("quote", "type", "sung"),
        ("quote", "type", None),
        ("quote", "speaker", "Q0"),
        ("quote", "speaker", [LENA]),
        ("claim", "stance", None),
        ("event_mention", "type", "WAR"),
        ("event_mention", "actor", LENA),
        ("event_mention", "actor", ["Q0"]),
        ("event_mention", "place", LENA),
        ("event_mention", "date_start", "2021-02-30"),
        ("event_mention", "date_start", "soon"),
        ("event_mention", "date_start", "2021-03-09"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_changes_nothing(
    filled: Database, table: str, field: str, value: str | list[str] | None
) -> None:
    before = row(filled, table)
    with pytest.raises(InputError):
        correct(filled, table, field, value)
    assert row(filled, table) == before


def test_facts_and_corrections_that_do_not_exist_are_told_so(filled: Database) -> None:
    with filled.begin() as connection:
        for fact in ("quo-none", "art-none", "nonsense"):
            with pytest.raises(NotFoundError):
                corrections.record_correction(connection, fact, "type", "mixed", author="ana", reason="…")
        with pytest.raises(NotFoundError):
            corrections.revoke_correction(connection, "cor-none", author="ana")


def test_of_several_judgements_about_a_pair_the_last_that_stands_holds(database: Database) -> None:
    def decide(decision: str, first: str, second: str) -> str:
        with database.begin() as connection:
            return corrections.record_judgement(
                connection, first, second, kind="actor", decision=decision, author="ana", reason="…"
            )

    def standing() -> list[str]:
        with database.read() as connection:
            return [judgement.decision for judgement in corrections.judgements(connection, "actor")]

    decide("same", "act-a", "act-b")
    last = decide("different", "act-b", "act-a")
    assert standing() == ["different"]
    with database.begin() as connection:
        corrections.revoke_judgement(connection, last, author="ana")
    assert standing() == ["same"]
    with database.begin() as connection, pytest.raises(NotFoundError):
        corrections.revoke_judgement(connection, last, author="ana")
    with pytest.raises(InputError, match="two different things"):
        decide("same", "act-a", "act-a")
