"""What the confidence of events is worth: which events can be judged, and the table of those that can."""

from __future__ import annotations

from newskb.evals.eventreliability import error, is_held_out, judgeable, judged, table


def _event(kind: str | None, start: int = 0, confidence: float = 0.5) -> dict:
    return {"type": kind, "trigger": {"start": start, "end": start + 3}, "confidence": confidence}


def test_every_event_of_a_fully_annotated_text_can_be_judged():
    gold = {"task": "extract", "events": [{"type": "AID"}]}
    assert len(list(judgeable(gold, [_event("AID"), _event("COERCE", 9)]))) == 2


def test_an_event_of_the_extension_has_no_gold():
    assert list(judgeable({"task": "extract", "events": []}, [_event(None)])) == []


def test_where_one_pair_is_labelled_only_the_first_event_is_judged():
    found = [_event("AID"), _event("COERCE", 9)]
    assert list(judgeable({"task": "pair", "events": [{"type": "AID"}]}, found)) == found[:1]


def test_where_one_trigger_is_labelled_only_what_stands_there_is_judged():
    gold = {"task": "single", "events": [{"type": "AID", "trigger": {"start": 9, "end": 12}}]}
    assert [event["trigger"]["start"] for event in judgeable(gold, [_event("AID"), _event("AID", 9)])] == [9]


def test_only_the_held_out_half_is_counted_and_either_of_two_types_is_right():
    held = next(name for name in map(str, range(99)) if is_held_out(name))
    fitted = next(name for name in map(str, range(99)) if not is_held_out(name))
    golds = [{"id": name, "task": "extract", "events": [{"type": "AID|COERCE"}]} for name in (held, fitted)]
    found = [{"id": name, "events": [_event("COERCE", confidence=0.8)]} for name in (held, fitted)]
    assert list(judged(golds, found)) == [(0.8, True)]


def test_a_table_has_a_line_for_each_tenth_that_has_rows():
    lines = table([(0.8, True), (0.86, False), (0.95, True)])
    assert [(line.low, line.rows, line.right) for line in lines] == [(0.8, 2, 0.5), (0.9, 1, 1.0)]


def test_the_error_is_the_distance_between_confidence_and_share():
    assert round(error(table([(0.6, True), (0.6, False)])), 3) == 0.1
    assert error([]) == 0.0
