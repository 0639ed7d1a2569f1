"""When the calendar changes, dates that were counted with the old one are counted again, in small batches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from portal import clock
from portal.catalogue.model import Definition, Region
from portal.catalogue.texts import Text
from portal.rules.deadlines import add_working_days, due
from portal.store.applications import Application, Correction, StepEntry
from portal.store.messages import Timer
from portal.store.public_notices import PublicNotice
from portal.usecases.actor import SYSTEM
from portal.usecases.alerts import tell_account
from portal.usecases.applications import definition_of
from portal.usecases.audit import record_event, stream_of
from portal.usecases.calendar import get_calendar, morning_after, recount_from
from portal.usecases.reminders import tell_of_moved_days
from portal.usecases.submission import newest_submission
from portal.usecases.timers import drop_timers, set_timer
from portal.usecases.transitions import due_of, open_entry, set_due

BATCH = 100
"""Applications counted again in one transaction, so that nobody waits long for a lock."""


def recount_dates(db: Session, region: Region, after_id: int) -> None:
    """Count the due dates of the next applications under way, and leave a timer for those after them.

    A step's date moves either way. The last day that people were given to act, in a correction request or a
    public notice, is only ever put off: nobody loses a day that they were told they have.
    """
    applications = _next_under_way(db, after_id)
    for application in applications:
        definition = definition_of(db, application)
        _recount_step(db, region, application, definition)
        _recount_correction(db, region, application, definition)
        _recount_silence(db, application, definition)
    if len(applications) == BATCH:
        recount_from(db, applications[-1].id)


def _next_under_way(db: Session, after_id: int) -> Sequence[Application]:
    """Locked all at once and in order, so that this and an applicant never wait for each other."""
    return db.scalars(
        select(Application)
        .where(Application.id > after_id, Application.state.in_(("in_review", "returned")))
        .options(selectinload(Application.entries).selectinload(StepEntry.pauses))
        .order_by(Application.id)
        .limit(BATCH)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _recount_step(db: Session, region: Region, application: Application, definition: Definition) -> None:
    """A step whose clock stands is counted when it runs again."""
    entry = open_entry(application)
    step = definition.step(entry.step) if entry else None
    if entry is None or step is None or entry.is_paused:
        return
    before, was_provisional = entry.due_on, entry.is_due_provisional
    now = due_of(db, entry, step)
    is_same = (now.on, now.is_provisional) == (before, was_provisional)
    if is_same or (step.ends_with is not None and now.on < before):
        return
    set_due(db, entry, step)
    db.execute(update(PublicNotice).where(PublicNotice.entry_id == entry.id).values(to_on=entry.due_on))
    _record(db, application, "step:recount", before, entry.due_on)
    if entry.due_on != before:
        text = Text(
            zh=f"放假安排有变。您的申请这一步，现在最晚{_day(entry.due_on)}办完。",
            easy=f"放假的日子改了。您的申请，最晚{_day(entry.due_on)}办好这一步。",
            en=f"Holidays changed. This step is now due by {entry.due_on.day} {entry.due_on:%b}.",
        )
        _tell(db, region, application, text, f"step-{entry.id}", entry.due_on)
        tell_of_moved_days(db, entry)


def _recount_correction(
    db: Session, region: Region, application: Application, definition: Definition
) -> None:
    correction = db.scalar(
        select(Correction).where(
            Correction.application_id == application.id,
            Correction.answered_at.is_(None),
            Correction.ended_at.is_(None),
        )
    )
    if correction is None:
        return
    before, was_provisional = correction.due_on, correction.is_due_provisional
    asked_on = clock.shanghai(correction.asked_at).date()
    now = due(asked_on, definition.service.correction_days, "working", (), get_calendar(db))
    correction.due_on = max(before, now.on)
    correction.is_due_provisional = now.is_provisional
    if (correction.due_on, correction.is_due_provisional) == (before, was_provisional):
        return
    _record(db, application, "correction:recount", before, correction.due_on)
    if correction.due_on != before:
        drop_timers(db, "correction_due", correction.id)
        due_at, unique = morning_after(correction.due_on), correction.due_on.isoformat()
        set_timer(db, "correction_due", correction.id, due_at, unique=unique)
        text = Text(
            zh=f"放假安排有变。您要补正的申请，现在最晚{_day(correction.due_on)}交。",
            easy=f"放假的日子改了。您要改的申请，最晚{_day(correction.due_on)}交。",
            en=f"Holidays changed. Send your corrections by {correction.due_on.day} {correction.due_on:%b}.",
        )
        _tell(db, region, application, text, f"correction-{correction.id}", correction.due_on)


def _recount_silence(db: Session, application: Application, definition: Definition) -> None:
    """When saying nothing counts as acceptance: so many working days from the newest hand-in."""
    timer = db.scalar(
        select(Timer).where(Timer.kind == "deemed", Timer.subject == application.id, Timer.done_at.is_(None))
    )
    submission = newest_submission(db, application)
    if timer is None or submission is None or definition.service.deemed is None:
        return
    handed_in_on = clock.shanghai(submission.submitted_at).date()
    last = add_working_days(handed_in_on, definition.service.deemed.days, get_calendar(db))
    timer.due_at = morning_after(last)


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _record(db: Session, application: Application, tag: str, before: date, after: date) -> None:
    record_event(
        db,
        SYSTEM,
        stream_of(application),
        tag,
        person_id=application.person_id,
        authority="system",
        details={"from": before.isoformat(), "to": after.isoformat()},
    )


def _tell(db: Session, region: Region, application: Application, text: Text, what: str, due_on: date) -> None:
    """Once for each day named on one day, however often the calendar changes."""
    unique = f"recount-{what}-{due_on.isoformat()}-{clock.today().isoformat()}"
    tell_account(db, region, application.account_id, text, unique=unique)
