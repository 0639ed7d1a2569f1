"""Where staff are written to about their work: not a contact, because it opens nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("work_mail", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("accounts", "work_mail")
