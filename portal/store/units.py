"""Units that act, and the calendar: taken from the region file by ``portal init``, then kept here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base


class UnitRow(Base):
    __tablename__ = "units"

    code: Mapped[str] = mapped_column(primary_key=True)
    region: Mapped[str]
    kind: Mapped[str]
    place: Mapped[str] = mapped_column(index=True)
    county: Mapped[str] = mapped_column(index=True)
    names: Mapped[dict[str, Any]]  # by language
    contact: Mapped[dict[str, Any]]  # phone, text line, address, hours
    categories: Mapped[list[str]]
    closed_on: Mapped[date | None]


class CalendarDay(Base):
    """A published holiday or make-up working day that overrides the built-in calendar."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_working: Mapped[bool]
    source: Mapped[str]
    added_at: Mapped[datetime]


class PublishedYear(Base):
    """A year whose holidays and make-up days officials have all entered before the library knew them."""

    __tablename__ = "published_years"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str]
    added_at: Mapped[datetime]
