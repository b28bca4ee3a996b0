"""Who acts on whom becomes a table of edges and a GraphML graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from newskb.exports.lines import row_bytes
from newskb.store.streams import Row, Selection

EDGE_COLUMNS = (
    *("Source", "Target", "Type", "Weight", "Label", "source_name", "target_name"),
    *("event_type", "extension", "quad_code", "realis", "articles", "intensity", "first_date", "last_date"),
)
"""The first five are those that Gephi reads from a table of edges."""
_NODE = {"name": "string", "kind": "string", "country": "string", "sector": "string", "wikidata": "string"}
_EDGE = {
    "type": "string",
    "extension": "string",
    "quad_code": "int",
    "realis": "string",
    "events": "int",
    "articles": "int",
    "intensity": "double",
    "first_date": "string",
    "last_date": "string",
}
# XML 1.0 has no way to write these.
_UNWRITABLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535, *range(55296, 57344)), "�")


def edges(selection: Selection, _subject: str, tally: Counter[str]) -> Iterator[bytes]:
    """A row for each actor, recipient, type and realis, as CSV."""
    yield row_bytes(EDGE_COLUMNS)
    for meeting in selection.meetings():
        tally["rows"] += 1
        yield row_bytes(
            (
                meeting["source"],
                meeting["target"],
                "Directed",
                meeting["events"],
                meeting["type"] or meeting["extension"],
                meeting["source_name"],
                meeting["target_name"],
                *(meeting[name] for name in _EDGE if name != "events"),
            )
        )


def graphml(selection: Selection, _subject: str, tally: Counter[str]) -> Iterator[bytes]:
    """A directed graph whose nodes are actors and whose edges are those of ``edges``."""
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for on, names in (("node", _NODE), ("edge", _EDGE)):
        for name, kind in names.items():
            yield f'<key id="{on}_{name}" for="{on}" attr.name="{name}" attr.type="{kind}"/>\n'.encode()
    yield b'<graph edgedefault="directed">\n'
    for actor in selection.actors():
        tally["nodes"] += 1
        yield f"<node id={_attribute(actor['key'])}>{_data('node', _NODE, actor)}</node>\n".encode()
    for meeting in selection.meetings():
        tally["edges"] += 1
        ends = f"source={_attribute(meeting['source'])} target={_attribute(meeting['target'])}"
        yield f'<edge id="e{tally["edges"]}" {ends}>{_data("edge", _EDGE, meeting)}</edge>\n'.encode()
    yield b"</graph>\n</graphml>\n"


def _data(on: str, names: dict[str, str], row: Row) -> str:
    return "".join(
        f'<data key="{on}_{name}">{escape(str(row[name]).translate(_UNWRITABLE))}</data>'
        for name in names
        if row[name] is not None
    )


def _attribute(value: str) -> str:
    return quoteattr(value.translate(_UNWRITABLE))
