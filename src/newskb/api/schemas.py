"""The shape of every answer, for the OpenAPI document; tests hold real answers and ``store.rows`` against it."""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

MOST = 2**31 - 1
"""Greatest number that a client may name: a limit of its own stops it much earlier."""


def _like(value: Any) -> Any:
    return Field(examples=[value])


ArticleKey = Annotated[str, _like("art-5d1f0c3b7a9e2468ace0")]
ActorKey = Annotated[str, _like("Q58217")]
PlaceKey = Annotated[str, _like("Q649")]
EventKey = Annotated[str, _like("evt-0c3b7a9e2468ace05d1f")]
ReportKey = Annotated[str, _like("evm-7a9e2468ace05d1f0c3b")]
QuoteKey = Annotated[str, _like("quo-9e2468ace05d1f0c3b7a")]
ClaimKey = Annotated[str, _like("clm-2468ace05d1f0c3b7a9e")]
Country = Annotated[str | None, _like("RUS")]
Sector = Annotated[str | None, _like("GOV")]
Day = Annotated[str | None, _like("2019-05-05")]
Precision = Annotated[Literal["year", "month", "day", "minute"] | None, _like("day")]
Realis = Literal["actual", "attempted", "future", "hypothetical", "negated", "historical"]
Score = Annotated[float, Field(ge=0, le=1, examples=[0.82])]
Count = Annotated[int, Field(ge=0, examples=[3])]
Start = Annotated[int, Field(ge=0, examples=[117])]
End = Annotated[int, Field(ge=0, examples=[131])]
Extractor = Annotated[str, _like("0.1.0+encoder-v1")]
Spans = Annotated[list[list[int]], _like([[117, 131]])]


class Model(BaseModel):
    """Base of all answers: every field is always there, and there are no others."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class Problem(Model):
    """What went wrong (RFC 9457). ``parameter`` and ``nearest`` come with unknown parameters."""

    model_config = ConfigDict(extra="allow")

    type: Annotated[str, _like("urn:newskb:problem:unknown-parameter")]
    title: Annotated[str, _like("Bad Request")]
    status: Annotated[int, _like(400)]
    detail: Annotated[str, _like("unknown parameter 'spaeker'; did you mean 'speaker'?")]
    instance: Annotated[str, _like("/v1/quotes")]


# --- short forms -----------------------------------------------------------------------------------------------------


class SourceRef(Model):
    """An outlet, in short."""

    key: Annotated[str, _like("src-1e2f3a4b5c6d7e8f9a0b")]
    name: Annotated[str, _like("Sample Courier")]


class ActorRef(Model):
    """An actor, in short."""

    key: ActorKey
    name: Annotated[str, _like("Sergey Lavrov")]


class PlaceRef(Model):
    """A place, in short."""

    key: PlaceKey
    name: Annotated[str, _like("Moscow")]
    country: Country
    latitude: Annotated[float | None, _like(55.7558)]
    longitude: Annotated[float | None, _like(37.6173)]


class ArticleRef(Model):
    """An article, in short."""

    key: ArticleKey
    title: Annotated[str | None, _like("Lavrov and Arreaza meet in Moscow")]
    source: SourceRef | None
    url: Annotated[str | None, _like("https://courier.example/2019/05/05/moscow")]
    published_at: Annotated[str | None, _like("2019-05-05")]
    published_date: Day
    """First day that the publication time can mean; null = undated."""


class SpanOf(Model):
    """Some characters of a text: ``text`` is ``[start_char, end_char)`` of it, counted in code points."""

    start_char: Start
    end_char: End
    text: Annotated[str, _like("Sergei Lavrov")]


class Evidence(SpanOf):
    """The characters that say a fact."""

    key: ReportKey
    article: ArticleRef
    sentence: Annotated[str | None, _like("The two counterparts are meeting in Moscow.")]
    extractor: Extractor


class Figure(SpanOf):
    """A number that a text gives."""

    kind: Annotated[str, _like("injured")]
    low: Annotated[float | None, _like(300)]
    high: Annotated[float | None, _like(None)]
    """null = open: ``at least 300`` has a low of 300 and no high."""
    qualifier: Annotated[str | None, _like("at least")]
    unit: Annotated[str | None, _like("people")]


# --- articles --------------------------------------------------------------------------------------------------------


class Article(ArticleRef):
    """An article in a list."""

    byline: Annotated[str | None, _like("Sample desk")]
    language: Annotated[str | None, _like("en")]
    external_id: Annotated[str | None, _like("courier-2019-05-05-moscow")]
    published_precision: Precision
    published_evidence: Annotated[str | None, _like("header")]
    lead: Annotated[str, _like("Russia's top diplomat and the Venezuelan foreign minister are meeting in Moscow …")]
    """The first characters of the text."""
    char_count: Annotated[int, _like(2358)]
    analysed: Annotated[bool, _like(True)]
    not_analysed: Annotated[str | None, _like(None)]
    """Why no facts were read (``language``, ``length`` …)."""
    copy_group: Annotated[str, _like("cpg-ace05d1f0c3b7a9e2468")]
    """Shared by articles with the same text."""
    story: Annotated[str | None, _like("sto-468ace05d1f0c3b7a9e2")]
    extractor: Extractor
    ingested_at: Annotated[str, _like("2026-01-31T12:00:00+00:00")]


class Highlight(Model):
    """A passage with words of the search."""

    field: Annotated[Literal["title", "text"], _like("text")]
    """Where it is: in the title, or in the text of the article."""
    start_char: Start
    end_char: End
    text: Annotated[str, _like("the governor said the harbour would stay open")]
    marks: Spans
    """Start and end of the words, counted like the passage."""


class ArticleFound(Article):
    """An article in a list; ``highlights`` comes with ``highlight=true``."""

    highlights: list[Highlight] | None = None


class Notice(Model):
    """Something odd about an article's input."""

    reason: Annotated[str, _like("future-date")]
    detail: Annotated[str, _like("2091-01-01 is in the future")]


