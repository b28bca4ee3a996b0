"""The command line: what a user types becomes one call, and its outcome something to read."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import orjson
import typer
from rich.table import Table

from newskb import __version__
from newskb.cli import actors, benching, inputs, keys, printing
from newskb.cli.errors import Commands, Exit
from newskb.cli.exporting import FREE, ExportCommand, check_name, filters
from newskb.cli.options import Db, Format, Shared, Source, Workers
from newskb.cli.printing import TableFormat, err, escaped, out, shown, write
from newskb.errors import InputError, NotFoundError

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Turn dated news articles into a knowledge base of events, actors, quotes and claims, and ask it.\n\n"
    "Start with: [bold]newskb import FOLDER[/bold], then [bold]newskb serve[/bold].",
    epilog="Exit status: 0 = done; 1 = it failed, or a check found problems; 2 = what was given cannot be used "
    "(an option, a path, a query); 130 = stopped with Ctrl-C. Settings are read from the environment and from "
    ".env: NEWSKB_DATABASE_URL, NEWSKB_WORKERS …",
)
database_app = typer.Typer(no_args_is_help=True, help="Create, upgrade and check the database.")
app.add_typer(database_app, name="db")
app.add_typer(keys.app, name="keys")
app.add_typer(actors.app, name="actors")
app.add_typer(benching.app, name="bench")
APPLICATION = "newskb.api.app:from_environment"


def main() -> None:
    """Run the command line."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    app(prog_name="newskb")


def _version(wanted: bool) -> None:
    if wanted:
        out.print(f"newskb {__version__}", highlight=False)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


# --- in ---


