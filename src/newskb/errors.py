"""Every error that newskb raises on purpose.

NewskbError (500)
├── InputError (400)            what the user gave cannot be used
│   ├── UnknownParameterError   a filter or option that does not exist
│   ├── QueryError              a query (full text, SQL) that cannot be run
│   └── UnreadableInputError    a path, archive or file that cannot be opened
├── KeyNeededError (401)        no API key, or one that opens nothing
├── ScopeError (403)            an API key that does not open this, or a page of another site that asks for it
├── ForbiddenSqlError (403)     SQL that would write, or leave the views
├── NotFoundError (404)         no row has this key
├── QueryTimeoutError (408)     a query ran past its time limit
├── ConflictError (409)         another import holds the database
├── TooLargeError (413)         an upload or a text above its limit
├── BusyError (503)             all places for such work are taken
└── SetupError (500)            the installation or the database is not ready
"""


class NewskbError(Exception):
    """Base of all errors; ``status`` is the HTTP status the API answers with."""

    status = 500


class InputError(NewskbError):
    """What the user gave cannot be used; the message says what to change."""

    status = 400


class UnknownParameterError(InputError):
    """A filter, field or option that does not exist; ``nearest`` is the most similar valid name."""

    def __init__(self, name: str, nearest: str | None = None) -> None:
        hint = f"; did you mean '{nearest}'?" if nearest else ""
        super().__init__(f"unknown parameter '{name}'{hint}")
        self.name = name
        self.nearest = nearest


class QueryError(InputError):
    """A full-text or SQL query that cannot be run as it stands."""


class UnreadableInputError(InputError):
    """A path, archive or file that cannot be opened at all."""


class KeyNeededError(NewskbError):
    """There is no API key in the request, or one that does not exist or was revoked."""

    status = 401


class ScopeError(NewskbError):
    """The API key does not open this, or the page of another site asked for it."""

    status = 403


class ForbiddenSqlError(NewskbError):
    """SQL that would write, lock, or read outside the public views."""

    status = 403


class NotFoundError(NewskbError):
    """No row has the key that was asked for."""

    status = 404


class QueryTimeoutError(NewskbError):
    """A query ran past its time limit and was stopped."""

    status = 408


class ConflictError(NewskbError):
    """Another process holds what this one needs (two imports into one database)."""

    status = 409


class TooLargeError(NewskbError):
    """An upload or a text is longer than the limit that the message names."""

    status = 413


class BusyError(NewskbError):
    """All places for such work are taken; it may be tried again after ``retry_after_s`` seconds."""

    status = 503

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class SetupError(NewskbError):
    """The installation or the database is not ready; the message names the command that mends it."""
