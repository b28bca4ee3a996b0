"""Actors are matched, merged and split over REST, old keys lead on, and every decision can be taken back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from newskb.api.app import create_app
from newskb.jobs.merging import merge_all
from newskb.jobs.setup import prepare
from newskb.settings import Settings

HOW = {"author": "ana", "reason": "one and the same"}
ADA, BERIT = "Q900001", "Q900002"


@pytest.fixture
def curator(database_url: str, tmp_path: Path) -> Iterator[TestClient]:
    """A client of a database of its own that may decide."""
    shutil.copy(database_url.removeprefix("sqlite:///"), tmp_path / "kb.db")
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'kb.db'}", open_scopes=("read", "curate"), open_to="everyone"
    )
    merge_all(settings=settings, rebuild=True)  # as every import merges; some rows of the copy were put there by hand
    app = create_app(settings)
    with TestClient(app, client=("127.0.0.1", 50000), base_url="http://127.0.0.1", raise_server_exceptions=False) as it:
        yield it
    app.state.database.dispose()


def merge(client: TestClient, into: str, *others: str) -> dict:
    answer = client.post(f"/v1/actors/{into}/merge", json={"others": others, **HOW})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_merged_key_leads_to_the_actor_that_stands_for_it(curator: TestClient) -> None:
    assert merge(curator, ADA, BERIT)["actor"]["key"] == ADA
    for path in ("", "/aliases", "/events?limit=1"):
        answer = curator.get(f"/v1/actors/{BERIT}{path}", follow_redirects=False)
        assert answer.status_code == 301
        assert answer.headers["location"] == f"/v1/actors/{ADA}{path}"
    assert {"Ada Nordvik", "Berit Sund"} <= set(curator.get(f"/v1/actors/{BERIT}/aliases").json()["data"])
    assert BERIT not in [row["key"] for row in curator.get("/v1/actors").json()["data"]]
    by_name = curator.get("/v1/quotes", params={"speaker": "Berit Sund"}).json()["data"]
    assert by_name
    assert {row["speaker"]["key"] for row in by_name} == {ADA}
    assert [row["key"] for row in curator.get("/v1/actors/suggest?q=sund").json()["data"]] == [ADA]


def test_an_undone_merge_leaves_every_answer_as_it_was(curator: TestClient) -> None:
    paths = ("/v1/actors", "/v1/events?include=evidence", "/v1/quotes", "/v1/claims", f"/v1/actors/{BERIT}")
    before = [curator.get(path).json() for path in paths]
    (decision,) = merge(curator, ADA, BERIT)["decisions"]
    assert [curator.get(path).json() for path in paths] != before
    undone = curator.post(f"/v1/decisions/{decision['key']}/undo", json={"author": "ben"})
    assert undone.json()["undone_by"] == "ben"
    assert [curator.get(path).json() for path in paths] == before


def test_what_is_split_off_is_another_actor_until_it_is_undone(curator: TestClient) -> None:
    quotes = curator.get("/v1/quotes", params={"speaker": BERIT}).json()["data"]
    article = quotes[0]["article"]["key"]
    made = curator.post(f"/v1/actors/{BERIT}/split", json={"articles": [article], **HOW}).json()
    other = made["actor"]["key"]
    assert other not in (BERIT, ADA)
    said = curator.get("/v1/quotes", params={"speaker": other}).json()["data"]
    assert {row["article"]["key"] for row in said} == {article}
    log = curator.get("/v1/decisions").json()["data"]
    assert [(row["action"], row["value"]) for row in log] == [("split", [article])]
    curator.post(f"/v1/decisions/{log[0]['key']}/undo", json={"author": "ana"})
    assert curator.get(f"/v1/actors/{other}").status_code == 404


def test_decisions_page_by_cursor_and_are_found_by_what_they_are_about(curator: TestClient) -> None:
    decision = merge(curator, ADA, BERIT)["decisions"][0]["key"]
    curator.post(f"/v1/decisions/{decision}/undo", json={"author": "ana"})
    again = merge(curator, ADA, BERIT)["decisions"][0]["key"]
    first = curator.get("/v1/decisions?limit=1").json()
    rest = curator.get("/v1/decisions", params={"limit": 1, "cursor": first["next"]}).json()
    assert {first["data"][0]["key"], rest["data"][0]["key"]} == {decision, again}
    assert rest["next"] is None
    assert len(curator.get(f"/v1/decisions?about={BERIT}").json()["data"]) == 2
    assert curator.get("/v1/decisions?about=Q1").json()["data"] == []
    assert curator.get(f"/v1/decisions/{again}").json()["subjects"] == [ADA, BERIT]


REFUSED = {
    "no such actor": ("/v1/actors/act-none/merge", {"others": [BERIT], **HOW}, 404),
    "no other": (f"/v1/actors/{ADA}/merge", {"others": [], **HOW}, 422),
    "nobody": (f"/v1/actors/{ADA}/merge", {"others": [BERIT], "reason": "x"}, 422),
    "itself": (f"/v1/actors/{ADA}/merge", {"others": [ADA], **HOW}, 400),
    "a field that does not exist": (f"/v1/actors/{ADA}/merge", {"others": [BERIT], "why": "", **HOW}, 422),
    "a NUL": (f"/v1/actors/{ADA}/merge", {"others": ["a\x00"], **HOW}, 400),
    "half a character": (f"/v1/actors/{ADA}/merge", {"others": ["\ud800"], **HOW}, 400),
    "a split of nothing": (f"/v1/actors/{ADA}/split", HOW, 400),
    "a split elsewhere": (f"/v1/actors/{ADA}/split", {"articles": ["art-none"], **HOW}, 404),
    "no decision": ("/v1/decisions/jud-none/undo", {"author": "ana"}, 404),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_decided_is_a_problem(curator: TestClient, name: str) -> None:
    path, body, status = REFUSED[name]
    answer = curator.post(path, content=json.dumps(body), headers={"content-type": "application/json"})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_deciding_needs_the_scope(client: TestClient) -> None:
    for path, body in ((f"/v1/actors/{ADA}/merge", {"others": [BERIT], **HOW}), ("/v1/decisions/x/undo", HOW)):
        assert client.post(path, json=body).status_code in (401, 403)


# --- matching --------------------------------------------------------------------------------------------------------


def matched(client: TestClient, **wanted: str) -> list[dict]:
    answer = client.post("/v1/actors/match", json={"queries": {"q": wanted}, "limit": 3})
    assert answer.status_code == 200, answer.text
    return answer.json()["responses"]["q"]


@pytest.fixture
def answering(curator: TestClient) -> TestClient:
    """With the authority that is shipped in the database, as after an import."""
    path = curator.app.state.database_url
    prepare(Settings(database_url=path)).dispose()
    return curator


def test_a_name_is_matched_with_the_features_that_make_its_score(answering: TestClient) -> None:
    best, *_ = matched(
        answering, name="Sergei Lavrov", kind="person", office="Russian foreign minister", day="2019-05-05"
    )
    assert (best["actor"]["key"], best["is_match"]) == ("Q58217", True)
    assert best["score"] == pytest.approx(sum(best["features"].values()))
    assert {"kind fits", "office held"} <= best["features"].keys()


def test_a_country_that_differs_lowers_the_score(answering: TestClient) -> None:
    right, wrong = (matched(answering, name="Sergey Lavrov", country=code)[0] for code in ("RU", "France"))
    assert right["score"] > wrong["score"]
    assert (right["is_match"], wrong["is_match"]) == (True, False)


def test_who_is_known_from_texts_alone_is_matched_too(answering: TestClient) -> None:
    local = answering.post("/v1/actors/Q990001/merge", json={"others": [BERIT], **HOW})
    assert local.status_code == 200
    assert matched(answering, name="Berit Sund")[0]["actor"]["key"] == "Q990001"
    assert matched(answering, name="Nobody Whatsoever") == []


@pytest.mark.parametrize("wanted", [{"country": "Atlantis"}, {"sector": "XYZ"}, {"day": "2019-02-31"}])
def test_a_question_that_cannot_be_asked_is_a_problem(client: TestClient, wanted: dict[str, str]) -> None:
    answer = client.post("/v1/actors/match", json={"queries": {"q": {"name": "Ada", **wanted}}})
    assert answer.status_code == 400
    assert "query 'q'" in answer.json()["detail"]
