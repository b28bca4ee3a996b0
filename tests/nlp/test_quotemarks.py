"""Which characters stand inside quotation marks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskb.model import QuoteType, Span
from newskb.nlp.quotemarks import quote_mask, quote_type


def marked(text: str) -> list[str]:
    mask = quote_mask(text)
    found, start = [], mask.find(1)
    while start >= 0:
        end = mask.find(0, start)
        end = len(text) if end < 0 else end
        found.append(text[start:end])
        start = mask.find(1, end)
    return found


@pytest.mark.parametrize(
    ("text", "passages"),
    [
        ('He said "no" twice.', ['"no"']),
        ("He said “no” twice.", ["“no”"]),
        ("He said «no» twice.", ["«no»"]),
        ("He said ``no'' twice.", ["``no''"]),
        ("He said ''no'' twice.", ["''no''"]),
        ("He said 'no, no' twice.", ["'no, no'"]),
        ("He said ‘no, no’ twice.", ["‘no, no’"]),
        ("She won't say what the ministers' plan is.", []),
        ("In the '90s they left.", []),
        ('"One," he said. "Two."', ['"One,"', '"Two."']),
        ("“He told me ‘no’ twice.”", ["“He told me ‘no’ twice.”"]),
        ('A 12" pipe broke.', []),
        ("no marks", []),
        ("", []),
    ],
)
def test_marks_of_every_kind_are_read(text: str, passages: list[str]):
    assert marked(text) == passages


def test_a_quotation_left_open_ends_with_its_paragraph():
    assert marked('He said "no\nShe said yes.') == ['"no']


def test_the_next_paragraph_goes_on_with_a_quotation_that_it_only_closes():
    assert marked("“One\ntwo” he said.") == ["“One", "two”"]


def test_each_paragraph_of_a_long_quotation_is_inside():
    assert marked("“One.\n“Two.\n“Three.” He left.") == ["“One.", "“Two.", "“Three.”"]


def test_a_stray_mark_costs_only_its_own_paragraph():
    rest = 'She said "yes" and left.\nHe said “no”.'
    assert marked('A "stray line here.\n' + rest)[1:] == marked(rest)


def test_a_closing_mark_at_the_head_of_a_paragraph_opens():
    assert marked("”We lost,” she said.") == ["”We lost,”"]


@given(st.text(alphabet="\"“”'‘’«»`a .,\n", max_size=80))
def test_the_mask_has_one_entry_for_each_character_and_spares_line_breaks(text: str):
    mask = quote_mask(text)
    assert len(mask) == len(text)
    assert set(mask) <= {0, 1}
    assert not any(mask[index] for index, character in enumerate(text) if character == "\n")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('"we will win"', QuoteType.DIRECT),
        ('that "we" will win', QuoteType.MIXED),
        ("that we will win", QuoteType.INDIRECT),
    ],
)
def test_the_type_follows_the_share_of_words_inside_marks(text: str, kind: QuoteType):
    assert quote_type(text, [Span(start=0, end=len(text))], quote_mask(text)) == kind
