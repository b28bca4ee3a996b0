"""What the grammar says is one thing becomes one chain: appositions, predicates, relative pronouns, reflexives."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from newskb.model import MentionForm
from newskb.nlp import wordlists
from newskb.nlp.chains import SUBJECTS, Chain, Chains, Item
from newskb.nlp.pronouns import relative_clause

_NEGATIONS = frozenset(("not", "n't", "n’t", "never"))
_KINDS = (
    frozenset(("PERSON", "OTHER")),
    frozenset(("ORG", "GROUP", "NORP", "OTHER", "PRODUCT", "WORK_OF_ART")),
    frozenset(("GPE", "LOC", "FAC", "OTHER")),
)
"""Labels that two mentions of one thing may have: "the capital" is no name of a party, whatever the commas say."""


def join_neighbours(chains: Chains) -> None:
    """Title and name ("the opposition leader Juan Guaido"), apposition ("Lavrov, the minister"), predicate."""
    by_start = {item.start: item for item in chains.items if item.is_name}
    for item in chains.items:
        if item.mention.form != MentionForm.NOMINAL:
            continue
        follower = by_start.get(item.end)
        if follower is not None and follower.is_person and item.is_person:
            chains.join(item, follower)
            continue
        other = _same_thing(chains, item) or _set_off(chains, item) or _set_off_behind(chains, item)
        if other is not None and can_be_same(chains.of(item), chains.of(other)):
            chains.join(item, other)
            if other.pronoun is not None and other.index > item.index:
                chains.waiting.add(other.index)  # "used as a goalkeeper, he played twice"

    for item in by_start.values():
        governor = chains.by_head.get(item.head.head.i)
        if (
            item.head.dep_ == "appos"
            and not _is_listed(item.head)
            and governor is not None
            and governor.mention.form == MentionForm.NOMINAL
            and can_be_same(chains.of(item), chains.of(governor))
        ):
            chains.join(governor, item)


def _same_thing(chains: Chains, item: Item) -> Item | None:
    """The mention that the grammar makes this noun phrase an apposition or a predicate of."""
    head = item.head
    if head.dep_ == "appos":
        return None if _is_listed(head) else chains.by_head.get(head.head.i)
    if head.dep_ == "nmod:desc" and head.i < head.head.i and head.nbor().text == ",":
        return chains.by_head.get(head.head.i)  # "the prime minister, Ida Sand"
    if (other := _becomes(chains, head) or _in_the_role(chains, head)) is not None:
        return other
    if any(child.dep_ == "cop" for child in head.children):
        subject = _subject(head)
        return None if subject is None or _is_unreal(head) else chains.by_head.get(subject.i)
    if (pronoun := all_of(head)) is not None:
        return chains.by_head.get(pronoun.i)
    if head.dep_ == "conj" and item.is_person and _is_further_role(head):
        # "was a painter and engraver", "a lawyer and diplomat"
        first = chains.by_head.get(head.head.i)
        return _same_thing(chains, first) if first is not None and first.mention.form == MentionForm.NOMINAL else None
    if head.dep_ in ("xcomp", "ccomp"):
        # "proclaimed himself interim president"
        objects = [child for child in head.head.children if child.dep_ in ("obj", "iobj")]
        return chains.by_head.get(objects[0].i) if objects else None
    return None


def _set_off(chains: Chains, item: Item) -> Item | None:
    """The person's name between the commas behind a phrase, whatever the parser says: "his father, Karim, left"."""
    end = item.end
    if not item.is_person or item.number == "p" or end >= len(chains.doc) or chains.doc[end].text != ",":
        return None
    if item.start and chains.doc[item.start - 1].text == ",":
        return None  # in a list
    for index in range(item.index + 1, min(item.index + 4, len(chains.items))):
        other = chains.items[index]
        title = chains.titles.get(other.index, other.start)
        if other.is_name and other.is_person and title == end + 1 and other.end + 1 < len(chains.doc):
            is_list = chains.doc[other.end + 1].lower_ in ("and", "or")
            return other if chains.doc[other.end].text == "," and not is_list else None
    return None


