"""The body of an upload becomes files in the folder of uploads, piece by piece as it comes."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool

from newskb.api.deps import reject_unknown
from newskb.errors import InputError
from newskb.jobs.spool import Incoming, Spool

MAX_FILES = 1_000
"""Files in one upload; more fit into an archive."""
MAX_FIELD_BYTES = 4_000
FIELDS = ("source", "format")
"""What may be said of the files, in the address or in fields of the form."""


class Received:
    """The files of one upload and the fields beside them."""

    def __init__(self) -> None:
        self.files: list[tuple[str, Incoming]] = []
        self.fields: dict[str, str] = {}

    def discard(self) -> None:
        """Take the files away that nobody moved."""
        for _name, file in self.files:
            file.discard()


async def receive(request: Request, spool: Spool, into: Received, *, name: str) -> None:
    """Read the body: a form (``multipart/form-data``) with any number of files, or the bytes of one, called ``name``.

    Raises ``InputError`` for a form that cannot be read; the limit of the body is watched over elsewhere.
    """
    kind, options = parse_options_header(request.headers.get("content-type", "").encode("latin-1"))
    if kind == b"multipart/form-data":
        form = _Form(options.get(b"boundary"), spool, into)
        async for chunk in request.stream():
            await run_in_threadpool(form.write, chunk)
        form.end()
    else:
        file = spool.receive()
        into.files.append((name, file))
        async for chunk in request.stream():
            await run_in_threadpool(file.write, chunk)
        file.close()
    if not any(file.size for _name, file in into.files):
        raise InputError("the upload is empty; send a form with files, or the bytes of one as they are")


class _Form:
    """Parts of a form, each of which is a file or a field."""

    def __init__(self, boundary: bytes | None, spool: Spool, into: Received) -> None:
        if not boundary:
            raise InputError("the form has no boundary; let the program that sends it set the header 'Content-Type'")
        self._spool = spool
        self._into = into
        self._header: list[bytes] = [b"", b""]
        self._headers: dict[bytes, bytes] = {}
        self._file: Incoming | None = None
        self._field: str | None = None
        self._value = b""
        self._is_whole = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._headers.clear,
                    "on_header_field": lambda data, start, end: self._add(0, data[start:end]),
                    "on_header_value": lambda data, start, end: self._add(1, data[start:end]),
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._start_part,
                    "on_part_data": lambda data, start, end: self._take(data[start:end]),
                    "on_part_end": self._end_part,
                    "on_end": self._finish,
                },
            )
        except ValueError as error:
            raise InputError(f"the form cannot be read: {error}") from error

    def write(self, chunk: bytes) -> None:
        """Read on."""
        try:
            self._parser.write(chunk)
        except MultipartParseError as error:
            raise InputError(f"the form cannot be read: {error}") from error

    def end(self) -> None:
        """The body is at its end. Raises ``InputError`` when the form is not."""
        if not self._is_whole:
            raise InputError("the form ends in the middle; send it again")

    def _add(self, which: int, data: bytes) -> None:
        self._header[which] += data

    def _end_header(self) -> None:
        self._headers[self._header[0].lower()] = self._header[1]
        self._header = [b"", b""]

    def _start_part(self) -> None:
        _kind, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        filename, name = options.get(b"filename"), _decoded(options.get(b"name", b""))
        if filename is None:
            reject_unknown([name], FIELDS)
            self._field = name
            return
        if len(self._into.files) >= MAX_FILES:
            raise InputError(f"more than {MAX_FILES:,} files in one upload; put them into an archive")
        self._file = self._spool.receive()
        self._into.files.append((_decoded(filename), self._file))

    def _take(self, data: bytes) -> None:
        if self._file is not None:
            self._file.write(data)
            return
        self._value += data
        if len(self._value) > MAX_FIELD_BYTES:
            raise InputError(f"'{self._field}' is longer than {MAX_FIELD_BYTES:,} bytes")

    def _end_part(self) -> None:
        if self._file is not None:
            self._file.close()
        elif self._field is not None:
            self._into.fields[self._field] = _decoded(self._value)
        self._file, self._field, self._value = None, None, b""

    def _finish(self) -> None:
        self._is_whole = True


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def said(received: Received, given: Mapping[str, str]) -> dict[str, str]:
    """What is said of the files, in the address or beside them. Raises ``InputError`` for what is said twice."""
    for name in given.keys() & received.fields.keys():
        raise InputError(f"'{name}' is in the address and in the form; leave one of them out")
    return {name: value for name, value in {**given, **received.fields}.items() if value.strip()}
