"""A request becomes a caller who may, or may not, do what the route needs.

Without a key, a caller may do what the settings leave open (``open_to``, ``open_scopes``). What changes something is
never open but to this machine itself, and only to its own pages: the page of another site, which a browser would let
send a form here, is refused.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from newskb.errors import KeyNeededError, ScopeError
from newskb.settings import Settings
from newskb.store.access import ApiKey, find_key
from newskb.store.database import Database

READING = frozenset({"read", "sql"})
"""Scopes that change nothing."""
NEVER_OPEN = frozenset({"admin"})
_MAX_HEADER_CHARS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may do what without a key."""

    open_to: str
    """``loopback``, ``everyone`` or ``nobody``."""
    open_scopes: frozenset[str]
    is_local: bool
    """Whether the server is bound to this machine alone."""

    @classmethod
    def of(cls, settings: Settings) -> Access:
        """The access that ``settings`` say."""
        return cls(
            open_to=settings.open_to,
            open_scopes=frozenset(settings.open_scopes) - NEVER_OPEN,
            is_local=is_loopback(settings.host),
        )

    def is_open(self, request: Request, scope: str) -> bool:
        """Whether the request may do what needs ``scope`` without a key."""
        if scope not in self.open_scopes or self.open_to == "nobody":
            return False
        if scope in READING and self.open_to == "everyone":
            return True
        return self.is_local and _is_from_here(request) and (scope in READING or _is_called_local(request))


def require_scope(scope: str) -> Callable[[Request], Awaitable[None]]:
    """A dependency that lets a request pass when it may do what needs ``scope``.

    Raises ``KeyNeededError`` (401) without a key and ``ScopeError`` (403) with one that does not open it.
    """

    async def allowed(request: Request) -> None:
        access: Access = request.app.state.access
        secret = _secret(request)
        if secret is None:
            if not access.is_open(request, scope):
                raise KeyNeededError(_how(access, scope))
            if scope not in READING:
                _require_same_origin(request)
            return
        if scope not in READING and not _is_bearer(request):
            _require_same_origin(request)  # a browser adds a password that it keeps to the forms of other sites too
        key = await run_in_threadpool(_find, request.app.state.database, secret)
        if key is None:
            raise KeyNeededError("this API key does not exist or was revoked; `newskb keys list` shows those there are")
        if not key.opens(scope):
            raise ScopeError(f"the API key '{key.name}' has no scope '{scope}'; it has {', '.join(key.scopes)}")
        request.state.api_key = key

    allowed.scope = scope  # type: ignore[attr-defined]
    return allowed


def caller(request: Request) -> str:
    """Who asks, to be written down beside what they change: the name of their key, or ``local``."""
    key: ApiKey | None = getattr(request.state, "api_key", None)
    return "local" if key is None else key.name


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine alone: ``localhost``, ``127.0.0.1``, ``::1``."""
    address = _address(host)
    return host == "localhost" if address is None else address.is_loopback


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _how(access: Access, scope: str) -> str:
    made = f"`newskb keys create NAME --scope {scope}` makes one, sent as 'Authorization: Bearer newskb_…'"
    if scope in access.open_scopes and access.open_to == "loopback":
        return f"this needs an API key with scope '{scope}', since it does not come from this machine alone; {made}"
    return f"this needs an API key with scope '{scope}'; {made}"


def _find(database: Database, secret: str) -> ApiKey | None:
    with database.read() as connection:
        return find_key(connection, secret)


def _is_bearer(request: Request) -> bool:
    return request.headers.get("authorization", "")[:7].lower() == "bearer "


def _secret(request: Request) -> str | None:
    """The secret in the request: a bearer token, or the password that a browser asked its user for."""
    given = request.headers.get("authorization")
    if given is None:
        return None
    kind, _space, value = given.strip().partition(" ")
    if len(given) > _MAX_HEADER_CHARS or kind.lower() not in ("bearer", "basic"):
        raise KeyNeededError("the header 'Authorization' holds no API key; send 'Authorization: Bearer newskb_…'")
    if kind.lower() == "bearer":
        return value.strip()
    try:
        return base64.b64decode(value, validate=True).decode("utf-8").partition(":")[2].strip()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise KeyNeededError("the user name and password in the header 'Authorization' cannot be read") from error


def _is_from_here(request: Request) -> bool:
    """Whether a program or browser of this machine asks; one that comes through a socket file has no address."""
    address = _address(request.client.host) if request.client else None
    return address is None or address.is_loopback


def _is_called_local(request: Request) -> bool:
    """Whether the server is called by a name of this machine.

    A page of the web whose name its owner has made to mean 127.0.0.1 (DNS rebinding) is told by that name.
    """
    try:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    except ValueError:
        return False
    return host is None or is_loopback(host)


def _require_same_origin(request: Request) -> None:
    """Raise ``ScopeError`` for the page of another site. Programs that are no browsers send neither header."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    same = site in (None, "same-origin", "none")
    if origin is not None:
        try:
            same = same and urlsplit(origin).netloc == request.headers.get("host", "")
        except ValueError:
            same = False
    if not same:
        raise ScopeError("a page of another site may change nothing here; send an API key as 'Authorization: Bearer …'")
