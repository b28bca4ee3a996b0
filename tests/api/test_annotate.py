"""A text in, its facts out, nothing stored; and only so much at a time."""

import threading

import pytest
from fastapi.testclient import TestClient

from newskb.api import schemas
from newskb.api.app import create_app
from newskb.api.recognising import recognise
from newskb.settings import Settings

TEXT = 'Sergey Lavrov met Jorge Arreaza in Moscow on Monday. "We agree," Lavrov said.'


@pytest.fixture
def serving(database_url):
    """Makes clients of servers with the settings given."""
    apps = []

    def make(**settings):
        app = create_app(Settings(database_url=database_url, **settings))
        apps.append(app)
        return TestClient(app, raise_server_exceptions=False)

    yield make
    for app in apps:
        app.state.desk.close()
        app.state.database.dispose()


def test_a_text_is_read_and_nothing_is_stored(serving):
    client = serving()
    before = client.get("/v1/stats").json()
    answer = client.post("/v1/annotate", json={"text": TEXT, "date": "2019-05-07", "source": "Sample Courier"})
    assert answer.status_code == 200, answer.text
    found = schemas.Reading.model_validate(answer.json())
    assert (found.published_at, found.source, found.analysed) == ("2019-05-07", "Sample Courier", True)
    [quote] = found.quotes
    assert (TEXT[quote["start"] : quote["end"]], quote["speaker"]["key"]) == ("We agree,", "Q58217")
    assert "CONSULT" in [event["type"] for event in found.events]
    assert [time["value"] for time in found.timexes] == ["2019-05-06"]
    assert client.get("/v1/stats").json() == before
    foreign = client.post("/v1/annotate", json={"text": "Der Bundestag hat gestern ein neues Gesetz beschlossen. " * 3})
    assert (foreign.json()["analysed"], foreign.json()["not_analysed"]) == (False, "language")


def test_an_event_of_a_text_is_recognised(client):
    events = client.get("/v1/events?sort=-sources").json()["data"]
    told = {
        "chain": 3, "type": "CONSULT", "extension": None, "realis": "actual", "date": "2021-05-04", "date_end": None,
        "actors": [{"key": "Q900001"}], "recipients": [{"key": None}], "place": {"key": "Q585"},
    }  # fmt: skip
    found = recognise(client.app.state.database, [told])
    assert [(match["chain"], match["event"]["key"]) for match in found] == [(3, events[0]["key"])]
    assert found[0]["agrees_in"] == ["participants", "place", "date", "realis"]
    assert len(recognise(client.app.state.database, [told | {"date": None}])) == len(events)
    assert recognise(client.app.state.database, [told | {"date": "2021-06-01"}]) == []
    assert recognise(client.app.state.database, [told | {"type": "PROTEST"}]) == []
    assert recognise(client.app.state.database, [told | {"actors": [], "place": None}]) == []


def test_events_of_the_knowledge_base_come_with_a_text_when_asked_for(serving):
    client = serving()
    text = {"text": "Ada Nordvik met Berit Sund in Oslo on Monday.", "date": "2021-05-04"}
    assert "matches" not in client.post("/v1/annotate", json=text).json()
    found = schemas.Reading.model_validate(client.post("/v1/annotate?match=true", json=text).json())
    assert found.matches is not None
    assert client.post("/v1/annotate?match=perhaps", json=text).status_code == 422
    assert client.post("/v1/annotate?mtach=true", json=text).status_code == 400


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": "x" * 1_001}, 413), ({"text": ""}, 422), ({"text": "..."}, 400), ({"txt": "a"}, 422),
        ({"text": "a", "date": 3}, 422), ({"text": "Hello there.", "date": "someday", "url": "no address"}, 200),
        ({"text": "Hello\u0000 there\u202e.", "title": "\u0000"}, 200),
    ],
)  # fmt: skip
def test_a_text_that_cannot_be_read_is_a_problem(serving, body, status):
    client = serving(annotate_max_chars=1_000)
    client.app.state.desk._reader._extractor = Unlinked()
    answer = client.post("/v1/annotate", json=body)
    assert answer.status_code == status, answer.text


class Unlinked:
    """An extractor that cleans and finds nothing, without a model."""

    version = "test"

    def __new__(cls):
        from newskb.ingest.clean import Cleaner
        from newskb.model import ArticleFacts
        from newskb.pipeline import Extractor

        class Finds:
            version = "test"

            def annotate(self, articles):
                return [ArticleFacts(article=a.key, extractor="test", analysed=True) for a in articles]

            def link(self, article, facts):
                return facts

        return Extractor(cleaner=Cleaner(), annotator=Finds(), linker=Finds())


def test_only_so_many_texts_wait_and_the_others_come_back_later(serving):
    client = serving(annotate_at_once=1, annotate_timeout_s=0.05)
    held = threading.Event()
    client.app.state.desk._reader = lambda text, **fields: held.wait(30) and {}
    try:
        late = client.post("/v1/annotate", json={"text": TEXT})
        assert (late.status_code, late.headers["retry-after"]) == (503, "5")
        assert "within 0.05 s" in late.json()["detail"]
        full = client.post("/v1/annotate", json={"text": TEXT})
        assert (full.status_code, full.headers["retry-after"]) == (503, "5")
        assert "being read" in full.json()["detail"]
    finally:
        held.set()
