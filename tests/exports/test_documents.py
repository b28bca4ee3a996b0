from pathlib import Path

from newskb.exports.formats import FORMATS

DOCUMENT = Path(__file__).parents[2] / "docs" / "exports.md"


def test_the_document_has_every_format_with_all_that_it_can_be_written_of():
    rows = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    for format in FORMATS.values():
        (row,) = (line for line in rows if f"`{format.name}`" in line.split("|")[1])
        if not format.of_views:
            assert row.split("|")[3].strip() == ", ".join(format.subjects), format.name
