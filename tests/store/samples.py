"""Small articles with facts written by hand, for the tests of the store."""

from __future__ import annotations

from newskb import text
from newskb.model import (
    Actor,
    Article,
    ArticleFacts,
    Batch,
    Candidate,
    Certainty,
    Claim,
    DatePrecision,
    EventMention,
    Figure,
    Link,
    Mention,
    MentionForm,
    Notice,
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

BODY = (
    "At least 300 people marched in Port Amber on Monday. "
    'Governor Lena Ortiz said: "We will not close the harbour." '
    "She denied that two workers were hurt."
)
ACTORS = (
    Actor(
        key="Q900001",
        name="Lena Ortiz",
        kind="person",
        wikidata="Q900001",
        wikipedia="Lena_Ortiz",
        country="XAA",
        sector="GOV",
        description="Governor of Amber",
        aliases=("L. Ortiz", "Ortíz"),
        roles=(Role(office="Governor of Amber", country="XAA", sector="GOV", start="2018-01", end=None),),
    ),
    Actor(key="Q900002", name="Amberland", kind="country", wikidata="Q900002", country="XAA"),
)
PLACES = (
    Place(
        key="Q900101",
        name="Port Amber",
        kind="city",
        wikidata="Q900101",
        country="XAA",
        latitude=10.5,
        longitude=-66.9,
        population=120_000,
        aliases=("Puerto Ámbar",),
    ),
)


def at(body: str, words: str, *, after: int = 0) -> Span:
    """The span of ``words`` in ``body``, from ``after`` on."""
    start = body.index(words, after)
    return Span(start=start, end=start + len(words))


def article(
    body: str = BODY,
    *,
    source: str | None = "Amber Post",
    day: str | None = "2021-03-02",
    title: str | None = "March in Port Amber",
    path: str = "dump.jsonl",
    record: int = 0,
    external_id: str | None = None,
    url: str | None = None,
    notices: tuple[Notice, ...] = (),
) -> Article:
    """An article of an invented outlet."""
    published = None
    if day is not None:
        precision = {4: DatePrecision.YEAR, 7: DatePrecision.MONTH, 10: DatePrecision.DAY}[len(day)]
        published = PublishedAt(value=day, precision=precision, evidence="metadata", raw=day)
    text_hash = text.digest(body)
    return Article(
        key=text.key("art", source or "", text_hash),
        text_hash=text_hash,
        origin=Origin(path=path, record=record, byte_offset=record * 100),
        external_id=external_id,
        source=source,
        url=url,
        title=title,
        byline="A. Writer",
        language="en",
        published=published,
        text=body,
        boilerplate=(Span(start=0, end=2),),
        signature=(1, 2, 2**32 - 1),
        notices=notices,
    )


def facts(of: Article, *, extractor: str = "test-1", event_type: str | None = "PROTEST") -> ArticleFacts:
    """Facts of ``BODY`` as a good extractor would give them."""
    body = of.text
    crowd, place, governor, pronoun = (at(body, w) for w in ("300 people", "Port Amber", "Lena Ortiz", "She"))
    workers = at(body, "two workers")
    names = (
        _mention(crowd, MentionForm.NOMINAL, "GROUP", 0),
        _mention(place, MentionForm.NAME, "GPE", 1),
        _mention(governor, MentionForm.NAME, "PERSON", 2, title=at(body, "Governor")),
        _mention(pronoun, MentionForm.PRONOUN, "PERSON", 2),
        _mention(workers, MentionForm.NOMINAL, "GROUP", 3),
    )
    content = at(body, "We will not close the harbour.")
    return ArticleFacts(
        article=of.key,
        extractor=extractor,
        analysed=True,
        sentences=(Span(start=0, end=52), Span(start=53, end=111), Span(start=112, end=len(body))),
        mentions=names,
        times=(
            TimeExpression(
                span=at(body, "Monday"),
                type="DATE",
                value="2021-03-01",
                start="2021-03-01",
                end="2021-03-01",
                precision=DatePrecision.DAY,
                is_relative=True,
            ),
        ),
        quotes=(
            Quote(
                content=content,
                parts=(content,),
                type=QuoteType.DIRECT,
                speaker=2,
                cue=at(body, "said"),
                confidence=0.9,
            ),
        ),
        figures=(
            Figure(span=at(body, "300"), kind="crowd", low=300.0, high=None, qualifier="at least", unit="people"),
            Figure(span=at(body, "two"), kind="injured", low=2.0, high=2.0, qualifier=None, unit="people"),
        ),
        events=(
            EventMention(
                trigger=at(body, "marched"),
                lemma="march",
                type=event_type,
                extension=None if event_type else "accident",
                mode="demo" if event_type == "PROTEST" else None,
                contexts=("economic",),
                cameo="14" if event_type == "PROTEST" else None,
                chain=0,
                actors=(0,),
                recipients=(2,),
                place=1,
                time=0,
                date_start="2021-03-01",
                date_end="2021-03-01",
                date_precision=DatePrecision.DAY,
                realis=Realis.ACTUAL,
                reported_by=None,
                figures=(0,),
                confidence=0.8,
            ),
        ),
        claims=(
            Claim(
                proposition=at(body, "two workers were hurt"),
                holder=3,
                quote=None,
                stance=Stance.DENY,
                certainty=Certainty.CERTAIN,
                about_mentions=(4,),
                about_events=(0,),
                figures=(1,),
                confidence=0.7,
            ),
        ),
        links=(
            _link((0,), "actor", text.key("act", "demonstrators", "XAA"), "demonstrators", nil=True, kind_of="group"),
            _link((1,), "place", "Q900101", "Port Amber"),
            _link((2, 3), "actor", "Q900001", "Lena Ortiz", kind_of="person"),
            _link((4,), "actor", None, None, nil=True),
        ),
        terms=(("march", 1), ("harbour", 1)),
    )


def _mention(span: Span, form: MentionForm, label: str, chain: int, *, title: Span | None = None) -> Mention:
    return Mention(span=span, head=span, form=form, label=label, chain=chain, title=title)


def _link(
    mentions: tuple[int, ...],
    kind: str,
    key: str | None,
    name: str | None,
    *,
    nil: bool = False,
    kind_of: str | None = None,
) -> Link:
    return Link(
        mentions=mentions,
        kind=kind,
        key=key,
        name=name,
        nil=nil,
        wikidata=key if key and key.startswith("Q") else None,
        wikipedia=None,
        actor_kind=kind_of,
        country="XAA",
        sector=None,
        role=None,
        score=0.75,
        candidates=(Candidate(key="Q900001", name="Lena Ortiz", score=0.5, features={"name": 0.5}),),
    )


def batch(*articles: Article, extractor: str = "test-1", skipped: tuple[Skipped, ...] = ()) -> Batch:
    """The articles with their facts."""
    return Batch(articles=articles, facts=tuple(facts(a, extractor=extractor) for a in articles), skipped=skipped)
