"""What a reviewer is to look at twice, mostly where somebody acts for another (rules.md 10.0.2, 10.0.6).

A signal says what is so and leads to what the rules ask to do; it stops nothing by itself, and whoever acts
is not shown it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from portal.catalogue.field_types import same_name
from portal.rules.acting import Basis, Standing, day_of_age

Signal = Literal[
    "danger",
    "tell_nobody",
    "against",
    "not_informed",
    "death_said",
    "two_representatives",
    "authority_ended",
    "authority_over",
    "authority_suspended",
    "authority_not_yet",
    "of_age",
    "payee_representative",
    "payee_other",
    "same_contact",
    "other_number",
    "many_principals",
    "same_invoice",
]
"""In the order in which they are shown: first what may hurt somebody."""
MOST_PRINCIPALS: Final = 5
"""Who acts for more people than this is looked at twice (rules.md 10.0.2)."""


@dataclass(frozen=True)
class SignalFacts:
    """What is known of an application, of who acts and of the person it is for."""

    today: date
    is_proxy: bool = False
    basis: Basis | None = None
    standing: Standing | None = None
    """Of the record by which somebody acts, on this day."""
    began_on: date | None = None
    born_on: date | None = None
    others: int = 0
    """How many other accounts act for the same person."""
    principals: int = 0
    """For how many people who acts does so now."""
    informed: str | None = None
    """What was said about the person's knowing and agreeing: yes, against, no."""
    subject_name: str | None = None
    representative_names: frozenset[str] = frozenset()
    is_account_own: str | None = None
    holder: str | None = None
    """In whose name the bank account is, where it is not the person's."""
    person_contacts: frozenset[str] = frozenset()
    representative_contacts: frozenset[str] = frozenset()
    has_other_number: bool = False
    """Whether the number that was typed is not that of the file, which was seen."""
    is_in_danger: bool = False
    tells_nobody: bool = False
    """Whether the person wants family and neighbours not to be told."""
    is_death_said: bool = False
    """Whether the family says that the person has died, and nobody of the staff has looked yet."""
    is_invoice_used: bool = False
    """Whether an invoice of the same number was handed in with another application."""


def signals_of(facts: SignalFacts) -> tuple[Signal, ...]:
    """What there is to look at, the most pressing first."""
    return tuple(_signals(facts))


def _signals(facts: SignalFacts) -> Iterator[Signal]:
    if facts.is_in_danger:
        yield "danger"
    if facts.tells_nobody:
        yield "tell_nobody"
    if facts.is_proxy:
        if facts.informed == "against":
            yield "against"
        elif facts.informed == "no":
            yield "not_informed"
    if facts.is_death_said:
        yield "death_said"
    if facts.is_proxy:
        yield from _of_authority(facts)
    yield from _of_payee(facts)
    if facts.is_proxy and facts.person_contacts & facts.representative_contacts:
        yield "same_contact"
    if facts.has_other_number:
        yield "other_number"
    if facts.is_proxy and facts.principals > MOST_PRINCIPALS:
        yield "many_principals"
    if facts.is_invoice_used:
        yield "same_invoice"


def _of_authority(facts: SignalFacts) -> Iterator[Signal]:
    if facts.others:
        yield "two_representatives"
    if facts.standing == "ended":
        yield "authority_ended"
    elif facts.standing == "over":
        yield "authority_over"
    elif facts.standing == "suspended":
        yield "authority_suspended"
    elif facts.standing == "not_yet":
        yield "authority_not_yet"
    if _came_of_age(facts):
        yield "of_age"


def _came_of_age(facts: SignalFacts) -> bool:
    """Under age when it was begun and of age now; or guarded as a child and of age by now. Who asks for
    somebody that was of age from the beginning is not meant."""
    if facts.born_on is None or day_of_age(facts.born_on) > facts.today:
        return False
    was_minor = facts.began_on is not None and day_of_age(facts.born_on) > facts.began_on
    return was_minor or facts.basis == "minor_guardian"


def _of_payee(facts: SignalFacts) -> Iterator[Signal]:
    if facts.is_account_own != "no" or not facts.holder:
        return
    if facts.subject_name is not None and same_name(facts.holder, facts.subject_name):
        return
    is_theirs = any(same_name(facts.holder, name) for name in facts.representative_names)
    yield "payee_representative" if is_theirs and facts.is_proxy else "payee_other"
