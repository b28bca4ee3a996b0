"""Analysts merge and split actors; who is meant in an article is the linker's choice as they changed it.

A merge is a judgement that two actors are the same and says which key stays. A split is a judgement that two are
different, with the places where the linker's choice means the other. ``resolve`` makes the rows of articles what both
say together; it runs whenever facts are written, so that no judgement is lost when articles are imported or read again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, delete, func, literal, or_, select, union_all
from sqlalchemy import Row as ResultRow

from newskb import text
from newskb.errors import ConflictError, InputError, NotFoundError
from newskb.store import changes, corrections, schema
from newskb.store.actors import LinkedActor, known_of, upsert_actors
from newskb.store.bulk import KEYS_AT_ONCE, Row, chunks, execute_many, ids_of, insert_rows, next_id
from newskb.store.facts import mark_days
from newskb.store.redirects import follow, mark_replaced, redirects

_T: Mapping[str, Table] = schema.Base.metadata.tables
_ACTOR, _LINK, _MENTION, _ARTICLE = _T["actor"], _T["link"], _T["mention"], _T["article"]
_JUDGEMENT, _SPLIT, _CORRECTION = _T["judgement"], _T["actor_split"], _T["correction"]
_WIKIDATA = re.compile(r"Q[1-9]\d*", re.ASCII)
MAX_DECISIONS = 1_000
"""Most decisions in one answer."""

# --- merging ---------------------------------------------------------------------------------------------------------


def merge_actors(
    connection: Connection, into: str, others: Sequence[str], *, author: str, reason: str
) -> dict[str, str]:
    """Let ``into`` stand for the ``others`` too; returns the key of the judgement about each.

    ``into`` may be a Wikidata id that nobody knew so far: it is what the others are known by from now on. Facts follow
    at once, events and groups with the next merge. Raises ``NotFoundError``, ``InputError`` and ``ConflictError``.
    """
    if not others:
        raise InputError("name at least one actor to merge")
    by = redirects(connection)
    _must_stand(into, by)
    is_known = bool(ids_of(connection, _ACTOR, [into]))
    if not is_known and not _WIKIDATA.fullmatch(into):
        raise NotFoundError(f"there is no actor {into}")
    for other in others:
        _must_exist(connection, other)
        _must_stand(other, by)
        if other == into:
            raise InputError(f"{into} cannot be merged into itself")
        if _WIKIDATA.fullmatch(other) and not _WIKIDATA.fullmatch(into):
            raise InputError(f"a Wikidata id stays: merge {into} into {other} instead")
        _must_not_differ(connection, into, other)
    if not is_known:
        _make_known(connection, into, others[0])
    made: dict[str, str] = {}
    articles: set[int] = set()
    for other in others:
        articles |= _articles_of(connection, [other])
        made[other] = corrections.record_judgement(
            connection, into, other, kind="actor", decision="same", into=into, author=author, reason=reason
        )
    mark_replaced(connection, redirects(connection))
    resolve(connection, articles)
    return made


def _must_exist(connection: Connection, key: str) -> None:
    if not ids_of(connection, _ACTOR, [key]):
        raise NotFoundError(f"there is no actor {key}")


def _must_stand(key: str, by: Mapping[str, str]) -> None:
    if key in by:
        raise ConflictError(f"{key} was merged into {follow(key, by)}; name that one, or undo the decision first")


def _must_not_differ(connection: Connection, one: str, other: str) -> None:
    low, high = sorted((one, other))
    for judgement in corrections.judgements(connection, "actor"):
        if (judgement.first, judgement.second, judgement.decision) == (low, high, "different"):
            raise ConflictError(f"{judgement.author} decided that {one} and {other} differ; undo {judgement.key} first")


def _make_known(connection: Connection, key: str, model: str) -> None:
    """A row for a Wikidata id, with what is known of the actor that it is given to."""
    row = connection.execute(select(_ACTOR).where(_ACTOR.c.key == model)).one()
    known = LinkedActor(
        name=row.name, kind=row.kind, wikidata=key, country=row.country, sector=row.sector, wikipedia=row.wikipedia
    )
    upsert_actors(connection, {key: known})


# --- splitting -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """What a split made."""

    judgement: str
    actor: str
    """Key of the actor that the words mean now."""


def split_actor(
    connection: Connection,
    key: str,
    *,
    articles: Sequence[str] = (),
    mentions: Sequence[str] = (),
    into: str | None = None,
    author: str,
    reason: str,
) -> Split:
    """Let what some articles, or the chains of some mentions, say of an actor mean another one.

    That is ``into``, or an actor of its own whose key is made of what was split off. Raises ``NotFoundError``,
    ``InputError`` and ``ConflictError``.
    """
    _must_exist(connection, key)
    by = redirects(connection)
    _must_stand(key, by)
    if not articles and not mentions:
        raise InputError("name the articles, or the mentions, that mean another actor")
    places = _places(connection, key, articles, mentions)
    if into is None:
        if _is_all(connection, key, places):
            raise InputError(f"nothing of {key} would be left; leave out the articles that do mean it")
        into = text.key("act", "split", key, *sorted(f"{article} {start}" for article, start, _end, _key in places))
    else:
        _must_exist(connection, into)
        _must_stand(into, by)
    if into == key:
        raise InputError(f"{key} cannot be split into itself")
    judgement = corrections.record_judgement(
        connection, key, into, kind="actor", decision="different", author=author, reason=reason
    )
    judgement_id = connection.execute(select(_JUDGEMENT.c.id).where(_JUDGEMENT.c.key == judgement)).scalar_one()
    first = next_id(connection, _SPLIT)
    rows: list[Row] = [(first + n, judgement_id, *place, into) for n, place in enumerate(places)]
    insert_rows(connection, _SPLIT, rows)
    resolve(connection, ids_of(connection, _ARTICLE, {article for article, *_ in places}).values())
    return Split(judgement=judgement, actor=into)


_Place = tuple[str, int | None, int | None, str]
"""Article, start and end of a mention (or of none), and the key that the linker gives."""


def _places(connection: Connection, key: str, articles: Sequence[str], mentions: Sequence[str]) -> list[_Place]:
    actor_id = ids_of(connection, _ACTOR, [key])[key]
    found: set[_Place] = set()
    query = (
        select(_ARTICLE.c.key, _LINK.c.linked_key)
        .join(_LINK, _LINK.c.article_id == _ARTICLE.c.id)
        .where(_LINK.c.actor_id == actor_id, _LINK.c.linked_key.is_not(None))
    )
    for article in dict.fromkeys(articles):
        rows = connection.execute(query.where(_ARTICLE.c.key == article)).all()
        if not rows:
            raise NotFoundError(f"no article '{article}' names {key}")
        found |= {(row.key, None, None, row.linked_key) for row in rows}
    named = (
        select(_ARTICLE.c.key, _MENTION.c.start_char, _MENTION.c.end_char, _LINK.c.linked_key)
        .join(_MENTION, _MENTION.c.article_id == _ARTICLE.c.id)
        .join(_LINK, (_LINK.c.article_id == _ARTICLE.c.id) & (_LINK.c.ordinal == _MENTION.c.link))
        .where(_LINK.c.actor_id == actor_id, _LINK.c.linked_key.is_not(None))
    )
    for mention in dict.fromkeys(mentions):
        one = connection.execute(named.where(_MENTION.c.key == mention)).one_or_none()
        if one is None:
            raise NotFoundError(f"no mention '{mention}' means {key}")
        found.add((one.key, one.start_char, one.end_char, one.linked_key))
    return sorted(found, key=lambda place: (place[0], place[1] or -1, place[3]))


def _is_all(connection: Connection, key: str, places: Collection[_Place]) -> bool:
    """Whether the places are all that there is of an actor."""
    actor_id = ids_of(connection, _ACTOR, [key])[key]
    chains = select(func.count()).select_from(_LINK).where(_LINK.c.actor_id == actor_id)
    whole = {article for article, start, _end, _key in places if start is None}
    taken = sum(1 for article, *_ in places if article not in whole)
    for article_id in ids_of(connection, _ARTICLE, whole).values():
        taken += int(connection.execute(chains.where(_LINK.c.article_id == article_id)).scalar_one())
    return taken >= int(connection.execute(chains).scalar_one())


# --- the log ---------------------------------------------------------------------------------------------------------


def undo(connection: Connection, key: str, *, author: str) -> None:
    """Take a decision back: what it changed is again as without it. Raises ``NotFoundError`` and ``ConflictError``."""
    if key.startswith("cor-"):
        corrections.revoke_correction(connection, key, author=author)
        return
    judgement = connection.execute(select(_JUDGEMENT).where(_JUDGEMENT.c.key == key)).one_or_none()
    if judgement is None:
        raise NotFoundError(f"there is no decision '{key}'")
    if judgement.revoked_at is not None:
        raise ConflictError(f"decision {key} was already undone")
    parts = connection.execute(select(_SPLIT).where(_SPLIT.c.judgement_id == judgement.id)).all()
    _must_be_the_last(connection, judgement, {part.to_key for part in parts})
    articles: set[int] = set(ids_of(connection, _ARTICLE, {part.article_key for part in parts}).values())
    if judgement.into_key is not None:
        articles |= _articles_of(connection, [judgement.first_key, judgement.second_key])
        articles |= _articles_of(connection, [follow(judgement.into_key, redirects(connection))])
    corrections.revoke_judgement(connection, key, author=author)
    if judgement.kind == "actor":
        mark_replaced(connection, redirects(connection))
        resolve(connection, articles)


def _must_be_the_last(connection: Connection, judgement: ResultRow[Any], made: Collection[str]) -> None:
    """Raise ``ConflictError`` when a later decision says something of an actor that a split made."""
    for key in sorted(made):
        if not key.startswith("act-"):
            continue
        later = (
            select(_JUDGEMENT.c.key)
            .where(or_(_JUDGEMENT.c.first_key == key, _JUDGEMENT.c.second_key == key))
            .where(_JUDGEMENT.c.id > judgement.id, _JUDGEMENT.c.revoked_at.is_(None))
        )
        named = select(_CORRECTION.c.key).where(
            _CORRECTION.c.value.contains(f'"{key}"', autoescape=True), _CORRECTION.c.revoked_at.is_(None)
        )
        for query in (later, named):
            other = connection.execute(query.limit(1)).scalar_one_or_none()
            if other is not None:
                raise ConflictError(f"decision {other} is about {key}, which {judgement.key} made; undo {other} first")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an analyst decided, when, and whether it stands."""

    key: str
    action: str
    """``merge``, ``split``, ``correct`` or, for pairs of other things, ``judge``."""
    subjects: tuple[str, ...]
    """Keys of what it is about: of a merge first the key that stays."""
    decision: str
    """``same``, ``different`` or ``unsure``; of a correction the field that it changes."""
    value: Any
    """Of a correction, the right value; of a split, the articles."""
    author: str
    reason: str
    created_at: str
    undone_at: str | None
    undone_by: str | None


