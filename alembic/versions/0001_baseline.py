"""Baseline: all tables, full-text search and views."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op
from newskb.store.search import create_search, drop_search
from newskb.store.views import create_views, drop_views

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")
CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.Double().with_variant(sa.REAL(), "sqlite")
BYTES = sa.LargeBinary().with_variant(sa.BLOB(), "sqlite")
IS_TYPE = (
    "type IN ('AGREE', 'CONSULT', 'SUPPORT', 'CONCEDE', 'COOPERATE', 'AID', 'RETREAT', 'REQUEST', "
    "'ACCUSE', 'REJECT', 'THREATEN', 'PROTEST', 'SANCTION', 'MOBILIZE', 'COERCE', 'ASSAULT')"
)


def upgrade() -> None:
    op.create_table(
        "actor",
        sa.Column("id", ID, autoincrement=False, nullable=False, comment="Joins tables; never shown to outsiders."),
        sa.Column("key", CODE, nullable=False, comment="`Q…` when known to Wikidata, otherwise minted (`act-…`)."),
        sa.Column("name", sa.Text(), nullable=False, comment="Name to show."),
        sa.Column("folded", CODE, nullable=False, comment="Name without case and accents."),
        sa.Column("kind", CODE, nullable=True, comment="`person`, `organisation`, `government`, `country` or `group`."),
        sa.Column("wikidata", CODE, nullable=True, comment="Wikidata id."),
        sa.Column("wikipedia", sa.Text(), nullable=True, comment="Title of the English Wikipedia page."),
        sa.Column("country", CODE, nullable=True, comment="ISO 3166-1 alpha-3."),
        sa.Column("sector", CODE, nullable=True, comment="PLOVER sector (GOV, OPP, MIL …)."),
        sa.Column("description", sa.Text(), nullable=True, comment="What it is, in a few words."),
        sa.Column("is_local", FLAG, nullable=False, comment="True when the authority does not know it."),
        sa.Column(
            "known_from",
            CODE,
            nullable=False,
            comment="`authority`, `import` = a file of actors that a user imported, or `text`.",
        ),
        sa.Column(
            "replaced_by",
            CODE,
            nullable=True,
            comment="Key of the actor that an analyst merged it into; NULL = it stands for itself.",
        ),
        sa.CheckConstraint(
            "kind IN ('person', 'organisation', 'government', 'country', 'group')", name=op.f("ck_actor_kind")
        ),
        sa.CheckConstraint("known_from IN ('authority', 'import', 'text')", name=op.f("ck_actor_known_from")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actor")),
        sa.UniqueConstraint("key", name=op.f("uq_actor_key")),
        comment="Who can act, speak or be acted upon.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_actor_country"), "actor", ["country"], unique=False)
    op.create_index(op.f("ix_actor_folded"), "actor", ["folded"], unique=False)
    op.create_index(op.f("ix_actor_replaced_by"), "actor", ["replaced_by"], unique=False)
    op.create_index(op.f("ix_actor_wikidata"), "actor", ["wikidata"], unique=False)
    op.create_table(
        "api_key",
        sa.Column("id", ID, autoincrement=False, nullable=False, comment="Joins tables; never shown to outsiders."),
        sa.Column("key", CODE, nullable=False, comment="Public key, `key-…`, by which it is listed and revoked."),
        sa.Column("name", sa.Text(), nullable=False, comment="Who or what uses it, as its maker said."),
        sa.Column(
            "secret_hash",
            CODE,
            nullable=False,
            comment="SHA-256 of the secret, which is 256 random bits: nobody can try them all.",
        ),
        sa.Column(
            "scopes",
            CODE,
            nullable=False,
            comment="What it opens, a JSON list of `read`, `sql`, `import`, `curate`, `admin`.",
        ),
        sa.Column("created_at", CODE, nullable=False, comment="When it was made, UTC, ISO 8601."),
        sa.Column("revoked_at", CODE, nullable=True, comment="When it was revoked; NULL while it opens anything."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("key", name=op.f("uq_api_key_key")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_api_key_secret_hash")),
        comment="Keys of the REST interface; the secrets themselves are nowhere.",
        sqlite_strict=True,
    )
    op.create_table(
        "claim_group",
        sa.Column("id", ID, autoincrement=False, nullable=False, comment="Joins tables; never shown to outsiders."),
        sa.Column("key", CODE, nullable=False, comment="Public key, `cgr-…`."),
        sa.Column("claim_count", sa.Integer(), nullable=False, comment="Claims in it."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_group")),
        sa.UniqueConstraint("key", name=op.f("uq_claim_group_key")),
        comment="Claims about the same thing.",
        sqlite_strict=True,
    )
    op.create_table(
        "correction",
        sa.Column("id", ID, autoincrement=False, nullable=False, comment="Joins tables; never shown to outsiders."),
        sa.Column("key", CODE, nullable=False, comment="Public key, `cor-…`."),
        sa.Column("fact_key", CODE, nullable=False, comment="Key of the fact."),
        sa.Column("article_key", CODE, nullable=False, comment="Key of its article."),
        sa.Column("layer", CODE, nullable=False, comment="`event_mention`, `quote` or `claim`."),
        sa.Column(
            "start_char", sa.Integer(), nullable=False, comment="Start of the fact's span, by which it is found again."
        ),
        sa.Column("end_char", sa.Integer(), nullable=False, comment="End of it."),
        sa.Column("field", CODE, nullable=False, comment="The field that is changed."),
        sa.Column("value", sa.Text(), nullable=False, comment="Its right value, JSON."),
        sa.Column(
            "original",
            sa.Text(),
            nullable=False,
            comment="The value the extractor gave, JSON; taken back to on revocation.",
        ),
        sa.Column("author", sa.Text(), nullable=False, comment="Who corrected it."),
        sa.Column("reason", sa.Text(), nullable=False, comment="Why."),
        sa.Column("created_at", CODE, nullable=False, comment="When, UTC."),
        sa.Column("revoked_at", CODE, nullable=True, comment="When it was taken back; NULL = stands."),
        sa.Column("revoked_by", sa.Text(), nullable=True, comment="Who took it back."),
        sa.CheckConstraint("layer IN ('event_mention', 'quote', 'claim')", name=op.f("ck_correction_layer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("key", name=op.f("uq_correction_key")),
        comment="An analyst's change to one field of a fact; replayed whenever the article is read again.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_correction_article_key"), "correction", ["article_key"], unique=False)
    op.create_index(op.f("ix_correction_fact_key"), "correction", ["fact_key"], unique=False)
    op.create_table(
        "import_batch",
        sa.Column("id", ID, autoincrement=False, nullable=False, comment="Joins tables; never shown to outsiders."),
        sa.Column("key", CODE, nullable=False, comment="Public key, `imp-…`."),
        sa.Column(
            "status",
            CODE,
            nullable=False,
            comment="`running`, `done`, `failed`, or `interrupted` = its server stopped; "
            "a killed command's stays `running`.",
        ),
        sa.Column("started_at", CODE, nullable=False, comment="When it began, UTC, ISO 8601."),
        sa.Column(
            "finished_at", CODE, nullable=True, comment="When it ended; NULL while it runs or after it was killed."
        ),
        sa.Column("options", sa.Text(), nullable=False, comment="Paths and options as given, JSON."),
        sa.CheckConstraint(
            "status IN ('running', 'done', 'failed', 'interrupted')", name=op.f("ck_import_batch_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        sa.UniqueConstraint("key", name=op.f("uq_import_batch_key")),
        comment="One import: who asked for what, when, and how it ended.",
        sqlite_strict=True,
    )
    op.create_table(
        "judgement",
        sa.Column("id", ID, autoincrement=False, nullable=False, comment="Joins tables; never shown to outsiders."),
        sa.Column("key", CODE, nullable=False, comment="Public key, `jud-…`."),
        sa.Column("kind", CODE, nullable=False, comment="What is compared."),
        sa.Column("first_key", CODE, nullable=False, comment="Key of the one."),
        sa.Column("second_key", CODE, nullable=False, comment="Key of the other."),
        sa.Column("decision", CODE, nullable=False, comment="`same`, `different` or `unsure`."),
        sa.Column("into_key", CODE, nullable=True, comment="For actors that are the same: the key that stays."),
        sa.Column("author", sa.Text(), nullable=False, comment="Who decided."),
        sa.Column("reason", sa.Text(), nullable=False, comment="Why."),
        sa.Column("created_at", CODE, nullable=False, comment="When, UTC."),
        sa.Column("revoked_at", CODE, nullable=True, comment="When it was taken back; NULL = stands."),
        sa.Column("revoked_by", sa.Text(), nullable=True, comment="Who took it back."),
        sa.CheckConstraint("decision IN ('same', 'different', 'unsure')", name=op.f("ck_judgement_decision")),
        sa.CheckConstraint(
            "kind IN ('actor', 'event', 'story', 'quote', 'claim', 'article')", name=op.f("ck_judgement_kind")
        ),
        sa.CheckConstraint("first_key < second_key", name=op.f("ck_judgement_pair")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgement")),
        sa.UniqueConstraint("key", name=op.f("uq_judgement_key")),
        comment="What an analyst decided about two things: same, different or unsure.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_judgement_first_key"), "judgement", ["first_key"], unique=False)
    op.create_index(op.f("ix_judgement_second_key"), "judgement", ["second_key"], unique=False)
    op.create_table(
        "actor_split",
        sa.Column("id", ID, autoincrement=False, nullable=False, comment="Joins tables; never shown to outsiders."),
        sa.Column("judgement_id", ID, nullable=False, comment="The judgement that says so."),
        sa.Column("article_key", CODE, nullable=False, comment="The article."),
        sa.Column(
            "start_char",
            sa.Integer(),
            nullable=True,
            comment="Start of one mention of the chain meant; NULL = all of the article.",
        ),
        sa.Column("end_char", sa.Integer(), nullable=True, comment="End of it."),
        sa.Column("from_key", CODE, nullable=False, comment="Key that the linker gives."),
        sa.Column("to_key", CODE, nullable=False, comment="Key of the actor meant."),
        sa.CheckConstraint("(start_char IS NULL) = (end_char IS NULL)", name=op.f("ck_actor_split_span")),
        sa.ForeignKeyConstraint(["judgement_id"], ["judgement.id"], name=op.f("fk_actor_split_judgement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actor_split")),
        comment="Where an analyst's `different` says that words mean another actor than the linker found.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_actor_split_article_key"), "actor_split", ["article_key"], unique=False)
    op.create_index(op.f("ix_actor_split_judgement_id"), "actor_split", ["judgement_id"], unique=False)
    op.create_table(
        "change",
        sa.Column("resource", CODE, nullable=False, comment="`articles`, `events`, `quotes` …"),
        sa.Column("key", CODE, nullable=False, comment="Its key."),
        sa.Column(
            "position",
            ID,
            nullable=False,
            comment="Place in the order of all changes; a thing that changes again moves to the end.",
        ),
        sa.Column("added_position", ID, nullable=False, comment="Its position when it was added."),
        sa.Column("added_at", CODE, nullable=False, comment="When it was added, UTC."),
        sa.Column("changed_at", CODE, nullable=False, comment="When it changed last, UTC."),
        sa.Column(
            "is_deleted",
            FLAG,
            nullable=False,
            comment="True when it is gone, as an event is whose reports tell of another one now.",
        ),
        sa.Column("digest", CODE, nullable=True, comment="Hash of what it said, where it is rewritten by every merge."),
        sa.CheckConstraint(
            "resource IN ('articles', 'events', 'quotes', 'claims', 'stories')", name=op.f("ck_change_resource")
        ),
        sa.PrimaryKeyConstraint("resource", "key", name=op.f("pk_change")),
        sa.UniqueConstraint("position", name=op.f("uq_change_position")),
        comment="The last change of each thing with a key, also of those that are gone.",
        sqlite_strict=True,
    )
    op.create_table(
        "merge_mark",
        sa.Column("day", CODE, nullable=False, comment="A day touched, `YYYY-MM-DD`; empty = undated."),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_merge_mark")),
        comment="Days whose facts changed since the last merge.",
        sqlite_strict=True,
    )
    op.create_table(
        "meta",
        sa.Column("name", CODE, nullable=False, comment="What is told."),
        sa.Column("value", sa.Text(), nullable=False, comment="Its value."),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
        comment="Facts about the database itself (authority version, last merge).",
        sqlite_strict=True,
    )
    op.create_table(
        "place",
        sa.Column("id", ID, autoincrement=False, nullable=False, comment="Joins tables; never shown to outsiders."),
        sa.Column("key", CODE, nullable=False, comment="`Q…` when known to Wikidata, otherwise minted (`plc-…`)."),
        sa.Column("name", sa.Text(), nullable=False, comment="Name to show."),
        sa.Column("folded", CODE, nullable=False, comment="Name without case and accents."),
        sa.Column("kind", CODE, nullable=True, comment="`country`, `admin1`, `city`, `region` or `water`."),
        sa.Column("wikidata", CODE, nullable=True, comment="Wikidata id."),
        sa.Column("country", CODE, nullable=True, comment="ISO 3166-1 alpha-3."),
        sa.Column("admin1", sa.Text(), nullable=True, comment="First-level division it lies in."),
        sa.Column("latitude", NUMBER, nullable=True, comment="Degrees north."),
        sa.Column("longitude", NUMBER, nullable=True, comment="Degrees east."),
        sa.Column("population", ID, nullable=True, comment="Inhabitants."),
        sa.Column("known_from", CODE, nullable=False, comment="`authority` or `text`."),
        sa.CheckConstraint("kind IN ('country', 'admin1', 'city', 'region', 'water')", name=op.f("ck_place_kind")),
        sa.CheckConstraint("latitude >= -90 AND latitude <= 90", name=op.f("ck_place_latitude")),
        sa.CheckConstraint("longitude >= -180 AND longitude <= 180", name=op.f("ck_place_longitude")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("key", name=op.f("uq_place_key")),
        comment="Where things happen.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_place_country"), "place", ["country"], unique=False)
    op.create_index(op.f("ix_place_folded"), "place", ["folded"], unique=False)
    op.create_index(op.f("ix_place_wikidata"), "place", ["wikidata"], unique=False)
    op.create_table(
        "source",
        sa.Column("id", ID, autoincrement=False, nullable=False, comment="Joins tables; never shown to outsiders."),
        sa.Column("key", CODE, nullable=False, comment="Public key, `src-…`, made of the folded name."),
        sa.Column("name", sa.Text(), nullable=False, comment="Name as given, or its domain."),
        sa.Column("folded", CODE, nullable=False, comment="Name without case and accents, for comparing."),
        sa.Column("country", CODE, nullable=True, comment="ISO 3166-1 alpha-3, when known."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("key", name=op.f("uq_source_key")),
        comment="An outlet that publishes articles.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_source_folded"), "source", ["folded"], unique=False)
    op.create_table(
        "story",
        sa.Column("id", ID, autoincrement=False, nullable=False, comment="Joins tables; never shown to outsiders."),
        sa.Column("key", CODE, nullable=False, comment="Public key, `sto-…`."),
        sa.Column("title", sa.Text(), nullable=True, comment="Title of its most telling article."),
        sa.Column("date_start", CODE, nullable=True, comment="Publication day of the first article."),
        sa.Column("date_end", CODE, nullable=True, comment="Publication day of the last article."),
        sa.Column("article_count", sa.Integer(), nullable=False, comment="Articles in it."),
        sa.Column("source_count", sa.Integer(), nullable=False, comment="Outlets in it."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story")),
        sa.UniqueConstraint("key", name=op.f("uq_story_key")),
        comment="Articles about one development.",
        sqlite_strict=True,
    )
    op.create_index("ix_story_newest", "story", [sa.literal_column("coalesce(date_end, '')"), "key"], unique=False)
    op.create_table(
        "actor_alias",
        sa.Column("actor_id", ID, nullable=False, comment="The actor."),
        sa.Column("name", CODE, nullable=False, comment="The name as written."),
        sa.Column("folded", CODE, nullable=False, comment="The name without case and accents."),
        sa.Column("inverted", CODE, nullable=False, comment="The same with its last word first, as in a directory."),
        sa.Column("known_from", CODE, nullable=False, comment="`authority`, `import` or `text`."),
        sa.CheckConstraint("known_from IN ('authority', 'import', 'text')", name=op.f("ck_actor_alias_known_from")),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_actor_alias_actor_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("actor_id", "name", name=op.f("pk_actor_alias")),
        comment="A name under which an actor is known.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_actor_alias_folded"), "actor_alias", ["folded"], unique=False)
    op.create_index(op.f("ix_actor_alias_inverted"), "actor_alias", ["inverted"], unique=False)
    op.create_table(
        "actor_role",
        sa.Column("actor_id", ID, nullable=False, comment="The actor."),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="Number of the role, from 0."),
        sa.Column("office", sa.Text(), nullable=False, comment="The office."),
        sa.Column("country", CODE, nullable=True, comment="ISO 3166-1 alpha-3 of the state or side it belongs to."),
        sa.Column("sector", CODE, nullable=True, comment="PLOVER sector."),
        sa.Column("valid_from", CODE, nullable=True, comment="ISO prefix; NULL = unknown or open."),
        sa.Column("valid_to", CODE, nullable=True, comment="ISO prefix; NULL = unknown or open."),
        sa.Column("known_from", CODE, nullable=False, comment="`authority` or `import`."),
        sa.CheckConstraint("known_from IN ('authority', 'import')", name=op.f("ck_actor_role_known_from")),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_actor_role_actor_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("actor_id", "ordinal", name=op.f("pk_actor_role")),
        comment="An office or affiliation of an actor, valid for a time.",
        sqlite_strict=True,
    )
    op.create_table(
        "imported_actor",
        sa.Column("key", CODE, nullable=False, comment="Key of the actor."),
        sa.Column("change", ID, nullable=False, comment="Number of the change that made it so, from 1."),
        sa.Column("data", sa.Text(), nullable=False, comment="The actor with names and offices, JSON."),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_imported_actor")),
        sa.UniqueConstraint("change", name=op.f("uq_imported_actor_change")),
        comment="Actors as a user's files give them; the linker's look-up is made of them.",
        sqlite_strict=True,
    )
    op.create_table(
        "event",
        sa.Column("id", ID, autoincrement=False, nullable=False, comment="Joins tables; never shown to outsiders."),
        sa.Column("key", CODE, nullable=False, comment="Public key, `evt-…`."),
        sa.Column("type", CODE, nullable=True, comment="PLOVER type."),
        sa.Column(
            "extension", CODE, nullable=True, comment="What happened when PLOVER has no type for it, or more exactly."
        ),
        sa.Column("mode", CODE, nullable=True, comment="PLOVER mode."),
        sa.Column("contexts", CODE, nullable=False, comment="PLOVER contexts, JSON list."),
        sa.Column("cameo", CODE, nullable=True, comment="Two-digit CAMEO root."),
        sa.Column(
            "quad_code",
            sa.Integer(),
            nullable=True,
            comment="1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material.",
        ),
        sa.Column("intensity", NUMBER, nullable=True, comment="PLOVER score, -10 (conflict) to 10 (cooperation)."),
        sa.Column("date_start", CODE, nullable=True, comment="First day, `YYYY-MM-DD`; NULL = undated."),
        sa.Column("date_end", CODE, nullable=True, comment="Last day, inclusive."),
        sa.Column("date_precision", CODE, nullable=True, comment="How exactly the date is known."),
        sa.Column("place_id", ID, nullable=True, comment="Where."),
        sa.Column(
            "realis",
            CODE,
            nullable=False,
            comment="`actual`, `attempted`, `future`, `hypothetical`, `negated` or `historical`.",
        ),
        sa.Column("confidence", NUMBER, nullable=False, comment="How sure, 0 to 1."),
        sa.Column("report_count", sa.Integer(), nullable=False, comment="Event mentions that tell of it."),
        sa.Column("article_count", sa.Integer(), nullable=False, comment="Articles that tell of it."),
        sa.Column("source_count", sa.Integer(), nullable=False, comment="Outlets that tell of it."),
        sa.Column(
            "independent_source_count",
            sa.Integer(),
            nullable=False,
            comment="Outlets that tell of it in words of their own.",
        ),
        sa.Column("first_published", CODE, nullable=True, comment="Publication day of the earliest report."),
        sa.Column("last_published", CODE, nullable=True, comment="Publication day of the latest report."),
        sa.CheckConstraint(
            "date_precision IN ('year', 'month', 'day', 'minute')", name=op.f("ck_event_date_precision")
        ),
        sa.CheckConstraint(
            "realis IN ('actual', 'attempted', 'future', 'hypothetical', 'negated', 'historical')",
            name=op.f("ck_event_realis"),
        ),
        sa.CheckConstraint(IS_TYPE, name=op.f("ck_event_type")),
        sa.CheckConstraint("confidence >= 0 AND confidence <= 1", name=op.f("ck_event_confidence")),
        sa.CheckConstraint("date_start <= date_end", name=op.f("ck_event_dates")),
        sa.CheckConstraint("quad_code >= 1 AND quad_code <= 4", name=op.f("ck_event_quad_code")),
        sa.CheckConstraint("type IS NOT NULL OR extension IS NOT NULL", name=op.f("ck_event_kind")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_event_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("key", name=op.f("uq_event_key")),
        comment="What several reports tell of: one thing that happened, or was said to be going to.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_event_extension"), "event", ["extension"], unique=False)
    op.create_index("ix_event_newest", "event", [sa.literal_column("coalesce(date_start, '')"), "key"], unique=False)
    op.create_index(op.f("ix_event_place_id"), "event", ["place_id"], unique=False)
    op.create_index(
        "ix_event_type_newest", "event", ["type", sa.literal_column("coalesce(date_start, '')"), "key"], unique=False
    )
    op.create_table(
        "extraction_run",
        sa.Column("id", ID, autoincrement=False, nullable=False, comment="Joins tables; never shown to outsiders."),
        sa.Column("key", CODE, nullable=False, comment="Public key, `run-…`."),
        sa.Column("extractor", sa.Text(), nullable=False, comment="Version of code and models."),
        sa.Column("started_at", CODE, nullable=False, comment="When it began, UTC, ISO 8601."),
        sa.Column("import_id", ID, nullable=True, comment="The import it belonged to; NULL for reprocessing."),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_extraction_run_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extraction_run")),
        sa.UniqueConstraint("key", name=op.f("uq_extraction_run_key")),
        comment="One pass of one extractor version over articles.",
        sqlite_strict=True,
    )
    op.create_table(
        "import_file",
        sa.Column("id", ID, autoincrement=False, nullable=False, comment="Joins tables; never shown to outsiders."),
        sa.Column("import_id", ID, nullable=False, comment="The import that read it last."),
        sa.Column("path", sa.Text(), nullable=False, comment="The file as named by the import."),
        sa.Column("file_hash", CODE, nullable=False, comment="Hash of its bytes: a changed file is another file."),
        sa.Column(
            "options_hash",
            CODE,
            nullable=False,
            comment="Hash of the options that change what is read (format, source, limits).",
        ),
        sa.Column(
            "next_record",
            sa.Integer(),
            nullable=False,
            comment="Items of the file that are dealt with; reading resumes here.",
        ),
        sa.Column("done", FLAG, nullable=False, comment="True when the whole file was read."),
        sa.CheckConstraint("next_record >= 0", name=op.f("ck_import_file_next_record")),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_import_file_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_file")),
        sa.UniqueConstraint(
            "path", "file_hash", "options_hash", name=op.f("uq_import_file_path_file_hash_options_hash")
        ),
        comment="The ledger: how far each file was read, written in the same transaction as the articles.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_import_file_import_id"), "import_file", ["import_id"], unique=False)
    op.create_table(
        "import_issue",
        sa.Column("id", ID, autoincrement=False, nullable=False, comment="Joins tables; never shown to outsiders."),
        sa.Column("key", CODE, nullable=False, comment="Public key, `iss-…`, made of file, position and reason."),
        sa.Column("import_id", ID, nullable=False, comment="The import that found it."),
        sa.Column(
            "severity",
            CODE,
            nullable=False,
            comment="`skipped` = no article came of it; `warning` = kept all the same.",
        ),
        sa.Column("stage", CODE, nullable=False, comment="`read`, `clean` or `annotate`."),
        sa.Column("reason", CODE, nullable=False, comment="Short fixed code such as `bad-json`."),
        sa.Column("detail", sa.Text(), nullable=False, comment="What exactly, and what to do about it."),
        sa.Column("path", sa.Text(), nullable=False, comment="The file."),
        sa.Column("member", sa.Text(), nullable=True, comment="The member inside an archive."),
        sa.Column("record", ID, nullable=False, comment="Number of the record, from 0."),
        sa.Column("byte_offset", ID, nullable=True, comment="Where the record starts, when known."),
        sa.CheckConstraint("severity IN ('skipped', 'warning')", name=op.f("ck_import_issue_severity")),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_import_issue_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_issue")),
        sa.UniqueConstraint("key", name=op.f("uq_import_issue_key")),
        comment="Input that was skipped, or kept with a warning: nothing vanishes.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_import_issue_import_id"), "import_issue", ["import_id"], unique=False)
    op.create_index(op.f("ix_import_issue_reason"), "import_issue", ["reason"], unique=False)
    op.create_table(
        "place_alias",
        sa.Column("place_id", ID, nullable=False, comment="The place."),
        sa.Column("name", CODE, nullable=False, comment="The name as written."),
        sa.Column("folded", CODE, nullable=False, comment="The name without case and accents."),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_place_alias_place_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("place_id", "name", name=op.f("pk_place_alias")),
        comment="A name under which a place is known.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_place_alias_folded"), "place_alias", ["folded"], unique=False)
    op.create_table(
        "quote_group",
        sa.Column("id", ID, autoincrement=False, nullable=False, comment="Joins tables; never shown to outsiders."),
        sa.Column("key", CODE, nullable=False, comment="Public key, `qgr-…`."),
        sa.Column("speaker_id", ID, nullable=True, comment="Who said it."),
        sa.Column("quote_count", sa.Integer(), nullable=False, comment="Quotes in it."),
        sa.Column("source_count", sa.Integer(), nullable=False, comment="Outlets that give it."),
        sa.ForeignKeyConstraint(["speaker_id"], ["actor.id"], name=op.f("fk_quote_group_speaker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_group")),
        sa.UniqueConstraint("key", name=op.f("uq_quote_group_key")),
        comment="One utterance as several outlets give it.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_quote_group_speaker_id"), "quote_group", ["speaker_id"], unique=False)
    op.create_table(
        "article",
        sa.Column("id", ID, autoincrement=False, nullable=False, comment="Joins tables; never shown to outsiders."),
        sa.Column("key", CODE, nullable=False, comment="Public key, `art-…`, made of source and text."),
        sa.Column("text_hash", CODE, nullable=False, comment="Hash of the text."),
        sa.Column(
            "copy_group", CODE, nullable=False, comment="Shared by articles with the same text, whoever printed it."
        ),
        sa.Column("source_id", ID, nullable=True, comment="The outlet; NULL when the input does not say."),
        sa.Column("external_id", sa.Text(), nullable=True, comment="The article's own id as imported."),
        sa.Column("url", sa.Text(), nullable=True, comment="Where it was published."),
        sa.Column("title", sa.Text(), nullable=True, comment="Headline."),
        sa.Column("byline", sa.Text(), nullable=True, comment="Author line as given."),
        sa.Column("language", CODE, nullable=True, comment="ISO 639-1; NULL when the text is too short to tell."),
        sa.Column(
            "published_at",
            CODE,
            nullable=True,
            comment="Publication time as precise as known, ISO 8601 with the local offset.",
        ),
        sa.Column(
            "published_date",
            CODE,
            nullable=True,
            comment="First day the publication time can mean, `YYYY-MM-DD`; NULL = undated.",
        ),
        sa.Column("published_precision", CODE, nullable=True, comment="`year`, `month`, `day` or `minute`."),
        sa.Column(
            "published_evidence",
            sa.Text(),
            nullable=True,
            comment="Where the date was read: header, metadata, dateline, file name …",
        ),
        sa.Column("published_raw", sa.Text(), nullable=True, comment="The characters the date was read from."),
        sa.Column(
            "text", sa.Text(), nullable=False, comment="The text, character for character; all spans count in it."
        ),
        sa.Column("header_start", sa.Integer(), nullable=True, comment="Start of a date header inside the text."),
        sa.Column("header_end", sa.Integer(), nullable=True, comment="End of it."),
        sa.Column(
            "boilerplate",
            sa.Text(),
            nullable=False,
            comment="Spans that are no news content, JSON `[[start, end], …]`.",
        ),
        sa.Column(
            "signature", BYTES, nullable=False, comment="MinHash values of the text, little-endian, 32 bits each."
        ),
        sa.Column(
            "notices", sa.Text(), nullable=False, comment="What was odd about the input, JSON `[[reason, detail], …]`."
        ),
        sa.Column(
            "terms",
            sa.Text(),
            nullable=False,
            comment="Content lemmas with counts, most telling first, JSON `[[lemma, count], …]`.",
        ),
        sa.Column("extractor", sa.Text(), nullable=False, comment="Version of the extractor whose facts are stored."),
        sa.Column("analysed", FLAG, nullable=False, comment="False when the text was stored but not read for facts."),
        sa.Column("not_analysed", CODE, nullable=True, comment="Why not: `language`, `length` …"),
        sa.Column("origin_path", sa.Text(), nullable=False, comment="File it was read from."),
        sa.Column("origin_member", sa.Text(), nullable=True, comment="Member inside the archive."),
        sa.Column("origin_record", ID, nullable=False, comment="Record number in the file, from 0."),
        sa.Column("origin_byte_offset", ID, nullable=True, comment="Where the record starts, when known."),
        sa.Column("import_id", ID, nullable=True, comment="The import that brought it."),
        sa.Column("extraction_run_id", ID, nullable=False, comment="The extraction run that made the row."),
        sa.Column(
            "ingested_at",
            CODE,
            nullable=False,
            comment="When it was stored, UTC; never taken for the publication date.",
        ),
        sa.CheckConstraint(
            "published_precision IN ('year', 'month', 'day', 'minute')", name=op.f("ck_article_published_precision")
        ),
        sa.CheckConstraint("(published_at IS NULL) = (published_date IS NULL)", name=op.f("ck_article_published")),
        sa.ForeignKeyConstraint(
            ["extraction_run_id"], ["extraction_run.id"], name=op.f("fk_article_extraction_run_id")
        ),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_article_import_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_article_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("key", name=op.f("uq_article_key")),
        comment="One text of one outlet; the text never changes after it is stored.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_article_copy_group"), "article", ["copy_group"], unique=False)
    op.create_index(op.f("ix_article_external_id"), "article", ["external_id"], unique=False)
    op.create_index(op.f("ix_article_import_id"), "article", ["import_id"], unique=False)
    op.create_index(
        "ix_article_newest", "article", [sa.literal_column("coalesce(published_date, '')"), "key"], unique=False
    )
    op.create_index(
        "ix_article_source_newest",
        "article",
        ["source_id", sa.literal_column("coalesce(published_date, '')"), "key"],
        unique=False,
    )
    op.create_index(op.f("ix_article_text_hash"), "article", ["text_hash"], unique=False)
    op.create_table(
        "event_participant",
        sa.Column("event_id", ID, nullable=False, comment="The event."),
        sa.Column("role", CODE, nullable=False, comment="`actor` or `recipient`."),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="Place in the list of that role, from 0."),
        sa.Column("actor_id", ID, nullable=False, comment="Who."),
        sa.Column("date_start", CODE, nullable=True, comment="The event's first day, repeated for the index."),
        sa.CheckConstraint("role IN ('actor', 'recipient')", name=op.f("ck_event_participant_role")),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_event_participant_actor_id")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_participant_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", "role", "ordinal", name=op.f("pk_event_participant")),
        comment="Who did it and to whom: the bridge from actors to events.",
        sqlite_strict=True,
    )
    op.create_index(
        "ix_event_participant_actor_date",
        "event_participant",
        ["actor_id", sa.literal_column("coalesce(date_start, '')"), "event_id", "role"],
        unique=False,
    )
    op.create_table(
        "article_copy",
        sa.Column("key", CODE, nullable=False, comment="Made of article and origin."),
        sa.Column("article_id", ID, nullable=False, comment="The article it repeats."),
        sa.Column("external_id", sa.Text(), nullable=True, comment="Its own id as imported."),
        sa.Column("url", sa.Text(), nullable=True, comment="Where it was published."),
        sa.Column("title", sa.Text(), nullable=True, comment="Headline."),
        sa.Column("published_at", CODE, nullable=True, comment="Publication time, ISO 8601."),
        sa.Column("origin_path", sa.Text(), nullable=False, comment="File it was read from."),
        sa.Column("origin_member", sa.Text(), nullable=True, comment="Member inside the archive."),
        sa.Column("origin_record", ID, nullable=False, comment="Record number in the file, from 0."),
        sa.Column("import_id", ID, nullable=True, comment="The import that met it."),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_article_copy_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.id"], name=op.f("fk_article_copy_import_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_article_copy")),
        comment="The same text of the same outlet met again; its own data are kept here.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_article_copy_article_id"), "article_copy", ["article_id"], unique=False)
    op.create_table(
        "article_duplicate",
        sa.Column("first_id", ID, nullable=False, comment="One article."),
        sa.Column("second_id", ID, nullable=False, comment="The other."),
        sa.Column("score", NUMBER, nullable=False, comment="Share of the shorter text found in the longer, 0 to 1."),
        sa.CheckConstraint("first_id <> second_id", name=op.f("ck_article_duplicate_pair")),
        sa.CheckConstraint("score >= 0 AND score <= 1", name=op.f("ck_article_duplicate_score")),
        sa.ForeignKeyConstraint(
            ["first_id"], ["article.id"], name=op.f("fk_article_duplicate_first_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["article.id"], name=op.f("fk_article_duplicate_second_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_article_duplicate")),
        comment="Two articles that share most of their text.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_article_duplicate_second_id"), "article_duplicate", ["second_id"], unique=False)
    op.create_table(
        "claim",
        sa.Column("id", ID, autoincrement=False, nullable=False, comment="Joins tables; never shown to outsiders."),
        sa.Column("key", CODE, nullable=False, comment="Public key, `clm-…`."),
        sa.Column("article_id", ID, nullable=False, comment="The article that says it."),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="Number of the claim inside its article, from 0."),
        sa.Column(
            "start_char", sa.Integer(), nullable=False, comment="First character in `article.text`, in code points."
        ),
        sa.Column("end_char", sa.Integer(), nullable=False, comment="Character after the last one."),
        sa.Column("text", sa.Text(), nullable=False, comment="The characters of the span."),
        sa.Column(
            "holder_mention",
            sa.Integer(),
            nullable=True,
            comment="Ordinal of the mention that holds it; NULL = the outlet itself.",
        ),
        sa.Column("holder_id", ID, nullable=True, comment="Who holds it."),
        sa.Column("quote", sa.Integer(), nullable=True, comment="Ordinal of the quote it was said in."),
        sa.Column("stance", CODE, nullable=False, comment="`affirm`, `deny` or `question`."),
        sa.Column("certainty", CODE, nullable=False, comment="`certain`, `probable`, `possible` or `underspecified`."),
        sa.Column("is_conditional", FLAG, nullable=False, comment="True when it holds only under a condition."),
        sa.Column(
            "about_mentions", sa.Text(), nullable=False, comment="Ordinals of the mentions it is about, JSON list."
        ),
        sa.Column(
            "about_events", sa.Text(), nullable=False, comment="Ordinals of the event mentions it is about, JSON list."
        ),
        sa.Column("figures", sa.Text(), nullable=False, comment="Ordinals of its figures, JSON list."),
        sa.Column("time", sa.Integer(), nullable=True, comment="Ordinal of the time expression it is about."),
        sa.Column("confidence", NUMBER, nullable=False, comment="How sure, 0 to 1."),
        sa.Column(
            "published_date", CODE, nullable=True, comment="The article's publication day, repeated for the index."
        ),
        sa.Column("claim_group_id", ID, nullable=True, comment="The group it is in."),
        sa.Column("corrected", FLAG, nullable=False, comment="True when an analyst's correction is applied."),
        sa.Column("extraction_run_id", ID, nullable=False, comment="The extraction run that made the row."),
        sa.CheckConstraint(
            "certainty IN ('certain', 'probable', 'possible', 'underspecified')", name=op.f("ck_claim_certainty")
        ),
        sa.CheckConstraint("stance IN ('affirm', 'deny', 'question')", name=op.f("ck_claim_stance")),
        sa.CheckConstraint("confidence >= 0 AND confidence <= 1", name=op.f("ck_claim_confidence")),
        sa.CheckConstraint("start_char >= 0 AND start_char <= end_char", name=op.f("ck_claim_span")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_claim_article_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["claim_group_id"], ["claim_group.id"], name=op.f("fk_claim_claim_group_id")),
        sa.ForeignKeyConstraint(["extraction_run_id"], ["extraction_run.id"], name=op.f("fk_claim_extraction_run_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["actor.id"], name=op.f("fk_claim_holder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("article_id", "ordinal", name=op.f("uq_claim_article_id_ordinal")),
        sa.UniqueConstraint("key", name=op.f("uq_claim_key")),
        comment="A proposition that somebody holds to be so.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_claim_claim_group_id"), "claim", ["claim_group_id"], unique=False)
    op.create_index(
        "ix_claim_holder_newest",
        "claim",
        ["holder_id", sa.literal_column("coalesce(published_date, '')"), "key"],
        unique=False,
    )
    op.create_index(
        "ix_claim_newest", "claim", [sa.literal_column("coalesce(published_date, '')"), "key"], unique=False
    )
    op.create_table(
        "event_mention",
        sa.Column("id", ID, autoincrement=False, nullable=False, comment="Joins tables; never shown to outsiders."),
        sa.Column("key", CODE, nullable=False, comment="Public key, `evm-…`."),
        sa.Column("article_id", ID, nullable=False, comment="The article that says it."),
        sa.Column(
            "ordinal", sa.Integer(), nullable=False, comment="Number of the event mention inside its article, from 0."
        ),
        sa.Column(
            "start_char", sa.Integer(), nullable=False, comment="First character of the trigger in `article.text`."
        ),
        sa.Column("end_char", sa.Integer(), nullable=False, comment="Character after the trigger."),
        sa.Column(
            "sentence_start", sa.Integer(), nullable=False, comment="Start of the sentence that holds the trigger."
        ),
        sa.Column("sentence_end", sa.Integer(), nullable=False, comment="End of it."),
        sa.Column("lemma", sa.Text(), nullable=False, comment="Lemma of the trigger's head word."),
        sa.Column("type", CODE, nullable=True, comment="PLOVER type."),
        sa.Column(
            "extension", CODE, nullable=True, comment="What happened when PLOVER has no type for it, or more exactly."
        ),
        sa.Column("mode", CODE, nullable=True, comment="PLOVER mode."),
        sa.Column("contexts", CODE, nullable=False, comment="PLOVER contexts, JSON list."),
        sa.Column("cameo", CODE, nullable=True, comment="Two-digit CAMEO root."),
        sa.Column("chain", sa.Integer(), nullable=False, comment="Number of the event inside the article."),
        sa.Column("place_mention", sa.Integer(), nullable=True, comment="Ordinal of the mention that says where."),
        sa.Column("place_id", ID, nullable=True, comment="Where."),
        sa.Column("time", sa.Integer(), nullable=True, comment="Ordinal of the time expression that dates it."),
        sa.Column("date_start", CODE, nullable=True, comment="First day, `YYYY-MM-DD`."),
        sa.Column("date_end", CODE, nullable=True, comment="Last day, inclusive."),
        sa.Column("date_precision", CODE, nullable=True, comment="How exactly the date is known."),
        sa.Column(
            "realis",
            CODE,
            nullable=False,
            comment="`actual`, `attempted`, `future`, `hypothetical`, `negated` or `historical`.",
        ),
        sa.Column(
            "reported_by_mention",
            sa.Integer(),
            nullable=True,
            comment="Ordinal of the mention the report is attributed to.",
        ),
        sa.Column("reported_by_id", ID, nullable=True, comment="Who reports it; NULL = the outlet."),
        sa.Column(
            "confidence",
            NUMBER,
            nullable=False,
            comment="Calibrated: of rows with 0.8 about four in five should be right.",
        ),
        sa.Column("event_id", ID, nullable=True, comment="The event it tells of; NULL until merged."),
        sa.Column("corrected", FLAG, nullable=False, comment="True when an analyst's correction is applied."),
        sa.Column("extraction_run_id", ID, nullable=False, comment="The extraction run that made the row."),
        sa.CheckConstraint(
            "date_precision IN ('year', 'month', 'day', 'minute')", name=op.f("ck_event_mention_date_precision")
        ),
        sa.CheckConstraint(
            "realis IN ('actual', 'attempted', 'future', 'hypothetical', 'negated', 'historical')",
            name=op.f("ck_event_mention_realis"),
        ),
        sa.CheckConstraint(IS_TYPE, name=op.f("ck_event_mention_type")),
        sa.CheckConstraint("confidence >= 0 AND confidence <= 1", name=op.f("ck_event_mention_confidence")),
        sa.CheckConstraint("date_start <= date_end", name=op.f("ck_event_mention_dates")),
        sa.CheckConstraint("start_char >= 0 AND start_char <= end_char", name=op.f("ck_event_mention_span")),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_event_mention_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_mention_event_id")),
        sa.ForeignKeyConstraint(
            ["extraction_run_id"], ["extraction_run.id"], name=op.f("fk_event_mention_extraction_run_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_event_mention_place_id")),
        sa.ForeignKeyConstraint(["reported_by_id"], ["actor.id"], name=op.f("fk_event_mention_reported_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_mention")),
        sa.UniqueConstraint("article_id", "ordinal", name=op.f("uq_event_mention_article_id_ordinal")),
        sa.UniqueConstraint("key", name=op.f("uq_event_mention_key")),
        comment="One report of an event inside one article.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_event_mention_event_id"), "event_mention", ["event_id"], unique=False)
    op.create_index(op.f("ix_event_mention_place_id"), "event_mention", ["place_id"], unique=False)
    op.create_index(op.f("ix_event_mention_reported_by_id"), "event_mention", ["reported_by_id"], unique=False)
    op.create_table(
        "figure",
        sa.Column("article_id", ID, nullable=False, comment="The article."),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="Number in the article, from 0."),
        sa.Column(
            "start_char", sa.Integer(), nullable=False, comment="First character in `article.text`, in code points."
        ),
        sa.Column("end_char", sa.Integer(), nullable=False, comment="Character after the last one."),
        sa.Column("kind", CODE, nullable=False, comment="`killed`, `injured`, `arrested`, `crowd`, `money`, `votes` …"),
        sa.Column("low", NUMBER, nullable=True, comment="Least value; NULL = open."),
        sa.Column("high", NUMBER, nullable=True, comment="Greatest value; NULL = open."),
        sa.Column("qualifier", sa.Text(), nullable=True, comment="`at least`, `about` …, as in the text."),
        sa.Column("unit", CODE, nullable=True, comment="ISO 4217 for money, `people`, `percent` …"),
        sa.Column("extraction_run_id", ID, nullable=False, comment="The extraction run that made the row."),
        sa.CheckConstraint("start_char >= 0 AND start_char <= end_char", name=op.f("ck_figure_span")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_figure_article_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["extraction_run_id"], ["extraction_run.id"], name=op.f("fk_figure_extraction_run_id")),
        sa.PrimaryKeyConstraint("article_id", "ordinal", name=op.f("pk_figure")),
        comment="A number that a text gives for something.",
        sqlite_strict=True,
    )
    op.create_table(
        "link",
        sa.Column("article_id", ID, nullable=False, comment="The article."),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="Number of the link, from 0."),
        sa.Column("kind", CODE, nullable=False, comment="`actor` or `place`."),
        sa.Column("linked_key", CODE, nullable=True, comment="Key that the linker gave, whatever analysts made of it."),
        sa.Column(
            "actor_id",
            ID,
            nullable=True,
            comment="The actor chosen: the linker's, or the one that analysts made of it.",
        ),
        sa.Column("place_id", ID, nullable=True, comment="The place chosen; for an actor, the place that named it."),
        sa.Column("is_nil", FLAG, nullable=False, comment="True when the authority does not know it."),
        sa.Column("name", sa.Text(), nullable=True, comment="Name in this article."),
        sa.Column("wikidata", CODE, nullable=True, comment="Wikidata id."),
        sa.Column("wikipedia", sa.Text(), nullable=True, comment="Title of the English Wikipedia page."),
        sa.Column("actor_kind", CODE, nullable=True, comment="Kind of the actor."),
        sa.Column("country", CODE, nullable=True, comment="ISO 3166-1 alpha-3 at the article's date."),
        sa.Column("sector", CODE, nullable=True, comment="PLOVER sector at the article's date."),
        sa.Column("role", sa.Text(), nullable=True, comment="Office or description at the article's date."),
        sa.Column("link_score", NUMBER, nullable=False, comment="What the linker scored the choice."),
        sa.Column(
            "candidates",
            sa.Text(),
            nullable=False,
            comment="What was weighed, JSON list of key, name, score and features.",
        ),
        sa.Column("extraction_run_id", ID, nullable=False, comment="The extraction run that made the row."),
        sa.CheckConstraint("kind IN ('actor', 'place')", name=op.f("ck_link_kind")),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_link_actor_id")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_link_article_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["extraction_run_id"], ["extraction_run.id"], name=op.f("fk_link_extraction_run_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_link_place_id")),
        sa.PrimaryKeyConstraint("article_id", "ordinal", name=op.f("pk_link")),
        comment="What some mentions of one chain refer to, with what spoke for it.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_link_actor_id"), "link", ["actor_id"], unique=False)
    op.create_index(op.f("ix_link_linked_key"), "link", ["linked_key"], unique=False)
    op.create_index(op.f("ix_link_place_id"), "link", ["place_id"], unique=False)
    op.create_table(
        "mention",
        sa.Column("id", ID, autoincrement=False, nullable=False, comment="Joins tables; never shown to outsiders."),
        sa.Column("key", CODE, nullable=False, comment="Public key, `men-…`."),
        sa.Column("article_id", ID, nullable=False, comment="The article that says it."),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="Number of the mention inside its article, from 0."),
        sa.Column(
            "start_char", sa.Integer(), nullable=False, comment="First character in `article.text`, in code points."
        ),
        sa.Column("end_char", sa.Integer(), nullable=False, comment="Character after the last one."),
        sa.Column("head_start", sa.Integer(), nullable=False, comment="Start of the head word."),
        sa.Column("head_end", sa.Integer(), nullable=False, comment="End of the head word."),
        sa.Column(
            "title_start", sa.Integer(), nullable=True, comment="Start of words of office that belong to a name."
        ),
        sa.Column("title_end", sa.Integer(), nullable=True, comment="End of them."),
        sa.Column("form", CODE, nullable=False, comment="`name`, `nominal` or `pronoun`."),
        sa.Column("label", CODE, nullable=False, comment="OntoNotes type (PERSON, ORG, GPE …), GROUP or OTHER."),
        sa.Column("chain", sa.Integer(), nullable=False, comment="Number of the coreference chain inside the article."),
        sa.Column(
            "members", sa.Text(), nullable=False, comment="For plural mentions, the chains it stands for, JSON list."
        ),
        sa.Column("link", sa.Integer(), nullable=True, comment="Ordinal of its link in the article."),
        sa.Column("actor_id", ID, nullable=True, comment="The actor it refers to."),
        sa.Column("place_id", ID, nullable=True, comment="The place it refers to."),
        sa.Column("link_score", NUMBER, nullable=True, comment="What the linker scored the choice."),
        sa.Column("extraction_run_id", ID, nullable=False, comment="The extraction run that made the row."),
        sa.CheckConstraint("form IN ('name', 'nominal', 'pronoun')", name=op.f("ck_mention_form")),
        sa.CheckConstraint("start_char >= 0 AND start_char <= end_char", name=op.f("ck_mention_span")),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_mention_actor_id")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_mention_article_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["extraction_run_id"], ["extraction_run.id"], name=op.f("fk_mention_extraction_run_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_mention_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
        sa.UniqueConstraint("article_id", "ordinal", name=op.f("uq_mention_article_id_ordinal")),
        sa.UniqueConstraint("key", name=op.f("uq_mention_key")),
        comment="A reference in a text to an actor or a place.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_mention_actor_id"), "mention", ["actor_id"], unique=False)
    op.create_index(op.f("ix_mention_place_id"), "mention", ["place_id"], unique=False)
    op.create_table(
        "quote",
        sa.Column("id", ID, autoincrement=False, nullable=False, comment="Joins tables; never shown to outsiders."),
        sa.Column("key", CODE, nullable=False, comment="Public key, `quo-…`."),
        sa.Column("article_id", ID, nullable=False, comment="The article that says it."),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="Number of the quote inside its article, from 0."),
        sa.Column(
            "start_char", sa.Integer(), nullable=False, comment="First character in `article.text`, in code points."
        ),
        sa.Column("end_char", sa.Integer(), nullable=False, comment="Character after the last one."),
        sa.Column(
            "parts", sa.Text(), nullable=False, comment="The pieces of the content in order, JSON `[[start, end], …]`."
        ),
        sa.Column("text", sa.Text(), nullable=False, comment="The characters of the span."),
        sa.Column("type", CODE, nullable=False, comment="`direct`, `indirect` or `mixed`."),
        sa.Column(
            "speaker_mention",
            sa.Integer(),
            nullable=True,
            comment="Ordinal of the mention that speaks; NULL = the text does not say.",
        ),
        sa.Column("speaker_id", ID, nullable=True, comment="Who speaks."),
        sa.Column("addressee_mention", sa.Integer(), nullable=True, comment="Ordinal of the mention spoken to."),
        sa.Column("addressee_id", ID, nullable=True, comment="Who is spoken to."),
        sa.Column("cue_start", sa.Integer(), nullable=True, comment="Start of the reporting words."),
        sa.Column("cue_end", sa.Integer(), nullable=True, comment="End of the reporting words."),
        sa.Column(
            "time", sa.Integer(), nullable=True, comment="Ordinal of the time expression that says when it was said."
        ),
        sa.Column("nested_in", sa.Integer(), nullable=True, comment="Ordinal of the quote that holds this one."),
        sa.Column("confidence", NUMBER, nullable=False, comment="How sure the attribution is, 0 to 1."),
        sa.Column(
            "published_date", CODE, nullable=True, comment="The article's publication day, repeated for the index."
        ),
        sa.Column("quote_group_id", ID, nullable=True, comment="The utterance it gives."),
        sa.Column("corrected", FLAG, nullable=False, comment="True when an analyst's correction is applied."),
        sa.Column("extraction_run_id", ID, nullable=False, comment="The extraction run that made the row."),
        sa.CheckConstraint("type IN ('direct', 'indirect', 'mixed')", name=op.f("ck_quote_type")),
        sa.CheckConstraint("confidence >= 0 AND confidence <= 1", name=op.f("ck_quote_confidence")),
        sa.CheckConstraint("start_char >= 0 AND start_char <= end_char", name=op.f("ck_quote_span")),
        sa.ForeignKeyConstraint(["addressee_id"], ["actor.id"], name=op.f("fk_quote_addressee_id")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_quote_article_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["extraction_run_id"], ["extraction_run.id"], name=op.f("fk_quote_extraction_run_id")),
        sa.ForeignKeyConstraint(["quote_group_id"], ["quote_group.id"], name=op.f("fk_quote_quote_group_id")),
        sa.ForeignKeyConstraint(["speaker_id"], ["actor.id"], name=op.f("fk_quote_speaker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
        sa.UniqueConstraint("article_id", "ordinal", name=op.f("uq_quote_article_id_ordinal")),
        sa.UniqueConstraint("key", name=op.f("uq_quote_key")),
        comment="Words attributed to a speaker.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_quote_addressee_id"), "quote", ["addressee_id"], unique=False)
    op.create_index(
        "ix_quote_newest", "quote", [sa.literal_column("coalesce(published_date, '')"), "key"], unique=False
    )
    op.create_index(op.f("ix_quote_quote_group_id"), "quote", ["quote_group_id"], unique=False)
    op.create_index(
        "ix_quote_speaker_newest",
        "quote",
        ["speaker_id", sa.literal_column("coalesce(published_date, '')"), "key"],
        unique=False,
    )
    op.create_table(
        "sentence",
        sa.Column("article_id", ID, nullable=False, comment="The article."),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="Number of the sentence, from 0."),
        sa.Column(
            "start_char", sa.Integer(), nullable=False, comment="First character in `article.text`, in code points."
        ),
        sa.Column("end_char", sa.Integer(), nullable=False, comment="Character after the last one."),
        sa.Column("extraction_run_id", ID, nullable=False, comment="The extraction run that made the row."),
        sa.CheckConstraint("start_char >= 0 AND start_char <= end_char", name=op.f("ck_sentence_span")),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_sentence_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["extraction_run_id"], ["extraction_run.id"], name=op.f("fk_sentence_extraction_run_id")
        ),
        sa.PrimaryKeyConstraint("article_id", "ordinal", name=op.f("pk_sentence")),
        comment="A sentence of an article.",
        sqlite_strict=True,
    )
    op.create_table(
        "story_member",
        sa.Column("article_id", ID, nullable=False, comment="The article."),
        sa.Column("story_id", ID, nullable=False, comment="The story."),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="Place in the story, from 0."),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_story_member_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_story_member_story_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_story_member")),
        comment="An article of a story; an article is in at most one.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_story_member_story_id"), "story_member", ["story_id"], unique=False)
    op.create_table(
        "time_expression",
        sa.Column("article_id", ID, nullable=False, comment="The article."),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="Number in the article, from 0."),
        sa.Column(
            "start_char", sa.Integer(), nullable=False, comment="First character in `article.text`, in code points."
        ),
        sa.Column("end_char", sa.Integer(), nullable=False, comment="Character after the last one."),
        sa.Column("type", CODE, nullable=False, comment="`DATE`, `TIME`, `DURATION` or `SET`."),
        sa.Column("value", CODE, nullable=False, comment="TIMEX3 value (`2019-04-30`, `P1M`, `PRESENT_REF`)."),
        sa.Column("date_start", CODE, nullable=True, comment="First day, when it is a calendar date or range."),
        sa.Column("date_end", CODE, nullable=True, comment="Last day, inclusive."),
        sa.Column("precision", CODE, nullable=True, comment="How exactly it is known."),
        sa.Column(
            "is_relative", FLAG, nullable=False, comment="True when it was resolved against the publication date."
        ),
        sa.Column("extraction_run_id", ID, nullable=False, comment="The extraction run that made the row."),
        sa.CheckConstraint(
            "precision IN ('year', 'month', 'day', 'minute')", name=op.f("ck_time_expression_precision")
        ),
        sa.CheckConstraint("type IN ('DATE', 'TIME', 'DURATION', 'SET')", name=op.f("ck_time_expression_type")),
        sa.CheckConstraint("start_char >= 0 AND start_char <= end_char", name=op.f("ck_time_expression_span")),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_time_expression_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["extraction_run_id"], ["extraction_run.id"], name=op.f("fk_time_expression_extraction_run_id")
        ),
        sa.PrimaryKeyConstraint("article_id", "ordinal", name=op.f("pk_time_expression")),
        comment="A time expression with its TIMEX3 value.",
        sqlite_strict=True,
    )
    op.create_table(
        "claim_about",
        sa.Column("claim_id", ID, nullable=False, comment="The claim."),
        sa.Column("actor_id", ID, nullable=False, comment="The actor."),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_claim_about_actor_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_about_claim_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("claim_id", "actor_id", name=op.f("pk_claim_about")),
        comment="Whom a claim is about.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_claim_about_actor_id"), "claim_about", ["actor_id"], unique=False)
    op.create_table(
        "claim_relation",
        sa.Column("first_id", ID, nullable=False, comment="One claim."),
        sa.Column("second_id", ID, nullable=False, comment="The other."),
        sa.Column("relation", CODE, nullable=False, comment="`corroborates` or `contradicts`."),
        sa.Column("reason", CODE, nullable=False, comment="`figure`, `polarity` or `same`."),
        sa.CheckConstraint("reason IN ('figure', 'polarity', 'same')", name=op.f("ck_claim_relation_reason")),
        sa.CheckConstraint("relation IN ('corroborates', 'contradicts')", name=op.f("ck_claim_relation_relation")),
        sa.ForeignKeyConstraint(
            ["first_id"], ["claim.id"], name=op.f("fk_claim_relation_first_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["claim.id"], name=op.f("fk_claim_relation_second_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_claim_relation")),
        comment="How two claims of different holders or outlets stand to each other.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_claim_relation_second_id"), "claim_relation", ["second_id"], unique=False)
    op.create_table(
        "event_mention_figure",
        sa.Column("event_mention_id", ID, nullable=False, comment="The report."),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="Place in the list, from 0."),
        sa.Column("figure", sa.Integer(), nullable=False, comment="Ordinal of the figure in the article."),
        sa.ForeignKeyConstraint(
            ["event_mention_id"],
            ["event_mention.id"],
            name=op.f("fk_event_mention_figure_event_mention_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_mention_id", "ordinal", name=op.f("pk_event_mention_figure")),
        comment="A figure that belongs to a reported event.",
        sqlite_strict=True,
    )
    op.create_table(
        "event_mention_participant",
        sa.Column("event_mention_id", ID, nullable=False, comment="The report."),
        sa.Column("role", CODE, nullable=False, comment="`actor` or `recipient`."),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="Place in the list of that role, from 0."),
        sa.Column(
            "mention",
            sa.Integer(),
            nullable=True,
            comment="Ordinal of the mention in the article; NULL when an analyst named the actor.",
        ),
        sa.Column("actor_id", ID, nullable=True, comment="Who; NULL when the mention could not be linked."),
        sa.CheckConstraint("role IN ('actor', 'recipient')", name=op.f("ck_event_mention_participant_role")),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_event_mention_participant_actor_id")),
        sa.ForeignKeyConstraint(
            ["event_mention_id"],
            ["event_mention.id"],
            name=op.f("fk_event_mention_participant_event_mention_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_mention_id", "role", "ordinal", name=op.f("pk_event_mention_participant")),
        comment="Who did it and to whom, in one report.",
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_event_mention_participant_actor_id"), "event_mention_participant", ["actor_id"], unique=False
    )
    op.create_table(
        "quote_about",
        sa.Column("quote_id", ID, nullable=False, comment="The quote."),
        sa.Column("actor_id", ID, nullable=False, comment="The actor."),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_quote_about_actor_id")),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name=op.f("fk_quote_about_quote_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("quote_id", "actor_id", name=op.f("pk_quote_about")),
        comment="Who is named inside a quote.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_quote_about_actor_id"), "quote_about", ["actor_id"], unique=False)
    create_search(op.get_bind())
    create_views(op.get_bind())


def downgrade() -> None:
    drop_views(op.get_bind())
    drop_search(op.get_bind())
    op.drop_table("quote_about")
    op.drop_table("event_mention_participant")
    op.drop_table("event_mention_figure")
    op.drop_table("claim_relation")
    op.drop_table("claim_about")
    op.drop_table("time_expression")
    op.drop_table("story_member")
    op.drop_table("sentence")
    op.drop_table("quote")
    op.drop_table("mention")
    op.drop_table("link")
    op.drop_table("figure")
    op.drop_table("event_mention")
    op.drop_table("claim")
    op.drop_table("article_duplicate")
    op.drop_table("article_copy")
    op.drop_table("event_participant")
    op.drop_table("article")
    op.drop_table("quote_group")
    op.drop_table("place_alias")
    op.drop_table("import_issue")
    op.drop_table("import_file")
    op.drop_table("extraction_run")
    op.drop_table("event")
    op.drop_table("imported_actor")
    op.drop_table("actor_role")
    op.drop_table("actor_alias")
    op.drop_table("story")
    op.drop_table("source")
    op.drop_table("place")
    op.drop_table("meta")
    op.drop_table("merge_mark")
    op.drop_table("change")
    op.drop_table("actor_split")
    op.drop_table("judgement")
    op.drop_table("import_batch")
    op.drop_table("correction")
    op.drop_table("claim_group")
    op.drop_table("api_key")
    op.drop_table("actor")
