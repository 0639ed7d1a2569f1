"""Who may do what with an application that is for somebody: one table. What it does not list is refused.

Four sides: the person for themselves (``self``), who acts for them (``representative``), the person where
somebody else began it (``person``), and the person with nothing but their paper (``slip``). A clerk is no
side: they stand beside one, and may do at most what it may and what ``BESIDE`` lists. Nobody needs the
consent of a helper to take back what is theirs (民法典 art. 35, 173; rules.md 5.7).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Act = Literal[
    "begin",
    "fill",
    "submit",
    "delete",
    "withdraw",
    "follow",
    "letters",
    "write",
    "rate",
    "slip",
    "speak",
    "stop",
    "reclaim",
    "end",
    "hide",
]
"""begin a draft; fill in and change; hand in; throw a draft away; withdraw; see where it stands; read its
letters; write to the office; rate; turn the look-up on or off; add own words; object to what is done in one's
name; take it over; end the authority; hide it from who acts."""

Side = Literal["self", "representative", "person", "slip"]
Power = Literal["fill", "submit", "receive_notices", "collect", "object"]
"""What a mandate may give, as its form lists it (民法典 art. 165: matter and scope)."""
POWERS: tuple[Power, ...] = ("fill", "submit", "receive_notices", "collect", "object")
CLAIMED_POWERS: tuple[Power, ...] = ("fill", "submit", "receive_notices")
"""What somebody may do who only says that they act for another: apply, as everybody may."""

Basis = Literal[
    "claimed",
    "minor_guardian",
    "adult_guardian",
    "agreed_guardian",
    "appointed",
    "entrusted",
    "committee",
    "institution",
    "staff",
]
"""On what it leans that somebody acts for another (rules.md 5.7, the table). ``claimed``: nobody said yet."""
GUARDIANS: frozenset[Basis] = frozenset({"minor_guardian", "adult_guardian", "agreed_guardian", "appointed"})

Kept = Literal["asked", "claimed", "active", "suspended", "ended"]
"""What the record says; whether its time has come or is over depends on the day."""
Standing = Literal["asked", "claimed", "active", "suspended", "ended", "not_yet", "over"]

Why = Literal["asked", "suspended", "ended", "not_yet", "over", "service", "power", "hidden", "not_listed"]
"""Why not, as a key; the sentence is made where the language is known."""


@dataclass(frozen=True)
class Authority:
    """By what somebody acts for another."""

    state: Kept
    basis: Basis
    powers: frozenset[Power]
    services: frozenset[str] | None
    """Codes; None for every service."""
    from_on: date
    to_on: date | None

    def on(self, day: date) -> Standing:
        """How it stands on a day: the record, or that its time is over or has not come (民法典 art. 173)."""
        if self.state in ("ended", "suspended", "asked"):
            return self.state
        if day < self.from_on:
            return "not_yet"
        return "over" if self.to_on is not None and day > self.to_on else self.state


NEEDS: Mapping[Act, Power] = {
    "begin": "fill",
    "fill": "fill",
    "delete": "fill",
    "follow": "fill",
    "write": "fill",
    "rate": "submit",
    "slip": "submit",
    "submit": "submit",
    "withdraw": "submit",
    "letters": "receive_notices",
    "end": "fill",
}
"""What a representative may do, and the power that it takes; to lay a mandate down, only having it."""

MAY: Mapping[Side, frozenset[Act]] = {
    "self": frozenset(
        {"begin", "fill", "submit", "delete", "withdraw", "follow", "letters", "write", "rate", "slip"}
    ),
    "representative": frozenset(NEEDS),
    "person": frozenset({"follow", "letters", "rate", "speak", "stop", "reclaim", "end", "hide"}),
    "slip": frozenset({"follow", "speak", "stop", "reclaim", "end", "hide"}),
}

BESIDE: frozenset[Act] = frozenset(
    {
        *("begin", "fill", "submit", "delete", "withdraw", "follow", "letters", "write"),
        *("speak", "stop", "reclaim", "end", "hide"),
    }
)
"""What a clerk may do beside whoever stands there; nobody rates their own work for somebody."""


def why_not_act(
    act: Act,
    side: Side,
    authority: Authority | None,
    service: str,
    today: date,
    *,
    is_hidden: bool = False,
    is_beside: bool = False,
) -> Why | None:
    """Why the act is not for this side of an application of ``service``; None when it is.

    ``authority`` is that of a representative; ``is_hidden``: the person keeps this application to themselves;
    ``is_beside``: a clerk does it for who stands there.
    """
    if act not in MAY[side] or (is_beside and act not in BESIDE):
        return "not_listed"
    if side != "representative":
        return None
    if authority is None or authority.state == "ended":
        return "ended"
    if act == "end":
        return None
    standing = authority.on(today)
    if standing != "claimed" and standing != "active":  # noqa: PLR1714 - narrows what is left
        return standing
    return "hidden" if is_hidden else _beyond(act, authority, service)


def _beyond(act: Act, authority: Authority, service: str) -> Why | None:
    """What a mandate does not reach: another service, a power that was not given."""
    if authority.services is not None and service not in authority.services:
        return "service"
    return None if NEEDS[act] in authority.powers else "power"


AGE_OF_MAJORITY = 18
"""民法典 art. 17: whoever is 18 or older is an adult."""


def day_of_age(born: date) -> date:
    """The day on which somebody born on that day is of age; who was born on 29 February, on 1 March where the
    year has no such day."""
    try:
        return born.replace(year=born.year + AGE_OF_MAJORITY)
    except ValueError:
        return date(born.year + AGE_OF_MAJORITY, 3, 1)


def may_reclaim_alone(basis: Basis) -> bool:
    """Whether the person takes an application over at once. Where a guardian acts, staff hear both and choose
    nothing by themselves (rules.md 10.0.6, 11): also where the person is 8 to 17, who does alone what only
    benefits them (民法典 art. 19); that it only does so is not taken for granted."""
    return basis not in GUARDIANS
