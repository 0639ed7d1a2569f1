"""Forms on paper that were printed of a draft, with its answers."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("paper_forms") as table:
        table.add_column(sa.Column("draft_id", KEY, nullable=True))
        table.create_foreign_key(
            op.f("fk_paper_forms_draft_id"), "applications", ["draft_id"], ["id"], ondelete="SET NULL"
        )
        table.create_index(op.f("ix_paper_forms_draft_id"), ["draft_id"])


def downgrade() -> None:
    with op.batch_alter_table("paper_forms") as table:
        table.drop_index(op.f("ix_paper_forms_draft_id"))
        table.drop_constraint(op.f("fk_paper_forms_draft_id"), type_="foreignkey")
        table.drop_column("draft_id")
