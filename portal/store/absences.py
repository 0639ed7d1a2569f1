"""Who of the staff is away from a post, from when to when, and who does the work meanwhile."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key


class Absence(Base):
    """One time away from one post, both days included. It ends by itself, or when somebody says so."""

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("to_on >= from_on", name="order"),
        CheckConstraint("deputy_id IS NULL OR deputy_id <> account_id", name="other_person"),
        Index("ix_absences_away", "unit_code", "to_on"),
        Index("ix_absences_deputy", "deputy_id", "to_on"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    role: Mapped[str]
    from_on: Mapped[date]
    to_on: Mapped[date]
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    entered_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # taken back, or over before its last day
