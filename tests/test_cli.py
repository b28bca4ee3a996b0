"""The command as users run it: what it prints, where, and with which exit status."""

import csv
import io
import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from newskb import __version__
from newskb.jobs.imports import run_import
from newskb.settings import Settings
from newskb.store.database import Database
from tests.jobs.light_extractor import make_light
from tests.jobs.samples import write_world

COMMAND = [sys.executable, "-m", "newskb.cli"]
COMMANDS = ("import", "extract", "serve", "sql", "show", "export", "reprocess", "merge", "eval", "bench", "db", "keys")
ARTICLE = {
    "id": "given-1",
    "date": "2020-01-03",
    "source": "Amber Post",
    "title": "A meeting on the pier",
    "text": 'Ada Brook met Ben Carver on Monday. "We agreed on the ferries," said Brook.',
}


def environment(**given):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSKB_")}
    return {**kept, "COLUMNS": "200", **given}


def newskb(*args, cwd, given=None, **variables):
    return subprocess.run(
        [*COMMAND, *map(str, args)],
        cwd=cwd,
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        env=environment(**variables),
        check=False,
    )


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """The path of a database with articles, events, quotes, claims and issues."""
    folder = tmp_path_factory.mktemp("world")
    write_world(folder, days=4)
    path = tmp_path_factory.mktemp("cli") / "newskb.db"
    run_import([folder], settings=Settings(database_url=f"sqlite:///{path}"), extractor=make_light)
    return path


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """A real import of one article and a broken line, with the files it left and what it said."""
    folder = tmp_path_factory.mktemp("imported")
    (folder / "dump.jsonl").write_text(json.dumps(ARTICLE) + "\n{broken\n", encoding="utf-8")
    return folder, newskb("import", "dump.jsonl", "--db", "kb.db", cwd=folder)


# --- help ---


def test_help_names_every_command_and_the_exit_statuses(tmp_path):
    for option in ("--help", "-h"):
        done = newskb(option, cwd=tmp_path)
        assert done.returncode == 0
        for command in [
            "import",
            "extract",
            "serve",
            "sql",
            "show",
            "export",
            "reprocess",
            "merge",
            "eval",
            "bench",
            "db",
        ]:
            assert re.search(rf"^\W+{command} ", done.stdout, re.MULTILINE)
        told = " ".join(re.sub(r"[│╭╮╰╯─]", " ", done.stdout).split())
        assert "0 = done; 1 = it failed" in told
        assert "2 = what was given cannot be used" in told


def test_every_command_explains_itself(tmp_path):
    for command in COMMANDS:
        done = newskb(command, "--help", cwd=tmp_path)
        assert done.returncode == 0
        assert f"Usage: newskb {command}" in done.stdout


def test_the_version_is_printed(tmp_path):
    assert newskb("--version", cwd=tmp_path).stdout == f"newskb {__version__}\n"