class Copy(Model):
    """Another occurrence of the article."""

    external_id: Annotated[str | None, _like("wire-17")]
    url: Annotated[str | None, _like("https://wire.example/17")]
    title: Annotated[str | None, _like("Talks in Moscow")]
    published_at: Annotated[str | None, _like("2019-05-05")]
    path: Annotated[str, _like("dump/2019.jsonl")]
    member: Annotated[str | None, _like(None)]
    record: Annotated[int, _like(17)]


class Duplicate(Model):
    """Another article with much of the same text."""

    article: ArticleRef
    score: Score


class ArticleDetail(Article):
    """One article."""

    text: Annotated[str, _like("Following the failed coup d'etat in Venezuela, Russia's top diplomat …")]
    boilerplate: Spans
    notices: list[Notice]
    path: Annotated[str, _like("seeds/articles/founding.txt")]
    member: Annotated[str | None, _like(None)]
    record: Annotated[int, _like(0)]
    copies: list[Copy]
    duplicates: list[Duplicate]


class Mention(SpanOf):
    """A mention of an actor or a place."""

    key: Annotated[str, _like("men-68ace05d1f0c3b7a9e24")]
    form: Annotated[Literal["name", "nominal", "pronoun"], _like("name")]
    label: Annotated[str, _like("PERSON")]
    chain: Annotated[int, _like(0)]
    """Mentions of one thing in one article share it."""
    actor: ActorRef | None
    place: PlaceRef | None
    link_score: Annotated[float | None, _like(0.97)]


class MentionDetail(Evidence):
    """One mention with its article."""

    key: Annotated[str, _like("men-68ace05d1f0c3b7a9e24")]
    form: Annotated[Literal["name", "nominal", "pronoun"], _like("name")]
    label: Annotated[str, _like("PERSON")]
    chain: Annotated[int, _like(0)]
    actor: ActorRef | None
    place: PlaceRef | None
    link_score: Annotated[float | None, _like(0.97)]


class Time(SpanOf):
    """A time expression."""

    text: Annotated[str, _like("30 April")]
    type: Annotated[Literal["DATE", "TIME", "DURATION", "SET"], _like("DATE")]
    value: Annotated[str, _like("2019-04-30")]
    date_start: Day
    date_end: Day


# --- events ----------------------------------------------------------------------------------------------------------


class Event(Model):
    """An event in a list."""

    key: EventKey
    type: Annotated[str | None, _like("CONSULT")]
    extension: Annotated[str | None, _like(None)]
    """What happened when PLOVER has no type for it, or more exactly."""
    mode: Annotated[str | None, _like("visit")]
    contexts: Annotated[list[str], _like(["diplomatic"])]
    cameo: Annotated[str | None, _like("04")]
    quad_code: Annotated[int | None, _like(1)]
    intensity: Annotated[float | None, _like(1.0)]
    date_start: Day
    date_end: Day
    date_precision: Precision
    actors: list[ActorRef]
    recipients: list[ActorRef]
    place: PlaceRef | None
    realis: Annotated[Realis, _like("actual")]
    confidence: Score
    report_count: Count
    article_count: Count
    source_count: Count
    independent_source_count: Count
    """Outlets that tell of it in words of their own."""
    first_published: Day
    last_published: Day


class Participant(Model):
    """Who takes part in a reported event; ``key`` and ``name`` are null when the words could not be linked."""

    key: Annotated[str | None, _like("Q58217")]
    name: Annotated[str | None, _like("Sergey Lavrov")]
    start_char: Annotated[int | None, _like(92)]
    end_char: Annotated[int | None, _like(105)]
    text: Annotated[str | None, _like("Sergei Lavrov")]
    """null when an analyst named the actor."""


class EventReport(Evidence):
    """What one article says of an event; the span is the trigger's."""

    text: Annotated[str, _like("are meeting")]
    event: Annotated[str | None, _like("evt-0c3b7a9e2468ace05d1f")]
    sentence_start: Start
    sentence_end: End
    lemma: Annotated[str, _like("meet")]
    type: Annotated[str | None, _like("CONSULT")]
    extension: Annotated[str | None, _like(None)]
    mode: Annotated[str | None, _like("visit")]
    contexts: Annotated[list[str], _like(["diplomatic"])]
    cameo: Annotated[str | None, _like("04")]
    date_start: Day
    date_end: Day
    date_precision: Precision
    actors: list[Participant]
    recipients: list[Participant]
    place: PlaceRef | None
    realis: Annotated[Realis, _like("actual")]
    reported_by: ActorRef | None
    """Whom the report is attributed to; null = the outlet."""
    figures: list[Figure]
    confidence: Score
    corrected: Annotated[bool, _like(False)]


class EventWithEvidence(Event):
    """An event in a list; ``evidence`` (every report) comes with ``include=evidence``."""

    evidence: list[EventReport] | None = None


class EventDetail(Event):
    """One event with every report of it."""

    reports: list[EventReport]


class Account(Model):
    """One of the things that reports say of an event, and who says it."""

    says: Annotated[str, _like("22")]
    sources: Annotated[list[str], _like(["Example Wire", "Muster Post"])]


class Conflict(Model):
    """Something of an event that its reports say differently; what most outlets say comes first."""

    aspect: Annotated[str, _like("Killed")]
    accounts: list[Account]


