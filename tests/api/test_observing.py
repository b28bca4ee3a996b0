"""Requests are counted and logged by the route that answered, and carry an id; what is too much is refused."""

import asyncio
import json
import logging

import pytest
from fastapi.testclient import TestClient

from newskb.api import logs
from newskb.api.app import create_app
from newskb.api.observing import Metrics, Observing
from newskb.settings import Settings


@pytest.fixture
def own(database_url):
    app = create_app(Settings(database_url=database_url, slow_query_s=1e-9))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client
    app.state.database.dispose()


def lines(own):
    return own.get("/metrics").text.splitlines()


def test_requests_are_counted_by_route_and_status(own, keys):
    own.get(f"/v1/events/{keys['events']}")
    own.get("/v1/events/none")
    own.get("/v1/nothing/at/all")
    own.get("/v1/sql?sql=SELECT 1")
    own.get("/v1/sql?sql=DELETE FROM article")
    told = lines(own)
    assert 'newskb_requests_total{method="GET",route="/v1/events/{key}",status="200"} 1.0' in told
    assert 'newskb_requests_total{method="GET",route="/v1/events/{key}",status="404"} 1.0' in told
    assert 'newskb_requests_total{method="GET",route="other",status="404"} 1.0' in told
    assert 'newskb_request_seconds_count{method="GET",route="/v1/events/{key}"} 2.0' in told
    assert 'newskb_sql_runs_total{outcome="ok"} 1.0' in told
    assert 'newskb_sql_runs_total{outcome="forbiddensql"} 1.0' in told
    assert "newskb_sql_seconds_count 1.0" in told
    assert "newskb_requests_in_flight 1.0" in told  # this very one


def test_an_id_is_given_to_every_request_and_a_good_one_is_kept(own):
    made = own.get("/healthz").headers["x-request-id"]
    assert made != own.get("/healthz").headers["x-request-id"]
    assert own.get("/healthz", headers={"x-request-id": "trace-1.a:b"}).headers["x-request-id"] == "trace-1.a:b"
    for bad in ("a b", "x" * 129, "<script>", ""):
        assert own.get("/healthz", headers={"x-request-id": bad}).headers["x-request-id"] != bad
    assert "x-request-id" in own.get("/v1/nothing").headers


def test_a_request_and_its_slow_queries_are_logged_under_one_id(own, caplog):
    caplog.set_level(logging.INFO, "newskb.api.observing")
    caplog.handler.setFormatter(logs.Json())
    ids = {}

    class Remember(logging.Filter):
        def filter(self, record):
            ids.setdefault(logs.REQUEST_ID.get(), []).append(record)
            return True

    caplog.handler.addFilter(keep := Remember())
    try:
        own.get("/v1/events?realis=actual&limit=1", headers={"x-request-id": "one"})
        own.get("/v1/sql?sql=SELECT 1 AS x", headers={"x-request-id": "two"})
    finally:
        caplog.handler.removeFilter(keep)
    assert set(ids) == {"one", "two"}
    request = ids["one"][-1]
    assert (request.getMessage(), request.route, request.status) == ("request", "/v1/events", 200)
    assert request.query == "realis=actual&limit=1"
    slow = [record for record in ids["one"] if record.getMessage() == "slow query"]
    assert any("FROM event" in record.sql for record in slow)
    assert not any("actual" in record.sql for record in slow)
    assert [record.sql for record in ids["two"] if record.getMessage() == "slow query"] == ["SELECT 1 AS x"]


def test_log_lines_are_objects_or_text_that_nobody_can_forge():
    record = logging.makeLogRecord({"name": "n", "levelno": 30, "levelname": "WARNING", "msg": "odd", "path": "a\nb c"})
    told = json.loads(logs.Json().format(record))
    assert (told["level"], told["logger"], told["message"], told["path"]) == ("warning", "n", "odd", "a\nb c")
    assert told["request_id"] is None
    assert logs.Text().format(record) == "WARNING n: odd path='a\\nb c'"
    try:
        raise ValueError("why")
    except ValueError as error:
        failed = logging.makeLogRecord({"msg": "m", "exc_info": (type(error), error, error.__traceback__)})
    assert "ValueError: why" in json.loads(logs.Json().format(failed))["traceback"]


def test_logging_is_set_up_once_for_the_process(monkeypatch):
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    before = root.level, (requests := logging.getLogger("newskb.api.observing")).level
    try:
        logs.install("json")
        logs.install("json")
        assert [type(handler.formatter) for handler in root.handlers] == [logs.Json]
        assert requests.isEnabledFor(logging.INFO)
        logs.install("text")
        assert [type(handler.formatter) for handler in root.handlers] == [logs.Text]
        assert not requests.isEnabledFor(logging.INFO)
    finally:
        root.setLevel(before[0])
        requests.setLevel(before[1])


@pytest.mark.parametrize(
    ("limits", "client", "status", "kind"),
    [
        ({"max_requests": 1, "max_per_client": 9}, ("192.0.2.1", 1), 503, "busy"),
        ({"max_requests": 9, "max_per_client": 1}, ("192.0.2.1", 1), 429, "too-many-requests"),
        ({"max_requests": 9, "max_per_client": 1}, ("192.0.2.2", 1), None, None),
        ({"max_requests": 9, "max_per_client": 1}, None, None, None),
    ],
)
def test_more_requests_than_there_are_places_for_are_asked_to_come_back_later(limits, client, status, kind):
    async def all_of_them():
        entered, release = asyncio.Semaphore(0), asyncio.Event()

        async def held(scope, receive, send):
            entered.release()
            await release.wait()

        app = Observing(held, metrics=Metrics(), **limits)
        first, _sent = asked(app, "/v1/events", ("192.0.2.1", 1))
        await entered.acquire()
        second, refused = asked(app, "/v1/events", client)
        await (asyncio.wait_for(second, 5) if status else entered.acquire())
        third, watched = asked(app, "/healthz", client)
        await entered.acquire()
        release.set()
        await asyncio.gather(first, second, third)
        return refused, watched

    refused, watched = asyncio.run(all_of_them())
    assert watched == []
    if status is None:
        assert refused == []
        return
    start, body = refused
    assert (start["status"], dict(start["headers"])[b"retry-after"]) == (status, b"1")
    problem = json.loads(body["body"])
    assert (problem["type"], problem["instance"]) == (f"urn:newskb:problem:{kind}", "/v1/events")


def asked(app, path, client):
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "client": client}
    return asyncio.ensure_future(app(scope, None, send)), sent
