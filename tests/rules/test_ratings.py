"""What can be rated in which state (rules.md 5.6)."""

import pytest

from portal.rules.ratings import GRADES, is_bad, stage_of


@pytest.mark.parametrize(
    ("state", "is_accepted", "is_under_way", "stage"),
    [
        ("draft", False, False, None),
        ("in_review", False, True, "acceptance"),
        ("returned", False, True, "acceptance"),
        ("in_review", True, True, "process"),
        ("approved", True, True, "process"),
        ("approved", True, False, "close"),
        ("refused", True, False, "close"),
        ("not_accepted", False, False, "close"),
        ("withdrawn", False, False, "close"),
        ("lapsed", True, False, "close"),
        ("ended", True, False, None),
    ],
)
def test_each_state_has_one_stage_to_rate_and_the_dead_are_not_asked(
    state: str, is_accepted: bool, is_under_way: bool, stage: str | None
) -> None:
    assert stage_of(state, is_accepted=is_accepted, is_under_way=is_under_way) == stage


def test_the_two_lowest_grades_are_bad() -> None:
    assert [grade for grade in GRADES if is_bad(grade)] == [4, 5]
