"""The certificate by rule: vectors of rules.md 2.2 and 6, terms over short months, states day by day."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.catalogue.field_types import certificate_parts
from portal.catalogue.model.effects import COMPONENTS
from portal.rules.certificates import (
    MULTIPLE,
    Cause,
    Component,
    category_of,
    certificate_number,
    grade_of,
    has_other_id,
    is_good,
    may_carry_certificate,
    number_groups,
    reminder_days,
    renew_from,
    replacing_number,
    replacing_valid_to,
    state_on,
    valid_to,
)

SAMPLE = "11010519491231002X"
OTHER = "88000019881102001X"
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
SOME_COMPONENTS = st.dictionaries(st.sampled_from(COMPONENTS), st.integers(1, 4), min_size=1).map(
    lambda grades: [Component(*one) for one in grades.items()]
)


@dataclass(frozen=True)
class Facts:
    valid_to_on: date = date(2036, 12, 4)
    frozen_on: date | None = None
    lost_on: date | None = None
    cancelled_on: date | None = None


@pytest.mark.parametrize(
    ("components", "reissue", "number"),
    [
        ([("limb", 3)], 0, SAMPLE + "43"),
        ([("limb", 3)], 1, SAMPLE + "43B1"),
        ([("limb", 3)], 12, SAMPLE + "43B12"),
        ([("visual", 1)], 0, SAMPLE + "11"),
        ([("hearing", 2)], 0, SAMPLE + "22"),  # one popular page has visual and hearing the wrong way round
        ([("speech", 4)], 0, SAMPLE + "34"),
        ([("intellectual", 2)], 0, SAMPLE + "52"),
        ([("psychiatric", 1)], 0, SAMPLE + "61"),
        ([("speech", 4), ("hearing", 1)], 0, SAMPLE + "71"),
    ],
)
def test_number_is_made_as_article_5_says(
    components: list[tuple[str, int]], reissue: int, number: str
) -> None:
    assert certificate_number(SAMPLE, components, reissue) == number


@pytest.mark.parametrize(
    ("id_number", "components", "reissue"),
    [
        ("ABC123456789012", [("limb", 3)], 0),  # the older foreigner's card
        ("110105491231002", [("limb", 3)], 0),
        ("unknown", [("limb", 3)], 0),
        (SAMPLE, [], 0),
        (SAMPLE, [("multiple", 1)], 0),
        (SAMPLE, [("moon", 1)], 0),
        (SAMPLE, [("limb", 3), ("limb", 2)], 0),
        (SAMPLE, [("limb", 5)], 0),
        (SAMPLE, [("limb", 0)], 0),
        (SAMPLE, [("limb", 3)], 100),
        (SAMPLE, [("limb", 3)], -1),
    ],
)
def test_what_makes_no_number_is_refused(
    id_number: str, components: list[tuple[str, int]], reissue: int
) -> None:
    with pytest.raises(ValueError, match=r"certificate|grade"):
        certificate_number(id_number, components, reissue)


@pytest.mark.parametrize("number", [SAMPLE + "83", SAMPLE + "45", SAMPLE + "43B0", SAMPLE + "43B100", SAMPLE])
def test_numbers_that_no_office_gives_are_not_read(number: str) -> None:
    assert certificate_parts(number) is None


@given(SOME_COMPONENTS, st.integers(0, 99))
def test_every_number_that_is_made_is_read_back(components: list[Component], reissue: int) -> None:
    parts = certificate_parts(certificate_number(SAMPLE, components, reissue))
    assert parts is not None
    assert (parts.id_number, parts.grade, parts.reissue) == (SAMPLE, grade_of(components), reissue)
    assert (*COMPONENTS, MULTIPLE)[parts.category - 1] == category_of(components)


@given(SOME_COMPONENTS)
def test_grade_is_that_of_the_most_severe_component(components: list[Component]) -> None:
    assert grade_of(components) == min(one.grade for one in components)
    assert (category_of(components) == MULTIPLE) == (len(components) > 1)


@pytest.mark.parametrize("number", [None, "", "unknown", "ABC123456789012", "110105491231002"])
def test_without_18_characters_and_a_birthday_there_is_no_certificate(number: str | None) -> None:
    assert not may_carry_certificate(number)


def test_number_is_shown_in_groups_with_the_reissue_apart() -> None:
    assert number_groups(SAMPLE + "43B1") == ["110105", "19491231", "002X", "43", "B1"]


def test_other_id_number_of_the_holder_is_noticed() -> None:
    assert has_other_id(SAMPLE + "43", "110105194912310038")
    assert not has_other_id(SAMPLE + "43", SAMPLE)
    assert not has_other_id(SAMPLE + "43", None)


@pytest.mark.parametrize(
    ("issued", "last"),
    [
        (date(2026, 12, 5), date(2036, 12, 5)),
        (date(2028, 2, 29), date(2038, 2, 28)),
        (date(2027, 2, 28), date(2037, 2, 28)),
        (date(2026, 12, 31), date(2036, 12, 31)),
    ],
)
def test_ten_years_end_on_the_same_day_or_the_last_of_february(issued: date, last: date) -> None:
    assert valid_to(issued, 10) == last


@pytest.mark.parametrize(
    ("last", "days"),
    [
        (date(2036, 12, 5), {6: date(2036, 6, 5), 3: date(2036, 9, 5), 1: date(2036, 11, 5)}),
        (date(2036, 8, 31), {6: date(2036, 2, 29), 3: date(2036, 5, 31), 1: date(2036, 7, 31)}),
        (date(2037, 3, 31), {6: date(2036, 9, 30), 3: date(2036, 12, 31), 1: date(2037, 2, 28)}),
    ],
)
def test_reminders_come_six_three_and_one_month_before(last: date, days: dict[int, date]) -> None:
    assert reminder_days(last) == days


@given(DAYS, st.integers(1, 30))
def test_reminders_are_in_order_and_before_the_last_day(issued: date, years: int) -> None:
    last = valid_to(issued, years)
    six, three, one = reminder_days(last).values()
    assert issued < six < three < one < last


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 12, 5), "valid"),
        (date(2036, 6, 3), "valid"),
        (date(2036, 6, 4), "expiring"),
        (date(2036, 12, 4), "expiring"),
        (date(2036, 12, 5), "expired"),
    ],
)
def test_calendar_takes_a_certificate_from_valid_to_expired(day: date, state: str) -> None:
    assert state_on(Facts(), day, 6) == state


def test_what_an_office_did_counts_from_its_day_and_before_the_calendar() -> None:
    done = date(2030, 5, 1)
    for name, state in (("frozen_on", "frozen"), ("lost_on", "lost"), ("cancelled_on", "cancelled")):
        facts = Facts(**{name: done})
        assert state_on(facts, done - timedelta(days=1), 6) == "valid"
        assert state_on(facts, done, 6) == state
        assert state_on(facts, date(2040, 1, 1), 6) == state
    assert state_on(Facts(frozen_on=done, lost_on=done), done, 6) == "lost"
    assert state_on(Facts(frozen_on=done, lost_on=done, cancelled_on=done), done, 6) == "cancelled"


@given(DAYS, DAYS, st.integers(1, 12))
def test_each_day_has_one_state_and_good_ones_are_before_the_end(last: date, day: date, months: int) -> None:
    state = state_on(Facts(valid_to_on=last), day, months)
    assert is_good(state) == (day <= last)
    assert (state == "valid") == (day < renew_from(last, months))


@pytest.mark.parametrize(
    ("cause", "earlier", "id_number", "components", "number"),
    [
        ("lost", SAMPLE + "43", SAMPLE, [("limb", 3)], SAMPLE + "43B1"),
        ("lost", SAMPLE + "43B1", SAMPLE, [("limb", 3)], SAMPLE + "43B2"),
        ("lost", SAMPLE + "43B9", SAMPLE, [("limb", 3)], SAMPLE + "43B10"),
        ("exchange", SAMPLE + "43", SAMPLE, [("limb", 3)], SAMPLE + "43"),
        ("exchange", SAMPLE + "43B1", SAMPLE, [("limb", 3)], SAMPLE + "43B1"),
        ("exchange", SAMPLE + "43", OTHER, [("limb", 3)], OTHER + "43"),
        ("change", SAMPLE + "43B1", SAMPLE, [("limb", 2)], SAMPLE + "42B1"),
    ],
)
def test_new_card_has_another_number_only_after_a_loss_or_with_other_contents(
    cause: Cause, earlier: str, id_number: str, components: list[tuple[str, int]], number: str
) -> None:
    assert replacing_number(cause, earlier, id_number, components) == number


@pytest.mark.parametrize(
    ("earlier", "id_number"), [("moon", SAMPLE), (SAMPLE + "43B99", SAMPLE), (SAMPLE + "43", "unknown")]
)
def test_no_number_is_made_of_what_is_none(earlier: str, id_number: str) -> None:
    with pytest.raises(ValueError, match=r"number|99"):
        replacing_number("lost", earlier, id_number, [("limb", 3)])


@pytest.mark.parametrize(
    ("cause", "earlier_to", "until"),
    [
        ("lost", date(2030, 5, 1), date(2030, 5, 1)),
        ("lost", date(2026, 11, 23), date(2036, 11, 23)),  # on its last day nothing is left
        ("lost", date(2020, 1, 1), date(2036, 11, 23)),
        ("exchange", date(2027, 1, 1), date(2036, 11, 23)),
        ("change", date(2030, 5, 1), date(2036, 11, 23)),
    ],
)
def test_lost_card_keeps_its_last_day_and_any_other_begins_new_years(
    cause: Cause, earlier_to: date, until: date
) -> None:
    assert replacing_valid_to(cause, earlier_to, date(2026, 11, 23), 10) == until
