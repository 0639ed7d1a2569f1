"""What becomes of a correction request that nobody answered in time, and how its days stand still.

While the person objects nobody can hand anything in for them (``objecting``): no term runs against them
meanwhile (rules.md 5.7; the law is silent, and its silence is read for the person)."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from portal import clock
from portal.rules.deadlines import due, remaining
from portal.store.applications import Application, Correction
from portal.store.voices import OwnWords
from portal.usecases.actor import SYSTEM
from portal.usecases.applications import definition_of, open_correction
from portal.usecases.calendar import get_calendar, morning_after
from portal.usecases.notices import send_notice
from portal.usecases.objecting import find_objection
from portal.usecases.timers import drop_timers, set_timer
from portal.usecases.transitions import close_entry, move, open_entry


def lapse_correction(db: Session, correction_id: int) -> None:
    """End an application whose correction is late. Does nothing when it was answered, or is not due yet, or
    while the person objects."""
    found = db.get(Correction, correction_id)
    if found is None:
        return
    # Under the application's lock, as whoever answers or withdraws: one of them, then the other.
    application = db.get_one(Application, found.application_id, with_for_update=True)
    correction = db.get_one(Correction, correction_id, populate_existing=True)
    if correction.answered_at or correction.ended_at or clock.today() <= correction.due_on:
        return
    if find_objection(db, application) is not None:
        return
    correction.ended_at = clock.now()
    entry = open_entry(application)
    if entry is not None:
        close_entry(db, entry, "lapsed")
    move(db, SYSTEM, application, "lapse")
    facts: dict[str, Any] = {"ended_on": clock.today().isoformat()}
    send_notice(db, application, definition_of(db, application), "N18", facts)


def hold_correction(db: Session, application: Application) -> None:
    """The person objects: the days to put things right stand still."""
    correction = open_correction(db, application)
    if correction is not None:
        drop_timers(db, "correction_due", correction.id)


def go_on_with_correction(db: Session, application: Application, standing: OwnWords) -> None:
    """The objection stands no more: from today as many working days are left as there were when it was said,
    or when the correction was asked after it; one at least."""
    correction = open_correction(db, application)
    if correction is None:
        return
    calendar = get_calendar(db)
    stopped_on = clock.shanghai(max(standing.said_at, correction.asked_at)).date()
    left = max(remaining(correction.due_on, stopped_on, calendar), 1)
    until = due(clock.today(), left, "working", (), calendar)
    if until.on > correction.due_on:
        correction.due_on, correction.is_due_provisional = until.on, until.is_provisional
    drop_timers(db, "correction_due", correction.id)
    db.flush()
    due_at = morning_after(correction.due_on)
    set_timer(db, "correction_due", correction.id, due_at, unique=f"objection-{standing.id}")
