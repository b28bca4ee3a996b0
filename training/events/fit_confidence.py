"""Fit the weights that turn the signals of an event mention into its confidence; print a reliability table."""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import numpy as np
from spacy.language import Language

from newskb.model import Article, DatePrecision, EventMention, Origin, PublishedAt
from newskb.nlp.events import read_events
from newskb.nlp.figures import find_figures
from newskb.nlp.pipeline import build

SETS = ("plover_gsr", "cameo_raters", "wikievents", "case2021_task2", "rams")
PENALTY = 1.0
"""L2; the sets are small, and a type that is rare in them must not get a large weight."""
FOLDS = 5
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


def is_judged(row: dict, event: EventMention) -> bool:
    """Whether the annotation can say if a mention is right."""
    if event.type is None:
        return False
    if row.get("task") != "single":
        return True
    triggers = [gold["trigger"] for gold in row["events"] if gold.get("trigger")]
    at_trigger = any(gold["start"] < event.trigger.end and event.trigger.start < gold["end"] for gold in triggers)
    return at_trigger if triggers else bool(row["events"])


def samples(nlp: Language, folder: Path) -> Iterator[tuple[str, int, dict[str, float], bool]]:
    """Set, fold, signals and whether the type was right, for every mention that can be judged."""
    for name in SETS:
        with gzip.open(folder / f"{name}.dev.jsonl.gz", "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                doc = nlp.make_doc(row["text"])
                doc._.article, doc._.skipped = article(row), []
                doc = nlp(doc)
                types = {part for gold in row["events"] for part in gold["type"].split("|")}
                for event, known in read_events(doc, find_figures(doc), least=0.0):
                    if is_judged(row, event):
                        yield name, crc32(str(row["id"]).encode()) % FOLDS, known, event.type in types


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
    found = list(samples(build(), arguments.sets))
    names = sorted({name for _, _, known, _ in found for name in known})
    rows = np.array([[known.get(name, 0.0) for name in names] for _, _, known, _ in found])
    right = np.array([is_right for *_, is_right in found], float)
    sets = np.array([name for name, *_ in found])
    folds = np.array([fold for _, fold, *_ in found])
    counts = {name: int((sets == name).sum()) for name in set(sets.tolist())}
    weights = np.array([len(found) / len(counts) / counts[name] for name in sets.tolist()])

    chance = np.zeros(len(found))
    for fold in range(FOLDS):
        held = folds == fold
        trained = fit(rows[~held], right[~held], weights[~held])
        chance[held] = 1 / (1 + np.exp(-(trained[0] + rows[held] @ trained[1:])))
    print("confidence  mentions  mean  right")
    for low in np.arange(0.0, 1.0, 0.1):
        inside = (chance >= low) & (chance < low + 0.1)
        if inside.any():
            mean, share = chance[inside].mean(), right[inside].mean()
            print(f"{low:.1f}-{low + 0.1:.1f}     {inside.sum():8d}  {mean:.2f}  {share:.2f}")
    trained = fit(rows, right, weights)
    table = dict(zip(["bias", *names], (round(float(value), 2) for value in trained), strict=True))
    arguments.out.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
