"""Promises of training that need torch, tried on a few invented sentences: same seed, killed run, exported file.

The tests of the package do without torch; run ``python -m training.encoder check`` after a change of network, trainer
or export.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnxruntime
import torch

from newskb.nlp.encoder import EMBEDDING, Encoder
from training.encoder import configuration
from training.encoder.base import Tensors, fetch, tensors
from training.encoder.configuration import Configuration
from training.encoder.contract import INPUTS, MODEL, OUTPUTS
from training.encoder.data import Corpus, Sources
from training.encoder.examples import Cutter
from training.encoder.export import export
from training.encoder.invented import PLACES, write_corpora
from training.encoder.network import Network, Original, embed
from training.encoder.trainer import Trainer

log = logging.getLogger(__name__)

STEPS = 6
COPIES = 60
"""Of the invented sentences, so that a round has more batches than steps are tried."""
FLOAT_TOLERANCE = 2e-3
"""Largest difference of a score between torch and the exported float file; sums are taken in another order."""
SMALLEST_COSINE = 0.98
"""Of sentence vectors in int8 with those of the base model."""


class Broken(Exception):
    """A promise that does not hold."""


def check(base_folder: Path) -> None:
    """Try every promise; the first that does not hold is raised as ``Broken``."""
    settings = configuration.read()
    settings = replace(settings, rounds=1.0, progress=replace(settings.progress, checkpoint_minutes=60.0))
    folder = fetch(settings.base, base_folder)
    base, tokenizer = tensors(folder / "model.safetensors"), folder / "tokenizer.json"
    with TemporaryDirectory() as place:
        write_corpora(Path(place) / "shared", copies=COPIES)
        corpus = Corpus(settings, Sources(shared=Path(place) / "shared"))

        def trainer(run: str) -> Trainer:
            return Trainer(settings, corpus, base, cutter=Cutter(tokenizer), folder=Path(place) / run)

        same_seed_same_weights(trainer)
        killed_run_goes_on_to_the_same_weights(trainer)
        another_run_gives_what_fits(trainer, Path(place))
        exported_files_say_the_same(settings, corpus, base, tokenizer, Path(place))


def same_seed_same_weights(trainer: Callable[[str], Trainer]) -> None:
    """Two runs with one seed are bit-equal."""
    first = trainer("first")
    first.run(steps=STEPS)
    second = trainer("second")
    second.run(steps=STEPS)
    _equal(first, second, "two runs with one seed differ")
    log.info("two runs with one seed are equal after %d steps", first.step)


def killed_run_goes_on_to_the_same_weights(trainer: Callable[[str], Trainer]) -> None:
    """A run that goes on from its state ends as one that was never stopped."""
    whole = trainer("whole")
    whole.run(steps=STEPS)
    half = trainer("half")
    half.run(steps=STEPS // 2)
    resumed = trainer("half")
    if not resumed.resume():
        raise Broken("no state was written")
    resumed.run(steps=STEPS - STEPS // 2)
    _equal(whole, resumed, "a run that was stopped and went on differs")
    log.info("a run that went on from step %d is equal to one that never stopped", STEPS // 2)


def another_run_gives_what_fits(trainer: Callable[[str], Trainer], place: Path) -> None:
    """Starting from other weights takes them over, but for heads of another size."""
    other = trainer("other")
    other.run(steps=1)
    weights = other.averaged()
    weights["names.weight"] = torch.zeros(len(PLACES), 384)
    torch.save(weights, place / "weights.pt")
    started = trainer("started")
    random = started.averaged()["names.weight"]
    started.start_from(place / "weights.pt")
    found = started.averaged()
    if not torch.equal(found["encoder.layers.0.qkv.weight"], weights["encoder.layers.0.qkv.weight"]):
        raise Broken("the encoder of another run was not taken over")
    if not torch.equal(found["names.weight"], random):
        raise Broken("a head of another size was taken over")
    log.info("a run starts from the weights of another one as far as they fit")


def exported_files_say_the_same(
    settings: Configuration, corpus: Corpus, base: Tensors, tokenizer: Path, place: Path
) -> None:
    """The float file agrees with torch, run time loads the int8 file, and both give the base model's vectors."""
    torch.manual_seed(settings.seed)
    network = Network(settings.network, corpus.labels)
    network.load_base(base)
    network.eval()
    exact, small = export(network, base, corpus.labels, tokenizer=tokenizer, folder=place / "export")
    feed = _feed()
    with torch.no_grad():
        batch = {name: torch.from_numpy(values) for name, values in feed.items()}
        wanted = network.everything(batch)
        embedded = embed(network.words, network.positions, batch["input_ids"])
        vector = Original(base).eval()(embedded, batch["attention_mask"])
    found = _run(exact, feed)
    for name, values in (wanted | {EMBEDDING: vector}).items():
        difference = float(np.abs(found[name] - values.numpy()).max())
        if difference > FLOAT_TOLERANCE:
            raise Broken(f"output {name} of the float file differs by {difference:.4f} from torch")
    cosine = float((_run(small, feed)[EMBEDDING] * vector.numpy()).sum(1).min())
    if cosine < SMALLEST_COSINE:
        raise Broken(f"a sentence vector of the int8 file has a cosine of only {cosine:.3f} with the base model's")
    reader = Encoder(small)
    [alone] = reader.embed(["The ferry left Lima."])
    if abs(float(alone @ alone) - 1.0) > FLOAT_TOLERANCE:
        raise Broken("a sentence vector is not of length one")
    words = reader.words(["The", "ferry", "left", "Lima", "."], quoted=[0] * 5, breaks=[True] + [False] * 4)
    if len(words) != 5:
        raise Broken("run time cannot read with the int8 file")
    log.info("float file equals torch; cosine of int8 sentence vectors %.4f; run time reads", cosine)


def _feed() -> dict[str, np.ndarray]:
    """A window of 40 pieces and one of 30, so that padding is tried too."""
    random = np.random.default_rng(1)
    ids = random.integers(1000, 20_000, (2, 40))
    mask = np.ones_like(ids)
    mask[1, 30:] = 0
    first = np.tile(np.arange(0, 30, 2), (2, 1))
    values = (ids, random.integers(0, 6, ids.shape), random.integers(0, 2, ids.shape), mask, first)
    return {name: value.astype(np.int64) for name, value in zip(INPUTS, values, strict=True)}


def _run(model: Path, feed: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The heads' outputs with words, and the vector without."""
    session = onnxruntime.InferenceSession(str(model / MODEL), providers=["CPUExecutionProvider"])
    found = dict(zip(OUTPUTS, session.run(list(OUTPUTS), feed), strict=True))
    no_words = feed | {"first_piece": feed["first_piece"][:, :0]}
    *others, vector = session.run([*OUTPUTS, EMBEDDING], no_words)
    if any(values.size for values in others) or session.run([EMBEDDING], feed)[0].size:
        raise Broken("the stack that was not asked for ran all the same")
    return found | {EMBEDDING: vector}


def _equal(first: Trainer, second: Trainer, message: str) -> None:
    if first.step != second.step:
        raise Broken(f"{message}: {first.step} and {second.step} steps")
    others = second.averaged()
    for name, values in first.averaged().items():
        if not torch.equal(values, others[name]):
            raise Broken(f"{message}, first in {name}")
