"""How far an import is becomes a bar on a terminal, and a line now and then everywhere else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from newskb.cli.printing import err
from newskb.jobs.progress import ImportProgress
from newskb.jobs.progress import Progress as Listener

LINE_S = 10.0
"""Seconds between two lines where there is no terminal: enough to see life, few enough for a log."""
_STAGES = {"read": "reading", "merge": "merging"}


@contextmanager
def showing(*, quiet: bool = False, console: Console = err) -> Iterator[Listener | None]:
    """Something to tell progress to, for the time of a block; None when nobody wants to see it."""
    if quiet:
        yield None
    elif console.is_terminal:
        with _bar(console) as bar:
            yield _Bar(bar)
    else:
        yield _Lines(console)


def _bar(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        TextColumn("{task.fields[told]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )


def told(progress: ImportProgress) -> str:
    """``3/10 files, 1,234 articles (45/s), 2 issues``."""
    parts = [f"{progress.files_done:,}/{progress.files:,} files"] if progress.files else []
    parts.append(f"{progress.articles:,} articles{_rate(progress)}")
    if progress.copies:
        parts.append(f"{progress.copies:,} copies")
    if progress.issues:
        parts.append(f"{progress.issues:,} issues")
    return ", ".join(parts)


def _rate(progress: ImportProgress) -> str:
    if progress.seconds < 1 or not progress.articles:
        return ""
    rate = progress.articles / progress.seconds
    return f" ({rate:,.0f}/s)" if rate >= 10 else f" ({rate:.1f}/s)"


class _Bar:
    """A bar on a terminal."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task: TaskID = bar.add_task("starting", total=None, told="")

    def __call__(self, progress: ImportProgress) -> None:
        is_measured = progress.stage == "read" and progress.bytes > 0
        self._bar.update(
            self._task,
            description=_STAGES.get(progress.stage, progress.stage),
            # While merging, and from standard input, nobody knows how much is left.
            total=progress.bytes if is_measured else None,
            completed=progress.bytes_done if is_measured else 0,
            told=told(progress),
        )


class _Lines:
    """A plain line at the start of each stage and every few seconds."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._stage = ""
        self._next = 0.0

    def __call__(self, progress: ImportProgress) -> None:
        if progress.stage == self._stage and time.monotonic() < self._next:
            return
        self._stage = progress.stage
        self._next = time.monotonic() + LINE_S
        stage = _STAGES.get(progress.stage, progress.stage)
        self._console.print(f"{stage}: {told(progress)}", highlight=False, markup=False)
