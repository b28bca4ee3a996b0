"""A request becomes the things a route needs: the database, limits, and checked parameters."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Path, Request
from rapidfuzz import fuzz, process

from newskb.errors import InputError, UnknownParameterError
from newskb.store.database import Database

# Longer lists of values say more than a query plan can use; they would only tie up the server.
MAX_PARAMETERS = 500
# Names and values together, in characters; what fits becomes far fewer bound values than SQLite takes (32,766).
MAX_PARAMETER_CHARS = 16_000
# The same of a body, which may list more: a name becomes four bound values at most.
MAX_BODY_VALUES = 5_000
MAX_BODY_CHARS = 500_000
_NO_TONE = "newskb measures no tone; 'intensity_min' and 'intensity_max' grade events, 'stance' claims"
ABSENT = {
    "tone_min": _NO_TONE,
    "tone_max": _NO_TONE,
    "data_type": "every text here counts as news: what is imported does not say whether it is a release or a blog; "
    "'source' tells outlets apart",
    "as_of": "newskb does not keep how things stood at an earlier time; 'changed_since' and /v1/changes tell what "
    "changed",
}
"""Filters that people know from other systems and nothing here could answer, with the reason."""
# A suggestion below this similarity (0 to 100) confuses more than it helps: "foo" is no misspelling of "bucket".
_NEAR_ENOUGH = 60


def _key(of: str, example: str) -> object:
    return Path(description=f"Key of the {of}.", examples=[example])


ArticleKey = Annotated[str, _key("article", "art-5d1f0c3b7a9e2468ace0")]
EventKey = Annotated[str, _key("event", "evt-0c3b7a9e2468ace05d1f")]
ActorKey = Annotated[str, _key("actor, or its Wikidata id", "Q58217")]
QuoteKey = Annotated[str, _key("quote", "quo-9e2468ace05d1f0c3b7a")]
ClaimKey = Annotated[str, _key("claim", "clm-2468ace05d1f0c3b7a9e")]
StoryKey = Annotated[str, _key("story", "sto-468ace05d1f0c3b7a9e2")]
SourceKey = Annotated[str, _key("source", "src-1e2f3a4b5c6d7e8f9a0b")]
PlaceKey = Annotated[str, _key("place, or its Wikidata id", "Q649")]
MentionKey = Annotated[str, _key("mention", "men-68ace05d1f0c3b7a9e24")]
DecisionKey = Annotated[str, _key("decision", "jud-2468ace05d1f0c3b7a9e")]


Said = str | int | float | bool | list[str | int | float | bool] | None
"""What a body may give a parameter: one value or several; null is as if it were left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlLimits:
    """What an analyst's query may use."""

    timeout_s: float
    max_rows: int
    slow_s: float | None = None
    """Seconds from which a query is logged as slow."""


def database(request: Request) -> Database:
    """The database that the application was made for."""
    found: Database = request.app.state.database
    return found


def limit_time(request: Request, milliseconds: int | None) -> None:
    """Let the queries of this request run no longer than that, which the server's own limit may undercut."""
    request.state.timeout_s = None if milliseconds is None else milliseconds / 1000


def time_limit(request: Request) -> float | None:
    """Seconds that the client gives the queries of its request; None = as long as the server lets them run."""
    found: float | None = getattr(request.state, "timeout_s", None)
    return found


def parameters(request: Request) -> dict[str, list[str]]:
    """The query parameters, every value of each in the order given. Raises ``InputError`` for what no value can be."""
    found: dict[str, list[str]] = {}
    items = request.query_params.multi_items()
    if len(items) > MAX_PARAMETERS:
        raise InputError(f"{len(items)} parameters are too many; send at most {MAX_PARAMETERS}")
    if sum(len(name) + len(value) for name, value in items) > MAX_PARAMETER_CHARS:
        raise InputError(f"the parameters are too long; send at most {MAX_PARAMETER_CHARS:,} characters")
    for name, value in items:
        if "\0" in name or "\0" in value:
            raise InputError("a parameter holds a NUL character; take it out")
        found.setdefault(name, []).append(value)
    return found


def said_in(body: Mapping[str, Said]) -> dict[str, list[str]]:
    """Parameters of a body as those of an address would give them. Raises ``InputError`` for what no value can be."""
    found: dict[str, list[str]] = {}
    for name, value in body.items():
        if value is None:
            continue
        found[name] = [_written(item) for item in (value if isinstance(value, list) else [value])]
    texts = [text for name, values in found.items() for text in (name, *values)]
    if len(texts) > MAX_BODY_VALUES or sum(map(len, texts)) > MAX_BODY_CHARS:
        raise InputError(
            f"the filters are too long; at most {MAX_BODY_VALUES:,} names and values, together {MAX_BODY_CHARS:,} "
            "characters, are taken"
        )
    if any("\0" in text for text in texts):
        raise InputError("a filter holds a NUL character; take it out")
    return found


def _written(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def reject_unknown(given: Iterable[str], valid: Collection[str]) -> None:
    """Raise ``UnknownParameterError``, with the nearest valid name, for the first name that is not in ``valid``.

    For what others have and newskb does not, ``InputError`` says why.
    """
    for name in given:
        if name not in valid:
            if (reason := ABSENT.get(name.removeprefix("exclude_"))) is not None:
                raise InputError(f"'{name}': {reason}")
            near = process.extractOne(name, valid, scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH) if valid else None
            raise UnknownParameterError(name, near[0] if near else None)


def no_parameters(request: Request) -> None:
    """Raise ``UnknownParameterError`` when the request has any parameter."""
    reject_unknown(parameters(request), ())
