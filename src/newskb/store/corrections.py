"""What analysts decide: corrections of single facts, judgements about pairs; both last and can be taken back.

A correction is found again by the fact's key, which is made of its characters, or by the fact of the same layer that
overlaps it most; so it survives re-import and re-extraction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, delete, insert, select, update
from sqlalchemy import Row as ResultRow

from newskb import plover, text
from newskb.errors import ConflictError, InputError, NotFoundError
from newskb.model import Certainty, DatePrecision, QuoteType, Realis, Stance
from newskb.store import changes, schema
from newskb.store.bulk import KEYS_AT_ONCE, chunks, insert_new_rows, next_id
from newskb.store.database import now
from newskb.store.redirects import standing_key

_T: Mapping[str, Table] = schema.Base.metadata.tables
_CORRECTION = _T["correction"]
_JUDGEMENT = _T["judgement"]

Value = str | list[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A standing decision about two things."""

    key: str
    kind: str
    first: str
    second: str
    decision: str
    """``same``, ``different`` or ``unsure``."""
    author: str
    reason: str
    created_at: str


# --- corrections -----------------------------------------------------------------------------------------------------

_ALLOWED: Mapping[str, Mapping[str, tuple[str, ...] | None]] = {
    "event_mention": {
        "type": tuple(plover.TYPES),
        "extension": tuple(plover.EXTENSIONS),
        "mode": None,
        "realis": tuple(Realis),
        "date_start": None,
        "date_end": None,
        "date_precision": tuple(DatePrecision),
        "place": None,
        "actor": None,
        "recipient": None,
    },
    "quote": {"type": tuple(QuoteType), "speaker": None, "addressee": None},
    "claim": {"stance": tuple(Stance), "certainty": tuple(Certainty), "holder": None},
}
"""Layer, field that can be corrected, and its values where they are a closed list."""

_PREFIX = {"evm": "event_mention", "quo": "quote", "clm": "claim"}
_REFERENCES = {"place": "place", "speaker": "actor", "addressee": "actor", "holder": "actor"}
"""Fields that hold keys of these tables."""
_ACTOR_FIELDS = ("actor", "recipient", "speaker", "addressee", "holder")
_REQUIRED = frozenset({"realis", "stance", "certainty"})
_DAYS = {"date_start": "date_end", "date_end": "date_start"}
"""Fields that hold a day, with the other end of the same range."""


def record_correction(connection: Connection, fact: str, field: str, value: Value, *, author: str, reason: str) -> str:
    """Change one field of a fact for good; returns the correction's key.

    ``value`` is a code, an ISO date, the key of an actor or place, or for ``actor`` and ``recipient`` a list of actor
    keys. Raises ``NotFoundError`` when there is no such fact, ``InputError`` when field or value cannot be.
    """
    layer = _PREFIX.get(fact.partition("-")[0])
    row = layer and connection.execute(select(_T[layer]).where(_T[layer].c.key == fact)).one_or_none()
    if not layer or not row:
        raise NotFoundError(f"there is no event mention, quote or claim {fact}")
    _check(connection, layer, field, value)
    if field in _DAYS:
        _check_day(row, field, value)
    article_key = connection.execute(
        select(_T["article"].c.key).where(_T["article"].c.id == row.article_id)
    ).scalar_one()
    earlier = _standing(connection, fact=fact, field=field)
    original = earlier[0].original if earlier else _encode(_get(connection, row, field))
    correction_id, created = next_id(connection, _CORRECTION), now()
    key = text.key("cor", fact, field, str(correction_id))
    connection.execute(
        insert(_CORRECTION).values(
            id=correction_id,
            key=key,
            fact_key=fact,
            article_key=article_key,
            layer=layer,
            start_char=row.start_char,
            end_char=row.end_char,
            field=field,
            value=_encode(value),
            original=original,
            author=author,
            reason=reason,
            created_at=created,
        )
    )
    _set(connection, layer, row, field, value)
    _flag(connection, layer, row.id, is_corrected=True)
    return key


