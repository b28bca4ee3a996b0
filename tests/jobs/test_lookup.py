import json

import pytest

from newskb.jobs.exports import export_lines
from newskb.jobs.imports import run_import
from newskb.jobs.lookup import look_up
from newskb.settings import Settings
from newskb.store.database import Database
from newskb.store.schema import Base
from tests.jobs.light_extractor import make_light
from tests.jobs.samples import write_world

KEYED = sorted(name for name, table in Base.metadata.tables.items() if "key" in table.c and "id" in table.c)
NOT_MADE = {"correction", "judgement", "api_key"}
"""Tables that only analysts write."""


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    write_world(folder, days=6)
    settings = Settings(database_url=f"sqlite:///{tmp_path_factory.mktemp('lookup') / 'newskb.db'}")
    run_import([folder], settings=settings, extractor=make_light)
    return settings


def keys_of(settings, table, *, limit=3):
    database = Database(settings.database_url)
    with database.read() as connection:
        keys = connection.exec_driver_sql(f"SELECT key FROM {table} ORDER BY id LIMIT {limit}").scalars().all()
    database.dispose()
    return keys


@pytest.mark.parametrize("table", [name for name in KEYED if name not in NOT_MADE])
def test_a_key_of_any_kind_leads_to_its_thing(settings, table):
    keys = keys_of(settings, table)
    assert keys
    for key in keys:
        found = look_up(key, settings=settings)
        assert found.row["key"] == key
        assert json.dumps(found.row)
        assert not any(name == "id" or name.endswith("_id") for name in found.row if name != "external_id")
        assert key in "\n".join(found.lines())


def test_an_article_is_shown_with_its_text_and_its_facts_in_the_notation_of_cases(settings):
    article = next(row for row in exported("articles", settings) if row["id"] == "0-1")
    for key in (article["article"], "0-1"):
        found = look_up(key, settings=settings)
        lines = list(found.lines())
        assert article["text"].rstrip("\n") in lines
        assert '=> quote direct "We will keep the ferries of barrel running" speaker="Dan Ericson"' in lines
        assert any(line.startswith('=> event PROTEST "marched" actor="Ben Carver"') for line in lines)
        assert "# id: 0-1" in lines


def test_an_event_is_shown_with_the_words_of_every_report(settings):
    event = max(exported("events", settings), key=lambda row: row["report_count"])
    lines = list(look_up(event["event"], settings=settings).lines())
    assert event["report_count"] > 1
    for report in event["reports"]:
        place = f"[{report['article']} {report['start_char']}-{report['end_char']}]"
        assert sum(place in line and " ".join(report["sentence"].split()) in line for line in lines) == 1


def test_an_actor_is_shown_with_its_names(settings):
    key = next(row["actor"] for row in exported("events", settings) if row["actor_name"] == "Ada Brook")
    lines = list(look_up(key, settings=settings).lines())
    assert lines[0] == f"# actor {key}"
    assert "  - Ada Brook" in lines


def test_a_wikidata_id_leads_to_an_actor_or_a_place(settings):
    for table in ("actor", "place"):
        (key,) = keys_of(settings, f"{table} WHERE wikidata LIKE 'Q%'", limit=1)
        found = look_up(key, settings=settings)
        assert found.row["wikidata"] == key
        assert found.resource in ("actors", "places")


@pytest.mark.parametrize("key", ["evt-none", "", "nul\x00", "%", "'; DROP TABLE article; --"])
def test_a_key_of_nothing_finds_nothing(settings, key):
    assert look_up(key, settings=settings) is None


def exported(what, settings):
    return [json.loads(line) for line in export_lines(what, settings=settings)]
