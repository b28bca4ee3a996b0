from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskb.ingest.fields import is_missing, known, name_of, role_of, split_text, text_of, unwrapped


@pytest.mark.parametrize(
    ("names", "role"),
    [
        (("published_at", "publishedAt", "date", "pubDate", "Publish Date", "\ufeffdate", "DATE\t"), "published"),
        (("text", "content", "body", "maintext", "Content", "full_text"), "text"),
        (("title", "headline", "Headlines", "title\t"), "title"),
        (("source", "outlet", "domain", "Publication", "source.name", "site-name"), "source"),
        (("author", "authors", "byline"), "byline"),
        (("url", "link"), "url"),
        (("lang", "language"), "language"),
        (("id", "guid"), "id"),
        (("subject", "x", ""), None),
    ],
)
def test_names_of_common_dumps_are_known(names: tuple[str, ...], role: str | None) -> None:
    assert {role_of(name) for name in names} == {role}


def test_the_better_name_wins_whatever_the_order_unless_it_says_nothing() -> None:
    assert known({"time": "9:00", "published_at": "2021-03-07"}).published == "2021-03-07"
    assert known({"published_at": "2021-03-07", "time": "9:00"}).published == "2021-03-07"
    assert known({"published_at": "N/A", "date": "2021-03-07"}).published == "2021-03-07"


def test_the_text_leaves_the_fields_and_nothing_else_does() -> None:
    assert split_text({"title": "same", "text": "same", "x": 1}) == ("same", {"title": "same", "x": 1})
    assert split_text({"title": "A", "text": None}) == ("", {"title": "A", "text": None})


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("  Sample Post ", "Sample Post"),
        ({"id": None, "name": "Sample Post"}, "Sample Post"),
        ({"id": "sample", "name": None}, "sample"),
        (["Ann Lee", {"name": "Bo Roe"}], "Ann Lee, Bo Roe"),
        ({"$oid": "5cce"}, "5cce"),
        (17, "17"),
        (True, None),
        ([], None),
        (None, None),
    ],
)
def test_a_name_is_found_in_the_shapes_it_comes_in(value: Any, name: str | None) -> None:
    assert name_of(value) == name


def test_a_record_in_a_record_is_found() -> None:
    assert unwrapped({"_id": "a", "_source": {"title": "T", "text": "x"}}) == {"_id": "a", "title": "T", "text": "x"}
    assert unwrapped({"text": "x", "document": {"title": "T"}})["text"] == "x"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(json_values, st.dictionaries(st.sampled_from(["text", "title", "date", "source", "_source", "id"]), json_values))
def test_values_of_any_shape_are_survived(value: Any, record: dict[str, Any]) -> None:
    name_of(value)
    text_of(value)
    is_missing(value)
    known(record)
    assert isinstance(split_text(unwrapped(record))[0], str)