@app.command("import")
def import_(
    paths: Annotated[list[str], typer.Argument(help="Files, folders, globs, or - for standard input.")],
    format: Format = "auto",
    source: Source = None,
    workers: Workers = None,
    db: Db = None,
    batch_size: Annotated[int | None, typer.Option("--batch-size", min=1, help="Articles in one transaction.")] = None,
    day_first: Annotated[
        bool | None,
        typer.Option("--day-first/--month-first", help="How 03/04/2019 is read; without it such a date is not read."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, only the summary.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Import articles: read, extract, store, merge.

    Nothing is imported twice. Stopped in the middle (even by a power cut), the same command goes on where it stopped.
    What cannot be read is listed with file, position and reason, and the rest is imported.
    """
    settings = inputs.settings(database_url=db, workers=workers, batch_size=batch_size, day_first=day_first)
    inputs.check_format(format)
    missing = inputs.missing(paths)
    from newskb.cli.progress import showing
    from newskb.jobs.imports import run_import

    with showing(quiet=quiet) as progress:
        summary = run_import(paths, settings=settings, source=source, format=format, progress=progress)
    if as_json:
        write(orjson.dumps(summary, option=orjson.OPT_APPEND_NEWLINE))
    else:
        printing.print_import(summary, database=db)
    for told in missing:
        err.print(f"[red]error:[/red] {escaped(told)}", highlight=False)
    if missing:
        raise typer.Exit(Exit.INPUT)


@app.command()
def extract(
    paths: Annotated[list[str], typer.Argument(help="Files or folders of articles, or - for standard input.")],
    format: Format = "auto",
    source: Source = None,
    workers: Workers = None,
) -> None:
    """Read articles and print their facts, one JSON line for each; nothing is stored.

    Input that cannot be read is reported on standard error and leaves no line.
    """
    inputs.check_format(format)
    missing = inputs.missing(paths)
    # Behind a pipe somebody waits: an article is printed as soon as it is read.
    settings = inputs.settings(workers=workers, batch_size=1 if inputs.STDIN in paths else None)
    from newskb.jobs.extraction import extract_paths
    from newskb.notation import record

    for batch in extract_paths(paths, settings=settings, source=source, format=format):
        for article, facts in zip(batch.articles, batch.facts, strict=True):
            write(orjson.dumps(record(article, facts), option=orjson.OPT_APPEND_NEWLINE))
        printing.flush()
        for skipped in batch.skipped:
            told = f"{printing.place(skipped.origin)}: {skipped.reason}: {skipped.detail}"
            err.print(told, highlight=False, markup=False, soft_wrap=True)
    if missing:
        raise typer.Exit(Exit.INPUT)


# --- out ---


@app.command()
def serve(
    host: Annotated[str | None, typer.Option("--host", help="Address to bind to (default 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65_535, help="Port (default 8000).")] = None,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Server processes.")] = 1,
    db: Db = None,
) -> None:
    """Serve the explorer (/), the REST API (/v1) and its documentation (/docs)."""
    settings = inputs.settings(host=host, port=port, database_url=db)
    # Server processes of uvicorn build the app anew and read the settings from the environment.
    os.environ |= {"NEWSKB_DATABASE_URL": settings.database_url, "NEWSKB_HOST": settings.host}
    from newskb.store.database import Database

    for problem in Database(settings.database_url).check():
        err.print(f"[yellow]warning:[/yellow] {escaped(problem)}", highlight=False)
    listening = inputs.listen(settings.host, settings.port)
    port = listening.getsockname()[1]
    import uvicorn

    from newskb.api.access import is_loopback

    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{port}"
    out.print(f"explorer  {address}/\nAPI docs  {address}/docs\nAPI       {address}/v1", highlight=False)
    if settings.open_to == "nobody" or (settings.open_to == "loopback" and not is_loopback(settings.host)):
        out.print("Every request needs an API key: `newskb keys create NAME` makes one.", highlight=False)
    out.print("Ctrl-C stops the server.")
    printing.flush()
    if workers == 1:
        config = uvicorn.Config(APPLICATION, factory=True, log_level="warning", log_config=None)
        with listening, suppress(KeyboardInterrupt):  # the server raises it again after it has shut down
            uvicorn.Server(config).run(sockets=[listening])
    else:  # the processes bind the address anew
        listening.close()
        with TemporaryDirectory(prefix="newskb-metrics-") as counted:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = counted  # where the processes add up what they count
            uvicorn.run(
                APPLICATION,
                factory=True,
                host=settings.host,
                port=port,
                workers=workers,
                log_level="warning",
                log_config=None,
            )


@app.command()
def sql(
    query: Annotated[
        str,
        typer.Argument(
            help="One SELECT over the analysts' views (see docs/data-dictionary.md); - reads it from a pipe."
        ),
    ],
    format: Annotated[TableFormat, typer.Option("--format", help="How the rows are printed.")] = TableFormat.TABLE,
    timeout: Annotated[float | None, typer.Option("--timeout", help="Seconds the query may run.")] = None,
    max_rows: Annotated[
        int | None, typer.Option("--max-rows", min=1, help="Rows after which the answer is cut.")
    ] = None,
    db: Db = None,
) -> None:
    """Ask the database in SQL, read-only, with a time and a row limit."""
    from newskb.store.sqlgate import run_sql

    settings = inputs.settings(database_url=db, sql_timeout_s=timeout, sql_max_rows=max_rows)
    if query == inputs.STDIN:
        query = sys.stdin.read()
    result = run_sql(settings.database_url, query, timeout_s=settings.sql_timeout_s, max_rows=settings.sql_max_rows)
    printing.print_rows(result.columns, result.rows, format)
    if result.truncated:
        why = "--max-rows raises the limit" if len(result.rows) == settings.sql_max_rows else "the answer is too large"
        err.print(f"cut off after {len(result.rows):,} rows; {why}", highlight=False)


@database_app.command()
def upgrade(db: Db = None) -> None:
    """Create the database or bring it to this version's schema."""
    from newskb.jobs.setup import prepare

    settings = inputs.settings(database_url=db)
    prepare(settings)
    out.print(f"{shown(settings.database_url)} is ready", highlight=False)


@database_app.command()
def check(db: Db = None) -> None:
    """Say whether the database is complete and consistent; exit status 1 when it is not."""
    from newskb.store.database import Database

    settings = inputs.settings(database_url=db)
    problems = Database(settings.database_url).check()
    for problem in problems:
        err.print(f"[red]problem:[/red] {escaped(problem)}", highlight=False)
    if problems:
        raise typer.Exit(Exit.FAILED)
    out.print(f"{shown(settings.database_url)} is in order", highlight=False)


@app.command()
def show(
    key: Annotated[
        str, typer.Argument(help="Key of an article, event, actor, quote, claim, story … or a Wikidata id.")
    ],
    db: Db = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the row as JSON.")] = False,
) -> None:
    """Show one thing by its key; for an article, its text and everything found in it."""
    from newskb.jobs.lookup import look_up

    found = look_up(key, settings=inputs.settings(database_url=db))
    if found is None:
        raise NotFoundError(
            f"nothing has the key '{key}'; keys stand in `newskb export` and in every answer of the API"
        )
    if as_json:
        write(orjson.dumps(found.row, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        return
    for line in found.lines():
        out.print(line, highlight=False, markup=False, soft_wrap=True)


@app.command(cls=ExportCommand, context_settings=FREE)
def export(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            help="A format: plover, jsonl, csv, tsv, parquet, sqlite, gdelt, gdelt-mentions, gqg, polecat, cameo, "
            "geojson, jsonld, ftm, edges or graphml. Or a list with its evidence: articles, events, quotes, claims, "
            "actors, event-mentions, stories or duplicates.",
            metavar="FORMAT",
        ),
    ],
    of: Annotated[
        str | None, typer.Option("--what", help="What the format is written of: a view, or events, quotes …")
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--out", help="File, folder, or archive (….zip), with a manifest; [bold]-[/bold] = standard output."
        ),
    ] = None,
    format: Annotated[str, typer.Option("--format", help="For a list: jsonl or csv.")] = "jsonl",
    db: Db = None,
) -> None:
    """Write what a question asks for in the format of another program, streamed.

    Filters are those of the REST interface, as options: --event-type PROTEST --actor "Sergey Lavrov"
    --exclude-country VE. An option that repeats means "or". docs/exports.md tells what stands in each column.
    """
    from newskb.exports.question import Question
    from newskb.jobs import exporting, exports
    from newskb.store.export import kinds

    settings = inputs.settings(database_url=db)
    asked = filters(context.args)
    if check_name(what) in kinds():
        if asked or of or to:
            raise InputError(
                f"'{what}' is written whole, to standard output; for filters, --what and --out name a format, "
                "such as: newskb export jsonl --what quotes --speaker Lavrov --out quotes.jsonl"
            )
        for line in exports.export_lines(what, settings=settings, format=format):
            write(line)
        return
    question = Question.parse(what, what=of, params=asked)
    if to is None or str(to) == inputs.STDIN:
        if question.format.build is not None and sys.stdout.isatty():
            raise InputError(f"{what} is no text to be shown on a terminal; name a file with --out")
        for piece in exporting.export_pieces(question, settings=settings):
            write(piece)
        return
    manifest = exporting.export_to(question, to, settings=settings)
    (made,) = manifest["resources"]
    printing.print_pairs(f"written to {to}", {**manifest["counts"], "bytes": made["bytes"]})


# --- upkeep ---


@app.command()
def reprocess(
    workers: Workers = None,
    everything: Annotated[bool, typer.Option("--all", help="Also articles that this version has read.")] = False,
    db: Db = None,
) -> None:
    """Read stored articles again with this version's extractor; analysts' corrections stay."""
    from newskb.cli.progress import showing
    from newskb.jobs.reprocess import run_reprocess

    settings = inputs.settings(database_url=db, workers=workers)
    with showing() as progress:
        summary = run_reprocess(settings=settings, everything=everything, progress=progress)
    printing.print_reprocess(summary)


@app.command()
def merge(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Merge everything anew, not only what changed.")] = False,
    db: Db = None,
) -> None:
    """Merge reports into events, stories, quote groups and claim groups (an import does it by itself)."""
    from newskb.jobs.merging import merge_all

    counts = merge_all(settings=inputs.settings(database_url=db), rebuild=rebuild)
    if counts:
        printing.print_pairs("merged", counts)
    else:
        out.print("nothing has changed since the last merge; --rebuild merges everything anew")


# --- measuring ---


@app.command("eval")
def eval_(
    layers: Annotated[list[str] | None, typer.Argument(help="Only these layers (quotes, linking, events …).")] = None,
    shared: Shared = Path("../shared"),
    gate: Annotated[bool, typer.Option("--gate", help="Only the pinned sets; exit status 1 below a floor.")] = False,
    workers: Workers = None,
    write: Annotated[Path | None, typer.Option("--write", help="Write the table as Markdown to this file.")] = None,
    quality: Annotated[
        Path | None, typer.Option("--quality", help="Write the scores as JSON (what /v1/quality tells) to this file.")
    ] = None,
    pin: Annotated[
        Path | None, typer.Option("--pin", help="Write the floors, raised to these scores, to this file.")
    ] = None,
) -> None:
    """Score the extractor on the development sets and print one table."""
    from newskb.evals import gate as gates
    from newskb.evals.report import data, markdown
    from newskb.evals.runner import evaluate

    settings = inputs.settings(workers=workers)
    scores = []
    with err.status("reading the sets") as status:
        for score in evaluate(shared, settings=settings, layers=layers or (), gate=gate, report=status.update):
            scores.append(score)
    table = Table("layer", "set", "measure", "value")
    for score in scores:
        table.add_row(score.layer, score.set, score.measure, score.shown)
    out.print(table)
    for score in scores:
        for failure in score.failures:
            out.print(f"{score.measure}: {failure}", highlight=False, markup=False)
    if write:
        write.write_text(markdown(scores), encoding="utf-8")
    if quality:
        quality.write_text(data(scores, day=datetime.now(UTC).date().isoformat()), encoding="utf-8")
    if pin:
        pin.write_text(gates.raised(scores, shared), encoding="utf-8")
    if gate:
        for name in gates.changed_data(shared):
            err.print(f"[yellow]warning:[/yellow] {name} is not the file that its floors were measured on")
        pinned = gates.floors(layers or ())
        problems = gates.judge(scores, pinned)
        for problem in problems:
            err.print(f"[red]below the gate:[/red] {escaped(problem)}", highlight=False)
        out.print(f"{len(pinned) - len(problems)} passed, {len(problems)} failed")
        if problems:
            raise typer.Exit(Exit.FAILED)


if __name__ == "__main__":
    main()
