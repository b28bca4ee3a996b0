"""Facts become lines that people read and records that programs read; case files become expectations."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from newskb.model import Article, ArticleFacts, EventMention, Link, Mention, MentionForm, Span

_ETYPES = {
    "PERSON": "person",
    "GROUP": "person",
    "ORG": "organization",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "EVENT": "event",
}
"""OntoNotes labels as the entity types of the GUM corpus, which the coreference scorer filters by."""
_PLURAL_PEOPLE = re.compile(r"(s|men|women|people)$", re.IGNORECASE)
"""Endings of a people's name that stands for its people ("Norwegians"); "Norwegian" mostly is an adjective."""
_RELATIVES = frozenset(("who", "whom", "whose", "which", "that"))
"""Pronouns that corpora of coreference count as part of the noun phrase before them: they have no type of their own."""

_EXPECTATION = re.compile(r'([\w.]+)=("(?:[^"\\]|\\.)*"|\S+)|("(?:[^"\\]|\\.)*"|\S+)')


def links_by_mention(facts: ArticleFacts) -> dict[int, Link]:
    """Index of a mention to the link that covers it."""
    return {index: link for link in facts.links for index in link.mentions}


def actor_code(link: Link | None) -> str | None:
    """CAMEO-style code of a linked actor: ISO 3166-1 alpha-3 country, then PLOVER sector (``RUSGOV``)."""
    if link is None or link.kind != "actor":
        return None
    return ((link.country or "") + (link.sector or "")) or None


# --- records ---------------------------------------------------------------------------------------------------------


def record(article: Article, facts: ArticleFacts) -> dict[str, Any]:
    """One article with its facts as the JSON object that ``newskb extract`` prints (see ``docs/quickstart.md``)."""
    links = links_by_mention(facts)
    phrases = {mention.span.end for mention in facts.mentions if mention.form == MentionForm.NOMINAL}
    return {
        "id": article.external_id or article.key,
        "key": article.key,
        "source": article.source,
        "published_at": article.published.value if article.published else None,
        "title": article.title,
        "language": article.language,
        "text": article.text,
        "analysed": facts.analysed,
        "not_analysed": facts.not_analysed,
        "entities": _entities(facts, links),
        "mentions": [
            {
                **_span(_with_title(mention, phrases)),
                "chain": mention.chain,
                "etype": _etype(mention, article.text),
                "form": mention.form.value,
                "key": links[index].key if index in links else None,
            }
            for index, mention in enumerate(facts.mentions)
        ],
        "quotes": _quotes(article, facts, links),
        "claims": [
            {
                **_span(claim.proposition),
                "text": claim.proposition.of(article.text),
                "holder": _who(claim.holder, facts, links, article.text),
                "stance": claim.stance.value,
                "certainty": claim.certainty.value,
                "conditional": claim.is_conditional,
                "quote": None if claim.quote is None else _outermost(facts, claim.quote),
                "about_events": list(claim.about_events),
                "confidence": claim.confidence,
            }
            for claim in facts.claims
        ],
        "events": [_event(reports, article, facts, links) for reports in _by_chain(facts.events)],
        "timexes": [{**_span(time.span), "type": time.type, "value": time.value} for time in facts.times],
    }


def _quotes(
    article: Article, facts: ArticleFacts, links: Mapping[int, Link], inside: int | None = None
) -> list[dict[str, Any]]:
    """The quotes that stand inside of one (None: of none); those inside each of them are ``nested`` in it."""
    return [
        {
            **_span(quote.content),
            "parts": [[part.start, part.end] for part in quote.parts],
            "type": quote.type.value,
            "speaker": _who(quote.speaker, facts, links, article.text),
            "cue": _span(quote.cue) if quote.cue else None,
            "confidence": quote.confidence,
            "nested": _quotes(article, facts, links, index),
        }
        for index, quote in enumerate(facts.quotes)
        if quote.nested_in == inside
    ]


def _outermost(facts: ArticleFacts, index: int) -> int:
    """The number, among the quotes that stand in no other, of the one that holds the quote ``index``."""
    while (outer := facts.quotes[index].nested_in) is not None:
        index = outer
    return sum(quote.nested_in is None for quote in facts.quotes[:index])


