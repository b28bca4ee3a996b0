"""Quotes and narration become claims: who holds which proposition true, with what stance and how surely."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spacy.language import Language
from spacy.tokens import Doc, Token

from newskb.model import Claim, Quote, Span
from newskb.nlp import wordlists
from newskb.nlp.clauses import Clause, clauses_between, is_statement, split, trimmed, verb_group
from newskb.nlp.corefspeakers import resolve_first_person
from newskb.nlp.mentions import ensure_mention
from newskb.nlp.modality import (
    PLAIN,
    Attitude,
    attitude_of,
    attitude_of_cue,
    attitude_word,
    attitudes,
    has_negation,
    is_content_clause,
    is_hearsay,
    is_interrogative,
    is_nobody,
    position,
)

VERSION = "2"

NARRATION_CONFIDENCE = 0.8
"""Confidence of a claim of the outlet itself, read off the parse: on the founding article four in five are right."""
ATTITUDE_CONFIDENCE = 0.6
"""Confidence of a claim read off a verb of attitude that the quote layer did not take."""

_COMING_VERBS = frozenset(("come", "follow"))


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
    cue = attitude_of_cue(doc, quote)
    inner = [other for other in doc._.quotes if other.nested_in == index]
    taken = _marked(doc, inner)
    for part in quote.parts:
        for clause in clauses_between(doc, part):
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


# --- the outlet ------------------------------------------------------------------------------------------------------


def _claims_of_narration(doc: Doc, quotes: list[Quote]) -> Iterator[Claim]:
    said = _marked(doc, quotes)
    cues = _cue_tokens(doc, quotes)
    left_out = _left_out(doc)
    for sentence in doc.sents:
        if left_out[sentence.root.i] or all(said[token.i] for token in sentence):
            continue
        for clause in split(doc, sentence.start, sentence.end, with_events=True):
            head = clause.head
            if said[head.i] or left_out[head.i] or (not is_statement(head) and not clause.is_presupposed):
                continue
            if any(token.i in cues for token in verb_group(head)) or _quotes_somebody(head, cues):
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
                attitude=PLAIN,
                time=None,
                confidence=NARRATION_CONFIDENCE - (0.1 if clause.is_presupposed else 0.0),
            )


def _claims_of_attitude(doc: Doc, verb: Token, complement: Token) -> Iterator[Claim]:
    """ "Officials believe that the bridge was mined": a claim of the subject, where no quote was found."""
    subject = next((child for child in verb.children if child.dep_ in ("nsubj", "nsubj:pass")), None)
    is_active = subject is not None and (subject.dep_ == "nsubj" or verb.lower_ in attitudes())
    holder = None
    if subject is not None and is_active and subject.pos_ in ("NOUN", "PROPN", "PRON") and not is_nobody(subject):
        last = doc[_noun_end(subject) - 1]
        holder = ensure_mention(doc, subject.left_edge.idx, last.idx + len(last))
    clause = trimmed(doc, complement, complement.left_edge.i, complement.right_edge.i + 1)
    if clause is not None:
        yield _claim(
            doc,
            clause,
            holder=holder,
            quote=None,
            attitude=attitude_of(verb),
            time=None,
            confidence=ATTITUDE_CONFIDENCE,
        )


def _held_complement(head: Token) -> Token | None:
    """The clause or noun that the subject of a word of attitude holds true or false, None for other words.

    "Would not say when it ends" holds nothing true: what is asked there is not what they hold.
    """
    if attitude_word(head) is None or is_hearsay(head):
        return None
    for child in head.rights:
        if is_content_clause(child):
            return None if has_negation(head) and is_interrogative(child) else child
        if child.dep_ == "obj" and child.pos_ == "NOUN":
            if child.lemma_.lower() in wordlists.words("content_nouns.txt"):
                # "rejected claims that …"
                clauses = (clause for clause in child.rights if clause.dep_ in ("acl", "ccomp", "acl:relcl"))
                if clause := next(clauses, None):
                    return clause
                return child if head.lemma_.lower() in wordlists.words("naming_verbs.txt") else None
            if head.lemma_.lower() in wordlists.words("naming_verbs.txt"):
                return child
    return None


def _noun_end(noun: Token) -> int:
    end = noun.i + 1
    for child in noun.rights:
        if child.dep_ in ("flat", "nmod") and child.left_edge.i <= end:
            end = max(end, child.right_edge.i + 1)
    return end


def _quotes_somebody(head: Token, cues: frozenset[int]) -> bool:
    """ "Radio Ostra quoted an official as saying that …": what is said is the claim, not that it was quoted."""
    return head.lemma_.lower() in ("quote", "cite") and any(child.i in cues for child in head.rights)


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


def _claim(
    doc: Doc,
    clause: Clause,
    *,
    holder: int | None,
    quote: int | None,
    attitude: Attitude,
    time: int | None,
    confidence: float,
) -> Claim:
    last = doc[clause.end - 1]
    proposition = Span(start=doc[clause.start].idx, end=last.idx + len(last))
    held = position(doc, clause, attitude)
    return Claim(
        proposition=proposition,
        holder=holder,
        quote=quote,
        stance=held.stance,
        certainty=held.certainty,
        is_conditional=held.is_conditional,
        about_mentions=_within(proposition, [mention.span for mention in doc._.mentions]),
        about_events=_within(proposition, [event.trigger for event in doc._.events or ()]),
        figures=_within(proposition, [figure.span for figure in doc._.figures or ()]),
        time=time,
        confidence=confidence,
    )


def _within(span: Span, spans: list[Span]) -> tuple[int, ...]:
    return tuple(i for i, inner in enumerate(spans) if span.start <= inner.start and inner.end <= span.end)


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
