"""What names a row that may be deleted is found by it: else each deletion reads the whole table."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

NAMED = (
    ("applications", "representation_id"),
    ("appointments", "application_id"),
    ("benefits", "changed_by_id"),
    ("certificates", "entered_by_id"),
    ("corrections", "application_id"),
    ("deaths", "person_id"),
    ("deaths", "application_id"),
    ("deaths", "representation_id"),
    ("inspection_remarks", "application_id"),
    ("own_words", "representation_id"),
    ("person_slips", "application_id"),
    ("register_checks", "person_id"),
    ("visits", "session_id"),
)


def upgrade() -> None:
    for table, column in NAMED:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    for table, column in NAMED:
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
