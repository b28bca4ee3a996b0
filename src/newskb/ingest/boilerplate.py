"""Text that is no news content (``Follow our live feed``) is found and marked."""

from __future__ import annotations

import json
import re
from importlib.resources import files

from newskb.model import Span

_DATA = json.loads(files("newskb.ingest").joinpath("boilerplate.json").read_text(encoding="utf-8"))
_LINE = re.compile(r"^[^\S\n]{0,8}(" + "|".join(f"(?:{p})" for p in _DATA["line"]) + ")", re.M)
_SENTENCE = re.compile(r"(?<=[.!?”\")] )(" + "|".join(f"(?:{p})" for p in _DATA["sentence"]) + ")", re.M)


def find_boilerplate(text: str) -> tuple[Span, ...]:
    """Spans of boilerplate, in order and apart from one another."""
    found = sorted({match.span(1) for pattern in (_LINE, _SENTENCE) for match in pattern.finditer(text)})
    merged: list[tuple[int, int]] = []
    for start, end in found:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(Span(start=start, end=end) for start, end in merged)
