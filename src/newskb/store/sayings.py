"""Quotes and claims become what a reader checks them by: the sentences around, other versions, and who holds what."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, func, or_, select

from newskb.store import reading, schema
from newskb.store.bulk import chunks
from newskb.store.rows import (
    AppearanceRow,
    ClaimRow,
    DifferenceRow,
    HolderRow,
    PositionRow,
    PositionsRow,
    QuoteRow,
    SpanRow,
    VariantRow,
    VariantsRow,
)
from newskb.text import fold

_T: Mapping[str, Table] = schema.Base.metadata.tables
_IDS_AT_ONCE = 1_000
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_STANCES = ("affirm", "deny", "question")


# --- evidence --------------------------------------------------------------------------------------------------------


def passages(connection: Connection, resource: str, ids: Sequence[int]) -> dict[int, list[SpanRow]]:
    """Id of a quote or claim to the whole sentences that hold its words, who says them and the reporting words."""
    found: dict[int, list[SpanRow]] = defaultdict(list)
    for part in chunks(ids, _IDS_AT_ONCE):
        for row in connection.execute(_sentences(resource, part)):
            found[row.id].append(SpanRow(start_char=row.start_char, end_char=row.end_char, text=row.text))
    return found


def _sentences(resource: str, ids: Sequence[int]) -> Select[Any]:
    quote, claim, article = _T["quote"], _T["claim"], _T["article"]
    mention, sentence = _T["mention"], _T["sentence"]
    fact = quote if resource == "quotes" else claim
    who = quote.c.speaker_mention if resource == "quotes" else claim.c.holder_mention

    def holds(place: ColumnElement[Any]) -> ColumnElement[bool]:
        return and_(sentence.c.start_char <= place, place < sentence.c.end_char)

    is_inside = and_(sentence.c.start_char < fact.c.end_char, fact.c.start_char < sentence.c.end_char)
    text = func.substr(article.c.text, sentence.c.start_char + 1, sentence.c.end_char - sentence.c.start_char)
    joined = fact.join(article, article.c.id == fact.c.article_id).outerjoin(
        mention, and_(mention.c.article_id == fact.c.article_id, mention.c.ordinal == who)
    )
    if fact is claim:
        joined = joined.outerjoin(
            quote, and_(quote.c.article_id == claim.c.article_id, quote.c.ordinal == claim.c.quote)
        )
    joined = joined.join(
        sentence,
        and_(
            sentence.c.article_id == fact.c.article_id,
            or_(is_inside, holds(mention.c.start_char), holds(quote.c.cue_start)),
        ),
    )
    columns = (fact.c.id, sentence.c.start_char, sentence.c.end_char, text.label("text"))
    return select(*columns).select_from(joined).where(fact.c.id.in_(ids)).order_by(fact.c.id, sentence.c.start_char)


# --- versions of an utterance ----------------------------------------------------------------------------------------


def variants(connection: Connection, quote: int) -> VariantsRow:
    """Every version of the utterance that a quote gives, the earliest first, with how each differs from it."""
    ids = _group(connection, "quote", "quote_group_id", quote)
    found: list[QuoteRow] = reading.rows(connection, "quotes", ids)  # type: ignore[assignment]
    evidence = passages(connection, "quotes", ids)
    first = found[0]
    speaker = next((row["speaker"] for row in found if row["speaker"] is not None), None)
    return VariantsRow(
        quote_group=first["quote_group"],
        speaker=speaker,
        source_count=_outlets(found),
        earliest=first,
        data=[
            VariantRow(quote=row, evidence=evidence[number], difference=difference(first["text"], row["text"]))
            for number, row in zip(ids, found, strict=True)
        ],
    )


def difference(first: str, other: str) -> DifferenceRow:
    """How the words of ``other`` differ from those of ``first``; case, accents, marks and punctuation do not count."""
    pieces = list(aligned(first, other))
    removed = [" ".join(_WORD.findall(words)) for kind, words in pieces if kind == "removed"]
    added = [" ".join(_WORD.findall(words)) for kind, words in pieces if kind == "added"]
    kinds = {(False, False): "same", (True, False): "shortened", (False, True): "longer", (True, True): "reworded"}
    return DifferenceRow(kind=kinds[bool(removed), bool(added)], removed=removed, added=added)


def aligned(first: str, other: str) -> Iterator[tuple[str, str]]:
    """The passage ``other`` piece by piece, and between its pieces what only ``first`` has.

    A piece is ``kept`` (both have its words), ``added`` or ``removed``; together, those not removed are ``other``.
    """
    ours, theirs = list(_WORD.finditer(first)), list(_WORD.finditer(other))
    plain = [fold(word[0]) for word in ours], [fold(word[0]) for word in theirs]
    shown = 0
    for kind, a, b, c, d in SequenceMatcher(a=plain[0], b=plain[1], autojunk=False).get_opcodes():
        if kind != "equal" and b > a:
            yield "removed", first[ours[a].start() : ours[b - 1].end()]
        if d > c:
            start, end = theirs[c].start(), theirs[d - 1].end()
            if start > shown:
                yield "kept", other[shown:start]
            yield "kept" if kind == "equal" else "added", other[start:end]
            shown = end
    if shown < len(other):
        yield "kept", other[shown:]


def _outlets(found: Sequence[QuoteRow | ClaimRow]) -> int:
    """Outlets among the articles; an article without one counts by itself."""
    return len(
        {row["article"]["source"]["key"] if row["article"]["source"] else row["article"]["key"] for row in found}
    )


# --- appearances -----------------------------------------------------------------------------------------------------


def appearances(connection: Connection, resource: str, fact: int) -> list[AppearanceRow]:
    """Where an utterance (``quotes``) or what a claim asserts (``claims``) is printed, the earliest article first."""
    table, group = ("quote", "quote_group_id") if resource == "quotes" else ("claim", "claim_group_id")
    ids = _group(connection, table, group, fact)
    evidence = passages(connection, resource, ids)
    return [
        AppearanceRow(
            key=row["key"],
            article=row["article"],
            start_char=row["start_char"],
            end_char=row["end_char"],
            text=row["text"],
            evidence=evidence[number],
            is_first=place == 0,
            extractor=row["extractor"],
        )
        for place, (number, row) in enumerate(zip(ids, reading.rows(connection, resource, ids), strict=True))
    ]


def _group(connection: Connection, table_name: str, group: str, own: int) -> list[int]:
    """The ids of all that is grouped with the fact ``own``, and itself, in order of publication (undated last)."""
    table = _T[table_name]
    number = select(table.c[group]).where(table.c.id == own).scalar_subquery()
    query = select(table.c.id).where(or_(table.c.id == own, table.c[group] == number))
    ordered = query.order_by(func.coalesce(table.c.published_date, "9999"), table.c.key)
    return list(connection.execute(ordered).scalars())


def company(connection: Connection, resource: str, article: str) -> dict[str, int]:
    """Key of each quote or claim of an article to how many others there are of its group, where there are some."""
    table, group = ("quote", "quote_group_id") if resource == "quotes" else ("claim", "claim_group_id")
    fact, other, printed = _T[table], _T[table].alias("other"), _T["article"]
    query = (
        select(fact.c.key, func.count().label("number"))
        .join(printed, printed.c.id == fact.c.article_id)
        .join(other, and_(other.c[group] == fact.c[group], other.c.id != fact.c.id))
        .where(printed.c.key == article)
        .group_by(fact.c.key)
    )
    return {row.key: row.number for row in connection.execute(query)}


# --- positions -------------------------------------------------------------------------------------------------------


def positions(connection: Connection, claim: int) -> PositionsRow:
    """Who holds what about the thing that a claim asserts: each holder's stances in order of time."""
    ids = _group(connection, "claim", "claim_group_id", claim)
    found: list[ClaimRow] = reading.rows(connection, "claims", ids)  # type: ignore[assignment]
    evidence = passages(connection, "claims", ids)
    taken = [
        PositionRow(
            said=row["said"],
            stance=row["stance"],
            certainty=row["certainty"],
            is_conditional=row["is_conditional"],
            claim=row,
            evidence=evidence[number],
        )
        for number, row in zip(ids, found, strict=True)
    ]
    holders = [_holder(list(group)) for _, group in groupby(sorted(taken, key=_by_holder), key=_identity)]
    holders.sort(key=lambda holder: _moment(holder["positions"][0]))
    return PositionsRow(
        claim_group=found[0]["claim_group"],
        affirmed=[holder["name"] for holder in holders if "affirm" in holder["stances"]],
        denied=[holder["name"] for holder in holders if "deny" in holder["stances"]],
        questioned=[holder["name"] for holder in holders if "question" in holder["stances"]],
        changed=[holder["name"] for holder in holders if holder["has_changed"]],
        data=holders,
    )


