"""What becomes of a correction request that nobody answered in time."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from portal import clock
from portal.store.applications import Application, Correction
from portal.usecases.actor import SYSTEM
from portal.usecases.applications import definition_of
from portal.usecases.notices import send_notice
from portal.usecases.transitions import close_entry, move, open_entry


def lapse_correction(db: Session, correction_id: int) -> None:
    """End an application whose correction is late. Does nothing when it was answered, or is not due yet."""
    found = db.get(Correction, correction_id)
    if found is None:
        return
    # Under the application's lock, as whoever answers or withdraws: one of them, then the other.
    application = db.get_one(Application, found.application_id, with_for_update=True)
    correction = db.get_one(Correction, correction_id, populate_existing=True)
    if correction.answered_at or correction.ended_at or clock.today() <= correction.due_on:
        return
    correction.ended_at = clock.now()
    entry = open_entry(application)
    if entry is not None:
        close_entry(db, entry, "lapsed")
    move(db, SYSTEM, application, "lapse")
    facts: dict[str, Any] = {"ended_on": clock.today().isoformat()}
    send_notice(db, application, definition_of(db, application), "N18", facts)
