"""Saved queries answer with their defaults and with other values, through the same gate as any SQL."""

import pytest
from fastapi.testclient import TestClient

from newskb.api import schemas
from newskb.api.app import create_app
from newskb.errors import SetupError
from newskb.settings import Settings
from newskb.store.saved import parse, saved_queries

QUERIES = saved_queries()


def test_the_list_says_what_each_answers_and_takes(client):
    listed = schemas.SavedQueries.model_validate(client.get("/v1/queries").json())
    assert {query.name for query in listed.data} == set(QUERIES)
    [query] = [query for query in listed.data if query.name == "holders-of-an-office"]
    assert [(p.name, p.type, p.default) for p in query.parameters] == [
        ("country", "text", "VEN"), ("office", "text", "%foreign%"), ("day", "date", "2019-05-05"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_each_answers_with_its_defaults(client, name):
    answer = client.get(f"/v1/queries/{name}")
    assert answer.status_code == 200, answer.text
    schemas.SqlAnswer.model_validate(answer.json())


def test_values_are_chosen_by_the_caller(client):
    asked = "/v1/queries/dealings-of-an-actor?actor=Ada Nordvik"
    rows = client.get(asked).json()["rows"]
    assert [row[0] for row in rows] == ["Berit Sund"]
    assert client.get("/v1/queries/dealings-of-an-actor").json()["rows"] == []
    assert client.get(f"{asked}&size=0").json()["rows"] == []
    assert client.get(f"{asked}&format=csv").text.splitlines()[0] == "name,country,quad_code,events"
    tricky = "/v1/queries/dealings-of-an-actor?actor=' OR 1=1 -- :size"
    assert client.get(tricky).json()["rows"] == []


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ("most-active-actor", 404, "did you mean 'most-active-actors'"),
        ("most-active-actors?sise=3", 400, "did you mean 'size'"),
        ("most-active-actors?size=many", 400, "'size' is of type integer"),
        ("most-active-actors?size=3&size=4", 400, "takes one value"),
        ("most-active-actors?size=1e3", 400, "'size' is of type integer"),
        ("holders-of-an-office?day=yesterday", 400, "YYYY-MM-DD"),
        ("most-active-actors?format=xml", 422, "format"),
        ("most-active-actors?limit=0", 422, "limit"),
        ("most-active-actors?realis=%00", 400, "NUL"),
    ],
)
def test_what_cannot_be_asked_is_said(client, asked, status, told):
    answer = client.get(f"/v1/queries/{asked}")
    assert answer.status_code == status
    assert told in answer.json()["detail"]


def test_a_folder_of_further_queries_is_served_too(database_url, tmp_path):
    (tmp_path / "by-type.sql").write_text(
        "-- title: Events of a type\n-- param type: text = CONSULT; the type\n-- param share: number = 0.5; least\n"
        "SELECT ':type', \"type\", count(*) FROM events /* :x */ WHERE type = :type AND confidence >= :share --:y\n"
        'GROUP BY "type"\n'
    )
    app = create_app(Settings(database_url=database_url, queries=tmp_path))
    client = TestClient(app)
    answer = client.get("/v1/queries/by-type").json()
    assert [row[:2] for row in answer["rows"]] == [[":type", "CONSULT"]]
    assert client.get("/v1/queries/by-type?share=2").json()["rows"] == []
    assert client.get("/v1/queries/by-type?share=nan").status_code == 400
    assert client.get("/v1/queries/most-active-actors").status_code == 200
    app.state.database.dispose()


def test_a_saved_query_cannot_write_either(database_url, tmp_path):
    (tmp_path / "wipe.sql").write_text("-- title: Wipe\nDELETE FROM article")
    app = create_app(Settings(database_url=database_url, queries=tmp_path))
    assert TestClient(app).get("/v1/queries/wipe").status_code == 403
    app.state.database.dispose()


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.sql", "SELECT 1", "title"),
        ("a.sql", "-- title: A", "SELECT"),
        ("A b.sql", "-- title: A\nSELECT 1", "small letters"),
        ("a.sql", "-- title: A\nSELECT :x", "must be the same"),
        ("a.sql", "-- title: A\n-- param x: text = a; b\nSELECT 1", "must be the same"),
        ("a.sql", "-- title: A\n-- param limit: integer = 1; b\nSELECT :limit", "must be the same"),
        ("a.sql", "-- title: A\n-- param x: colour = red; b\nSELECT :x", "TYPE"),
        ("a.sql", "-- title: A\n-- param x: date = today; b\nSELECT :x", "YYYY-MM-DD"),
    ],
)
def test_a_file_that_is_no_query_is_told_with_its_name(tmp_path, name, text, told):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(SetupError, match=told) as error:
        parse(path)
    assert str(path) in str(error.value)
    with pytest.raises(SetupError):
        saved_queries(tmp_path / "none")
