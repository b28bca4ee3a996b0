"""Every table of the knowledge base, in reading order; the data dictionary is generated from the comments here.

Dates are ISO text (``2019-05-05``) and JSON is text on both databases, so that one query means the same on each.
Rows of the article layer refer to one another inside an article by ``ordinal`` (the index in ``ArticleFacts``).
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.dialects.sqlite import BLOB, REAL
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeEngine

from newskb import model, plover

Id = BigInteger().with_variant(Integer(), "sqlite")
Flag = Boolean().with_variant(Integer(), "sqlite")
Number: TypeEngine[float] = Double().with_variant(REAL(), "sqlite")
Bytes = LargeBinary().with_variant(BLOB(), "sqlite")
Code = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is compared and ordered by code point on both databases: keys, ISO dates, codes."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# PostgreSQL refuses a tsvector above 1 MB; 200,000 characters stay below it in every script.
SEARCHED_CHARS = 200_000
_ACCENTED = "ÀÁÂÃÄÅàáâãäåÇçÈÉÊËèéêëÌÍÎÏìíîïÑñÒÓÔÕÖòóôõöÙÚÛÜùúûüÝýÿŠšŽžČčĆćŘřŇňĚěŞşĞğİıŁłŚśŹźŻżĄąĘęŃńŐőŰű"
_PLAIN = "AAAAAAaaaaaaCcEEEEeeeeIIIIiiiiNnOOOOOoooooUUUUuuuuYyySsZzCcCcRrNnEeSsGgIiLlSsZzZzAaEeNnOoUu"


# What separates words: all but letters and digits in ASCII, Latin-1 and the blocks of punctuation. Without this,
# PostgreSQL takes "U.S." for a host and "and/or" for a path, and FTS5 finds words there that it does not.
_SEPARATORS = (
    r"[\u0001-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00A9\u00AB-\u00B4\u00B6-\u00B9\u00BB-\u00BF"
    r"\u2000-\u206F\u3000-\u303F]+"
)


def search_vector(*columns: str) -> str:
    """PostgreSQL expression for the words of ``columns``, without case and accents, as FTS5's unicode61 sees them."""
    joined = " || ' ' || ".join(f"coalesce({column}, '')" for column in columns)
    plain = f"translate(left({joined}, {SEARCHED_CHARS}), '{_ACCENTED}', '{_PLAIN}')"
    return f"to_tsvector('simple'::regconfig, regexp_replace({plain}, '{_SEPARATORS}', ' ', 'g'))"


def unaccented(word: str) -> str:
    """``word`` with the accents taken off that the full-text columns of PostgreSQL know."""
    return word.translate(str.maketrans(_ACCENTED, _PLAIN))


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING)


def _one_of(column: str, values: type[StrEnum] | tuple[str, ...], *, name: str | None = None) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=name or column)


def _share(column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} >= 0 AND {column} <= 1", name=column)


def _span(start: str = "start_char", end: str = "end_char") -> CheckConstraint:
    return CheckConstraint(f"{start} >= 0 AND {start} <= {end}", name="span")


def _id() -> Mapped[int]:
    return mapped_column(Id, primary_key=True, autoincrement=False, comment="Joins tables; never shown to outsiders.")


def _key(comment: str) -> Mapped[str]:
    return mapped_column(Code, nullable=False, unique=True, comment=comment)


def _ref(target: str, comment: str, *, index: bool = False, cascade: bool = False) -> Mapped[int]:
    rule = "CASCADE" if cascade else None
    return mapped_column(Id, ForeignKey(target, ondelete=rule), nullable=False, index=index, comment=comment)


def _opt_ref(target: str, comment: str, *, index: bool = False) -> Mapped[int | None]:
    return mapped_column(Id, ForeignKey(target), index=index, comment=comment)


def _text(comment: str, *, index: bool = False) -> Mapped[str]:
    return mapped_column(Text, nullable=False, index=index, comment=comment)


def _opt_text(comment: str, *, index: bool = False) -> Mapped[str | None]:
    return mapped_column(Text, index=index, comment=comment)


def _code(comment: str, *, index: bool = False) -> Mapped[str]:
    return mapped_column(Code, nullable=False, index=index, comment=comment)


def _opt_code(comment: str, *, index: bool = False) -> Mapped[str | None]:
    return mapped_column(Code, index=index, comment=comment)


def _int(comment: str) -> Mapped[int]:
    return mapped_column(Integer, nullable=False, comment=comment)


def _opt_int(comment: str) -> Mapped[int | None]:
    return mapped_column(Integer, comment=comment)


def _number(comment: str) -> Mapped[float]:
    return mapped_column(Number, nullable=False, comment=comment)


def _opt_number(comment: str) -> Mapped[float | None]:
    return mapped_column(Number, comment=comment)


def _flag(comment: str) -> Mapped[bool]:
    return mapped_column(Flag, nullable=False, comment=comment)


def _article() -> Mapped[int]:
    return _ref("article.id", "The article that says it.", cascade=True)


def _run() -> Mapped[int]:
    return _ref("extraction_run.id", "The extraction run that made the row.")


def _ordinal(of: str) -> Mapped[int]:
    return _int(f"Number of the {of} inside its article, from 0.")


_START = "First character in `article.text`, in code points."
_END = "Character after the last one."
_ROLE = ("actor", "recipient")
_PRECISION = model.DatePrecision
_KNOWN_FROM = ("authority", "import", "text")
_ARGS = {"sqlite_strict": True}

# --- operation -------------------------------------------------------------------------------------------------------


class Meta(Base):
    """Facts about the database itself."""

    __tablename__ = "meta"
    __table_args__ = ({"comment": "Facts about the database itself (authority version, last merge).", **_ARGS},)

    name: Mapped[str] = mapped_column(Code, primary_key=True, comment="What is told.")
    value: Mapped[str] = _text("Its value.")


class ImportBatch(Base):
    """One call of `newskb import`."""

    __tablename__ = "import_batch"
    __table_args__ = (
        _one_of("status", ("running", "done", "failed", "interrupted")),
        {"comment": "One import: who asked for what, when, and how it ended.", **_ARGS},
    )

    id: Mapped[int] = _id()
    key: Mapped[str] = _key("Public key, `imp-…`.")
    status: Mapped[str] = _code(
        "`running`, `done`, `failed`, or `interrupted` = its server stopped; a killed command's stays `running`."
    )
    started_at: Mapped[str] = _code("When it began, UTC, ISO 8601.")
    finished_at: Mapped[str | None] = _opt_code("When it ended; NULL while it runs or after it was killed.")
    options: Mapped[str] = _text("Paths and options as given, JSON.")


