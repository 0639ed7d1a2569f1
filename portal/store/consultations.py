"""Questions to another unit about an application (征询意见), with what it is shown of it, and its answer."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.store.applications import Application
from portal.store.base import Base, Key
from portal.store.types import Encrypted


class Consultation(Base):
    """One question. What is shown is chosen by who asks: sections and files as they were submitted then."""

    __tablename__ = "consultations"
    __table_args__ = (
        CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL) AND (answered_at IS NULL) = (answered_by_id IS NULL)",
            name="answered_whole",
        ),
        CheckConstraint("answered_at IS NULL OR withdrawn_at IS NULL", name="one_end"),
        Index("ix_consultations_unit", "unit_code", "is_open", "due_on", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("step_entries.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))  # who is asked
    attention: Mapped[str | None] = mapped_column(Encrypted("consultations.attention"))  # who there
    sections: Mapped[list[str]] = mapped_column(JSON)
    documents: Mapped[list[str]] = mapped_column(JSON)  # keys
    words: Mapped[str] = mapped_column(Encrypted("consultations.words"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    asked_unit: Mapped[str] = mapped_column(ForeignKey("units.code"))  # who asks
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    is_open: Mapped[bool] = mapped_column(default=True)
    late_at: Mapped[datetime | None]  # when it was written down that nobody had answered in time
    answer: Mapped[str | None] = mapped_column(Encrypted("consultations.answer"))
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    answered_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship()
