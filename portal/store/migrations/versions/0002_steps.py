"""Steps as the law runs them: shared clocks, stand-ins, a place of acceptance, pauses with an end in sight."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ADDED = {
    "applications": ("acceptance_county", "acceptance_township"),
    "step_entries": ("stand_in_unit", "stand_in_role"),
}


BEFORE, AFTER = "kind <> 'return'", "kind NOT IN ('return', 'suspend')"
"""Which decisions close a step. One that was suspended is decided later."""


def upgrade() -> None:
    _index_closing_decisions(AFTER)
    for table, names in ADDED.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.String(), nullable=True))
    op.add_column("clock_pauses", sa.Column("until_on", sa.Date(), nullable=True))
    op.add_column("step_entries", sa.Column("counted_from_on", sa.Date(), nullable=True))
    op.execute("UPDATE step_entries SET counted_from_on = opened_on")
    with op.batch_alter_table("step_entries") as table:
        table.alter_column("counted_from_on", nullable=False)


def downgrade() -> None:
    _index_closing_decisions(BEFORE)
    with op.batch_alter_table("step_entries") as table:
        table.drop_column("counted_from_on")
    op.drop_column("clock_pauses", "until_on")
    for table_name, names in ADDED.items():
        for name in names:
            op.drop_column(table_name, name)


def _index_closing_decisions(which: str) -> None:
    op.drop_index("uq_decisions_closing", table_name="decisions")
    where = sa.text(which)
    op.create_index(
        "uq_decisions_closing",
        "decisions",
        ["entry_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