class ImportFile(Base):
    """The ledger: how far each file was read."""

    __tablename__ = "import_file"
    __table_args__ = (
        UniqueConstraint("path", "file_hash", "options_hash"),
        CheckConstraint("next_record >= 0", name="next_record"),
        {
            "comment": "The ledger: how far each file was read, written in the same transaction as the articles.",
            **_ARGS,
        },
    )

    id: Mapped[int] = _id()
    import_id: Mapped[int] = _ref("import_batch.id", "The import that read it last.", index=True)
    path: Mapped[str] = _text("The file as named by the import.")
    file_hash: Mapped[str] = _code("Hash of its bytes: a changed file is another file.")
    options_hash: Mapped[str] = _code("Hash of the options that change what is read (format, source, limits).")
    next_record: Mapped[int] = _int("Items of the file that are dealt with; reading resumes here.")
    done: Mapped[bool] = _flag("True when the whole file was read.")


class ImportIssue(Base):
    """Input that was skipped or odd."""

    __tablename__ = "import_issue"
    __table_args__ = (
        _one_of("severity", ("skipped", "warning")),
        {"comment": "Input that was skipped, or kept with a warning: nothing vanishes.", **_ARGS},
    )

    id: Mapped[int] = _id()
    key: Mapped[str] = _key("Public key, `iss-…`, made of file, position and reason.")
    import_id: Mapped[int] = _ref("import_batch.id", "The import that found it.", index=True)
    severity: Mapped[str] = _code("`skipped` = no article came of it; `warning` = kept all the same.")
    stage: Mapped[str] = _code("`read`, `clean` or `annotate`.")
    reason: Mapped[str] = _code("Short fixed code such as `bad-json`.", index=True)
    detail: Mapped[str] = _text("What exactly, and what to do about it.")
    path: Mapped[str] = _text("The file.")
    member: Mapped[str | None] = _opt_text("The member inside an archive.")
    record: Mapped[int] = mapped_column(Id, nullable=False, comment="Number of the record, from 0.")
    byte_offset: Mapped[int | None] = mapped_column(Id, comment="Where the record starts, when known.")


class ExtractionRun(Base):
    """One pass of the extractor."""

    __tablename__ = "extraction_run"
    __table_args__ = ({"comment": "One pass of one extractor version over articles.", **_ARGS},)

    id: Mapped[int] = _id()
    key: Mapped[str] = _key("Public key, `run-…`.")
    extractor: Mapped[str] = _text("Version of code and models.")
    started_at: Mapped[str] = _code("When it began, UTC, ISO 8601.")
    import_id: Mapped[int | None] = _opt_ref("import_batch.id", "The import it belonged to; NULL for reprocessing.")


class ApiKey(Base):
    """A secret that opens the REST interface."""

    __tablename__ = "api_key"
    __table_args__ = (
        UniqueConstraint("secret_hash"),
        {"comment": "Keys of the REST interface; the secrets themselves are nowhere.", **_ARGS},
    )

    id: Mapped[int] = _id()
    key: Mapped[str] = _key("Public key, `key-…`, by which it is listed and revoked.")
    name: Mapped[str] = _text("Who or what uses it, as its maker said.")
    secret_hash: Mapped[str] = _code("SHA-256 of the secret, which is 256 random bits: nobody can try them all.")
    scopes: Mapped[str] = _code("What it opens, a JSON list of `read`, `sql`, `import`, `curate`, `admin`.")
    created_at: Mapped[str] = _code("When it was made, UTC, ISO 8601.")
    revoked_at: Mapped[str | None] = _opt_code("When it was revoked; NULL while it opens anything.")


# --- sources and articles --------------------------------------------------------------------------------------------


class Source(Base):
    """An outlet."""

    __tablename__ = "source"
    __table_args__ = ({"comment": "An outlet that publishes articles.", **_ARGS},)

    id: Mapped[int] = _id()
    key: Mapped[str] = _key("Public key, `src-…`, made of the folded name.")
    name: Mapped[str] = _text("Name as given, or its domain.")
    folded: Mapped[str] = _code("Name without case and accents, for comparing.", index=True)
    country: Mapped[str | None] = _opt_code("ISO 3166-1 alpha-3, when known.")


class Article(Base):
    """One text of one outlet."""

    __tablename__ = "article"
    __table_args__ = (
        _one_of("published_precision", _PRECISION),
        CheckConstraint("(published_at IS NULL) = (published_date IS NULL)", name="published"),
        Index("ix_article_newest", sql("coalesce(published_date, '')"), "key"),
        Index("ix_article_source_newest", "source_id", sql("coalesce(published_date, '')"), "key"),
        {"comment": "One text of one outlet; the text never changes after it is stored.", **_ARGS},
    )

    id: Mapped[int] = _id()
    key: Mapped[str] = _key("Public key, `art-…`, made of source and text.")
    text_hash: Mapped[str] = _code("Hash of the text.", index=True)
    copy_group: Mapped[str] = _code("Shared by articles with the same text, whoever printed it.", index=True)
    source_id: Mapped[int | None] = _opt_ref("source.id", "The outlet; NULL when the input does not say.")
    external_id: Mapped[str | None] = _opt_text("The article's own id as imported.", index=True)
    url: Mapped[str | None] = _opt_text("Where it was published.")
    title: Mapped[str | None] = _opt_text("Headline.")
    byline: Mapped[str | None] = _opt_text("Author line as given.")
    language: Mapped[str | None] = _opt_code("ISO 639-1; NULL when the text is too short to tell.")
    published_at: Mapped[str | None] = _opt_code(
        "Publication time as precise as known, ISO 8601 with the local offset."
    )
    published_date: Mapped[str | None] = _opt_code(
        "First day the publication time can mean, `YYYY-MM-DD`; NULL = undated."
    )
    published_precision: Mapped[str | None] = _opt_code("`year`, `month`, `day` or `minute`.")
    published_evidence: Mapped[str | None] = _opt_text(
        "Where the date was read: header, metadata, dateline, file name …"
    )
    published_raw: Mapped[str | None] = _opt_text("The characters the date was read from.")
    text: Mapped[str] = _text("The text, character for character; all spans count in it.")
    header_start: Mapped[int | None] = _opt_int("Start of a date header inside the text.")
    header_end: Mapped[int | None] = _opt_int("End of it.")
    boilerplate: Mapped[str] = _text("Spans that are no news content, JSON `[[start, end], …]`.")
    signature: Mapped[bytes] = mapped_column(
        Bytes, nullable=False, comment="MinHash values of the text, little-endian, 32 bits each."
    )
    notices: Mapped[str] = _text("What was odd about the input, JSON `[[reason, detail], …]`.")
    terms: Mapped[str] = _text("Content lemmas with counts, most telling first, JSON `[[lemma, count], …]`.")
    extractor: Mapped[str] = _text("Version of the extractor whose facts are stored.")
    analysed: Mapped[bool] = _flag("False when the text was stored but not read for facts.")
    not_analysed: Mapped[str | None] = _opt_code("Why not: `language`, `length` …")
    origin_path: Mapped[str] = _text("File it was read from.")
    origin_member: Mapped[str | None] = _opt_text("Member inside the archive.")
    origin_record: Mapped[int] = mapped_column(Id, nullable=False, comment="Record number in the file, from 0.")
    origin_byte_offset: Mapped[int | None] = mapped_column(Id, comment="Where the record starts, when known.")
    import_id: Mapped[int | None] = _opt_ref("import_batch.id", "The import that brought it.", index=True)
    extraction_run_id: Mapped[int] = _run()
    ingested_at: Mapped[str] = _code("When it was stored, UTC; never taken for the publication date.")


