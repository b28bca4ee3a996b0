"""Who said what in which words, and who holds what, on a real import of four small articles."""

import json

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from newskb.api.app import create_app
from newskb.jobs.imports import run_import
from newskb.settings import Settings
from newskb.store.sayings import aligned, difference

ARTICLES = [
    (
        "Amber Post",
        "2021-03-02",
        "Angela Merkel met dockers in Hamburg. “We will not close the old harbour before the new one has been built,” "
        "German Chancellor Angela Merkel told reporters on Monday. "
        "Olaf Scholz denied that Germany had doubled the harbour tax.",
    ),
    (
        "Cape Wire",
        "2021-03-03",
        "German Chancellor Angela Merkel said: 'We will not close the old harbour before the new one has been built.' "
        "Germany had doubled the harbour tax, Angela Merkel said.",
    ),
    (
        "Daily Ledger",
        "2021-03-04",
        '"We will not close the old harbour," German Chancellor Angela Merkel said. '
        "Olaf Scholz admitted that Germany had doubled the harbour tax.",
    ),
    ("Evening Sun", "2021-03-05", "A storm is expected in Hamburg. Germany had doubled the harbour tax."),
]


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sayings")
    rows = [
        {"id": str(number), "source": source, "published_at": day, "text": text}
        for number, (source, day, text) in enumerate(ARTICLES)
    ]
    dump = folder / "articles.jsonl"
    dump.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    settings = Settings(database_url=f"sqlite:///{folder / 'newskb.db'}", workers=1)
    run_import([str(dump)], settings=settings)
    with TestClient(create_app(settings)) as client:
        yield client


def one(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def merkel(client):
    quotes = one(client, "/v1/quotes?q=harbour&quote_type=direct&sort=date&include=evidence")["data"]
    assert len(quotes) == 3
    return quotes


def test_versions_of_an_utterance_say_how_they_differ_from_the_earliest(client):
    *_others, last = merkel(client)
    found = one(client, f"/v1/quotes/{last['key']}/variants")
    assert found["earliest"]["article"]["source"]["name"] == "Amber Post"
    assert found["speaker"]["name"] == "Angela Merkel"
    assert found["source_count"] == 3
    told = [(variant["difference"]["kind"], variant["difference"]["removed"]) for variant in found["data"]]
    assert told == [("same", []), ("same", []), ("shortened", ["before the new one has been built"])]
    for variant in found["data"]:
        assert any(variant["quote"]["cue"]["text"] in sentence["text"] for sentence in variant["evidence"])


def test_an_utterance_appears_where_it_is_printed(client):
    first, *_others = merkel(client)
    rows = one(client, f"/v1/quotes/{first['key']}/appearances")["data"]
    assert [(row["article"]["published_date"], row["is_first"]) for row in rows] == [
        ("2021-03-02", True),
        ("2021-03-03", False),
        ("2021-03-04", False),
    ]


def test_a_quote_says_when_and_to_whom_it_was_said(client):
    first, second, _third = merkel(client)
    assert first["said"]["date"] == "2021-03-01"
    assert first["said"]["expression"]["text"] == "Monday"
    assert first["addressee_mention"]["text"] == "reporters"
    assert (second["said"]["date"], second["said"]["expression"]) == ("2021-03-03", None)
    assert second["said"]["precision"] == "day"


def test_evidence_holds_words_speaker_and_cue(client):
    for quote in merkel(client):
        around = "".join(sentence["text"] for sentence in quote["evidence"])
        assert quote["text"] in around
        assert quote["cue"]["text"] in around
    assert "evidence" not in one(client, "/v1/quotes")["data"][0]
    for claim in one(client, "/v1/claims?include=evidence")["data"]:
        assert claim["text"] in " ".join(sentence["text"] for sentence in claim["evidence"])


def test_positions_tell_who_affirmed_who_denied_and_who_changed(client):
    denied = one(client, "/v1/claims?stance=deny&q=doubled")["data"][0]
    found = one(client, f"/v1/claims/{denied['key']}/positions")
    assert found["denied"] == ["Olaf Scholz"]
    assert set(found["affirmed"]) == {"Olaf Scholz", "Angela Merkel", "Evening Sun"}
    assert found["changed"] == ["Olaf Scholz"]
    assert found["questioned"] == []
    scholz = found["data"][0]
    assert [(p["said"]["date"], p["stance"]) for p in scholz["positions"]] == [
        ("2021-03-02", "deny"),
        ("2021-03-04", "affirm"),
    ]
    [outlet] = [holder for holder in found["data"] if holder["source"] is not None]
    assert (outlet["name"], outlet["actor"], outlet["has_changed"]) == ("Evening Sun", None, False)


def test_related_claims_come_with_the_reason(client):
    denied = one(client, "/v1/claims?stance=deny&q=doubled")["data"][0]
    rows = one(client, f"/v1/claims/{denied['key']}/related")["data"]
    assert {(row["relation"], row["reason"]) for row in rows} == {("contradicts", "polarity")}
    places = one(client, f"/v1/claims/{denied['key']}/appearances")["data"]
    assert [row["is_first"] for row in places] == [True, False, False, False]


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("/v1/quotes?about=Scholz", 0),
        ("/v1/quotes?speaker=Angela%20Merkel&quote_type=direct", 3),
        ("/v1/quotes?speaker=Angela%20Merkel&quote_type=indirect&include=evidence", 1),
        ("/v1/quotes?speaker=Angela%20Merkel&about=Germany&quote_type=indirect&include=evidence", 1),
        ("/v1/claims?holder=Olaf%20Scholz&stance=deny", 1),
        ("/v1/claims?holder=Olaf%20Scholz&certainty=certain&include=evidence", 2),
        ("/v1/claims?certainty=probable", 1),
    ],
)
def test_filters_of_quotes_and_claims_choose(client, path, count):
    rows = one(client, path)["data"]
    assert len(rows) >= count if "claims?certainty" in path else len(rows) == count


