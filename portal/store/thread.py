"""What the office and the applicant write to each other about one application."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key
from portal.store.types import Encrypted


class ThreadMessage(Base):
    """One message; ``read_at`` says when somebody of the other side first opened it."""

    __tablename__ = "thread_messages"
    __table_args__ = (
        CheckConstraint("side IN ('office', 'applicant')", name="side"),
        Index("ix_thread_messages_application", "application_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    side: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))  # the office's: for which unit
    at: Mapped[datetime]
    words: Mapped[str] = mapped_column(Encrypted("thread_messages.words"))
    read_at: Mapped[datetime | None]
