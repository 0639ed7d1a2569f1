"""Tasks, what was seen of the originals, what the registers said, and who has died."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TASK_KINDS = (
    "'see_original','home_visit','staff_check','describe','post_letter','delivery_failed','photo',"
    "'objection','deemed'"
)


def upgrade() -> None:
    _tasks()
    _evidence_checks()
    _register_checks()
    _deaths()


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("notice_id", KEY, nullable=True),
        sa.Column("notice_key", KEY, nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("county", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_by_id", KEY, nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(f"kind IN ({TASK_KINDS})", name=op.f("ck_tasks_kind")),
        sa.CheckConstraint("state IN ('open', 'done', 'dropped')", name=op.f("ck_tasks_state")),
        sa.CheckConstraint("(state = 'open') = (done_at IS NULL)", name=op.f("ck_tasks_closed_has_date")),
        sa.CheckConstraint(
            "state <> 'done' OR done_by_id IS NOT NULL", name=op.f("ck_tasks_done_has_person")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_tasks_application_id")
        ),
        sa.ForeignKeyConstraint(["done_by_id"], ["accounts.id"], name=op.f("fk_tasks_done_by_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_tasks_notice_id")),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_tasks_unit_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index(op.f("ix_tasks_application_id"), "tasks", ["application_id"], unique=False)
    op.create_index("ix_tasks_unit", "tasks", ["unit_code", "state", "urgency", "id"], unique=False)
    op.create_index(
        "uq_tasks_open",
        "tasks",
        ["application_id", "kind", "about", "notice_key"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def _evidence_checks() -> None:
    op.create_table(
        "evidence_checks",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("seen_how", sa.String(), nullable=False),
        sa.Column("seen_by_id", KEY, nullable=True),
        sa.Column("unit_code", sa.String(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("recorded", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("level IN ('A', 'B', 'C', 'D')", name=op.f("ck_evidence_checks_level")),
        sa.CheckConstraint(
            "seen_how IN ('desk', 'home', 'post', 'register', 'promise')",
            name=op.f("ck_evidence_checks_seen_how"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_evidence_checks_application_id")
        ),
        sa.ForeignKeyConstraint(["seen_by_id"], ["accounts.id"], name=op.f("fk_evidence_checks_seen_by_id")),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_evidence_checks_unit_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_checks")),
    )
    op.create_index(
        op.f("ix_evidence_checks_application_id"), "evidence_checks", ["application_id"], unique=False
    )


def _register_checks() -> None:
    op.create_table(
        "register_checks",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("register", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_by_id", KEY, nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.LargeBinary(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("is_simulated", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "register IN ('household', 'certificate', 'death')", name=op.f("ck_register_checks_register")
        ),
        sa.CheckConstraint("state IN ('queued', 'done', 'failed')", name=op.f("ck_register_checks_state")),
        sa.CheckConstraint(
            "(state = 'queued') = (answered_at IS NULL)", name=op.f("ck_register_checks_answered_has_date")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_register_checks_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["accounts.id"], name=op.f("fk_register_checks_asked_by_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_register_checks_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_checks")),
    )
    op.create_index(
        op.f("ix_register_checks_application_id"), "register_checks", ["application_id"], unique=False
    )
    op.create_index("ix_register_checks_queued", "register_checks", ["state", "id"], unique=False)
    op.create_index(
        "uq_register_checks_queued",
        "register_checks",
        ["application_id", "register"],
        unique=True,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )


def _deaths() -> None:
    op.create_table(
        "deaths",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("died_on", sa.LargeBinary(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("reported_by_id", KEY, nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by_id", KEY, nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(undone_by_id IS NULL) = (undone_at IS NULL)", name=op.f("ck_deaths_undone")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_deaths_application_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_deaths_person_id")),
        sa.ForeignKeyConstraint(["reported_by_id"], ["accounts.id"], name=op.f("fk_deaths_reported_by_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["accounts.id"], name=op.f("fk_deaths_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deaths")),
    )
    op.create_index(
        "uq_deaths_standing",
        "deaths",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.add_column("people", sa.Column("death_reported_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("people", "death_reported_at")
    for table in ("deaths", "register_checks", "evidence_checks", "tasks"):
        op.drop_table(table)
