"""Facts become the authority file: python training/authority/build.py --reference FOLDER [--evaluation FOLDER]."""

from __future__ import annotations

import argparse
from pathlib import Path

import countries as country_facts
import numbering
import people
import places
import tabled
import things
from evidence import Evidence
from sources import Reference
from writing import write


def main() -> None:
    """Write every file of ``seeds/authority`` anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reference", type=Path, required=True, help="folder of the reference tables")
    parser.add_argument(
        "--evaluation", type=Path, help="folder of annotated sets whose Wikidata numbers count as evidence"
    )
    parser.add_argument("--packages", type=Path, default=Path(".cache/authority"), help="where packages are kept")
    parser.add_argument("--out", type=Path, default=Path("seeds/authority"))
    options = parser.parse_args()
    reference = Reference(options.reference)
    evidence = Evidence(reference, options.packages, options.evaluation)
    known = country_facts.read(reference, evidence)
    files = {
        **country_facts.build(known, evidence),
        **things.build(known, reference, evidence),
        **people.build(known, reference, evidence),
        **places.build(known, options.packages, evidence),
    }
    numbering.give(files, evidence.tables, known)
    files |= tabled.build(evidence.tables, known, files)
    write(files, options.out)


if __name__ == "__main__":
    main()
