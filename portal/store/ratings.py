"""How people rate what was done for them (好差评), and what the unit did about a bad rating."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.store.applications import Application
from portal.store.base import Base, Key
from portal.store.types import Encrypted


class Rating(Base):
    """One rating of one unit by the side of the applicant: once for each stage, and once after mending."""

    __tablename__ = "ratings"
    __table_args__ = (
        CheckConstraint("stage IN ('acceptance', 'process', 'close', 'follow_up')", name="stage"),
        CheckConstraint("(stage = 'follow_up') = (follows_id IS NOT NULL)", name="follow_up"),
        CheckConstraint("grade BETWEEN 1 AND 5", name="grade"),
        CheckConstraint("consent IN ('contact', 'named', 'unnamed')", name="consent"),
        CheckConstraint("(contacted_by_id IS NULL) = (contacted_at IS NULL)", name="contacted"),
        CheckConstraint("(mended_by_id IS NULL) = (mended_at IS NULL)", name="mended"),
        Index("ix_ratings_unit", "unit_code", "id"),
        Index("ix_ratings_day", "unit_code", "created_at", "grade"),
        Index(
            "uq_ratings_stage",
            "application_id",
            "stage",
            unique=True,
            sqlite_where=text("stage <> 'follow_up'"),
            postgresql_where=text("stage <> 'follow_up'"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    stage: Mapped[str]
    grade: Mapped[int]  # 1 very satisfied ... 5 very dissatisfied
    aspects: Mapped[list[str]]  # what was not good
    words: Mapped[str | None] = mapped_column(Encrypted("ratings.words"))
    consent: Mapped[str]  # whether the unit may know who it was, and may get in touch
    created_at: Mapped[datetime]
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("ratings.id"), unique=True)
    contact_due_on: Mapped[date | None]
    mend_due_on: Mapped[date | None]  # of a bad rating only
    contacted_at: Mapped[datetime | None]
    contacted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    mended_at: Mapped[datetime | None]
    mended_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    mended_words: Mapped[str | None] = mapped_column(Encrypted("ratings.mended_words"))

    application: Mapped[Application] = relationship()
