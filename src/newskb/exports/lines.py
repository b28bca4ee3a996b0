"""Values become lines of bytes: JSON, CSV, and tables without quotation marks."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

_BLANK = re.compile(r"\s+")


def json_bytes(value: Any) -> bytes:
    """``value`` as JSON; a lone surrogate, which UTF-8 cannot hold, becomes a question mark."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return orjson.dumps(_sendable(value))


def json_line(value: Any) -> bytes:
    """``value`` as a line of JSON."""
    return json_bytes(value) + b"\n"


def without_unknown(value: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are known: neither None nor an empty text or list."""
    return {name: item for name, item in value.items() if item not in (None, "", [], {})}


def row_bytes(values: Iterable[Any], *, delimiter: str = ",") -> bytes:
    """A line of CSV or, with a tab, of TSV that quotes what needs it; None is an empty cell, True is ``true``."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\n").writerow([_cell(value) for value in values])
    return buffer.getvalue().encode("utf-8", "replace")


def bare_line(values: Sequence[Any]) -> bytes:
    """A line of a table whose readers know no quotation marks: tabs, line ends and ``"`` in a value are replaced."""
    cells = ("" if value is None else _BLANK.sub(" ", str(value)).strip().replace('"', "'") for value in values)
    return ("\t".join(cells) + "\n").encode("utf-8", "replace")


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json_bytes(value).decode() if isinstance(value, list | dict) else value


def _sendable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {_sendable(name): _sendable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_sendable(item) for item in value]
    return value
