"""Steps as the law runs them: promised days, public notices, objections."""

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled as the topic grows."""


def downgrade() -> None:
    """Filled as the topic grows."""
