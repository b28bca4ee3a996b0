"""The clause around a time expression tells whether it lies in the past or in the future."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence

from spacy.tokens import Doc, Span, Token

from newskb.nlp.timegrammar import Found, words

Direction = Callable[[Found], int]
"""Tells whether an expression stands in a clause about the past (-1), the future (1) or neither (0)."""


def cue_direction(text: str, found: Found, starts: Sequence[int]) -> int:
    """Direction from the nearest cue words of the sentence, for texts without tags."""
    index = bisect_right(starts, found.start) - 1
    begin = starts[max(index, 0)]
    end = starts[index + 1] if index + 1 < len(starts) else min(len(text), found.end + 80)
    table = words()
    future, past = set(table["future_cues"]), set(table["past_cues"])
    before = re.findall(r"['’]?\w+", text[begin : found.start].lower())[-12:]
    after = re.findall(r"['’]?\w+", text[found.end : end].lower())[:6]
    for word in [*reversed(before), *after]:
        if word in future:
            return 1
        if word in past or word.endswith("ed"):
            return -1
    return 0


_FUTURE_MODALS = frozenset(
    {"will", "shall", "'ll", "’ll", "would", "wo", "may", "might", "could", "should", "must", "can"}
)
_FUTURE_GOVERNORS = frozenset(
    {"plan", "expect", "schedule", "set", "due", "intend", "aim", "hope", "want", "slate", "agree", "promise", "vow",
     "decide", "urge", "ask", "order", "pledge", "go", "prepare", "propose", "bind", "poise", "likely", "ready"}
)  # fmt: skip


def tense_direction(doc: Doc, text: str, found: Found) -> int:
    """Direction from the tense of the verb that governs the expression; ``text`` is that of ``doc``."""
    span = doc.char_span(found.start, found.end, alignment_mode="expand")
    if span is None or not len(span):
        return 0
    if _SINCE.search(text, max(span.start_char - SINCE_REACH_CHARS, 0), span.start_char):
        return -1
    if _is_attribute(span):
        return 0
    verb = _verb_before(span) or _governor(span.root)
    if verb is None:
        return 0
    lemma, table = verb.lemma_.lower(), words()
    if lemma in table["deadline_verbs"] and _DEADLINE.search(text[max(span.start_char - 24, 0) : span.start_char]):
        return 1  # "postponed until Tuesday"
    told = tense(verb)
    if told < 0 and lemma in table["planning_verbs"] and _has_object_before(verb, span):
        return 1  # "has scheduled a news conference Thursday", but "was planned last Thursday"
    if told == 0 and verb.tag_ in ("VBZ", "VBP") and lemma in table["timetable_verbs"]:
        return 1  # "the envoys meet Monday"
    return told


def _is_attribute(span: Span) -> bool:
    """ "the Feb. 23 accord": the tense of the clause tells nothing of when the accord was made."""
    doc = span.doc
    is_date = span[0].lower_.rstrip(".") in words()["months"]
    return (
        is_date
        and span.start > 0
        and span.end < len(doc)
        and doc[span.start - 1].lower_ in ("the", "a", "an", "its", "his", "her", "their", "'s", "’s")
        and doc[span.end].pos_ in ("NOUN", "ADJ")
    )


SINCE_REACH_CHARS = 16
"""Enough for "since the middle of "."""
_SINCE = re.compile(r"\bsince[ ](?:[a-z][a-z -]*[ -])?$", re.IGNORECASE)
_QUOTATION_MARKS = frozenset('"“”«»')
_DEADLINE = re.compile(r"\b(?:until|till|to|by|through|as (?:soon|early|late) as|no later than)[ ](?:[^,;]{0,14}[ ])?$")


def _verb_before(span: Span) -> Token | None:
    """A past form right before the expression: "terms announced Friday", whatever the clause around it says."""
    if span.start == 0:
        return None
    token = span.doc[span.start - 1]
    if token.lower_ in ("on", "in", "over") and span.start > 1:
        token = token.nbor(-1)
    is_past = token.tag_ == "VBD" or (token.tag_ == "VBN" and token.dep_ in ("acl", "advcl"))
    is_plan = token.lemma_.lower() in words()["planning_verbs"]
    return token if is_past and not is_plan and not any(child.tag_ == "TO" for child in token.children) else None


def _has_object_before(verb: Token, span: Span) -> bool:
    return any(child.dep_ == "obj" and verb.i < child.i < span.start for child in verb.children)


def _governor(token: Token) -> Token | None:
    node = token
    while node.head.i != node.i:
        node = node.head
        if _is_quoted_apart(node, token):
            continue
        if node.pos_ in ("VERB", "AUX") or any(child.dep_ in ("cop", "aux", "aux:pass") for child in node.children):
            return node
    return node if node.pos_ in ("VERB", "AUX") else None


def _is_quoted_apart(verb: Token, token: Token) -> bool:
    """Whether a quotation closes between a verb and what the parser hung on it (``"We go," he said on Monday``)."""
    between = verb.doc[min(verb.i, token.i) : max(verb.i, token.i)]
    return sum(word.text in _QUOTATION_MARKS for word in between) % 2 == 1


_NOBODY = frozenset(("neither", "none", "nobody", "nothing", "no"))


def _is_denied(verb: Token) -> bool:
    """Whether a clause or its subject is denied."""
    subjects = [child for child in verb.children if child.dep_ in ("nsubj", "nsubj:pass")]
    return any(child.lower_ in ("not", "n't", "n’t", "never") for child in verb.children) or any(
        word.lower_ in _NOBODY for subject in subjects for word in (subject, *subject.children)
    )


def tense(verb: Token) -> int:
    """-1 when the clause of ``verb`` is about the past, 1 about the future, 0 when its words leave it open."""
    helpers = [child for child in verb.children if child.dep_ in ("aux", "aux:pass", "cop") or child.tag_ == "MD"]
    if any(helper.lower_ == "could" for helper in helpers) and _is_denied(verb):
        return -1  # "could not be reached Monday", "neither of them could be reached Monday"
    if any(helper.lower_ in _FUTURE_MODALS for helper in helpers):
        return -1 if any(helper.lower_ in ("have",) for helper in helpers) else 1
    if any(child.tag_ == "TO" or (child.dep_ in ("mark", "aux") and child.lower_ == "to") for child in verb.children):
        head = verb.head
        if any(child.lower_ == "had" for child in head.children):
            return -1  # "had been due to expire"
        if head.i != verb.i and (head.lemma_.lower() in _FUTURE_GOVERNORS or tense(head) >= 0):
            return 1
        return 0
    if any(helper.lower_ in ("was", "were", "had", "did", "has", "have", "'ve", "’ve", "been") for helper in helpers):
        return -1
    if verb.tag_ == "VBD":
        return -1
    if any(helper.lower_ in ("is", "are", "am", "'s", "’s", "'re", "’re") for helper in helpers):
        return 1 if verb.tag_ in ("VBG", "VBN") else 0
    if (
        verb.tag_ in ("VBG", "VBN")
        and verb.head.i != verb.i
        and verb.dep_ in ("advcl", "acl", "conj", "xcomp", "ccomp")
    ):
        governor = verb.head if verb.head.pos_ in ("VERB", "AUX") else _governor(verb)
        if governor is not None and governor.i != verb.i:
            return -1 if verb.tag_ == "VBN" and verb.dep_ == "acl" else tense(governor)
        return -1 if verb.tag_ == "VBN" else 0
    if verb.tag_ in ("VBZ", "VBP"):
        return 0
    return 0
