"""The founding article's scorer on a short text of our own: what is right counts, what is wrong is told."""

import copy

import pytest

from newskb.evals.founding import score

TEXT = 'Ada Brook met Ben Carver in Oslo. "We agree on the ferries," said Brook.'


def at(words, nth=0):
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    return {"start": start, "end": start + len(words)}


ADA, BEN, BROOK = at("Ada Brook"), at("Ben Carver"), at("Brook", 1)
CONTENT = at("We agree on the ferries")
GOLD = {
    "text": TEXT,
    "entities": [
        {**ADA, "text": "Ada Brook", "entity": "ADA", "mention": "name"},
        {**BEN, "text": "Ben Carver", "entity": "BEN", "mention": "name"},
        {**BROOK, "text": "Brook", "entity": "ADA", "mention": "name"},
    ],
    "quotes": [
        {
            **CONTENT,
            "id": "q1",
            "text": "We agree on the ferries",
            "speaker": {**BROOK, "text": "Brook", "entity": "ADA"},
        }
    ],
    "events": [
        {
            "id": "e1",
            "type": "CONSULT|AGREE",
            "core": True,
            "trigger": {**at("met"), "text": "met"},
            "mentions": [],
            "source_entity": "ADA",
            "target_entity": "BEN",
            "date": "2020-01",
            "realis": "actual",
        }
    ],
    "claims": [
        {
            **CONTENT,
            "id": "c1",
            "text": "We agree on the ferries",
            "claimant": "ADA",
            "polarity": "positive",
            "modality": "asserted",
        },
        {
            **at("Ada Brook met Ben Carver in Oslo"),
            "id": "c2",
            "text": "Ada Brook met Ben Carver in Oslo",
            "claimant": "NARRATOR",
            "polarity": "positive",
            "modality": "asserted",
        },
    ],
}
FOUND = {
    "entities": [ADA, BEN, BROOK],
    "mentions": [{**ADA, "key": "Q1"}, {**BEN, "key": "Q2"}, {**BROOK, "key": "Q1"}],
    "quotes": [{**at("We agree on the ferries,"), "speaker": {**BROOK, "name": "Ada Brook"}}],
    "events": [
        {
            "type": "CONSULT",
            "extension": None,
            "mentions": [at("met")],
            "actors": [ADA],
            "recipients": [BEN],
            "source_text": "Ada Brook",
            "target_text": "Ben Carver",
            "date": "2020-01-03",
            "realis": "actual",
        }
    ],
    "claims": [
        {**CONTENT, "holder": {**BROOK, "name": "Ada Brook"}, "stance": "affirm", "certainty": "certain"},
        {**at("Ada Brook met Ben Carver in Oslo"), "holder": None, "stance": "affirm", "certainty": "certain"},
    ],
}


def counts(found):
    return {count.measure: count for count in score(GOLD, found)}


def test_what_is_all_right_counts_in_full():
    for count in counts(FOUND).values():
        assert (count.right, count.failures) == (count.of, ())
    assert counts(FOUND)["claims with holder, stance and certainty"].of == 2


def changed(path, value):
    found = copy.deepcopy(FOUND)
    *steps, last = path
    place = found
    for step in steps:
        place = place[step]
    place[last] = value
    return found


@pytest.mark.parametrize(
    ("path", "value", "measure", "told"),
    [
        (("entities",), [ADA, BEN], "names found", "Brook"),
        (("mentions", 2, "key"), "Q2", "mentions with the right actor", "got Q2"),
        (("mentions", 1, "key"), None, "mentions with the right actor", "got None"),
        (("quotes",), [], "quotes with span and speaker", "q1 not found"),
        (("quotes", 0, "speaker"), None, "quotes with span and speaker", "got None"),
        (("quotes", 0, "speaker"), {**BEN, "name": "Ben Carver"}, "quotes with span and speaker", "Ben Carver"),
        (("events", 0, "realis"), "negated", "core events with the right type, actors, date and realis", "negated"),
        (("events", 0, "date"), None, "core events with the right type, actors, date and realis", "date None"),
        (("claims", 0, "stance"), "deny", "claims with holder, stance and certainty", "stance deny"),
        (("claims", 1, "holder"), {**BEN, "name": "Ben"}, "claims with holder, stance and certainty", "the outlet"),
        (("claims", 0, "certainty"), "possible", "claims with holder, stance and certainty", "possible for asserted"),
    ],
)
def test_each_fault_is_told(path, value, measure, told):
    count = counts(changed(path, value))[measure]
    assert count.right == count.of - 1
    assert any(told in failure for failure in count.failures)


def test_an_event_of_another_type_or_with_swapped_sides_is_not_right():
    of = "core events with the right type"
    wrong = counts(changed(("events", 0, "type"), "ASSAULT"))
    assert (wrong[of].right, wrong[f"{of} and actors"].right) == (0, 0)
    assert any("got ASSAULT" in failure for failure in wrong[f"{of}, actors, date and realis"].failures)
    swapped = copy.deepcopy(FOUND)
    event = swapped["events"][0]
    event["actors"], event["recipients"] = event["recipients"], event["actors"]
    assert (counts(swapped)[of].right, counts(swapped)[f"{of} and actors"].right) == (1, 0)


def test_a_quote_that_is_none_is_told_but_costs_nothing():
    found = copy.deepcopy(FOUND)
    found["quotes"].append({**at("Oslo"), "speaker": None})
    count = counts(found)["quotes with span and speaker"]
    assert (count.right, count.of) == (1, 1)
    assert any("not a quote" in failure for failure in count.failures)