def revoke_correction(connection: Connection, key: str, *, author: str) -> None:
    """Take a correction back: the extractor's value, or that of an earlier standing correction, holds again."""
    correction = connection.execute(select(_CORRECTION).where(_CORRECTION.c.key == key)).one_or_none()
    if correction is None:
        raise NotFoundError(f"there is no correction {key}")
    if correction.revoked_at is not None:
        raise ConflictError(f"correction {key} was already revoked")
    connection.execute(update(_CORRECTION).where(_CORRECTION.c.key == key).values(revoked_at=now(), revoked_by=author))
    layer = correction.layer
    row = connection.execute(select(_T[layer]).where(_T[layer].c.key == correction.fact_key)).one_or_none()
    if row is None:
        return
    rest = _standing(connection, fact=correction.fact_key, field=correction.field)
    value = msgspec.json.decode(rest[-1].value if rest else correction.original)
    if not rest and _REFERENCES.get(correction.field) == "actor":
        value = _actor_of(connection, row.article_id, getattr(row, f"{correction.field}_mention"))
    _set(connection, layer, row, correction.field, value)
    _flag(connection, layer, row.id, is_corrected=bool(_standing(connection, fact=correction.fact_key)))


def replay(connection: Connection, articles: Iterable[str]) -> int:
    """Apply all standing corrections to the facts of these articles (keys); returns how many found their fact."""
    applied = 0
    for part in chunks(sorted(set(articles)), KEYS_AT_ONCE):
        standing = connection.execute(
            select(_CORRECTION)
            .where(_CORRECTION.c.article_key.in_(part), _CORRECTION.c.revoked_at.is_(None))
            .order_by(_CORRECTION.c.id)
        ).all()
        touched: dict[tuple[int, str], str] = {}
        for correction in standing:
            row = _find(connection, correction)
            if row is None:
                continue
            place = (row.id, correction.field)
            if place not in touched:
                touched[place] = _encode(_get(connection, row, correction.field))
            connection.execute(
                update(_CORRECTION)
                .where(_CORRECTION.c.id == correction.id)
                .values(fact_key=row.key, start_char=row.start_char, end_char=row.end_char, original=touched[place])
            )
            _set(connection, correction.layer, row, correction.field, msgspec.json.decode(correction.value))
            _flag(connection, correction.layer, row.id, is_corrected=True)
            applied += 1
    return applied


def reapply_actors(connection: Connection, articles: Iterable[int]) -> None:
    """Let the standing corrections that name actors name those that stand for them now, in articles with these ids."""
    article = _T["article"]
    for part in chunks(sorted(set(articles)), KEYS_AT_ONCE):
        standing = connection.execute(
            select(_CORRECTION)
            .join(article, article.c.key == _CORRECTION.c.article_key)
            .where(article.c.id.in_(part), _CORRECTION.c.revoked_at.is_(None), _CORRECTION.c.field.in_(_ACTOR_FIELDS))
            .order_by(_CORRECTION.c.id)
        ).all()
        for correction in {(row.fact_key, row.field): row for row in standing}.values():
            table = _T[correction.layer]
            row = connection.execute(select(table).where(table.c.key == correction.fact_key)).one_or_none()
            if row is not None:
                _set(connection, correction.layer, row, correction.field, msgspec.json.decode(correction.value))


def _standing(connection: Connection, *, fact: str, field: str | None = None) -> list[ResultRow[Any]]:
    query = select(_CORRECTION).where(_CORRECTION.c.fact_key == fact, _CORRECTION.c.revoked_at.is_(None))
    if field is not None:
        query = query.where(_CORRECTION.c.field == field)
    return list(connection.execute(query.order_by(_CORRECTION.c.id)).all())


