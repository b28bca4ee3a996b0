"""Articles and their facts are stored once, whole, and come back as they were given."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import permutations

import pytest
import samples
from everything import counts, keys
from sqlalchemy import select

from newskb.errors import NotFoundError
from newskb.model import Article, Batch, Notice, Origin, Skipped
from newskb.store import imports
from newskb.store.articles import BatchCounts, read_article, read_articles, replace_facts, write_batch
from newskb.store.database import Database
from newskb.store.facts import read_facts
from newskb.store.imports import LedgerMark
from newskb.store.schema import Base
from tests.jobs.canonical import canonical_dump

HARD = (
    "Two  blanks,\ttab,\r\nlines\u2028and \u00a0 e\u0301 (two characters), "
    '🎉👩‍👩‍👧, "\u202eright to left", \ufeff% ? \\N \'. '
)


def write(database: Database, batch: Batch, ledger: LedgerMark | None = None) -> BatchCounts:
    """One import of one batch."""
    with database.begin() as connection:
        import_id = imports.start_import(connection, {})
        run_id = imports.start_run(connection, "test-1", import_id=import_id)
        return write_batch(connection, batch, import_id=import_id, run_id=run_id, ledger=ledger)


def stored_article(database: Database, key: str) -> Article:
    with database.read() as connection:
        return read_article(connection, key)


def test_an_article_and_its_facts_come_back_as_they_were_given(database: Database) -> None:
    given = samples.article(
        external_id="x-1", url="https://amber.example/1", notices=(Notice(reason="future-date", detail="…"),)
    )
    write(database, samples.batch(given))
    with database.read() as connection:
        assert read_article(connection, given.key) == given
        assert read_facts(connection, given.key) == samples.facts(given)


def test_the_text_is_kept_character_for_character_whatever_happens_later(database: Database) -> None:
    given = samples.article(HARD + samples.BODY)
    write(database, samples.batch(given))
    write(database, samples.batch(given, extractor="test-2"))
    write(database, samples.batch(replace(given, title=None, published=None)))
    assert stored_article(database, given.key).text == given.text


def test_every_passage_of_a_hard_text_is_the_characters_its_span_names(database: Database) -> None:
    given = samples.article(HARD + samples.BODY)
    write(database, samples.batch(given))
    with database.read() as connection:
        for view in ("quotes", "claims", "mentions", "figures", "time_expressions"):
            rows = connection.exec_driver_sql(f"SELECT text, start_char, end_char FROM {view}").all()
            assert [row.text for row in rows] == [given.text[row.start_char : row.end_char] for row in rows] != []
        triggers = connection.exec_driver_sql("SELECT trigger_text FROM event_reports").scalars().all()
    assert triggers == ["marched"]


def test_an_article_that_does_not_exist_is_told_so(database: Database) -> None:
    with database.read() as connection, pytest.raises(NotFoundError, match="art-none"):
        read_article(connection, "art-none")


def test_the_same_article_from_the_same_place_is_stored_once(database: Database) -> None:
    batch = samples.batch(samples.article())
    first = write(database, batch)
    with database.read() as connection:
        before = counts(connection)
    second = write(database, batch)
    with database.read() as connection:
        after = counts(connection)
    assert (first.added, second.added, second.repeated, second.copies) == (1, 0, 1, 0)
    changed = {"import_batch", "extraction_run"}
    assert {k: v for k, v in after.items() if k not in changed} == {k: v for k, v in before.items() if k not in changed}


def test_a_reprint_in_the_same_outlet_is_a_copy_and_in_another_an_article_of_its_own(database: Database) -> None:
    one = samples.article(path="a.jsonl")
    again = samples.article(path="b.jsonl", record=7, external_id="again")
    other = samples.article(source="Bay Courier", path="c.jsonl")
    found = write(database, samples.batch(one, again, other))
    assert (found.added, found.copies) == (2, 1)
    with database.read() as connection:
        groups = connection.execute(select(Base.metadata.tables["article"].c.copy_group)).scalars().all()
        assert len(groups) == 2
        assert len(set(groups)) == 1
        copy = connection.execute(select(Base.metadata.tables["article_copy"])).one()
    assert (copy.external_id, copy.origin_path, copy.origin_record) == ("again", "b.jsonl", 7)


def test_whatever_the_order_of_occurrences_the_same_one_is_the_article(sqlite_template, tmp_path) -> None:
    occurrences = [
        samples.article(day=None, title=None, path="a.jsonl"),
        samples.article(day="2021-03-05", path="b.jsonl"),
        samples.article(day="2021-03-02", path="z.jsonl", external_id="first"),
        samples.article(day="2021-03-02", path="z.jsonl", record=4, external_id="second"),
    ]
    dumps = []
    for number, order in enumerate(permutations(occurrences)):
        path = tmp_path / f"{number}.db"
        path.write_bytes(sqlite_template.read_bytes())
        database = Database(f"sqlite:///{path}")
        for part in (order[:1], order[1:3], order[3:]):
            write(database, samples.batch(*part))
        dumps.append(canonical_dump(database, without=frozenset({"merge_mark"})))  # cleared by the merge
        database.dispose()
    assert dumps[0]["article"] != []
    assert all(dump == dumps[0] for dump in dumps)


def test_outlets_whose_names_differ_in_case_and_accents_are_one(database: Database) -> None:
    names = ["Zoé Times", "ZOE TIMES", "zoe times"]
    random.Random(1).shuffle(names)
    for number, name in enumerate(names):
        write(database, samples.batch(samples.article(f"{samples.BODY} {number}.", source=name)))
    with database.read() as connection:
        assert [row.name for row in connection.execute(select(Base.metadata.tables["source"]))] == [min(names)]


def test_a_newer_extractor_replaces_the_facts_and_nothing_else(database: Database) -> None:
    given = samples.article()
    write(database, samples.batch(given))
    newer = samples.facts(given, extractor="test-2", event_type="ASSAULT")
    with database.begin() as connection:
        replace_facts(connection, [(given, newer)], run_id=imports.start_run(connection, "test-2"))
    with database.read() as connection:
        assert read_facts(connection, given.key) == newer
        assert read_article(connection, given.key) == given
        assert len(keys(connection, "event_mention")) == len(newer.events)
        assert list(read_articles(connection, not_extractor="test-2")) == []
        assert [article.key for article in read_articles(connection, not_extractor="test-3")] == [given.key]


def test_replaced_quotes_are_no_longer_found_by_their_words(sqlite_database: Database) -> None:
    given = samples.article()
    write(sqlite_database, samples.batch(given))
    newer = replace(samples.facts(given, extractor="test-2"), quotes=(), claims=())
    with sqlite_database.begin() as connection:
        replace_facts(connection, [(given, newer)], run_id=imports.start_run(connection, "test-2"))
        for table in ("article", "quote", "claim"):
            connection.exec_driver_sql(f"INSERT INTO {table}_fts({table}_fts, rank) VALUES ('integrity-check', 1)")
        found = connection.exec_driver_sql("SELECT count(*) FROM quote_fts WHERE quote_fts MATCH 'harbour'")
        assert found.scalar_one() == 0


def test_issues_are_stored_once_with_place_and_reason_even_under_names_no_database_takes(database: Database) -> None:
    origin = Origin(path="bad\udcff\x00name.jsonl", member="in\x00side", record=3, byte_offset=77)
    batch = Batch(articles=(), facts=(), skipped=(Skipped(origin=origin, stage="read", reason="bad-json", detail="x"),))
    assert write(database, batch).skipped == 1
    write(database, batch)
    with database.read() as connection:
        (issue,) = connection.execute(select(Base.metadata.tables["import_issue"])).all()
    assert (issue.path, issue.member) == ("bad\\udcff\\0name.jsonl", "in\\0side")
    assert (issue.severity, issue.reason, issue.record, issue.byte_offset) == ("skipped", "bad-json", 3, 77)


def test_the_ledger_keeps_one_place_for_each_state_of_a_file(database: Database) -> None:
    mark = LedgerMark(path="a.jsonl", file_hash="f1", options_hash="o", next_record=64, done=False)
    nothing = Batch(articles=(), facts=(), skipped=())
    for told in (mark, replace(mark, next_record=90, done=True), replace(mark, file_hash="f2", next_record=1)):
        write(database, nothing, ledger=told)
    with database.read() as connection:
        assert imports.ledger_mark(connection, "a.jsonl", "f1", "o") == replace(mark, next_record=90, done=True)
        assert imports.ledger_mark(connection, "a.jsonl", "f2", "o") == replace(mark, file_hash="f2", next_record=1)
        assert imports.ledger_mark(connection, "a.jsonl", "f1", "other") is None
