"""Files become raw documents: what a file holds is found by looking, and one small reader a format reads it.

A new format is one function ``(Source) -> Iterator[RawDocument | Skipped]``, a line in ``READERS`` and, so that it is
recognised, a line in ``formats.json``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from newskb.errors import InputError
from newskb.ingest.archives import Member, members
from newskb.ingest.encodings import SAMPLE_BYTES, as_utf8
from newskb.ingest.files import DEFAULT_LIMITS, STDIN, Limits, shown, skipped
from newskb.ingest.json_readers import read_json, read_jsonl
from newskb.ingest.sniff import sniff
from newskb.ingest.source import Source
from newskb.ingest.streams import Halt
from newskb.ingest.table_readers import read_csv
from newskb.ingest.text_readers import read_founding, read_lines, read_text
from newskb.model import RawDocument, Skipped

Reader = Callable[[Source], Iterator[RawDocument | Skipped]]

READERS: dict[str, Reader] = {
    "founding": read_founding,
    "lines": read_lines,
    "text": read_text,
    "json": read_json,
    "jsonl": read_jsonl,
    "csv": read_csv,
    "tsv": read_csv,
}
AUTO = "auto"
FORMATS: tuple[str, ...] = (AUTO, *READERS)
"""What ``--format`` takes."""


def read(
    path: str | Path, *, format: str = AUTO, limits: Limits = DEFAULT_LIMITS, start: int = 0
) -> Iterator[RawDocument | Skipped]:
    """What the file at ``path`` (``-`` = standard input) holds, always in the same order.

    ``origin.record`` numbers all that is yielded, from 0; ``start`` leaves out that many, to resume.
    Raises ``InputError`` when there is no such format.
    """
    if format not in FORMATS:
        raise InputError(f"there is no format '{format}'; there are {', '.join(FORMATS)}")
    for record, item in enumerate(_read_file(path, format, limits)):
        if record >= start:
            yield replace(item, origin=replace(item.origin, record=record))


def _read_file(path: str | Path, format: str, limits: Limits) -> Iterator[RawDocument | Skipped]:
    name = shown(str(path))
    with ExitStack() as stack:
        try:
            file: BinaryIO
            if str(path) == STDIN:
                file, size = sys.stdin.buffer, None
            else:
                file = stack.enter_context(Path(path).open("rb"))
                size = Path(path).stat().st_size
        except (OSError, ValueError) as error:
            yield skipped(path, "unreadable", f"the file cannot be opened: {error}")
            return
        found = members(file, path=name, limits=limits, size=size)
        told: Halt | None = None
        while True:
            try:
                member = next(found, None)
            except Halt as halt:
                # An archive that breaks off inside a member has said so there.
                if halt is not told:
                    yield skipped(path, halt.reason, halt.detail)
                return
            if member is None:
                return
            if isinstance(member, Skipped):
                yield member
                continue
            try:
                yield from _read_member(member, name, format, limits)
            except Halt as halt:
                told = halt
                yield Source(name, member.name, member.stream, limits).skipped(halt.reason, halt.detail)


def _read_member(member: Member, path: str, format: str, limits: Limits) -> Iterator[RawDocument | Skipped]:
    stream, is_transcoded = as_utf8(member.stream)
    source = Source(path, member.name, stream, limits, notices=member.notices, has_offsets=not is_transcoded)
    if format == AUTO:
        found = sniff(stream.peek(SAMPLE_BYTES), member.name or path)
        if found.kind not in READERS:
            stream.read(1)  # a stream that broke off before it began says so here
            yield _unread(source, found.kind, found.label)
            return
        format = found.kind
    is_empty = True
    for item in READERS[format](source):
        is_empty = False
        yield item
    if is_empty:
        yield source.skipped("empty", "there is no article in it")


def _unread(source: Source, kind: str, label: str) -> Skipped:
    if kind == "empty":
        return source.skipped("empty", "there is nothing in it")
    if kind == "binary":
        return source.skipped("binary", f"this is {label}, not text; extract its text first")
    return source.skipped(
        "unsupported-format", f"this is {label}, which cannot be read yet; export it as text or JSONL"
    )
