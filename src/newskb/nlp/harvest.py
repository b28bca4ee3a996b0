"""A read document becomes the facts of its article; the only place where spaCy's objects end."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from importlib.resources import files

from spacy.tokens import Doc

from newskb.model import Article, ArticleFacts, Span

MAX_TERMS = 60
"""Terms of an article that story grouping sees; more change nothing on the story sets and cost space."""
_TERM_PARTS = frozenset(("NOUN", "PROPN", "VERB", "ADJ", "NUM"))
_MIN_TERM_CHARS = 3


def harvest(doc: Doc, article: Article, extractor: str) -> ArticleFacts:
    """Everything that the components found in ``doc``."""
    return ArticleFacts(
        article=article.key,
        extractor=extractor,
        analysed=True,
        sentences=tuple(_sentences(doc)),
        mentions=tuple(doc._.mentions or ()),
        times=tuple(doc._.times or ()),
        quotes=tuple(doc._.quotes or ()),
        figures=tuple(doc._.figures or ()),
        events=tuple(doc._.events or ()),
        claims=tuple(doc._.claims or ()),
        terms=_terms(doc),
    )


def _sentences(doc: Doc) -> list[Span]:
    skipped = doc._.skipped or ()
    spans = []
    for sentence in doc.sents:
        words = [token for token in sentence if not token.is_space]
        if words:
            span = Span(start=words[0].idx, end=words[-1].idx + len(words[-1]))
            if not any(skip.start <= span.start and span.end <= skip.end for skip in skipped):
                spans.append(span)
    return spans


@lru_cache(maxsize=1)
def _empty_words() -> frozenset[str]:
    """Verbs and nouns that every article has."""
    return frozenset(files("newskb.nlp").joinpath("data/empty_words.txt").read_text(encoding="utf-8").split())


def _terms(doc: Doc) -> tuple[tuple[str, int], ...]:
    skipped = doc._.skipped or ()
    counts: Counter[str] = Counter()
    for token in doc:
        if token.pos_ not in _TERM_PARTS or any(span.start <= token.idx < span.end for span in skipped):
            continue
        term = token.lemma_.lower()
        if len(term) >= _MIN_TERM_CHARS and term[0].isalnum() and term not in _empty_words():
            counts[term] += 1
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MAX_TERMS])
