"""A TOML file becomes the configuration of a run."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

DEFAULT = Path(__file__).with_name("config.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The package of the Python index that carries the weights to start from."""

    package: str
    version: str
    sha256: str
    folder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Widths and dropout rates."""

    arcs: int
    relations: int
    pointers: int
    dropout: float
    word_dropout: float
    arc_dropout: float
    case: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimiser:
    """Rates of learning, and what does not learn."""

    encoder_rate: float
    head_rate: float
    warm_up: float
    lowest_rate: float
    weight_decay: float
    largest_gradient: float
    average_decay: float
    freeze: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Weight of each head's loss."""

    sentence_start: float
    upos: float
    xpos: float
    arcs: float
    relations: float
    names: float
    quotes: float
    pointers: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """How windows are batched."""

    per_batch: int
    quotes_per_batch: int
    masked_pieces: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How often the state of a run is written, and its scores."""

    checkpoint_minutes: float
    log_steps: int
    evaluate_rounds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """Share of each corpus in a round; 0 leaves it out."""

    ewt: float
    gum: float
    gmb: float
    wikinews: float
    articles: float
    polnear: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Share of texts that get each kind of noise, and the agencies that datelines name."""

    straight_quotes: float
    curly_quotes: float
    doubled_quotes: float
    dashes: float
    capitals: float
    title_case: float
    lower_case: float
    no_final_stop: float
    dateline: float
    mojibake: float
    agencies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """All that decides what a run gives, apart from the corpora."""

    seed: int
    rounds: float
    base: Base
    network: Network
    optimiser: Optimiser
    loss: Loss
    windows: Windows
    progress: Progress
    mixture: Mixture
    noise: Noise


T = TypeVar("T")
_PARTS: dict[str, type] = {
    "base": Base,
    "network": Network,
    "optimiser": Optimiser,
    "loss": Loss,
    "windows": Windows,
    "progress": Progress,
    "mixture": Mixture,
    "noise": Noise,
}


def read(path: Path = DEFAULT, changes: Sequence[str] = ()) -> Configuration:
    """The configuration in ``path`` with ``changes`` (``mixture.polnear=0``); names that do not fit are an error."""
    values: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    for change in changes:
        name, _, value = change.partition("=")
        *place, last = name.split(".")
        target = values
        for step in place:
            target = target[step]
        target[last] = tomllib.loads(f"value = {value}")["value"]
    for name, part in _PARTS.items():
        values[name] = _filled(part, values.get(name, {}), f"{path.name} [{name}]")
    return _filled(Configuration, values, path.name)


def _filled(part: type[T], values: dict[str, Any], where: str) -> T:
    known = {field.name for field in fields(part)}  # type: ignore[arg-type]
    if wrong := sorted(known ^ values.keys()):
        raise ValueError(f"{where}: missing or unknown: {', '.join(wrong)}")
    return part(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})
