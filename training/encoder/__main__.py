"""The language model from the command line: ``python -m training.encoder model --shared FOLDER --run FOLDER``."""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path

from training.encoder import configuration
from training.encoder.base import fetch, tensors
from training.encoder.data import Corpus, Sources
from training.encoder.evaluation import evaluate, joined, table
from training.encoder.examples import Cutter

log = logging.getLogger("training.encoder")


def main() -> None:
    options = _options()
    options.run.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(message)s",
        handlers=[logging.StreamHandler(), logging.FileHandler(options.run / "log.txt", encoding="utf-8")],
    )
    options.do(options)


def train(options: argparse.Namespace) -> None:
    """Train from the last state in the run folder to the end, then export and score."""
    import torch

    from training.encoder.export import export
    from training.encoder.trainer import Trainer

    torch.set_num_threads(options.threads)
    settings = configuration.read(options.config, options.set)
    folder = fetch(settings.base, options.base)
    base, tokenizer = tensors(folder / "model.safetensors"), folder / "tokenizer.json"
    corpus = Corpus(settings, Sources(shared=options.shared, silver=options.silver))
    corpus.labels.write(options.run / "labels.json")
    trainer = Trainer(settings, corpus, base, cutter=Cutter(tokenizer), folder=options.run)
    if not trainer.resume() and options.start_from is not None:
        trainer.start_from(options.start_from)

    def finish(current: Trainer, is_last: bool) -> None:
        network = current.averaged_network()
        exact, small = export(network, base, corpus.labels, tokenizer=tokenizer, folder=options.run)
        scores = {"int8": evaluate(small, options.shared)}
        if is_last:
            scores = {"float": evaluate(exact, options.shared)} | scores
        (options.run / "scores.json").write_text(json.dumps(scores, indent=1), encoding="utf-8")
        for name, found in scores.items():
            log.info("round %d, %s: %s", current.round, name, joined(found.items()))

    trainer.run(steps=options.steps, after_round=finish)
    if options.steps is not None:
        finish(trainer, is_last=True)
    print(table(json.loads((options.run / "scores.json").read_text(encoding="utf-8"))))


def score(options: argparse.Namespace) -> None:
    """Score exported models side by side."""
    print(table({path.name: evaluate(path, options.shared) for path in options.models}))


def make_silver(options: argparse.Namespace) -> None:
    """Name the words of unannotated texts where a model and the names that came with the texts agree."""
    from training.encoder.silver import label

    label(options.models, options.shared, options.out, texts=options.texts)


def check(options: argparse.Namespace) -> None:
    """Try what training promises: equal runs, runs that go on after a kill, files that say what torch says."""
    import torch

    from training.encoder import selfcheck

    torch.set_num_threads(options.threads)
    selfcheck.check(options.base)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.encoder", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, do in (("model", train), ("score", score), ("silver", make_silver), ("check", check)):
        command = commands.add_parser(name, help=(do.__doc__ or "").splitlines()[0])
        command.set_defaults(do=do)
        command.add_argument("--run", type=Path, default=Path("training/runs/default"), help="state, log and results")
        if do is not check:
            command.add_argument("--shared", type=Path, required=True, help="folder with corpora/ and eval/")
        if do in (train, check):
            command.add_argument("--base", type=Path, default=Path("training/runs/base"), help="keeps the base model")
            command.add_argument("--threads", type=int, default=2)
        else:
            command.add_argument("models", type=Path, nargs="+", help="folders with exported models")
        if do is train:
            command.add_argument("--config", type=Path, default=configuration.DEFAULT)
            command.add_argument("--set", nargs="*", default=[], help="changes of the configuration: mixture.polnear=0")
            command.add_argument("--silver", type=Path, help="folder that `silver` wrote")
            command.add_argument("--start-from", type=Path, help="weights.pt of another run")
            command.add_argument("--steps", type=int, help="stop after so many, export and score; 0: as it is")
        if do is make_silver:
            command.add_argument("--out", type=Path, required=True)
            command.add_argument("--texts", type=Path, help="articles with names of another parser (older_parser.py)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
