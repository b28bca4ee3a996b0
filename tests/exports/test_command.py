"""``newskb export``, as users type it."""

from __future__ import annotations

import csv
import io
import json

import pytest
from typer.testing import CliRunner

from newskb.cli import app
from newskb.exports.formats import FORMATS


@pytest.fixture
def newskb(sqlite_database):
    import stored

    stored.fill(sqlite_database)
    runner = CliRunner(env={"COLUMNS": "200"})

    def run(*words):
        return runner.invoke(app, ["export", *map(str, words), "--db", str(sqlite_database.url.database)])

    return run


def test_filters_are_options_and_the_rows_go_to_standard_output(newskb):
    done = newskb("csv", "--event-type", "PROTEST", "--exclude-realis=future", "--out", "-")
    assert done.exit_code == 0
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {row["type"] for row in rows} == {"PROTEST"}


def test_a_file_is_written_with_its_manifest_and_told(newskb, tmp_path):
    done = newskb("plover", "--quad-code", "4", "--quad-code", "3", "--out", tmp_path / "conflict.jsonl")
    assert done.exit_code == 0, done.output
    manifest = json.loads((tmp_path / "conflict.jsonl.datapackage.json").read_text())
    assert manifest["query"]["filters"] == {"quad_code": ["4", "3"]}
    assert str(manifest["counts"]["rows"]) in done.stdout


def test_every_example_of_the_help_is_a_question(newskb, tmp_path, monkeypatch):
    import shlex

    monkeypatch.chdir(tmp_path)
    for format in FORMATS.values():
        done = newskb(*shlex.split(format.example))
        assert done.exit_code == 0, (format.example, done.output)
    shown = newskb("--help").stdout
    for name in FORMATS:
        assert f"newskb export {name} " in shown


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["csv", "--event-typ", "PROTEST"], "did you mean 'event_type'"),
        (["gdlet"], "did you mean 'gdelt'"),
        (["storys"], "did you mean 'stories'"),
        (["--actor", "Q1", "csv"], "name the format first"),
        (["csv", "PROTEST"], "'PROTEST' is no filter"),
        (["csv", "--what", "event"], "did you mean 'events'"),
        (["stories", "--actor", "Q1"], "name a format"),
    ],
)
def test_what_cannot_be_used_is_told_with_the_way_out(newskb, words, message):
    done = newskb(*words)
    assert done.exit_code == 2
    assert message in done.stderr


def test_lists_for_scorers_are_written_as_before(newskb):
    for name in ("stories", "event-mentions", "articles"):
        done = newskb(name)
        assert done.exit_code == 0
        assert all(json.loads(line) for line in done.stdout.splitlines())
    assert newskb("quotes", "--format", "csv").stdout.startswith("quote,article,source")


def test_a_value_may_begin_with_a_dash(newskb):
    assert newskb("csv", "--intensity-min", "-5").exit_code == 0
    assert "needs a value" in newskb("csv", "--intensity-min").stderr
