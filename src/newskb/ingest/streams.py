"""Bytes of one file or archive member are read forwards, unpacked on the way, within limits."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import zstandard

from newskb.errors import UnreadableInputError
from newskb.ingest.files import Limits

CHUNK = 1 << 18
_PACKED_CHUNK = 1 << 16
# zstandard gives no way to bound what one call returns; 1 KiB in is at most 32 MiB out (256 blocks of 128 KiB).
_ZSTD_SLICE = 1 << 10
# The window that the zstd tool itself accepts without --long, and the memory that xz -9 needs four times over.
_ZSTD_WINDOW = 1 << 27
_XZ_MEMORY = 256 << 20


class Halt(UnreadableInputError):
    """A stream that can give nothing more: cut off, damaged, or a bomb. What came before it is good."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class Budget:
    """Counts what is unpacked against what was packed; halts the stream that grows out of proportion."""

    def __init__(self, limits: Limits, *, packed: int = 0, parent: Budget | None = None) -> None:
        self.packed = packed
        self.unpacked = 0
        self.is_spent = False
        self._limits = limits
        self._parent = parent

    def unpack(self, size: int) -> None:
        """Count ``size`` more unpacked bytes. Raises ``Halt`` when a limit is passed."""
        self.unpacked += size
        allowed = self._limits.max_ratio * max(self.packed, 1)
        too_large = self.unpacked > self._limits.max_unpacked_bytes
        too_dense = self.unpacked > self._limits.ratio_grace_bytes and self.unpacked > allowed
        self.is_spent = too_large or too_dense
        if too_large:
            raise Halt("bomb", f"unpacks to more than the limit of {self._limits.max_unpacked_bytes:,} bytes")
        if too_dense:
            grown = f"{self.packed:,} packed bytes became {self.unpacked:,}"
            raise Halt("bomb", f"{grown}, more than the limit of {self._limits.max_ratio:g} to 1")
        if self._parent is not None:
            self._parent.unpack(size)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a stream, without its line feed."""

    number: int
    """From 1."""
    offset: int
    """Byte offset of its first byte."""
    data: bytes | None
    """None when the line is longer than the limit."""
    size: int


class Stream:
    """Bytes that can be looked at before they are read. After a ``Halt`` everything before it is still given out."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.offset = 0
        """Bytes given out so far."""
        self._chunks = chunks
        self._buffer = b""
        self._halt: Halt | None = None

    def peek(self, size: int) -> bytes:
        """The next ``size`` bytes (fewer at the end), which stay to be read."""
        pieces = [self._buffer]
        held = len(self._buffer)
        while held < size and (chunk := self._pull()):
            pieces.append(chunk)
            held += len(chunk)
        self._buffer = b"".join(pieces)
        return self._buffer[:size]

    def read(self, size: int = CHUNK) -> bytes:
        """Up to ``size`` bytes; empty at the end. Raises ``Halt`` where the stream breaks off."""
        if not self._buffer:
            self._buffer = self._pull()
            if not self._buffer and self._halt is not None:
                raise self._halt
        if size < 0 or size >= len(self._buffer):
            data, self._buffer = self._buffer, b""
        else:
            data, self._buffer = self._buffer[:size], self._buffer[size:]
        self.offset += len(data)
        return data

    def read_all(self, limit: int) -> bytes | None:
        """Everything that is left; None when that is more than ``limit`` bytes."""
        pieces: list[bytes] = []
        held = 0
        while chunk := self.read():
            held += len(chunk)
            if held > limit:
                return None
            pieces.append(chunk)
        return b"".join(pieces)

    def lines(self, limit: int) -> Iterator[Line]:
        """The lines, split at line feeds; one of more than ``limit`` bytes is passed over without being held."""
        number = 1
        start = self.offset
        pieces: list[bytes] = []
        size = 0
        while chunk := self.read():
            position = 0
            while (end := chunk.find(b"\n", position)) >= 0:
                size += end - position
                data = None
                if size <= limit:
                    pieces.append(chunk[position:end])
                    data = b"".join(pieces)
                yield Line(number, start, data, size)
                number += 1
                start += size + 1
                pieces.clear()
                size = 0
                position = end + 1
            size += len(chunk) - position
            if size <= limit:
                pieces.append(chunk[position:])
            else:
                pieces.clear()
        if size:
            yield Line(number, start, b"".join(pieces) if size <= limit else None, size)

    def _pull(self) -> bytes:
        while self._halt is None:
            try:
                chunk = next(self._chunks, None)
            except Halt as halt:
                self._halt = halt
            else:
                if chunk is None:
                    return b""
                if chunk:
                    return chunk
        return b""


