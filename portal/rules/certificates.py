"""The disability certificate as the law makes it: its number, how long it is good for, and how it stands.

Sources: rules.md 2.2, 2.3 and 2.5 (残疾人证管理办法 art. 5, 13, 19, 21, 24). Days are days in Shanghai and
are passed in. Reading a number is ``catalogue.field_types.certificate_parts``; making one is here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple, Protocol

from portal.catalogue.field_types import birth_date, certificate_parts
from portal.catalogue.field_types.normalise import groups
from portal.catalogue.model.effects import COMPONENTS, GRADES
from portal.rules.calendar import months_on

MULTIPLE = "multiple"
"""The category of several components, digit 7; of one it is that of ``COMPONENTS``, 1 to 6 (art. 5)."""

MOST_REISSUES = 99
"""B1 to B99; the rule of the number has room for no more."""
GENERATION = 3
"""第三代智能化残疾人证: what is issued now (rules.md 2.3). Cards of the second generation stay good."""

REMINDER_MONTHS = (6, 3, 1)
"""How many months before its last day the holder is reminded."""

State = Literal["valid", "expiring", "expired", "frozen", "lost", "cancelled"]

Cause = Literal["lost", "exchange", "change"]
"""Why a card takes the place of another: it was lost, it ends or is worn, or what it says has changed."""


class Component(NamedTuple):
    """One disability and its grade, as the assessing institution found it."""

    category: str
    grade: int


class CertificateFacts(Protocol):
    """What the rules ask of a certificate."""

    @property
    def valid_to_on(self) -> date: ...
    @property
    def frozen_on(self) -> date | None: ...
    @property
    def lost_on(self) -> date | None: ...
    @property
    def cancelled_on(self) -> date | None: ...


def category_of(components: Sequence[tuple[str, int]]) -> str:
    """The category of all components together: the one there is, or ``multiple`` (art. 5).

    Raises ValueError when there are none, or one that no certificate names, or the same twice.
    """
    kinds = [category for category, _grade in components]
    if not kinds or not set(kinds) <= set(COMPONENTS) or len(set(kinds)) != len(kinds):
        raise ValueError("these are no components of a certificate")
    return kinds[0] if len(kinds) == 1 else MULTIPLE


def grade_of(components: Sequence[tuple[str, int]]) -> int:
    """The grade of the most severe component (art. 13). Raises ValueError where one is no grade."""
    grades = [grade for _category, grade in components]
    if not grades or not set(grades) <= set(GRADES):
        raise ValueError("a grade is 1, 2, 3 or 4")
    return min(grades)


def may_carry_certificate(id_number: str | None) -> bool:
    """Whether a certificate number can begin with this ID number: 18 characters with a day of birth.

    The older foreigner's card has 15 and cannot.
    """
    return id_number is not None and birth_date(id_number) is not None


def certificate_number(id_number: str, components: Sequence[tuple[str, int]], reissue: int = 0) -> str:
    """ID number, digit of the category, grade, and B1, B2... for each re-issue after a loss (art. 5).

    Raises ValueError where one of them is not what a number is made of.
    """
    if not may_carry_certificate(id_number):
        raise ValueError("a certificate number begins with an ID number of 18 characters")
    if not 0 <= reissue <= MOST_REISSUES:
        raise ValueError("a certificate is re-issued at most 99 times")
    digit = (*COMPONENTS, MULTIPLE).index(category_of(components)) + 1
    suffix = f"B{reissue}" if reissue else ""
    return f"{id_number}{digit}{grade_of(components)}{suffix}"


def replacing_number(
    cause: Cause, earlier: str, id_number: str, components: Sequence[tuple[str, int]]
) -> str:
    """The number of the card that takes the place of ``earlier``: after a loss B1, B2... counts on; else it
    changes only with the ID number or the components (rules.md 2.2, ZJ-02, ZJ-03).

    Raises ValueError where no such number can be made.
    """
    parts = certificate_parts(earlier)
    if parts is None:
        raise ValueError("the earlier number is none of a certificate")
    return certificate_number(id_number, components, parts.reissue + (cause == "lost"))


def replacing_valid_to(cause: Cause, earlier_to: date, today: date, years: int) -> date:
    """Until when the new card is good: a lost one is made again as it was, any other begins new years.

    Of one that was lost after its last day nothing is left to be made again, so that new years begin too.
    """
    if cause == "lost" and earlier_to > today:
        return earlier_to
    return valid_to(today, years)


def number_groups(number: str) -> list[str]:
    """A certificate number for the eye: 110105 19491231 002X 43 B1."""
    return groups(number, (6, 8, 4, 2))


def has_other_id(number: str, id_number: str | None) -> bool:
    """Whether the number begins with another ID number than the holder's, as after 重号更正.

    Worth a word to the holder, and never a reason to refuse (rules.md 2.2).
    """
    parts = certificate_parts(number)
    return parts is not None and id_number is not None and parts.id_number != id_number


def valid_to(issued_on: date, years: int) -> date:
    """The last day on which it is good: the same day so many years later (art. 19; 民法典 202).

    Where that year has no 29 February it is the last day of the month.
    """
    return months_on(issued_on, 12 * years)


def renew_from(valid_to_on: date, months: int) -> date:
    """From which day it may be exchanged: ``months`` are the region's ``renew_window_months``."""
    return months_on(valid_to_on, -months)


def reminder_days(valid_to_on: date) -> dict[int, date]:
    """When the holder is reminded, by how many months before the last day."""
    return {months: months_on(valid_to_on, -months) for months in REMINDER_MONTHS}


class TransferDays(NamedTuple):
    """What happens to a card whose holder's household registration has moved away (rules.md 2.5, 迁移)."""

    by_on: date
    """The last day on which it can be transferred without being frozen."""
    end_on: date
    """The last day before the issuing unit decides whether it is cancelled."""

    @property
    def warn_on(self) -> date:
        """When the holder is told again: a month before the end, and not before it is frozen."""
        return max(months_on(self.end_on, -1), self.by_on + timedelta(days=1))


def transfer_days(
    moved_on: date, told_on: date, freeze_months: int, end_months: int, notice_days: int
) -> TransferDays:
    """More than ``freeze_months`` after the move: frozen; more than ``end_months``: somebody decides.

    Months end on the same day of their number, or on the last of the month (民法典 202). Of a move that is
    known late nobody loses what they were not told of: at least ``notice_days`` lie between the telling and
    the one, and again between the one and the other.
    """
    notice = timedelta(days=notice_days)
    by_on = max(months_on(moved_on, freeze_months), told_on + notice)
    return TransferDays(by_on, max(months_on(moved_on, end_months), by_on + notice))


def state_on(facts: CertificateFacts, day: date, renew_months: int) -> State:
    """How a certificate stands on a day. What an office did comes before what the calendar does."""
    acts: tuple[tuple[State, date | None], ...] = (
        ("cancelled", facts.cancelled_on),
        ("lost", facts.lost_on),
        ("frozen", facts.frozen_on),
    )
    for state, since in acts:
        if since is not None and since <= day:
            return state
    if day > facts.valid_to_on:
        return "expired"
    return "expiring" if day >= renew_from(facts.valid_to_on, renew_months) else "valid"


def is_good(state: State) -> bool:
    """Whether a certificate in this state proves that its holder has one."""
    return state in ("valid", "expiring")
