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


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What is known of one highlight: the card that shows beside it."""

    key: str
    layer: str
    title: str
    name: str
    href: str | None
    details: tuple[tuple[str, str], ...]


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
        yield _highlight("event", row, f"Event: {kind(row)}, {row['realis']}", href=href)
    for number, row in enumerate(annotations["times"]):
        yield _highlight("time", {**row, "key": f"time-{number}"}, f"Time: {row['value']}")
    for number, row in enumerate(annotations["figures"]):
        yield _highlight("figure", {**row, "key": f"figure-{number}"}, f"Figure: {row['kind']}")


def notes(annotations: Row) -> Iterator[Note]:
    """What is known of each highlight with a key."""
    for row in annotations["mentions"]:
        target = row["actor"] or row["place"]
        yield _note(
            "mention", row, "Place" if row["place"] else "Actor" if row["actor"] else "Not linked",
            target["name"] if target else row["text"], _mention_href(row),
            ("called", row["text"]), ("type", row["label"]), ("form", row["form"]),
            ("link score", _score(row["link_score"])),
        )  # fmt: skip
    for row in annotations["quotes"]:
        yield _note(
            "quote", row, f"Quote, {row['type']}", _speaker(row), f"/quotes/{path(row['key'])}",
            ("cue", row["cue"]["text"] if row["cue"] else None),
            ("to", row["addressee"]["name"] if row["addressee"] else None),
            ("confidence", _score(row["confidence"])),
        )  # fmt: skip
    for row in annotations["claims"]:
        yield _note(
            "claim", row, "Claim", _holder(row), f"/claims/{path(row['key'])}",
            ("stance", row["stance"]), ("certainty", row["certainty"]),
            ("about", ", ".join(actor["name"] for actor in row["about"])),
            ("confidence", _score(row["confidence"])),
        )  # fmt: skip
    for row in annotations["events"]:
        yield _note(
            "event", row, "Event", kind(row), f"/events/{path(row['event'])}" if row["event"] else None,
            ("who", participants(row["actors"])), ("to whom", participants(row["recipients"])),
            ("when", days(row)), ("where", row["place"]["name"] if row["place"] else None),
            ("realis", row["realis"]), ("confidence", _score(row["confidence"])),
        )  # fmt: skip
    for number, row in enumerate(annotations["times"]):
        time = {**row, "key": f"time-{number}"}
        yield _note(
            "time", time, "Time", days(row) or row["value"], None, ("value", row["value"]), ("type", row["type"])
        )
    for number, row in enumerate(annotations["figures"]):
        figure = {**row, "key": f"figure-{number}"}
        yield _note("figure", figure, "Figure", amount(row), None, ("of", row["kind"]), ("unit", row["unit"]))


def _note(layer: str, row: Row, title: str, name: str, href: str | None, *details: tuple[str, str | None]) -> Note:
    said = tuple((label, value) for label, value in details if value)
    return Note(key=row["key"], layer=layer, title=title, name=name, href=href, details=said)


def _score(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _speaker(row: Row) -> str:
    if row["speaker"]:
        return str(row["speaker"]["name"])
    return str(row["speaker_mention"]["text"]) if row["speaker_mention"] else "speaker unknown"


def kind(row: Row) -> str:
    """Type and mode of an event."""
    kind = str(row["type"] or row["extension"]).lower()
    return f"{kind}: {row['mode']}" if row["mode"] else kind


def participants(listed: Sequence[Row]) -> str:
    """Names of participants, or the words where the name is not known."""
    return ", ".join(item["name"] or item["text"] or "unknown" for item in listed)


def days(row: Row) -> str | None:
    """First and last day."""
    first, last = row["date_start"], row["date_end"]
    return first if last in (None, first) else f"{first} to {last}"


def amount(row: Row) -> str:
    """The number of a figure: ``at least 14``, ``10 to 12``."""
    low, high = (None if value is None else f"{value:,.10g}" for value in (row["low"], row["high"]))
    number = f"{low} to {high}" if low and high and low != high else low or high or "?"
    return f"{row['qualifier']} {number}" if row["qualifier"] else number


def named(annotations: Row) -> list[Named]:
    """Who and what the article names, those named most often first."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in annotations["mentions"]:
        for linked in ("actor", "place"):
            if row[linked]:
                found.setdefault((linked, row[linked]["key"]), []).append(row)
    things = [
        Named(
            kind=linked,
            key=key,
            name=rows[0][linked]["name"],
            count=len(rows),
            words=tuple(dict.fromkeys(row["text"] for row in rows if row["text"] != rows[0][linked]["name"])),
        )
        for (linked, key), rows in found.items()
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
