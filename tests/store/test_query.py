"""Lists, counts and timelines agree whatever is asked, on both databases."""

from __future__ import annotations

from itertools import pairwise

import pytest
import samples
from asking import VALUES, questions, walk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from newskb.errors import InputError, NotFoundError, QueryError, UnknownParameterError
from newskb.store import counting, query
from newskb.store.filters import DATED, LEVELS, RESOURCES, SEARCH_PARTS, SINGLE, Filters, names
from newskb.store.highlights import MARKED


def is_ranked(filters: Filters) -> bool:
    is_asked = any(
        c.name == "q" and c.level + "s" == filters.resource and not c.is_excluded for c in filters.conditions
    )
    return is_asked and not filters.search_in


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filters=questions(), limit=st.sampled_from([1, 3, 7, 1000]), data=st.data())
def test_count_list_and_timeline_agree(filled: Connection, filters: Filters, limit: int, data: st.DataObject) -> None:
    orders = [name for name in query.orders(filters.resource) if name != query.RELEVANCE or is_ranked(filters)]
    sort = data.draw(st.sampled_from(orders))
    rows = walk(filled, filters, limit=limit, sort=sort)
    keys = [row["key"] for row in rows]
    assert len(set(keys)) == len(keys)
    assert counting.count(filled, filters) == len(keys)
    if filters.resource in DATED:
        found = counting.timeline(filled, filters, data.draw(st.sampled_from(counting.BUCKETS)))
        assert found["total"] == len(keys) == sum(b["count"] for b in found["buckets"]) + found["undated"]
        days = [b["date"] for b in found["buckets"]]
        assert days == sorted(set(days))


@pytest.mark.parametrize("resource", RESOURCES)
def test_every_filter_of_every_resource_can_be_asked(filled: Connection, resource: str) -> None:
    for name in names(resource):
        if name in SINGLE:
            continue
        wanted = LEVELS[next(level for level in RESOURCES[resource] if name in LEVELS[level])][name]
        for prefix in ("", "exclude_"):
            filters = Filters.parse({prefix + name: list(wanted.values or VALUES[wanted.kind])}, resource)
            assert counting.count(filled, filters) >= 0


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_filter_and_its_opposite_share_the_rows(filled: Connection, resource: str) -> None:
    whole = counting.count(filled, Filters(resource=resource))
    for name in names(resource):
        if name in SINGLE:
            continue
        wanted = LEVELS[next(level for level in RESOURCES[resource] if name in LEVELS[level])][name]
        value = list(wanted.values or VALUES[wanted.kind])[:1]
        with_it = counting.count(filled, Filters.parse({name: value}, resource))
        without = counting.count(filled, Filters.parse({"exclude_" + name: value}, resource))
        assert with_it + without == whole, name


def test_newest_first_and_undated_last(filled: Connection) -> None:
    for resource, field in (("articles", "published_date"), ("events", "date_start")):
        days = [row[field] or "" for row in walk(filled, Filters(resource=resource), limit=5)]
        assert days == sorted(days, reverse=True)
        assert days[-1] == ""


def test_all_orders_go_by_their_value(filled: Connection) -> None:
    rows = walk(filled, Filters(resource="events"), limit=2, sort="-confidence")
    assert all(a["confidence"] >= b["confidence"] for a, b in pairwise(rows))


def test_dates_less_exact_than_the_bucket_are_told_apart(filled: Connection) -> None:
    by_day = counting.timeline(filled, Filters(resource="articles"), "day")
    by_month = counting.timeline(filled, Filters(resource="articles"), "month")
    by_year = counting.timeline(filled, Filters(resource="articles"), "year")
    assert (by_day["undated"], by_month["undated"], by_year["undated"]) == (9, 6, 3)
    assert {"date": "2021-04", "count": 3} in by_month["buckets"]
    weeks = counting.timeline(filled, Filters(resource="articles"), "week")["buckets"]
    assert {"date": "2021-12-27", "count": 6} in weeks  # 31 December and 1 January are in one week
    quarters = counting.timeline(filled, Filters(resource="articles"), "quarter")["buckets"]
    assert {"date": "2021-Q2", "count": 3} in quarters


def test_undated_articles_stay_out_of_dates_unless_asked_for(filled: Connection) -> None:
    def number(**params: str) -> int:
        return counting.count(filled, Filters.parse({k: [v] for k, v in params.items()}, "articles"))

    assert number(undated="only") == 3
    assert number(published_start="1900") == 21
    assert number(published_start="1900", undated="include") == 24
    assert number(undated="exclude") == 21


