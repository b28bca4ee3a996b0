"""Full-text tables of SQLite whose numbers run in the order of time."""

from __future__ import annotations

from alembic import op
from newskb.store.schema import FTS_TOKENIZER, SEARCHED
from newskb.store.search import create_search, drop_search, index_rows

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    drop_search(connection)
    create_search(connection)
    for table in SEARCHED:
        index_rows(connection, table, 0)


def downgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    drop_search(connection)
    for table, columns in SEARCHED.items():
        connection.exec_driver_sql(
            f"CREATE VIRTUAL TABLE {table}_fts USING fts5({', '.join(columns)}, content='{table}', "
            f"content_rowid='id', tokenize='{FTS_TOKENIZER}')"
        )
        connection.exec_driver_sql(f"INSERT INTO {table}_fts({table}_fts) VALUES ('rebuild')")
