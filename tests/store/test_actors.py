"""Actors and places of the authority and of texts, the same whatever came first."""

from __future__ import annotations

from dataclasses import replace

import samples
from everything import counts
from sqlalchemy import select

from newskb.store import counting, imports, merging, query
from newskb.store.actors import load_authority, refresh_local_actors
from newskb.store.articles import replace_facts, write_batch
from newskb.store.database import Database
from newskb.store.filters import Filters
from newskb.store.schema import Base
from tests.jobs.canonical import canonical_dump


def load(database: Database, version: str = "1", **given: object) -> bool:
    actors, places = given.get("actors", samples.ACTORS), given.get("places", samples.PLACES)
    with database.begin() as connection:
        return load_authority(connection, actors, places, version)  # type: ignore[arg-type]


def write(database: Database, *articles: object) -> None:
    with database.begin() as connection:
        import_id = imports.start_import(connection, {})
        run_id = imports.start_run(connection, "test-1", import_id=import_id)
        write_batch(connection, samples.batch(*articles), import_id=import_id, run_id=run_id)  # type: ignore[arg-type]
        merging.merge_done(connection)


def test_the_authority_is_loaded_once_for_each_version(database: Database) -> None:
    assert (load(database), load(database), load(database, "2")) == (True, False, True)
    with database.read() as connection:
        rows = counts(connection)
    assert (rows["actor"], rows["place"], rows["actor_role"], rows["actor_alias"]) == (2, 1, 1, 4)


def test_what_a_text_made_known_becomes_the_authoritys(sqlite_template, tmp_path) -> None:
    dumps = []
    for number, order in enumerate(("authority first", "text first")):
        path = tmp_path / f"{number}.db"
        path.write_bytes(sqlite_template.read_bytes())
        database = Database(f"sqlite:///{path}")
        steps = [lambda: load(database), lambda: write(database, samples.article())]  # noqa: B023 - called at once
        for step in steps if order == "authority first" else reversed(steps):
            step()
        dumps.append(canonical_dump(database, without=frozenset({"merge_mark"})))
        database.dispose()
    assert dumps[0] == dumps[1]


def test_an_actor_of_the_authority_is_found_by_the_name_that_a_text_uses(database: Database) -> None:
    load(database, actors=[replace(actor, name=f"{actor.name} of old", aliases=()) for actor in samples.ACTORS])
    write(database, samples.article())
    with database.read() as connection:
        said = counting.count(connection, Filters.parse({"speaker": ["lena ortiz"]}, "quotes", today="2022-01-05"))
        suggested = [row["name"] for row in query.suggest_actors(connection, "lena ortiz")]
    assert said == 1
    assert suggested == ["Lena Ortiz of old"]


def test_another_authority_under_stored_articles_is_a_reason_to_merge(database: Database) -> None:
    load(database)
    with database.read() as connection:
        assert merging.changed_days(connection) == frozenset()
    write(database, samples.article())
    load(database, "2", places=(replace(samples.PLACES[0], country="XBB"),))
    with database.read() as connection:
        assert merging.changed_days(connection) == {""}


def test_a_local_actor_that_no_text_names_any_more_goes(database: Database) -> None:
    actor = Base.metadata.tables["actor"]
    given = samples.article()
    write(database, given)
    with database.begin() as connection:
        assert "demonstrators" in connection.execute(select(actor.c.name)).scalars().all()
        newer = replace(samples.facts(given, extractor="test-2"), links=(), events=(), claims=(), quotes=())
        replace_facts(connection, [(given, newer)], run_id=imports.start_run(connection, "test-2"))
        refresh_local_actors(connection)
        assert connection.execute(select(actor.c.name)).scalars().all() == []