class _Unpacker(Protocol):
    """One packed frame: bytes in, pieces of bounded size out."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def feed(self, data: bytes) -> Iterator[bytes]: ...


class _Gzip:
    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def feed(self, data: bytes) -> Iterator[bytes]:
        while True:
            before = self._inner.copy()
            try:
                piece = self._inner.decompress(data, CHUNK)
            except zlib.error:
                yield from _before_damage(before, data)
                raise
            yield piece
            data = self._inner.unconsumed_tail
            if self._inner.eof or (not data and len(piece) < CHUNK):
                return


def _before_damage(unpacker: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """What ``data`` gives up to the byte that is damaged; zlib gives nothing of a call that fails."""
    for position in range(len(data)):
        try:
            piece = unpacker.decompress(data[position : position + 1])
        except zlib.error:
            return
        yield piece


class _Buffered:
    """bz2 and xz, which keep their unread input themselves."""

    def __init__(self, inner: bz2.BZ2Decompressor | lzma.LZMADecompressor) -> None:
        self._inner = inner

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def feed(self, data: bytes) -> Iterator[bytes]:
        yield self._inner.decompress(data, CHUNK)
        while not self._inner.eof and not self._inner.needs_input:
            yield self._inner.decompress(b"", CHUNK)


class _Zstd:
    def __init__(self) -> None:
        self._inner = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
        self.unused_data = b""

    @property
    def eof(self) -> bool:
        return self._inner.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), _ZSTD_SLICE):
            yield self._inner.decompress(data[start : start + _ZSTD_SLICE])
            if self._inner.eof:
                self.unused_data = self._inner.unused_data + data[start + _ZSTD_SLICE :]
                return


_UNPACKERS: dict[str, tuple[bytes, Callable[[], _Unpacker]]] = {
    "gzip": (b"\x1f\x8b\x08", _Gzip),
    "bzip2": (b"BZh", lambda: _Buffered(bz2.BZ2Decompressor())),
    "xz": (b"\xfd7zXZ\x00", lambda: _Buffered(lzma.LZMADecompressor(memlimit=_XZ_MEMORY))),
    "zstd": (b"\x28\xb5\x2f\xfd", _Zstd),
}
_DAMAGE = (zlib.error, lzma.LZMAError, zstandard.ZstdError, OSError, EOFError, ValueError)


def packing(head: bytes) -> str | None:
    """How the bytes that begin with ``head`` are compressed, if they are."""
    return next((name for name, (magic, _) in _UNPACKERS.items() if head.startswith(magic)), None)


def unpacked(stream: Stream, name: str, budget: Budget) -> Stream:
    """The content of a compressed stream, all its members one after another."""
    return Stream(_unpack(stream, name, budget))


def _unpack(stream: Stream, name: str, budget: Budget) -> Iterator[bytes]:
    magic, make = _UNPACKERS[name]
    unpacker = make()
    data = b""
    while True:
        data = data or stream.read(_PACKED_CHUNK)
        if not data:
            if not unpacker.eof:
                raise Halt("truncated", f"the {name} data breaks off; the records before the break are kept")
            return
        try:
            for piece in unpacker.feed(data):
                budget.unpack(len(piece))
                yield piece
        except _DAMAGE as error:
            raise Halt("damaged", f"the {name} data is damaged ({error}); the records before that are kept") from error
        data = b""
        if unpacker.eof:
            data = unpacker.unused_data.lstrip(b"\x00")
            while len(data) < len(magic) and (more := stream.read(_PACKED_CHUNK)):
                data = (data + more).lstrip(b"\x00")
            if not data:
                return
            if not data.startswith(magic):
                raise Halt("trailing-bytes", f"bytes that are not {name} follow the {name} data; they are not read")
            unpacker = make()