# --- quotes and claims -----------------------------------------------------------------------------------------------


class Said(Model):
    """When something was said."""

    date: Day
    """Its first day: of the words of time, else the article's; null = undated."""
    precision: Precision
    expression: SpanOf | None
    """The words of time beside the reporting words; null = the date is the article's."""


class Quote(Evidence):
    """Words attributed to a speaker."""

    key: QuoteKey
    text: Annotated[str, _like("We have confirmed our solidarity with the friendly people of Venezuela.")]
    sentence: Annotated[str | None, _like(None)]
    """Always null: the text is whole."""
    parts: Spans
    """The pieces of the content, when other words interrupt it."""
    type: Annotated[Literal["direct", "indirect", "mixed"], _like("direct")]
    speaker: ActorRef | None
    speaker_mention: SpanOf | None
    """The words that name the speaker; null when the text does not say."""
    addressee: ActorRef | None
    addressee_mention: SpanOf | None
    """The words that name who is spoken to."""
    cue: SpanOf | None
    said: Said
    nested_in: Annotated[str | None, _like(None)]
    """Key of the quote that this one is inside of ("Reuters reported that the minister said …")."""
    quote_group: Annotated[str | None, _like("qgr-8ace05d1f0c3b7a9e246")]
    """Other outlets' versions of the same utterance share it."""
    confidence: Score
    corrected: Annotated[bool, _like(False)]


class QuoteWithEvidence(Quote):
    """A quote in a list; ``evidence`` (the sentences that hold it, its speaker and its cue) comes on request."""

    evidence: list[SpanOf] | None = None
    highlights: list[Highlight] | None = None


class Difference(Model):
    """How the words of a version differ from those of the earliest one."""

    kind: Annotated[Literal["same", "shortened", "longer", "reworded"], _like("shortened")]
    removed: Annotated[list[str], _like(["with the friendly people"])]
    """Words of the earliest version that this one lacks, run by run."""
    added: Annotated[list[str], _like([])]
    """Words of this version that the earliest one lacks."""


class Variant(Model):
    """One version of an utterance."""

    quote: Quote
    evidence: list[SpanOf]
    """The sentences that hold it, its speaker and its cue."""
    difference: Difference


class Variants(Model):
    """One utterance in all its versions, the earliest first."""

    quote_group: Annotated[str | None, _like("qgr-8ace05d1f0c3b7a9e246")]
    speaker: ActorRef | None
    source_count: Count
    """Outlets that give it; an article of no known outlet counts by itself."""
    earliest: Quote
    data: list[Variant]


class Appearance(SpanOf):
    """One place where an utterance or a claim is printed."""

    key: Annotated[str, _like("quo-9e2468ace05d1f0c3b7a")]
    article: ArticleRef
    evidence: list[SpanOf]
    """The sentences that hold it."""
    is_first: Annotated[bool, _like(True)]
    """True for the earliest one known."""
    extractor: Extractor


class QuoteDetail(Quote):
    """One quote with the other outlets' versions of it."""

    variants: list[Quote]


class Claim(Evidence):
    """A proposition that somebody holds; ``holder`` and ``holder_mention`` null = the outlet itself."""

    key: ClaimKey
    text: Annotated[str, _like("the coup attempt had totally failed in the Latin American country")]
    holder: ActorRef | None
    holder_mention: SpanOf | None
    stance: Annotated[Literal["affirm", "deny", "question"], _like("affirm")]
    certainty: Annotated[Literal["certain", "probable", "possible", "underspecified"], _like("certain")]
    is_conditional: Annotated[bool, _like(False)]
    about: list[ActorRef]
    events: Annotated[list[str], _like(["evt-0c3b7a9e2468ace05d1f"])]
    figures: list[Figure]
    quote: Annotated[str | None, _like("quo-9e2468ace05d1f0c3b7a")]
    said: Said
    claim_group: Annotated[str | None, _like("cgr-ace05d1f0c3b7a9e2468")]
    confidence: Score
    corrected: Annotated[bool, _like(False)]


class ClaimWithEvidence(Claim):
    """A claim in a list; ``evidence`` (the sentences that hold it and its holder) comes with ``include=evidence``."""

    evidence: list[SpanOf] | None = None
    highlights: list[Highlight] | None = None


class Position(Model):
    """How a holder stands to what a claim asserts, at one time."""

    said: Said
    stance: Annotated[Literal["affirm", "deny", "question"], _like("deny")]
    certainty: Annotated[Literal["certain", "probable", "possible", "underspecified"], _like("certain")]
    is_conditional: Annotated[bool, _like(False)]
    claim: Claim
    evidence: list[SpanOf]
    """The sentences that hold the claim and name its holder."""


class Holder(Model):
    """One holder with all their positions in order of time."""

    name: Annotated[str, _like("Jorge Arreaza")]
    actor: ActorRef | None
    source: SourceRef | None
    """The outlet that says it in its own voice; null for speakers."""
    stances: Annotated[list[str], _like(["affirm", "deny"])]
    has_changed: Annotated[bool, _like(True)]
    """True when the stance is not the same all the time."""
    positions: list[Position]


class Positions(Model):
    """Who affirmed, denied, questioned and changed; holders in order of their first position."""

    claim_group: Annotated[str | None, _like("cgr-ace05d1f0c3b7a9e2468")]
    affirmed: Annotated[list[str], _like(["Jorge Arreaza"])]
    denied: Annotated[list[str], _like(["Juan Guaido"])]
    questioned: Annotated[list[str], _like([])]
    changed: Annotated[list[str], _like([])]
    data: list[Holder]


