"""Actors of a user's files are stored once, found by the linker, and kept up to date, whatever order they come in."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from newskb.errors import InputError, UnreadableInputError
from newskb.evals.authority import write_actors
from newskb.ingest.clean import Cleaner
from newskb.jobs.actorfile import actors_path, refresh
from newskb.jobs.authority import ActorProgress, import_actors
from newskb.jobs.extraction import authority, extractor_options
from newskb.jobs.imports import run_import
from newskb.jobs.lookup import look_up
from newskb.jobs.reprocess import run_reprocess
from newskb.link.linker import Linker
from newskb.link.register import Register
from newskb.pipeline import Extractor
from newskb.settings import Settings
from newskb.store.database import Database
from tests.jobs.canonical import canonical_dump
from tests.jobs.light_extractor import LightAnnotator

HEAD = "key,name,kind,country,aliases,office,start\n"
ADA = "Q9000001,Ada Quillon,person,FR,Adah Quillon,Minister of Energy,2018\n"
ACME = "acme,Acme Turbines,organisation,US,,,\n"
BO = "Q9000002,Bo Dresque,person,VE,,,\n"


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path) -> Settings:
    (tmp_path / "kb.db").write_bytes(sqlite_template.read_bytes())
    return Settings(database_url=f"sqlite:///{tmp_path / 'kb.db'}")


def write(folder: Path, *rows: str, name: str = "actors.csv") -> str:
    path = folder / name
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return str(path)


def extractor(settings: Settings) -> Extractor:
    """Quick mentions, and the linker as an import has it."""
    return Extractor(
        Cleaner(source="Sample Courier"), LightAnnotator(), Linker(authority(extractor_options(settings).actors))
    )


def spoken(settings: Settings) -> str:
    """Key of whoever marched in the article that the database has."""
    database = Database(settings.database_url)
    with database.read() as connection:
        key = connection.exec_driver_sql(
            "SELECT a.key FROM event_mention_participant p JOIN actor a ON a.id = p.actor_id"
        ).scalar_one()
    database.dispose()
    return str(key)


def load_article(folder: Path, settings: Settings, words: str) -> None:
    (folder / "article.txt").write_text(
        f"2019-05-05\n\n{words} marched through the town on Sunday.\n", encoding="utf-8"
    )
    run_import([folder / "article.txt"], settings=settings, extractor=lambda: extractor(settings))


def test_the_same_file_again_changes_nothing_and_a_changed_one_what_is_changed(
    settings: Settings, tmp_path: Path
) -> None:
    first = import_actors([write(tmp_path, ADA, ACME)], settings=settings)
    database = Database(settings.database_url)
    before, file = canonical_dump(database), actors_path(settings).read_bytes()
    again = import_actors([write(tmp_path, ADA, ACME)], settings=settings)
    assert (first.added, first.same, again.added, again.changed, again.same) == (2, 0, 0, 0, 2)
    assert canonical_dump(database) == before
    assert actors_path(settings).read_bytes() == file
    changed = import_actors([write(tmp_path, ADA.replace("Adah", "Adda"), ACME)], settings=settings)
    assert (changed.changed, changed.same, changed.imported) == (1, 1, 2)
    assert changed.version != first.version
    database.dispose()
    row = look_up("Q9000001", settings=settings)
    assert row is not None
    assert row.row["aliases"] == ["Ada Quillon", "Adda Quillon"]


def test_an_article_with_an_imported_actor_links_to_it_and_says_why(settings: Settings, tmp_path: Path) -> None:
    import_actors([write(tmp_path, ADA)], settings=settings)
    load_article(tmp_path, settings, "Adah Quillon")
    assert spoken(settings) == "Q9000001"
    database = Database(settings.database_url)
    with database.read() as connection:
        candidates = connection.exec_driver_sql(
            "SELECT candidates FROM link WHERE linked_key = 'Q9000001'"
        ).scalar_one()
    database.dispose()
    assert '"full name":0.5' in candidates


def test_articles_that_came_first_are_linked_when_they_are_read_again(settings: Settings, tmp_path: Path) -> None:
    load_article(tmp_path, settings, "Ada Quillon")
    before, version = spoken(settings), extractor(settings).version
    assert before.startswith("act-")
    import_actors([write(tmp_path, ADA)], settings=settings)
    assert extractor(settings).version != version
    assert run_reprocess(settings=settings, extractor=lambda: extractor(settings)).articles == 1
    assert spoken(settings) == "Q9000001"
    assert run_reprocess(settings=settings, extractor=lambda: extractor(settings)).articles == 0


def test_an_imported_actor_without_a_key_is_the_local_actor_of_that_name(settings: Settings, tmp_path: Path) -> None:
    load_article(tmp_path, settings, "Ada Quillon")
    local = spoken(settings)
    import_actors([write(tmp_path, ADA.replace("Q9000001", ""))], settings=settings)
    row = look_up(local, settings=settings)
    assert row is not None
    assert (row.row["is_local"], row.row["country"], row.row["event_count"]) == (False, "FRA", 1)


@given(order=st.permutations([ADA, ACME, BO]), cut=st.integers(0, 3))
@hypothesis_settings(max_examples=8)
def test_the_order_of_rows_and_files_changes_nothing(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, order: list[str], cut: int
) -> None:
    dumps, versions = [], []
    for files in ([[ADA, ACME, BO]], [order[:cut], order[cut:]]):
        folder = tmp_path_factory.mktemp("order")
        (folder / "kb.db").write_bytes(sqlite_template.read_bytes())
        settings = Settings(database_url=f"sqlite:///{folder / 'kb.db'}")
        for number, rows in enumerate(files):
            if rows:
                import_actors([write(folder, *rows, name=f"{number}.csv")], settings=settings)
        database = Database(settings.database_url)
        dump = canonical_dump(database)
        dump["imported_actor"] = [(row[0], row[2]) for row in dump["imported_actor"]]
        dumps.append(dump)
        database.dispose()
        register = Register(actors_path(settings))
        versions.append((register.version, register.named("adah quillon")))
    assert dumps[0] == dumps[1]
    assert versions[0] == versions[1]


def test_a_look_up_that_is_lost_damaged_or_of_other_actors_is_made_again(settings: Settings, tmp_path: Path) -> None:
    import_actors([write(tmp_path, ADA)], settings=settings)
    path, database = actors_path(settings), Database(settings.database_url)
    version = Register(path).version
    other = Settings(database_url=settings.database_url.replace("kb.db", "other.db"))
    import_actors([write(tmp_path, BO, ACME, name="other.csv")], settings=other)
    for content in (None, b"nothing of use", actors_path(other).read_bytes()):
        path.unlink()
        if content is not None:
            path.write_bytes(content)
        assert refresh(database, settings) == path
        assert Register(path).version == version
        assert Register(path).actor("Q9000001") is not None
    database.dispose()


def test_a_database_without_imported_actors_has_no_look_up(settings: Settings) -> None:
    database = Database(settings.database_url)
    assert refresh(database, settings) is None
    database.dispose()
    assert extractor_options(settings).actors is None


def test_rows_that_are_no_actors_are_listed_with_file_and_row(settings: Settings, tmp_path: Path) -> None:
    path = write(tmp_path, ADA, "x,Bad Row,robot,,,,\n")
    summary = import_actors([path], settings=settings)
    assert (summary.added, summary.issues) == (1, {"bad-kind": 1})
    database = Database(settings.database_url)
    with database.read() as connection:
        row = connection.exec_driver_sql("SELECT path, record, reason FROM import_issues").one()
    database.dispose()
    assert tuple(row) == (path, 1, "bad-kind")


def test_progress_is_told_to_the_end(settings: Settings, tmp_path: Path) -> None:
    told: list[ActorProgress] = []
    import_actors([write(tmp_path, ADA, BO)], settings=settings, progress=told.append)
    assert [item.stage for item in told] == ["offices", "read", "look-up"]
    assert told[1].bytes_done == told[1].bytes > 0
    assert told[-1].actors == 2


def test_what_cannot_be_imported_at_all_is_refused(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no format 'xml'"):
        import_actors(["a.csv"], settings=settings, format="xml")
    with pytest.raises(UnreadableInputError, match=r"nowhere\.csv"):
        import_actors([str(tmp_path / "nowhere.csv")], settings=settings)
    with pytest.raises(InputError, match="standard input"):
        import_actors(["-"], settings=settings)


def test_some_thousand_actors_are_loaded_and_found(settings: Settings, tmp_path: Path) -> None:
    write_actors(tmp_path / "many.csv", 3_000)
    assert import_actors([str(tmp_path / "many.csv")], settings=settings).added == 3_000
    with sqlite3.connect(actors_path(settings)) as connection:
        assert connection.execute("SELECT count(*) FROM actor").fetchone() == (3_000,)
    known = authority(actors_path(settings))
    actor = known.actor("inv-1234")
    assert actor is not None
    assert actor in known.named(actor.name.lower())
