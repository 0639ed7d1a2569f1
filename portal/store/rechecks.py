"""Decisions drawn to be looked at again, and applications that were opened again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key
from portal.store.types import Encrypted


class Recheck(Base):
    """One decision in the sample: drawn when it was made, looked at by somebody who did not make it."""

    __tablename__ = "rechecks"
    __table_args__ = (
        CheckConstraint("result IN ('right', 'wrong')", name="result"),
        CheckConstraint(
            "(checked_at IS NULL) = (checked_by_id IS NULL) AND (checked_at IS NULL) = (result IS NULL)",
            name="checked_whole",
        ),
        Index("ix_rechecks_waiting", "unit_code", "checked_at", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), unique=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    drawn_at: Mapped[datetime]
    result: Mapped[str | None]
    words: Mapped[str | None] = mapped_column(Encrypted("rechecks.words"))
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    checked_at: Mapped[datetime | None]


class Reopening(Base):
    """An application that had been decided and is handled again: why, on which basis, on whose word."""

    __tablename__ = "reopenings"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), unique=True)
    cause: Mapped[str] = mapped_column(Encrypted("reopenings.cause"))  # told to the applicant
    basis: Mapped[str] = mapped_column(Encrypted("reopenings.basis"))  # the rule that it rests on
    reopened_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    reopened_at: Mapped[datetime]