class RelatedClaim(Model):
    """A claim that supports or contradicts another."""

    relation: Annotated[Literal["corroborates", "contradicts"], _like("contradicts")]
    reason: Annotated[Literal["figure", "polarity", "same"], _like("figure")]
    claim: Claim


class ClaimDetail(Claim):
    """One claim with those that support or contradict it."""

    related: list[RelatedClaim]


# --- actors, places, sources, stories --------------------------------------------------------------------------------


class Actor(ActorRef):
    """An actor in a list."""

    kind: Annotated[str | None, _like("person")]
    wikidata: Annotated[str | None, _like("Q58217")]
    wikipedia: Annotated[str | None, _like("Sergey Lavrov")]
    country: Country
    sector: Sector
    description: Annotated[str | None, _like("Minister of Foreign Affairs of Russia")]
    is_local: Annotated[bool, _like(False)]
    """True when only the articles know it."""


class Role(Model):
    """An office of an actor, valid for a time."""

    office: Annotated[str, _like("Minister of Foreign Affairs")]
    country: Country
    sector: Sector
    valid_from: Annotated[str | None, _like("2004-03-09")]
    valid_to: Annotated[str | None, _like(None)]


class ActorDetail(Actor):
    """One actor."""

    aliases: Annotated[list[str], _like(["Lavrov", "Sergei Lavrov"])]
    roles: list[Role]
    event_count: Count
    quote_count: Count
    claim_count: Count
    article_count: Count


class Companion(Model):
    """An actor beside another in events."""

    actor: ActorRef
    event_count: Count


class Aliases(Model):
    """The names of one actor."""

    data: Annotated[list[str], _like(["Lavrov", "Sergei Lavrov"])]


class Roles(Model):
    """The offices of one actor."""

    data: list[Role]


class Place(PlaceRef):
    """A place in a list."""

    kind: Annotated[str | None, _like("city")]
    wikidata: Annotated[str | None, _like("Q649")]
    admin1: Annotated[str | None, _like("Moscow")]
    population: Annotated[int | None, _like(12_506_468)]


class PlaceDetail(Place):
    """One place."""

    aliases: Annotated[list[str], _like(["Moskva"])]
    event_count: Count


class Source(SourceRef):
    """An outlet."""

    country: Country
    article_count: Count
    first_published: Day
    last_published: Day


class Story(Model):
    """A story in a list."""

    key: Annotated[str, _like("sto-468ace05d1f0c3b7a9e2")]
    title: Annotated[str | None, _like("Talks in Moscow")]
    date_start: Day
    date_end: Day
    article_count: Count
    source_count: Count


class StoryDetail(Story):
    """One story."""

    articles: list[ArticleRef]
    events: list[Event]


# --- answers ---------------------------------------------------------------------------------------------------------


class Text(Model):
    """The text of an article, in which all spans count."""

    article: ArticleKey
    text: Annotated[str, _like("Following the failed coup d'etat in Venezuela, Russia's top diplomat …")]


class Annotations(Model):
    """Everything found in one article, by layer."""

    article: ArticleKey
    extractor: Extractor
    analysed: Annotated[bool, _like(True)]
    not_analysed: Annotated[str | None, _like(None)]
    sentences: Spans
    mentions: list[Mention]
    times: list[Time]
    figures: list[Figure]
    quotes: list[Quote]
    claims: list[Claim]
    events: list[EventReport]


class Counted(Model):
    """One number."""

    count: Count


class Bucket(Model):
    """One column of a timeline."""

    date: Annotated[str, _like("2019-05")]
    """``2019-05-05``, ``2019-05`` or ``2019``; the Monday of a week; ``2019-Q2`` for a quarter."""
    count: Count


class Series(Model):
    """Counts over time of the rows with one value; null = of those without a value."""

    value: Annotated[str | None, _like("PROTEST")]
    name: Annotated[str | None, _like(None)]
    """What to show for a key; null where the value speaks for itself."""
    buckets: list[Bucket]
    undated: Count
    total: Count


class Timeline(Model):
    """Counts over time; the buckets are those with rows, oldest first."""

    bucket: Annotated[str, _like("month")]
    buckets: list[Bucket]
    undated: Count
    """Rows without a date as exact as the bucket."""
    total: Count
    series: list[Series] | None
    """The same for each value of `group_by`, the most frequent first; null without it."""
    series_count: Annotated[int | None, _like(5)]
    """How many values there are, listed or not; null without `group_by`."""


class FacetValue(Model):
    """One value of a field and how many rows have it."""

    value: Annotated[str | None, _like("Q58217")]
    name: Annotated[str | None, _like("Sergey Lavrov")]
    """What to show for a key; null where the value speaks for itself."""
    count: Count


class Facet(Model):
    """The values of a field: their counts, `other` and `unset`, less `repeated`, are the number of rows."""

    values: list[FacetValue]
    other: Count
    """Counts of the values that are not listed."""
    unset: Count
    """Rows without a value."""
    repeated: Count
    """How often rows are counted again because they have several values; 0 where a row has one."""


class Facets(Model):
    """The most frequent values of fields, each with its number of rows; ``total`` counts the rows themselves."""

    facets: Annotated[
        dict[str, Facet],
        _like(
            {
                "actor": {
                    "values": [{"value": "Q58217", "name": "Sergey Lavrov", "count": 12}],
                    "other": 30,
                    "unset": 4,
                    "repeated": 3,
                }
            }
        ),
    ]
    total: Count


