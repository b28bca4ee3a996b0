"""API keys from the command line: make one, see them, revoke one."""

from __future__ import annotations

from typing import Annotated

import orjson
import typer
from rich import box
from rich.table import Table

from newskb.cli import inputs
from newskb.cli.options import Db
from newskb.cli.printing import err, escaped, out, write

app = typer.Typer(no_args_is_help=True, help="Make, list and revoke the keys that open the REST API.")

_AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Who or what will use the key.")],
    scope: Annotated[
        list[str] | None,
        typer.Option("--scope", help="read, sql, import, curate or admin (everything); repeats. Default: read."),
    ] = None,
    db: Db = None,
    as_json: _AsJson = False,
) -> None:
    """Make a key and print its secret, which is kept nowhere: store it at once."""
    from newskb.store.access import create_key
    from newskb.store.database import Database

    database = Database(inputs.settings(database_url=db).database_url)
    database.require()
    with database.begin() as connection:
        made, secret = create_key(connection, name, scope or ("read",))
    if as_json:
        write(
            orjson.dumps({"key": made.key, "secret": secret, "scopes": made.scopes}, option=orjson.OPT_APPEND_NEWLINE)
        )
        return
    out.print(secret, highlight=False)
    told = f"{made.key} opens {', '.join(made.scopes)}; send it as 'Authorization: Bearer {secret[:11]}…'"
    err.print(escaped(told), highlight=False, soft_wrap=True)


@app.command("list")
def list_(db: Db = None, as_json: _AsJson = False) -> None:
    """List the keys, without their secrets."""
    from newskb.store.access import list_keys
    from newskb.store.database import Database

    database = Database(inputs.settings(database_url=db).database_url)
    database.require()
    with database.read() as connection:
        found = list_keys(connection)
    if as_json:
        for key in found:
            write(orjson.dumps(key, option=orjson.OPT_APPEND_NEWLINE))
        return
    table = Table("key", "name", "scopes", "made", "revoked", box=box.SIMPLE_HEAD)
    for key in found:
        table.add_row(key.key, escaped(key.name), ", ".join(key.scopes), key.created_at, key.revoked_at or "")
    out.print(table, highlight=False)


@app.command()
def revoke(
    key: Annotated[str, typer.Argument(help="The key as `newskb keys list` names it, `key-…`.")], db: Db = None
) -> None:
    """Take everything back that a key opens, from the next request on."""
    from newskb.store.access import revoke_key
    from newskb.store.database import Database

    database = Database(inputs.settings(database_url=db).database_url)
    database.require()
    with database.begin() as connection:
        revoked = revoke_key(connection, key)
    out.print(f"{revoked.key} ({escaped(revoked.name)}) opens nothing any more", highlight=False)
