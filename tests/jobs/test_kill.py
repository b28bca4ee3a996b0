"""Imports that are really killed, at many moments, and run again."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from newskb.store.database import Database
from tests.jobs.canonical import canonical_dump
from tests.jobs.samples import write_world

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
DAYS = 8
KILLS = 24
KILLS_ON_POSTGRESQL = 4
SEED = 20190505
BATCH_SECONDS = 0.05
"""Longest wait after a line of progress: about the time that one transaction takes."""


def start(url, folder, workers):
    command = [sys.executable, "-m", "tests.jobs.import_world", url, str(folder), str(workers)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)])}
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


def finish(url, folder, workers=1):
    process = start(url, folder, workers)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out.splitlines()


def kill_after(url, folder, *, line, seconds, workers=1):
    """Kill an import some time after its ``line``-th line of progress; returns the last line that it wrote."""
    process = start(url, folder, workers)
    last = ""
    for _ in range(line):
        last = process.stdout.readline() or last
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    return last.strip()


def dump_of(url):
    database = Database(url)
    try:
        return canonical_dump(database)
    finally:
        database.dispose()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    write_world(folder, days=DAYS)
    return folder


@pytest.fixture(scope="module")
def undisturbed(world, tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('undisturbed') / 'newskb.db'}"
    lines = finish(url, world)
    return dump_of(url), len(lines)


def moments(count, lines):
    """Moments spread over the whole import: before the first line, after each batch, and in the merge."""
    chance = random.Random(SEED)
    return [(kill * lines // count, chance.uniform(0, BATCH_SECONDS)) for kill in range(count)]


@pytest.mark.parametrize("kill", range(KILLS))
def test_an_import_killed_and_run_again_gives_the_undisturbed_database(world, undisturbed, sqlite_url, kill):
    dump, lines = undisturbed
    line, seconds = moments(KILLS, lines)[kill]
    kill_after(sqlite_url, world, line=line, seconds=seconds + (0.5 if line == 0 else 0))
    finish(sqlite_url, world)
    assert dump_of(sqlite_url) == dump


def test_an_import_killed_again_and_again_still_ends_the_same(world, undisturbed, sqlite_url):
    dump, _ = undisturbed
    for line in range(1, 7):
        kill_after(sqlite_url, world, line=line, seconds=0.01)
    finish(sqlite_url, world)
    assert dump_of(sqlite_url) == dump


@pytest.mark.parametrize("line", [1, 3])
def test_an_import_with_workers_can_be_killed_too(world, undisturbed, sqlite_url, line):
    dump, _ = undisturbed
    kill_after(sqlite_url, world, line=line, seconds=0.02, workers=2)
    finish(sqlite_url, world, workers=2)
    assert dump_of(sqlite_url) == dump


@pytest.mark.parametrize("kill", range(KILLS_ON_POSTGRESQL))
def test_an_import_into_postgresql_can_be_killed_too(world, undisturbed, postgres_url, kill):
    dump, lines = undisturbed
    line, seconds = moments(KILLS_ON_POSTGRESQL + 1, lines)[kill + 1]
    kill_after(postgres_url, world, line=line, seconds=seconds)
    finish(postgres_url, world)
    assert dump_of(postgres_url) == dump
