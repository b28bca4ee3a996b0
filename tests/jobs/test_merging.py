"""Which claims are grouped again: found from the changed ones step by step, without reading all of them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from newskb.jobs.merging import _claims_to_group
from newskb.merge.claims import affected, group_claims
from newskb.model import ClaimReport


def claim(number, day, terms, actors, events):
    return ClaimReport(
        key=f"clm-{number:02}",
        article=f"art-{number}",
        copy_group=f"cpg-{number}",
        source=f"Outlet {number}",
        published=day,
        holder=None,
        stance="affirm",
        certainty="certain",
        text=" ".join(terms),
        terms=tuple(sorted(terms)),
        events=events,
        actors=actors,
        figures=(),
    )


CLAIMS = st.lists(
    st.tuples(
        st.sampled_from([None, "2024-03-01", "2024-03-10", "2024-03-20", "2024-05-01"]),
        st.sets(st.sampled_from(["flood", "river", "dam", "vote", "army", "treaty"]), min_size=2, max_size=5),
        st.sampled_from([(), ("Q1",), ("Q2",), ("Q1", "Q2")]),
        st.sampled_from([(), (), ("evt-1",), ("evt-2",)]),
    ),
    max_size=12,
).map(lambda rows: [claim(number, *row) for number, row in enumerate(rows)])


def to_group(claims, changed, at_most):
    stored = {c.key: c for c in claims}

    def near(edge):
        return {c.key for c in claims for e in edge if {*c.actors, *c.events} & {*e.actors, *e.events}}

    return _claims_to_group(changed, lambda keys: [stored[key] for key in keys], near, at_most=at_most)


@settings(max_examples=100, deadline=None)
@given(CLAIMS, st.integers(0, 12))
def test_claims_found_step_by_step_are_those_of_the_blocks_that_hold_a_changed_one(claims, first_step):
    changed = {c.key for c in claims[first_step:]}
    found = to_group(claims, changed, at_most=len(claims))
    assert set(found) == {c.key for c in affected(claims, changed)}
    kept = [group for group in group_claims(claims)[0] if found.keys().isdisjoint(group.claims)]
    grouped = [*kept, *group_claims(found.values())[0]]
    assert sorted(grouped, key=lambda group: group.key) == group_claims(claims)[0]


def test_too_many_changed_claims_are_not_followed_up():
    claims = [claim(number, "2024-03-01", {"flood", "river"}, ("Q1",), ()) for number in range(4)]
    assert to_group(claims, {"clm-00"}, at_most=3) is None
    assert len(to_group(claims, {"clm-00"}, at_most=4)) == 4
