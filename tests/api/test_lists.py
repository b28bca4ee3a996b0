"""Lists page to their very end, and counts, timelines, facets and files agree with them."""

import csv
import io
import itertools
import json
import re

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newskb.api import tables
from newskb.api.app import create_app
from newskb.api.explorer.reference import parameters_of
from newskb.settings import Settings
from newskb.store import counting
from newskb.store import database as databases
from newskb.store.filters import RESOURCES

COUNTED = ("articles", "events", "quotes", "claims")
ADA, BERIT = "Q900001", "Q900002"


def walk(client, address):
    """All rows of a list, page by page, as the ``Link`` header leads."""
    rows = []
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        rows += body["data"]
        link = answer.headers.get("link")
        assert (link is None) == (body["next"] is None)
        address = re.fullmatch(r'<(.+)>; rel="next"', link)[1] if link else None
    return rows


@pytest.mark.parametrize("resource", RESOURCES)
def test_following_the_link_header_gives_every_row_once(client, resource):
    whole = client.get(f"/v1/{resource}?limit=1000&with_total=exact").json()
    keys = [row["key"] for row in walk(client, f"/v1/{resource}?limit=2")]
    assert keys == [row["key"] for row in whole["data"]]
    assert len(keys) == len(set(keys)) == whole["total"] > 0


@pytest.mark.parametrize("resource", COUNTED)
@pytest.mark.parametrize("bucket", counting.BUCKETS)
def test_count_list_and_timeline_agree(client, resource, bucket):
    filters = "q=met+OR+note&undated=include"
    rows = walk(client, f"/v1/{resource}?{filters}&limit=7")
    timeline = client.get(f"/v1/{resource}/timeline?{filters}&bucket={bucket}").json()
    assert client.get(f"/v1/{resource}/count?{filters}").json() == {"count": len(rows)}
    assert timeline["total"] == len(rows) == sum(b["count"] for b in timeline["buckets"]) + timeline["undated"]


@pytest.mark.parametrize("resource", COUNTED)
def test_facets_their_remainder_and_the_unset_sum_to_the_count(client, resource):
    answer = client.get(f"/v1/{resource}/facets?facet_size=1").json()
    assert set(answer["facets"]) == set(counting.common(resource))
    for facet in answer["facets"].values():
        summed = sum(value["count"] for value in facet["values"]) + facet["other"] + facet["unset"]
        assert summed - facet["repeated"] == answer["total"] > 0


def test_a_table_of_two_fields_has_the_numbers_of_the_filters(client):
    answer = client.get("/v1/articles/aggregate?group_by=source&group_by=month&normalize=share").json()
    assert (answer["group_by"], answer["measure"], answer["row_count"]) == (["source", "month"], "articles", 28)
    assert sum(row["value"] for row in answer["rows"]) == answer["total"] == 28
    assert sum(row["share"] for row in answer["rows"]) == pytest.approx(1, abs=1e-4)
    for row in answer["rows"]:
        dated = f"published_start={row['month']}&published_end={row['month']}" if row["month"] else "undated=only"
        found = client.get(f"/v1/articles/count?source={row['source']}&{dated}").json()
        assert found["count"] == row["value"], row


def test_a_table_comes_whole_as_a_file(client):
    address = "/v1/articles/aggregate?group_by=month&group_by=source&sort=group"
    short = client.get(f"{address}&limit=2").json()
    assert len(short["rows"]) == 2 < short["group_count"]
    lines = list(csv.DictReader(io.StringIO(client.get(f"{address}&format=csv").text)))
    assert len(lines) == short["group_count"]
    assert list(lines[0]) == ["month", "month_name", "source", "source_name", "value", "share"]
    rows = [json.loads(line) for line in client.get(f"{address}&format=jsonl").text.splitlines()]
    assert [row["value"] for row in rows] == [int(line["value"]) for line in lines]


