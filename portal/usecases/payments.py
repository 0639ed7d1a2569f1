"""What came back of paying a benefit, as the unit that decides on it writes it down; its holder is told.

Moving money is not ours (rules.md 3.3: 财政 pays through banks). What is kept is for which month it was paid
or failed, how much, and the end of the account, so that a person reads whether their money went out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError, say_date
from portal.catalogue.model import ChangeBenefit, Region
from portal.catalogue.texts import LANGUAGES
from portal.rules.benefits import month_of
from portal.rules.calendar import months_on
from portal.rules.errors import Conflict, Invalid, NotFound
from portal.store.applications import Application
from portal.store.benefits import BenefitRow, Payment
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of
from portal.usecases.audit import record_office_event
from portal.usecases.benefit_effects import amount_by_language, month_words
from portal.usecases.definitions import find_definition_of_service
from portal.usecases.notices import send_notice
from portal.usecases.offers import offer_report
from portal.usecases.turns import take_turn
from portal.usecases.whole_view import get_whole

NOTICE: Final = "N12"
PaymentOutcome = Literal["paid", "failed"]
FAILURES: Final = 2
"""After so many in a row the person is told how an account is changed (rules.md 11.2, 10)."""
MONTHS_BACK: Final = 12
"""For how many months back something may be written down: what is older is a matter of its own."""

PaymentRow = Payment
"""A payment as pages show it."""


@dataclass(frozen=True)
class Payable:
    """A benefit of an application, with the months (or year, or day) that nothing was paid for yet."""

    row: BenefitRow
    open_for: tuple[date, ...]
    payments: Sequence[Payment]


def list_payable_of(db: Session, actor: Actor, application: Application) -> list[Payable]:
    """The benefits that an application brought about, where the actor's unit decides on them. To be asked by
    a post that reads the whole application."""
    rows = _rows(db, application, actor)
    payments = list_payments(db, [row.id for row in rows]) if rows else {}
    return [_payable(row, payments[row.id]) for row in rows]


def get_payable(db: Session, actor: Actor, reference: str, benefit_id: int) -> Payable:
    """One of them. Raises NotFound, also for a benefit of another application or unit."""
    view = get_whole(db, actor, reference)
    row = next((one for one in _rows(db, view.application, actor) if one.id == benefit_id), None)
    if row is None:
        raise NotFound("benefit")
    return _payable(row, list_payments(db, [row.id])[row.id])


def list_payments(db: Session, benefit_ids: Sequence[int]) -> dict[int, list[Payment]]:
    """What came back of each benefit, newest first."""
    found: dict[int, list[Payment]] = {one: [] for one in benefit_ids}
    rows = select(Payment).where(Payment.benefit_id.in_(benefit_ids)).order_by(Payment.id.desc())
    for row in db.scalars(rows):
        found[row.benefit_id].append(row)
    return found


def record_payment(
    db: Session,
    actor: Actor,
    reference: str,
    benefit_id: int,
    region: Region,
    *,
    paid_for_on: date,
    outcome: PaymentOutcome,
    amount: int,
    account_end: str,
) -> Payment:
    """Write down that it was paid (``amount`` in fen), or that it failed, and tell the holder.

    Sent twice it is written down once. Raises NotFound as ``get_payable`` does, Conflict ``paid_already``
    where somebody wrote down that this month was paid, Invalid where nothing is given for the month.
    """
    application = get_whole(db, actor, reference, lock=True).application
    take_turn(db, "payments", str(benefit_id))
    payable = get_payable(db, actor, reference, benefit_id)
    same = next((one for one in payable.payments if one.paid_for_on == paid_for_on), None)
    if same is not None and same.outcome == "paid":
        if (outcome, amount, account_end) == ("paid", same.amount, same.account_end):
            return same
        raise Conflict("paid_already")
    if paid_for_on not in payable.open_for:
        raise Invalid({"paid_for": [FieldError("choice_unknown")]})
    payment = Payment(
        benefit_id=benefit_id,
        paid_for_on=paid_for_on,
        outcome=outcome,
        amount=amount,
        account_end=account_end,
        recorded_by_id=actor.signed_in_id,
        recorded_at=clock.now(),
    )
    db.add(payment)
    db.flush()
    details = {"benefit": benefit_id, "for": paid_for_on.isoformat(), "outcome": outcome}
    record_office_event(db, actor, application, "payment:record", details=details)
    _tell(db, application, region, payable.row, payment)
    return payment


def paid_for_words(row: BenefitRow, day: date) -> dict[str, str]:
    """For which month, year or decision it was paid, by language."""
    if row.period == "month":
        return month_words(day) or {}
    if row.period == "year":
        return {language: str(day.year) if language == "en" else f"{day.year}年" for language in LANGUAGES}
    return {language: say_date(day, language) for language in LANGUAGES}


def _tell(db: Session, application: Application, region: Region, row: BenefitRow, paid: Payment) -> None:
    """Nobody is written to after a death: whether money goes to that account staff look at first."""
    if application.person.death_reported_at is not None:
        return
    known = region.benefit(row.code)
    facts: Mapping[str, Any] = {
        "benefit": {language: known.name.say(language) if known else row.code for language in LANGUAGES},
        "amount": amount_by_language(paid.amount, "sum"),
        "paid_for": paid_for_words(row, paid.paid_for_on),
        "account_end": paid.account_end,
        "unit": row.unit_code,
        "event": "failed" if paid.outcome == "failed" else "",
    }
    send_notice(db, application, definition_of(db, application), NOTICE, facts)
    newest = list_payments(db, [row.id])[row.id][:FAILURES]
    if known is None or [one.outcome for one in newest] != ["failed"] * FAILURES:
        return
    report = next((code for code in region.services if _changes_benefits(db, region, code)), None)
    if report is not None:
        offer_report(db, region, application, known, report, row.unit_code)


def _changes_benefits(db: Session, region: Region, code: str) -> bool:
    """Whether by this service an account or an amount is changed while a benefit runs."""
    found = find_definition_of_service(db, code, region.code)
    effects = found[1].service.effects if found else ()
    return any(isinstance(one, ChangeBenefit) and one.to == "continue" for one in effects)


def _rows(db: Session, application: Application, actor: Actor) -> Sequence[BenefitRow]:
    wanted = select(BenefitRow).where(
        BenefitRow.application_id == application.id, BenefitRow.unit_code == actor.unit_code
    )
    return db.scalars(wanted.order_by(BenefitRow.id)).all()


def _payable(row: BenefitRow, payments: Sequence[Payment]) -> Payable:
    paid = {one.paid_for_on for one in payments if one.outcome == "paid"}
    return Payable(row, tuple(day for day in _days(row) if day not in paid), payments)


def _days(row: BenefitRow) -> list[date]:
    """What may be paid for, newest first: each month up to this one; of others the year, or the decision."""
    if row.period == "year":
        return [date(row.year or row.decided_on.year, 1, 1)]
    if row.period == "once":
        return [row.decided_on]
    this_month = month_of(clock.today())
    months = [months_on(this_month, -back) for back in range(MONTHS_BACK)]
    return [
        one
        for one in months
        if (row.from_on is None or one >= row.from_on) and (row.to_on is None or one <= row.to_on)
    ]
