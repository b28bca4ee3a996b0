"""Items that must be judged together become blocks; articles become independent sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from typing import TypeVar

T = TypeVar("T")

Window = tuple[int, int]
"""First and last day."""

FAR_PAST, FAR_FUTURE = 0, 10_000_000
"""Days before and after every date; the window of something that is dated nowhere."""


class Joined:
    """Disjoint sets of the numbers ``0 … size - 1`` (union-find)."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def find(self, item: int) -> int:
        """The number that stands for the set of ``item``."""
        parent = self._parent
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    def join(self, first: int, second: int) -> None:
        """Make one set of the sets of the two; its smallest number stands for it."""
        one, other = self.find(first), self.find(second)
        if one < other:
            self._parent[other] = one
        else:
            self._parent[one] = other

    def sets(self) -> list[list[int]]:
        """All sets, each ascending, in order of their smallest numbers."""
        found: dict[int, list[int]] = defaultdict(list)
        for item in range(len(self._parent)):
            found[self.find(item)].append(item)
        return list(found.values())


def blocks(items: Sequence[T], keys: Sequence[Iterable[tuple[Hashable, Window]]]) -> list[list[T]]:
    """Split ``items`` so that two of them are in one block when they share a key and its windows of days touch.

    This is a superset of every pairwise test that needs both, so no test ever has to look across blocks: blocks can be
    merged one by one, and only those that hold a changed item have to be merged again.
    """
    joined = Joined(len(items))
    holders: dict[Hashable, list[tuple[int, int, int]]] = defaultdict(list)
    for number, own in enumerate(keys):
        for key, (start, end) in own:
            holders[key].append((start, end, number))
    for windows in holders.values():
        windows.sort()
        _, reach, last = windows[0]
        for start, end, number in windows[1:]:
            if start <= reach:
                joined.join(last, number)
            if end > reach:
                reach, last = end, number
    return [[items[number] for number in numbers] for numbers in joined.sets()]


def day_number(day: str | None) -> int | None:
    """Days since the year 1 of an ISO day; None for no date and for what is no date of the calendar."""
    if not day:
        return None
    try:
        return date.fromisoformat(day[:10]).toordinal()
    except ValueError:
        return None


def count_sources(sources: Iterable[str | None]) -> int:
    """How many outlets these are; the unnamed ones count as one, and only when there is no named one."""
    return max(1, len({source for source in sources if source is not None}))


def count_independent(articles: Iterable[tuple[str | None, str]]) -> int:
    """How many outlets say it in words of their own, from (source, copy group) of the articles.

    Ten reprints of one agency text are one source; two articles of one outlet are one source. The number is the size
    of the largest matching between outlets and texts, so an outlet that reprints an agency text and also has its own
    report counts beside the agency.
    """
    texts: dict[str, set[str]] = defaultdict(set)
    for source, copy_group in articles:
        texts[source or ""].add(copy_group)
    if len(texts) > 1:
        texts.pop("", None)
    teller: dict[str, str] = {}

    def place(source: str, tried: set[str]) -> bool:
        for text in sorted(texts[source] - tried):
            tried.add(text)
            if text not in teller or place(teller[text], tried):
                teller[text] = source
                return True
        return False

    return sum(place(source, set()) for source in sorted(texts))


def most_told(values: Iterable[T | None]) -> T | None:
    """The value that is given most often; the smallest of several; None when there is none."""
    ranked = by_count(values)
    return ranked[0] if ranked else None


def by_count(values: Iterable[T | None]) -> list[T]:
    """The different values, the one given most often first, then in their own order."""
    counts: dict[T, int] = defaultdict(int)
    for value in values:
        if value is not None:
            counts[value] += 1
    return sorted(counts, key=lambda value: (-counts[value], value))
