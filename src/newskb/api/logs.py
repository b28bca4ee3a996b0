"""Log records become lines: objects of JSON, or text with the values behind it; with the id of the request in both."""

from __future__ import annotations

import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from newskb.api.answers import encode

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
"""Of the request that is being answered, also in the threads that work for it."""

_OWN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
"""What every record has; the rest was given as ``extra``."""
_UNTOLD = frozenset({"color_message"})


def install(format: str) -> None:
    """Log to standard error in this format; ``json`` also logs every request."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if format == "json" else Text())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("newskb.api.observing").setLevel(logging.INFO if format == "json" else logging.WARNING)


class Json(logging.Formatter):
    """One object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": REQUEST_ID.get(),
            **_extra(record),
        }
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return encode(told).decode()


class Text(logging.Formatter):
    """``WARNING newskb.store.database: slow query seconds=2.1 …``."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        values = {"request_id": REQUEST_ID.get(), **_extra(record)}
        told = "".join(f" {name}={_shown(value)}" for name, value in values.items() if value is not None)
        line = f"{record.levelname} {record.name}: {record.getMessage()}{told}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {
        name: value if isinstance(value, str | int | float | bool | None) else str(value)
        for name, value in record.__dict__.items()
        if name not in _OWN and name not in _UNTOLD
    }


def _shown(value: object) -> str:
    """A value without the line ends by which it could look like another line of the log."""
    text = str(value)
    return text if text.isprintable() and " " not in text else repr(text)
