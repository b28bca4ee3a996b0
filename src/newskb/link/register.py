"""Imported actors in a file on disk become look-ups by name, shared by all workers and never held in memory.

The file is a SQLite database that nobody writes to once it is in its place: a changed one is put there whole. Names are
kept as 64-bit hashes, of which two in ten million names are alike with a probability of 3 in a million.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import lru_cache
from pathlib import Path

import msgspec

from newskb.errors import SetupError
from newskb.link.authority import Known, executive_offices
from newskb.link.names import first_name_key, person_words, plain, skeleton

MAX_BEARERS = 12
"""Imported people with one family name beyond which the name alone finds none of them: it would say nothing, and a list
of a million people has thousands of the frequent ones."""
MAX_NAMESAKES = 40
"""Imported actors with one full name that are looked at."""
CACHE_KIB = 16 * 1024
"""Memory for pages of the file in each process; the operating system keeps more, once for all processes."""
_REMEMBERED = 4096
"""Answers that are remembered: the names of an article come again in it."""
_FORMAT = "1"

_TABLES = """
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS actor (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS entry (hash INTEGER NOT NULL, actor INTEGER NOT NULL, PRIMARY KEY (hash, actor))
    WITHOUT ROWID;
"""


class Register:
    """The look-ups of one file. Safe for threads; opened by each process for itself."""

    def __init__(self, path: Path) -> None:
        try:
            self._connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            self._connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            facts = dict(self._connection.execute("SELECT name, value FROM fact"))
        except sqlite3.Error as error:
            raise SetupError(f"the file of imported actors {path} cannot be read ({error}); delete it") from error
        self.version = facts.get("version", "")
        """Of the actors in it: the same actors have the same version, whatever order they were imported in."""
        self.named = lru_cache(_REMEMBERED)(self._named)
        """All actors that have this plain name, in the order of their keys."""
        self.surnamed = lru_cache(_REMEMBERED)(self._surnamed)
        """The people whose family name has this skeleton; none when they are more than ``MAX_BEARERS``."""
        self.offices = lru_cache(_REMEMBERED)(self._offices)
        """The people who hold or held the offices of this country that name their holder."""

    def __len__(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM actor").fetchone()[0])

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def actor(self, key: str) -> Known | None:
        """The actor with this key."""
        row = self._connection.execute("SELECT data FROM actor WHERE key = ?", (key,)).fetchone()
        return None if row is None else _known(row[0])

    def spelled(self, name: str) -> tuple[Known, ...]:
        """The people of whom a name has this family name and this first name, in a usual spelling of each."""
        form = _spelling(name)
        return () if form is None else self._found(form, MAX_NAMESAKES)

    def _named(self, form: str) -> tuple[Known, ...]:
        return self._found(f"name {form}", MAX_NAMESAKES)

    def _surnamed(self, word: str) -> tuple[Known, ...]:
        found = self._found(f"family {word}", MAX_BEARERS + 1)
        return found if len(found) <= MAX_BEARERS else ()

    def _offices(self, country: str) -> tuple[Known, ...]:
        return self._found(f"office {country}", -1)

    def _found(self, form: str, limit: int) -> tuple[Known, ...]:
        rows = self._connection.execute(
            "SELECT a.data FROM entry e JOIN actor a ON a.id = e.actor WHERE e.hash = ? LIMIT ?", (_hash(form), limit)
        ).fetchall()
        return tuple(sorted((_known(row[0]) for row in rows), key=lambda known: known.key))


class Stale(Exception):
    """The file at hand cannot be brought up to date by what changed; it has to be made anew."""


def version_of(path: Path) -> tuple[str, int]:
    """The version of a file and the number of the last change in it; nothing and 0 when there is no such file."""
    if not path.is_file():
        return "", 0
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            facts = dict(connection.execute("SELECT name, value FROM fact"))
    except sqlite3.Error:
        return "", 0
    return (facts["version"], int(facts["change"])) if facts.get("format") == _FORMAT else ("", 0)


def write(path: Path, changed: Iterable[tuple[int, str, bytes]], *, version: str, anew: bool) -> None:
    """Put a file with the ``changed`` actors (number of the change, key, JSON) in the place of the one at ``path``.

    With ``anew`` they are all that there is; else they are added to the present ones, and ``Stale`` is raised when
    what comes out is not ``version``. Processes that read the old file go on reading it.
    """
    made = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        if not anew:
            shutil.copyfile(path, made)
        with closing(sqlite3.connect(made, isolation_level=None)) as connection:
            _fill(connection, changed, version)
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


def _fill(connection: sqlite3.Connection, changed: Iterable[tuple[int, str, bytes]], version: str) -> None:
    # Nobody reads it yet, and after a stop in the middle it is made again.
    for setting in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{4 * CACHE_KIB}", "temp_store = FILE"):
        connection.execute(f"PRAGMA {setting}")
    connection.execute("BEGIN")
    for statement in _TABLES.split(";"):
        connection.execute(statement)
    connection.execute("CREATE TEMP TABLE fresh (hash INTEGER, actor INTEGER)")
    total = Total.read(dict(connection.execute("SELECT name, value FROM fact")).get("version", ""))
    last = 0
    number = connection.execute("SELECT coalesce(max(id), 0) FROM actor").fetchone()[0]
    is_empty = number == 0
    for change, key, data in changed:
        last = max(last, change)
        row = None if is_empty else connection.execute("SELECT id, data FROM actor WHERE key = ?", (key,)).fetchone()
        if row is None:
            number += 1
            place = number
            connection.execute("INSERT INTO actor VALUES (?, ?, ?)", (place, key, data))
        else:
            place = row[0]
            total.take(row[1])
            old = [(hash_, place) for hash_ in _hashes(_known(row[1]))]
            connection.executemany("DELETE FROM entry WHERE hash = ? AND actor = ?", old)
            connection.execute("UPDATE actor SET data = ? WHERE id = ?", (data, place))
        total.add(data)
        connection.executemany("INSERT INTO fresh VALUES (?, ?)", [(hash_, place) for hash_ in _hashes(_known(data))])
    # In order, so that the pages are filled one after another and not at random.
    connection.execute("INSERT OR IGNORE INTO entry SELECT hash, actor FROM fresh ORDER BY hash, actor")
    connection.execute("DROP TABLE fresh")
    if total.version != version:
        raise Stale(f"the actors are {total.version}, not {version}")
    facts = (("format", _FORMAT), ("version", version), ("change", str(last)))
    connection.executemany("INSERT OR REPLACE INTO fact VALUES (?, ?)", facts)
    connection.execute("COMMIT")


class Total:
    """A digest of a set of actors that each can be added to and taken from: the order plays no part."""

    def __init__(self, value: int = 0) -> None:
        self._value = value

    @classmethod
    def read(cls, version: str) -> Total:
        """The digest of which ``version`` is the text; of nothing when it is empty."""
        return cls(int(version.removeprefix("actors-"), 16) if version else 0)

    def add(self, data: bytes) -> None:
        """Count an actor in."""
        self._value = (self._value + _digest(data)) % (1 << 128)

    def take(self, data: bytes) -> None:
        """Count an actor out."""
        self._value = (self._value - _digest(data)) % (1 << 128)

    @property
    def version(self) -> str:
        """The digest as text; empty for no actors."""
        return f"actors-{self._value:032x}" if self._value else ""


def _digest(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=16).digest(), "big")


_decode = msgspec.json.Decoder(Known).decode


def _known(data: bytes) -> Known:
    return _decode(data)


def _hash(form: str) -> int:
    return int.from_bytes(hashlib.blake2b(form.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True)


def _hashes(known: Known) -> set[int]:
    return {_hash(form) for form in _forms(known)}


def _forms(known: Known) -> Iterator[str]:
    for name in (known.name, *known.aliases):
        form = plain(name)
        yield f"name {form}"
        words = form.split()
        if known.kind == "person" and len(words) > 1:
            yield f"family {skeleton(words[-1])}"
            if (spelling := _spelling(name)) is not None:
                yield spelling
    for _role, _kind, country in executive_offices(known):
        yield f"office {country}"


def _spelling(name: str) -> str | None:
    words = person_words(name)
    return f"person {first_name_key(words[0])} {skeleton(words[-1])}" if len(words) > 1 else None
