"""Bytes of unknown encoding become characters; what could not be read is replaced, and said."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

import charset_normalizer

from newskb.ingest.streams import CHUNK, Stream
from newskb.model import Notice

SAMPLE_BYTES = 1 << 16

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, "utf-8"),
)
_REPLACEMENT = "\ufffd"
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
# A UTF-8 text with a few broken bytes stays UTF-8; one sequence of the right form hardly comes about by chance in
# short cp1252 text, but in long Chinese or Cyrillic text it does, so there the right forms must prevail.
_FEW_BAD_BYTES = 8
_GOOD_PER_BAD = 4
# Of all letters in western text less than a fifth carries an accent; in cp1251 read as cp1252 all do.
_FOREIGN_SCRIPT_SHARE = 0.4
_FOREIGN_ENCODINGS = [
    *("cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "cp1250"),
    *("cp1252", "cp1254", "mac_cyrillic"),
]
_MAX_OFFSETS_SHOWN = 3
_UTF16_NUL_SHARE = 0.3


class Decoder:
    """Decodes the pieces of one file by one rule: UTF-8 where it is valid, else what the sample looks like."""

    def __init__(self, sample: bytes = b"") -> None:
        self._sample = sample
        self._fallback: str | None = None

    def decode(self, data: bytes, offset: int = 0) -> tuple[str, tuple[Notice, ...]]:
        """The characters of ``data``, which stands at byte ``offset`` of its file; never fails."""
        try:
            return data.decode("utf-8"), ()
        except UnicodeDecodeError:
            pass
        if self._fallback is None:
            self._fallback = guess(self._sample if _is_broken(self._sample) else data)
        try:
            return data.decode(self._fallback), ()
        except UnicodeDecodeError:
            return _replaced(data, self._fallback, offset)


def guess(data: bytes) -> str:
    """The name of the encoding that ``data``, no valid UTF-8, is most likely in; ``utf-8`` when only damaged."""
    good = len(_UTF8_SEQUENCE.findall(data))
    bad = len(_HIGH_BYTE.findall(_UTF8_SEQUENCE.sub(b"", data)))
    if good and (bad <= _FEW_BAD_BYTES or good >= _GOOD_PER_BAD * bad):
        return "utf-8"
    western = data.decode("cp1252", "replace")
    letters = [c for c in western if c.isalpha()]
    foreign = sum(1 for c in letters if not c.isascii())
    if foreign <= _FOREIGN_SCRIPT_SHARE * len(letters):
        return "cp1252"
    best = charset_normalizer.from_bytes(data, cp_isolation=_FOREIGN_ENCODINGS).best()
    return best.encoding if best is not None else "cp1252"


def as_utf8(stream: Stream) -> tuple[Stream, bool]:
    """The stream without its byte order mark, turned from UTF-16 or UTF-32 into UTF-8, and whether it was turned."""
    head = stream.peek(SAMPLE_BYTES)
    encoding = _unmarked_utf16(head)
    for mark, marked in _BOMS:
        if head.startswith(mark):
            stream.read(len(mark))
            encoding = marked
            break
    if encoding is None or encoding == "utf-8":
        return stream, False
    return Stream(_transcoded(stream, encoding)), True


class Utf8Reader:
    """A file for parsers that take UTF-8 only; remembers which bytes it had to replace."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        sample = stream.peek(SAMPLE_BYTES)
        encoding = guess(sample) if _is_broken(sample) else "utf-8"
        self._make_decoder = codecs.getincrementaldecoder(encoding)
        self._decoder = self._make_decoder("strict")
        self._replaced = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes, as UTF-8; empty at the end."""
        if size == 0:  # parsers ask so whether they get bytes or text
            return b""
        while True:
            data = self._stream.read(size if size > 0 else CHUNK)
            text = self._decode(data)
            if text or not data:
                return text.encode("utf-8", "replace")

    def _decode(self, data: bytes) -> str:
        before = self._decoder.getstate()
        try:
            return self._decoder.decode(data, final=not data)
        except UnicodeDecodeError:
            lenient = self._make_decoder("replace")
            lenient.setstate(before)
        text = lenient.decode(data, final=not data)
        self._decoder = self._make_decoder("strict")
        self._decoder.setstate(lenient.getstate())
        self._replaced += _count_new(text, data)
        return text

    def take_notices(self) -> tuple[Notice, ...]:
        """What was replaced since the last call."""
        count, self._replaced = self._replaced, 0
        if not count:
            return ()
        where = f"near byte {self._stream.offset:,}"
        return (Notice(reason="bad-encoding", detail=f"{count} unreadable bytes {where} became U+FFFD"),)


def _is_broken(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        # A sample may end inside a character.
        return not (error.reason == "unexpected end of data" and error.end == len(data))
    return False


def _replaced(data: bytes, encoding: str, offset: int) -> tuple[str, tuple[Notice, ...]]:
    offsets: list[int] = []
    pieces: list[str] = []
    decoder = codecs.getdecoder(encoding)
    rest = data
    position = 0
    while rest:
        try:
            pieces.append(decoder(rest)[0])
            break
        except UnicodeDecodeError as error:
            pieces += (decoder(rest[: error.start])[0], _REPLACEMENT)
            offsets.append(offset + position + error.start)
            position += error.end
            rest = rest[error.end :]
            if len(offsets) > _MAX_OFFSETS_SHOWN:
                # Slicing again and again would be quadratic for a file of nothing but bad bytes.
                tail = rest.decode(encoding, "replace")
                pieces.append(tail)
                break
    text = "".join(pieces)
    count = _count_new(text, data)
    shown = ", ".join(f"{o:,}" for o in offsets[:_MAX_OFFSETS_SHOWN])
    detail = f"{count} unreadable bytes became U+FFFD; the first at byte offset {shown} (not valid {encoding})"
    return text, (Notice(reason="bad-encoding", detail=detail),)


def _count_new(text: str, data: bytes) -> int:
    """Replacement characters in ``text`` that were not already in the ``data`` it was decoded from."""
    return max(1, text.count(_REPLACEMENT) - data.count(_REPLACEMENT.encode()))


def _transcoded(stream: Stream, encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    while data := stream.read(CHUNK):
        yield decoder.decode(data).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _unmarked_utf16(head: bytes) -> str | None:
    """UTF-16 without a mark: western text has a NUL in every other byte."""
    half = len(head) // 2
    if half < 2:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > _UTF16_NUL_SHARE * half and not even:
        return "utf-16-le"
    if even > _UTF16_NUL_SHARE * half and not odd:
        return "utf-16-be"
    return None
