"""Ratings and what was done about bad ones; public notices that came down for safety."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BEFORE = (
    "'see_original','home_visit','staff_check','describe','post_letter','delivery_failed','photo',"
    "'objection','deemed','infected'"
)
AFTER = f"{BEFORE},'rating_contact','rating_mend'"


def upgrade() -> None:
    _ratings()
    _takedowns()
    op.add_column("tasks", sa.Column("is_nameless", sa.Boolean(), nullable=False, server_default=sa.false()))
    _allow_tasks(AFTER)


def _ratings() -> None:
    op.create_table(
        "ratings",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("aspects", sa.JSON(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("consent", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("follows_id", KEY, nullable=True),
        sa.Column("contact_due_on", sa.Date(), nullable=True),
        sa.Column("mend_due_on", sa.Date(), nullable=True),
        sa.Column("contacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contacted_by_id", KEY, nullable=True),
        sa.Column("mended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mended_by_id", KEY, nullable=True),
        sa.Column("mended_words", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "stage IN ('acceptance', 'process', 'close', 'follow_up')", name=op.f("ck_ratings_stage")
        ),
        sa.CheckConstraint(
            "(stage = 'follow_up') = (follows_id IS NOT NULL)", name=op.f("ck_ratings_follow_up")
        ),
        sa.CheckConstraint("grade BETWEEN 1 AND 5", name=op.f("ck_ratings_grade")),
        sa.CheckConstraint("consent IN ('contact', 'named', 'unnamed')", name=op.f("ck_ratings_consent")),
        sa.CheckConstraint(
            "(contacted_by_id IS NULL) = (contacted_at IS NULL)", name=op.f("ck_ratings_contacted")
        ),
        sa.CheckConstraint("(mended_by_id IS NULL) = (mended_at IS NULL)", name=op.f("ck_ratings_mended")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_ratings_application_id")
        ),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_ratings_unit_code")),
        sa.ForeignKeyConstraint(["follows_id"], ["ratings.id"], name=op.f("fk_ratings_follows_id")),
        sa.ForeignKeyConstraint(
            ["contacted_by_id"], ["accounts.id"], name=op.f("fk_ratings_contacted_by_id")
        ),
        sa.ForeignKeyConstraint(["mended_by_id"], ["accounts.id"], name=op.f("fk_ratings_mended_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratings")),
        sa.UniqueConstraint("follows_id", name=op.f("uq_ratings_follows_id")),
    )
    op.create_index(op.f("ix_ratings_application_id"), "ratings", ["application_id"], unique=False)
    op.create_index("ix_ratings_unit", "ratings", ["unit_code", "id"], unique=False)
    first = sa.text("stage <> 'follow_up'")
    op.create_index(
        "uq_ratings_stage",
        "ratings",
        ["application_id", "stage"],
        unique=True,
        sqlite_where=first,
        postgresql_where=first,
    )


def _takedowns() -> None:
    op.create_table(
        "takedowns",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_notice_id", KEY, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("taken_down_by_id", KEY, nullable=False),
        sa.Column("taken_down_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reposted_by_id", KEY, nullable=True),
        sa.Column("reposted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(reposted_by_id IS NULL) = (reposted_at IS NULL)", name=op.f("ck_takedowns_reposted")
        ),
        sa.ForeignKeyConstraint(
            ["public_notice_id"], ["public_notices.id"], name=op.f("fk_takedowns_public_notice_id")
        ),
        sa.ForeignKeyConstraint(
            ["taken_down_by_id"], ["accounts.id"], name=op.f("fk_takedowns_taken_down_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["reposted_by_id"], ["accounts.id"], name=op.f("fk_takedowns_reposted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takedowns")),
    )
    op.create_index(op.f("ix_takedowns_public_notice_id"), "takedowns", ["public_notice_id"], unique=False)
    standing = sa.text("reposted_at IS NULL")
    op.create_index(
        "uq_takedowns_standing",
        "takedowns",
        ["public_notice_id"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )


def _allow_tasks(kinds: str) -> None:
    with op.batch_alter_table("tasks") as table:
        table.drop_constraint(op.f("ck_tasks_kind"), type_="check")
        table.create_check_constraint(op.f("ck_tasks_kind"), f"kind IN ({kinds})")


def downgrade() -> None:
    op.execute("DELETE FROM tasks WHERE kind IN ('rating_contact', 'rating_mend')")
    _allow_tasks(BEFORE)
    with op.batch_alter_table("tasks") as table:
        table.drop_column("is_nameless")
    op.drop_table("takedowns")
    op.drop_table("ratings")
