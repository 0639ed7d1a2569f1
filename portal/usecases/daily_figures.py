"""Counting what ended and what was decided: for each day once, by the worker, when the day is over.

What is not counted yet (today, or what the worker has still to do) is counted by the same functions when
somebody looks. What another post did in the place of a unit without accounts counts for that unit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.rules.calendar import Calendar
from portal.rules.deadlines import Pause
from portal.rules.figures import days_used
from portal.store.applications import ClockPause, Decision, StepEntry
from portal.store.figures import CountedDay, DecisionDay, StepDay
from portal.store.units import UnitRow
from portal.usecases.calendar import get_calendar, morning_after
from portal.usecases.turns import is_our_turn

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class EndedStep:
    """What is counted of a visit that ended."""

    service: str
    step: str
    days: int
    is_late: bool


@dataclass(frozen=True)
class Decided:
    """What is counted of a decision: once without a reason, and once for each that it names."""

    service: str
    kind: str
    reason: str


def count_next_day(db: Session) -> bool:
    """Count the first day that is over and not counted yet; whether there was one. For the worker."""
    if not is_our_turn(db, "daily_figures"):
        return False
    day = _next_day(db)
    if day is None or day >= clock.today():
        return False
    calendar = get_calendar(db)
    for unit in db.scalars(select(UnitRow.code).order_by(UnitRow.code)).all():
        for ended, count in count_steps(db, unit, day, day, calendar).items():
            db.add(
                StepDay(
                    unit_code=unit,
                    day=day,
                    service_code=ended.service,
                    step=ended.step,
                    days=ended.days,
                    is_late=ended.is_late,
                    count=count,
                )
            )
    for unit, counts in _decisions_of_all(db, day).items():
        for decided, count in counts.items():
            about = {"service_code": decided.service, "kind": decided.kind, "reason": decided.reason}
            db.add(DecisionDay(unit_code=unit, day=day, count=count, **about))
    db.add(CountedDay(day=day, counted_at=clock.now()))
    db.flush()
    return True


def last_counted(db: Session) -> date | None:
    """Up to which day everything is counted."""
    return db.scalar(select(func.max(CountedDay.day)))


def count_steps(
    db: Session, unit_code: str, from_on: date, to_on: date, calendar: Calendar
) -> Counter[EndedStep]:
    """The visits to steps of the unit that ended from a day to a day, both counted."""
    ended = (
        StepEntry.unit_code == unit_code,
        StepEntry.closed_at >= _beginning(from_on),
        StepEntry.closed_at < morning_after(to_on),
    )
    stood: dict[int, list[Pause]] = defaultdict(list)
    query = select(ClockPause).join(StepEntry, StepEntry.id == ClockPause.entry_id).where(*ended)
    for one in db.scalars(query):
        stood[one.entry_id].append(Pause(one.from_on, one.to_on or clock.today()))
    columns = (
        StepEntry.id,
        StepEntry.service_code,
        StepEntry.step,
        StepEntry.opened_on,
        StepEntry.closed_at,
        StepEntry.due_on,
    )
    days_from_to = cache(lambda opened_on, closed_on: days_used(opened_on, closed_on, (), calendar))
    counts: Counter[EndedStep] = Counter()
    for row in db.execute(select(*columns).where(*ended)):
        assert row.closed_at is not None
        closed_on = clock.shanghai(row.closed_at).date()
        if (pauses := stood.get(row.id)) is None:  # most never stood, and began on one of few days
            days = days_from_to(row.opened_on, closed_on)
        else:
            days = days_used(row.opened_on, closed_on, pauses, calendar)
        counts[EndedStep(row.service_code, row.step, days, closed_on > row.due_on)] += 1
    return counts


def count_decisions(db: Session, unit_code: str, from_on: date, to_on: date) -> Counter[Decided]:
    """The decisions about steps of the unit from a day to a day, both counted."""
    query = _decisions(from_on, to_on).where(StepEntry.unit_code == unit_code)
    return Counter(one for row in db.execute(query) for one in _counted(row))


def _decisions_of_all(db: Session, day: date) -> dict[str, Counter[Decided]]:
    found: dict[str, Counter[Decided]] = defaultdict(Counter)
    for row in db.execute(_decisions(day, day)):
        found[row.unit_code].update(_counted(row))
    return found


def _decisions(from_on: date, to_on: date) -> Select[Any]:
    columns: tuple[Any, ...] = (
        StepEntry.unit_code,
        StepEntry.service_code,
        Decision.kind,
        Decision.reasons,
    )
    return (
        select(*columns)
        .join(StepEntry, StepEntry.id == Decision.entry_id)
        .where(Decision.decided_at >= _beginning(from_on), Decision.decided_at < morning_after(to_on))
    )


def _counted(row: Any) -> Iterator[Decided]:
    for reason in ("", *sorted(set(row.reasons))):
        yield Decided(row.service_code, row.kind, reason)


def _next_day(db: Session) -> date | None:
    """The day after the last one counted; at the very first time, the day on which anything ended."""
    last = last_counted(db)
    if last is not None:
        return last + _ONE_DAY
    firsts = [db.scalar(select(func.min(column))) for column in (StepEntry.closed_at, Decision.decided_at)]
    known = [clock.shanghai(one).date() for one in firsts if one is not None]
    return min(known, default=None)


def _beginning(day: date) -> datetime:
    return morning_after(day - _ONE_DAY)
