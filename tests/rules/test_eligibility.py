"""Who may get what: the matrix of rules.md 3.2 as a table, and that not knowing is never a no."""

from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.catalogue.conditions import UNKNOWN
from portal.catalogue.loader import load_catalogue
from portal.catalogue.model import Benefit, Region, Service
from portal.catalogue.words import check_easy, check_standard
from portal.rules.eligibility import WHAT_ELSE, WHICH_GROUP, Verdict, age_band, assess

CATALOGUE = load_catalogue()
DAY = date(2026, 11, 23)
RULED = [
    (region.code, code)
    for region in CATALOGUE.regions.values()
    for code in region.services
    if CATALOGUE.services[code].eligibility or any(one.service == code for one in region.benefits)
]
HOLDER: dict[str, Any] = {
    "certificate": "valid",
    "grade": "1",
    "components": ["limb"],
    "age_band": "18_59",
    "hukou_here": "yes",
    "household_status": "dibao",
    "receives": ["none"],
    "living": "home",
    "care_long": "yes",
}
"""Somebody to whom both subsidies are given."""


def amounts(region: Region) -> Any:
    def amount_of(name: str) -> int | None:
        found = region.parameter(name, DAY)
        return int(found.value) if found else None

    return amount_of


def benefit_of(region: Region, code: str) -> Benefit | None:
    return next((one for one in region.benefits if one.service == code), None)


def verdict(code: str, region: str = "demo", **facts: Any) -> Verdict:
    given_in = CATALOGUE.regions[region]
    service: Service = CATALOGUE.services[code]
    return assess(service, benefit_of(given_in, code), {**HOLDER, **facts}, amounts(given_in))


@pytest.mark.parametrize(
    ("receives", "living", "care"),
    [
        ("none", "yes", "yes"),
        ("orphan", "no", "yes"),
        ("destitute", "no", "no"),
        ("work_injury_care", "no", "no"),
        ("old_age_living", "choose_one", "yes"),
        ("old_age_care", "yes", "choose_one"),
        ("pension", "yes", "yes"),
        (UNKNOWN, "we_check", "we_check"),
    ],
)
def test_what_is_drawn_already_decides_as_the_matrix_says(receives: str, living: str, care: str) -> None:
    assert verdict("bt-01", receives=[receives]).kind == living
    assert verdict("bt-02", receives=[receives]).kind == care


def test_two_of_a_kind_are_compared_in_yuan() -> None:
    choice = verdict("bt-01", receives=["old_age_living"]).choosing[0]
    assert choice.this is not None
    assert choice.other is not None


def test_the_group_says_how_much_and_an_open_group_says_nothing() -> None:
    sure = verdict("bt-02")
    assert (sure.group.id if sure.group else None, sure.amount) == ("severe", 120)
    open_one = verdict("bt-02", grade=UNKNOWN)
    assert (open_one.kind, open_one.group, open_one.amount) == ("we_check", None, None)


@pytest.mark.parametrize("region", sorted(CATALOGUE.regions))
def test_every_yes_says_where_it_stands(region: str) -> None:
    said: dict[str, bool] = {}
    for code in CATALOGUE.regions[region].services:
        found, benefit = verdict(code, region), benefit_of(CATALOGUE.regions[region], code)
        if (region, code) in RULED and found.kind in ("yes", "choose_one"):
            said[code] = bool(found.rests_on or (benefit and benefit.cite))
    assert said
    assert [code for code, is_said in said.items() if not is_said] == []


def test_what_does_not_hold_is_not_what_a_verdict_rests_on() -> None:
    assert verdict("cy-01").rests_on == ("region", "work_age")
    assert verdict("cy-01", age_band="60_up").rests_on == ("region",)
    assert verdict("cy-01", age_band=UNKNOWN).rests_on == ("region",)


def test_everything_that_speaks_against_it_is_said_at_once() -> None:
    said = verdict("bt-01", household_status="none", receives=["destitute", "work_injury_care"]).against
    assert len(said) >= 3


def test_an_age_in_years_counts_before_what_was_said() -> None:
    facts = {"@age": 70, "age_band": "0_6"}
    assert verdict("kf-02", **facts).kind == "no"


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, "0_6"), (6, "0_6"), (7, "7_15"), (15, "7_15"), (16, "16_17"), (18, "18_59"), (60, "60_up")],
)
def test_age_falls_into_its_band(age: int, band: str) -> None:
    assert age_band(age) == band


ANSWERS: dict[str, list[Any]] = {
    question.means: [
        [choice.value] if question.kind == "multi" else choice.value for choice in question.choices
    ]
    for question in CATALOGUE.questionnaire
    if question.means
}


@pytest.mark.parametrize(("region", "code"), RULED)
@given(data=st.data())
def test_less_known_is_the_same_or_open(region: str, code: str, data: st.DataObject) -> None:
    """A no or a yes holds whatever the open answers turn out to be."""
    facts = {name: data.draw(st.sampled_from(values)) for name, values in ANSWERS.items()}
    hidden = data.draw(st.sets(st.sampled_from(sorted(ANSWERS)), max_size=3))
    less = {name: _unknown(value) if name in hidden else value for name, value in facts.items()}
    known_less = _plain(region, code, less)
    if known_less.kind in ("no", "yes"):
        for values in product(*(ANSWERS[name] for name in sorted(hidden))):
            full = {**less, **dict(zip(sorted(hidden), values, strict=True))}
            if not any(_is_unknown(value) for value in full.values()):
                assert _plain(region, code, full).kind == known_less.kind


@pytest.mark.parametrize(("region", "code"), RULED)
def test_nothing_known_is_never_a_no(region: str, code: str) -> None:
    assert _plain(region, code, {name: _unknown(values[0]) for name, values in ANSWERS.items()}).kind != "no"


@pytest.mark.parametrize("text", [WHICH_GROUP, WHAT_ELSE], ids=["group", "else"])
def test_what_we_look_up_is_said_by_the_rules_of_words(text: Any) -> None:
    assert check_standard(text.zh) == []
    assert check_easy(text.easy) == []
    assert check_easy(text.proxy_easy) == []


def _plain(region: str, code: str, facts: dict[str, Any]) -> Verdict:
    given_in = CATALOGUE.regions[region]
    return assess(CATALOGUE.services[code], benefit_of(given_in, code), facts, amounts(given_in))


def _unknown(value: Any) -> Any:
    return [UNKNOWN] if isinstance(value, list) else UNKNOWN


def _is_unknown(value: Any) -> bool:
    return value == UNKNOWN or (isinstance(value, list) and UNKNOWN in value)