def _with_title(mention: Mention, phrases: Container[int]) -> Span:
    """A name with its words of office, which is the whole noun phrase ("Foreign Minister Marta Hruba").

    Words of office that are a mention of their own ("Norway's foreign minister"), which ``phrases`` tells by their end,
    stay apart from the name.
    """
    if mention.title is None or mention.title.end in phrases:
        return mention.span
    return Span(start=mention.title.start, end=mention.span.end)


def _etype(mention: Mention, text: str) -> str | None:
    if _is_relative(mention, text):
        return None
    if mention.label == "NORP":
        is_people = mention.form != MentionForm.NAME or _PLURAL_PEOPLE.search(mention.span.of(text))
        return "person" if is_people else "other"
    return _ETYPES.get(mention.label, "other")


def _is_relative(mention: Mention, text: str) -> bool:
    return mention.form == MentionForm.PRONOUN and mention.span.of(text).lower() in _RELATIVES


def _span(span: Span) -> dict[str, int]:
    return {"start": span.start, "end": span.end}


def _entities(facts: ArticleFacts, links: Mapping[int, Link]) -> list[dict[str, Any]]:
    entities = []
    for index, mention in enumerate(facts.mentions):
        if mention.form.value != "name":
            continue
        link = links.get(index)
        # An actor that is named by a place ("Moscow reaffirmed") is listed as the place that the words name.
        entities.append(
            {
                **_span(mention.span),
                "type": mention.label,
                "wikidata": link.wikidata if link else None,
                "wikipedia": link.wikipedia if link else None,
                "nil": link.nil if link else True,
                "local_id": link.key if link else None,
                "place": link.place_key if link else None,
            }
        )
    return entities


def _who(index: int | None, facts: ArticleFacts, links: Mapping[int, Link], text: str) -> dict[str, Any] | None:
    if index is None:
        return None
    link = links.get(index)
    span = facts.mentions[index].span
    name = link.name if link and link.name else span.of(text)
    return {**_span(span), "key": link.key if link else None, "name": name}


def _by_chain(events: Iterable[EventMention]) -> list[list[EventMention]]:
    """The event mentions of each event in the article, the one that says most first; events in order of appearance."""
    chains: dict[int, list[EventMention]] = {}
    for event in events:
        chains.setdefault(event.chain, []).append(event)
    return [sorted(reports, key=_fullness, reverse=True) for reports in chains.values()]


def _fullness(event: EventMention) -> tuple[int, float, int]:
    said = (event.actors, event.recipients, event.place is not None, event.date_start)
    return sum(bool(part) for part in said), event.confidence, -event.trigger.start


def _event(
    reports: list[EventMention], article: Article, facts: ArticleFacts, links: Mapping[int, Link]
) -> dict[str, Any]:
    event = reports[0]
    place = next((report.place for report in reports if report.place is not None), None)
    dated = next((report for report in reports if report.date_start), event)

    def codes(indexes: Iterable[int]) -> list[dict[str, Any]]:
        return [
            {"code": actor_code(links.get(index)), **(_who(index, facts, links, article.text) or {})}
            for index in indexes
        ]

    actors, recipients = codes(event.actors), codes(event.recipients)
    return {
        "type": event.type,
        "extension": event.extension,
        "mode": event.mode,
        "contexts": list(event.contexts),
        "cameo": event.cameo,
        "chain": event.chain,
        "trigger": _span(event.trigger),
        "mentions": [_span(report.trigger) for report in sorted(reports, key=lambda report: report.trigger)],
        "source": actors[0]["code"] if actors else None,
        "target": recipients[0]["code"] if recipients else None,
        "source_text": facts.mentions[event.actors[0]].span.of(article.text) if event.actors else None,
        "target_text": facts.mentions[event.recipients[0]].span.of(article.text) if event.recipients else None,
        "actors": actors,
        "recipients": recipients,
        "place": _who(place, facts, links, article.text),
        "date": dated.date_start,
        "date_end": dated.date_end,
        "date_precision": dated.date_precision.value if dated.date_precision else None,
        "realis": event.realis.value,
        "reported_by": _who(event.reported_by, facts, links, article.text),
        "figures": [
            {
                **_span(facts.figures[index].span),
                "kind": facts.figures[index].kind,
                "low": facts.figures[index].low,
                "high": facts.figures[index].high,
                "qualifier": facts.figures[index].qualifier,
                "unit": facts.figures[index].unit,
            }
            for index in sorted({index for report in reports for index in report.figures})
        ],
        "confidence": event.confidence,
    }


