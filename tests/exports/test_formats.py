"""What each format writes is read back by a parser that knows nothing of ours."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections import Counter

import duckdb
import pytest
from lxml import etree
from sqlalchemy import text

from newskb.exports.formats import FORMATS
from newskb.exports.question import Question, pieces
from newskb.exports.tables import VIEWS
from newskb.store import query
from newskb.store.filters import Filters
from newskb.store.streams import Selection, resource_of, view_named

GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"
EVERY = [(format.name, subject) for format in FORMATS.values() for subject in format.subjects]


def rows_of(data, delimiter=",", **how):
    return list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=delimiter, **how))


def lines_of(data):
    return [json.loads(line) for line in data.splitlines()]


def as_text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def listed(connection, filters):
    """What the list of the REST interface has."""
    return query.list_rows(connection, filters, limit=1000).rows


def in_database(connection, view):
    """The rows of a view, read without any of the code of exports, as texts."""
    types = view_named(view).types
    found = connection.execute(text(f"SELECT {', '.join(types)} FROM {view}"))
    return sorted(
        [as_text(None if value is None else kind(value)) for value, kind in zip(row, types.values(), strict=True)]
        for row in found
    )


def test_every_format_writes_the_same_bytes_twice(connection):
    for name, subject in EVERY:
        question = Question.parse(name, what=subject)
        once, again = (b"".join(pieces(question, Selection(connection, question.filters), Counter())) for _ in range(2))
        assert once == again, (name, subject)


@pytest.mark.parametrize(("name", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_every_view_is_read_back_from_separated_values(connection, export, name, delimiter):
    for view in VIEWS:
        header, *rows = rows_of(export(name, what=view), delimiter)
        assert header == list(view_named(view).columns)
        assert sorted(rows) == in_database(connection, view), view


def test_every_view_is_read_back_from_parquet_with_its_types(connection, export, tmp_path):
    names = {str: "VARCHAR", int: "BIGINT", float: "DOUBLE", bool: "BOOLEAN"}
    for view in VIEWS:
        path = tmp_path / f"{view}.parquet"
        path.write_bytes(export("parquet", what=view))
        with duckdb.connect() as reader:
            found = reader.execute(f"SELECT * FROM read_parquet('{path}')")
            kinds = {column[0]: str(column[1]) for column in found.description}
            rows = sorted([as_text(value) for value in row] for row in found.fetchall())
        assert kinds == {name: names[kind] for name, kind in view_named(view).types.items()}
        assert rows == in_database(connection, view), view


def test_a_snapshot_holds_every_view_as_a_table(connection, export, tmp_path):
    path = tmp_path / "snapshot.sqlite"
    path.write_bytes(export("sqlite"))
    reader = sqlite3.connect(path)
    for view in VIEWS:
        types = view_named(view).types
        rows = reader.execute(f"SELECT {', '.join(types)} FROM {view}").fetchall()
        shown = sorted(
            [as_text(None if value is None else kind(value)) for value, kind in zip(row, types.values(), strict=True)]
            for row in rows
        )
        assert shown == in_database(connection, view), view
    assert reader.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    reader.close()


FILTERED = {
    "articles": {"source": ["Amber Post"]},
    "events": {"event_type": ["PROTEST"]},
    "quotes": {"source": ["Amber Post"]},
    "claims": {"source": ["Bay Courier"]},
    "actors": {"kind": ["person"]},
    "places": {"country": ["XAB"]},
    "sources": {"name": ["Post"]},
    "stories": {"source": ["Amber Post"]},
    "mentions": {"label": ["GPE"]},
}


def test_a_filtered_view_has_the_rows_of_the_things_that_the_list_has(connection, export):
    for view in VIEWS:
        resource = resource_of(view)
        if resource is None:
            continue
        given = FILTERED[resource]
        keys = {row["key"] for row in listed(connection, Filters.parse(given, resource))}
        header, *rows = rows_of(export("csv", what=view, **given))
        column = {"report_participants": "report", "claim_relations": "first_claim", "duplicates": "first_article"}
        of = column.get(view, {"sources": "key"}.get(view, resource.removesuffix("s").replace("storie", "story")))
        if view == "report_participants":
            told = text("SELECT report, event FROM event_reports")
            keys = {row.report for row in connection.execute(told) if row.event in keys}
        place = header.index(of)
        expected = [row for row in in_database(connection, view) if row[place] in keys]
        assert sorted(rows) == expected, view


def test_gdelt_has_61_columns_and_a_row_for_each_pair_of_actors(connection, export):
    rows = rows_of(export("gdelt"), "\t", quoting=csv.QUOTE_NONE)
    events = {row["key"]: row for row in listed(connection, Filters(resource="events"))}
    coded = [row for row in events.values() if row["cameo"]]
    assert len(rows) == sum(max(len(row["actors"]), 1) * max(len(row["recipients"]), 1) for row in coded)
    assert {len(row) for row in rows} == {61}
    assert len({row[0] for row in rows}) == len(rows)
    assert all(0 < int(row[0]) < 2**63 for row in rows)
    for row in rows:
        assert row[28] == row[26][:2]  # EventRootCode begins EventCode
        assert row[26] == row[28] + "0"
        assert row[30] == row[34] == ""  # GoldsteinScale and AvgTone are not measured
        assert row[59].isdigit()
        assert len(row[59]) == 14
    days = Counter(row[1] for row in rows)
    exact = [row for row in coded if row["date_precision"] == "day"]
    assert sum(number for day, number in days.items() if day) == len(exact)


def test_gdelt_mentions_have_16_columns_and_name_rows_of_the_events(connection, export):
    ids = {row[0] for row in rows_of(export("gdelt"), "\t", quoting=csv.QUOTE_NONE)}
    rows = rows_of(export("gdelt-mentions"), "\t", quoting=csv.QUOTE_NONE)
    assert {len(row) for row in rows} == {16}
    assert {row[0] for row in rows} == ids
    texts = {row.article: row.text for row in connection.execute(text("SELECT article, text FROM articles"))}
    for row in rows:
        assert texts[row[5]][int(row[9]) :].startswith("marched")
        assert int(row[12]) == len(texts[row[5]])
        assert 0 <= int(row[11]) <= 100


def test_tables_without_a_column_for_it_hold_only_what_happened_unless_asked(connection):
    for name in ("gdelt", "gdelt-mentions", "polecat", "cameo"):
        assert Question.parse(name).params == {"realis": ("actual",)}
        assert Question.parse(name, params={"realis": ["future"]}).params == {"realis": ["future"]}
        assert Question.parse(name, params={"exclude_realis": ["negated"]}).params == {"exclude_realis": ["negated"]}
    assert Question.parse("csv").params == {}


def test_polecat_has_40_columns(export):
    header, *rows = rows_of(export("polecat"), "\t")
    assert len(header) == 40
    assert (header[0], header[9], header[-1]) == ("Event ID", "Actor COW", "Version")
    assert {len(row) for row in rows} == {40}
    first = dict(zip(header, rows[0], strict=True))
    assert first["Recipient Name"] == "Lena Ortiz"
    assert first["Actor Name Raw"] == "300 people"
    assert first["Raw Placename"] == "Port Amber"
    assert first["Story People"] == "Lena Ortiz"


def test_cameo_says_the_root_and_the_list_of_a_finer_code(export):
    header, *rows = rows_of(export("cameo"), "\t")
    found = [dict(zip(header, row, strict=True)) for row in rows]
    assert len(header) == 22
    assert all(row["CAMEO Code"].startswith(row["CAMEO Root"]) for row in found)
    assert all(bool(row["CAMEO List"]) == (row["CAMEO Code"] != row["CAMEO Root"]) for row in found)
    assert {row["CAMEO Code"] for row in found if row["CAMEO Root"] == "14"} == {"141"}


def test_quotations_stand_between_the_words_around_them(connection, export):
    texts = {row.article: row.text for row in connection.execute(text("SELECT article, text FROM articles"))}
    rows = lines_of(export("gqg", source="Amber Post"))
    assert rows
    for row in rows:
        assert {"date", "url", "title", "lang", "quotes"} <= row.keys()
        for quote in row["quotes"]:
            assert quote["pre"] + quote["quote"] + quote["post"] in texts[row["article"]]
            assert quote["speaker"]["name"] == "Lena Ortiz"
            assert len(quote["pre"]) <= 100


def test_geojson_has_a_point_for_each_event_with_coordinates(connection, export):
    found = json.loads(export("geojson"))
    assert found["type"] == "FeatureCollection"
    assert len(found["features"]) == len(listed(connection, Filters(resource="events")))
    assert {tuple(feature["geometry"]["coordinates"]) for feature in found["features"]} == {(-66.9, 10.5)}
    assert json.loads(export("geojson", event_type="AID", country="XAB"))["features"] == []


def test_json_ld_names_nothing_that_it_does_not_hold(export):
    for subject in FORMATS["jsonld"].subjects:
        found = json.loads(export("jsonld", what=subject))
        assert found["@context"] == "https://schema.org"
        graph = found["@graph"]
        ids = [node["@id"] for node in graph]
        assert len(set(ids)) == len(ids)
        for node in graph:
            for name in ("isBasedOn", "appearance", "spokenByCharacter", "author", "subjectOf", "actor", "about"):
                value = node.get(name, [])
                for ref in value if isinstance(value, list) else [value]:
                    assert "@id" not in ref or ref["@id"] in ids, (subject, name)
    kinds = Counter(node["@type"] for node in json.loads(export("jsonld", what="all"))["@graph"])
    assert {"NewsArticle", "Event", "Person", "Organization", "Quotation", "Claim"} <= kinds.keys()


# Properties of https://followthemoney.tech/explorer/schemata/ that we write, and what those that refer may refer to.
_THING = {"name", "alias", "summary", "description", "country", "wikidataId", "wikipediaUrl", "sourceUrl", "publisher"}
_LEGAL = {"LegalEntity", "Person", "Organization", "PublicBody"}
_THING |= {"keywords"}
_FTM = {
    "Article": _THING | {"fileName", "title", "author", "publishedAt", "language", "bodyText", "mimeType"},
    "Event": _THING | {"date", "startDate", "endDate", "location", "organizer", "involved", "proof"},
    "Mention": {"document", "resolved", "name"},
    "Note": _THING | {"entity"},
    **dict.fromkeys(_LEGAL, _THING),
}
_REQUIRED = {"Article": {"fileName"}, "Mention": {"document", "name"}, "Note": set()}
_RANGE = {
    "organizer": _LEGAL,
    "involved": _LEGAL,
    "resolved": _LEGAL,
    "document": {"Article"},
    "proof": {"Article"},
    "entity": {"Article", *_LEGAL},
}


def test_follow_the_money_entities_keep_to_its_schema(export):
    seen = Counter()
    for subject in FORMATS["ftm"].subjects:
        entities = {entity["id"]: entity for entity in lines_of(export("ftm", what=subject))}
        for entity in entities.values():
            seen[entity["schema"]] += 1
            assert entity.keys() == {"id", "schema", "properties"}
            assert entity["properties"].keys() <= _FTM[entity["schema"]]
            assert _REQUIRED.get(entity["schema"], {"name"}) <= entity["properties"].keys()
            for name, values in entity["properties"].items():
                assert values
                assert all(isinstance(value, str) and value for value in values)
                if name in _RANGE:
                    assert {entities[value]["schema"] for value in values} <= _RANGE[name]
    assert seen.keys() >= {"Article", "Event", "Mention", "Note", "Person", "PublicBody"}


def test_edges_and_graph_tell_the_same_meetings(connection, export):
    header, *rows = rows_of(export("edges"))
    assert header[:4] == ["Source", "Target", "Type", "Weight"]
    pairs = Counter()
    for row in listed(connection, Filters(resource="events")):
        for actor in row["actors"]:
            for recipient in row["recipients"]:
                pairs[actor["key"], recipient["key"], row["type"] or row["extension"], row["realis"]] += 1
    realis = header.index("realis")
    assert {(row[0], row[1], row[4], row[realis]): int(row[3]) for row in rows} == dict(pairs)
    root = etree.fromstring(export("graphml"))
    names = {key.get("id"): key.get("attr.name") for key in root.iter(f"{GRAPHML}key")}
    nodes = {node.get("id") for node in root.iter(f"{GRAPHML}node")}
    edges = list(root.iter(f"{GRAPHML}edge"))
    assert {edge.get("source") for edge in edges} | {edge.get("target") for edge in edges} <= nodes
    weights = [int(data.text) for edge in edges for data in edge if names[data.get("key")] == "events"]
    assert sum(weights) == sum(pairs.values())
    assert len(edges) == len(rows)


def test_native_lines_have_the_field_names_of_plover(connection, export):
    rows = lines_of(export("plover", event_type="PROTEST"))
    assert len(rows) == len(listed(connection, Filters.parse({"event_type": ["PROTEST"]}, "events")))
    names = "id date actor recipient event mode context event_loc text_info cite_info quad_code event_scale coder"
    assert set(names.split()) | {"coded_date"} <= rows[0].keys()
    assert rows[0]["event"] == ["PROTEST"]
    assert rows[0]["text_info"][0]["trigger"] == "marched"


def test_lines_of_every_resource_are_those_of_the_list(connection, export):
    for resource in FORMATS["jsonl"].subjects:
        shown = listed(connection, Filters(resource=resource))
        found = lines_of(export("jsonl", what=resource))
        assert [row["key"] for row in found] == sorted(row["key"] for row in shown)
        if resource != "events":
            assert sorted(found, key=lambda row: row["key"]) == sorted(shown, key=lambda row: row["key"])
