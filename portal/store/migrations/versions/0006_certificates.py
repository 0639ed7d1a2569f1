"""Certificates and what happened to them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IN_FORCE = sa.text("cancelled_on IS NULL")


def upgrade() -> None:
    op.create_table(
        "certificates",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("holder_name", sa.LargeBinary(), nullable=False),
        sa.Column("holder_index", sa.String(), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("number_index", sa.String(), nullable=False),
        sa.Column("components", sa.LargeBinary(), nullable=False),
        sa.Column("category", sa.LargeBinary(), nullable=False),
        sa.Column("grade", sa.LargeBinary(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_to_on", sa.Date(), nullable=False),
        sa.Column("issuer_unit", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("frozen_on", sa.Date(), nullable=True),
        sa.Column("lost_on", sa.Date(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("cancel_reason", sa.String(), nullable=True),
        sa.Column("replaced_by_id", KEY, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("valid_to_on > issued_on", name=op.f("ck_certificates_term")),
        sa.CheckConstraint("generation IN (2, 3)", name=op.f("ck_certificates_generation")),
        sa.CheckConstraint(
            "(cancelled_on IS NULL) = (cancel_reason IS NULL)",
            name=op.f("ck_certificates_cancelled_has_reason"),
        ),
        sa.CheckConstraint(
            "replaced_by_id IS NULL OR cancelled_on IS NOT NULL",
            name=op.f("ck_certificates_replaced_is_cancelled"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_certificates_{column}"))
            for column, target in (
                ("person_id", "people.id"),
                ("application_id", "applications.id"),
                ("issuer_unit", "units.code"),
                ("replaced_by_id", "certificates.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
        sa.UniqueConstraint("key", name=op.f("uq_certificates_key")),
        sa.UniqueConstraint("application_id", name=op.f("uq_certificates_application_id")),
    )
    for column in ("person_id", "holder_index", "number_index"):
        op.create_index(op.f(f"ix_certificates_{column}"), "certificates", [column], unique=False)
    for name, column in (("person", "person_id"), ("holder", "holder_index")):
        op.create_index(
            f"uq_certificates_{name}",
            "certificates",
            [column],
            unique=True,
            sqlite_where=IN_FORCE,
            postgresql_where=IN_FORCE,
        )


def downgrade() -> None:
    op.drop_table("certificates")