def _find(connection: Connection, correction: ResultRow[Any]) -> ResultRow[Any] | None:
    table = _T[correction.layer]
    row = connection.execute(select(table).where(table.c.key == correction.fact_key)).one_or_none()
    if row is not None:
        return row
    article = _T["article"]
    near = connection.execute(
        select(table)
        .join(article, article.c.id == table.c.article_id)
        .where(
            article.c.key == correction.article_key,
            table.c.start_char < correction.end_char,
            table.c.end_char > correction.start_char,
        )
    ).all()
    start, end = correction.start_char, correction.end_char
    return min(
        near,
        key=lambda row: (
            -(min(row.end_char, end) - max(row.start_char, start)),
            row.end_char - row.start_char,
            row.key,
        ),
        default=None,
    )


def _check(connection: Connection, layer: str, field: str, value: Value) -> None:
    if field not in _ALLOWED[layer]:
        raise InputError(f"'{field}' of a {layer} cannot be corrected; one of {', '.join(_ALLOWED[layer])} can")
    allowed = _ALLOWED[layer][field]
    if field in ("actor", "recipient"):
        if not isinstance(value, list):
            raise InputError(f"'{field}' takes a list of actor keys")
        for key in value:
            _id_of(connection, "actor", key)
    elif isinstance(value, list):
        raise InputError(f"'{field}' takes one value")
    elif value is None:
        if field in _REQUIRED or (layer == "quote" and field == "type"):
            raise InputError(f"'{field}' cannot be empty")
    elif allowed is not None and value not in allowed:
        raise InputError(f"'{value}' is no {field}; one of {', '.join(allowed)} is")
    elif field in _REFERENCES:
        _id_of(connection, _REFERENCES[field], value)


def _check_day(row: ResultRow[Any], field: str, value: Value) -> None:
    if value is None:
        return
    try:
        day = date.fromisoformat(str(value)).isoformat()
    except ValueError:
        day = ""
    if day != value:
        raise InputError(f"'{value}' is no day of the calendar; write it as 2019-05-05")
    other = getattr(row, _DAYS[field])
    if other is not None and (day > other if field == "date_start" else day < other):
        raise InputError(f"with {field} {day} and {_DAYS[field]} {other} it ends before it starts; correct that first")


def _actor_of(connection: Connection, article_id: int, mention: int | None) -> str | None:
    """The key of the actor that a mention of an article means."""
    named, actor = _T["mention"], _T["actor"]
    query = select(actor.c.key).join(named, named.c.actor_id == actor.c.id)
    return connection.execute(
        query.where(named.c.article_id == article_id, named.c.ordinal == mention)
    ).scalar_one_or_none()


def _id_of(connection: Connection, table: str, key: str) -> int:
    key = standing_key(connection, key) if table == "actor" else key
    found = connection.execute(select(_T[table].c.id).where(_T[table].c.key == key)).scalar_one_or_none()
    if found is None:
        raise InputError(f"there is no {table} {key}")
    return int(found)


def _get(connection: Connection, row: ResultRow[Any], field: str) -> object:
    """The present value of a field: participants as pairs of mention and actor key, so that they can come back."""
    if field in ("actor", "recipient"):
        part, actor = _T["event_mention_participant"], _T["actor"]
        query = (
            select(part.c.mention, actor.c.key)
            .outerjoin(actor, actor.c.id == part.c.actor_id)
            .where(part.c.event_mention_id == row.id, part.c.role == field)
            .order_by(part.c.ordinal)
        )
        return [list(pair) for pair in connection.execute(query)]
    if field in _REFERENCES:
        table = _T[_REFERENCES[field]]
        target = getattr(row, f"{field}_id")
        return connection.execute(select(table.c.key).where(table.c.id == target)).scalar_one_or_none()
    return getattr(row, field)


