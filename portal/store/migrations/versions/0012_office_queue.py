"""What the lists of the office walk: lanes, copies of what they filter by, keys to search by, saved views."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN, CLOSED = "closed_at IS NULL", "closed_at IS NOT NULL"
TAKEN_OUT = {
    "mine": ["claimed_by_id", "closed_at", "urgency", "id"],
    "queue": ["unit_code", "role", "closed_at", "urgency", "id"],
}
LISTS = {
    "queue": (["unit_code", "role", "lane", "urgency", "id"], OPEN),
    "unit": (["unit_code", "lane", "urgency", "id", "claimed_by_id"], OPEN),
    "free": (
        ["unit_code", "role", "lane", "urgency", "id", "service_code", "step"],
        f"{OPEN} AND claimed_by_id IS NULL",
    ),
    "mine": (["claimed_by_id", "lane", "urgency", "id", "unit_code", "role"], OPEN),
    "returned": (
        ["claimed_by_id", "urgency", "id", "unit_code", "role"],
        f"{OPEN} AND returned_at IS NOT NULL",
    ),
    **{
        name: (["unit_code", "lane", name, "urgency", "id", "role"], OPEN)
        for name in ("service_code", "step", "township", "channel", "has_needs")
    },
    "coming": (["deciding_county", "urgency", "id", "unit_code"], f"{OPEN} AND deciding_county IS NOT NULL"),
    "stand_in": (
        ["stand_in_unit", "stand_in_role", "urgency", "id"],
        f"{OPEN} AND stand_in_unit IS NOT NULL",
    ),
    "done": (["claimed_by_id", "closed_at", "id", "unit_code", "role"], CLOSED),
    "unit_done": (["unit_code", "closed_at", "id"], CLOSED),
}
COPIED = ("township", "channel", "deciding_county")


def upgrade() -> None:
    op.add_column("staff_roles", sa.Column("skills", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column(
        "applications", sa.Column("has_needs", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    _lanes()
    _copies()
    for name in TAKEN_OUT:
        op.drop_index(f"ix_step_entries_{name}", table_name="step_entries")
    for name, (columns, where) in LISTS.items():
        here = sa.text(where)
        op.create_index(
            f"ix_step_entries_{name}",
            "step_entries",
            columns,
            unique=False,
            sqlite_where=here,
            postgresql_where=here,
        )
    _search_keys()
    _saved_views()


def _lanes() -> None:
    """Said as it stands: a check that comes with its column needs no new table on SQLite."""
    op.execute(
        "ALTER TABLE step_entries ADD COLUMN lane VARCHAR DEFAULT 'running' NOT NULL "
        "CONSTRAINT ck_step_entries_lane CHECK (lane IN ('running', 'waiting', 'paused'))"
    )
    for_applicant = (
        "EXISTS (SELECT 1 FROM clock_pauses p WHERE p.entry_id = step_entries.id "
        "AND p.to_on IS NULL AND p.reason = 'correction')"
    )
    stands = "is_paused" if op.get_bind().dialect.name == "postgresql" else "is_paused = 1"
    op.execute(
        f"UPDATE step_entries SET lane = CASE WHEN {for_applicant} THEN 'waiting' ELSE 'paused' END "
        f"WHERE {stands}"
    )
    op.drop_column("step_entries", "is_paused")
    op.add_column("step_entries", sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True))


def _copies() -> None:
    op.add_column("step_entries", sa.Column("township", sa.String(), nullable=True))
    op.add_column("step_entries", sa.Column("channel", sa.String(), nullable=False, server_default="online"))
    op.add_column(
        "step_entries", sa.Column("has_needs", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("step_entries", sa.Column("deciding_county", sa.String(), nullable=True))
    own = "FROM applications a WHERE a.id = step_entries.application_id"
    op.execute(
        f"UPDATE step_entries SET township = (SELECT a.township {own}), "
        f"channel = (SELECT a.channel {own}), deciding_county = "
        f"(SELECT CASE WHEN a.acceptance_county IS NULL THEN NULL ELSE a.county END {own})"
    )


def _search_keys() -> None:
    op.create_table(
        "search_keys",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value_index", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('name','phone','id_number','certificate')", name=op.f("ck_search_keys_kind")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_search_keys_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_keys")),
        sa.UniqueConstraint(
            "kind",
            "value_index",
            "application_id",
            name=op.f("uq_search_keys_kind_value_index_application_id"),
        ),
    )
    op.create_index(op.f("ix_search_keys_application_id"), "search_keys", ["application_id"], unique=False)


def _saved_views() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("front", sa.String(), nullable=False),
        sa.Column("which", sa.String(), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("is_start", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_saved_views_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
    )
    op.create_index(op.f("ix_saved_views_account_id"), "saved_views", ["account_id"], unique=False)
    start = sa.text("is_start")
    op.create_index(
        "uq_saved_views_start",
        "saved_views",
        ["account_id", "front"],
        unique=True,
        sqlite_where=start,
        postgresql_where=start,
    )


def downgrade() -> None:
    op.drop_table("saved_views")
    op.drop_table("search_keys")
    for name in LISTS:
        op.drop_index(f"ix_step_entries_{name}", table_name="step_entries")
    op.add_column(
        "step_entries", sa.Column("is_paused", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute(
        sa.text("UPDATE step_entries SET is_paused = :yes WHERE lane <> 'running'").bindparams(yes=True)
    )
    # PostgreSQL drops the check together with its column, and SQLite with the table that it makes anew.
    with op.batch_alter_table("step_entries") as table:
        if op.get_bind().dialect.name == "sqlite":
            table.drop_constraint("ck_step_entries_lane", type_="check")
        for name in ("lane", "returned_at", "has_needs", *COPIED):
            table.drop_column(name)
    for name, columns in TAKEN_OUT.items():
        op.create_index(f"ix_step_entries_{name}", "step_entries", columns, unique=False)
    op.drop_column("applications", "has_needs")
    op.drop_column("staff_roles", "skills")
