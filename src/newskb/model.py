"""The values that flow along the path: frozen, plain, and each tied to characters of one article's text."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

# --- text and origin -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """Half-open characters ``[start, end)`` of ``Article.text``, in Unicode code points."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The characters of ``text`` that the span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an article was read: file, archive member, record number (from 0) and byte offset of the record."""

    path: str
    member: str | None = None
    record: int = 0
    byte_offset: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawDocument:
    """One article as found in a file, before anything is decided about it."""

    origin: Origin
    format: str
    body: str
    """The text as found; character for character where the format is structured."""
    fields: dict[str, Any] = field(default_factory=dict)
    """The other fields as found (``title``, ``date``, ``source`` …), under the names the file used."""
    notices: tuple[Notice, ...] = ()
    """What the reader had to mend, for instance undecodable bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something odd about an article that is kept all the same (a future date, replaced bytes)."""

    reason: str
    """A short fixed code such as ``future-date``; ``ingest/reasons.py`` lists them all."""
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Input that did not become an article: stored and counted, so that nothing vanishes."""

    origin: Origin
    stage: str
    """``read``, ``clean`` or ``annotate``."""
    reason: str
    """A short fixed code such as ``bad-json``."""
    detail: str
    """What exactly, and what to do about it."""


class DatePrecision(StrEnum):
    """How exactly a date is known."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    MINUTE = "minute"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedAt:
    """When an article was published, and where that was read."""

    value: str
    """ISO 8601 prefix as precise as known: ``2019-05-05`` or ``2019-05-05T23:30:00-04:00``. Its first ten characters
    are the local day of the outlet, which is the day used everywhere."""
    precision: DatePrecision
    evidence: str
    """``header``, ``metadata``, ``dateline``, ``file name`` or ``folder name``."""
    raw: str
    """The characters the date was read from."""

    @property
    def day(self) -> str:
        """The publication day, ``YYYY-MM-DD``, in the outlet's own time zone."""
        return self.value[:10]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One text of one outlet, never changed after it is stored."""

    key: str
    text_hash: str
    origin: Origin
    external_id: str | None
    """The article's own id as imported."""
    source: str | None
    """The outlet's name as given, or its domain."""
    url: str | None
    title: str | None
    byline: str | None
    language: str | None
    """ISO 639-1 code; None when the text is too short to tell."""
    published: PublishedAt | None
    text: str
    header: Span | None = None
    """A date header inside the text (``date 2019-05-05``), which no reader of facts looks at."""
    boilerplate: tuple[Span, ...] = ()
    """Text that is no news content (``Follow our live feed``): marked, not cut out."""
    signature: tuple[int, ...] = ()
    """MinHash values for near-duplicate candidates (32 bits each)."""
    notices: tuple[Notice, ...] = ()


# --- article layer: what one text says -------------------------------------------------------------------------------


class MentionForm(StrEnum):
    """How a mention refers."""

    NAME = "name"
    NOMINAL = "nominal"
    PRONOUN = "pronoun"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A reference to an actor or a place."""

    span: Span
    head: Span
    """The head word of the mention."""
    form: MentionForm
    label: str
    """OntoNotes type of the thing (PERSON, NORP, FAC, ORG, GPE, LOC, EVENT, …); ``GROUP`` for groups of people and
    ``OTHER`` where nothing fits."""
    chain: int
    """Number of the coreference chain inside the article; every mention has one."""
    members: tuple[int, ...] = ()
    """For plural mentions ("the two counterparts"): the chains it stands for."""
    title: Span | None = None
    """Words of office or address that belong to a name ("Russian Deputy Foreign Minister")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeExpression:
    """A time expression with its TIMEX3 type and value (ISO-TimeML)."""

    span: Span
    type: str
    """``DATE``, ``TIME``, ``DURATION`` or ``SET``."""
    value: str
    """TIMEX3 value (``2019-04-30``, ``2019-W18``, ``P1M``, ``PRESENT_REF``)."""
    start: str | None = None
    """First day, ``YYYY-MM-DD``, when the value is a calendar date or range."""
    end: str | None = None
    """Last day, inclusive."""
    precision: DatePrecision | None = None
    is_relative: bool = False
    """Resolved against the publication date."""


