"""Certificates and what happened to them."""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled as the topic grows."""


def downgrade() -> None:
    """Filled as the topic grows."""
