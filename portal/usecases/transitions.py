"""The one door through which an application changes: its state, its step, and the clock of that step.

Every move is recorded in the application's own audit stream in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Definition, Region, Step
from portal.rules.deadlines import Due, Pause, due, halfway
from portal.rules.states import ENDED, Action, next_state
from portal.store.applications import Application, ClockPause, LiveKey, StepEntry
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event
from portal.usecases.calendar import get_calendar, morning_after, morning_of
from portal.usecases.timers import drop_timers, set_timer
from portal.usecases.units import unit_for

EPOCH = date(1970, 1, 1)
AUTHORITY_OF = {"staff": "office", "system": "system"}
"""Under which authority those act who are not the applicant's side."""


def stream_of(application: Application) -> str:
    return f"application:{application.reference}"


def authority_of(application: Application) -> str:
    """Under which authority the applicant's side acts."""
    if application.acting == "proxy":
        return f"representation:{application.representation_id}"
    return "self"


def move(
    db: Session,
    actor: Actor,
    application: Application,
    action: Action,
    *,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Take the application to its next state. Raises Conflict where the table of states has no such move."""
    before = application.state
    application.state = next_state(before, action)
    application.changed_at = clock.now()
    if application.state in ENDED:
        application.closed_at = clock.now()
        db.execute(delete(LiveKey).where(LiveKey.application_id == application.id))
    record_event(
        db,
        actor,
        stream_of(application),
        f"application:{action}",
        person_id=application.person_id,
        authority=AUTHORITY_OF.get(actor.kind) or authority_of(application),
        details={"from": before, "to": application.state, **(details or {})},
    )
    db.flush()


def open_entry(application: Application) -> StepEntry | None:
    """Where the application stands, if it stands anywhere."""
    return next((entry for entry in application.entries if entry.closed_at is None), None)


def open_step(
    db: Session, application: Application, definition: Definition, region: Region, step: Step
) -> StepEntry:
    """Bring the application to a step: the unit that acts, the clock, the warnings at half and at the end."""
    place = application.township or application.county or region.default_place
    unit = unit_for(db, step.unit, region, place)
    today = clock.today()
    earlier = [entry for entry in application.entries if entry.step == step.id]
    entry = StepEntry(
        application_id=application.id,
        seq=len(application.entries) + 1,
        step=step.id,
        round=len(earlier) + 1,
        unit_code=unit.code,
        county=unit.county,
        role=step.role,
        service_code=application.service_code,
        opened_at=clock.now(),
        opened_on=today,
        due_on=today,
        is_due_provisional=False,
        urgency=0,
    )
    application.entries.append(entry)
    db.flush()
    set_due(db, entry, step)
    return entry


def close_entry(entry: StepEntry, outcome: str) -> None:
    entry.closed_at = clock.now()
    entry.outcome = outcome


def forget_step_timers(db: Session, entry: StepEntry) -> None:
    drop_timers(db, "step_half", entry.id)
    drop_timers(db, "step_late", entry.id)


def set_due(db: Session, entry: StepEntry, step: Step) -> None:
    """Count the due date from the opening, without the pauses; set its warnings anew."""
    when = due_of(db, entry, step)
    entry.due_on = when.on
    entry.is_due_provisional = when.is_provisional
    entry.urgency = (when.on - EPOCH).days
    forget_step_timers(db, entry)
    half = halfway(entry.opened_on, step.clock.days, step.clock.unit, _pauses(entry), get_calendar(db))
    stamp = when.on.isoformat()
    set_timer(db, "step_half", entry.id, morning_of(half), unique=stamp)
    set_timer(db, "step_late", entry.id, morning_after(when.on), unique=stamp)


def due_of(db: Session, entry: StepEntry, step: Step) -> Due:
    return due(entry.opened_on, step.clock.days, step.clock.unit, _pauses(entry), get_calendar(db))


def pause(db: Session, entry: StepEntry, reason: str) -> None:
    """Stop the clock of a step, with the reason that both sides are told."""
    entry.is_paused = True
    entry.pauses.append(ClockPause(entry_id=entry.id, from_on=clock.today(), reason=reason))
    forget_step_timers(db, entry)
    db.flush()


def resume(db: Session, entry: StepEntry, step: Step) -> None:
    """Let the clock run again from today, and count the due date anew."""
    for stopped in entry.pauses:
        stopped.to_on = stopped.to_on or clock.today()
    entry.is_paused = False
    db.flush()
    set_due(db, entry, step)


def _pauses(entry: StepEntry) -> list[Pause]:
    return [Pause(one.from_on, one.to_on or clock.today()) for one in entry.pauses]
