"""Rows become seconds: what the bulk writer costs, measured on a table of its own that is removed afterwards."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sqlalchemy import BigInteger, Column, MetaData, Table, Text

from newskb.store.bulk import Row, insert_rows
from newskb.store.database import Database

NUMBERS = 9
"""Columns of numbers in the trial table, beside an id and a key."""

_TRIAL = Table(
    "bulk_trial",
    MetaData(),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False),
    *(Column(f"n{number}", BigInteger, nullable=False) for number in range(NUMBERS)),
)


def bulk_trial(database: Database, rows: Sequence[Row]) -> float:
    """CPU seconds to write ``rows`` (id, key and nine numbers) in one transaction, as an import writes them."""
    with database.begin() as connection:
        _TRIAL.create(connection)
    try:
        started = time.process_time()
        with database.begin() as connection:
            insert_rows(connection, _TRIAL, rows)
        return time.process_time() - started
    finally:
        with database.begin() as connection:
            _TRIAL.drop(connection)
