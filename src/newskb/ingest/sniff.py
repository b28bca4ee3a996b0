"""The first bytes of a file say what format it has; its name only decides where they leave it open."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import PurePosixPath

from newskb.ingest import fields
from newskb.ingest.encodings import SAMPLE_BYTES, Decoder

_DATA = json.loads(files("newskb.ingest").joinpath("formats.json").read_text(encoding="utf-8"))
_MAGIC = [(bytes.fromhex(row["hex"]), row["kind"], row["label"]) for row in _DATA["magic"]]
_MARKUP = [(re.compile(r"\s*(?:" + row["pattern"] + ")", re.I), row["kind"], row["label"]) for row in _DATA["markup"]]

HEADER = re.compile(r"[ \t]*[Dd]ate[ \t]+(?P<date>\d{1,5}[-/.]\d{1,2}[-/.]\d{1,5})(?=\s|$)")
"""The founding format's header: ``date``, a day (which may be impossible) and a blank, at the start of a line."""
# An array holds objects, arrays, strings or nothing; "[Reuters]" and "[1] See" are text.
_JSON_START = re.compile(r'\s*(?:\{\s*["}]|\[\s*[\[\]{"]|\[\s*$)')
SEPARATOR_LINE = re.compile(r"sep=([,;\t|])")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# Text with some control characters is text (they are dropped); random bytes have 10 % of them and are no valid
# UTF-8. The limits lie between damaged text (under 1 %) and random bytes, and between escape codes and tables.
_BINARY_SHARE = 0.02
_BINARY_SHARE_OF_UTF8 = 0.3
_DELIMITERS = ",;\t|"
_MIN_LINES = 2
_ONE_PER_LINE_SHARE = 0.8
_EXTENSIONS = {".csv": "csv", ".tsv": "csv", ".tab": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json"}


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds."""

    kind: str
    """A format (``jsonl``), ``empty`` or ``binary``."""
    label: str
    """The format in words."""


def sniff(head: bytes, name: str) -> Found:
    """What the file called ``name`` that begins with ``head`` (at most 64 KiB, UTF-8 if it was UTF-16) holds."""
    for magic, kind, label in _MAGIC:
        if head.startswith(magic):
            return Found(kind, label)
    if not head.strip():
        return Found("empty", "an empty file") if len(head) < SAMPLE_BYTES else Found("text", "text")
    text, _ = Decoder(head).decode(head)
    if _is_binary(head):
        return Found("binary", "a binary file")
    for pattern, kind, label in _MARKUP:
        if pattern.match(text):
            return Found(kind, label)
    hint = _EXTENSIONS.get(PurePosixPath(name.casefold().removesuffix(".gz")).suffix)
    if _JSON_START.match(text):
        kind = _json_kind(text, is_whole=len(head) < SAMPLE_BYTES, hint=hint)
        return Found(kind, kind.upper())
    if hint == "jsonl":
        return Found("jsonl", "JSONL")
    if hint == "json":
        return Found("json", "JSON")
    if (kind := _headed_kind(text)) is not None:
        return Found(kind, "dated text")
    if (delimiter := find_delimiter(text)) is not None and (hint == "csv" or _is_table(text, delimiter)):
        return Found("csv", "CSV")
    if hint == "csv":
        return Found("csv", "CSV")
    return Found("text", "text")


def find_delimiter(text: str) -> str | None:
    """The character that separates the columns of a table's first line; None when no column would have a known name.

    Chosen is what makes most columns with a known name, or what Excel's ``sep=;`` says.
    """
    line = _first_line(text)
    if match := SEPARATOR_LINE.fullmatch(line):
        return match[1]
    best = max(_DELIMITERS, key=lambda delimiter: (_known_columns(line, delimiter), line.count(delimiter)))
    return best if _known_columns(line, best) else None


def _is_table(text: str, delimiter: str) -> bool:
    """Whether a file of unknown name is a table: two known columns, one of them with the article's words."""
    line = _first_line(text)
    roles = {fields.role_of(column) for column in _columns(line, delimiter)}
    return _known_columns(line, delimiter) >= _MIN_LINES and bool(roles & {"text", "title", "summary"})


def _known_columns(line: str, delimiter: str) -> int:
    return len({role for column in _columns(line, delimiter) if (role := fields.role_of(column)) is not None})


def _columns(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _first_line(text: str) -> str:
    return text.lstrip("\ufeff\r\n").split("\n", 1)[0].rstrip("\r")


def _json_kind(text: str, *, is_whole: bool, hint: str | None) -> str:
    """JSONL has a whole value on its first line and something after it."""
    first, feed, rest = text.strip().partition("\n")
    if hint == "jsonl":
        return "jsonl"
    if not feed:
        # One line: an object or array; or the first of many lines, too long to be seen whole.
        return "json" if is_whole or hint == "json" or first.startswith("[") else "jsonl"
    try:
        value = json.loads(first)
    except (ValueError, RecursionError):
        return "json"
    return "jsonl" if isinstance(value, dict) and rest else "json"


def _headed_kind(text: str) -> str | None:
    """``lines`` when (nearly) every line begins with a date header and text, ``founding`` when the first does."""
    lines = [line for line in text.splitlines() if line.strip()]
    headers = [match for line in lines if (match := HEADER.match(line))]
    with_text = sum(1 for match in headers if match.string[match.end() :].strip())
    is_one_per_line = with_text >= _MIN_LINES and with_text >= _ONE_PER_LINE_SHARE * len(lines)
    if is_one_per_line:
        return "lines"
    return "founding" if lines and HEADER.match(lines[0]) else None


def _is_binary(head: bytes) -> bool:
    share = len(_CONTROL.findall(head)) / len(head)
    try:
        head.decode("utf-8")
        is_utf8 = True
    except UnicodeDecodeError as error:
        is_utf8 = error.reason == "unexpected end of data"
    return share > (_BINARY_SHARE_OF_UTF8 if is_utf8 else _BINARY_SHARE)
