"""When staff come to a person's home, and what became of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key
from portal.store.types import Encrypted


class Appointment(Base):
    """``asked`` by the person, ``proposed`` by the unit with day and hour, ``confirmed`` by the person; then
    it was ``done``, or is ``cancelled``. A change of the hour is a new proposal of the same row."""

    __tablename__ = "appointments"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'proposed', 'confirmed', 'done', 'cancelled')", name="state"),
        CheckConstraint("state IN ('asked', 'cancelled') OR starts_at IS NOT NULL", name="has_hour"),
        CheckConstraint("(state IN ('done', 'cancelled')) = (ended_at IS NOT NULL)", name="ended_has_date"),
        Index("ix_appointments_unit", "unit_code", "state", "starts_at", "id"),
        Index("ix_appointments_officer", "officer_id", "state", "starts_at", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id"), index=True
    )  # the person's, or the helper's
    application_id: Mapped[int | None] = mapped_column(
        ForeignKey("applications.id", ondelete="SET NULL"), index=True
    )
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))  # who comes
    state: Mapped[str]
    good_times: Mapped[list[str]]  # morning, afternoon, weekend: as the person said
    purpose: Mapped[str] = mapped_column(Encrypted("appointments.purpose"))
    address: Mapped[str | None] = mapped_column(Encrypted("appointments.address"))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime]
    starts_at: Mapped[datetime | None]
    proposal: Mapped[int] = mapped_column(default=0)  # which proposal this is: a reminder is of one hour
    confirmed_at: Mapped[datetime | None]
    confirmed_way: Mapped[str | None]  # account, slip; or noted by staff: phone, counter, message
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]  # person, staff
    end_words: Mapped[str | None] = mapped_column(Encrypted("appointments.end_words"))
