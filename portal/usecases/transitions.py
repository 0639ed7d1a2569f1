"""The one door through which an application changes: its state, its step, and the clock of that step.

Every move is recorded in the application's own audit stream in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Step
from portal.rules.calendar import Calendar
from portal.rules.deadlines import Due, Pause, due, halfway
from portal.rules.states import ENDED, Action, next_state
from portal.store.applications import Application, ClockPause, LiveKey, StepEntry
from portal.store.extensions import Extension
from portal.store.units import UnitRow
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event, stream_of
from portal.usecases.calendar import get_calendar, morning_after, morning_of
from portal.usecases.definitions import get_definition
from portal.usecases.given_again import carried_out_on
from portal.usecases.public_notices import end_public_notice, follow_term
from portal.usecases.tasks import drop_after_end
from portal.usecases.timers import drop_timers, drop_timers_of, set_timer

EPOCH = date(1970, 1, 1)
FOR_APPLICANT = "correction"
"""The cause of a pause that waits for the applicant; any other stands still for itself."""
STILL_LATE = "step_still_late"
CLOCK_TIMERS = ("step_half", "step_late", STILL_LATE, "step_over")
"""What hangs on the due date of a step; while its clock stands, none of them runs."""
STEP_TIMERS = (*CLOCK_TIMERS, "step_resume", "step_lapse")
"""Everything that waits for a step; gone when it is left."""


def authority_of(application: Application) -> str:
    """Under which authority the applicant's side acts."""
    if application.acting == "proxy":
        return f"representation:{application.representation_id}"
    return "self"


def authority_for(actor: Actor, application: Application) -> str:
    """By which authority the actor acts: the applicant's side, a clerk beside them too, or the office."""
    own = authority_of(application)
    return own if actor.is_beside else actor.authority(own)


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
        _hand_keys_on(db, application, action)
        drop_after_end(db, application)
    record_event(
        db,
        actor,
        stream_of(application),
        f"application:{action}",
        person_id=application.person_id,
        authority=authority_for(actor, application),
        details={"from": before, "to": application.state, **(details or {})},
    )
    db.flush()


def _is_still_the_one(db: Session, application: Application, action: Action) -> bool:
    """Whether what was granted keeps its place: what is given for a year, once in it; what is carried out
    after it was granted, until that is done or given up."""
    if application.state != "approved":
        return False
    definition = get_definition(db, application.definition_hash)
    again = definition.service.again
    if again is not None:
        return action != "complete" and carried_out_on(application, again) is None
    return definition.is_given_yearly


def _hand_keys_on(db: Session, application: Application, action: Action) -> None:
    """What held the place of its person's living one gives it up; another claim on the person has it then."""
    if _is_still_the_one(db, application, action):
        return
    held = db.scalars(select(LiveKey.key).where(LiveKey.application_id == application.id)).all()
    db.execute(delete(LiveKey).where(LiveKey.application_id == application.id))
    next_one = (
        db.scalar(
            select(Application.id)
            .where(
                Application.once_key == application.once_key,
                Application.id != application.id,
                Application.state.in_(("in_review", "returned")),
            )
            .order_by(Application.id)
            .limit(1)
        )
        if held
        else None
    )
    if next_one is not None:
        db.add_all(LiveKey(key=key, application_id=next_one) for key in held)


def open_entry(application: Application) -> StepEntry | None:
    """Where the application stands, if it stands anywhere."""
    return next((entry for entry in application.entries if entry.closed_at is None), None)


def open_step(
    db: Session,
    application: Application,
    step: Step,
    unit: UnitRow,
    stand_in: UnitRow | None = None,
    *,
    counted_from_on: date | None = None,
) -> StepEntry:
    """Bring the application to a step of a unit: its clock, the warnings at half and at the end.

    What else begins with it (letters, a public notice) is in ``steps.begin_step``.
    """
    today = clock.today()
    earlier = [entry for entry in application.entries if entry.step == step.id]
    shared = next((one for one in reversed(application.entries) if one.step == step.clock.shares_with), None)
    entry = StepEntry(
        application_id=application.id,
        seq=len(application.entries) + 1,
        step=step.id,
        round=len(earlier) + 1,
        unit_code=unit.code,
        county=unit.county,
        role=step.role,
        stand_in_unit=stand_in.code if stand_in else None,
        stand_in_role=step.stand_in.role if step.stand_in and stand_in else None,
        service_code=application.service_code,
        opened_at=clock.now(),
        opened_on=today,
        counted_from_on=shared.counted_from_on if shared else counted_from_on or today,
        due_on=today,
        is_due_provisional=False,
        urgency=0,
    )
    copy_listed(application, entry)
    application.entries.append(entry)
    db.flush()
    set_due(db, entry, step)
    return entry