def _holder(positions: list[PositionRow]) -> HolderRow:
    claim = positions[0]["claim"]
    stances = [position["stance"] for position in positions]
    actor, words, source = claim["holder"], claim["holder_mention"], claim["article"]["source"]
    if actor is not None:
        name = actor["name"]
    elif words is not None:
        name = words["text"]
    else:
        name = source["name"] if source is not None else claim["article"]["title"] or claim["article"]["key"]
    return HolderRow(
        name=name,
        actor=actor,
        source=source if actor is None and words is None else None,
        stances=[stance for stance in _STANCES if stance in stances],
        has_changed=len(set(stances)) > 1,
        positions=positions,
    )


def _identity(position: PositionRow) -> tuple[str, str]:
    """What tells holders apart: the actor, else the words of one article, else the outlet (or its article)."""
    claim = position["claim"]
    if claim["holder"] is not None:
        return "actor", claim["holder"]["key"]
    if claim["holder_mention"] is not None:
        return f"words in {claim['article']['key']}", fold(claim["holder_mention"]["text"])
    source = claim["article"]["source"]
    return "outlet", source["key"] if source is not None else claim["article"]["key"]


def _moment(position: PositionRow) -> tuple[str, str, int]:
    claim = position["claim"]
    return position["said"]["date"] or "9999", claim["article"]["published_date"] or "9999", claim["start_char"]


def _by_holder(position: PositionRow) -> tuple[tuple[str, str], tuple[str, str, int], str]:
    return _identity(position), _moment(position), position["claim"]["key"]
