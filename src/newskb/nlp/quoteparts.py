"""Quotes found piece by piece become whole ones: broken sentences, paragraphs that run on, speeches of a transcript."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from newskb.model import Span
from newskb.nlp.attributions import GRAMMAR_CONFIDENCE, Found
from newskb.nlp.quotepage import Page

MAX_BREAK_WORDS = 6
"""Words between two passages in quotation marks that can be the speaker inside a sentence (`"A," she said, "b."`): in
PolNeAR train 56 of 57 such pairs are one quote, with more words between them one in two."""
MAX_REPEATED_CHARS = 40
"""First characters of a paragraph in quotation marks by which a line that is set once more as an ornament is known."""
MIN_SPEECHES = 2
"""Lines that begin with a name in capitals and a colon from which an article is taken for a transcript."""
MIN_TITLE_WORDS = 3
"""Capitalised words in quotation marks that make a title: in PolNeAR train one in eight such passages is a quote."""

_EDGES = " \t\r\n\u00a0\"“”„«»`'‘’"
_LABEL = re.compile(r"^[\"“„«(]?(?P<name>[A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]*){0,3}):[ \t]+(?=\S+[ \t]+\S)", re.MULTILINE)
_LINE = re.compile(r"[^\n]+")
_SENTENCE_END = re.compile(r"[a-z]{4}[.?!]\s+\w")
_WORD = re.compile(r"[\w’'-]+")
_SMALL_WORDS = frozenset(
    ("a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with")
)


# --- one quote in several passages -----------------------------------------------------------------------------------


def whole(page: Page, found: Sequence[Found]) -> list[Found]:
    """The quotes with what belongs together in one.

    `"A," X said. "B."`, `"A," X said, "b."`, and paragraphs of a quotation that is left open and opened again. Two
    passages with reporting words of their own stay apart.
    """
    items = list(found)
    passages = list(page.passages())
    for first, second in pairwise(passages):
        is_run_on = _is_run_on(page, first, second)
        if is_run_on or _is_broken(page, first, second):
            left = _holder(items, page.trim(first))
        elif _goes_on(page, first, second):
            left = _last_spoken(page, items, first)
        else:
            continue
        right = _holder(items, page.trim(second))
        if left is None or left is right:
            continue
        if right is None:
            if is_run_on:
                items[items.index(left)] = replace(left, parts=[*left.parts, page.trim(second)])
        elif _is_one(page, left, right, Span(start=first.end, end=second.start)):
            items[items.index(left)] = _merged(left, right, page.trim(second))
            items.remove(right)
    return items


def _is_run_on(page: Page, first: Span, second: Span) -> bool:
    """Whether a quotation that is left open at the end of a paragraph is opened again in the next."""
    between = page.text[first.end : second.start]
    return not between.strip() and "\n" in between and page.runs_on(first.end)


def _goes_on(page: Page, first: Span, second: Span) -> bool:
    """Whether the second passage is a paragraph of its own, right behind that of the first."""
    text = page.text
    _, _, rest = text[first.end : second.start].partition("\n")
    newline = text.find("\n", second.end)
    after = text[second.end : newline if newline >= 0 else len(text)]
    is_repeated = second.of(text).strip(_EDGES)[:MAX_REPEATED_CHARS] in text[: second.start]
    return "\n" in text[first.end : second.start] and not (rest.strip() or after.strip() or is_repeated)


def _is_broken(page: Page, first: Span, second: Span) -> bool:
    """Whether the words between two passages of a paragraph can be the speaker of both."""
    text = page.text
    between = text[first.end : second.start]
    start, end = text[first.start : first.end].strip(_EDGES), text[second.start : second.end].strip(_EDGES)
    if "\n" in between or not start or not end or not _WORD.search(between) or _SENTENCE_END.search(between):
        return False
    if between.rstrip().endswith(","):
        return start.endswith(",") and end[0].islower() and len(between.split()) <= MAX_BREAK_WORDS
    is_told_by_another = end.endswith(",") and text[second.end : second.end + 2].strip()
    return start[-1] in ",?!" and between.rstrip().endswith(".") and end[0].isupper() and not is_told_by_another


def _holder(items: Sequence[Found], passage: Span) -> Found | None:
    """The quote that most of a passage belongs to."""
    shares = [(sum(_shared(part, passage) for part in item.parts), -number) for number, item in enumerate(items)]
    most, number = max(shares, default=(0, 0))
    return items[-number] if most > 0 else None


def _last_spoken(page: Page, items: Sequence[Found], passage: Span) -> Found | None:
    """The last quote up to the end of a passage, in its paragraph, that is speech throughout."""
    near = [
        item
        for item in items
        if item.parts[-1].start < passage.end
        and page.share_inside(item.parts[-1]) == 1
        and page.is_in_paragraph(item.parts[-1], passage)
    ]
    return max(near, key=lambda item: item.parts[-1], default=None)


def _shared(one: Span, other: Span) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def _is_one(page: Page, left: Found, right: Found, between: Span) -> bool:
    """Whether the second of two quotes has no reporting words but those of the first, or those between them."""
    if right.cue is None or right.cue == left.cue:
        return True
    if left.cue is None:
        return page.is_connected(left.parts[-1], right.parts[0])
    return between.start <= right.cue.start and right.cue.end <= between.end


def _merged(left: Found, right: Found, passage: Span) -> Found:
    """Both quotes as one; the second begins with its passage."""
    last = left.parts[-1].end
    parts = [replace(part, start=max(part.start, passage.start)) for part in right.parts if part.end > passage.start]
    cue, speaker = (left.cue, left.speaker) if left.cue is not None else (right.cue, right.speaker or left.speaker)
    return Found(
        parts=[*left.parts, *(part for part in parts if part.start >= last)],
        speaker=speaker or right.speaker,
        cue=cue,
        confidence=max(left.confidence, right.confidence),
    )


def apart(page: Page, item: Found) -> list[Found]:
    """The quote, cut where two utterances are taken for parts of one.

    `"It is old," she said, announcing that the bridge would close`, `"It is old." She also said that …` and
    `"It is old," she said, adding: "It will close."`: in PolNeAR train 19 in 20 such passages are quotes of their own.
    """
    for number, (first, second) in enumerate(pairwise(item.parts), 1):
        if _is_new(page, first, second):
            is_cue_behind = item.cue is not None and first.end <= item.cue.start
            left = replace(item, parts=item.parts[:number], cue=None if is_cue_behind else item.cue)
            return [left, *apart(page, replace(item, parts=item.parts[number:]))]
    return [item]


def _is_new(page: Page, first: Span, second: Span) -> bool:
    """Whether the second of two passages is another utterance than the first, by what stands between them."""
    before, between = first.of(page.text).rstrip(_EDGES), page.text[first.end : second.start].strip(_EDGES)
    if page.share_inside(first) < 1 or not between or "\n" in page.text[first.end : second.start]:
        return False
    if before.endswith("."):
        return not between.endswith(".")
    return between.endswith(":") or not page.share_inside(second)


# --- titles ----------------------------------------------------------------------------------------------------------


def is_title(page: Page, item: Found) -> bool:
    """Whether a passage is the name of a book, a film or a law: all in capitals, and no reporting words beside it."""
    [part, *others] = item.parts
    text = page.text
    if others or not page.share_inside(part) or "\n" not in text[: part.start].strip():
        return False
    words = [word for word in _WORD.findall(part.of(text)) if word.lower() not in _SMALL_WORDS]
    if len(words) < MIN_TITLE_WORDS or not all(word[0].isupper() or word[0].isdigit() for word in words):
        return False
    if item.cue is None:
        return True
    start, end = sorted((part, item.cue))
    return bool(text[start.end : end.start].strip(_EDGES + ",:"))


# --- transcripts -----------------------------------------------------------------------------------------------------


def transcript(page: Page, found: Sequence[Found]) -> list[Found]:
    """The quotes, with each speech of a transcript ("PENCE: Well, look …") as one quote of who stands before it."""
    labels = list(_LABEL.finditer(page.text))
    names = [label["name"] for label in labels]
    if len(labels) < MIN_SPEECHES or len(set(names)) == len(names) or len(set(names)) == 1:
        return list(found)
    speeches = [_speech(page, label) for label in labels]
    rest = [
        item
        for item in found
        if not any(_shared(part, Span(start=label.start(), end=speech.parts[-1].end)) for part in item.parts
                   for label, speech in zip(labels, speeches, strict=True))
    ]  # fmt: skip
    return [*rest, *speeches]


def _speech(page: Page, label: re.Match[str]) -> Found:
    """What stands behind a label up to the end of its paragraph, and of those that go on with its quotation."""
    parts = []
    start = label.end()
    while True:
        end = page.text.find("\n", start)
        end = len(page.text) if end < 0 else end
        parts.append(page.trim(Span(start=start, end=end)))
        following = next(iter(_LINE.finditer(page.text, end)), None)
        if following is None or not page.runs_on(end) or _LABEL.match(page.text, following.start()):
            break
        start = following.start()
    return Found(
        parts=[part for part in parts if part.start < part.end],
        speaker=Span(start=label.start("name"), end=label.end("name")),
        cue=Span(start=label.end("name"), end=label.end("name") + 1),
        confidence=GRAMMAR_CONFIDENCE,
    )