class Cell(Model):
    """The number of one group. Each field of `group_by` comes by its name, and `<field>_name` says what to show."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={"example": {"country": "PER", "country_name": None, "value": 12, "share": 0.25}},
    )

    value: Annotated[int | float | None, _like(12)]
    """The measure; null where no row has a number to add up."""
    share: Annotated[float | None, _like(0.25)]
    """Part of `total`; null without `normalize=share`."""


class Aggregate(Model):
    """A table of one or two dimensions, exact; rows without a value are a group of their own."""

    group_by: Annotated[list[str], _like(["country"])]
    measure: Annotated[str, _like("events")]
    rows: list[Cell]
    group_count: Count
    """Groups that there are, listed or not."""
    total: Annotated[int | float | None, _like(48)]
    """The measure over all rows together; where a row has several values, the groups add up to more."""
    row_count: Count
    """Rows asked for."""


class Stats(Model):
    """How much there is of everything."""

    articles: Count
    articles_undated: Count
    articles_not_analysed: Count
    sources: Count
    events: Count
    event_reports: Count
    actors: Count
    places: Count
    quotes: Count
    claims: Count
    stories: Count
    first_published: Day
    last_published: Day


class Health(Model):
    """Whether the server can do its work."""

    status: Annotated[Literal["ok", "not ready"], _like("ok")]
    problems: Annotated[list[str], _like([])]


class ModeCode(Model):
    """A PLOVER mode."""

    code: Annotated[str, _like("demo")]
    intensity: Annotated[float | None, _like(-6.5)]
    cameo: Annotated[str | None, _like("141")]
    """Its CAMEO code, where one is sure; null = only the root of the type."""


class TypeCode(Model):
    """A PLOVER event type."""

    code: Annotated[str, _like("PROTEST")]
    quad_code: Annotated[int, _like(3)]
    intensity: Annotated[float, _like(-6.5)]
    cameo: Annotated[str, _like("14")]
    modes: list[ModeCode]


class ExtensionCode(Model):
    """An event type that PLOVER leaves out."""

    code: Annotated[str, _like("election")]
    meaning: Annotated[str, _like("a vote, its result, or a person elected")]


class QuadCode(Model):
    """A quadrant of PLOVER."""

    code: Annotated[int, _like(3)]
    name: Annotated[str, _like("verbal conflict")]
    types: Annotated[list[str], _like(["REQUEST", "ACCUSE"])]


class Ontology(Model):
    """The codes that filters and answers use."""

    quads: list[QuadCode]
    types: list[TypeCode]
    extensions: list[ExtensionCode]
    contexts: Annotated[list[str], _like(["diplomatic"])]
    sectors: Annotated[list[str], _like(["GOV"])]
    realis: Annotated[list[str], _like(["actual"])]
    quote_types: Annotated[list[str], _like(["direct"])]
    stances: Annotated[list[str], _like(["affirm"])]
    certainties: Annotated[list[str], _like(["certain"])]


Row = TypeVar("Row")


class Page(Model, Generic[Row]):
    """A page of a list; ``total`` comes with ``with_total=exact``."""

    data: list[Row]
    next: Annotated[str | None, _like("WyJldmVudHMiLCItZGF0…")]
    """Send it as ``cursor`` for the next page; null on the last one."""
    total: Annotated[int | None, Field(examples=[128])] = None


class Point(Model):
    """A point of GeoJSON: longitude before latitude."""

    type: Literal["Point"]
    coordinates: Annotated[list[float], Field(min_length=2, max_length=2, examples=[[-77.0282, -12.0432]])]


class AreaProperties(Model):
    """An area of a map and how many rows have to do with it."""

    key: Annotated[str, _like("Q2868")]
    """Of the place; for a country its code, for a first-level division country and name."""
    name: Annotated[str, _like("Lima")]
    country: Annotated[str | None, _like("PER")]
    admin1: Annotated[str | None, _like("Lima")]
    precision: Annotated[str | None, _like("place")]
    """How exact the place is: `place`, `admin1`, `country`, `region` or `water`."""
    count: Count


class Feature(Model):
    """An area as GeoJSON has it; without geometry where no coordinates are known."""

    type: Literal["Feature"]
    geometry: Point | None
    properties: AreaProperties


class FeatureCollection(Model):
    """A map (GeoJSON, RFC 7946), the areas with the most rows first."""

    type: Literal["FeatureCollection"]
    features: list[Feature]
    area_count: Count
    """Areas that there are, listed or not."""
    other: Count
    """Counts of the areas that are not listed."""
    unlocated: Count
    """Rows without an area."""
    total: Count
    """Rows asked for; of several areas that a row has to do with, each counts it."""


class Change(Model):
    """One thing that was added, changed or removed."""

    resource: Annotated[Literal["articles", "events", "quotes", "claims", "stories"], _like("events")]
    key: Annotated[str, _like("evt-0c3b7a9e2468ace05d1f")]
    action: Annotated[Literal["added", "updated", "deleted"], _like("updated")]
    changed_at: Annotated[str, _like("2026-05-05T12:00:00+00:00")]


class Changes(Model):
    """Changes in their order."""

    data: list[Change]
    next: Annotated[str | None, _like("WyJjaGFuZ2VzIiwwLDUwXQ")]
    """Send it as `cursor` for the rest; null at the end."""
    resume: Annotated[str, _like("WyJjaGFuZ2VzIiwwLDUwXQ")]
    """Send it as `cursor` later, for what will have changed by then."""


class SqlRequest(BaseModel):
    """A query to run."""

    model_config = ConfigDict(extra="forbid")

    sql: Annotated[
        str, Field(min_length=1, max_length=100_000, examples=["SELECT type, count(*) FROM events GROUP BY 1"])
    ]
    format: Annotated[Literal["json", "jsonl", "csv"], Field(examples=["json"])] = "json"
    limit: Annotated[int | None, Field(ge=1, le=MOST, examples=[100])] = None
    timeout_ms: Annotated[int | None, Field(ge=1, le=MOST, examples=[2000])] = None


class SqlAnswer(Model):
    """The rows that a query gave; ``truncated`` says that there were more than the limit."""

    columns: Annotated[list[str], _like(["type", "count(*)"])]
    rows: Annotated[list[list[Any]], _like([["CONSULT", 12]])]
    row_count: Count
    truncated: Annotated[bool, _like(False)]
    elapsed_ms: Annotated[float, _like(3.2)]


class SqlColumn(Model):
    """A column of a view."""

    name: Annotated[str, _like("event")]
    comment: Annotated[str, _like("The event.")]


class SqlView(Model):
    """A view for analysts."""

    name: Annotated[str, _like("events")]
    comment: Annotated[str, _like("One row per event.")]
    columns: list[SqlColumn]


class SqlSchema(Model):
    """The views that a query may read; their columns are a promise."""

    views: list[SqlView]


# --- imports ---------------------------------------------------------------------------------------------------------

Moment = Annotated[str | None, _like("2026-05-05T12:00:00+00:00")]


class ImportProgress(Model):
    """How far an import is."""

    stage: Annotated[str, _like("read")]
    """`read`, then `merge`."""
    files: Count
    files_done: Count
    bytes: Annotated[int, Field(ge=0, examples=[1_048_576])]
    """Size of all files."""
    bytes_done: Annotated[int, Field(ge=0, examples=[524_288])]
    articles: Count
    """New ones stored so far."""
    copies: Count
    issues: Count
    seconds: Annotated[float, Field(ge=0, examples=[12.5])]


class Import(Model):
    """An import, of an upload or by a command."""

    key: Annotated[str, _like("imp-1b7a9e2468ace05d1f0c")]
    status: Annotated[Literal["queued", "running", "done", "failed", "interrupted"], _like("running")]
    detail: Annotated[str | None, _like(None)]
    """Why it failed or stopped, and what to do."""
    files: Annotated[list[str], _like(["dump.jsonl.gz"])]
    size: Annotated[int | None, _like(1_048_576)]
    """Bytes of an upload."""
    source: Annotated[str | None, _like("Sample Courier")]
    format: Annotated[str, _like("auto")]
    queued_at: Moment
    started_at: Moment
    finished_at: Moment
    progress: ImportProgress | None
    """Of an upload, once it began."""
    articles: Count
    """Articles that came first with it and are stored."""
    files_read: Count
    """Files that it read to the end."""
    skipped: Count
    """Input of which no article came."""
    warnings: Count
    """Oddities of what was kept all the same."""


class ExportRequest(BaseModel):
    """A file to be written."""

    model_config = ConfigDict(extra="forbid")

    format: Annotated[str, Field(max_length=100, examples=["gdelt"])]
    what: Annotated[str | None, Field(max_length=100, examples=["events"])] = None
    filters: Annotated[
        dict[str, str | int | float | bool | list[str | int | float | bool] | None],
        Field(examples=[{"country": "VE", "event_type": ["PROTEST", "ASSAULT"]}]),
    ] = {}


class Export(Model):
    """A file that was asked for, and what became of it."""

    key: Annotated[str, _like("exp-9b7a9e2468ace05d1f0c")]
    status: Annotated[Literal["queued", "running", "done", "failed", "interrupted"], _like("done")]
    detail: Annotated[str | None, _like(None)]
    """Why it failed or stopped, and what to do."""
    format: Annotated[str, _like("gdelt")]
    what: Annotated[str, _like("events")]
    filters: Annotated[dict[str, list[str]], _like({"country": ["VE"], "realis": ["actual"]})]
    """The filters as asked, and those that the format sets unless asked."""
    queued_at: Moment
    started_at: Moment
    finished_at: Moment
    written: Count
    """Pieces (rows, lines) written so far; formats that are built as a whole tell nothing before the end."""
    counts: Annotated[dict[str, int] | None, _like({"rows": 120})]
    """What is in the file, and what was left out and why; once it is done."""
    name: Annotated[str | None, _like("newskb-events-gdelt.export.CSV")]
    size: Annotated[int | None, _like(48_213)]
    """Bytes of the file."""
    hash: Annotated[str | None, _like("sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    file: Annotated[str | None, _like("/v1/exports/exp-9b7a9e2468ace05d1f0c/file")]
    """Where the file lies; ranges of it can be asked for."""
    manifest: Annotated[str | None, _like("/v1/exports/exp-9b7a9e2468ace05d1f0c/manifest")]
    """Where its manifest lies, a Frictionless data package."""


class ExportFormat(Model):
    """A format of exports."""

    name: Annotated[str, _like("gdelt")]
    holds: Annotated[str, _like("events in GDELT 2.0's 61 columns")]
    loads: Annotated[str, _like("loaders of GDELT's export.CSV files")]
    """Programs that load it."""
    what: Annotated[list[str], _like(["events"])]
    """What it can be written of; the first unless another is named."""
    media_type: Annotated[str, _like("text/tab-separated-values")]


class ExportFormats(Model):
    """The formats of exports."""

    formats: list[ExportFormat]


class ImportIssue(Model):
    """Input that was skipped or odd."""

    key: Annotated[str, _like("iss-0c3b7a9e2468ace05d1f")]
    import_key: Annotated[str, _like("imp-1b7a9e2468ace05d1f0c")]
    severity: Annotated[Literal["skipped", "warning"], _like("skipped")]
    stage: Annotated[str, _like("read")]
    reason: Annotated[str, _like("bad-json")]
    detail: Annotated[str, _like("line 7 is no JSON")]
    path: Annotated[str, _like("dump.jsonl")]
    member: Annotated[str | None, _like(None)]
    record: Annotated[int, _like(6)]
    byte_offset: Annotated[int | None, _like(1234)]


# --- reading a text --------------------------------------------------------------------------------------------------

Facts = list[dict[str, Any]]


class TextToRead(BaseModel):
    """A text, and what is known of it."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(min_length=1, examples=["Ada Nordvik met Berit Sund in Oslo on Monday."])]
    title: Annotated[str | None, Field(max_length=1_000, examples=["Nordvik meets Sund"])] = None
    date: Annotated[str | None, Field(max_length=100, examples=["2021-05-04"])] = None
    source: Annotated[str | None, Field(max_length=300, examples=["Sample Courier"])] = None
    url: Annotated[str | None, Field(max_length=2_000, examples=["https://example.org/1"])] = None


