from __future__ import annotations

import hashlib
import json
import zipfile
from collections import Counter

import pytest

from newskb.errors import InputError, UnknownParameterError
from newskb.exports import codes
from newskb.exports.formats import FORMATS
from newskb.exports.question import MANIFEST, Question, export_file, pieces
from newskb.store.streams import Selection


def saved(connection, path, format="csv", **asked):
    question = Question.parse(format, **asked)
    return export_file(question, Selection(connection, question.filters), path)


def test_a_manifest_tells_the_question_the_counts_the_versions_and_the_checksum(connection, tmp_path):
    path = tmp_path / "protests.csv"
    saved(connection, path, params={"event_type": ["PROTEST"]})
    manifest = json.loads((tmp_path / f"protests.csv.{MANIFEST}").read_text())
    assert manifest["query"] == {"format": "csv", "what": "events", "filters": {"event_type": ["PROTEST"]}}
    assert manifest["counts"] == {"rows": len(path.read_text().splitlines()) - 1}
    assert manifest["versions"]["extractors"] == ["test-1"]
    assert manifest["versions"]["authority"] == "1"
    (resource,) = manifest["resources"]
    assert resource["path"] == "protests.csv"
    assert resource["hash"] == f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
    assert resource["bytes"] == path.stat().st_size
    assert resource["schema"]["fields"][0] == {"name": "event", "type": "string", "description": "The event."}


def test_a_folder_gets_the_file_under_a_name_of_its_own(connection, tmp_path):
    manifest = saved(connection, tmp_path, "gdelt")
    (resource,) = manifest["resources"]
    assert resource["path"] == "newskb-events-gdelt.export.CSV"
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".db") >= [MANIFEST]
    assert (tmp_path / resource["path"]).stat().st_size == resource["bytes"]


def test_an_archive_holds_the_file_and_its_manifest_and_is_the_same_each_time(connection, tmp_path):
    first, second = tmp_path / "one.zip", tmp_path / "two.zip"
    for path in (first, second):
        saved(connection, path, "plover")
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert archive.testzip() is None
        manifest = json.loads(archive.read(MANIFEST))
        (resource,) = manifest["resources"]
        content = archive.read(resource["path"])
    assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert len(content.splitlines()) == manifest["counts"]["rows"]


def test_a_file_that_was_there_stays_until_the_new_one_is_whole(connection, tmp_path):
    path = tmp_path / "events.csv"
    path.write_text("old")
    question = Question.parse("csv")

    def stopped(_number):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_file(question, Selection(connection, question.filters), path, progress=stopped)
    assert path.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir() if found.name.startswith((".", "events"))] == ["events.csv"]
    saved(connection, path)
    assert path.read_text().startswith("event,type")


def test_every_format_is_saved_with_a_manifest_of_its_columns(connection, tmp_path):
    for format in FORMATS.values():
        path = tmp_path / f"{format.name}.{format.suffix}"
        manifest = saved(connection, path, format.name)
        (resource,) = manifest["resources"]
        assert resource["bytes"] == path.stat().st_size > 0
        assert sum(manifest["counts"].values()) > 0
        if format.fields and format.name in ("gdelt", "gdelt-mentions"):
            columns = len(path.read_text().splitlines()[0].split("\t"))
            assert len(resource["schema"]["fields"]) == columns


def test_progress_ends_with_all_that_was_written(connection, tmp_path):
    told = []
    question = Question.parse("plover")
    export_file(question, Selection(connection, question.filters), tmp_path / "x.jsonl", progress=told.append)
    assert told[-1] == 14


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"format": "gdlet"}, "did you mean 'gdelt'"),
        ({"format": "csv", "what": "event"}, "did you mean 'events'"),
        ({"format": "polecat", "what": "quotes"}, "polecat cannot be written of 'quotes'"),
        ({"format": "csv", "what": "daily_counts", "params": {"country": ["VE"]}}, "takes no filters"),
        ({"format": "sqlite", "params": {"country": ["VE"]}}, "takes no filters"),
        ({"format": "gdelt", "params": {"event_type": ["PROTSET"]}}, "did you mean 'PROTEST'"),
    ],
)
def test_what_cannot_be_exported_is_told_with_what_can(asked, message):
    with pytest.raises(InputError, match=message):
        Question.parse(**asked)


def test_an_unknown_filter_names_the_nearest():
    with pytest.raises(UnknownParameterError, match="did you mean 'event_type'"):
        Question.parse("geojson", params={"event_typ": ["PROTEST"]})
    with pytest.raises(UnknownParameterError):
        Question.parse("geojson", params={"limit": ["5"]})


def test_an_export_of_nothing_is_a_whole_file(connection):
    for format in FORMATS.values():
        if format.subjects[0] != "events":
            continue
        question = Question.parse(format.name, params={"event": ["evt-none"]})
        tally = Counter()
        data = b"".join(pieces(question, Selection(connection, question.filters), tally))
        assert tally.total() == 0
        if format.suffix in ("geojson", "jsonld"):
            assert json.loads(data)


def test_codes_of_countries_are_told_apart():
    venezuela, germany, romania = map(codes.country, ("VEN", "DEU", "ROU"))
    assert (venezuela.fips, venezuela.cow, venezuela.cameo) == ("VE", "101", "VEN")
    assert (germany.fips, germany.cow, germany.cameo) == ("GM", "255", "DEU")
    assert romania.cameo == "ROM"
    assert codes.country(None).name == ""
    assert codes.country("XAA").fips == ""
    assert codes.actor_type("JRN") == "MED"
    assert codes.actor_type("MED") == "HLH"
    assert codes.language("en") == "eng"


def test_a_finer_code_lies_under_its_root():
    assert codes.cameo("14", "PROTEST", "riot") == "145"
    assert codes.cameo("18", "ASSAULT", "riot") == "18"
    assert codes.cameo("20", "PROTEST", "riot") == "20"
    assert codes.cameo_base("19") == "190"
