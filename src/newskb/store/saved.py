"""Files of SQL with names for their values become queries that can be asked with other values.

A file begins with comments that say what it is, then comes one SELECT over the views::

    -- title: Who acts most?
    -- description: Actors by the number of events.
    -- param size: integer = 20; rows at most
    SELECT name, count(*) AS events FROM participants GROUP BY name ORDER BY events DESC LIMIT :size
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from newskb.errors import InputError, NotFoundError, SetupError
from newskb.resources import resource

TYPES = ("text", "date", "integer", "number")
RESERVED = frozenset({"format", "limit", "timeout_ms"})
"""Parameters that say how the answer looks; no value of a query can be called so."""
_HEAD = re.compile(r"--\s*(title|description|param ([a-z][a-z0-9_]*)):\s*(.*)")
_PARAM = re.compile(r"(\w+)\s*=\s*(.*?);\s*(.+)")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
_INTEGER = re.compile(r"[-+]?\d{1,15}", re.ASCII)
_VALUE = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|::|:([a-z][a-z0-9_]*)", re.DOTALL)
"""What may hold a colon that names no value, and what names one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A value of a query that its caller chooses."""

    name: str
    type: str
    default: str
    about: str

    def literal(self, value: str) -> str:
        """``value`` as SQL writes it. Raises ``InputError`` when it is not of the type."""
        if self.type == "integer" and _INTEGER.fullmatch(value):
            return str(int(value))
        if self.type == "number":
            try:
                number = float(value)
            except ValueError:
                number = math.nan
            if math.isfinite(number):
                return repr(number)
        if self.type == "text" or (self.type == "date" and _DATE.fullmatch(value)):
            return "'" + value.replace("'", "''") + "'"
        wanted = "a day as YYYY-MM-DD, YYYY-MM or YYYY" if self.type == "date" else f"of type {self.type}"
        raise InputError(f"'{self.name}' is {wanted}, not '{value}'")


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedQuery:
    """A query with a name."""

    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    sql: str
    """With ``:name`` where a value goes."""

    def bound(self, given: Mapping[str, str]) -> str:
        """The SQL with the values given, and the defaults of the others. Raises ``InputError``.

        The result is as much a stranger's as any other query, and goes through the same gate.
        """
        literals = {p.name: p.literal(given.get(p.name, p.default)) for p in self.parameters}
        return _VALUE.sub(lambda match: literals[match[1]] if match[1] else match[0], self.sql)


def saved_queries(folder: Path | None = None) -> dict[str, SavedQuery]:
    """The queries that come with newskb, and those of ``folder``, by name; the latter win.

    Raises ``SetupError`` for a file that cannot be read as one.
    """
    if folder is not None and not folder.is_dir():
        raise SetupError(f"the folder of saved queries {folder} does not exist; NEWSKB_QUERIES names it")
    folders = [resource("seeds") / "queries", *([folder] if folder is not None else [])]
    return {path.stem: parse(path) for each in folders for path in sorted(each.glob("*.sql"))}


def find(queries: Mapping[str, SavedQuery], name: str) -> SavedQuery:
    """The query of this name. Raises ``NotFoundError`` with the nearest."""
    if name in queries:
        return queries[name]
    near = get_close_matches(name, queries, n=1)
    hint = f"did you mean '{near[0]}'?" if near else "/v1/queries lists them"
    raise NotFoundError(f"there is no saved query '{name}'; {hint}")


def parse(path: Path) -> SavedQuery:
    """The query in a file. Raises ``SetupError``."""
    lines = path.read_text(encoding="utf-8").splitlines()
    told: dict[str, str] = {}
    parameters: list[Parameter] = []
    while lines and (head := _HEAD.fullmatch(lines[0].rstrip())) is not None:
        if head[2]:
            parameters.append(_parameter(path, head[2], head[3]))
        else:
            told[head[1]] = head[3]
        lines.pop(0)
    query = SavedQuery(
        name=path.stem,
        title=told.get("title", ""),
        description=told.get("description", ""),
        parameters=tuple(parameters),
        sql="\n".join(lines).strip(),
    )
    _check(path, query)
    return query


def _parameter(path: Path, name: str, said: str) -> Parameter:
    match = _PARAM.fullmatch(said)
    if match is None or match[1] not in TYPES:
        raise _broken(path, f"say '-- param {name}: TYPE = DEFAULT; what it is', of type {', '.join(TYPES)}")
    return Parameter(name=name, type=match[1], default=match[2], about=match[3])


def _check(path: Path, query: SavedQuery) -> None:
    if not _NAME.fullmatch(query.name):
        raise _broken(path, "its name takes small letters, digits and hyphens")
    if not query.title or not query.sql:
        raise _broken(path, "begin with '-- title: …' and end with a SELECT")
    known = [parameter.name for parameter in query.parameters]
    used = {match[1] for match in _VALUE.finditer(query.sql) if match[1]}
    if used != set(known) or len(known) != len(set(known)) or used & RESERVED:
        raise _broken(path, f"its values {_listed(used)} and its params {_listed(known)} must be the same")
    try:
        query.bound({})
    except InputError as error:
        raise _broken(path, str(error)) from error


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "(none)"


def _broken(path: Path, why: str) -> SetupError:
    return SetupError(f"the saved query {path} cannot be read: {why}")