class ArticleCopy(Base):
    """Another occurrence of a stored article."""

    __tablename__ = "article_copy"
    __table_args__ = ({"comment": "The same text of the same outlet met again; its own data are kept here.", **_ARGS},)

    key: Mapped[str] = mapped_column(Code, primary_key=True, comment="Made of article and origin.")
    article_id: Mapped[int] = _ref("article.id", "The article it repeats.", index=True, cascade=True)
    external_id: Mapped[str | None] = _opt_text("Its own id as imported.")
    url: Mapped[str | None] = _opt_text("Where it was published.")
    title: Mapped[str | None] = _opt_text("Headline.")
    published_at: Mapped[str | None] = _opt_code("Publication time, ISO 8601.")
    origin_path: Mapped[str] = _text("File it was read from.")
    origin_member: Mapped[str | None] = _opt_text("Member inside the archive.")
    origin_record: Mapped[int] = mapped_column(Id, nullable=False, comment="Record number in the file, from 0.")
    import_id: Mapped[int | None] = _opt_ref("import_batch.id", "The import that met it.")


class ArticleDuplicate(Base):
    """Two articles with nearly the same text."""

    __tablename__ = "article_duplicate"
    __table_args__ = (
        CheckConstraint("first_id <> second_id", name="pair"),
        _share("score"),
        Index(None, "second_id"),
        {"comment": "Two articles that share most of their text.", **_ARGS},
    )

    first_id: Mapped[int] = mapped_column(
        Id, ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, comment="One article."
    )
    second_id: Mapped[int] = mapped_column(
        Id, ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, comment="The other."
    )
    score: Mapped[float] = _number("Share of the shorter text found in the longer, 0 to 1.")


# --- knowledge layer: actors and places ------------------------------------------------------------------------------


class Actor(Base):
    """Who can act, speak or be acted upon."""

    __tablename__ = "actor"
    __table_args__ = (
        _one_of("kind", ("person", "organisation", "government", "country", "group")),
        _one_of("known_from", _KNOWN_FROM),
        {"comment": "Who can act, speak or be acted upon.", **_ARGS},
    )

    id: Mapped[int] = _id()
    key: Mapped[str] = _key("`Q…` when known to Wikidata, otherwise minted (`act-…`).")
    name: Mapped[str] = _text("Name to show.")
    folded: Mapped[str] = _code("Name without case and accents.", index=True)
    kind: Mapped[str | None] = _opt_code("`person`, `organisation`, `government`, `country` or `group`.")
    wikidata: Mapped[str | None] = _opt_code("Wikidata id.", index=True)
    wikipedia: Mapped[str | None] = _opt_text("Title of the English Wikipedia page.")
    country: Mapped[str | None] = _opt_code("ISO 3166-1 alpha-3.", index=True)
    sector: Mapped[str | None] = _opt_code("PLOVER sector (GOV, OPP, MIL …).")
    description: Mapped[str | None] = _opt_text("What it is, in a few words.")
    is_local: Mapped[bool] = _flag("True when the authority does not know it.")
    known_from: Mapped[str] = _code("`authority`, `import` = a file of actors that a user imported, or `text`.")
    replaced_by: Mapped[str | None] = _opt_code(
        "Key of the actor that an analyst merged it into; NULL = it stands for itself.", index=True
    )


class ActorAlias(Base):
    """A name of an actor."""

    __tablename__ = "actor_alias"
    __table_args__ = (
        _one_of("known_from", _KNOWN_FROM),
        {"comment": "A name under which an actor is known.", **_ARGS},
    )

    actor_id: Mapped[int] = mapped_column(
        Id, ForeignKey("actor.id", ondelete="CASCADE"), primary_key=True, comment="The actor."
    )
    name: Mapped[str] = mapped_column(Code, primary_key=True, comment="The name as written.")
    folded: Mapped[str] = _code("The name without case and accents.", index=True)
    inverted: Mapped[str] = _code("The same with its last word first, as in a directory.", index=True)
    known_from: Mapped[str] = _code("`authority`, `import` or `text`.")


class ActorRole(Base):
    """An office of an actor."""

    __tablename__ = "actor_role"
    __table_args__ = (
        _one_of("known_from", ("authority", "import")),
        {"comment": "An office or affiliation of an actor, valid for a time.", **_ARGS},
    )

    actor_id: Mapped[int] = mapped_column(
        Id, ForeignKey("actor.id", ondelete="CASCADE"), primary_key=True, comment="The actor."
    )
    ordinal: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Number of the role, from 0.")
    office: Mapped[str] = _text("The office.")
    country: Mapped[str | None] = _opt_code("ISO 3166-1 alpha-3 of the state or side it belongs to.")
    sector: Mapped[str | None] = _opt_code("PLOVER sector.")
    valid_from: Mapped[str | None] = _opt_code("ISO prefix; NULL = unknown or open.")
    valid_to: Mapped[str | None] = _opt_code("ISO prefix; NULL = unknown or open.")
    known_from: Mapped[str] = _code("`authority` or `import`.")


