"""More days for a step: asked by the officer, granted by the head of the unit (rules.md 10.0.4)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key
from portal.store.types import Encrypted


class Extension(Base):
    """One request for more days. Of one step at most one waits or is granted."""

    __tablename__ = "extensions"
    __table_args__ = (
        CheckConstraint("days > 0", name="days"),
        CheckConstraint(
            "(decided_at IS NULL) = (is_granted IS NULL) AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name="decided_whole",
        ),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="other_person"),
        Index(
            "uq_extensions_standing",
            "entry_id",
            unique=True,
            sqlite_where=text("is_granted IS NULL OR is_granted"),
            postgresql_where=text("is_granted IS NULL OR is_granted"),
        ),
        Index("ix_extensions_waiting", "unit_code", "decided_at", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("step_entries.id"), index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    days: Mapped[int]
    cause: Mapped[str] = mapped_column(Encrypted("extensions.cause"))  # told to the applicant
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[datetime]
    is_granted: Mapped[bool | None]
    words: Mapped[str | None] = mapped_column(Encrypted("extensions.words"))  # why not; for the office alone
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]
