"""Paths become files to read, in an order that never changes."""

from __future__ import annotations

import glob
import hashlib
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from newskb.model import Origin, Skipped

STDIN = "-"
_MAX_NAME_CHARS = 400
_HASH_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one input file may ask of memory and time."""

    max_unpacked_bytes: int = 32 << 30
    """Bytes that one compressed file or archive may unpack to, all members together."""
    max_ratio: float = 200.0
    """Unpacked bytes per packed byte. News texts reach 10; the worst honest file seen, one letter over and over, 160;
    decompression bombs 1,000 and more."""
    ratio_grace_bytes: int = 16 << 20
    """Unpacked bytes below which the ratio does not matter."""
    max_record_bytes: int = 16 << 20
    """The longest single article (line, row, text file); it bounds the memory that reading takes."""
    max_held_bytes: int = 256 << 20
    """A zip that comes from a pipe or lies inside another archive is held in memory; this is the largest."""
    max_members: int = 2_000_000
    """Files in one archive."""
    max_layers: int = 4
    """Packings inside one another; ``.tar.gz`` has two, a ``.gz`` inside it makes three."""
    max_depth: int = 100
    """Arrays and objects inside one another in JSON."""
    max_text_chars: int = 1_000_000
    """The longest article text, in characters; longer ones are skipped (a novel has 500,000)."""


DEFAULT_LIMITS = Limits()


def walk(paths: Iterable[str | Path]) -> Iterator[Path | Skipped]:
    """The files that ``paths`` (files, folders, globs, ``-`` for standard input) name, each once, folders sorted."""
    seen: set[Path] = set()
    for given in paths:
        for found in _expand(str(given)):
            if isinstance(found, Path) and str(found) != STDIN:
                resolved = found.resolve()
                if resolved in seen:
                    continue
                seen.add(resolved)
            yield found


def file_hash(path: str | Path) -> str:
    """Hexadecimal BLAKE2b digest (160 bits) of the file's bytes, by which the import ledger knows it."""
    state = hashlib.blake2b(digest_size=20)
    with Path(path).open("rb") as file:
        while chunk := file.read(_HASH_CHUNK):
            state.update(chunk)
    return state.hexdigest()


def shown(name: str) -> str:
    """``name`` fit to be printed and stored: characters that control or cannot be encoded are escaped.

    >>> shown("new\\nline.txt")
    'new\\\\nline.txt'
    """
    escaped = "".join(
        c.encode("unicode_escape").decode("ascii") if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c
        for c in name
    )
    return escaped if len(escaped) <= _MAX_NAME_CHARS else f"{escaped[:_MAX_NAME_CHARS]}…"


def skipped(path: str | Path, reason: str, detail: str) -> Skipped:
    """A whole file that gives no article."""
    return Skipped(origin=Origin(path=shown(str(path))), stage="read", reason=reason, detail=detail)


def _expand(given: str) -> Iterator[Path | Skipped]:
    path = Path(given)
    if given == STDIN:
        yield path
    elif path.is_dir():
        yield from _folder(path)
    elif path.exists() or path.is_symlink():
        yield _regular(path)
    elif glob.has_magic(given):
        # Path.glob cannot take absolute patterns.
        names = sorted(glob.glob(given, recursive=True))  # noqa: PTH207
        if not names:
            yield skipped(given, "not-found", "no file has a name of this pattern")
        for name in names:
            yield from _folder(Path(name)) if Path(name).is_dir() else [_regular(Path(name))]
    else:
        yield skipped(given, "not-found", "there is no such file or folder")


def _folder(folder: Path) -> Iterator[Path | Skipped]:
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        yield skipped(folder, "unreadable", f"the folder cannot be opened: {error.strerror}")
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_symlink():
            yield skipped(entry, "link", "links inside folders are not followed; name the file itself to import it")
        elif entry.is_dir():
            yield from _folder(entry)
        else:
            yield _regular(entry)


def _regular(path: Path) -> Path | Skipped:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return skipped(path, "unreadable", f"the file cannot be opened: {error.strerror}")
    if not stat.S_ISREG(mode):
        return skipped(path, "not-a-file", "only regular files are read, no pipes, sockets or devices")
    return path
