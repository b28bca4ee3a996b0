"""One pipeline for all tests of the language pass, and articles made on the spot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from newskb.model import Article, DatePrecision, Origin, PublishedAt, Span
from newskb.nlp.pipeline import Annotator, build
from newskb.notation import Case, read_cases

CASES = Path(__file__).parents[1] / "cases"

ReadText = Callable[..., Doc]


def cases(folder: str) -> list[Case]:
    """The cases of every file in a folder of ``tests/cases``."""
    return [
        case for path in sorted((CASES / folder).glob("*.txt")) for case in read_cases(path.read_text(encoding="utf-8"))
    ]


def make_article(
    text: str,
    *,
    key: str = "art-1",
    published: str | None = None,
    language: str | None = "en",
    header: Span | None = None,
    boilerplate: tuple[Span, ...] = (),
) -> Article:
    """An article of nothing but a text."""
    day = (
        None
        if published is None
        else PublishedAt(value=published, precision=DatePrecision.DAY, evidence="metadata", raw=published)
    )
    return Article(
        key=key,
        text_hash=key,
        origin=Origin(path="case.txt"),
        external_id=None,
        source=None,
        url=None,
        title=None,
        byline=None,
        language=language,
        published=day,
        text=text,
        header=header,
        boilerplate=boilerplate,
    )


@pytest.fixture(scope="session")
def nlp() -> Language:
    return build()


@pytest.fixture(scope="session")
def annotator() -> Annotator:
    return Annotator()


@pytest.fixture(scope="session")
def read(nlp: Language) -> ReadText:
    """Reads a text as an article and gives the document with all that was found in it."""

    def read_text(text: str, **fields: object) -> Doc:
        article = make_article(text, **fields)  # type: ignore[arg-type]
        doc = nlp.make_doc(text)
        doc._.article = article
        doc._.skipped = [*article.boilerplate, *((article.header,) if article.header else ())]
        return nlp(doc)

    return read_text
