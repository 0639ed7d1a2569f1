"""Working days: the published years against a second source, the unpublished ones against the law."""

from datetime import date, timedelta

import holidays
import pytest
from holidays.calendars.chinese import _ChineseLunisolar

from portal.rules.calendar import HOLIDAY_NAMES, Calendar, DayOverride

CALENDAR = Calendar()


def days_of(year):
    return [
        date(year, 1, 1) + timedelta(days=n)
        for n in range(366)
        if (date(year, 1, 1) + timedelta(days=n)).year == year
    ]


@pytest.mark.parametrize("year", range(2012, 2027))
def test_published_years_agree_with_a_second_source(year):
    other = holidays.China(years=year)
    differing = [day for day in days_of(year) if CALENDAR.is_working(day) != other.is_working_day(day)]
    assert differing == []
    assert CALENDAR.is_published(year)


@pytest.mark.parametrize("year", [2027, 2028])
def test_unpublished_years_have_the_thirteen_days_of_the_law(year):
    days_off = [day for day in days_of(year) if CALENDAR.holiday_on(day)]
    shared = 1 if year == 2028 else 0  # 中秋 falls on 3 October, a day of National Day
    assert len(days_off) == 13 - shared
    assert not CALENDAR.is_published(year)


@pytest.mark.parametrize("year", [2027, 2028])
def test_moving_days_follow_the_lunar_calendar(year):
    lunar = _ChineseLunisolar()
    new_year, _ = lunar.lunar_new_year_date(year)
    dragon_boat, _ = lunar.dragon_boat_date(year)
    mid_autumn, _ = lunar.mid_autumn_date(year)
    qingming, _ = lunar.qingming_date(year)
    spring = [new_year + timedelta(days=n) for n in range(-1, 3)]
    assert [CALENDAR.holiday_on(day) for day in spring] == ["spring_festival"] * 4
    assert CALENDAR.holiday_on(dragon_boat) == "dragon_boat"
    assert CALENDAR.holiday_on(mid_autumn) == "mid_autumn"
    assert CALENDAR.holiday_on(qingming) == "qingming"


def test_make_up_saturday_is_a_working_day():
    assert CALENDAR.is_working(date(2026, 10, 10))
    assert not CALENDAR.is_working(date(2026, 10, 3))
    assert not CALENDAR.is_working(date(2026, 11, 22))  # a plain Sunday


def test_local_holiday_speaks_before_the_published_calendar():
    calendar = Calendar({date(2026, 11, 23): DayOverride(False), date(2026, 11, 22): DayOverride(True)})
    assert not calendar.is_working(date(2026, 11, 23))
    assert calendar.holiday_on(date(2026, 11, 23)) == "other"
    assert calendar.is_working(date(2026, 11, 22))
    assert calendar.is_working(date(2026, 11, 24))


def test_year_entered_by_an_official_is_published_and_holds_only_its_own_days():
    overrides = {
        date(2027, 1, 1): DayOverride(is_working=False, holiday="new_year"),
        date(2027, 1, 3): DayOverride(is_working=True),
    }
    calendar = Calendar(overrides, frozenset({2027}))
    assert calendar.is_published(2027)
    assert not calendar.is_published(2028)
    assert not calendar.is_working(date(2027, 1, 1))
    assert calendar.is_working(date(2027, 1, 3))
    assert not calendar.is_working(date(2027, 2, 5))  # off by the law, whether the official names it or not
    assert calendar.is_working(date(2027, 2, 10))  # named by neither


def test_range_of_two_holidays_in_one_row_names_both():
    found = CALENDAR.holiday_range(date(2025, 10, 6))
    assert (found.first_on, found.last_on) == (date(2025, 10, 1), date(2025, 10, 8))
    assert found.keys == ("national_day", "mid_autumn")
    assert CALENDAR.holiday_range(date(2025, 10, 9)) is None


def test_every_holiday_of_the_published_years_has_a_name():
    keys = {CALENDAR.holiday_on(day) for year in range(2012, 2029) for day in days_of(year)} - {None}
    assert keys == set(HOLIDAY_NAMES)  # "other" is the victory day of 2015
    assert CALENDAR.holiday_on(date(2015, 9, 3)) == "other"


def test_years_before_any_calendar_are_monday_to_friday_and_provisional():
    assert not CALENDAR.is_published(1999)
    assert CALENDAR.is_working(date(1999, 11, 22))
    assert not CALENDAR.is_working(date(2035, 10, 1))
