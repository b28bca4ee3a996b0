"""Figures with their kinds and bounds; the sentences are in tests/cases/figures."""

from __future__ import annotations

from pathlib import Path

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from newskb.nlp.pipeline import build
from newskb.notation import Case, read_cases

_CASES = Path(__file__).parents[1] / "cases" / "figures"


def _load() -> list[Case]:
    return [case for path in sorted(_CASES.glob("*.txt")) for case in read_cases(path.read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def nlp() -> Language:
    return build()


def _lines(doc: Doc) -> list[tuple[str, str, dict[str, str]]]:
    return [
        (
            figure.kind,
            figure.span.of(doc.text),
            {
                "low": "" if figure.low is None else f"{figure.low:.12g}",
                "high": "" if figure.high is None else f"{figure.high:.12g}",
                "qualifier": figure.qualifier or "",
                "unit": figure.unit or "",
            },
        )
        for figure in doc._.figures
    ]


@pytest.mark.parametrize("case", _load(), ids=lambda case: case.title)
def test_a_text_gives_the_figures_of_its_case(case: Case, nlp: Language):
    lines = _lines(nlp(case.text))
    for expected in case.expected:
        if expected.is_absent:
            assert lines == []
            continue
        wanted = {name: "" if value == "none" else value for name, value in expected.attributes.items()}
        assert any(
            (kind, words) == expected.words and wanted.items() <= found.items() for kind, words, found in lines
        ), f"{expected} is not among {lines}"
