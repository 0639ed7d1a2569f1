"""The working calendar as it stands: the region's own days and what officials added."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.rules.calendar import Calendar, DayOverride
from portal.store.database import plainly
from portal.store.units import CalendarDay, PublishedYear
from portal.usecases.timers import drop_timers, set_timer


def get_calendar(db: Session) -> Calendar:
    line = plainly(db)
    days = {day: DayOverride(is_working) for day, is_working in line.execute(_DAYS)}
    return Calendar(days, frozenset(line.scalars(_YEARS)))


_DAYS = select(CalendarDay.day, CalendarDay.is_working)
_YEARS = select(PublishedYear.year)


def recount_from(db: Session, after_id: int = 0) -> None:
    """Have the worker count the dates of all applications again (``recounting.recount_dates``).

    To be called whenever the calendar may have changed; counting again what did not move changes nothing.
    """
    drop_timers(db, "recount_dates", after_id)  # one that has not begun yet would do the same
    set_timer(db, "recount_dates", after_id, clock.now(), unique=secrets.token_hex(8))


def morning_after(day: date) -> datetime:
    """The first moment after a Shanghai day: when a thing due on that day is late."""
    local = datetime.combine(day + timedelta(days=1), time(0), tzinfo=clock.SHANGHAI)
    return local.astimezone(UTC)


def morning_of(day: date) -> datetime:
    """Eight in the morning of a Shanghai day, when people may be told things."""
    return datetime.combine(day, time(8), tzinfo=clock.SHANGHAI).astimezone(UTC)
