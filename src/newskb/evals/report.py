"""Scores become the table of ``docs/evaluation.md``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.resources import files
from itertools import groupby

from newskb import __version__
from newskb.evals.runner import Score

_HEAD = """# Evaluation

Written by `newskb eval --write docs/evaluation.md` on the development sets; other parts of the sets exist and are
scored elsewhere. Scores lie between 0 and 1; P is precision, R recall. `newskb eval --gate` compares the pinned ones
with their floors (`src/newskb/evals/floors.json`), which only move up.
"""


def data(scores: Sequence[Score], *, day: str) -> str:
    """The same as ``quality.json`` holds it, which ``/v1/quality`` tells; ``day`` is when it was measured."""
    layers = json.loads(files("newskb.evals").joinpath("sets.json").read_text(encoding="utf-8"))["layers"]
    rows = [
        {
            "layer": score.layer,
            "about": layers[score.layer],
            "set": score.set,
            "measure": score.measure,
            "value": round(score.value, 3),
            "of": score.of,
        }
        for score in scores
    ]
    return json.dumps({"measured_on": day, "version": __version__, "scores": rows}, indent=1) + "\n"


def markdown(scores: Sequence[Score]) -> str:
    """One table for each layer, and below it what is wrong on the founding article."""
    layers = json.loads(files("newskb.evals").joinpath("sets.json").read_text(encoding="utf-8"))["layers"]
    lines = [_HEAD]
    for layer, group in groupby(scores, key=lambda score: score.layer):
        rows = list(group)
        lines += [f"## {layers[layer]}", "", "| set | measure | value |", "|---|---|---:|"]
        lines += [f"| {score.set} | {score.measure} | {score.shown} |" for score in rows]
        failures = [f"- {score.measure}: {failure}" for score in rows for failure in score.failures]
        if failures:
            lines += ["", "What is wrong:", "", *failures]
        lines.append("")
    return "\n".join(lines)
