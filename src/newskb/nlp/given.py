"""Mentions that somebody has marked in a read text become chains, by the rules that join the text's own mentions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from spacy.tokens import Doc, Token
from spacy.tokens import Span as TokenSpan

from newskb.model import Mention, MentionForm, Span
from newskb.nlp.chains import is_joint
from newskb.nlp.coreference import resolve
from newskb.nlp.corefspeakers import resolve_first_person
from newskb.nlp.corefsyntax import all_of
from newskb.nlp.mentionspans import tokens_of
from newskb.nlp.nounphrases import role_gender
from newskb.nlp.pronouns import pronouns

PERSON = "PERSON"


def resolve_given(doc: Doc, spans: Sequence[Span], *, label: str = PERSON) -> list[int]:
    """The chain of each of ``spans``, which are mentions of things with this ``label`` in the read text ``doc``.

    Nothing but these mentions is joined with one another; titles belong to the names behind them ("President Orlik").
    Chains are numbered by first appearance. Equal spans are one mention. ``doc`` is left as it was.
    Raises ``ValueError`` for a span outside the text.
    """
    found: list[Mention] = list(doc._.mentions or ())
    quotes = list(doc._.quotes or ())
    order = sorted(set(spans), key=lambda span: (span.start, -span.end))
    marked = [_mention(doc, span, label, found) for span in order]
    place = _places(found, marked)
    try:
        doc._.mentions = marked
        doc._.mentions = resolve(doc, is_closed=True)
        doc._.quotes = [replace(quote, speaker=place.get(quote.speaker)) for quote in quotes]
        resolve_first_person(doc)
        chain_of = {span: mention.chain for span, mention in zip(order, doc._.mentions, strict=True)}
    finally:
        doc._.mentions, doc._.quotes = found, quotes
    numbers: dict[int, int] = {}
    for span in order:
        numbers.setdefault(chain_of[span], len(numbers))
    return [numbers[chain_of[span]] for span in spans]


def _mention(doc: Doc, span: Span, label: str, found: Iterable[Mention]) -> Mention:
    """What the resolver needs to know of a marked span: the text's own mention of it, where there is one."""
    tokens = _bare(tokens_of(doc, span))
    head = _head(tokens)
    if head.lower_ in pronouns() and not is_joint(head, tokens.end):
        # "us all", "you in the north"
        return _made(doc, head.i, head.i + 1, head, MentionForm.PRONOUN, "GROUP" if _is_several(head) else label)
    if (whom := all_of(head)) is not None and whom.i < tokens.end:
        head = whom  # "all of us"
    if is_joint(head, tokens.end) and _is_one_of_several_roles(tokens, head):
        return _made(doc, tokens.start, tokens.end, head, MentionForm.NOMINAL, label)
    if is_joint(head, tokens.end) and not _is_one_with_roles(tokens, found):
        return _made(doc, tokens.start, tokens.end, head, MentionForm.NOMINAL, "GROUP" if label == PERSON else label)
    inside = [one for one in found if one.form == MentionForm.NAME and span.start <= one.span.start]
    inside = [one for one in inside if one.span.end <= span.end and _names_whole(tokens, head, one, label)]
    if inside:
        name = max(inside, key=lambda one: (one.label == label, one.span.end - one.span.start))
        title = name.title if name.title is not None and span.start <= name.title.start else None
        return replace(name, label=label, title=title)
    is_role = label == PERSON and (role_gender(head.lower_) is not None or tokens[0].lower_ in ("a", "an"))
    is_name = head.pos_ == "PROPN" and not is_role
    is_group = label == PERSON and _is_several(head)
    return _made(
        doc,
        tokens.start,
        tokens.end,
        head,
        MentionForm.NAME if is_name else MentionForm.NOMINAL,
        "GROUP" if is_group else label,
    )


def _is_one_with_roles(tokens: TokenSpan, found: Iterable[Mention]) -> bool:
    """Whether a list of roles stands before one name ("activist and writer Marta Hruba")."""
    names = [one for one in found if one.form == MentionForm.NAME and one.span.end == tokens.end_char]
    before = [token for token in tokens if names and token.idx < min(one.span.start for one in names)]
    return bool(before) and before[-1].is_lower and before[-1].pos_ == "NOUN" and before[0].pos_ != "DET"


def _is_one_of_several_roles(tokens: TokenSpan, head: Token) -> bool:
    """Whether a list is of one person's roles: "a painter and engraver", not "the king and queen"."""
    roles = [head, *(token for token in tokens if token.dep_ == "conj" and token.head.i >= head.i)]
    genders = {role_gender(role.lemma_.lower()) for role in roles} & {"m", "f"}
    is_single = all(role.tag_ not in ("NNS", "NNPS") and (role == head or not _is_determined(role)) for role in roles)
    return is_single and len(genders) < 2 and tokens[0].lower_ in ("a", "an", "the")


def _is_determined(noun: Token) -> bool:
    return any(child.dep_ in ("det", "nmod:poss") for child in noun.lefts)


def _bare(tokens: TokenSpan) -> TokenSpan:
    """The tokens without possessive mark and quotation marks."""
    start, end = tokens.start, tokens.end
    while end - start > 1 and (tokens.doc[end - 1].tag_ == "POS" or tokens.doc[end - 1].is_quote):
        end -= 1
    while end - start > 1 and tokens.doc[start].is_quote:
        start += 1
    return tokens.doc[start:end]


def _head(tokens: TokenSpan) -> Token:
    """The head word; the last one of a name inside of a longer name ("Doctor Who" in "the Doctor Who Society")."""
    loose = [token for token in tokens if token.head.i < tokens.start or token.head.i >= tokens.end]
    last = loose[-1] if loose else tokens.root
    return last if last.dep_ in ("compound", "flat", "nmod:desc") and last.i == tokens.end - 1 else tokens.root


def _names_whole(tokens: TokenSpan, head: Token, name: Mention, label: str) -> bool:
    """Whether the name inside of the span is what the span names: on its head, or behind words of office."""
    if name.span.start <= head.idx < name.span.end and name.label != "NORP":
        return role_gender(head.lower_) is None
    before = [token for token in tokens if token.idx < name.span.start]
    is_last = name.span.end == tokens.end_char
    return is_last and name.label == label and all(token.pos_ in ("DET", "ADJ", "NOUN", "PROPN") for token in before)


def _made(doc: Doc, start: int, end: int, head: Token, form: MentionForm, label: str) -> Mention:
    last = doc[end - 1]
    return Mention(
        span=Span(start=doc[start].idx, end=last.idx + len(last)),
        head=Span(start=head.idx, end=head.idx + len(head)),
        form=form,
        label=label,
        chain=0,
    )


def _is_several(head: Token) -> bool:
    form = pronouns().get(head.lower_)
    if form is not None:
        return form.number == "p"
    return head.tag_ in ("NNS", "NNPS") or (head.tag_ == "CD" and head.lower_ != "one") or head.lower_ == "people"


def _places(found: Sequence[Mention], marked: Sequence[Mention]) -> dict[int | None, int]:
    """Index of a mention of the text to the index of the marked mention with its head."""
    by_head: dict[int, int] = {}
    for index, mention in enumerate(marked):
        by_head.setdefault(mention.head.start, index)
    return {index: by_head[mention.head.start] for index, mention in enumerate(found) if mention.head.start in by_head}
