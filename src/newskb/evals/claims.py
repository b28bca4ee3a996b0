"""Articles of our own with every claim in them become precision and recall of holder, stance and certainty."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from newskb.notation import Case, Expectation, line, read_cases

MIN_OVERLAP = 0.5
"""Word intersection over union from which a found claim is taken for a gold one; as on the founding article."""

OUTLET = "-"
"""The holder of what the article says in its own voice."""

Row = Mapping[str, Any]
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimScores:
    """Figures between 0 and 1 by name, and a line for each gold or found claim that is wrong."""

    figures: Mapping[str, float]
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    gold: Expectation
    found: Row
    right: frozenset[str]
    """Which of the claim's parts agree."""


PARTS = ("holder", "stance", "certainty")
"""Each is counted among the propositions that were found: P of the claims given, R of those in the gold."""


def cases() -> list[Case]:
    """The articles with their claims, in the notation of the case files."""
    return list(read_cases(files("newskb.evals").joinpath("claims.txt").read_text(encoding="utf-8")))


def score(pages: Sequence[Case], records: Sequence[Row]) -> ClaimScores:
    """Compare the claims of ``records`` (what ``newskb extract`` prints) with those of the articles, in their order."""
    pairs: list[_Pair] = []
    failures: list[str] = []
    given = wanted = 0
    for page, record in zip(pages, records, strict=True):
        chosen = _paired(page, record["claims"])
        pairs += chosen
        given += len(record["claims"])
        wanted += len(page.expected)
        failures += _faults(page, record["claims"], chosen)
    counts = {"proposition": len(pairs)}
    counts |= {part: sum(part in pair.right for pair in pairs) for part in PARTS}
    counts["whole claim"] = sum(pair.right.issuperset(PARTS) for pair in pairs)
    figures: dict[str, float] = {}
    for part, right in counts.items():
        figures[f"{part} P"] = right / given if given else 0.0
        figures[f"{part} R"] = right / wanted if wanted else 0.0
    figures["whole claim F1"] = 2 * counts["whole claim"] / (given + wanted) if given + wanted else 0.0
    return ClaimScores(figures=figures, failures=tuple(failures))


def _paired(page: Case, claims: Sequence[Row]) -> list[_Pair]:
    """Gold and found claims one to one: the pairs with the same holder first, then those that overlap most."""
    candidates = []
    for number, gold in enumerate(page.expected):
        for place, claim in enumerate(claims):
            shared = _overlap(page.text, gold.words[1], claim)
            if shared >= MIN_OVERLAP:
                pair = _Pair(gold=gold, found=claim, right=_right(page.text, gold, claim))
                candidates.append((-("holder" in pair.right), -shared, number, place, pair))
    taken: set[tuple[str, int]] = set()
    chosen = []
    for *_rank, number, place, pair in sorted(candidates, key=lambda item: item[:4]):
        if ("gold", number) not in taken and ("found", place) not in taken:
            taken |= {("gold", number), ("found", place)}
            chosen.append(pair)
    return chosen


def _overlap(text: str, words: str, claim: Row) -> float:
    start = text.index(words)
    ours = {match.start() for match in _WORD.finditer(text, start, start + len(words))}
    theirs = {match.start() for match in _WORD.finditer(text, claim["start"], claim["end"])}
    return len(ours & theirs) / len(ours | theirs)


def _right(text: str, gold: Expectation, claim: Row) -> frozenset[str]:
    agreeing = {
        "holder": _same_holder(gold.attributes["holder"], _holder(text, claim)),
        "stance": claim["stance"] == gold.words[0],
        "certainty": claim["certainty"] == gold.attributes["certainty"],
    }
    return frozenset(part for part, agrees in agreeing.items() if agrees)


def _holder(text: str, claim: Row) -> str:
    """The words that name the holder."""
    return OUTLET if claim["holder"] is None else text[claim["holder"]["start"] : claim["holder"]["end"]]


def _same_holder(gold: str, found: str) -> bool:
    """Whether one phrase holds all words of the other ("Lena Korsak" and "its director, Lena Korsak")."""
    if OUTLET in (gold, found):
        return gold == found
    ours, theirs = ({word.lower() for word in _WORD.findall(phrase)} for phrase in (gold, found))
    return bool(ours and theirs) and (ours <= theirs or theirs <= ours)


def _faults(page: Case, claims: Sequence[Row], pairs: Sequence[_Pair]) -> Iterator[str]:
    matched = {id(pair.gold): pair for pair in pairs}
    for gold in page.expected:
        shown = line("claim", *gold.words, **gold.attributes)
        pair = matched.get(id(gold))
        if pair is None:
            yield f"not found: {shown}"
        elif not pair.right.issuperset(PARTS):
            wrong = ", ".join(part for part in PARTS if part not in pair.right)
            yield f"{wrong}: {shown}, got {_shown(page.text, pair.found)}"
    used = [pair.found for pair in pairs]
    for claim in claims:
        if not any(claim is other for other in used):
            yield f"not in the gold: {_shown(page.text, claim)}"


def _shown(text: str, claim: Row) -> str:
    return line("claim", claim["stance"], claim["text"], holder=_holder(text, claim), certainty=claim["certainty"])
