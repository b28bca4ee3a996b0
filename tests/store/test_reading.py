"""Ids become rows with everything that belongs to them, in a bounded number of statements."""

from __future__ import annotations

import samples
import stored
from sqlalchemy import Connection, event

from newskb.store import counting, query
from newskb.store.database import Database
from newskb.store.filters import RESOURCES, Filters


def first(connection: Connection, resource: str, **params: str) -> query.Row:
    question = Filters.parse({name: [value] for name, value in params.items()}, resource)
    return query.list_rows(connection, question, limit=1).rows[0]


def test_an_article_comes_with_its_text_and_where_it_was_read(connection: Connection) -> None:
    row = first(connection, "articles", q='"Report 7"')
    found = query.get(connection, "articles", row["key"])
    assert found["text"] == f"{samples.BODY} Report 7."
    assert found["lead"] == found["text"][:280]
    assert found["char_count"] == len(found["text"])
    assert (found["path"], found["record"], found["external_id"]) == ("dump.jsonl", 7, "ext-7")
    assert found["boilerplate"] == [[0, 2]]
    assert found["story"] in {story["key"] for story in query.list_rows(connection, Filters(resource="stories")).rows}


def test_an_actor_comes_with_aliases_roles_and_counts(connection: Connection) -> None:
    found = query.get(connection, "actors", "Q900001")
    assert found["aliases"] == ["L. Ortiz", "Lena Ortiz", "Ortíz"]
    assert found["roles"] == [
        {"office": "Governor of Amber", "country": "XAA", "sector": "GOV", "valid_from": "2018-01", "valid_to": None}
    ]
    for name, resource, filter_name in (
        ("event_count", "events", "participant"),
        ("quote_count", "quotes", "speaker"),
        ("claim_count", "claims", "holder"),
    ):
        question = Filters.parse({filter_name: ["Q900001"]}, resource)
        assert found[name] == counting.count(connection, question) > 0


def test_a_quote_names_its_speaker_and_its_words(connection: Connection) -> None:
    quote = query.get(connection, "quotes", first(connection, "quotes")["key"])
    assert quote["speaker"] == {"key": "Q900001", "name": "Lena Ortiz"}
    assert quote["speaker_mention"]["text"] == "Lena Ortiz"
    assert quote["cue"]["text"] == "said"
    assert quote["parts"] == [[quote["start_char"], quote["end_char"]]]
    assert [other["quote_group"] for other in quote["variants"]] == [quote["quote_group"]]


def test_a_claim_comes_with_figures_events_and_relations(connection: Connection) -> None:
    claim = query.get(connection, "claims", first(connection, "claims")["key"])
    assert (claim["stance"], claim["text"]) == ("deny", "two workers were hurt")
    assert claim["holder_mention"]["text"] == "She"
    assert [(f["kind"], f["low"], f["text"]) for f in claim["figures"]] == [("injured", 2.0, "two")]
    assert len(claim["events"]) == 1
    assert [related["relation"] for related in claim["related"]] == ["corroborates"]


def test_a_story_comes_with_its_articles_and_the_events_they_tell(connection: Connection) -> None:
    story = query.get(connection, "stories", first(connection, "stories")["key"])
    assert len(story["articles"]) == story["article_count"] == 4
    told = {
        mention["event"]
        for article in story["articles"]
        for mention in query.annotations(connection, article["key"])["events"]
    }
    assert {row["key"] for row in story["events"]} == told


def test_a_source_counts_its_articles(connection: Connection) -> None:
    for source in query.list_rows(connection, Filters(resource="sources")).rows:
        question = Filters.parse({"source": [source["key"]]}, "articles")
        assert source["article_count"] == counting.count(connection, question) == 6
        days = [row["published_date"] for row in query.list_rows(connection, question).rows if row["published_date"]]
        assert (source["first_published"], source["last_published"]) == (min(days), max(days))


def test_a_longer_page_takes_no_more_statements(database: Database) -> None:
    stored.fill(database)
    with database.read() as connection:
        for resource in RESOURCES:
            few, many = (_statements(connection, resource, limit) for limit in (6, 24))
            assert few == many < 12, resource


def _statements(connection: Connection, resource: str, limit: int) -> int:
    """How many statements a page with evidence takes."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        query.list_rows(connection, Filters(resource=resource), limit=limit, include=["evidence"])
    finally:
        event.remove(connection, "before_cursor_execute", note)
    return len(seen)


def test_issues_are_paged_newest_first_and_counted_by_reason(database: Database) -> None:
    from newskb.model import Origin, Skipped
    from newskb.store.imports import start_import, write_issues

    with database.begin() as connection:
        import_id = start_import(connection, {"paths": ["dump.csv"]})
        skipped = [
            Skipped(origin=Origin(path="dump.csv", record=n), stage="read", reason=f"bad-{n % 2}", detail=f"row {n}")
            for n in range(5)
        ]
        write_issues(connection, skipped, (), import_id=import_id)
    with database.read() as connection:
        records, cursor = [], None
        while True:
            page = query.list_issues(connection, limit=2, cursor=cursor)
            records += [row["record"] for row in page.rows]
            if (cursor := page.next) is None:
                break
        assert records == [4, 3, 2, 1, 0]
        assert [row["record"] for row in query.list_issues(connection, reason="bad-1").rows] == [3, 1]
        assert [(r["value"], r["count"]) for r in query.issue_reasons(connection)] == [("bad-0", 3), ("bad-1", 2)]
