"""A small world of articles for imports: several outlets on the same happenings, copies, and input that is broken."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

PEOPLE = ("Ada Brook", "Ben Carver", "Cleo Dunn", "Dan Ericson", "Eve Falk")
OUTLETS = ("Amber Post", "Bay Herald", "Coast Wire")


WORDS = [
    "anchor",
    "barrel",
    "basket",
    "beacon",
    "branch",
    "bridge",
    "bucket",
    "candle",
    "canvas",
    "carpet",
    "castle",
    "cellar",
    "chapel",
    "copper",
    "corner",
    "cotton",
    "feather",
    "garden",
    "glacier",
    "hammer",
    "harvest",
    "helmet",
    "island",
    "jacket",
    "kettle",
    "ladder",
    "lantern",
    "leather",
    "marble",
    "meadow",
    "mirror",
    "needle",
    "orchard",
    "paddle",
    "pebble",
    "pencil",
    "pepper",
    "pillow",
    "pocket",
    "prairie",
    "ribbon",
    "saddle",
    "shelter",
    "shovel",
    "silver",
]


def filler(seed: str) -> str:
    """Thirty words in an order of their own, so that texts of different outlets are no copies."""
    return " ".join(random.Random(seed).choices(WORDS, k=30))


def body(day: int, outlet: int) -> str:
    first, second, third = (PEOPLE[(day + step) % len(PEOPLE)] for step in range(3))
    crowd = 200 + 10 * day + (50 if outlet == 2 else 0)
    return (
        f"{first} marched with {second} before {crowd} people. The {filler(f'{day} {outlet}')}. "
        f'"We will keep the ferries of {WORDS[day]} running" said {third}. '
        f"{second} met {third} about the {filler(f'{outlet} {day}')}. "
        + ("The harbour was not closed. " if outlet else "The harbour was closed. ")
    )


def article(day: int, outlet: int) -> dict[str, str]:
    return {
        "id": f"{outlet}-{day}",
        "date": f"2024-03-{1 + day % 28:02}",
        "source": OUTLETS[outlet],
        "title": f"Harbour, day {day}",
        "text": body(day, outlet),
    }


def write_world(folder: Path, *, days: int = 12) -> list[Path]:
    """Files of several formats in ``folder``: ``3 * days`` articles, some of them twice, and some broken input."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(article(day, 0)) for day in range(days)]
    lines.insert(3, "{broken json")
    lines.insert(5, lines[0])  # met twice in one file
    (folder / "amber.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    packed = "\n".join(json.dumps(article(day, 1)) for day in range(days))
    (folder / "bay.jsonl.gz").write_bytes(gzip.compress(packed.encode(), mtime=0))
    single = folder / "coast"
    single.mkdir(exist_ok=True)
    for day in range(days):
        given = article(day, 2)
        (single / f"{day:02}.json").write_text(json.dumps(given), encoding="utf-8")
    again = {**article(1, 0), "date": "2024-03-01"}  # the same text, dated earlier
    (folder / "late.jsonl").write_text(json.dumps(again) + "\n", encoding="utf-8")
    (folder / "undated.txt").write_text("Nobody knows when Ada Brook met Cleo Dunn on the pier. ", encoding="utf-8")
    (folder / "impossible.txt").write_text("date 2019-02-30 Dan Ericson met Eve Falk on the pier. ", encoding="utf-8")
    (folder / "empty.txt").write_text("", encoding="utf-8")
    return sorted(path for path in folder.rglob("*") if path.is_file())
