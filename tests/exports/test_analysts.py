"""The tools that analysts open a database with read it as it is: Datasette, pandas, DuckDB, SQLAlchemy and psql."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy import Connection, MetaData, Table, func, select

from newskb.store.database import Database
from newskb.store.views import views

VIEWS = [view.name for view in views()]
# One process for all views: starting Datasette takes longer than all it has to answer.
DATASETTE = """
import sys
from datasette.cli import cli
path, *addresses = sys.argv[1:]
for address in addresses:
    try:
        cli.main([path, "--get", address], standalone_mode=False)
    except SystemExit as ended:
        if ended.code:
            raise
"""


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled SQLite file."""
    import stored

    path = tmp_path_factory.mktemp("analysts") / "newskb.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    stored.fill(database)
    database.dispose()
    return path


def test_datasette_opens_the_file_as_it_is_and_lists_every_view(filled: Path) -> None:
    addresses = [f"/newskb/{view}.json?_shape=objects&_size=5" for view in VIEWS]
    done = subprocess.run(
        [sys.executable, "-c", DATASETTE, str(filled), *addresses, "/newskb.json"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    *answers, index = several(done.stdout)
    assert set(VIEWS) <= {view["name"] for view in index["views"]}
    for view, answer in zip(views(), answers, strict=True):
        assert answer["columns"] == list(view.columns), view.name
        with closing(sqlite3.connect(filled)) as reader:
            count = reader.execute(f"SELECT count(*) FROM {view.name}").fetchone()[0]
        assert len(answer["rows"]) == min(count, 5), view.name


def several(text: str) -> list[Any]:
    """JSON values that stand one after another."""
    decoder, found, start = json.JSONDecoder(), [], 0
    while start < len(text.rstrip()):
        value, end = decoder.raw_decode(text, start)
        found.append(value)
        start = end + len(text[end:]) - len(text[end:].lstrip())
    return found


@pytest.mark.filterwarnings("ignore")  # what pandas says to those who make Parquet files is not for us
def test_pandas_and_duckdb_read_the_same_out_of_parquet(connection: Connection, export: Any, tmp_path: Path) -> None:
    import pandas

    for view in VIEWS:
        path = tmp_path / f"{view}.parquet"
        path.write_bytes(export("parquet", what=view))
        frame = pandas.read_parquet(path)
        with duckdb.connect() as reader:
            found = reader.execute(f"SELECT * FROM read_parquet('{path}')")
            columns, rows = [column[0] for column in found.description], found.fetchall()
        assert list(frame.columns) == columns, view
        assert [as_python(row) for row in frame.itertuples(index=False, name=None)] == [list(row) for row in rows], view


def as_python(row: tuple[Any, ...]) -> list[Any]:
    """A row of a frame, in which a missing number is NaN."""
    return [None if value is None or value != value else value for value in row]


@pytest.mark.filterwarnings("ignore:Did not recognize type")  # the full-text columns of the tables
def test_sqlalchemy_reflects_every_view_and_asks_it(connection: Connection) -> None:
    metadata = MetaData()
    for view in views():
        table = Table(view.name, metadata, autoload_with=connection)
        assert list(table.c.keys()) == list(view.columns)
        rows = connection.execute(select(table)).mappings().all()
        assert len(rows) == connection.execute(select(func.count()).select_from(table)).scalar_one(), view.name
    metadata.clear()
    metadata.reflect(connection, views=True, only=VIEWS)
    assert set(VIEWS) <= set(metadata.tables)
