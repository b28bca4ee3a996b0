"""Event mentions in chains become pairs: how well reports of one event are brought together, whatever was found at all.

The scores of ``score_coref.py`` fall with every mention that a system does not look for ("said" is an event to ECB+,
and none to PLOVER). Over the mentions that gold and system share they tell of the merging alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

Chains = Mapping[tuple[str, int, int], Hashable]
"""Article, first character and end of each mention, to what its chain is called."""


class Pairs(NamedTuple):
    """Precision, recall and F1 over pairs of mentions of different articles, and how many mentions were compared."""

    precision: float
    recall: float
    f1: float
    mentions: int


def chains(rows: Iterable[Mapping[str, Any]], *, gold: bool = False) -> dict[tuple[str, int, int], Hashable]:
    """The event mentions of rows in the format of ``score_coref.py``; of gold rows, those that were validated."""
    return {
        (str(row["id"]), mention["start"], mention["end"]): mention["chain"]
        for row in rows
        for mention in row["mentions"]
        if not gold or (mention["kind"] == "event" and mention["validated"])
    }


def score(gold: Chains, found: Chains) -> Pairs:
    """How many of the pairs that ``found`` brings together belong together, and how many of those it brings together.

    Looks only at mentions that both have, and only at pairs of two articles.
    """
    both = sorted(gold.keys() & found.keys())
    wanted, given = _pairs(both, gold), _pairs(both, found)
    right = len(wanted & given)
    precision = right / len(given) if given else 0.0
    recall = right / len(wanted) if wanted else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return Pairs(precision, recall, f1, len(both))


def _pairs(mentions: Sequence[tuple[str, int, int]], chain: Chains) -> set[tuple[tuple[str, int, int], ...]]:
    members: dict[Hashable, list[tuple[str, int, int]]] = defaultdict(list)
    for mention in mentions:
        members[chain[mention]].append(mention)
    return {pair for own in members.values() for pair in combinations(own, 2) if pair[0][0] != pair[1][0]}
