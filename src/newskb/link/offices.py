"""Words of office and words for bodies become classes and PLOVER sectors ("Deputy Foreign Minister", "riot police")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from newskb.link import tables
from newskb.link.names import plain

MAX_OFFICE_WORDS = 6
"""Words of the longest phrase in the tables ("secretary of state for foreign affairs")."""
_OPEN = "-"
_INSTITUTION_OF = re.compile(r"(ministry|department) (?:of|for) (?:the )?(.+)$")
_IRREGULAR = {"men": "man", "women": "woman", "people": "people", "children": "child", "police": "police"}


@dataclass(frozen=True, slots=True)
class Office:
    """What a title or role phrase says, apart from where."""

    words: str
    """The words of the table that it holds."""
    kind: str | None
    """Class of an office that names its holder ("foreign minister"), None for other occupations."""
    sector: str | None
    is_past: bool
    is_future: bool
    is_deputy: bool

    @property
    def names_holder(self) -> bool:
        """Whether the office, with a country and a day, can be the name of one person."""
        return self.kind is not None and not self.is_deputy and not self.is_future


@dataclass(frozen=True, slots=True)
class Body:
    """What a common noun for a body or group says."""

    words: str
    kind: str
    sector: str | None
    is_government: bool
    is_one_of_a_kind: bool


@lru_cache(maxsize=16384)
def office_in(phrase: str) -> Office | None:
    """The office in a title or role phrase: the longest entry of the table, the last of equally long ones."""
    words = _words(phrase)
    known = _offices()
    best: tuple[int, int] | None = None
    for start in range(len(words)):
        for end in range(min(len(words), start + MAX_OFFICE_WORDS), start, -1):
            if " ".join(words[start:end]) in known:
                if best is None or end - start >= best[1] - best[0]:
                    best = start, end
                break
    if best is None:
        return None
    form = " ".join(words[best[0] : best[1]])
    kind, sector = known[form]
    marks = tables.table("qualifiers.tsv")
    before = {marks.get(word) for word in words[: best[0]]}
    after = {marks.get(word) for word in words[best[1] : best[1] + 1]}
    return Office(
        words=form,
        kind=kind,
        sector="OPP" if opposes(phrase) else sector,
        is_past="past" in before,
        is_future="future" in before | after,
        is_deputy="deputy" in before or kind == "deputy",
    )


@cache
def class_of(office: str) -> str | None:
    """The class of an office as a register names it ("Minister of Foreign Affairs" -> "foreign minister")."""
    found = office_in(office)
    if found is None:
        return None
    return "deputy" if found.is_deputy else found.kind


@lru_cache(maxsize=16384)
def body_in(phrase: str) -> Body | None:
    """The body or group that a phrase ends in ("the Venezuelan riot police" -> riot police)."""
    words = _words(phrase)
    if words and words[-1] == "authority" and not phrase.lower().endswith("authorities"):
        return None  # "the ferry authority" is an agency, "the authorities" are the government
    known = _bodies()
    for start in range(max(0, len(words) - MAX_OFFICE_WORDS), len(words)):
        form = " ".join(words[start:])
        if form in known:
            return known[form]
    return None


def canonical(form: str) -> str:
    """One name for an institution that has two ("ministry of defense" -> "defence ministry")."""
    words = " ".join(_words(form)).replace("defense", "defence").replace("foreign affair", "foreign")
    match = _INSTITUTION_OF.match(words)
    return f"{match[2]} {match[1]}" if match else words


def opposes(phrase: str) -> bool:
    """Whether a phrase counts its bearer among the opposition ("opposition lawmaker")."""
    return "opposition" in plain(phrase).split()


@cache
def vocabulary() -> frozenset[str]:
    """All words of the tables."""
    forms = (*_offices(), *_bodies(), *tables.table("qualifiers.tsv"))
    return frozenset(word for form in forms for word in form.split())


def plural(words: str) -> str:
    """A singular noun of the tables with its plural ending."""
    if words in tables.entries("collectives.txt") or words.split()[-1] in tables.words("collectives.txt"):
        return words
    if words.endswith("child"):
        return f"{words}ren"
    if words.endswith("man"):
        return f"{words[:-3]}men"
    if words.endswith("y") and not words.endswith(("ay", "ey", "oy")):
        return f"{words[:-1]}ies"
    return f"{words}es" if words.endswith(("s", "sh", "ch", "x")) else f"{words}s"


def singular(word: str) -> str:
    """A plain noun without its plural ending, as far as the tables need it ("ministries" -> "ministry")."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("men"):
        return word[:-3] + "man"
    if word.endswith("women"):
        return word[:-5] + "woman"
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _words(phrase: str) -> list[str]:
    return [singular(word) for word in plain(phrase.replace("’", "'").replace("'s ", " ")).split()]


@cache
def _offices() -> dict[str, tuple[str | None, str | None]]:
    return {" ".join(_words(row[0])): (_known(row[1]), _known(row[2])) for row in tables.rows("offices.tsv")}


@cache
def _bodies() -> dict[str, Body]:
    return {
        " ".join(_words(form)): Body(
            words=canonical(form),
            kind=kind,
            sector=_known(sector),
            is_government=stands_for == "government",
            is_one_of_a_kind=stands_for == "of-a-kind",
        )
        for form, kind, sector, stands_for in tables.rows("bodies.tsv")
    }


def _known(field: str) -> str | None:
    return None if field == _OPEN else field
