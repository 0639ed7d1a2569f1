"""A card whose holder's household registration has moved away: since when, and the days that were told; a task
to decide what becomes of it."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

DAYS = ("moved_on", "transfer_by_on", "transfer_end_on")
KINDS = (
    "'see_original','home_visit','staff_check','describe','post_letter','delivery_failed','photo',"
    "'objection','deemed','infected','rating_contact','rating_mend','message','benefit'"
)


def upgrade() -> None:
    with op.batch_alter_table("certificates") as table:
        for name in DAYS:
            table.add_column(sa.Column(name, sa.Date(), nullable=True))
        table.add_column(sa.Column("moved_source", sa.String(), nullable=True))
        table.create_check_constraint(
            op.f("ck_certificates_moved_has_days"),
            "(moved_on IS NULL) = (moved_source IS NULL) AND (moved_on IS NULL) = (transfer_by_on IS NULL)"
            " AND (moved_on IS NULL) = (transfer_end_on IS NULL)",
        )
    _allow_kinds(f"{KINDS},'card_moved'")


def downgrade() -> None:
    op.execute("DELETE FROM tasks WHERE kind = 'card_moved'")
    _allow_kinds(KINDS)
    with op.batch_alter_table("certificates") as table:
        table.drop_constraint(op.f("ck_certificates_moved_has_days"), type_="check")
        for name in (*DAYS, "moved_source"):
            table.drop_column(name)


def _allow_kinds(kinds: str) -> None:
    with op.batch_alter_table("tasks") as table:
        table.drop_constraint(op.f("ck_tasks_kind"), type_="check")
        table.create_check_constraint(op.f("ck_tasks_kind"), f"kind IN ({kinds})")
