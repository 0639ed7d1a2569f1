"""Keeping away, more days, second persons, samples looked at again, applications opened again, answers put
right at the counter."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _keeping_away()
    _more_days()
    _second_persons()
    _looked_at_again()
    _at_the_counter()


def _keeping_away() -> None:
    op.create_table(
        "recusals",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("noted_by_id", KEY, nullable=True),
        sa.CheckConstraint("cause IN ('own', 'relative', 'interest')", name=op.f("ck_recusals_cause")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_recusals_account_id")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_recusals_application_id")
        ),
        sa.ForeignKeyConstraint(["noted_by_id"], ["accounts.id"], name=op.f("fk_recusals_noted_by_id")),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_recusals_unit_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusals")),
        sa.UniqueConstraint(
            "application_id", "account_id", name=op.f("uq_recusals_application_id_account_id")
        ),
    )
    op.create_index(op.f("ix_recusals_unit_code"), "recusals", ["unit_code"], unique=False)
    op.create_table(
        "relatives",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("id_index", sa.String(), nullable=False),
        sa.Column("ending", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("relation IN ('self', 'relative')", name=op.f("ck_relatives_relation")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_relatives_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relatives")),
        sa.UniqueConstraint("account_id", "id_index", name=op.f("uq_relatives_account_id_id_index")),
    )
    op.create_index(op.f("ix_relatives_id_index"), "relatives", ["id_index"], unique=False)


def _more_days() -> None:
    op.create_table(
        "extensions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("cause", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by_id", KEY, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (is_granted IS NULL) AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name=op.f("ck_extensions_decided_whole"),
        ),
        sa.CheckConstraint("days > 0", name=op.f("ck_extensions_days")),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> asked_by_id", name=op.f("ck_extensions_other_person")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["accounts.id"], name=op.f("fk_extensions_asked_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["accounts.id"], name=op.f("fk_extensions_decided_by_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["step_entries.id"], name=op.f("fk_extensions_entry_id")),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_extensions_unit_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extensions")),
    )
    op.create_index("ix_extensions_waiting", "extensions", ["unit_code", "decided_at", "id"], unique=False)
    op.create_index(
        "uq_extensions_standing",
        "extensions",
        ["entry_id"],
        unique=True,
        sqlite_where=sa.text("is_granted IS NULL OR is_granted"),
        postgresql_where=sa.text("is_granted IS NULL OR is_granted"),
    )


def _second_persons() -> None:
    op.create_table(
        "proposed_decisions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("deciding", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seen", sa.String(), nullable=False),
        sa.Column("proposed_by_id", KEY, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_agreed", sa.Boolean(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("answered_by_id", KEY, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_id", KEY, nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL) AND (answered_at IS NULL) = (is_agreed IS NULL)",
            name=op.f("ck_proposed_decisions_answered_whole"),
        ),
        sa.CheckConstraint(
            "answered_by_id IS NULL OR NOT is_agreed OR answered_by_id <> proposed_by_id",
            name=op.f("ck_proposed_decisions_other_person"),
        ),
        sa.CheckConstraint(
            "is_agreed IS NULL OR is_agreed = (decision_id IS NOT NULL)",
            name=op.f("ck_proposed_decisions_agreed_decides"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["accounts.id"], name=op.f("fk_proposed_decisions_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_proposed_decisions_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["step_entries.id"], name=op.f("fk_proposed_decisions_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["accounts.id"], name=op.f("fk_proposed_decisions_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_proposed_decisions_unit_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposed_decisions")),
    )
    op.create_index(op.f("ix_proposed_decisions_entry_id"), "proposed_decisions", ["entry_id"], unique=False)
    op.create_index(
        "ix_proposed_decisions_waiting",
        "proposed_decisions",
        ["unit_code", "role", "answered_at", "id"],
        unique=False,
    )
    op.create_index(
        "uq_proposed_decisions_open",
        "proposed_decisions",
        ["entry_id"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )


def _looked_at_again() -> None:
    op.create_table(
        "rechecks",
        sa.Column("id", KEY, nullable=False),
        sa.Column("decision_id", KEY, nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("checked_by_id", KEY, nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("result IN ('right', 'wrong')", name=op.f("ck_rechecks_result")),
        sa.CheckConstraint(
            "(checked_at IS NULL) = (checked_by_id IS NULL) AND (checked_at IS NULL) = (result IS NULL)",
            name=op.f("ck_rechecks_checked_whole"),
        ),
        sa.ForeignKeyConstraint(["checked_by_id"], ["accounts.id"], name=op.f("fk_rechecks_checked_by_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_rechecks_decision_id")),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_rechecks_unit_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rechecks")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_rechecks_decision_id")),
    )
    op.create_index("ix_rechecks_waiting", "rechecks", ["unit_code", "checked_at", "id"], unique=False)
    op.create_table(
        "reopenings",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("decision_id", KEY, nullable=False),
        sa.Column("cause", sa.LargeBinary(), nullable=False),
        sa.Column("basis", sa.LargeBinary(), nullable=False),
        sa.Column("reopened_by_id", KEY, nullable=False),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_reopenings_application_id")
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_reopenings_decision_id")),
        sa.ForeignKeyConstraint(
            ["reopened_by_id"], ["accounts.id"], name=op.f("fk_reopenings_reopened_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reopenings")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_reopenings_decision_id")),
    )
    op.create_index(op.f("ix_reopenings_application_id"), "reopenings", ["application_id"], unique=False)


def _at_the_counter() -> None:
    op.create_table(
        "spot_corrections",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("confirmed_how", sa.String(), nullable=False),
        sa.Column("corrected_by_id", KEY, nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "confirmed_how IN ('spoken', 'written', 'signed', 'companion')",
            name=op.f("ck_spot_corrections_confirmed_how"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_spot_corrections_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["corrected_by_id"], ["accounts.id"], name=op.f("fk_spot_corrections_corrected_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_corrections")),
        sa.UniqueConstraint("application_id", "round", name=op.f("uq_spot_corrections_application_id_round")),
    )


def downgrade() -> None:
    for table in (
        "spot_corrections",
        "reopenings",
        "rechecks",
        "proposed_decisions",
        "extensions",
        "relatives",
        "recusals",
    ):
        op.drop_table(table)
