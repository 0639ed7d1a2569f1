"""What happens when nobody acts: acceptance by silence, steps that end by themselves, go on, or lapse.

Each is what a timer does, under the application's lock; doing it twice or too late does no harm.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Definition, Region
from portal.rules.deadlines import add_working_days
from portal.rules.steps import outcome_of, step_of
from portal.store.applications import Application, StepEntry, Submission
from portal.usecases.actor import SYSTEM
from portal.usecases.applications import definition_of
from portal.usecases.calendar import get_calendar, morning_after
from portal.usecases.notices import send_notice
from portal.usecases.objections import has_open_objection
from portal.usecases.steps import beginning_facts, facts_of, go_on_from, lapses_on, may_lapse, promise
from portal.usecases.tasks import open_task
from portal.usecases.timers import drop_timers, set_timer
from portal.usecases.transitions import close_entry, move, open_entry, resume
from portal.usecases.units import get_unit


def set_deemed_timer(
    db: Session, application: Application, definition: Definition, since: date | None = None
) -> None:
    """From each hand-in the office has so many working days to say what is missing (rules.md 5.2); of paper,
    from the day on which it was handed over."""
    deemed = definition.service.deemed
    drop_timers(db, "deemed", application.id)
    if deemed is None:
        return
    entry = open_entry(application)
    if entry is None or not _is_before_acceptance(definition, entry, deemed.step):
        return
    last = add_working_days(since or clock.today(), deemed.days, get_calendar(db))
    rounds = db.scalar(
        select(func.count()).select_from(Submission).where(Submission.application_id == application.id)
    )
    set_timer(db, "deemed", application.id, morning_after(last), unique=f"round-{rounds}")


def accept_by_silence(db: Session, region: Region, application_id: int) -> None:
    """Nobody said anything in time: the application counts as accepted, and its unit is told so."""
    application = db.get(Application, application_id, with_for_update=True)
    entry = open_entry(application) if application is not None else None
    if application is None or entry is None or entry.is_paused or application.state != "in_review":
        return
    definition = definition_of(db, application)
    deemed = definition.service.deemed
    if deemed is None or not _is_before_acceptance(definition, entry, deemed.step):
        return
    step = step_of(definition, deemed.step)
    outcome = outcome_of(step, deemed.outcome)
    close_entry(db, entry, "deemed")
    move(db, SYSTEM, application, "advance", details={"step": entry.step, "outcome": "deemed"})
    when = promise(db, application, definition, step.id, facts_of(db, application, definition))
    facts: dict[str, Any] = {"accepted_on": clock.today(), "promised_on": when.on, "is_deemed": True}
    facts |= {"is_due_provisional": when.is_provisional, "unit": entry.unit_code}
    if outcome.notice is not None:
        send_notice(db, application, definition, outcome.notice, facts)
    open_task(db, application, "deemed", unit_code=entry.unit_code)
    go_on_from(db, application, definition, region, step, outcome)


def end_step(db: Session, region: Region, entry_id: int) -> None:
    """The days of a step are over and nothing stands against it: its own end takes effect (公示期满)."""
    entry = _locked(db, entry_id)
    if entry is None or entry.is_paused or clock.today() <= entry.due_on:
        return
    application = entry.application
    definition = definition_of(db, application)
    step = step_of(definition, entry.step)
    if step.ends_with is None or has_open_objection(db, entry):
        return
    outcome = outcome_of(step, step.ends_with)
    close_entry(db, entry, outcome.id)
    move(db, SYSTEM, application, "advance", details={"step": step.id, "outcome": outcome.id})
    go_on_from(db, application, definition, region, step, outcome)


def continue_step(db: Session, _region: Region, entry_id: int) -> None:
    """The day has come until which a step stood still: its clock runs again, and the letter is sent anew."""
    entry = _locked(db, entry_id)
    if entry is None or not entry.is_paused or entry.application.state != "in_review":
        return
    application = entry.application
    definition = definition_of(db, application)
    step = step_of(definition, entry.step)
    resume(db, entry, step)
    move(db, SYSTEM, application, "advance", details={"step": step.id, "outcome": "continued"})
    facts = facts_of(db, application, definition)
    if may_lapse(step, facts):
        last = morning_after(lapses_on(entry, step))
        set_timer(db, "step_lapse", entry.id, last, unique=clock.today().isoformat())
    if step.notice is not None:
        told = beginning_facts(entry, step, get_unit(db, entry.unit_code), facts)
        send_notice(db, application, definition, step.notice, told)


def lapse_step(db: Session, _region: Region, entry_id: int) -> None:
    """Nobody came: after the last day the application ends, and can be made again at any time."""
    entry = _locked(db, entry_id)
    if entry is None or entry.is_paused:
        return
    application = entry.application
    definition = definition_of(db, application)
    step = step_of(definition, entry.step)
    if not may_lapse(step, facts_of(db, application, definition)) or clock.today() <= lapses_on(entry, step):
        return
    close_entry(db, entry, "lapsed")
    move(db, SYSTEM, application, "lapse", details={"step": step.id})
    facts: dict[str, Any] = {"ended_on": clock.today(), "unit": entry.unit_code, "step_kind": step.kind}
    send_notice(db, application, definition, "N18", facts)


def _locked(db: Session, entry_id: int) -> StepEntry | None:
    """The entry while it is open, under the application's lock as whoever decides or withdraws."""
    found = db.get(StepEntry, entry_id)
    if found is None:
        return None
    db.get_one(Application, found.application_id, with_for_update=True)
    entry = db.get_one(StepEntry, entry_id, populate_existing=True)
    return entry if entry.closed_at is None else None


def _is_before_acceptance(definition: Definition, entry: StepEntry, acceptance: str) -> bool:
    order = [step.id for step in definition.service.steps]
    return order.index(entry.step) <= order.index(acceptance)
