"""The founding article's facts become counts of what is right, and a list of what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_EDGE = " \t\n\"'“”‘’.,;:"
_CLAIM_OVERLAP = 0.5
"""Token intersection over union from which a predicted claim is taken for a gold claim."""

_CERTAINTY: Mapping[str, frozenset[str]] = {
    "asserted": frozenset({"certain"}),
    "presupposed": frozenset({"certain"}),
    "planned": frozenset({"certain", "probable"}),
    "future": frozenset({"certain", "probable"}),
    "hedged": frozenset({"probable", "possible"}),
    "hypothetical": frozenset({"probable", "possible"}),
    "conditional": frozenset({"probable", "possible"}),
    "normative": frozenset({"underspecified", "certain"}),
}
"""The annotation's modality as the certainties that agree with it."""

_REALIS: Mapping[str, frozenset[str]] = {
    "actual": frozenset({"actual", "historical"}),
    "attempted": frozenset({"attempted"}),
    "planned": frozenset({"future"}),
    "hypothetical": frozenset({"hypothetical"}),
    "negated_future": frozenset({"negated"}),
}

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many of the annotated facts were found right, and what is wrong with the others."""

    measure: str
    right: int
    of: int
    failures: tuple[str, ...]


def score(gold: Row, found: Row) -> list[Count]:
    """Compare the annotation (``gold.json``) with one record of ``newskb extract``."""
    return [
        _names(gold, found),
        _actors(gold, found),
        _quotes(gold, found),
        *_events(gold, found),
        _claims(gold, found),
    ]


def _names(gold: Row, found: Row) -> Count:
    spans = {(row["start"], row["end"]) for row in found["entities"]}
    wanted = [row for row in gold["entities"] if row["mention"] in ("name", "metonym")]
    missed = [row["text"] for row in wanted if (row["start"], row["end"]) not in spans]
    return Count(measure="names found", right=len(wanted) - len(missed), of=len(wanted), failures=tuple(missed))


def _actors(gold: Row, found: Row) -> Count:
    """Mentions whose key is the one that most mentions of their gold entity got; no key stands for two entities."""
    # entities are names without their titles, as the annotation has them; mentions are whole phrases
    keys = {(row["start"], row["end"]): row.get("local_id") for row in found["entities"]}
    keys |= {(row["start"], row["end"]): row["key"] for row in found["mentions"]}
    votes: dict[str, dict[str, int]] = {}
    for row in gold["entities"]:
        key = keys.get((row["start"], row["end"]))
        if key:
            tally = votes.setdefault(row["entity"], {})
            tally[key] = tally.get(key, 0) + 1
    owner: dict[str, str] = {}
    for entity, tally in sorted(votes.items(), key=lambda item: -max(item[1].values())):
        for key, _ in sorted(tally.items(), key=lambda item: (-item[1], item[0])):
            if key not in owner.values():
                owner[entity] = key
                break
    wrong = []
    for row in gold["entities"]:
        key = keys.get((row["start"], row["end"]))
        if key is None or owner.get(row["entity"]) != key:
            wrong.append(f"{row['text']} [{row['start']}] is {row['entity']}, got {key}")
    total = len(gold["entities"])
    return Count(measure="mentions with the right actor", right=total - len(wrong), of=total, failures=tuple(wrong))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return start, end


def _quotes(gold: Row, found: Row) -> Count:
    text = gold["text"]
    quotes = {_trimmed(text, row["start"], row["end"]): row for row in found["quotes"]}
    used: set[tuple[int, int]] = set()
    wrong = []
    for row in gold["quotes"]:
        span = _trimmed(text, row["start"], row["end"])
        # "that" may stand inside or outside of indirect content.
        bare = _trimmed(text, row["start"] + 5, row["end"]) if text.startswith("that ", row["start"]) else span
        match = next((s for s in (span, bare) if s in quotes), None)
        if match is None:
            wrong.append(f"{row['id']} not found: {row['text'][:60]}")
            continue
        used.add(match)
        if not _same_head(row["speaker"], quotes[match]["speaker"]):
            said = quotes[match]["speaker"]
            wrong.append(f"{row['id']} speaker {row['speaker']['text']!r}, got {said and said['name']!r}")
    extra = [f"not a quote: {text[s:e][:60]!r}" for s, e in quotes if (s, e) not in used]
    right = len(gold["quotes"]) - len(wrong)
    return Count(measure="quotes with span and speaker", right=right, of=len(gold["quotes"]), failures=(*wrong, *extra))


def _same_head(gold: Row | None, found: Row | None) -> bool:
    """Whether the last words of the two phrases overlap (the head of an English name stands at its end)."""
    if gold is None or found is None:
        return gold is found
    return bool(found["start"] < gold["end"] <= found["end"] or gold["start"] < found["end"] <= gold["end"])


def _mention_spans(gold: Row) -> dict[str, list[tuple[int, int]]]:
    spans: dict[str, list[tuple[int, int]]] = {}
    for row in gold["entities"]:
        for entity in (row["entity"], *row.get("members", ())):
            spans.setdefault(entity, []).append((row["start"], row["end"]))
    return spans


def _events(gold: Row, found: Row) -> Iterator[Count]:
    core = [row for row in gold["events"] if row["core"] and row["type"]]
    spans = _mention_spans(gold)
    failures: list[str] = []
    typed = acted = full = 0
    for row in core:
        triggers = [row["trigger"], *row["mentions"]]
        candidates = [e for e in found["events"] if any(_overlap(t, m) for t in triggers for m in e["mentions"])]
        event = max(
            (e for e in candidates if e["type"] in row["type"].split("|")),
            key=lambda e: _sides_right(row, e, spans),
            default=None,
        )
        if event is None:
            got = ", ".join(sorted({e["type"] or e["extension"] for e in candidates})) or "nothing"
            failures.append(f"{row['id']} {row['type']} {row['trigger']['text']!r}: got {got}")
            continue
        typed += 1
        if _sides_right(row, event, spans) == 2:
            acted += 1
        else:
            sides = f"{event['source_text']!r} -> {event['target_text']!r}"
            failures.append(f"{row['id']} {row['type']} {row['trigger']['text']!r}: actors {sides}")
            continue
        dated = (event["date"] or "")[: len(row["date"] or "")] == (row["date"] or "")
        real = event["realis"] in _REALIS[row["realis"]]
        full += dated and real
        if not (dated and real):
            failures.append(f"{row['id']} {row['type']}: date {event['date']}, realis {event['realis']}")
    yield Count(measure="core events with the right type", right=typed, of=len(core), failures=())
    yield Count(measure="core events with the right type and actors", right=acted, of=len(core), failures=())
    yield Count(
        measure="core events with the right type, actors, date and realis",
        right=full,
        of=len(core),
        failures=tuple(failures),
    )


def _overlap(first: Row, second: Row) -> bool:
    return bool(first["start"] < second["end"] and second["start"] < first["end"])


def _sides_right(row: Row, event: Row, spans: Mapping[str, Sequence[tuple[int, int]]]) -> int:
    """How many of the two sides are right: some predicted participant stands on a mention of the gold entity."""
    sides = [(row["source_entity"], event["actors"]), (row["target_entity"], event["recipients"])]
    if row.get("reciprocal"):
        both = [*event["actors"], *event["recipients"]]
        sides = [(row["source_entity"], both), (row["target_entity"], both)]
    return sum(_is_right(entity, found, spans) for entity, found in sides)


def _is_right(entity: Any, found: Iterable[Row], spans: Mapping[str, Sequence[tuple[int, int]]]) -> bool:
    if entity is None:
        return True
    wanted = entity if isinstance(entity, list) else [entity]
    places = [span for name in wanted for span in spans.get(name, ())]
    return any(start < who["end"] and who["start"] < end for who in found for start, end in places)


def _claims(gold: Row, found: Row) -> Count:
    spans = _mention_spans(gold)
    wrong = []
    for row in gold["claims"]:
        candidates = [c for c in found["claims"] if _iou(row, c) >= _CLAIM_OVERLAP]
        right = [c for c in candidates if not _claim_faults(row, c, spans)]
        if right:
            continue
        best = max(candidates, key=lambda c: _iou(row, c), default=None)
        faults = "not found" if best is None else ", ".join(_claim_faults(row, best, spans))
        wrong.append(f"{row['id']} {row['text'][:50]!r}: {faults}")
    total = len(gold["claims"])
    return Count(
        measure="claims with holder, stance and certainty", right=total - len(wrong), of=total, failures=tuple(wrong)
    )


def _claim_faults(row: Row, claim: Row, spans: Mapping[str, Sequence[tuple[int, int]]]) -> list[str]:
    faults = []
    holder = claim["holder"]
    if row["claimant"] == "NARRATOR":
        if holder is not None:
            faults.append(f"holder {holder['name']!r} instead of the outlet")
    elif holder is None or not _is_right(row["claimant"], [holder], spans):
        faults.append(f"holder {holder and holder['name']!r} instead of {row['claimant']}")
    if claim["stance"] != ("affirm" if row["polarity"] == "positive" else "deny"):
        faults.append(f"stance {claim['stance']}")
    if claim["certainty"] not in _CERTAINTY[row["modality"]]:
        faults.append(f"certainty {claim['certainty']} for {row['modality']}")
    return faults


def _iou(first: Row, second: Row) -> float:
    shared = min(first["end"], second["end"]) - max(first["start"], second["start"])
    union = max(first["end"], second["end"]) - min(first["start"], second["start"])
    return float(max(0, shared) / union)
