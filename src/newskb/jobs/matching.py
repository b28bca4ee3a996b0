"""Names that somebody asks about become graded actors: those of the authority, of a user's files, and of the texts."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from newskb.jobs.actorfile import actors_path
from newskb.jobs.lexicon import lexicon
from newskb.link.authority import Authority, Known
from newskb.link.local import minted
from newskb.link.matching import Graded, Question, is_match, match
from newskb.model import Actor
from newskb.settings import Settings
from newskb.store import naming
from newskb.store.database import Database
from newskb.store.rows import ActorRow

Asking = Question
"""Who is meant; the linker's question under a name for those above it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """An actor that may be meant."""

    actor: ActorRow
    score: float
    features: dict[str, float]
    """What the score is the sum of."""
    is_match: bool
    """Whether the linker would take it."""


class Matcher:
    """Answers questions; the authority is loaded for the first one, and again when the user's actors have changed."""

    def __init__(self, settings: Settings) -> None:
        self._path = actors_path(settings)
        self._lock = threading.Lock()
        self._authority: Authority | None = None
        self._seen: tuple[int, int] | None = None
        self._countries: Mapping[str, str] | None = None

    @property
    def countries(self) -> Mapping[str, str]:
        """Folded names and codes of countries to ISO 3166-1 alpha-3."""
        if self._countries is None:
            self._countries = lexicon(self.authority).countries
        return self._countries

    def __call__(self, database: Database, questions: Sequence[Question], *, limit: int) -> list[list[Matched]]:
        """The actors that each question may mean, the best first."""
        authority = self.authority
        with database.read() as connection:
            answers = []
            for question in questions:
                kinds = (question.kind,) if question.kind else ("person", "organisation")
                keys = [minted(question.name, kind) for kind in kinds if question.name.strip()]
                others = [_known(actor) for actor in naming.bearers(connection, question.name, keys)]
                graded = match(question, authority, others)[: 2 * limit]
                rows = naming.standing(connection, [one.key for one in graded])
                answers.append(_matched(graded, rows, limit))
        return answers

    @property
    def authority(self) -> Authority:
        """The authority with the imported actors as they are now."""
        # Imported when it is needed: a server that nobody asks stays small.
        from newskb.jobs.extraction import authority

        seen = _seen(self._path)
        with self._lock:
            if self._authority is None or seen != self._seen:
                self._authority, self._seen = authority(self._path if seen else None), seen
            return self._authority


def _seen(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


def _known(actor: Actor) -> Known:
    return msgspec.convert(actor, Known, from_attributes=True)


def _matched(graded: Sequence[Graded], rows: dict[str, ActorRow], limit: int) -> list[Matched]:
    """The graded actors as those that stand for them, each once."""
    best: dict[str, Graded] = {}
    for one in graded:
        if one.key in rows:
            best.setdefault(rows[one.key]["key"], one)
    kept = list(best.items())
    is_sure = is_match([one for _key, one in kept])
    return [
        Matched(actor=rows[one.key], score=one.score, features=one.features, is_match=is_sure and number == 0)
        for number, (_key, one) in enumerate(kept[:limit])
    ]
