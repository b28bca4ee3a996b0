"""Chains; the sentences are in tests/cases/coreference: ``chain`` words are one thing, ``apart`` words are not."""

from __future__ import annotations

import pytest
from spacy.tokens import Doc

from newskb.model import Mention, MentionForm, Span
from newskb.nlp.coreference import resolve
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


def test_a_name_of_marks_alone_is_a_chain_of_its_own(read: ReadText):
    doc = read("Marta Hruba thanked -- and left.")
    marks = doc.text.index("--")
    name = Mention(
        span=Span(start=marks, end=marks + 2),
        head=Span(start=marks, end=marks + 2),
        form=MentionForm.NAME,
        label="PERSON",
        chain=len(doc._.mentions),
    )
    doc._.mentions = sorted([*doc._.mentions, name], key=lambda mention: mention.span)
    chains = [mention.chain for mention in resolve(doc) if mention.span == name.span]
    assert len(chains) == 1
    assert set(chains).isdisjoint(_chains(doc, "Marta Hruba"))


def _members(doc: Doc, words: str) -> set[int]:
    [plural] = [mention for mention in doc._.mentions if mention.span.of(doc.text) == words]
    return set(plural.members)


def test_three_villages_are_not_the_three_cities_named_before(read: ReadText):
    doc = read("Pavel Orlik flew to Oslo, Bergen and Tromso. Three villages burnt.")
    assert _members(doc, "Three villages") == set()


def test_the_names_behind_a_plural_are_its_members(read: ReadText):
    doc = read("Snow fell in Tromso and in Paris. The two cities, Oslo and Bergen, are empty.")
    assert _members(doc, "The two cities") == _chains(doc, "Oslo") | _chains(doc, "Bergen")


INTERVIEW = """Marta Hruba keeps bees. Hruba sells her honey in Oslo.

How did you begin?

I had an uncle with two hives.

What do you like best?

I like the silence.

Do your neighbours mind?

They have never told me."""


def test_you_of_an_interview_is_the_guest_who_answers(read: ReadText):
    doc = read(INTERVIEW)
    assert _chains(doc, "you") == _chains(doc, "I") == _chains(doc, "your") == _chains(doc, "Marta Hruba")


def test_a_text_that_asks_its_reader_once_is_no_interview(read: ReadText):
    doc = read("Marta Hruba keeps bees.\n\nWould you?\n\nI would not.")
    assert not _chains(doc, "you") & _chains(doc, "I")
    assert not _chains(doc, "I") & _chains(doc, "Marta Hruba")


def test_i_in_a_quotation_is_a_person_whatever_the_speaker_is_taken_for(read: ReadText):
    doc = read('"I will not resign," the Birdman said.')
    [speaker] = [mention for mention in doc._.mentions if mention.span.of(doc.text) == "I"]
    assert speaker.label == "PERSON"


def test_each_man_has_a_wife_of_his_own(read: ReadText):
    doc = read("Pavel Orlik came with his wife. Karim Haddad left, and his wife stayed.")
    assert len(_chains(doc, "his wife")) == 2


def test_those_who_stayed_are_not_those_who_left(read: ReadText):
    doc = read("Those who left were angry. Those who stayed were not.")
    assert len(_chains(doc, "Those")) == 2


TRANSCRIPT = """Remarks by President Marta Hruba and Vice President Karim Haddad

THE VICE PRESIDENT: I am glad to be here.

THE PRESIDENT: I am glad, too. Karim, you are a friend."""


def test_i_of_a_transcript_is_who_is_said_to_speak(read: ReadText):
    doc = read(TRANSCRIPT)
    first, second = (mention.chain for mention in doc._.mentions if mention.span.of(doc.text) == "I")
    assert first != second
    [you] = _chains(doc, "you")
    assert _chains(doc, "Karim") == {you}
    assert you != second


def test_an_answer_that_asks_back_is_an_answer(read: ReadText):
    asks_back = "I like the silence. I like my bees. Would you not?"
    doc = read(INTERVIEW.replace("I like the silence.", asks_back))
    assert len(_chains(doc, "I")) == 1


PLURALS = [
    ("Marta Hruba and Pavel Orlik met in Oslo. Both ministers signed the treaty. They left.", "Both ministers"),
    ("Marta Hruba met Pavel Orlik in Oslo. The two signed a treaty.", "The two"),
    ("Marta Hruba and Pavel Orlik met in Oslo. Both said no.", "Both"),
    ("Marta Hruba and Pavel Orlik met in Oslo. They said no.", "They"),
    ("Marta Hruba and Pavel Orlik married in Oslo. The couple have a son.", "The couple"),
]


@pytest.mark.parametrize(("text", "words"), PLURALS)
def test_a_plural_stands_for_the_people_just_named(read: ReadText, text: str, words: str):
    doc = read(text)
    assert _members(doc, words) == _chains(doc, "Marta Hruba") | _chains(doc, "Pavel Orlik")


def test_two_plurals_for_the_same_people_are_one_chain(read: ReadText):
    doc = read("Marta Hruba and Pavel Orlik met in Oslo. Both ministers signed the treaty. The two left.")
    assert _chains(doc, "Both ministers") == _chains(doc, "The two")


def test_two_countries_are_members_of_both_countries(read: ReadText):
    doc = read("Peru and Chile signed a treaty. Both countries will cut tariffs.")
    assert _members(doc, "Both countries") == _chains(doc, "Peru") | _chains(doc, "Chile")


def test_we_of_a_person_in_quotes_is_a_group_with_the_speaker(read: ReadText):
    doc = read('"We will not leave," Marta Hruba said. "Nobody breaks our spirit."')
    assert _members(doc, "We") == _members(doc, "our") == _chains(doc, "Marta Hruba")
    assert _chains(doc, "We") == _chains(doc, "our")
