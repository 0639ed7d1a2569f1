"""Conditions are three-valued: what nobody has said is neither true nor false."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from portal.catalogue.conditions import Condition


def condition(**parts: object) -> Condition:
    return Condition.model_validate(parts)


IS_A = condition(field="q", **{"is": "a"})
HAS_A = condition(field="q", contains=["a", "b"])
ADULT = condition(field="@age", at_least=18)


@pytest.mark.parametrize(
    ("asked", "answers", "expected"),
    [
        (IS_A, {"q": "a"}, True),
        (IS_A, {"q": "b"}, False),
        (IS_A, {}, None),
        (IS_A, {"q": ""}, None),
        (IS_A, {"q": "unknown"}, None),
        (condition(field="q", **{"is": "unknown"}), {"q": "unknown"}, True),
        (condition(field="q", any_of=["a", "b"]), {"q": "b"}, True),
        (condition(field="q", any_of=["a", "b"]), {"q": "unknown"}, None),
        (HAS_A, {"q": ["b"]}, True),
        (HAS_A, {"q": ["c"]}, False),
        (HAS_A, {"q": ["unknown"]}, None),
        (HAS_A, {"q": []}, None),
        (HAS_A, {"q": "about"}, False),
        (HAS_A, {"q": 7}, False),
        (ADULT, {"@age": 18}, True),
        (ADULT, {"@age": 17}, False),
        (ADULT, {"@age": True}, None),
        (ADULT, {"@age": "18"}, None),
        (condition(field="@age", less_than=18), {"@age": 17}, True),
        (condition(field="q", answered=False), {}, True),
        (condition(field="q", answered=True), {"q": []}, False),
        (condition(all=[IS_A, ADULT]), {"@age": 3}, False),
        (condition(all=[IS_A, ADULT]), {"@age": 30}, None),
        (condition(any=[IS_A, ADULT]), {"@age": 30}, True),
        (condition(any=[IS_A, ADULT]), {"@age": 3}, None),
        (condition(**{"not": IS_A}), {"q": "b"}, True),
        (condition(**{"not": IS_A}), {}, None),
    ],
)
def test_a_condition_holds_fails_or_is_open(
    asked: Condition, answers: dict[str, object], expected: bool | None
) -> None:
    assert asked.holds(answers) is expected


@pytest.mark.parametrize(
    ("answers", "expected"), [({"q": "unknown"}, True), ({}, False), ({"q": "b"}, False)]
)
def test_only_an_honest_unknown_keeps_a_condition_possible(
    answers: dict[str, object], expected: bool
) -> None:
    assert IS_A.may_hold(answers) is expected


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"field": "q"},
        {"field": "q", "is": "a", "any_of": ["a"]},
        {"field": "q", "all": []},
        {"all": [{"field": "q", "is": "a"}], "any": [{"field": "q", "is": "a"}]},
        {"is": "a"},
    ],
)
def test_a_condition_that_says_two_things_is_refused(parts: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Condition.model_validate(parts)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3), lambda inner: st.lists(inner, max_size=3)
)


@given(st.dictionaries(st.sampled_from(["q", "@age"]), ANYTHING))
def test_no_answer_whatever_breaks_a_condition(answers: dict[str, object]) -> None:
    for asked in (IS_A, HAS_A, ADULT, condition(all=[IS_A, ADULT]), condition(any=[HAS_A, ADULT])):
        assert asked.holds(answers) in (True, False, None)
