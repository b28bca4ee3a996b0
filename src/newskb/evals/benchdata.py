"""Numbers become an invented knowledge base of that size: skewed actors, many days, outlets and kinds of events.

What is in it: articles with full text, events with their reports and who took part, quotes with speakers, stories, and
the notes of what changed. What is not: sentences, links, figures and claims, which none of the bars reads.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

from newskb import plover
from newskb.ingest.duplicates import PERMUTATIONS
from newskb.store.bulk import Row
from newskb.store.loading import Loader, loading

SEED = 7
FIRST_DAY = date(2020, 1, 1)
DAYS = 5 * 365
ACTORS = 20_000
SOURCES = 200
PLACES = 400
WORDS = 30_000
SENTENCES = 40_000
"""Invented sentences, of which the articles are made, at most; each then stands in some hundred of a million."""
BLOCK = 2_000
"""Articles that are made and written together; reports of one event are in one block."""
STORY_ARTICLES = 20
TWICE_TOLD = 0.15
"""Share of the events that a second article reports."""
STAMP = "2025-01-01T00:00:00+00:00"
EXTRACTOR = "newskb-bench"
_REALIS = ("actual", "future", "negated", "hypothetical", "attempted", "historical")
_REALIS_WEIGHTS = (78, 8, 4, 6, 2, 2)
_VERBS = ("met", "attacked", "accused", "praised", "warned", "aided", "joined", "sued", "left", "sanctioned")
_COUNTRIES = ("USA", "RUS", "CHN", "FRA", "DEU", "GBR", "VEN", "BRA", "IND", "KEN", "EGY", "TUR", "IRN", "JPN", "MEX")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is made."""

    articles: int
    events: int
    quotes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Invented:
    """What questions can be asked of the file."""

    path: Path
    actors: tuple[str, ...]
    """Keys of actors who do much, some and little, in this order."""
    words: tuple[str, str]
    """Two words of which each stands in about one article of twelve."""
    year: str
    """A whole year with many events."""


def invented(folder: Path, size: Size, *, report: Callable[[str], None]) -> Invented:
    """The file of this size in ``folder``, which is made unless it is there."""
    path = folder / f"bench-{size.articles}-{size.events}-{size.quotes}.db"
    world = _World(sentences=max(2_000, min(SENTENCES, size.articles)))
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        for old in (part, *(Path(f"{part}{end}") for end in ("-wal", "-shm", "-journal"))):
            old.unlink(missing_ok=True)
        with loading(part) as loader:
            _fill(loader, world, size, report)
        part.rename(path)
    # Actors come with a frequency of 1 / rank ** 0.9: the first in some 4 % of the events, the last in very few.
    asked = (world.actor_keys[0], world.actor_keys[ACTORS // 100], world.actor_keys[ACTORS // 4])
    return Invented(path=path, actors=asked, words=world.asked_words, year=str(FIRST_DAY.year + 3))


def _fill(loader: Loader, world: _World, size: Size, report: Callable[[str], None]) -> None:
    loader.add("import_batch", [(1, "imp-0", "done", STAMP, STAMP, "{}")])
    loader.add("extraction_run", [(1, "run-0", EXTRACTOR, STAMP, 1)])
    loader.add("source", [(i + 1, f"src-{i:020x}", name, name.lower(), c) for i, (name, c) in enumerate(world.sources)])
    loader.add("actor", list(world.actor_rows()))
    loader.add("actor_alias", [(i + 1, n, n.lower(), _inverted(n), "text") for i, n in enumerate(world.actors)])
    loader.add("place", list(world.place_rows()))
    blocks = _Blocks(world, size)
    for first in range(0, size.articles, BLOCK):
        for table, rows in blocks.block(first, min(BLOCK, size.articles - first)).items():
            loader.add(table, rows)
        report(f"generating: {min(first + BLOCK, size.articles):,} of {size.articles:,} articles")
    report("generating: full text and indexes")


class _World:
    """What the articles are made of."""

    def __init__(self, *, sentences: int) -> None:
        self.random = random.Random(SEED)
        chance = self.random
        syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "or", "es")]
        found: dict[str, None] = {}
        while len(found) < WORDS:
            found["".join(chance.choices(syllables, k=chance.choice((2, 2, 3))))] = None
        words = list(found)
        weights = list(accumulate(1 / (rank + 10) for rank in range(WORDS)))
        self.sentences = [
            " ".join(chance.choices(words, cum_weights=weights, k=chance.randint(8, 14))).capitalize()
            for _ in range(sentences)
        ]
        self.asked_words = (words[60], words[75])
        names = dict.fromkeys(
            f"{chance.choice(words).capitalize()} {chance.choice(words).capitalize()}" for _ in range(2 * ACTORS)
        )
        self.actors = list(names)[:ACTORS]
        self.actor_keys = [f"act-{chance.getrandbits(80):020x}" for _ in range(ACTORS)]
        self.sources = [(f"Outlet {i} {words[i].capitalize()}", chance.choice(_COUNTRIES)) for i in range(SOURCES)]
        self.places = [f"{words[i + 500].capitalize()}" for i in range(PLACES)]

    def actor_rows(self) -> Iterator[Row]:
        kinds = ("person", "organisation", "government", "group")
        for i, (key, name) in enumerate(zip(self.actor_keys, self.actors, strict=True)):
            country = self.random.choice(_COUNTRIES)
            sector = self.random.choice(plover.SECTORS)
            kind = self.random.choice(kinds)
            yield (i + 1, key, name, name.lower(), kind, None, None, country, sector, None, True, "text", None)

    def place_rows(self) -> Iterator[Row]:
        for i, name in enumerate(self.places):
            where = (self.random.uniform(-60, 70), self.random.uniform(-180, 180))
            country = self.random.choice(_COUNTRIES)
            yield (i + 1, f"plc-{i:020x}", name, name.lower(), "city", None, country, None, *where, None, "text")