def test_changes_are_followed_by_their_link_and_resumed(client):
    rows = walk(client, "/v1/changes?limit=9&since=2000-01-01")
    assert {row["action"] for row in rows} == {"added"}
    assert len(rows) == sum(client.get(f"/v1/{r}/count").json()["count"] for r in COUNTED) + len(
        client.get("/v1/stories?limit=1000").json()["data"]
    )
    last = client.get("/v1/changes").json()
    assert client.get("/v1/changes", params={"cursor": last["resume"]}).json()["data"] == []
    text = client.get("/v1/changes?resource=stories&format=csv").text
    assert {row["resource"] for row in csv.DictReader(io.StringIO(text))} == {"stories"}
    assert client.get("/v1/events/count?changed_since=2999-01-01").json() == {"count": 0}


def test_a_map_is_geojson_and_comes_as_csv_too(client):
    answer = client.get("/v1/articles/map")
    assert answer.headers["content-type"] == "application/geo+json"
    body = answer.json()
    [oslo] = body["features"]
    assert oslo["geometry"] == {"type": "Point", "coordinates": [10.7, 59.9]}
    assert (oslo["properties"]["key"], oslo["properties"]["count"]) == ("Q585", body["total"] - body["unlocated"])
    [line] = csv.DictReader(io.StringIO(client.get("/v1/events/map?group_by=country&format=csv").text))
    assert (line["key"], line["precision"], line["latitude"]) == ("NOR", "country", "")
    assert client.get("/v1/events/map?near=0,0,10").json()["features"] == []


def test_a_timeline_has_a_series_for_each_value(client):
    answer = client.get("/v1/articles/timeline?bucket=year&group_by=source").json()
    assert sum(series["total"] for series in answer["series"]) == answer["total"] == 28
    text = client.get("/v1/articles/timeline?bucket=year&group_by=source&format=csv").text
    lines = list(csv.DictReader(io.StringIO(text)))
    assert sum(int(line["count"]) for line in lines) == 28
    assert client.get("/v1/articles/timeline?bucket=year").json()["series"] is None


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/csv", "text/csv; charset=utf-8"),
        ("application/x-ndjson", "application/jsonl"),
        ("text/csv;q=0.2, application/jsonl", "application/jsonl"),
        ("text/html, */*", "application/json"),
        ("text/csv;q=nonsense", "application/json"),
    ],
)
def test_accept_says_the_form_where_format_does_not(client, accept, kind):
    for path in ("articles", "events/facets", "quotes/timeline", "claims/aggregate"):
        answer = client.get(f"/v1/{path}", headers={"accept": accept})
        assert (answer.headers["content-type"], "Accept" in answer.headers["vary"].split(", ")) == (kind, True)
        said = client.get(f"/v1/{path}?format=json", headers={"accept": accept})
        assert said.headers["content-type"] == "application/json"


def test_a_repeated_filter_means_or_and_match_all_means_and(client):
    def number(filters):
        return client.get(f"/v1/claims/count?{filters}").json()["count"]

    assert number(f"about={ADA}&about={BERIT}") == 3
    assert number(f"about={ADA}&about={BERIT}&match=all") == 1
    assert number(f"exclude_about={BERIT}") == number("") - number(f"about={BERIT}")


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_body_asks_for_the_list_that_the_address_asks_for(client, resource):
    whole = client.get(f"/v1/{resource}?limit=1000&with_total=exact").json()
    found = client.post(f"/v1/{resource}/search", json={"limit": 1000, "with_total": ["exact"]})
    assert found.json() == whole
    assert not {"etag", "link"} & set(found.headers)
    assert client.get(f"/v1/{resource}/count").json() == {"count": whole["total"]}
    first = client.post(f"/v1/{resource}/search", json={"limit": 1}).json()
    rest = client.post(f"/v1/{resource}/search", json={"limit": 999, "cursor": first["next"]}).json()["data"]
    assert first["data"] + (rest if first["next"] else []) == whole["data"]


