"""Letters as files, and how each was delivered."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "letter_files",
        sa.Column("id", KEY, nullable=False),
        sa.Column("notice_id", KEY, nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("file_key", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.CheckConstraint("format IN ('pdf','pdf_large')", name=op.f("ck_letter_files_format")),
        sa.CheckConstraint(
            "state IN ('queued', 'making', 'ready', 'failed')", name=op.f("ck_letter_files_state")
        ),
        sa.CheckConstraint(
            "(state = 'ready') = (made_at IS NOT NULL)", name=op.f("ck_letter_files_ready_has_date")
        ),
        sa.CheckConstraint(
            "state <> 'ready' OR file_key IS NOT NULL", name=op.f("ck_letter_files_ready_has_file")
        ),
        sa.CheckConstraint(
            "(state = 'failed') = (error IS NOT NULL)", name=op.f("ck_letter_files_failed_has_error")
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_letter_files_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_files")),
        sa.UniqueConstraint(
            "notice_id", "format", "language", name=op.f("uq_letter_files_notice_id_format_language")
        ),
    )
    op.create_index("ix_letter_files_due", "letter_files", ["state", "due_at", "id"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("id", KEY, nullable=False),
        sa.Column("notice_id", KEY, nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=True),
        sa.Column("by_id", KEY, nullable=True),
        sa.Column("proof", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "way IN ('account','sms','mail','phone','post','desk','committee')",
            name=op.f("ck_deliveries_way"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'delivered', 'failed')", name=op.f("ck_deliveries_state")
        ),
        sa.CheckConstraint(
            "way IN ('account', 'sms', 'mail') OR unit_code IS NOT NULL",
            name=op.f("ck_deliveries_staff_has_unit"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_deliveries_by_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_deliveries_notice_id")),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_deliveries_unit_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("notice_id", "way", name=op.f("uq_deliveries_notice_id_way")),
    )
    op.create_index("ix_deliveries_unit", "deliveries", ["unit_code", "state", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("deliveries")
    op.drop_table("letter_files")
