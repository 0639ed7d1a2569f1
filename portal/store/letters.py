"""Letters as files, and how each notice reached its person: which way, when, and what proves it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.store.base import Base, Key
from portal.store.messages import NoticeRow
from portal.store.types import Encrypted

FORMATS = "'pdf','pdf_large'"
WAYS = "'account','sms','mail','phone','post','desk','committee'"


class LetterFile(Base):
    """One notice laid out as a file in one language: asked for, then made by the worker."""

    __tablename__ = "letter_files"
    __table_args__ = (
        UniqueConstraint("notice_id", "format", "language"),
        CheckConstraint(f"format IN ({FORMATS})", name="format"),
        CheckConstraint("state IN ('queued', 'making', 'ready', 'failed')", name="state"),
        CheckConstraint("(state = 'ready') = (made_at IS NOT NULL)", name="ready_has_date"),
        CheckConstraint("state <> 'ready' OR file_key IS NOT NULL", name="ready_has_file"),
        CheckConstraint("(state = 'failed') = (error IS NOT NULL)", name="failed_has_error"),
        Index("ix_letter_files_due", "state", "due_at", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"))
    format: Mapped[str]
    language: Mapped[str]
    state: Mapped[str]
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    file_key: Mapped[str | None]  # of the attempt in hand, so that one that dies leaves nothing behind
    sha256: Mapped[str | None]
    size: Mapped[int | None]
    made_at: Mapped[datetime | None]
    error: Mapped[str | None]  # the kind of failure

    notice: Mapped[NoticeRow] = relationship()


class Delivery(Base):
    """One way in which a notice is given (送达): by itself, or by somebody at a unit."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("notice_id", "way"),
        CheckConstraint(f"way IN ({WAYS})", name="way"),
        CheckConstraint("state IN ('waiting', 'sent', 'delivered', 'failed')", name="state"),
        CheckConstraint("way IN ('account', 'sms', 'mail') OR unit_code IS NOT NULL", name="staff_has_unit"),
        Index("ix_deliveries_unit", "unit_code", "state", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"))
    way: Mapped[str]
    state: Mapped[str]
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))  # whose people give it
    at: Mapped[datetime]  # when it came into this state
    given_on: Mapped[date | None]  # the day that staff name: posted, handed over, told
    by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    proof: Mapped[str | None] = mapped_column(Encrypted("deliveries.proof"))

    notice: Mapped[NoticeRow] = relationship()