def test_a_body_has_room_for_more_values_than_an_address(client):
    body = {"participant": [ADA, *(f"Q{number}" for number in range(4_000))], "exclude_realis": "negated"}
    found = client.post("/v1/events/search", json=body | {"include": "evidence"}).json()["data"]
    assert found == client.get(f"/v1/events?participant={ADA}&include=evidence").json()["data"]
    text = client.post("/v1/articles/search", json={"analysed": True, "format": "jsonl"}).text
    assert len(text.splitlines()) == client.get("/v1/articles/count?analysed=true").json()["count"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"spaeker": "x"}, "did you mean 'speaker'"),
        ({"q": ["a"] * 5_001}, "too long"),
        ({"q": ["a" * 500_001]}, "too long"),
        ({"q": "a\0b"}, "NUL"),
        ({"author": [f"a{number}" for number in range(501)]}, "500 is the most"),
        ({"about": [f"a{number}" for number in range(501)], "match": "all"}, "500 is the most"),
        ({"limit": 0}, "'limit' is a number"),
    ],
)
def test_a_body_that_cannot_be_answered_says_what_to_change(client, body, words):
    answer = client.post("/v1/quotes/search", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert words in answer.json()["detail"]
    assert client.post("/v1/quotes/search?limit=3", json={}).status_code == 400


@pytest.mark.parametrize("value", [ADA, "Ada Nordvik", "NORDVIK"])
def test_an_actor_is_asked_for_by_key_or_any_name(client, value):
    assert client.get("/v1/quotes", params={"speaker": value}).json()["data"][0]["speaker"]["key"] == ADA


def test_the_lists_of_an_actor_are_those_of_the_filter(client):
    for name, filters in (("events", "participant"), ("quotes", "speaker"), ("claims", "holder")):
        of_actor = client.get(f"/v1/actors/{ADA}/{name}").json()
        assert of_actor == client.get(f"/v1/{name}?{filters}={ADA}").json()
        assert of_actor["data"]
    assert client.get(f"/v1/actors/{ADA}/events?participant={BERIT}").status_code == 400
    assert client.get("/v1/actors/none/events").status_code == 404


def test_an_event_has_its_articles_and_what_their_reports_say_differently(client):
    [event] = client.get("/v1/events?sort=-sources&limit=1").json()["data"]
    articles = walk(client, f"/v1/events/{event['key']}/articles?limit=1")
    assert articles == client.get(f"/v1/articles?event={event['key']}").json()["data"]
    assert len(articles) == event["article_count"] == 2
    conflicts = {row["aspect"]: row for row in client.get(f"/v1/events/{event['key']}/conflicts").json()["data"]}
    assert conflicts["Who"]["accounts"] == [
        {"says": "Ada Nordvik", "sources": ["Muster Post"]},
        {"says": "Berit Sund", "sources": ["Example Wire"]},
    ]
    assert "Where" not in conflicts
    assert client.get(f"/v1/events/{event['key']}/articles?event=x").status_code == 400
    assert client.get("/v1/events/none/conflicts").status_code == 404


def test_an_actor_has_a_timeline_and_others_beside_it(client):
    whole = client.get(f"/v1/events/timeline?participant={ADA}&bucket=year").json()
    assert client.get(f"/v1/actors/{ADA}/timeline?bucket=year").json() == whole
    [other] = client.get(f"/v1/actors/{ADA}/co-occurring").json()["data"]
    both = client.get(f"/v1/events/count?participant={ADA}&participant={BERIT}&match=all").json()["count"]
    assert other == {"actor": {"key": BERIT, "name": "Berit Sund"}, "event_count": both}


def test_evidence_comes_with_events_when_asked_for(client):
    [first, *_] = client.get("/v1/events?sort=-sources&include=evidence").json()["data"]
    assert len(first["evidence"]) == first["report_count"] == 2
    for report in first["evidence"]:
        text = client.get(f"/v1/articles/{report['article']['key']}/text").json()["text"]
        assert text[report["start_char"] : report["end_char"]] == report["text"] == "met"
        assert report["extractor"] == "test-1"
    assert "evidence" not in client.get("/v1/events").json()["data"][0]


def test_words_of_a_search_are_marked_when_asked_for(client):
    asked = "q=agree*&highlight=true"
    for resource in ("articles", "quotes", "claims"):
        for row in walk(client, f"/v1/{resource}?{asked}"):
            key = row["article"]["key"] if "article" in row else row["key"]
            text = client.get(f"/v1/articles/{key}/text").json()["text"]
            [passage] = row["highlights"]
            assert text[passage["start_char"] : passage["end_char"]] == passage["text"]
            assert [text[start:end] for start, end in passage["marks"]] in (["agree"], ["agreed"])
        assert "highlights" not in client.get(f"/v1/{resource}?q=agree*").json()["data"][0]
    text = client.get(f"/v1/quotes?{asked}&fields=key,highlights&format=csv").text
    assert all('"marks"' in line["highlights"] for line in csv.DictReader(io.StringIO(text)))


def test_the_best_match_comes_first(client):
    found = client.get('/v1/articles?q="note number" OR 7&sort=relevance&limit=1').json()
    assert found["data"][0]["title"] == "Note 7"
    rows = walk(client, '/v1/articles?q="note number" OR 7&sort=relevance&limit=4')
    assert len({row["key"] for row in rows}) == len(rows) == 25


def test_every_fact_points_to_the_characters_that_say_it(client):
    for resource in ("quotes", "claims", "mentions"):
        for row in walk(client, f"/v1/{resource}?limit=3"):
            text = client.get(f"/v1/articles/{row['article']['key']}").json()["text"]
            assert text[row["start_char"] : row["end_char"]] == row["text"]
            assert row["extractor"] == "test-1"


def test_mentions_of_an_article_come_in_the_order_of_its_text(client):
    article = client.get("/v1/articles?q=agree").json()["data"][0]["key"]
    rows = walk(client, f"/v1/mentions?article={article}&sort=position&limit=1")
    assert [row["text"] for row in rows] == ["Ada Nordvik", "Berit Sund", "Oslo", "Nordvik"]
    assert client.get(f"/v1/mentions?actor={ADA}&form=name&with_total=exact&limit=1").json()["total"] == 4


def test_related_claims_contradict(client):
    denied = client.get("/v1/claims?stance=deny").json()["data"][0]
    related = client.get(f"/v1/claims/{denied['key']}/related").json()["data"]
    assert [(p["relation"], p["claim"]["stance"]) for p in related] == [("contradicts", "affirm")]


@pytest.mark.parametrize("resource", RESOURCES)
def test_json_lines_hold_the_rows_of_the_list(client, resource):
    answer = client.get(f"/v1/{resource}?format=jsonl")
    assert answer.headers["content-type"] == "application/jsonl"
    assert [json.loads(line) for line in answer.text.splitlines()] == walk(client, f"/v1/{resource}?limit=1000")


@pytest.mark.parametrize("resource", RESOURCES)
def test_csv_has_a_line_for_each_row_and_a_column_for_each_field(client, resource):
    answer = client.get(f"/v1/{resource}?format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    head, *lines = csv.reader(io.StringIO(answer.text, newline=""))
    rows = walk(client, f"/v1/{resource}?limit=1000")
    assert head == [column.name for column in tables.columns(resource)]
    assert [line[head.index("key")] for line in lines] == [row["key"] for row in rows]
    fields = set(rows[0])
    assert all(any(name == field or name.startswith(field + "_") for field in fields) for name in head)
    assert all(any(name == field or name.startswith(field + "_") for name in head) for field in fields)


def test_a_file_has_a_head_line_also_without_rows_and_stops_at_the_limit(client):
    assert client.get("/v1/quotes?format=csv&q=nowhere").text.startswith("start_char,end_char,text")
    assert len(client.get("/v1/articles?format=jsonl&limit=3").text.splitlines()) == 3


def test_fields_cut_rows_and_columns(client):
    rows = client.get("/v1/articles?fields=key,title&fields=source").json()["data"]
    assert all(set(row) == {"key", "title", "source"} for row in rows)
    head = client.get("/v1/articles?fields=key,source&format=csv").text.splitlines()[0]
    assert head == "key,source_key,source_name"
    [line, *_] = client.get("/v1/events?fields=date_start&format=jsonl").text.splitlines()
    assert set(json.loads(line)) == {"date_start"}


def test_lists_of_actors_fill_a_cell(client):
    [row] = csv.DictReader(io.StringIO(client.get("/v1/events?format=csv&undated=exclude").text))
    assert (row["actors_key"], row["actors_name"]) == (f"{ADA}; {BERIT}", "Ada Nordvik; Berit Sund")
    assert (row["place_name"], row["contexts"]) == ("Oslo", "diplomatic")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/v1/quotes?spaeker=x", "did you mean 'speaker'"),
        ("/v1/quotes?exclude_spaeker=x", "did you mean 'exclude_speaker'"),
        ("/v1/quotes/count?limit=3", "unknown parameter 'limit'"),
        ("/v1/events/timeline?buckt=day", "did you mean 'bucket'"),
        ("/v1/events?facet=realis", "unknown parameter 'facet'"),
        ("/v1/stats?a=1", "unknown parameter 'a'"),
        ("/v1/articles?limit=0", "'limit' is a number from 1 to 1000"),
        ("/v1/articles?limit=1001", "'limit'"),
        ("/v1/articles?limit=x", "'limit'"),
        ("/v1/articles?limit=1&limit=2", "'limit' is given 2 times"),
        ("/v1/articles?match=any&match=all", "'match' is given 2 times"),
        ("/v1/articles?fields=key,tilte", "'fields' of articles is some of key, title"),
        ("/v1/articles?highlight=true", "give 'q' too"),
        ("/v1/articles?sort=relevance", "give 'q'"),
        ("/v1/articles?search_in=title", "give 'q' too"),
        ("/v1/articles?q=a&search_in=title,txet", "did you mean 'text'"),
        ("/v1/events?q=a&highlight=true", "unknown parameter 'highlight'"),
        ("/v1/articles?sort=size", "'sort' of articles is one of -date, date"),
        ("/v1/articles?with_total=yes", "'with_total' is one of none, exact"),
        ("/v1/articles?format=xml", "'format' is one of json, csv, jsonl"),
        ("/v1/articles?format=csv&with_total=exact", "ask /count"),
        ("/v1/events?include=everything", "'include' takes evidence"),
        ("/v1/events?event_type=PROTST", "did you mean 'PROTEST'"),
        ("/v1/events?date_start=2019-02-30", "there is no day 2019-02-30"),
        ("/v1/events/facets?facet=colour", "'facet' of events is one of"),
        ("/v1/events/facets?facet_size=9999", "'facet_size' is a number"),
        ("/v1/events/timeline?bucket=eon", "'bucket' is one of hour"),
        ("/v1/events/aggregate?group_by=realis&group_by=mode&group_by=cameo", "one or two"),
        ("/v1/events/aggregate?measure=avg_tone", "newskb measures no tone"),
        ("/v1/events/aggregate?measure=tons", "'measure' of events is one of events, mentions"),
        ("/v1/events?tone_min=1", "'tone_min': newskb measures no tone"),
        ("/v1/articles/count?exclude_data_type=blog", "every text here counts as news"),
        ("/v1/claims?as_of=2021-01-01", "does not keep how things stood"),
        ("/v1/events/count?timeout_ms=0", "'timeout_ms' is a number"),
        ("/v1/events/timeline?tz=Nowhere", "IANA time zone"),
        ("/v1/events/timeline?group_by=mode&group_by=realis", "'group_by' is given 2 times"),
        ("/v1/changes?since=soon", "'since' takes a moment"),
        ("/v1/changes?resource=actions", "'resource' is one of articles"),
        ("/v1/changes?cursor=nonsense", "start again with 'since'"),
        ("/v1/articles?cursor=nonsense", "'cursor' is not one that this list gave"),
        ("/v1/articles?q=a%00b", "NUL"),
        ("/v1/articles?" + "&".join(["q=a"] * 501), "too many"),
        ("/v1/articles?q=" + "a" * 17_000, "too long"),
        ("/v1/articles?q=" + "a+" * 300, "200 is the most"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_to_change(client, address, words):
    answer = client.get(address)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.json()["detail"]


def test_the_nearest_name_is_a_field_of_the_problem(client):
    body = client.get("/v1/quotes?spaeker=x").json()
    assert (body["parameter"], body["nearest"], body["status"]) == ("spaeker", "speaker", 400)
    assert client.get("/v1/quotes?zzzzzz=x").json()["nearest"] is None


def test_a_page_link_keeps_the_filters_and_never_names_a_host(client):
    answer = client.get("/v1/articles?q=note&q=%22harbour+note%22&limit=1", headers={"host": "evil.example"})
    link = answer.headers["link"]
    assert re.match(r"</v1/articles\?q=note&q=%22harbour\+note%22&limit=1&cursor=[\w-]+>", link)


ODD = ("1", "-1", "1e9", "9" * 30, "all", "2019-13", "true", "0,0,1", "\ud800", "9999y", "AND", '"')
values = st.one_of(st.text(max_size=12), st.sampled_from(ODD))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_parameter_makes_the_server_fail(client, data):
    document = client.app.openapi()
    paths = document["paths"]
    path = data.draw(st.sampled_from(sorted(p for p in paths if "get" in paths[p] and "/sql" not in p)))
    names = [p["name"] for p in parameters_of(paths[path]["get"], document["components"]) if p["in"] == "query"] or [
        "x"
    ]
    params = data.draw(st.lists(st.tuples(st.sampled_from(names), values), max_size=4))
    key = data.draw(st.one_of(st.just(ADA), st.text(min_size=1, max_size=8)))
    asked = "&".join(f"{name}={escaped(value)}" for name, value in params)
    answer = client.get(f"{path.replace('{key}', escaped(key))}?{asked}")
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"


def escaped(value):
    """Every byte escaped, so that nothing on this side takes offence at it."""
    return "".join(f"%{byte:02X}" for byte in value.encode("utf-8", "surrogatepass"))


def test_a_server_has_smaller_pages_where_it_is_set_so(database_url):
    app = create_app(Settings(database_url=database_url, max_page_rows=7))
    client = TestClient(app)
    assert len(client.get("/v1/articles").json()["data"]) == 7
    assert "from 1 to 7" in client.get("/v1/articles?limit=8").json()["detail"]
    assert len(client.get("/v1/articles?format=jsonl").text.splitlines()) == 28
    assert client.get("/v1/status").json()["limits"]["max_page_rows"] == 7
    app.state.database.dispose()


@pytest.mark.parametrize(("limit", "address"), [(0.000_001, "/v1/articles"), (30, "/v1/articles?timeout_ms=1")])
def test_an_answer_that_takes_too_long_is_stopped(database_url, monkeypatch, limit, address):
    monkeypatch.setattr(databases, "OPCODES_BETWEEN_LOOKS", 1)
    ticks = itertools.count()
    monkeypatch.setattr(databases.time, "monotonic", lambda: next(ticks) / 1000)
    app = create_app(Settings(database_url=database_url, read_timeout_s=limit))
    client = TestClient(app)
    answer = client.get(address)
    assert (answer.status_code, answer.json()["type"]) == (408, "urn:newskb:problem:query-timeout")
    assert "was stopped" in answer.json()["detail"]
    app.state.database.dispose()
