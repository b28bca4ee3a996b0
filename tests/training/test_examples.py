"""Windows of pieces and their targets."""

import numpy as np
import pytest

from newskb.evals.treebanks import NO_HEAD, UNKNOWN, Sentence
from newskb.nlp.encoder import PARSE_PIECES, QUOTE_PIECES, SHIPPED
from newskb.nlp.quotes import LABELS
from training.encoder.corpora import AttributedText, Attribution
from training.encoder.examples import (
    IGNORE,
    MASK,
    QUOTES,
    Cutter,
    Labels,
    Packer,
    QuoteTargets,
    inventory,
    pack_paragraphs,
    quote_batch,
    sentence_batch,
)

LABEL_LISTS = Labels(
    upos=("NOUN", "VERB"),
    xpos=("NN", "VBD"),
    relations=("nsubj", "root"),
    names=("O", "B-GPE", "I-GPE", "B-PERSON", "I-PERSON"),
)


@pytest.fixture(scope="module")
def cutter() -> Cutter:
    return Cutter(SHIPPED / "tokenizer.json")


def tree(*words: str) -> Sentence:
    """The last word is the root, all others are its subjects."""
    size = len(words)
    return Sentence(
        words=words,
        quoted=(False,) * size,
        upos=("NOUN",) * (size - 1) + ("VERB",),
        xpos=("NN",) * (size - 1) + ("VBD",),
        heads=(size,) * (size - 1) + (0,),
        relations=("nsubj",) * (size - 1) + ("root",),
        names=(UNKNOWN,) * size,
    )


def named(words: tuple[str, ...], names: tuple[str, ...]) -> Sentence:
    unknown = (UNKNOWN,) * len(words)
    return Sentence(
        words=words,
        quoted=(False,) * len(words),
        upos=unknown,
        xpos=unknown,
        heads=(NO_HEAD,) * len(words),
        relations=unknown,
        names=names,
    )


def test_the_quote_tags_are_those_that_run_time_decodes() -> None:
    assert tuple(label.replace("other_attribution", "other") for label in QUOTES) == LABELS


def test_the_inventory_is_sorted_and_gives_each_type_both_tags() -> None:
    names = named(("Lima", "slept"), ("B-GPE", "O"))
    found = inventory([tree("rain", "fell")], [names])
    assert found.upos == ("NOUN", "VERB")
    assert found.names == ("O", "B-GPE", "I-GPE")
    assert found.relations == ("nsubj", "root")


def test_heads_count_from_the_root_of_the_window(cutter: Cutter) -> None:
    (window,) = Packer(cutter, LABEL_LISTS).pack([tree("rain", "fell"), tree("it", "stopped")])
    assert window.words["heads"] == [IGNORE, 2, 0, 4, 0]
    assert window.words["sentence"] == [-1, 0, 0, 1, 1]
    assert window.words["sentence_start"] == [IGNORE, 1, 0, 1, 0]


def test_a_layer_that_is_unknown_teaches_nothing(cutter: Cutter) -> None:
    sentences = [tree("rain", "fell"), named(("Lima", "slept"), ("B-GPE", UNKNOWN))]
    (window,) = Packer(cutter, LABEL_LISTS).pack(sentences)
    assert window.words["names"] == [IGNORE, IGNORE, IGNORE, 1, IGNORE]
    assert window.words["upos"] == [IGNORE, 0, 1, IGNORE, IGNORE]


def test_windows_hold_whole_sentences_and_no_more_pieces_than_run_time_gives(cutter: Cutter) -> None:
    sentences = [tree(*["rain"] * length, "fell") for length in (50, 60, 40, 90, 10)]
    windows = list(Packer(cutter, LABEL_LISTS).pack(sentences))
    assert [len(window.ids) for window in windows] == [1 + 51 + 61, 1 + 41, 1 + 91 + 11]
    assert all(len(window.ids) <= PARSE_PIECES for window in windows)


def test_a_sentence_longer_than_a_window_is_left_out(cutter: Cutter) -> None:
    assert list(Packer(cutter, LABEL_LISTS).pack([tree(*["rain"] * PARSE_PIECES)])) == []


def test_a_word_without_pieces_takes_the_piece_before_it(cutter: Cutter) -> None:
    (window,) = Packer(cutter, LABEL_LISTS).pack([named(("Lima", "\ufe0f", "slept"), ("B-GPE", "O", "O"))])
    assert cutter.word("\ufe0f") == []
    assert window.first[2] == window.first[1]


