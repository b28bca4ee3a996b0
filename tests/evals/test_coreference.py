"""Chains over the mention spans of a gold file."""

from newskb.evals.coreference import over_given


def mention(start, end, chain, etype="person", form="name"):
    return {"start": start, "end": end, "chain": chain, "etype": etype, "form": form}


def test_only_the_spans_of_a_gold_row_are_read():
    row = {
        "id": "one",
        "text": "Marta Hruba left Oslo. She smiled.",
        "mentions": [mention(0, 11, 7), mention(17, 21, 8, "place"), mention(23, 26, 9, form="pronoun")],
    }
    [found] = over_given([row], "person")
    assert found == {"id": "one", "mentions": [mention(0, 11, 0), mention(23, 26, 0, form="pronoun")]}
