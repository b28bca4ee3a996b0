"""What leaves spaCy."""

from __future__ import annotations

from newskb.model import ArticleFacts, Span
from newskb.nlp.harvest import MAX_TERMS, harvest
from tests.nlp.conftest import ReadText


def _facts(read: ReadText, text: str, **fields: object) -> ArticleFacts:
    doc = read(text, **fields)
    return harvest(doc, doc._.article, "test-1")


def test_sentences_leave_out_header_and_white_space(read: ReadText):
    text = "date 2019-05-05 The mine closed.\n\n  Nobody was hurt. "
    facts = _facts(read, text, header=Span(start=0, end=15))
    assert [span.of(text) for span in facts.sentences] == ["The mine closed.", "Nobody was hurt."]


def test_terms_are_counted_lemmas_without_empty_words(read: ReadText):
    facts = _facts(read, "Miners closed the mine. The miners said that mines are dangerous.")
    terms = dict(facts.terms)
    assert terms["miner"] == 2
    assert terms["mine"] == 2
    assert "the" not in terms
    assert "say" not in terms


def test_terms_are_in_a_fixed_order_and_limited(read: ReadText):
    facts = _facts(read, " ".join(f"The {chr(97 + i % 26)}{chr(97 + i // 26)}zon fell." for i in range(120)))
    assert len(facts.terms) <= MAX_TERMS
    assert list(facts.terms) == sorted(facts.terms, key=lambda term: (-term[1], term[0]))


def test_header_and_boilerplate_give_no_terms(read: ReadText):
    text = "date 2019-05-05 The mine closed. Follow our newsletter."
    start = text.index("Follow")
    facts = _facts(read, text, header=Span(start=0, end=15), boilerplate=(Span(start=start, end=len(text)),))
    assert "newsletter" not in dict(facts.terms)
    assert "date" not in dict(facts.terms)


def test_the_facts_name_article_and_extractor(read: ReadText):
    facts = _facts(read, "The mine closed.", key="art-7")
    assert (facts.article, facts.extractor, facts.analysed, facts.not_analysed) == ("art-7", "test-1", True, None)
