"""Months and money of a benefit: from which month it is given, with which it ends, what is paid afterwards.

Pure. A month is its first day, money is counted in fen. Sources: rules.md 3.3 (it counts from the month
in which it was applied for), 3.4 (it ends with the month of the event) and 10, BT-01 to BT-04.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from portal.catalogue.model import Benefit, FadingStage, Service
from portal.rules.calendar import months_on

StartRule = Literal["application_month", "next_month", "decision_month"]

REVIEW_MONTHS: Final = 12
"""A benefit is looked at again every year (rules.md BT-03), where the region says nothing else."""

SECOND_REMINDER: Final = timedelta(days=14)
"""How long before a review whoever has not answered is reminded once more."""

ON_THE_CARD: Final = frozenset({"certificate", "grade", "components"})
"""What answers mean that the certificate itself says."""


@dataclass(frozen=True)
class Fading:
    """So much in fen for each month from one month to another, both included."""

    from_month: date
    to_month: date
    amount: int


def month_of(day: date) -> date:
    """The month in which a day lies."""
    return day.replace(day=1)


def count_months(first: date, last: date) -> int:
    """How many months lie from the first to the last, both included; none where the last comes before."""
    return max(0, (last.year - first.year) * 12 + last.month - first.month + 1)


def start_month(rule: StartRule, received_on: date, decided_on: date) -> date:
    """The first month of a benefit. Nationally it is that in which the application was received, also when it
    was handed in elsewhere or put right afterwards (自递交申请当月计发, rules.md 3.3)."""
    if rule == "application_month":
        return month_of(received_on)
    if rule == "next_month":
        return months_on(month_of(received_on), 1)
    return month_of(decided_on)


def first_month_without(event_on: date) -> date:
    """A benefit stops from the month after the event (rules.md 3.4)."""
    return months_on(month_of(event_on), 1)


def first_month_changed(before: int | None, after: int | None, reported_on: date) -> date:
    """More is given from the month of the report on, anything else from the month after (rules.md BT-03)."""
    is_more = before is not None and after is not None and after > before
    return month_of(reported_on) if is_more else first_month_without(reported_on)


def back_pay(amount: int, from_month: date, today: date, paid_before: int = 0) -> int:
    """What is paid afterwards, in fen: for every month from ``from_month`` on that is over.

    ``paid_before`` was paid for each of them already. Never less than nothing: what was paid too much is a
    matter of its own (recovery, rules.md 3.4).
    """
    months_over = count_months(from_month, months_on(month_of(today), -1))
    return max(0, amount - paid_before) * months_over


def fade(amount: int, stages: Sequence[FadingStage], from_month: date) -> tuple[Fading, ...]:
    """What is left of an amount, stage by stage, when a household leaves the low-income list (渐退): 6 and 6
    months, or 3 years and one, as the region says. Parts of a fen are left out."""
    found: list[Fading] = []
    begins = from_month
    for stage in stages:
        ends = months_on(begins, stage.months - 1)
        found.append(Fading(begins, ends, amount * stage.percent // 100))
        begins = months_on(ends, 1)
    return tuple(found)


def school_year(day: date) -> int:
    """The year in which the school year of a day began: on 1 September."""
    return day.year if day.month >= 9 else day.year - 1


def year_given(said: object, is_school_year: bool, received_on: date) -> int:
    """For which year something is given once: the one that an answer names, else that of the receipt."""
    if said is not None and str(said).isdigit():
        return int(str(said))
    return school_year(received_on) if is_school_year else received_on.year


@dataclass(frozen=True)
class ReviewDays:
    """When somebody is written to about a review, and when somebody gets in touch: nothing is stopped for
    silence before two reminders and a call or a visit (rules.md BT-03)."""

    first_on: date
    second_on: date
    contact_on: date


def review_days(review_on: date) -> ReviewDays:
    """A month before, two weeks before, and the day itself."""
    return ReviewDays(months_on(review_on, -1), review_on - SECOND_REMINDER, review_on)


def rests_on_certificate(service: Service, benefits: Iterable[Benefit]) -> bool:
    """Whether the rules of a service, or the groups of what it gives, look at the certificate."""
    asked = {name for rule in service.eligibility for name in rule.needs.fields()}
    asked |= {name for one in benefits for group in one.groups for name in group.when.fields()}
    return bool(asked & ON_THE_CARD)


def card_facts(state: str, grade: int, components: Iterable[str]) -> Mapping[str, object]:
    """What the rules of eligibility read of a certificate on record, in the words of their questions."""
    says = {"valid": "valid", "expiring": "valid", "expired": "expired", "frozen": "frozen", "lost": "valid"}
    return {
        "certificate": says.get(state, "none"),
        "grade": str(grade),
        "components": sorted(components),
    }
