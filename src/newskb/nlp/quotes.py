"""The quote head's scores and the quotation marks of the text become quotes with parts, speaker and cue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Token

from newskb.model import MentionForm, Quote, Span
from newskb.nlp import wordlists
from newskb.nlp.attributions import (
    GRAMMAR_CONFIDENCE,
    Found,
    as_saying,
    floating,
    in_the_words_of,
    introduced,
    inverted,
    nested,
    phrase,
    restated,
    stated,
    subject_of,
    verb_of,
)
from newskb.nlp.decoding import Floats, best_tags, bio_transitions, log_softmax
from newskb.nlp.encoder import QuoteWindow
from newskb.nlp.mentions import ensure_mention
from newskb.nlp.modality import attitude_word, is_hearsay
from newskb.nlp.quotemarks import quote_mask, quote_type
from newskb.nlp.quotepage import Page
from newskb.nlp.quoteparts import apart, is_title, transcript, whole

LABELS = ("O", "B-quote", "I-quote", "B-other", "I-other", "B-cue", "I-cue", "B-source", "I-source")
"""Tags of the quote head; ``other`` is the content of an attribution that is no utterance (thinks, decided …)."""

CERTAIN_CONFIDENCE = 0.95
"""Of direct quotes with a speaker and a cue; set on PolNeAR dev, where 94 % of such predictions are right."""
MIN_CONFIDENCE = 0.44
"""Mean probability of the tags below which a quote of the encoder is dropped: on PolNeAR dev one in three of those
is right, and F1 is flat (.815) from 0.44 to 0.50."""
MIN_MARKED_WORDS = 4
"""Fewer words inside quotation marks are taken for a title or words of distance ("interim president") unless the
encoder says that they are an utterance."""
QUOTE_PRICE = 0.5
"""Taken off the log probability of quote tags: PolNeAR dev scores .803 at 0, .807 at 0.5 and at 1; GUM loses recall."""
MARKED_SHARE = 0.5
"""Share of a passage inside quotation marks from which the marks, not the tagger, say where it begins and ends."""
MIN_UNFINISHED_WORDS = 2
"""Shorter contents ("That") are whole as they are."""
MAX_WORD_CHARS = 40
"""Characters before a passage in which the word before it is looked for."""
MAX_CUE_DISTANCE = 60
"""Characters between a passage in quotation marks and the reporting words that belong to it."""

_EDGES = ' \t\r\n\u00a0"“”„«»`'
_ENDINGS = frozenset(",.;:")
_SINGLE = frozenset("'‘’")
_CLOSING_DOUBLE = frozenset('"”»')
_TIME_PLACES = frozenset(
    ("obl", "obl:tmod", "obl:unmarked", "obl:npmod", "advmod", "nmod", "nmod:tmod", "nmod:unmarked")
)
_COMPLEMENTS = frozenset(("nmod", "acl", "acl:relcl", "obj", "xcomp", "ccomp", "flat", "fixed"))
_SPEAKING = frozenset(("PERSON", "ORG"))
_PERSONS = frozenset(("he", "she", "they", "i", "we", "you", "who"))
_OPENING = frozenset("\"“«„‘'`")
_CLOSING = frozenset("\"”»’'")


def find_quotes(doc: Doc) -> list[Quote]:
    """The quotes of ``doc`` in order; speakers become mentions where they are none yet."""
    text = doc.text
    mask = quote_mask(text)
    page = Page(text, mask)
    found = [item for window in doc._.quote_windows or () for item in _decoded(window, page)]
    found = [item for item in found if item.confidence >= MIN_CONFIDENCE]
    found = [trimmed for item in found if (trimmed := _trimmed(page, item)) is not None]
    found += _unread(doc, page, found)
    found = [item for item in found if _is_utterance(doc, text, item)]
    found = [inverted(doc, item) for item in found]
    quoted = list(as_saying(doc))
    found = [*quoted, *(item for item in found if not _overlaps(item, quoted))]
    for item in in_the_words_of(doc, mask):
        unsaid = [other for other in found if other.cue is None and _overlaps(item, [other])]
        found = [replace(other, speaker=item.speaker, cue=item.cue) if other in unsaid else other for other in found]
        found += [] if _overlaps(item, found) else [item]
    found += restated(doc, found)
    found += stated(doc, found)
    found += floating(doc, mask, found)
    found = [trimmed for item in found if (trimmed := _trimmed(page, item)) is not None]
    found = [piece for item in found for piece in apart(page, item) if not is_title(page, piece)]
    found = transcript(page, whole(page, found))
    found = [introduced(doc, item) for item in found]
    found = [replace(item, parts=_joined(text, item.parts)) for item in found]
    found = [_finished(doc, page, item, found) for item in found]
    found += nested(doc, found)
    quotes = []
    for item in sorted(found, key=lambda item: item.parts[0]):
        source = item.speaker or (None if item.cue is None else subject_of(doc, item.cue))
        source = None if source is None else _named(doc, _whole(doc, source))
        speaker = None if source is None else ensure_mention(doc, source.start, source.end)
        addressee = _addressee(doc, item)
        quotes.append(
            Quote(
                content=Span(start=item.parts[0].start, end=item.parts[-1].end),
                parts=tuple(item.parts),
                type=quote_type(text, item.parts, mask),
                speaker=speaker,
                cue=item.cue,
                addressee=None if addressee is None else ensure_mention(doc, addressee.start, addressee.end),
                time=_time(doc, item),
                confidence=round(item.confidence, 3),
            )
        )
    return _nested(_without_doubles(quotes))


def _finished(doc: Doc, page: Page, item: Found, others: Sequence[Found]) -> Found:
    """The quote with the words that its last word needs ("collapsed outside | of the hall", "a place that | is safe"),
    and without a conjunction at its end.
    """
    part = item.parts[-1]
    words = doc.char_span(part.start, part.end, alignment_mode="contract")
    if words is None or len(words) < MIN_UNFINISHED_WORDS or page.mask[part.end - 1] or words[-1].is_punct:
        return item
    last = words[-1]
    if last.dep_ == "cc":
        return replace(item, parts=[*item.parts[:-1], Span(start=part.start, end=words[-2].idx + len(words[-2]))])
    needed = last.head if last.head.i > last.i else next((c for c in last.rights if c.dep_ in _COMPLEMENTS), None)
    taken = [span for other in others for span in (*other.parts, other.cue, other.speaker) if span not in (None, part)]
    end = words.end
    while needed is not None and end < last.sent.end and _belongs(doc[end], needed) and not doc[end].is_punct:
        if any(span.start < doc[end].idx + len(doc[end]) and doc[end].idx < span.end for span in taken):
            break
        end += 1
    stop = doc[end - 1].idx + len(doc[end - 1])
    return replace(item, parts=[*item.parts[:-1], Span(start=part.start, end=max(stop, part.end))])


def _belongs(token: Token, top: Token) -> bool:
    """Whether a token is ``top`` or hangs below it, but on no clause that is joined to it."""
    while token != top:
        if token.head == token or (token.head == top and token.dep_ in ("cc", "conj", "parataxis", "advcl")):
            return False
        token = token.head
    return True


def _overlaps(item: Found, others: Sequence[Found]) -> bool:
    return any(
        part.start < taken.end and taken.start < part.end
        for part in item.parts
        for other in others
        for taken in other.parts
    )


# --- the encoder's reading -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Tagged:
    """A span of the quote head's tags."""

    label: str
    pieces: list[int]
    """First pieces of its words."""
    certainty: float
    span: Span


