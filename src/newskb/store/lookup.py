"""A key of any kind becomes the row that has it: things with lists first, then what only a key leads to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, select

from newskb.store import query, reading, schema

Row = dict[str, Any]

_T = schema.Base.metadata.tables
_OTHERS = {
    "quote-groups": "quote_group",
    "claim-groups": "claim_group",
    "imports": "import_batch",
    "import-issues": "import_issue",
    "extraction-runs": "extraction_run",
    "judgements": "judgement",
    "corrections": "correction",
}
"""What has a key and no list of its own, and its table."""


def find(connection: Connection, key: str) -> tuple[str, Row] | None:
    """The resource and all that is known of the thing with this key; None when nothing has it."""
    if "\x00" in key:
        return None
    found = query.find(connection, key) or _event_mention(connection, key)
    return found or _group_or_record(connection, key) or _by_external_id(connection, key)


def _event_mention(connection: Connection, key: str) -> tuple[str, Row] | None:
    mention = _T["event_mention"]
    row_id = connection.execute(select(mention.c.id).where(mention.c.key == key)).scalar_one_or_none()
    if row_id is None:
        return None
    (row,) = reading.report_rows(connection, [row_id])
    return "event-mentions", dict(row)


def _group_or_record(connection: Connection, key: str) -> tuple[str, Row] | None:
    for resource, name in _OTHERS.items():
        table = _T[name]
        found = connection.execute(select(table).where(table.c.key == key)).one_or_none()
        if found is None:
            continue
        row = {column: value for column, value in found._mapping.items() if not column.endswith("id")}
        return resource, row | _members(connection, name, found.id)
    return None


def _members(connection: Connection, name: str, group_id: int) -> Row:
    """The quotes or claims of a group."""
    if name not in ("quote_group", "claim_group"):
        return {}
    member: Table = _T[name.removesuffix("_group")]
    ids = connection.execute(select(member.c.id).where(member.c[f"{name}_id"] == group_id).order_by(member.c.key))
    resource = f"{member.name}s"
    return {resource: reading.rows(connection, resource, ids.scalars().all())}


def _by_external_id(connection: Connection, key: str) -> tuple[str, Row] | None:
    """The article that was imported under this id; when several were, the first by key."""
    article, copy = _T["article"], _T["article_copy"]
    named = select(article.c.key).where(article.c.external_id == key).order_by(article.c.key).limit(1)
    copied = (
        select(article.c.key)
        .join(copy, copy.c.article_id == article.c.id)
        .where(copy.c.external_id == key)
        .order_by(article.c.key)
        .limit(1)
    )
    for asked in (named, copied):
        found = connection.execute(asked).scalar_one_or_none()
        if found is not None:
            return "articles", query.get(connection, "articles", found)
    return None
