"""Stretches of text become clauses that claim something each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from newskb.model import Span
from newskb.nlp import wordlists

MIN_WORDS = 2
"""Shorter pieces of a quote ("Yes", "Sure") claim nothing that can be compared."""

SUBJECTS = frozenset(("nsubj", "nsubj:pass", "nsubj:outer", "csubj", "csubj:pass", "expl"))
PAIRED = frozenset("\"'“”‘’«»`")
CONDITION_MARKS = frozenset(("if", "unless", "provided", "lest"))
_FINITE = frozenset(("VBD", "VBP", "VBZ", "MD"))
_EVENT_CLAUSE_MARKS = frozenset(
    ("after", "when", "as", "while", "because", "since", "although", "though", "whereas", "once")
)
_CONTENT_MARKS = frozenset(("that", "whether"))
_EDGES = PAIRED | frozenset(",;:.!?-–—…()[]")


@dataclass(frozen=True, slots=True)
class Clause:
    """A proposition as tokens: its head word, its first and last token, and whether it is taken for granted."""

    head: Token
    start: int
    end: int
    is_presupposed: bool = False


def clauses_between(doc: Doc, part: Span) -> Iterator[Clause]:
    """The propositions in a stretch of text, cut at sentence ends and between clauses that stand on their own."""
    tokens = doc.char_span(part.start, part.end, alignment_mode="contract")
    if tokens is None or not len(tokens):
        return
    start = tokens.start
    while start < tokens.end:
        end = min(doc[start].sent.end, tokens.end)
        clauses = list(split(doc, start, end, with_events=False))
        long_enough = [clause for clause in clauses if _word_count(doc, clause.start, clause.end) >= MIN_WORDS]
        yield from long_enough
        start = end


def split(doc: Doc, start: int, end: int, *, with_events: bool) -> Iterator[Clause]:
    """The clauses of tokens ``[start, end)`` of one sentence that claim something each.

    ``with_events`` also cuts off "after …" and "when …" clauses and takes for granted what "Following the coup" names.
    """
    tops = [token for token in doc[start:end] if not start <= token.head.i < end or token.head == token]
    tops = [token for token in tops if not token.is_punct and not token.is_space]
    if not tops:
        return
    # where a stretch is no single tree, the widest tree tells what is claimed
    top = max(tops, key=lambda token: (_width(token, start, end), -token.i))
    heads = [top, *_further_heads(top, start, end, with_events=with_events)]
    owner: dict[int, int] = {}
    for head in sorted(heads, key=_depth):
        for token in head.subtree:
            if start <= token.i < end:
                owner[token.i] = head.i
    openers = list(_taken_for_granted(doc, top)) if with_events else []
    for opener in openers:
        for index in range(opener.start, opener.end):
            owner[index] = -1
        lead = opener.start - 1
        if lead >= start and doc[lead].lower_ in wordlists.words("claim_openers.txt"):
            owner[lead] = -1
    if len(heads) == 1 and not openers:
        first, last = start, end
        clause = trimmed(doc, top, first, last)
        if clause is not None:
            yield clause
        return
    for head in heads:
        # the sentence's full stop hangs on its first clause, wherever that ends
        own = [index for index, governor in owner.items() if governor == head.i and not doc[index].is_punct]
        if not own:
            continue
        first, last = min(own), max(own) + 1
        if head == top and not with_events:
            # a stretch that is no single tree keeps what stands before its first clause
            first = min(first, start)
        is_relative = head.dep_ == "acl:relcl"
        if is_relative:
            first = min(first, _noun_start(head.head))
        clause = trimmed(doc, head, first, last, is_presupposed=is_relative)
        if clause is not None:
            yield clause
    yield from openers


def _further_heads(top: Token, start: int, end: int, *, with_events: bool) -> Iterator[Token]:
    """Heads of clauses below ``top`` that claim something of their own."""
    for child in top.children:
        if not start <= child.i < end:
            continue
        if (
            (child.dep_ == "conj" and _stands_alone(child))
            or (child.dep_ == "parataxis" and has_subject(child))
            or _is_in_series(child)
            or (with_events and child.dep_ == "advcl" and has_subject(child) and _mark_of(child) in _EVENT_CLAUSE_MARKS)
        ):
            yield child
            yield from _further_heads(child, start, end, with_events=with_events)
        elif child.dep_ in ("nsubj", "nsubj:pass", "obj", "obl", "nmod", "conj", "appos", "xcomp", "flat", "iobj"):
            yield from _relative_heads(child, start, end)
            if child.dep_ == "xcomp":
                # "remained tense since January, when …": the parser hangs the clause on the complement
                yield from _further_heads(child, start, end, with_events=with_events)


def _relative_heads(noun: Token, start: int, end: int) -> Iterator[Token]:
    for child in noun.children:
        if not start <= child.i < end:
            continue
        if child.dep_ == "acl:relcl" and _is_loose(child):
            yield child
        elif child.dep_ in ("nmod", "conj", "obj", "obl", "appos"):
            yield from _relative_heads(child, start, end)


def _is_loose(clause: Token) -> bool:
    """Whether a comma parts a relative clause from its noun: it then adds a claim ("…, whom the people elected")."""
    first = clause.left_edge.i
    before = clause.doc[first - 1] if first else None
    has_comma = clause.doc[first].text == "," or (before is not None and before.text == ",")
    words = clause.doc[first : first + 2]
    return has_comma and any(word.tag_ in ("WDT", "WP", "WP$") for word in words) and _has_finite(clause)


def _taken_for_granted(doc: Doc, top: Token) -> Iterator[Clause]:
    """ "Following the failed coup in Venezuela, …": that there was a coup is claimed too."""
    openers = wordlists.words("claim_openers.txt")
    events = {event.trigger for event in doc._.events or ()}
    for child in top.lefts:
        if child.dep_ not in ("obl", "advcl", "mark", "case"):
            continue
        noun = child
        if child.lower_ in openers:
            noun = next((part for part in child.children if part.dep_ in ("obj", "obl") and part.i > child.i), child)
        elif not any(part.lower_ in openers and part.dep_ == "case" for part in child.children):
            continue
        if noun.pos_ != "NOUN" or noun.ent_type_:
            continue
        start, end = noun.left_edge.i, noun.right_edge.i + 1
        while start < end and (doc[start].lower_ in openers or doc[start].text in _EDGES):
            start += 1
        first, last = doc[start], doc[end - 1]
        if any(first.idx <= trigger.start and trigger.end <= last.idx + len(last) for trigger in events):
            clause = trimmed(doc, noun, start, end, is_presupposed=True)
            if clause is not None:
                yield clause


def trimmed(doc: Doc, head: Token, start: int, end: int, *, is_presupposed: bool = False) -> Clause | None:
    """The clause without leading conjunctions, "that" and punctuation at its ends; None when nothing is left."""
    while start < end:
        token = doc[start]
        is_mark = token.dep_ in ("cc", "mark") and token.lower_ in _CONTENT_MARKS | {"and", "but", "or", "so", "for"}
        is_event_mark = token.lower_ in _EVENT_CLAUSE_MARKS and token.head == head and token.dep_ in ("mark", "advmod")
        if (
            token.is_space
            or token.text in _EDGES
            or is_mark
            or is_event_mark
            or (token.lower_ in _CONTENT_MARKS and (token.tag_ == "IN" and token.i < head.i))
        ):
            start += 1
        else:
            break
    while end > start and (doc[end - 1].is_space or doc[end - 1].text in _EDGES or doc[end - 1].dep_ == "cc"):
        end -= 1
    # a closing mark belongs to the opening one inside ("an 'interim president'")
    if end < len(doc) and doc[end].text in PAIRED and _is_open(doc, start, end):
        end += 1
    return Clause(head, start, end, is_presupposed) if end > start else None


def _is_open(doc: Doc, start: int, end: int) -> bool:
    marks = [token.text for token in doc[start:end] if token.text in PAIRED and token.text not in ("'", "’")]
    return len(marks) % 2 == 1


def _stands_alone(conjunct: Token) -> bool:
    """A coordinated clause with a subject of its own, or a finite predicate with a complement ("and seized assets")."""
    if not _has_finite(conjunct) or conjunct.pos_ in ("NOUN", "PROPN"):
        return has_subject(conjunct) and _has_finite(conjunct)
    return has_subject(conjunct) or any(child.dep_ in ("obj", "obl", "xcomp", "ccomp") for child in conjunct.children)


def _is_in_series(clause: Token) -> bool:
    """ "Washington backed him, called on X to go, and seized …": the middle of a series, which the parser takes for an
    adverbial clause: a finite verb without a subject or a word that would subordinate it.
    """
    return (
        clause.dep_ == "advcl"
        and clause.tag_ in ("VBD", "VBZ", "VBP")
        and clause.i > clause.head.i
        and clause.left_edge.i > 0
        and clause.doc[clause.left_edge.i].text == ","
        and not any(child.dep_ in SUBJECTS or child.dep_ in ("mark", "advmod") for child in clause.lefts)
    )


def has_subject(token: Token) -> bool:
    """Whether a subject hangs on the token."""
    return any(child.dep_ in SUBJECTS for child in token.children)


def _has_finite(token: Token) -> bool:
    return any(part.tag_ in _FINITE for part in verb_group(token))


def verb_group(head: Token) -> list[Token]:
    """The head of a clause with its auxiliaries and its copula."""
    return [head, *(child for child in head.children if child.dep_ in ("aux", "aux:pass", "cop"))]


def _mark_of(clause: Token) -> str:
    for child in clause.lefts:
        if child.dep_ in ("mark", "advmod") and child.lower_ in _EVENT_CLAUSE_MARKS | CONDITION_MARKS:
            return child.lower_
    return ""


def _noun_start(noun: Token) -> int:
    return min((child.left_edge.i for child in noun.lefts if child.dep_ != "case"), default=noun.i)


def _width(token: Token, start: int, end: int) -> int:
    return min(token.right_edge.i + 1, end) - max(token.left_edge.i, start)


def _depth(token: Token) -> int:
    depth = 0
    while token.head != token:
        token = token.head
        depth += 1
    return depth


def _word_count(doc: Doc, start: int, end: int) -> int:
    return sum(not token.is_punct and not token.is_space for token in doc[start:end])


def is_statement(head: Token) -> bool:
    """Whether the clause has a subject and a finite verb: no order, no headline fragment."""
    if head.tag_ == "VB" and not any(child.dep_.startswith("aux") for child in head.children):
        return False
    group = verb_group(head)
    # "never signed" has its verb taken for a participle
    is_finite = any(token.tag_ in _FINITE for token in group) or (head.tag_ == "VBN" and len(group) == 1)
    if not is_finite and head.dep_ != "conj":
        return False
    governor = head
    while (governor.dep_ == "conj" or _is_in_series(governor)) and not has_subject(governor):
        governor = governor.head
    return has_subject(governor) or governor.dep_ == "acl:relcl"
