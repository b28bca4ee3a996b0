"""The event lexicon: which words, in which company, name which PLOVER event, and who fills its roles."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from spacy.tokens import Token

from newskb.nlp.frames import Slots
from newskb.nlp.lemmas import lemma
from newskb.plover import EXTENSIONS, TYPES

_ROWS = re.compile(r"\{(@?)([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One phrase of the lexicon."""

    pos: str
    """``V``, ``N`` or ``A``."""
    head: str
    extra: tuple[str, ...]
    """The other words of the phrase: particles, prepositions, fixed objects."""
    object_lemmas: frozenset[str] | None
    """What the object must be, or None when anything may be."""
    object_is_actor: bool
    """The object may also be any actor ("release {@prisoner}")."""
    type: str | None
    extension: str | None
    mode: str | None
    actor_slots: tuple[str, ...]
    recipient_slots: tuple[str, ...]
    is_reciprocal: bool
    needs_both: bool
    """Without both sides the words are everyday ones ("arrived at the station")."""
    family: str
    """Entries of one family can be mentions of one event ("coup", "overthrow")."""
    example: str
    rank: int
    """Place in the file; earlier entries win among equally specific ones."""

    is_demand: bool = False
    """What reporting verbs with "must" stand for; no row of the file."""

    @property
    def specificity(self) -> int:
        """How much company the phrase asks for; more wins."""
        objects = 0 if self.object_lemmas is None else 4 if len(self.object_lemmas) == 1 else 3
        return 4 * len(self.extra) + objects


def table(name: str) -> dict[str, Any]:
    """A JSON table of ``data/events``."""
    return dict(json.loads(files("newskb.nlp").joinpath(f"data/events/{name}").read_text(encoding="utf-8")))


def lines(name: str) -> list[list[str]]:
    """The rows of a tab-separated table of ``data/events`` without its comments."""
    source = files("newskb.nlp").joinpath(f"data/events/{name}").read_text(encoding="utf-8")
    return [row.split("\t") for row in source.splitlines() if row and not row.startswith("#")]


@lru_cache(maxsize=1)
def entries() -> dict[tuple[str, str], list[Entry]]:
    """Entries by part of speech and head lemma, the most specific first."""
    found: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    classes = table("classes.json")
    for rank, row in enumerate(lines("lexicon.tsv")):
        for phrase in row[1].split("|"):
            entry = _entry(row, phrase, classes, rank)
            found[entry.pos, entry.head].append(entry)
    for group in found.values():
        group.sort(key=lambda entry: (-entry.specificity, entry.rank))
    return dict(found)


def _entry(row: list[str], phrase: str, classes: dict[str, list[str]], rank: int) -> Entry:
    pos, _, code, mode, roles, example, *family = row
    objects: set[str] | None = None
    is_actor = False
    for is_class, name in _ROWS.findall(phrase):
        members = classes[name] if is_class else [name]
        objects = (objects or set()) | {member for member in members if not member.startswith("@")}
        is_actor |= "@person" in members
    parts = _ROWS.sub("", phrase).split()
    head_index = 0 if pos == "V" or "of" in parts or "to" in parts or "by" in parts else len(parts) - 1
    actors, _, recipients = roles.rstrip("!&").partition(":")
    type_ = code if code in TYPES else None
    extension = code if code in EXTENSIONS else None
    if type_ is None and extension is None:
        raise ValueError(f"lexicon row {rank}: unknown event type {code!r}")
    default_family = code if (type_ and TYPES[type_].quad in (1, 3)) or code == "PROTEST" else f"{code}:{mode or rank}"
    return Entry(
        pos=pos,
        head=parts[head_index],
        extra=tuple(part for index, part in enumerate(parts) if index != head_index),
        object_lemmas=None if objects is None else frozenset(objects),
        object_is_actor=is_actor,
        type=type_,
        extension=extension,
        mode=mode or None,
        actor_slots=_slot_names(actors),
        recipient_slots=_slot_names(recipients),
        is_reciprocal="!" in roles,
        needs_both="&" in roles,
        family=family[0] if family else default_family,
        example=example,
        rank=rank,
    )


def _slot_names(source: str) -> tuple[str, ...]:
    return tuple(name for name in source.split(",") if name and name != "-")


@lru_cache(maxsize=1)
def demand() -> Entry:
    """The entry of a reporting verb whose speaker says what somebody else must do."""
    return Entry(
        pos="V",
        head="",
        extra=(),
        object_lemmas=None,
        object_is_actor=False,
        type="REQUEST",
        extension=None,
        mode=None,
        actor_slots=("s",),
        recipient_slots=("asked",),
        is_reciprocal=False,
        needs_both=True,
        family="REQUEST",
        example="The envoy said the militia must leave the town.",
        rank=-1,
        is_demand=True,
    )


