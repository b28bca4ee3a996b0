"""Queries of analysts answer and attacks end as ``tests/cases/sql`` says, on both databases, which stay unharmed."""

import hashlib
import json
import shutil
from pathlib import Path

import psutil
import psycopg
import pytest
import stored
from sqlalchemy.engine import make_url

from newskb.errors import ForbiddenSqlError, QueryError, QueryTimeoutError, SetupError
from newskb.store.database import Database
from newskb.store.sqlgate import run_sql
from newskb.store.sqlrunner import READER_ROLE
from newskb.store.views import views
from tests.jobs.canonical import canonical_dump

CASES = Path(__file__).parents[1] / "cases" / "sql"
DEADLINE_S = 0.6
OUTCOMES = {
    "forbidden": (ForbiddenSqlError,),
    "wrong": (QueryError,),
    "stopped": (QueryTimeoutError,),
    "ended": (QueryTimeoutError, QueryError),
}


def lines(name):
    found = (CASES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in found if line and not line.startswith("#")]


ATTACKS = [(backend, *line.partition(" ")[::2]) for backend in ("sqlite", "postgresql") for line in lines(backend)]


@pytest.fixture(scope="module")
def sqlite_filled(sqlite_template, tmp_path_factory):
    path = tmp_path_factory.mktemp("gate") / "newskb.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    stored.fill(database)
    database.dispose()
    return database


@pytest.fixture(scope="module")
def postgresql_filled(make_postgres):
    with make_postgres() as database:
        stored.fill(database)
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
def filled(request):
    return request.getfixturevalue(f"{request.param}_filled")


def address(database):
    return database.url.render_as_string(hide_password=False)


def ask(database, query, *, timeout_s=30.0, max_rows=1_000):
    return run_sql(address(database), query, timeout_s=timeout_s, max_rows=max_rows)


# --- attacks ---


@pytest.fixture(scope="module")
def unharmed(request, tmp_path_factory):
    """What the databases hold before all attacks, compared with what they hold after the last one."""
    file = tmp_path_factory.mktemp("nothing") / "made-by-an-attack"
    databases = {name: request.getfixturevalue(f"{name}_filled") for name in ("sqlite", "postgresql")}
    before = {name: canonical_dump(database) for name, database in databases.items()}
    content = file_hash(databases["sqlite"])
    yield databases, file
    assert {name: canonical_dump(database) for name, database in databases.items()} == before
    assert file_hash(databases["sqlite"]) == content
    assert not file.exists()
    assert {path.name for path in Path(databases["sqlite"].url.database).parent.iterdir()} <= {
        "newskb.db",
        "newskb.db-wal",
        "newskb.db-shm",
    }


def file_hash(database):
    return hashlib.sha256(Path(database.url.database).read_bytes()).hexdigest()


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_there_are_at_least_sixty_attacks(backend):
    assert len({query for of, _outcome, query in ATTACKS if of == backend}) >= 60


@pytest.mark.parametrize(("backend", "outcome", "query"), ATTACKS)
def test_an_attack_ends_as_its_case_says(unharmed, backend, outcome, query):
    databases, file = unharmed
    with pytest.raises(OUTCOMES[outcome]):
        ask(databases[backend], query.replace("{file}", str(file)), timeout_s=DEADLINE_S)
    assert not file.exists()


def test_a_query_that_does_not_end_leaves_no_process_behind(filled):
    bomb = "WITH RECURSIVE bomb(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM bomb) SELECT count(*) FROM bomb"
    before = set(psutil.Process().children(recursive=True))
    with pytest.raises(QueryTimeoutError, match=r"stopped after 0\.5 s"):
        ask(filled, bomb, timeout_s=0.5)
    assert {child for child in psutil.Process().children(recursive=True) if child not in before} == set()


def test_a_long_step_inside_the_library_is_killed_too(sqlite_filled):
    with pytest.raises((QueryTimeoutError, QueryError)):
        ask(sqlite_filled, "SELECT length(printf('%.*c', 2000000000, 'x'))", timeout_s=0.3)


def test_the_server_ends_a_query_whose_process_was_killed(postgresql_filled):
    with pytest.raises(QueryTimeoutError):
        ask(postgresql_filled, "SELECT count(*) FROM generate_series(1, 1000000000000)", timeout_s=0.5)
    with psycopg.connect(address(postgresql_filled).replace("+psycopg", ""), autocommit=True) as connection:
        running = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%FETCH FORWARD%'"
        for _ in range(100):
            (left,) = connection.execute(running + " AND pid <> pg_backend_pid()").fetchone()
            if left == 0:
                break
            connection.execute("SELECT pg_sleep(0.1)")
        assert left == 0


