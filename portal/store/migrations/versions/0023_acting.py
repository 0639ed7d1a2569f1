"""Acting for someone: the whole record of a representation, mandates, invitations; the person's own slip and
words; visits at the counter and what was confirmed by word of mouth; access needs; facts by account."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
STATES = "'asked', 'claimed', 'active', 'suspended', 'ended'"
BASES = (
    "'claimed', 'minor_guardian', 'adult_guardian', 'agreed_guardian', 'appointed', 'entrusted', 'committee',"
    " 'institution', 'staff'"
)


def upgrade() -> None:
    op.create_table(
        "access_needs",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("needs", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_access_needs_account_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_access_needs_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_needs")),
        sa.UniqueConstraint("person_id", "account_id", name=op.f("uq_access_needs_person_id_account_id")),
    )
    op.create_table(
        "person_merges",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kept_id", KEY, nullable=False),
        sa.Column("merged_id", KEY, nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("merged_by_id", KEY, nullable=False),
        sa.Column("merged_at", MOMENT, nullable=False),
        sa.Column("undone_by_id", KEY, nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["kept_id"], ["people.id"], name=op.f("fk_person_merges_kept_id")),
        sa.ForeignKeyConstraint(
            ["merged_by_id"], ["accounts.id"], name=op.f("fk_person_merges_merged_by_id")
        ),
        sa.ForeignKeyConstraint(["merged_id"], ["people.id"], name=op.f("fk_person_merges_merged_id")),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["accounts.id"], name=op.f("fk_person_merges_undone_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_merges")),
    )
    op.create_index(op.f("ix_person_merges_kept_id"), "person_merges", ["kept_id"], unique=False)
    op.create_index(op.f("ix_person_merges_merged_id"), "person_merges", ["merged_id"], unique=False)
    op.create_index(
        "uq_person_merges_open",
        "person_merges",
        ["merged_id"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_table(
        "person_slips",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("given_way", sa.String(), nullable=False),
        sa.Column("made_by_id", KEY, nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("unit_code", sa.String(), nullable=True),
        sa.Column("application_id", KEY, nullable=True),
        sa.Column("given_at", MOMENT, nullable=True),
        sa.Column("given_by_id", KEY, nullable=True),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("off_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_person_slips_unit_code")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_person_slips_application_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["given_by_id"], ["accounts.id"], name=op.f("fk_person_slips_given_by_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["accounts.id"], name=op.f("fk_person_slips_made_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_person_slips_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_slips")),
        sa.UniqueConstraint("number", name=op.f("uq_person_slips_number")),
    )
    op.create_index(op.f("ix_person_slips_person_id"), "person_slips", ["person_id"], unique=False)
    live = sa.text("off_at IS NULL")
    op.create_index(
        "uq_person_slips_live",
        "person_slips",
        ["person_id"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    op.create_index(op.f("ix_person_slips_unit_code"), "person_slips", ["unit_code"], unique=False)
    op.create_table(
        "invitations",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("representation_id", KEY, nullable=True),
        sa.Column("made_by_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("agent_name", sa.LargeBinary(), nullable=False),
        sa.Column("powers", sa.JSON(), nullable=False),
        sa.Column("services", sa.JSON(), nullable=True),
        sa.Column("for_days", sa.Integer(), nullable=True),
        sa.Column("code_index", sa.String(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answered_way", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (answered_at IS NULL)", name=op.f("ck_invitations_answered_has_date")
        ),
        sa.CheckConstraint("kind IN ('invite', 'ask')", name=op.f("ck_invitations_kind")),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'declined', 'withdrawn', 'over')",
            name=op.f("ck_invitations_state"),
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["accounts.id"], name=op.f("fk_invitations_made_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_invitations_person_id")),
        sa.ForeignKeyConstraint(
            ["representation_id"], ["representations.id"], name=op.f("fk_invitations_representation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("code_index", name=op.f("uq_invitations_code_index")),
    )
    op.create_index(op.f("ix_invitations_made_by_id"), "invitations", ["made_by_id"], unique=False)
    op.create_index(op.f("ix_invitations_person_id"), "invitations", ["person_id"], unique=False)
    op.create_index(
        op.f("ix_invitations_representation_id"), "invitations", ["representation_id"], unique=False
    )
    op.create_table(
        "mandates",
        sa.Column("id", KEY, nullable=False),
        sa.Column("representation_id", KEY, nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("text_hash", sa.String(), nullable=False),
        sa.Column("made_by_id", KEY, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("signed_way", sa.String(), nullable=True),
        sa.Column("seen_by_id", KEY, nullable=True),
        sa.Column("seen_at", MOMENT, nullable=True),
        sa.Column("witness_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["accounts.id"], name=op.f("fk_mandates_made_by_id")),
        sa.ForeignKeyConstraint(
            ["representation_id"], ["representations.id"], name=op.f("fk_mandates_representation_id")
        ),
        sa.ForeignKeyConstraint(["seen_by_id"], ["accounts.id"], name=op.f("fk_mandates_seen_by_id")),
        sa.ForeignKeyConstraint(["witness_id"], ["accounts.id"], name=op.f("fk_mandates_witness_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandates")),
    )
    op.create_index(op.f("ix_mandates_representation_id"), "mandates", ["representation_id"], unique=False)
    op.create_table(
        "visits",
        sa.Column("id", KEY, nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("clerk_id", KEY, nullable=False),
        sa.Column("session_id", KEY, nullable=True),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("identity_seen", sa.String(), nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.CheckConstraint("channel IN ('counter', 'home_visit', 'phone')", name=op.f("ck_visits_channel")),
        sa.CheckConstraint("standing IN ('self', 'representative')", name=op.f("ck_visits_standing")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_visits_account_id")),
        sa.ForeignKeyConstraint(["clerk_id"], ["accounts.id"], name=op.f("fk_visits_clerk_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_visits_session_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_visits_unit_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_visits_token_hash")),
    )
    op.create_index(op.f("ix_visits_account_id"), "visits", ["account_id"], unique=False)
    op.create_index(op.f("ix_visits_clerk_id"), "visits", ["clerk_id"], unique=False)
    op.create_index(
        "uq_visits_open",
        "visits",
        ["session_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "enterings",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("unit_code", sa.String(), nullable=True),
        sa.Column("visit_id", KEY, nullable=True),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_enterings_account_id")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_enterings_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_enterings_unit_code")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_enterings_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterings")),
        sa.UniqueConstraint(
            "application_id", "account_id", name=op.f("uq_enterings_application_id_account_id")
        ),
    )
    op.create_index("ix_enterings_clerk", "enterings", ["account_id", "application_id"], unique=False)
    op.create_index("ix_enterings_unit", "enterings", ["unit_code", "application_id"], unique=False)
    op.create_table(
        "own_words",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("representation_id", KEY, nullable=True),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("noted_by_id", KEY, nullable=True),
        sa.Column("said_at", MOMENT, nullable=False),
        sa.Column("seen_by_id", KEY, nullable=True),
        sa.Column("seen_at", MOMENT, nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settled_by_id", KEY, nullable=True),
        sa.CheckConstraint(
            "(settled_at IS NULL) OR kind = 'objection'", name=op.f("ck_own_words_only_objections_settle")
        ),
        sa.CheckConstraint(
            "kind IN ('words', 'objection', 'takeover', 'end', 'hide', 'show')",
            name=op.f("ck_own_words_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_own_words_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["representation_id"], ["representations.id"], name=op.f("fk_own_words_representation_id")
        ),
        sa.ForeignKeyConstraint(["noted_by_id"], ["accounts.id"], name=op.f("fk_own_words_noted_by_id")),
        sa.ForeignKeyConstraint(["seen_by_id"], ["accounts.id"], name=op.f("fk_own_words_seen_by_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["accounts.id"], name=op.f("fk_own_words_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_words")),
    )
    op.create_index(op.f("ix_own_words_application_id"), "own_words", ["application_id"], unique=False)
    op.create_table(
        "spoken_confirmations",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("answers_hash", sa.String(), nullable=False),
        sa.Column("declarations", sa.JSON(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("document", sa.String(), nullable=True),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("first_id", KEY, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("second_id", KEY, nullable=True),
        sa.Column("second_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "way IN ('signed', 'spoken', 'gesture', 'thumbprint')", name=op.f("ck_spoken_confirmations_way")
        ),
        sa.CheckConstraint(
            "second_id IS NULL OR second_id != first_id",
            name=op.f("ck_spoken_confirmations_two_of_the_staff"),
        ),
        sa.CheckConstraint(
            "(second_id IS NULL) = (second_at IS NULL)",
            name=op.f("ck_spoken_confirmations_second_has_time"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["units.code"], name=op.f("fk_spoken_confirmations_unit_code")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_spoken_confirmations_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["first_id"], ["accounts.id"], name=op.f("fk_spoken_confirmations_first_id")),
        sa.ForeignKeyConstraint(
            ["second_id"], ["accounts.id"], name=op.f("fk_spoken_confirmations_second_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spoken_confirmations")),
    )
    op.create_index(
        op.f("ix_spoken_confirmations_application_id"),
        "spoken_confirmations",
        ["application_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_spoken_confirmations_unit_code"), "spoken_confirmations", ["unit_code"], unique=False
    )
    op.add_column(
        "applications", sa.Column("is_hidden", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index("ix_audit_events_person", "audit_events", ["person_id", "id"], unique=False)
    _appointments()
    _paper_forms()
    _facts_by_account()
    _own_accounts()
    _representations()
    _deaths()


def _deaths() -> None:
    """The family may say it of somebody who has no application."""
    with op.batch_alter_table("deaths") as table:
        table.alter_column("application_id", existing_type=KEY, nullable=True)
        table.add_column(sa.Column("representation_id", KEY, nullable=True))
        table.create_foreign_key(
            op.f("fk_deaths_representation_id"), "representations", ["representation_id"], ["id"]
        )
        table.create_check_constraint(
            op.f("ck_deaths_said_somewhere"), "application_id IS NOT NULL OR representation_id IS NOT NULL"
        )


def _own_accounts() -> None:
    """Where somebody else wrote the file of a person, the person's own account is named beside it."""
    with op.batch_alter_table("people") as table:
        table.add_column(sa.Column("own_account_id", KEY, nullable=True))
        table.create_foreign_key(op.f("fk_people_own_account_id"), "accounts", ["own_account_id"], ["id"])
    op.create_index(op.f("ix_people_own_account_id"), "people", ["own_account_id"], unique=False)


