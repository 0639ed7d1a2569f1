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
    "submit",
    "advance",
    "suspend",
    "return",
    "resubmit",
    "approve",
    "complete",
    "refuse",
    "not_accept",
    "withdraw",
    "lapse",
    "end",
    "reopen",
]

MOVES: dict[tuple[str, Action], State] = {
    ("draft", "submit"): "in_review",
    ("in_review", "advance"): "in_review",
    ("in_review", "suspend"): "in_review",
    ("in_review", "return"): "returned",
    ("in_review", "approve"): "approved",
    ("in_review", "refuse"): "refused",
    ("in_review", "not_accept"): "not_accepted",
    ("in_review", "withdraw"): "withdrawn",
    ("in_review", "lapse"): "lapsed",
    ("in_review", "end"): "ended",
    ("returned", "resubmit"): "in_review",
    ("returned", "withdraw"): "withdrawn",
    ("returned", "lapse"): "lapsed",
    ("returned", "end"): "ended",
    ("approved", "advance"): "approved",
    ("approved", "complete"): "approved",
    ("ended", "reopen"): "in_review",
    ("approved", "reopen"): "in_review",
    ("refused", "reopen"): "in_review",
    ("not_accepted", "reopen"): "in_review",
}
"""What is not listed cannot happen. What was approved stays so while it is carried out, step by step;
``ended`` is what stopped for a reason outside the review, such as a death, and goes on if that was wrong.
What said no is handled again where that turns out wrong, and so is what cancelled a card; what was granted is
not taken away in this way (``usecases/reopenings``)."""

ENDED: frozenset[str] = frozenset({"approved", "refused", "not_accepted", "withdrawn", "lapsed", "ended"})


def next_state(state: str, action: Action) -> State:
    """The state after an action. Raises Conflict where the application has moved on."""
    found = MOVES.get((state, action))
    if found is None:
        raise Conflict(f"{action}_while_{state}")
    return found


def may(state: str, action: Action) -> bool:
    return (state, action) in MOVES
