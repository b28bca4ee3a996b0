"""Invented actors, a million of them, become figures: how long their import takes, and what a look-up costs."""

from __future__ import annotations

import csv
import multiprocessing
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from newskb.evals.bench import Measurement
from newskb.jobs.actorfile import actors_path
from newskb.jobs.authority import import_actors
from newskb.jobs.extraction import authority
from newskb.link.names import plain
from newskb.settings import Settings

LOOKUPS = 200_000
"""Names that are looked up, half of them known."""
MAX_MEGABYTES = 300
SEED = 1
_ONSETS = ("b", "ch", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z")
_VOWELS = ("a", "e", "i", "o", "u")
_KINDS = ("person", "person", "person", "organisation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a part of the benchmark took, in a process of its own."""

    cpu_seconds: float
    peak_megabytes: float
    done: int
    """Actors imported, or look-ups."""
    found: int


def run_authority_bench(count: int, *, report: Callable[[str], None]) -> Iterator[Measurement]:
    """Import ``count`` invented actors from a CSV file, then look names up as the linker does."""
    with tempfile.TemporaryDirectory(prefix="newskb-bench-") as folder:
        settings = Settings(database_url=f"sqlite:///{folder}/bench.db", max_ratio=1_000)
        path = Path(folder) / "actors.csv"
        report(f"inventing {count:,} actors")
        write_actors(path, count)
        report("import")
        imported = _alone(_import, str(path), settings)
        yield Measurement(
            measure="actors imported per CPU second",
            value=f"{imported.done / imported.cpu_seconds:,.0f}",
            aim="",
            how=f"{imported.done:,} actors of a {path.stat().st_size / 1e6:.0f} MB file in "
            f"{imported.cpu_seconds:.0f} CPU s, with the look-up; peak {imported.peak_megabytes:.0f} MB",
        )
        report("look-up")
        bare = _alone(_look_up, None, count)
        found = _alone(_look_up, str(actors_path(settings)), count)
        yield Measurement(
            measure="memory of a process with the look-up",
            value=f"{found.peak_megabytes:.0f} MB",
            aim=f"< {MAX_MEGABYTES} MB",
            how=f"peak resident set after {found.done:,} look-ups; {bare.peak_megabytes:.0f} MB with the authority "
            f"file alone; the file on disk has {actors_path(settings).stat().st_size / 1e6:.0f} MB",
        )
        yield Measurement(
            measure="look-ups per CPU second",
            value=f"{found.done / found.cpu_seconds:,.0f}",
            aim="",
            how=f"full names and family names, {found.found:,} of {found.done:,} found; "
            f"{bare.done / bare.cpu_seconds:,.0f} in the authority file alone",
        )


def write_actors(path: Path, count: int) -> None:
    """A CSV file of invented actors, the same every time."""
    names = _names(count)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("key", "name", "kind", "country", "aliases", "office", "start"))
        for number, (first, last) in enumerate(names):
            kind = _KINDS[number % len(_KINDS)]
            name = f"{first} {last}" if kind == "person" else f"{last} {first} Works"
            alias = f"{first[0]}. {last}" if kind == "person" else f"{last} Works"
            office = "Minister of Harbours" if number % 10 == 0 and kind == "person" else ""
            writer.writerow((f"inv-{number}", name, kind, "FR" if number % 2 else "VE", alias, office, "2018"))


def _names(count: int) -> Iterator[tuple[str, str]]:
    syllables = [onset + vowel for onset, vowel in product(_ONSETS, _VOWELS)]
    chosen = random.Random(SEED)
    for _ in range(count):
        first = "".join(chosen.choices(syllables, k=2)) + "n"
        yield first.capitalize(), "".join(chosen.choices(syllables, k=3)).capitalize() + "rt"


def _import(path: str, settings: Settings) -> Cost:
    summary = import_actors([path], settings=settings)
    return _cost(summary.added, 0.0, summary.added)


def _look_up(path: str | None, count: int) -> Cost:
    known = authority(None if path is None else Path(path))
    every = max(1, count // (LOOKUPS // 4))  # some thousand of the known names, and as many that nobody bears
    forms = [" ".join(name) for number, name in enumerate(_names(count)) if number % every == 0][: LOOKUPS // 4]
    forms += [f"{form}s" for form in forms]
    random.Random(SEED).shuffle(forms)
    started, found = time.process_time(), 0
    for form in forms:
        found += bool(known.named(plain(form)))
        found += bool(known.surnamed(plain(form).rpartition(" ")[2]))
    return _cost(found, started, 2 * len(forms))


def _cost(found: int, started: float, done: int) -> Cost:
    return Cost(
        found=found,
        cpu_seconds=time.process_time() - started,
        peak_megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        done=done,
    )


def _alone(work: Callable[..., Cost], *given: object) -> Cost:
    """``work`` in a new process, whose memory is its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *given).result()
