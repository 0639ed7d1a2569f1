"""Administrators add, change and close units; a changed telephone is one change of a unit among others."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BEFORE = "'calendar_add','calendar_remove','year_add','year_remove','unit_contact','amount'"
AFTER = (
    "'calendar_add','calendar_remove','year_add','year_remove','unit_add','unit_change','unit_close','amount'"
)

AMENDMENTS = sa.table("amendments", sa.column("id"), sa.column("kind"), sa.column("proposed", sa.JSON))


def upgrade() -> None:
    _allow_kinds(f"{AFTER},'unit_contact'")
    for row in _of_kind("unit_contact"):
        _put(row.id, "unit_change", {"contact": row.proposed})
    _allow_kinds(AFTER)


def downgrade() -> None:
    _allow_kinds(f"{AFTER},'unit_contact'")
    for row in _of_kind("unit_change"):
        contact = row.proposed.get("contact") or {}
        if set(row.proposed) == {"contact"} and set(contact) == {"phone"}:
            _put(row.id, "unit_contact", contact)
    op.execute("DELETE FROM amendments WHERE kind IN ('unit_add', 'unit_change', 'unit_close')")
    op.execute("DELETE FROM timers WHERE kind = 'unit_closing'")
    _allow_kinds(BEFORE)


def _of_kind(kind: str) -> list[sa.Row[tuple[int, str, dict[str, object]]]]:
    query = sa.select(AMENDMENTS.c.id, AMENDMENTS.c.kind, AMENDMENTS.c.proposed)
    return list(op.get_bind().execute(query.where(AMENDMENTS.c.kind == kind)))


def _put(amendment_id: int, kind: str, proposed: object) -> None:
    change = AMENDMENTS.update().where(AMENDMENTS.c.id == amendment_id)
    op.get_bind().execute(change.values(kind=kind, proposed=proposed))


def _allow_kinds(kinds: str) -> None:
    with op.batch_alter_table("amendments") as table:
        table.drop_constraint(op.f("ck_amendments_kind"), type_="check")
        table.create_check_constraint(op.f("ck_amendments_kind"), f"kind IN ({kinds})")