class Recognised(Model):
    """An event of the knowledge base that one of the text may be."""

    chain: Annotated[int, _like(0)]
    """`chain` of the event of the text."""
    event: Event
    agrees_in: Annotated[list[str], _like(["participants", "place", "date"])]
    """In what they are alike, beside the type: `participants` (one at least), `place`, `date`, `realis`."""


class Reading(Model):
    """What a text says, as `newskb extract` prints it; places are characters of `text`."""

    id: Annotated[str, _like("art-5d1f0c3b7a9e2468ace0")]
    key: Annotated[str, _like("art-5d1f0c3b7a9e2468ace0")]
    source: Annotated[str | None, _like("Sample Courier")]
    published_at: Day
    title: Annotated[str | None, _like("Nordvik meets Sund")]
    language: Annotated[str | None, _like("en")]
    text: Annotated[str, _like("Ada Nordvik met Berit Sund in Oslo on Monday.")]
    analysed: Annotated[bool, _like(True)]
    not_analysed: Annotated[str | None, _like(None)]
    """Why it was not read for facts: `language` = it is not English."""
    entities: Annotated[Facts, _like([{"start": 30, "end": 34, "type": "GPE", "wikidata": "Q585"}])]
    mentions: Annotated[Facts, _like([{"start": 0, "end": 11, "chain": 0, "etype": "person", "form": "name"}])]
    quotes: Annotated[Facts, _like([])]
    claims: Annotated[Facts, _like([{"start": 0, "end": 44, "stance": "affirm", "certainty": "certain"}])]
    events: Annotated[Facts, _like([{"type": "CONSULT", "trigger": {"start": 12, "end": 15}}])]
    timexes: Annotated[Facts, _like([{"start": 38, "end": 44, "type": "DATE", "value": "2021-05-03"}])]
    matches: list[Recognised] | None = None
    """With `match=true`: for each event of the text the most alike of the knowledge base, at most five."""


