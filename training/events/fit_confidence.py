"""Fit the weights that turn the signals of an event mention into its confidence; print a reliability table."""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
from spacy.language import Language

from newskb.evals.eventreliability import error, is_held_out, judgeable, table, types
from newskb.model import Article, DatePrecision, Origin, PublishedAt
from newskb.nlp.events import read_events
from newskb.nlp.figures import find_figures
from newskb.nlp.pipeline import build

SETS = (
    "plover_gsr.dev",
    "cameo_raters.dev",
    "wikievents.dev",
    "case2021_task2.dev",
    "rams.dev",
    "plv_pairs.dev",
    "plv_pairs.train",
)
"""Each counts for the same weight. Of the development parts half is held out, for the table of the evaluation."""
PENALTY = 30.0
"""L2; the sets are small, and a type that is rare in them must not get a large weight."""
MIN_MENTIONS = 15
"""Mentions that a signal must stand in."""
STEPS = 50


def article(row: dict) -> Article:
    """A row of an evaluation set as the pipeline reads it."""
    day = row.get("published_at")
    published = PublishedAt(value=day, precision=DatePrecision.DAY, evidence="metadata", raw=day) if day else None
    return Article(
        key=str(row["id"]),
        text_hash="",
        origin=Origin(path=""),
        external_id=None,
        source=None,
        url=None,
        title=None,
        byline=None,
        language="en",
        published=published,
        text=row["text"],
    )


def samples(nlp: Language, path: Path) -> Iterator[tuple[bool, dict[str, float], bool]]:
    """Whether it is held out, the signals, and whether the type is right, for every mention that can be judged."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            doc = nlp.make_doc(row["text"])
            doc._.article, doc._.skipped = article(row), []
            doc = nlp(doc)
            found = [
                {"type": event.type, "trigger": asdict(event.trigger), "signals": known}
                for event, known in read_events(doc, find_figures(doc), least=0.0)
            ]
            is_held = ".train." not in path.name and is_held_out(str(row["id"]))
            for event in judgeable(row, found):
                yield is_held, event["signals"], event["type"] in types(row)


def fit(rows: np.ndarray, right: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Logistic regression by Newton's method; the first weight is the bias and is not shrunk."""
    design = np.column_stack([np.ones(len(rows)), rows])
    penalty = PENALTY * np.r_[0.0, np.ones(rows.shape[1])]
    found = np.zeros(design.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-design @ found))
        slope = design.T @ (weights * (right - chance)) - penalty * found
        curve = (design * (weights * chance * (1 - chance))[:, None]).T @ design + np.diag(penalty)
        found += np.linalg.solve(curve, slope)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    nlp = build()
    found = [(name, *sample) for name in SETS for sample in samples(nlp, arguments.sets / f"{name}.jsonl.gz")]
    counts = Counter(name for _, is_held, known, _ in found if not is_held for name in known)
    names = sorted(name for name, count in counts.items() if count >= MIN_MENTIONS)
    rows = np.array([[known.get(name, 0.0) for name in names] for *_, known, _ in found])
    right = np.array([is_right for *_, is_right in found], float)
    held = np.array([is_held for _, is_held, *_ in found])
    sets = Counter(name for name, is_held, *_ in found if not is_held)
    weights = np.array([1 / sets[name] for name, *_ in found]) * len(found) / len(sets)
    trained = fit(rows[~held], right[~held], weights[~held])
    chance = 1 / (1 + np.exp(-(trained[0] + rows[held] @ trained[1:])))
    print("confidence  mentions  mean  right")
    lines = table(list(zip(chance.tolist(), right[held].tolist(), strict=True)))
    for line in lines:
        print(f"{line.low:.1f}-{line.high:.1f}     {line.rows:8d}  {line.mean:.2f}  {line.right:.2f}")
    print(f"calibration error {error(lines):.3f} over {held.sum()} held-out mentions")
    data = dict(zip(["bias", *names], (round(float(value), 2) for value in trained), strict=True))
    arguments.out.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
