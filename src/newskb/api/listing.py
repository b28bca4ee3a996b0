"""A request's parameters become one question to the store, and its rows the answer: the same way for every resource."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from typing import Any, Final

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from newskb.api import tables
from newskb.api.answers import json_answer, page_answer
from newskb.api.conditional import reading
from newskb.api.deps import ABSENT, database, limit_time, no_parameters, parameters, reject_unknown, time_limit
from newskb.api.negotiation import VARY, attachment, form_of, table_answer
from newskb.api.parameters import MAX_FACET_SIZE, MAX_TIMEOUT_MS, one_value, whole_number
from newskb.errors import InputError
from newskb.store import counting, query
from newskb.store import filters as filtering
from newskb.store.filters import Filters
from newskb.store.highlights import MARKED
from newskb.store.maps import AREAS, area_map
from newskb.store.rows import AreaRow, Facet, FacetValue, Timeline

_LISTED: Final = ("fields", "sort", "limit", "cursor", "with_total", "format", "timeout_ms")
COUNTED: Final = ("timeout_ms",)
TIMELINED: Final = ("bucket", "tz", "group_by", "facet_size", "format", "timeout_ms")
FACETED: Final = ("facet", "facet_size", "format", "timeout_ms")
AGGREGATED: Final = ("group_by", "measure", "normalize", "tz", "sort", "limit", "format", "timeout_ms")
MAPPED: Final = ("group_by", "limit", "format", "timeout_ms")
ABSENT_MEASURES = ("avg_tone",)
"""Measures that other systems have and nothing here could be."""
DEFAULT_FACET_SIZE = 20
DEFAULT_BUCKET = "day"

Fixed = Mapping[str, str]
"""Filters that the address sets: the actor in ``/v1/actors/{key}/events``."""
Params = Mapping[str, list[str]]
"""Parameters by name, every value of each in the order given."""


def listed(resource: str, includes: Collection[str] = ()) -> tuple[str, ...]:
    """Parameters of a list, beside its filters; ``includes`` are the values of ``include``."""
    return (*_LISTED, *(("include",) if includes else ()), *(("highlight",) if resource in MARKED else ()))


def tabled(resource: str) -> dict[str, tuple[str, ...]]:
    """Values of the parameters that mean something else on tables than on lists and timelines."""
    return {"sort": counting.SORTS, "group_by": (*counting.dimensions(resource), *counting.BUCKETS)}


def listing(
    request: Request,
    resource: str,
    *,
    includes: Collection[str] = (),
    fixed: Fixed | None = None,
    params: Params | None = None,
) -> Response:
    """One page of a list or, as CSV or JSON lines, all of it from ``cursor`` on.

    ``params`` are those of a body; without them those of the address count.
    """
    question, given = _asked(request, resource, listed(resource, includes), fixed or {}, params)
    sort, cursor = one_value(given, "sort"), one_value(given, "cursor")
    limit = whole_number(given, "limit", least=1, most=_page_rows(request))
    total = one_value(given, "with_total", among=("none", "exact")) == "exact"
    form = form_of(request, given)
    included = given.get("include", [])
    for value in included:
        if value not in includes:
            raise InputError(f"'include' takes {', '.join(includes)}, not '{value}'")
    is_highlighted = _highlight(given, question)
    asked = [*included, *(["highlights"] if is_highlighted else [])]
    only = _fields(given, resource, asked)
    how: dict[str, Any] = {"cursor": cursor, "sort": sort, "include": included, "is_highlighted": is_highlighted}
    if form != "json":
        with reading(request):
            pass  # each page of a file is read by itself; this one says what the client may know
        if total:
            raise InputError("'with_total' comes with format=json only; ask /count beside the rows")
        return _streamed(request, question, form, limit=limit, asked=asked, only=only, how=how)
    with reading(request) as connection:
        rows = limit or min(query.DEFAULT_LIMIT, _page_rows(request))
        page = query.list_rows(connection, question, limit=rows, **how)
        count = counting.count(connection, question) if total else None
    return page_answer(request, tables.cut(page.rows, only), page.next, count, is_linked=params is None)


def number(request: Request, resource: str) -> Response:
    """How many rows the list would have."""
    question, _given = _asked(request, resource, COUNTED, {})
    with reading(request) as connection:
        return json_answer({"count": counting.count(connection, question)})


def over_time(request: Request, resource: str, *, fixed: Fixed | None = None) -> Response:
    """The rows of the list per bucket of time, on request for each value of a field."""
    question, given = _asked(request, resource, TIMELINED, fixed or {})
    bucket = one_value(given, "bucket") or DEFAULT_BUCKET
    field = one_value(given, "group_by")
    size = whole_number(given, "facet_size", least=1, most=MAX_FACET_SIZE) or DEFAULT_FACET_SIZE
    zone = one_value(given, "tz")
    with reading(request) as connection:
        found = counting.timeline(connection, question, bucket, group_by=field, size=size, tz=zone)
    columns = ("date", "count") if field is None else ("value", "name", "date", "count")
    return table_answer(form_of(request, given), found, _points(found), columns, name=f"{resource}-{bucket}")


def _points(found: Timeline) -> Iterator[dict[str, Any]]:
    """The buckets of a timeline one by one; the undated come last, without a date."""
    series = found["series"]
    for line in [found] if series is None else series:
        named = {} if series is None else {"value": line.get("value"), "name": line.get("name")}
        for bucket in line["buckets"]:
            yield {**named, **bucket}
        if line["undated"]:
            yield {**named, "date": None, "count": line["undated"]}


def faceting(request: Request, resource: str) -> Response:
    """The most frequent values of some fields among the rows of the list; without ``facet`` of the common ones."""
    question, given = _asked(request, resource, FACETED, {})
    size = whole_number(given, "facet_size", least=1, most=MAX_FACET_SIZE) or DEFAULT_FACET_SIZE
    fields = dict.fromkeys(given.get("facet") or counting.common(resource))
    with reading(request) as connection:
        found = {field: counting.facet(connection, question, field, size=size) for field in fields}
        total = counting.count(connection, question)
    rows = ({"facet": field, **value} for field, facet in found.items() for value in _values(facet))
    columns = ("facet", "value", "name", "count")
    return table_answer(
        form_of(request, given), {"facets": found, "total": total}, rows, columns, name=f"{resource}-facets"
    )


def _values(facet: Facet) -> Iterator[FacetValue]:
    """The values of a facet and, last, the rows without one."""
    yield from facet["values"]
    if facet["unset"]:
        yield FacetValue(value=None, name=None, count=facet["unset"])


def aggregating(request: Request, resource: str) -> Response:
    """A table of the rows of the list by one or two fields; as CSV or JSON lines all of it."""
    question, given = _asked(request, resource, AGGREGATED, {})
    form = form_of(request, given)
    limit = whole_number(given, "limit", least=1, most=query.MAX_LIMIT)
    share = one_value(given, "normalize", among=("none", "share")) == "share"
    if one_value(given, "measure") in ABSENT_MEASURES:
        raise InputError(f"'measure=avg_tone': {ABSENT['tone_min']}")
    with reading(request) as connection:
        found = counting.aggregate(
            connection,
            question,
            given.get("group_by") or counting.common(resource)[:1],
            measure=one_value(given, "measure"),
            is_share=share,
            sort=one_value(given, "sort"),
            limit=query.DEFAULT_LIMIT if limit is None and form == "json" else limit,
            tz=one_value(given, "tz"),
        )
    columns = [column for name in found["group_by"] for column in (name, f"{name}_name")]
    return table_answer(form, found, found["rows"], [*columns, "value", "share"], name=f"{resource}-table")


def mapping(request: Request, resource: str) -> Response:
    """The places of the rows of the list with their counts, as GeoJSON; as CSV or JSON lines all of them."""
    question, given = _asked(request, resource, MAPPED, {})
    form = form_of(request, given)
    area = one_value(given, "group_by", among=AREAS) or AREAS[0]
    limit = whole_number(given, "limit", least=1, most=query.MAX_LIMIT)
    with reading(request) as connection:
        found = area_map(
            connection, question, area, limit=query.MAX_LIMIT if limit is None and form == "json" else limit
        )
    if form != "json":
        return table_answer(form, found, found["areas"], tuple(AreaRow.__annotations__), name=f"{resource}-map")
    whole = {name: value for name, value in found.items() if name != "areas"}
    answer = json_answer(
        {"type": "FeatureCollection", "features": [_feature(a) for a in found["areas"]], **whole}, headers=VARY
    )
    answer.headers["Content-Type"] = "application/geo+json"
    return answer


def _feature(area: AreaRow) -> dict[str, Any]:
    latitude, longitude = area["latitude"], area["longitude"]
    known = None if latitude is None else {"type": "Point", "coordinates": [longitude, latitude]}
    properties = {name: value for name, value in area.items() if name not in ("latitude", "longitude")}
    return {"type": "Feature", "geometry": known, "properties": properties}


def one(request: Request, resource: str, key: str) -> Response:
    """One thing by its key."""
    return json_answer(existing(request, resource, key))


def existing(request: Request, resource: str, key: str, *, takes_parameters: bool = False) -> query.Row:
    """The thing with this key. Raises ``NotFoundError`` and, unless it takes some, ``UnknownParameterError``."""
    if not takes_parameters:
        no_parameters(request)
    with reading(request) as connection:
        return query.get(connection, resource, key)


def _asked(
    request: Request, resource: str, outputs: Collection[str], fixed: Fixed, params: Params | None = None
) -> tuple[Filters, dict[str, list[str]]]:
    """The question to the store, and the parameters that say how the answer looks."""
    if params is None:
        params = parameters(request)
    else:
        no_parameters(request)
    names = filtering.names(resource)
    for name in fixed:
        if name in params:
            raise InputError(f"'{name}' is already said by the address; take it out")
    reject_unknown(params, (*names, *outputs, *map(filtering.opposite, filtering.repeating(resource))))
    given = {name: values for name, values in params.items() if name in outputs}
    limit_time(request, whole_number(given, "timeout_ms", least=1, most=MAX_TIMEOUT_MS))
    asked = {name: values for name, values in params.items() if name not in outputs}
    return Filters.parse(asked | {name: [value] for name, value in fixed.items()}, resource), given


def _highlight(given: Mapping[str, list[str]], question: Filters) -> bool:
    """Whether words of the search are to be marked. Raises ``InputError`` where nothing is searched for."""
    is_wanted = one_value(given, "highlight", among=("true", "false")) == "true"
    if is_wanted and not any(c.name == "q" and not c.is_excluded for c in question.conditions):
        raise InputError("'highlight' marks the words of 'q'; give 'q' too")
    return is_wanted


def _fields(given: Mapping[str, list[str]], resource: str, asked: Collection[str]) -> frozenset[str]:
    """The fields of a row that are wanted; none = all. Raises ``InputError``."""
    wanted = [name.strip() for value in given.get("fields", ()) for name in value.split(",")]
    valid = tables.fields(resource, asked)
    for name in wanted:
        if name not in valid:
            raise InputError(f"'fields' of {resource} is some of {', '.join(valid)}, not '{name}'")
    return frozenset(wanted)


def _streamed(
    request: Request,
    question: Filters,
    form: str,
    *,
    limit: int | None,
    asked: Collection[str],
    only: Collection[str],
    how: Mapping[str, Any],
) -> Response:
    rows = _rows(request, question, limit, how)
    head = next(rows, [])  # so that what cannot be answered is a problem document, not a broken stream
    return StreamingResponse(
        tables.encoded(form, question.resource, chain([head], rows), asked=asked, only=only),
        media_type=tables.MEDIA_TYPES[form],
        headers=attachment(question.resource, form),
    )


def _page_rows(request: Request) -> int:
    """Rows on a page at most."""
    found: int = request.app.state.settings.max_page_rows
    return found


def _rows(request: Request, question: Filters, limit: int | None, how: Mapping[str, Any]) -> Iterator[list[query.Row]]:
    """Page after page. Each is a transaction of its own, so that a slow reader holds up no connection."""
    how = dict(how)
    while limit is None or limit > 0:
        size = query.MAX_LIMIT if limit is None else min(limit, query.MAX_LIMIT)
        with database(request).read(timeout_s=time_limit(request)) as connection:
            page = query.list_rows(connection, question, limit=size, **how)
        yield page.rows
        if page.next is None:
            return
        how["cursor"] = page.next
        limit = None if limit is None else limit - len(page.rows)
