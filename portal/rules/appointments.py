"""When staff may come: an hour of the day, in the times that the person gave, and never unannounced.

The hours and how far ahead are ours: no law fixes them.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final, Literal

HOURS: Final = range(8, 19)
"""Full hours at which something may be arranged: nobody is visited before eight or after six."""
NOON: Final = 12
MOST_DAYS_AHEAD: Final = 90
SATURDAY: Final = 5

Fault = Literal["past", "too_far", "hour", "not_their_time"]


def fault_of_hour(
    starts_at: datetime, now: datetime, good_times: Collection[str], *, is_agreed: bool
) -> Fault | None:
    """What is wrong with a proposed moment (both in Shanghai time). At another time than the person gave
    (``contact_times``) only what was agreed with them."""
    if starts_at <= now:
        return "past"
    if starts_at > now + timedelta(days=MOST_DAYS_AHEAD):
        return "too_far"
    if starts_at.hour not in HOURS or starts_at.minute:
        return "hour"
    return None if is_agreed or suits(starts_at, good_times) else "not_their_time"


def suits(starts_at: datetime, good_times: Collection[str]) -> bool:
    """Whether a moment lies in the times that the person gave. Who named no part of the day is asked for
    none; weekends are good for those who said so."""
    if not good_times:
        return True
    is_weekend = starts_at.weekday() >= SATURDAY
    if is_weekend and "weekend" not in good_times:
        return False
    parts = set(good_times) - {"weekend"}
    if not parts:
        return is_weekend
    return ("morning" if starts_at.hour < NOON else "afternoon") in parts
