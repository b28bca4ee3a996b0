"""The sample articles, read by the real extractor: the same on both databases and in any order, and worth asking."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newskb.jobs.extraction import extractor_options, make_extractor
from newskb.jobs.imports import run_import
from newskb.jobs.merging import merge_database
from newskb.settings import Settings
from newskb.store.database import Database
from newskb.store.dictionary import data_dictionary
from tests.jobs.canonical import canonical_dump

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "seeds" / "articles"
COOKBOOK = (ROOT / "docs" / "sql-cookbook.md").read_text(encoding="utf-8")
RECIPES = re.findall(r"^### ([^\n]+)$.*?^```sql\n(.*?)^```$", COOKBOOK, re.MULTILINE | re.DOTALL)
PASSAGES = ("quote", "claim")
SPANS = ("sentence", "mention", "time_expression", "figure", "event_mention", "quote", "claim")


@pytest.fixture(scope="module")
def extractor():
    return make_extractor(extractor_options(Settings()))


@pytest.fixture(scope="module")
def import_seeds(extractor):
    """Imports paths of the sample articles one after another with one extractor."""

    def run(url, *paths, **given):
        for path in paths:
            run_import([path], settings=Settings(database_url=url, **given), extractor=lambda: extractor)

    return run


@pytest.fixture(scope="module")
def sqlite_seeds(import_seeds, tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('seeds') / 'newskb.db'}"
    import_seeds(url, SEEDS)
    database = Database(url)
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def postgres_seeds(import_seeds, make_postgres):
    with make_postgres() as database:
        import_seeds(database.url.render_as_string(hide_password=False), SEEDS)
        yield database


def test_both_databases_hold_the_same(sqlite_seeds, postgres_seeds):
    assert canonical_dump(postgres_seeds) == canonical_dump(sqlite_seeds)


def test_another_order_and_size_of_batches_and_merging_at_each_step_change_nothing(
    import_seeds, sqlite_seeds, sqlite_url
):
    files = sorted((path for path in SEEDS.rglob("*") if path.is_file()), reverse=True)
    import_seeds(sqlite_url, *files, batch_size=3)
    database = Database(sqlite_url)
    step_by_step = canonical_dump(database)
    merge_database(database, rebuild=True)
    rebuilt = canonical_dump(database)
    database.dispose()
    assert rebuilt == step_by_step
    assert step_by_step == canonical_dump(sqlite_seeds)


@pytest.mark.parametrize("table", SPANS)
def test_every_passage_that_is_stored_lies_in_its_text(sqlite_seeds, table):
    with sqlite_seeds.read() as connection:
        rows = connection.exec_driver_sql(
            f"SELECT f.start_char, f.end_char, length(a.text) AS size FROM {table} f "
            "JOIN article a ON a.id = f.article_id"
        ).all()
    assert rows
    assert [row for row in rows if not 0 <= row.start_char < row.end_char <= row.size] == []


@pytest.mark.parametrize("table", PASSAGES)
def test_every_passage_that_is_stored_is_the_words_of_its_text(sqlite_seeds, postgres_seeds, table):
    for database in (sqlite_seeds, postgres_seeds):
        with database.read() as connection:
            rows = connection.exec_driver_sql(
                f"SELECT f.text, f.start_char, f.end_char, a.text AS whole FROM {table} f "
                "JOIN article a ON a.id = f.article_id"
            ).all()
        assert [row.text for row in rows] == [row.whole[row.start_char : row.end_char] for row in rows] != []


def test_the_cookbook_has_recipes_enough():
    assert len(RECIPES) >= 15
    assert len(RECIPES) == COOKBOOK.count("```sql")


NOBODY_YET = {"Who affirmed, who denied, and who changed sides?"}
"""Recipes that the sample articles, as the light extractor reads them, have no answer to."""


@pytest.mark.parametrize(("question", "query"), RECIPES, ids=[question for question, _ in RECIPES])
def test_a_recipe_of_the_cookbook_answers_the_same_on_both(sqlite_seeds, postgres_seeds, question, query):
    answers = []
    for database in (sqlite_seeds, postgres_seeds):
        with database.read() as connection:
            result = connection.exec_driver_sql(query.replace("%", "%%") if database is postgres_seeds else query)
            answers.append([[plain(value) for value in row] for row in result])
    assert answers[0] == answers[1]
    assert answers[0] or question in NOBODY_YET


def plain(value):
    """A value without the types of the database: truth values and decimals as numbers."""
    return value if value is None or isinstance(value, str) else float(value)


def test_the_data_dictionary_is_up_to_date():
    assert (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8") == data_dictionary()
