"""Answers that the counter put right at once, with the person there (行政许可法 art. 32, rules.md 5.2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key


class SpotCorrection(Base):
    """One round of answers that came about so. Which answers: their ids; both values stand in the rounds."""

    __tablename__ = "spot_corrections"
    __table_args__ = (
        UniqueConstraint("application_id", "round"),
        CheckConstraint(
            "confirmed_how IN ('spoken', 'written', 'signed', 'companion')", name="confirmed_how"
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    round: Mapped[int]
    fields: Mapped[list[str]]
    confirmed_how: Mapped[str]  # how the person said that it is right
    corrected_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    corrected_at: Mapped[datetime]
