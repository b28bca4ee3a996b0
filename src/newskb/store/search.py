"""Full-text search: FTS5 tables on SQLite, generated columns on PostgreSQL, and one query language over both.

The language: words (all must occur), ``"a phrase"``, ``AND``, ``OR``, ``NOT`` or ``-word``, parentheses, ``prefix*``.
"""

from __future__ import annotations

from sqlalchemy import Connection

from newskb.store.schema import FTS_TOKENIZER, SEARCHED, search_vector

# --- tables ----------------------------------------------------------------------------------------------------------


def create_search(connection: Connection) -> None:
    """Make the full-text tables (SQLite) or columns (PostgreSQL)."""
    for table, columns in SEARCHED.items():
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(
                f"CREATE VIRTUAL TABLE {table}_fts USING fts5({', '.join(columns)}, content='{table}', "
                f"content_rowid='id', tokenize='{FTS_TOKENIZER}')"
            )
        else:
            connection.exec_driver_sql(
                f"ALTER TABLE {table} ADD COLUMN search tsvector GENERATED ALWAYS AS ({search_vector(*columns)}) STORED"
            )
            connection.exec_driver_sql(f"CREATE INDEX ix_{table}_search ON {table} USING gin (search)")


def drop_search(connection: Connection) -> None:
    """Remove what ``create_search`` made."""
    for table in SEARCHED:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"DROP TABLE {table}_fts")
        else:
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN search")


def index_rows(connection: Connection, table: str, first_id: int) -> None:
    """Bring the rows of ``table`` from ``first_id`` on into the index (SQLite; PostgreSQL does it itself)."""
    if connection.dialect.name == "sqlite":
        columns = ", ".join(SEARCHED[table])
        connection.exec_driver_sql(
            f"INSERT INTO {table}_fts(rowid, {columns}) SELECT id, {columns} FROM {table} WHERE id >= ?", (first_id,)
        )


def unindex_rows(connection: Connection, table: str, where: str, value: object) -> None:
    """Take rows out of the index before they are changed or deleted (SQLite): those where column ``where`` = value."""
    if connection.dialect.name == "sqlite":
        columns = ", ".join(SEARCHED[table])
        connection.exec_driver_sql(
            f"INSERT INTO {table}_fts({table}_fts, rowid, {columns}) "
            f"SELECT 'delete', id, {columns} FROM {table} WHERE {where} = ?",
            (value,),
        )


def reindex_row(connection: Connection, table: str, row_id: int) -> None:
    """Bring one row back into the index after ``unindex_rows`` and a change (SQLite)."""
    if connection.dialect.name == "sqlite":
        columns = ", ".join(SEARCHED[table])
        connection.exec_driver_sql(
            f"INSERT INTO {table}_fts(rowid, {columns}) SELECT id, {columns} FROM {table} WHERE id = ?", (row_id,)
        )
