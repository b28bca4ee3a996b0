"""A few invented sentences in the formats of the corpora, to try training on."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

PLACES = ("Lima", "Oslo", "Accra", "Quito", "Hanoi", "Riga", "Tunis", "Dakar")


def write_corpora(shared: Path, *, copies: int = 1) -> None:
    """A folder like the shared one, with a few invented sentences in each corpus."""
    trees = [
        {
            "text": f"Trains to {place} stopped",
            "words": ["Trains", "to", place, "stopped"],
            "spaces": "1110",
            "ents": [[2, 3, "GPE"]],
            "sents": [0],
            "ud": [
                [0, 6, "train", "NOUN", "NNS", 4, "nsubj"],
                [7, 9, "to", "ADP", "IN", 3, "case"],
                [10, 10 + len(place), place, "PROPN", "NNP", 1, "nmod"],
                [11 + len(place), 18 + len(place), "stop", "VERB", "VBD", 0, "root"],
            ],
        }
        for place in PLACES * copies
    ]
    names = [
        {
            "text": f"{place} slept",
            "words": [place, "slept"],
            "spaces": "10",
            "sents": [0],
            "ents": [[0, 1, "GPE"]],
            "merged_ents": [[0, 1, "GPE"]],
            "merged_missing": [],
        }
        for place in PLACES * copies
    ]
    quotes = [
        {
            "id": place,
            "text": f"“We left {place},” she said.",
            "quotes": [
                {
                    "start": 1,
                    "end": 10 + len(place),
                    "speaker": {"start": 12 + len(place), "end": 15 + len(place)},
                    "cue": {"start": 16 + len(place), "end": 20 + len(place)},
                }
            ],
        }
        for place in PLACES * copies
    ]
    _write(shared / "corpora/ewt_train.jsonl.gz", trees)
    _write(shared / "corpora/gmb_news_train.jsonl.gz", names)
    _write(shared / "corpora/wikinews_2019_2020_train.jsonl.gz", names)
    _write(shared / "eval/quotes/polnear_train.jsonl.gz", quotes)
    (shared / "corpora/gum_train.conllu.gz").write_bytes(gzip.compress(b"1\tGo\tgo\tVERB\tVB\t_\t0\troot\t_\t_\n"))


def _write(path: Path, rows: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
