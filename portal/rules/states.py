"""The states of an application, and the only ways from one to the next.

The level of review is not a state: which step, whose turn and since when is said by the step entries.
"""

from __future__ import annotations

from typing import Literal

from portal.rules.errors import Conflict

State = Literal[
    "draft", "in_review", "returned", "approved", "refused", "not_accepted", "withdrawn", "lapsed", "ended"
]
Action = Literal[
    "submit", "advance", "return", "resubmit", "approve", "refuse", "not_accept", "withdraw", "lapse"
]

MOVES: dict[tuple[str, Action], State] = {
    ("draft", "submit"): "in_review",
    ("in_review", "advance"): "in_review",
    ("in_review", "return"): "returned",
    ("in_review", "approve"): "approved",
    ("in_review", "refuse"): "refused",
    ("in_review", "not_accept"): "not_accepted",
    ("in_review", "withdraw"): "withdrawn",
    ("returned", "resubmit"): "in_review",
    ("returned", "withdraw"): "withdrawn",
    ("returned", "lapse"): "lapsed",
}
"""What is not listed cannot happen."""

ENDED: frozenset[str] = frozenset({"approved", "refused", "not_accepted", "withdrawn", "lapsed", "ended"})


def next_state(state: str, action: Action) -> State:
    """The state after an action. Raises Conflict where the application has moved on."""
    found = MOVES.get((state, action))
    if found is None:
        raise Conflict(f"{action}_while_{state}")
    return found


def may(state: str, action: Action) -> bool:
    return (state, action) in MOVES
