"""The stages of a benefit that is given less and less."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("benefits", sa.Column("fading", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("benefits", "fading")
