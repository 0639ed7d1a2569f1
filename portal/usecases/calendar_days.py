"""Days that officials add to the calendar: holidays and make-up working days, with their source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.rules.errors import Conflict, NotFound
from portal.store.units import CalendarDay
from portal.usecases.actor import Actor
from portal.usecases.administrators import require_administrator
from portal.usecases.audit import record_event

STREAM = "calendar:days"


def list_calendar_days(db: Session, actor: Actor) -> Sequence[CalendarDay]:
    """Every day that was added, in order."""
    require_administrator(actor)
    return db.scalars(select(CalendarDay).order_by(CalendarDay.day)).all()


def add_calendar_day(db: Session, actor: Actor, day: date, source: str, *, is_working: bool) -> None:
    """Say of a day from today on whether the offices work. ``source`` is the published paper.

    Due dates set from now on follow it. Raises Conflict ``day_is_past`` or ``day_is_known``.
    """
    require_administrator(actor)
    if day < clock.today():
        raise Conflict("day_is_past")
    if db.get(CalendarDay, day) is not None:
        raise Conflict("day_is_known")
    db.add(CalendarDay(day=day, is_working=is_working, source=source, added_at=clock.now()))
    _record(db, actor, "calendar:add", day, is_working=is_working)


def remove_calendar_day(db: Session, actor: Actor, day: date) -> None:
    """Take back a day that was added by mistake. Raises NotFound, Conflict ``day_is_past``."""
    require_administrator(actor)
    row = db.get(CalendarDay, day)
    if row is None:
        raise NotFound("calendar_day")
    if day < clock.today():
        raise Conflict("day_is_past")
    _record(db, actor, "calendar:remove", day, is_working=row.is_working)
    db.delete(row)


def _record(db: Session, actor: Actor, tag: str, day: date, *, is_working: bool) -> None:
    details = {"day": day.isoformat(), "is_working": is_working}
    record_event(db, actor, STREAM, tag, authority="office", details=details)
