"""Copies that staff make of papers, tasks for files with a virus, and why a task was taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS_BEFORE = (
    "'see_original','home_visit','staff_check','describe','post_letter','delivery_failed','photo',"
    "'objection','deemed'"
)
KINDS_AFTER = f"{KINDS_BEFORE},'infected'"


def upgrade() -> None:
    with op.batch_alter_table("documents") as table:
        table.add_column(sa.Column("entry_id", KEY, nullable=True))
        table.add_column(sa.Column("unit_code", sa.String(), nullable=True))
        table.create_foreign_key(op.f("fk_documents_entry_id"), "step_entries", ["entry_id"], ["id"])
        table.create_foreign_key(op.f("fk_documents_unit_code"), "units", ["unit_code"], ["code"])
    op.add_column("tasks", sa.Column("why_dropped", sa.String(), nullable=True))
    _allow_kinds(KINDS_AFTER)


def downgrade() -> None:
    op.execute("DELETE FROM tasks WHERE kind = 'infected'")
    _allow_kinds(KINDS_BEFORE)
    op.drop_column("tasks", "why_dropped")
    with op.batch_alter_table("documents") as table:
        table.drop_constraint(op.f("fk_documents_unit_code"), type_="foreignkey")
        table.drop_constraint(op.f("fk_documents_entry_id"), type_="foreignkey")
        table.drop_column("unit_code")
        table.drop_column("entry_id")


def _allow_kinds(kinds: str) -> None:
    with op.batch_alter_table("tasks") as table:
        table.drop_constraint(op.f("ck_tasks_kind"), type_="check")
        table.create_check_constraint(op.f("ck_tasks_kind"), f"kind IN ({kinds})")
