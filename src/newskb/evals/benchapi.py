"""The bars of the REST interface, measured side by side in one run on an invented knowledge base of any size."""

from __future__ import annotations

import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from newskb.errors import SetupError
from newskb.evals.benchdata import Invented, Size, invented
from newskb.evals.server import Server, Spent
from newskb.store.database import Database

ROUNDS = 5
"""Times that things are measured in turn, to be compared by their medians."""
FEWER = 12
"""What takes long is asked so many times less often than the rest."""
PAGE = 50
DEEP = 1_000
"""The page far down a list that is compared with the first."""
CLIENTS = 8
QUIET_REQUESTS = 1_500
"""Requests of the clients together before the import begins, twice: to get warm, and to compare with."""
EMPTY = "/healthz"
EMPTY_PAGE = "/none"
"""A page of the explorer that has its frame and nothing to ask the database: that there is no such page."""

SAME_QUESTION = """
SELECT e.key, e.type, e.extension, e.mode, e.contexts, e.cameo, e.quad_code, e.intensity, e.date_start, e.date_end,
    e.date_precision, e.realis, e.confidence, e.report_count, e.article_count, e.source_count,
    e.independent_source_count, e.first_published, e.last_published,
    p.key AS place, p.name AS place_name, p.country, p.latitude, p.longitude,
    (SELECT json_group_array(json_object('key', a.key, 'name', a.name)) FROM event_participant t
        JOIN actor a ON a.id = t.actor_id WHERE t.event_id = e.id AND t.role = 'actor') AS actors,
    (SELECT json_group_array(json_object('key', a.key, 'name', a.name)) FROM event_participant t
        JOIN actor a ON a.id = t.actor_id WHERE t.event_id = e.id AND t.role = 'recipient') AS recipients
FROM (
    SELECT e.id, coalesce(t.date_start, '') AS day, e.key FROM event_participant t JOIN event e ON e.id = t.event_id
    WHERE t.actor_id = (SELECT id FROM actor WHERE key = :actor) AND t.role = 'actor'
    ORDER BY coalesce(t.date_start, '') DESC, e.key DESC LIMIT 50
) AS found JOIN event e ON e.id = found.id LEFT JOIN place p ON p.id = e.place_id
ORDER BY found.day DESC, found.key DESC
"""
"""What the list of an actor's events says, as one statement, with the list's own way to find the events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One measure, and what it must be and should be."""

    measure: str
    value: float | None
    """None when it was not measured."""
    must: float
    aim: float
    is_least: bool = False
    """Whether ``must`` is the least that will do, not the most."""
    how: str

    @property
    def is_met(self) -> bool | None:
        """Whether it is what it must be; None when it was not measured."""
        if self.value is None:
            return None
        return self.value >= self.must if self.is_least else self.value <= self.must


def run_api_bench(
    work: Path,
    size: Size,
    *,
    datasette: Path | None = None,
    imported: int,
    requests: int,
    report: Callable[[str], None],
) -> Iterator[Bar]:
    """Measure all bars on an invented knowledge base in the folder ``work``, which is made unless it is there.

    ``datasette`` is the environment (or a Python in it) that has Datasette; ``requests`` of each kind are sent in each
    of the rounds. Every run adds ``imported`` articles to the file.
    Raises ``SetupError``.
    """
    data = invented(work, size, report=report)
    address = f"sqlite:///{data.path}"
    report("bringing the file up to date")
    database = Database(address)
    database.upgrade()
    with database.begin():
        pass  # says when something was last written, which the server asks for
    database.dispose()
    with Server.of(address) as server:
        bench = _Bench(server, data, requests, report)
        overview = bench.overview()  # first, before anything is kept
        yield from bench.against_datasette(None if datasette is None else _python(datasette))
        yield bench.against_nothing()
        yield bench.deep_page()
        yield bench.timeline()
        yield bench.search()
        yield from bench.while_importing(address, imported)
        yield overview


def _python(given: Path) -> Path:
    """The Python of an environment."""
    for found in (given, given / "bin" / "python", given / "Scripts" / "python.exe", given.parent / "python"):
        if found.is_file() and found.name.startswith("python"):
            return found
    raise SetupError(f"there is no environment with Datasette at {given}; make one and give its folder")


