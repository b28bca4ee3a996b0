"""The saved queries are the recipes of the cookbook, with names for the values in them."""

from __future__ import annotations

import re
from pathlib import Path

from newskb.store.saved import saved_queries

COOKBOOK = (Path(__file__).resolve().parents[2] / "docs" / "sql-cookbook.md").read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"### (.+?)\n\n(?:.*?)```sql\n(.*?)\n```", COOKBOOK, re.S))


def test_with_its_defaults_each_is_the_recipe_of_its_title():
    queries = {query.title: query for query in saved_queries().values()}
    assert set(queries) == set(RECIPES)
    for title, query in queries.items():
        assert query.bound({}) == RECIPES[title], query.name


def test_most_take_values():
    assert sum(1 for query in saved_queries().values() if query.parameters) >= 15
