"""The options of ``newskb export``: filters as options, and help with an example of each format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from typer.core import TyperCommand

from newskb.cli.printing import escaped
from newskb.errors import InputError

FREE = {"allow_extra_args": True, "ignore_unknown_options": True}
"""Settings of a command whose filters are checked by the store, as those of the REST interface are."""


class ExportCommand(TyperCommand):
    """The command with an example of each format below its help, read from the formats themselves."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        from newskb.exports.formats import FORMATS

        lines = [f"{format.holds}:\n\n  newskb export {format.example}" for format in FORMATS.values()]
        self.epilog = "\n\n".join(["[bold]Formats[/bold]", *map(escaped, lines)])
        super().format_help(ctx, formatter)


def check_name(name: str) -> str:
    """``name`` if it is a format or a list. Raises ``InputError`` with the nearest."""
    from newskb.exports.formats import FORMATS
    from newskb.store.export import kinds

    if name.startswith("-"):
        raise InputError("name the format first, then filters: newskb export csv --event-type PROTEST")
    known = (*FORMATS, *kinds())
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(known)}"
        raise InputError(f"there is no export '{name}'; {hint}")
    return name


def filters(words: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """``--event-type PROTEST --actor=Q1`` as the parameters of a question. Raises ``InputError``."""
    found: dict[str, list[str]] = {}
    rest = iter(words)
    for word in rest:
        if not word.startswith("--") or word == "--":
            raise InputError(f"'{word}' is no filter; name the format first, then filters like --event-type PROTEST")
        name, equals, value = word.removeprefix("--").partition("=")
        found.setdefault(name.replace("-", "_"), []).append(value if equals else _next(rest, word))
    return found


def _next(rest: Iterator[str], word: str) -> str:
    value = next(rest, None)
    if value is None:
        raise InputError(f"'{word}' needs a value")
    return value
