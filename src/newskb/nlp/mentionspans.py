"""Tokens of a text become spans of characters and mentions, and spans become tokens."""

from __future__ import annotations

from spacy.tokens import Doc
from spacy.tokens import Span as TokenSpan

from newskb.model import Mention, MentionForm, Span

NAME_LABELS = frozenset(
    ("PERSON", "NORP", "FAC", "ORG", "GPE", "LOC", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW", "LANGUAGE")
)
"""The OntoNotes types that are mentions; the others are numbers and times."""
NAME_PLACES = frozenset(
    ("nsubj", "nsubj:pass", "obj", "iobj", "obl", "obl:agent", "nmod", "nmod:poss", "conj", "appos")
)


def tokens_of(doc: Doc, span: Span) -> TokenSpan:
    """The tokens that hold the characters of ``span``. Raises ``ValueError`` for a span outside the text."""
    tokens = doc.char_span(span.start, span.end, alignment_mode="expand")
    if tokens is None or not len(tokens):
        raise ValueError(f"no token at [{span.start}, {span.end}) of a text of {len(doc.text)} characters")
    return tokens


def characters(doc: Doc, start: int, end: int) -> Span:
    """The characters of the tokens ``[start, end)``."""
    last = doc[end - 1]
    return Span(start=doc[start].idx, end=last.idx + len(last))


def make_mention(
    doc: Doc,
    start: int,
    end: int,
    form: MentionForm,
    label: str,
    *,
    head: int | None = None,
    title: Span | None = None,
) -> Mention:
    """The mention of the tokens ``[start, end)``, in no chain yet; ``head`` is the index of its head word."""
    if head is None:
        head = doc[start:end].root.i
    return Mention(
        span=characters(doc, start, end),
        head=characters(doc, head, head + 1),
        form=form,
        label=label,
        chain=0,
        title=title,
    )
