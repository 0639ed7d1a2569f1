"""The days of a card whose holder's household registration has moved away (rules.md 2.5, 迁移)."""

from datetime import date

import pytest

from portal.rules.certificates import transfer_days


@pytest.mark.parametrize(
    ("moved", "told", "by", "warn", "end"),
    [
        ("2026-03-15", "2026-03-20", "2026-09-15", "2027-02-15", "2027-03-15"),
        ("2026-08-31", "2026-09-01", "2027-02-28", "2027-07-31", "2027-08-31"),
        ("2027-08-31", "2027-09-01", "2028-02-29", "2028-07-31", "2028-08-31"),
        ("2028-02-29", "2028-03-01", "2028-08-29", "2029-01-28", "2029-02-28"),
        ("2026-12-31", "2027-01-04", "2027-06-30", "2027-11-30", "2027-12-31"),
        ("2026-03-15", "2026-09-10", "2026-10-10", "2027-02-15", "2027-03-15"),
        ("2025-01-10", "2026-11-23", "2026-12-23", "2026-12-24", "2027-01-22"),
    ],
    ids=[
        "told in time",
        "31 August to the last of February",
        "31 August to a leap day",
        "leap day",
        "31 December to 30 June",
        "told a few days before: thirty days all the same",
        "told after both: thirty days, and thirty more",
    ],
)
def test_days_of_a_move(moved: str, told: str, by: str, warn: str, end: str) -> None:
    days = transfer_days(date.fromisoformat(moved), date.fromisoformat(told), 6, 12, 30)
    assert [one.isoformat() for one in (days.by_on, days.warn_on, days.end_on)] == [by, warn, end]


@pytest.mark.parametrize(("freeze", "end"), [(6, 12), (3, 4), (1, 1), (24, 2)])
@pytest.mark.parametrize("late", [0, 29, 200, 2000])
def test_days_come_one_after_the_other_whatever_a_region_says(freeze: int, end: int, late: int) -> None:
    moved = date(2026, 8, 31)
    told = date.fromordinal(moved.toordinal() + late)
    days = transfer_days(moved, told, freeze, end, 30)
    assert told < days.by_on < days.warn_on <= days.end_on
