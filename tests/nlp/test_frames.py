"""The slots of verbs and nouns, on trees as parsers give them: also on trees that are wrong in the usual ways."""

from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Doc

from newskb.nlp.frames import preposition_of, verb_slots

_VOCAB = spacy.blank("en").vocab


def tree(source: str) -> Doc:
    """A sentence from ``word/tag/relation/head``, the head as the number of its word."""
    rows = [row.split("/") for row in source.split()]
    return Doc(
        _VOCAB,
        words=[row[0] for row in rows],
        tags=[row[1] for row in rows],
        pos=["VERB" if row[1].startswith("VB") else "NOUN" for row in rows],
        deps=[row[2] for row in rows],
        heads=[int(row[3]) for row in rows],
    )


def slots(source: str, verb: int) -> dict[str, list[str]]:
    """The words in the slots of the word with number ``verb``."""
    return {name: [token.text for token in tokens] for name, tokens in verb_slots(tree(source)[verb]).items()}


def test_a_noun_behind_its_verb_without_a_preposition_is_the_object() -> None:
    found = slots("Chad/NNP/nsubj/1 accused/VBD/root/1 Togo/NNP/obl/1 of/IN/case/4 fraud/NN/obl/1", 1)
    assert found == {"s": ["Chad"], "o": ["Togo"], "of": ["fraud"]}


@pytest.mark.parametrize(
    "source",
    [
        # passive: the noun behind it is no object
        "Chad/NNP/nsubj:pass/2 was/VBD/aux:pass/2 accused/VBN/root/2 Togo/NNP/obl/2",
        # an object is there already
        "Chad/NNP/nsubj/2 has/VBZ/aux/2 sent/VBD/root/2 Togo/NNP/obl/2 aid/NN/obj/2",
        # something stands between
        "Chad/NNP/nsubj/2 has/VBZ/aux/2 paid/VBD/root/2 again/RB/advmod/2 Togo/NNP/obl/2",
    ],
)
def test_a_bare_noun_elsewhere_is_no_object(source: str) -> None:
    assert "Togo" not in slots(source, 2).get("o", [])


def test_a_preposition_that_hangs_from_another_noun_belongs_to_the_phrase_that_it_opens() -> None:
    source = (
        "Chad/NNP/nsubj/1 agreed/VBD/root/1 to/TO/case/6 mediation/NN/obl/1 in/IN/case/6 the/DT/det/6 talks/NNS/nmod/3"
    )
    assert slots(source, 1)["to"] == ["mediation"]


def test_the_preposition_before_a_title_belongs_to_the_name() -> None:
    doc = tree("marched/VBD/root/0 against/IN/case/2 premier/NN/nmod:desc/3 Ana/NNP/obl/0 Lima/NNP/flat/3")
    assert preposition_of(doc[3]) == "against"


def test_a_possessor_before_a_title_is_no_preposition() -> None:
    doc = tree("saw/VBD/root/0 Chad/NNP/nmod:poss/3 's/POS/case/1 premier/NN/nmod:desc/4 Ana/NNP/obj/0")
    assert preposition_of(doc[4]) == ""


def test_a_participle_with_parts_of_a_noun_before_it_is_one() -> None:
    source = (
        "Boys/NNS/nsubj:pass/2 were/VBD/aux:pass/2 hurt/VBN/root/2 in/IN/case/6 Chadian/JJ/amod/5 army/NN/compound/6 "
        "shelling/VBG/advcl/2 of/IN/case/8 Kano/NNP/nmod/6"
    )
    found = slots(source, 6)
    assert (found["s"], found["o"]) == (["army"], ["Kano"])


def test_a_participle_without_them_shares_its_subject() -> None:
    source = "Rebels/NNS/nsubj/1 left/VBD/root/1 ,/,/punct/1 shelling/VBG/advcl/1 Kano/NNP/obj/3"
    found = slots(source, 3)
    assert (found["s"], found["o"]) == (["Rebels"], ["Kano"])


def test_behind_of_stands_no_subject() -> None:
    source = "Opponents/NNS/nsubj/3 of/IN/case/2 parliament/NN/nsubj/3 protested/VBD/root/3"
    assert slots(source, 3)["s"] == ["Opponents"]