def _inverted(name: str) -> str:
    first, last = name.lower().split(" ", 1)
    return f"{last} {first}"


class _Blocks:
    """Makes articles with all that is in them, block by block, and counts on."""

    def __init__(self, world: _World, size: Size) -> None:
        self._world = world
        self._size = size
        self._event = self._report = self._mention = self._quote = self._story = self._change = 0
        self._actors = list(accumulate(1 / (rank + 1) ** 0.9 for rank in range(ACTORS)))
        self._sources = list(accumulate(1 / (rank + 1) for rank in range(SOURCES)))
        self._places = list(accumulate(1 / (rank + 1) for rank in range(PLACES)))
        self._types = list(plover.TYPES.values())
        self._type_weights = list(accumulate(1 / (rank + 2) for rank in range(len(self._types))))

    def block(self, first: int, count: int) -> dict[str, list[Row]]:
        """The rows of ``count`` articles from number ``first`` on, by table."""
        chance, size = self._world.random, self._size
        events = self._share(size.events, first, count)
        quotes = self._share(size.quotes, first, count)
        told: list[list[int]] = [[] for _ in range(count)]
        homes = [chance.randrange(count) for _ in range(events)]
        for number, home in enumerate(homes):
            told[home].append(number)
            if chance.random() < TWICE_TOLD and count > 1:
                told[(home + 1 + chance.randrange(count - 1)) % count].append(number)
        days = [FIRST_DAY + timedelta(int(chance.triangular(0, DAYS, DAYS))) for _ in range(count)]
        out: dict[str, list[Row]] = {name: [] for name in _TABLES}
        made = self._events(out, [days[home] for home in homes], told, days)
        said = [quotes * (i + 1) // count - quotes * i // count for i in range(count)]
        for place in range(count):
            self._article(out, first + place + 1, days[place].isoformat(), [made[n] for n in told[place]], said[place])
        self._stories(out, first, days)
        return out

    def _share(self, whole: int, first: int, count: int) -> int:
        return whole * (first + count) // self._size.articles - whole * first // self._size.articles

    def _events(
        self, out: dict[str, list[Row]], homes: Sequence[date], told: Sequence[Sequence[int]], days: Sequence[date]
    ) -> list[_Event]:
        chance, number = self._world.random, len(homes)
        who = chance.choices(range(ACTORS), cum_weights=self._actors, k=number)
        whom = chance.choices(range(ACTORS), cum_weights=self._actors, k=number)
        where = chance.choices(range(PLACES), cum_weights=self._places, k=number)
        kinds = chance.choices(self._types, cum_weights=self._type_weights, k=number)
        realis = chance.choices(_REALIS, weights=_REALIS_WEIGHTS, k=number)
        published: list[list[str]] = [[] for _ in range(number)]
        for article, inside in enumerate(told):
            for n in inside:
                published[n].append(days[article].isoformat())
        made = []
        for n, home in enumerate(homes):
            event_id = self._event + n + 1
            start, end, precision = _dated(chance.random(), home - timedelta(chance.choice((0, 0, 0, 1, 1, 2, 5))))
            kind, place = kinds[n], where[n] if chance.random() < 0.8 else None
            mode = next(iter(kind.modes)) if kind.modes and chance.random() < 0.5 else None
            confidence = round(0.4 + chance.random() / 2, 3)
            key = f"evt-{chance.getrandbits(80):020x}"
            reports = len(published[n])
            recipient = whom[n] if chance.random() < 0.85 and whom[n] != who[n] else None
            out["event"].append(
                (
                    *(event_id, key, kind.code, None, mode, "[]", kind.cameo, kind.quad),
                    *(plover.intensity(kind.code, mode), start, end, precision),
                    *(None if place is None else place + 1, realis[n], confidence),
                    *(reports, reports, reports, reports, min(published[n]), max(published[n])),
                )
            )
            out["event_participant"].append((event_id, "actor", 0, who[n] + 1, start))
            if recipient is not None:
                out["event_participant"].append((event_id, "recipient", 0, recipient + 1, start))
            self._changed(out, "events", key)
            made.append(_Event(event_id, kind, mode, who[n], recipient, place, start, end, precision, realis[n]))
        self._event += number
        return made

    def _article(self, out: dict[str, list[Row]], number: int, day: str, events: Sequence[_Event], quotes: int) -> None:
        chance, world = self._world.random, self._world
        key = f"art-{chance.getrandbits(80):020x}"
        sentences = chance.choices(world.sentences, k=2 + quotes)
        title, body = sentences[0], [sentences[1] + "."]
        position = len(body[0])
        for ordinal, event in enumerate(events):
            actor, verb = world.actors[event.actor], chance.choice(_VERBS)
            start = position + 1 + len(actor) + 1
            words = [actor, verb]
            if event.recipient is not None:
                words.append(world.actors[event.recipient])
            if event.place is not None:
                words.append(f"in {world.places[event.place]}")
            sentence = " ".join(words) + "."
            body.append(sentence)
            self._tell(out, number, ordinal, event, (start, start + len(verb)), (position + 1, sentence), verb)
            position += 1 + len(sentence)
        speakers = chance.choices(range(ACTORS), cum_weights=self._actors, k=quotes)
        for ordinal, speaker in enumerate(speakers):
            said, name = sentences[2 + ordinal], world.actors[speaker]
            body.append(f'"{said}," said {name}.')
            self._say(out, number, ordinal, position + 2, said, (speaker, name), day)
            position += 1 + len(body[-1])
        text = " ".join(body)
        source = chance.choices(range(SOURCES), cum_weights=self._sources)[0]
        digest = f"{chance.getrandbits(80):020x}"
        out["article"].append(
            (
                *(number, key, digest, f"cpg-{digest}", source + 1, None, f"https://example.org/{number}", title, None),
                *("en", day, day, "day", "metadata", day, text, None, None, "[]"),
                *(chance.randbytes(4 * PERMUTATIONS), "[]", "[]", EXTRACTOR, True, None),
                *("dump.jsonl", None, number, None),
                *(1, 1, STAMP),
            )
        )
        self._changed(out, "articles", key)

    def _tell(
        self,
        out: dict[str, list[Row]],
        article: int,
        ordinal: int,
        event: _Event,
        trigger: tuple[int, int],
        sentence: tuple[int, str],
        verb: str,
    ) -> None:
        self._report += 1
        key = f"evm-{self._world.random.getrandbits(80):020x}"
        start, words = sentence
        place = None if event.place is None else event.place + 1
        out["event_mention"].append(
            (
                *(self._report, key, article, ordinal, *trigger, start, start + len(words), verb),
                *(event.kind.code, None, event.mode, "[]", event.kind.cameo, ordinal, None, place, None),
                *(event.start, event.end, event.precision, event.realis, None, None, 0.6, event.id, False, 1),
            )
        )
        out["event_mention_participant"].append((self._report, "actor", 0, None, event.actor + 1))
        if event.recipient is not None:
            out["event_mention_participant"].append((self._report, "recipient", 0, None, event.recipient + 1))

    def _say(
        self,
        out: dict[str, list[Row]],
        article: int,
        ordinal: int,
        start: int,
        said: str,
        speaker: tuple[int, str],
        day: str,
    ) -> None:
        chance = self._world.random
        self._quote += 1
        self._mention += 1
        actor, name = speaker
        end, cue = start + len(said) + 1, start + len(said) + 3
        key = f"quo-{chance.getrandbits(80):020x}"
        out["quote"].append(
            (
                *(self._quote, key, article, ordinal, start, end, f"[[{start},{end}]]", f"{said},", "direct"),
                *(ordinal, actor + 1, None, None, cue, cue + 4, None, None, 0.8, day, self._quote, False, 1),
            )
        )
        out["quote_group"].append((self._quote, f"qgr-{chance.getrandbits(80):020x}", actor + 1, 1, 1))
        where = (cue + 5, cue + 5 + len(name))
        out["mention"].append(
            (
                *(self._mention, f"men-{chance.getrandbits(80):020x}", article, ordinal, *where, *where, None, None),
                *("name", "PERSON", ordinal, "[]", None, actor + 1, None, 0.8, 1),
            )
        )
        self._changed(out, "quotes", key)

    def _stories(self, out: dict[str, list[Row]], first: int, days: Sequence[date]) -> None:
        in_order = sorted(range(len(days)), key=days.__getitem__)
        for at in range(0, len(in_order), STORY_ARTICLES):
            part = in_order[at : at + STORY_ARTICLES]
            self._story += 1
            key, begun, ended = f"sto-{self._story:020x}", days[part[0]].isoformat(), days[part[-1]].isoformat()
            out["story"].append(
                (self._story, key, self._world.random.choice(self._world.sentences), begun, ended, len(part), 5)
            )
            out["story_member"] += [(first + place + 1, self._story, n) for n, place in enumerate(part)]
            self._changed(out, "stories", key)

    def _changed(self, out: dict[str, list[Row]], resource: str, key: str) -> None:
        self._change += 1
        out["change"].append((resource, key, self._change, self._change, STAMP, STAMP, False, None))


_TABLES = (
    "article",
    "event",
    "event_participant",
    "event_mention",
    "event_mention_participant",
    "mention",
    "quote_group",
    "quote",
    "story",
    "story_member",
    "change",
)


@dataclass(frozen=True, slots=True)
class _Event:
    """What a report says of its event; actor, recipient and place by their number in the world."""

    id: int
    kind: plover.EventType
    mode: str | None
    actor: int
    recipient: int | None
    place: int | None
    start: str | None
    end: str | None
    precision: str | None
    realis: str


def _dated(chance: float, day: date) -> tuple[str | None, str | None, str | None]:
    """Nine of ten events are known by the day; the others by the month, by the year, or not at all."""
    if chance < 0.9:
        return day.isoformat(), day.isoformat(), "day"
    if chance < 0.95:
        following = (day.replace(day=1) + timedelta(31)).replace(day=1)
        return day.replace(day=1).isoformat(), (following - timedelta(1)).isoformat(), "month"
    if chance < 0.97:
        return f"{day.year}-01-01", f"{day.year}-12-31", "year"
    return None, None, None
