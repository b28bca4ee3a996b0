"""A judgement about actors beats the machine, lasts, and is taken back without a trace but in the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import samples
import stored
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from newskb import text
from newskb.errors import ConflictError, InputError, NotFoundError
from newskb.model import Actor, ArticleFacts, Batch
from newskb.store import corrections, curation, imported, imports, query
from newskb.store.actors import load_authority
from newskb.store.articles import read_article, replace_facts, write_batch
from newskb.store.database import Database
from newskb.store.redirects import standing_key
from newskb.store.schema import Base
from tests.jobs.canonical import canonical_dump

CROWD = text.key("act", "demonstrators", "XAA")
ORTIZ = "Q900001"
LOG = frozenset({"judgement", "actor_split", "correction", "merge_mark", "meta", "change"})
HOW = {"author": "ana", "reason": "they are"}


@pytest.fixture
def filled(database: Database) -> Database:
    stored.fill(database, size=8)
    return database


def content(database: Database) -> dict[str, list[tuple[object, ...]]]:
    return canonical_dump(database, without=LOG)


def merged(database: Database, into: str, *others: str) -> list[str]:
    with database.begin() as connection:
        made = curation.merge_actors(connection, into, others, **HOW)
    stored.merge(database)
    return list(made.values())


def undone(database: Database, *keys: str) -> None:
    for key in keys:
        with database.begin() as connection:
            curation.undo(connection, key, author="ben")
    stored.merge(database)


def actors_of(connection: Connection, table: str, column: str) -> set[str | None]:
    """The keys of the actors that a column refers to."""
    refers, actor = Base.metadata.tables[table], Base.metadata.tables["actor"]
    joined = refers.outerjoin(actor, actor.c.id == refers.c[column])
    return set(connection.execute(select(actor.c.key).select_from(joined)).scalars())


def articles(connection: Connection) -> list[str]:
    return sorted(connection.execute(select(Base.metadata.tables["article"].c.key)).scalars())


def test_all_facts_of_a_merged_actor_are_those_of_the_one_that_stays(filled: Database) -> None:
    merged(filled, ORTIZ, CROWD)
    with filled.read() as connection:
        for table, column in (
            ("mention", "actor_id"),
            ("link", "actor_id"),
            ("event_mention_participant", "actor_id"),
            ("event_participant", "actor_id"),
        ):
            assert CROWD not in actors_of(connection, table, column), table
        assert standing_key(connection, CROWD) == ORTIZ


def test_undoing_a_merge_leaves_the_database_as_it_was(filled: Database) -> None:
    before = content(filled)
    decisions = merged(filled, ORTIZ, CROWD)
    assert content(filled) != before
    undone(filled, *decisions)
    assert content(filled) == before


def test_a_merge_holds_when_articles_are_read_again_and_imported_later(filled: Database) -> None:
    merged(filled, ORTIZ, CROWD)
    later = samples.article(f"{samples.BODY} A later report.", record=99)
    with filled.begin() as connection:
        run = imports.start_run(connection, "test-2")
        batch = Batch(articles=(later,), facts=(samples.facts(later),), skipped=())
        write_batch(connection, batch, import_id=imports.start_import(connection, {}), run_id=run)
        replace_facts(connection, [(later, replace(samples.facts(later), extractor="test-2"))], run_id=run)
    stored.merge(filled)
    with filled.read() as connection:
        assert CROWD not in actors_of(connection, "mention", "actor_id")
        assert CROWD not in actors_of(connection, "event_mention_participant", "actor_id")


def test_a_local_actor_that_gets_a_wikidata_id_loses_nothing(filled: Database) -> None:
    before = content(filled)
    decisions = merged(filled, "Q777", CROWD)
    with filled.read() as connection:
        row = query.get(connection, "actors", "Q777")
        assert (row["wikidata"], row["name"], row["kind"]) == ("Q777", "demonstrators", "group")
        assert CROWD not in actors_of(connection, "mention", "actor_id")
    undone(filled, *decisions)
    assert content(filled) == before


def split(database: Database, key: str, *places: str, into: str | None = None) -> curation.Split:
    kind = "mentions" if places[0].startswith("men-") else "articles"
    with database.begin() as connection:
        made = curation.split_actor(connection, key, **{kind: places}, into=into, **HOW)  # type: ignore[arg-type]
    stored.merge(database)
    return made


def test_a_split_gives_articles_to_another_actor_and_is_undone_cleanly(filled: Database) -> None:
    before = content(filled)
    with filled.read() as connection:
        some = articles(connection)[:3]
    made = split(filled, CROWD, *some)
    with filled.read() as connection:
        link, article, actor = (Base.metadata.tables[name] for name in ("link", "article", "actor"))
        joined = link.join(article, article.c.id == link.c.article_id).join(actor, actor.c.id == link.c.actor_id)
        found = select(article.c.key).select_from(joined).where(actor.c.key == made.actor)
        assert sorted(connection.execute(found).scalars()) == some
    undone(filled, made.judgement)
    assert content(filled) == before


def test_a_split_is_found_again_when_the_article_is_read_anew(filled: Database) -> None:
    with filled.read() as connection:
        mention = Base.metadata.tables["mention"]
        key = connection.execute(
            select(mention.c.key).where(mention.c.form == "pronoun").order_by(mention.c.key).limit(1)
        ).scalar_one()
    made = split(filled, ORTIZ, key)
    with filled.read() as connection:
        before = actors_of(connection, "quote", "speaker_id")
        article_id = connection.execute(select(mention.c.article_id).where(mention.c.key == key)).scalar_one()
        name = Base.metadata.tables["article"]
        again = connection.execute(select(name.c.key).where(name.c.id == article_id)).scalar_one()
    assert made.actor in before
    with filled.begin() as connection:
        article = read_article(connection, again)
        # a newer extractor cuts the mention otherwise
        facts = samples.facts(article)
        wide = facts.mentions[3]
        wide = replace(wide, span=replace(wide.span, end=wide.span.end + 7))
        facts = replace(facts, mentions=(*facts.mentions[:3], wide, *facts.mentions[4:]), extractor="test-2")
        replace_facts(connection, [(article, facts)], run_id=imports.start_run(connection, "test-2"))
        assert made.actor in actors_of(connection, "quote", "speaker_id")


def test_a_correction_that_names_a_merged_actor_follows_it_and_comes_back(filled: Database) -> None:
    with filled.begin() as connection:
        quote = Base.metadata.tables["quote"]
        key = connection.execute(select(quote.c.key).order_by(quote.c.key).limit(1)).scalar_one()
    before = content(filled)
    with filled.begin() as connection:
        correction = corrections.record_correction(connection, key, "speaker", CROWD, author="ana", reason="he")
    stored.merge(filled)
    corrected = content(filled)
    decisions = merged(filled, ORTIZ, CROWD)
    with filled.read() as connection:
        assert query.get(connection, "quotes", key)["speaker"]["key"] == ORTIZ
    undone(filled, *decisions)
    assert content(filled) == corrected
    undone(filled, *merged(filled, ORTIZ, CROWD), correction)
    assert content(filled) == before


REFUSED: dict[str, tuple[Callable[[Connection], object], type[Exception], str]] = {
    "itself": (lambda c: curation.merge_actors(c, ORTIZ, [ORTIZ], **HOW), InputError, "into itself"),
    "nobody": (lambda c: curation.merge_actors(c, ORTIZ, ["act-none"], **HOW), NotFoundError, "act-none"),
    "into nobody": (lambda c: curation.merge_actors(c, "act-none", [CROWD], **HOW), NotFoundError, "act-none"),
    "a Wikidata id": (lambda c: curation.merge_actors(c, CROWD, [ORTIZ], **HOW), InputError, "instead"),
    "nothing": (lambda c: curation.merge_actors(c, ORTIZ, [], **HOW), InputError, "at least one"),
    "a split of nothing": (lambda c: curation.split_actor(c, ORTIZ, **HOW), InputError, "name the articles"),
    "elsewhere": (lambda c: curation.split_actor(c, ORTIZ, articles=["art-x"], **HOW), NotFoundError, "art-x"),
    "no mention": (lambda c: curation.split_actor(c, ORTIZ, mentions=["men-x"], **HOW), NotFoundError, "men-x"),
    "all of it": (
        lambda c: curation.split_actor(c, CROWD, articles=articles(c), **HOW),
        InputError,
        "nothing of",
    ),
    "no decision": (lambda c: curation.undo(c, "jud-none", author="ana"), NotFoundError, "jud-none"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_decided_is_refused_with_a_reason(filled: Database, name: str) -> None:
    decide, error, words = REFUSED[name]
    with pytest.raises(error, match=words), filled.begin() as connection:
        decide(connection)


def test_decisions_that_contradict_one_another_are_refused(filled: Database) -> None:
    with filled.read() as connection:
        some = articles(connection)[:2]
    made = split(filled, CROWD, *some)
    with pytest.raises(ConflictError, match="differ"), filled.begin() as connection:
        curation.merge_actors(connection, CROWD, [made.actor], **HOW)
    (joined,) = merged(filled, ORTIZ, made.actor)
    with pytest.raises(ConflictError, match=f"undo {joined} first"), filled.begin() as connection:
        curation.undo(connection, made.judgement, author="ana")
    with pytest.raises(ConflictError, match="was merged into"), filled.begin() as connection:
        curation.merge_actors(connection, CROWD, [made.actor], **HOW)
    undone(filled, joined, made.judgement)
    with pytest.raises(ConflictError, match="already undone"), filled.begin() as connection:
        curation.undo(connection, joined, author="ana")


def test_the_log_tells_every_decision_and_whether_it_stands(filled: Database) -> None:
    with filled.begin() as connection:
        quote = Base.metadata.tables["quote"]
        key = connection.execute(select(quote.c.key).order_by(quote.c.key).limit(1)).scalar_one()
        correction = corrections.record_correction(connection, key, "type", "mixed", author="cleo", reason="half")
        some = articles(connection)[:2]
    made = split(filled, CROWD, *some)
    (joined,) = merged(filled, "Q900002", CROWD)
    undone(filled, joined)
    with filled.read() as connection:
        log = {item.key: item for item in curation.decisions(connection)}
        assert {item.action for item in log.values()} == {"merge", "split", "correct"}
        assert log[joined].subjects == ("Q900002", CROWD)
        assert (log[joined].author, log[joined].undone_by) == ("ana", "ben")
        assert (log[made.judgement].value, log[made.judgement].undone_at) == (some, None)
        assert (log[correction].decision, log[correction].value) == ("type", "mixed")
        assert [item.key for item in curation.decisions(connection, about=key)] == [correction]
        latest = curation.decisions(connection, limit=1)
        rest = curation.decisions(connection, before=(latest[0].created_at, latest[0].key))
        assert {item.key for item in (*latest, *rest)} == set(log)
        assert curation.decision(connection, joined) == log[joined]


@given(order=st.permutations(range(4)), early=st.booleans())
@settings(max_examples=12)
def test_the_order_of_articles_and_decisions_changes_nothing(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, order: list[int], early: bool
) -> None:
    dumps = []
    for number, (numbers, is_early) in enumerate(((list(range(4)), False), (order, early))):
        path = tmp_path_factory.mktemp("order") / f"{number}.db"
        path.write_bytes(sqlite_template.read_bytes())
        database = Database(f"sqlite:///{path}")
        found = [samples.article(f"{samples.BODY} Report {n}.", record=n) for n in range(4)]
        with database.begin() as connection:
            load_authority(connection, samples.ACTORS, samples.PLACES, "1")
            run, load = imports.start_run(connection, "test-1"), imports.start_import(connection, {})
        for position, n in enumerate(numbers):
            with database.begin() as connection:
                facts: tuple[ArticleFacts, ...] = (samples.facts(found[n]),)
                write_batch(
                    connection, Batch(articles=(found[n],), facts=facts, skipped=()), import_id=load, run_id=run
                )
            if position == (0 if is_early else 3):
                merged(database, ORTIZ, CROWD)
        stored.merge(database)
        dumps.append(content(database))
        database.dispose()
    assert dumps[0] == dumps[1]


# --- actors of a user's files ----------------------------------------------------------------------------------------

QUAY = Actor(key="Q555", name="Harbour Board", kind="organisation", wikidata="Q555", aliases=("HB",), country="XAA")


def put(database: Database, *actors: Actor) -> imported.Changes:
    with database.begin() as connection:
        return imported.put_actors(connection, actors)


def test_an_actor_imported_twice_is_there_once_and_a_changed_one_as_it_is_now(filled: Database) -> None:
    first = put(filled, QUAY)
    before = content(filled)
    again = put(filled, QUAY)
    assert (first.added, again.added, again.changed, again.same) == (1, 0, 0, 1)
    assert content(filled) == before
    changed = put(filled, replace(QUAY, name="Port Board", aliases=("PB",)))
    assert (changed.changed, len(changed.put), len(changed.taken)) == (1, 1, 1)
    with filled.read() as connection:
        row = query.get(connection, "actors", "Q555")
        assert (row["name"], row["aliases"], row["is_local"]) == ("Port Board", ["PB", "Port Board"], False)


def test_what_the_authority_says_of_an_actor_stands_beside_imported_names(filled: Database) -> None:
    (role,) = samples.ACTORS[0].roles
    put(
        filled,
        Actor(key=ORTIZ, name="Elena Ortiz", kind="person", country="XBB", roles=(role, replace(role, start="2024"))),
    )
    with filled.begin() as connection:
        row = query.get(connection, "actors", ORTIZ)
        assert (row["name"], row["country"]) == ("Lena Ortiz", "XAA")
        assert {"Elena Ortiz", "Ortíz"} <= set(row["aliases"])
        assert [item["valid_from"] for item in row["roles"]] == ["2018-01", "2024"]
    before = content(filled)
    with filled.begin() as connection:
        load_authority(connection, samples.ACTORS, samples.PLACES, "2")
    assert content(filled) == before


def test_a_local_actor_that_a_file_names_keeps_its_facts(filled: Database) -> None:
    put(filled, Actor(key=CROWD, name="Amber Marchers", kind="group", country="XAA"))
    with filled.read() as connection:
        row = query.get(connection, "actors", CROWD)
        assert (row["name"], row["is_local"]) == ("Amber Marchers", False)
        assert row["event_count"] > 0
