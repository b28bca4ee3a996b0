"""A quick extractor of every layer of facts by plain patterns, so that hundreds of imports take seconds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from newskb import text
from newskb.ingest.clean import Cleaner
from newskb.model import (
    Article,
    ArticleFacts,
    Certainty,
    Claim,
    DatePrecision,
    EventMention,
    Figure,
    Link,
    Mention,
    MentionForm,
    Quote,
    QuoteType,
    Realis,
    Span,
    Stance,
)
from newskb.pipeline import Extractor

SENTENCE = re.compile(r"[^.\w]*\w[^.]*\.?")
NAME = re.compile(r"[A-Z][a-z]+ [A-Z][a-z]+")
QUOTE = re.compile(r'"([^"]+)"')
NUMBER = re.compile(r"(\d+) people")
EVENTS = {"marched": "PROTEST", "met": "CONSULT", "attacked": "ASSAULT"}


def span(match: re.Match[str], group: int = 0, offset: int = 0) -> Span:
    return Span(start=offset + match.start(group), end=offset + match.end(group))


class LightAnnotator:
    def __init__(self, version: str = "light-1") -> None:
        self.version = version

    def annotate(self, articles: Sequence[Article]) -> list[ArticleFacts]:
        return [self._facts(article) for article in articles]

    def _facts(self, article: Article) -> ArticleFacts:
        body = article.text
        names = list(NAME.finditer(body))
        chains = {name: number for number, name in enumerate(sorted({match.group() for match in names}))}
        mentions = tuple(
            Mention(span=span(m), head=span(m), form=MentionForm.NAME, label="PERSON", chain=chains[m.group()])
            for m in names
        )
        quotes = tuple(
            Quote(
                content=span(m, 1),
                parts=(span(m, 1),),
                type=QuoteType.DIRECT,
                speaker=self._first_after(mentions, m.end()),
                cue=None,
            )
            for m in QUOTE.finditer(body)
        )
        figures = tuple(
            Figure(
                span=span(m),
                kind="crowd",
                low=float(m.group(1)),
                high=float(m.group(1)),
                qualifier=None,
                unit="people",
            )
            for m in NUMBER.finditer(body)
        )
        sentences = tuple(span(m) for m in SENTENCE.finditer(body))
        events, claims = [], []
        for sentence in sentences:
            inside = [i for i, m in enumerate(mentions) if sentence.start <= m.span.start < sentence.end]
            told = [i for i, f in enumerate(figures) if sentence.start <= f.span.start < sentence.end]
            found = re.search("|".join(EVENTS), sentence.of(body))
            if found:
                day = article.published.day if article.published else None
                events.append(
                    EventMention(
                        trigger=span(found, 0, sentence.start),
                        lemma=found.group(),
                        type=EVENTS[found.group()],
                        extension=None,
                        mode=None,
                        contexts=(),
                        cameo=None,
                        chain=len(events),
                        actors=tuple(inside[:1]),
                        recipients=tuple(inside[1:2]),
                        place=None,
                        time=None,
                        date_start=day,
                        date_end=day,
                        date_precision=DatePrecision.DAY if day else None,
                        realis=Realis.NEGATED if " not " in sentence.of(body) else Realis.ACTUAL,
                        reported_by=None,
                        figures=tuple(told),
                        confidence=0.6,
                    )
                )
            claims.append(
                Claim(
                    proposition=sentence,
                    holder=None,
                    quote=None,
                    stance=Stance.DENY if " not " in sentence.of(body) else Stance.AFFIRM,
                    certainty=Certainty.CERTAIN,
                    about_mentions=tuple(inside),
                    about_events=(len(events) - 1,) if found else (),
                    figures=tuple(told),
                )
            )
        words = Counter(re.findall(r"[a-z]{4,}", body.lower()))
        return ArticleFacts(
            article=article.key,
            extractor=self.version,
            analysed=True,
            sentences=sentences,
            mentions=mentions,
            quotes=quotes,
            figures=figures,
            events=tuple(events),
            claims=tuple(claims),
            terms=tuple(sorted(words.items(), key=lambda pair: (-pair[1], pair[0]))[:60]),
        )

    @staticmethod
    def _first_after(mentions: Sequence[Mention], position: int) -> int | None:
        return next((i for i, mention in enumerate(mentions) if mention.span.start >= position), None)


class LightLinker:
    version = "light"

    def link(self, article: Article, facts: ArticleFacts) -> ArticleFacts:
        chains: dict[int, list[int]] = {}
        for number, mention in enumerate(facts.mentions):
            chains.setdefault(mention.chain, []).append(number)
        links = []
        for numbers in chains.values():
            name = facts.mentions[numbers[0]].span.of(article.text)
            links.append(
                Link(
                    mentions=tuple(numbers),
                    kind="actor",
                    key=text.key("act", text.fold(name)),
                    name=name,
                    nil=True,
                    wikidata=None,
                    wikipedia=None,
                    actor_kind="person",
                    country=None,
                    sector=None,
                    role=None,
                    score=0.5,
                )
            )
        return ArticleFacts(**{f: getattr(facts, f) for f in facts.__slots__ if f != "links"}, links=tuple(links))


def make_light() -> Extractor:
    return Extractor(Cleaner(today="2024-12-31"), LightAnnotator(), LightLinker())


def make_newer() -> Extractor:
    return Extractor(Cleaner(today="2024-12-31"), LightAnnotator("light-2"), LightLinker())
