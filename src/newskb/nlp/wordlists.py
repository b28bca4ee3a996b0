"""The word lists and tables beside these modules become sets, maps and rows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent / "data"


def rows(name: str) -> Iterator[list[str]]:
    """The tab-separated fields of each line of ``data/<name>`` but for blank lines and lines that begin with ``#``."""
    with (_FOLDER / name).open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                yield line.rstrip("\n").split("\t")


@cache
def words(name: str) -> frozenset[str]:
    """The entries of a list with one word or phrase a line (its first field)."""
    return frozenset(row[0] for row in rows(name))


@cache
def table(name: str) -> dict[str, str]:
    """First field to second field; a missing second field is the empty string."""
    return {row[0]: row[1] if len(row) > 1 else "" for row in rows(name)}
