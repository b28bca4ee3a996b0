"""Articles: search, read, and everything found in one."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from newskb.api import schemas
from newskb.api.answers import json_answer
from newskb.api.conditional import reading
from newskb.api.deps import ArticleKey, no_parameters
from newskb.api.listing import (
    AGGREGATED,
    COUNTED,
    FACETED,
    LISTED,
    MAPPED,
    TIMELINED,
    aggregating,
    faceting,
    listing,
    mapping,
    number,
    one,
    over_time,
    tabled,
)
from newskb.api.parameters import documented
from newskb.store import query
from newskb.store.maps import AREAS

router = APIRouter(prefix="/v1/articles", tags=["articles"])


@router.get(
    "", response_model=schemas.Page[schemas.Article], openapi_extra=documented(resource="articles", outputs=LISTED)
)
def list_articles(request: Request) -> Response:
    """Articles, the newest first; undated ones come last."""
    return listing(request, "articles")


@router.get("/count", response_model=schemas.Counted, openapi_extra=documented(resource="articles", outputs=COUNTED))
def count_articles(request: Request) -> Response:
    """How many articles the list would have."""
    return number(request, "articles")


@router.get(
    "/timeline", response_model=schemas.Timeline, openapi_extra=documented(resource="articles", outputs=TIMELINED)
)
def articles_over_time(request: Request) -> Response:
    """Articles per hour, day, week, month, quarter or year of publication."""
    return over_time(request, "articles")


@router.get("/facets", response_model=schemas.Facets, openapi_extra=documented(resource="articles", outputs=FACETED))
def article_facets(request: Request) -> Response:
    """The most frequent values of some fields among the articles of the list."""
    return faceting(request, "articles")


@router.get(
    "/aggregate",
    response_model=schemas.Aggregate,
    openapi_extra=documented(resource="articles", outputs=AGGREGATED, values=tabled("articles")),
)
def article_table(request: Request) -> Response:
    """The articles of the list by one or two fields, exact, with a measure of your choice."""
    return aggregating(request, "articles")


@router.get(
    "/map",
    response_model=schemas.FeatureCollection,
    openapi_extra=documented(resource="articles", outputs=MAPPED, values={"group_by": AREAS}),
)
def articles_on_the_map(request: Request) -> Response:
    """Where the articles of the list are: places, first-level divisions or countries with counts, as GeoJSON."""
    return mapping(request, "articles")


@router.get("/{key}", response_model=schemas.ArticleDetail)
def get_article(request: Request, key: ArticleKey) -> Response:
    """One article with its text."""
    return one(request, "articles", key)


@router.get("/{key}/text", response_model=schemas.Text)
def get_text(request: Request, key: ArticleKey) -> Response:
    """The text of an article, in which all spans count."""
    no_parameters(request)
    with reading(request) as connection:
        article = query.get(connection, "articles", key)
    return json_answer({"article": article["key"], "text": article["text"]})


@router.get("/{key}/annotations", response_model=schemas.Annotations)
def get_annotations(request: Request, key: ArticleKey) -> Response:
    """Everything found in one article: mentions with their links, times, figures, quotes, claims and events."""
    no_parameters(request)
    with reading(request) as connection:
        return json_answer(query.annotations(connection, key))
