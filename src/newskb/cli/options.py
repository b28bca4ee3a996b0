"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Db = Annotated[
    str | None,
    typer.Option(
        "--db",
        metavar="URL",
        help="Database: a file, sqlite:///FILE or postgresql://… (default: NEWSKB_DATABASE_URL, newskb.db).",
    ),
]
Format = Annotated[
    str, typer.Option("--format", help="Input format; [bold]auto[/bold] looks at the content.", show_default=True)
]
Workers = Annotated[
    int | None,
    typer.Option("--workers", min=1, help="Worker processes that read articles (default: NEWSKB_WORKERS, 1)."),
]
Source = Annotated[str | None, typer.Option("--source", help="Outlet of the articles whose file does not name one.")]
Shared = Annotated[
    Path,
    typer.Option("--shared", help="Folder that holds eval/ and dumps/.", envvar="NEWSKB_SHARED", show_default=True),
]
