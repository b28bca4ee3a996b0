"""The formats of exports by name: what each holds, which program loads it, and what writes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from newskb.errors import InputError
from newskb.exports import cameo, ftm, gdelt, geojson, graphs, native, polecat, quotations, schemaorg, tables
from newskb.store.filters import RESOURCES
from newskb.store.streams import Selection

Write = Callable[[Selection, str, Counter[str]], Iterator[bytes]]
Build = Callable[[Selection, str, Path, Counter[str]], None]
Field = Mapping[str, str]

_HAPPENED: Mapping[str, Sequence[str]] = {"realis": ("actual",)}
"""For tables that cannot say whether a thing happened: without another wish, only what did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format of exports. ``write`` makes its bytes piece by piece, or ``build`` a file; it has one of both."""

    name: str
    holds: str
    """What is in the file."""
    loads: str
    """What programs load it."""
    media_type: str
    suffix: str
    subjects: tuple[str, ...] = ("events",)
    """What it can be written of; the first unless another is named."""
    of_views: bool = False
    """Whether its subjects are the analysts' views; otherwise they are resources."""
    write: Write | None = None
    build: Build | None = None
    fields: Callable[[str], Sequence[Field]] | None = None
    """The columns of a table for the manifest."""
    dialect: Mapping[str, Any] | None = None
    """How a table is written, where that is not the way of CSV; Frictionless' words."""
    unless_asked: Mapping[str, Sequence[str]] | None = None
    """Filters that hold unless the question has them or their opposite."""
    example: str
    """Arguments of ``newskb export`` that show it."""


def _names(columns: Sequence[str]) -> Callable[[str], Sequence[Field]]:
    return lambda _subject: [{"name": name, "type": "any"} for name in columns]


