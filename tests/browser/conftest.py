"""A real server over a real import of the sample articles, and a browser that looks at it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import browsers

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_MS = 20_000
"""Longest wait for something on a page; a machine with other work on it is slow."""
START_S = 60


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the server."""
    folder = tmp_path_factory.mktemp("explorer")
    database = f"sqlite:///{folder / 'newskb.db'}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEWSKB_")}
    command = [sys.executable, "-m", "newskb.cli"]
    imported = ["import", str(ROOT / "seeds" / "articles"), "--db", database, "--quiet"]
    for arguments in (["db", "upgrade", "--db", database], imported):
        subprocess.run([*command, *arguments], env=environment, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            [*command, "serve", "--db", database, "--port", str(port)],
            env=environment, cwd=folder, stdout=log, stderr=log,
        )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, process, folder / "server.log")
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=START_S)


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server did not answer: {log.read_text()}")


@pytest.fixture(scope="module")
def ask(server: str) -> Callable[[str], Any]:
    """What the REST interface of the server answers."""

    def answer(path: str) -> Any:
        with urllib.request.urlopen(server + path, timeout=30) as found:
            return json.load(found)

    return answer


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser. Skipped only where NEWSKB_TEST_BROWSER says so: the explorer is not tested without one."""
    path = browsers.find()
    if path == browsers.NONE:
        pytest.skip("NEWSKB_TEST_BROWSER=none: the explorer is not tested in a browser")
    if path is None:
        pytest.fail(browsers.MISSING)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, env=browsers.environment(path))
        yield found
        found.close()


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """A page of the explorer; a message in its console, or a script that fails, fails the test."""
    context = browser.new_context(base_url=server, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    opened = context.new_page()
    wrong = watched(opened)
    yield opened
    context.close()
    assert wrong == []


def watched(page: Page) -> list[str]:
    """The list to which everything goes that goes wrong in ``page``."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    return wrong