# --- lines -----------------------------------------------------------------------------------------------------------


def lines(article: Article, facts: ArticleFacts) -> Iterator[str]:
    """The facts of an article, one line each, in the notation of the case files (``quote direct "…" speaker="…"``)."""
    links = links_by_mention(facts)

    def words(index: int | None) -> str | None:
        return None if index is None else facts.mentions[index].span.of(article.text)

    for index, mention in enumerate(facts.mentions):
        link = links.get(index)
        yield line(
            "mention",
            mention.form.value,
            mention.span.of(article.text),
            label=mention.label,
            chain=str(mention.chain),
            link=link.key if link else None,
            name=link.name if link else None,
        )
    for time in facts.times:
        yield line("time", time.type, time.span.of(article.text), value=time.value)
    for quote in facts.quotes:
        content = " … ".join(part.of(article.text) for part in quote.parts)
        cue = quote.cue.of(article.text) if quote.cue else None
        yield line("quote", quote.type.value, content, speaker=words(quote.speaker), cue=cue)
    for event in facts.events:
        yield line(
            "event",
            event.type or event.extension or "?",
            event.trigger.of(article.text),
            mode=event.mode,
            actor=_joined(words(index) for index in event.actors),
            recipient=_joined(words(index) for index in event.recipients),
            place=words(event.place),
            date=event.date_start,
            realis=event.realis.value,
            reported_by=words(event.reported_by),
            chain=str(event.chain),
            confidence=f"{event.confidence:.2f}",
        )
    for figure in facts.figures:
        low = None if figure.low is None else f"{figure.low:g}"
        high = None if figure.high is None else f"{figure.high:g}"
        yield line("figure", figure.kind, figure.span.of(article.text), low=low, high=high, unit=figure.unit)
    for claim in facts.claims:
        yield line(
            "claim",
            claim.stance.value,
            claim.proposition.of(article.text),
            holder=words(claim.holder),
            certainty=claim.certainty.value,
            conditional="yes" if claim.is_conditional else None,
        )


def line(layer: str, kind: str, words: str, **attributes: str | None) -> str:
    """One fact in the notation; attributes that are None are left out."""
    parts = [layer, kind, _quoted(words)]
    parts += [f"{name}={_quoted(value)}" for name, value in attributes.items() if value is not None]
    return " ".join(parts)


def _joined(values: Iterable[str | None]) -> str | None:
    return ", ".join(value for value in values if value) or None


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], value[1:-1])


# --- cases -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One ``=>`` line of a case: a layer, its plain words in order, and its attributes."""

    layer: str
    words: tuple[str, ...]
    attributes: Mapping[str, str]
    is_absent: bool
    """``=> no event`` expects that nothing of the layer is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A text and what must be found in it."""

    title: str
    text: str
    expected: tuple[Expectation, ...]
    settings: Mapping[str, str]
    """``published=2019-05-05`` and the like, from an ``@`` line before the text."""


def parse_expectation(source: str) -> Expectation:
    """Read one line of the notation, with or without its leading ``=>``. Raises ``ValueError`` when it says nothing."""
    words: list[str] = []
    attributes: dict[str, str] = {}
    for name, value, bare in _EXPECTATION.findall(source.removeprefix("=>").strip()):
        if name:
            attributes[name] = _unquoted(value)
        else:
            words.append(_unquoted(bare))
    is_absent = bool(words) and words[0] == "no"
    if is_absent:
        words = words[1:]
    if not words:
        raise ValueError(f"a case expectation names no layer: {source!r}")
    return Expectation(layer=words[0], words=tuple(words[1:]), attributes=attributes, is_absent=is_absent)


def read_cases(source: str) -> Iterator[Case]:
    """The cases of a case file: blocks parted by blank lines, each ``# title``, text lines and ``=>`` lines."""
    for block in re.split(r"\n\s*\n", source.strip()):
        title = ""
        text: list[str] = []
        expected: list[Expectation] = []
        settings: dict[str, str] = {}
        for row in block.splitlines():
            if row.startswith("#"):
                title = title or row.lstrip("# ")
            elif row.startswith("=>"):
                expected.append(parse_expectation(row))
            elif row.startswith("@"):
                settings |= dict(pair.split("=", 1) for pair in row[1:].split())
            else:
                text.append(row)
        if expected:
            yield Case(title=title, text="\n".join(text), expected=tuple(expected), settings=settings)
