"""Mentions; the sentences are in tests/cases/mentions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from newskb.model import MentionForm
from newskb.nlp.mentions import ensure_mention, find_mentions
from newskb.notation import Case
from tests.nlp.conftest import ReadText, cases


@pytest.mark.parametrize("case", cases("mentions"), ids=lambda case: case.title)
def test_a_text_gives_the_mentions_of_its_case(case: Case, read: ReadText):
    doc = read(case.text)
    found = {(mention.form.value, mention.span.of(doc.text)): mention.label for mention in doc._.mentions}
    for expected in case.expected:
        if expected.is_absent:
            assert found == {}
        else:
            assert expected.words in found
            assert expected.attributes.get("label", found[expected.words]) == found[expected.words]


def test_a_title_is_kept_beside_the_name(read: ReadText):
    doc = read("Deputy Foreign Minister Karim Haddad arrived.")
    [mention] = [mention for mention in doc._.mentions if mention.form == MentionForm.NAME]
    assert mention.title is not None
    assert mention.title.of(doc.text) == "Deputy Foreign Minister"


def test_a_phrase_with_a_name_for_its_head_is_that_name(read: ReadText):
    doc = read("Foreign Minister Marta Hruba arrived.")
    index = ensure_mention(doc, 0, len("Foreign Minister Marta Hruba"))
    assert doc._.mentions[index].span.of(doc.text) == "Marta Hruba"


def test_a_phrase_that_is_no_mention_yet_becomes_one_and_moves_no_other(read: ReadText):
    doc = read("Marta Hruba read the letter.")
    before = list(doc._.mentions)
    start = doc.text.index("the letter")
    index = ensure_mention(doc, start, start + len("the letter"))
    assert index == len(before)
    assert doc._.mentions[:index] == before
    assert doc._.mentions[index].chain not in {mention.chain for mention in before}


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_gives_mentions_inside_it_in_order(read: ReadText, text: str):
    doc = read(text)
    for mention in doc._.mentions:
        assert 0 <= mention.span.start <= mention.head.start < mention.head.end <= mention.span.end <= len(text)
    starts = [mention.span.start for mention in doc._.mentions]
    assert len(starts) == len(doc._.mentions)


def test_letters_behind_a_name_name_nobody(read: ReadText):
    doc = read("The clinic was founded by Ida Sandberg, M.D., and Pavel Orlik in 1983.")
    named = [mention.span.of(doc.text) for mention in doc._.mentions if mention.form == MentionForm.NAME]
    assert named == ["Ida Sandberg", "Pavel Orlik"]


def test_a_name_that_marries_and_dies_is_a_person(nlp: Language):
    doc = nlp.make_doc("Horsiesios died in bed. Horsiesios sold his house.")
    heads, labels = [1, 1, 3, 1, 1, 6, 6, 8, 6, 6], ["nsubj", "root", "case", "obl", "punct"]
    doc = Doc(
        nlp.vocab,
        words=[token.text for token in doc],
        heads=heads,
        deps=[*labels, "nsubj", "root", "nmod:poss", "obj", "punct"],
        pos=["PROPN", "VERB", "ADP", "NOUN", "PUNCT", "PROPN", "VERB", "PRON", "NOUN", "PUNCT"],
        tags=["NNP", "VBD", "IN", "NN", ".", "NNP", "VBD", "PRP$", "NN", "."],
        lemmas=["Horsiesios", "die", "in", "bed", ".", "Horsiesios", "sell", "his", "house", "."],
        ents=["B-ORG", "O", "O", "O", "O", "B-GPE", "O", "O", "O", "O"],
    )
    names = [mention for mention in find_mentions(doc) if mention.form == MentionForm.NAME]
    assert [mention.label for mention in names] == ["PERSON", "PERSON"]


def test_your_head_is_nobody(read: ReadText):
    doc = read("What is in your head?")
    assert [mention.span.of(doc.text) for mention in doc._.mentions] == ["your"]


def test_two_bodies_with_a_slash_between_are_two_names(read: ReadText):
    doc = read("A Reuters/Ipsos poll was printed on Sunday.")
    named = [mention.span.of(doc.text) for mention in doc._.mentions if mention.form == MentionForm.NAME]
    assert named == ["Reuters", "Ipsos"]


def test_an_office_with_capitals_before_a_name_is_no_mention_of_its_own(read: ReadText):
    doc = read("Norway's Prime Minister Ingrid Dahl spoke first.")
    assert not [mention for mention in doc._.mentions if mention.form == MentionForm.NOMINAL]


def test_a_name_hung_on_the_possessor_before_its_office_makes_no_backward_phrase(nlp: Language):
    words = ["Obama", "'s", "security", "advisor", "James", "Jones", "left", "."]
    heads = [4, 0, 3, 4, 6, 0, 6, 6]
    deps = ["nmod:poss", "case", "compound", "nmod:desc", "nsubj", "flat", "root", "punct"]
    tags = ["NNP", "POS", "NN", "NN", "NNP", "NNP", "VBD", "."]
    pos = ["PROPN", "PART", "NOUN", "NOUN", "PROPN", "PROPN", "VERB", "PUNCT"]
    ents = ["B-PERSON", "O", "O", "O", "B-PERSON", "I-PERSON", "O", "O"]
    doc = Doc(nlp.vocab, words=words, heads=heads, deps=deps, tags=tags, pos=pos, lemmas=words, ents=ents)
    assert all(mention.span.start < mention.span.end for mention in find_mentions(doc))
