"""Public notices of results, and objections to them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "public_notices",
        sa.Column("id", KEY, nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("masked_name", sa.String(), nullable=False),
        sa.Column("village", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("county", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("service_code", sa.String(), nullable=False),
        sa.Column("definition_hash", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_kind", sa.String(), nullable=True),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_public_notices_order")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (end_kind IS NULL)", name=op.f("ck_public_notices_ended_has_kind")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_public_notices_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["definition_hash"], ["definitions.hash"], name=op.f("fk_public_notices_definition_hash")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["step_entries.id"], name=op.f("fk_public_notices_entry_id")),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_public_notices_unit_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_notices")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_public_notices_entry_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_public_notices_slug")),
    )
    op.create_index(
        op.f("ix_public_notices_application_id"), "public_notices", ["application_id"], unique=False
    )
    op.create_index(
        "ix_public_notices_posted", "public_notices", ["region", "county", "place", "id"], unique=False
    )
    op.create_table(
        "objections",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_notice_id", KEY, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("is_upheld", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_by_id", KEY, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL) AND (answered_at IS NULL) = (answer IS NULL) "
            "AND (answered_at IS NULL) = (is_upheld IS NULL)",
            name=op.f("ck_objections_answered_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["accounts.id"], name=op.f("fk_objections_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["public_notice_id"], ["public_notices.id"], name=op.f("fk_objections_public_notice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
        sa.UniqueConstraint("reference", name=op.f("uq_objections_reference")),
    )
    op.create_index(op.f("ix_objections_public_notice_id"), "objections", ["public_notice_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_objections_public_notice_id"), table_name="objections")
    op.drop_table("objections")
    op.drop_index("ix_public_notices_posted", table_name="public_notices")
    op.drop_index(op.f("ix_public_notices_application_id"), table_name="public_notices")
    op.drop_table("public_notices")
