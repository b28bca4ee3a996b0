"""The pages: an address becomes rows of the store, and these a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from newskb import __version__
from newskb.api.deps import database, parameters, reject_unknown
from newskb.api.explorer import annotated, chart, forms, reference
from newskb.api.explorer.layers import paragraphs
from newskb.api.explorer.rendering import page
from newskb.api.parameters import one_value
from newskb.store import counting, query
from newskb.store import filters as filtering
from newskb.store.conditions import UNKNOWN
from newskb.store.filters import Filters
from newskb.store.imports import recent_imports
from newskb.store.rows import FacetValue

router = APIRouter()

LATEST = 8
"""Rows of each list on a page that shows several: two of them fit a screen."""
ON_A_PAGE = 30
FACET_SIZE = 8
ISSUES = 50
EVIDENCE = ("evidence",)
COUNTED = ("articles", "sources", "events", "actors", "quotes", "claims", "stories")
CHARTED = ("articles", "events", "quotes", "claims")
PUBLISHED = {"events": ("date_start", "date_end")}
"""Filters by which a bar of the chart asks for its rows; the others go by publication."""
FACETS = {
    "articles": ("source", "lang"),
    "events": ("event_type", "realis", "country"),
    "quotes": ("speaker", "quote_type", "source"),
    "claims": ("holder", "stance", "certainty"),
    "actors": ("kind", "sector", "country"),
    "places": ("kind", "country"),
}


def _list(request: Request, resource: str) -> Response:
    given = forms.given(parameters(request))
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
            (field, [value | {"href": _narrowed(resource, given, field, value)} for value in values])
            for field in FACETS.get(resource, ())
            if (values := _values(connection, question, field, size=FACET_SIZE))
        ]
    return page(
        "list.html",
        section=resource,
        q=asked["q"][0] if resource == "articles" and "q" in asked else None,
        rows=found.rows,
        total=total,
        fields=forms.fields(resource, given),
        hidden=forms.hidden(resource, given),
        chips=forms.chips(resource, given),
        facets=facets,
        chart=drawn,
        orders=[(name, forms.address(resource, given, {"sort": name})) for name in query.orders(resource)],
        sort=sort or query.orders(resource)[0],
        next=forms.address(resource, given, {"cursor": found.next}) if found.next else None,
        first=forms.address(resource, given) if "cursor" in given else None,
        api=f"/v1{forms.address(resource, given)}",
    )


def _values(connection: Any, question: Filters, field: str, *, size: int) -> list[FacetValue]:
    """The most frequent values of a field; the rows without one come last."""
    found = counting.facet(connection, question, field, size=size)
    without = [FacetValue(value=None, name=None, count=found["unset"])] if found["unset"] else []
    return [*found["values"], *without]


def _narrowed(resource: str, given: forms.Params, field: str, value: Any) -> str | None:
    """The list with this value alone; None for rows without a value, where no filter asks for them."""
    if value["value"] is not None:
        return forms.address(resource, given, {field: value["value"]})
    return forms.address(resource, given, {field: UNKNOWN}) if field in ("speaker", "holder") else None


def _chart(connection: Any, question: Filters, asked: forms.Params) -> dict[str, Any]:
    """Bars over time, each with the address of its rows; the width of a bucket follows from the first and last year."""
    years = counting.timeline(connection, question, "year")
    dated = [bucket["date"] for bucket in years["buckets"]]
    bucket = chart.bucket_for(f"{dated[0]}-01-01", f"{dated[-1]}-12-31") if dated else "year"
    found = years if bucket == "year" else counting.timeline(connection, question, bucket)
    first, last = PUBLISHED.get(question.resource, ("published_start", "published_end"))
    drawn = chart.bars(found["buckets"], bucket)
    return {
        "resource": question.resource,
        "bucket": bucket,
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


@router.get("/articles/{key}")
def article(request: Request, key: str) -> Response:
    """The text with everything that was found in it."""
    reject_unknown(parameters(request), ())
    with database(request).read() as connection:
        found = query.get(connection, "articles", key)
        annotations = query.annotations(connection, key)
        story = query.get(connection, "stories", found["story"]) if found["story"] else None
    marks = annotated.highlights(dict(annotations), found["boilerplate"])
    return page(
        "article.html",
        section="articles",
        article=found,
        annotations=annotations,
        story=story,
        layers=annotated.layers(dict(annotations)),
        named=annotated.named(dict(annotations)),
        paragraphs=paragraphs(found["text"], marks),
    )


@router.get("/events/{key}")
def event(request: Request, key: str) -> Response:
    """An event with every report of it, side by side."""
    found = _found(request, "events", key)
    return page("event.html", section="events", event=found, reports=found["reports"])


@router.get("/actors/{key}")
def actor(request: Request, key: str) -> Response:
    """An actor with offices, events, quotes and claims."""
    found = _found(request, "actors", key)
    with database(request).read() as connection:
        taking = Filters.parse({"participant": [found["key"]]}, "events")
        values: dict[str, Any] = {
            "events": query.list_rows(connection, taking, limit=LATEST, include=EVIDENCE).rows,
            "quotes": _latest(connection, "quotes", "speaker", found["key"]),
            "claims": _latest(connection, "claims", "holder", found["key"]),
            "about": _latest(connection, "claims", "about", found["key"]),
            "chart": _chart(connection, taking, {"participant": [found["key"]]}),
            "types": _values(connection, taking, "event_type", size=LATEST),
        }
    return page("actor.html", section="actors", actor=found, **values)


def _latest(connection: Any, resource: str, name: str, key: str) -> Sequence[query.Row]:
    question = Filters.parse({name: [key]}, resource)
    return query.list_rows(connection, question, limit=LATEST).rows


@router.get("/stories/{key}")
def story(request: Request, key: str) -> Response:
    """A story with its articles and events in the order of time."""
    return page("story.html", section="stories", story=_found(request, "stories", key))


@router.get("/quotes/{key}")
def quote(request: Request, key: str) -> Response:
    """A quote with the other outlets' versions of it."""
    found = _found(request, "quotes", key)
    return page("quote.html", section="quotes", quote=found)


