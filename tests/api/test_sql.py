"""SQL over HTTP: rows as JSON, JSON lines and CSV, with limits said in the answer."""

import csv
import io
import json

import pytest

from newskb.api.schemas import SqlAnswer


def test_one_query_gives_the_same_rows_in_every_form(client):
    sql = "SELECT actor, name FROM actors ORDER BY actor"
    rows = [["Q900001", "Ada Nordvik"], ["Q900002", "Berit Sund"]]
    answer = client.get("/v1/sql", params={"sql": sql}).json()
    SqlAnswer.model_validate(answer)
    assert (answer["columns"], answer["rows"], answer["row_count"]) == (["actor", "name"], rows, 2)
    assert client.post("/v1/sql", json={"sql": sql}).json()["rows"] == rows
    lines = client.post("/v1/sql", json={"sql": sql, "format": "jsonl"})
    assert lines.headers["content-type"] == "application/jsonl"
    assert [list(json.loads(line).values()) for line in lines.text.splitlines()] == rows
    table = client.get("/v1/sql", params={"sql": sql, "format": "csv"})
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert list(csv.reader(io.StringIO(table.text, newline=""))) == [["actor", "name"], *rows]


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_an_answer_that_was_cut_off_says_so(client, form):
    sql = "SELECT article FROM articles"
    cut = client.get("/v1/sql", params={"sql": sql, "format": form, "limit": 5})
    whole = client.get("/v1/sql", params={"sql": sql, "format": form})
    said = [a.json()["truncated"] if form == "json" else a.headers["x-truncated"] == "true" for a in (cut, whole)]
    assert said == [True, False]


def test_the_limit_of_the_server_holds_whatever_is_asked(client):
    answer = client.post(
        "/v1/sql", json={"sql": "SELECT a.article FROM articles a, articles b", "limit": 1_000_000}
    ).json()
    assert (answer["row_count"], answer["truncated"]) == (100, True)


def test_an_empty_answer_still_has_its_columns(client):
    assert (
        client.get("/v1/sql", params={"sql": "SELECT event FROM events WHERE 1 = 0", "format": "csv"}).text
        == "event\r\n"
    )


@pytest.mark.parametrize(
    ("sql", "status"),
    [
        ("DELETE FROM articles", 403),
        ("SELECT * FROM import_file", 403),
        ("SELECT headline FROM articles", 400),
        ("SELECT FROM WHERE", 400),
        ("SELECT 1; SELECT 2", 400),
        ("SELECT 'a\0b'", 400),
        ("", 422),
    ],
)
def test_sql_that_cannot_run_is_a_problem(client, sql, status):
    answer = client.post("/v1/sql", json={"sql": sql})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code == status


def test_sql_that_takes_too_long_is_stopped(client):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    answer = client.post("/v1/sql", json={"sql": endless, "timeout_ms": 300})
    assert answer.status_code == 408
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_schema_names_the_views_with_their_columns(client):
    views = {view["name"]: view for view in client.get("/v1/sql/schema").json()["views"]}
    assert {"articles", "events", "actors", "quotes", "claims"} <= set(views)
    for view in views.values():
        names = ", ".join(column["name"] for column in view["columns"])
        answer = client.post("/v1/sql", json={"sql": f"SELECT {names} FROM {view['name']}", "limit": 1})
        assert answer.status_code == 200, answer.text
        assert all(column["comment"] for column in view["columns"])
