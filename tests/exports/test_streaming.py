from __future__ import annotations

import json
import tracemalloc

import pytest

from newskb.exports.question import Question
from newskb.ingest.readers import read
from newskb.jobs.exporting import export_pieces, export_to
from newskb.pipeline import extract
from newskb.settings import Settings
from newskb.store.articles import write_batch
from newskb.store.imports import start_import, start_run
from tests.jobs.light_extractor import make_light

CHARACTERS = 20_000


@pytest.fixture
def settings(tmp_path, sqlite_database):
    long = "x" * CHARACTERS  # one word: nothing to find in it
    given = (json.dumps({"id": str(n), "date": "2024-01-02", "text": f"{n} {long}{n}"}) for n in range(1500))
    (tmp_path / "many.jsonl").write_text("\n".join(given), encoding="utf-8")
    batch = extract(list(read(tmp_path / "many.jsonl")), make_light())
    with sqlite_database.begin() as connection:
        import_id = start_import(connection, {})
        write_batch(connection, batch, import_id=import_id, run_id=start_run(connection, "light", import_id=import_id))
    return Settings(database_url=f"sqlite:///{sqlite_database.url.database}")


@pytest.mark.parametrize(("format", "what"), [("csv", "articles"), ("jsonld", "articles"), ("ftm", "all")])
def test_a_large_export_holds_little_at_a_time(settings, format, what):
    parts = export_pieces(Question.parse(format, what=what), settings=settings)
    size = len(next(parts))
    tracemalloc.start()
    try:
        size += sum(map(len, parts))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 1500 * CHARACTERS
    assert peak < size / 2


@pytest.mark.parametrize("format", ["parquet", "sqlite"])
def test_a_file_that_is_built_is_built_from_a_few_rows_at_a_time(settings, tmp_path, format):
    question = Question.parse(format, what="articles")
    tracemalloc.start()
    try:
        manifest = export_to(question, tmp_path / "articles", settings=settings)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sum(manifest["counts"].values()) == 1500
    assert peak < 1500 * CHARACTERS / 2