# --- saved queries ---------------------------------------------------------------------------------------------------


class QueryParameter(Model):
    """A value of a saved query that its caller chooses."""

    name: Annotated[str, _like("size")]
    type: Annotated[Literal["text", "date", "integer", "number"], _like("integer")]
    default: Annotated[str, _like("20")]
    about: Annotated[str, _like("rows at most")]


class SavedQuery(Model):
    """A query with a name."""

    name: Annotated[str, _like("most-active-actors")]
    title: Annotated[str, _like("Who acts most, and how often upon others?")]
    description: Annotated[str, _like("")]
    parameters: list[QueryParameter]
    sql: Annotated[str, _like("SELECT name FROM participants LIMIT :size")]


class SavedQueries(Model):
    """All saved queries."""

    data: list[SavedQuery]


# --- the state of the server and of what it knows --------------------------------------------------------------------


class Measured(Model):
    """One figure."""

    layer: Annotated[str, _like("quotes")]
    about: Annotated[str, _like("Quotes: content (token IoU >= .8) and speaker")]
    set: Annotated[str, _like("polnear_dev")]
    """The annotated articles that it was measured on."""
    measure: Annotated[str, _like("content P")]
    """`P` is precision, `R` recall, `F1` both in one."""
    value: Annotated[float, _like(0.832)]
    """A share from 0 to 1, or a number out of `of`."""
    of: Annotated[int | None, _like(None)]


class Quality(Model):
    """How good the facts are, as measured on articles that people annotated."""

    measured_on: Annotated[str, _like("2026-05-05")]
    version: Annotated[str, _like("0.1.0")]
    """Of newskb, when it was measured."""
    scores: list[Measured]


class Gaps(Model):
    """Articles that miss something."""

    undated: Count
    without_source: Count
    not_english: Count
    language_unknown: Count
    """Too short to tell."""
    not_read: Count
    """Stored, but not read for facts; `unread` says why."""
    nothing_found: Count
    """Read, but no event, quote or claim was found."""
    unlinked: Count
    """Read, but no actor that the authority knows, and no place, was recognised."""


class UnreadReason(Model):
    """Why articles were not read for facts."""

    reason: Annotated[str, _like("language")]
    articles: Count


class SkippedReason(Model):
    """What was wrong with input."""

    reason: Annotated[str, _like("bad-json")]
    meaning: Annotated[str, _like("The line or file is no JSON.")]
    severity: Annotated[Literal["skipped", "warning"], _like("skipped")]
    """`skipped` = no article came of it."""
    number: Count


