"""Articles: search, read, and everything found in one."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from newskb.api import schemas
from newskb.api.answers import json_answer
from newskb.api.collection import add_collection
from newskb.api.conditional import reading
from newskb.api.deps import ArticleKey, no_parameters
from newskb.api.listing import existing, one
from newskb.store import query

router = APIRouter(prefix="/v1/articles", tags=["articles"])


add_collection(
    router,
    "articles",
    row=schemas.ArticleFound,
    about="Articles, the newest first; undated ones come last.",
    when="of publication",
    is_mapped=True,
)


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


@router.get("/{key}/duplicates", response_model=schemas.Page[schemas.Duplicate])
def get_duplicates(request: Request, key: ArticleKey) -> Response:
    """The articles with much the same text, in other outlets or the same."""
    return json_answer({"data": existing(request, "articles", key)["duplicates"], "next": None})
