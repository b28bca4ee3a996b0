"""Invented articles that were read already are stored, as an import stores them, when a line is read.

``python -m newskb.evals.benchwriting DATABASE_URL NUMBER`` says ``ready``, waits for a line, writes, and says how many
seconds it took. Reading by the language model is left out: it takes a hundred times as long as storing and would only
spare the readers. So is merging, which an import does at its end over the whole knowledge base.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator

from newskb import text
from newskb.ingest.duplicates import PERMUTATIONS
from newskb.model import (
    Article,
    ArticleFacts,
    Batch,
    DatePrecision,
    EventMention,
    Link,
    Mention,
    MentionForm,
    Origin,
    PublishedAt,
    Quote,
    QuoteType,
    Realis,
    Span,
)
from newskb.plover import TYPES
from newskb.settings import Settings
from newskb.store.articles import write_batch
from newskb.store.database import Database
from newskb.store.imports import finish_import, start_import, start_run

EVENTS = 5
QUOTES = 3
NAMES = 500
EXTRACTOR = "newskb-bench"


def main() -> None:
    """Make the articles, wait, write them."""
    address, number = sys.argv[1], int(sys.argv[2])
    chance = random.Random()  # other articles every time, or they would be known
    size = Settings().batch_size
    made = [_article(chance, record) for record in range(number)]
    batches = [made[at : at + size] for at in range(0, number, size)]
    database = Database(address)
    _say("ready")
    sys.stdin.readline()
    started = time.perf_counter()
    with database.begin() as connection:
        import_id = start_import(connection, {"paths": ["bench"]})
        run_id = start_run(connection, EXTRACTOR, import_id=import_id)
    for batch in batches:
        articles, facts = zip(*batch, strict=True)
        with database.begin() as connection:
            write_batch(
                connection, Batch(articles=articles, facts=facts, skipped=()), import_id=import_id, run_id=run_id
            )
    with database.begin() as connection:
        finish_import(connection, import_id)
    _say(str(time.perf_counter() - started))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class _Text:
    """A text that grows, and knows where its parts are."""

    def __init__(self) -> None:
        self.value = ""

    def add(self, words: str) -> Span:
        start = len(self.value)
        self.value += words
        return Span(start=start, end=start + len(words))


def _article(chance: random.Random, record: int) -> tuple[Article, ArticleFacts]:
    body = _Text()
    mentions: list[Mention] = []
    day = f"{chance.randint(2020, 2024)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    number = f"{chance.getrandbits(64):016x}"
    body.add(f"Number {number}. ")
    sentences: list[Span] = []
    events = tuple(_events(chance, body, mentions, sentences, day))
    quotes = tuple(_quotes(chance, body, mentions, sentences, number))
    digest = text.digest(body.value)
    article = Article(
        key=text.key("art", "bench", digest),
        text_hash=digest,
        origin=Origin(path="bench", record=record, byte_offset=None),
        external_id=None,
        source=f"Bench Outlet {chance.randrange(50)}",
        url=None,
        title=f"Report {number}",
        byline=None,
        language="en",
        published=PublishedAt(value=day, precision=DatePrecision.DAY, evidence="metadata", raw=day),
        text=body.value,
        signature=tuple(chance.getrandbits(32) for _ in range(PERMUTATIONS)),
    )
    names = [mention.span.of(body.value) for mention in mentions]
    links = tuple(
        _link(name, tuple(i for i, other in enumerate(names) if other == name)) for name in dict.fromkeys(names)
    )
    facts = ArticleFacts(
        article=article.key,
        extractor=EXTRACTOR,
        analysed=True,
        sentences=tuple(sentences),
        mentions=tuple(mentions),
        events=events,
        quotes=quotes,
        links=links,
    )
    return article, facts


def _name(chance: random.Random, body: _Text, mentions: list[Mention]) -> int:
    span = body.add(f"Person {chance.randrange(NAMES)}")
    mentions.append(Mention(span=span, head=span, form=MentionForm.NAME, label="PERSON", chain=len(mentions)))
    return len(mentions) - 1


def _events(
    chance: random.Random, body: _Text, mentions: list[Mention], sentences: list[Span], day: str
) -> Iterator[EventMention]:
    for chain in range(EVENTS):
        start = len(body.value)
        actor = _name(chance, body, mentions)
        body.add(" ")
        trigger = body.add("met")
        body.add(" ")
        recipient = _name(chance, body, mentions)
        body.add(". ")
        sentences.append(Span(start=start, end=len(body.value) - 1))
        kind = chance.choice(tuple(TYPES.values()))
        yield EventMention(
            trigger=trigger,
            lemma="meet",
            type=kind.code,
            extension=None,
            mode=None,
            contexts=(),
            cameo=kind.cameo,
            chain=chain,
            actors=(actor,),
            recipients=(recipient,),
            place=None,
            time=None,
            date_start=day,
            date_end=day,
            date_precision=DatePrecision.DAY,
            realis=Realis.ACTUAL,
            reported_by=None,
            figures=(),
            confidence=0.6,
        )


def _quotes(
    chance: random.Random, body: _Text, mentions: list[Mention], sentences: list[Span], number: str
) -> Iterator[Quote]:
    for place in range(QUOTES):
        start = len(body.value)
        body.add('"')
        content = body.add(f"We shall do what we can about matter {place} of {number},")
        body.add('" ')
        cue = body.add("said")
        body.add(" ")
        speaker = _name(chance, body, mentions)
        body.add(". ")
        sentences.append(Span(start=start, end=len(body.value) - 1))
        yield Quote(content=content, parts=(content,), type=QuoteType.DIRECT, speaker=speaker, cue=cue)


def _link(name: str, mentions: tuple[int, ...]) -> Link:
    return Link(
        mentions=mentions,
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


if __name__ == "__main__":
    main()
