"""Claims with holder, stance and certainty; the sentences are in tests/cases/claims."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from newskb.model import Claim, Span, Stance
from newskb.nlp import wordlists
from newskb.notation import Case
from tests.nlp.conftest import ReadText, cases


def _attributes(doc: Doc, claim: Claim) -> dict[str, str]:
    return {
        "holder": "-" if claim.holder is None else doc._.mentions[claim.holder].span.of(doc.text),
        "certainty": claim.certainty.value,
        "conditional": "yes" if claim.is_conditional else "no",
    }


@pytest.mark.parametrize("case", cases("claims"), ids=lambda case: case.title)
def test_a_text_gives_the_claims_of_its_case(case: Case, read: ReadText):
    doc = read(case.text)
    found = [(claim.stance.value, claim.proposition.of(doc.text), _attributes(doc, claim)) for claim in doc._.claims]
    for expected in case.expected:
        matching = [attributes for stance, words, attributes in found if (stance, words) == expected.words]
        assert any(expected.attributes.items() <= attributes.items() for attributes in matching), found


def test_a_claim_points_to_the_event_it_is_about(read: ReadText):
    doc = read("Orlik said that police had arrested nine students.")
    [claim] = [claim for claim in doc._.claims if claim.holder is not None]
    triggers = [doc._.events[index].trigger.of(doc.text) for index in claim.about_events]
    assert "arrested" in triggers
    assert claim.quote == 0


def test_a_claim_points_to_its_figures(read: ReadText):
    doc = read("At least forty people were killed, according to the fire brigade.")
    [claim] = [claim for claim in doc._.claims if claim.holder is not None]
    assert [doc._.figures[index].low for index in claim.figures] == [40]


def test_header_and_boilerplate_claim_nothing(read: ReadText):
    text = "date 2020-01-01 The mine closed in March. Our readers love this page."
    extra = Span(start=text.index("Our"), end=len(text))
    doc = read(text, header=Span(start=0, end=15), boilerplate=(extra,))
    assert [claim.proposition.of(text) for claim in doc._.claims] == ["The mine closed in March"]


@settings(max_examples=40, deadline=None)
@given(
    words=st.lists(
        st.sampled_from(
            [
                "Orlik",
                "said",
                "that",
                "not",
                "denied",
                "if",
                '"',
                ",",
                ".",
                "the mine",
                "closed",
                "may",
                "?",
                "\n",
                "and",
            ]
        ),
        max_size=25,
    )
)
def test_any_words_give_claims_inside_the_text(read: ReadText, words: list[str]):
    doc = read(" ".join(words))
    for claim in doc._.claims:
        assert 0 <= claim.proposition.start < claim.proposition.end <= len(doc.text)
        assert claim.proposition.of(doc.text).strip() == claim.proposition.of(doc.text)
        assert claim.holder is None or claim.holder < len(doc._.mentions)
        assert claim.quote is None or claim.quote < len(doc._.quotes)
        assert all(index < len(doc._.events) for index in claim.about_events)


def test_every_word_of_attitude_has_a_stance():
    rows = list(wordlists.rows("attitude_words.tsv"))
    assert len({row[0] for row in rows}) == len(rows)
    assert {row[1] for row in rows} <= {stance.value for stance in Stance}
