"""Documents: files that people hand in, immutable under random keys."""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled as the topic grows."""


def downgrade() -> None:
    """Filled as the topic grows."""