@router.get("/claims/{key}")
def claim(request: Request, key: str) -> Response:
    """A claim with those that support or contradict it."""
    found = _found(request, "claims", key)
    events: list[query.Row] = []
    if found["events"]:
        question = Filters.parse({"event": found["events"]}, "events")
        with database(request).read() as connection:
            events = query.list_rows(connection, question, limit=LATEST, include=EVIDENCE).rows
    return page("claim.html", section="claims", claim=found, events=events)


def _found(request: Request, resource: str, key: str) -> query.Row:
    reject_unknown(parameters(request), ())
    with database(request).read() as connection:
        return query.get(connection, resource, key)


@router.get("/imports")
def imports(request: Request) -> Response:
    """The latest imports, and what was wrong with the input."""
    given = forms.given(parameters(request))
    reject_unknown(given, ("reason", "cursor"))
    reason = one_value(given, "reason")
    with database(request).read() as connection:
        issues = query.list_issues(connection, reason=reason, limit=ISSUES, cursor=one_value(given, "cursor"))
        values: dict[str, Any] = {
            "imports": recent_imports(connection, limit=20),
            "reasons": [
                item | {"href": forms.address("imports", {}, {"reason": item["value"] or ""})}
                for item in query.issue_reasons(connection)
            ],
        }
    return page(
        "imports.html",
        section="imports",
        issues=issues.rows,
        reason=reason,
        next=forms.address("imports", given, {"cursor": issues.next}) if issues.next else None,
        **values,
    )


@router.get("/docs")
def docs(request: Request) -> Response:
    """The reference of the REST interface."""
    document = request.app.openapi()
    return page(
        "docs.html",
        section="docs",
        groups=reference.groups(document),
        description=document["info"]["description"],
        version=__version__,
    )
