"""Accessibility complaints, told to everyone month by month: how many were answered, how many in time.

They have a queue of their own (rules.md SQ-01; 无障碍环境建设法 art. 62): what was left without an account
waits with the administrators, what was applied for at steps that their service says are published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session, load_only

from portal import clock
from portal.catalogue.model import Definition
from portal.rules.benefits import month_of
from portal.rules.calendar import months_on
from portal.rules.deadlines import due
from portal.store.applications import StepEntry
from portal.store.figures import StepDay
from portal.store.messages import VisitorMessage
from portal.usecases.calendar import get_calendar
from portal.usecases.visitor_messages import ANSWER_DAYS

MONTHS = 12
"""How many months are told, with the one that runs."""

PublishedStep = tuple[str, str]
"""The code of a service and one of its steps."""


@dataclass(frozen=True)
class MonthOfAnswers:
    month: date
    answered: int
    in_time: int


@dataclass(frozen=True)
class BarrierFigures:
    """The newest month first; what waits for an answer now."""

    months: tuple[MonthOfAnswers, ...]
    waiting: int


def published_steps(definitions: Collection[Definition]) -> tuple[PublishedStep, ...]:
    """The steps whose figures everyone is told."""
    return tuple(
        (one.service.code, step.id) for one in definitions for step in one.service.steps if step.is_published
    )


def count_answers(db: Session, steps: Collection[PublishedStep]) -> BarrierFigures:
    """The last twelve months. A day of a step counts when the worker has counted it, the morning after."""
    this_month = month_of(clock.today())
    months = [months_on(this_month, -back) for back in range(MONTHS)]
    in_time, late = _of_messages(db, months[-1])
    for is_late, month, count in _of_steps(db, steps, months[-1]):
        (late if is_late else in_time)[month] += count
    return BarrierFigures(
        tuple(MonthOfAnswers(one, in_time[one] + late[one], in_time[one]) for one in months),
        _count_waiting(db, steps),
    )


def _of_messages(db: Session, since: date) -> tuple[Counter[date], Counter[date]]:
    calendar = get_calendar(db)
    first = datetime.combine(since, time(), clock.SHANGHAI)
    answered = (
        select(VisitorMessage)
        .where(VisitorMessage.kind == "barrier", VisitorMessage.answered_at >= first)
        .options(load_only(VisitorMessage.created_at, VisitorMessage.answered_at))
    )
    in_time, late = Counter[date](), Counter[date]()
    for one in db.scalars(answered):
        day = clock.shanghai(one.answered_at or clock.now()).date()
        last = due(clock.shanghai(one.created_at).date(), ANSWER_DAYS, "working", (), calendar).on
        (in_time if day <= last else late)[month_of(day)] += 1
    return in_time, late


def _of_steps(db: Session, steps: Collection[PublishedStep], since: date) -> list[tuple[bool, date, int]]:
    counted = (
        select(StepDay.is_late, StepDay.day, StepDay.service_code, StepDay.step, func.sum(StepDay.count))
        .where(StepDay.day >= since, StepDay.service_code.in_(_services(steps)))
        .group_by(StepDay.is_late, StepDay.day, StepDay.service_code, StepDay.step)
    )
    return [
        (is_late, month_of(day), count)
        for is_late, day, service, step, count in db.execute(counted)
        if (service, step) in steps
    ]


def _count_waiting(db: Session, steps: Collection[PublishedStep]) -> int:
    unanswered = select(func.count()).where(
        VisitorMessage.kind == "barrier", VisitorMessage.answered_at.is_(None)
    )
    under_way = (
        select(StepEntry.service_code, StepEntry.step, func.count())
        .where(StepEntry.closed_at.is_(None), StepEntry.service_code.in_(_services(steps)))
        .group_by(StepEntry.service_code, StepEntry.step)
    )
    open_ones = sum(count for service, step, count in db.execute(under_way) if (service, step) in steps)
    return open_ones + (db.scalar(unanswered) or 0)


def _services(steps: Collection[PublishedStep]) -> list[str]:
    return sorted({service for service, _step in steps})
