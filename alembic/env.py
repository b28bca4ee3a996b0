"""Runs the migrations on the connection that ``newskb.store.database`` hands over."""

from __future__ import annotations

from typing import Any

from alembic import context
from newskb.store.schema import Base


def include_object(_object: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """Full-text tables and columns are made by hand and stay out of comparisons."""
    return not (name and (("_fts" in name and kind == "table") or name.endswith("_search") or name == "search"))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_object=include_object,
    render_as_batch=False,
)
with context.begin_transaction():
    context.run_migrations()
