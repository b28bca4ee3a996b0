""" "He", "her", "it" and "they" become the most salient thing before them that agrees."""

from __future__ import annotations

from bisect import bisect_left

from newskb.nlp.chains import OBJECTS, SUBJECTS, WINDOW_MENTIONS, WINDOW_SENTENCES, Chains, Item, place_weight
from newskb.nlp.corefnominals import find_members
from newskb.nlp.corefsyntax import subject_of

LONG_WINDOW_SENTENCES = 12
"""How far a pronoun looks that is known to mean one of the mentions."""
RECENCY = 0.5
"""What salience keeps from one sentence to the next (Lappin and Leass 1994)."""
SPEAKER_INSIDE_QUOTE = 0.25
"""Weight of the presumed speaker for a third-person pronoun within his own words: "he" is mostly someone else."""
ACROSS_QUOTE = 0.6
"""Weight of an antecedent on the other side of a quotation mark."""

PROMINENCE = 0.1
"""What each earlier mention anywhere in the text adds to the salience of a chain, as a share: whom an article is about
is taken up again. On GUM persons 0.05 to 0.3 all gain."""
BODY_FOR_THEY = 0.5
"""Weight of an organisation as antecedent of "they", which mostly are people (GUM)."""
_SPATIAL = frozenset(("in", "around", "near", "inside", "outside", "into", "across", "throughout", "within"))


def resolve_pronoun(chains: Chains, item: Item, *, window: int = WINDOW_SENTENCES) -> None:
    """Join a pronoun of the third person with the most salient chain before it."""
    pronoun = item.pronoun
    if pronoun is None or pronoun.person < 3 or pronoun.kind == "relative":
        return
    if (ahead := _main_subject(chains, item)) is not None:
        chains.join(ahead, item)
        return
    scores: dict[int, float] = {}
    barred: set[int] = set()
    for other in chains.before(item, window, WINDOW_MENTIONS):
        root = chains.root(other)
        if not _agrees(chains, item, other):
            continue
        if _is_blocked(item, other):
            if other.end <= item.start and pronoun.gender in ("m", "f"):
                barred.add(root)  # "his father asked him": no other mention of the father is meant either
            continue
        weight = other.weight * RECENCY ** (item.sentence - other.sentence)
        if pronoun.number == "p" and other.mention.label == "ORG":
            weight *= BODY_FOR_THEY
        if bool(item.quote) != bool(other.quote):
            weight *= ACROSS_QUOTE
        speaker = chains.speakers.get(item.quote) if item.quote else None
        if speaker is not None and chains.root(chains.items[speaker]) == root:
            weight *= SPEAKER_INSIDE_QUOTE
        scores[root] = scores.get(root, 0.0) + weight
    if not scores and chains.is_closed and window < LONG_WINDOW_SENTENCES:
        resolve_pronoun(chains, item, window=LONG_WINDOW_SENTENCES)
        return
    scores = {
        root: score * (1 + PROMINENCE * _told_so_far(chains, root, item))
        for root, score in scores.items()
        if root not in barred
    }
    if not scores:
        if pronoun.number == "p":
            find_members(chains, item, 2)
        return
    # "in Venezuela and around it": a place before anything else
    places = {root: score for root, score in scores.items() if chains.known[root].label in ("GPE", "LOC", "FAC")}
    if not any(child.lower_ in _SPATIAL for child in item.head.children):
        places = {}
    scores = places or scores
    best = max(scores, key=lambda root: (scores[root], root))
    may_be_none = pronoun.gender in ("n", "-") and not places and not chains.is_closed
    if may_be_none and _distraction(chains, item) > scores[best]:
        return
    if pronoun.number == "p" and chains.known[best].number == "s" and find_members(chains, item, 2):
        return
    chains.join(chains.items[best], item)


def _main_subject(chains: Chains, item: Item) -> Item | None:
    """The name behind a pronoun of an opening clause: "asked about her plans, Hruba said"."""
    sentence = item.head.sent
    clause = item.head
    while clause.dep_ not in ("advcl", "root", "ROOT") and clause.head != clause:
        clause = clause.head
    is_opening = clause.dep_ == "advcl" and clause.i < clause.head.i and clause.left_edge.i <= sentence.start + 1
    if not is_opening or any(child.dep_ in SUBJECTS for child in clause.children):
        return None
    subject = next((child for child in clause.head.lefts if child.dep_ in SUBJECTS), None)
    other = chains.by_head.get(subject.i) if subject is not None and subject.i > item.head.i else None
    if other is None or other.pronoun is not None or not _agrees(chains, item, other):
        return None
    return other


def _told_so_far(chains: Chains, root: int, item: Item) -> int:
    return bisect_left(chains.known[root].items, item.index)


def _agrees(chains: Chains, item: Item, other: Item) -> bool:
    chain = chains.of(other)
    if (other.pronoun is not None and other.pronoun.person < 3) or other.head.dep_ == "vocative":
        return False
    if other.pronoun is not None and len(chain.items) == 1 and other.genders != item.genders:
        return False
    if other.mention.label == "NORP" and other.number == "s":
        return False
    if not chain.genders & item.genders:
        return False
    if item.pronoun is not None and item.pronoun.gender in ("m", "f"):
        return chain.label in ("PERSON", "OTHER") and chain.number != "p" and other.mention.label != "GROUP"
    if item.number == "s":
        return chain.number != "p" and chain.label != "PERSON"
    return chain.number != "s" or chain.label in ("ORG", "GROUP")


def _is_blocked(item: Item, other: Item) -> bool:
    """Binding: "Lavrov met him" is not Lavrov; "his brother" is not the brother."""
    if other.start <= item.start and item.end <= other.end:
        return True
    kind = item.pronoun.kind if item.pronoun else ""
    if kind == "personal":
        verb, word = item.head.head, other.head
        if item.head.dep_ in ("obj", "iobj", "obl", "obl:agent") and (
            word.head == verb or subject_of(item.head) == word
        ):
            return word.dep_ in SUBJECTS | OBJECTS
        if item.head.dep_ in SUBJECTS and word.head == verb and word.dep_ in ("obj", "obl", "iobj"):
            return word.dep_ != "obl"
    return False


def _distraction(chains: Chains, item: Item) -> float:
    """Salience of the best noun that is no mention ("the plan") and fits the pronoun in number."""
    wanted = ("NNS", "NNPS") if item.number == "p" else ("NN", "NNP")
    best = 0.0
    for index in range(item.start - 1, max(item.start - 40, -1), -1):
        token = chains.doc[index]
        distance = item.sentence - chains.sentence_of[index]
        if distance > 1:
            break
        is_thing = token.tag_ in wanted and token.pos_ == "NOUN" and not token.ent_type_
        if is_thing and index not in chains.by_head and token.dep_ in SUBJECTS | OBJECTS:
            best = max(best, place_weight(token) * RECENCY**distance)
    return best
