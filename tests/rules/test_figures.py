"""Days used, the middle one, nine of ten, and shares."""

from datetime import date

import pytest

from portal.rules.calendar import Calendar
from portal.rules.deadlines import Pause
from portal.rules.figures import days_used, days_within, share

CALENDAR = Calendar({}, frozenset())
MONDAY, FRIDAY, NEXT_MONDAY = date(2026, 11, 23), date(2026, 11, 27), date(2026, 11, 30)


@pytest.mark.parametrize(
    ("closed_on", "pauses", "days"),
    [
        (MONDAY, [], 0),
        (FRIDAY, [], 4),
        (NEXT_MONDAY, [], 5),
        (NEXT_MONDAY, [Pause(date(2026, 11, 24), date(2026, 11, 26))], 3),
        (FRIDAY, [Pause(MONDAY, FRIDAY)], 0),
    ],
)
def test_days_used_leave_out_weekends_pauses_and_the_first_day(
    closed_on: date, pauses: list[Pause], days: int
) -> None:
    assert days_used(MONDAY, closed_on, pauses, CALENDAR) == days


@pytest.mark.parametrize(
    ("counts", "median", "most"),
    [({4: 1}, 4, 4), ({1: 5, 2: 4, 30: 1}, 1, 2), ({0: 1, 3: 1}, 0, 3), ({2: 89, 9: 11}, 2, 9)],
)
def test_half_and_nine_of_ten_ended_within_so_many_days(
    counts: dict[int, int], median: int, most: int
) -> None:
    assert (days_within(counts, 50), days_within(counts, 90)) == (median, most)


def test_of_nothing_there_is_no_middle() -> None:
    with pytest.raises(ValueError, match="nothing ended"):
        days_within({}, 50)


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [(0, 0, 0), (0, 9, 0), (1, 1000, 1), (999, 1000, 99), (5, 5, 100), (1, 3, 33)],
)
def test_almost_all_is_not_all_and_hardly_any_is_not_none(part: int, whole: int, percent: int) -> None:
    assert share(part, whole) == percent
