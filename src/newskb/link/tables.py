"""The word lists and tables beside these modules become sets, maps and rows."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent / "data"


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The tab-separated fields of each line of ``data/<name>`` but for blank lines and lines that begin with ``#``."""
    lines = (_FOLDER / name).read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line.strip() and not line.startswith("#"))


@cache
def words(name: str) -> frozenset[str]:
    """All words of a list, however many stand on a line."""
    return frozenset(word for row in rows(name) for field in row for word in field.split())


@cache
def entries(name: str) -> frozenset[str]:
    """The entries of a list with one phrase a line."""
    return frozenset(row[0] for row in rows(name))


@cache
def table(name: str) -> dict[str, str]:
    """First field to second field; a missing second field is the empty string."""
    return {row[0]: row[1] if len(row) > 1 else "" for row in rows(name)}
