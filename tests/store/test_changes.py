"""Whoever reads the changes knows what was added, updated and deleted, also by a merge, on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
import samples
import stored
from sqlalchemy import Connection, func, select, update

from newskb.errors import InputError
from newskb.model import Batch
from newskb.store import counting, merging, query
from newskb.store.articles import replace_facts, write_batch
from newskb.store.changes import RESOURCES, ChangePage, list_changes
from newskb.store.corrections import record_correction
from newskb.store.database import Database
from newskb.store.filters import Filters
from newskb.store.imports import start_import, start_run
from newskb.store.schema import Base

CHANGE = Base.metadata.tables["change"]


def whole(connection: Connection, **asked: object) -> tuple[dict[tuple[str, str], str], str]:
    """All changes, page by page: what happened to each thing, and where to go on."""
    found: dict[tuple[str, str], str] = {}
    page: ChangePage = list_changes(connection, limit=7, **asked)  # type: ignore[arg-type]
    while True:
        for row in page.rows:
            assert (row["resource"], row["key"]) not in found
            found[row["resource"], row["key"]] = row["action"]
        if page.next is None:
            return found, page.resume
        page = list_changes(connection, limit=7, cursor=page.next, resources=asked.get("resources", ()))  # type: ignore[arg-type]


def of(found: Mapping[tuple[str, str], str], resource: str) -> list[str]:
    return sorted(action for (name, _key), action in found.items() if name == resource)


def test_everything_that_is_stored_was_added(database: Database) -> None:
    stored.fill(database)
    with database.read() as connection:
        found, resume = whole(connection)
        for resource in RESOURCES:
            keys = {row["key"] for row in query.list_rows(connection, Filters(resource=resource), limit=1_000).rows}
            assert keys == {key for (name, key) in found if name == resource}
            assert set(of(found, resource)) == {"added"}
        assert whole(connection, cursor=resume) == ({}, resume)
        assert set(whole(connection, resources=["events"])[0]) == {key for key in found if key[0] == "events"}


def test_a_merge_that_finds_the_same_changes_nothing(database: Database) -> None:
    stored.fill(database)
    with database.read() as connection:
        _found, resume = whole(connection)
    stored.merge(database)
    with database.read() as connection:
        assert whole(connection, cursor=resume)[0] == {}


def test_events_that_a_merge_no_longer_finds_are_deleted(database: Database) -> None:
    stored.fill(database)
    with database.read() as connection:
        _found, resume = whole(connection)
        old = {row["key"] for row in query.list_rows(connection, Filters(resource="events"), limit=1_000).rows}
    with database.begin() as connection:
        reports = list(merging.read_event_reports(connection))
        kept = [stored.event([report]) for report in reports[:3]]
        merging.replace_events(connection, [replace(kept[0], realis="future"), *kept[1:]])
    with database.read() as connection:
        found, resume = whole(connection, cursor=resume)
        deleted = {key for (_name, key), action in found.items() if action == "deleted"}
        assert deleted == old - {event.key for event in kept}
        assert {key for (_n, key), action in found.items() if action == "added"} == {e.key for e in kept} - old
    with database.begin() as connection:
        merging.replace_events(connection, [kept[0], *kept[1:]])
    with database.read() as connection:
        found, _resume = whole(connection, cursor=resume)
        assert found == {("events", kept[0].key): "updated"}


def test_a_part_of_the_events_can_be_merged_anew(database: Database) -> None:
    stored.fill(database)
    with database.read() as connection:
        _found, resume = whole(connection)
        reports = list(merging.read_event_reports(connection))
    with database.begin() as connection:
        merging.replace_events(connection, [], scope=[reports[0].key])
    with database.read() as connection:
        found, _resume = whole(connection, cursor=resume)
        assert list(found.values()) == ["deleted"]


def test_facts_that_another_extractor_does_not_find_are_deleted(database: Database) -> None:
    stored.fill(database)
    with database.read() as connection:
        _found, resume = whole(connection)
    article = samples.article(f"{samples.BODY} Report 1.", source="Bay Courier", day="2021-03-02", record=1)
    fewer = replace(samples.facts(article, extractor="test-2"), quotes=())
    with database.begin() as connection:
        replace_facts(connection, [(article, fewer)], run_id=start_run(connection, "test-2"))
    with database.read() as connection:
        found, _resume = whole(connection, cursor=resume)
        assert found.pop(("articles", article.key)) == "updated"
        assert {name: of(found, name) for name in ("quotes", "claims")} == {
            "quotes": ["deleted"],
            "claims": ["updated"],
        }


def test_a_correction_changes_its_fact(database: Database) -> None:
    stored.fill(database)
    with database.read() as connection:
        _found, resume = whole(connection)
        quote = query.list_rows(connection, Filters(resource="quotes"), limit=1).rows[0]["key"]
    with database.begin() as connection:
        record_correction(connection, quote, "type", "mixed", author="ana", reason="half of it is reported")
    with database.read() as connection:
        assert whole(connection, cursor=resume)[0] == {("quotes", quote): "updated"}


def test_what_was_added_since_is_told_as_added_though_it_changed_again(database: Database) -> None:
    with database.read() as connection:
        _found, resume = whole(connection)
    article = samples.article()
    with database.begin() as connection:
        import_id, run_id = start_import(connection, {}), start_run(connection, "test-1")
        batch = Batch(articles=(article,), facts=(samples.facts(article),), skipped=())
        write_batch(connection, batch, import_id=import_id, run_id=run_id)
    with database.read() as connection:
        _found, between = whole(connection)
    with database.begin() as connection:
        newer = samples.facts(article, extractor="test-2")
        replace_facts(connection, [(article, newer)], run_id=run_id)
    with database.read() as connection:
        assert set(whole(connection, cursor=resume)[0].values()) == {"added"}
        assert set(whole(connection, cursor=between)[0].values()) == {"updated"}


def test_changes_and_rows_since_a_moment(database: Database) -> None:
    stored.fill(database)
    with database.begin() as connection:
        early = connection.execute(select(CHANGE.c.position).order_by(CHANGE.c.position).limit(20)).scalars().all()
        connection.execute(
            update(CHANGE).where(CHANGE.c.position.in_(early)).values(changed_at="2001-02-03T04:05:06+00:00")
        )
        total = connection.execute(select(func.count()).select_from(CHANGE)).scalar_one()
    with database.read() as connection:
        late = total - 20
        assert len(whole(connection, since="2001-02-03T06:05:07+02:00")[0]) == late
        assert len(whole(connection, since="2001-02-03T04:05:06Z")[0]) == total
        assert whole(connection, since="2999-01-01")[0] == {}
        numbers = [
            counting.count(connection, Filters.parse({"changed_since": ["2001-02-04"]}, resource))
            for resource in RESOURCES
        ]
        assert sum(numbers) == late


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "yesterday"},
        {"since": "9999-12-31T23:59:59-23:00"},
        {"cursor": "nonsense"},
        {"cursor": "WyJldmVudHMiLDAsMF0"},
        {"cursor": "WyJjaGFuZ2VzIiw1LDFd"},
        {"since": "2020-01-01", "cursor": "x"},
        {"resources": ["actions"]},
    ],
)
def test_changes_that_cannot_be_asked_for_are_refused(database: Database, asked: dict[str, object]) -> None:
    with database.read() as connection, pytest.raises(InputError):
        list_changes(connection, limit=5, **asked)  # type: ignore[arg-type]
