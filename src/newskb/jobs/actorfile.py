"""The imported actors of a database become the look-up file that the extractors of all workers read."""

from __future__ import annotations

import logging
from pathlib import Path

from newskb import text
from newskb.link import register
from newskb.settings import Settings
from newskb.store import imported
from newskb.store.database import Database

log = logging.getLogger(__name__)


def actors_path(settings: Settings) -> Path:
    """Where the file is: where the settings say, else beside a SQLite database, else in the current folder."""
    if settings.actors_file is not None:
        return settings.actors_file
    kind, _mark, path = settings.database_url.partition(":///")
    if kind == "sqlite" and path:
        return Path(f"{path}-actors")
    return Path(f"newskb-{text.digest(settings.database_url, size=4)}-actors")


def refresh(database: Database, settings: Settings) -> Path | None:
    """Bring the file to the actors of the database; None when it has none, and then there is no file.

    What changed is added to the file at hand; a file of other actors, or none, is made anew.
    """
    path = actors_path(settings)
    with database.read() as connection:
        version = imported.imported_version(connection)
        if not version:
            path.unlink(missing_ok=True)
            return None
        present, change = register.version_of(path)
        if present != version:
            try:
                changed = imported.changed_since(connection, change)
                register.write(path, changed, version=version, anew=not present)
            except register.Stale:
                register.write(path, imported.changed_since(connection, 0), version=version, anew=True)
            log.info("made the look-up of actors", extra={"path": str(path), "version": version})
    return path
