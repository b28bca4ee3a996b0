"""Rows in every table of the knowledge base, written the way the program writes them."""

from __future__ import annotations

from dataclasses import replace

import samples
import stored
from sqlalchemy import Connection, func, select

from newskb.model import Actor, Batch, Notice, Origin, QuoteType, Skipped
from newskb.store import corrections, curation, imported, merging
from newskb.store.access import create_key
from newskb.store.articles import write_batch
from newskb.store.database import Database
from newskb.store.imports import LedgerMark, start_import, start_run
from newskb.store.schema import Base


def fill_every_table(database: Database) -> None:
    """``stored.fill``, and what it leaves empty: copies, issues, the ledger, duplicates, corrections, judgements."""
    stored.fill(database, size=8)
    notice = Notice(reason="future-date", detail="2199-01-01 has not come yet")
    repeated = samples.article(f"{samples.BODY} Report 0.", day="2021-03-05", path="again.jsonl", notices=(notice,))
    broken = Skipped(origin=Origin(path="again.jsonl", record=1), stage="read", reason="bad-json", detail="line 2")
    mark = LedgerMark(path="again.jsonl", file_hash="f", options_hash="o", next_record=2, done=True)
    named = samples.article(f"{samples.BODY} Report 99.", path="again.jsonl", record=2)
    said = samples.at(named.text, 'Lena Ortiz said: "We will not close the harbour."')
    facts = samples.facts(named)
    (quote,), (claim,) = facts.quotes, facts.claims
    facts = replace(
        facts,
        quotes=(replace(quote, content=said, parts=(said,), type=QuoteType.MIXED),),
        claims=(replace(claim, about_mentions=(2,)),),
    )
    with database.begin() as connection:
        import_id = start_import(connection, {"paths": ["again.jsonl"]})
        run_id = start_run(connection, "test-1", import_id=import_id)
        batch = samples.batch(repeated, skipped=(broken,))
        write_batch(connection, batch, import_id=import_id, run_id=run_id, ledger=mark)
        batch = Batch(articles=(named,), facts=(facts,), skipped=())
        write_batch(connection, batch, import_id=import_id, run_id=run_id)
        first, second = keys(connection, "article")[:2]
        merging.replace_duplicates(connection, [(first, second, 0.9)])
        create_key(connection, "a dashboard", ("read",))
        event = keys(connection, "event")
        corrections.record_correction(
            connection, keys(connection, "quote")[0], "type", "mixed", author="ana", reason="half of it is reported"
        )
        corrections.record_judgement(
            connection, event[0], event[1], kind="event", decision="different", author="ana", reason="two marches"
        )
        imported.put_actors(connection, [Actor(key="Q555", name="Harbour Board", kind="organisation")])
        curation.split_actor(connection, "Q900001", articles=[first], author="ana", reason="a namesake")


def keys(connection: Connection, table: str) -> list[str]:
    """The keys of a table's rows, sorted."""
    return sorted(connection.execute(select(Base.metadata.tables[table].c.key)).scalars())


def counts(connection: Connection) -> dict[str, int]:
    """Table to its number of rows."""
    return {
        name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for name, table in Base.metadata.tables.items()
    }