def _set(connection: Connection, layer: str, row: ResultRow[Any], field: str, value: Any) -> None:
    table = _T[layer]
    if field in ("actor", "recipient"):
        _set_participants(connection, row, field, value)
    elif field in _REFERENCES:
        target = None if value is None else _id_of(connection, _REFERENCES[field], value)
        connection.execute(update(table).where(table.c.id == row.id).values({f"{field}_id": target}))
    else:
        values = {field: value}
        if layer == "event_mention" and field == "type":
            values["cameo"] = plover.TYPES[value].cameo if value else None
        if value is not None and (other := getattr(row, _DAYS.get(field, ""), None)) is not None:
            # A newer extractor may give another range than the one that was corrected; the corrected end stands.
            values[_DAYS[field]] = max(value, other) if field == "date_start" else min(value, other)
        connection.execute(update(table).where(table.c.id == row.id).values(values))
    days = {getattr(row, "date_start", None) or "", getattr(row, "published_date", None) or ""}
    if field == "date_start" and value:
        days.add(value)
    insert_new_rows(connection, _T["merge_mark"], [(day,) for day in sorted(days)])
    if layer in ("quote", "claim"):  # a corrected report changes its event when it is merged
        changes.touched(connection, f"{layer}s", [row.key])


def _set_participants(connection: Connection, event: ResultRow[Any], role: str, value: list[Any]) -> None:
    """The participants of a role: keys that an analyst named, or pairs of mention and key as the extractor had them."""
    part = _T["event_mention_participant"]
    connection.execute(delete(part).where(part.c.event_mention_id == event.id, part.c.role == role))
    for ordinal, item in enumerate(value):
        mention, key = item if isinstance(item, list) else (None, item)
        if mention is not None:  # what it means may have been judged otherwise since
            key = _actor_of(connection, event.article_id, mention)
        actor = None if key is None else _id_of(connection, "actor", key)
        connection.execute(
            insert(part).values(event_mention_id=event.id, role=role, ordinal=ordinal, mention=mention, actor_id=actor)
        )


def _flag(connection: Connection, layer: str, row_id: int, *, is_corrected: bool) -> None:
    connection.execute(update(_T[layer]).where(_T[layer].c.id == row_id).values(corrected=is_corrected))


def _encode(value: object) -> str:
    return msgspec.json.encode(value).decode()


# --- judgements ------------------------------------------------------------------------------------------------------


def record_judgement(
    connection: Connection,
    first: str,
    second: str,
    *,
    kind: str,
    decision: str,
    author: str,
    reason: str,
    into: str | None = None,
) -> str:
    """Note that two things of one kind are the ``same``, ``different`` or that one is ``unsure``; returns the key.

    ``into`` is, for actors that are the same, the key that stays (``curation.merge_actors``).
    """
    if first == second:
        raise InputError("a judgement needs two different things")
    low, high = sorted((first, second))
    judgement_id = next_id(connection, _JUDGEMENT)
    key = text.key("jud", kind, low, high, str(judgement_id))
    connection.execute(
        insert(_JUDGEMENT).values(
            id=judgement_id,
            key=key,
            kind=kind,
            first_key=low,
            second_key=high,
            decision=decision,
            into_key=into,
            author=author,
            reason=reason,
            created_at=now(),
        )
    )
    return key


def revoke_judgement(connection: Connection, key: str, *, author: str) -> None:
    """Take a judgement back."""
    standing = (_JUDGEMENT.c.key == key) & _JUDGEMENT.c.revoked_at.is_(None)
    changed = connection.execute(update(_JUDGEMENT).where(standing).values(revoked_at=now(), revoked_by=author))
    if changed.rowcount == 0:
        raise NotFoundError(f"there is no standing judgement {key}")


def judgements(connection: Connection, kind: str) -> list[Judgement]:
    """Standing judgements of a kind; of several about one pair only the latest."""
    rows = connection.execute(
        select(_JUDGEMENT).where(_JUDGEMENT.c.kind == kind, _JUDGEMENT.c.revoked_at.is_(None)).order_by(_JUDGEMENT.c.id)
    )
    latest = {(row.first_key, row.second_key): row for row in rows}
    return [
        Judgement(
            key=row.key,
            kind=row.kind,
            first=row.first_key,
            second=row.second_key,
            decision=row.decision,
            author=row.author,
            reason=row.reason,
            created_at=row.created_at,
        )
        for _pair, row in sorted(latest.items())
    ]
