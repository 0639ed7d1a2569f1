"""Sheets that staff take along to a home without network: which one it is, and as what it came back."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key


class OfflineSheet(Base):
    """One prepared sheet. Its serial says nothing of anybody, and lets it be sent once; what is typed on it
    lies on the device of whoever prepared it, and nowhere here, until it is sent."""

    __tablename__ = "offline_sheets"
    __table_args__ = (
        CheckConstraint("acting IN ('self', 'proxy')", name="acting"),
        CheckConstraint("(taken_at IS NULL) = (received_on IS NULL)", name="taken_has_day"),
        CheckConstraint("(application_id IS NULL) OR (taken_at IS NOT NULL)", name="begun_was_taken"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    serial: Mapped[str] = mapped_column(unique=True)
    service_code: Mapped[str]
    definition_hash: Mapped[str] = mapped_column(ForeignKey("definitions.hash"))
    acting: Mapped[str]  # self, proxy: who answers, and so what is asked
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id"))
    prepared_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    prepared_at: Mapped[datetime]
    received_on: Mapped[date | None]  # the day of the visit, as the sheet says it
    identity_seen: Mapped[str | None]  # document; empty: nothing was seen
    taken_at: Mapped[datetime | None]
    application_id: Mapped[int | None] = mapped_column(
        ForeignKey("applications.id", ondelete="SET NULL"), unique=True
    )
