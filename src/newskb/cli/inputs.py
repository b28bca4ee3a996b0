"""What a user types for a database, an input or an address becomes what the program takes, or an error that helps."""

from __future__ import annotations

import errno
import glob
import socket
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from newskb.errors import InputError, SetupError, UnreadableInputError
from newskb.settings import Settings

STDIN = "-"


def settings(**given: Any) -> Settings:
    """The settings with what was given on the command line in place of the environment."""
    found = Settings(**{name: value for name, value in given.items() if value is not None})
    return found.model_copy(update={"database_url": database_url(found.database_url)})


def database_url(address: str) -> str:
    """A database address as it is, and the path of a file as the address of a SQLite database."""
    if "://" in address:
        return address
    if address.startswith(("sqlite:", "postgres")):
        raise InputError(f"'{address}' is no database address; write sqlite:///file.db or postgresql://…")
    path = Path(address).expanduser()
    if path.is_dir():
        raise InputError(f"'{address}' is a folder; name a database file in it, such as {path / 'newskb.db'}")
    return f"sqlite:///{path}"


def check_format(format: str) -> None:
    """Raise ``InputError`` for a format that does not exist, with the nearest one."""
    from newskb.ingest.readers import FORMATS

    if format not in FORMATS:
        near = get_close_matches(format, FORMATS, n=1)
        hint = f"did you mean '{near[0]}'? " if near else ""
        raise InputError(f"there is no format '{format}'; {hint}There are {', '.join(FORMATS)}")


def missing(paths: Sequence[str]) -> list[str]:
    """A sentence for each of ``paths`` behind which there is nothing. Raises an error when that is all of them."""
    told = [_missing(path) for path in paths if not _exists(path)]
    if told and len(told) == len(paths):
        raise UnreadableInputError("; ".join(told))
    return told


def _exists(path: str) -> bool:
    return path == STDIN or Path(path).exists() or Path(path).is_symlink() or glob.has_magic(path)


def _missing(path: str) -> str:
    folder = Path(path).parent
    names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    near = get_close_matches(Path(path).name, names, n=1)
    hint = f"; did you mean '{folder / near[0]}'?" if near else ""
    return f"there is no file or folder '{path}'{hint}"


def listen(host: str, port: int) -> socket.socket:
    """A socket that is bound to the address; one that cannot be had is told with a way out."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        # Only listening shows that another server listens here already.
        found.listen(2048)
    except OSError as error:
        found.close()
        raise SetupError(_no_address(host, port, error)) from error
    found.set_inheritable(True)
    return found


def _no_address(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65_535 else 8000
        return f"port {port} of {host} is in use by another program; choose another one with --port, such as {other}"
    if isinstance(error, PermissionError):
        return f"port {port} may not be used by this user; choose one from 1024 on with --port"
    return f"no server can listen at {host}, port {port}: {error.strerror or error}"
