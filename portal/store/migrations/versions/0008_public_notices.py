"""Public notices of results, and objections to them."""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled as the topic grows."""


def downgrade() -> None:
    """Filled as the topic grows."""
