"""JSON and JSONL: objects become articles, one at a time, however large the file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import ijson

from newskb.ingest import fields
from newskb.ingest.encodings import Utf8Reader
from newskb.ingest.source import Source
from newskb.ingest.streams import CHUNK, Halt
from newskb.model import Notice, RawDocument, Skipped

_MAX_SHOWN = 60


def read_jsonl(source: Source) -> Iterator[RawDocument | Skipped]:
    """Each line is one object; a line that is none is reported and passed over."""
    decoder = source.decoder()
    for line in source.stream.lines(source.limits.max_record_bytes):
        where = f"line {line.number}"
        if line.data is None:
            yield source.too_long(where, line.size, line.offset)
            continue
        text, notices = decoder.decode(line.data, line.offset)
        text = text.strip().removeprefix("\ufeff").removeprefix("\x1e")  # RFC 7464 sequences
        if not text:
            continue
        try:
            # strict=False lets raw control characters stand in strings; cleaning drops and reports them.
            value = json.loads(text, strict=False)
        except RecursionError:
            yield source.skipped("deep-nesting", f"{where}: too many brackets inside one another", line.offset)
            continue
        except ValueError as error:
            detail = f"{where}: not JSON ({error}): {text[:_MAX_SHOWN]!r}"
            yield source.skipped("bad-json", detail, line.offset)
            continue
        if isinstance(value, dict):
            yield source.record("jsonl", value, where, offset=line.offset, notices=notices)
        else:
            detail = f"{where}: an article is an object, {{…}}, but this is {text[:_MAX_SHOWN]!r}"
            yield source.skipped("bad-record", detail, line.offset)


def read_json(source: Source) -> Iterator[RawDocument | Skipped]:
    """An array of objects, an object with such an array (``{"articles": […]}``), one object, or several in a row."""
    reader = _Gauge(Utf8Reader(source.stream), source.limits.max_record_bytes)
    finder = _Finder(source, reader)
    try:
        for event, value in ijson.basic_parse(reader, multiple_values=True):
            reader.used = 0
            yield from finder.take(event, value)
    except ijson.JSONError as error:
        message = str(error).splitlines()[0] if str(error) else "it breaks off"
        detail = f"not JSON any more near byte {source.stream.offset:,} ({message}); what comes before is kept"
        yield source.skipped("bad-json", detail)
    except ValueError as error:  # a number of more than 4,300 digits
        yield source.skipped("bad-json", f"not JSON that can be read ({error}); what comes before is kept")


class _Gauge:
    """Stops a parser that reads on and on without giving out anything: a string without an end."""

    def __init__(self, reader: Utf8Reader, limit: int) -> None:
        self.used = 0
        self._reader = reader
        self._limit = limit + CHUNK  # the parser asks for more than the value at hand

    def read(self, size: int = -1) -> bytes:
        data = self._reader.read(size)
        self.used += len(data)
        if self.used > self._limit:
            raise Halt("too-long", f"one value has more than {self._limit:,} bytes; the rest is not read")
        return data

    def take_notices(self) -> tuple[Notice, ...]:
        return self._reader.take_notices()


class _Finder:
    """Builds objects from parse events and gives out those that are articles.

    Objects in an array at the top, or in an array reached through names such as ``articles`` or ``results``, are
    articles; an object at the top that holds no such array is one itself.
    """

    def __init__(self, source: Source, reader: _Gauge) -> None:
        self.count = 0
        self._source = source
        self._reader = reader
        self._limits = source.limits
        self._open: list[dict[str, Any] | list[Any]] = []
        self._names: list[str | None] = []
        """Per open object, the name that the next value gets."""
        self._is_container: list[bool] = []
        self._held = 0
        """Characters of the article that is being built."""
        self._is_over = False
        """Whether that article is past the limit; its other values are then passed over."""
        self._has_list = False
        """Whether the value at the top has an array of articles in it."""

    def take(self, event: str, value: Any) -> Iterator[RawDocument | Skipped]:
        """Feed one event; yields what it completes. Raises ``Halt`` on nesting deeper than the limit."""
        if event == "map_key":
            self._names[-1] = value
            self._held += len(value)
        elif event in ("start_map", "start_array"):
            self._start({} if event == "start_map" else [])
        elif event in ("end_map", "end_array"):
            yield from self._end()
        else:
            if isinstance(value, Decimal):
                value = float(value)
            self._held += len(value) if isinstance(value, str) else 1
            yield from self._add(value)

    def _start(self, opened: dict[str, Any] | list[Any]) -> None:
        if len(self._open) >= self._limits.max_depth:
            limit = self._limits.max_depth
            raise Halt("deep-nesting", f"more than {limit} brackets inside one another; the rest is not read")
        is_container = not self._open or (
            self._is_container[-1]
            and isinstance(self._open[-1], dict)
            and str(self._names[-1]).casefold() in fields.CONTAINERS
        )
        self._has_list |= is_container and isinstance(opened, list)
        self._open.append(opened)
        self._names.append(None)
        self._is_container.append(is_container)

    def _end(self) -> Iterator[RawDocument | Skipped]:
        built = self._open.pop()
        self._names.pop()
        is_container = self._is_container.pop()
        if not self._open:
            if isinstance(built, dict) and not self._is_over and (not self._has_list or fields.known(built).text):
                yield from self._article(built)
            self._held, self._is_over, self._has_list = 0, False, False
        elif not is_container:
            yield from self._add(built)
        elif isinstance(built, dict) and fields.known(built).text:
            self._has_list = True
            yield from self._article(built)

    def _add(self, value: Any) -> Iterator[RawDocument | Skipped]:
        parent = self._open[-1] if self._open else None
        if parent is None or (isinstance(parent, list) and self._is_container[-1]):
            is_over, self._is_over, self._held = self._is_over, False, 0
            if not is_over:
                yield from self._article(value)
        elif self._is_over:
            return
        elif self._held > self._limits.max_record_bytes:
            self._is_over = True
            yield self._source.too_long(f"article {self.count + 1}")
        elif isinstance(parent, dict):
            parent[str(self._names[-1])] = value
        else:
            parent.append(value)

    def _article(self, value: Any) -> Iterator[RawDocument | Skipped]:
        self.count += 1
        where = f"article {self.count}"
        notices = self._reader.take_notices()
        if isinstance(value, dict):
            yield self._source.record("json", value, where, notices=notices)
        else:
            detail = f"{where}: an article is an object, {{…}}, but this is {str(value)[:_MAX_SHOWN]!r}"
            yield self._source.skipped("bad-record", detail)