class ImportedActor(Base):
    """An actor of a file that a user imported."""

    __tablename__ = "imported_actor"
    __table_args__ = (
        {"comment": "Actors as a user's files give them; the linker's look-up is made of them.", **_ARGS},
    )

    key: Mapped[str] = mapped_column(Code, primary_key=True, comment="Key of the actor.")
    change: Mapped[int] = mapped_column(
        Id, nullable=False, unique=True, comment="Number of the change that made it so, from 1."
    )
    data: Mapped[str] = _text("The actor with names and offices, JSON.")


class Place(Base):
    """Where things happen."""

    __tablename__ = "place"
    __table_args__ = (
        _one_of("kind", ("country", "admin1", "city", "region", "water")),
        CheckConstraint("latitude >= -90 AND latitude <= 90", name="latitude"),
        CheckConstraint("longitude >= -180 AND longitude <= 180", name="longitude"),
        {"comment": "Where things happen.", **_ARGS},
    )

    id: Mapped[int] = _id()
    key: Mapped[str] = _key("`Q…` when known to Wikidata, otherwise minted (`plc-…`).")
    name: Mapped[str] = _text("Name to show.")
    folded: Mapped[str] = _code("Name without case and accents.", index=True)
    kind: Mapped[str | None] = _opt_code("`country`, `admin1`, `city`, `region` or `water`.")
    wikidata: Mapped[str | None] = _opt_code("Wikidata id.", index=True)
    country: Mapped[str | None] = _opt_code("ISO 3166-1 alpha-3.", index=True)
    admin1: Mapped[str | None] = _opt_text("First-level division it lies in.")
    latitude: Mapped[float | None] = _opt_number("Degrees north.")
    longitude: Mapped[float | None] = _opt_number("Degrees east.")
    population: Mapped[int | None] = mapped_column(Id, comment="Inhabitants.")
    known_from: Mapped[str] = _code("`authority` or `text`.")


class PlaceAlias(Base):
    """A name of a place."""

    __tablename__ = "place_alias"
    __table_args__ = ({"comment": "A name under which a place is known.", **_ARGS},)

    place_id: Mapped[int] = mapped_column(
        Id, ForeignKey("place.id", ondelete="CASCADE"), primary_key=True, comment="The place."
    )
    name: Mapped[str] = mapped_column(Code, primary_key=True, comment="The name as written.")
    folded: Mapped[str] = _code("The name without case and accents.", index=True)


# --- knowledge layer: events, stories, groups ------------------------------------------------------------------------


class Event(Base):
    """What several reports tell of."""

    __tablename__ = "event"
    __table_args__ = (
        _one_of("realis", model.Realis),
        _one_of("type", tuple(plover.TYPES)),
        _one_of("date_precision", _PRECISION),
        CheckConstraint("type IS NOT NULL OR extension IS NOT NULL", name="kind"),
        CheckConstraint("quad_code >= 1 AND quad_code <= 4", name="quad_code"),
        CheckConstraint("date_start <= date_end", name="dates"),
        _share("confidence"),
        Index("ix_event_newest", sql("coalesce(date_start, '')"), "key"),
        Index("ix_event_type_newest", "type", sql("coalesce(date_start, '')"), "key"),
        {"comment": "What several reports tell of: one thing that happened, or was said to be going to.", **_ARGS},
    )

    id: Mapped[int] = _id()
    key: Mapped[str] = _key("Public key, `evt-…`.")
    type: Mapped[str | None] = _opt_code("PLOVER type.")
    extension: Mapped[str | None] = _opt_code(
        "What happened when PLOVER has no type for it, or more exactly.", index=True
    )
    mode: Mapped[str | None] = _opt_code("PLOVER mode.")
    contexts: Mapped[str] = _code("PLOVER contexts, JSON list.")
    cameo: Mapped[str | None] = _opt_code("Two-digit CAMEO root.")
    quad_code: Mapped[int | None] = _opt_int(
        "1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material."
    )
    intensity: Mapped[float | None] = _opt_number("PLOVER score, -10 (conflict) to 10 (cooperation).")
    date_start: Mapped[str | None] = _opt_code("First day, `YYYY-MM-DD`; NULL = undated.")
    date_end: Mapped[str | None] = _opt_code("Last day, inclusive.")
    date_precision: Mapped[str | None] = _opt_code("How exactly the date is known.")
    place_id: Mapped[int | None] = _opt_ref("place.id", "Where.", index=True)
    realis: Mapped[str] = _code("`actual`, `attempted`, `future`, `hypothetical`, `negated` or `historical`.")
    confidence: Mapped[float] = _number("How sure, 0 to 1.")
    report_count: Mapped[int] = _int("Event mentions that tell of it.")
    article_count: Mapped[int] = _int("Articles that tell of it.")
    source_count: Mapped[int] = _int("Outlets that tell of it.")
    independent_source_count: Mapped[int] = _int("Outlets that tell of it in words of their own.")
    first_published: Mapped[str | None] = _opt_code("Publication day of the earliest report.")
    last_published: Mapped[str | None] = _opt_code("Publication day of the latest report.")


class EventParticipant(Base):
    """Who took part in an event."""

    __tablename__ = "event_participant"
    __table_args__ = (
        _one_of("role", _ROLE),
        Index("ix_event_participant_actor_date", "actor_id", sql("coalesce(date_start, '')"), "event_id", "role"),
        {"comment": "Who did it and to whom: the bridge from actors to events.", **_ARGS},
    )

    event_id: Mapped[int] = mapped_column(
        Id, ForeignKey("event.id", ondelete="CASCADE"), primary_key=True, comment="The event."
    )
    role: Mapped[str] = mapped_column(Code, primary_key=True, comment="`actor` or `recipient`.")
    ordinal: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Place in the list of that role, from 0.")
    actor_id: Mapped[int] = _ref("actor.id", "Who.")
    date_start: Mapped[str | None] = _opt_code("The event's first day, repeated for the index.")


class EventDay(Base):
    """How many events there are of a kind and date."""

    __tablename__ = "event_day"
    __table_args__ = (
        {"comment": "Events counted by date and kind, as `event` has them: what timelines are read from.", **_ARGS},
    )

    id: Mapped[int] = _id()
    date_start: Mapped[str | None] = _opt_code("First day of the events, `YYYY-MM-DD`; NULL = undated.")
    date_end: Mapped[str | None] = _opt_code("Their last day, inclusive.")
    date_precision: Mapped[str | None] = _opt_code("How exactly their date is known.")
    type: Mapped[str | None] = _opt_code("PLOVER type.")
    extension: Mapped[str | None] = _opt_code("What happened when PLOVER has no type for it, or more exactly.")
    cameo: Mapped[str | None] = _opt_code("Two-digit CAMEO root.")
    quad_code: Mapped[int | None] = _opt_int("PLOVER quad, 1 to 4.")
    realis: Mapped[str] = _code("Whether they happened.")
    event_count: Mapped[int] = _int("Events of this date and kind.")