def _set_off_behind(chains: Chains, item: Item) -> Item | None:
    """The person's name before the comma and a role, whatever the parser says: "Karim, undersecretary, left"."""
    start, last = item.start, item.head.right_edge.i + 1
    doc = chains.doc
    if not item.is_person or item.number == "p" or start < 2 or doc[start - 1].text != "," or last >= len(doc):
        return None
    if doc[start].tag_ == "PRP$" or item.head.dep_ == "conj" or doc[last].text not in (",", ".", ")"):
        return None
    before = chains.by_head.get(start - 2)
    if before is None or not before.is_name or not before.is_person or before.end != start - 1:
        return None
    return None if before.head.dep_ == "conj" or any(child.dep_ == "conj" for child in before.head.children) else before


def _becomes(chains: Chains, head: Token) -> Item | None:
    """Who is said to hold the place that the noun names: "became mayor", "served as envoy", "was named judge"."""
    verb = head.head
    lemma = verb.lemma_.lower()
    cases = {child.lower_ for child in head.lefts if child.dep_ == "case"}
    is_role = "as" in cases
    kind = wordlists.table("role_verbs.tsv").get(lemma)
    if (
        (kind == "become" and head.dep_ in ("obj", "xcomp"))
        or (kind == "serve" and is_role and head.dep_ == "obl")
        or (kind == "promote" and cases & {"as", "to"} and head.dep_ == "obl")
        or (kind == "name" and verb.tag_ == "VBN" and (head.dep_ in ("xcomp", "obj") or is_role))
    ):
        subject = _subject(verb)
        if _is_unreal(verb):
            return None
        is_passive = subject is not None and subject.dep_ == "nsubj:pass"
        if subject is not None and (is_passive or kind not in ("name", "promote")):
            return chains.by_head.get(subject.i)
    return None


def all_of(head: Token) -> Token | None:
    """The pronoun of "all of us", "both of them"."""
    if head.lower_ not in ("all", "both"):
        return None
    return next((child for child in head.rights if child.dep_ == "nmod" and child.pos_ == "PRON"), None)


def _in_the_role(chains: Chains, head: Token) -> Item | None:
    """Who does something "as an envoy", "as a child": the subject, or the object of a verb that has one."""
    cases = [child for child in head.lefts if child.dep_ == "case"]
    if len(cases) != 1 or cases[0].lower_ != "as" or head.tag_ in ("NNS", "NNPS"):
        return None
    place = head.head if head.dep_ == "conj" else head
    governor = place.head
    if place.dep_ == "nmod":  # "her career as a judge"
        owner = next((child for child in governor.children if child.dep_ == "nmod:poss"), None)
        return chains.by_head.get(owner.i) if owner is not None else None
    # "as president I must …" says that she is president, whatever she must do
    is_opening = place.i < governor.i
    if place.dep_ not in ("obl", "advcl") or governor.pos_ != "VERB" or (not is_opening and _is_unreal(governor)):
        return None
    whole = next((child for child in governor.rights if child.dep_ == "obj" and child.i < head.i), None)
    other = chains.by_head.get(whole.i) if whole is not None else None
    if other is not None and other.mention.label in ("PERSON", "OTHER"):
        return other
    subject: Token | None = place
    for _ in range(3):  # "the honour of serving as president": past the nouns that are no mentions
        subject = subject_of(subject) if subject is not None else None
        if subject is not None and subject.i in chains.by_head:
            return chains.by_head[subject.i]
    return None


def _is_further_role(head: Token) -> bool:
    """Whether a noun in a list after a role is another role of the same person: no clause of its own, one person."""
    return head.tag_ in ("NN", "NNP") and not any(child.dep_ in SUBJECTS for child in head.children)


