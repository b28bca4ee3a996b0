"""The encoder: what a text gets is its own, the same in every run, and aligned with its characters."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from newskb.nlp.encoder import (
    EMBEDDING_WIDTH,
    LONGEST_SENTENCE_PIECES,
    QUOTE_PIECES,
    Encoder,
    case_id,
    sentence_openers,
)
from newskb.nlp.quotemarks import quote_mask
from newskb.nlp.reading import shared_encoder
from tests.nlp.conftest import ReadText

TEXT = (
    "Marta Hruba, who leads the party, met Pavel Orlik in Oslo on Monday. “We will not leave,” she told reporters. "
    "Police arrested nine students after the march.\nThe mine closed in March; two hundred workers lost their jobs."
)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return shared_encoder(1)


def _state(doc: Doc) -> list[tuple[object, ...]]:
    tokens: list[tuple[object, ...]] = [
        (token.idx, token.tag_, token.pos_, token.lemma_, token.dep_, token.head.i, token.is_sent_start)
        for token in doc
    ]
    return [*tokens, *((entity.start_char, entity.end_char, entity.label_) for entity in doc.ents)]


def test_two_readings_are_bit_equal(encoder: Encoder):
    mask = quote_mask(TEXT)
    first, second = (list(encoder.quotes(TEXT, [(0, len(TEXT))], mask)) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        assert one.pieces == other.pieces
        assert np.array_equal(one.tags, other.tags)
        assert np.array_equal(one.pointers, other.pointers)


def test_what_an_article_gets_does_not_depend_on_those_before_it(read: ReadText):
    alone = _state(read(TEXT))
    for neighbour in ("Short.", "CAPITALS EVERYWHERE! " * 40, TEXT[::-1]):
        read(neighbour)
        assert _state(read(TEXT)) == alone


def test_sentences_start_after_full_stops_and_line_breaks(read: ReadText):
    starts = [sentence.text.split()[0] for sentence in read(TEXT).sents]
    assert starts == ["Marta", "“", "Police", "The"] or starts == ["Marta", "“We", "Police", "The"]


def test_a_capital_after_a_full_stop_opens_a_sentence_for_sure():
    words = ["He", "left", ".", "She", "stayed", ".", '"', "Why", "?", '"', "Lavrov", "asked", "."]
    quoted = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0]
    assert sentence_openers(words, quoted) == ({3, 6}, {10})


def test_the_tree_of_a_sentence_has_one_root_and_stays_inside_it(read: ReadText):
    for sentence in read(TEXT).sents:
        roots = [token for token in sentence if token.head == token]
        assert len(roots) == 1
        assert all(sentence.start <= token.head.i < sentence.end for token in sentence)


def test_subjects_and_objects_are_found(read: ReadText):
    doc = read("Police arrested nine students.")
    assert [(token.text, token.dep_) for token in doc if token.dep_ in ("nsubj", "obj", "root", "ROOT")] == [
        ("Police", "nsubj"),
        ("arrested", "root"),
        ("students", "obj"),
    ]


def test_an_empty_text_is_read(read: ReadText):
    for text in ("", " ", "\n\n", "\t"):
        doc = read(text)
        assert doc.text == text
        assert not doc.ents
        assert doc._.quotes == []


def test_a_sentence_longer_than_every_window_is_read(read: ReadText):
    text = "we saw the sea and " * LONGEST_SENTENCE_PIECES + "left."
    doc = read(text)
    assert doc.text == text
    assert all(token.head.sent == token.sent for token in doc)


def test_a_paragraph_longer_than_a_window_is_read_in_parts(encoder: Encoder):
    text = "The mine closed. " * QUOTE_PIECES
    windows = list(encoder.quotes(text, [(0, len(text))], quote_mask(text)))
    pieces = [piece for window in windows for piece in window.pieces if piece is not None]
    assert all(len(window.pieces) <= QUOTE_PIECES for window in windows)
    assert [piece.start for piece in pieces] == sorted(piece.start for piece in pieces)
    assert len({(piece.start, piece.end) for piece in pieces}) == len(pieces)
    assert pieces[-1].end == len(text.rstrip())


def test_words_without_a_piece_of_their_own_are_read(read: ReadText):
    text = "\ufe0f " * 600
    doc = read(text)
    assert doc.text == text


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=80))
def test_any_text_is_read_with_aligned_spans(read: ReadText, text: str):
    doc = read(text)
    assert doc.text == text
    for entity in doc.ents:
        assert text[entity.start_char : entity.end_char] == entity.text
    for window in doc._.quote_windows:
        for piece in window.pieces:
            assert piece is None or 0 <= piece.start <= piece.end <= len(text)
    assert sum(len(sentence) for sentence in doc.sents) == len(doc)


@settings(max_examples=30, deadline=None)
@given(
    words=st.lists(
        st.sampled_from(["The", "mine", "closed", ".", '"', "said", "\n", "é", "漢字", "👍🏽", "﷽"]), max_size=300
    )
)
def test_any_words_are_read(read: ReadText, words: list[str]):
    text = " ".join(words)
    assert read(text).text == text


def test_a_text_of_a_million_characters_is_read(encoder: Encoder):
    words = (TEXT.split() * (1_000_000 // len(TEXT) + 1))[:8_000]
    text = "\n".join(" ".join(words[start : start + 50]) for start in range(0, len(words), 50))
    text += "\n" + "x" * (1_000_000 - len(text) - 1)
    assert len(text) == 1_000_000
    tokens = text.split()
    found = encoder.words(tokens, quoted=[0] * len(tokens), breaks=[False] * len(tokens))
    assert len(found) == len(tokens)
    assert all(0 <= word.head < len(tokens) for word in found)


def test_a_pipeline_loads_in_less_than_250_megabytes():
    script = (
        "import psutil\n"
        "from newskb.nlp.pipeline import build\n"
        "build()('The mine closed in March.')\n"
        "print(psutil.Process().memory_info().rss // 2**20)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 250


def test_reading_more_articles_takes_no_more_memory():
    script = (
        "import psutil, spacy\n"
        "from newskb.nlp.encoder import SHIPPED, Encoder\n"
        "from newskb.nlp.reading import EncoderReader\n"
        "nlp, read = spacy.blank('en'), EncoderReader(Encoder(SHIPPED), with_quotes=True)\n"
        "def after(first, last):\n"
        "    for number in range(first, last):\n"
        "        read(nlp.make_doc(f'Minister Orlik{number} said that mine {number} would close. ' * 4))\n"
        "    return psutil.Process().memory_info().rss // 2**20\n"
        "early = after(0, 100)\n"
        "print(after(100, 600) - early)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 10


@pytest.mark.parametrize(
    ("word", "case"), [("said", 0), ("Orlik", 1), ("I", 1), ("NATO", 2), ("McCain", 3), ("2019", 4), ("“", 5)]
)
def test_words_have_case_classes(word: str, case: int):
    assert case_id(word) == case


def test_the_components_need_nothing_that_is_not_there(nlp: Language):
    analysis = nlp.analyze_pipes(keys=["assigns", "requires"])
    assert {name: found for name, found in analysis["problems"].items() if found} == {}


def test_sentence_vectors_have_length_one_and_do_not_depend_on_one_another(encoder: Encoder):
    texts = ["Protesters marched in Lima.", "", "\x00 \u202e", "The bank raised rates. " * 20_000]
    vectors = encoder.embed(texts)
    assert vectors.shape == (4, EMBEDDING_WIDTH)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1.0] * 4, abs=1e-3)
    for text, vector in zip(texts, vectors, strict=True):
        assert np.array_equal(encoder.embed([text])[0], vector)


def test_texts_of_one_meaning_have_near_vectors(encoder: Encoder):
    first, second, other = encoder.embed(
        ["A ferry sank off Lima.", "A boat went down near the Peruvian capital.", "The bank raised its key rate."]
    )
    assert first @ second > first @ other + 0.2


@given(st.text(max_size=300))
@settings(max_examples=25, deadline=None)
def test_any_text_has_a_vector(encoder: Encoder, text: str):
    assert float(np.linalg.norm(encoder.embed([text])[0])) == pytest.approx(1.0, abs=1e-3)
