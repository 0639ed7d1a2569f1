"""What inspectors draw to look at: how it was drawn, to be drawn again, and what they remarked."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key
from portal.store.types import Encrypted


class Inspection(Base):
    """One sample: out of which applications it was drawn, by which seed, for which purpose."""

    __tablename__ = "inspections"
    __table_args__ = (
        CheckConstraint("which IN ('all', 'running', 'closed')", name="which"),
        CheckConstraint("size > 0 AND pool_size >= 0", name="sizes"),
        CheckConstraint("to_on >= from_on", name="order"),
        Index("ix_inspections_unit", "inspecting_unit", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    inspecting_unit: Mapped[str] = mapped_column(ForeignKey("units.code"))
    drawn_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    drawn_at: Mapped[datetime]
    purpose: Mapped[str] = mapped_column(Encrypted("inspections.purpose"))
    county: Mapped[str | None]  # empty: every county of the region
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))  # stood there at some time
    service_code: Mapped[str | None]
    which: Mapped[str]
    from_on: Mapped[date]  # handed in from this day
    to_on: Mapped[date]
    size: Mapped[int]  # how many were wanted
    seed: Mapped[str]
    last_id: Mapped[int] = mapped_column(Key)  # what came later was not in the pool
    pool_size: Mapped[int]
    pool_hash: Mapped[str]  # of all references of the pool


class InspectedApplication(Base):
    """One application of a sample."""

    __tablename__ = "inspected_applications"
    __table_args__ = (
        UniqueConstraint("inspection_id", "position"),
        CheckConstraint("(answers_opened_on IS NULL) = (answers_cause IS NULL)", name="answers_opened_whole"),
    )

    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"), primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), primary_key=True, index=True)
    position: Mapped[int]
    first_read_at: Mapped[datetime | None]
    answers_opened_on: Mapped[date | None]  # on this day the inspector reads the answers in clear
    answers_cause: Mapped[str | None] = mapped_column(Encrypted("inspected_applications.answers_cause"))


class InspectionRemark(Base):
    """What an inspector found, for whoever leads the unit, and what that unit answered."""

    __tablename__ = "inspection_remarks"
    __table_args__ = (
        CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL) AND (answered_at IS NULL) = (answered_by_id IS NULL)",
            name="answered_whole",
        ),
        Index("ix_inspection_remarks_unit", "unit_code", "id"),
        Index("ix_inspection_remarks_about", "inspection_id", "application_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    words: Mapped[str] = mapped_column(Encrypted("inspection_remarks.words"))
    by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(Encrypted("inspection_remarks.answer"))
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    answered_at: Mapped[datetime | None]