class QuoteType(StrEnum):
    """How the words are given."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words attributed to a speaker."""

    content: Span
    """The hull of the content, without the outer quotation marks."""
    parts: tuple[Span, ...]
    """The pieces of the content in order; one for an unbroken quote."""
    type: QuoteType
    speaker: int | None
    """Index into ``ArticleFacts.mentions``; None when the text does not say."""
    cue: Span | None
    addressee: int | None = None
    time: int | None = None
    """Index into ``ArticleFacts.times``: when it was said, when the text says so."""
    nested_in: int | None = None
    """Index of the quote whose content holds this one."""
    confidence: float = 0.5


class Stance(StrEnum):
    """What the holder does with the proposition."""

    AFFIRM = "affirm"
    DENY = "deny"
    QUESTION = "question"


class Certainty(StrEnum):
    """How sure the holder is (after FactBank: Saurí and Pustejovsky 2009)."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    UNDERSPECIFIED = "underspecified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A proposition that somebody holds."""

    proposition: Span
    holder: int | None
    """Index into ``ArticleFacts.mentions``; None = the outlet itself speaks."""
    quote: int | None
    stance: Stance
    certainty: Certainty
    is_conditional: bool = False
    about_mentions: tuple[int, ...] = ()
    about_events: tuple[int, ...] = ()
    figures: tuple[int, ...] = ()
    time: int | None = None
    confidence: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number that the text gives for something."""

    span: Span
    kind: str
    """``killed``, ``injured``, ``arrested``, ``missing``, ``displaced``, ``crowd``, ``money``, ``votes``, ``percent``
    or ``other``."""
    low: float | None
    high: float | None
    """None = open ("at least 300" is low 300, high None)."""
    qualifier: str | None
    """``at least``, ``about``, ``up to``, ``more than`` …, as in the text, lower case."""
    unit: str | None
    """ISO 4217 for money, ``people``, ``percent`` …"""


class Realis(StrEnum):
    """Whether it happened."""

    ACTUAL = "actual"
    ATTEMPTED = "attempted"
    FUTURE = "future"
    HYPOTHETICAL = "hypothetical"
    NEGATED = "negated"
    HISTORICAL = "historical"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMention:
    """One report of an event inside one article."""

    trigger: Span
    lemma: str
    """Lemma of the trigger's head word, lower case."""
    type: str | None
    """PLOVER type; None when only ``extension`` says what happened."""
    extension: str | None
    mode: str | None
    contexts: tuple[str, ...]
    cameo: str | None
    """Two-digit CAMEO root."""
    chain: int
    """Number of the event inside the article; mentions of one event share it."""
    actors: tuple[int, ...]
    """Indexes into ``ArticleFacts.mentions``."""
    recipients: tuple[int, ...]
    place: int | None
    time: int | None
    """Index into ``ArticleFacts.times``: the expression that dates it."""
    date_start: str | None
    date_end: str | None
    date_precision: DatePrecision | None
    realis: Realis
    reported_by: int | None
    """Mention that the report is attributed to; None = the outlet."""
    figures: tuple[int, ...]
    confidence: float
    """Calibrated: of events with 0.8 about four in five should be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One possible target of a link, with what speaks for it; ``score`` is the sum of the features' contributions."""

    key: str
    name: str
    score: float
    features: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What some mentions of one chain refer to. A mention is in at most one link.

    ``Washington`` as a government and ``Washington`` as a city are two links of one article.
    """

    mentions: tuple[int, ...]
    kind: str
    """``actor`` or ``place``."""
    key: str | None
    """Actor or place key; None = nothing could be said (a bare pronoun without an antecedent)."""
    name: str | None
    nil: bool
    """True when the authority does not know it: ``key`` is then the key of a local actor, or None."""
    wikidata: str | None
    wikipedia: str | None
    actor_kind: str | None
    """``person``, ``organisation``, ``government``, ``country`` or ``group`` (actors only)."""
    country: str | None
    """ISO 3166-1 alpha-3."""
    sector: str | None
    """PLOVER sector at the article's date (GOV, OPP, MIL …)."""
    role: str | None
    """Office or description at the article's date."""
    score: float
    candidates: tuple[Candidate, ...] = ()
    place_key: str | None = None
    """For an actor that was named by a place ("Moscow reaffirmed"): that place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFacts:
    """Everything one text says, with where it says it."""

    article: str
    """The article's key."""
    extractor: str
    """Version of code and models that made this."""
    analysed: bool
    """False when the text was stored but not read."""
    not_analysed: str | None = None
    """Why not: ``language``, ``length`` …"""
    sentences: tuple[Span, ...] = ()
    mentions: tuple[Mention, ...] = ()
    times: tuple[TimeExpression, ...] = ()
    quotes: tuple[Quote, ...] = ()
    figures: tuple[Figure, ...] = ()
    events: tuple[EventMention, ...] = ()
    claims: tuple[Claim, ...] = ()
    links: tuple[Link, ...] = ()
    terms: tuple[tuple[str, int], ...] = ()
    """Content lemmas with their counts, most telling first (at most 60), for story grouping."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a worker gives back for a run of raw documents, in their order."""

    articles: tuple[Article, ...]
    facts: tuple[ArticleFacts, ...]
    """One for each article, in the same order."""
    skipped: tuple[Skipped, ...]


