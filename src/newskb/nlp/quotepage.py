"""A text and its quotation marks tell where passages begin and end, and how they hang together."""

from __future__ import annotations

from collections.abc import Iterator

from newskb.model import Span

_EDGES = ' \t\r\n\u00a0"“”„«»`'
_ENDINGS = frozenset(",.;:")
_SINGLE = frozenset("'‘’")
_CLOSING_DOUBLE = frozenset('"”»')
_OPENING = frozenset("\"“«„‘'`")
_CLOSING = frozenset("\"”»’'")


class Page:
    """A text with its quotation marks, and what they say about spans."""

    def __init__(self, text: str, mask: bytearray) -> None:
        self.text = text
        self.mask = mask

    def passages(self) -> Iterator[Span]:
        """The passages in quotation marks with their marks, paragraph by paragraph."""
        start = self.mask.find(1)
        while start >= 0:
            end = self.mask.find(0, start)
            end = len(self.mask) if end < 0 else end
            yield Span(start=start, end=end)
            start = self.mask.find(1, end)

    def share_inside(self, span: Span) -> float:
        """How much of ``span`` stands inside quotation marks."""
        return sum(self.mask[span.start : span.end]) / max(span.end - span.start, 1)

    def is_connected(self, one: Span, other: Span) -> bool:
        """Whether two spans stand in one paragraph, or in paragraphs of one quotation that runs on."""
        first, second = sorted((one, other))
        position = self.text.find("\n", first.end, second.start)
        while position >= 0:
            if not self.runs_on(position):
                return False
            position = self.text.find("\n", self._next_line(position), second.start)
        return True

    def is_in_paragraph(self, one: Span, other: Span) -> bool:
        """Whether no line ends between two spans."""
        return self.text.find("\n", min(one.end, other.end), max(one.start, other.start)) < 0

    def is_beside(self, cue: Span, content: Span) -> bool:
        """Whether the content begins right after the reporting words."""
        return cue.end <= content.start and not self.text[cue.end : content.start].strip(_EDGES + ",:")

    def runs_on(self, newline: int) -> bool:
        """Whether a quotation is left open at the end of a paragraph and opened again in the next."""
        last = newline - 1
        while last >= 0 and self.text[last].isspace():
            last -= 1
        following = self._next_line(newline)
        return (
            last >= 0
            and bool(self.mask[last])
            and self.text[last] not in _CLOSING
            and self.text[following : following + 1] in _OPENING
        )

    def _next_line(self, newline: int) -> int:
        while newline < len(self.text) and self.text[newline].isspace():
            newline += 1
        return newline

    def opens(self, position: int) -> bool:
        """Whether a single mark opens a quotation (or is half of a doubled one)."""
        return self.text[position] in _SINGLE and bool(self.mask[position]) and not self._goes_on(position - 1)

    def closes(self, position: int) -> bool:
        """Whether a single mark closes a quotation (or is half of a doubled one)."""
        return self.text[position] in _SINGLE and bool(self.mask[position]) and not self._goes_on(position + 1)

    def _goes_on(self, position: int) -> bool:
        is_inside = 0 <= position < len(self.mask) and bool(self.mask[position])
        return is_inside and self.text[position] not in _SINGLE

    def passage(self, position: int) -> Span | None:
        """The passage in quotation marks, with both of them, that holds ``position``."""
        if not self.mask[position]:
            return None
        start = self.mask.rfind(0, 0, position) + 1
        end = self.mask.find(0, position)
        end = len(self.mask) if end < 0 else end
        is_closed = self.text[start] in _OPENING and self.text[end - 1] in _CLOSING and end - start > 2
        return Span(start=start, end=end) if is_closed else None

    def trim(self, span: Span) -> Span:
        """The span without quotation marks and white space at its ends, nor the punctuation after a closing mark."""
        text, start, end = self.text, span.start, span.end
        while start < end and (text[start] in _EDGES or self.opens(start)):
            start += 1
        while end > start:
            if text[end - 1] in _EDGES or self.closes(end - 1):
                end -= 1
            elif text[end - 1] in _ENDINGS and end - start > 1 and text[end - 2] in _CLOSING_DOUBLE:
                end -= 2
            else:
                break
        return Span(start=start, end=end)
