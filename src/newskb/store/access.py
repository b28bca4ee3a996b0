"""API keys: made, listed, revoked, and found again by the hash of their secret."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, Table, insert, select, update
from sqlalchemy import Row as ResultRow

from newskb import text
from newskb.errors import InputError, NotFoundError
from newskb.store import schema
from newskb.store.bulk import next_id
from newskb.store.database import now

_KEY: Table = schema.Base.metadata.tables["api_key"]

SCOPES = ("read", "sql", "import", "curate", "admin")
"""What a key can open; ``admin`` opens everything."""
PREFIX = "newskb_"
"""Begins every secret, so that scanners of repositories and people know it for one."""
_SECRET_BYTES = 32
_MAX_NAME_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key without its secret, which is kept nowhere."""

    key: str
    """Public key, ``key-…``."""
    name: str
    scopes: tuple[str, ...]
    created_at: str
    revoked_at: str | None

    def opens(self, scope: str) -> bool:
        """Whether the key may be used for what needs ``scope``."""
        return self.revoked_at is None and (scope in self.scopes or "admin" in self.scopes)


def create_key(connection: Connection, name: str, scopes: Sequence[str]) -> tuple[ApiKey, str]:
    """A new key and its secret, which can be told only now. Raises ``InputError`` for a scope that does not exist."""
    name = " ".join(name.replace("\0", " ").split())
    if not name or len(name) > _MAX_NAME_CHARS:
        raise InputError(f"a key needs a name of 1 to {_MAX_NAME_CHARS} characters that says who uses it")
    for scope in scopes:
        if scope not in SCOPES:
            raise InputError(f"there is no scope '{scope}'; there are {', '.join(SCOPES)}")
    if not scopes:
        raise InputError(f"a key without a scope opens nothing; there are {', '.join(SCOPES)}")
    secret = PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    hashed = _hash(secret)
    made = ApiKey(
        key=text.key("key", hashed),
        name=name,
        scopes=tuple(scope for scope in SCOPES if scope in scopes),
        created_at=now(),
        revoked_at=None,
    )
    connection.execute(
        insert(_KEY).values(
            id=next_id(connection, _KEY),
            key=made.key,
            name=made.name,
            secret_hash=hashed,
            scopes=msgspec.json.encode(made.scopes).decode(),
            created_at=made.created_at,
        )
    )
    return made, secret


def list_keys(connection: Connection) -> list[ApiKey]:
    """All keys in the order they were made, the revoked ones too."""
    return [_key(row) for row in connection.execute(select(_KEY).order_by(_KEY.c.id))]


def revoke_key(connection: Connection, key: str) -> ApiKey:
    """The key, which opens nothing from now on. Raises ``NotFoundError``."""
    revoked = update(_KEY).where(_KEY.c.key == key, _KEY.c.revoked_at.is_(None)).values(revoked_at=now())
    connection.execute(revoked)
    row = connection.execute(select(_KEY).where(_KEY.c.key == key)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no API key '{key}'; `newskb keys list` shows them all")
    return _key(row)


def find_key(connection: Connection, secret: str) -> ApiKey | None:
    """The key with this secret; None when there is none, or it was revoked."""
    query = select(_KEY).where(_KEY.c.secret_hash == _hash(secret), _KEY.c.revoked_at.is_(None))
    row = connection.execute(query).one_or_none()
    return None if row is None else _key(row)


def _hash(secret: str) -> str:
    # A secret of 256 random bits cannot be guessed from its hash however fast the hash is, and a slow one (scrypt,
    # made for passwords) would cost every request some 50 ms of CPU and let strangers keep the server busy.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _key(row: ResultRow[tuple[object, ...]]) -> ApiKey:
    return ApiKey(
        key=row.key,
        name=row.name,
        scopes=msgspec.json.decode(row.scopes, type=tuple[str, ...]),
        created_at=row.created_at,
        revoked_at=row.revoked_at,
    )
