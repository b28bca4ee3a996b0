"""Chains; the sentences are in tests/cases/coreference: ``chain`` words are one thing, ``apart`` words are not."""

from __future__ import annotations

import pytest
from spacy.tokens import Doc

from newskb.notation import Case
from tests.nlp.conftest import ReadText, cases


def _chains(doc: Doc, words: str) -> set[int]:
    return {mention.chain for mention in doc._.mentions if mention.span.of(doc.text) == words}


@pytest.mark.parametrize("case", cases("coreference"), ids=lambda case: case.title)
def test_a_text_gives_the_chains_of_its_case(case: Case, read: ReadText):
    doc = read(case.text)
    for expected in case.expected:
        first, second = (_chains(doc, words) for words in expected.words)
        assert first
        assert second
        if expected.layer == "chain":
            assert first == second
            assert len(first) == 1
        else:
            assert not first & second


def test_two_counterparts_are_the_two_people_named_before(read: ReadText):
    doc = read("Marta Hruba and Pavel Orlik met in Oslo. The two counterparts signed a treaty.")
    [pair] = [mention for mention in doc._.mentions if mention.span.of(doc.text) == "The two counterparts"]
    named = _chains(doc, "Marta Hruba") | _chains(doc, "Pavel Orlik")
    assert set(pair.members) == named


def test_chains_are_numbered_by_first_appearance(read: ReadText):
    doc = read("Marta Hruba met Pavel Orlik. She thanked Orlik.")
    seen: list[int] = []
    for mention in doc._.mentions:
        if mention.chain not in seen:
            seen.append(mention.chain)
    assert seen == sorted(seen)
