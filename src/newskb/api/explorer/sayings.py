"""Versions of an utterance become texts with marks, and positions of holders the lines of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from newskb.store import query
from newskb.store.sayings import aligned

Row = Mapping[str, Any]
MOST = 20
"""Claims of an article whose positions are looked up: each costs a query, and nobody reads more at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of an utterance."""

    quote: Row
    kind: str
    """How it differs from the earliest: ``same``, ``shortened``, ``longer``, ``reworded``."""
    pieces: tuple[tuple[str, str], ...]
    """``kept``, ``added`` or ``removed``, and the words."""


def versions(found: Row) -> list[Version]:
    """All versions, the earliest first, each with what it adds to that and leaves out."""
    first = found["earliest"]["text"]
    return [
        Version(
            quote=item["quote"], kind=item["difference"]["kind"], pieces=tuple(aligned(first, item["quote"]["text"]))
        )
        for item in found["data"]
    ]


def positions_in(connection: Any, article: str, claims: Sequence[Row]) -> dict[str, Row]:
    """Key of a claim of an article to who holds what about it, where others do."""
    others = query.company(connection, "claims", article)
    asked = [claim["key"] for claim in claims if claim["key"] in others][:MOST]
    return {key: query.positions(connection, key) for key in asked}
