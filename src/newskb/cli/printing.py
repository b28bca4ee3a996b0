"""Rows, counts and summaries become what is read on a terminal or by the next program in a pipe."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import orjson
from rich import box
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from newskb.jobs.imports import ImportSummary
    from newskb.jobs.reprocess import ReprocessSummary
    from newskb.model import Origin

# Into a pipe or file a table goes unfolded: the program or person behind it cuts lines as they like.
UNFOLDED = 10_000
CELL_CHARS = 300
"""Characters of a text that a table on a terminal shows; the other formats give all."""

out = Console(width=None if sys.stdout.isatty() else UNFOLDED)
err = Console(stderr=True, width=None if sys.stderr.isatty() else UNFOLDED)


class TableFormat(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"


def escaped(text: str) -> str:
    """``text`` with its brackets as they are, not as rich's markup."""
    return text.replace("\\", "\\\\").replace("[", "\\[")


def write(data: bytes) -> None:
    """Bytes to standard output, for other programs."""
    sys.stdout.buffer.write(data)


def flush() -> None:
    """Hand over what was written: whoever reads a pipe may wait for it."""
    sys.stdout.buffer.flush()


def shown(url: str) -> str:
    """A database address without its password."""
    return re.sub(r"(://[^:/@]+):[^@]*@", r"\1:***@", url)


def place(origin: Origin) -> str:
    """``dump.zip!member.jsonl#12``: file, member and record of an input."""
    member = f"!{origin.member}" if origin.member else ""
    return f"{origin.path}{member}#{origin.record}"


# --- rows ------------------------------------------------------------------------------------------------------------


def print_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]], format: TableFormat) -> None:
    """The rows of a query."""
    if format is TableFormat.TABLE:
        table = Table(*(escaped(column) for column in columns), box=box.SIMPLE_HEAD)
        for row in rows:
            table.add_row(*(escaped(_cell(value)) for value in row))
        out.print(table, highlight=False)
    elif format is TableFormat.CSV:
        _write_csv(columns, rows)
    elif format is TableFormat.JSON:
        write(b"[")
        for number, row in enumerate(rows):
            write((b",\n" if number else b"\n") + orjson.dumps(_named(columns, row)))
        write(b"\n]\n")
    else:
        for row in rows:
            write(orjson.dumps(_named(columns, row), option=orjson.OPT_APPEND_NEWLINE))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = " ".join(str(value).split())
    return text if len(text) <= CELL_CHARS else f"{text[:CELL_CHARS]}…"


def _named(columns: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    """A row by column; the second of two columns of one name gets a number, so that none is lost."""
    if len(set(columns)) == len(columns):
        return dict(zip(columns, row, strict=True))
    found: dict[str, Any] = {}
    for column, value in zip(columns, row, strict=True):
        number = 1
        while (name := column if number == 1 else f"{column}_{number}") in found:
            number += 1
        found[name] = value
    return found


def _write_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for row in rows:
        writer.writerow(row)
        if buffer.tell() > 1 << 16:
            write(buffer.getvalue().encode("utf-8", "replace"))
            buffer.seek(0)
            buffer.truncate()
    write(buffer.getvalue().encode("utf-8", "replace"))


# --- summaries -------------------------------------------------------------------------------------------------------


def print_import(summary: ImportSummary, *, database: str | None) -> None:
    """What an import did, what there is now, and what could not be read; ``database`` as it was given, if it was."""
    table = _table("import", summary.key)
    known = f" ({summary.files_known:,} read to the end before)" if summary.files_known else ""
    table.add_row("files", f"{summary.files:,}{known}")
    table.add_row("articles", _articles(summary))
    table.add_row("skipped", f"{summary.skipped:,}" + (", see below" if summary.skipped else ""))
    if summary.merged:
        table.add_row("now in the database", _counts(summary.merged))
    else:
        table.add_row("merged", "nothing had changed")
    table.add_row("time", _time(summary.seconds, summary.articles))
    out.print(table, highlight=False)
    if summary.issues:
        print_issues(summary.issues, database)


def print_reprocess(summary: ReprocessSummary) -> None:
    """What was read again."""
    table = _table("reprocess", summary.extractor)
    table.add_row("articles read again", f"{summary.articles:,}" if summary.articles else "none: all are up to date")
    if summary.failed:
        table.add_row("could not be read", f"{summary.failed:,}")
    if summary.merged:
        table.add_row("now in the database", _counts(summary.merged))
    table.add_row("time", _time(summary.seconds, summary.articles))
    out.print(table, highlight=False)


def print_pairs(title: str, pairs: Mapping[str, object]) -> None:
    """Names and numbers."""
    table = _table(title, "")
    for name, value in pairs.items():
        table.add_row(name.replace("_", " "), f"{value:,}" if isinstance(value, int) else str(value))
    out.print(table, highlight=False)


def _table(title: str, value: str) -> Table:
    return Table(title, escaped(value), box=box.SIMPLE_HEAD, show_edge=False)


def _articles(summary: ImportSummary) -> str:
    parts = [f"{summary.articles:,} new"]
    told = {
        "copies of stored ones": summary.copies,
        "known from before": summary.repeated,
        "read anew": summary.replaced,
    }
    return ", ".join(parts + [f"{number:,} {what}" for what, number in told.items() if number])


def _counts(merged: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in merged.items())


def _time(seconds: float, articles: int) -> str:
    rate = f" ({articles / seconds:,.1f} articles a second)" if articles and seconds else ""
    return f"{seconds:,.1f} s{rate}"


def print_issues(issues: Mapping[str, int], database: str | None) -> None:
    """What could not be read, by reason, and how to see each."""
    from newskb.ingest.reasons import explain

    table = Table("issue", "number", "what it means", box=box.SIMPLE_HEAD, show_edge=False)
    for reason, number in sorted(issues.items(), key=lambda item: (-item[1], item[0])):
        meaning = explain(reason)
        table.add_row(reason, f"{number:,}", escaped(meaning) if meaning != reason else "")
    out.print()
    out.print(table, highlight=False)
    where = f" --db {shown(database)}" if database else ""
    query = "SELECT reason, severity, path, member, record, detail FROM import_issues ORDER BY path, record"
    out.print(f'\neach of them: newskb sql{where} "{query}"', highlight=False, markup=False, soft_wrap=True)
