"""Benefits that people get; cards from before this portal; a task to look at a benefit again; of what an
application may be the only one."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MONTHLY = sa.text("state = 'granted' AND period = 'month'")
YEARLY = sa.text("state = 'granted' AND period = 'year'")
NEVER_OF_AN_EARLIER_CARD = (("application_id", KEY), ("issued_on", sa.Date()), ("generation", sa.Integer()))
KINDS = (
    "'see_original','home_visit','staff_check','describe','post_letter','delivery_failed','photo',"
    "'objection','deemed','infected','rating_contact','rating_mend','message'"
)


def upgrade() -> None:
    with op.batch_alter_table("certificates") as table:
        for name, kind in NEVER_OF_AN_EARLIER_CARD:
            table.alter_column(name, existing_type=kind, nullable=True)
        table.add_column(sa.Column("entered_by_id", KEY, nullable=True))
        table.create_foreign_key(
            op.f("fk_certificates_entered_by_id"), "applications", ["entered_by_id"], ["id"]
        )
        table.create_check_constraint(
            op.f("ck_certificates_issued_or_entered"),
            "(application_id IS NULL) = (entered_by_id IS NOT NULL)",
        )
    _allow_kinds(f"{KINDS},'benefit'")
    op.add_column("applications", sa.Column("once_key", sa.String(), nullable=True))
    op.create_index(op.f("ix_applications_once_key"), "applications", ["once_key"], unique=False)
    op.execute(
        "UPDATE applications SET once_key = service_code || ':' || subject_id_index"
        " WHERE subject_id_index IS NOT NULL AND submitted_at IS NOT NULL"
    )
    op.create_table(
        "benefits",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("holder_name", sa.LargeBinary(), nullable=False),
        sa.Column("holder_index", sa.String(), nullable=True),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("region", "county", "unit_code", "service_code", "code")
        ),
        sa.Column("group_code", sa.String(), nullable=True),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("amount", sa.LargeBinary(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("changed_by_id", KEY, nullable=True),
        sa.Column("flag", sa.String(), nullable=True),
        sa.Column("flagged_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('granted', 'stopped', 'ended')", name=op.f("ck_benefits_state")),
        sa.CheckConstraint("period IN ('month', 'year', 'once')", name=op.f("ck_benefits_period")),
        sa.CheckConstraint(
            "period <> 'month' OR state = 'granted' OR to_on IS NOT NULL",
            name=op.f("ck_benefits_over_has_end"),
        ),
        sa.CheckConstraint("(flag IS NULL) = (flagged_on IS NULL)", name=op.f("ck_benefits_flag_has_day")),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_benefits_{column}"))
            for column, target in (
                ("person_id", "people.id"),
                ("unit_code", "units.code"),
                ("application_id", "applications.id"),
                ("changed_by_id", "applications.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefits")),
    )
    for column in ("person_id", "holder_index", "application_id"):
        op.create_index(op.f(f"ix_benefits_{column}"), "benefits", [column], unique=False)
    for name, columns, where in (
        ("person", ["person_id", "code"], MONTHLY),
        ("holder", ["holder_index", "code"], MONTHLY),
        ("year", ["person_id", "code", "year"], YEARLY),
    ):
        op.create_index(
            f"uq_benefits_{name}",
            "benefits",
            columns,
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )


def downgrade() -> None:
    op.drop_table("benefits")
    op.drop_index(op.f("ix_applications_once_key"), table_name="applications")
    op.drop_column("applications", "once_key")
    op.execute("DELETE FROM tasks WHERE kind = 'benefit'")
    _allow_kinds(KINDS)
    op.execute("DELETE FROM certificates WHERE application_id IS NULL")
    with op.batch_alter_table("certificates") as table:
        table.drop_constraint(op.f("ck_certificates_issued_or_entered"), type_="check")
        table.drop_constraint(op.f("fk_certificates_entered_by_id"), type_="foreignkey")
        table.drop_column("entered_by_id")
        for name, kind in NEVER_OF_AN_EARLIER_CARD:
            table.alter_column(name, existing_type=kind, nullable=False)


def _allow_kinds(kinds: str) -> None:
    with op.batch_alter_table("tasks") as table:
        table.drop_constraint(op.f("ck_tasks_kind"), type_="check")
        table.create_check_constraint(op.f("ck_tasks_kind"), f"kind IN ({kinds})")
