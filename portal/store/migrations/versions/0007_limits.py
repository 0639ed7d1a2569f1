"""Limits, calendars, places of the whole country."""

import sqlalchemy as sa
from alembic import op

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "published_years",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_published_years")),
    )
    op.create_table(
        "national_places",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_national_places")),
    )
    op.create_index(op.f("ix_national_places_parent"), "national_places", ["parent"])
    op.create_table(
        "national_place_names",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["code"], ["national_places.code"], name=op.f("fk_national_place_names_code_national_places")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_national_place_names")),
        sa.UniqueConstraint("code", "name", name=op.f("uq_national_place_names_code")),
    )


def downgrade() -> None:
    op.drop_table("national_place_names")
    op.drop_index(op.f("ix_national_places_parent"), table_name="national_places")
    op.drop_table("national_places")
    op.drop_table("published_years")
