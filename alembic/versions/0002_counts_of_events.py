"""Counts of events by day and kind, by place and by actor."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op
from newskb.store.rollups import count_events

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JOINS = "Joins tables; never shown to outsiders."


def upgrade() -> None:
    op.create_table(
        "event_day",
        sa.Column("id", ID, autoincrement=False, nullable=False, comment=JOINS),
        sa.Column("date_start", CODE, nullable=True, comment="First day of the events, `YYYY-MM-DD`; NULL = undated."),
        sa.Column("date_end", CODE, nullable=True, comment="Their last day, inclusive."),
        sa.Column("date_precision", CODE, nullable=True, comment="How exactly their date is known."),
        sa.Column("type", CODE, nullable=True, comment="PLOVER type."),
        sa.Column(
            "extension",
            CODE,
            nullable=True,
            comment="What happened when PLOVER has no type for it, or more exactly.",
        ),
        sa.Column("cameo", CODE, nullable=True, comment="Two-digit CAMEO root."),
        sa.Column("quad_code", sa.Integer(), nullable=True, comment="PLOVER quad, 1 to 4."),
        sa.Column("realis", CODE, nullable=False, comment="Whether they happened."),
        sa.Column("event_count", sa.Integer(), nullable=False, comment="Events of this date and kind."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_day")),
        comment="Events counted by date and kind, as `event` has them: what timelines are read from.",
        sqlite_strict=True,
    )
    op.create_table(
        "event_place",
        sa.Column("id", ID, autoincrement=False, nullable=False, comment=JOINS),
        sa.Column("place_id", ID, nullable=True, comment="Where; NULL = not known."),
        sa.Column("event_count", sa.Integer(), nullable=False, comment="Events there."),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_event_place_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_place")),
        comment="Events counted by place, as `event` has them: what maps are read from.",
        sqlite_strict=True,
    )
    op.create_table(
        "event_actor",
        sa.Column("id", ID, autoincrement=False, nullable=False, comment=JOINS),
        sa.Column("actor_id", ID, nullable=True, comment="Who; NULL = nobody is named in that role."),
        sa.Column("role", CODE, nullable=False, comment="`actor`, `recipient`, or `participant` = either of them."),
        sa.Column("event_count", sa.Integer(), nullable=False, comment="Events in which they have that role."),
        sa.CheckConstraint("role IN ('actor', 'recipient', 'participant')", name=op.f("ck_event_actor_role")),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_event_actor_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_actor")),
        comment="Events counted by who takes part in them, as `event_participant` has it.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_event_actor_actor_id_role"), "event_actor", ["actor_id", "role"], unique=False)
    count_events(op.get_bind())


def downgrade() -> None:
    op.drop_table("event_actor")
    op.drop_table("event_place")
    op.drop_table("event_day")
