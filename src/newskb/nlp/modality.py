"""A clause becomes stance and certainty: negation, modals, hedges, conditions, questions, the word that reports.

How certainty is decided (after FactBank: Saurí and Pustejovsky 2009), the first line that fits:

- a question, an order, a wish, what should or must be, hearsay ("allegedly"): ``underspecified``
- "may", "might", "could", "perhaps", "would" and what is said under a condition: ``possible``; but a "would" that
  somebody said in the past is a "will"
- "probably", "expected to", "believes that", and whatever lies in the future or is planned: ``probable``, since nobody
  can have seen it
- everything else that is stated of past or present, also "could not" and "nobody could": ``certain``

Stance is the holder's attitude to the positive proposition: "the talks did not fail" denies that the talks failed, and
so does "denied that the talks failed"; denying a negated proposition affirms it. "Failed to reach the shaft" denies
that they reached it (a verb with a negative implication: Karttunen 1971).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from spacy.tokens import Doc, Token

from newskb.model import Certainty, Quote, QuoteType, Stance
from newskb.nlp import wordlists
from newskb.nlp.clauses import CONDITION_MARKS, PAIRED, SUBJECTS, Clause, verb_group

_RANK = (Certainty.CERTAIN, Certainty.PROBABLE, Certainty.POSSIBLE, Certainty.UNDERSPECIFIED)
_FUTURES_PAST = frozenset(("would", "'d"))
# "Parliament would agree, were the king to ask"; "Had the gates been closed, …"
_INVERTED = re.compile(r"(?:^|, )[Ww]ere (?:\S+ ){1,5}to \w|^(?:Had|Were|Should) [^,?]{3,80}, ")
_CLAUSES = frozenset(("ccomp", "csubj", "advcl", "acl", "xcomp"))
_FALSE = frozenset(("false", "untrue", "incorrect", "wrong", "nonsense"))
_TRUE = frozenset(("true", "correct", "right", "case", "fact"))
MAX_SPINE = 5
"""Words that one predicate may be made of ("is expected to be able to begin to …")."""


@dataclass(frozen=True, slots=True)
class Attitude:
    """What a reporting word makes of its complement; ``certainty`` None leaves it to the complement."""

    stance: Stance
    certainty: Certainty | None
    is_past: bool = False
    """The word stands in the past, so that "would" in its complement is a "will" of then."""


@dataclass(frozen=True, slots=True)
class Position:
    """How a holder stands to a proposition."""

    stance: Stance
    certainty: Certainty
    is_conditional: bool


PLAIN = Attitude(Stance.AFFIRM, None)
"""Of what is said without a word that says more."""


# --- words of attitude -----------------------------------------------------------------------------------------------


@cache
def attitudes() -> dict[str, Attitude]:
    """The words of attitude: verbs by their lemma, adjectives and participles as they are written."""
    return {
        verb: Attitude(Stance(stance), None if certainty == "-" else Certainty(certainty))
        for verb, stance, certainty in wordlists.rows("attitude_words.tsv")
    }


def attitude_word(token: Token) -> str | None:
    """The entry of ``attitudes`` that a token is ("ruled" in "ruled out": ``rule out``), None when it is none."""
    particle = next((child.lower_ for child in token.rights if child.dep_ == "compound:prt"), None)
    words = [f"{token.lemma_.lower()} {particle}"] if particle else []
    words += [token.lower_, token.lemma_.lower()]
    return next((word for word in words if word in attitudes()), None)


def attitude_of(token: Token) -> Attitude:
    """What a word of attitude makes of its complement where it stands, ``PLAIN`` for other words."""
    word = attitude_word(token)
    if word is None:
        return PLAIN
    found = attitudes()[word]
    if is_negated(token):
        found = _turned(word, found, by_nobody=any(is_nobody(child) for child in token.lefts))
    return replace(found, is_past=_is_past(token))


def attitude_of_cue(doc: Doc, quote: Quote) -> Attitude:
    """What the reporting words of a quote make of its content."""
    tokens = None if quote.cue is None else doc.char_span(quote.cue.start, quote.cue.end, alignment_mode="expand")
    for token in tokens or ():
        if attitude_word(token) is not None:
            found = attitude_of(token)
            return replace(found, is_past=found.is_past and quote.type != QuoteType.DIRECT)
    return PLAIN


def is_nobody(subject: Token) -> bool:
    """Whether the subject says that none does it ("nobody", "no one", "neither side")."""
    negations = wordlists.words("negation.txt")
    return subject.dep_ in SUBJECTS and (
        subject.lower_ in negations or any(child.lower_ in negations for child in subject.lefts if child.dep_ == "det")
    )


def is_content_clause(clause: Token) -> bool:
    """Whether a clause is what its governor says or holds; the parser takes some "that" clauses for adverbial ones."""
    return clause.dep_ in ("ccomp", "csubj", "csubj:pass") or (
        clause.dep_ == "advcl" and _opens_with(clause, ("that",))
    )


def is_interrogative(clause: Token) -> bool:
    """Whether a clause asks: "whether …", "who …", "when …"."""
    first = next((token for token in clause.subtree if not token.is_punct), clause)
    return first.tag_ in ("WP", "WRB", "WDT", "WP$") or first.lower_ in ("whether", "if")


def _is_past(verb: Token) -> bool:
    # "quoted him as saying", "left, adding that": the participle has the time of its verb
    verb = verb.head if verb.tag_ == "VBG" and verb.dep_ == "advcl" else verb
    return verb.tag_ in ("VBD", "VBN") or any(token.tag_ == "VBD" for token in verb_group(verb))


def _turned(word: str, attitude: Attitude, *, by_nobody: bool) -> Attitude:
    """The attitude under negation: who did not deny it does not yet say it, who does not believe it denies it."""
    if word == "rule out":
        return Attitude(Stance.AFFIRM, Certainty.POSSIBLE)
    if attitude.stance == Stance.DENY:
        # "nobody denies", "does not doubt": it is beyond doubt
        is_sure = by_nobody or attitude.certainty == Certainty.PROBABLE
        return Attitude(Stance.AFFIRM, Certainty.CERTAIN if is_sure else Certainty.UNDERSPECIFIED)
    if attitude.stance == Stance.AFFIRM and attitude.certainty == Certainty.PROBABLE:
        return Attitude(Stance.DENY, Certainty.PROBABLE)
    return Attitude(Stance.AFFIRM, Certainty.UNDERSPECIFIED)


# --- the whole -------------------------------------------------------------------------------------------------------


def position(doc: Doc, clause: Clause, attitude: Attitude) -> Position:
    """The stance and certainty of who says ``clause`` with ``attitude``."""
    conditional = _is_conditional(clause)
    stance, certainty = attitude.stance, attitude.certainty
    if stance != Stance.QUESTION and (_is_question(doc, clause) or _is_open(clause.head)):
        stance, certainty = Stance.QUESTION, Certainty.UNDERSPECIFIED
    elif stance != Stance.QUESTION and not clause.is_presupposed and _is_against(clause.head):
        stance = Stance.AFFIRM if stance == Stance.DENY else Stance.DENY
    inner = _certainty(doc, clause, denied=stance == Stance.DENY, is_conditional=conditional, is_past=attitude.is_past)
    if certainty is None or certainty == Certainty.CERTAIN:
        certainty = inner
    else:
        certainty = max(certainty, inner, key=_RANK.index)
    return Position(stance, certainty, conditional)


# --- stance ----------------------------------------------------------------------------------------------------------


def _is_against(head: Token) -> bool:
    """Whether the clause says that its positive proposition is not so; two negations say that it is."""
    against = is_negated(head)
    for word in _spine(head):
        against ^= _denies_complement(word)
        complement = _truth_complement(word)
        if complement is not None:
            against ^= word.lower_ in _FALSE
            against ^= is_negated(complement)
    return against


def _denies_complement(word: Token) -> bool:
    """ "Failed to reach", "has yet to publish", "stopped short of announcing": what follows did not happen."""
    complements = [child for child in word.rights if child.dep_ in ("xcomp", "advcl", "ccomp")]
    if word.lemma_.lower() in wordlists.words("failing_verbs.txt"):
        return any(_opens_with(child, ("to", "from")) for child in complements)
    if word.lemma_.lower() in ("have", "be"):
        return any(_opens_with(child, ("to",)) and child.left_edge.lower_ == "yet" for child in complements) or (
            any(child.lower_ == "yet" for child in word.rights)
            and any(_opens_with(child, ("to",)) for child in complements)
        )
    if word.lemma_.lower() == "stop":
        below = [child for part in word.rights if part.lower_ == "short" for child in part.rights]
        is_short = any(part.lower_ == "short" for part in word.rights)
        return is_short and any(_opens_with(child, ("of",)) for child in (*complements, *below))
    return False


def _opens_with(clause: Token, words: tuple[str, ...]) -> bool:
    return any(child.lower_ in words and child.dep_ in ("mark", "case") for child in clause.lefts)


def _truth_complement(word: Token) -> Token | None:
    """What "it is (not) true that …" says of its clause."""
    if word.lower_ not in _TRUE | _FALSE or not any(child.lower_ == "it" for child in word.lefts):
        return None
    return next((child for child in word.rights if is_content_clause(child)), None)


def _is_open(head: Token) -> bool:
    """ "It is unclear who signed", "it is not known whether they escaped": a question that the holder leaves open."""
    for word in _spine(head):
        asks = any(child.dep_ in _CLAUSES and is_interrogative(child) for child in word.rights)
        opens = wordlists.table("open_questions.tsv").get(word.lower_)
        if asks and opens is not None and (opens == "" or has_negation(head)):
            return True
    return False


def is_negated(head: Token) -> bool:
    """Whether the verb, its subject or its object is negated ("did not", "nobody", "found no evidence")."""
    if has_negation(head):
        return True
    negations = wordlists.words("negation.txt")
    for child in head.children:
        if child.dep_ in SUBJECTS or (child.dep_ == "obj" and child.i > head.i):
            first = child.doc[child.left_edge.i]
            if child.lower_ in negations or (
                first.lower_ in negations and first.lower_ != "nor" and _depth_below(first, child)
            ):
                return True
    return False


def _depth_below(token: Token, noun: Token) -> bool:
    """Whether ``token`` is the noun itself or its determiner ("no country", "no one", "none of them")."""
    return token == noun or token.head == noun


def has_negation(head: Token) -> bool:
    """Whether the verb itself is negated."""
    negations = wordlists.words("negation.txt")
    for token in verb_group(head):
        for child in token.children:
            if child.lower_ in negations and child.dep_ in ("advmod", "det", "neg", "cc:preconj", "mark", "cc"):
                return child.lower_ != "no" or child.dep_ == "advmod" or token.pos_ in ("NOUN", "ADJ", "PRON", "NUM")
    return False


def _is_conditional(clause: Clause) -> bool:
    for token in _spine(clause.head):
        for child in token.children:
            if child.dep_ == "advcl" and clause.start <= child.i < clause.end and _is_condition(child):
                return True
    return _INVERTED.search(clause.head.doc[clause.start : clause.end].text) is not None


def _is_condition(clause: Token) -> bool:
    """ "if …", "unless …", "were they to …", "should they …"."""
    if any(child.dep_ == "mark" and child.lower_ in CONDITION_MARKS for child in clause.children):
        return True
    first = next((token for token in clause.subtree if not token.is_punct), clause)
    return first.lower_ in ("were", "should", "had") and first.head == clause and first.dep_.startswith(("aux", "cop"))


def _is_question(doc: Doc, clause: Clause) -> bool:
    after = clause.end
    while after < len(doc) and doc[after].text in PAIRED:
        after += 1
    return after < len(doc) and doc[after].text == "?"


# --- certainty -------------------------------------------------------------------------------------------------------


def _certainty(doc: Doc, clause: Clause, *, denied: bool, is_conditional: bool, is_past: bool) -> Certainty:
    if clause.is_presupposed:
        return Certainty.CERTAIN
    found = [*_modal_certainty(clause.head, denied=denied, is_past=is_past and not is_conditional)]
    hedge = _hedges(doc, clause)
    if _is_order(clause.head):
        found.append(Certainty.UNDERSPECIFIED)
    if (hearsay := _hearsay(clause.head)) is not None:
        found.append(hearsay)
    spine = _spine(clause.head)
    if any(_is_prospect(token) for token in spine[1:]) or _is_planned(clause.head) or _opens_with(spine[0], ("to",)):
        found.append(Certainty.PROBABLE)
    if hedge:
        # "would probably approve, if …": the hedge says how likely the holder takes it to be
        return max(hedge, key=_RANK.index)
    if is_conditional:
        found.append(Certainty.POSSIBLE)
    return max(found, key=_RANK.index, default=Certainty.CERTAIN)


def _hearsay(head: Token) -> Certainty | None:
    """ "Is said to own", "are believed to have fled": how sure it is where nobody is named who says it."""
    if not is_hearsay(head):
        return None
    return attitudes()[attitude_word(head) or ""].certainty or Certainty.UNDERSPECIFIED


def is_hearsay(head: Token) -> bool:
    """Whether a passive word of attitude says of its subject what it is said to do ("is said to own", "is feared")."""
    word = attitude_word(head)
    if word is None or not any(child.dep_ == "aux:pass" for child in head.lefts):
        return False
    is_guess = attitudes()[word].certainty in (Certainty.PROBABLE, Certainty.POSSIBLE)
    is_held = any(is_content_clause(child) for child in head.rights)
    return (is_guess and not is_held) or any(c.dep_ == "xcomp" and _opens_with(c, ("to",)) for c in head.rights)


def _modal_certainty(head: Token, *, denied: bool, is_past: bool) -> Iterator[Certainty]:
    modals = {row[0]: (row[1], row[2]) for row in wordlists.rows("modals.tsv")}
    for token in _spine(head):
        for child in token.children:
            if child.dep_ in ("aux", "aux:pass") and (entry := modals.get(child.lower_)) and child.tag_ == "MD":
                # "said prices would rise" was "prices will rise" when it was said
                entry = modals["will"] if is_past and child.lower_ in _FUTURES_PAST else entry
                yield Certainty(entry[denied])


def _spine(head: Token) -> list[Token]:
    """The head of a clause and what finishes its predicate ("is expected to approve", "is not true that it closes")."""
    spine = [head]
    while True:
        last = spine[-1]
        inner = next((child for child in last.rights if child.dep_ == "xcomp"), _truth_complement(last))
        if inner is None or len(spine) >= MAX_SPINE:
            return spine
        spine.append(inner)


def _is_prospect(token: Token) -> bool:
    """ "set to discuss", "is expected to": the word before "to" makes a plan or an expectation."""
    prospects = wordlists.words("prospects.txt")
    governor = token.head
    has_to = any(child.lower_ == "to" and child.dep_ == "mark" for child in token.children)
    return has_to and (governor.lower_ in prospects or governor.lemma_.lower() in prospects)


def _is_planned(head: Token) -> bool:
    return any(child.dep_ in ("advcl", "ccomp") and child.i > head.i and _is_prospect(child) for child in head.children)


def _is_order(head: Token) -> bool:
    return head.tag_ == "VB" and not any(
        child.dep_.startswith("aux") or child.dep_ in SUBJECTS or child.lower_ == "to" for child in head.children
    )


@cache
def _hedge_pattern() -> tuple[re.Pattern[str], dict[str, Certainty]]:
    table = {phrase: Certainty(certainty) for phrase, certainty in wordlists.rows("hedges.tsv")}
    longest_first = sorted(table, key=lambda phrase: (-len(phrase), phrase))
    return re.compile(r"\b(?:" + "|".join(map(re.escape, longest_first)) + r")\b"), table


def _hedges(doc: Doc, clause: Clause) -> list[Certainty]:
    pattern, table = _hedge_pattern()
    return [table[match.group()] for match in pattern.finditer(doc[clause.start : clause.end].text.lower())]
