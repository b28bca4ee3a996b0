"""Events with their confidence and the gold of their texts become a reliability table: what a confidence is worth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

SET = "confidence of event types, held-out half"
"""What the figures go by in the evaluation."""
_LOWEST, _HIGHEST = 3, 10
"""Tenths between which the table has lines; events below .3 are not kept."""


@dataclass(frozen=True, slots=True)
class Line:
    """The events of some confidence."""

    low: float
    high: float
    rows: int
    mean: float
    """Their mean confidence."""
    right: float
    """The share whose type is right."""


def is_held_out(article: str) -> bool:
    """Whether an article is in the half of the sets that the confidence was not fitted on, by its id."""
    return crc32(article.encode()) % 2 == 1


def judged(golds: Iterable[Mapping[str, Any]], found: Iterable[Mapping[str, Any]]) -> Iterator[tuple[float, bool]]:
    """Confidence and whether the type is right, of each event of the held-out half that its annotation can judge."""
    events = {row["id"]: row["events"] for row in found}
    for gold in golds:
        if is_held_out(gold["id"]):
            for event in judgeable(gold, events.get(gold["id"], ())):
                yield float(event["confidence"]), event["type"] in types(gold)


def types(gold: Mapping[str, Any]) -> set[str]:
    """The types that are right for a text."""
    return {part for event in gold["events"] for part in event["type"].split("|")}


def judgeable(gold: Mapping[str, Any], events: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The events of which the annotation of their text says whether they are right.

    Events of the extension have no gold. Where one pair is labelled, only the first event can be judged; where one
    trigger is, only what stands at it.
    """
    triggers = [event["trigger"] for event in gold["events"] if event.get("trigger")]
    is_single = gold.get("task") == "single"
    for event in events:
        if event["type"] is None:
            continue
        if not is_single or not triggers or _at_one(event["trigger"], triggers):
            yield event
        if gold.get("task") == "pair":
            return


def _at_one(trigger: Mapping[str, int], triggers: Sequence[Mapping[str, int]]) -> bool:
    return any(gold["start"] < trigger["end"] and trigger["start"] < gold["end"] for gold in triggers)


def table(rows: Sequence[tuple[float, bool]]) -> list[Line]:
    """The lines of the table that have rows, by tenths of confidence."""
    lines = []
    for tenth in range(_LOWEST, _HIGHEST):
        inside = [row for row in rows if min(int(row[0] * 10 + 1e-9), _HIGHEST - 1) == tenth]
        if inside:
            mean, right = (sum(values) / len(inside) for values in zip(*inside, strict=True))
            lines.append(Line(tenth / 10, (tenth + 1) / 10, len(inside), mean, right))
    return lines


def error(lines: Sequence[Line]) -> float:
    """Expected calibration error: how far the confidence is from the share that is right, over all rows."""
    total = sum(line.rows for line in lines)
    return sum(line.rows * abs(line.mean - line.right) for line in lines) / total if total else 0.0
