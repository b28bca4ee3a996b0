"""Strings become keys, folded names and edited text that still knows where it came from."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

_SPACES = re.compile(r"\s+")
_UNFOLDED = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "æ": "ae", "Æ": "AE", "œ": "oe"}
    | {"Œ": "OE", "’": "'", "‘": "'", "ʼ": "'", "–": "-", "—": "-"}
)


def digest(*parts: str, size: int = 10) -> str:
    """Hexadecimal BLAKE2b digest of ``parts``, ``size`` bytes long; the parts cannot run into one another."""
    state = hashlib.blake2b(digest_size=size)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        state.update(len(data).to_bytes(8, "big"))
        state.update(data)
    return state.hexdigest()


def key(prefix: str, *parts: str) -> str:
    """A public key made from content: ``prefix``, ``-``, 20 hexadecimal digits (80 bits)."""
    return f"{prefix}-{digest(*parts)}"


def squeeze(value: str) -> str:
    """``value`` with runs of white space as one blank and none at the ends."""
    return _SPACES.sub(" ", value).strip()


def fold(value: str) -> str:
    """The form in which names are compared: no case, no accents, no doubled space (``Guaidó`` -> ``guaido``)."""
    if value.isascii():
        return squeeze(value).lower()
    decomposed = unicodedata.normalize("NFKD", value.translate(_UNFOLDED))
    return squeeze("".join(c for c in decomposed if not unicodedata.combining(c))).casefold()


class Edits:
    """Deletions and replacements in a text, kept together with the map back to the raw characters.

    >>> edits = Edits("a\\x00b")
    >>> edits.replace(1, 2, "")
    >>> edits.apply()
    'ab'
    >>> edits.raw_position(1)
    2
    """

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self._edits: list[tuple[int, int, str]] = []
        self._sorted = True

    def replace(self, start: int, end: int, by: str) -> None:
        """Replace ``raw[start:end]``; edits must not overlap. Raises ``ValueError`` on a bad span."""
        if not 0 <= start <= end <= len(self.raw):
            raise ValueError(f"edit [{start}, {end}) outside a text of {len(self.raw)} characters")
        self._edits.append((start, end, by))
        self._sorted = False

    def replace_all(self, pattern: re.Pattern[str], by: str) -> None:
        """Replace every match of ``pattern`` in the raw text."""
        for match in pattern.finditer(self.raw):
            self.replace(match.start(), match.end(), by)

    def apply(self) -> str:
        """The edited text. Raises ``ValueError`` when edits overlap."""
        pieces: list[str] = []
        position = 0
        for start, end, by in self._ordered():
            if start < position:
                raise ValueError(f"edits overlap at {start}")
            pieces += (self.raw[position:start], by)
            position = end
        pieces.append(self.raw[position:])
        return "".join(pieces)

    def raw_position(self, position: int) -> int:
        """The raw index of the character that stands at ``position`` of the edited text."""
        shift = 0
        for start, end, by in self._ordered():
            if position < start + shift + len(by) or start + shift > position:
                if position >= start + shift:
                    return start
                break
            shift += len(by) - (end - start)
        return position - shift

    def _ordered(self) -> Iterable[tuple[int, int, str]]:
        if not self._sorted:
            self._edits.sort()
            self._sorted = True
        return self._edits