def decisions(
    connection: Connection, *, about: str | None = None, limit: int = 50, before: tuple[str, str] | None = None
) -> list[Decision]:
    """The latest decisions, those ``about`` one key, or those ``before`` a decision (its time and key)."""
    judged = select(
        _JUDGEMENT.c.key,
        _JUDGEMENT.c.kind,
        _JUDGEMENT.c.first_key,
        _JUDGEMENT.c.second_key,
        _JUDGEMENT.c.decision,
        _JUDGEMENT.c.into_key.label("value"),
        *(_JUDGEMENT.c[name] for name in _LOGGED),
        literal(0).label("is_correction"),
        _JUDGEMENT.c.id,
    )
    corrected = select(
        _CORRECTION.c.key,
        _CORRECTION.c.layer,
        _CORRECTION.c.fact_key,
        _CORRECTION.c.article_key,
        _CORRECTION.c.field,
        _CORRECTION.c.value,
        *(_CORRECTION.c[name] for name in _LOGGED),
        literal(1),
        _CORRECTION.c.id,
    )
    if about is not None:
        judged = judged.where(or_(_JUDGEMENT.c.first_key == about, _JUDGEMENT.c.second_key == about))
        corrected = corrected.where(
            or_(
                _CORRECTION.c.fact_key == about,
                _CORRECTION.c.article_key == about,
                _CORRECTION.c.value.contains(f'"{about}"', autoescape=True),
            )
        )
    both = union_all(judged, corrected).subquery()
    query = select(both)
    if before is not None:
        moment, key = before
        query = query.where(or_(both.c.created_at < moment, (both.c.created_at == moment) & (both.c.key < key)))
    rows = connection.execute(query.order_by(both.c.created_at.desc(), both.c.key.desc()).limit(limit)).all()
    split = _split_articles(connection, [row.id for row in rows if not row.is_correction])
    return [_decision(row, split.get(row.id, [])) for row in rows]


