"""PLOVER's event types, modes, contexts and sectors with their CAMEO roots (Open Event Data Alliance, 2024)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """One PLOVER event type."""

    code: str
    quad: int
    """1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict."""
    intensity: float
    """PLOVER's score, from -10 (conflict) to 10 (cooperation)."""
    cameo: str
    """Two-digit CAMEO root."""
    modes: dict[str, float | None]
    """Mode to its own intensity."""
    cameo_modes: dict[str, str]
    """Mode to its CAMEO code of three or four digits, where one is sure.

    The public crosswalk CAMEO2PLOVER-2021 gives the mode to this code and its subcodes alone; 143, boycott and strike,
    is the codebook's.
    """


_DATA = json.loads(files("newskb").joinpath("plover.json").read_text(encoding="utf-8"))

TYPES: dict[str, EventType] = {t["code"]: EventType(**{**t, "cameo": t["cameo"][:2]}) for t in _DATA["types"]}
CONTEXTS: tuple[str, ...] = tuple(_DATA["contexts"])
SECTORS: tuple[str, ...] = tuple(_DATA["sectors"])
QUADS: dict[int, str] = {
    1: "verbal cooperation",
    2: "material cooperation",
    3: "verbal conflict",
    4: "material conflict",
}
NON_STATE: tuple[str, ...] = tuple(_DATA["non_state"])

EXTENSIONS: dict[str, str] = {
    "election": "a vote, its result, or a person elected",
    "appointment": "somebody takes, is given, or claims an office",
    "resignation": "somebody leaves or is removed from an office",
    "disaster": "an earthquake, flood, storm, fire, epidemic or famine",
    "accident": "a crash, collapse, spill or other mishap",
    "crime": "a crime without a political side",
    "court": "a trial, hearing or ruling that is no sanction",
    "death": "a death that nobody caused on purpose",
    "economy": "prices, rates, jobs, company results, mergers",
}
"""Event types that news tells and PLOVER leaves out; kept in a column of their own (``extension``)."""


def quad(code: str) -> int:
    """The quad code (1 to 4) of a PLOVER type."""
    return TYPES[code].quad


def cameo(type: str | None, mode: str | None) -> str | None:
    """The finest CAMEO code that is sure of an event: that of its mode, or else the root of its type."""
    event_type = TYPES.get(type or "")
    return None if event_type is None else event_type.cameo_modes.get(mode or "", event_type.cameo)


def cameo_codes() -> tuple[str, ...]:
    """Every CAMEO code that an event can have, and the three digits that those of four lie under."""
    finest = {code for event_type in TYPES.values() for code in event_type.cameo_modes.values()}
    return tuple(sorted({t.cameo for t in TYPES.values()} | finest | {code[:3] for code in finest}))


def intensity(code: str, mode: str | None) -> float:
    """The intensity of a type, or of its mode where PLOVER scores the mode."""
    event_type = TYPES[code]
    own = event_type.modes.get(mode) if mode else None
    return event_type.intensity if own is None else own
