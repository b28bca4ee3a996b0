"""Everything found in one article becomes highlights of its text, and the list of who and what is named in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from newskb.api.explorer.layers import Highlight
from newskb.api.explorer.rendering import path

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A kind of highlight that can be switched off."""

    name: str
    title: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An actor or a place that the article names."""

    kind: str
    key: str
    name: str
    count: int
    words: tuple[str, ...]
    """How the text calls it."""


LAYERS = (
    ("mention", "People and places", "mentions"),
    ("quote", "Quotes", "quotes"),
    ("claim", "Claims", "claims"),
    ("event", "Events", "events"),
    ("time", "Times", "times"),
    ("figure", "Figures", "figures"),
)


def layers(annotations: Row) -> list[Layer]:
    """The layers of an article, with how much is in each."""
    return [Layer(name=name, title=title, count=len(annotations[field])) for name, title, field in LAYERS]


def highlights(annotations: Row, boilerplate: Sequence[Sequence[int]]) -> Iterator[Highlight]:
    """What the page shows in the text."""
    for start, end in boilerplate:
        yield Highlight(layer="boilerplate", key=None, start=start, end=end, note="No news content")
    for row in annotations["mentions"]:
        yield _highlight("mention", row, _mention_note(row), href=_mention_href(row))
    for row in annotations["quotes"]:
        speaker = row["speaker"]["name"] if row["speaker"] else "unknown"
        for start, end in row["parts"]:
            note = f"Quote ({row['type']}): {speaker}"
            yield Highlight(layer="quote", key=row["key"], start=start, end=end, note=note)
    for row in annotations["claims"]:
        yield _highlight("claim", row, f"Claim: {_holder(row)}, {row['stance']}, {row['certainty']}")
    for row in annotations["events"]:
        href = f"/events/{path(row['event'])}" if row["event"] else None
        kind = row["type"] or row["extension"]
        yield _highlight("event", row, f"Event: {kind.lower()}, {row['realis']}", href=href)
    for row in annotations["times"]:
        yield _highlight("time", row, f"Time: {row['value']}")
    for row in annotations["figures"]:
        yield _highlight("figure", row, f"Figure: {row['kind']}")


def named(annotations: Row) -> list[Named]:
    """Who and what the article names, those named most often first."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in annotations["mentions"]:
        for kind in ("actor", "place"):
            if row[kind]:
                found.setdefault((kind, row[kind]["key"]), []).append(row)
    things = [
        Named(
            kind=kind,
            key=key,
            name=rows[0][kind]["name"],
            count=len(rows),
            words=tuple(dict.fromkeys(row["text"] for row in rows if row["text"] != rows[0][kind]["name"])),
        )
        for (kind, key), rows in found.items()
    ]
    return sorted(things, key=lambda thing: (-thing.count, thing.name, thing.key))


def _highlight(layer: str, row: Row, note: str, *, href: str | None = None) -> Highlight:
    return Highlight(
        layer=layer, key=row.get("key"), start=row["start_char"], end=row["end_char"], note=note, href=href
    )


def _mention_note(row: Row) -> str:
    target = row["actor"] or row["place"]
    if target is None:
        return f"{row['label']}, not known"
    score = f", score {row['link_score']:.2f}" if row["link_score"] else ""  # nothing was weighed for a local actor
    return f"{target['name']} ({row['label']}{score})"


def _mention_href(row: Row) -> str | None:
    if row["actor"]:
        return f"/actors/{path(row['actor']['key'])}"
    return f"/events?place={path(row['place']['key'])}" if row["place"] else None


def _holder(row: Row) -> str:
    if row["holder"]:
        return str(row["holder"]["name"])
    return str(row["holder_mention"]["text"]) if row["holder_mention"] else "the outlet"
