"""The shape of the rows that queries give back: plain dictionaries, ready for JSON, named as the API names them.

``…Row`` is an item of a list; ``…Detail`` is what ``get`` answers, and has everything of the row and more. Every field
is always there; unknown is None. Spans are characters ``[start_char, end_char)`` of the article's text.
"""

from __future__ import annotations

from typing import Any, TypedDict


class SourceRef(TypedDict):
    """An outlet, in short."""

    key: str
    name: str


class ActorRef(TypedDict):
    """An actor, in short."""

    key: str
    name: str


class PlaceRef(TypedDict):
    """A place, in short."""

    key: str
    name: str
    country: str | None
    latitude: float | None
    longitude: float | None


class ArticleRef(TypedDict):
    """An article, in short."""

    key: str
    title: str | None
    source: SourceRef | None
    url: str | None
    published_at: str | None
    published_date: str | None


class Evidence(TypedDict):
    """The characters that say a fact."""

    key: str
    """Key of the event mention, quote, claim or mention."""
    article: ArticleRef
    start_char: int
    end_char: int
    text: str
    sentence: str | None
    extractor: str


class FigureRow(TypedDict):
    """A number a text gives."""

    kind: str
    low: float | None
    high: float | None
    qualifier: str | None
    unit: str | None
    start_char: int
    end_char: int
    text: str


class SpanRow(TypedDict):
    """Some characters of a text."""

    start_char: int
    end_char: int
    text: str


# --- articles --------------------------------------------------------------------------------------------------------


class ArticleRow(ArticleRef):
    """An article in a list."""

    byline: str | None
    language: str | None
    external_id: str | None
    published_precision: str | None
    published_evidence: str | None
    lead: str
    """The first 280 characters of the text."""
    char_count: int
    analysed: bool
    not_analysed: str | None
    copy_group: str
    story: str | None
    extractor: str
    ingested_at: str


class NoticeRow(TypedDict):
    """Something odd about an article's input."""

    reason: str
    detail: str


class CopyRow(TypedDict):
    """Another occurrence of the article."""

    external_id: str | None
    url: str | None
    title: str | None
    published_at: str | None
    path: str
    member: str | None
    record: int


class DuplicateRow(TypedDict):
    """Another article with much of the same text."""

    article: ArticleRef
    score: float


class HighlightRow(TypedDict):
    """Words of a search in a text."""

    field: str
    """``title`` or ``text``."""
    start_char: int
    """Where the passage begins in the title, or in the text of the article."""
    end_char: int
    text: str
    marks: list[list[int]]
    """Start and end of the words, counted like the passage."""


class ArticleFound(ArticleRow, total=False):
    """An article in a list; with ``highlight=true`` the passages that hold the words of the search come along."""

    highlights: list[HighlightRow]


class ArticleDetail(ArticleRow):
    """One article."""

    text: str
    boilerplate: list[list[int]]
    notices: list[NoticeRow]
    path: str
    member: str | None
    record: int
    copies: list[CopyRow]
    duplicates: list[DuplicateRow]


class MentionRow(SpanRow):
    """A mention in its article."""

    key: str
    form: str
    label: str
    chain: int
    actor: ActorRef | None
    place: PlaceRef | None
    link_score: float | None


class MentionDetail(Evidence):
    """One mention with its article."""

    form: str
    label: str
    chain: int
    actor: ActorRef | None
    place: PlaceRef | None
    link_score: float | None


class TimeRow(SpanRow):
    """A time expression in its article."""

    type: str
    value: str
    date_start: str | None
    date_end: str | None


class Annotations(TypedDict):
    """Everything found in one article."""

    article: str
    extractor: str
    analysed: bool
    not_analysed: str | None
    sentences: list[list[int]]
    mentions: list[MentionRow]
    times: list[TimeRow]
    figures: list[FigureRow]
    quotes: list[QuoteRow]
    claims: list[ClaimRow]
    events: list[EventReportRow]


# --- events ----------------------------------------------------------------------------------------------------------


class EventRow(TypedDict):
    """An event in a list."""

    key: str
    type: str | None
    extension: str | None
    mode: str | None
    contexts: list[str]
    cameo: str | None
    quad_code: int | None
    intensity: float | None
    date_start: str | None
    date_end: str | None
    date_precision: str | None
    actors: list[ActorRef]
    recipients: list[ActorRef]
    place: PlaceRef | None
    realis: str
    confidence: float
    report_count: int
    article_count: int
    source_count: int
    independent_source_count: int
    first_published: str | None
    last_published: str | None


class ParticipantRow(TypedDict):
    """A participant of a reported event; ``key`` and ``name`` are None when the words could not be linked."""

    key: str | None
    name: str | None
    start_char: int | None
    end_char: int | None
    text: str | None
    """None when an analyst named the actor."""


