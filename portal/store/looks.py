"""When an officer last looked at an application: what changed since, and who else has it open."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base


class Look(Base):
    """The newest visit of one officer to the page of one application, and the end of the visit before."""

    __tablename__ = "looks"
    __table_args__ = (Index("ix_looks_open", "application_id", "looked_at"),)

    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    looked_at: Mapped[datetime]
    left_at: Mapped[datetime | None]  # they said that they are done
    due_on: Mapped[date | None]  # the last day of the step as they read it
    before_at: Mapped[datetime | None]  # when they looked the visit before
    before_due_on: Mapped[date | None]
