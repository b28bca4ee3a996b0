"""Event mentions of one article become chains: what tells of the same thing that happened shares a number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from newskb.model import EventMention, Realis
from newskb.plover import quad

_UNREAL = frozenset((Realis.HYPOTHETICAL, Realis.NEGATED))


@dataclass(frozen=True, slots=True)
class Report:
    """An event mention while its chain is being decided."""

    event: EventMention
    family: str
    actors: frozenset[int]
    """Coreference chains."""
    recipients: frozenset[int]
    place: int | None
    """Coreference chain of the place."""
    is_reciprocal: bool
    """Both sides do the same ("met"), so either may be named first."""
    is_definite: bool
    """ "the meeting" points back, "a meeting" does not."""


REACH = 100
"""Events of one family, and mentions of one event, that a mention looks back on: no article tells of more at once, and
lists of incidents that are as long as a book would cost the square of their length."""


def number(reports: Sequence[Report]) -> list[int]:
    """The chain of each report, in their order, numbered by first appearance."""
    chains: list[list[Report]] = []
    of_family: dict[str, list[int]] = defaultdict(list)
    numbers = []
    for report in reports:
        near = of_family[report.family][-REACH:]
        fits = [(score, index) for index in near if (score := _fit(report, chains[index][-REACH:])) > 0]
        if fits:
            index = max(fits)[1]
            chains[index].append(report)
        else:
            index = len(chains)
            chains.append([report])
            of_family[report.family].append(index)
        numbers.append(index)
    return numbers


def _fit(report: Report, chain: Sequence[Report]) -> float:
    """How well a report fits a chain; 0 when something speaks against it or nothing for it."""
    is_stance = report.event.type is not None and quad(report.event.type) in (1, 3)
    if any(not _can_be_same(report, other) or (is_stance and _differ(report, other)) for other in chain):
        return 0.0
    actors: frozenset[int] = frozenset().union(*(other.actors for other in chain))
    recipients: frozenset[int] = frozenset().union(*(other.recipients for other in chain))
    known = bool(actors or recipients)
    if not report.actors and not report.recipients:
        # Without participants only what points back, or what nobody else claims, is the same.
        return 1.0 + 0.5 * known if report.is_definite else 0.5 * (not known)
    shared = 0
    for mine, theirs, others in ((report.actors, actors, recipients), (report.recipients, recipients, actors)):
        if (report.is_reciprocal and mine & others) or mine & theirs:
            shared += 1
        elif mine and theirs:
            return 0.0
    if shared:
        return 1.0 + shared
    return 0.0 if known else 0.5


def _differ(one: Report, other: Report) -> bool:
    """ "supports the people", "supports the president": what is said of different people is said twice."""
    first, second = one.recipients, other.recipients
    if one.is_reciprocal or not first or not second:
        return False
    return 2 * len(first & second) < len(first | second)


def _can_be_same(one: Report, other: Report) -> bool:
    if (one.event.realis in _UNREAL) != (other.event.realis in _UNREAL):
        return False
    if one.place is not None and other.place is not None and one.place != other.place and one.family != "coup":
        return False
    first, second = one.event, other.event
    if first.date_start and first.date_end and second.date_start and second.date_end:
        return first.date_start <= second.date_end and second.date_start <= first.date_end
    return True
