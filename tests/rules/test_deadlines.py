"""Counting: the first day is not counted, the last rolls, a pause loses and gives nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import clock
from portal.rules.calendar import Calendar
from portal.rules.deadlines import (
    Pause,
    add_working_days,
    due,
    halfway,
    holidays_between,
    remaining,
    working_days_between,
)

CALENDAR = Calendar()
DAYS = st.dates(date(2024, 1, 1), date(2028, 6, 1))
LIMITS = st.integers(1, 40)
PAUSES = st.lists(
    st.builds(lambda first, length: Pause(first, first + timedelta(days=length)), DAYS, st.integers(0, 60)),
    max_size=4,
)
NEAR_PAUSES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 40)), max_size=4)


def pauses_after(start, spans):
    return [
        Pause(start + timedelta(days=after), start + timedelta(days=after + length))
        for after, length in spans
    ]


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 11, 24), 1, date(2026, 11, 25)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),  # Friday to Monday
        (date(2026, 11, 22), 5, date(2026, 11, 27)),  # received on a Sunday
        (date(2026, 9, 30), 1, date(2026, 10, 8)),  # over National Day
        (date(2026, 9, 28), 10, date(2026, 10, 16)),  # 10 October is a make-up Saturday
        (date(2026, 9, 18), 1, date(2026, 9, 20)),  # a make-up Sunday counts
        (date(2026, 2, 13), 2, date(2026, 2, 24)),  # 14 February is a make-up Saturday
        (date(2026, 11, 22), 0, date(2026, 11, 23)),
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
    ],
)
def test_working_days_are_counted_from_the_next_day(start, count, end):
    assert add_working_days(start, count, CALENDAR) == end


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 11, 23), 15, date(2026, 12, 8)),
        (date(2026, 11, 23), 5, date(2026, 11, 30)),  # the 28th is a Saturday
        (date(2026, 9, 16), 15, date(2026, 10, 8)),  # the last day falls on National Day
    ],
)
def test_calendar_days_roll_out_of_days_off_at_the_end_only(start, count, end):
    assert due(start, count, "calendar", [], CALENDAR).on == end


def test_letter_can_name_the_holiday_that_is_not_counted():
    found = due(date(2026, 9, 28), 10, "working", [], CALENDAR)
    assert found.on == date(2026, 10, 16)
    (holiday,) = found.holidays_between
    assert (holiday.first_on, holiday.last_on, holiday.keys) == (
        date(2026, 10, 1),
        date(2026, 10, 7),
        ("national_day",),
    )
    assert not found.is_provisional


def test_calendar_limit_names_only_the_holiday_that_it_was_moved_out_of():
    over = due(date(2026, 9, 16), 15, "calendar", [], CALENDAR)
    assert [holiday.first_on for holiday in over.holidays_between] == [date(2026, 10, 1)]
    through = due(date(2026, 9, 16), 30, "calendar", [], CALENDAR)
    assert through.on == date(2026, 10, 16)
    assert through.holidays_between == ()
    weekend = due(date(2026, 11, 23), 5, "calendar", [], CALENDAR)
    assert weekend.holidays_between == ()


def test_holiday_inside_a_pause_is_not_named():
    pause = Pause(date(2026, 9, 29), date(2026, 10, 9))
    found = due(date(2026, 9, 28), 10, "working", [pause], CALENDAR)
    assert found.holidays_between == ()
    # one day before the pause, nine after it: the make-up Saturday, five days of a week, three of the next
    assert found.on == date(2026, 10, 21)


def test_limit_that_reaches_an_unpublished_year_is_provisional():
    assert not due(date(2026, 12, 1), 20, "working", [], CALENDAR).is_provisional
    found = due(date(2026, 12, 15), 20, "working", [], CALENDAR)
    assert found.is_provisional
    assert found.on == date(2027, 1, 13)  # New Year's Day alone is off
    published = Calendar(published_years=frozenset({2027}))
    assert not due(date(2026, 12, 15), 20, "working", [], published).is_provisional


def test_application_at_half_past_midnight_in_shanghai_arrives_on_that_day():
    arrived = clock.shanghai(datetime(2026, 11, 30, 16, 30, tzinfo=UTC)).date()
    assert arrived == date(2026, 12, 1)
    assert due(arrived, 5, "working", [], CALENDAR).on == date(2026, 12, 8)


def test_step_stopped_and_resumed_on_one_day_loses_none():
    day = date(2026, 11, 25)
    plain = due(date(2026, 11, 24), 10, "working", [], CALENDAR)
    assert due(date(2026, 11, 24), 10, "working", [Pause(day, day)], CALENDAR) == plain


def test_pause_over_a_week_moves_the_date_by_a_week():
    pause = Pause(date(2026, 11, 25), date(2026, 12, 2))
    assert due(date(2026, 11, 24), 10, "working", [], CALENDAR).on == date(2026, 12, 8)
    assert due(date(2026, 11, 24), 10, "working", [pause], CALENDAR).on == date(2026, 12, 15)


def test_pause_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="before it begins"):
        Pause(date(2026, 11, 25), date(2026, 11, 24))


def test_negative_limit_is_refused():
    with pytest.raises(ValueError, match="negative"):
        due(date(2026, 11, 24), -1, "working", [], CALENDAR)


def test_remaining_is_zero_on_the_last_day_and_negative_when_late():
    last = date(2026, 12, 8)
    assert remaining(last, date(2026, 12, 4), CALENDAR) == 2
    assert remaining(last, last, CALENDAR) == 0
    assert remaining(last, date(2026, 12, 10), CALENDAR) == -2


def test_remaining_of_a_limit_in_calendar_days_counts_weekends_and_holidays():
    last = date(2026, 12, 8)
    assert remaining(last, date(2026, 12, 4), CALENDAR, "calendar") == 4
    assert remaining(last, last, CALENDAR, "calendar") == 0
    assert remaining(last, date(2026, 12, 14), CALENDAR, "calendar") == -6


def test_halfway_is_half_of_the_counted_days():
    assert halfway(date(2026, 11, 24), 10, "working", [], CALENDAR) == date(2026, 12, 1)
    assert halfway(date(2026, 11, 24), 5, "working", [], CALENDAR) == date(2026, 11, 27)


@given(DAYS, LIMITS, NEAR_PAUSES)
def test_due_date_moves_by_exactly_the_working_days_paused(start, limit, spans):
    pauses = pauses_after(start, spans)
    plain = due(start, limit, "working", [], CALENDAR).on
    moved = due(start, limit, "working", pauses, CALENDAR).on
    days = [start + timedelta(days=n) for n in range(1, (moved - start).days + 1)]
    paused = sum(CALENDAR.is_working(day) and any(pause.holds(day) for pause in pauses) for day in days)
    assert working_days_between(plain, moved, CALENDAR) == paused


@given(DAYS, LIMITS)
def test_counting_there_and_back_agrees(start, count):
    end = add_working_days(start, count, CALENDAR)
    assert working_days_between(start, end, CALENDAR) == count
    assert CALENDAR.is_working(end)
    assert end > start


@given(DAYS, st.integers(0, 20), LIMITS, LIMITS, PAUSES, st.sampled_from(["working", "calendar"]))
def test_later_start_or_longer_limit_is_never_due_earlier(start, later, limit, longer, pauses, unit):
    first = due(start, limit, unit, pauses, CALENDAR).on
    assert due(start + timedelta(days=later), limit, unit, pauses, CALENDAR).on >= first
    assert due(start, limit + longer, unit, pauses, CALENDAR).on >= first
    assert halfway(start, limit, unit, pauses, CALENDAR) <= first
    assert CALENDAR.is_working(first)


@given(DAYS, LIMITS)
def test_every_holiday_between_is_named_once_and_touches_the_span(start, length):
    end = start + timedelta(days=length)
    found = holidays_between(start, end, CALENDAR)
    assert len({holiday.first_on for holiday in found}) == len(found)
    for holiday in found:
        assert holiday.first_on <= end
        assert holiday.last_on > start
    days = [start + timedelta(days=n) for n in range(1, length + 1)]
    covered = [day for day in days if any(h.first_on <= day <= h.last_on for h in found)]
    assert covered == [day for day in days if CALENDAR.holiday_on(day)]
