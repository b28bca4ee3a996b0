"""CSV and TSV: rows under a line of column names become articles."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from newskb.ingest import fields
from newskb.ingest.encodings import Decoder
from newskb.ingest.sniff import SEPARATOR_LINE, find_delimiter
from newskb.ingest.source import Source
from newskb.ingest.streams import Line
from newskb.model import Notice, RawDocument, Skipped

# A quote that is never closed makes the rest of the file one cell. After each, reading begins again on the next
# line, which costs up to one record's length; a file with more of them is no CSV.
_MAX_OPEN_QUOTES = 20


def read_csv(source: Source) -> Iterator[RawDocument | Skipped]:
    """Each row is one article; rows that do not fit the header are reported with their line."""
    # The module's own limit of 128 KiB a field is shorter than some articles; rows are limited by the record size.
    csv.field_size_limit(max(csv.field_size_limit(), source.limits.max_record_bytes))
    decoder = source.decoder()
    delimiter = find_delimiter(decoder.decode(source.stream.peek(1 << 16))[0])
    rows = Rows(source, decoder, delimiter or ",")
    header: list[str] | None = None
    for row in rows:
        if isinstance(row, Skipped):
            yield row
        elif not any(cell.strip() for cell in row):
            if row:
                yield source.skipped("empty-row", f"line {rows.line}: all cells are empty", rows.offset)
        elif header is None and rows.line == 1 and SEPARATOR_LINE.fullmatch((delimiter or "").join(row)):
            continue
        elif header is None:
            header = [name.strip("\ufeff \t\r\n") for name in row]
            if delimiter is None:
                detail = f"no column has a known name; the columns are: {', '.join(header)[:200]}"
                yield source.skipped("no-header", detail, rows.offset)
                return
        else:
            yield _article(source, header, row, rows)


def _article(source: Source, header: list[str], row: list[str], rows: Rows) -> RawDocument | Skipped:
    notices = rows.notices
    surplus = [cell for cell in row[len(header) :] if cell.strip()]
    where = f"line {rows.line}"
    shape = f"{where}: {len(row)} cells under {len(header)} columns"
    if surplus:
        return source.skipped("ragged-row", f"{shape}; a quote or delimiter is amiss", rows.offset)
    record = {name: cell for name, cell in zip(header, row, strict=False) if name}
    if len(row) < len(header):
        if fields.known(record).text is None:
            return source.skipped("ragged-row", f"{shape}; there is no text", rows.offset)
        notices = (*notices, Notice(reason="ragged-row", detail=shape))
    return source.record("csv", record, where, offset=rows.offset, notices=notices)


class Rows:
    """The rows of a table, which may go over several lines, with the line on which each begins."""

    def __init__(self, source: Source, decoder: Decoder, delimiter: str) -> None:
        self.line = 1
        """Line on which the latest row began, from 1."""
        self.offset = 0
        self.notices: tuple[Notice, ...] = ()
        self._source = source
        self._decoder = decoder
        self._delimiter = delimiter
        self._lines = source.stream.lines(source.limits.max_record_bytes)
        self._again: list[Line] = []
        """Lines to be read a second time, the next one last."""
        self._pending: list[Line] = []
        """Lines of the row that is being read."""
        self._pending_notices: list[Notice] = []

    def __iter__(self) -> Iterator[list[str] | Skipped]:
        open_quotes = 0
        while True:
            try:
                for row in csv.reader(self._feed(), delimiter=self._delimiter):
                    self._begin()
                    yield row
                return
            except _RowError as error:
                pending, self._pending = self._pending, []
                self._pending_notices = []
                yield self._source.skipped(error.reason, error.detail, pending[0].offset)
                if error.reason == "open-quote":
                    open_quotes += 1
                    self._again += reversed(pending[1:])
                if open_quotes > _MAX_OPEN_QUOTES:
                    detail = f"more than {_MAX_OPEN_QUOTES} quotes are never closed; the rest is not read"
                    yield self._source.skipped("open-quote", detail, pending[0].offset)
                    return
            except csv.Error as error:
                pending, self._pending = self._pending, []
                self._pending_notices = []
                number, offset = (pending[0].number, pending[0].offset) if pending else (self.line, self.offset)
                yield self._source.skipped("bad-row", f"line {number}: {error}", offset)

    def _begin(self) -> None:
        self.line, self.offset = self._pending[0].number, self._pending[0].offset
        self.notices = tuple(self._pending_notices)
        self._pending = []
        self._pending_notices = []

    def _feed(self) -> Iterator[str]:
        held = 0
        while True:
            line = self._again.pop() if self._again else next(self._lines, None)
            if not self._pending:
                held = 0
            if line is None:
                if self._pending:
                    number = self._pending[0].number
                    raise _RowError("open-quote", f"line {number}: a quote is opened and never closed")
                return
            self._pending.append(line)
            held += line.size
            if line.data is None or held > self._source.limits.max_record_bytes:
                limit = self._source.limits.max_record_bytes
                number = self._pending[0].number
                is_line = line.data is None
                detail = f"line {number}: the row has more than the limit of {limit:,} bytes"
                raise _RowError("too-long" if is_line else "open-quote", detail)
            text, notices = self._decoder.decode(line.data, line.offset)
            self._pending_notices += notices
            yield text + "\n"


class _RowError(Exception):
    """A row that cannot be completed."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
