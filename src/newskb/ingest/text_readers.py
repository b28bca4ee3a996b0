"""Plain text: one article a file, one a line, or blocks that begin with a date header."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newskb.ingest.sniff import HEADER
from newskb.ingest.source import Source
from newskb.model import RawDocument, Skipped

_HEADER_BYTES = re.compile(HEADER.pattern.encode("ascii"))
_LINE_ENDS = "\r\n"


def read_text(source: Source) -> Iterator[RawDocument | Skipped]:
    """The whole file is one article; its date, if it has one, stands in a file or folder name."""
    decoder = source.decoder()
    data = source.stream.read_all(source.limits.max_record_bytes)
    if data is None:
        yield source.too_long("the text")
        return
    text, notices = decoder.decode(data)
    if text.strip():
        yield source.document("text", text.rstrip(_LINE_ENDS), offset=0, notices=notices)


def read_lines(source: Source) -> Iterator[RawDocument | Skipped]:
    """Each line is one article, with or without a date header."""
    decoder = source.decoder()
    for line in source.stream.lines(source.limits.max_record_bytes):
        if line.data is None:
            yield source.too_long(f"line {line.number}", line.size, line.offset)
            continue
        text, notices = decoder.decode(line.data, line.offset)
        if text.strip():
            yield source.document("lines", text.rstrip(_LINE_ENDS), offset=line.offset, notices=notices)


def read_founding(source: Source) -> Iterator[RawDocument | Skipped]:
    """An article begins at each line that starts with ``date`` and a day, and goes on to the next such line."""
    decoder = source.decoder()
    limit = source.limits.max_record_bytes
    pieces: list[bytes] = []
    size = offset = 0
    first = 1

    def article() -> Iterator[RawDocument | Skipped]:
        if size > limit:
            yield source.too_long(f"the article that begins on line {first}", size, offset)
            return
        text, notices = decoder.decode(b"\n".join(pieces), offset)
        if text.strip():
            yield source.document("founding", text.rstrip(_LINE_ENDS), offset=offset, notices=notices)

    for line in source.stream.lines(limit):
        if line.data is not None and _HEADER_BYTES.match(line.data) and pieces:
            yield from article()
            pieces, size = [], 0
        if not pieces:
            offset, first = line.offset, line.number
        size += line.size + 1
        if size <= limit and line.data is not None:
            pieces.append(line.data)
        else:
            pieces = [b""]  # too long: keep count of it, not the bytes
            size = max(size, limit + 1)
    if pieces:
        yield from article()