# --- authority -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """An office or affiliation of an actor, valid for a time."""

    office: str
    country: str | None
    """ISO 3166-1 alpha-3 of the state or side it belongs to."""
    sector: str | None
    start: str | None
    """ISO prefix (year, month or day); None = unknown or open."""
    end: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who can act, speak or be acted upon."""

    key: str
    """``Q…`` when known to Wikidata, otherwise minted from its name and context."""
    name: str
    kind: str
    """``person``, ``organisation``, ``government``, ``country`` or ``group``."""
    wikidata: str | None = None
    wikipedia: str | None = None
    country: str | None = None
    sector: str | None = None
    description: str | None = None
    aliases: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    is_local: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where things happen."""

    key: str
    name: str
    kind: str
    """``country``, ``admin1``, ``city``, ``region`` or ``water``."""
    wikidata: str | None = None
    country: str | None = None
    """ISO 3166-1 alpha-3."""
    admin1: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    population: int | None = None
    aliases: tuple[str, ...] = ()


# --- knowledge layer: across articles --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureValue:
    """A figure without its place in a text, as merging compares it."""

    kind: str
    low: float | None
    high: float | None
    unit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventReport:
    """A stored event mention as merging sees it: keys instead of indexes."""

    key: str
    article: str
    chain: int
    copy_group: str
    """Key shared by the articles with the same text: copies are not independent of one another."""
    source: str | None
    published: str | None
    """Publication day, or None."""
    type: str | None
    extension: str | None
    mode: str | None
    contexts: tuple[str, ...]
    lemma: str
    actors: tuple[str, ...]
    recipients: tuple[str, ...]
    place: str | None
    place_country: str | None
    date_start: str | None
    date_end: str | None
    date_precision: str | None
    realis: str
    confidence: float
    figures: tuple[FigureValue, ...] = ()
    reported_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What several reports tell of: one thing that happened (or was said to be going to)."""

    key: str
    type: str | None
    extension: str | None
    mode: str | None
    contexts: tuple[str, ...]
    actors: tuple[str, ...]
    recipients: tuple[str, ...]
    place: str | None
    date_start: str | None
    date_end: str | None
    date_precision: str | None
    realis: str
    confidence: float
    reports: tuple[str, ...]
    """Keys of the event mentions, in order of publication."""
    article_count: int
    source_count: int
    independent_source_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleProfile:
    """An article as story grouping sees it."""

    key: str
    copy_group: str
    source: str | None
    published: str | None
    title: str | None
    terms: tuple[tuple[str, int], ...]
    actors: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Articles about one development."""

    key: str
    title: str | None
    articles: tuple[str, ...]
    date_start: str | None
    date_end: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteReport:
    """A stored quote as merging sees it."""

    key: str
    article: str
    copy_group: str
    source: str | None
    published: str | None
    speaker: str | None
    text: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteGroup:
    """One utterance as several outlets give it."""

    key: str
    speaker: str | None
    quotes: tuple[str, ...]
    """Keys of the quotes, earliest appearance first."""
    source_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReport:
    """A stored claim as merging sees it."""

    key: str
    article: str
    copy_group: str
    source: str | None
    published: str | None
    holder: str | None
    """Actor key; None = the outlet."""
    stance: str
    certainty: str
    text: str
    terms: tuple[str, ...]
    """Content lemmas of the proposition, sorted."""
    events: tuple[str, ...]
    """Keys of the knowledge-layer events it is about."""
    actors: tuple[str, ...]
    figures: tuple[FigureValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimGroup:
    """Claims about the same thing."""

    key: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRelation:
    """How two claims of different holders or sources stand to each other."""

    first: str
    second: str
    """Claim keys, ``first`` < ``second``."""
    relation: str
    """``corroborates`` or ``contradicts``."""
    reason: str
    """``figure``, ``polarity`` or ``same``."""
