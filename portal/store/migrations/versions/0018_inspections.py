"""Samples of inspectors, and what they remarked."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_index("ix_applications_submitted", "applications", ["submitted_on", "id"])
    _samples()
    _remarks()


def _samples() -> None:
    op.create_table(
        "inspections",
        sa.Column("id", KEY, nullable=False),
        sa.Column("inspecting_unit", sa.String(), nullable=False),
        sa.Column("drawn_by_id", KEY, nullable=False),
        sa.Column("drawn_at", MOMENT, nullable=False),
        sa.Column("purpose", sa.LargeBinary(), nullable=False),
        sa.Column("county", sa.String(), nullable=True),
        sa.Column("unit_code", sa.String(), nullable=True),
        sa.Column("service_code", sa.String(), nullable=True),
        sa.Column("which", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("last_id", KEY, nullable=False),
        sa.Column("pool_size", sa.Integer(), nullable=False),
        sa.Column("pool_hash", sa.String(), nullable=False),
        sa.CheckConstraint("which IN ('all', 'running', 'closed')", name=op.f("ck_inspections_which")),
        sa.CheckConstraint("size > 0 AND pool_size >= 0", name=op.f("ck_inspections_sizes")),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_inspections_order")),
        _to("inspections", "inspecting_unit", "units.code"),
        _to("inspections", "drawn_by_id", "accounts.id"),
        _to("inspections", "unit_code", "units.code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspections")),
    )
    op.create_index("ix_inspections_unit", "inspections", ["inspecting_unit", "id"])
    op.create_table(
        "inspected_applications",
        sa.Column("inspection_id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("first_read_at", MOMENT, nullable=True),
        sa.Column("answers_opened_on", sa.Date(), nullable=True),
        sa.Column("answers_cause", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(answers_opened_on IS NULL) = (answers_cause IS NULL)",
            name=op.f("ck_inspected_applications_answers_opened_whole"),
        ),
        _to("inspected_applications", "inspection_id", "inspections.id"),
        _to("inspected_applications", "application_id", "applications.id"),
        sa.PrimaryKeyConstraint("inspection_id", "application_id", name=op.f("pk_inspected_applications")),
        sa.UniqueConstraint(
            "inspection_id", "position", name=op.f("uq_inspected_applications_inspection_id_position")
        ),
    )
    op.create_index(
        op.f("ix_inspected_applications_application_id"), "inspected_applications", ["application_id"]
    )


def _remarks() -> None:
    op.create_table(
        "inspection_remarks",
        sa.Column("id", KEY, nullable=False),
        sa.Column("inspection_id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_by_id", KEY, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL) AND (answered_at IS NULL) = (answered_by_id IS NULL)",
            name=op.f("ck_inspection_remarks_answered_whole"),
        ),
        _to("inspection_remarks", "inspection_id", "inspections.id"),
        _to("inspection_remarks", "application_id", "applications.id"),
        _to("inspection_remarks", "unit_code", "units.code"),
        _to("inspection_remarks", "by_id", "accounts.id"),
        _to("inspection_remarks", "answered_by_id", "accounts.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_remarks")),
    )
    op.create_index("ix_inspection_remarks_unit", "inspection_remarks", ["unit_code", "id"])
    op.create_index(
        "ix_inspection_remarks_about", "inspection_remarks", ["inspection_id", "application_id", "id"]
    )


def downgrade() -> None:
    for table in ("inspection_remarks", "inspected_applications", "inspections"):
        op.drop_table(table)
    op.drop_index("ix_applications_submitted", "applications")