@pytest.mark.parametrize(
    "path", ["/v1/quotes/quo-x/variants", "/v1/quotes/quo-x/appearances", "/v1/claims/clm-x/positions"]
)
def test_an_unknown_key_is_not_found(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        ("We shall fight on the beaches", "same"),
        ("we shall fight, on the beaches!", "same"),
        ("We shall fight", "shortened"),
        ("We shall fight on the beaches and in the fields", "longer"),
        ("We shall fight on the hills", "reworded"),
    ],
)
def test_words_of_two_versions_are_compared_without_case_and_marks(other, kind):
    assert difference("We shall fight on the beaches", other)["kind"] == kind


def test_the_page_of_a_quote_marks_how_versions_differ_and_says_when(client):
    first, _copy, short = merkel(client)
    page = client.get(f"/quotes/{short['key']}").text
    assert "<del>before the new one has been built</del>" in page
    assert page.count('class="tag">earliest<') == page.count('class="tag">shortened<') == 1
    assert f"said {first['said']['date']}" in page
    assert "“<bdi>Monday</bdi>”" in page


def test_the_pages_of_a_claim_and_its_article_list_who_holds_what(client):
    denied = one(client, "/v1/claims?stance=deny&q=doubled")["data"][0]
    found = one(client, f"/v1/claims/{denied['key']}/positions")
    page = client.get(f"/claims/{denied['key']}").text
    assert page.count('<th scope="row">') == len(found["data"])
    for holder in found["data"]:
        assert holder["name"] in page
        assert all(f"/claims/{position['claim']['key']}" in page for position in holder["positions"])
    assert page.count(">changed<") == len(found["changed"]) == 1
    article = client.get(f"/articles/{denied['article']['key']}").text
    assert f"{len(found['data'])} positions · " in article
    assert f"{len(found['changed'])} changed" in article
    key = merkel(client)[0]["article"]["key"]
    assert "2 other versions" in client.get(f"/articles/{key}").text


@settings(max_examples=200, deadline=None)
@given(first=st.text(max_size=40), other=st.text(max_size=40))
def test_pieces_of_a_version_are_its_text_and_say_the_same_as_the_difference(first, other):
    pieces = list(aligned(first, other))
    assert "".join(words for kind, words in pieces if kind != "removed") == other
    told = difference(first, other)
    assert len(told["removed"]) == sum(kind == "removed" for kind, _words in pieces)
    assert len(told["added"]) == sum(kind == "added" for kind, _words in pieces)
