"""How much there is, what happened when and where, who is most active, and what became of the imports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from newskb.api.deps import database, parameters, reject_unknown
from newskb.api.explorer import geography, series
from newskb.api.explorer.rendering import stream
from newskb.api.parameters import one_value
from newskb.store import counting, query
from newskb.store.database import written_at
from newskb.store.filters import Filters
from newskb.store.imports import recent_imports
from newskb.store.rows import Facet

router = APIRouter()

LATEST = 8
"""Rows of each list: two lists fit a screen."""
ACTIVE = 12
COUNTED = ("articles", "sources", "events", "actors", "quotes", "claims", "stories")
COLOURED = ("quad_code", "event_type")
"""Fields by which the events over time can be told apart; the first is the default."""
EVENTS = Filters(resource="events")


@router.get("/")
def overview(request: Request) -> Response:
    """The page that people see first. Each part is sent as soon as it is known."""
    given = parameters(request)
    reject_unknown(given, ("by",))
    field = one_value(given, "by", among=COLOURED) or COLOURED[0]

    with database(request).read() as connection:
        written_at(connection)  # a database that cannot be read is said so before the page begins
    kept: dict[str, tuple[Any, Any]] = request.app.state.overview

    def ask(name: str, question: Callable[[Any], Any]) -> Callable[[], Any]:
        """The answer to ``question``; one that was given before stands until something is written."""

        def answer() -> Any:
            with database(request).read() as connection:
                state = written_at(connection)
                known = kept.get(name)
                if known is None or known[0] != state or state is None:
                    known = kept[name] = (state, question(connection))
                return known[1]

        return answer

    return stream(
        "overview.html",
        section="overview",
        by=field,
        fields=COLOURED,
        stats=ask("stats", lambda c: dict(query.stats(c))),
        named=ask("named", lambda c: counting.count(c, Filters.parse({"named": ["true"]}, "actors"))),
        chart=ask(f"chart by {field}", lambda c: series.over_time(c, EVENTS, {}, field)),
        map=ask("map", lambda c: geography.places(c, EVENTS, {})),
        stories=ask("stories", lambda c: query.list_rows(c, Filters(resource="stories"), limit=LATEST).rows),
        actors=ask("actors", lambda c: _most(counting.facet(c, EVENTS, "participant", size=ACTIVE))),
        types=ask("types", lambda c: _most(counting.facet(c, EVENTS, "event_type", size=ACTIVE))),
        events=ask("events", lambda c: query.list_rows(c, EVENTS, limit=LATEST, include=("evidence",)).rows),
        articles=ask("articles", lambda c: query.list_rows(c, Filters(resource="articles"), limit=LATEST).rows),
        imports=ask("imports", lambda c: recent_imports(c, limit=3)),
        counted=COUNTED,
    )


def _most(found: Facet) -> Sequence[dict[str, Any]]:
    """The values with what part of the greatest each is, in percent, for a bar beside its number."""
    highest = max((value["count"] for value in found["values"]), default=1)
    return [{**value, "part": round(100 * value["count"] / highest, 1)} for value in found["values"]]
