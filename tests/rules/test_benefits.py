"""Months and money of benefits: vectors of rules.md 3.3 and 3.4, and what holds for every month."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.catalogue.model import FadingStage
from portal.rules.benefits import (
    Fading,
    StartRule,
    back_pay,
    card_facts,
    count_months,
    fade,
    first_month_changed,
    first_month_without,
    month_of,
    months_on,
    school_year,
    start_month,
    year_given,
)

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
MONTHS = DAYS.map(month_of)


@pytest.mark.parametrize(
    ("rule", "month"),
    [
        ("application_month", date(2026, 11, 1)),
        ("next_month", date(2026, 12, 1)),
        ("decision_month", date(2027, 1, 1)),
    ],
)
def test_benefit_begins_with_the_month_that_the_region_counts_from(rule: StartRule, month: date) -> None:
    assert start_month(rule, date(2026, 11, 30), date(2027, 1, 4)) == month


@pytest.mark.parametrize(
    ("event", "month"),
    [
        (date(2026, 11, 1), date(2026, 12, 1)),
        (date(2026, 11, 30), date(2026, 12, 1)),
        (date(2026, 12, 31), date(2027, 1, 1)),
        (date(2028, 2, 29), date(2028, 3, 1)),
    ],
)
def test_benefit_stops_with_the_month_after_the_event(event: date, month: date) -> None:
    assert first_month_without(event) == month


@pytest.mark.parametrize(
    ("before", "after", "month"),
    [
        (8000, 11000, date(2026, 11, 1)),
        (11000, 8000, date(2026, 12, 1)),
        (8000, 8000, date(2026, 12, 1)),
        (None, 8000, date(2026, 12, 1)),
    ],
)
def test_more_is_given_at_once_and_less_from_the_next_month(
    before: int | None, after: int, month: date
) -> None:
    assert first_month_changed(before, after, date(2026, 11, 20)) == month


@pytest.mark.parametrize(
    ("from_month", "today", "paid_before", "owed"),
    [
        (date(2026, 11, 1), date(2026, 11, 30), 0, 0),
        (date(2026, 11, 1), date(2026, 12, 1), 0, 8000),
        (date(2026, 8, 1), date(2026, 11, 23), 0, 24000),
        (date(2026, 8, 1), date(2026, 11, 23), 5000, 9000),
        (date(2026, 8, 1), date(2026, 11, 23), 9000, 0),
        (date(2027, 1, 1), date(2026, 11, 23), 0, 0),
    ],
)
def test_back_pay_is_for_the_months_that_are_over(
    from_month: date, today: date, paid_before: int, owed: int
) -> None:
    assert back_pay(8000, from_month, today, paid_before) == owed


def test_six_and_six_months_fade() -> None:
    stages = [FadingStage(months=6, percent=100), FadingStage(months=6, percent=50)]
    assert fade(8001, stages, date(2026, 12, 1)) == (
        Fading(date(2026, 12, 1), date(2027, 5, 1), 8001),
        Fading(date(2027, 6, 1), date(2027, 11, 1), 4000),
    )


def test_three_years_and_one_fade() -> None:
    stages = [FadingStage(months=36, percent=100), FadingStage(months=12, percent=50)]
    assert fade(30000, stages, date(2026, 12, 1)) == (
        Fading(date(2026, 12, 1), date(2029, 11, 1), 30000),
        Fading(date(2029, 12, 1), date(2030, 11, 1), 15000),
    )


@pytest.mark.parametrize(
    ("day", "year"), [(date(2026, 8, 31), 2025), (date(2026, 9, 1), 2026), (date(2027, 1, 1), 2026)]
)
def test_school_year_begins_in_september(day: date, year: int) -> None:
    assert school_year(day) == year


@pytest.mark.parametrize(
    ("said", "is_school_year", "year"),
    [("2027", True, 2027), (2027, False, 2027), (None, False, 2026), (None, True, 2025), ("?", False, 2026)],
)
def test_year_that_is_said_counts_before_the_day_of_receipt(
    said: object, is_school_year: bool, year: int
) -> None:
    assert year_given(said, is_school_year, date(2026, 8, 31)) == year


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("valid", "valid"),
        ("expiring", "valid"),
        ("expired", "expired"),
        ("frozen", "frozen"),
        ("lost", "valid"),
        ("cancelled", "none"),
    ],
)
def test_state_of_a_certificate_is_said_as_the_questions_say_it(state: str, said: str) -> None:
    """A lost card is lost; its holder is still certified (rules.md 2.5)."""
    facts = card_facts(state, 2, ["speech", "hearing"])
    assert facts == {"certificate": said, "grade": "2", "components": ["hearing", "speech"]}


@given(MONTHS, st.integers(-600, 600))
def test_months_are_counted_there_and_back(month: date, count: int) -> None:
    assert months_on(months_on(month, count), -count) == month


@given(MONTHS, st.integers(0, 600))
def test_months_counted_are_the_months_gone_on(month: date, count: int) -> None:
    assert count_months(month, months_on(month, count)) == count + 1


@given(st.integers(0, 10**7), MONTHS, DAYS, st.integers(0, 10**7))
def test_back_pay_is_never_negative_and_whole_months(
    amount: int, month: date, today: date, before: int
) -> None:
    owed = back_pay(amount, month, today, before)
    assert owed >= 0
    assert owed == 0 or owed % (amount - before) == 0


@given(
    st.integers(0, 10**7),
    st.lists(st.builds(FadingStage, months=st.integers(1, 48), percent=st.integers(0, 100)), max_size=4),
    MONTHS,
)
def test_stages_follow_each_other_and_give_no_more_than_before(
    amount: int, stages: list[FadingStage], month: date
) -> None:
    found = fade(amount, stages, month)
    assert [one.from_month for one in found[1:]] == [months_on(one.to_month, 1) for one in found[:-1]]
    assert all(0 <= one.amount <= amount for one in found)
    assert sum(count_months(one.from_month, one.to_month) for one in found) == sum(s.months for s in stages)
