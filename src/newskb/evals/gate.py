"""Scores become a verdict: none below its pinned floor, on the data that the floor was measured on."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from newskb.evals.runner import CLAIMS, MODEL, Score, data_hash, evaluation_sets

SLACK = 0.002
"""How far below its floor a score may fall: rounding of another processor's arithmetic moves the third digit."""


def floors(layers: Sequence[str] = ()) -> dict[str, float]:
    """Pinned floors by score id, of the wanted layers only; they only move up."""
    data: dict[str, float] = json.loads(_file("floors.json"))["floors"]
    return {name: floor for name, floor in data.items() if not layers or name.split("/")[0] in layers}


def judge(scores: Iterable[Score], pinned: Mapping[str, float]) -> list[str]:
    """What is wrong: one line for each score below its floor and each floor that was not measured."""
    measured = {score.id: score.value for score in scores}
    low = [
        f"{name}: {measured[name]:.3f} is below its floor {floor:.3f}"
        for name, floor in pinned.items()
        if name in measured and measured[name] < floor - SLACK
    ]
    return low + [f"{name}: not measured" for name in pinned if name not in measured]


def changed_data(shared: Path) -> list[str]:
    """Sets whose gold file is not the one the floors were measured on."""
    pinned: dict[str, str] = json.loads(_file("floors.json"))["data"]
    return [
        item.gold for item in evaluation_sets() if item.gold in pinned and pinned[item.gold] != data_hash(shared, item)
    ]


def raised(scores: Iterable[Score], shared: Path) -> str:
    """The content of ``floors.json`` with the floors raised to ``scores`` where these are higher."""
    gated = {item.name: item for item in evaluation_sets() if item.gate}
    found = dict(floors())
    data: dict[str, str] = json.loads(_file("floors.json"))["data"]
    for score in scores:
        if score.of is not None or score.layer in (CLAIMS, MODEL) or score.set in gated:
            found[score.id] = max(found.get(score.id, 0.0), math.floor(score.value * 1000) / 1000)
        if score.set in gated:
            data[gated[score.set].gold] = data_hash(shared, gated[score.set])
    return json.dumps({"floors": found, "data": data}, indent=1, sort_keys=True) + "\n"


def _file(name: str) -> str:
    return files("newskb.evals").joinpath(name).read_text(encoding="utf-8")
