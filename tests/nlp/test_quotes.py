"""Quotes with speaker and cue; the sentences are in tests/cases/quotes."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from newskb.model import Quote, QuoteType, Span
from newskb.notation import Case
from tests.nlp.conftest import ReadText, cases

ARTICLE = """Brandt said the bridge was old. "It will stay closed," she said. "We have no money."

“The pumps failed at noon,” engineer Tomas Lindgren told reporters. 'Nobody warned us,' he added.

Orlik, who called the report "a heap of guesses", said that «nobody» would lose a pension, according to ``The Ledger''.
"He told me, 'Do not wait', and then he left," Diallo said. The ministers' plan won't pass, the union said."""
WORDS = ("It will stay closed,", "The pumps failed at noon,", "He told me, 'Do not wait', and then he left,")
MARKS = "\"“”«»'‘’`"


def _found(doc: Doc, quote: Quote) -> tuple[str, str, str | None, str | None]:
    text = doc.text
    content = " … ".join(part.of(text) for part in quote.parts)
    speaker = None if quote.speaker is None else doc._.mentions[quote.speaker].span.of(text)
    return quote.type.value, content, speaker, quote.cue.of(text) if quote.cue else None


@pytest.mark.parametrize("case", cases("quotes"), ids=lambda case: case.title)
def test_a_text_gives_the_quotes_of_its_case(case: Case, read: ReadText):
    doc = read(case.text)
    found = [_found(doc, quote) for quote in doc._.quotes]
    for expected in case.expected:
        if expected.is_absent:
            assert found == []
            continue
        matching = [(speaker, cue) for kind, content, speaker, cue in found if (kind, content) == expected.words]
        assert matching, found
        speaker, cue = matching[0]
        assert expected.attributes.get("speaker", speaker) == speaker
        assert expected.attributes.get("cue", cue) == cue


def _check(doc: Doc) -> None:
    size = len(doc.text)
    for index, quote in enumerate(doc._.quotes):
        ends = [
            quote.content.start,
            *(end for part in quote.parts for end in (part.start, part.end)),
            quote.content.end,
        ]
        assert ends == sorted(ends)
        assert all(part.start < part.end <= size for part in quote.parts)
        assert quote.content == Span(start=quote.parts[0].start, end=quote.parts[-1].end)
        assert quote.speaker is None or 0 <= quote.speaker < len(doc._.mentions)
        assert quote.cue is None or 0 <= quote.cue.start < quote.cue.end <= size
        assert 0 < quote.confidence <= 1
        if quote.nested_in is not None:
            outer = doc._.quotes[quote.nested_in]
            assert quote.nested_in != index
            assert any(p.start <= quote.content.start and quote.content.end <= p.end for p in outer.parts)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.floats(0.05, 0.9))
def test_marks_may_be_missing_anywhere(read: ReadText, seed: int, share: float):
    chance = random.Random(seed)
    text = "".join(c for c in ARTICLE if c not in MARKS or chance.random() > share)
    _check(read(text))


@settings(max_examples=40, deadline=None)
@given(place=st.integers(0, len(ARTICLE)), mark=st.sampled_from('"“”«»'))
def test_a_mark_put_in_anywhere_costs_only_its_own_paragraph(read: ReadText, place: int, mark: str):
    damaged = read(ARTICLE[:place] + mark + ARTICLE[place:])
    _check(damaged)
    number = ARTICLE.count("\n\n", 0, place)
    kept = [line for index, line in enumerate(ARTICLE.split("\n\n")) if abs(index - number) > 1]
    parts = {part.of(damaged.text) for quote in damaged._.quotes for part in quote.parts}
    assert {words for words in WORDS if any(words in line for line in kept)} <= parts


@settings(max_examples=40, deadline=None)
@given(text=st.text(alphabet=MARKS + "ab A.,:\n said", max_size=60))
def test_any_heap_of_marks_gives_well_formed_quotes(read: ReadText, text: str):
    _check(read(text))


def test_a_stray_mark_costs_no_quotation_of_another_paragraph(read: ReadText):
    doc = read(ARTICLE.replace("Brandt", 'Brandt"', 1))
    parts = {part.of(doc.text) for quote in doc._.quotes for part in quote.parts}
    assert {"The pumps failed at noon,", "Nobody warned us,", "He told me, 'Do not wait', and then he left,"} <= parts


def test_no_quote_crosses_header_or_boilerplate(read: ReadText):
    text = 'date 2020-01-01 "We have lost," Orlik said. FOLLOW OUR FEED "We will win," Hruba said.'
    header = Span(start=0, end=15)
    extra = Span(start=text.index("FOLLOW"), end=text.index("FEED") + 4)
    doc = read(text, header=header, boilerplate=(extra,))
    assert len(doc._.quotes) == 2
    for quote in doc._.quotes:
        for part in quote.parts:
            assert all(part.end <= span.start or span.end <= part.start for span in (header, extra))


def test_a_nested_quote_knows_the_quote_around_it(read: ReadText):
    doc = read('Reuters reported that the minister had said: "Nobody will lose a pension."')
    nested = [quote for quote in doc._.quotes if quote.nested_in is not None]
    for quote in nested:
        outer = doc._.quotes[quote.nested_in].content
        assert outer.start <= quote.content.start
        assert quote.content.end <= outer.end
    assert any("Nobody will lose a pension" in quote.content.of(doc.text) for quote in doc._.quotes)


@pytest.mark.parametrize(
    ("text", "addressee"),
    [
        ("Orlik told the judges that the reserves would last.", "the judges"),
        ('"Nobody warned us," Brandt told reporters.', "reporters"),
        ("Hruba said to Pavel Orlik that the court was weak.", "Pavel Orlik"),
        ("Orlik said that the reserves would last.", None),
    ],
)
def test_a_quote_knows_to_whom_it_was_said(read: ReadText, text: str, addressee: str | None):
    doc = read(text)
    [quote] = doc._.quotes
    found = None if quote.addressee is None else doc._.mentions[quote.addressee].span.of(text)
    assert found == addressee


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Orlik said on Monday that the reserves would last.", "2020-03-02"),
        ('"The bridge is old," Brandt said yesterday.', "2020-03-03"),
        ("Orlik said that the mine closed on Monday.", None),
    ],
)
def test_a_quote_knows_when_it_was_said(read: ReadText, text: str, value: str | None):
    doc = read(text, published="2020-03-04")
    [quote] = doc._.quotes
    assert (None if quote.time is None else doc._.times[quote.time].value) == value


def test_words_outside_and_inside_marks_make_a_quote_mixed(read: ReadText):
    doc = read('Hruba said the court "has never been so weak" and must be reformed.')
    assert [quote.type for quote in doc._.quotes] == [QuoteType.MIXED]
