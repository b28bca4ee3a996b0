"""The annotator: one article after another, a bad one costs only itself."""

from __future__ import annotations

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from newskb.model import ArticleFacts
from newskb.nlp.pipeline import BARE, COMPONENTS, ENCODER, MAX_CHARS, MAX_PARAGRAPH_CHARS, Annotator, build
from tests.nlp.conftest import make_article

TEXT = 'Marta Hruba met Pavel Orlik in Oslo on Monday. "The talks have failed," she said.'


def _without_keys(facts: ArticleFacts) -> tuple[object, ...]:
    return facts.mentions, facts.times, facts.quotes, facts.claims, facts.events, facts.sentences, facts.terms


def test_an_article_gets_every_layer(annotator: Annotator):
    [facts] = annotator.annotate([make_article(TEXT, published="2020-03-04")])
    assert facts.analysed
    assert facts.mentions
    assert facts.quotes
    assert facts.claims
    assert facts.events
    assert [time.value for time in facts.times] == ["2020-03-02"]
    assert facts.extractor == annotator.version


def test_neighbours_order_and_batch_change_nothing(annotator: Annotator):
    texts = [TEXT, "The mine closed. " * 30, "", "Short.", TEXT.upper()]
    articles = [make_article(text, key=f"art-{number}") for number, text in enumerate(texts)]
    together = annotator.annotate(articles)
    alone = [annotator.annotate([article])[0] for article in articles]
    backwards = annotator.annotate(articles[::-1])[::-1]
    assert together == alone == backwards


def test_another_annotator_gives_the_same_facts(annotator: Annotator):
    article = make_article(TEXT)
    assert Annotator().annotate([article]) == annotator.annotate([article])


@pytest.mark.parametrize("language", ["de", "es", "zh"])
def test_another_language_is_not_read(annotator: Annotator, language: str):
    [facts] = annotator.annotate([make_article(TEXT, language=language)])
    assert not facts.analysed
    assert facts.not_analysed == "language"
    assert _without_keys(facts) == ((), (), (), (), (), (), ())


def test_a_text_too_short_to_tell_its_language_is_read(annotator: Annotator):
    [facts] = annotator.annotate([make_article("The mine closed.", language=None)])
    assert facts.analysed


def test_texts_that_are_too_long_are_not_read(annotator: Annotator):
    long_text = make_article("The mine closed.\n" * (MAX_CHARS // 17 + 1))
    long_line = make_article("x" * (MAX_PARAGRAPH_CHARS + 1))
    assert [facts.not_analysed for facts in annotator.annotate([long_text, long_line])] == ["length", "length"]


def test_a_bad_article_costs_only_itself(caplog: pytest.LogCaptureFixture):
    @Language.component("newskb_test_failure")
    def fail(doc: Doc) -> Doc:
        if "poison" in doc.text:
            raise ArithmeticError("poison")
        return doc

    annotator = Annotator()
    annotator._nlp.add_pipe("newskb_test_failure", last=True)
    articles = [make_article(text, key=text) for text in ("The mine closed.", "A poison.", "The mine closed again.")]
    facts = annotator.annotate(articles)
    assert [found.analysed for found in facts] == [True, False, True]
    assert facts[1].not_analysed == "error: ArithmeticError"
    assert [record.message for record in caplog.records] == ["an article could not be read"]


def test_a_pipeline_can_stop_early():
    assert build(components=BARE).pipe_names == [ENCODER]
    assert build(components=2).pipe_names == [ENCODER, *COMPONENTS[:2]]
    assert build().pipe_names == [ENCODER, *COMPONENTS]


def test_a_bare_pipeline_reads_no_quotes():
    doc = build(components=BARE)(TEXT)
    assert doc._.quote_windows is None
    assert [entity.text for entity in doc.ents][:2] == ["Marta Hruba", "Pavel Orlik"]


def test_the_version_is_the_same_in_every_annotator(annotator: Annotator):
    assert Annotator().version == annotator.version
    assert annotator.version.startswith("newskb-")
