"""An address becomes a database that is ready: migrated, with the authority's actors and places."""

from __future__ import annotations

from newskb.jobs.actorfile import refresh
from newskb.link.authority import Authority
from newskb.settings import Settings
from newskb.store.actors import load_authority
from newskb.store.database import Database


def prepare(settings: Settings) -> Database:
    """The database of the settings, made or brought up to this version where needed."""
    database = Database(settings.database_url)
    if database.check():
        database.upgrade()
    authority = Authority.load()
    with database.begin() as connection:
        load_authority(connection, authority.actors, authority.places, authority.version)
    refresh(database, settings)
    return database
