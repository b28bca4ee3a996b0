"""The quote head's scores and the quotation marks of the text become quotes with parts, speaker and cue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Token

from newskb.model import Quote, Span
from newskb.nlp.decoding import Floats, best_tags, bio_transitions, log_softmax
from newskb.nlp.encoder import QuoteWindow
from newskb.nlp.mentions import ensure_mention
from newskb.nlp.quotemarks import quote_mask, quote_type

LABELS = ("O", "B-quote", "I-quote", "B-other", "I-other", "B-cue", "I-cue", "B-source", "I-source")
"""Tags of the quote head; ``other`` is the content of an attribution that is no utterance (thinks, decided …)."""

CERTAIN_CONFIDENCE = 0.95
"""Of direct quotes with a speaker and a cue; set on PolNeAR dev, where 94 % of such predictions are right."""
MIN_MARKED_WORDS = 4
"""Fewer words inside quotation marks are taken for a title or words of distance ("interim president") unless the
encoder says that they are an utterance."""
MAX_CUE_DISTANCE = 60
"""Characters between a passage in quotation marks and the reporting words that belong to it."""

_EDGES = ' \t\r\n\u00a0"“”„«»`'
_ENDINGS = ",;:"


@dataclass(slots=True)
class _Found:
    """A quote before its phrases are mentions."""

    parts: list[Span]
    speaker: Span | None
    cue: Span | None
    confidence: float


def find_quotes(doc: Doc) -> list[Quote]:
    """The quotes of ``doc`` in order; speakers become mentions where they are none yet."""
    text = doc.text
    mask = quote_mask(text)
    found = [item for window in doc._.quote_windows or () for item in _decoded(window)]
    found = [trimmed for item in found if (trimmed := _trimmed(text, item)) is not None]
    found += _unread(doc, mask, found)
    quotes = []
    for item in sorted(found, key=lambda item: item.parts[0]):
        speaker = None if item.speaker is None else ensure_mention(doc, item.speaker.start, item.speaker.end)
        quotes.append(
            Quote(
                content=Span(start=item.parts[0].start, end=item.parts[-1].end),
                parts=tuple(item.parts),
                type=quote_type(text, item.parts, mask),
                speaker=speaker,
                cue=item.cue,
                confidence=round(item.confidence, 3),
            )
        )
    return _nested(_without_doubles(quotes))


# --- the encoder's reading -------------------------------------------------------------------------------------------


def _decoded(window: QuoteWindow) -> Iterator[_Found]:
    """The utterances of one window: contents that share a cue are parts of one quote."""
    spans = _tagged(window)
    cues = [indexes for label, indexes, _ in spans if label == "cue"]
    sources = [indexes for label, indexes, _ in spans if label == "source"]
    groups: dict[tuple[int, str, int], list[tuple[list[int], float]]] = {}
    for number, (label, indexes, certainty) in enumerate(spans):
        if label in ("quote", "other"):
            cue = _pointed(window.pointers[0], indexes, cues)
            groups.setdefault((cue, label, number if cue < 0 else -1), []).append((indexes, certainty))
    for (cue, label, _), members in groups.items():
        if label != "quote":
            continue
        pieces = [index for indexes, _ in members for index in indexes] + (cues[cue] if cue >= 0 else [])
        source = _pointed(window.pointers[1], pieces, sources)
        yield _Found(
            parts=[_characters(window, indexes) for indexes, _ in members],
            speaker=_characters(window, sources[source]) if source >= 0 else None,
            cue=_characters(window, cues[cue]) if cue >= 0 else None,
            confidence=min(CERTAIN_CONFIDENCE, float(np.mean([certainty for _, certainty in members]))),
        )


@lru_cache(maxsize=1)
def _transitions() -> tuple[Floats, Floats]:
    return bio_transitions(LABELS)


def _tagged(window: QuoteWindow) -> list[tuple[str, list[int], float]]:
    """Label, piece indexes (first pieces of words) and mean probability of each span; none crosses a paragraph."""
    scores = log_softmax(window.tags)
    spans: list[tuple[str, list[int], float]] = []
    run: list[int] = []
    for index, piece in enumerate([*window.pieces, None]):
        if piece is not None:
            if piece.is_first:
                run.append(index)
            continue
        spans += _runs(scores, run)
        run = []
    return spans


def _runs(scores: Floats, run: Sequence[int]) -> Iterator[tuple[str, list[int], float]]:
    tags = best_tags(scores[list(run)], *_transitions()) if run else []
    start = 0
    while start < len(tags):
        label = LABELS[tags[start]]
        end = start + 1
        while end < len(tags) and label != "O" and LABELS[tags[end]] == f"I-{label[2:]}":
            end += 1
        if label != "O":
            indexes = list(run[start:end])
            chosen = scores[indexes, tags[start:end]]
            yield label[2:], indexes, float(np.exp(chosen).mean())
        start = end


def _pointed(scores: Floats, indexes: Sequence[int], candidates: Sequence[Sequence[int]]) -> int:
    """The candidate span that the pieces point to on average, -1 when they point to none (piece 0)."""
    if not candidates:
        return -1
    mean = log_softmax(scores[list(indexes)]).mean(0)
    values = [mean[0], *(max(mean[index] for index in candidate[:3]) for candidate in candidates)]
    return int(np.argmax(values)) - 1


def _characters(window: QuoteWindow, indexes: Sequence[int]) -> Span:
    """The characters of words, given by their first pieces."""
    end = indexes[-1] + 1
    while end < len(window.pieces) and (piece := window.pieces[end]) is not None and not piece.is_first:
        end += 1
    first, last = window.pieces[indexes[0]], window.pieces[end - 1]
    if first is None or last is None:
        raise ValueError("a quote span cannot start or end at a paragraph mark")
    return Span(start=first.start, end=last.end)


# --- quotation marks -------------------------------------------------------------------------------------------------


def _trimmed(text: str, item: _Found) -> _Found | None:
    """The quote without quotation marks and white space at the edges of its parts; None when nothing is left."""
    parts = [part for part in (_trim(text, part) for part in item.parts) if part.end > part.start]
    if not parts:
        return None
    return replace(item, parts=_joined(text, parts))


def _trim(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    while start < end and (text[start] in _EDGES or text.startswith("''", start)):
        start += 1
    while end > start and (text[end - 1] in _EDGES or text.endswith("''", start, end)):
        end -= 1
    return Span(start=start, end=end)


def _joined(text: str, parts: list[Span]) -> list[Span]:
    """Parts with only marks and white space between them are one."""
    joined = [parts[0]]
    for part in parts[1:]:
        if part.start >= joined[-1].end and not text[joined[-1].end : part.start].strip(_EDGES):
            joined[-1] = Span(start=joined[-1].start, end=part.end)
        elif part.start >= joined[-1].end:
            joined.append(part)
    return joined


def _unread(doc: Doc, mask: bytearray, found: Sequence[_Found]) -> Iterator[_Found]:
    """Long passages in quotation marks that the encoder passed over, when a reporting verb stands right beside them."""
    text = doc.text
    covered = bytearray(len(mask))
    for item in found:
        for part in item.parts:
            covered[part.start : part.end] = b"\x01" * (part.end - part.start)
    for start, end in _marked(doc, mask):
        span = _trim(text, Span(start=start, end=end))
        if any(covered[span.start : span.end]) or len(span.of(text).split()) < MIN_MARKED_WORDS:
            continue
        cue = _cue_beside(doc, text, span)
        if cue is not None:
            yield _Found(parts=[span], speaker=_subject(doc, cue), cue=cue, confidence=0.5)


def _marked(doc: Doc, mask: bytearray) -> Iterator[tuple[int, int]]:
    skipped = doc._.skipped or ()
    start = mask.find(1)
    while start >= 0:
        end = mask.find(0, start)
        end = len(mask) if end < 0 else end
        if not any(span.start < end and start < span.end for span in skipped):
            yield start, end
        start = mask.find(1, end)


@lru_cache(maxsize=1)
def _reporting_verbs() -> frozenset[str]:
    return frozenset(files("newskb.nlp").joinpath("data/reporting_verbs.txt").read_text(encoding="utf-8").split())


def _cue_beside(doc: Doc, text: str, span: Span) -> Span | None:
    """The reporting verb just before or after a passage, in its paragraph."""
    left = max(text.rfind("\n", 0, span.start) + 1, span.start - MAX_CUE_DISTANCE)
    newline = text.find("\n", span.end)
    right = min(newline if newline >= 0 else len(text), span.end + MAX_CUE_DISTANCE)
    near = doc.char_span(left, right, alignment_mode="contract")
    if near is None:
        return None
    verbs = [
        token
        for token in near
        if token.pos_ == "VERB"
        and token.lemma_.lower() in _reporting_verbs()
        and not span.start <= token.idx < span.end
    ]
    if not verbs:
        return None
    verb = min(verbs, key=lambda token: min(abs(token.idx - span.end), abs(span.start - token.idx)))
    return Span(start=verb.idx, end=verb.idx + len(verb))


def _subject(doc: Doc, cue: Span) -> Span | None:
    verb = doc.char_span(cue.start, cue.end)
    if verb is None:
        return None
    subjects = [child for child in verb.root.children if child.dep_ in ("nsubj", "nsubj:pass")]
    if not subjects:
        return None
    noun = subjects[0]
    inside = [token for token in noun.subtree if not any(_is_clause(up) for up in _up_to(token, noun))]
    return Span(start=inside[0].idx, end=inside[-1].idx + len(inside[-1]))


def _is_clause(token: Token) -> bool:
    return token.dep_ in ("acl:relcl", "appos", "acl", "parataxis", "punct")


def _up_to(token: Token, top: Token) -> Iterator[Token]:
    while token.i != top.i:
        yield token
        token = token.head


# --- together --------------------------------------------------------------------------------------------------------


def _without_doubles(quotes: list[Quote]) -> list[Quote]:
    """Windows do not overlap, but marks and encoder can give one passage twice: the first stays."""
    kept: list[Quote] = []
    for quote in quotes:
        if not any(quote.parts == other.parts for other in kept):
            kept.append(quote)
    return kept


def _nested(quotes: list[Quote]) -> list[Quote]:
    """Each quote with the smallest other one whose content holds all of it."""
    result = []
    for quote in quotes:
        around = [
            (part.end - part.start, index)
            for index, other in enumerate(quotes)
            for part in other.parts
            if other is not quote and part.start <= quote.content.start and quote.content.end <= part.end
            and (part.start, part.end) != (quote.content.start, quote.content.end)
        ]  # fmt: skip
        result.append(replace(quote, nested_in=min(around)[1] if around else None))
    return result


@Language.factory(
    "newskb_quotes",
    assigns=["doc._.quotes", "doc._.mentions"],
    requires=["doc._.mentions", "doc._.quote_windows", "token.dep", "token.lemma"],
)
def _create(nlp: Language, name: str) -> QuoteFinder:  # noqa: ARG001 - spaCy calls factories with both
    return QuoteFinder()


class QuoteFinder:
    """Sets ``doc._.quotes``."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the quotes of ``doc``."""
        doc._.quotes = find_quotes(doc)
        return doc
