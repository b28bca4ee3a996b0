"""One import in a process of its own, to be killed: it tells its progress through a pipe."""

from __future__ import annotations

from multiprocessing.connection import Connection
from pathlib import Path

from newskb.ingest.language import detect
from newskb.jobs.imports import run_import
from newskb.merge.terms import idf
from newskb.settings import Settings
from tests.jobs.light_extractor import make_light

DONE = "done"

# What is loaded once is loaded here, before the processes that are killed are forked off.
detect("The mayor said on Monday that the harbour would be open again on Tuesday.")
idf("harbour")


def import_world(url: str, folder: Path, workers: int, parent: Connection) -> None:
    """Import ``folder`` in batches of three, with one message for each step and ``DONE`` at the end."""
    settings = Settings(database_url=url, batch_size=3, workers=workers)
    run_import([folder], settings=settings, progress=lambda told: parent.send(told.stage), extractor=make_light)
    parent.send(DONE)
