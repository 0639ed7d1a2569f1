"""Forms that were printed to be filled in by hand: which one it is, and as what it was entered later."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key


class PaperForm(Base):
    """One printed form. Its serial says nothing of anybody, and lets it be entered once."""

    __tablename__ = "paper_forms"
    __table_args__ = (
        CheckConstraint("acting IN ('self', 'proxy')", name="acting"),
        CheckConstraint("(application_id IS NULL) OR (received_on IS NOT NULL)", name="entered_has_day"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    serial: Mapped[str] = mapped_column(unique=True)
    service_code: Mapped[str]
    definition_hash: Mapped[str] = mapped_column(ForeignKey("definitions.hash"))
    acting: Mapped[str]  # self, proxy: who fills it in, and so what it asks
    language: Mapped[str]
    is_large: Mapped[bool]
    printed_at: Mapped[datetime]
    printed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))  # empty: nobody signed in
    received_on: Mapped[date | None]  # the day on which it was handed over
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    entered_at: Mapped[datetime | None]
    draft_id: Mapped[int | None] = mapped_column(
        ForeignKey("applications.id", ondelete="SET NULL"), index=True
    )
    # the draft whose answers were printed on it; empty: a blank form
    application_id: Mapped[int | None] = mapped_column(
        ForeignKey("applications.id", ondelete="SET NULL"), unique=True
    )