class SourceGaps(Model):
    """What the articles of an outlet miss."""

    source: Annotated[str | None, _like("src-1e2f3a4b5c6d7e8f9a0b")]
    name: Annotated[str | None, _like("Sample Courier")]
    articles: Count
    gaps: Gaps


class Coverage(Model):
    """What is missing, and why."""

    articles: Count
    gaps: Gaps
    unread: list[UnreadReason]
    issues: list[SkippedReason]
    by_source: list[SourceGaps]
    """The outlets with the most articles, up to `limit`."""


class DatabaseState(Model):
    """Whether the database is ready."""

    kind: Annotated[Literal["sqlite", "postgresql"], _like("sqlite")]
    ready: Annotated[bool, _like(True)]
    problems: Annotated[list[str], _like([])]
    authority: Annotated[str | None, _like("86cadf070bf2")]
    """Version of the authority file in it."""


class ImportState(Model):
    """What is being imported."""

    queued: Count
    running: Count
    latest: Import | None


class Limits(Model):
    """What a request may ask of the server."""

    max_requests: Count
    max_requests_per_client: Count
    max_page_rows: Count
    read_timeout_s: Annotated[float, _like(30.0)]
    max_body_bytes: Count
    max_upload_bytes: Count
    max_waiting_imports: Count
    annotate_max_chars: Count
    annotate_timeout_s: Annotated[float, _like(60.0)]
    annotate_at_once: Count
    sql_timeout_s: Annotated[float, _like(10.0)]
    sql_max_rows: Count


class Status(Model):
    """How the server is set up and what it is doing."""

    version: Annotated[str, _like("0.1.0")]
    started_at: Annotated[str, _like("2026-05-05T12:00:00+00:00")]
    database: DatabaseState
    imports: ImportState
    open: Annotated[list[str], _like(["read", "sql", "import"])]
    """Scopes for which this caller needs no key."""
    limits: Limits


# --- curation --------------------------------------------------------------------------------------------------------


class Decision(Model):
    """What an analyst decided."""

    key: Annotated[str, _like("jud-2468ace05d1f0c3b7a9e")]
    action: Annotated[Literal["merge", "split", "correct", "judge"], _like("merge")]
    subjects: Annotated[list[str], _like(["Q58217", "act-0c3b7a9e2468ace05d1f"])]
    """Keys of what it is about; of a merge first the one that stays."""
    decision: Annotated[str, _like("same")]
    """`same`, `different` or `unsure`; of a correction the field."""
    value: Annotated[Any, _like(None)]
    """Of a correction the right value; of a split the articles."""
    author: Annotated[str, _like("ana")]
    reason: Annotated[str, _like("both are the foreign minister")]
    created_at: Annotated[str, _like("2026-05-05T12:00:00+00:00")]
    undone_at: Annotated[str | None, _like(None)]
    undone_by: Annotated[str | None, _like(None)]


class Merged(Model):
    """The actor that stands for what was decided, and the decisions in the log."""

    actor: ActorDetail
    decisions: list[Decision]


class Asked(Model):
    """Base of what an analyst sends."""

    author: Annotated[str, Field(min_length=1, max_length=200, examples=["ana"])]
    """Who decides, for the log."""


class Merge(Asked):
    """Actors that are the same as the one in the address."""

    others: Annotated[list[str], Field(min_length=1, max_length=100, examples=[["act-0c3b7a9e2468ace05d1f"]])]
    reason: Annotated[str, Field(max_length=2_000, examples=["both are the foreign minister"])]


class Split(Asked):
    """Where the actor in the address is really another one."""

    articles: Annotated[list[str], Field(max_length=1_000, examples=[["art-5d1f0c3b7a9e2468ace0"]])] = []
    mentions: Annotated[list[str], Field(max_length=1_000, examples=[["men-68ace05d1f0c3b7a9e24"]])] = []
    into: Annotated[str | None, _like("act-0c3b7a9e2468ace05d1f")] = None
    """The actor that is meant; without it, one of its own is made."""
    reason: Annotated[str, Field(max_length=2_000, examples=["a namesake, the mayor of another town"])]


class Undo(Asked):
    """Who takes a decision back."""


class Wanted(Model):
    """Whom a name may mean."""

    name: Annotated[str, Field(min_length=1, max_length=300, examples=["Sergei Lavrov"])]
    kind: Annotated[Literal["person", "organisation", "government", "country", "group"] | None, _like("person")] = None
    country: Annotated[str | None, Field(max_length=100, examples=["RU"])] = None
    """Name or ISO 3166 code."""
    sector: Annotated[str | None, Field(max_length=10, examples=["GOV"])] = None
    office: Annotated[str | None, Field(max_length=300, examples=["foreign minister"])] = None
    day: Annotated[str | None, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", examples=["2019-05-05"])] = None
    """When the office is held."""


class Questions(Model):
    """Names to match, each under a name of its own."""

    queries: Annotated[
        dict[str, Wanted], Field(min_length=1, max_length=100, examples=[{"q0": {"name": "Sergei Lavrov"}}])
    ]
    limit: Annotated[int, Field(ge=1, le=50, examples=[5])] = 5
    """Most candidates for each."""


class Match(Model):
    """An actor that may be meant."""

    actor: Actor
    score: Annotated[float, _like(0.95)]
    """The linker's: from 0.55 on, and 0.04 ahead of the next, it would take the actor."""
    features: Annotated[dict[str, float], _like({"full name": 0.5, "kind fits": 0.1, "country said": 0.35})]
    """What the score is the sum of."""
    is_match: Annotated[bool, _like(True)]


class Matches(Model):
    """For each name the actors that it may mean, the best first."""

    responses: dict[str, list[Match]]
