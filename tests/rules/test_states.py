"""The table of states: where an application can go from each state, and where it cannot."""

from typing import get_args

import pytest

from portal.rules.errors import Conflict
from portal.rules.states import ENDED, MOVES, Action, State, may, next_state

STATES = get_args(State)
ACTIONS = get_args(Action)


def test_every_state_and_action_of_the_table_is_a_known_one() -> None:
    assert {state for state, _action in MOVES} | set(MOVES.values()) <= set(STATES)
    assert {action for _state, action in MOVES} == set(ACTIONS)


@pytest.mark.parametrize("state", sorted(ENDED))
@pytest.mark.parametrize("action", ACTIONS)
def test_nothing_leads_out_of_an_ended_state(state: str, action: Action) -> None:
    if state == "approved" and action in ("advance", "complete"):
        return  # a card is handed over; works go from the builders to their acceptance
    if action == "reopen" and state in ("ended", "refused", "not_accepted", "approved"):
        return  # a wrong report of a death is undone; what wrongly said no, or cancelled, is handled again
    assert not may(state, action)
    with pytest.raises(Conflict, match=f"{action}_while_{state}"):
        next_state(state, action)


def test_every_state_that_lives_leads_to_an_end() -> None:
    for state in set(STATES) - ENDED:
        reached, seen = {state}, set()
        while reached - seen:
            seen |= reached
            reached |= {after for (before, _action), after in MOVES.items() if before in seen}
        assert reached & ENDED, f"{state} never ends"


def test_a_draft_can_only_be_submitted() -> None:
    assert [action for action in ACTIONS if may("draft", action)] == ["submit"]


@pytest.mark.parametrize("state", ["in_review", "returned"])
def test_applicant_can_take_it_back_until_it_is_decided(state: str) -> None:
    assert next_state(state, "withdraw") == "withdrawn"


@pytest.mark.parametrize("action", ["advance", "approve", "refuse", "not_accept", "return"])
def test_nobody_decides_while_the_applicant_is_asked(action: Action) -> None:
    assert not may("returned", action)


def test_only_what_is_under_way_lapses() -> None:
    assert {state for state in STATES if may(state, "lapse")} == {"returned", "in_review"}
