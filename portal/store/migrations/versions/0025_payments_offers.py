"""What came back of paying a benefit; what people were told that may be open to them."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
PAID = sa.text("outcome = 'paid'")


def upgrade() -> None:
    op.create_table(
        "offers",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("service_code", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("notice_id", KEY, nullable=False),
        sa.Column("offered_at", MOMENT, nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.CheckConstraint("answer IN ('declined', 'no_more')", name=op.f("ck_offers_answer")),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_offers_answered_at")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_offers_person_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_offers_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sa.UniqueConstraint(
            "person_id", "service_code", "cause", name=op.f("uq_offers_person_id_service_code_cause")
        ),
    )
    op.create_index(op.f("ix_offers_notice_id"), "offers", ["notice_id"], unique=False)
    op.create_table(
        "payments",
        sa.Column("id", KEY, nullable=False),
        sa.Column("benefit_id", KEY, nullable=False),
        sa.Column("paid_for_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("amount", sa.LargeBinary(), nullable=False),
        sa.Column("account_end", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_by_id", KEY, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint("outcome IN ('paid', 'failed')", name=op.f("ck_payments_outcome")),
        sa.ForeignKeyConstraint(["benefit_id"], ["benefits.id"], name=op.f("fk_payments_benefit_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["accounts.id"], name=op.f("fk_payments_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
    )
    op.create_index(op.f("ix_payments_benefit_id"), "payments", ["benefit_id"], unique=False)
    op.create_index(
        "uq_payments_paid",
        "payments",
        ["benefit_id", "paid_for_on"],
        unique=True,
        sqlite_where=PAID,
        postgresql_where=PAID,
    )


def downgrade() -> None:
    op.drop_table("payments")
    op.drop_table("offers")