def test_a_mistyped_command_brings_the_nearest_one(tmp_path):
    done = newskb("imprt", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "import" in done.stderr


# --- import ---


def test_an_import_says_what_it_did_in_words(imported):
    _folder, done = imported
    assert done.returncode == 0, done.stderr
    assert "1 new" in done.stdout
    assert re.search(r"files +1\b", done.stdout)
    assert re.search(r"bad-json +1 +\S", done.stdout)
    assert "events" in done.stdout


def test_an_import_without_a_terminal_tells_its_progress_in_plain_lines(imported):
    _folder, done = imported
    assert "merging: 1/1 files, 1 articles" in done.stderr
    assert "\x1b" not in done.stderr + done.stdout


def test_the_query_that_a_summary_names_shows_the_issues(imported):
    folder, done = imported
    (command,) = re.findall(r"each of them: newskb (sql .*)", done.stdout)
    options, query = re.fullmatch(r'sql (--db \S+) "(.*)"', command).groups()
    answer = newskb("sql", *options.split(), query, "--format", "csv", cwd=folder)
    (issue,) = csv.DictReader(io.StringIO(answer.stdout))
    assert (issue["reason"], issue["path"], issue["record"]) == ("bad-json", "dump.jsonl", "1")


def test_a_second_import_of_a_file_adds_nothing(imported):
    folder, _done = imported
    done = newskb("import", "dump.jsonl", "--db", "kb.db", "--json", "--quiet", cwd=folder)
    summary = json.loads(done.stdout)
    assert (summary["articles"], summary["copies"], summary["files_known"]) == (0, 0, 1)
    assert done.stderr == ""


def test_a_terminal_sees_a_bar(filled, tmp_path):
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    leader, follower = pty.openpty()
    command = [*COMMAND, "import", "empty.txt", "--db", "new.db"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=follower, stderr=follower, env=environment(TERM="xterm"))
    os.close(follower)
    seen = b""
    while part := read_terminal(leader):
        seen += part
    os.close(leader)
    assert process.wait(timeout=60) == 0
    text = seen.decode()
    assert "merging" in text
    assert "1/1 files" in text
    assert "\x1b[" in text


def read_terminal(leader):
    try:
        return os.read(leader, 65_536)
    except OSError:  # the other side is closed
        return b""


# --- what cannot be used ---


def test_a_path_that_does_not_exist_brings_the_nearest_one_and_makes_no_database(tmp_path):
    (tmp_path / "articles").mkdir()
    done = newskb("import", "artikles", cwd=tmp_path)
    assert done.returncode == 2
    assert "no file or folder 'artikles'; did you mean 'articles'?" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["articles"]


def test_of_several_paths_those_that_exist_are_imported(filled, tmp_path):
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    done = newskb("import", "empty.txt", "nothing", "--db", "new.db", cwd=tmp_path)
    assert done.returncode == 2
    assert re.search(r"empty +1 ", done.stdout)
    assert "no file or folder 'nothing'" in done.stderr


@pytest.mark.parametrize("command", ["import", "extract"])
def test_an_unknown_format_brings_the_nearest_one(tmp_path, command):
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    done = newskb(command, "a.txt", "--format", "jsnl", cwd=tmp_path)
    assert done.returncode == 2
    assert "did you mean 'jsonl'?" in done.stderr
    assert not (tmp_path / "newskb.db").exists()


@pytest.mark.parametrize(
    ("db", "status", "message"),
    [
        ("mysql://x/y", 1, "not on 'mysql'"),
        ("sqlite:newskb.db", 2, "write sqlite:///file.db"),
        ("sqlite://newskb.db", 1, "write sqlite:///file.db"),
        ("postgresql://127.0.0.1:9/x", 1, "does not answer"),
        (".", 2, "is a folder"),
        ("none.db", 1, "there is no database at none.db"),
        ("notes.txt", 1, "not a database"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_in_a_line(tmp_path, db, status, message):
    (tmp_path / "notes.txt").write_text("Nothing but notes. " * 100, encoding="utf-8")
    done = newskb("sql", "SELECT 1", "--db", db, cwd=tmp_path)
    assert done.returncode == status
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "none.db").exists()


def test_a_file_that_is_no_database_is_not_imported_into(tmp_path):
    (tmp_path / "notes.txt").write_text("Nothing but notes. " * 100, encoding="utf-8")
    done = newskb("import", "notes.txt", "--db", "notes.txt", cwd=tmp_path)
    assert done.returncode == 1
    assert "not a database" in done.stderr
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8").startswith("Nothing")


def test_a_setting_that_cannot_be_used_is_named(tmp_path):
    done = newskb("db", "check", cwd=tmp_path, NEWSKB_WORKERS="many")
    assert done.returncode == 2
    assert "error: NEWSKB_WORKERS: " in done.stderr


def test_the_password_of_a_database_is_not_printed(tmp_path):
    done = newskb("db", "upgrade", "--db", "postgresql://user:secret@127.0.0.1:9/x", cwd=tmp_path)
    assert done.returncode == 1
    assert "secret" not in done.stdout + done.stderr


# --- db ---


def test_a_path_is_taken_for_a_database_and_checked(tmp_path):
    missing = newskb("db", "check", "--db", "sub/new.db", cwd=tmp_path)
    assert (missing.returncode, "newskb db upgrade" in missing.stderr) == (1, True)
    for _ in range(2):
        assert newskb("db", "upgrade", "--db", "sub/new.db", cwd=tmp_path).returncode == 0
    assert (tmp_path / "sub" / "new.db").is_file()
    for given in ("sub/new.db", str(tmp_path / "sub" / "new.db"), "sqlite:///sub/new.db"):
        done = newskb("db", "check", "--db", given, cwd=tmp_path)
        assert (done.returncode, "is in order" in done.stdout) == (0, True)


def test_postgresql_is_upgraded_checked_and_asked(postgres_url, tmp_path):
    assert newskb("db", "check", "--db", postgres_url, cwd=tmp_path).returncode == 1
    assert newskb("db", "upgrade", cwd=tmp_path, NEWSKB_DATABASE_URL=postgres_url).returncode == 0
    assert newskb("db", "check", "--db", postgres_url, cwd=tmp_path).returncode == 0
    done = newskb("sql", "SELECT count(*) AS n FROM articles", "--format", "jsonl", "--db", postgres_url, cwd=tmp_path)
    assert json.loads(done.stdout) == {"n": 0}


# --- sql ---


def ask(filled, query, *options, **more):
    return newskb("sql", query, "--db", filled, *options, cwd=filled.parent, **more)


def test_rows_are_printed_in_every_format(filled):
    query = "SELECT article, title, 1.5 AS n, NULL AS gap FROM articles WHERE title IS NOT NULL ORDER BY article"
    lines = [json.loads(line) for line in ask(filled, query, "--format", "jsonl").stdout.splitlines()]
    assert len(lines) == 12
    assert json.loads(ask(filled, query, "--format", "json").stdout) == lines
    table = list(csv.DictReader(io.StringIO(ask(filled, query, "--format", "csv").stdout)))
    assert table == [{**line, "n": "1.5", "gap": ""} for line in lines]
    shown = ask(filled, query).stdout
    assert all(f"{line['article']}   {line['title']}   1.5" in shown for line in lines)


def test_no_rows_are_an_empty_list(filled):
    query = "SELECT article FROM articles WHERE title = 'nothing'"
    assert json.loads(ask(filled, query, "--format", "json").stdout) == []
    assert ask(filled, query, "--format", "jsonl").stdout == ""
    assert ask(filled, query, "--format", "csv").stdout.strip() == "article"


def test_two_columns_of_one_name_are_both_printed(filled):
    done = ask(filled, "SELECT 1 AS n, 2 AS n", "--format", "json")
    assert json.loads(done.stdout) == [{"n": 1, "n_2": 2}]


def test_text_in_brackets_is_no_markup(filled):
    assert "[red]x[/red] \\[y]" in ask(filled, "SELECT '[red]x[/red] \\[y]' AS [b]").stdout


def test_a_query_can_come_from_a_pipe(filled):
    assert json.loads(ask(filled, "-", "--format", "jsonl", given="SELECT 7 AS n").stdout) == {"n": 7}


def test_an_answer_that_is_cut_off_says_so(filled):
    done = ask(filled, "SELECT article FROM articles", "--max-rows", "2", "--format", "jsonl")
    assert len(done.stdout.splitlines()) == 2
    assert "cut off after 2 rows; --max-rows raises the limit" in done.stderr


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("DELETE FROM articles", 1, "a query may only read"),
        ("SELECT * FROM article", 1, "did you mean 'articles'?"),
        ("SELECT * FROM artcles", 2, "did you mean 'articles'?"),
        ("SELEC 1", 1, "SELECT, WITH or VALUES"),
    ],
)
def test_a_query_that_cannot_be_run_is_told_in_a_line(filled, query, status, message):
    done = ask(filled, query)
    assert (done.returncode, done.stdout) == (status, "")
    assert message in done.stderr


def test_a_query_past_its_time_is_stopped(filled):
    bomb = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    done = ask(filled, bomb, "--timeout", "0.3")
    assert (done.returncode, "stopped after 0.3 s" in done.stderr) == (1, True)


# --- show, export, merge ---


def test_an_article_is_shown_by_its_own_id(filled):
    done = newskb("show", "0-1", "--db", filled, cwd=filled.parent)
    assert done.returncode == 0
    assert '=> quote direct "We will keep the ferries of barrel running"' in done.stdout
    row = json.loads(newskb("show", "0-1", "--db", filled, "--json", cwd=filled.parent).stdout)
    assert (row["external_id"], row["text"] in done.stdout) == ("0-1", True)


def test_a_key_of_nothing_is_an_error(filled):
    done = newskb("show", "evt-none", "--db", filled, cwd=filled.parent)
    assert (done.returncode, done.stdout) == (1, "")
    assert "nothing has the key 'evt-none'" in done.stderr


def test_an_export_goes_into_a_pipe_that_may_close_early(filled):
    done = newskb("export", "articles", "--db", filled, cwd=filled.parent)
    assert len(done.stdout.splitlines()) == 14
    command = [*COMMAND, "export", "actors", "--db", str(filled)]
    with subprocess.Popen(
        command, cwd=filled.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as process:
        assert json.loads(process.stdout.readline())
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 0


def test_an_unknown_export_brings_the_nearest_one(filled):
    done = newskb("export", "storys", "--db", filled, cwd=filled.parent)
    assert (done.returncode, "did you mean 'stories'?" in done.stderr) == (2, True)


def test_merging_says_how_much_there_is(filled):
    idle = newskb("merge", "--db", filled, cwd=filled.parent)
    assert "nothing has changed" in idle.stdout
    done = newskb("merge", "--rebuild", "--db", filled, cwd=filled.parent)
    assert re.search(r"events +\d", done.stdout)


# --- extract, serve ---


def test_extract_prints_a_line_for_each_article_of_a_pipe_and_tells_what_it_skipped(tmp_path):
    given = [{**ARTICLE, "id": f"given-{number}"} for number in (1, 2)]
    lines = "\n".join([json.dumps(given[0]), "{broken", json.dumps(given[1])])
    done = newskb("extract", "-", "--format", "jsonl", cwd=tmp_path, given=lines)
    assert done.returncode == 0
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["id"], row["text"]) for row in found] == [(row["id"], row["text"]) for row in given]
    assert [quote["type"] for row in found for quote in row["quotes"]] == ["direct", "direct"]
    assert "-#1: bad-json: " in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_server_serves_and_a_second_one_says_that_the_port_is_taken(filled):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [*COMMAND, "serve", "--port", str(port), "--db", str(filled)]
    server = subprocess.Popen(command, cwd=filled.parent, stdout=subprocess.PIPE, env=environment(), text=True)
    try:
        assert server.stdout.readline().split() == ["explorer", f"http://127.0.0.1:{port}/"]
        health = fetch(f"http://127.0.0.1:{port}/healthz")
        assert health["status"] == "ok"
        second = newskb("serve", "--port", port, "--db", filled, cwd=filled.parent)
        assert second.returncode == 1
        assert f"port {port} of 127.0.0.1 is in use" in second.stderr
        assert "--port" in second.stderr
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=60) == 0
    finally:
        server.kill()
        server.communicate()


def fetch(address):
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:
                return json.load(answer)
        except ConnectionError:
            time.sleep(0.1)
    raise AssertionError("the server did not answer")


def test_two_imports_at_once_do_not_harm_each_other(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'kb.db'}")
    database.upgrade()
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    with database.begin():
        command = [*COMMAND, "import", "empty.txt", "--db", "kb.db"]
        waiting = subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
        )
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.communicate(timeout=3)
    _out, told = waiting.communicate(timeout=120)
    assert waiting.returncode == 0, told
    database.dispose()


def test_the_installed_command_is_the_same(tmp_path):
    command = Path(sys.executable).with_name("newskb")
    done = subprocess.run([command, "--version"], capture_output=True, text=True, check=True, env=environment())
    assert done.stdout == f"newskb {__version__}\n"