_TAB = {"delimiter": "\t"}
_BARE = {"delimiter": "\t", "header": False}
_TSV = "text/tab-separated-values"
_LINES = "application/x-ndjson"
_LISTED = (
    Format(
        name="plover",
        holds="events in the field names of the PLOVER manual, a JSON object a line",
        loads="PLOVER tools, pandas (`read_json(lines=True)`), jq",
        media_type=_LINES,
        suffix="jsonl",
        write=native.plover,
        example="plover --event-type PROTEST --out protests.jsonl",
    ),
    Format(
        name="jsonl",
        holds="things as the REST interface shows them, a JSON object a line; events with every report",
        loads="jq, pandas, DuckDB, BigQuery",
        media_type=_LINES,
        suffix="jsonl",
        subjects=("events", *(name for name in RESOURCES if name != "events")),
        write=native.jsonl,
        example="jsonl --what quotes --speaker 'Sergey Lavrov' --out -",
    ),
    Format(
        name="csv",
        holds="one of the analysts' views, with a header",
        loads="spreadsheets, pandas, R, DuckDB",
        media_type="text/csv",
        suffix="csv",
        subjects=("events", *(name for name in tables.VIEWS if name != "events")),
        of_views=True,
        write=tables.csv,
        fields=tables.fields,
        example="csv --what event_reports --date-start 2019-05 --out reports.csv",
    ),
    Format(
        name="tsv",
        holds="one of the analysts' views, with a header",
        loads="spreadsheets, pandas, R, DuckDB",
        media_type=_TSV,
        suffix="tsv",
        subjects=("events", *(name for name in tables.VIEWS if name != "events")),
        of_views=True,
        write=tables.tsv,
        fields=tables.fields,
        dialect=_TAB,
        example="tsv --what actors --kind person --out people.tsv",
    ),
    Format(
        name="parquet",
        holds="one of the analysts' views with typed columns; needs `pip install 'newskb[parquet]'`",
        loads="DuckDB, pandas and Polars, Spark, R's arrow",
        media_type="application/vnd.apache.parquet",
        suffix="parquet",
        subjects=("events", *(name for name in tables.VIEWS if name != "events")),
        of_views=True,
        build=tables.parquet,
        fields=tables.fields,
        example="parquet --what claims --out claims.parquet",
    ),
    Format(
        name="sqlite",
        holds="all of the analysts' views as tables of one file, or one of them",
        loads="SQLite, Datasette, DuckDB, any tool with an SQLite driver",
        media_type="application/vnd.sqlite3",
        suffix="sqlite",
        subjects=(tables.ALL, *tables.VIEWS),
        of_views=True,
        build=tables.sqlite,
        example="sqlite --out snapshot.sqlite",
    ),
    Format(
        name="gdelt",
        holds="events in GDELT 2.0's 61 columns, no header, a row for each pair of actors",
        loads="loaders of GDELT's `export.CSV` files",
        media_type=_TSV,
        suffix="export.CSV",
        write=gdelt.events,
        fields=_names(gdelt.EVENT_COLUMNS),
        dialect=_BARE,
        unless_asked=_HAPPENED,
        example="gdelt --quad-code 4 --out conflict.export.CSV",
    ),
    Format(
        name="gdelt-mentions",
        holds="reports in GDELT 2.0's 16 columns of mentions, no header, with the ids of `gdelt`",
        loads="loaders of GDELT's `mentions.CSV` files",
        media_type=_TSV,
        suffix="mentions.CSV",
        write=gdelt.mentions,
        fields=_names(gdelt.MENTION_COLUMNS),
        dialect=_BARE,
        unless_asked=_HAPPENED,
        example="gdelt-mentions --quad-code 4 --out conflict.mentions.CSV",
    ),
    Format(
        name="gqg",
        holds="quotes by article in the fields of GDELT's Global Quotation Graph, with the speaker",
        loads="readers of GQG's `.gqg.json` files",
        media_type=_LINES,
        suffix="gqg.json",
        subjects=("quotes",),
        write=quotations.quotations,
        example="gqg --speaker 'Sergey Lavrov' --out lavrov.gqg.json",
    ),
    Format(
        name="polecat",
        holds="events in POLECAT's 40 columns, with a header, a row for each event",
        loads="scripts for POLECAT (the successor of ICEWS)",
        media_type=_TSV,
        suffix="tsv",
        write=polecat.polecat,
        fields=_names(polecat.COLUMNS),
        dialect=_TAB,
        unless_asked=_HAPPENED,
        example="polecat --country VE --out venezuela.tsv",
    ),
    Format(
        name="cameo",
        holds="events in ICEWS' columns with CAMEO codes, with a header, a row for each pair of actors",
        loads="scripts for ICEWS",
        media_type=_TSV,
        suffix="tsv",
        write=cameo.cameo_rows,
        fields=_names(cameo.COLUMNS),
        dialect=_TAB,
        unless_asked=_HAPPENED,
        example="cameo --cameo 14 --out protests.tsv",
    ),
    Format(
        name="geojson",
        holds="events as points",
        loads="QGIS, Leaflet, Mapbox, kepler.gl",
        media_type="application/geo+json",
        suffix="geojson",
        write=geojson.geojson,
        example="geojson --country VE --out venezuela.geojson",
    ),
    Format(
        name="jsonld",
        holds="schema.org: NewsArticle, Event, Person, Organization, Place, Quotation, Claim",
        loads="search engines, fact checkers, triple stores",
        media_type="application/ld+json",
        suffix="jsonld",
        subjects=schemaorg.SUBJECTS,
        write=schemaorg.jsonld,
        example="jsonld --what claims --holder 'Mike Pompeo' --out claims.jsonld",
    ),
    Format(
        name="ftm",
        holds="FollowTheMoney entities: Article, Person, Organization, PublicBody, Event, Mention, Note",
        loads="Aleph, OpenAleph, yente, `ftm` tools",
        media_type="application/json+ftm",
        suffix="ftm.json",
        subjects=ftm.SUBJECTS,
        write=ftm.ftm,
        example="ftm --what all --out news.ftm.json",
    ),
    Format(
        name="edges",
        holds="who acts on whom, an edge for each pair, type and realis",
        loads="Gephi, networkx, igraph, spreadsheets",
        media_type="text/csv",
        suffix="csv",
        write=graphs.edges,
        fields=_names(graphs.EDGE_COLUMNS),
        example="edges --realis actual --out edges.csv",
    ),
    Format(
        name="graphml",
        holds="who acts on whom, with the actors as nodes",
        loads="Gephi, Cytoscape, yEd, networkx, igraph",
        media_type="application/graphml+xml",
        suffix="graphml",
        write=graphs.graphml,
        example="graphml --realis actual --min-sources 2 --out actors.graphml",
    ),
)
FORMATS: Mapping[str, Format] = {format.name: format for format in _LISTED}


def format_named(name: str) -> Format:
    """The format of this name. Raises ``InputError`` with the nearest one."""
    if name not in FORMATS:
        raise InputError(f"there is no format '{name}'; {_hint(name, tuple(FORMATS))}")
    return FORMATS[name]


def subject_of(format: Format, subject: str | None) -> str:
    """What the format is to be written of. Raises ``InputError`` for what it cannot hold."""
    if subject is None:
        return format.subjects[0]
    if subject not in format.subjects:
        raise InputError(f"{format.name} cannot be written of '{subject}'; {_hint(subject, format.subjects)}")
    return subject


def _hint(value: str, known: Sequence[str]) -> str:
    near = get_close_matches(value, known, n=1)
    return f"did you mean '{near[0]}'?" if near else f"it is one of {', '.join(known)}"