class EventPlace(Base):
    """How many events there are in a place."""

    __tablename__ = "event_place"
    __table_args__ = ({"comment": "Events counted by place, as `event` has them: what maps are read from.", **_ARGS},)

    id: Mapped[int] = _id()
    place_id: Mapped[int | None] = _opt_ref("place.id", "Where; NULL = not known.")
    event_count: Mapped[int] = _int("Events there.")


class EventActor(Base):
    """In how many events an actor takes part."""

    __tablename__ = "event_actor"
    __table_args__ = (
        _one_of("role", (*_ROLE, "participant")),
        Index(None, "actor_id", "role"),
        {"comment": "Events counted by who takes part in them, as `event_participant` has it.", **_ARGS},
    )

    id: Mapped[int] = _id()
    actor_id: Mapped[int | None] = _opt_ref("actor.id", "Who; NULL = nobody is named in that role.")
    role: Mapped[str] = _code("`actor`, `recipient`, or `participant` = either of them.")
    event_count: Mapped[int] = _int("Events in which they have that role.")


class Story(Base):
    """Articles about one development."""

    __tablename__ = "story"
    __table_args__ = (
        Index("ix_story_newest", sql("coalesce(date_end, '')"), "key"),
        {"comment": "Articles about one development.", **_ARGS},
    )

    id: Mapped[int] = _id()
    key: Mapped[str] = _key("Public key, `sto-…`.")
    title: Mapped[str | None] = _opt_text("Title of its most telling article.")
    date_start: Mapped[str | None] = _opt_code("Publication day of the first article.")
    date_end: Mapped[str | None] = _opt_code("Publication day of the last article.")
    article_count: Mapped[int] = _int("Articles in it.")
    source_count: Mapped[int] = _int("Outlets in it.")


class StoryMember(Base):
    """An article of a story."""

    __tablename__ = "story_member"
    __table_args__ = (
        Index(None, "story_id"),
        {"comment": "An article of a story; an article is in at most one.", **_ARGS},
    )

    article_id: Mapped[int] = mapped_column(
        Id, ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, comment="The article."
    )
    story_id: Mapped[int] = _ref("story.id", "The story.", cascade=True)
    ordinal: Mapped[int] = _int("Place in the story, from 0.")


class QuoteGroup(Base):
    """One utterance as several outlets give it."""

    __tablename__ = "quote_group"
    __table_args__ = ({"comment": "One utterance as several outlets give it.", **_ARGS},)

    id: Mapped[int] = _id()
    key: Mapped[str] = _key("Public key, `qgr-…`.")
    speaker_id: Mapped[int | None] = _opt_ref("actor.id", "Who said it.", index=True)
    quote_count: Mapped[int] = _int("Quotes in it.")
    source_count: Mapped[int] = _int("Outlets that give it.")


class ClaimGroup(Base):
    """Claims about the same thing."""

    __tablename__ = "claim_group"
    __table_args__ = ({"comment": "Claims about the same thing.", **_ARGS},)

    id: Mapped[int] = _id()
    key: Mapped[str] = _key("Public key, `cgr-…`.")
    claim_count: Mapped[int] = _int("Claims in it.")


# --- article layer: what one text says -------------------------------------------------------------------------------


class Sentence(Base):
    """A sentence."""

    __tablename__ = "sentence"
    __table_args__ = (_span(), {"comment": "A sentence of an article.", **_ARGS})

    article_id: Mapped[int] = mapped_column(
        Id, ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, comment="The article."
    )
    ordinal: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Number of the sentence, from 0.")
    start_char: Mapped[int] = _int(_START)
    end_char: Mapped[int] = _int(_END)
    extraction_run_id: Mapped[int] = _run()


class Link(Base):
    """What mentions refer to."""

    __tablename__ = "link"
    __table_args__ = (
        _one_of("kind", ("actor", "place")),
        {"comment": "What some mentions of one chain refer to, with what spoke for it.", **_ARGS},
    )

    article_id: Mapped[int] = mapped_column(
        Id, ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, comment="The article."
    )
    ordinal: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Number of the link, from 0.")
    kind: Mapped[str] = _code("`actor` or `place`.")
    linked_key: Mapped[str | None] = _opt_code("Key that the linker gave, whatever analysts made of it.", index=True)
    actor_id: Mapped[int | None] = _opt_ref(
        "actor.id", "The actor chosen: the linker's, or the one that analysts made of it.", index=True
    )
    place_id: Mapped[int | None] = _opt_ref(
        "place.id", "The place chosen; for an actor, the place that named it.", index=True
    )
    is_nil: Mapped[bool] = _flag("True when the authority does not know it.")
    name: Mapped[str | None] = _opt_text("Name in this article.")
    wikidata: Mapped[str | None] = _opt_code("Wikidata id.")
    wikipedia: Mapped[str | None] = _opt_text("Title of the English Wikipedia page.")
    actor_kind: Mapped[str | None] = _opt_code("Kind of the actor.")
    country: Mapped[str | None] = _opt_code("ISO 3166-1 alpha-3 at the article's date.")
    sector: Mapped[str | None] = _opt_code("PLOVER sector at the article's date.")
    role: Mapped[str | None] = _opt_text("Office or description at the article's date.")
    link_score: Mapped[float] = _number("What the linker scored the choice.")
    candidates: Mapped[str] = _text("What was weighed, JSON list of key, name, score and features.")
    extraction_run_id: Mapped[int] = _run()


