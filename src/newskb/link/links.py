"""A choice becomes a link: to a known actor or place, to the government of a seat, to a local actor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from newskb.link import local, roles
from newskb.link.authority import Entity, Known, Spot, wikidata
from newskb.link.candidates import explained, weights
from newskb.link.roles import Said
from newskb.model import Candidate, Link


@dataclass(frozen=True, slots=True)
class Target:
    """What a chain was weighed to refer to."""

    entity: Entity | None
    """None = none of the candidates is good enough."""
    candidates: tuple[Candidate, ...]
    said: Sequence[Said]

    @property
    def score(self) -> float:
        """The score of what was chosen, 0 when nothing was."""
        return self.candidates[0].score if self.entity is not None and self.candidates else 0.0


NOTHING = Target(None, (), ())
"""For chains that no name can be looked up for."""


def to_known(mentions: Sequence[int], entity: Known, target: Target, day: str | None) -> Link:
    """A link to an actor of the authority, as what it was on ``day``."""
    standing = roles.standing(entity, day)
    sector = standing.sector
    if sector != "GOV" and any(said.office.sector == "OPP" for said in target.said):
        sector = "OPP"  # "opposition leader" says more than a seat in parliament
    return Link(
        mentions=tuple(mentions),
        kind="actor",
        key=entity.key,
        name=entity.name,
        nil=False,
        wikidata=entity.wikidata or wikidata(entity.key),
        wikipedia=entity.wikipedia,
        actor_kind=entity.kind,
        country=standing.country,
        sector=sector,
        role=standing.role,
        score=target.score,
        candidates=target.candidates,
    )


def to_holder(
    mentions: Sequence[int], entity: Known, features: Sequence[str], said: Sequence[Said], day: str | None
) -> Link:
    """A link for a phrase that has one candidate, with the reasons for it."""
    candidate = explained(entity.key, entity.name, features)
    return to_known(mentions, entity, Target(entity, (candidate,), said), day)


def to_seated(
    mentions: Sequence[int], government: Known, target: Target, signs: Mapping[str, float], day: str | None
) -> Link:
    """A link to the government that a seat's name stands for, with the signs that it acts."""
    features = {"seat of government": weights()["seat of government"], **signs}
    score = round(sum(features.values()), 6)
    candidate = Candidate(key=government.key, name=government.name, score=score, features=features)
    others = tuple(other for other in target.candidates if other.key != government.key)
    return to_known(mentions, government, Target(government, (candidate, *others), target.said), day)


def to_place(mentions: Sequence[int], spot: Spot, target: Target) -> Link:
    """A link to a place of the gazetteer."""
    return Link(
        mentions=tuple(mentions),
        kind="place",
        key=spot.key,
        name=spot.name,
        nil=False,
        wikidata=wikidata(spot.key),
        wikipedia=spot.wikipedia,
        actor_kind=None,
        country=spot.country,
        sector=None,
        role=None,
        score=target.score,
        candidates=target.candidates,
    )


def to_governing(mentions: Sequence[int], spot: Spot, target: Target) -> Link:
    """A link to those who govern a place and act under its name ("California sued"), with the place's own key."""
    return Link(
        mentions=tuple(mentions),
        kind="actor",
        key=spot.key,
        name=spot.name,
        nil=False,
        wikidata=wikidata(spot.key),
        wikipedia=spot.wikipedia,
        actor_kind="government",
        country=spot.country,
        sector="GOV",
        role=None,
        score=target.score,
        candidates=target.candidates,
        place_key=spot.key,
    )


def to_community(mentions: Sequence[int], spot: Spot, target: Target) -> Link:
    """A link to those who are met or hit in a place, be they its government or its people ("arrived in Amman")."""
    return replace(to_governing(mentions, spot, target), sector=None)


def to_local_place(mentions: Sequence[int], name: str, target: Target) -> Link:
    """A link to a place that the gazetteer does not know."""
    return Link(
        mentions=tuple(mentions),
        kind="place",
        key=local.place_key(name),
        name=name,
        nil=True,
        wikidata=None,
        wikipedia=None,
        actor_kind=None,
        country=None,
        sector=None,
        role=None,
        score=0.0,
        candidates=target.candidates,
    )


def to_local(mentions: Sequence[int], actor: local.LocalActor, target: Target) -> Link:
    """A link to a local actor; its key may be None."""
    return Link(
        mentions=tuple(mentions),
        kind="actor",
        key=actor.key,
        name=actor.name,
        nil=True,
        wikidata=None,
        wikipedia=None,
        actor_kind=actor.kind,
        country=actor.country,
        sector=actor.sector,
        role=actor.role,
        score=0.0,
        candidates=target.candidates,
    )
