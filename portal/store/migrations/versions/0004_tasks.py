"""Tasks, what was seen of the originals, and what the registers said."""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled as the topic grows."""


def downgrade() -> None:
    """Filled as the topic grows."""
