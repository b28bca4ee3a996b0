import random
import shutil

import pytest
from sqlalchemy import select

from newskb.jobs import merging
from newskb.jobs.imports import run_import
from newskb.jobs.merging import merge_all
from newskb.jobs.reprocess import run_reprocess
from newskb.settings import Settings
from newskb.store.corrections import record_correction
from newskb.store.database import Database
from newskb.store.schema import Base
from tests.jobs.canonical import canonical_dump
from tests.jobs.light_extractor import make_light, make_newer
from tests.jobs.samples import write_world

DAYS = 8


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    write_world(folder, days=DAYS)
    return folder


def settings_for(url, **given):
    return Settings(database_url=url, **given)


def imported(world, url, paths=None, **given):
    summary = run_import(paths or [world], settings=settings_for(url, **given), extractor=make_light)
    return summary, dumped(url)


def dumped(url):
    database = Database(url)
    try:
        return canonical_dump(database)
    finally:
        database.dispose()


@pytest.fixture(scope="module")
def undisturbed(world, tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('undisturbed') / 'newskb.db'}"
    return imported(world, url)


def test_an_import_stores_every_article_once_and_says_what_it_did(undisturbed):
    summary, dump = undisturbed
    assert len(dump["article"]) == summary.articles == 3 * DAYS + 2
    assert summary.copies == 2
    assert summary.skipped == 2
    assert {"bad-json": 1, "empty": 1, "impossible-date": 1, "no-date": 1}.items() <= summary.issues.items()
    assert summary.files_known == 0
    assert not dump["merge_mark"]
    assert summary.merged["events"] == len(dump["event"]) > 0
    assert summary.merged["stories"] == len(dump["story"]) > 0


def test_outlets_that_tell_of_one_march_differ_in_the_number_and_are_counted(undisturbed):
    _, dump = undisturbed
    columns = [c.name for c in Base.metadata.tables["event"].c if c.name != "id"]
    events = [dict(zip(columns, row, strict=True)) for row in dump["event"]]
    assert {event["independent_source_count"] for event in events} >= {1, 3}
    assert ("contradicts", "figure") in {row[-2:] for row in dump["claim_relation"]}


def test_postgresql_holds_the_same_as_sqlite(world, undisturbed, postgres_url):
    assert imported(world, postgres_url)[1] == undisturbed[1]


def test_a_second_import_finds_nothing_new(world, sqlite_url):
    _, first = imported(world, sqlite_url)
    summary, second = imported(world, sqlite_url)
    assert (summary.articles, summary.copies, summary.repeated, summary.merged) == (0, 0, 0, {})
    assert summary.files_known == summary.files
    assert second == first


@pytest.mark.parametrize("batch_size", [1, 3, 1000])
def test_the_size_of_batches_changes_nothing(world, undisturbed, sqlite_url, batch_size):
    assert imported(world, sqlite_url, batch_size=batch_size)[1] == undisturbed[1]


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_files_changes_nothing(world, undisturbed, sqlite_url, seed):
    paths = sorted(path for path in world.rglob("*") if path.is_file())
    random.Random(seed).shuffle(paths)
    assert imported(world, sqlite_url, paths)[1] == undisturbed[1]


def test_importing_file_by_file_changes_nothing(world, undisturbed, sqlite_url):
    for path in sorted((path for path in world.rglob("*") if path.is_file()), reverse=True):
        _, dump = imported(world, sqlite_url, [path])
    assert dump == undisturbed[1]


def test_worker_processes_change_nothing(world, undisturbed, sqlite_url):
    assert imported(world, sqlite_url, workers=2, batch_size=5)[1] == undisturbed[1]


@pytest.mark.parametrize("share", [0, 1])
def test_rebuilding_equals_merging_step_by_step(world, sqlite_url, monkeypatch, share):
    monkeypatch.setattr(merging, "MAX_AFFECTED", share)  # claims are grouped all anew, or only those that may change
    for path in sorted(path for path in world.rglob("*") if path.is_file()):
        _, dump = imported(world, sqlite_url, [path])
    merge_all(settings=settings_for(sqlite_url), rebuild=True)
    assert dumped(sqlite_url) == dump


def test_rebuilding_on_postgresql_equals_merging_step_by_step(world, postgres_url, monkeypatch):
    monkeypatch.setattr(merging, "MAX_AFFECTED", 1)
    for path in sorted(path for path in world.rglob("*") if path.is_file()):
        _, dump = imported(world, postgres_url, [path])
    merge_all(settings=settings_for(postgres_url), rebuild=True)
    assert dumped(postgres_url) == dump


def test_a_corrected_claim_is_related_anew_without_a_rebuild(world, sqlite_url, monkeypatch):
    monkeypatch.setattr(merging, "MAX_AFFECTED", 1)
    before = imported(world, sqlite_url)[1]["claim_relation"]
    database = Database(sqlite_url)
    with database.begin() as connection:
        relation = Base.metadata.tables["claim_relation"]
        claim = Base.metadata.tables["claim"]
        first = select(relation.c.first_id).where(relation.c.reason == "figure").limit(1).scalar_subquery()
        key = connection.execute(select(claim.c.key).where(claim.c.id == first)).scalar_one()
        record_correction(connection, key, "stance", "question", author="Ada", reason="asked")
    database.dispose()
    merge_all(settings=settings_for(sqlite_url))
    after = dumped(sqlite_url)
    merge_all(settings=settings_for(sqlite_url), rebuild=True)
    assert after["claim_relation"] != before
    assert dumped(sqlite_url) == after


def test_a_changed_file_is_read_again(world, tmp_path, sqlite_url):
    folder = tmp_path / "changing"
    shutil.copytree(world, folder)
    imported(folder, sqlite_url)
    with (folder / "late.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"date": "2024-03-09", "source": "Amber Post", "text": "Ada Brook met Ben Carver once more. "}\n')
    summary, _ = imported(folder, sqlite_url)
    assert (summary.articles, summary.repeated) == (1, 1)


def test_progress_is_told_from_the_first_file_to_the_merge(world, sqlite_url):
    told = []
    run_import([world], settings=settings_for(sqlite_url, batch_size=4), progress=told.append, extractor=make_light)
    assert [p.stage for p in told][-1] == "merge"
    assert [p.articles for p in told] == sorted(p.articles for p in told)
    assert told[-1].files_done == told[-1].files
    assert told[-1].bytes_done == told[-1].bytes > 0


def test_a_missing_path_is_an_issue_and_the_rest_is_imported(world, sqlite_url):
    summary, _ = imported(world, sqlite_url, [world / "nothing-here", world / "late.jsonl"])
    assert (summary.articles, summary.issues) == (1, {"not-found": 1})


@pytest.mark.parametrize("share", [0, 1])
def test_reprocessing_replaces_the_facts_of_older_versions_only(world, sqlite_url, monkeypatch, share):
    monkeypatch.setattr(merging, "MAX_AFFECTED", share)
    _, before = imported(world, sqlite_url)
    first = run_reprocess(settings=settings_for(sqlite_url), extractor=make_newer)
    again = run_reprocess(settings=settings_for(sqlite_url), extractor=make_newer)
    assert (first.articles, again.articles, again.merged) == (len(before["article"]), 0, {})
    assert first.extractor == "light-2 light"
    after = dumped(sqlite_url)
    assert after.pop("article") != before.pop("article")
    assert after == before
