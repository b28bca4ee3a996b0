"""Quotes of the same words by the same speaker, as several outlets give them, become quote groups."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from rapidfuzz.distance import LCSseq

from newskb import text
from newskb.merge.grouping import FAR_FUTURE, FAR_PAST, blocks, count_sources, day_number
from newskb.model import QuoteGroup, QuoteReport

QUOTE_WINDOW_DAYS = 14
"""An utterance is taken up for about two weeks; after that the same words are more often said anew."""

SHARED_WORDS = 0.8
"""Share of the shorter quote's words that the longer one has in the same order. Outlets trim quotes and mend a word or
two; at 0.6 stock phrases of one speaker ("we will do all that is needed to …") become one utterance."""

RUN_WORDS = 4
"""Words in a row that two quotes must share to be compared at all; shorter quotes must be equal."""

_WORD = re.compile(r"\w+(?:'\w+)*")


def group_quotes(reports: Iterable[QuoteReport]) -> list[QuoteGroup]:
    """One group for each utterance, each quote in exactly one, in order of the keys.

    The longest quote of an utterance leads; the others must be near it in words and days and have its speaker, or none.
    The result depends on the set of quotes only, and each block of ``partition`` can be grouped alone. A group's key
    comes from its earliest quote.
    """
    groups = [group for block in _blocks(reports) for group in _group_block(block)]
    return sorted(groups, key=lambda group: group.key)


def partition(reports: Iterable[QuoteReport]) -> list[list[QuoteReport]]:
    """Sets of quotes that can be grouped independently of one another."""
    return _blocks(reports)


def affected(reports: Iterable[QuoteReport], changed: Collection[str]) -> list[QuoteReport]:
    """The quotes whose groups may change when the quotes with the keys ``changed`` are new."""
    return [r for block in partition(reports) if any(b.key in changed for b in block) for r in block]


def _words(report: QuoteReport) -> tuple[str, ...]:
    """The words without case, accents and punctuation."""
    return tuple(_WORD.findall(text.fold(report.text)))


def _runs(words: Sequence[str]) -> set[tuple[str, ...]]:
    """The runs of words by which two quotes are found to be worth comparing."""
    if len(words) <= RUN_WORDS:
        return {tuple(words)} if words else set()
    return {tuple(words[start : start + RUN_WORDS]) for start in range(len(words) - RUN_WORDS + 1)}


def _window(report: QuoteReport) -> tuple[int, int]:
    day = day_number(report.published)
    return (FAR_PAST, FAR_FUTURE) if day is None else (day - QUOTE_WINDOW_DAYS, day + QUOTE_WINDOW_DAYS)


def _blocks(reports: Iterable[QuoteReport]) -> list[list[QuoteReport]]:
    ordered = sorted({r.key: r for r in reports}.values(), key=_seniority)
    return blocks(ordered, [[(run, _window(r)) for run in _runs(_words(r))] for r in ordered])


def _group_block(reports: Sequence[QuoteReport]) -> list[QuoteGroup]:
    words = {report.key: _words(report) for report in reports}
    led: list[list[QuoteReport]] = []
    # By run and speaker, and all of them under no speaker: quotes that have none come last and may follow any leader.
    leaders: dict[tuple[tuple[str, ...], str | None], list[int]] = defaultdict(list)
    for report in sorted(reports, key=lambda r: (r.speaker is None, -len(words[r.key]), _seniority(r))):
        own = words[report.key]
        runs = _runs(own)
        best: tuple[float, int] | None = None
        for number in sorted({number for run in runs for number in leaders[run, report.speaker]}):
            leader = led[number][0]
            if _may_be_one_utterance(report, leader):
                alike = _likeness(own, words[leader.key])
                if alike >= SHARED_WORDS:
                    best = max(best or (alike, -number), (alike, -number))
        if best is not None:
            led[-best[1]].append(report)
            continue
        for key in {(run, speaker) for run in runs for speaker in (report.speaker, None)}:
            leaders[key].append(len(led))
        led.append([report])
    return [_group(members) for members in led]


def _may_be_one_utterance(report: QuoteReport, leader: QuoteReport) -> bool:
    if None not in (report.speaker, leader.speaker) and report.speaker != leader.speaker:
        return False
    first, second = day_number(report.published), day_number(leader.published)
    return first is None or second is None or abs(first - second) <= QUOTE_WINDOW_DAYS


def _likeness(first: Sequence[str], second: Sequence[str]) -> float:
    """The share of the shorter one's words that the other has in the same order."""
    shorter = min(len(first), len(second))
    if shorter <= RUN_WORDS:
        return float(first == second)
    return LCSseq.similarity(first, second) / shorter


def _seniority(report: QuoteReport) -> tuple[str, str]:
    """The order of appearance: publication day (undated last), then key."""
    return report.published or "9999", report.key


def _group(quotes: Iterable[QuoteReport]) -> QuoteGroup:
    ordered = sorted(quotes, key=_seniority)
    return QuoteGroup(
        key=text.key("qgr", ordered[0].key),
        speaker=next((q.speaker for q in ordered if q.speaker is not None), None),
        quotes=tuple(q.key for q in ordered),
        source_count=count_sources(q.source for q in ordered),
    )
