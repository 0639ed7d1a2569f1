"""Who is away from a post, changes that wait for a second administrator, and when half of a step's time is
used."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AMENDED = "'calendar_add','calendar_remove','year_add','year_remove','unit_contact','amount'"


def upgrade() -> None:
    op.add_column("step_entries", sa.Column("half_on", sa.Date(), nullable=True))
    _fill_half()
    _absences()
    _amendments()
    _dated_amounts()


def _fill_half() -> None:
    """The warning at half time is due at eight in the morning in Shanghai: on the same day as in UTC."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    day = "CAST(MAX(due_at) AT TIME ZONE 'UTC' AS DATE)" if is_postgresql else "substr(MAX(due_at), 1, 10)"
    op.execute(
        f"UPDATE step_entries SET half_on = (SELECT {day} FROM timers "
        "WHERE kind = 'step_half' AND subject = step_entries.id) WHERE closed_at IS NULL"
    )


def _absences() -> None:
    op.create_table(
        "absences",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("deputy_id", KEY, nullable=True),
        sa.Column("entered_by_id", KEY, nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_absences_order")),
        sa.CheckConstraint(
            "deputy_id IS NULL OR deputy_id <> account_id", name=op.f("ck_absences_other_person")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_absences_account_id")),
        sa.ForeignKeyConstraint(["deputy_id"], ["accounts.id"], name=op.f("fk_absences_deputy_id")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["accounts.id"], name=op.f("fk_absences_entered_by_id")),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_absences_unit_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_account_id"), "absences", ["account_id"])
    op.create_index("ix_absences_away", "absences", ["unit_code", "to_on"])
    op.create_index("ix_absences_deputy", "absences", ["deputy_id", "to_on"])


def _amendments() -> None:
    op.create_table(
        "amendments",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("proposed", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("proposed_by_id", KEY, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"kind IN ({AMENDED})", name=op.f("ck_amendments_kind")),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (is_granted IS NULL) AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name=op.f("ck_amendments_decided_whole"),
        ),
        sa.CheckConstraint(
            "is_granted IS NOT TRUE OR decided_by_id <> proposed_by_id",
            name=op.f("ck_amendments_other_person"),
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["accounts.id"], name=op.f("fk_amendments_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["accounts.id"], name=op.f("fk_amendments_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendments")),
    )
    waiting = sa.text("decided_at IS NULL")
    op.create_index(
        "uq_amendments_waiting",
        "amendments",
        ["kind", "subject"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def _dated_amounts() -> None:
    op.create_table(
        "dated_amounts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("value >= 0", name=op.f("ck_dated_amounts_value")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dated_amounts")),
        sa.UniqueConstraint("region", "name", "from_on", name=op.f("uq_dated_amounts_region_name_from_on")),
    )


def downgrade() -> None:
    for table in ("dated_amounts", "amendments", "absences"):
        op.drop_table(table)
    op.drop_column("step_entries", "half_on")
