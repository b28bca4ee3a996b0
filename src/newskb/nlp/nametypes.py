"""Types of names, made to agree over a whole text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from spacy.tokens import Doc

from newskb.nlp import wordlists
from newskb.nlp.nounphrases import MAX_PHRASE_TOKENS, role_gender
from newskb.nlp.pronouns import pronouns
from newskb.nlp.titles import FORMS_OF_ADDRESS, Name, is_office
from newskb.text import fold

SIGNS_OF_A_PERSON = 2
"""How many signs in a text make a person of a name that the tagger took for a body or a place; a single one ("Hamas,
who", "Kiev died down") is often wrong."""
MAX_PERSON_TOKENS = 5
"""A person's name is rarely longer; a longer name is a body's."""
_PLACE_PREPOSITIONS = frozenset(("in", "from", "near", "outside"))
_MISTAKEN_LABELS = frozenset(("ORG", "GPE", "FAC", "PRODUCT", "WORK_OF_ART", "NORP", "EVENT", "LAW"))
"""Types that taggers give to persons whose names they do not know."""


def surface_of(doc: Doc, name: Name) -> str:
    """The form in which two names of one text are compared."""
    return fold(doc[name.start : name.end].text).replace(".", "")


def agree_on_types(doc: Doc, names: list[Name]) -> None:
    """One type for one surface; a lone surname has the type of its bearer.

    Lone surnames scatter over the types in every tagger; on CoNLL-2003 the surname rule is worth 3 points of F1.
    """
    votes: dict[str, Counter[str]] = {}
    for name in names:
        votes.setdefault(surface_of(doc, name), Counter())[name.label] += 1
    surnames = _surnames(doc, names)
    for name in names:
        surface = surface_of(doc, name)
        if surface in surnames and name.end - name.start == 1:
            before = doc[name.start - 1].lower_ if name.start else ""
            if name.label in ("GPE", "LOC") and before in _PLACE_PREPOSITIONS:
                continue  # "in Washington" beside a Denzel Washington
            name.label = "PERSON"
        else:
            name.label = max(votes[surface].items(), key=lambda item: item[1])[0]


def find_persons(doc: Doc, names: list[Name]) -> None:
    """Make persons of names that the tagger took for bodies or places, where the text speaks of them as of persons."""
    evidence: Counter[str] = Counter()
    for name in names:
        if name.label in _MISTAKEN_LABELS and _may_be_person(doc, name):
            evidence[surface_of(doc, name)] += _person_evidence(doc, name)
    persons = {surface for surface, signs in evidence.items() if signs >= SIGNS_OF_A_PERSON}
    for name in names:
        if name.label in _MISTAKEN_LABELS and surface_of(doc, name) in persons:
            name.label = "PERSON"


def _may_be_person(doc: Doc, name: Name) -> bool:
    words = doc[name.start : name.end]
    bodies = wordlists.words("organisation_nouns.txt")
    return (
        len(words) <= MAX_PERSON_TOKENS
        and not words.text.isupper()
        and all(word.text[0].isupper() or word.text in ("-", "de", "al", "bin", "van", "von") for word in words)
        and not any(word.lower_ in bodies or word.lower_ == "the" for word in words)
        and words[-1].tag_ != "NNPS"
        and (name.start == 0 or doc[name.start - 1].lower_ != "the")
    )


def _person_evidence(doc: Doc, name: Name) -> int:
    """How many signs there are around one occurrence of a name that it is a person's."""
    root = doc[name.start : name.end].root
    before = doc[name.start - 1] if name.start else None
    signs = 0
    if before is not None and before.lower_ in FORMS_OF_ADDRESS | {"dr", "dr.", "sir"}:
        signs += SIGNS_OF_A_PERSON
    elif before is not None and before.is_lower and before.head == root and is_office(before):
        signs += 1  # "the biologist Bos"
    if root.dep_ in ("nsubj", "nsubj:pass") and root.head.lemma_.lower() in wordlists.words("human_verbs.txt"):
        signs += 1
    is_owner = root.dep_ == "nmod:poss" or (root.dep_ == "nmod" and any(child.lower_ == "of" for child in root.lefts))
    if is_owner and root.head.lemma_.lower() in wordlists.words("human_possessions.txt"):
        signs += 1
    if root.dep_ in ("nsubj", "nsubj:pass") and _has_gendered_pronoun(doc, name):
        signs += 1
    for child in root.rights:
        if child.dep_ == "acl:relcl" and any(word.lower_ == "who" for word in child.lefts):
            signs += 1
        if child.dep_ == "appos" and child.tag_ == "NN" and role_gender(child.lemma_.lower()) is not None:
            signs += 1  # "Bos, a biologist"
    if name.end + 2 < len(doc) and doc[name.end].text == "," and doc[name.end + 1].text.isdigit():
        signs += doc[name.end + 2].text == "," and len(doc[name.end + 1]) == 2  # "Bos, 45, said"
    return signs


def _has_gendered_pronoun(doc: Doc, subject: Name) -> bool:
    """Whether "he" or "her" follows in the sentence with no other person before it: "Bos sold his house"."""
    sentence = doc[subject.start].sent
    first, last = (
        max(sentence.start, subject.start - MAX_PHRASE_TOKENS),
        min(sentence.end, subject.end + MAX_PHRASE_TOKENS),
    )
    if any(token.ent_type_ == "PERSON" or role_gender(token.lemma_.lower()) for token in doc[first : subject.start]):
        return False
    for token in doc[subject.end : last]:
        if token.ent_type_ == "PERSON" or (token.pos_ == "NOUN" and role_gender(token.lemma_.lower())):
            return False
        if token.tag_ in ("PRP", "PRP$") and (form := pronouns().get(token.lower_)) is not None and form.gender in "mf":
            return True
    return False


def _surnames(doc: Doc, names: Iterable[Name]) -> set[str]:
    return {
        fold(doc[name.end - 1].text).replace(".", "")
        for name in names
        if name.label == "PERSON" and name.end - name.start > 1
    }