def _decoded(window: QuoteWindow, page: Page) -> Iterator[Found]:
    """The utterances of one window: contents that share a cue are parts of one quote."""
    tagged = [
        _Tagged(label, indexes, certainty, _characters(window, indexes))
        for label, indexes, certainty in _tagged(window)
    ]
    cues = [item for item in tagged if item.label == "cue"]
    sources = [item for item in tagged if item.label == "source"]
    groups: dict[tuple[str, int], list[_Tagged]] = {}
    alone: list[list[_Tagged]] = []
    for item in tagged:
        if item.label not in ("quote", "other"):
            continue
        near = [number for number, cue in enumerate(cues) if page.is_connected(item.span, cue.span)]
        beside = [number for number in near if page.is_beside(cues[number].span, item.span)]
        near = beside or near
        chosen = 0 if beside else _pointed(window.pointers[0], item.pieces, [cues[number].pieces for number in near])
        if chosen >= 0:
            groups.setdefault((item.label, near[chosen]), []).append(item)
        elif item.label == "quote":
            alone.append([item])
    for (label, number), members in groups.items():
        if label == "quote":
            yield _found(window, members, cues[number], sources, page)
    for members in alone:
        yield _found(window, members, None, sources, page)


def _found(
    window: QuoteWindow, members: Sequence[_Tagged], cue: _Tagged | None, sources: Sequence[_Tagged], page: Page
) -> Found:
    pieces = [index for member in members for index in member.pieces] + (cue.pieces if cue else [])
    anchor = cue.span if cue else members[0].span
    near = [item for item in sources if page.is_in_paragraph(item.span, anchor)] or list(sources)
    source = _pointed(window.pointers[1], pieces, [item.pieces for item in near])
    return Found(
        parts=[member.span for member in members],
        speaker=near[source].span if source >= 0 else None,
        cue=cue.span if cue else None,
        confidence=min(CERTAIN_CONFIDENCE, float(np.mean([member.certainty for member in members]))),
    )


