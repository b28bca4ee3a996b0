from newskb.evals.eventpairs import Pairs, chains, score

GOLD = {("a", 0, 4): "x", ("b", 0, 4): "x", ("c", 0, 4): "x", ("c", 9, 12): "y", ("d", 0, 4): "z"}


def test_only_mentions_that_both_have_and_pairs_of_two_articles_count():
    found = {("a", 0, 4): 1, ("b", 0, 4): 1, ("c", 0, 4): 2, ("c", 9, 12): 2, ("e", 0, 4): 1}
    assert score(GOLD, found) == Pairs(1.0, 1 / 3, 0.5, 4)


def test_who_merges_nothing_scores_nothing():
    assert score(GOLD, {mention: mention for mention in GOLD}) == Pairs(0.0, 0.0, 0.0, 5)


def test_gold_mentions_that_nobody_checked_are_left_out():
    mention = {"start": 0, "end": 4, "chain": "x", "kind": "event", "validated": True}
    unchecked, entity = mention | {"start": 5, "validated": False}, mention | {"start": 6, "kind": "entity"}
    assert chains([{"id": "a", "mentions": [mention, unchecked, entity]}], gold=True) == {("a", 0, 4): "x"}
    assert chains([{"id": "a", "mentions": [{"start": 0, "end": 4, "chain": 7}]}]) == {("a", 0, 4): 7}
