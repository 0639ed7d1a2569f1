"""Applications and everything that happens to them: answers, submissions, steps, decisions, corrections."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal, get_args

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, TextClause, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.rules.states import ENDED, State
from portal.store.accounts import Account
from portal.store.base import Base, Key
from portal.store.people import Person
from portal.store.representations import Representation
from portal.store.types import Encrypted, EncryptedJson

Lane = Literal["running", "waiting", "paused"]
"""Where an open step stands: its clock runs, it waits for the applicant, or it stands for another cause."""
OPEN = text("closed_at IS NULL")
CLOSED_ONES = text("closed_at IS NOT NULL")


def _list(name: str, *columns: str, where: TextClause = OPEN) -> Index:
    """An index that one list of the office walks in order: nothing is sorted, however long it is."""
    return Index(f"ix_step_entries_{name}", *columns, sqlite_where=where, postgresql_where=where)


STATES = ", ".join(f"'{state}'" for state in get_args(State))
LANES = ", ".join(f"'{lane}'" for lane in get_args(Lane))
CLOSED = ", ".join(f"'{state}'" for state in get_args(State) if state in ENDED)


class DefinitionRow(Base):
    """A service as it was when somebody started: stored once by content hash, never changed."""

    __tablename__ = "definitions"

    hash: Mapped[str] = mapped_column(primary_key=True)
    service_code: Mapped[str]
    region: Mapped[str]
    format: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    stored_at: Mapped[datetime]


class Application(Base):
    __tablename__ = "applications"
    __table_args__ = (
        CheckConstraint(f"state IN ({STATES})", name="state"),
        CheckConstraint("acting IN ('self', 'proxy')", name="acting"),
        CheckConstraint("acting = 'self' OR representation_id IS NOT NULL", name="proxy_has_representation"),
        CheckConstraint(
            "state = 'draft' OR (submitted_at IS NOT NULL AND submitted_on IS NOT NULL)",
            name="submitted_has_date",
        ),
        CheckConstraint(f"(state IN ({CLOSED})) = (closed_at IS NOT NULL)", name="closed_has_date"),
        CheckConstraint("state = 'draft' OR county IS NOT NULL", name="submitted_has_county"),
        Index("ix_applications_submitted", "submitted_on", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    service_code: Mapped[str]
    definition_hash: Mapped[str] = mapped_column(ForeignKey("definitions.hash"))
    region: Mapped[str]
    county: Mapped[str | None] = mapped_column(index=True)  # decides; lists stay local
    township: Mapped[str | None]
    acceptance_county: Mapped[str | None]  # where it was handed in, when that is not the county that decides
    acceptance_township: Mapped[str | None]
    origin: Mapped[str] = mapped_column(default="applicant")
    channel: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    representation_id: Mapped[int | None] = mapped_column(ForeignKey("representations.id"), index=True)
    acting: Mapped[str]
    state: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    subject_name: Mapped[str | None] = mapped_column(Encrypted("applications.subject_name"))
    subject_id_index: Mapped[str | None] = mapped_column(index=True)
    once_key: Mapped[str | None] = mapped_column(index=True)  # which ``LiveKey`` it holds or waits for
    start_key: Mapped[str] = mapped_column(unique=True)  # one draft per pressed start button
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    draft_until_on: Mapped[date]
    has_needs: Mapped[bool] = mapped_column(default=False)  # said in the newest submission
    is_hidden: Mapped[bool] = mapped_column(default=False)  # the person keeps it from who acts for them
    submitted_at: Mapped[datetime | None]
    submitted_on: Mapped[date | None]  # the Shanghai date on which it arrived
    closed_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()
    person: Mapped[Person] = relationship()
    representation: Mapped[Representation | None] = relationship()
    entries: Mapped[list[StepEntry]] = relationship(back_populates="application", order_by="StepEntry.seq")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy wants it


class AnswerPage(Base):
    """The answers of one page of a draft, or of a page reopened by a correction."""

    __tablename__ = "answer_pages"
    __table_args__ = (UniqueConstraint("application_id", "page"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    page: Mapped[str]
    answers: Mapped[dict[str, Any]] = mapped_column(EncryptedJson("answer_pages.answers"))
    typed: Mapped[dict[str, list[str]] | None] = mapped_column(EncryptedJson("answer_pages.typed"))
    saved_at: Mapped[datetime]


class Submission(Base):
    """What was handed in, frozen: one row a round."""

    __tablename__ = "submissions"
    __table_args__ = (UniqueConstraint("application_id", "round"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    round: Mapped[int]
    answers: Mapped[dict[str, Any]] = mapped_column(EncryptedJson("submissions.answers"))
    declarations: Mapped[list[str]]
    definition_hash: Mapped[str]
    answers_hash: Mapped[str]
    identity_level: Mapped[str]
    channel: Mapped[str]
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    submitted_at: Mapped[datetime]


class StepEntry(Base):
    """One visit of an application to a step. At most one is open."""

    __tablename__ = "step_entries"
    __table_args__ = (
        UniqueConstraint("application_id", "seq"),
        Index(
            "uq_step_entries_open",
            "application_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        _list("queue", "unit_code", "role", "lane", "urgency", "id"),
        _list("unit", *("unit_code", "lane", "urgency", "id", "claimed_by_id")),
        # Given out in this order; what an officer must be entitled to comes last.
        _list(
            "free",
            *("unit_code", "role", "lane", "urgency", "id", "service_code", "step"),
            where=text(f"{OPEN} AND claimed_by_id IS NULL"),
        ),
        _list("mine", "claimed_by_id", "lane", "urgency", "id", "unit_code", "role"),
        _list(
            "returned",
            *("claimed_by_id", "urgency", "id", "unit_code", "role"),
            where=text(f"{OPEN} AND returned_at IS NOT NULL"),
        ),
        *(
            _list(name, "unit_code", "lane", name, "urgency", "id", "role")
            for name in ("service_code", "step", "township", "channel", "has_needs")
        ),
        _list(
            "coming",
            *("deciding_county", "urgency", "id", "unit_code"),
            where=text(f"{OPEN} AND deciding_county IS NOT NULL"),
        ),
        _list(
            "stand_in",
            *("stand_in_unit", "stand_in_role", "urgency", "id"),
            where=text(f"{OPEN} AND stand_in_unit IS NOT NULL"),
        ),
        _list("done", *("claimed_by_id", "closed_at", "id", "unit_code", "role"), where=CLOSED_ONES),
        _list("unit_done", "unit_code", "closed_at", "id", where=CLOSED_ONES),
        CheckConstraint(f"lane IN ({LANES})", name="lane"),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_has_outcome"),
        CheckConstraint("(claimed_by_id IS NULL) = (claimed_at IS NULL)", name="claimed_has_date"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    seq: Mapped[int]
    step: Mapped[str]
    round: Mapped[int]
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    county: Mapped[str]
    role: Mapped[str]
    service_code: Mapped[str]
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    claimed_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    stand_in_unit: Mapped[str | None]  # who may act when the unit has no account here
    stand_in_role: Mapped[str | None]
    opened_on: Mapped[date]
    counted_from_on: Mapped[date]  # earlier than opened_on where the step shares the days of another
    due_on: Mapped[date]
    half_on: Mapped[date | None]  # when half of its time is used; empty where that was never counted
    is_due_provisional: Mapped[bool]
    lane: Mapped[str] = mapped_column(default="running")
    returned_at: Mapped[datetime | None]  # when the applicant answered a correction; empty when asked again
    urgency: Mapped[int]  # days since 1970 of the due date; smaller is sooner
    # Copies of the application's, so that a filtered list walks one index.
    township: Mapped[str | None]
    channel: Mapped[str]
    has_needs: Mapped[bool] = mapped_column(default=False)  # out of the ordinary to reach or to meet
    deciding_county: Mapped[
        str | None
    ]  # where it was handed in elsewhere and comes to that county (跨省通办)
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]

    application: Mapped[Application] = relationship(back_populates="entries")
    pauses: Mapped[list[ClockPause]] = relationship(order_by="ClockPause.id")

    @property
    def is_paused(self) -> bool:
        """Whether its clock stands."""
        return self.lane != "running"


class ClockPause(Base):
    """A time that does not count, with its reason (rules.md 10.0.4)."""

    __tablename__ = "clock_pauses"
    __table_args__ = (CheckConstraint("to_on IS NULL OR to_on >= from_on", name="order"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("step_entries.id"), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    until_on: Mapped[date | None]  # when it is to go on, where that is known
    reason: Mapped[str]  # correction, assessment, public_notice ...


class Decision(Base):
    """What an officer decided on a step entry: exactly one closes it; before, others return or suspend it."""

    __tablename__ = "decisions"
    __table_args__ = (
        Index(
            "uq_decisions_closing",
            "entry_id",
            unique=True,
            sqlite_where=text("kind NOT IN ('return', 'suspend')"),
            postgresql_where=text("kind NOT IN ('return', 'suspend')"),
        ),
        Index("ix_decisions_day", "decided_at", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("step_entries.id"), index=True)
    outcome: Mapped[str]
    kind: Mapped[str]
    reasons: Mapped[list[str]]
    summary: Mapped[str | None] = mapped_column(Encrypted("decisions.summary"))  # 用一句话告诉申请人
    words: Mapped[str | None] = mapped_column(Encrypted("decisions.words"))
    form: Mapped[dict[str, Any]] = mapped_column(EncryptedJson("decisions.form"))
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime]


class Correction(Base):
    """A request to put things right: asked once and completely (rules.md 5.2)."""

    __tablename__ = "corrections"
    __table_args__ = (
        Index(
            "uq_corrections_open",
            "application_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL AND ended_at IS NULL"),
            postgresql_where=text("answered_at IS NULL AND ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("step_entries.id"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    is_due_provisional: Mapped[bool]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # lapsed or withdrawn instead of answered

    points: Mapped[list[CorrectionPoint]] = relationship(order_by="CorrectionPoint.id")


class CorrectionPoint(Base):
    """One thing to put right, tied to the page that it reopens."""

    __tablename__ = "correction_points"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    correction_id: Mapped[int] = mapped_column(ForeignKey("corrections.id"), index=True)
    page: Mapped[str]
    reason: Mapped[str]
    words: Mapped[str] = mapped_column(Encrypted("correction_points.words"))


class LiveKey(Base):
    """What may exist only once while it lives (``once_per`` of a service); gone when the application ends,
    but for what was granted for a year: that year is given."""

    __tablename__ = "live_keys"

    key: Mapped[str] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)


class Slip(Base):
    """The code on the receipt: with the reference it shows the status without an account."""

    __tablename__ = "slips"

    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    code: Mapped[str] = mapped_column(Encrypted("slips.code"))
    is_off: Mapped[bool] = mapped_column(default=False)