@lru_cache(maxsize=1)
def _transitions() -> tuple[Floats, Floats]:
    return bio_transitions(LABELS)


def _tagged(window: QuoteWindow) -> list[tuple[str, list[int], float]]:
    """Label, piece indexes (first pieces of words) and mean probability of each span; none crosses a paragraph."""
    scores = log_softmax(window.tags)
    scores[:, [LABELS.index("B-quote"), LABELS.index("I-quote")]] -= QUOTE_PRICE
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


def _trimmed(page: Page, item: Found) -> Found | None:
    """The quote with its parts fitted to the quotation marks, which are left out; None when nothing is left."""
    parts = [part for part in (page.trim(_fitted(page, part)) for part in item.parts) if part.end > part.start]
    if not parts:
        return None
    return replace(item, parts=_joined(page.text, parts))


def _fitted(page: Page, part: Span) -> Span:
    """The part stretched to the marks that it begins or ends between."""
    start, end = part.start, part.end
    first, last = page.passage(start), page.passage(end - 1)
    if first is not None and first.start < start and page.share_inside(part) >= MARKED_SHARE:
        start = first.start
    if last is not None and last.end > end and page.share_inside(part) >= MARKED_SHARE:
        end = last.end
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


def _unread(doc: Doc, page: Page, found: Sequence[Found]) -> Iterator[Found]:
    """Long passages in quotation marks that the encoder passed over, when a reporting verb stands right beside them."""
    text = page.text
    covered = bytearray(len(text))
    for item in found:
        for part in item.parts:
            covered[part.start : part.end] = b"\x01" * (part.end - part.start)
    for start, end in _marked(doc, page.mask):
        span = page.trim(Span(start=start, end=end))
        if any(covered[span.start : span.end]) or len(span.of(text).split()) < MIN_MARKED_WORDS:
            continue
        cue = _cue_beside(doc, text, span)
        if cue is not None:
            yield Found(parts=[span], speaker=subject_of(doc, cue), cue=cue, confidence=GRAMMAR_CONFIDENCE)


def _is_utterance(doc: Doc, text: str, item: Found) -> bool:
    """Not so ``proclaimed himself "guardian of the nation"``, what a person reads (``read "The Harbour"``), and hearsay
    that nobody says (``is said to own four villas``).
    """
    start = item.parts[0].start
    words = text[max(0, start - MAX_WORD_CHARS) : start].rstrip(_EDGES).rsplit(maxsplit=1)
    first = item.parts[0].of(text).split(maxsplit=1)[0]
    if item.parts[-1].of(text).lower() == "nothing" and len(item.parts) == 1:
        return False
    if wordlists.words("self_words.txt") & {first.lower(), words[-1].lower() if words else ""}:
        return False
    verb = verb_of(doc, item.cue)
    if verb is not None and (is_hearsay(verb) or (item.speaker is None and _says_nothing(verb))):
        return False
    if verb is None and item.speaker is None and _is_short(item, text):
        return False
    if verb is None or item.speaker is None or verb.lemma_.lower() != "read":
        return True
    speaker = doc.char_span(item.speaker.start, item.speaker.end, alignment_mode="expand")
    return speaker is None or not (speaker.root.ent_type_ == "PERSON" or speaker.root.lower_ in _PERSONS)


def _says_nothing(cue: Token) -> bool:
    """Whether reporting words without a speaker report nothing ("reportedly", "was sworn in")."""
    is_reporting = cue.lemma_.lower() in wordlists.words("reporting_verbs.txt") or attitude_word(cue) is not None
    is_phrasal = any(child.dep_ == "compound:prt" for child in cue.rights)
    return cue.pos_ == "ADV" or (cue.pos_ == "VERB" and (is_phrasal or not is_reporting))


def _is_short(item: Found, text: str) -> bool:
    return sum(len(part.of(text).split()) for part in item.parts) < MIN_MARKED_WORDS