@lru_cache(maxsize=1)
def light_verbs() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Verbs that only carry an event noun, with the particles of each way to use them."""
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for (row,) in lines("light_verbs.txt"):
        head, *extra = row.split()
        found[head].append(tuple(extra))
    return {head: tuple(ways) for head, ways in found.items()}


def match_verb(verb: Token, slots: Slots, is_actor: Callable[[Token], bool]) -> Entry | None:
    """The most specific verb entry that fits ``verb`` and its company."""
    company: set[str] | None = None
    for form in _verb_forms(verb):
        for entry in entries().get(("V", form), ()):
            company = _company(verb, slots) if company is None else company
            if all(word in company for word in entry.extra) and _object_fits(entry, slots, is_actor):
                return entry
    return None


def _verb_forms(verb: Token) -> dict[str, None]:
    """Its lemma, and for a past form with another tag ("cooperated" read as a present) the lemma it should have."""
    found = {verb.lemma_.lower(): None}
    if verb.lower_.endswith("ed"):
        found[lemma(verb.text, "VBD")] = None
    return found


def match_noun(noun: Token, slots: Slots, is_actor: Callable[[Token], bool]) -> tuple[Entry, int, int] | None:
    """The most specific noun entry for ``noun`` with the tokens ``[start, end)`` of its phrase."""
    for form in dict.fromkeys((noun.lemma_.lower(), noun.lower_)):
        for entry in entries().get(("N", form), ()):
            span = _contiguous(noun, entry)
            if span is not None and _object_fits(entry, slots, is_actor):
                return entry, *span
    return None


def match_adjective(word: Token) -> Entry | None:
    """The adjective entry for ``word``."""
    for form in dict.fromkeys((word.lower_, word.lemma_.lower())):
        for entry in entries().get(("A", form), ()):
            return entry
    return None


def _company(verb: Token, slots: Slots) -> set[str]:
    words = {name for name, tokens in slots.items() if name and not all(map(_is_time, tokens))}
    for child in verb.children:
        if child.tag_ == "TO" or _is_time(child):
            continue  # "an attempt to protest" is no "protest to", "called on Friday" no "call on"
        if child.dep_ in ("compound:prt", "advmod", "xcomp", "obj", "obl", "mark", "case", "ccomp", "iobj"):
            words |= {child.lower_, child.lemma_.lower()}
            words |= {grand.lower_ for grand in child.children if grand.dep_ in ("case", "mark", "compound", "fixed")}
            if child.dep_ == "obj":  # "take control of"
                words |= {part.lower_ for grand in child.children for part in grand.children if part.dep_ == "case"}
    return words


def _is_time(token: Token) -> bool:
    return token.ent_type_ in ("DATE", "TIME")


def _object_fits(entry: Entry, slots: Slots, is_actor: Callable[[Token], bool]) -> bool:
    if entry.object_lemmas is None:
        return True
    names = entry.extra if entry.pos == "V" and any(word in slots for word in entry.extra) else ("o",)
    if "o" not in names and not entry.object_is_actor:
        names = (*names, "o")  # "withdrew its troops from the town": not the troops are left
    if entry.pos == "N":
        names = ("of", "by", "poss", "compound", "amod")
    for token in _tokens(slots, names):
        word = token.lemma_.lower()
        if word in entry.object_lemmas or token.lower_ in entry.object_lemmas:
            return True
        if any(f"{child.lower_} {word}" in entry.object_lemmas for child in token.children):
            return True
        if any(
            child.dep_ == "nmod" and child.lemma_.lower() in entry.object_lemmas for child in token.children
        ):  # "a state of emergency", "worth of assets"
            return True
        if entry.object_is_actor and is_actor(token):
            return True
    return False


def _tokens(slots: Slots, names: tuple[str, ...]) -> Iterator[Token]:
    for name in names:
        yield from slots.get(name, ())


def _contiguous(noun: Token, entry: Entry) -> tuple[int, int] | None:
    """Where the words of a noun phrase entry stand around its head, or None."""
    if not entry.extra:
        return noun.i, noun.i + 1
    doc = noun.doc
    first_is_head = any(word in ("of", "to", "by") for word in entry.extra)
    start = noun.i if first_is_head else noun.i - len(entry.extra)
    end = start + len(entry.extra) + 1
    if start < 0 or end > len(doc):
        return None
    others = [doc[index] for index in range(start, end) if index != noun.i]
    if all(word in (token.lower_, token.lemma_.lower()) for word, token in zip(entry.extra, others, strict=True)):
        return start, end
    return None