def copy_listed(application: Application, entry: StepEntry) -> None:
    """Say at the step what lists are filtered by, as the application says it now."""
    entry.township = application.township
    entry.channel = application.channel
    entry.has_needs = application.has_needs
    entry.deciding_county = application.county if application.acceptance_county else None


def close_entry(db: Session, entry: StepEntry, outcome: str) -> None:
    """Leave a step: nothing that waited for it comes any more."""
    drop_timers_of(db, STEP_TIMERS, entry.id)
    end_public_notice(db, entry, outcome)
    entry.closed_at = clock.now()
    entry.outcome = outcome


def set_due(db: Session, entry: StepEntry, step: Step) -> None:
    """Count the due date from the first day, without the pauses; set what hangs on it anew."""
    calendar = get_calendar(db)
    when = due_of(db, entry, step, calendar)
    entry.due_on = when.on
    entry.is_due_provisional = when.is_provisional
    entry.urgency = (when.on - EPOCH).days
    _drop_clock_timers(db, entry)
    follow_term(db, entry)
    pauses = _pauses(entry)
    days = _days(db, entry, step)
    half = halfway(entry.counted_from_on, days, step.clock.unit, pauses, calendar)
    entry.half_on = half
    stamp = when.on.isoformat()
    set_timer(db, "step_half", entry.id, morning_of(half), unique=stamp)
    set_timer(db, "step_late", entry.id, morning_after(when.on), unique=stamp)
    if when.on < clock.today():  # was late before its clock stood, or before the days moved
        again = f"{stamp}-since-{clock.today().isoformat()}"
        set_timer(db, STILL_LATE, entry.id, morning_after(clock.today()), unique=again)
    if step.ends_with is not None:
        set_timer(db, "step_over", entry.id, morning_after(when.on), unique=stamp)


def _drop_clock_timers(db: Session, entry: StepEntry) -> None:
    drop_timers_of(db, CLOCK_TIMERS, entry.id)


def due_of(db: Session, entry: StepEntry, step: Step, calendar: Calendar | None = None) -> Due:
    """The last day of the step as counted now; whoever has read the calendar already brings it along."""
    days = _days(db, entry, step)
    return due(entry.counted_from_on, days, step.clock.unit, _pauses(entry), calendar or get_calendar(db))


def pause(db: Session, entry: StepEntry, reason: str, until_on: date | None = None) -> None:
    """Stop the clock of a step, with the reason that both sides are told, and its end where that is known."""
    entry.lane = "waiting" if reason == FOR_APPLICANT else "paused"
    entry.returned_at = None
    entry.pauses.append(
        ClockPause(entry_id=entry.id, from_on=clock.today(), until_on=until_on, reason=reason)
    )
    _drop_clock_timers(db, entry)
    if until_on is not None:
        set_timer(db, "step_resume", entry.id, morning_of(until_on), unique=until_on.isoformat())
    db.flush()


def resume(db: Session, entry: StepEntry, step: Step) -> None:
    """Let the clock run again from today, and count the due date anew."""
    for stopped in entry.pauses:
        stopped.to_on = stopped.to_on or clock.today()
    if entry.lane == "waiting":
        entry.returned_at = clock.now()
    entry.lane = "running"
    drop_timers(db, "step_resume", entry.id)
    db.flush()
    set_due(db, entry, step)


def _visits(entry: StepEntry) -> list[StepEntry]:
    """The visits whose days these are: this one, and those before it whose days it shares."""
    if entry.counted_from_on >= entry.opened_on:
        return [entry]
    return [
        one
        for one in entry.application.entries
        if one.seq <= entry.seq and one.opened_on >= entry.counted_from_on
    ]


def _pauses(entry: StepEntry) -> list[Pause]:
    """When the clock stood, since the days are counted: a notice that is posted again has all of its days."""
    return [
        Pause(max(one.from_on, entry.counted_from_on), one.to_on or clock.today())
        for visit in _visits(entry)
        for one in visit.pauses
        if (one.to_on or clock.today()) >= entry.counted_from_on
    ]


def _days(db: Session, entry: StepEntry, step: Step) -> int:
    """The days of the step, with those that the head of the unit granted besides."""
    if step.clock.extension is None:
        return step.clock.days
    shared = [
        one.id
        for one in entry.application.entries
        if one.step == step.clock.shares_with and one.opened_on >= entry.counted_from_on
    ]
    granted = select(func.sum(Extension.days)).where(
        Extension.entry_id.in_([entry.id, *shared]), Extension.is_granted.is_(True)
    )
    return step.clock.days + (db.scalar(granted) or 0)
