"""The documents' examples run as they stand, and what they print is what the documents say."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from newskb.cli import app
from newskb.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ("README.md", "docs/quickstart.md")
WRITE = os.environ.get("NEWSKB_WRITE_DOCS") == "1"
"""``make docs`` sets this: the outputs are written into the documents instead of being compared."""

EXAMPLE = re.compile(r"```console\n(.*?)```", re.S)
SERVER = "127.0.0.1:8000"
CHANGING = (
    (re.compile(r"imp-[0-9a-f]{20}"), "imp-…"),
    (re.compile(r"newskb-0\.[\w.+]+ link-[0-9a-f]+\+authority-[0-9a-f]+"), "newskb-…"),
    (re.compile(r"(time *)\d[\d:.]* s.*"), r"\1…"),
    (re.compile(r'"elapsed_ms":[\d.]+'), '"elapsed_ms":…'),
    (re.compile(r" +$", re.M), ""),
)
"""What differs from run to run: keys of imports, versions, times."""
ROUNDED = (
    (re.compile(r'("confidence": ?)[\d.]+'), r"\1…"),
    (re.compile(r"^ now in the database .*$", re.M), " now in the database …"),
)
"""What the rounding of another processor's arithmetic may move: confidences, and how many events are found in all."""

# A stand-in for curl, which a machine need not have: GET and print, the way `curl -s URL` does.
CURL = f"""#!{sys.executable}
import sys, urllib.request
url = next(word for word in sys.argv[1:] if word.startswith("http"))
sys.stdout.buffer.write(urllib.request.urlopen(url).read())
"""


def examples(text: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each console block with its commands and what they print."""
    for block in EXAMPLE.findall(text):
        parts = re.split(r"^\$ (.*(?:\\\n.*)*)\n", block, flags=re.M)
        yield block, list(zip(parts[1::2], parts[2::2], strict=True))


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment like that of `make demo` before the import: an empty database and a server that answers."""
    folder = tmp_path
    shutil.copytree(ROOT / "seeds" / "articles", folder / "seeds" / "articles")
    (folder / "bin").mkdir()
    curl = folder / "bin" / "curl"
    curl.write_text(CURL, encoding="utf-8")
    curl.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEWSKB_")} | {
        "PATH": f"{folder / 'bin'}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "100",
        "FOLDER": str(folder),
        "SERVER": f"127.0.0.1:{port}",
    }
    run("newskb db upgrade", environment)
    server = subprocess.Popen(
        ["newskb", "serve", "--port", str(port)], cwd=folder, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait(f"http://127.0.0.1:{port}/readyz")
        yield environment
    finally:
        server.terminate()
        server.wait(10)


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:  # not there yet, or too busy to answer: URLError, refused, timed out
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(url)


def run(command: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-c", command.replace(SERVER, environment["SERVER"])],
        cwd=environment["FOLDER"],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return settled(done.stdout.replace(environment["SERVER"], SERVER))


def settled(output: str) -> str:
    for pattern, replacement in CHANGING:
        output = pattern.sub(replacement, output)
    return output if output.endswith("\n") or not output else output + "\n"


def comparable(output: str) -> str:
    output = settled(output)
    for pattern, replacement in ROUNDED:
        output = pattern.sub(replacement, output)
    return output


@pytest.mark.slow
@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_examples_print_what_the_document_says(name, shell):
    document = ROOT / name
    text = document.read_text(encoding="utf-8")
    found = 0
    for block, commands in examples(text):
        written = ""
        for command, expected in commands:
            output = run(command, shell)
            written += f"$ {command}\n{output}"
            found += 1
            if not WRITE:
                assert comparable(output) == comparable(expected), command
        text = text.replace(block, written)
    assert found >= 4
    if WRITE:
        document.write_text(text, encoding="utf-8")


def test_the_documents_name_every_command():
    text = "".join((ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS)
    for command in get_command(app).commands:  # type: ignore[attr-defined]
        assert f"newskb {command}" in text, command


def test_the_quickstart_names_every_setting_with_its_default():
    text = (ROOT / "docs" / "quickstart.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        assert f"| `NEWSKB_{name.upper()}` | {field.description} |" in text


@pytest.mark.parametrize("path", ["README.md", *(str(p.relative_to(ROOT)) for p in (ROOT / "docs").rglob("*.md"))])
def test_every_link_between_documents_leads_somewhere(path):
    document = ROOT / path
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (document.parent / target).exists(), target
