"""A small knowledge base written through the store, from facts made by hand."""

from __future__ import annotations

import itertools

import pytest
from fastapi.testclient import TestClient

from newskb import text as texts
from newskb.api.app import create_app
from newskb.merge.claims import group_claims
from newskb.merge.events import merge_events
from newskb.merge.quotes import group_quotes
from newskb.merge.stories import group_stories
from newskb.model import (
    Actor,
    Article,
    ArticleFacts,
    Batch,
    Certainty,
    Claim,
    ClaimRelation,
    DatePrecision,
    EventMention,
    Figure,
    Link,
    Mention,
    MentionForm,
    Origin,
    Place,
    PublishedAt,
    Quote,
    QuoteType,
    Realis,
    Role,
    Skipped,
    Span,
    Stance,
    TimeExpression,
)
from newskb.settings import Settings
from newskb.store import merging
from newskb.store.actors import load_authority
from newskb.store.articles import write_batch
from newskb.store.database import Database
from newskb.store.imports import finish_import, start_import, start_run, write_issues

EXTRACTOR = "test-1"
IMPORT_KEY = "imp-1b7a9e2468ace05d1f0c"
HOSTILE = '<script>alert("x")</script>'

OSLO = Place(
    key="Q585", name="Oslo", kind="city", country="NOR", latitude=59.9, longitude=10.7, aliases=("Christiania",)
)
ACTORS = (
    Actor(
        key="Q900001",
        name="Ada Nordvik",
        kind="person",
        country="NOR",
        sector="GOV",
        aliases=("Nordvik",),
        roles=(Role(office="Minister of Samples", country="NOR", sector="GOV", start="2020", end=None),),
    ),
    Actor(key="Q900002", name="Berit Sund", kind="person", country="NOR", sector="OPP", aliases=("Sund",)),
)
TEXTS = {
    "Muster Post": (
        "Ada Nordvik met Berit Sund in Oslo on Monday. “We agree on everything,” Nordvik said. At least 14 people left."
    ),
    "Example Wire": "Berit Sund denied that she met Ada Nordvik in Oslo on Monday. She said that nothing was agreed.",
    "Sample Courier": f"{HOSTILE} Ada Nordvik met Berit Sund in Oslo.\n\n\u200f\u202eOslo\u200b calls & waits.",
}
SKIPPED = (
    Skipped(
        origin=Origin(path="made-by-hand.jsonl", record=7, byte_offset=1234),
        stage="read",
        reason="bad-json",
        detail="line 7 is no JSON",
    ),
    Skipped(
        origin=Origin(path="made-by-hand.zip", member=f"{HOSTILE}.txt"),
        stage="clean",
        reason="future-date",
        detail="2091-01-01 is in the future",
    ),
)


