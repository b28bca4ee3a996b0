"""API keys from the command line: the secret is told once, the list tells none, and what is revoked stays listed."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from newskb.cli import app
from newskb.store.access import find_key
from newskb.store.database import Database


@pytest.fixture
def keys(sqlite_database: Database):
    """Runs `newskb keys …` over an empty database."""

    def run(*words: str):
        return CliRunner().invoke(app, ["keys", *words, "--db", f"sqlite:///{sqlite_database.url.database}"])

    return run


def test_a_key_is_made_listed_and_revoked(keys, sqlite_database):
    made = json.loads(keys("create", "a dashboard", "--scope", "sql", "--scope", "read", "--json").stdout)
    assert made["scopes"] == ["read", "sql"]
    with sqlite_database.read() as connection:
        assert find_key(connection, made["secret"]).name == "a dashboard"
    listed = keys("list").stdout
    assert made["key"] in listed
    assert "a dashboard" in listed
    assert made["secret"] not in listed
    assert made["key"] in keys("revoke", made["key"]).stdout
    [row] = [json.loads(line) for line in keys("list", "--json").stdout.splitlines()]
    assert row["revoked_at"] is not None
    with sqlite_database.read() as connection:
        assert find_key(connection, made["secret"]) is None


def test_the_secret_alone_goes_to_standard_output(keys, sqlite_database):
    told = keys("create", "a script").stdout.strip()
    with sqlite_database.read() as connection:
        assert find_key(connection, told).scopes == ("read",)


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [(("create", "a", "--scope", "write"), 2, "there is no scope 'write'"), (("revoke", "key-none"), 1, "keys list")],
)
def test_what_cannot_be_is_told(keys, words, status, told, capfd):
    done = keys(*words)
    assert done.exit_code == status
    assert told in done.output + "".join(capfd.readouterr())
