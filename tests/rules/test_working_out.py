"""Numbers of a form that nobody types, by the plan and the score of a home retrofit."""

import pytest

from portal.catalogue.loader import load_catalogue
from portal.rules.checks import another_than, not_more_than
from portal.rules.working_out import work_out

CATALOGUE = load_catalogue()
REGION = CATALOGUE.regions["demo"]
SERVICE = CATALOGUE.services["gz-01"]
STEPS = {step.id: step for step in SERVICE.steps}
NUMBERS = {"retrofit_limit": 10_000, "retrofit_share_percent": 10, "retrofit_free_part": 5_000}
PLAN = {"plan_items": [{"item": "ramp", "cost": 9_000_00}, {"item": "doorbell", "cost": 500_00}]}


@pytest.mark.parametrize(
    ("group", "self_pay"), [("ordinary", 950_00), ("hardship", 450_00), ("destitute", 0)], ids=str
)
def test_a_plan_says_its_cost_and_who_pays(group: str, self_pay: int) -> None:
    found = work_out(STEPS["plan"], PLAN, {"share_group": group}, NUMBERS.get)
    assert found == {"plan_cost": 9_500_00, "plan_subsidy": 9_500_00 - self_pay, "plan_self_pay": self_pay}


@pytest.mark.parametrize(
    ("invoice", "agreed", "shares"),
    [
        (9_500_00, 950_00, (8_550_00, 950_00)),
        (9_000_00, 950_00, (8_100_00, 900_00)),
        (9_500_00, 500_00, (9_000_00, 500_00)),
    ],
    ids=["as planned", "cheaper", "numbers of the region changed since"],
)
def test_settlement_says_both_shares_and_the_household_pays_no_more_than_it_agreed_to(
    invoice: int, agreed: int, shares: tuple[int, int]
) -> None:
    known = {"share_group": "ordinary", "plan_self_pay": agreed}
    found = work_out(STEPS["settlement"], {"invoice_amount": invoice}, known, NUMBERS.get)
    assert (found["settled_subsidy"], found["settled_self_pay"]) == shares


def test_what_lacks_something_is_left_out() -> None:
    assert work_out(STEPS["plan"], {}, {"share_group": "ordinary", **PLAN}, NUMBERS.get) == {}
    assert work_out(STEPS["plan"], PLAN, {}, NUMBERS.get) == {"plan_cost": 9_500_00}
    assert work_out(STEPS["plan"], PLAN, {"share_group": "ordinary"}, {}.get) == {"plan_cost": 9_500_00}


def test_a_score_is_the_sum_of_the_region_s_weights() -> None:
    weights = {"retrofit_weight_severe": 3, "retrofit_weight_alone": 2}
    step = STEPS["eligibility"]
    assert work_out(step, {"priority": ["severe", "alone"]}, {}, weights.get) == {"priority_score": 5}
    assert work_out(step, {"priority": ["none"]}, {}, weights.get) == {"priority_score": 0}


def test_two_people_are_two() -> None:
    assert [one.code for one in another_than("示例甲", "示例甲", REGION)] == ["another_than"]
    assert another_than("示例甲", "示例乙", REGION) == []
    assert another_than("", "", REGION) == []


def test_an_amount_stays_within_the_one_agreed_before() -> None:
    assert [one.code for one in not_more_than(9_500_01, 9_500_00, REGION)] == ["money_max"]
    assert not_more_than(9_500_00, 9_500_00, REGION) == []
    assert not_more_than(9_500_00, None, REGION) == []