def test_a_longer_cameo_code_asks_for_the_mode_that_it_stands_for(filled: Connection) -> None:
    def number(*codes: str, **more: str) -> int:
        given = {"cameo": list(codes)} | {name: [value] for name, value in more.items()}
        return counting.count(filled, Filters.parse(given, "events"))

    demonstrations = number("14", mode="demo")
    assert 0 < demonstrations == number("141") == number("141", "145")
    assert number("145") == number("14", "141") - number("14") == 0
    with pytest.raises(InputError, match="no value of 'cameo'"):
        number("1411")


@pytest.mark.parametrize(
    ("asked", "hits"),
    [
        ("harbour", 24),
        ("HARBOUR workers", 24),
        ('"close the harbour"', 24),
        ('"harbour close"', 0),
        ("harbour NOT workers", 0),
        ("harbour -volcano", 24),
        ("volcano OR (governor AND marched)", 24),
        ("gover*", 24),
        ('near5:"harbour close"', 24),
        ('near1:"close harbour"', 24),
        ('near1:"harbour denied"', 24),
        ('near1:"marched harbour"', 0),
        ('near20:"gOvernór people"', 24),
        ('near4:"workers hurt" -volcano', 24),
        ('"report 7"', 1),
        ("título OR gOverNór", 24),
    ],
)
def test_full_text_means_the_same_on_both(filled: Connection, asked: str, hits: int) -> None:
    assert counting.count(filled, Filters.parse({"q": [asked]}, "articles")) == hits


@pytest.mark.parametrize("resource", SEARCH_PARTS)
def test_a_search_looks_where_it_is_told_to(filled: Connection, resource: str) -> None:
    def number(asked: str, **more: str) -> int:
        given = {"q": [asked]} | {name: [value] for name, value in more.items()}
        return counting.count(filled, Filters.parse(given, resource))

    parts = SEARCH_PARTS[resource]
    words = "harbour OR hurt OR report"
    anywhere = [number(words, search_in=part) for part in parts]
    assert all(anywhere)
    assert max(anywhere) <= number(words, search_in=",".join(parts))
    assert number("marched", search_in="text") > 0 == number("marched", search_in="title")
    assert number("report -marched", search_in="title") == number("report", search_in="title") > 0
    for wrong in ({"search_in": ["title"]}, {"search_in": ["byline"], "q": ["a"]}):
        with pytest.raises(InputError, match="search_in"):
            Filters.parse(wrong, resource)


@pytest.mark.parametrize("resource", query.RANKED)
def test_the_best_fit_comes_first(filled: Connection, resource: str) -> None:
    asked = Filters.parse({"q": ["harbour OR hurt OR close"]}, resource)
    by_fit = walk(filled, asked, limit=5, sort="relevance")
    assert sorted(row["key"] for row in by_fit) == sorted(row["key"] for row in walk(filled, asked, limit=1000))
    for more in ({}, {"q": ["harbour"], "search_in": [resource.removesuffix("s").replace("article", "title")]}):
        with pytest.raises(InputError, match="relevance"):
            query.list_rows(filled, Filters.parse(more, resource), sort="relevance")


@pytest.mark.parametrize("resource", MARKED)
def test_marks_stand_on_the_words_of_the_search(filled: Connection, resource: str) -> None:
    asked = Filters.parse({"q": ['harb* OR "two workers" OR near5:"harbour close"']}, resource)
    rows = query.list_rows(filled, asked, is_highlighted=True, limit=1000).rows
    assert rows
    for row in rows:
        assert row["highlights"]
        for passage in row["highlights"]:
            held = row["title"] if passage["field"] == "title" else text_of(filled, row)
            assert held[passage["start_char"] : passage["end_char"]] == passage["text"]
            for start, end in passage["marks"]:
                assert held[start:end].lower() in ("harbour", "harbours", "close", "two workers")


def text_of(filled: Connection, row: query.Row) -> str:
    return str(query.get(filled, "articles", row["article"]["key"] if "article" in row else row["key"])["text"])


@pytest.mark.parametrize(
    "asked",
    [
        '"open',
        "(a",
        "a)",
        "NOT a",
        "-a",
        "a OR",
        "a OR NOT b",
        "near5:a",
        'near5:"a a"',
        'near5:"a b c"',
        'near99:"a b"',
        "near5:",
        "!!!",
    ],
)
def test_a_search_that_cannot_be_understood_is_refused(asked: str) -> None:
    with pytest.raises(QueryError):
        Filters.parse({"q": [asked]}, "articles")


@pytest.mark.parametrize("value", ["Q900001", "Lena Ortiz", "LENA ORTÍZ", "l. ortiz"])
def test_an_actor_is_found_by_key_or_any_name(filled: Connection, value: str) -> None:
    assert counting.count(filled, Filters.parse({"speaker": [value]}, "quotes")) == 24
    assert counting.count(filled, Filters.parse({"recipient": [value]}, "events")) > 0
    assert counting.count(filled, Filters.parse({"actor": [value]}, "events")) == 0


