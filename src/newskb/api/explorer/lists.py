"""The lists: what the address asks for becomes rows, a chart, facets, and links that narrow the list down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from newskb.api.deps import database, parameters, reject_unknown
from newskb.api.explorer import chart, forms, geography, series
from newskb.api.explorer.rendering import page
from newskb.api.parameters import one_value
from newskb.errors import NotFoundError
from newskb.store import counting, query
from newskb.store import filters as filtering
from newskb.store.conditions import UNKNOWN
from newskb.store.filters import Filters, Kind
from newskb.store.rows import FacetValue

router = APIRouter()

ON_A_PAGE = 30
FACET_SIZE = 8
EVIDENCE = ("evidence",)
CHARTED = ("articles", "events", "quotes", "claims")
FACETS = {
    "articles": ("source", "lang", "event_type", "participant", "country"),
    "events": ("event_type", "quad_code", "realis", "participant", "country", "source"),
    "quotes": ("speaker", "about", "quote_type", "source"),
    "claims": ("holder", "about", "stance", "certainty", "source"),
    "actors": ("kind", "sector", "country"),
    "places": ("kind", "country"),
}
_RESOURCE_OF = {Kind.ACTOR: "actors", Kind.PLACE: "places", Kind.SOURCE: "sources"}
ACTOR_FIELDS = tuple(
    {name for level in filtering.LEVELS.values() for name, item in level.items() if item.kind is Kind.ACTOR}
)
"""Filters that take the name of an actor."""
SUGGESTED = 8


def _list(request: Request, resource: str) -> Response:
    sent = parameters(request)
    given = forms.given(sent)
    if given != sent:  # a form sends its empty fields too; the address that people see and pass on has none
        return RedirectResponse(forms.address(resource, given, keeps_page=True), 303)
    valid = (*filtering.names(resource), *map(filtering.opposite, filtering.repeating(resource)), *forms.OUTPUTS)
    reject_unknown(given, valid)
    asked = {name: values for name, values in given.items() if name not in forms.OUTPUTS}
    question = Filters.parse(asked, resource)
    sort = one_value(given, "sort")
    with database(request).read() as connection:
        found = query.list_rows(
            connection, question, limit=ON_A_PAGE, cursor=one_value(given, "cursor"), sort=sort, include=EVIDENCE
        )
        total = counting.count(connection, question)
        drawn = _chart(connection, question, asked) if resource in CHARTED else None
        facets = [
            (field, [_choice(resource, given, field, value) for value in values])
            for field in FACETS.get(resource, ())
            if (values := _values(connection, question, field, size=FACET_SIZE))
        ]
        chips = forms.chips(resource, given, names=_names(connection, resource, asked))
    return page(
        "list.html",
        section=resource,
        q=asked["q"][0] if resource == "articles" and "q" in asked else None,
        rows=found.rows,
        total=total,
        fields=forms.fields(resource, given),
        hidden=forms.hidden(resource, given),
        chips=chips,
        facets=facets,
        chart=drawn,
        orders=[(name, forms.address(resource, given, {"sort": name})) for name in _orders(resource, asked)],
        sort=sort or query.orders(resource)[0],
        next=forms.address(resource, given, {"cursor": found.next}) if found.next else None,
        first=forms.address(resource, given) if "cursor" in given else None,
        api=f"/v1{forms.address(resource, given)}",
        map=forms.address("map", asked) if resource == "events" else None,
    )


def _orders(resource: str, asked: Mapping[str, Sequence[str]]) -> list[str]:
    """The orders that the list can have; only what is searched for fits more or less well."""
    is_ranked = "q" in asked and "search_in" not in asked
    return [name for name in query.orders(resource) if name != query.RELEVANCE or is_ranked]


def _values(connection: Any, question: Filters, field: str, *, size: int) -> list[FacetValue]:
    """The most frequent values of a field; the rows without one come last."""
    found = counting.facet(connection, question, field, size=size)
    without = [FacetValue(value=None, name=None, count=found["unset"])] if found["unset"] else []
    return [*found["values"], *without]


def _choice(resource: str, given: forms.Params, field: str, value: FacetValue) -> dict[str, Any]:
    """A value of a facet with the address of the list with it alone or, where it holds already, without it.

    There is no address for the rows without a value, where no filter asks for them.
    """
    asked = value["value"] or (UNKNOWN if field in ("speaker", "holder") else None)
    holds = asked is not None and asked in given.get(field, ())
    href = None
    if asked is not None:
        href = forms.address(resource, given, without=(field, asked)) if holds else _with(resource, given, field, asked)
    return {**value, "href": href, "holds": holds}


def _with(resource: str, given: forms.Params, field: str, value: str) -> str:
    return forms.address(resource, given, {field: value})


def _names(connection: Any, resource: str, asked: forms.Params) -> dict[str, str]:
    """The names of the things whose keys are in the address."""
    found: dict[str, str] = {}
    for condition in Filters.parse(asked, resource).conditions:
        named = _RESOURCE_OF.get(condition.kind)
        for value in condition.values if named else ():
            try:
                found[value] = str(query.get(connection, str(named), value)["name"])
            except NotFoundError:
                continue  # a name, not a key
    return found


def _chart(connection: Any, question: Filters, asked: forms.Params) -> dict[str, Any]:
    """Bars over time, each with the address of its rows."""
    found = series.fitting(connection, question)
    first, last = series.DATES.get(question.resource, series.PUBLISHED)
    drawn = chart.bars(found["buckets"], found["bucket"])
    return {
        "resource": question.resource,
        "bucket": found["bucket"],
        "bars": [(bar, forms.address(question.resource, asked, {first: bar.first, last: bar.last})) for bar in drawn],
        "highest": max((bar.count for bar in drawn), default=0),
        "undated": found["undated"],
    }


@router.get("/articles")
def articles(request: Request) -> Response:
    """Articles, by words, source, date and who takes part in what they tell."""
    return _list(request, "articles")


@router.get("/events")
def events(request: Request) -> Response:
    """Events, by type, participant, country and date."""
    return _list(request, "events")


@router.get("/actors")
def actors(request: Request) -> Response:
    """Actors by name, kind, country and sector."""
    return _list(request, "actors")


@router.get("/quotes")
def quotes(request: Request) -> Response:
    """Quotes, by words, speaker and date."""
    return _list(request, "quotes")


@router.get("/claims")
def claims(request: Request) -> Response:
    """Claims, by words, holder and what others say to it."""
    return _list(request, "claims")


@router.get("/stories")
def stories(request: Request) -> Response:
    """Stories, the latest first."""
    return _list(request, "stories")


@router.get("/places")
def places(request: Request) -> Response:
    """Places by name."""
    return _list(request, "places")


@router.get("/sources")
def sources(request: Request) -> Response:
    """Outlets by name."""
    return _list(request, "sources")


@router.get("/map")
def where(request: Request) -> Response:
    """The events that the filters ask for on a map."""
    given = forms.given(parameters(request))
    reject_unknown(given, (*filtering.names("events"), *map(filtering.opposite, filtering.repeating("events"))))
    question = Filters.parse(given, "events")
    with database(request).read() as connection:
        return page(
            "map.html",
            section="events",
            places=geography.places(connection, question, given),
            total=counting.count(connection, question),
            chips=forms.chips("map", given, names=_names(connection, "events", given)),
            list=forms.address("events", given),
        )


@router.get("/suggest")
def suggest(request: Request) -> Response:
    """Actors whose name begins with what is typed, as options of a field."""
    given = forms.given(parameters(request))
    reject_unknown(given, ACTOR_FIELDS)
    beginning = next((one_value(given, name) for name in given), None)
    with database(request).read() as connection:
        found = query.suggest_actors(connection, beginning or "", limit=SUGGESTED)
    return page("suggest.html", actors=found)
