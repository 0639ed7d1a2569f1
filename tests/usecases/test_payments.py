"""What came back of payments: told to the holder, once for a month, by the unit that decides and no other."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.catalogue.model import GrantBenefit, Role
from portal.letters import as_text, render_notice
from portal.rules.errors import Conflict, Invalid, NotFound
from portal.store.applications import Application
from portal.store.audit import AuditDetails, AuditEvent
from portal.store.benefits import BenefitRow, Payment
from portal.store.messages import NoticeRow
from portal.usecases.actor import Actor
from portal.usecases.deaths import report_death
from portal.usecases.definitions import get_definition, store_definition
from portal.usecases.payments import get_payable, list_payable_of, record_payment
from tests.support.any_service import Walker
from tests.support.deeds import carry_out
from tests.support.office import CATALOGUE, REGION, staff_account

pytestmark = [pytest.mark.monday_morning, pytest.mark.one_database]

NOVEMBER, DECEMBER, JANUARY = date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)
LATER = "2027-01-20T10:00+08:00"


@pytest.fixture
def application(db: Session) -> Application:
    walker = Walker(db, CATALOGUE.definition("bt-02", "demo"), REGION, "self")
    walker.furnish()
    for code in REGION.services:
        if code.startswith("bt-"):
            store_definition(db, CATALOGUE.definition(code, "demo"))
    return walker.apply()


@pytest.fixture
def officer(db: Session, application: Application) -> Actor:
    """Of the unit that granted 100 yuan a month from November 2026 on."""
    entry = application.entries[0]
    actor, _ = staff_account(db, "officer", Role(entry.role), entry.unit_code, entry.county)
    effect = GrantBenefit(name="grant_benefit", benefit="care_subsidy", amount_field="amount")
    carry_out(db, application, effect, {"amount": 10000}, actor=actor)
    return actor


def benefit(db: Session) -> int:
    return db.scalars(select(BenefitRow.id)).one()


def record(db: Session, actor: Actor, application: Application, month: date, **more: Any) -> Payment:
    given = {"outcome": "paid", "amount": 10000, "account_end": "6421", **more}
    return record_payment(db, actor, application.reference, benefit(db), REGION, paid_for_on=month, **given)


def letters(db: Session, key: str = "N12") -> list[NoticeRow]:
    return list(db.scalars(select(NoticeRow).where(NoticeRow.key == key).order_by(NoticeRow.id)))


def text_of(db: Session, letter: NoticeRow) -> str:
    return as_text(render_notice(get_definition(db, letter.definition_hash), letter, "zh"))


def test_holder_is_told_of_each_month_that_was_paid(
    db: Session, application: Application, officer: Actor, clock_at: Callable[[str], None]
) -> None:
    clock_at(LATER)
    [payable] = list_payable_of(db, officer, application)
    assert payable.open_for == (JANUARY, DECEMBER, NOVEMBER)
    first = record(db, officer, application, NOVEMBER)
    assert record(db, officer, application, NOVEMBER) is first  # pressed twice
    record(db, officer, application, DECEMBER)
    assert [text_of(db, one).count("2026年11月") for one in letters(db)] == [1, 0]
    said = text_of(db, letters(db)[0])
    assert "您的“重度残疾人护理补贴”，2026年11月的钱已经发出：100元，打到尾号6421的账户。" in said
    assert get_payable(db, officer, application.reference, benefit(db)).open_for == (JANUARY,)


def test_failed_payment_says_what_to_do_and_may_be_paid_later(
    db: Session, application: Application, officer: Actor
) -> None:
    record(db, officer, application, NOVEMBER, outcome="failed")
    assert "没有发成功" in text_of(db, letters(db)[0])
    record(db, officer, application, NOVEMBER)
    assert [one.facts["event"] for one in letters(db)] == ["failed", ""]
    with pytest.raises(Conflict, match="paid_already"):
        record(db, officer, application, NOVEMBER, account_end="0000")


def test_after_two_failures_the_person_reads_how_an_account_is_changed(
    db: Session, application: Application, officer: Actor
) -> None:
    record(db, officer, application, NOVEMBER, outcome="failed")
    assert letters(db, "N15") == []
    for _time in range(2):
        record(db, officer, application, NOVEMBER, outcome="failed")
    [offer] = letters(db, "N15")
    assert offer.facts["service_offered"] == "bt-03"
    assert "钱两次没有发成功" in text_of(db, offer)


@pytest.mark.parametrize("month", [date(2026, 10, 1), DECEMBER, date(2026, 11, 15)])
def test_month_for_which_nothing_is_given_is_refused(
    db: Session, application: Application, officer: Actor, month: date
) -> None:
    with pytest.raises(Invalid):
        record(db, officer, application, month)
    assert letters(db) == []


def test_only_the_unit_that_decides_writes_it_down(
    db: Session, application: Application, officer: Actor
) -> None:
    entry = application.entries[0]
    stranger, _ = staff_account(db, "stranger", Role(entry.role), "desk_xishan", "880001")
    with pytest.raises(NotFound):
        record(db, stranger, application, NOVEMBER)
    db.scalars(select(BenefitRow)).one().unit_code = "civil_shili"
    db.flush()
    assert list_payable_of(db, officer, application) == []
    with pytest.raises(NotFound):
        record(db, officer, application, NOVEMBER)


def test_record_says_which_month_and_never_how_much(
    db: Session, application: Application, officer: Actor
) -> None:
    record(db, officer, application, NOVEMBER)
    details = db.scalars(
        select(AuditDetails.details)
        .join(AuditEvent, AuditEvent.id == AuditDetails.event_id)
        .where(AuditEvent.tag == "payment:record")
    ).one()
    assert details == {"benefit": benefit(db), "for": "2026-11-01", "outcome": "paid"}


def test_after_a_death_it_is_written_down_and_nobody_is_written_to(
    db: Session, application: Application, officer: Actor
) -> None:
    report_death(db, officer, application.reference, source="document")
    for _time in range(2):
        record(db, officer, application, NOVEMBER, outcome="failed")
    assert len(db.scalars(select(Payment)).all()) == 2
    assert letters(db) == letters(db, "N15") == []


def test_database_knows_one_payment_of_a_month(db: Session, application: Application, officer: Actor) -> None:
    paid = record(db, officer, application, NOVEMBER)
    twin = Payment(
        **{
            column.key: getattr(paid, column.key)
            for column in Payment.__table__.columns
            if column.key != "id"
        }
    )
    db.add(twin)
    with pytest.raises(IntegrityError):
        db.flush()