class Mention(Base):
    """A reference to an actor or a place."""

    __tablename__ = "mention"
    __table_args__ = (
        UniqueConstraint("article_id", "ordinal"),
        _one_of("form", model.MentionForm),
        _span(),
        {"comment": "A reference in a text to an actor or a place.", **_ARGS},
    )

    id: Mapped[int] = _id()
    key: Mapped[str] = _key("Public key, `men-…`.")
    article_id: Mapped[int] = _article()
    ordinal: Mapped[int] = _ordinal("mention")
    start_char: Mapped[int] = _int(_START)
    end_char: Mapped[int] = _int(_END)
    head_start: Mapped[int] = _int("Start of the head word.")
    head_end: Mapped[int] = _int("End of the head word.")
    title_start: Mapped[int | None] = _opt_int("Start of words of office that belong to a name.")
    title_end: Mapped[int | None] = _opt_int("End of them.")
    form: Mapped[str] = _code("`name`, `nominal` or `pronoun`.")
    label: Mapped[str] = _code("OntoNotes type (PERSON, ORG, GPE …), GROUP or OTHER.")
    chain: Mapped[int] = _int("Number of the coreference chain inside the article.")
    members: Mapped[str] = _text("For plural mentions, the chains it stands for, JSON list.")
    link: Mapped[int | None] = _opt_int("Ordinal of its link in the article.")
    actor_id: Mapped[int | None] = _opt_ref("actor.id", "The actor it refers to.", index=True)
    place_id: Mapped[int | None] = _opt_ref("place.id", "The place it refers to.", index=True)
    link_score: Mapped[float | None] = _opt_number("What the linker scored the choice.")
    extraction_run_id: Mapped[int] = _run()


class TimeExpression(Base):
    """A time expression."""

    __tablename__ = "time_expression"
    __table_args__ = (
        _one_of("type", ("DATE", "TIME", "DURATION", "SET")),
        _one_of("precision", _PRECISION),
        _span(),
        {"comment": "A time expression with its TIMEX3 value.", **_ARGS},
    )

    article_id: Mapped[int] = mapped_column(
        Id, ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, comment="The article."
    )
    ordinal: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Number in the article, from 0.")
    start_char: Mapped[int] = _int(_START)
    end_char: Mapped[int] = _int(_END)
    type: Mapped[str] = _code("`DATE`, `TIME`, `DURATION` or `SET`.")
    value: Mapped[str] = _code("TIMEX3 value (`2019-04-30`, `P1M`, `PRESENT_REF`).")
    date_start: Mapped[str | None] = _opt_code("First day, when it is a calendar date or range.")
    date_end: Mapped[str | None] = _opt_code("Last day, inclusive.")
    precision: Mapped[str | None] = _opt_code("How exactly it is known.")
    is_relative: Mapped[bool] = _flag("True when it was resolved against the publication date.")
    extraction_run_id: Mapped[int] = _run()


class Quote(Base):
    """Words attributed to a speaker."""

    __tablename__ = "quote"
    __table_args__ = (
        UniqueConstraint("article_id", "ordinal"),
        _one_of("type", model.QuoteType),
        _share("confidence"),
        _span(),
        Index("ix_quote_newest", sql("coalesce(published_date, '')"), "key"),
        Index("ix_quote_speaker_newest", "speaker_id", sql("coalesce(published_date, '')"), "key"),
        {"comment": "Words attributed to a speaker.", **_ARGS},
    )

    id: Mapped[int] = _id()
    key: Mapped[str] = _key("Public key, `quo-…`.")
    article_id: Mapped[int] = _article()
    ordinal: Mapped[int] = _ordinal("quote")
    start_char: Mapped[int] = _int(_START)
    end_char: Mapped[int] = _int(_END)
    parts: Mapped[str] = _text("The pieces of the content in order, JSON `[[start, end], …]`.")
    text: Mapped[str] = _text("The characters of the span.")
    type: Mapped[str] = _code("`direct`, `indirect` or `mixed`.")
    speaker_mention: Mapped[int | None] = _opt_int("Ordinal of the mention that speaks; NULL = the text does not say.")
    speaker_id: Mapped[int | None] = _opt_ref("actor.id", "Who speaks.")
    addressee_mention: Mapped[int | None] = _opt_int("Ordinal of the mention spoken to.")
    addressee_id: Mapped[int | None] = _opt_ref("actor.id", "Who is spoken to.", index=True)
    cue_start: Mapped[int | None] = _opt_int("Start of the reporting words.")
    cue_end: Mapped[int | None] = _opt_int("End of the reporting words.")
    time: Mapped[int | None] = _opt_int("Ordinal of the time expression that says when it was said.")
    nested_in: Mapped[int | None] = _opt_int("Ordinal of the quote that holds this one.")
    confidence: Mapped[float] = _number("How sure the attribution is, 0 to 1.")
    published_date: Mapped[str | None] = _opt_code("The article's publication day, repeated for the index.")
    quote_group_id: Mapped[int | None] = _opt_ref("quote_group.id", "The utterance it gives.", index=True)
    corrected: Mapped[bool] = _flag("True when an analyst's correction is applied.")
    extraction_run_id: Mapped[int] = _run()


class Figure(Base):
    """A number a text gives for something."""

    __tablename__ = "figure"
    __table_args__ = (_span(), {"comment": "A number that a text gives for something.", **_ARGS})

    article_id: Mapped[int] = mapped_column(
        Id, ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, comment="The article."
    )
    ordinal: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Number in the article, from 0.")
    start_char: Mapped[int] = _int(_START)
    end_char: Mapped[int] = _int(_END)
    kind: Mapped[str] = _code("`killed`, `injured`, `arrested`, `crowd`, `money`, `votes` …")
    low: Mapped[float | None] = _opt_number("Least value; NULL = open.")
    high: Mapped[float | None] = _opt_number("Greatest value; NULL = open.")
    qualifier: Mapped[str | None] = _opt_text("`at least`, `about` …, as in the text.")
    unit: Mapped[str | None] = _opt_code("ISO 4217 for money, `people`, `percent` …")
    extraction_run_id: Mapped[int] = _run()


