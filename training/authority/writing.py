"""Entries become JSON lines: one entry a key, in the order of keys, no file larger than it may be."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from newskb.text import squeeze

MAX_FILE_BYTES = 2_900_000
"""Larger files are awkward to read and to compare in version control."""

Entry = dict[str, Any]


def _tidy(entry: Entry) -> None:
    """Leave out what is not known, other names that are empty or repeat the name, and superfluous blanks."""
    for field in ("description", "wikipedia"):
        if field in entry and entry[field] is None:
            del entry[field]
    entry["name"] = squeeze(entry["name"])
    if "aliases" in entry:
        others = dict.fromkeys(squeeze(alias) for alias in entry["aliases"])
        entry["aliases"] = [alias for alias in others if alias and alias != entry["name"]]


def write(files: dict[str, Iterable[Entry]], folder: Path) -> None:
    """Write each file of entries and print what it holds. Raises ``SystemExit`` for a repeated key or a large file."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.jsonl"):
        old.unlink()
    seen: dict[str, dict[str, str]] = {}
    total = 0
    for name, entries in files.items():
        kind = "countries" if name.startswith("countries") else "places" if name.startswith("places") else "actors"
        lines = []
        for entry in sorted(entries, key=lambda one: str(one.get("code") or one["key"])):
            key = str(entry.get("code") or entry["key"])
            if (other := seen.setdefault(kind, {}).get(key)) is not None:
                raise SystemExit(f"{key} is both {other} and {entry['name']} ({name})")
            seen[kind][key] = str(entry["name"])
            _tidy(entry)
            lines.append(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n")
        data = "".join(lines).encode()
        if len(data) > MAX_FILE_BYTES:
            raise SystemExit(f"{name} would be {len(data)} bytes long; split it")
        (folder / name).write_bytes(data)
        total += len(data)
        print(f"{name:28} {len(lines):6} entries {len(data):9} bytes")
    print(f"{'together':28} {'':6}         {total:9} bytes")
