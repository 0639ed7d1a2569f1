"""Days and years that officials add to the calendar: holidays and make-up working days, with their source.

Whatever changes here has the worker count the dates of all applications under way again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.rules.calendar import Calendar
from portal.rules.errors import Conflict, NotFound
from portal.store.units import CalendarDay, PublishedYear
from portal.usecases.actor import Actor
from portal.usecases.administrators import require_administrator
from portal.usecases.audit import record_event
from portal.usecases.calendar import get_calendar, recount_from

STREAM = "calendar:days"
YEARS_AHEAD = 2
"""How far a year may be ahead; the State Council publishes one in the autumn before."""


def list_calendar_days(db: Session, actor: Actor) -> Sequence[CalendarDay]:
    """Every day that was added, in order."""
    require_administrator(actor)
    return db.scalars(select(CalendarDay).order_by(CalendarDay.day)).all()


def list_published_years(db: Session, actor: Actor) -> Sequence[PublishedYear]:
    """Every year that was said to be complete, in order."""
    require_administrator(actor)
    return db.scalars(select(PublishedYear).order_by(PublishedYear.year)).all()


def years_to_publish(db: Session, actor: Actor) -> list[int]:
    """This year and those soon to come whose calendar is not known yet."""
    require_administrator(actor)
    first, calendar = clock.today().year, get_calendar(db)
    return [year for year in range(first, first + YEARS_AHEAD + 1) if not calendar.is_published(year)]


def add_calendar_day(db: Session, actor: Actor, day: date, source: str, *, is_working: bool) -> None:
    """Say of a day from today on whether the offices work. ``source`` is the published paper.

    Raises Conflict ``day_is_past`` or ``day_is_known``.
    """
    require_administrator(actor)
    if day < clock.today():
        raise Conflict("day_is_past")
    if db.get(CalendarDay, day) is not None:
        raise Conflict("day_is_known")
    db.add(CalendarDay(day=day, is_working=is_working, source=source, added_at=clock.now()))
    _record(db, actor, "calendar:add", {"day": day.isoformat(), "is_working": is_working})


def remove_calendar_day(db: Session, actor: Actor, day: date) -> None:
    """Take back a day that was added by mistake. Raises NotFound, Conflict ``day_is_past``."""
    require_administrator(actor)
    row = db.get(CalendarDay, day)
    if row is None:
        raise NotFound("calendar_day")
    if day < clock.today():
        raise Conflict("day_is_past")
    db.delete(row)
    _record(db, actor, "calendar:remove", {"day": day.isoformat(), "is_working": row.is_working})


def publish_year(db: Session, actor: Actor, year: int, source: str) -> None:
    """Say that a year's holidays and make-up days are all added: its dates are provisional no more.

    Raises Conflict ``year_is_known`` and, where a holiday of the law was not entered, ``holidays_missing``
    with the days in ``what``.
    """
    if year not in years_to_publish(db, actor):
        raise Conflict("year_is_known")
    missing = missing_holidays(get_calendar(db), year)
    if missing:
        raise Conflict("holidays_missing", what="、".join(f"{day.month}月{day.day}日" for day in missing))
    db.add(PublishedYear(year=year, source=source, added_at=clock.now()))
    _record(db, actor, "calendar:publish_year", {"year": year})


def unpublish_year(db: Session, actor: Actor, year: int) -> None:
    """Take back a year that is not complete after all: its dates are provisional again. Raises NotFound."""
    require_administrator(actor)
    row = db.get(PublishedYear, year)
    if row is None:
        raise NotFound("published_year")
    db.delete(row)
    _record(db, actor, "calendar:unpublish_year", {"year": year})


def missing_holidays(calendar: Calendar, year: int) -> list[date]:
    """The law's days off of an unpublished year, from today on, of which nothing was said yet.

    They are days off anyway; that none is missing shows that the year was really entered.
    """
    first = max(date(year, 1, 1), clock.today())
    days = (first + timedelta(days=number) for number in range(366))
    return [
        day
        for day in days
        if day.year == year
        and day.weekday() < 5
        and day not in calendar.overrides
        and calendar.holiday_on(day) is not None
    ]


def _record(db: Session, actor: Actor, tag: str, details: dict[str, Any]) -> None:
    record_event(db, actor, STREAM, tag, authority="office", details=details)
    recount_from(db)
