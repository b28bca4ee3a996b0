"""Checks the authority file against every source of evidence; prints what is wrong and what cannot be checked."""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

from evidence import LINKING_SETS, Evidence
from sources import Reference


def main() -> None:
    """Print a report; exit with 1 when a Wikidata number has no evidence."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reference", type=Path, required=True, help="folder of the reference tables")
    parser.add_argument("--evaluation", type=Path, help="folder of annotated sets")
    parser.add_argument("--packages", type=Path, default=Path(".cache/authority"))
    parser.add_argument("--authority", type=Path, default=Path("seeds/authority"))
    parser.add_argument("--sample", type=int, default=0, help="print so many entries at random, to be looked at")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    evidence = Evidence(Reference(options.reference), options.packages, options.evaluation)
    files = {path.name: _read(path) for path in sorted(options.authority.glob("*.jsonl"))}
    wrong = _check_numbers(files, evidence)
    if options.evaluation:
        _print_coverage(files, options.evaluation)
    entries = [entry for name, listed in files.items() if not name.startswith("countr") for entry in listed]
    numbered = [entry for entry in entries if _is_number(entry["key"])]
    for entry in random.Random(options.seed).sample(numbered, options.sample):
        roles = "; ".join(f"{r['office']} {r['country']} {r['start']}..{r['end']}" for r in entry.get("roles", [])[:2])
        known = ", ".join(sorted(evidence.names(entry["key"]))[:4])
        print(f"{entry['key']}\t{entry['name']}\t{entry['kind']}\t{entry['country']}\t{roles}\t[{known}]")
    raise SystemExit(1 if wrong else 0)


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _is_number(key: str) -> bool:
    return key[:1] == "Q" and key[1:].isdigit()


def _check_numbers(files: dict[str, list[dict[str, Any]]], evidence: Evidence) -> int:
    """Print, for each file, how many entries have a number and who confirms it; give how many nobody confirms."""
    wrong = 0
    for name, entries in files.items():
        sources: Counter[str] = Counter()
        for entry in entries:
            if not _is_number(entry["key"]):
                sources["no number"] += 1
                continue
            names = [entry["name"], *entry.get("aliases", []), *entry.get("names", []), entry.get("wikipedia") or ""]
            if entry.get("admin1"):
                names += [f"{one}, {entry['admin1']}" for one in names]
            source = evidence.source(entry["key"], *names)
            if source is None:
                wrong += 1
                known = sorted(evidence.names(entry["key"]))[:5]
                print(f"WRONG {name}: {entry['key']} is not {entry['name']}; known as {known}")
            sources[source or "nobody"] += 1
        print(f"{name:26} {len(entries):5}  " + ", ".join(f"{who} {count}" for who, count in sources.most_common()))
    return wrong


def _print_coverage(files: dict[str, list[dict[str, Any]]], folder: Path) -> None:
    """Print how many of the annotated numbers the file has: the most that a linker with it can reach."""
    keys = {entry["key"] for listed in files.values() for entry in listed}
    for name in LINKING_SETS:
        mentions: Counter[str] = Counter()
        for line in (folder / "linking" / f"{name}.jsonl").read_text("utf-8").splitlines():
            for entity in json.loads(line)["entities"]:
                if entity.get("wikidata") and not entity.get("nil") and entity.get("named", True):
                    mentions[entity["wikidata"]] += 1
        found = sum(count for number, count in mentions.items() if number in keys)
        known = sum(number in keys for number in mentions)
        print(
            f"coverage {name:18} numbers {known:4} of {len(mentions):4} ({known / len(mentions):.1%}), "
            f"mentions {found:4} of {mentions.total():4} ({found / mentions.total():.1%})"
        )


if __name__ == "__main__":
    main()
