"""A request becomes the things a route needs: the database, limits, and checked parameters."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from fastapi import Request
from rapidfuzz import process

from newskb.errors import InputError, UnknownParameterError
from newskb.store.database import Database

# Longer lists of values say more than a query plan can use; they would only tie up the server.
MAX_PARAMETERS = 500
# A suggestion below this similarity (0 to 100) confuses more than it helps: "foo" is no misspelling of "bucket".
_NEAR_ENOUGH = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlLimits:
    """What an analyst's query may use."""

    timeout_s: float
    max_rows: int


def database(request: Request) -> Database:
    """The database that the application was made for."""
    found: Database = request.app.state.database
    return found


def parameters(request: Request) -> dict[str, list[str]]:
    """The query parameters, every value of each in the order given. Raises ``InputError`` for what no value can be."""
    found: dict[str, list[str]] = {}
    items = request.query_params.multi_items()
    if len(items) > MAX_PARAMETERS:
        raise InputError(f"{len(items)} parameters are too many; send at most {MAX_PARAMETERS}")
    for name, value in items:
        if "\0" in name or "\0" in value:
            raise InputError("a parameter holds a NUL character; take it out")
        found.setdefault(name, []).append(value)
    return found


def reject_unknown(given: Iterable[str], valid: Collection[str]) -> None:
    """Raise ``UnknownParameterError``, with the nearest valid name, for the first name that is not in ``valid``."""
    for name in given:
        if name not in valid:
            near = process.extractOne(name, valid, score_cutoff=_NEAR_ENOUGH) if valid else None
            raise UnknownParameterError(name, near[0] if near else None)


def no_parameters(request: Request) -> None:
    """Raise ``UnknownParameterError`` when the request has any parameter."""
    reject_unknown(parameters(request), ())
