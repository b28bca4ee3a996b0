"""Claims about the same thing become claim groups, and say of one another whether they agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import combinations

from newskb import text
from newskb.merge.grouping import FAR_FUTURE, FAR_PAST, Window, blocks, day_number
from newskb.merge.terms import idf
from newskb.model import Certainty, ClaimGroup, ClaimRelation, ClaimReport, FigureValue, Stance

CLAIM_WINDOW_DAYS = 14
"""Claims that share no event are about the same thing only when they are published this near to one another."""

SAME_PROPOSITION = 0.7
"""Share of the weight of all terms of two propositions that both have, above which they say the same thing (or its
denial). Below 0.6 claims about one event that differ in the decisive word pass."""

MIN_TERMS = 3
"""A proposition of fewer terms ("It is over") is the same as another only when all of its terms are."""

MAX_COMPARED = 400
"""Claims of one group that are compared with one another, earliest first: beyond, more pairs tell a reader nothing."""

UNNAMED_FIGURE = "other"
"""A number of no known kind: two of them may count quite different things."""

Subject = str | tuple[str, str]
"""What claims are about: an event, or an actor and a term."""


def group_claims(reports: Iterable[ClaimReport]) -> tuple[list[ClaimGroup], list[ClaimRelation]]:
    """The groups, each claim in exactly one, and the clear relations inside them; both in order of their keys.

    Claims are about the same thing when they give a figure of one kind for one event (a figure slot), or when they have
    an event or actor in common and say nearly the same. Each group has a leader, the earliest claim, and the others are
    compared with it, so that a group does not drift. The result depends on the set of claims only, and each block of
    ``partition`` can be grouped alone.
    """
    groups: list[ClaimGroup] = []
    relations: list[ClaimRelation] = []
    for block in partition(reports):
        for members in _group_block(block):
            groups.append(ClaimGroup(key=text.key("cgr", members[0].key), claims=tuple(c.key for c in members)))
            relations += _relations(members)
    return sorted(groups, key=lambda g: g.key), sorted(relations, key=lambda r: (r.first, r.second))


def partition(reports: Iterable[ClaimReport]) -> list[list[ClaimReport]]:
    """Sets of claims that can be grouped independently of one another, each in order of publication."""
    ordered = sorted({r.key: r for r in reports}.values(), key=_seniority)
    slots = blocks(ordered, [[(subject, _window(r, subject)) for subject in _subjects(r)] for r in ordered])
    return [sorted(block, key=_seniority) for block in slots]


def affected(reports: Iterable[ClaimReport], changed: Collection[str]) -> list[ClaimReport]:
    """The claims whose groups may change when the claims with the keys ``changed`` are new."""
    return [r for block in partition(reports) if any(b.key in changed for b in block) for r in block]


def _seniority(claim: ClaimReport) -> tuple[str, str]:
    """The order of appearance: publication day (undated last), then key."""
    return claim.published or "9999", claim.key


def _window(claim: ClaimReport, subject: Subject) -> Window:
    """The days in which the claim meets others of the subject."""
    day = day_number(claim.published)
    # An event has no date of its own here, so claims about it meet however late they come.
    return (FAR_PAST, FAR_FUTURE) if day is None or isinstance(subject, str) else (day, day + CLAIM_WINDOW_DAYS)


def _slots(claim: ClaimReport) -> Iterator[tuple[str, str, str | None]]:
    """What the claim gives a number for: event, kind of figure and unit."""
    for event in claim.events:
        for figure in claim.figures:
            if figure.kind != UNNAMED_FIGURE:
                yield event, figure.kind, figure.unit


def _subjects(claim: ClaimReport) -> set[Subject]:
    """What two claims must share to be compared: an event, or an actor and one of their most telling terms."""
    return {*claim.events, *((actor, term) for actor in claim.actors for term in _telling(claim))}


def _telling(claim: ClaimReport) -> list[str]:
    """The rarest terms, until the rest cannot make two propositions the same (prefix filter of similarity joins)."""
    ranked = sorted(claim.terms, key=lambda term: (-idf(term), term))
    rest = sum(idf(term) for term in ranked)
    enough = SAME_PROPOSITION * rest
    telling = []
    for term in ranked:
        if rest < enough:
            break
        telling.append(term)
        rest -= idf(term)
    return telling


def _group_block(claims: Sequence[ClaimReport]) -> list[list[ClaimReport]]:
    led: list[list[ClaimReport]] = []
    leaders: dict[Subject, list[int]] = defaultdict(list)
    for claim in claims:
        subjects = _subjects(claim)
        best: tuple[float, int] | None = None
        for number in sorted({number for subject in subjects for number in leaders[subject]}):
            alike = _likeness(claim, led[number][0])
            if alike >= SAME_PROPOSITION:
                best = max(best or (alike, -number), (alike, -number))
        if best is not None:
            led[-best[1]].append(claim)
            continue
        for subject in sorted(subjects, key=repr):
            leaders[subject].append(len(led))
        led.append([claim])
    return led


def _likeness(first: ClaimReport, second: ClaimReport) -> float:
    """1 for the same figure slot, else how much of the weight of their terms two claims share; 0 when days apart."""
    if not set(_slots(first)).isdisjoint(_slots(second)):
        return 1.0
    days = day_number(first.published), day_number(second.published)
    if None not in days and abs((days[0] or 0) - (days[1] or 0)) > CLAIM_WINDOW_DAYS:
        return 0.0
    return _shared_terms(first, second)


def _shared_terms(first: ClaimReport, second: ClaimReport) -> float:
    ours, theirs = set(first.terms), set(second.terms)
    if not ours or not theirs or (min(len(ours), len(theirs)) < MIN_TERMS and ours != theirs):
        return 0.0
    shared = sum(idf(term) for term in sorted(ours & theirs))
    return shared / sum(idf(term) for term in sorted(ours | theirs))


def _relations(claims: Sequence[ClaimReport]) -> Iterator[ClaimRelation]:
    for pair in combinations(claims[:MAX_COMPARED], 2):
        first, second = sorted(pair, key=lambda claim: claim.key)
        if (relation := _relation(first, second)) is not None:
            yield ClaimRelation(first=first.key, second=second.key, relation=relation[0], reason=relation[1])


def _relation(first: ClaimReport, second: ClaimReport) -> tuple[str, str] | None:
    """How two claims of one group stand to each other; None where it is not clear, or where one repeats the other."""
    if not _independent(first, second) or not (_is_definite(first) and _is_definite(second)):
        return None
    same_words = _shared_terms(first, second) >= SAME_PROPOSITION
    if first.stance != second.stance:
        return ("contradicts", "polarity") if same_words else None
    agreement = _figures_agree(first, second)
    if agreement is False:
        return ("contradicts", "figure") if first.stance == Stance.AFFIRM.value else None
    if agreement is True:
        return "corroborates", "figure"
    return ("corroborates", "same") if same_words else None


def _independent(first: ClaimReport, second: ClaimReport) -> bool:
    """Different holders, or different outlets that both speak for themselves, and not two prints of one text."""
    if first.holder is not None or second.holder is not None:
        return first.holder != second.holder
    return first.copy_group != second.copy_group and first.source != second.source


def _is_definite(claim: ClaimReport) -> bool:
    return claim.stance != Stance.QUESTION.value and claim.certainty != Certainty.POSSIBLE.value


def _figures_agree(first: ClaimReport, second: ClaimReport) -> bool | None:
    """Whether the numbers for a shared slot can both be true; None without a shared slot."""
    events = set(first.events) & set(second.events)
    pairs = [
        (ours, theirs)
        for ours in first.figures
        for theirs in second.figures
        if events and ours.kind != UNNAMED_FIGURE and (ours.kind, ours.unit) == (theirs.kind, theirs.unit)
    ]
    return any(_overlap(ours, theirs) for ours, theirs in pairs) if pairs else None


def _overlap(ours: FigureValue, theirs: FigureValue) -> bool:
    low, high = float("-inf"), float("inf")
    starts = [low if f.low is None else f.low for f in (ours, theirs)]
    ends = [high if f.high is None else f.high for f in (ours, theirs)]
    return max(starts) <= min(ends)
