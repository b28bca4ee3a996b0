"""Actors from the command line: import a file of them, merge and split them, see the decisions and take them back."""

from __future__ import annotations

import getpass
import time
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import orjson
import typer
from rich import box
from rich.status import Status
from rich.table import Table

from newskb.cli import inputs, printing
from newskb.cli.options import Db
from newskb.cli.printing import err, escaped, out, write

if TYPE_CHECKING:
    from newskb.jobs.authority import ActorProgress

LINE_S = 10.0
"""Seconds between two lines of progress where there is no terminal."""

app = typer.Typer(no_args_is_help=True, help="Import actors, merge and split them, and take decisions back.")

_AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_Reason = Annotated[str, typer.Option("--reason", "-m", help="Why, for the log.")]
_Author = Annotated[
    str | None, typer.Option("--author", help="Who decides, for the log (default: the name of this login).")
]
_Key = Annotated[str, typer.Argument(help="Key of the actor, `Q…` or `act-…`.", metavar="ACTOR")]


@app.command("import")
def import_(
    files: Annotated[list[str], typer.Argument(help="CSV or Wikidata JSON files, folders or globs, packed or not.")],
    format: Annotated[str, typer.Option("--format", help="auto, csv or wikidata.")] = "auto",
    db: Db = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, only the summary.")] = False,
    as_json: _AsJson = False,
) -> None:
    """Import actors that texts are linked to: a table with a column `name`, or items of Wikidata (a dump or a part).

    The same file again changes nothing, a changed one what is changed. `newskb reprocess` then reads the stored
    articles again with them.
    """
    from newskb.jobs.authority import import_actors

    settings = inputs.settings(database_url=db)
    with err.status("starting") as status:
        summary = import_actors(files, settings=settings, format=format, progress=None if quiet else _Told(status))
    if as_json:
        write(orjson.dumps(summary, option=orjson.OPT_APPEND_NEWLINE))
        return
    told = asdict(summary)
    issues = told.pop("issues")
    printing.print_pairs(f"import {told.pop('key')}", told)
    if issues:
        printing.print_issues(issues, db)


class _Told:
    """Progress as one line that changes on a terminal, and as a line now and then everywhere else."""

    def __init__(self, status: Status) -> None:
        self._status = status
        self._next = 0.0

    def __call__(self, progress: ActorProgress) -> None:
        share = f" {progress.bytes_done / progress.bytes:.0%}" if progress.stage == "read" and progress.bytes else ""
        rate = f" ({progress.actors / progress.seconds:,.0f}/s)" if progress.actors and progress.seconds >= 1 else ""
        told = f"{progress.stage}{share}: {progress.actors:,} actors{rate}, {progress.issues:,} issues"
        if err.is_terminal:
            self._status.update(told)
        elif time.monotonic() >= self._next:
            self._next = time.monotonic() + LINE_S
            err.print(told, highlight=False)


@app.command()
def merge(
    into: Annotated[str, typer.Argument(help="The actor that stays, or the Wikidata id that it gets.", metavar="INTO")],
    others: Annotated[list[str], typer.Argument(help="Keys of the actors that are the same.", metavar="ACTOR...")],
    reason: _Reason,
    author: _Author = None,
    db: Db = None,
) -> None:
    """Say that actors are one and the same: their facts, names and old keys lead to the one that stays."""
    from newskb.jobs.curation import merge_actors

    settings = inputs.settings(database_url=db)
    made = merge_actors(into, others, settings=settings, author=author or getpass.getuser(), reason=reason)
    for other, decision in made.items():
        out.print(f"{other} is {into} now; `newskb actors undo {decision}` takes it back", highlight=False)


@app.command()
def split(
    actor: _Key,
    reason: _Reason,
    articles: Annotated[
        list[str] | None, typer.Option("--article", help="Key of an article that means another actor; repeats.")
    ] = None,
    mentions: Annotated[
        list[str] | None, typer.Option("--mention", help="Key of a mention that means another actor; repeats.")
    ] = None,
    into: Annotated[
        str | None, typer.Option("--into", help="The actor that is meant; without it, one of its own is made.")
    ] = None,
    author: _Author = None,
    db: Db = None,
) -> None:
    """Say that some articles, or the words of some mentions, mean another actor than they were linked to."""
    from newskb.jobs.curation import split_actor

    made = split_actor(
        actor,
        articles=articles or (),
        mentions=mentions or (),
        into=into,
        settings=inputs.settings(database_url=db),
        author=author or getpass.getuser(),
        reason=reason,
    )
    told = f"what was split off {actor} is {made.actor}; `newskb actors undo {made.judgement}` takes it back"
    out.print(told, highlight=False)


@app.command()
def decisions(
    about: Annotated[str | None, typer.Option("--about", help="Key of an actor, fact or article.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000, help="How many, the latest first.")] = 50,
    db: Db = None,
    as_json: _AsJson = False,
) -> None:
    """List what analysts decided: merges, splits, corrections, judgements; also those that were taken back."""
    from newskb.jobs.curation import read_decisions

    found = read_decisions(settings=inputs.settings(database_url=db), about=about, limit=limit)
    if as_json:
        for decision in found:
            write(orjson.dumps(decision, option=orjson.OPT_APPEND_NEWLINE))
        return
    table = Table("decision", "when", "who", "what", "about", "why", "undone", box=box.SIMPLE_HEAD)
    for item in found:
        about_ = ", ".join(item.subjects)
        table.add_row(*_cells(item.key, item.created_at, item.author, item.action, about_, item.reason, item.undone_at))
    out.print(table, highlight=False)


def _cells(*values: str | None) -> Iterable[str]:
    return (escaped(value or "") for value in values)


@app.command()
def undo(
    decision: Annotated[str, typer.Argument(help="Key of the decision, `jud-…` or `cor-…`.", metavar="DECISION")],
    author: _Author = None,
    db: Db = None,
) -> None:
    """Take a decision back: what it changed is again as without it."""
    from newskb.jobs.curation import undo_decision

    undo_decision(decision, settings=inputs.settings(database_url=db), author=author or getpass.getuser())
    err.print(f"{escaped(decision)} is undone", highlight=False)