def test_an_unknown_parameter_is_named_with_the_nearest() -> None:
    with pytest.raises(UnknownParameterError, match="did you mean 'speaker'"):
        Filters.parse({"spaeker": ["x"]}, "quotes")
    with pytest.raises(UnknownParameterError):
        Filters.parse({"speaker": ["x"]}, "sources")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("date_start", "2019-02-30"),
        ("date_start", "yesterday"),
        ("realis", "actually"),
        ("country", "ZZ"),
        ("min_sources", "two"),
        ("bbox", "1,2,3"),
        ("event_type", "PROTST"),
        ("q", "a\x00b"),
        ("actor", ""),
        ("undated", "maybe"),
    ],
)
def test_a_value_that_cannot_be_is_refused(name: str, value: str) -> None:
    with pytest.raises(InputError):
        Filters.parse({name: [value]}, "events")


def test_a_cursor_belongs_to_its_list(filled: Connection) -> None:
    page = query.list_rows(filled, Filters(resource="articles"), limit=2)
    for cursor in ("nonsense", "!!", "", (page.next or "")[:-4]):
        with pytest.raises(InputError):
            query.list_rows(filled, Filters(resource="articles"), limit=2, cursor=cursor)
    with pytest.raises(InputError):
        query.list_rows(filled, Filters(resource="articles"), limit=2, cursor=page.next, sort="date")


def test_every_single_thing_can_be_got_with_its_evidence(filled: Connection) -> None:
    texts = {}
    for resource in RESOURCES:
        for row in walk(filled, Filters(resource=resource), limit=100):
            found = query.get(filled, resource, row["key"])
            assert found.items() >= row.items()
            if resource == "articles":
                texts[row["key"]] = found["text"]
    for row in walk(filled, Filters(resource="events"), limit=100):
        reports = query.get(filled, "events", row["key"])["reports"]
        assert len(reports) == row["report_count"]
        for report in reports:
            text = texts[report["article"]["key"]]
            assert text[report["start_char"] : report["end_char"]] == report["text"] == "marched"
            assert text[report["sentence_start"] : report["sentence_end"]] == report["sentence"]
            assert [p["text"] for p in report["actors"]] == ["300 people"]
    for resource in ("quotes", "claims"):
        for row in walk(filled, Filters(resource=resource), limit=100):
            text = texts[row["article"]["key"]]
            assert text[row["start_char"] : row["end_char"]] == row["text"]
            assert row["extractor"] == "test-1"


def test_all_annotations_of_an_article_point_into_its_text(filled: Connection) -> None:
    article = query.list_rows(filled, Filters(resource="articles"), limit=1).rows[0]
    text = query.get(filled, "articles", article["key"])["text"]
    found = query.annotations(filled, article["key"])
    for layer in ("mentions", "times", "figures", "quotes", "claims", "events"):
        assert found[layer]
        for row in found[layer]:
            assert text[row["start_char"] : row["end_char"]] == row["text"]
    mention = query.get(filled, "mentions", found["mentions"][0]["key"])
    assert mention["sentence"] == text[:52]


def test_evidence_comes_with_a_list_of_events(filled: Connection) -> None:
    for row in query.list_rows(filled, Filters(resource="events"), include=["evidence"]).rows:
        assert len(row["evidence"]) == row["report_count"]


def test_what_is_not_there_is_not_found(filled: Connection) -> None:
    for resource in (*RESOURCES, "mentions", "nothing"):
        with pytest.raises(NotFoundError):
            query.get(filled, resource, "evt-none\x00")
    assert query.find(filled, "evt-none") is None


def test_a_key_of_any_kind_is_found(filled: Connection) -> None:
    for resource in RESOURCES:
        row = query.list_rows(filled, Filters(resource=resource), limit=1).rows[0]
        assert query.find(filled, row["key"]) == (resource, query.get(filled, resource, row["key"]))


def test_names_are_suggested_by_their_beginning(filled: Connection) -> None:
    assert [row["key"] for row in query.suggest_actors(filled, "ortí")] == ["Q900001"]
    assert query.suggest_actors(filled, "%") == []


def test_stats_count_everything(filled: Connection) -> None:
    found = query.stats(filled)
    assert found["articles"] == found["event_reports"] == found["quotes"] == found["claims"] == 24
    assert found["articles_undated"] == 3
    assert (found["first_published"], found["last_published"]) == ("2020-01-01", "2022-01-01")
    assert samples.ACTORS[0].name == query.get(filled, "actors", "Q900001")["name"]
