"""Count in how many documents each lemma occurs, for the weights of story grouping."""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

WORD = re.compile(r"[^\W\d_][\w'’-]*[^\W_]|[^\W\d_]")
SENTENCES_PER_DOCUMENT = 20
MAX_LEMMAS = 30_000


def rows(path: Path) -> Iterator[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def lemmas_of_forms(path: Path) -> dict[str, str]:
    """The most frequent lemma of each word form."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows(path):
        for start, end, lemma, *_ in row.get("ud") or ():
            counts[row["text"][start:end].lower()][lemma.lower()] += 1
    return {form: min(found, key=lambda lemma: (-found[lemma], lemma)) for form, found in counts.items()}


def lemma(word: str, known: dict[str, str], vocabulary: set[str]) -> str:
    """The lemma of a word: as annotated, else the shortest regular stem that also occurs by itself."""
    word = word.lower().replace("’", "'").removesuffix("'s")
    if word in known:
        return known[word]
    for ending, bases in (
        ("ies", ("y",)),
        ("es", ("", "e")),
        ("s", ("",)),
        ("ied", ("y",)),
        ("ed", ("", "e")),
        ("ing", ("", "e")),
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: -len(ending)]
            candidates = [stem + base for base in bases]
            if len(stem) > 3 and stem[-1] == stem[-2]:
                candidates.append(stem[:-1])
            for candidate in candidates:
                if candidate in vocabulary:
                    return candidate
    return word


def documents(corpora: Path, texts: list[Path]) -> Iterator[str]:
    articles: dict[str, list[str]] = defaultdict(list)
    for row in rows(corpora / "wikinews_2019_2020_train.jsonl.gz"):
        articles[row["id"]].append(row["text"])
    yield from ("\n".join(parts) for parts in articles.values())
    sentences = [row["text"] for row in rows(corpora / "gmb_news_train.jsonl.gz")]
    for start in range(0, len(sentences), SENTENCES_PER_DOCUMENT):
        yield "\n".join(sentences[start : start + SENTENCES_PER_DOCUMENT])
    for path in texts:
        yield from (row["text"] for row in rows(path))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--texts", type=Path, nargs="*", default=[])
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    known = lemmas_of_forms(options.corpora / "ewt_train.jsonl.gz")
    words = [set(WORD.findall(document)) for document in documents(options.corpora, options.texts)]
    vocabulary = {word.lower() for found in words for word in found}
    counts: Counter[str] = Counter()
    for found in words:
        counts.update({lemma(word, known, vocabulary) for word in found})
    ranked = sorted((term for term, count in counts.items() if count > 1), key=lambda term: (-counts[term], term))
    with options.out.open("w", encoding="utf-8") as table:
        table.write(f"# documents\t{len(words)}\n")
        table.writelines(f"{term}\t{counts[term]}\n" for term in ranked[:MAX_LEMMAS])
    print(f"{len(words)} documents, {min(len(ranked), MAX_LEMMAS)} lemmas")


if __name__ == "__main__":
    main()
