"""The figures of a unit for its people: what is in hand and late, how long steps take, what was decided.

Sums only; nobody's attributes are looked at. Days that are over come from the daily figures, so that a year
of a large unit costs as much as a small one's (``daily_figures``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import OutcomeKind
from portal.rules.calendar import Calendar
from portal.rules.errors import NotAllowed
from portal.rules.figures import FEWEST, days_within
from portal.store.applications import StepEntry
from portal.store.figures import DecisionDay, StepDay
from portal.store.ratings import Rating
from portal.usecases.actor import Actor
from portal.usecases.assigning import Load, list_loads
from portal.usecases.calendar import get_calendar, morning_after
from portal.usecases.daily_figures import Decided, EndedStep, count_decisions, count_steps, last_counted
from portal.usecases.queue_lists import DueFilter, QueueFilters, in_list, paged
from portal.usecases.review_queue import MOST_COUNTED

CORRECTION: Final = frozenset({OutcomeKind.RETURN.value})
REFUSAL: Final = frozenset({OutcomeKind.REFUSE.value, OutcomeKind.NOT_ACCEPT.value})


@dataclass(frozen=True)
class Tally:
    """A count, exact up to ``MOST_COUNTED``."""

    count: int
    is_more: bool


@dataclass(frozen=True)
class StepFigures:
    """How long a step took, in working days without those on which its clock stood."""

    service: str
    step: str
    count: int
    late: int
    median: int
    most: int
    """Nine of ten ended within so many days."""


@dataclass(frozen=True)
class ReasonFigures:
    """How often a reason was named in a kind of decisions."""

    service: str
    reason: str
    count: int


@dataclass(frozen=True)
class Figures:
    """``grades`` is empty where fewer than ``FEWEST`` rated."""

    from_on: date
    to_on: date
    loads: Sequence[Load]
    due_soon: Tally
    late: Tally
    ended: int
    ended_late: int
    steps: Sequence[StepFigures]
    decisions: int
    corrections: int
    refusals: int
    correction_reasons: Sequence[ReasonFigures]
    refusal_reasons: Sequence[ReasonFigures]
    grades: Mapping[int, int]


def get_figures(db: Session, actor: Actor, days: int) -> Figures:
    """The figures of the actor's unit over the last ``days`` days, today with them; load and what is due as
    it is now. Raises NotAllowed for who sits in no unit."""
    if actor.kind != "staff" or actor.unit_code is None:
        raise NotAllowed("not_staff")
    to_on = clock.today()
    from_on = to_on - timedelta(days=days - 1)
    calendar = get_calendar(db)
    ended = _ended(db, actor.unit_code, from_on, to_on, calendar)
    decided = _decided(db, actor.unit_code, from_on, to_on)
    return Figures(
        from_on=from_on,
        to_on=to_on,
        loads=list_loads(db, actor),
        due_soon=_due(db, actor, "soon", calendar),
        late=_due(db, actor, "late", calendar),
        ended=sum(ended.values()),
        ended_late=sum(count for one, count in ended.items() if one.is_late),
        steps=_steps(ended),
        decisions=sum(count for one, count in decided.items() if not one.reason),
        corrections=_count(decided, CORRECTION),
        refusals=_count(decided, REFUSAL),
        correction_reasons=_reasons(decided, CORRECTION),
        refusal_reasons=_reasons(decided, REFUSAL),
        grades=_grades(db, actor.unit_code, from_on, to_on),
    )


def _due(db: Session, actor: Actor, due: DueFilter, calendar: Calendar) -> Tally:
    """As the unit's list, narrowed to these, counts them."""
    filters = QueueFilters(due=due)
    rows = paged(in_list(select(StepEntry.id), actor, "unit", filters, calendar), "unit", None)
    count = db.scalar(select(func.count()).select_from(rows.limit(MOST_COUNTED + 1).subquery())) or 0
    return Tally(min(count, MOST_COUNTED), count > MOST_COUNTED)


def _ended(db: Session, unit_code: str, from_on: date, to_on: date, calendar: Calendar) -> Counter[EndedStep]:
    """What was counted day by day, and what is not counted yet."""
    columns = (StepDay.service_code, StepDay.step, StepDay.days, StepDay.is_late)
    rows = db.execute(
        select(*columns, func.sum(StepDay.count))
        .where(StepDay.unit_code == unit_code, StepDay.day.between(from_on, to_on))
        .group_by(*columns)
    )
    found = Counter({EndedStep(row[0], row[1], row[2], row[3]): row[4] for row in rows})
    since = _not_counted_from(db, from_on)
    return found + count_steps(db, unit_code, since, to_on, calendar)


def _decided(db: Session, unit_code: str, from_on: date, to_on: date) -> Counter[Decided]:
    columns = (DecisionDay.service_code, DecisionDay.kind, DecisionDay.reason)
    rows = db.execute(
        select(*columns, func.sum(DecisionDay.count))
        .where(DecisionDay.unit_code == unit_code, DecisionDay.day.between(from_on, to_on))
        .group_by(*columns)
    )
    found = Counter({Decided(row[0], row[1], row[2]): row[3] for row in rows})
    return found + count_decisions(db, unit_code, _not_counted_from(db, from_on), to_on)


def _not_counted_from(db: Session, from_on: date) -> date:
    last = last_counted(db)
    return from_on if last is None else max(from_on, last + timedelta(days=1))


def _steps(ended: Counter[EndedStep]) -> list[StepFigures]:
    """Each step of each service, the slowest first."""
    days: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    late: Counter[tuple[str, str]] = Counter()
    for one, count in ended.items():
        days[one.service, one.step][one.days] += count
        late[one.service, one.step] += count if one.is_late else 0
    found = [
        StepFigures(*place, sum(took.values()), late[place], days_within(took, 50), days_within(took, 90))
        for place, took in days.items()
    ]
    return sorted(found, key=lambda one: (-one.most, -one.median, one.service, one.step))


def _count(decided: Counter[Decided], kinds: frozenset[str]) -> int:
    return sum(count for one, count in decided.items() if one.kind in kinds and not one.reason)


def _reasons(decided: Counter[Decided], kinds: frozenset[str]) -> list[ReasonFigures]:
    """The reasons of these kinds, the most frequent first."""
    counts: Counter[tuple[str, str]] = Counter()
    for one, count in decided.items():
        if one.kind in kinds and one.reason:
            counts[one.service, one.reason] += count
    found = [ReasonFigures(*about, count) for about, count in counts.items()]
    return sorted(found, key=lambda one: (-one.count, one.service, one.reason))


def _grades(db: Session, unit_code: str, from_on: date, to_on: date) -> dict[int, int]:
    rows = db.execute(
        select(Rating.grade, func.count())
        .where(
            Rating.unit_code == unit_code,
            Rating.created_at >= morning_after(from_on - timedelta(days=1)),
            Rating.created_at < morning_after(to_on),
        )
        .group_by(Rating.grade)
    )
    found: dict[int, int] = {row[0]: row[1] for row in rows}
    return found if sum(found.values()) >= FEWEST else {}
