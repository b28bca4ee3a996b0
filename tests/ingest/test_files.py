from __future__ import annotations

import os
from pathlib import Path

import pytest

from newskb.ingest.files import file_hash, shown, walk
from newskb.model import Skipped


def test_folders_are_walked_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/1.txt", "a.txt", "c.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    assert list(walk([tmp_path])) == [tmp_path / name for name in ("a.txt", "b/1.txt", "b/2.txt", "c.txt")]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("x")
    assert list(walk([file, tmp_path, str(tmp_path / "*.txt")])) == [file]


def test_a_glob_goes_into_folders(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl").write_text("{}")
    assert list(walk([str(tmp_path / "**" / "*.jsonl")])) == [tmp_path / "in" / "a.jsonl"]


@pytest.mark.parametrize("name", ["nothing.txt", "no*.txt"])
def test_a_name_that_names_nothing_is_reported(tmp_path: Path, name: str) -> None:
    (found,) = walk([str(tmp_path / name)])
    assert isinstance(found, Skipped)
    assert found.reason == "not-found"


def test_pipes_and_links_in_a_folder_are_reported_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert [(f.origin.path, f.reason) for f in walk([tmp_path]) if isinstance(f, Skipped)] == [
        (str(tmp_path / "loop"), "link"),
        (str(tmp_path / "pipe"), "not-a-file"),
    ]


def test_standard_input_is_passed_on() -> None:
    assert list(walk(["-"])) == [Path("-")]


def test_the_hash_follows_the_content_and_not_the_name(tmp_path: Path) -> None:
    for name, content in (("a", "same"), ("b", "same"), ("c", "other")):
        (tmp_path / name).write_text(content)
    assert file_hash(tmp_path / "a") == file_hash(tmp_path / "b") != file_hash(tmp_path / "c")


def test_a_name_is_shown_without_what_controls_a_terminal() -> None:
    assert shown("a\nb\x1b[31m\u202ec") == "a\\nb\\x1b[31m\\u202ec"
    assert shown("Guaidó 😀") == "Guaidó 😀"
