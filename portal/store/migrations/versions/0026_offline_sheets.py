"""Sheets that staff take along to a home without network."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
POINTS_AT = {
    "definition_hash": "definitions.hash",
    "appointment_id": "appointments.id",
    "prepared_by_id": "accounts.id",
    "unit_code": "units.code",
}


def upgrade() -> None:
    op.create_table(
        "offline_sheets",
        sa.Column("id", KEY, nullable=False),
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("service_code", sa.String(), nullable=False),
        sa.Column("definition_hash", sa.String(), nullable=False),
        sa.Column("acting", sa.String(), nullable=False),
        sa.Column("appointment_id", KEY, nullable=True),
        sa.Column("prepared_by_id", KEY, nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("prepared_at", MOMENT, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("identity_seen", sa.String(), nullable=True),
        sa.Column("taken_at", MOMENT, nullable=True),
        sa.Column("application_id", KEY, nullable=True),
        sa.CheckConstraint("acting IN ('self', 'proxy')", name=op.f("ck_offline_sheets_acting")),
        sa.CheckConstraint(
            "(taken_at IS NULL) = (received_on IS NULL)", name=op.f("ck_offline_sheets_taken_has_day")
        ),
        sa.CheckConstraint(
            "(application_id IS NULL) OR (taken_at IS NOT NULL)",
            name=op.f("ck_offline_sheets_begun_was_taken"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_offline_sheets_application_id"),
            ondelete="SET NULL",
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_offline_sheets_{column}"))
            for column, target in POINTS_AT.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offline_sheets")),
        sa.UniqueConstraint("application_id", name=op.f("uq_offline_sheets_application_id")),
        sa.UniqueConstraint("serial", name=op.f("uq_offline_sheets_serial")),
    )


def downgrade() -> None:
    op.drop_table("offline_sheets")