class Builder:
    """Facts of one article, given by the words that stand for them."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.mentions: list[Mention] = []
        self.links: list[Link] = []

    def span(self, words: str, nth: int = 0) -> Span:
        start = -1
        for _ in range(nth + 1):
            start = self.article.text.index(words, start + 1)
        return Span(start=start, end=start + len(words))

    def mention(self, words: str, target: Actor | Place | None, nth: int = 0) -> int:
        span = self.span(words, nth)
        index = len(self.mentions)
        place = isinstance(target, Place)
        self.mentions.append(
            Mention(span=span, head=span, form=MentionForm.NAME, label="GPE" if place else "PERSON", chain=index)
        )
        if target is not None:
            self.links.append(
                Link(
                    mentions=(index,),
                    kind="place" if place else "actor",
                    key=target.key,
                    name=target.name,
                    nil=False,
                    wikidata=None,
                    wikipedia=None,
                    actor_kind=None if place else target.kind,
                    country=target.country,
                    sector=None if place else target.sector,
                    role=None,
                    score=0.9,
                )
            )
        return index


def article(source: str, text: str, *, title: str | None, day: str | None, url: str | None = None) -> Article:
    text_hash = texts.digest(text)
    return Article(
        key=texts.key("art", source, text_hash),
        text_hash=text_hash,
        origin=Origin(path="made-by-hand.jsonl"),
        external_id=None,
        source=source,
        url=url,
        title=title,
        byline=None,
        language="en",
        published=PublishedAt(value=day, precision=DatePrecision.DAY, evidence="metadata", raw=day) if day else None,
        text=text,
    )


def consult(
    trigger: Span, actors: tuple[int, ...], recipients: tuple[int, ...], place: int | None, **more
) -> EventMention:
    given = {
        "date_start": "2021-05-03",
        "date_end": "2021-05-03",
        "date_precision": DatePrecision.DAY,
        "realis": Realis.ACTUAL,
        "figures": (),
        "time": None,
        "reported_by": None,
    } | more
    return EventMention(
        trigger=trigger,
        lemma="meet",
        type="CONSULT",
        extension=None,
        mode="visit",
        contexts=("diplomatic",),
        cameo="04",
        chain=0,
        actors=actors,
        recipients=recipients,
        place=place,
        confidence=0.8,
        **given,
    )


def first() -> tuple[Article, ArticleFacts]:
    found = Builder(article("Muster Post", TEXTS["Muster Post"], title="Nordvik meets Sund", day="2021-05-04"))
    ada, berit = found.mention("Ada Nordvik", ACTORS[0]), found.mention("Berit Sund", ACTORS[1])
    oslo, speaker = found.mention("Oslo", OSLO), found.mention("Nordvik", ACTORS[0], 1)
    content = found.span("We agree on everything,")
    facts = ArticleFacts(
        article=found.article.key,
        extractor=EXTRACTOR,
        analysed=True,
        sentences=(found.span(found.article.text[:45]),),
        mentions=tuple(found.mentions),
        times=(
            TimeExpression(
                span=found.span("Monday"),
                type="DATE",
                value="2021-05-03",
                start="2021-05-03",
                end="2021-05-03",
                precision=DatePrecision.DAY,
                is_relative=True,
            ),
        ),
        quotes=(
            Quote(
                content=content,
                parts=(content,),
                type=QuoteType.DIRECT,
                speaker=speaker,
                cue=found.span("said"),
                confidence=0.9,
            ),
        ),
        figures=(
            Figure(
                span=found.span("At least 14 people"),
                kind="displaced",
                low=14,
                high=None,
                qualifier="at least",
                unit="people",
            ),
        ),
        events=(consult(found.span("met"), (ada,), (berit,), oslo, time=0, figures=(0,)),),
        claims=(
            Claim(
                proposition=content,
                holder=speaker,
                quote=0,
                stance=Stance.AFFIRM,
                certainty=Certainty.CERTAIN,
                about_mentions=(ada,),
            ),
            Claim(
                proposition=found.span("Ada Nordvik met Berit Sund in Oslo on Monday"),
                holder=None,
                quote=None,
                stance=Stance.AFFIRM,
                certainty=Certainty.CERTAIN,
                about_mentions=(ada, berit),
                about_events=(0,),
            ),
        ),
        links=tuple(found.links),
        terms=(("meet", 2), ("agree", 1)),
    )
    return found.article, facts


def second() -> tuple[Article, ArticleFacts]:
    found = Builder(article("Example Wire", TEXTS["Example Wire"], title="Sund denies meeting", day="2021-05-05"))
    berit, ada = found.mention("Berit Sund", ACTORS[1]), found.mention("Ada Nordvik", ACTORS[0])
    oslo = found.mention("Oslo", OSLO)
    content = found.span("nothing was agreed")
    facts = ArticleFacts(
        article=found.article.key,
        extractor=EXTRACTOR,
        analysed=True,
        sentences=(found.span(found.article.text[:61]),),
        mentions=tuple(found.mentions),
        quotes=(
            Quote(
                content=content,
                parts=(content,),
                type=QuoteType.INDIRECT,
                speaker=berit,
                cue=found.span("said"),
                confidence=0.7,
            ),
        ),
        events=(consult(found.span("met"), (berit,), (ada,), oslo, reported_by=berit),),
        claims=(
            Claim(
                proposition=found.span("she met Ada Nordvik in Oslo on Monday"),
                holder=berit,
                quote=None,
                stance=Stance.DENY,
                certainty=Certainty.CERTAIN,
                about_mentions=(ada,),
                about_events=(0,),
            ),
        ),
        links=tuple(found.links),
        terms=(("meet", 1), ("deny", 1)),
    )
    return found.article, facts


def hostile() -> tuple[Article, ArticleFacts]:
    """Text and title that try to break out of the page, right-to-left marks, no date, a script for an address."""
    found = Builder(
        article(
            "Sample Courier", TEXTS["Sample Courier"], title=f"{HOSTILE}\u202e", day=None, url="javascript:alert(1)"
        )
    )
    ada, berit = found.mention("Ada Nordvik", ACTORS[0]), found.mention("Berit Sund", ACTORS[1])
    oslo = found.mention("Oslo", OSLO)
    facts = ArticleFacts(
        article=found.article.key,
        extractor=EXTRACTOR,
        analysed=True,
        sentences=(),
        mentions=tuple(found.mentions),
        events=(
            consult(found.span("met"), (ada,), (berit,), oslo, date_start=None, date_end=None, date_precision=None),
        ),
        links=tuple(found.links),
    )
    return found.article, facts


def many(count: int) -> list[tuple[Article, ArticleFacts]]:
    """Short articles of two outlets on consecutive days, for paging."""
    made = []
    for number, source in zip(range(count), itertools.cycle(("Muster Post", "Example Wire")), strict=False):
        item = article(
            source,
            f"Harbour note number {number}.",
            title=f"Note {number}",
            day=f"2022-0{number % 9 + 1}-1{number % 3}",
        )
        made.append(
            (item, ArticleFacts(article=item.key, extractor=EXTRACTOR, analysed=False, not_analysed="language"))
        )
    return made


def fill(database: Database) -> None:
    """Store and merge everything above, as an import would."""
    pairs = [first(), second(), hostile(), *many(25)]
    batch = Batch(articles=tuple(a for a, _ in pairs), facts=tuple(f for _, f in pairs), skipped=())
    with database.begin() as connection:
        load_authority(connection, ACTORS, (OSLO,), "test")
        import_id = start_import(connection, {"paths": ["made-by-hand.jsonl"]}, key=IMPORT_KEY)
        run_id = start_run(connection, EXTRACTOR, import_id=import_id)
        write_batch(connection, batch, import_id=import_id, run_id=run_id)
        write_issues(connection, SKIPPED, (), import_id=import_id)
        finish_import(connection, import_id)
    with database.begin() as connection:
        merging.replace_events(connection, merge_events(merging.read_event_reports(connection)))
        merging.replace_stories(connection, group_stories(merging.read_article_profiles(connection)))
        merging.replace_quote_groups(connection, group_quotes(merging.read_quote_reports(connection)))
        replace_claims(connection)
        merging.merge_done(connection)


def replace_claims(connection) -> None:
    """Claims grouped, and the denial of the meeting put against the outlet that tells of it."""
    reports = list(merging.read_claim_reports(connection))
    groups, _relations = group_claims(reports)
    [denied] = [report.key for report in reports if report.stance == "deny"]
    [told] = [report.key for report in reports if report.holder is None]
    first, second = sorted((denied, told))
    relation = ClaimRelation(first=first, second=second, relation="contradicts", reason="polarity")
    merging.replace_claims(connection, groups, [relation])


@pytest.fixture(scope="session")
def database_url(tmp_path_factory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('api') / 'kb.db'}"
    database = Database(url)
    database.upgrade()
    fill(database)
    database.dispose()
    return url


@pytest.fixture(scope="session")
def client(database_url):
    app = create_app(Settings(database_url=database_url, sql_timeout_s=10.0, sql_max_rows=100))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client
    app.state.database.dispose()


@pytest.fixture(scope="session")
def fill_database():
    """Stores the small knowledge base in a migrated database."""
    return fill


@pytest.fixture
def hostile_words() -> str:
    """Words in text and title of an article that would run if they were not escaped."""
    return HOSTILE


@pytest.fixture(scope="session")
def keys(client):
    """One key of everything, by resource."""
    listed = ("articles", "events", "actors", "quotes", "claims", "stories", "sources", "places", "mentions", "imports")
    listed += ("exports",)
    client.post("/v1/exports", json={"format": "geojson"})
    return {resource: client.get(f"/v1/{resource}?limit=1").json()["data"][0]["key"] for resource in listed}
