"""Benchmarks from the command line: the language pipeline, the look-up of actors, and the REST interface."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer
from rich.table import Table

from newskb.cli.options import Shared
from newskb.cli.printing import err, out, write

if TYPE_CHECKING:
    from newskb.evals.benchapi import Bar

app = typer.Typer(help="Measure speed as ratios within one run.", invoke_without_command=True)


@app.callback()
def bench(
    context: typer.Context,
    shared: Shared = Path("../shared"),
    articles: Annotated[int, typer.Option("--articles", min=10, help="Articles of the dumps to import.")] = 200,
    actors: Annotated[
        int | None, typer.Option("--actors", min=100, help="Measure only the look-up of so many invented actors.")
    ] = None,
) -> None:
    """Measure speed as ratios within one run: import, bulk load, API; or memory and speed of the look-up of actors."""
    if context.invoked_subcommand is not None:
        return
    from newskb.evals.authority import run_authority_bench
    from newskb.evals.bench import run_bench

    with err.status("measuring") as status:
        if actors is not None:
            rows = list(run_authority_bench(actors, report=status.update))
        else:
            rows = list(run_bench(shared, articles=articles, report=status.update))
    table = Table("measure", "value", "aim", "how")
    for row in rows:
        table.add_row(row.measure, row.value, row.aim or "", row.how)
    out.print(table)


@app.command()
def api(
    articles: Annotated[int, typer.Option("--articles", min=100, help="Articles of the database.")] = 1_000_000,
    events: Annotated[int, typer.Option("--events", min=100, help="Events in them.")] = 5_000_000,
    quotes: Annotated[int, typer.Option("--quotes", min=100, help="Quotes in them.")] = 3_000_000,
    work: Annotated[
        Path,
        typer.Option("--work", help="Folder for the database, made unless it is there; a million articles take 12 GB."),
    ] = Path("bench"),
    imported: Annotated[
        int, typer.Option("--imported", min=10, help="Articles to import while clients read; they stay in the file.")
    ] = 10_000,
    requests: Annotated[int, typer.Option("--requests", min=1, help="Requests of each kind in each of 5 rounds.")] = 60,
    datasette: Annotated[
        Path | None, typer.Option("--datasette", help="A Python environment that has Datasette, to compare with.")
    ] = None,
) -> None:
    """Measure the REST interface on an invented knowledge base: a table, and the same as JSON."""
    from newskb.evals.benchapi import run_api_bench
    from newskb.evals.benchdata import Size

    size = Size(articles=articles, events=events, quotes=quotes)
    bars = []
    with err.status("starting") as status:
        measured = run_api_bench(
            work, size, datasette=datasette, imported=imported, requests=requests, report=status.update
        )
        for bar in measured:
            bars.append(bar)
            err.print(f"{bar.measure}: {_number(bar)} ({bar.how})", highlight=False, markup=False)
    table = Table("measure", "value", "must reach", "aim", "met", "how")
    for bar in bars:
        sign = ">=" if bar.is_least else "<="
        table.add_row(bar.measure, _number(bar), f"{sign} {bar.must:g}", f"{bar.aim:g}", _MET[bar.is_met], bar.how)
    out.print(table)
    write(orjson.dumps({"size": asdict(size), "bars": [_told(bar) for bar in bars]}, option=orjson.OPT_APPEND_NEWLINE))


_MET = {True: "yes", False: "NO", None: "not measured"}


def _number(bar: Bar) -> str:
    return "-" if bar.value is None else f"{bar.value:.3g}"


def _told(bar: Bar) -> dict[str, object]:
    return asdict(bar) | {"is_met": bar.is_met}