_LOGGED = ("author", "reason", "created_at", "revoked_at", "revoked_by")


def decision(connection: Connection, key: str) -> Decision:
    """One decision. Raises ``NotFoundError``."""
    for table, subject in ((_JUDGEMENT, "first_key"), (_CORRECTION, "fact_key")):
        row = connection.execute(select(table).where(table.c.key == key)).one_or_none()
        if row is not None:
            about = decisions(connection, about=getattr(row, subject), limit=MAX_DECISIONS)
            return next(item for item in about if item.key == key)
    raise NotFoundError(f"there is no decision '{key}'")


def _split_articles(connection: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for row in connection.execute(
        select(_SPLIT.c.judgement_id, _SPLIT.c.article_key).where(_SPLIT.c.judgement_id.in_(ids)).distinct()
    ):
        found[row.judgement_id].append(row.article_key)
    return {judgement: sorted(articles) for judgement, articles in found.items()}


def _decision(row: ResultRow[Any], articles: list[str]) -> Decision:
    action, value, subjects = "judge", None, (row.first_key, row.second_key)
    if row.is_correction:
        action, value = "correct", msgspec.json.decode(row.value)
    elif row.value is not None:
        other = row.first_key if row.value == row.second_key else row.second_key
        action, subjects = "merge", (row.value, other)
    elif articles:
        action, value = "split", articles
    return Decision(
        key=row.key,
        action=action,
        subjects=subjects,
        decision=row.decision,
        value=value,
        author=row.author,
        reason=row.reason,
        created_at=row.created_at,
        undone_at=row.revoked_at,
        undone_by=row.revoked_by,
    )


# --- who is meant ----------------------------------------------------------------------------------------------------


def _articles_of(connection: Connection, actors: Collection[str]) -> set[int]:
    """The articles that link to these actors, and those where a correction names them."""
    ids = list(ids_of(connection, _ACTOR, actors).values())
    named = or_(_LINK.c.actor_id.in_(ids), _LINK.c.linked_key.in_(sorted(actors)))
    found = set(connection.execute(select(_LINK.c.article_id).where(named).distinct()).scalars())
    naming = [_CORRECTION.c.value.contains(f'"{key}"', autoescape=True) for key in sorted(actors)]
    told = select(_ARTICLE.c.id).join(_CORRECTION, _CORRECTION.c.article_key == _ARTICLE.c.key)
    found |= set(connection.execute(told.where(or_(*naming), _CORRECTION.c.revoked_at.is_(None))).scalars())
    return found


def resolve(connection: Connection, articles: Iterable[int]) -> None:
    """Make the actors of all facts of these articles what the linker found, as analysts merged and split it."""
    for part in chunks(sorted(set(articles)), 500):
        _resolve_some(connection, part)


def resolve_new(connection: Connection, articles: Iterable[int]) -> None:
    """``resolve`` for articles whose facts have just been written; costs nothing while nobody decided anything."""
    judged = select(_JUDGEMENT.c.id).where(_JUDGEMENT.c.kind == "actor", _JUDGEMENT.c.revoked_at.is_(None)).limit(1)
    if connection.execute(judged).first() is not None:
        mark_replaced(connection, redirects(connection))
        resolve(connection, articles)


def _resolve_some(connection: Connection, articles: Sequence[int]) -> None:
    links = connection.execute(
        select(_LINK)
        .where(_LINK.c.article_id.in_(articles), _LINK.c.kind == "actor", _LINK.c.linked_key.is_not(None))
        .order_by(_LINK.c.article_id, _LINK.c.ordinal)
    ).all()
    split = _Splits(connection, articles)
    by = redirects(connection)
    meant = {(row.article_id, row.ordinal): follow(split.target(row), by) for row in links}
    ids = ids_of(connection, _ACTOR, meant.values())
    moved = [row for row in links if row.actor_id != ids.get(meant[row.article_id, row.ordinal])]
    known: dict[str, LinkedActor] = {}
    for row in moved:
        key = meant[row.article_id, row.ordinal]
        said = known_of(row, key)
        known[key] = known[key].join(said) if key in known else said
    ids |= upsert_actors(connection, known)
    changed = [(ids[meant[row.article_id, row.ordinal]], row.article_id, row.ordinal) for row in moved]
    execute_many(connection, "UPDATE link SET actor_id = ? WHERE article_id = ? AND ordinal = ?", changed)
    touched = sorted({row.article_id for row in moved})
    if touched:
        _follow_links(connection, touched)
        for resource, table in (("articles", _ARTICLE), ("quotes", _T["quote"]), ("claims", _T["claim"])):
            column = table.c.id if table is _ARTICLE else table.c.article_id
            keys = connection.execute(select(table.c.key).where(column.in_(touched))).scalars()
            changes.touched(connection, resource, list(keys))
    corrections.reapply_actors(connection, articles)
    _mark(connection, touched)


class _Splits:
    """The standing splits in some articles."""

    def __init__(self, connection: Connection, articles: Sequence[int]) -> None:
        rows = connection.execute(
            select(_SPLIT, _ARTICLE.c.id.label("article_id"))
            .join(_ARTICLE, _ARTICLE.c.key == _SPLIT.c.article_key)
            .join(_JUDGEMENT, _JUDGEMENT.c.id == _SPLIT.c.judgement_id)
            .where(_ARTICLE.c.id.in_(articles), _JUDGEMENT.c.revoked_at.is_(None))
            .order_by(_SPLIT.c.id)
        ).all()
        self._of: dict[tuple[int, str], list[ResultRow[Any]]] = defaultdict(list)
        for row in rows:
            self._of[row.article_id, row.from_key].append(row)
        placed = sorted({row.article_id for row in rows if row.start_char is not None})
        self._spans: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        query = select(_MENTION.c.article_id, _MENTION.c.link, _MENTION.c.start_char, _MENTION.c.end_char)
        for article, link, start, end in connection.execute(query.where(_MENTION.c.article_id.in_(placed))):
            if link is not None:
                self._spans[article, link].append((start, end))

    def target(self, link: ResultRow[Any]) -> str:
        """The key that the latest split gives to a link, else the linker's."""
        for row in reversed(self._of.get((link.article_id, link.linked_key), ())):
            spans = self._spans.get((link.article_id, link.ordinal), ())
            # A newer extractor may cut a mention otherwise: what overlaps it is meant.
            if row.start_char is None or any(s < row.end_char and e > row.start_char for s, e in spans):
                return str(row.to_key)
        return str(link.linked_key)


_OF_MENTION = (
    ("quote", "speaker_id", "speaker_mention"),
    ("quote", "addressee_id", "addressee_mention"),
    ("claim", "holder_id", "holder_mention"),
    ("event_mention", "reported_by_id", "reported_by_mention"),
)
"""Tables with columns that hold the actor of the mention in another column."""


def _follow_links(connection: Connection, articles: Sequence[int]) -> None:
    """Let everything that refers to an actor by its mention refer to what the mention's link refers to."""
    ids = ", ".join(str(int(number)) for number in articles)
    connection.exec_driver_sql(
        "UPDATE mention SET actor_id = (SELECT l.actor_id FROM link l WHERE l.article_id = mention.article_id "
        f"AND l.ordinal = mention.link AND l.kind = 'actor') WHERE article_id IN ({ids})"
    )
    for table, column, mention in _OF_MENTION:
        connection.exec_driver_sql(
            f"UPDATE {table} SET {column} = (SELECT m.actor_id FROM mention m WHERE m.article_id = {table}.article_id "
            f"AND m.ordinal = {table}.{mention}) WHERE article_id IN ({ids})"
        )
    connection.exec_driver_sql(
        "UPDATE event_mention_participant SET actor_id = (SELECT m.actor_id FROM event_mention e JOIN mention m "
        "ON m.article_id = e.article_id AND m.ordinal = event_mention_participant.mention "
        "WHERE e.id = event_mention_participant.event_mention_id) WHERE mention IS NOT NULL "
        f"AND event_mention_id IN (SELECT id FROM event_mention WHERE article_id IN ({ids}))"
    )
    _name_anew(connection, articles)


def _name_anew(connection: Connection, articles: Sequence[int]) -> None:
    """Whom quotes and claims are about, from the mentions in them."""
    mentions: dict[int, list[Any]] = defaultdict(list)
    query = select(
        _MENTION.c.article_id, _MENTION.c.ordinal, _MENTION.c.start_char, _MENTION.c.end_char, _MENTION.c.actor_id
    ).where(_MENTION.c.article_id.in_(articles), _MENTION.c.actor_id.is_not(None))
    for named in connection.execute(query):
        mentions[named.article_id].append(named)
    quote, claim = _T["quote"], _T["claim"]
    about: dict[str, set[tuple[int, int]]] = {"quote_about": set(), "claim_about": set()}
    said = select(quote.c.id, quote.c.article_id, quote.c.parts).where(quote.c.article_id.in_(articles))
    for row in connection.execute(said):
        parts = msgspec.json.decode(row.parts)
        about["quote_about"] |= {
            (row.id, named.actor_id)
            for named in mentions[row.article_id]
            if any(start <= named.start_char and named.end_char <= end for start, end in parts)
        }
    held = select(claim.c.id, claim.c.article_id, claim.c.about_mentions).where(claim.c.article_id.in_(articles))
    for one in connection.execute(held):
        ordinals = set(msgspec.json.decode(one.about_mentions))
        about["claim_about"] |= {
            (one.id, named.actor_id) for named in mentions[one.article_id] if named.ordinal in ordinals
        }
    for name, pairs in about.items():
        owner = _T[name.removesuffix("_about")]
        column = next(iter(_T[name].c))
        owned = select(owner.c.id).where(owner.c.article_id.in_(articles))
        connection.execute(delete(_T[name]).where(column.in_(owned)))
        insert_rows(connection, _T[name], sorted(pairs))


def _mark(connection: Connection, articles: Sequence[int]) -> None:
    event = _T["event_mention"]
    for part in chunks(articles, KEYS_AT_ONCE):
        told = connection.execute(select(event.c.date_start).where(event.c.article_id.in_(part)).distinct())
        printed = connection.execute(select(_ARTICLE.c.published_date).where(_ARTICLE.c.id.in_(part)).distinct())
        mark_days(connection, [row[0] or "" for row in (*told, *printed)])
