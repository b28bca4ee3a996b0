"""Quotes and narration become claims: who holds which proposition true, with what stance and how surely.

How certainty is decided (after FactBank: Saurí and Pustejovsky 2009), the first line that fits:

- a question, an order, a wish, what should or must be, hearsay ("allegedly"): ``underspecified``
- "may", "might", "could", "perhaps", "would" and what is said under a condition: ``possible``; but a "would" that
  somebody said in the past is a "will"
- "probably", "expected to", "believes that", and whatever lies in the future or is planned: ``probable``, since nobody
  can have seen it
- everything else that is stated of past or present, also "could not" and "nobody could": ``certain``

Stance is the holder's attitude to the positive proposition: "the talks did not fail" denies that the talks failed, and
so does "denied that the talks failed"; denying a negated proposition affirms it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc, Token

from newskb.model import Certainty, Claim, Quote, QuoteType, Span, Stance
from newskb.nlp import wordlists
from newskb.nlp.coreference import resolve_first_person
from newskb.nlp.mentions import ensure_mention

VERSION = "1"

NARRATION_CONFIDENCE = 0.8
"""Confidence of a claim of the outlet itself, read off the parse: on the founding article four in five are right."""
ATTITUDE_CONFIDENCE = 0.6
"""Confidence of a claim read off a verb of attitude that the quote layer did not take."""
MIN_WORDS = 2
"""Shorter pieces of a quote ("Yes", "Sure") claim nothing that can be compared."""

_SUBJECTS = frozenset(("nsubj", "nsubj:pass", "nsubj:outer", "csubj", "csubj:pass", "expl"))
_FINITE = frozenset(("VBD", "VBP", "VBZ", "MD"))
_EVENT_CLAUSE_MARKS = frozenset(
    ("after", "when", "as", "while", "because", "since", "although", "though", "whereas", "once")
)
_CONDITION_MARKS = frozenset(("if", "unless", "provided", "lest"))
_CONTENT_MARKS = frozenset(("that", "whether"))
_PAIRED = frozenset("\"'“”‘’«»`")
_EDGES = _PAIRED | frozenset(",;:.!?-–—…()[]")
_FUTURES_PAST = frozenset(("would", "'d"))
_COMING_VERBS = frozenset(("come", "follow"))
# "Parliament would agree, were the king to ask"
_INVERTED = re.compile(r"(?:^|, )[Ww]ere (?:\S+ ){1,5}to \w")
_RANK = (Certainty.CERTAIN, Certainty.PROBABLE, Certainty.POSSIBLE, Certainty.UNDERSPECIFIED)
_CLAUSE_LINKS = frozenset(("xcomp",))


@dataclass(frozen=True, slots=True)
class _Clause:
    """A proposition as tokens: its head word, its first and last token, and whether it is taken for granted."""

    head: Token
    start: int
    end: int
    is_presupposed: bool = False


def find_claims(doc: Doc) -> list[Claim]:
    """The claims of every speaker and of the outlet, in order of their propositions.

    Reads ``doc._.mentions``, ``doc._.quotes``, ``doc._.events`` and ``doc._.figures``.
    """
    quotes: list[Quote] = doc._.quotes or []
    claims = [claim for index, quote in enumerate(quotes) for claim in _claims_of_quote(doc, index, quote)]
    claims += _claims_of_narration(doc, quotes)
    kept: dict[tuple[Span, int | None], Claim] = {}
    for claim in claims:
        kept.setdefault((claim.proposition, claim.holder), claim)
    return sorted(kept.values(), key=lambda claim: (claim.proposition, claim.holder is not None, claim.holder or 0))


# --- speakers --------------------------------------------------------------------------------------------------------


def _claims_of_quote(doc: Doc, index: int, quote: Quote) -> Iterator[Claim]:
    cue = _attitude_of_cue(doc, quote)
    inner = [other for other in doc._.quotes if other.nested_in == index]
    taken = _marked(doc, inner)
    for part in quote.parts:
        for clause in _clauses_between(doc, part):
            if taken[clause.head.i]:
                continue
            yield _claim(
                doc,
                clause,
                holder=quote.speaker,
                quote=index,
                attitude=cue,
                time=quote.time,
                confidence=round(quote.confidence * (0.9 if clause.is_presupposed else 1.0), 3),
            )


@dataclass(frozen=True, slots=True)
class _Attitude:
    """What a reporting word makes of its complement; ``certainty`` None leaves it to the complement."""

    stance: Stance
    certainty: Certainty | None
    is_past: bool = False
    """The word stands in the past, so that "would" in its complement is a "will" of then."""


_PLAIN = _Attitude(Stance.AFFIRM, None)


@cache
def _attitudes() -> dict[str, _Attitude]:
    return {
        verb: _Attitude(Stance(stance), None if certainty == "-" else Certainty(certainty))
        for verb, stance, certainty in wordlists.rows("attitude_verbs.tsv")
    }


def _attitude_of_cue(doc: Doc, quote: Quote) -> _Attitude:
    if quote.cue is None:
        return _PLAIN
    tokens = doc.char_span(quote.cue.start, quote.cue.end, alignment_mode="expand")
    if tokens is None:
        return _PLAIN
    for token in tokens:
        found = _attitudes().get(token.lemma_.lower())
        if found is not None:
            found = _turned(found) if _has_negation(token) else found
            return replace(found, is_past=quote.type != QuoteType.DIRECT and _is_past(token))
    if tokens.text.lower() == "ruled out":
        return _Attitude(Stance.DENY, None)
    return _PLAIN


def _is_past(verb: Token) -> bool:
    return verb.tag_ in ("VBD", "VBN") or any(token.tag_ == "VBD" for token in _verb_group(verb))


def _turned(attitude: _Attitude) -> _Attitude:
    """The attitude under negation: who did not deny it does not yet say it, who does not believe it denies it."""
    if attitude.stance == Stance.AFFIRM and attitude.certainty == Certainty.PROBABLE:
        return _Attitude(Stance.DENY, Certainty.PROBABLE)
    return _Attitude(Stance.AFFIRM, Certainty.UNDERSPECIFIED)


# --- the outlet ------------------------------------------------------------------------------------------------------


def _claims_of_narration(doc: Doc, quotes: list[Quote]) -> Iterator[Claim]:
    said = _marked(doc, quotes)
    cues = _cue_tokens(doc, quotes)
    left_out = _left_out(doc)
    for sentence in doc.sents:
        if left_out[sentence.root.i] or all(said[token.i] for token in sentence):
            continue
        for clause in _split(doc, sentence.start, sentence.end, with_events=True):
            head = clause.head
            if said[head.i] or left_out[head.i] or (not _is_statement(head) and not clause.is_presupposed):
                continue
            if any(token.i in cues for token in _verb_group(head)):
                continue
            if head.lemma_.lower() in _COMING_VERBS and _opens_with_event(head):
                continue  # "The meeting comes after …" only dates what follows
            complement = _held_complement(head)
            if complement is not None and not said[complement.i]:
                yield from _claims_of_attitude(doc, head, complement)
                continue
            yield _claim(
                doc,
                clause,
                holder=None,
                quote=None,
                attitude=_PLAIN,
                time=None,
                confidence=NARRATION_CONFIDENCE - (0.1 if clause.is_presupposed else 0.0),
            )


def _claims_of_attitude(doc: Doc, verb: Token, complement: Token) -> Iterator[Claim]:
    """ "Officials believe that the bridge was mined": a claim of the subject, where no quote was found."""
    subject = next((child for child in verb.children if child.dep_ in ("nsubj", "nsubj:pass")), None)
    holder = None
    if subject is not None and subject.dep_ == "nsubj" and subject.pos_ in ("NOUN", "PROPN", "PRON"):
        last = doc[_noun_end(subject) - 1]
        holder = ensure_mention(doc, subject.left_edge.idx, last.idx + len(last))
    attitude = _attitudes()[verb.lemma_.lower()]
    if _has_negation(verb):
        attitude = _turned(attitude)
    attitude = replace(attitude, is_past=_is_past(verb))
    clause = _trimmed(doc, complement, complement.left_edge.i, complement.right_edge.i + 1)
    if clause is not None:
        yield _claim(
            doc, clause, holder=holder, quote=None, attitude=attitude, time=None, confidence=ATTITUDE_CONFIDENCE
        )


def _held_complement(head: Token) -> Token | None:
    """The clause that the subject of a verb of attitude holds true, None for other verbs."""
    if head.lemma_.lower() not in _attitudes():
        return None
    for child in head.rights:
        if child.dep_ == "ccomp":
            return child
        if child.dep_ == "obj" and child.lemma_.lower() in wordlists.words("content_nouns.txt"):
            # "rejected claims that …"
            return next((clause for clause in child.rights if clause.dep_ in ("acl", "ccomp", "acl:relcl")), None)
    return None


def _noun_end(noun: Token) -> int:
    end = noun.i + 1
    for child in noun.rights:
        if child.dep_ in ("flat", "nmod") and child.left_edge.i <= end:
            end = max(end, child.right_edge.i + 1)
    return end


def _is_statement(head: Token) -> bool:
    """Whether the clause has a subject and a finite verb: no order, no headline fragment."""
    if head.tag_ == "VB" and not any(child.dep_.startswith("aux") for child in head.children):
        return False
    group = _verb_group(head)
    # "never signed" has its verb taken for a participle
    is_finite = any(token.tag_ in _FINITE for token in group) or (head.tag_ == "VBN" and len(group) == 1)
    if not is_finite and head.dep_ != "conj":
        return False
    governor = head
    while (governor.dep_ == "conj" or _is_in_series(governor)) and not _has_subject(governor):
        governor = governor.head
    return _has_subject(governor) or governor.dep_ == "acl:relcl"


def _opens_with_event(head: Token) -> bool:
    openers = wordlists.words("claim_openers.txt")
    return any(
        child.lower_ in openers or any(part.lower_ in openers for part in child.children if part.i < child.i)
        for child in head.rights
    )


def _marked(doc: Doc, quotes: Iterable[Quote]) -> bytearray:
    """For each token 1 when it stands in the content of one of the quotes."""
    marks = bytearray(len(doc))
    for quote in quotes:
        for part in quote.parts:
            tokens = doc.char_span(part.start, part.end, alignment_mode="contract")
            if tokens is not None:
                marks[tokens.start : tokens.end] = b"\1" * len(tokens)
    return marks


def _cue_tokens(doc: Doc, quotes: Iterable[Quote]) -> frozenset[int]:
    found: set[int] = set()
    for quote in quotes:
        if quote.cue is not None:
            tokens = doc.char_span(quote.cue.start, quote.cue.end, alignment_mode="expand")
            found.update(token.i for token in tokens or ())
    return frozenset(found)


def _left_out(doc: Doc) -> bytearray:
    """For each token 1 when it is boilerplate or the date header of the article."""
    marks = bytearray(len(doc))
    article = doc._.article if doc.has_extension("article") else None
    if article is None:
        return marks
    for span in (*article.boilerplate, *((article.header,) if article.header else ())):
        tokens = doc.char_span(span.start, span.end, alignment_mode="expand")
        if tokens is not None:
            marks[tokens.start : tokens.end] = b"\1" * len(tokens)
    return marks


# --- clauses ---------------------------------------------------------------------------------------------------------


def _clauses_between(doc: Doc, part: Span) -> Iterator[_Clause]:
    """The propositions in a stretch of text, cut at sentence ends and between clauses that stand on their own."""
    tokens = doc.char_span(part.start, part.end, alignment_mode="contract")
    if tokens is None or not len(tokens):
        return
    start = tokens.start
    while start < tokens.end:
        end = min(doc[start].sent.end, tokens.end)
        clauses = list(_split(doc, start, end, with_events=False))
        long_enough = [clause for clause in clauses if _word_count(doc, clause.start, clause.end) >= MIN_WORDS]
        yield from long_enough
        start = end


def _split(doc: Doc, start: int, end: int, *, with_events: bool) -> Iterator[_Clause]:
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
        clause = _trimmed(doc, top, first, last)
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
        clause = _trimmed(doc, head, first, last, is_presupposed=is_relative)
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
            or (child.dep_ == "parataxis" and _has_subject(child))
            or _is_in_series(child)
            or (
                with_events and child.dep_ == "advcl" and _has_subject(child) and _mark_of(child) in _EVENT_CLAUSE_MARKS
            )
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


def _taken_for_granted(doc: Doc, top: Token) -> Iterator[_Clause]:
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
            clause = _trimmed(doc, noun, start, end, is_presupposed=True)
            if clause is not None:
                yield clause


def _trimmed(doc: Doc, head: Token, start: int, end: int, *, is_presupposed: bool = False) -> _Clause | None:
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
    if end < len(doc) and doc[end].text in _PAIRED and _is_open(doc, start, end):
        end += 1
    return _Clause(head, start, end, is_presupposed) if end > start else None


def _is_open(doc: Doc, start: int, end: int) -> bool:
    marks = [token.text for token in doc[start:end] if token.text in _PAIRED and token.text not in ("'", "’")]
    return len(marks) % 2 == 1


def _stands_alone(conjunct: Token) -> bool:
    """A coordinated clause with a subject of its own, or a finite predicate with a complement ("and seized assets")."""
    if not _has_finite(conjunct) or conjunct.pos_ in ("NOUN", "PROPN"):
        return _has_subject(conjunct) and _has_finite(conjunct)
    return _has_subject(conjunct) or any(child.dep_ in ("obj", "obl", "xcomp", "ccomp") for child in conjunct.children)


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
        and not any(child.dep_ in _SUBJECTS or child.dep_ in ("mark", "advmod") for child in clause.lefts)
    )


def _has_subject(token: Token) -> bool:
    return any(child.dep_ in _SUBJECTS for child in token.children)


def _has_finite(token: Token) -> bool:
    return any(part.tag_ in _FINITE for part in _verb_group(token))


def _verb_group(head: Token) -> list[Token]:
    """The head of a clause with its auxiliaries and its copula."""
    return [head, *(child for child in head.children if child.dep_ in ("aux", "aux:pass", "cop"))]


def _mark_of(clause: Token) -> str:
    for child in clause.lefts:
        if child.dep_ in ("mark", "advmod") and child.lower_ in _EVENT_CLAUSE_MARKS | _CONDITION_MARKS:
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


# --- stance and certainty --------------------------------------------------------------------------------------------


def _claim(
    doc: Doc,
    clause: _Clause,
    *,
    holder: int | None,
    quote: int | None,
    attitude: _Attitude,
    time: int | None,
    confidence: float,
) -> Claim:
    last = doc[clause.end - 1]
    proposition = Span(start=doc[clause.start].idx, end=last.idx + len(last))
    is_negated = not clause.is_presupposed and _is_negated(clause.head)
    is_conditional = _is_conditional(clause)
    stance, certainty = attitude.stance, attitude.certainty
    if stance != Stance.QUESTION and _is_question(doc, clause):
        stance, certainty = Stance.QUESTION, Certainty.UNDERSPECIFIED
    elif stance != Stance.QUESTION and is_negated:
        stance = Stance.AFFIRM if stance == Stance.DENY else Stance.DENY
    inner = _certainty(doc, clause, is_negated=is_negated, is_conditional=is_conditional, is_past=attitude.is_past)
    if certainty is None or certainty == Certainty.CERTAIN:
        certainty = inner
    else:
        certainty = max(certainty, inner, key=_RANK.index)
    return Claim(
        proposition=proposition,
        holder=holder,
        quote=quote,
        stance=stance,
        certainty=certainty,
        is_conditional=is_conditional,
        about_mentions=_within(proposition, [mention.span for mention in doc._.mentions]),
        about_events=_within(proposition, [event.trigger for event in doc._.events or ()]),
        figures=_within(proposition, [figure.span for figure in doc._.figures or ()]),
        time=time,
        confidence=confidence,
    )


def _within(span: Span, spans: list[Span]) -> tuple[int, ...]:
    return tuple(i for i, inner in enumerate(spans) if span.start <= inner.start and inner.end <= span.end)


def _is_negated(head: Token) -> bool:
    if _has_negation(head):
        return True
    negations = wordlists.words("negation.txt")
    for child in head.children:
        if child.dep_ in _SUBJECTS or (child.dep_ == "obj" and child.i > head.i):
            first = child.doc[child.left_edge.i]
            if child.lower_ in negations or (
                first.lower_ in negations and first.lower_ != "nor" and _depth_below(first, child)
            ):
                return True
    return False


def _depth_below(token: Token, noun: Token) -> bool:
    """Whether ``token`` is the noun itself or its determiner ("no country", "no one", "none of them")."""
    return token == noun or token.head == noun


def _has_negation(head: Token) -> bool:
    negations = wordlists.words("negation.txt")
    for token in _verb_group(head):
        for child in token.children:
            if child.lower_ in negations and child.dep_ in ("advmod", "det", "neg", "cc:preconj", "mark", "cc"):
                return child.lower_ != "no" or child.dep_ == "advmod" or token.pos_ in ("NOUN", "ADJ", "PRON", "NUM")
    return False


def _is_conditional(clause: _Clause) -> bool:
    for token in _spine(clause.head):
        for child in token.children:
            if child.dep_ == "advcl" and clause.start <= child.i < clause.end and _is_condition(child):
                return True
    return _INVERTED.search(clause.head.doc[clause.start : clause.end].text) is not None


def _is_condition(clause: Token) -> bool:
    """ "if …", "unless …", "were they to …", "should they …"."""
    if any(child.dep_ == "mark" and child.lower_ in _CONDITION_MARKS for child in clause.children):
        return True
    first = next((token for token in clause.subtree if not token.is_punct), clause)
    return first.lower_ in ("were", "should", "had") and first.head == clause and first.dep_.startswith(("aux", "cop"))


def _is_question(doc: Doc, clause: _Clause) -> bool:
    after = clause.end
    while after < len(doc) and doc[after].text in _PAIRED:
        after += 1
    return after < len(doc) and doc[after].text == "?"


def _certainty(doc: Doc, clause: _Clause, *, is_negated: bool, is_conditional: bool, is_past: bool) -> Certainty:
    if clause.is_presupposed:
        return Certainty.CERTAIN
    found = [*_modal_certainty(clause.head, is_negated=is_negated, is_past=is_past and not is_conditional)]
    hedge = _hedges(doc, clause)
    if _is_order(clause.head):
        found.append(Certainty.UNDERSPECIFIED)
    if any(_is_prospect(token) for token in _spine(clause.head)[1:]) or _is_planned(clause.head):
        found.append(Certainty.PROBABLE)
    if hedge:
        # "would probably approve, if …": the hedge says how likely the holder takes it to be
        return max(hedge, key=_RANK.index)
    if is_conditional:
        found.append(Certainty.POSSIBLE)
    return max(found, key=_RANK.index, default=Certainty.CERTAIN)


def _modal_certainty(head: Token, *, is_negated: bool, is_past: bool) -> Iterator[Certainty]:
    modals = {row[0]: (row[1], row[2]) for row in wordlists.rows("modals.tsv")}
    for token in _spine(head):
        for child in token.children:
            if child.dep_ in ("aux", "aux:pass") and (entry := modals.get(child.lower_)) and child.tag_ == "MD":
                # "said prices would rise" was "prices will rise" when it was said
                entry = modals["will"] if is_past and child.lower_ in _FUTURES_PAST else entry
                yield Certainty(entry[is_negated])


def _spine(head: Token) -> list[Token]:
    """The head of a clause and the open complements that finish its predicate ("is expected to approve")."""
    spine = [head]
    while True:
        inner = next(
            (child for child in spine[-1].children if child.dep_ in _CLAUSE_LINKS and child.i > spine[-1].i), None
        )
        if inner is None or len(spine) > 4:
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
        child.dep_.startswith("aux") or child.dep_ in _SUBJECTS for child in head.children
    )


@cache
def _hedge_pattern() -> tuple[re.Pattern[str], dict[str, Certainty]]:
    table = {phrase: Certainty(certainty) for phrase, certainty in wordlists.rows("hedges.tsv")}
    longest_first = sorted(table, key=lambda phrase: (-len(phrase), phrase))
    return re.compile(r"\b(?:" + "|".join(map(re.escape, longest_first)) + r")\b"), table


def _hedges(doc: Doc, clause: _Clause) -> list[Certainty]:
    pattern, table = _hedge_pattern()
    return [table[match.group()] for match in pattern.finditer(doc[clause.start : clause.end].text.lower())]


# --- component -------------------------------------------------------------------------------------------------------

if not Doc.has_extension("claims"):
    Doc.set_extension("claims", default=None)


@Language.factory(
    "newskb_claims",
    assigns=["doc._.claims", "doc._.mentions"],
    requires=["doc._.mentions", "doc._.quotes", "doc._.events", "token.dep"],
)
def _create(nlp: Language, name: str) -> ClaimFinder:  # noqa: ARG001 - spaCy calls factories with both
    return ClaimFinder()


class ClaimFinder:
    """Joins the first person of quotes with their speakers, then sets ``doc._.claims``."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the claims of ``doc``."""
        resolve_first_person(doc)
        doc._.claims = find_claims(doc)
        return doc
