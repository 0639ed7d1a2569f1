"""What becomes due by itself: timers are taken in order, each runs one idempotent use case as the system.

A timer's use case runs in the transaction that marks the timer as done, so it takes effect once or not at
all. One that fails is tried again later and never holds up the others.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Region
from portal.store.applications import Application
from portal.store.messages import Timer
from portal.usecases.actor import SYSTEM
from portal.usecases.amendments import begin_amendment
from portal.usecases.appointments import remind_of_appointment
from portal.usecases.audit import record_event, stream_of
from portal.usecases.authority_ends import end_over, warn_of_end
from portal.usecases.benefit_reviews import remind_of_review
from portal.usecases.card_moves import mind_move
from portal.usecases.card_reminders import remind_of_end
from portal.usecases.consultations import note_unanswered
from portal.usecases.corrections import lapse_correction
from portal.usecases.drafts import draft_days_left, remove_draft
from portal.usecases.escalation import note_half, note_late, note_still_late
from portal.usecases.fading import begin_stage
from portal.usecases.invitations import end_invitation
from portal.usecases.offers import offer_by_card
from portal.usecases.recounting import recount_dates
from portal.usecases.reminders import tell_of_deletion
from portal.usecases.silence import accept_by_silence, continue_step, end_step, lapse_step
from portal.usecases.turns import is_our_turn
from portal.usecases.unit_closing import bring_along

log = logging.getLogger("portal.timed")

MOST_ATTEMPTS = 10
FIRST_WAIT = timedelta(minutes=1)
"""Doubled with each attempt: the tenth comes after about nine hours."""

Timed = Callable[[Session, Region, int], None]
"""What a timer does, given the id of the row that it is about. Doing it twice, or too late, does no harm."""


def expire_draft(db: Session, region: Region, application_id: int) -> None:
    """Delete a draft whose time is over; before that, say that it will be."""
    application = db.get(Application, application_id, with_for_update=True)
    if application is None or application.state != "draft":
        return
    days = draft_days_left(application, clock.today())
    if days < 0:
        remove_draft(db, SYSTEM, application)
        return
    tell_of_deletion(db, region, application)
    record_event(db, SYSTEM, stream_of(application), "draft:warn", details={"days": days}, authority="system")


def end_correction(db: Session, _region: Region, correction_id: int) -> None:
    """End the application whose correction nobody sent in time."""
    lapse_correction(db, correction_id)


TIMED: Mapping[str, Timed] = {
    "draft_expiry": expire_draft,
    "correction_due": end_correction,
    "certificate_reminder": remind_of_end,
    "card_moved": mind_move,
    "card_offer": offer_by_card,
    "benefit_review": remind_of_review,
    "benefit_stage": begin_stage,
    "recount_dates": recount_dates,
    "step_half": note_half,
    "step_late": note_late,
    "step_still_late": note_still_late,
    "step_over": end_step,
    "step_resume": continue_step,
    "step_lapse": lapse_step,
    "deemed": accept_by_silence,
    "consultation_due": note_unanswered,
    "amendment": begin_amendment,
    "appointment_reminder": remind_of_appointment,
    "unit_closing": bring_along,
    "authority_warning": warn_of_end,
    "authority_over": end_over,
    "invitation_over": end_invitation,
}
"""Kind of timer to what it does."""


def run_next_timer(db: Session, region: Region, acts: Mapping[str, Timed] = TIMED) -> int | None:
    """Do what is due longest; the timer's id, None when nothing is due.

    Whatever the use case raises is passed on with the timer's id in ``TimerFailed``: the caller rolls back
    and puts the timer off in a transaction of its own.
    """
    if not is_our_turn(db, "timers"):
        return None  # one worker at a time: of two timers that belong together, the earlier one goes first
    now = clock.now()
    timer = db.scalar(
        select(Timer)
        .where(
            Timer.done_at.is_(None),
            Timer.due_at <= now,
            or_(Timer.leased_until.is_(None), Timer.leased_until <= now),
        )
        .order_by(Timer.due_at, Timer.id)
        .limit(1)  # not locked: whoever answers in this moment drops it, and waits for nobody
    )
    if timer is None:
        return None
    try:
        acts[timer.kind](db, region, timer.subject)
        db.execute(update(Timer).where(Timer.id == timer.id).values(done_at=now, outcome="done"))
        db.flush()
    except Exception as wrong:
        raise TimerFailed(timer.id, timer.kind) from wrong
    return timer.id


class TimerFailed(Exception):
    """A timer's use case failed; the cause is chained."""

    def __init__(self, timer_id: int, kind: str) -> None:
        super().__init__(f"{kind} timer {timer_id}")
        self.timer_id = timer_id


def put_off(db: Session, timer_id: int) -> None:
    """Try a failed timer again later; after the last attempt it is left for an operator."""
    timer = db.get(Timer, timer_id, with_for_update=True)
    if timer is None or timer.done_at is not None:
        return
    timer.attempts += 1
    if timer.attempts >= MOST_ATTEMPTS:
        timer.done_at, timer.outcome = clock.now(), "failed"
        log.error("%s timer %s failed for good", timer.kind, timer.id)
    else:
        timer.leased_until = clock.now() + FIRST_WAIT * 2 ** (timer.attempts - 1)
