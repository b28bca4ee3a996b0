"""API keys: their secrets are told once, kept nowhere, and open nothing after they are revoked."""

from __future__ import annotations

import pytest

from newskb.errors import InputError, NotFoundError
from newskb.store.access import create_key, find_key, list_keys, revoke_key


def test_a_key_is_found_by_its_secret_until_it_is_revoked(database):
    with database.begin() as connection:
        made, secret = create_key(connection, "a  dashboard", ("sql", "read"))
        other, _ = create_key(connection, "another", ("admin",))
    assert secret.startswith("newskb_")
    assert len(secret) > 40
    assert (made.name, made.scopes) == ("a dashboard", ("read", "sql"))
    with database.read() as connection:
        assert find_key(connection, secret) == made
        assert find_key(connection, secret[:-1]) is None
        assert list_keys(connection) == [made, other]
    with database.begin() as connection:
        assert revoke_key(connection, made.key).revoked_at is not None
    with database.read() as connection:
        assert find_key(connection, secret) is None
        assert [key.revoked_at is None for key in list_keys(connection)] == [False, True]


def test_the_secret_is_in_no_column(database):
    with database.begin() as connection:
        _, secret = create_key(connection, "a dashboard", ("read",))
    with database.read() as connection:
        row = connection.exec_driver_sql("SELECT * FROM api_key").one()
    assert all(secret not in str(value) and secret.removeprefix("newskb_") not in str(value) for value in row)


def test_a_key_opens_its_scopes_and_admin_opens_all(database):
    with database.begin() as connection:
        reader, _ = create_key(connection, "reader", ("read",))
        admin, _ = create_key(connection, "admin", ("admin",))
        gone = revoke_key(connection, create_key(connection, "gone", ("admin",))[0].key)
    assert reader.opens("read")
    assert not reader.opens("sql")
    assert admin.opens("curate")
    assert not gone.opens("read")


@pytest.mark.parametrize(("name", "scopes"), [("a", ("write",)), ("a", ()), (" ", ("read",)), ("n" * 201, ("read",))])
def test_a_key_needs_a_name_and_scopes_that_exist(database, name, scopes):
    with pytest.raises(InputError), database.begin() as connection:
        create_key(connection, name, scopes)


def test_a_key_that_is_not_there_cannot_be_revoked(database):
    with pytest.raises(NotFoundError), database.begin() as connection:
        revoke_key(connection, "key-none")
