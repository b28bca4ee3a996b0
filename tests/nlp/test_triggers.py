"""Triggers and what belongs to them, on trees of one sentence with each of the attachments that parsers give it."""

from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Doc

from newskb.model import Mention, MentionForm, Span
from newskb.nlp.eventdates import place_of
from newskb.nlp.events import read_events
from newskb.nlp.figures import find_figures
from newskb.nlp.participants import Cast
from newskb.nlp.triggers import find_triggers

_VOCAB = spacy.blank("en").vocab


def tree(source: str, *, names: str = "", people: str = "") -> Doc:
    """A sentence from ``word/part of speech/tag/relation/head``, the head as the number of its word."""
    rows = [row.split("/") for row in source.split()]
    words, parts, tags, relations, heads = zip(*rows, strict=True)
    doc = Doc(
        _VOCAB,
        words=list(words),
        pos=list(parts),
        tags=list(tags),
        deps=list(relations),
        heads=[int(head) for head in heads],
        lemmas=[{"called": "call", "signed": "sign", "left": "leave", "killed": "kill"}.get(w, w) for w in words],
    )
    doc._.mentions = [
        Mention(span=span, head=span, form=form, label=label, chain=token.i)
        for token in doc
        for found, form, label in ((names, MentionForm.NAME, "GPE"), (people, MentionForm.NOMINAL, "GROUP"))
        if token.text in found.split()
        for span in [Span(start=token.idx, end=token.idx + len(token))]
    ]
    return doc


def triggers(doc: Doc) -> list[str]:
    """The words of the triggers."""
    return [doc[found.start : found.end].text for found in find_triggers(doc, Cast(doc))]


@pytest.mark.parametrize(
    "on",
    ["on/ADP/RP/compound:prt/1 bishops/NOUN/NNS/obj/1", "on/ADP/IN/case/3 bishops/NOUN/NNS/obl/1"],
    ids=["a particle of the verb", "a preposition of the noun"],
)
def test_a_multi_word_verb_is_one_trigger_wherever_its_particle_hangs(on: str) -> None:
    doc = tree(f"Chad/PROPN/NNP/nsubj/1 called/VERB/VBD/root/1 {on}", names="Chad", people="bishops")
    assert triggers(doc) == ["called on"]


def test_a_preposition_that_is_no_particle_is_no_part_of_the_trigger() -> None:
    doc = tree("Chad/PROPN/NNP/nsubj/1 called/VERB/VBD/root/1 for/ADP/IN/case/3 votes/NOUN/NNS/obl/1", names="Chad")
    assert triggers(doc) == ["called"]


@pytest.mark.parametrize(
    "after", ["after/ADP/IN/case/3 talks/NOUN/NNS/obl/1", "after/SCONJ/IN/mark/3 talks/VERB/NNS/advcl/1"]
)
def test_a_noun_that_the_tree_calls_a_clause_is_a_trigger(after: str) -> None:
    doc = tree(
        f"Chad/PROPN/NNP/nsubj/1 left/VERB/VBD/root/1 {after} with/ADP/IN/case/5 Mali/PROPN/NNP/nmod/3",
        names="Chad Mali",
    )
    assert "talks" in triggers(doc)


def test_a_verb_with_the_tag_of_a_noun_is_one_when_it_has_a_subject() -> None:
    doc = tree("Rebels/NOUN/NNS/nsubj/1 talks/VERB/NNS/root/1", people="Rebels")
    assert triggers(doc) == []


@pytest.mark.parametrize("head", ["1", "2"], ids=["the verb", "its object"])
def test_the_place_of_an_agreement_is_found_below_the_verb_and_below_its_object(head: str) -> None:
    doc = tree(
        f"Chad/PROPN/NNP/nsubj/1 signed/VERB/VBD/root/1 agreement/NOUN/NN/obj/1 in/ADP/IN/case/4 "
        f"Doha/PROPN/NNP/{'obl' if head == '1' else 'nmod'}/{head}",
        names="Chad Doha",
    )
    cast = Cast(doc)
    (trigger,) = find_triggers(doc, cast)
    place = place_of(trigger.token, cast, frozenset((1,)), end=trigger.end)
    assert place is not None
    assert cast.mention(place).span.of(doc.text) == "Doha"


@pytest.mark.parametrize("head", ["2", "0"], ids=["the first side", "the noun"])
def test_the_sides_of_a_meeting_are_read_wherever_the_list_hangs(head: str) -> None:
    doc = tree(
        f"meeting/NOUN/NN/root/0 between/ADP/IN/case/2 unions/NOUN/NNS/nmod/0 ,/PUNCT/,/punct/4 "
        f"miners/NOUN/NNS/conj/{head} and/CCONJ/CC/cc/6 bishops/NOUN/NNS/conj/4",
        people="unions miners bishops",
    )
    doc._.times, doc._.quotes, doc._.skipped = [], [], []
    ((event, _),) = read_events(doc, [])
    words = [doc._.mentions[index].span.of(doc.text) for index in (*event.actors, *event.recipients)]
    assert words == ["unions", "miners", "bishops"]


@pytest.mark.parametrize(
    "tree_of_people",
    [
        "Tens/NOUN/NNS/nsubj/5 of/ADP/IN/case/2 thousands/NOUN/NNS/nmod/0 of/ADP/IN/case/4 people/NOUN/NNS/nmod/2",
        "Tens/NOUN/NNS/nsubj/5 of/ADP/IN/case/2 thousands/NOUN/NNS/nmod/0 of/ADP/IN/case/4 people/NOUN/NNS/nmod/0",
        "Tens/NOUN/NNS/nmod/4 of/ADP/IN/case/2 thousands/NOUN/NNS/nmod/0 of/ADP/IN/case/4 people/NOUN/NNS/nsubj/5",
    ],
)
def test_what_a_plural_count_counts_stands_behind_its_of(tree_of_people: str) -> None:
    doc = tree(f"{tree_of_people} marched/VERB/VBD/root/5")
    doc._.times, doc._.skipped = [], []
    (figure,) = find_figures(doc)
    assert figure.figure.span.of(doc.text) == "Tens of thousands of people"


@pytest.mark.parametrize(
    "wounded", ["30/NUM/CD/nummod/5 wounded/NOUN/NNS/conj/1", "30/NUM/CD/nsubj/5 wounded/ADJ/JJ/conj/2"]
)
def test_the_wounded_are_counted_as_a_noun_and_as_a_predicate(wounded: str) -> None:
    doc = tree(
        f"12/NUM/CD/nummod/1 people/NOUN/NNS/nsubj:pass/2 killed/VERB/VBN/root/2 and/CCONJ/CC/cc/5 {wounded}",
        people="people",
    )
    doc._.times, doc._.skipped = [], []
    assert [found.figure.span.of(doc.text) for found in find_figures(doc)] == ["12 people", "30 wounded"]
