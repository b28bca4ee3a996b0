"""Chains over mentions that somebody else has marked."""

from __future__ import annotations

import re

import pytest

from newskb.model import Span
from newskb.nlp.given import resolve_given
from tests.nlp.conftest import ReadText

TEXT = (
    'The mayor, Mrs. Marta Hruba, met Pavel Orlik and Karim Haddad. "I am glad," Orlik said. '
    "They left the hall. The mayor thanked us all."
)


def spans(text: str, *marked: str) -> list[Span]:
    """Where the words are, each behind the one before."""
    found, start = [], 0
    for words in marked:
        match = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)").search(text, start)
        assert match is not None, words
        found.append(Span(start=match.start(), end=match.end()))
        start = match.start()
    return found


def test_marked_mentions_get_the_chains_of_the_text(read: ReadText):
    doc = read(TEXT)
    marked = spans(TEXT, "The mayor", "Mrs. Marta Hruba", "Pavel Orlik", "I", "Orlik", "The mayor", "us all")
    mayor, hruba, orlik, i, orlik_again, mayor_again, us = resolve_given(doc, marked)
    assert mayor == hruba == mayor_again == 0
    assert orlik == i == orlik_again == 1
    assert us == 2


def test_several_in_one_phrase_are_not_the_first_of_them(read: ReadText):
    doc = read(TEXT)
    both, orlik = resolve_given(doc, spans(TEXT, "Pavel Orlik and Karim Haddad", "Pavel Orlik"))
    assert both != orlik


def test_mentions_that_are_not_marked_join_nothing(read: ReadText):
    doc = read("Marta Hruba left. She smiled.")
    before = list(doc._.mentions)
    assert resolve_given(doc, spans(doc.text, "She")) == [0]
    assert doc._.mentions == before


def test_chains_come_in_the_order_of_the_spans_that_were_given(read: ReadText):
    doc = read("Marta Hruba left. Pavel Orlik stayed.")
    hruba, orlik = spans(doc.text, "Marta Hruba", "Pavel Orlik")
    assert resolve_given(doc, [orlik, hruba, orlik]) == [1, 0, 1]


def test_a_span_outside_the_text_is_refused(read: ReadText):
    doc = read("Marta Hruba left.")
    with pytest.raises(ValueError, match="no token"):
        resolve_given(doc, [Span(start=90, end=99)])


def test_two_roles_are_one_person_and_two_people_are_two(read: ReadText):
    doc = read("Marta Hruba was a painter and engraver. She met the king and queen. The king smiled.")
    hruba, roles, pair, king = resolve_given(
        doc, spans(doc.text, "Marta Hruba", "a painter and engraver", "the king and queen", "The king")
    )
    assert hruba == roles
    assert pair != king


def test_a_list_is_who_two_brothers_are(read: ReadText):
    doc = read("He had two brothers, Niklas and Johan. They left.")
    brothers, both, they = resolve_given(doc, spans(doc.text, "two brothers", "Niklas and Johan", "They"))
    assert brothers == both == they


def test_a_pronoun_that_means_somebody_looks_far_back(read: ReadText):
    doc = read(
        "Marta Hruba left. It rained. It snowed. The sea was grey. The wind blew. Nothing else happened. She slept."
    )
    assert resolve_given(doc, spans(doc.text, "Marta Hruba", "She")) == [0, 0]