def _appointments() -> None:
    op.create_table(
        "appointments",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=True),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("officer_id", KEY, nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("good_times", sa.JSON(), nullable=False),
        sa.Column("purpose", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("made_by_id", KEY, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=True),
        sa.Column("proposal", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("confirmed_way", sa.String(), nullable=True),
        sa.Column("noted_by_id", KEY, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("end_words", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'proposed', 'confirmed', 'done', 'cancelled')",
            name=op.f("ck_appointments_state"),
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'cancelled') OR starts_at IS NOT NULL", name=op.f("ck_appointments_has_hour")
        ),
        sa.CheckConstraint(
            "(state IN ('done', 'cancelled')) = (ended_at IS NOT NULL)",
            name=op.f("ck_appointments_ended_has_date"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_appointments_account_id")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_appointments_application_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["accounts.id"], name=op.f("fk_appointments_made_by_id")),
        sa.ForeignKeyConstraint(["noted_by_id"], ["accounts.id"], name=op.f("fk_appointments_noted_by_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["accounts.id"], name=op.f("fk_appointments_officer_id")),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_appointments_unit_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
    )
    op.create_index(op.f("ix_appointments_account_id"), "appointments", ["account_id"], unique=False)
    for who in ("unit", "officer"):
        column = "unit_code" if who == "unit" else "officer_id"
        columns = [column, "state", "starts_at", "id"]
        op.create_index(f"ix_appointments_{who}", "appointments", columns, unique=False)


def _paper_forms() -> None:
    op.create_table(
        "paper_forms",
        sa.Column("id", KEY, nullable=False),
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("service_code", sa.String(), nullable=False),
        sa.Column("definition_hash", sa.String(), nullable=False),
        sa.Column("acting", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("is_large", sa.Boolean(), nullable=False),
        sa.Column("printed_at", MOMENT, nullable=False),
        sa.Column("printed_by_id", KEY, nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("received_by_id", KEY, nullable=True),
        sa.Column("entered_at", MOMENT, nullable=True),
        sa.Column("application_id", KEY, nullable=True),
        sa.CheckConstraint("acting IN ('self', 'proxy')", name=op.f("ck_paper_forms_acting")),
        sa.CheckConstraint(
            "(application_id IS NULL) OR (received_on IS NOT NULL)",
            name=op.f("ck_paper_forms_entered_has_day"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_paper_forms_application_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["definition_hash"], ["definitions.hash"], name=op.f("fk_paper_forms_definition_hash")
        ),
        sa.ForeignKeyConstraint(
            ["printed_by_id"], ["accounts.id"], name=op.f("fk_paper_forms_printed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["received_by_id"], ["accounts.id"], name=op.f("fk_paper_forms_received_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_forms")),
        sa.UniqueConstraint("application_id", name=op.f("uq_paper_forms_application_id")),
        sa.UniqueConstraint("serial", name=op.f("uq_paper_forms_serial")),
    )


def _facts_by_account() -> None:
    """What was typed belongs to the account that typed it: so far each file was of one account."""
    op.add_column("facts", sa.Column("account_id", KEY, nullable=True))
    op.execute(
        "UPDATE facts SET account_id = (SELECT claimed_by_id FROM people WHERE people.id = facts.person_id)"
    )
    with op.batch_alter_table("facts") as table:
        table.alter_column("account_id", existing_type=KEY, nullable=False)
        table.create_foreign_key(op.f("fk_facts_account_id"), "accounts", ["account_id"], ["id"])
        table.drop_constraint(op.f("uq_facts_person_id_field"), type_="unique")
        table.create_unique_constraint(
            op.f("uq_facts_person_id_account_id_field"), ["person_id", "account_id", "field"]
        )


def _representations() -> None:
    with op.batch_alter_table("representations") as table:
        table.add_column(sa.Column("basis", sa.String(), nullable=False, server_default="claimed"))
        table.add_column(sa.Column("services", sa.JSON(), nullable=True))
        for name in ("proof_level", "agreed_way", "suspended_for", "ended_by", "ended_for"):
            table.add_column(sa.Column(name, sa.String(), nullable=True))
        for name in ("proof_seen_at", "agreed_at", "suspended_at"):
            table.add_column(sa.Column(name, MOMENT, nullable=True))
        for name in ("wish", "not_informed_why"):
            table.add_column(sa.Column(name, sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("is_informed", sa.Boolean(), nullable=True))
        table.add_column(sa.Column("proof_seen_by_id", KEY, nullable=True))
        table.create_foreign_key(
            op.f("fk_representations_proof_seen_by_id"), "accounts", ["proof_seen_by_id"], ["id"]
        )
        table.drop_constraint(op.f("ck_representations_state"), type_="check")
        table.create_check_constraint(op.f("ck_representations_state"), f"state IN ({STATES})")
        table.create_check_constraint(op.f("ck_representations_basis"), f"basis IN ({BASES})")
        table.create_check_constraint(
            op.f("ck_representations_proof_level"), "proof_level IS NULL OR proof_level IN ('B', 'C')"
        )
        table.create_check_constraint(
            op.f("ck_representations_ended_has_date"), "(state = 'ended') = (ended_at IS NOT NULL)"
        )
    claimed = """'["fill", "submit", "receive_notices"]'"""
    op.execute(f"UPDATE representations SET powers = {claimed}")


def downgrade() -> None:
    op.execute("DELETE FROM deaths WHERE application_id IS NULL")
    with op.batch_alter_table("deaths") as table:
        table.drop_constraint(op.f("ck_deaths_said_somewhere"), type_="check")
        table.drop_constraint(op.f("fk_deaths_representation_id"), type_="foreignkey")
        table.drop_column("representation_id")
        table.alter_column("application_id", existing_type=KEY, nullable=False)
    op.drop_index("ix_audit_events_person", table_name="audit_events")
    with op.batch_alter_table("representations") as table:
        table.drop_constraint(op.f("fk_representations_proof_seen_by_id"), type_="foreignkey")
        for name in ("basis", "proof_level", "ended_has_date"):
            table.drop_constraint(op.f(f"ck_representations_{name}"), type_="check")
        for name in (
            *("basis", "services", "proof_level", "agreed_way", "suspended_for", "ended_by", "ended_for"),
            *("proof_seen_at", "agreed_at", "suspended_at", "wish", "not_informed_why", "is_informed"),
            "proof_seen_by_id",
        ):
            table.drop_column(name)
    op.execute(
        "DELETE FROM facts WHERE account_id !="
        " (SELECT claimed_by_id FROM people WHERE people.id = facts.person_id)"
    )
    with op.batch_alter_table("facts") as table:
        table.drop_constraint(op.f("fk_facts_account_id"), type_="foreignkey")
        table.drop_constraint(op.f("uq_facts_person_id_account_id_field"), type_="unique")
        table.create_unique_constraint(op.f("uq_facts_person_id_field"), ["person_id", "field"])
        table.drop_column("account_id")
    op.drop_index(op.f("ix_people_own_account_id"), table_name="people")
    with op.batch_alter_table("people") as table:
        table.drop_constraint(op.f("fk_people_own_account_id"), type_="foreignkey")
        table.drop_column("own_account_id")
    op.drop_column("applications", "is_hidden")
    for table_name in (
        *("appointments", "paper_forms"),
        *("spoken_confirmations", "own_words", "enterings", "visits", "mandates", "invitations"),
        *("person_slips", "person_merges", "access_needs"),
    ):
        op.drop_table(table_name)
