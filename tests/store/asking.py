"""Any question that the filter language can put, and the whole list that answers it."""

from __future__ import annotations

from hypothesis import strategies as st
from sqlalchemy import Connection

from newskb.store import query
from newskb.store.filters import DATED, LEVELS, RESOURCES, SEARCH_PARTS, Filters, Kind

VALUES = {
    Kind.QUERY: ["harbour", '"300 people"', "amber OR nothing", "march -harbour", "rep*"],
    Kind.WORDS: ["Writer", "amber", "Ortíz"],
    Kind.DAY_FROM: ["2020", "2021-03", "2021-03-03"],
    Kind.DAY_TO: ["2021", "2021-03", "2021-12-31"],
    Kind.INSTANT: ["2000-01-01", "2199-01-01T00:00:00+02:00"],
    Kind.NUMBER: ["0", "0.65", "2", "300"],
    Kind.ACTOR: ["Q900001", "lena ortiz", "nobody", "unknown"],
    Kind.PLACE: ["Q900101", "Puerto Ambar", "nowhere"],
    Kind.SOURCE: ["amber post", "Cape Wire", "none"],
    Kind.COUNTRY: ["XAA", "VE"],
    Kind.KEY: ["art-none"],
    Kind.FLAG: ["true", "false"],
    Kind.BOX: ["-70,10,-60,11", "170,-20,-170,20"],
    Kind.CIRCLE: ["10.5,-66.9,5", "0,0,100"],
    Kind.CODE: ["en", "es"],
}


@st.composite
def questions(draw: st.DrawFn, resources: tuple[str, ...] = tuple(RESOURCES)) -> Filters:
    """Any question that the filter language can put."""
    resource = draw(st.sampled_from(resources))
    params: dict[str, list[str]] = {}
    for level in RESOURCES[resource]:
        for name in draw(st.lists(st.sampled_from(sorted(LEVELS[level])), max_size=2, unique=True)):
            wanted = LEVELS[next(lv for lv in RESOURCES[resource] if name in LEVELS[lv])][name]
            values = st.sampled_from(wanted.values or VALUES[wanted.kind])
            prefix = draw(st.sampled_from(["", "", "exclude_"]))
            params[prefix + name] = draw(st.lists(values, min_size=1, max_size=2))
    if resource in DATED and draw(st.booleans()):
        params["undated"] = [draw(st.sampled_from(["include", "only", "exclude"]))]
    if resource in SEARCH_PARTS and "q" in params and draw(st.booleans()):
        parts = st.lists(st.sampled_from(SEARCH_PARTS[resource]), min_size=1, unique=True)
        params["search_in"] = [",".join(draw(parts))]
    if draw(st.booleans()):
        params["match"] = ["all"]
    return Filters.parse(params, resource, today="2022-01-05")


def walk(connection: Connection, filters: Filters, *, limit: int, sort: str | None = None) -> list[query.Row]:
    """All rows of a list, page by page."""
    rows: list[query.Row] = []
    cursor = None
    while True:
        page = query.list_rows(connection, filters, limit=limit, cursor=cursor, sort=sort)
        rows += page.rows
        assert len(page.rows) <= limit
        if page.next is None:
            return rows
        assert len(page.rows) == limit
        cursor = page.next
