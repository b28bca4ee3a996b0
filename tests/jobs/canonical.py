"""The whole content of a database, told by keys: what must not depend on order, batches, workers, kills or repeats."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import Table, select

from newskb.store import schema
from newskb.store.database import Database

OPERATION = {"import_batch", "extraction_run", "change"}
"""Tables that say when and how often something was done."""
MOMENTS = {"ingested_at", "started_at", "finished_at", "import_id", "extraction_run_id"}


def canonical_dump(database: Database, *, without: frozenset[str] = frozenset()) -> dict[str, list[tuple[Any, ...]]]:
    """Table to its rows in sorted order, ids replaced by the keys they stand for, without moments of the clock."""
    tables: dict[str, Table] = dict(schema.Base.metadata.tables)
    dump = {}
    with database.read() as connection:
        keys: dict[str, dict[int, str]] = defaultdict(dict)
        for name, table in tables.items():
            if "id" in table.c and "key" in table.c:
                keys[name] = {row.id: row.key for row in connection.execute(select(table.c.id, table.c.key))}
        for name, table in tables.items():
            if name in OPERATION | without:
                continue
            columns = [c for c in table.c if c.name != "id" and c.name not in MOMENTS]
            rows = []
            for row in connection.execute(select(*columns)):
                values = []
                for column, value in zip(columns, row, strict=True):
                    target = next((key.column.table.name for key in column.foreign_keys), None)
                    values.append(keys[target].get(value, value) if target and value is not None else value)
                if (name, values[0]) != ("meta", "written_at"):
                    rows.append(tuple(values))
            dump[name] = sorted(rows, key=repr)
    return dump
