"""Imports that are really killed, at many moments, and run again."""

from __future__ import annotations

import multiprocessing
import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from newskb.jobs.setup import prepare
from newskb.settings import Settings
from newskb.store.database import Database
from tests.jobs.canonical import canonical_dump
from tests.jobs.import_world import DONE, import_world
from tests.jobs.samples import write_world

pytestmark = pytest.mark.slow

DAYS = 8
KILLS = 24
KILLS_ON_POSTGRESQL = 6
SEED = 20190505
BATCH_SECONDS = 0.05
"""Longest wait after a message: about the time that one transaction takes."""
START_SECONDS = 1.0
"""Longest wait for a kill before the first message: about the time that tables and authority take."""

AUTHORITY = frozenset({"actor_role", "place_alias"})
"""Tables that hold nothing but the authority file, by far the longest of all."""

# Each import is a process forked from one that has everything loaded: it starts in a moment, and dies for itself.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.jobs.import_world"])


class Import:
    """An import that runs beside the test."""

    def __init__(self, url: str, folder: Path, workers: int = 1) -> None:
        self.messages, child = PROCESSES.Pipe(duplex=False)
        self.process = PROCESSES.Process(target=import_world, args=(url, folder, workers, child))
        self.process.start()
        child.close()

    def wait(self, count: int) -> int:
        """Wait for so many messages; returns how many came."""
        for got in range(count):
            try:
                self.messages.recv()
            except EOFError:
                return got
        return count

    def kill(self) -> bool:
        """Kill it with a signal that cannot be caught; whether it was still at work."""
        self.process.kill()
        self.process.join(60)
        return self.process.exitcode == -signal.SIGKILL

    def finish(self) -> int:
        """Let it run to its end; returns the number of messages."""
        told = []
        try:
            while True:
                told.append(self.messages.recv())
        except EOFError:
            self.process.join(60)
        assert (self.process.exitcode, told[-1:]) == (0, [DONE])
        return len(told)


def dump_of(url):
    database = Database(url)
    try:
        return canonical_dump(database, without=AUTHORITY)
    finally:
        database.dispose()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    write_world(folder, days=DAYS)
    return folder


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A database with the tables and the authority in it, so that only some kills have to wait for these."""
    path = tmp_path_factory.mktemp("prepared") / "newskb.db"
    prepare(Settings(database_url=f"sqlite:///{path}")).dispose()
    return path


@pytest.fixture
def prepared_url(prepared, tmp_path):
    shutil.copy(prepared, tmp_path / "newskb.db")
    return f"sqlite:///{tmp_path / 'newskb.db'}"


@pytest.fixture(scope="module")
def undisturbed(world, tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('undisturbed') / 'newskb.db'}"
    count = Import(url, world).finish()
    return dump_of(url), count


def moments(count, messages):
    """Moments spread over the whole import: in the migration, in and between the batches, and in the merge."""
    chance = random.Random(SEED)
    found = []
    for number in range(count):
        after = number * messages // count
        found.append((after, chance.uniform(0, BATCH_SECONDS if after else START_SECONDS)))
    return found


@pytest.mark.parametrize("kill", range(KILLS))
def test_an_import_killed_and_run_again_gives_the_undisturbed_database(
    world, undisturbed, prepared_url, tmp_path, kill
):
    dump, messages = undisturbed
    after, seconds = moments(KILLS, messages)[kill]
    url = prepared_url if after else f"sqlite:///{tmp_path / 'not-there-yet.db'}"
    running = Import(url, world)
    assert running.wait(after) == after
    time.sleep(seconds)
    running.kill()
    Import(url, world).finish()
    assert dump_of(url) == dump


def test_an_import_killed_again_and_again_still_ends_the_same(world, undisturbed, prepared_url):
    dump, _ = undisturbed
    killed = 0
    for after in range(1, 9):
        running = Import(prepared_url, world)
        running.wait(after)
        time.sleep(0.01)
        killed += running.kill()
    assert killed >= 4
    Import(prepared_url, world).finish()
    assert dump_of(prepared_url) == dump


def test_an_import_with_workers_can_be_killed_too(world, undisturbed, prepared_url):
    dump, _ = undisturbed
    running = Import(prepared_url, world, workers=2)
    running.wait(3)
    time.sleep(0.02)
    assert running.kill()
    Import(prepared_url, world).finish()
    assert dump_of(prepared_url) == dump


@pytest.mark.parametrize("kill", range(KILLS_ON_POSTGRESQL))
def test_an_import_into_postgresql_can_be_killed_too(world, undisturbed, postgres_url, kill):
    dump, messages = undisturbed
    after, seconds = moments(KILLS_ON_POSTGRESQL, messages)[kill]
    running = Import(postgres_url, world)
    assert running.wait(after) == after
    time.sleep(seconds)
    running.kill()
    Import(postgres_url, world).finish()
    assert dump_of(postgres_url) == dump
