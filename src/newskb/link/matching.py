"""A name with what is known of its bearer becomes graded candidates, by the features and weights of the linker."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from newskb.link import roles
from newskb.link.authority import Authority, Known, Spot
from newskb.link.candidates import Choice, weigh, weigh_named
from newskb.link.linker import LINK_SCORE, RIVAL_MARGIN
from newskb.link.names import is_acronym, is_one_person, person_words, plain, without_suffix
from newskb.link.offices import Office
from newskb.link.reading import Chain, Reading
from newskb.link.roles import Said
from newskb.model import (
    Article,
    ArticleFacts,
    DatePrecision,
    Mention,
    MentionForm,
    Origin,
    PublishedAt,
    Span,
)
from newskb.text import squeeze

_LABELS = {"person": "PERSON", "organisation": "ORG", "government": "ORG", "country": "GPE", "group": "NORP"}
"""Kind of an actor to the label that a mention of one has in a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Who is meant."""

    name: str
    kind: str | None = None
    """None = any; the name is then tried as a person's and as a body's."""
    country: str | None = None
    """ISO 3166-1 alpha-3."""
    sector: str | None = None
    office: str | None = None
    """Words of an office or a title ("foreign minister")."""
    day: str | None = None
    """``YYYY-MM-DD`` on which the office is held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """An actor that may be meant."""

    key: str
    score: float
    features: dict[str, float]
    """What the score is the sum of."""


def match(question: Question, authority: Authority, others: Iterable[Known] = ()) -> list[Graded]:
    """The actors of the authority and of ``others`` that bear the name, the best first."""
    name = squeeze(question.name)
    if not plain(name):
        return []
    others = list(others)
    labels = [_LABELS[question.kind]] if question.kind else ["PERSON", "ORG", "GPE"]
    best: dict[str, Choice] = {}
    for label in labels:
        for choice in _weighed(replace(question, name=name), label, authority, others):
            key, fits = choice.entity.key, question.kind in (None, choice.entity.kind)
            if fits and not isinstance(choice.entity, Spot) and (key not in best or best[key].score < choice.score):
                best[key] = choice
    graded = [Graded(key=key, score=one.score, features=dict(one.candidate.features)) for key, one in best.items()]
    return sorted(graded, key=lambda one: (-one.score, one.key))


def is_match(graded: Sequence[Graded]) -> bool:
    """Whether the linker would take the first: its score is high enough, and no other's is as high."""
    if not graded or graded[0].score < LINK_SCORE:
        return False
    return len(graded) < 2 or graded[0].score - graded[1].score >= RIVAL_MARGIN


def _weighed(question: Question, label: str, authority: Authority, others: Sequence[Known]) -> list[Choice]:
    chain = Chain(
        0,
        [0],
        names=[0],
        surfaces=(question.name,),
        label=label,
        phrases=(question.office,) if question.office else (),
        countries=(question.country,) if question.country else (),
    )
    reading = _reading(question, label, authority)
    said = _said(question, authority)
    found = {choice.entity.key: choice for choice in weigh(chain, said, reading)}
    for other in others:
        feature = _name_feature(other, question.name)
        if feature is not None and other.key not in found:
            found[other.key] = weigh_named(other, feature, chain, said, reading)
    return list(found.values())


def _said(question: Question, authority: Authority) -> list[Said]:
    found = roles.parse(question.office, authority) if question.office else None
    if found is not None:
        return [replace(found, country=found.country or question.country)]
    if question.sector is None:
        return []
    office = Office(words="", kind=None, sector=question.sector, is_past=False, is_future=False, is_deputy=False)
    return [Said(phrase="", office=office, country=question.country, place=None, is_national=False)]


def _reading(question: Question, label: str, authority: Authority) -> Reading:
    """An article that says nothing but the name."""
    span = Span(start=0, end=len(question.name))
    published = None
    if question.day is not None:
        published = PublishedAt(value=question.day, precision=DatePrecision.DAY, evidence="metadata", raw=question.day)
    article = Article(
        key="match",
        text_hash="",
        origin=Origin(path="match"),
        external_id=None,
        source=None,
        url=None,
        title=None,
        byline=None,
        language="en",
        published=published,
        text=question.name,
        signature=(),
    )
    mention = Mention(span=span, head=span, form=MentionForm.NAME, label=label, chain=0)
    facts = ArticleFacts(article="match", extractor="", analysed=True, sentences=(span,), mentions=(mention,))
    return Reading(article, facts, authority)


def _name_feature(known: Known, name: str) -> str | None:
    """What a name and those of an actor that the authority does not have have in common."""
    form = plain(name)
    forms = {plain(alias) for alias in (known.name, *known.aliases)}
    if form in forms:
        if known.kind == "person":
            return "full name" if " " in form else "single name"
        return "acronym" if is_acronym(name) and form != plain(known.name) else "full name"
    if known.kind == "person":
        if any(is_one_person(name, alias) for alias in (known.name, *known.aliases)):
            return "other spelling"
        words = person_words(name)
        last = {alias.split()[-1] for alias in forms if " " in alias}
        return "family name" if len(words) == 1 and words[0] in last else None
    return "without legal form" if without_suffix(form) in {without_suffix(one) for one in forms} else None
