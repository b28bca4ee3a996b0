"""Quotes become the lines of GDELT's Global Quotation Graph, with the speaker that it lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from newskb.exports.lines import json_line
from newskb.store.streams import Row, Selection

AROUND = 100
"""Characters before and after a quote, as in GDELT's files."""


def quotations(selection: Selection, _subject: str, tally: Counter[str]) -> Iterator[bytes]:
    """A line for each article with quotes: ``date``, ``url``, ``title``, ``lang`` and ``quotes``."""
    for article in selection.quotations(around=AROUND):
        tally["rows"] += 1
        tally["quotes"] += len(article["quotes"])
        yield json_line(
            {
                "date": article["published_at"],
                "url": article["url"],
                "title": article["title"],
                "lang": article["language"],
                "article": article["key"],
                "quotes": [_quote(quote) for quote in article["quotes"]],
            }
        )


def _quote(quote: Row) -> Row:
    speaker = quote["speaker"] and {
        "id": quote["speaker"],
        "name": quote["speaker_name"],
        "wikidata": quote["speaker_wikidata"],
    }
    return {
        "pre": quote["pre"],
        "quote": quote["text"],
        "post": quote["post"],
        "speaker": speaker,
        "type": quote["type"],
        "confidence": quote["confidence"],
        "id": quote["key"],
    }