class EventReportRow(Evidence):
    """One article's report of an event: the span is the trigger's."""

    event: str | None
    sentence_start: int
    sentence_end: int
    lemma: str
    type: str | None
    extension: str | None
    mode: str | None
    contexts: list[str]
    cameo: str | None
    date_start: str | None
    date_end: str | None
    date_precision: str | None
    actors: list[ParticipantRow]
    recipients: list[ParticipantRow]
    place: PlaceRef | None
    realis: str
    reported_by: ActorRef | None
    figures: list[FigureRow]
    confidence: float
    corrected: bool


class EventWithEvidence(EventRow, total=False):
    """An event in a list; with ``include=evidence`` every report of it comes along."""

    evidence: list[EventReportRow]


class EventDetail(EventRow):
    """One event, with every report of it."""

    reports: list[EventReportRow]


# --- quotes and claims -----------------------------------------------------------------------------------------------


class SaidRow(TypedDict):
    """When something was said."""

    date: str | None
    """Its first day: of the words of time, else the article's; None = undated."""
    precision: str | None
    expression: SpanRow | None
    """The words of time beside the reporting words; None = the date is the article's."""


class QuoteRow(Evidence):
    """A quote; ``sentence`` is always None, the text is whole."""

    parts: list[list[int]]
    type: str
    speaker: ActorRef | None
    speaker_mention: SpanRow | None
    """The words that name the speaker."""
    addressee: ActorRef | None
    addressee_mention: SpanRow | None
    cue: SpanRow | None
    said: SaidRow
    nested_in: str | None
    """Key of the quote that this one is inside of."""
    quote_group: str | None
    confidence: float
    corrected: bool


class QuoteWithEvidence(QuoteRow, total=False):
    """A quote in a list; with ``include=evidence`` the sentences that hold it, its speaker and its cue come along."""

    evidence: list[SpanRow]
    highlights: list[HighlightRow]


class DifferenceRow(TypedDict):
    """How the words of a version differ from those of the earliest one."""

    kind: str
    """``same``, ``shortened``, ``longer`` or ``reworded``."""
    removed: list[str]
    added: list[str]


class VariantRow(TypedDict):
    """One version of an utterance."""

    quote: QuoteRow
    evidence: list[SpanRow]
    difference: DifferenceRow


class VariantsRow(TypedDict):
    """One utterance in all its versions, the earliest first."""

    quote_group: str | None
    speaker: ActorRef | None
    source_count: int
    earliest: QuoteRow
    data: list[VariantRow]


class AppearanceRow(TypedDict):
    """One place where an utterance or a claim is printed."""

    key: str
    article: ArticleRef
    start_char: int
    end_char: int
    text: str
    evidence: list[SpanRow]
    is_first: bool
    extractor: str


class QuoteDetail(QuoteRow):
    """One quote, with the other outlets' versions of it."""

    variants: list[QuoteRow]


class ClaimRow(Evidence):
    """A claim; ``holder`` None and ``holder_mention`` None = the outlet itself."""

    holder: ActorRef | None
    holder_mention: SpanRow | None
    stance: str
    certainty: str
    is_conditional: bool
    about: list[ActorRef]
    events: list[str]
    """Keys of the events it is about."""
    figures: list[FigureRow]
    quote: str | None
    said: SaidRow
    claim_group: str | None
    confidence: float
    corrected: bool


class ClaimWithEvidence(ClaimRow, total=False):
    """A claim in a list; with ``include=evidence`` the sentences that hold it and its holder come along."""

    evidence: list[SpanRow]
    highlights: list[HighlightRow]


class PositionRow(TypedDict):
    """How a holder stands to what a claim asserts, at one time."""

    said: SaidRow
    stance: str
    certainty: str
    is_conditional: bool
    claim: ClaimRow
    evidence: list[SpanRow]


class HolderRow(TypedDict):
    """One holder with all their positions in order of time."""

    name: str
    actor: ActorRef | None
    source: SourceRef | None
    """The outlet that says it in its own voice."""
    stances: list[str]
    has_changed: bool
    positions: list[PositionRow]


class PositionsRow(TypedDict):
    """Who affirmed, denied, questioned and changed; holders in order of their first position."""

    claim_group: str | None
    affirmed: list[str]
    denied: list[str]
    questioned: list[str]
    changed: list[str]
    data: list[HolderRow]


class RelatedClaim(TypedDict):
    """A claim that supports or contradicts another."""

    relation: str
    reason: str
    claim: ClaimRow


class ClaimDetail(ClaimRow):
    """One claim, with those that support or contradict it."""

    related: list[RelatedClaim]


# --- actors, places, sources, stories --------------------------------------------------------------------------------


class ActorRow(ActorRef):
    """An actor in a list."""

    kind: str | None
    wikidata: str | None
    wikipedia: str | None
    country: str | None
    sector: str | None
    description: str | None
    is_local: bool


class RoleRow(TypedDict):
    """An office of an actor."""

    office: str
    country: str | None
    sector: str | None
    valid_from: str | None
    valid_to: str | None


