"""Who pays for a retrofit: Beijing's published example (rules.md 4.1), and what holds for every cost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.cost_sharing import Share, ShareGroup, SharingRule, share_cost

BEIJING = SharingRule(limit=10_000_00, percent=10, free_part=5_000_00)


@pytest.mark.parametrize(
    ("group", "self_pay", "subsidy"),
    [
        (ShareGroup.ORDINARY, 950_00, 8_550_00),
        (ShareGroup.HARDSHIP, 450_00, 9_050_00),
        (ShareGroup.DESTITUTE, 0, 9_500_00),
    ],
    ids=str,
)
def test_published_example_of_9500_yuan(group: ShareGroup, self_pay: int, subsidy: int) -> None:
    assert share_cost(9_500_00, group, BEIJING) == Share(self_pay, subsidy)


@pytest.mark.parametrize(
    ("group", "self_pay"),
    [(ShareGroup.ORDINARY, 3_000_00), (ShareGroup.HARDSHIP, 2_500_00), (ShareGroup.DESTITUTE, 2_000_00)],
    ids=str,
)
def test_what_is_beyond_the_limit_is_the_family_s_own(group: ShareGroup, self_pay: int) -> None:
    assert share_cost(12_000_00, group, BEIJING).self_pay == self_pay


def test_hardship_pays_nothing_within_the_free_part() -> None:
    assert share_cost(5_000_00, ShareGroup.HARDSHIP, BEIJING) == Share(0, 5_000_00)


def test_parts_of_a_fen_are_to_the_family_s_good() -> None:
    assert share_cost(19, ShareGroup.ORDINARY, BEIJING) == Share(1, 18)


@given(
    cost=st.integers(0, 10**9),
    group=st.sampled_from(ShareGroup),
    rule=st.builds(
        SharingRule, limit=st.integers(0, 10**8), percent=st.integers(0, 100), free_part=st.integers(0, 10**8)
    ),
)
def test_both_shares_are_the_cost_and_the_subsidy_stays_within_the_limit(
    cost: int, group: ShareGroup, rule: SharingRule
) -> None:
    share = share_cost(cost, group, rule)
    assert share.self_pay + share.subsidy == cost
    assert 0 <= share.subsidy <= rule.limit
    assert share.self_pay >= 0
    easier = share_cost(cost, ShareGroup.HARDSHIP, rule).self_pay
    assert share_cost(cost, ShareGroup.DESTITUTE, rule).self_pay <= easier
    assert easier <= share_cost(cost, ShareGroup.ORDINARY, rule).self_pay