def test_a_reader_role_narrows_what_may_be_read(postgresql_filled):
    with psycopg.connect(address(postgresql_filled).replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {READER_ROLE} NOLOGIN")
        try:
            connection.execute(f"GRANT SELECT ON events TO {READER_ROLE}")
            assert ask(postgresql_filled, "SELECT count(*) FROM events").rows == [[14]]
            with pytest.raises(ForbiddenSqlError, match="permission denied"):
                ask(postgresql_filled, "SELECT count(*) FROM quotes")
        finally:
            connection.execute(f"DROP OWNED BY {READER_ROLE}")
            connection.execute(f"DROP ROLE {READER_ROLE}")


# --- queries ---


@pytest.mark.parametrize("query", lines("allowed"))
def test_a_query_of_an_analyst_answers_on_both_databases(sqlite_filled, postgresql_filled, query):
    answers = [ask(database, query) for database in (sqlite_filled, postgresql_filled)]
    assert len(answers[0].rows) == len(answers[1].rows) > 0
    assert len(answers[0].columns) == len(answers[1].columns) == len(answers[0].rows[0])


@pytest.mark.parametrize("view", views(), ids=lambda view: view.name)
def test_every_view_can_be_read_with_the_columns_it_promises(filled, view):
    assert ask(filled, f"SELECT * FROM {view.name}").columns == tuple(view.columns)


def test_both_databases_answer_the_same(sqlite_filled, postgresql_filled):
    query = "SELECT event, type, confidence, report_count, contexts, place_name, latitude FROM events ORDER BY event"
    assert ask(sqlite_filled, query).rows == ask(postgresql_filled, query).rows


def test_an_answer_is_cut_off_at_the_limit_and_says_so(filled):
    everything = ask(filled, "SELECT article FROM articles ORDER BY article")
    assert (len(everything.rows), everything.truncated) == (24, False)
    exact = ask(filled, "SELECT article FROM articles ORDER BY article", max_rows=24)
    assert (exact.rows, exact.truncated) == (everything.rows, False)
    cut = ask(filled, "SELECT article FROM articles ORDER BY article", max_rows=23)
    assert (cut.rows, cut.truncated) == (everything.rows[:23], True)


def test_many_rows_come_in_order(filled):
    query = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3210) SELECT i FROM n"
    answer = ask(filled, query, max_rows=10_000)
    assert ([row[0] for row in answer.rows], answer.truncated) == (list(range(1, 3211)), False)


def test_an_answer_of_many_megabytes_is_cut_off_too(sqlite_filled):
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99)"
    answer = ask(sqlite_filled, f"{numbers} SELECT printf('%2000000d', i) FROM n")
    assert answer.truncated
    assert 32 <= len(answer.rows) < 99


def test_no_rows_still_have_columns(filled):
    answer = ask(filled, "SELECT event, type FROM events WHERE type = 'NOTHING'")
    assert (answer.columns, answer.rows, answer.truncated) == (("event", "type"), [], False)


def test_values_are_those_of_json(sqlite_filled, postgresql_filled):
    plain = "SELECT 1, 1.5, 'é', NULL, 9223372036854775807"
    assert ask(sqlite_filled, plain).rows == ask(postgresql_filled, plain).rows == [[1, 1.5, "é", None, 2**63 - 1]]
    odd = ask(sqlite_filled, "SELECT 9e999, x'00ff', CAST(x'ff' AS TEXT)").rows[0]
    assert odd == [None, "x'00ff'", "\ufffd"]
    odd = ask(
        postgresql_filled,
        "SELECT true, 'NaN'::float8, 12345678901234567890123, date '2020-02-29', '{\"a\": 1}'::jsonb, 2.50",
    ).rows[0]
    assert odd == [True, None, 12345678901234567890123.0, "2020-02-29", '{"a": 1}', 2.5]
    assert json.dumps(odd)


def test_a_name_that_does_not_exist_brings_the_nearest_one(filled):
    with pytest.raises(QueryError, match="did you mean 'events'"):
        ask(filled, "SELECT * FROM evnts")
    with pytest.raises(QueryError, match="did you mean 'published_date'"):
        ask(filled, "SELECT publishd_date FROM articles")
    with pytest.raises(ForbiddenSqlError, match="'article' is none of the views"):
        ask(filled, "SELECT * FROM article")


@pytest.mark.parametrize("query", ["SELECT '\x00'", "SELECT '\ud800'", "SELECT " + "1 + " * 50_000 + "1"])
def test_text_that_no_database_takes_is_refused(filled, query):
    with pytest.raises(QueryError):
        ask(filled, query)


# --- databases that are not there ---


def test_a_missing_database_names_the_remedy(tmp_path):
    with pytest.raises(SetupError, match="newskb import"):
        run_sql(f"sqlite:///{tmp_path / 'none.db'}", "SELECT 1", timeout_s=5, max_rows=5)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "notes.txt").write_text("Nothing but notes. " * 100, encoding="utf-8")
    with pytest.raises(SetupError, match="not a database"):
        run_sql(f"sqlite:///{tmp_path / 'notes.txt'}", "SELECT 1", timeout_s=5, max_rows=5)


def test_a_server_that_is_not_there_is_told(postgres_url):
    url = make_url(postgres_url).set(database="nothing_of_this_name").render_as_string(hide_password=False)
    with pytest.raises(SetupError, match="does not answer"):
        run_sql(url, "SELECT 1", timeout_s=5, max_rows=5)
