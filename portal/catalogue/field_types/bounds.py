"""What another answer says about the earliest day or year: a date, a year, or the birth in an ID number."""

from __future__ import annotations

from datetime import date
from typing import Any

from portal.catalogue.field_types.identity import birth_date


def day_of(answer: Any) -> date | None:
    """The day that an ISO date or an ID number holds; None where the answer holds none."""
    if not isinstance(answer, str):
        return None
    try:
        return date.fromisoformat(answer)
    except ValueError:
        return birth_date(answer)


def year_of(answer: Any) -> int | None:
    """The year of a year, a date or an ID number; None where the answer holds none."""
    if isinstance(answer, int) and not isinstance(answer, bool):
        return answer
    day = day_of(answer)
    return None if day is None else day.year
