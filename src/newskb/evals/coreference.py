"""Texts with their mentions marked become chains over these mentions: what the resolver does by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from newskb.model import Span
from newskb.nlp.given import resolve_given
from newskb.nlp.pipeline import COMPONENTS, build

_LAST = COMPONENTS.index("newskb_quotes") + 1
"""Speakers are needed for the first person; events and claims are not."""


def over_given(rows: Iterable[dict[str, Any]], etype: str) -> Iterator[dict[str, Any]]:
    """The rows with our chains in place of theirs, mentions of ``etype`` only.

    The resolver gets the spans and nothing else; form and type go along for the scorer's filters.
    """
    nlp = build(components=_LAST)
    for row in rows:
        doc = nlp(row["text"])
        marked = [mention for mention in row["mentions"] if mention["etype"] == etype]
        chains = resolve_given(doc, [Span(start=mention["start"], end=mention["end"]) for mention in marked])
        mentions = [{**mention, "chain": chain} for mention, chain in zip(marked, chains, strict=True)]
        yield {"id": row["id"], "mentions": mentions}
