""" "I", "we" and "you" become those who speak and who are spoken to."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from spacy.tokens import Doc

from newskb.model import Mention, MentionForm, Quote, QuoteType, Span
from newskb.nlp.chains import SUBJECTS, Chains, Item, quotations
from newskb.nlp.mentions import pronouns

QUESTIONS_OF_AN_INTERVIEW = 3
"""Paragraphs that ask "you" something outside of quotation marks, from which a text is an interview; a comment or a
letter asks its reader once or twice."""


def resolve_first_person(doc: Doc) -> None:
    """Join "I", "my" inside the quotes of ``doc._.quotes`` with their speakers; run it once after the quotes are found.

    "We" joins a speaker that is a body or a country; a person's "we" gets one chain for all quotes of the speaker, with
    the speaker as its only known member.
    """
    text = doc.text
    mentions: list[Mention] = doc._.mentions
    quotes: list[Quote] = doc._.quotes or []
    inside = quotations(text)
    next_chain = max((mention.chain for mention in mentions), default=-1) + 1
    group_of: dict[int, int] = {}
    for quote in sorted(quotes, key=lambda quote: quote.content.start - quote.content.end):
        if quote.speaker is None:
            continue
        speaker = mentions[quote.speaker]
        for index in _inside(mentions, quote.parts):
            mention = mentions[index]
            word = mention.span.of(text).lower()
            form = pronouns().get(word)
            if form is None or form.person != 1 or index == quote.speaker:
                continue
            if quote.type == QuoteType.INDIRECT and not inside[mention.span.start]:
                continue
            if form.number == "s" or speaker.label not in ("PERSON", "OTHER"):
                label = "PERSON" if form.number == "s" else speaker.label
                mentions[index] = replace(mention, chain=speaker.chain, label=label)
                continue
            if speaker.chain not in group_of:
                group_of[speaker.chain] = next_chain
                next_chain += 1
            mentions[index] = replace(mention, chain=group_of[speaker.chain], members=(speaker.chain,))


def _inside(mentions: list[Mention], parts: Iterable[Span]) -> Iterator[int]:
    spans = list(parts)
    for index, mention in enumerate(mentions):
        if mention.form == MentionForm.PRONOUN and any(
            part.start <= mention.span.start and mention.span.end <= part.end for part in spans
        ):
            yield index


def join_outside_first_person(chains: Chains) -> None:
    """All "I" of one quotation are one speaker, and so are all of the narration; likewise "we" and "you"."""
    asked = _questions(chains)
    seen: dict[tuple[int, int, str, bool], Item] = {}
    for item in chains.items:
        if item.pronoun is None or item.pronoun.person == 3:
            continue
        person, number = item.pronoun.person, item.pronoun.number if item.pronoun.person == 1 else "-"
        is_asked = not item.quote and _line(chains, item) in asked
        if is_asked and person == 2:
            person, number, is_asked = 1, "s", False  # "you" of the question is "I" of the answer
        first = seen.setdefault((item.quote, person, number, is_asked), item)
        chains.join(first, item)
    answer = seen.get((0, 1, "s", False))
    guest = _guest(chains, asked) if asked else None
    if answer is not None and guest is not None:
        chains.join(guest, answer)


def _questions(chains: Chains) -> frozenset[int]:
    """The lines of an interview, by number, that ask someone something; none where the text is no interview.

    The others are answers: interviews in newspapers mark the speakers by bold type, which a plain text has lost.
    """
    asking = {number for number, line in enumerate(chains.text.split("\n")) if line.rstrip().endswith("?")}
    asked = {
        _line(chains, item)
        for item in chains.items
        if item.pronoun is not None and item.pronoun.person == 2 and not item.quote
    }
    asked &= asking
    return frozenset(asked) if len(asked) >= QUESTIONS_OF_AN_INTERVIEW else frozenset()


def _line(chains: Chains, item: Item) -> int:
    return bisect_right(chains.line_starts, item.mention.span.start) - 1


def _guest(chains: Chains, asked: frozenset[int]) -> Item | None:
    """The person of whom the lines before the first question speak most."""
    first = min(asked)
    counts = Counter(
        chains.root(item) for item in chains.items if item.is_name and item.is_person and _line(chains, item) < first
    )
    ranked = counts.most_common(2)
    is_clear = bool(ranked) and (len(ranked) == 1 or ranked[0][1] > ranked[1][1])
    return chains.items[ranked[0][0]] if is_clear else None


def presumed_speakers(chains: Chains) -> dict[int, int]:
    """Quotation number to the item that is the subject beside the closing or before the opening mark."""
    speakers: dict[int, int] = {}
    previous = 0
    for token in chains.doc:
        current = chains.inside[token.idx]
        if current != previous:
            number = previous or current
            window = (
                range(token.i, min(token.i + 6, len(chains.doc))) if previous else range(max(token.i - 6, 0), token.i)
            )
            for index in window:
                near = chains.doc[index]
                if near.dep_ in SUBJECTS and not chains.inside[near.idx] and index in chains.by_head:
                    speakers.setdefault(number, chains.by_head[index].index)
                    break
        previous = current
    return speakers