class ActorDetail(ActorRow):
    """One actor."""

    aliases: list[str]
    roles: list[RoleRow]
    event_count: int
    quote_count: int
    claim_count: int
    article_count: int


class PlaceRow(PlaceRef):
    """A place in a list."""

    kind: str | None
    wikidata: str | None
    admin1: str | None
    population: int | None


class PlaceDetail(PlaceRow):
    """One place."""

    aliases: list[str]
    event_count: int


class SourceRow(SourceRef):
    """An outlet in a list."""

    country: str | None
    article_count: int
    first_published: str | None
    last_published: str | None


class StoryRow(TypedDict):
    """A story in a list."""

    key: str
    title: str | None
    date_start: str | None
    date_end: str | None
    article_count: int
    source_count: int


class StoryDetail(StoryRow):
    """One story."""

    articles: list[ArticleRef]
    events: list[EventRow]


class IssueRow(TypedDict):
    """Input that was skipped, or kept with a warning."""

    key: str
    import_key: str
    severity: str
    stage: str
    reason: str
    detail: str
    path: str
    member: str | None
    record: int
    byte_offset: int | None


# --- answers ---------------------------------------------------------------------------------------------------------


class Bucket(TypedDict):
    """One column of a timeline."""

    date: str
    """``2019-05-05``, ``2019-05`` or ``2019``; the Monday of a week; ``2019-Q2`` for a quarter."""
    count: int


class Timeline(TypedDict):
    """Counts over time."""

    bucket: str
    buckets: list[Bucket]
    """Only those with rows, oldest first."""
    undated: int
    """Rows without a date as exact as the bucket."""
    total: int
    series: list[Series] | None
    """The same for each value of a field, the most frequent first; None where no field is named."""
    series_count: int | None
    """How many values there are, listed or not."""


class Series(TypedDict):
    """Counts over time of the rows with one value."""

    value: str | None
    """None = rows without a value."""
    name: str | None
    buckets: list[Bucket]
    undated: int
    total: int


class FacetValue(TypedDict):
    """One value of a field and how many rows have it."""

    value: str | None
    name: str | None
    """What to show for a key; None where the value speaks for itself."""
    count: int


class Facet(TypedDict):
    """The values of a field: the counts, ``other`` and ``unset``, less ``repeated``, are the number of rows."""

    values: list[FacetValue]
    other: int
    """Counts of the values that are not listed."""
    unset: int
    """Rows without a value."""
    repeated: int
    """How often rows are counted again because they have several values."""


class Aggregate(TypedDict):
    """A table of one or two dimensions."""

    group_by: list[str]
    measure: str
    rows: list[dict[str, Any]]
    """Each with the value of every dimension and its name (``<dimension>_name``), ``value`` and ``share``."""
    group_count: int
    """Groups that there are, listed or not."""
    total: int | float | None
    """The measure over all rows together."""
    row_count: int
    """Rows asked for."""


class AreaRow(TypedDict):
    """An area of a map and how many rows have to do with it."""

    key: str
    """Of the place; for a country its code, for a first-level division country and name."""
    name: str
    country: str | None
    admin1: str | None
    precision: str | None
    """``place``, ``admin1``, ``country``, ``region`` or ``water``."""
    latitude: float | None
    """None where no coordinates are known."""
    longitude: float | None
    count: int


class AreaMap(TypedDict):
    """The areas that rows have to do with."""

    areas: list[AreaRow]
    area_count: int
    """Areas that there are, listed or not."""
    other: int
    """Counts of the areas that are not listed."""
    unlocated: int
    """Rows without an area."""
    total: int


class ChangeRow(TypedDict):
    """One thing that was added, changed or removed."""

    resource: str
    key: str
    action: str
    """``added``, ``updated`` or ``deleted``."""
    changed_at: str


class Stats(TypedDict):
    """How much there is of everything."""

    articles: int
    articles_undated: int
    articles_not_analysed: int
    sources: int
    events: int
    event_reports: int
    actors: int
    places: int
    quotes: int
    claims: int
    stories: int
    first_published: str | None
    last_published: str | None


# --- what is missing ---


class Gaps(TypedDict):
    """Articles that miss something."""

    undated: int
    without_source: int
    not_english: int
    language_unknown: int
    not_read: int
    nothing_found: int
    unlinked: int


class UnreadReason(TypedDict):
    """Why articles were not read for facts."""

    reason: str
    articles: int


class SkippedReason(TypedDict):
    """What was wrong with input."""

    reason: str
    severity: str
    number: int


class SourceGaps(TypedDict):
    """What the articles of an outlet miss."""

    source: str | None
    name: str | None
    articles: int
    gaps: Gaps


class Coverage(TypedDict):
    """What is missing."""

    articles: int
    gaps: Gaps
    unread: list[UnreadReason]
    issues: list[SkippedReason]
    by_source: list[SourceGaps]
