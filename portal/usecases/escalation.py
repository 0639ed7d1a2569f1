"""Clocks that call for help: half of a step's time is used, the step is late, and it is late still.

Whoever has it in hand is told at half time and when it is late; then the head of its unit is told too, and
again each so many working days (``LATE_AGAIN``, a number of the region) until it is done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Region
from portal.rules.deadlines import add_working_days, remaining
from portal.rules.references import grouped
from portal.rules.steps import step_of
from portal.store.absences import Absence
from portal.store.applications import StepEntry
from portal.store.consultations import Consultation
from portal.store.extensions import Extension
from portal.store.second_persons import ProposedDecision
from portal.usecases.actor import SYSTEM
from portal.usecases.amounts import find_number
from portal.usecases.applications import definition_of
from portal.usecases.audit import record_event, stream_of
from portal.usecases.calendar import get_calendar, morning_of
from portal.usecases.heads import tell_heads
from portal.usecases.reminders import tell_of_step
from portal.usecases.staff_names import name_of
from portal.usecases.timers import drop_timers, set_timer
from portal.usecases.transitions import STILL_LATE

LATE_AGAIN: Final = "late_again_days"
"""The region's parameter: after how many working days the head is told again; 0 or nothing said: once."""


def note_half(db: Session, _region: Region, entry_id: int) -> None:
    """Half of a step's time is over."""
    entry = _running(db, entry_id)
    if entry is not None:
        _record(db, entry, "step:half")
        tell_of_step(db, entry, "half")


def note_late(db: Session, region: Region, entry_id: int) -> None:
    """A step's time is over: its officer and the head of its unit are told."""
    entry = _running(db, entry_id)
    if entry is not None:
        _record(db, entry, "step:late")
        drop_timers(db, STILL_LATE, entry.id)  # one call after another, not two in turn
        _call(db, region, entry)


def note_still_late(db: Session, region: Region, entry_id: int) -> None:
    """It is late still: both are told again. Nothing happens where its last day was put off meanwhile."""
    entry = _running(db, entry_id)
    if entry is not None and entry.due_on < clock.today():
        _record(db, entry, "step:still_late")
        _call(db, region, entry)


def is_half_over(entry: StepEntry) -> bool:
    """Whether half of the time of a running step is used, and its last day not over yet."""
    if entry.closed_at is not None or entry.is_paused or entry.half_on is None:
        return False
    return entry.half_on <= clock.today() <= entry.due_on


def list_causes(db: Session, entries: Sequence[StepEntry]) -> Mapping[int, Sequence[str]]:
    """By entry what it waits for, of those that are late: its officer is away (``absent``), another unit's
    ``opinion``, more days (``extension``), a ``second_person``. One query for all of them."""
    today = clock.today()
    overdue = [one for one in entries if one.closed_at is None and not one.is_paused and one.due_on < today]
    if not overdue:
        return {}
    late = [one.id for one in overdue]
    away = (
        select(StepEntry.id, literal("absent"))
        .join(Absence, Absence.account_id == StepEntry.claimed_by_id)
        .where(
            StepEntry.id.in_(late),
            Absence.unit_code == StepEntry.unit_code,
            Absence.role == StepEntry.role,
            Absence.from_on <= today,
            Absence.to_on >= today,
            Absence.ended_at.is_(None),
        )
    )
    asked = select(Consultation.entry_id, literal("opinion")).where(
        Consultation.application_id.in_({one.application_id for one in overdue}),  # by its index
        Consultation.entry_id.in_(late),
        Consultation.answered_at.is_(None),
        Consultation.withdrawn_at.is_(None),
    )
    more_days = select(Extension.entry_id, literal("extension")).where(
        Extension.entry_id.in_(late),
        Extension.is_granted.is_(None),  # as its index says that nobody has decided
    )
    second = select(ProposedDecision.entry_id, literal("second_person")).where(
        ProposedDecision.entry_id.in_(late), ProposedDecision.answered_at.is_(None)
    )
    found: dict[int, list[str]] = {}
    for entry_id, cause in db.execute(union_all(away, asked, more_days, second)):
        known = found.setdefault(entry_id, [])
        if cause not in known:
            known.append(cause)
    return found


def _running(db: Session, entry_id: int) -> StepEntry | None:
    """The step, while its clock runs."""
    entry = db.get(StepEntry, entry_id)
    return None if entry is None or entry.closed_at is not None or entry.is_paused else entry


def _call(db: Session, region: Region, entry: StepEntry) -> None:
    """Tell who has it and who leads the unit (and the one that stands in for it), and do so again later."""
    tell_of_step(db, entry, "late")
    number = grouped(entry.application.reference)
    unit = step_of(definition_of(db, entry.application), entry.step).clock.unit
    days = -remaining(entry.due_on, clock.today(), get_calendar(db), unit)
    late = f"{days}天" if unit == "calendar" else f"{days}个工作日"
    holder = name_of(db, entry.claimed_by_id)
    taken = f"现在在{holder}手里。" if holder else "现在没有人领取。"
    for unit_code in filter(None, (entry.unit_code, entry.stand_in_unit)):
        tell_heads(
            db,
            unit_code,
            topic=f"step-{entry.id}-late",
            subject=f"超期：{number}",
            body=f"收件号{number}的申请，这一步的最后一天是{entry.due_on:%Y-%m-%d}，超期{late}。{taken}\n"
            f"Application {number} was due on {entry.due_on:%Y-%m-%d}.\n",
        )
    again = find_number(db, region, LATE_AGAIN)
    if again:
        next_on = add_working_days(clock.today(), again, get_calendar(db))
        stamp = f"{entry.due_on.isoformat()}-{next_on.isoformat()}"
        set_timer(db, STILL_LATE, entry.id, morning_of(next_on), unique=stamp)


def _record(db: Session, entry: StepEntry, tag: str) -> None:
    record_event(
        db,
        SYSTEM,
        stream_of(entry.application),
        tag,
        person_id=entry.application.person_id,
        authority="system",
        details={"step": entry.step, "unit": entry.unit_code, "due_on": entry.due_on.isoformat()},
    )
