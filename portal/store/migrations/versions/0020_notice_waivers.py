"""Public notices that are given up for safety; opinions that did not come in time are noted once."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("consultations", sa.Column("late_at", MOMENT, nullable=True))
    op.create_table(
        "notice_waivers",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_notice_id", KEY, nullable=False),
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("cause", sa.LargeBinary(), nullable=False),
        sa.Column("proposed_by_id", KEY, nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("is_agreed", sa.Boolean(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("answered_by_id", KEY, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL) "
            "AND (answered_at IS NULL) = (is_agreed IS NULL)",
            name=op.f("ck_notice_waivers_answered_whole"),
        ),
        sa.CheckConstraint(
            "answered_by_id IS NULL OR NOT is_agreed OR answered_by_id <> proposed_by_id",
            name=op.f("ck_notice_waivers_other_person"),
        ),
        sa.ForeignKeyConstraint(
            ["public_notice_id"], ["public_notices.id"], name=op.f("fk_notice_waivers_public_notice_id")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["step_entries.id"], name=op.f("fk_notice_waivers_entry_id")),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_notice_waivers_unit_code")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["accounts.id"], name=op.f("fk_notice_waivers_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["accounts.id"], name=op.f("fk_notice_waivers_answered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_waivers")),
    )
    op.create_index("ix_notice_waivers_waiting", "notice_waivers", ["unit_code", "answered_at", "id"])
    op.create_index(
        "uq_notice_waivers_open",
        "notice_waivers",
        ["public_notice_id"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("notice_waivers")
    op.drop_column("consultations", "late_at")