def _marked(doc: Doc, mask: bytearray) -> Iterator[tuple[int, int]]:
    skipped = doc._.skipped or ()
    start = mask.find(1)
    while start >= 0:
        end = mask.find(0, start)
        end = len(mask) if end < 0 else end
        if not any(span.start < end and start < span.end for span in skipped):
            yield start, end
        start = mask.find(1, end)


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
        and token.lemma_.lower() in wordlists.words("reporting_verbs.txt")
        and not span.start <= token.idx < span.end
    ]
    if not verbs:
        return None
    verb = min(verbs, key=lambda token: min(abs(token.idx - span.end), abs(span.start - token.idx)))
    return Span(start=verb.idx, end=verb.idx + len(verb))


def _whole(doc: Doc, source: Span) -> Span:
    """The phrase that the words of a source begin when they break off at a preposition ("the sign on")."""
    words = doc.char_span(source.start, source.end, alignment_mode="expand")
    if words is None or words[-1].pos_ not in ("ADP", "DET", "CCONJ") or words.root.pos_ not in ("NOUN", "PROPN"):
        return source
    return Span(start=source.start, end=max(source.end, phrase(words.root).end))


def _named(doc: Doc, source: Span) -> Span:
    """The name that a phrase goes with: "Ana Lima" for "the teacher" in "said the teacher Ana Lima".

    A phrase that says whose somebody is stays ("his father Ali Khan"), unless a comma sets the name apart from it.
    """
    words = doc.char_span(source.start, source.end, alignment_mode="expand")
    if words is None or words.root.pos_ != "NOUN" or words.root.i + 1 >= len(doc):
        return source
    names = {mention.span.start: mention for mention in doc._.mentions if mention.form == MentionForm.NAME}
    following = doc[words.root.i + 1]
    if following.text == ",":
        name = next((child for child in words.root.rights if child.dep_ == "appos" and child.pos_ == "PROPN"), None)
        beside = None if name is None else names.get(name.idx)
    else:
        has_article = any(child.lemma_ in ("the", "a") for child in words.root.lefts)
        beside = names.get(following.idx) if has_article else None
        beside = beside if beside is not None and beside.label in _SPEAKING else None
    return source if beside is None else beside.span


def _addressee(doc: Doc, item: Found) -> Span | None:
    """To whom it was said ("told reporters", "said to the judges"), None when the text does not say."""
    verb = verb_of(doc, item.cue)
    if verb is None or verb.pos_ != "VERB":
        return None
    tells = verb.lemma_.lower() in wordlists.words("telling_verbs.txt")
    for child in verb.rights:
        is_told = tells and child.dep_ in ("obj", "iobj")
        is_to = child.dep_ == "obl" and any(part.lower_ == "to" and part.dep_ == "case" for part in child.children)
        if (is_told or is_to) and child.pos_ in ("NOUN", "PROPN", "PRON") and not _is_said(item, child):
            # the case marker is no part of the phrase
            noun = phrase(child)
            first = next((part for part in child.lefts if part.dep_ == "case"), None)
            return noun if first is None else Span(start=first.idx + len(first) + 1, end=noun.end)
    return None


def _time(doc: Doc, item: Found) -> int | None:
    """Index into ``doc._.times`` of when it was said ("told Sputnik a day earlier"); None when nothing tells."""
    verb = verb_of(doc, item.cue)
    if verb is None:
        return None
    for index, time in enumerate(doc._.times or ()):
        if time.type not in ("DATE", "TIME"):
            continue
        words = doc.char_span(time.span.start, time.span.end, alignment_mode="expand")
        if words is not None and not _is_said(item, words.root) and _hangs_on(words.root, verb):
            return index
    return None


def _hangs_on(time: Token, verb: Token) -> bool:
    """Whether a time belongs to the reporting verb: by the parse, or as it follows with no other verb between."""
    if time.sent != verb.sent:
        return False
    if verb.i < time.i and not any(word.pos_ in ("VERB", "AUX") for word in verb.doc[verb.i + 1 : time.i]):
        return True
    while time != verb and time.head != time:
        if time.dep_ not in _TIME_PLACES:
            return False
        time = time.head
    return time == verb


def _is_said(item: Found, token: Token) -> bool:
    return any(part.start <= token.idx < part.end for part in item.parts)


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
    requires=["doc._.mentions", "doc._.times", "doc._.quote_windows", "token.dep", "token.lemma"],
)
def _create(nlp: Language, name: str) -> QuoteFinder:  # noqa: ARG001 - spaCy calls factories with both
    return QuoteFinder()


class QuoteFinder:
    """Sets ``doc._.quotes``."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the quotes of ``doc``."""
        doc._.quotes = find_quotes(doc)
        return doc
