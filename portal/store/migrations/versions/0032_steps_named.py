"""What names a visit of a step and is looked for by it is found by an index: every review asks for it."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

COPIES = sa.text("entry_id IS NOT NULL")
"""Only copies that staff made name a step; what applicants hand in does not."""


def upgrade() -> None:
    op.create_index(op.f("ix_notice_waivers_entry_id"), "notice_waivers", ["entry_id"])
    op.create_index(op.f("ix_extensions_entry_id"), "extensions", ["entry_id"])
    op.create_index(
        "ix_documents_entry_id", "documents", ["entry_id"], sqlite_where=COPIES, postgresql_where=COPIES
    )


def downgrade() -> None:
    op.drop_index("ix_documents_entry_id", table_name="documents")
    op.drop_index(op.f("ix_extensions_entry_id"), table_name="extensions")
    op.drop_index(op.f("ix_notice_waivers_entry_id"), table_name="notice_waivers")
