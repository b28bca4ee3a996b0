""" "I", "we" and "you" become those who speak and who are spoken to."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from spacy.tokens import Doc

from newskb.model import Mention, MentionForm, Quote, QuoteType, Span
from newskb.nlp.chains import SUBJECTS, Chains, Item, quotations
from newskb.nlp.pronouns import pronouns

QUESTIONS_OF_AN_INTERVIEW = 3
"""Paragraphs that ask "you" something outside of quotation marks, from which a text is an interview; a comment or a
letter asks its reader once or twice."""
ANSWERS_OF_AN_INTERVIEW = 2
"""The same for paragraphs that ask anything, one of them "you", and that the next one answers in the first person."""
TURNS_OF_A_TRANSCRIPT = 2
"""Marks of who speaks ("THE PRESIDENT:") from which a text is a transcript; one is a heading or a place."""
_TURN = re.compile(r"(?:(?<=[.!?)”\"] )|^)(?:[A-Z][A-Z.'’-]*\b[ .]*){1,6}:(?=\s)", re.MULTILINE)
"""The name or office of a speaker in capitals with its colon, behind a sentence or at the start of a line."""


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
    turns = _turns(chains.text)
    called = _called(chains)
    seen: dict[tuple[int | str, int, str, bool], Item] = {}
    for item in chains.items:
        if item.pronoun is None or item.pronoun.person == 3:
            continue
        person, number = item.pronoun.person, item.pronoun.number if item.pronoun.person == 1 else "-"
        is_asked = not item.quote and _line(chains, item) in asked
        if is_asked and person == 2:
            person, number, is_asked = 1, "s", False  # "you" of the question is "I" of the answer
        # what an interview quotes of nobody is the guest's
        is_guest = asked and (person, number) == (1, "s") and item.quote not in chains.speakers
        quote: int | str = 0 if is_guest else item.quote
        if person == 2 and not is_asked and (item.quote, item.sentence) in called:
            chains.join(called[item.quote, item.sentence], item)
            continue
        first = seen.setdefault((quote or _turn(turns, item), person, number, is_asked), item)
        chains.join(first, item)
    for item in chains.items:
        label = turns.get(item.mention.span.end + 1) if item.pronoun is None else None
        if label is not None and (label, 1, "s", False) in seen:
            chains.join(item, seen[label, 1, "s", False])
    answer = seen.get(("", 1, "s", False))
    guest = _guest(chains, asked) if asked else None
    if answer is not None and guest is not None:
        chains.join(guest, answer)
    _join_addressed(chains, asked)


def _turns(text: str) -> dict[int, str]:
    """Where somebody's turn begins in a transcript, behind the colon, and who is said to speak; empty elsewhere."""
    found = {match.end(): match[0] for match in _TURN.finditer(text)}
    return found if len(found) >= TURNS_OF_A_TRANSCRIPT else {}


def _turn(turns: dict[int, str], item: Item) -> str:
    """Who is said to speak where the mention stands; empty outside of transcripts."""
    begun = [label for start, label in turns.items() if start <= item.mention.span.start]
    return begun[-1] if begun else ""


def _join_addressed(chains: Chains, asked: frozenset[int]) -> None:
    """A crowd that is called, and a guest, is "you" of the line: "Ladies and gentlemen, as you know"."""
    near: dict[tuple[int, int], Item] = {}
    for item in chains.items:
        if item.pronoun is not None and item.pronoun.person == 2:
            near.setdefault((item.quote, _line(chains, item)), item)
    joint = {item.head.i for item in chains.items if item.is_joint}
    for item in chains.items:
        if item.head.i in joint and not item.is_joint:
            continue  # "ladies" of "ladies and gentlemen"
        you = near.get((item.quote, _line(chains, item)))
        is_called = item.pronoun is None and item.head.dep_ == "vocative"
        if is_called and you is not None and (not item.is_person or _line(chains, item) in asked):
            chains.join(you, item)


def _called(chains: Chains) -> dict[tuple[int, int], Item]:
    """Quotation and sentence to the one person who is called in it: "Bill, you are a friend"."""
    called = [item for item in chains.items if item.head.dep_ == "vocative" and item.is_person and not item.is_joint]
    return {(item.quote, item.sentence): item for item in reversed(called) if item.pronoun is None}


def _questions(chains: Chains) -> frozenset[int]:
    """The lines of an interview, by number, that ask someone something; none where the text is no interview.

    The others are answers: interviews in newspapers mark the speakers by bold type, which a plain text has lost.
    """
    texts = {number: line.rstrip() for number, line in enumerate(chains.text.split("\n")) if line.strip()}
    asking = {number for number, line in texts.items() if line.endswith("?")}
    persons: dict[int, Counter[int]] = {1: Counter(), 2: Counter()}
    for item in chains.items:
        if item.pronoun is not None and item.pronoun.person < 3 and not item.quote:
            persons[item.pronoun.person][_line(chains, item)] += 1
    # an answer may end in a question too, but says "I" more often than "you"
    asked = {number for number in asking if persons[2][number] >= persons[1][number]}
    addressed = [number for number in asked if persons[2][number]]
    answered = [
        number
        for number, following in pairwise(texts)
        if number in asked and following not in asked and persons[1][following]
    ]
    is_interview = len(addressed) >= QUESTIONS_OF_AN_INTERVIEW or (
        addressed and len(answered) >= ANSWERS_OF_AN_INTERVIEW
    )
    return frozenset(asked) if is_interview else frozenset()


def _line(chains: Chains, item: Item) -> int:
    return bisect_right(chains.line_starts, item.mention.span.start) - 1


def _guest(chains: Chains, asked: frozenset[int]) -> Item | None:
    """The person of whom the lines before the first question speak most."""
    first = min(asked)
    before: Counter[int] = Counter()
    whole: Counter[int] = Counter()
    for item in chains.items:
        if item.is_name and item.is_person:
            whole[chains.root(item)] += 1
            before[chains.root(item)] += _line(chains, item) < first
    ranked = sorted(((count, whole[root], root) for root, count in before.items() if count), reverse=True)
    is_clear = bool(ranked) and (len(ranked) == 1 or ranked[0][:2] > ranked[1][:2])
    return chains.items[ranked[0][2]] if is_clear else None


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