def _is_unreal(predicate: Token) -> bool:
    """Whether the predicate is denied or only possible."""
    return any(
        child.lower_ in _NEGATIONS or (child.dep_ == "aux" and child.tag_ == "MD") for child in predicate.children
    )


def _subject(predicate: Token) -> Token | None:
    """Its own subject, or the one that it shares with the clause it continues ("recovered and became a prisoner")."""
    for _ in range(4):
        own = next((child for child in predicate.lefts if child.dep_ in ("nsubj", "nsubj:pass")), None)
        if own is not None or predicate.dep_ not in ("conj", "xcomp", "advcl"):
            return own
        predicate = predicate.head
    return None


def join_clause_bound(chains: Chains) -> None:
    """Relative pronouns with the noun before their clause, reflexives with the subject of theirs."""
    for item in chains.items:
        if item.pronoun is None:
            continue
        other: Item | None = None
        if item.pronoun.kind == "relative":
            clause = relative_clause(item.head)
            other = chains.by_head.get(clause.head.i) if clause is not None else None
        elif item.pronoun.kind == "reflexive" and (subject := subject_of(item.head)) is not None:
            other = chains.by_head.get(subject.i)
        if other is not None and other is not item and other.index < item.index:
            chains.join(other, item)


def subject_of(token: Token) -> Token | None:
    """Who does what the verb of the token's clause says: its subject, or for open clauses that of the verb above.

    "Persuaded Karim to defend himself": the object of the verb above, where it has one.
    """
    verb = token.head
    for _ in range(6):
        for child in verb.children:
            if child.dep_ in SUBJECTS and child.i != token.i:
                return child
        if verb.head == verb:
            return None
        if verb.dep_ == "acl":
            return verb.head
        if verb.dep_ == "xcomp":
            controller = next((child for child in verb.head.children if child.dep_ in ("obj", "iobj")), None)
            if controller is not None and controller.i != token.i:
                return controller
        verb = verb.head
    return None


def coordinated(head: Token) -> Iterator[Token]:
    """The heads of the list that ``head`` stands in, itself among them."""
    first = head.head if head.dep_ == "conj" else head
    yield first
    for child in first.children:
        if child.dep_ == "conj":
            yield child


def _is_listed(head: Token) -> bool:
    """Whether what looks like an apposition is part of a list: "the governor, the mayor and the bishop met"."""
    conjuncts = [child for child in head.children if child.dep_ == "conj"]
    if head.head.pos_ == "PROPN" and head.tag_ in ("NN", "NNP") and head.head.i < head.i:
        determiners = {child.lower_ for child in head.lefts if child.dep_ == "det"}
        if not determiners or (determiners <= {"a", "an"} and not any(_is_determined(child) for child in conjuncts)):
            return False  # "Hruba, professor of law", "Hruba, a lawyer and diplomat"
    if not conjuncts:
        # The conjunct may hang on the first of the list instead; a comma before its conjunction closes an apposition.
        after = head.right_edge.i + 1
        conjuncts = [
            child
            for child in head.head.children
            if child.dep_ == "conj" and any(part.dep_ == "cc" and part.i == after for part in child.children)
        ]
    if not conjuncts or head.head.tag_ in ("NNS", "NNPS"):
        return False
    end = max(child.right_edge.i for child in conjuncts) + 1
    return end < len(head.doc) and head.doc[end].text not in (",", ")", "-", "–", "—")


def _is_determined(noun: Token) -> bool:
    return any(child.dep_ in ("det", "nmod:poss") for child in noun.lefts)


def can_be_same(one: Chain, other: Chain) -> bool:
    """Whether gender, number and type allow that two chains are of one thing."""
    if not one.genders & other.genders:
        return False
    if "-" not in (one.number, other.number) and one.number != other.number:
        return False
    return one.label == other.label or any(one.label in kind and other.label in kind for kind in _KINDS)
