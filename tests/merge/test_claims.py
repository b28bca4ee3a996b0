import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newskb.merge.claims import affected, group_claims, partition
from newskb.model import ClaimRelation, ClaimReport, FigureValue

TERMS = ("army", "bridge", "destroy", "village")


def claim(key, **given):
    values = {
        "key": key,
        "article": f"art-{key}",
        "copy_group": f"cop-{key}",
        "source": f"outlet {key}",
        "published": "2024-03-05",
        "holder": f"holder {key}",
        "stance": "affirm",
        "certainty": "certain",
        "text": "",
        "terms": TERMS,
        "events": (),
        "actors": ("Q1",),
        "figures": (),
    }
    return ClaimReport(**{**values, **given})


def killed(low, high, kind="killed"):
    return (FigureValue(kind=kind, low=low, high=high, unit="people"),)


def relations(*claims):
    return [(r.first, r.second, r.relation, r.reason) for r in group_claims(claims)[1]]


def test_two_holders_who_say_the_same_corroborate_one_another():
    groups, found = group_claims([claim("a"), claim("b")])
    assert [group.claims for group in groups] == [("a", "b")]
    assert found == [ClaimRelation(first="a", second="b", relation="corroborates", reason="same")]


def test_affirmed_by_one_and_denied_by_another_is_a_contradiction():
    assert relations(claim("a"), claim("b", stance="deny")) == [("a", "b", "contradicts", "polarity")]


def test_numbers_that_cannot_both_be_true_contradict():
    first = claim("a", events=("evt-1",), figures=killed(5, 5), terms=("five", "die"))
    assert relations(first, claim("b", events=("evt-1",), figures=killed(9, 9))) == [
        ("a", "b", "contradicts", "figure")
    ]
    assert relations(first, claim("b", events=("evt-1",), figures=killed(4, None))) == [
        ("a", "b", "corroborates", "figure")
    ]


@pytest.mark.parametrize("other", [{"events": ("evt-2",)}, {"figures": killed(9, 9, "injured")}])
def test_numbers_for_other_events_or_of_other_kinds_say_nothing_of_one_another(other):
    first = claim("a", events=("evt-1",), figures=killed(5, 5), terms=("five", "die"))
    second = {"events": ("evt-1",), "figures": killed(9, 9), "terms": ("nine", "hurt"), **other}
    assert relations(first, claim("b", **second)) == []


@pytest.mark.parametrize(
    "same",
    [
        {"holder": "holder a"},
        {"certainty": "possible"},
        {"stance": "question"},
    ],
)
def test_the_same_holder_a_possibility_and_a_question_confirm_nothing(same):
    assert relations(claim("a"), claim("b", **same)) == []


def test_outlets_corroborate_only_with_texts_of_their_own():
    own = {"holder": None}
    assert relations(claim("a", **own), claim("b", **own)) == [("a", "b", "corroborates", "same")]
    assert relations(claim("a", copy_group="same", **own), claim("b", copy_group="same", **own)) == []
    assert relations(claim("a", source="one", **own), claim("b", source="one", **own)) == []


def test_other_actors_other_terms_and_other_months_are_other_things():
    for other in ({"actors": ("Q2",)}, {"terms": ("army", "bridge", "build", "town")}, {"published": "2024-05-05"}):
        assert len(group_claims([claim("a"), claim("b", **other)])[0]) == 2


@st.composite
def claim_lists(draw):
    return [
        claim(
            f"clm-{number:02}",
            terms=tuple(
                sorted(draw(st.sets(st.sampled_from(["army", "bridge", "destroy", "say", "the"]), max_size=5)))
            ),
            events=draw(st.sampled_from([(), ("evt-1",), ("evt-1", "evt-2")])),
            actors=draw(st.sampled_from([(), ("Q1",), ("Q1", "Q2")])),
            figures=draw(st.sampled_from([(), killed(5, 5), killed(9, None)])),
            stance=draw(st.sampled_from(["affirm", "deny"])),
            published=draw(st.sampled_from([None, "2024-03-01", "2024-03-12", "2024-03-24"])),
        )
        for number in range(draw(st.integers(0, 12)))
    ]


@settings(max_examples=150, deadline=None)
@given(claim_lists(), st.randoms(use_true_random=False))
def test_the_order_of_claims_changes_nothing_and_each_is_in_one_group(claims, random):
    shuffled = list(claims)
    random.shuffle(shuffled)
    assert group_claims(shuffled) == group_claims(claims)
    assert sorted(key for group in group_claims(claims)[0] for key in group.claims) == [c.key for c in claims]


@settings(max_examples=150, deadline=None)
@given(claim_lists(), st.integers(0, 12))
def test_grouping_in_two_steps_equals_grouping_at_once(claims, first_step):
    again = affected(claims, {c.key for c in claims[first_step:]})
    touched = {c.key for c in again}
    kept = [group for group in group_claims(claims[:first_step])[0] if touched.isdisjoint(group.claims)]
    assert sorted([*kept, *group_claims(again)[0]], key=lambda g: g.key) == group_claims(claims)[0]
    blocks = [group_claims(block) for block in partition(claims)]
    assert sorted((g for groups, _ in blocks for g in groups), key=lambda g: g.key) == group_claims(claims)[0]
    assert (
        sorted((r for _, found in blocks for r in found), key=lambda r: (r.first, r.second)) == group_claims(claims)[1]
    )
