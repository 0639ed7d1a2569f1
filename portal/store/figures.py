"""Daily figures of units: how many steps ended after how many days, what was decided for which reasons.

Only counts, nothing about persons. A day is counted once, when it is over; nothing that it rests on changes
afterwards, because a step that ended stays as it was.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key


class CountedDay(Base):
    """A Shanghai day whose figures of all units are in the two tables below."""

    __tablename__ = "counted_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    counted_at: Mapped[datetime]


class StepDay(Base):
    """So many visits of a step ended on a day of a unit, each after so many working days."""

    __tablename__ = "step_days"
    __table_args__ = (
        UniqueConstraint("unit_code", "day", "service_code", "step", "days", "is_late"),
        CheckConstraint("days >= 0 AND count > 0", name="counts"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    day: Mapped[date]
    service_code: Mapped[str]
    step: Mapped[str]
    days: Mapped[int]  # working days, without those on which the clock stood
    is_late: Mapped[bool]
    count: Mapped[int]


class DecisionDay(Base):
    """So many decisions of a kind on a day of a unit; with a reason, so many that named it."""

    __tablename__ = "decision_days"
    __table_args__ = (
        Index("uq_decision_days", "unit_code", "day", "service_code", "kind", "reason", unique=True),
        CheckConstraint("count > 0", name="counts"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    day: Mapped[date]
    service_code: Mapped[str]
    kind: Mapped[str]
    reason: Mapped[str]  # empty: all decisions of the kind
    count: Mapped[int]
