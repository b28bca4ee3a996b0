"""Articles become lines with names by the spaCy model ``en_core_web_sm`` 2.2.5, the form in which Wikinews comes.

Run by itself in an environment with ``spacy==2.3.9``, ``spacy-lookups-data==0.3.2`` and ``numpy<2``; nothing else of
this package is needed there:

    python training/encoder/older_parser.py --model FOLDER --out articles.jsonl.gz TEXTS.jsonl.gz …
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SHORTEST_LINE = 5
"""Words; shorter lines are captions, credits and links."""
LONGEST_LINE = 2_000
"""Characters; longer lines are tables."""


def load(folder: Path) -> Any:
    """The model with the word norms that it was trained with: spaCy 2.3 moved them out of the code."""
    import spacy
    import spacy_lookups_data
    from spacy.lang.norm_exceptions import BASE_NORMS

    nlp = spacy.load(folder)
    table = Path(spacy_lookups_data.__file__).parent / "data/en_lexeme_norm.json.gz"
    with gzip.open(table, "rt", encoding="utf-8") as norms:
        for word, norm in {**json.load(norms), **BASE_NORMS}.items():
            nlp.vocab[word].norm_ = norm
    return nlp


def lines(path: Path) -> Iterator[str]:
    """The lines of articles, each with single spaces."""
    with gzip.open(path, "rt", encoding="utf-8") as articles:
        for article in map(json.loads, articles):
            for line in article["text"].split("\n"):
                words = line.split()
                if len(words) >= SHORTEST_LINE and len(line) < LONGEST_LINE:
                    yield " ".join(words)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", type=Path, nargs="+")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    nlp = load(options.model)
    texts = (line for path in options.texts for line in lines(path))
    with gzip.open(options.out, "wt", encoding="utf-8") as target:
        for doc in nlp.pipe(texts, batch_size=200):
            row = {
                "text": doc.text,
                "words": [token.text for token in doc],
                "spaces": "".join(str(int(bool(token.whitespace_))) for token in doc),
                "ents": [[name.start, name.end, name.label_] for name in doc.ents],
                "sents": [sentence.start for sentence in doc.sents],
            }
            target.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
