"""Grammar and marks show who said what where the encoder saw nothing, or saw it wrongly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Token
from spacy.tokens import Span as TokenSpan

from newskb.model import Span
from newskb.nlp import wordlists
from newskb.nlp.clauses import SUBJECTS
from newskb.nlp.modality import has_negation, is_content_clause, is_interrogative

GRAMMAR_CONFIDENCE = 0.5
"""Of quotes that marks or grammar show and the encoder passed over."""
MIN_FLOATING_WORDS = 5
"""Words of a paragraph in quotation marks from which it is taken for speech that goes on, and not for a title."""

_CLOSING_SINGLE = re.compile(r"['’](?!\w)")
# who signs a quotation: `"…" ― Amina Diallo, farmer`
_SIGNED = re.compile(
    r"[.,!?]?[\"”»’]{0,2}[.,]?\s*[—―–-]{1,2} ?([A-Z][\w.’'-]*(?: [\w.’'-]+){0,5})(?=[,.]?\s*(?:\n|$)|, )"
)
_LINE = re.compile(r"[^\n]+")
_OPENING = frozenset("\"“«„‘'`")
_MARKS = " \t\r\u00a0\"“”„«»`'‘’"


@dataclass(slots=True)
class Found:
    """A quote before its phrases are mentions."""

    parts: list[Span]
    speaker: Span | None
    cue: Span | None
    confidence: float


# --- words -----------------------------------------------------------------------------------------------------------


def verb_of(doc: Doc, cue: Span | None) -> Token | None:
    """The head of the reporting words."""
    words = None if cue is None else doc.char_span(cue.start, cue.end, alignment_mode="expand")
    return None if words is None else words.root


def subject_of(doc: Doc, cue: Span) -> Span | None:
    """The subject of the reporting verb."""
    verb = verb_of(doc, cue)
    subjects = [child for child in verb.children if child.dep_ == "nsubj"] if verb is not None else []
    return phrase(subjects[0]) if subjects else None


def phrase(noun: Token) -> Span:
    """The noun with what belongs to it, but for clauses and appositions."""
    inside = [token for token in noun.subtree if not any(_is_clause(up) for up in _up_to(token, noun))]
    return Span(start=inside[0].idx, end=inside[-1].idx + len(inside[-1]))


def _is_clause(token: Token) -> bool:
    return token.dep_ in ("acl:relcl", "appos", "acl", "parataxis", "punct")


def _up_to(token: Token, top: Token) -> Iterator[Token]:
    while token.i != top.i:
        yield token
        token = token.head


def _characters(doc: Doc, start: int, end: int) -> Span | None:
    """The characters of tokens ``[start, end)`` without punctuation at their ends."""
    while end > start and (doc[end - 1].is_punct or doc[end - 1].is_space):
        end -= 1
    while start < end and (doc[start].is_punct or doc[start].is_space):
        start += 1
    return Span(start=doc[start].idx, end=doc[end - 1].idx + len(doc[end - 1])) if end > start else None


def _of(token: Token) -> Span:
    return Span(start=token.idx, end=token.idx + len(token))


# --- rules -----------------------------------------------------------------------------------------------------------


def as_saying(doc: Doc) -> Iterator[Found]:
    """ "The agency quoted the minister as saying …", "he was quoted as saying …": who is quoted, not who quotes."""
    for verb in doc:
        if verb.lemma_.lower() not in ("quote", "cite"):
            continue
        saying = next((c for c in verb.rights if c.tag_ == "VBG" and any(w.lower_ == "as" for w in c.lefts)), None)
        quoted = next((c for c in verb.children if c.dep_ in ("obj", "nsubj:pass")), None)
        if saying is None or quoted is None:
            continue
        content = _characters(doc, saying.i + 1, max(saying.right_edge.i + 1, saying.i + 1))
        if content is not None:
            cue = Span(start=verb.idx if quoted.i < verb.i else saying.idx, end=saying.idx + len(saying))
            yield Found(parts=[content], speaker=phrase(quoted), cue=cue, confidence=GRAMMAR_CONFIDENCE)


def in_the_words_of(doc: Doc, mask: bytearray) -> Iterator[Found]:
    """``In the words of the fire chief, the tunnel is "a trap"``: the passage in quotation marks of that sentence."""
    for words in doc:
        if words.lower_ != "words" or words.i < 2 or doc[words.i - 2 : words.i].text.lower() != "in the":
            continue
        speaker = next((c for c in words.rights if c.dep_ == "nmod" and c.left_edge.lower_ == "of"), None)
        if speaker is None:
            continue
        sentence = words.sent
        start = mask.find(1, sentence.start_char, sentence.end_char)
        if start < 0:
            continue
        end = mask.find(0, start)
        end = sentence.end_char if end < 0 else min(end, sentence.end_char)
        who = phrase(speaker)
        of = speaker.left_edge
        cue = Span(start=doc[words.i - 2].idx, end=of.idx + len(of))
        who = Span(start=cue.end + 1, end=who.end)
        yield Found(parts=[Span(start=start, end=end)], speaker=who, cue=cue, confidence=GRAMMAR_CONFIDENCE)


def restated(doc: Doc, found: Sequence[Found]) -> Iterator[Found]:
    """ "Lavrov reaffirmed Moscow's support": verbs whose object is what was said, where the encoder saw no quote."""
    taken = [span for item in found for span in (*item.parts, *((item.cue,) if item.cue else ()))]
    for verb in doc:
        if verb.pos_ != "VERB" or verb.lemma_.lower() not in wordlists.words("restating_verbs.txt"):
            continue
        objects = [child for child in verb.children if child.dep_ == "obj" and child.i > verb.i]
        if not objects:
            continue
        cue = _of(verb)
        content = _characters(doc, objects[0].left_edge.i, objects[0].right_edge.i + 1)
        speaker = subject_of(doc, cue)
        if content and speaker and not any(s.start < content.end and cue.start < s.end for s in taken):
            yield Found(parts=[content], speaker=speaker, cue=cue, confidence=GRAMMAR_CONFIDENCE)


def stated(doc: Doc, found: Sequence[Found]) -> Iterator[Found]:
    """ "Posts theorised that …, and wrote that …": reporting verbs with a subject and a "that" clause, passed over."""
    taken = [span for item in found for span in (*item.parts, *((item.cue,) if item.cue else ()))]
    skipped = doc._.skipped or ()
    for verb in doc:
        if verb.pos_ != "VERB" or verb.lemma_.lower() not in wordlists.words("stating_verbs.txt"):
            continue
        clause = next((c for c in verb.rights if is_content_clause(c) and not is_interrogative(c)), None)
        if clause is None or has_negation(verb) or not _says_that(clause):
            continue
        cue = _of(verb)
        content = _characters(doc, clause.left_edge.i, clause.right_edge.i + 1)
        speaker = _subject(verb)
        if content is None or speaker is None:
            continue
        if any(span.start < content.end and cue.start < span.end for span in (*taken, *skipped)):
            continue
        yield Found(parts=[content], speaker=phrase(speaker), cue=cue, confidence=GRAMMAR_CONFIDENCE)


def _says_that(clause: Token) -> bool:
    return any(child.lower_ == "that" and child.dep_ == "mark" for child in clause.lefts)


def _subject(verb: Token) -> Token | None:
    """The subject of a verb, or of the verb that it is joined to ("confirmed it, reporting …")."""
    while True:
        subject = next((child for child in verb.children if child.dep_ == "nsubj"), None)
        is_joined = verb.dep_ == "conj" or (verb.dep_ == "advcl" and verb.tag_ == "VBG")
        if subject is not None or not is_joined:
            return subject
        verb = verb.head


def nested(doc: Doc, found: Sequence[Found]) -> Iterator[Found]:
    """Reported speech inside reported speech ("Reuters reported that the minister said …"), every level of it."""
    verbs = wordlists.words("reporting_verbs.txt")
    contents = {(part.start, part.end) for item in found for part in item.parts}
    for item in found:
        for part in item.parts:
            for verb in doc.char_span(part.start, part.end, alignment_mode="contract") or ():
                if verb.pos_ != "VERB" or verb.lemma_.lower() not in verbs or has_negation(verb):
                    continue
                speaker = subject_of(doc, _of(verb))
                clause = next((c for c in verb.rights if _is_said_in(c)), None)
                content = clause and _characters(doc, clause.left_edge.i, clause.right_edge.i + 1)
                if not content or speaker is None or speaker.start < part.start or part.end <= content.start:
                    continue
                content = _in_single_marks(doc.text, Span(start=content.start, end=min(content.end, part.end)))
                if (content.start, content.end) not in contents:
                    contents.add((content.start, content.end))
                    yield Found(parts=[content], speaker=speaker, cue=_of(verb), confidence=GRAMMAR_CONFIDENCE)


def _is_said_in(clause: Token) -> bool:
    """Whether a clause is what a verb above it says: with "that", a subject of its own, or a mark that opens it."""
    if not is_content_clause(clause) or is_interrogative(clause):
        return False
    is_opened = any(token.text[0] in _OPENING for token in clause.doc[max(clause.left_edge.i - 1, 0) : clause.i + 1])
    return is_opened or _says_that(clause) or any(child.dep_ in SUBJECTS for child in clause.lefts)


def _in_single_marks(text: str, content: Span) -> Span:
    """The content cut where the single mark that opens it is closed ("told me, 'Leave tonight,' and hung up")."""
    if text[content.start - 1 : content.start] not in ("'", "‘"):
        return content
    closing = _CLOSING_SINGLE.search(text, content.start, content.end)
    return Span(start=content.start, end=closing.start()) if closing else content


def inverted(doc: Doc, item: Found) -> Found:
    """``The court, said Judge Senghor, had never seen it``: who says it stands between commas after the verb."""
    verb = verb_of(doc, item.cue)
    if verb is None or item.cue is None or verb.i == 0 or doc[verb.i - 1].text != "," or len(item.parts) > 1:
        return item
    after = next((c for c in verb.rights if c.dep_ == "nsubj"), None)
    if after is None:
        return item
    who = phrase(after)
    [part] = item.parts
    comma = doc.text[who.end :].lstrip(" ")[:1]
    before = _characters(doc, verb.sent.start, verb.i)
    if comma != "," or before is None or part.end <= who.end:
        return item
    first = doc.char_span(before.start, before.end, alignment_mode="expand")
    if first is None or any(token.pos_ in ("VERB", "AUX") for token in first):
        return item
    rest = Span(start=doc.text.index(",", who.end) + 1, end=part.end)
    rest = Span(start=rest.start + len(rest.of(doc.text)) - len(rest.of(doc.text).lstrip()), end=rest.end)
    return replace(item, parts=[before, rest], speaker=who) if rest.start < rest.end else item


def floating(doc: Doc, mask: bytearray, found: Sequence[Found]) -> Iterator[Found]:
    """A paragraph of nothing but quotation, which goes on with the speaker of the paragraph before it."""
    text = doc.text
    before: tuple[int, int] | None = None
    for line in _LINE.finditer(text):
        words = line[0].strip()
        if not words:
            continue
        start = line.start() + line[0].index(words)
        end = start + len(words)
        is_speech = all(mask[start:end]) and len(words.split()) >= MIN_FLOATING_WORDS
        if is_speech and before is not None and not _is_taken(start, end, found):
            inside = Span(start=start + len(words) - len(words.lstrip(_MARKS)), end=end)
            speaker = _last_speaker(doc, before, found)
            if speaker is not None:
                yield Found(parts=[inside], speaker=speaker, cue=None, confidence=GRAMMAR_CONFIDENCE)
        before = start, end


def introduced(doc: Doc, item: Found) -> Found:
    """The quote with who says it by a line that ends with a colon before it (``He said:``), or by a dash behind it."""
    if item.cue is not None:
        return item
    text, start = doc.text, item.parts[0].start
    before = text[:start].rstrip(_MARKS + "\n")
    if before.endswith(":"):
        line = doc.char_span(before.rfind("\n") + 1, len(before), alignment_mode="contract")
        verb = _last_report(line[-1].sent) if line is not None and len(line) else None
        subject = None if verb is None else _subject(verb)
        if verb is not None and subject is not None:
            return replace(item, speaker=phrase(subject), cue=_of(verb))
    signed = _SIGNED.match(text, item.parts[-1].end)
    if signed is not None:
        return replace(item, speaker=Span(start=signed.start(1), end=signed.end(1)))
    return item


def _last_report(sentence: TokenSpan) -> Token:
    """The last verb of a sentence that reports speech, else its main word ("Potts echoed:")."""
    verbs = wordlists.words("reporting_verbs.txt")
    found = [token for token in sentence if token.pos_ == "VERB" and token.lemma_.lower() in verbs]
    return found[-1] if found else sentence.root


def _is_taken(start: int, end: int, found: Sequence[Found]) -> bool:
    return any(part.start < end and start < part.end for item in found for part in item.parts)


def _last_speaker(doc: Doc, paragraph: tuple[int, int], found: Sequence[Found]) -> Span | None:
    """Who speaks last in a paragraph, or else the person whom its last sentence is about."""
    start, end = paragraph
    said = [item for item in found if item.speaker is not None and start <= item.speaker.start < end]
    if said:
        return max(said, key=lambda item: item.parts[-1].end).speaker
    sentences = doc.char_span(start, end, alignment_mode="contract")
    if sentences is None:
        return None
    root = sentences[len(sentences) - 1].sent.root
    subject = next((child for child in root.lefts if child.dep_ == "nsubj"), None)
    if subject is None:
        return None
    is_person = any(m.label == "PERSON" and m.head.start == subject.idx for m in doc._.mentions)
    return phrase(subject) if is_person else None
