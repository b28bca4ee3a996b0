"""Counted lemmas become weighted vectors, by document frequencies that never change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from math import log, sqrt

from newskb.text import fold


@cache
def inverse_frequencies() -> tuple[Mapping[str, float], float]:
    """The idf of each known lemma and that of an unknown one, in natural logarithms (``training/terms/README.md``)."""
    table = files("newskb.merge").joinpath("data/document_frequencies.tsv").read_text(encoding="utf-8")
    head, *lines = table.splitlines()
    total = int(head.split("\t")[1])
    pairs = (line.split("\t") for line in lines)
    return {term: log((total + 1) / (int(count) + 0.5)) for term, count in pairs}, log((total + 1) / 1.5)


def idf(term: str) -> float:
    """How much a lemma tells; an unknown one tells most."""
    known, unknown = inverse_frequencies()
    return known.get(term, unknown)


def vector(counts: Iterable[tuple[str, float]]) -> dict[str, float]:
    """The terms with their tf-idf weights (1 + ln tf), of length 1, in order of the alphabet."""
    summed: dict[str, float] = {}
    for term, count in counts:
        term = fold(term)
        summed[term] = summed.get(term, 0) + count
    weights = {term: (1 + log(count)) * idf(term) for term, count in sorted(summed.items()) if count >= 1}
    length = sqrt(sum(weight * weight for weight in weights.values()))
    return {term: weight / length for term, weight in weights.items()} if length else {}
