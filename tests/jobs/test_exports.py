import csv
import io
import json
import tracemalloc
from functools import cache

import pytest

from newskb.errors import InputError, SetupError
from newskb.ingest.readers import read
from newskb.jobs.exports import FORMATS, export_lines
from newskb.jobs.imports import run_import
from newskb.pipeline import extract
from newskb.settings import Settings
from newskb.store.articles import write_batch
from newskb.store.database import Database
from newskb.store.export import columns, kinds
from newskb.store.imports import start_import, start_run
from tests.jobs.canonical import canonical_dump
from tests.jobs.light_extractor import make_light
from tests.jobs.samples import WORDS, write_world

DAYS = 6


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    write_world(folder, days=DAYS)
    return folder


def imported(url, *paths):
    settings = Settings(database_url=url)
    run_import(paths, settings=settings, extractor=make_light)
    return settings


@pytest.fixture(scope="module")
def settings(world, tmp_path_factory):
    return imported(f"sqlite:///{tmp_path_factory.mktemp('export') / 'newskb.db'}", world)


@cache
def rows(what, settings):
    return [json.loads(line) for line in export_lines(what, settings=settings)]


@pytest.mark.parametrize("what", kinds())
def test_every_kind_is_exported_with_its_columns_in_both_formats(settings, what):
    found = rows(what, settings)
    assert found
    assert {tuple(row) for row in found} == {columns(what)}
    lines = b"".join(export_lines(what, settings=settings, format="csv")).decode()
    table = list(csv.DictReader(io.StringIO(lines, newline="")))
    assert tuple(table[0]) == columns(what)
    assert [read_back(row) for row in table] == [read_back({k: cell(v) for k, v in row.items()}) for row in found]


def cell(value):
    if isinstance(value, bool | list | dict):
        return json.dumps(value)
    return "" if value is None else str(value)


def read_back(row):
    return {k: json.loads(v) if v[:1] in ("[", "{") else v for k, v in row.items()}


def test_postgresql_exports_the_same_as_sqlite(world, settings, postgres_url):
    other = imported(postgres_url, world)
    for what in kinds():
        assert [without_moments(row) for row in rows(what, other)] == [
            without_moments(row) for row in rows(what, settings)
        ]


def without_moments(row):
    return {name: value for name, value in row.items() if name != "ingested_at"}


def test_exported_articles_imported_again_give_the_same_facts(settings, tmp_path, sqlite_url):
    (tmp_path / "again.jsonl").write_bytes(b"".join(export_lines("articles", settings=settings)))
    imported(sqlite_url, tmp_path / "again.jsonl")
    assert facts_of(sqlite_url) == facts_of(settings.database_url)


def facts_of(url):
    database = Database(url)
    dump = canonical_dump(database)
    database.dispose()
    return {
        name: dump[name] for name in ("event_mention", "quote", "claim", "event", "story_member", "actor", "figure")
    }


def test_every_fact_comes_with_the_characters_that_say_it(settings):
    texts = {row["article"]: row["text"] for row in rows("articles", settings)}
    for what in ("quotes", "claims"):
        for row in rows(what, settings):
            assert texts[row["article"]][row["start_char"] : row["end_char"]] == row["text"]
    for event in rows("events", settings):
        assert len(event["reports"]) == event["report_count"]
        for report in event["reports"]:
            assert texts[report["article"]][report["start_char"] : report["end_char"]] == report["text"]
            assert report["text"] in report["sentence"]
        assert [who["key"] for who in event["actors"]][:1] == ([event["actor"]] if event["actor"] else [])


def test_stories_and_event_mentions_name_articles_by_the_id_they_were_imported_with(settings):
    stories = {row["id"]: row["story"] for row in rows("stories", settings)}
    given = {f"{outlet}-{day}" for outlet in range(3) for day in range(DAYS)}
    assert given <= stories.keys()
    assert len(stories) == len(given) + 2  # two texts without an id go by their keys
    assert len({stories["0-0"], stories["1-0"], stories["2-0"]}) == 1
    marches = {
        row["chain"] for row in rows("event-mentions", settings) if row["id"] in ("0-0", "1-0") and not row["start"]
    }
    assert marches == set()
    mentions = rows("event-mentions", settings)
    assert len({(row["id"], row["start"], row["end"]) for row in mentions}) == len(mentions)


def test_an_article_that_was_met_twice_is_listed_under_both_ids(tmp_path, sqlite_url):
    text = " ".join(WORDS) + " Ada Brook met Ben Carver on the pier. "
    dated = {"date": "2024-01-02", "source": "Amber Post"}
    given = [{"id": "first", "text": text, **dated}, {"id": "second", "text": text, **dated}]
    given.append(
        {"id": "third", "text": f"{text} And once more in the harbour.", "date": "2024-01-03", "source": "Bay"}
    )
    (tmp_path / "twice.jsonl").write_text("\n".join(map(json.dumps, given)), encoding="utf-8")
    settings = imported(sqlite_url, tmp_path / "twice.jsonl")
    stories = {row["id"]: row["story"] for row in rows("stories", settings)}
    assert stories.keys() == {"first", "second", "third"}
    assert stories["first"] == stories["second"]
    pairs = {(row["a"], row["b"]): row["score"] for row in rows("duplicates", settings)}
    assert pairs.keys() == {("first", "second"), ("first", "third"), ("second", "third")}
    assert pairs["first", "second"] == 1.0
    assert 0.4 <= pairs["first", "third"] == pairs["second", "third"]
    assert {row["id"] for row in rows("event-mentions", settings)} == {"first", "second", "third"}


def test_a_large_export_is_streamed(tmp_path, sqlite_database):
    long = "x" * 20_000  # one word: nothing to find in it
    given = (json.dumps({"id": str(n), "date": "2024-01-02", "text": f"{n} {long}{n}"}) for n in range(1500))
    (tmp_path / "many.jsonl").write_text("\n".join(given), encoding="utf-8")
    batch = extract(list(read(tmp_path / "many.jsonl")), make_light())
    with sqlite_database.begin() as connection:
        import_id = start_import(connection, {})
        write_batch(connection, batch, import_id=import_id, run_id=start_run(connection, "light", import_id=import_id))
    lines = export_lines("articles", settings=Settings(database_url=f"sqlite:///{sqlite_database.url.database}"))
    size = len(next(lines))
    tracemalloc.start()
    try:
        size += sum(map(len, lines))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 25_000_000
    assert peak < size / 2


@pytest.mark.parametrize(
    ("what", "format", "message"),
    [
        ("storys", "jsonl", "did you mean 'stories'"),
        ("events", "cvs", "did you mean 'csv'"),
        ("events", "parquet", f"there are {', '.join(FORMATS)}"),
    ],
)
def test_an_unknown_export_names_the_nearest_one(settings, what, format, message):
    with pytest.raises(InputError, match=message):
        export_lines(what, settings=settings, format=format)


def test_a_missing_database_is_told_before_anything_is_written(tmp_path):
    with pytest.raises(SetupError, match="newskb import"):
        export_lines("events", settings=Settings(database_url=f"sqlite:///{tmp_path / 'none.db'}"))
