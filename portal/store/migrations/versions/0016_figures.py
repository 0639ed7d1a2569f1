"""Daily figures of units, and what finds the decisions and ratings of a day."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "counted_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_counted_days")),
    )
    op.create_table(
        "step_days",
        sa.Column("id", KEY, nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("service_code", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("days >= 0 AND count > 0", name=op.f("ck_step_days_counts")),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_step_days_unit_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_days")),
        sa.UniqueConstraint(
            *("unit_code", "day", "service_code", "step", "days", "is_late"),
            name=op.f("uq_step_days_unit_code_day_service_code_step_days_is_late"),
        ),
    )
    op.create_table(
        "decision_days",
        sa.Column("id", KEY, nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("service_code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_decision_days_counts")),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_decision_days_unit_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_days")),
    )
    op.create_index(
        "uq_decision_days",
        "decision_days",
        ["unit_code", "day", "service_code", "kind", "reason"],
        unique=True,
    )
    op.create_index("ix_decisions_day", "decisions", ["decided_at", "id"])
    op.create_index("ix_ratings_day", "ratings", ["unit_code", "created_at", "grade"])


def downgrade() -> None:
    op.drop_index("ix_ratings_day", "ratings")
    op.drop_index("ix_decisions_day", "decisions")
    for table in ("decision_days", "step_days", "counted_days"):
        op.drop_table(table)
