"""How long steps take, said in few numbers: days used, the middle one, what nine of ten keep within."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from portal.rules.calendar import Calendar
from portal.rules.deadlines import Pause

FEWEST: Final = 3
"""Fewer than this are not broken down: a number of one or two may point to a person."""

_ONE_DAY = timedelta(days=1)


def days_used(opened_on: date, closed_on: date, pauses: Sequence[Pause], calendar: Calendar) -> int:
    """The working days of a step from its beginning to its end, without those on which its clock stood. The
    day on which it began is not counted, as everywhere (rules.md 5.2)."""
    days = (opened_on + n * _ONE_DAY for n in range(1, (closed_on - opened_on).days + 1))
    return sum(calendar.is_working(day) and not any(pause.holds(day) for pause in pauses) for day in days)


def days_within(counts: Mapping[int, int], percent: int) -> int:
    """The fewest days within which ``percent`` of a hundred ended; ``counts`` says how many took how long.

    Fifty is the median, ninety what nine of ten keep within. Raises ValueError where nothing ended.
    """
    wanted = -(-sum(counts.values()) * percent // 100)
    reached = 0
    for days in sorted(counts):
        reached += counts[days]
        if reached >= wanted:
            return days
    raise ValueError("nothing ended")


def share(part: int, whole: int) -> int:
    """Of a hundred how many, rounded; none of nothing is 0. Almost all is never called all, and hardly any
    never none."""
    if not part or not whole:
        return 0
    if part == whole:
        return 100
    return min(99, max(1, round(100 * part / whole)))
