"""When something is due: counting working and calendar days as the law counts them (rules.md 5.2).

The first day is not counted; a last day that falls on a day off moves to the next working day (民法典 art.
201, 203). All days are Shanghai dates; an instant becomes one by ``clock.shanghai`` before it comes here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from portal.rules.calendar import Calendar, HolidayRange

Unit = Literal["working", "calendar"]

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Pause:
    """The clock stands on every day after ``stopped_on`` up to and with ``resumed_on``.

    Both ends follow the law's way of counting: the day of an event itself is not counted from. So a step that
    is stopped and resumed on one day loses none, and pauses that touch do not overlap. A pause that has not
    ended is counted as if it ended today: pass today as ``resumed_on``.
    """

    stopped_on: date
    resumed_on: date

    def __post_init__(self) -> None:
        if self.resumed_on < self.stopped_on:
            raise ValueError("a pause ends before it begins")

    def holds(self, day: date) -> bool:
        """Whether the clock stands on this day."""
        return self.stopped_on < day <= self.resumed_on


@dataclass(frozen=True)
class Due:
    """The last day, whether it may still move (暂按), and the holidays that moved it.

    ``holidays_between`` are, for working days, the holidays on the way (10月1日至7日放假，不算在内);
    for calendar days, only the holiday that the last day was moved out of.
    """

    on: date
    is_provisional: bool
    holidays_between: tuple[HolidayRange, ...]


def add_working_days(start: date, count: int, calendar: Calendar) -> date:
    """The ``count``-th working day after ``start``; 0 gives the first working day from ``start`` on."""
    return _end(start, count, "working", (), calendar)


def due(start: date, limit: int, unit: Unit, pauses: Sequence[Pause], calendar: Calendar) -> Due:
    """When ``limit`` days from ``start`` are over, not counting the days on which the clock stood.

    Raises ValueError for a negative limit.
    """
    last = _last(start, limit, unit, pauses, calendar)
    end = _rolled(last, calendar)
    if unit == "working":
        skipped = _not_counted(start, end, pauses, calendar)
    else:
        rolled_over = calendar.holiday_range(last)
        skipped = (rolled_over,) if rolled_over is not None and last != end else ()
    years = range(start.year, end.year + 1)
    return Due(end, not all(calendar.is_published(year) for year in years), skipped)


def halfway(start: date, limit: int, unit: Unit, pauses: Sequence[Pause], calendar: Calendar) -> date:
    """The day on which half of the limit (rounded up) is used, to warn the office in time."""
    return _end(start, (limit + 1) // 2, unit, pauses, calendar)


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """The working days after ``start`` up to and with ``end``; negative where ``end`` comes first."""
    if end < start:
        return -working_days_between(end, start, calendar)
    return sum(calendar.is_working(start + n * _ONE_DAY) for n in range(1, (end - start).days + 1))


def remaining(due_on: date, today: date, calendar: Calendar, unit: Unit = "working") -> int:
    """The days left after today, counted as the limit counts them: 0 on the last day, negative when late."""
    return (due_on - today).days if unit == "calendar" else working_days_between(today, due_on, calendar)


def holidays_between(start: date, end: date, calendar: Calendar) -> tuple[HolidayRange, ...]:
    """The rows of holidays that touch the days after ``start`` up to and with ``end``, each once, whole."""
    ranges: list[HolidayRange] = []
    day = start + _ONE_DAY
    while day <= end:
        found = calendar.holiday_range(day)
        if found is not None:
            ranges.append(found)
            day = found.last_on
        day += _ONE_DAY
    return tuple(ranges)


def _end(start: date, limit: int, unit: Unit, pauses: Sequence[Pause], calendar: Calendar) -> date:
    return _rolled(_last(start, limit, unit, pauses, calendar), calendar)


def _last(start: date, limit: int, unit: Unit, pauses: Sequence[Pause], calendar: Calendar) -> date:
    """The day on which the limit is used up, before it is moved out of a day off."""
    if limit < 0:
        raise ValueError("a limit is not negative")
    day = start
    left = limit
    while left > 0:
        day += _ONE_DAY
        counts = unit == "calendar" or calendar.is_working(day)
        if counts and not any(pause.holds(day) for pause in pauses):
            left -= 1
    return day


def _rolled(day: date, calendar: Calendar) -> date:
    while not calendar.is_working(day):
        day += _ONE_DAY
    return day


def _not_counted(
    start: date, end: date, pauses: Sequence[Pause], calendar: Calendar
) -> tuple[HolidayRange, ...]:
    """The holidays that took working time away: not those inside a pause, nor those that fell on weekends."""

    def took_time(found: HolidayRange) -> bool:
        days = (found.first_on + n * _ONE_DAY for n in range((found.last_on - found.first_on).days + 1))
        return any(
            start < day <= end and day.weekday() < 5 and not any(pause.holds(day) for pause in pauses)
            for day in days
        )

    return tuple(found for found in holidays_between(start, end, calendar) if took_time(found))