class EventMention(Base):
    """One report of an event."""

    __tablename__ = "event_mention"
    __table_args__ = (
        UniqueConstraint("article_id", "ordinal"),
        _one_of("realis", model.Realis),
        _one_of("type", tuple(plover.TYPES)),
        _one_of("date_precision", _PRECISION),
        CheckConstraint("date_start <= date_end", name="dates"),
        _share("confidence"),
        _span(),
        {"comment": "One report of an event inside one article.", **_ARGS},
    )

    id: Mapped[int] = _id()
    key: Mapped[str] = _key("Public key, `evm-…`.")
    article_id: Mapped[int] = _article()
    ordinal: Mapped[int] = _ordinal("event mention")
    start_char: Mapped[int] = _int("First character of the trigger in `article.text`.")
    end_char: Mapped[int] = _int("Character after the trigger.")
    sentence_start: Mapped[int] = _int("Start of the sentence that holds the trigger.")
    sentence_end: Mapped[int] = _int("End of it.")
    lemma: Mapped[str] = _text("Lemma of the trigger's head word.")
    type: Mapped[str | None] = _opt_code("PLOVER type.")
    extension: Mapped[str | None] = _opt_code("What happened when PLOVER has no type for it, or more exactly.")
    mode: Mapped[str | None] = _opt_code("PLOVER mode.")
    contexts: Mapped[str] = _code("PLOVER contexts, JSON list.")
    cameo: Mapped[str | None] = _opt_code("Two-digit CAMEO root.")
    chain: Mapped[int] = _int("Number of the event inside the article.")
    place_mention: Mapped[int | None] = _opt_int("Ordinal of the mention that says where.")
    place_id: Mapped[int | None] = _opt_ref("place.id", "Where.", index=True)
    time: Mapped[int | None] = _opt_int("Ordinal of the time expression that dates it.")
    date_start: Mapped[str | None] = _opt_code("First day, `YYYY-MM-DD`.")
    date_end: Mapped[str | None] = _opt_code("Last day, inclusive.")
    date_precision: Mapped[str | None] = _opt_code("How exactly the date is known.")
    realis: Mapped[str] = _code("`actual`, `attempted`, `future`, `hypothetical`, `negated` or `historical`.")
    reported_by_mention: Mapped[int | None] = _opt_int("Ordinal of the mention the report is attributed to.")
    reported_by_id: Mapped[int | None] = _opt_ref("actor.id", "Who reports it; NULL = the outlet.", index=True)
    confidence: Mapped[float] = _number("Calibrated: of rows with 0.8 about four in five should be right.")
    event_id: Mapped[int | None] = _opt_ref("event.id", "The event it tells of; NULL until merged.", index=True)
    corrected: Mapped[bool] = _flag("True when an analyst's correction is applied.")
    extraction_run_id: Mapped[int] = _run()


class EventMentionParticipant(Base):
    """Who takes part in a reported event."""

    __tablename__ = "event_mention_participant"
    __table_args__ = (
        _one_of("role", _ROLE),
        {"comment": "Who did it and to whom, in one report.", **_ARGS},
    )

    event_mention_id: Mapped[int] = mapped_column(
        Id, ForeignKey("event_mention.id", ondelete="CASCADE"), primary_key=True, comment="The report."
    )
    role: Mapped[str] = mapped_column(Code, primary_key=True, comment="`actor` or `recipient`.")
    ordinal: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Place in the list of that role, from 0.")
    mention: Mapped[int | None] = _opt_int(
        "Ordinal of the mention in the article; NULL when an analyst named the actor."
    )
    actor_id: Mapped[int | None] = _opt_ref("actor.id", "Who; NULL when the mention could not be linked.", index=True)


class EventMentionFigure(Base):
    """A figure that belongs to a reported event."""

    __tablename__ = "event_mention_figure"
    __table_args__ = ({"comment": "A figure that belongs to a reported event.", **_ARGS},)

    event_mention_id: Mapped[int] = mapped_column(
        Id, ForeignKey("event_mention.id", ondelete="CASCADE"), primary_key=True, comment="The report."
    )
    ordinal: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Place in the list, from 0.")
    figure: Mapped[int] = _int("Ordinal of the figure in the article.")


class Claim(Base):
    """A proposition that somebody holds."""

    __tablename__ = "claim"
    __table_args__ = (
        UniqueConstraint("article_id", "ordinal"),
        _one_of("stance", model.Stance),
        _one_of("certainty", model.Certainty),
        _share("confidence"),
        _span(),
        Index("ix_claim_newest", sql("coalesce(published_date, '')"), "key"),
        Index("ix_claim_holder_newest", "holder_id", sql("coalesce(published_date, '')"), "key"),
        {"comment": "A proposition that somebody holds to be so.", **_ARGS},
    )

    id: Mapped[int] = _id()
    key: Mapped[str] = _key("Public key, `clm-…`.")
    article_id: Mapped[int] = _article()
    ordinal: Mapped[int] = _ordinal("claim")
    start_char: Mapped[int] = _int(_START)
    end_char: Mapped[int] = _int(_END)
    text: Mapped[str] = _text("The characters of the span.")
    holder_mention: Mapped[int | None] = _opt_int("Ordinal of the mention that holds it; NULL = the outlet itself.")
    holder_id: Mapped[int | None] = _opt_ref("actor.id", "Who holds it.")
    quote: Mapped[int | None] = _opt_int("Ordinal of the quote it was said in.")
    stance: Mapped[str] = _code("`affirm`, `deny` or `question`.")
    certainty: Mapped[str] = _code("`certain`, `probable`, `possible` or `underspecified`.")
    is_conditional: Mapped[bool] = _flag("True when it holds only under a condition.")
    about_mentions: Mapped[str] = _text("Ordinals of the mentions it is about, JSON list.")
    about_events: Mapped[str] = _text("Ordinals of the event mentions it is about, JSON list.")
    figures: Mapped[str] = _text("Ordinals of its figures, JSON list.")
    time: Mapped[int | None] = _opt_int("Ordinal of the time expression it is about.")
    confidence: Mapped[float] = _number("How sure, 0 to 1.")
    published_date: Mapped[str | None] = _opt_code("The article's publication day, repeated for the index.")
    claim_group_id: Mapped[int | None] = _opt_ref("claim_group.id", "The group it is in.", index=True)
    corrected: Mapped[bool] = _flag("True when an analyst's correction is applied.")
    extraction_run_id: Mapped[int] = _run()


class ClaimAbout(Base):
    """Whom a claim is about."""

    __tablename__ = "claim_about"
    __table_args__ = (Index(None, "actor_id"), {"comment": "Whom a claim is about.", **_ARGS})

    claim_id: Mapped[int] = mapped_column(
        Id, ForeignKey("claim.id", ondelete="CASCADE"), primary_key=True, comment="The claim."
    )
    actor_id: Mapped[int] = mapped_column(Id, ForeignKey("actor.id"), primary_key=True, comment="The actor.")


class QuoteAbout(Base):
    """Whom a quote is about."""

    __tablename__ = "quote_about"
    __table_args__ = (Index(None, "actor_id"), {"comment": "Who is named inside a quote.", **_ARGS})

    quote_id: Mapped[int] = mapped_column(
        Id, ForeignKey("quote.id", ondelete="CASCADE"), primary_key=True, comment="The quote."
    )
    actor_id: Mapped[int] = mapped_column(Id, ForeignKey("actor.id"), primary_key=True, comment="The actor.")


