"""Tasks about a death that were open already come before all that have a due date, as new ones do."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

AT_ONCE = 0
NO_HURRY = 2**30
ABOUT_A_DEATH = "kind = 'staff_check' AND about IN ('register:death', 'family_death') AND state = 'open'"


def upgrade() -> None:
    op.execute(_with_urgency(AT_ONCE))


def downgrade() -> None:
    op.execute(_with_urgency(NO_HURRY))


def _with_urgency(urgency: int) -> sa.TextClause:
    tasks = f"UPDATE tasks SET urgency = :urgency WHERE {ABOUT_A_DEATH}"
    return sa.text(tasks).bindparams(urgency=urgency)
