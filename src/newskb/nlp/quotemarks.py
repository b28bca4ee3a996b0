"""Text becomes a mask of the characters that stand inside quotation marks."""

from __future__ import annotations

import re

from newskb.model import QuoteType, Span

_LINE = re.compile(r"\n|[^\n]+")
_FIRST_MARK = re.compile(r"[\"“”«»]|''|``")
_CLOSING_SINGLE = re.compile(r"[’'](?![A-Za-z0-9])")
_ELISION = re.compile(r"[’'‘](\d0s|\d\d\b|em\b|til\b|cause\b|n\b)")
_WORD = re.compile(r"\w+")
_MARK = re.compile(r"''|``|‘‘|’’|[\"“”«»„‘’']")
_DOUBLE = '"“”«»„'
_DIRECT_SHARE = 0.95
"""Share of a quote's words inside marks from which it is direct; the definition of the PolNeAR quote layer."""


def quote_mask(text: str) -> bytearray:
    """1 for each character inside quotation marks.

    Curly, straight and doubled marks, guillemets, and single marks where no double one is open. A quotation left open
    ends with its paragraph, so that a stray mark costs at most its own; the next paragraph goes on with it only when
    the first mark there is a closing one.
    """
    mask = bytearray(len(text))
    is_open = False
    for match in _LINE.finditer(text):
        if match[0] != "\n":
            is_open = _mark_paragraph(mask, match[0], match.start(), goes_on=is_open)
    return mask


def quote_type(text: str, parts: list[Span], mask: bytearray) -> QuoteType:
    """Direct when nearly all words stand inside quotation marks, mixed when some do, else indirect."""
    words = inside = 0
    for part in parts:
        for word in _WORD.finditer(text, part.start, part.end):
            words += 1
            inside += mask[word.start()]
    if words and inside >= _DIRECT_SHARE * words:
        return QuoteType.DIRECT
    return QuoteType.MIXED if inside else QuoteType.INDIRECT


def _mark_paragraph(mask: bytearray, line: str, base: int, *, goes_on: bool) -> bool:
    """Fill the mask for one paragraph; whether a double quotation mark is left open at its end."""
    opened, start = ("d" if goes_on and _closes_first(line) else None), 0
    for mark in _MARK.finditer(line):
        position, width, character = mark.start(), len(mark[0]), mark[0][0]
        before = line[position - 1] if position else " "
        after = line[position + width] if position + width < len(line) else " "
        opens = not before.isalnum() and before not in ".,!?…%)" and not after.isspace()
        closes = not before.isspace() and not after.isalnum()
        if width == 2 or character in _DOUBLE:
            if opened == "d":
                if character == "“" and opens:
                    pass  # a mark that is opened again: the quotation goes on
                elif character in "”»" or closes or not opens:
                    _fill(mask, base + start, base + position + width)
                    opened = None
            elif character in "“«„" or opens or (character not in "”»" and not closes):
                opened, start = "d", position
        elif character in "‘'" and opened is None and opens and _opens_single(line, position, before, after):
            opened, start = "s", position
        elif character in "’'" and opened == "s" and closes and not _is_genitive(line, position, before):
            _fill(mask, base + start, base + position + 1)
            opened = None
    if opened == "d":
        _fill(mask, base + start, base + len(line))
    return opened == "d"


def _closes_first(line: str) -> bool:
    found = _FIRST_MARK.search(line)
    if found is None:
        return False
    if found[0] in "”»":
        return True
    return found[0] in ('"', "''") and found.start() > 0 and not line[found.start() - 1].isspace()


def _opens_single(line: str, position: int, before: str, after: str) -> bool:
    return (
        before in " \t(—–-:["
        and after.isalnum()
        and not _ELISION.match(line, position)
        and _CLOSING_SINGLE.search(line, position + 1, position + 2_000) is not None
    )


def _is_genitive(line: str, position: int, before: str) -> bool:
    """``the ministers' plan``: another mark that can close follows."""
    return before == "s" and _CLOSING_SINGLE.search(line, position + 1, position + 2_000) is not None


def _fill(mask: bytearray, start: int, end: int) -> None:
    mask[start:end] = b"\x01" * (end - start)
