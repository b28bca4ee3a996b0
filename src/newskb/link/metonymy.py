"""A place name becomes those who act under it, or the place itself ("Washington supported", "in Washington")."""

from __future__ import annotations

import re
from collections.abc import Mapping

from newskb.link import tables
from newskb.link.reading import Reading
from newskb.model import Span

# Weights of what speaks for an actor (positive) or for a place (negative). A sentence has one or two of these signs; a
# locative preposition outweighs a part in an event, for an event's "actor" is sometimes a misread "in Paris".
SPEAKS = 1.2
TAKES_PART = 1.0
ACTS = 0.7
ON_A_SIDE = 0.6
OWNS_DEEDS = 0.5
OWNS_SOMETHING = 0.2
AS_ITS_PARTNER = 0.5
OWNS_PLACES = -0.8
ADDRESS = -0.8
EVENT_PLACE = -1.0
LOCATED = -1.3
DATELINE = -3.0

SEAT_ACTS = 0.5
"""Sum from which the name of a capital is its government."""
CITY_ACTS = 1.0
"""Sum from which the name of another city or province is those who govern it."""
TEAM_ACTS = -0.5
"""Sum from which the name of a place in a report of sport is its team: all but "in France"."""

_LAST_WORD = re.compile(r"([^\W\d_]+)[\s\"“‘(]*$")
_SIDE = re.compile(
    rf"\b(?:{'|'.join(re.escape(phrase) for phrase in sorted(tables.entries('side_phrases.txt')))})(?: the)?\s*$", re.I
)
_POSSESSIVE = re.compile(r"['’]s?\s+([^\W\d_]+(?:\s+[^\W\d_]+)?)")
_NEXT_WORD = re.compile(r"\s+([^\W\d_]+)")
_DOER = re.compile(rf"[-‑–](?:{'|'.join(sorted(tables.words('doer_participles.txt')))})\b", re.IGNORECASE)
_ADDRESS = re.compile(r",\s+[A-Z]")
_DATELINE = re.compile(
    r"[^()\n]{0,40}\([^()\n]{2,40}\)\s*[-–—]|,? [A-Z][a-z]{2,8}\.? \d{1,2}\b[^\n]{0,30}[-–—]|\s*[–—]\s"
)
_PARTNER = re.compile(r"(?:\band|,|-|–)\s*$")


def signs(index: int, reading: Reading, partners: Mapping[int, float]) -> dict[str, float]:
    """What the text says about whether a mention is an actor (sum above 0) or a place (below).

    ``partners`` holds the sums of mentions that were weighed before: in "Washington and Beijing" both are one kind.
    """
    found: dict[str, float] = {}
    if index in reading.speaking:
        found["speaks"] = SPEAKS
    if index in reading.taking_part:
        found["takes part"] = TAKES_PART
    if index in reading.located:
        found["event place"] = EVENT_PLACE
    span = reading.facts.mentions[index].span
    if is_dateline(span, reading.text):
        found["dateline"] = DATELINE
    before, after = reading.before(index), reading.after(index)
    word = _LAST_WORD.search(before)
    if _SIDE.search(before):
        found["on a side"] = ON_A_SIDE
    elif word and word[1].lower() in tables.words("place_prepositions.txt"):
        found["located"] = LOCATED
    elif word and word[1].lower() in tables.words("side_prepositions.txt"):
        found["on a side"] = ON_A_SIDE
    if owned := _POSSESSIVE.match(after):
        nouns = set(owned[1].lower().split())  # an adjective may stand before the noun, a preposition after it
        if nouns & tables.words("place_heads.txt"):
            found["owns places"] = OWNS_PLACES
        elif nouns & tables.words("deeds.txt"):
            found["owns deeds"] = OWNS_DEEDS
        else:
            found["owns something"] = OWNS_SOMETHING
    elif follower := _NEXT_WORD.match(after):
        # Only a name that no preposition governs can be the subject: "the talks in Moscow would"
        is_subject = "located" not in found and "on a side" not in found
        if is_subject and follower[1].lower() in tables.words("acting_words.txt"):
            found["acts"] = ACTS
    elif _ADDRESS.match(after) and "speaks" not in found and "takes part" not in found:
        found["address"] = ADDRESS
    if _PARTNER.search(before) and "located" not in found:
        near = _previous(index, reading)
        if near is not None and near in partners:
            found["as its partner"] = AS_ITS_PARTNER if partners[near] > 0 else -AS_ITS_PARTNER
    return found


def stands_behind(index: int, reading: Reading) -> bool:
    """Whether a name is the doer in a compound ("the US-backed opposition")."""
    return bool(_DOER.match(reading.after(index)))


def is_team(index: int, reading: Reading) -> bool:
    """Whether the word after a place name makes it a team's ("England captain")."""
    follower = _NEXT_WORD.match(reading.after(index))
    return follower is not None and follower[1].lower() in tables.words("team_heads.txt")


def is_dateline(span: Span, text: str) -> bool:
    """Whether a name opens a paragraph as the place of its report ("AREQUIPA, Peru (Reuters) -")."""
    line = text.rfind("\n", 0, span.start) + 1
    return not text[line : span.start].strip() and bool(_DATELINE.match(text, span.end))


def _previous(index: int, reading: Reading) -> int | None:
    """The mention that ends where the words "and", "," before this one begin."""
    start = reading.facts.mentions[index].span.start
    for other in reading.earlier(index):
        gap = reading.text[reading.facts.mentions[other].span.end : start]
        if re.fullmatch(r"\s*(?:,\s*(?:and\s+)?|and\s+|-|–)\s*", gap):
            return other
    return None
