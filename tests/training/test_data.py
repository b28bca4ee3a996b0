"""The batches of a run."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from newskb.nlp.encoder import SHIPPED
from training.encoder import configuration
from training.encoder.data import Corpus, Sources
from training.encoder.examples import Batch, Cutter, Labels
from training.encoder.invented import PLACES, write_corpora

SETTINGS = configuration.read()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like the shared one, with a few invented sentences in each corpus."""
    folder = tmp_path_factory.mktemp("shared")
    write_corpora(folder)
    return folder


@pytest.fixture(scope="module")
def cutter() -> Cutter:
    return Cutter(SHIPPED / "tokenizer.json")


def same(first: list[Batch], second: list[Batch]) -> bool:
    return len(first) == len(second) and all(
        a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)
        for a, b in zip(first, second, strict=True)
    )


def test_a_round_is_the_same_however_often_it_is_asked(shared: Path, cutter: Cutter) -> None:
    sources = Sources(shared=shared)
    assert same(Corpus(SETTINGS, sources).round(3, cutter), Corpus(SETTINGS, sources).round(3, cutter))


def test_another_round_or_seed_gives_other_batches(shared: Path, cutter: Cutter) -> None:
    sources = Sources(shared=shared)
    corpus = Corpus(SETTINGS, sources)
    other = Corpus(replace(SETTINGS, seed=SETTINGS.seed + 1), sources)
    assert not same(corpus.round(0, cutter), corpus.round(1, cutter))
    assert not same(corpus.round(0, cutter), other.round(0, cutter))


def test_sentences_and_quotes_stand_in_different_batches(shared: Path, cutter: Cutter) -> None:
    batches = Corpus(SETTINGS, Sources(shared=shared)).round(0, cutter)
    assert {"tags" in batch for batch in batches} == {True, False}
    assert all(("tags" in batch) != ("heads" in batch) for batch in batches)


def test_a_corpus_with_a_share_is_read_by_turns(shared: Path, cutter: Cutter) -> None:
    quiet = replace(
        SETTINGS,
        noise=replace(
            SETTINGS.noise, **{name: 0.0 for name in SETTINGS.noise.__dataclass_fields__ if name != "agencies"}
        ),
        windows=replace(SETTINGS.windows, masked_pieces=0.0),
        mixture=configuration.Mixture(ewt=1.0, gum=0.0, gmb=0.0, wikinews=0.0, articles=0.0, polnear=0.5),
    )
    corpus = Corpus(quiet, Sources(shared=shared))
    rounds = [[batch for batch in corpus.round(number, cutter) if "tags" in batch] for number in range(3)]
    seen = [{tuple(row) for batch in batches for row in batch["input_ids"].tolist()} for batches in rounds]
    assert len(seen[0]) == len(seen[1]) == len(PLACES) / 2
    assert not seen[0] & seen[1]
    assert seen[0] == seen[2]


def test_a_corpus_without_a_share_is_left_out(shared: Path, cutter: Cutter) -> None:
    without = replace(SETTINGS, mixture=replace(SETTINGS.mixture, polnear=0.0))
    assert all("heads" in batch for batch in Corpus(without, Sources(shared=shared)).round(0, cutter))


def test_labels_come_from_the_corpora(shared: Path) -> None:
    assert Corpus(SETTINGS, Sources(shared=shared)).labels == Labels(
        upos=("ADP", "NOUN", "PROPN", "VERB"),
        xpos=("IN", "NNP", "NNS", "VB", "VBD"),
        relations=("case", "nmod", "nsubj", "root"),
        names=("O", "B-GPE", "I-GPE"),
    )


def test_names_of_our_own_replace_those_that_came_with_the_texts(shared: Path, cutter: Cutter, tmp_path: Path) -> None:
    row = json.dumps({"ents": [[2, 3, "GPE"]], "missing": [0]}) + "\n"
    (tmp_path / "ewt_train.jsonl.gz").write_bytes(gzip.compress((row * len(PLACES)).encode()))
    only_trees = replace(
        SETTINGS, mixture=configuration.Mixture(ewt=1.0, gum=0.0, gmb=1.0, wikinews=0.0, articles=0.0, polnear=0.0)
    )
    plain = Corpus(only_trees, Sources(shared=shared)).round(0, cutter)
    named = Corpus(only_trees, Sources(shared=shared, silver=tmp_path)).round(0, cutter)
    learnt = [sum(int((batch["names"] >= 0).sum()) for batch in batches) for batches in (plain, named)]
    assert learnt[1] == learnt[0] + 3 * len(PLACES)