class _Bench:
    def __init__(self, server: Server, data: Invented, requests: int, report: Callable[[str], None]) -> None:
        self._server = server
        self._data = data
        self._requests = requests
        self._few = max(1, requests // FEWER)
        self._report = report

    def _lists(self) -> list[str]:
        return [_address("/v1/events", actor=actor, limit=PAGE) for actor in self._data.actors]

    def _in_turn(self, paths: Sequence[str], requests: int, *, rounds: int = ROUNDS) -> list[Spent]:
        """The medians of what each path takes, all measured one after the other in every round."""
        for path in paths:
            self._server.get(path)
        return _medians([[self._server.spent(path, requests=requests) for path in paths] for _ in range(rounds)])

    # --- lists ---

    def against_datasette(self, python: Path | None) -> Iterator[Bar]:
        """Requests a second beside Datasette, for the events of busy and of rare actors."""
        measure = "requests/s of GET /v1/events?actor=…&limit=50 / Datasette's JSON for the same SQL and file"
        if python is None:
            how = "not measured: give an environment that has Datasette with --datasette"
            yield Bar(measure=measure, value=None, must=2.5, aim=5, is_least=True, how=how)
            return
        self._report("the list of an actor's events, beside Datasette")
        ours, ways = self._lists(), [self._datasette_address(actor) for actor in self._data.actors]
        with Server.of_datasette(python, self._data.path) as other:
            for mine, theirs in zip(ours, ways, strict=True):
                self._require_same(mine, theirs, other)
            rounds = []
            for _ in range(ROUNDS):
                of_all = [self._server.spent(path, requests=max(1, self._requests // 3)) for path in ours]
                of_all += [other.spent(path, requests=max(1, self._requests // 3)) for path in ways]
                rounds.append([_mean(of_all[: len(ours)]), _mean(of_all[len(ours) :])])
            mine_spent, their_spent = _medians(rounds)
        cpu = their_spent.cpu_ms / mine_spent.cpu_ms
        yield Bar(
            measure=measure,
            value=their_spent.wall_ms / mine_spent.wall_ms,
            must=2.5,
            aim=5,
            is_least=True,
            how=f"{1000 / mine_spent.wall_ms:,.0f} / {1000 / their_spent.wall_ms:,.0f} a second, one client; "
            f"CPU ms a request {mine_spent.cpu_ms:.2f} / {their_spent.cpu_ms:.2f}, {cpu:.1f} times",
        )

    def _datasette_address(self, actor: str) -> str:
        sql = " ".join(SAME_QUESTION.split())
        return _address(f"/{quote(self._data.path.stem)}.json", sql=sql, actor=actor, _shape="array")

    def _require_same(self, mine: str, theirs: str, other: Server) -> None:
        one: Any = self._server.json(mine)
        rows: Any = other.json(theirs)
        if [row["key"] for row in one["data"]] != [row["key"] for row in rows]:
            raise SetupError(f"Datasette and newskb answer {mine} with different events")

    def against_nothing(self) -> Bar:
        """What a list takes beside what any request takes."""
        self._report("the list of an actor's events, beside an empty answer")
        empty, *lists = self._in_turn([EMPTY, *self._lists()], self._requests)
        listed = _mean(lists)
        return Bar(
            measure="CPU a request / CPU of an empty endpoint",
            value=listed.cpu_ms / empty.cpu_ms,
            must=9,
            aim=5,
            how=f"ms of GET /v1/events?actor=…&limit=50 and of {EMPTY}: {listed.cpu_ms:.2f} / {empty.cpu_ms:.2f}; "
            f"busiest actor {lists[0].cpu_ms:.2f}",
        )

    def deep_page(self) -> Bar:
        """A page far down beside the first one, of all events and of the busiest actor."""
        self._report("pages far down")
        found = []
        for path in ("/v1/events", _address("/v1/events", actor=self._data.actors[0])):
            number, cursor = self._walk(path, DEEP)
            first, deep = _joined(path, limit=PAGE), _joined(path, limit=PAGE, cursor=cursor)
            spent = self._in_turn([first, deep], self._requests)
            found.append((number, spent[1].wall_ms / spent[0].wall_ms, spent))
        (number, ratio, (first_page, deep_page)), (of_actor, actor_ratio, _spent) = found
        return Bar(
            measure="page 1,000 / page 1 (time)",
            value=ratio,
            must=1.5,
            aim=1.1,
            how=f"page {number:,}, GET /v1/events: {deep_page.wall_ms:.2f} / {first_page.wall_ms:.2f} ms; "
            f"page {of_actor:,} of the busiest actor: {actor_ratio:.2f}",
        )

    def _walk(self, path: str, pages: int) -> tuple[int, str]:
        """The cursor of that page, or of the last full one, with its number."""
        number, cursor = 1, ""
        before = PAGE * (pages - 1)
        while before > 0:
            size = min(before, 1_000)
            more = {"cursor": cursor} if cursor else {}
            answer: Any = self._server.json(_joined(path, limit=size, **more))
            if answer["next"] is None:
                break
            cursor = answer["next"]
            before -= size
            number += size // PAGE
        return number, cursor or self._next(path)

    def _next(self, path: str) -> str:
        answer: Any = self._server.json(_joined(path, limit=1))
        return str(answer["next"] or "")

    # --- counts and words ---

    def timeline(self) -> Bar:
        """A year by day and type, from the counts that are kept and from the events."""
        self._report("a timeline from kept counts, and from the events")
        year = self._data.year
        kept = _address(
            "/v1/events/timeline", bucket="day", group_by="event_type", date_start=year, date_end=year, facet_size=100
        )
        # Every event has such a confidence, but the kept counts do not know it.
        raw = f"{kept}&min_confidence=0"
        if self._server.json(kept) != self._server.json(raw):
            raise SetupError("the kept counts of events and the events themselves say different numbers")
        (of_kept,), (of_raw,) = self._in_turn([kept], self._few), self._in_turn([raw], 1, rounds=3)
        return Bar(
            measure="daily timeline by type over a year, from roll-up / from raw rows",
            value=of_kept.cpu_ms / of_raw.cpu_ms,
            must=0.1,
            aim=0.05,
            how=f"CPU ms of the whole request: {of_kept.cpu_ms:.1f} / {of_raw.cpu_ms:.1f}",
        )

    def search(self) -> Bar:
        """Two words that many articles have, the newest articles with both first."""
        self._report("full-text search")
        one, other = self._data.words
        both, either = (_address("/v1/articles", q=words, limit=PAGE) for words in (f"{one} {other}", one))
        deep = _joined(both, cursor=self._walk(_address("/v1/articles", q=f"{one} {other}"), 20)[1])
        spent = self._in_turn([both, either, deep], self._few)
        counted: Any = self._server.json(_address("/v1/articles/count", q=f"{one} {other}"))
        return Bar(
            measure="full-text two-word search, newest first, CPU ms",
            value=spent[0].cpu_ms,
            must=15,
            aim=5,
            how=f"GET /v1/articles?q=…&limit={PAGE}, {counted['count']:,} articles have both; "
            f"one word: {spent[1].cpu_ms:.1f}; a page far down: {spent[2].cpu_ms:.1f}",
        )

    # --- pages ---

    def overview(self) -> Bar:
        """The page that people see first, when nothing of it is kept from before."""
        self._report("the overview page")
        self._server.get(EMPTY_PAGE, status=404)
        first = time.perf_counter()
        self._server.get("/")
        whole = time.perf_counter() - first
        numbers = [
            (self._server.first_byte_ms("/"), self._server.first_byte_ms(EMPTY_PAGE)) for _ in range(self._requests)
        ]
        overview, empty = (statistics.median(column) for column in zip(*numbers, strict=True))
        again = _medians([[self._server.spent("/", requests=self._few)] for _ in range(ROUNDS)])[0]
        return Bar(
            measure="first byte of the overview page / of an empty page",
            value=overview / empty,
            must=20,
            aim=8,
            how=f"ms {overview:.2f} / {empty:.2f}; the whole page {again.wall_ms:.0f} ms, "
            f"the first time after something was written {whole * 1000:,.0f} ms",
        )

    # --- writing ---

    def while_importing(self, address: str, number: int) -> Iterator[Bar]:
        """What readers notice of an import."""
        self._report(f"{CLIENTS} clients while {number:,} articles are imported")
        paths = [
            *self._lists(),
            _address("/v1/events", limit=PAGE),
            _address("/v1/articles", q=" ".join(self._data.words), limit=PAGE),
            _address("/v1/quotes", limit=PAGE),
        ]
        readers = _Readers(self._server, paths)
        with readers, _Writer(address, number) as writer:
            quiet = min(QUIET_REQUESTS, CLIENTS * self._requests)
            readers.measure(lambda: readers.wait_for(quiet))
            before = readers.measure(lambda: readers.wait_for(quiet))
            during = readers.measure(writer.write)
        calm, busy = (statistics.median(found) for found in (before, during))
        how = f"articles read before, with 5 events each, stored in {writer.seconds:.0f} s; {len(during):,}"
        yield Bar(
            measure=f"import of {number:,} articles while {CLIENTS} clients read: errors",
            value=float(len(readers.errors)),
            must=0,
            aim=0,
            how=f"{how} requests meanwhile" + (f"; first: {readers.errors[0]}" if readers.errors else ""),
        )
        yield Bar(
            measure=f"import of {number:,} articles while {CLIENTS} clients read: slow-down of p50",
            value=busy / calm,
            must=3,
            aim=1.5,
            how=f"ms {busy:.1f} / {calm:.1f}; merging, which comes after, is not in it",
        )


@dataclass(slots=True)
class _Readers:
    """Clients that ask one thing after another, each on a connection of its own."""

    server: Server
    paths: Sequence[str]
    errors: list[str] = field(default_factory=list)
    _took: list[float] = field(default_factory=list)
    _is_over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> _Readers:
        self._threads = [threading.Thread(target=self._read, args=(number,)) for number in range(CLIENTS)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def measure(self, meanwhile: Callable[[], None]) -> list[float]:
        """Milliseconds of the requests that ended meanwhile."""
        first = len(self._took)
        meanwhile()
        found = self._took[first:]
        if not found:
            raise SetupError("no request was answered meanwhile")
        return found

    def wait_for(self, requests: int) -> None:
        """Come back when so many more requests were answered, or failed."""
        last = len(self._took) + len(self.errors) + requests
        while len(self._took) + len(self.errors) < last:
            time.sleep(0.01)

    def _read(self, number: int) -> None:
        connection = self.server.connect()
        while not self._is_over.is_set():
            path = self.paths[number % len(self.paths)]
            number += 1
            started = time.perf_counter()
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                answer.read()
            except OSError as error:
                self.errors.append(f"{path}: {error}")
                connection.close()
                continue
            if answer.status != 200:
                self.errors.append(f"{path}: {answer.status}")
            self._took.append((time.perf_counter() - started) * 1000)
        connection.close()


class _Writer:
    """A process that stores articles when it is told to."""

    def __init__(self, address: str, number: int) -> None:
        self.seconds = 0.0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "newskb.evals.benchwriting", address, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> _Writer:
        if self._line() != "ready":
            raise SetupError("the articles to import could not be made")
        return self

    def __exit__(self, *_exception: object) -> None:
        self._process.communicate(timeout=60)

    def write(self) -> None:
        """Store them; comes back when they are."""
        if self._process.stdin is None:
            raise SetupError("the import cannot be started")
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        line = self._line()
        if not line:
            raise SetupError("the import failed")
        self.seconds = float(line)

    def _line(self) -> str:
        return self._process.stdout.readline().strip() if self._process.stdout else ""


def _address(path: str, **parameters: str | int) -> str:
    return f"{path}?{urlencode(parameters)}"


def _joined(path: str, **parameters: str | int) -> str:
    return f"{path}{'&' if '?' in path else '?'}{urlencode(parameters)}"


def _mean(found: Sequence[Spent]) -> Spent:
    return Spent(
        cpu_ms=statistics.mean(item.cpu_ms for item in found), wall_ms=statistics.mean(item.wall_ms for item in found)
    )


def _medians(rounds: Sequence[Sequence[Spent]]) -> list[Spent]:
    return [
        Spent(
            cpu_ms=statistics.median(item.cpu_ms for item in column),
            wall_ms=statistics.median(item.wall_ms for item in column),
        )
        for column in zip(*rounds, strict=True)
    ]
