"""What goes with the page of an application: looks, notes, the thread with the applicant, consultations."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS_BEFORE = (
    "'see_original','home_visit','staff_check','describe','post_letter','delivery_failed','photo',"
    "'objection','deemed','infected','rating_contact','rating_mend'"
)
KINDS_AFTER = f"{KINDS_BEFORE},'message'"
MOMENT = sa.DateTime(timezone=True)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    _looks()
    _notes()
    _thread()
    _consultations()
    _allow_kinds(KINDS_AFTER)


def _looks() -> None:
    op.create_table(
        "looks",
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("looked_at", MOMENT, nullable=False),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("before_at", MOMENT, nullable=True),
        sa.Column("before_due_on", sa.Date(), nullable=True),
        _to("looks", "application_id", "applications.id"),
        _to("looks", "account_id", "accounts.id"),
        sa.PrimaryKeyConstraint("application_id", "account_id", name=op.f("pk_looks")),
    )
    op.create_index("ix_looks_open", "looks", ["application_id", "looked_at"])


def _notes() -> None:
    op.create_table(
        "notes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        _to("notes", "application_id", "applications.id"),
        _to("notes", "by_id", "accounts.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_application_id"), "notes", ["application_id"])


def _thread() -> None:
    op.create_table(
        "thread_messages",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("unit_code", sa.String(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.CheckConstraint("side IN ('office', 'applicant')", name=op.f("ck_thread_messages_side")),
        _to("thread_messages", "application_id", "applications.id"),
        _to("thread_messages", "by_id", "accounts.id"),
        _to("thread_messages", "unit_code", "units.code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_messages")),
    )
    op.create_index("ix_thread_messages_application", "thread_messages", ["application_id", "id"])


def _consultations() -> None:
    op.create_table(
        "consultations",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("submission_id", KEY, nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("attention", sa.LargeBinary(), nullable=True),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by_id", KEY, nullable=False),
        sa.Column("asked_unit", sa.String(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_by_id", KEY, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL) AND (answered_at IS NULL) = (answered_by_id IS NULL)",
            name=op.f("ck_consultations_answered_whole"),
        ),
        sa.CheckConstraint(
            "answered_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_consultations_one_end")
        ),
        _to("consultations", "application_id", "applications.id"),
        _to("consultations", "entry_id", "step_entries.id"),
        _to("consultations", "submission_id", "submissions.id"),
        _to("consultations", "unit_code", "units.code"),
        _to("consultations", "asked_by_id", "accounts.id"),
        _to("consultations", "asked_unit", "units.code"),
        _to("consultations", "answered_by_id", "accounts.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations")),
    )
    op.create_index(op.f("ix_consultations_application_id"), "consultations", ["application_id"])
    op.create_index("ix_consultations_unit", "consultations", ["unit_code", "is_open", "due_on", "id"])


def downgrade() -> None:
    op.execute("DELETE FROM tasks WHERE kind = 'message'")
    _allow_kinds(KINDS_BEFORE)
    for table in ("consultations", "thread_messages", "notes", "looks"):
        op.drop_table(table)


def _allow_kinds(kinds: str) -> None:
    with op.batch_alter_table("tasks") as table:
        table.drop_constraint(op.f("ck_tasks_kind"), type_="check")
        table.create_check_constraint(op.f("ck_tasks_kind"), f"kind IN ({kinds})")
