"""Lists of past tenses whose middle one the parser takes for a participle."""

import pytest

from newskb.nlp.encoder import Word
from newskb.nlp.mending import mended

TEXTS = ["Oslo", "backed", "Orlik", ",", "called", "on", "Hruba", "to", "quit", ",", "and", "sent", "money"]
HEADS = (1, 1, 1, 4, 2, 6, 4, 8, 4, 11, 11, 1, 11)
RELATIONS = ("nsubj", "root", "obj", "punct", "acl", "case", "obl", "mark", "advcl", "punct", "cc", "conj", "obj")
TAGS = ("NNP", "VBD", "NNP", ",", "VBN", "IN", "NNP", "TO", "VB", ",", "CC", "VBD", "NN")


def words(tags: tuple[str, ...] = TAGS) -> list[Word]:
    return [
        Word(tag=tag, pos="X", head=head, relation=relation, name="O", starts_sentence=index == 0)
        for index, (tag, head, relation) in enumerate(zip(tags, HEADS, RELATIONS, strict=True))
    ]


def test_the_middle_of_a_list_of_past_tenses_is_one_of_them() -> None:
    found = mended(TEXTS, words())
    assert (found[4].relation, found[4].head, found[4].tag, found[4].pos) == ("conj", 1, "VBD", "VERB")
    assert [word for index, word in enumerate(found) if index != 4] == words()[:4] + words()[5:]


@pytest.mark.parametrize(
    ("place", "text"),
    [(5, "by"), (3, "who"), (9, "then")],
    ids=["an agent", "no comma before it", "no comma before the conjunction"],
)
def test_a_participle_stays_one(place: int, text: str) -> None:
    texts = [*TEXTS[:place], text, *TEXTS[place + 1 :]]
    assert mended(texts, words()) == words()


def test_a_participle_after_a_present_tense_stays_one() -> None:
    tags = ("NNP", "VBZ", *TAGS[2:])
    assert mended(TEXTS, words(tags=tags)) == words(tags=tags)