def test_a_batch_pads_words_with_the_end_of_their_pieces(cutter: Cutter) -> None:
    packer = Packer(cutter, LABEL_LISTS)
    windows = [*packer.pack([tree("rain", "fell")]), *packer.pack([tree("a", "long", "rain", "fell")])]
    batch = sentence_batch(windows, masked=0.0, random=np.random.default_rng(1))
    assert batch["first_piece"].tolist() == [[0, 1, 2, 3, 3], [0, 1, 2, 3, 4]]
    assert batch["attention_mask"].sum(1).tolist() == [3, 5]
    assert batch["heads"][0].tolist() == [IGNORE, 2, 0, IGNORE, IGNORE]
    assert batch["sentence"][0].tolist() == [-1, 0, 0, -1, -1]


def test_hidden_pieces_are_never_the_root_or_padding(cutter: Cutter) -> None:
    packer = Packer(cutter, LABEL_LISTS)
    windows = [*packer.pack([tree("rain", "fell")]), *packer.pack([tree("a", "long", "rain", "fell")])]
    batch = sentence_batch(windows, masked=1.0, random=np.random.default_rng(1))
    assert (batch["input_ids"][:, 0] != MASK).all()
    assert batch["input_ids"][0].tolist()[1:] == [MASK, MASK, 0, 0]


TEXT = "“We came,” she said.\nNo one knows why."
ARTICLE = AttributedText(
    id="a",
    text=TEXT,
    attributions=(
        Attribution(content=((1, 9),), cue=((15, 19),), source=((11, 14),), is_quote=True),
        Attribution(content=((34, 37),), cue=((28, 33),), source=(), is_quote=False),
    ),
)


def test_content_points_to_its_cue_and_its_source(cutter: Cutter) -> None:
    (pieces,) = pack_paragraphs(cutter.paragraphs(TEXT))
    window = QuoteTargets(ARTICLE).window(pieces)
    texts = [None if piece is None else TEXT[piece.start : piece.end] for piece in pieces]
    first, cue, source = texts.index("We"), texts.index("said"), texts.index("she")
    assert QUOTES[window.tags[first]] == "B-quote"
    assert QUOTES[window.tags[first + 1]] == "I-quote"
    assert (window.cue[first], window.source[first]) == (cue, source)
    assert (QUOTES[window.tags[cue]], window.source[cue], window.cue[cue]) == ("B-cue", source, IGNORE)
    assert (window.source[source], window.cue[source]) == (IGNORE, IGNORE)


def test_what_has_no_source_points_to_nothing(cutter: Cutter) -> None:
    (pieces,) = pack_paragraphs(cutter.paragraphs(TEXT))
    window = QuoteTargets(ARTICLE).window(pieces)
    why = [None if piece is None else TEXT[piece.start : piece.end] for piece in pieces].index("why")
    assert QUOTES[window.tags[why]] == "B-other_attribution"
    assert window.source[why] == 0


def test_a_cue_outside_of_the_window_is_not_learnt(cutter: Cutter) -> None:
    first, _ = list(cutter.paragraphs(TEXT))
    window = QuoteTargets(ARTICLE).window([None, *first[:4], None])
    assert window.cue[2] == IGNORE


def test_paragraph_marks_and_later_pieces_of_a_word_have_no_target(cutter: Cutter) -> None:
    (pieces,) = pack_paragraphs(cutter.paragraphs("Unpronounceableville slept.\nIt rained."))
    window = QuoteTargets(AttributedText(id="b", text="x" * 40, attributions=())).window(pieces)
    for piece, tag in zip(pieces, window.tags, strict=True):
        assert (tag == 0) == (piece is not None and piece.is_first)


def test_quote_windows_are_no_longer_than_at_run_time(cutter: Cutter) -> None:
    text = "\n".join("The mayor of the town said that the bridge would be closed. " * 3 for _ in range(30))
    windows = list(pack_paragraphs(cutter.paragraphs(text), first=100))
    assert len(windows[0]) <= 100
    assert max(map(len, windows)) <= QUOTE_PIECES
    assert sum(piece is None for window in windows for piece in window) == len(windows) + 30


def test_a_batch_of_quote_windows_is_padded_to_the_longest(cutter: Cutter) -> None:
    targets = QuoteTargets(ARTICLE)
    windows = [targets.window([None, *paragraph, None]) for paragraph in cutter.paragraphs(TEXT)]
    batch = quote_batch(windows)
    assert batch["input_ids"].shape == batch["tags"].shape == (2, max(len(window.ids) for window in windows))
    assert batch["attention_mask"].sum(1).tolist() == [len(window.ids) for window in windows]
