"""Prints how much of the annotated numbers the authority file has, for each set and type: python coverage.py FOLDER."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from evidence import LINKING_SETS


def main() -> None:
    """Print a table in Markdown: mentions with a number that is in the file, of all that have a number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("evaluation", type=Path, help="folder of annotated sets")
    parser.add_argument("--authority", type=Path, default=Path("seeds/authority"))
    options = parser.parse_args()
    keys = {
        json.loads(line).get("key")
        for path in sorted(options.authority.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    }
    types = ("ORG", "LOC", "MISC", "EVENT")
    print(f"| set | {' | '.join(types)} | together |\n|---|{'---:|' * (len(types) + 1)}")
    for name in LINKING_SETS:
        said: Counter[str] = Counter()
        held: Counter[str] = Counter()
        for line in (options.evaluation / "linking" / f"{name}.jsonl").read_text("utf-8").splitlines():
            for entity in json.loads(line)["entities"]:
                if entity.get("wikidata") and not entity.get("nil") and entity.get("named", True):
                    said[entity["type"]] += 1
                    held[entity["type"]] += entity["wikidata"] in keys
        parts = [f"{held[one]} of {said[one]}" if said[one] else "" for one in types]
        print(f"| {name} | {' | '.join(parts)} | {held.total()} of {said.total()} |")


if __name__ == "__main__":
    main()
