"""Batches become weights: one step a batch, all heads together, and a state on disk from which a killed run goes on."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor

from training.encoder.base import Tensors
from training.encoder.configuration import Configuration
from training.encoder.contract import PIECES
from training.encoder.data import Corpus
from training.encoder.examples import IGNORE, Batch, Cutter
from training.encoder.network import FORBIDDEN, Network

log = logging.getLogger(__name__)

State = dict[str, Any]
ENCODER_PARTS = ("words", "positions", "encoder")
"""Parameters that come from the base model and learn at its rate."""


class Trainer:
    """A run in a folder: ``state.pt`` to go on from, ``weights.pt`` with the averaged weights of the last round."""

    def __init__(
        self, configuration: Configuration, corpus: Corpus, base: Tensors, *, cutter: Cutter, folder: Path
    ) -> None:
        self.configuration = configuration
        self.folder = folder
        self._corpus = corpus
        self._cutter = cutter
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        torch.manual_seed(configuration.seed)
        torch.use_deterministic_algorithms(True, warn_only=True)
        # Filling fresh memory only serves to find faulty code, and costs two steps in a hundred.
        torch.utils.deterministic.fill_uninitialized_memory = False
        self.network = Network(configuration.network, corpus.labels)
        self.network.load_base(base)
        self.network.to(self.device)
        for name, parameter in self.network.named_parameters():
            parameter.requires_grad_(not name.startswith(configuration.optimiser.freeze))
        self._optimiser = self._make_optimiser()
        self._average = {name: value.detach().clone() for name, value in self._learning()}
        self.step = self.round = self.done_in_round = 0
        self._steps_per_round = 0

    def _learning(self) -> Iterator[tuple[str, torch.nn.Parameter]]:
        return ((name, value) for name, value in self.network.named_parameters() if value.requires_grad)

    def _make_optimiser(self) -> torch.optim.AdamW:
        rates = self.configuration.optimiser
        groups: dict[float, list[torch.nn.Parameter]] = {rates.encoder_rate: [], rates.head_rate: []}
        for name, value in self._learning():
            groups[rates.encoder_rate if name.startswith(ENCODER_PARTS) else rates.head_rate].append(value)
        return torch.optim.AdamW(
            [{"params": values, "base": rate} for rate, values in groups.items() if values],
            lr=rates.head_rate,
            weight_decay=rates.weight_decay,
            fused=True,
        )

    # --- the run -----------------------------------------------------------------------------------------------------

    def run(self, *, steps: int | None = None, after_round: Callable[[Trainer, bool], None] | None = None) -> None:
        """Train to the end, or for ``steps`` steps; ``after_round`` is told whether it was the last one."""
        settings = self.configuration.progress
        first = self._corpus.round(0, self._cutter)
        self._steps_per_round = len(first)
        total = round(self.configuration.rounds * len(first))
        stop = total if steps is None else min(total, self.step + steps)
        began, saved = self.step, time.monotonic()
        logged = saved
        losses: dict[str, float] = {}
        pieces = 0
        with _progress(total, self.step) as advance:
            while self.step < stop:
                batches = first if self.round == 0 else self._corpus.round(self.round, self._cutter)
                for batch in batches[self.done_in_round :]:
                    if self.step >= stop:
                        break
                    for name, value in self._learn(batch, total).items():
                        losses[name] = losses.get(name, 0.0) + value
                    pieces += int(batch["attention_mask"].sum())
                    advance()
                    if self.step % settings.log_steps == 0:
                        self._log(losses, total, pieces / (time.monotonic() - logged))
                        losses, pieces, logged = {}, 0, time.monotonic()
                    if time.monotonic() - saved > 60 * settings.checkpoint_minutes:
                        self.save()
                        saved = time.monotonic()
                if self.done_in_round >= len(batches) or self.step >= total:
                    self._end_round(after_round, is_last=self.step >= total)
                    saved = logged = time.monotonic()
        if self.step > began:
            self.save()

    def _end_round(self, after_round: Callable[[Trainer, bool], None] | None, *, is_last: bool) -> None:
        self.round += 1
        self.done_in_round = 0
        self.save()
        _write(self.averaged(), self.folder / "weights.pt")
        if after_round is not None and (is_last or self.round % self.configuration.progress.evaluate_rounds == 0):
            after_round(self, is_last)

    def _log(self, losses: dict[str, float], total: int, rate: float) -> None:
        shown = " ".join(
            f"{name} {value / self.configuration.progress.log_steps:.3f}" for name, value in losses.items()
        )
        log.info("step %d of %d, round %d, %.0f pieces/s, losses %s", self.step, total, self.round, rate, shown)

    def _learn(self, batch: Batch, total: int) -> dict[str, float]:
        settings = self.configuration.optimiser
        share = self.step / total
        rising = min(1.0, (self.step + 1) / max(1.0, settings.warm_up * total))
        for group in self._optimiser.param_groups:
            group["lr"] = group["base"] * rising * max(settings.lowest_rate, 1.0 - share)
        self.network.train()
        tensors = {name: torch.from_numpy(values).to(self.device) for name, values in batch.items()}
        losses = self._quote_losses(tensors) if "tags" in tensors else self._sentence_losses(tensors)
        sum(losses.values(), torch.zeros((), device=self.device)).backward()
        learning = [value for _, value in self._learning()]
        torch.nn.utils.clip_grad_norm_(learning, settings.largest_gradient)
        self._optimiser.step()
        self._optimiser.zero_grad(set_to_none=True)
        self.step += 1
        self.done_in_round += 1
        # Early on the average follows closely, so that it does not remember the random start.
        decay = min(settings.average_decay, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            torch._foreach_lerp_(list(self._average.values()), learning, 1.0 - decay)
        return {name: float(value.detach()) for name, value in losses.items()}

    # --- losses ------------------------------------------------------------------------------------------------------

    def _sentence_losses(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        weights = self.configuration.loss
        heads = batch["heads"].clamp(min=0)
        with torch.autocast(self.device.type, torch.bfloat16):
            scores = self.network.sentences(batch)
            relations = self.network.relation_scores(scores["relation_dependent"], scores["relation_head"], heads)
        arcs = scores["arc_scores"].float() + _forbidden_arcs(batch["sentence"])
        return {
            "sentence_start": weights.sentence_start * _loss(scores["sentence_start"], batch["sentence_start"]),
            "upos": weights.upos * _loss(scores["upos"], batch["upos"]),
            "xpos": weights.xpos * _loss(scores["xpos"], batch["xpos"]),
            "arcs": weights.arcs * _loss(arcs, batch["heads"]),
            "relations": weights.relations * _loss(relations, batch["relations"]),
            "names": weights.names * _loss(scores["ner"], batch["names"]),
        }

    def _quote_losses(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        weights = self.configuration.loss
        with torch.autocast(self.device.type, torch.bfloat16):
            tags, pointers = self.network.attributions({name: batch[name] for name in PIECES})
        padding = (1.0 - batch["attention_mask"].float()) * FORBIDDEN
        pointers = pointers.float() + padding[:, None, None, :]
        return {
            "quotes": weights.quotes * _loss(tags, batch["tags"]),
            "cues": weights.pointers * _loss(pointers[:, 0], batch["cue"]),
            "sources": weights.pointers * _loss(pointers[:, 1], batch["source"]),
        }

    # --- the state on disk -------------------------------------------------------------------------------------------

    def averaged(self) -> dict[str, Tensor]:
        """The averaged weights of what learns; the rest is the base model's."""
        return {name: value.to("cpu", copy=True) for name, value in self._average.items()}

    def averaged_network(self) -> Network:
        """A copy of the network with the averaged weights."""
        network = Network(self.configuration.network, self._corpus.labels)
        network.load_state_dict({name: value.cpu() for name, value in self.network.state_dict().items()})
        network.load_state_dict(self.averaged(), strict=False)
        return network.eval()

    def save(self) -> None:
        """Write all that the rest of the run depends on, so that a kill at any moment leaves a whole file."""
        state: State = {
            "configuration": repr(self.configuration),
            "step": self.step,
            "round": self.round,
            "done_in_round": self.done_in_round,
            "weights": {name: value.detach() for name, value in self._learning()},
            "average": self._average,
            "optimiser": self._optimiser.state_dict(),
            "random": torch.get_rng_state(),
            "random_cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        }
        _write(state, self.folder / "state.pt")

    def resume(self) -> bool:
        """Go on from the state in the folder, if there is one; it must be of the same configuration."""
        path = self.folder / "state.pt"
        if not path.exists():
            return False
        state: State = torch.load(path, map_location=self.device, weights_only=True)
        if state["configuration"] != repr(self.configuration):
            raise ValueError(f"{path} belongs to another configuration: take another --run folder or delete it")
        self.network.load_state_dict(state["weights"], strict=False)
        self._average = {name: state["average"][name] for name, _ in self._learning()}
        self._optimiser.load_state_dict(state["optimiser"])
        self.step, self.round, self.done_in_round = state["step"], state["round"], state["done_in_round"]
        torch.set_rng_state(state["random"].cpu())
        if state["random_cuda"]:
            torch.cuda.set_rng_state_all([value.cpu() for value in state["random_cuda"]])
        log.info("go on from step %d", self.step)
        return True

    def start_from(self, weights: Path) -> None:
        """Take what fits from the weights of another run: a new head, or other labels, starts at random."""
        found: dict[str, Tensor] = torch.load(weights, map_location=self.device, weights_only=True)
        own = dict(self.network.named_parameters())
        fitting = {name: value for name, value in found.items() if name in own and own[name].shape == value.shape}
        self.network.load_state_dict(fitting, strict=False)
        self._average = {name: value.detach().clone() for name, value in self._learning()}
        log.info("start from %s: %d of %d parts fit", weights, len(fitting), len(own))


def _loss(scores: Tensor, targets: Tensor) -> Tensor:
    """Cross entropy over what has a target; a zero where nothing has."""
    flat = targets.reshape(-1)
    if not bool((flat != IGNORE).any()):
        return scores.sum() * 0.0
    return F.cross_entropy(scores.float().reshape(len(flat), -1), flat, ignore_index=IGNORE)


def _forbidden_arcs(sentence: Tensor) -> Tensor:
    """A large negative score for arcs out of a sentence and from a word to itself; word 0 is everyone's root."""
    allowed = (sentence[:, :, None] == sentence[:, None, :]) & (sentence[:, :, None] >= 0)
    allowed &= ~torch.eye(sentence.shape[1], dtype=torch.bool, device=sentence.device)
    allowed[:, :, 0] = True
    return (~allowed).float() * FORBIDDEN


def _write(state: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    torch.save(state, unfinished)
    unfinished.replace(path)


@contextmanager
def _progress(total: int, done: int) -> Iterator[Callable[[], None]]:
    """A bar on a terminal; the log says the same elsewhere."""
    columns = (TextColumn("training"), BarColumn(), TextColumn("{task.completed}/{task.total}"), TimeRemainingColumn())
    with Progress(*columns) as bar:
        task = bar.add_task("training", total=total, completed=done)
        yield lambda: bar.advance(task)
