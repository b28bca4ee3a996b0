"""A text and the spans found in it become paragraphs of segments, each with every layer that covers it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_PARAGRAPH = re.compile(r"\n[ \t\r]*\n\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlight:
    """Something found in the text that the page shows."""

    layer: str
    """``mention``, ``quote``, ``claim``, ``event``, ``time`` or ``boilerplate``."""
    key: str | None
    """The anchor that links to this evidence use; several highlights may share one (the parts of a quote)."""
    start: int
    end: int
    note: str
    """What hovering shows."""
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A run of characters under the same highlights. Layers may overlap in any way: segments never do."""

    text: str
    layers: tuple[str, ...]
    keys: tuple[str, ...]
    anchors: tuple[str, ...]
    """Keys that begin with this segment; each is an anchor exactly once in a page."""
    note: str
    href: str | None
    """Where the shortest highlight that leads anywhere leads."""


def paragraphs(text: str, highlights: Iterable[Highlight]) -> list[list[Segment]]:
    """The segments of every paragraph, in order; white space between paragraphs belongs to none."""
    ordered = sorted(
        (h for h in highlights if 0 <= h.start < h.end <= len(text)),
        key=lambda h: (h.start, -h.end, h.layer, h.key or ""),
    )
    pieces = list(_pieces(text))
    cuts = sorted({c for h in ordered for c in (h.start, h.end)} | {c for piece in pieces for c in piece})
    result: list[list[Segment]] = []
    covering: list[Highlight] = []
    anchored: set[str] = set()
    upcoming, cut = 0, 0
    for start, end in pieces:
        segments: list[Segment] = []
        while cuts[cut] < start:
            cut += 1
        while cuts[cut] < end:
            left, right = cuts[cut], cuts[cut + 1]
            while upcoming < len(ordered) and ordered[upcoming].start <= left:
                covering.append(ordered[upcoming])
                upcoming += 1
            covering = [h for h in covering if h.end > left]
            segments.append(_segment(text[left:right], covering, anchored))
            cut += 1
        result.append(segments)
    return result


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    position = 0
    for gap in _PARAGRAPH.finditer(text):
        if gap.start() > position:
            yield position, gap.start()
        position = gap.end()
    if position < len(text):
        yield position, len(text)


def _segment(text: str, covering: list[Highlight], anchored: set[str]) -> Segment:
    keys = tuple(dict.fromkeys(h.key for h in covering if h.key))
    anchors = tuple(key for key in keys if key not in anchored)
    anchored.update(anchors)
    leading = min((h for h in covering if h.href), key=lambda h: h.end - h.start, default=None)
    return Segment(
        text=text,
        layers=tuple(dict.fromkeys(h.layer for h in covering)),
        keys=keys,
        anchors=anchors,
        note="\n".join(dict.fromkeys(h.note for h in covering if h.note)),
        href=leading.href if leading else None,
    )