class ClaimRelation(Base):
    """How two claims stand to each other."""

    __tablename__ = "claim_relation"
    __table_args__ = (
        _one_of("relation", ("corroborates", "contradicts")),
        _one_of("reason", ("figure", "polarity", "same")),
        Index(None, "second_id"),
        {"comment": "How two claims of different holders or outlets stand to each other.", **_ARGS},
    )

    first_id: Mapped[int] = mapped_column(
        Id, ForeignKey("claim.id", ondelete="CASCADE"), primary_key=True, comment="One claim."
    )
    second_id: Mapped[int] = mapped_column(
        Id, ForeignKey("claim.id", ondelete="CASCADE"), primary_key=True, comment="The other."
    )
    relation: Mapped[str] = _code("`corroborates` or `contradicts`.")
    reason: Mapped[str] = _code("`figure`, `polarity` or `same`.")


class MergeMark(Base):
    """What changed since the last merge."""

    __tablename__ = "merge_mark"
    __table_args__ = ({"comment": "Days whose facts changed since the last merge.", **_ARGS},)

    day: Mapped[str] = mapped_column(Code, primary_key=True, comment="A day touched, `YYYY-MM-DD`; empty = undated.")


class Change(Base):
    """When a thing with a key was last added, changed or removed."""

    __tablename__ = "change"
    __table_args__ = (
        _one_of("resource", ("articles", "events", "quotes", "claims", "stories")),
        UniqueConstraint("position"),
        {"comment": "The last change of each thing with a key, also of those that are gone.", **_ARGS},
    )

    resource: Mapped[str] = mapped_column(Code, primary_key=True, comment="`articles`, `events`, `quotes` …")
    key: Mapped[str] = mapped_column(Code, primary_key=True, comment="Its key.")
    position: Mapped[int] = mapped_column(
        Id, nullable=False, comment="Place in the order of all changes; a thing that changes again moves to the end."
    )
    added_position: Mapped[int] = mapped_column(Id, nullable=False, comment="Its position when it was added.")
    added_at: Mapped[str] = _code("When it was added, UTC.")
    changed_at: Mapped[str] = _code("When it changed last, UTC.")
    is_deleted: Mapped[bool] = _flag("True when it is gone, as an event is whose reports tell of another one now.")
    digest: Mapped[str | None] = _opt_code("Hash of what it said, where it is rewritten by every merge.")


# --- judgement -------------------------------------------------------------------------------------------------------


class Judgement(Base):
    """What an analyst decided about a pair."""

    __tablename__ = "judgement"
    __table_args__ = (
        _one_of("kind", ("actor", "event", "story", "quote", "claim", "article")),
        _one_of("decision", ("same", "different", "unsure")),
        CheckConstraint("first_key < second_key", name="pair"),
        {"comment": "What an analyst decided about two things: same, different or unsure.", **_ARGS},
    )

    id: Mapped[int] = _id()
    key: Mapped[str] = _key("Public key, `jud-…`.")
    kind: Mapped[str] = _code("What is compared.")
    first_key: Mapped[str] = _code("Key of the one.", index=True)
    second_key: Mapped[str] = _code("Key of the other.", index=True)
    decision: Mapped[str] = _code("`same`, `different` or `unsure`.")
    into_key: Mapped[str | None] = _opt_code("For actors that are the same: the key that stays.")
    author: Mapped[str] = _text("Who decided.")
    reason: Mapped[str] = _text("Why.")
    created_at: Mapped[str] = _code("When, UTC.")
    revoked_at: Mapped[str | None] = _opt_code("When it was taken back; NULL = stands.")
    revoked_by: Mapped[str | None] = _opt_text("Who took it back.")


class ActorSplit(Base):
    """Words that an analyst gave to another actor."""

    __tablename__ = "actor_split"
    __table_args__ = (
        CheckConstraint("(start_char IS NULL) = (end_char IS NULL)", name="span"),
        {
            "comment": "Where an analyst's `different` says that words mean another actor than the linker found.",
            **_ARGS,
        },
    )

    id: Mapped[int] = _id()
    judgement_id: Mapped[int] = _ref("judgement.id", "The judgement that says so.", index=True)
    article_key: Mapped[str] = _code("The article.", index=True)
    start_char: Mapped[int | None] = _opt_int("Start of one mention of the chain meant; NULL = all of the article.")
    end_char: Mapped[int | None] = _opt_int("End of it.")
    from_key: Mapped[str] = _code("Key that the linker gives.")
    to_key: Mapped[str] = _code("Key of the actor meant.")


class Correction(Base):
    """An analyst's change to a fact."""

    __tablename__ = "correction"
    __table_args__ = (
        _one_of("layer", ("event_mention", "quote", "claim")),
        Index(None, "article_key"),
        {
            "comment": "An analyst's change to one field of a fact; replayed whenever the article is read again.",
            **_ARGS,
        },
    )

    id: Mapped[int] = _id()
    key: Mapped[str] = _key("Public key, `cor-…`.")
    fact_key: Mapped[str] = _code("Key of the fact.", index=True)
    article_key: Mapped[str] = _code("Key of its article.")
    layer: Mapped[str] = _code("`event_mention`, `quote` or `claim`.")
    start_char: Mapped[int] = _int("Start of the fact's span, by which it is found again.")
    end_char: Mapped[int] = _int("End of it.")
    field: Mapped[str] = _code("The field that is changed.")
    value: Mapped[str] = _text("Its right value, JSON.")
    original: Mapped[str] = _text("The value the extractor gave, JSON; taken back to on revocation.")
    author: Mapped[str] = _text("Who corrected it.")
    reason: Mapped[str] = _text("Why.")
    created_at: Mapped[str] = _code("When, UTC.")
    revoked_at: Mapped[str | None] = _opt_code("When it was taken back; NULL = stands.")
    revoked_by: Mapped[str | None] = _opt_text("Who took it back.")


# --- full text -------------------------------------------------------------------------------------------------------

SEARCHED: dict[str, tuple[str, ...]] = {"article": ("title", "text"), "quote": ("text",), "claim": ("text",)}
"""Tables with full-text search and the columns it covers."""

FTS_TOKENIZER = "unicode61 remove_diacritics 2"


def search_column(table: str) -> Column[object]:
    """The PostgreSQL full-text column of ``table``, which SQLite answers with the table ``<table>_fts``."""
    return Column(
        "search",
        TSVECTOR,
        Computed(search_vector(*SEARCHED[table]), persisted=True),
        comment="Words of the text for full-text search (PostgreSQL).",
    )


TABLES = Base.metadata.sorted_tables
"""All tables, those referred to first."""
