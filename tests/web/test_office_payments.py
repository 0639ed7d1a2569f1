"""An officer writes down what came back of a payment; its holder reads it in a letter and on their page."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from portal.catalogue.model import GrantBenefit, Role
from portal.store.accounts import Account
from portal.store.benefits import BenefitRow, Payment
from portal.store.messages import NoticeRow
from portal.usecases.sessions import open_session
from tests.support.any_service import Walker
from tests.support.client import CheckingClient
from tests.support.deeds import carry_out
from tests.support.office import CATALOGUE, REGION, sign_in_staff
from tests.support.people import parts_of

pytestmark = [pytest.mark.monday_morning, pytest.mark.one_database]


SENT = {"paid_for": "2026-11-01", "outcome": "paid", "amount": "100", "account_end": "6421"}


class Paid:
    """Somebody who gets a subsidy, and the officer of the unit that granted it."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with parts_of(app).store.transaction() as db:
            walker = Walker(db, CATALOGUE.definition("bt-02", "demo"), REGION, "self")
            walker.furnish()
            application = walker.apply()
            entry = application.entries[0]
            actor, self.staff = sign_in_staff(db, "officer", Role(entry.role), entry.unit_code)
            effect = GrantBenefit(name="grant_benefit", benefit="care_subsidy", amount_field="amount")
            carry_out(db, application, effect, {"amount": 10000}, actor=actor)
            account = db.get_one(Account, application.account_id)
            self.holder = open_session(db, account, "code")
            row = db.scalars(select(BenefitRow)).one()
            self.page = f"/desk/applications/{application.reference}"
            self.form = f"{self.page}/payments/{row.id}"

    def visitor(self, token: str) -> CheckingClient:
        client = CheckingClient(self.app)
        client.browser.set_cookie("session", token)
        return client


@pytest.fixture
def paid(app: Flask) -> Paid:
    return Paid(app)


def test_payment_is_written_down_and_read_by_its_holder(app: Flask, paid: Paid) -> None:
    clerk = paid.visitor(paid.staff)
    assert "还没有记录发放结果" in clerk.get(paid.page).text
    clerk.follow("记录重度残疾人护理补贴的发放结果")
    clerk.submit("记录发放结果", SENT)
    page = clerk.get(paid.page).text
    assert "2026年11月" in page
    assert "6421" in page
    with parts_of(app).store.reading() as db:
        letter = db.scalars(select(NoticeRow.id).where(NoticeRow.key == "N12")).one()
    holder = paid.visitor(paid.holder)
    assert "打到尾号6421的账户" in holder.get(f"/account/notices/{letter}").text
    assert "2026年11月：发放成功，100元，账户尾号6421" in holder.get("/account/benefits").text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"account_end": "6222021234566421"}, "账户的最后4位"),
        ({"account_end": "64 2"}, "请填写账户的最后4位数字"),
        ({"amount": "很多"}, "多少钱"),
        ({"outcome": ""}, "结果是什么"),
    ],
    ids=["whole account", "three digits", "no number", "no outcome"],
)
def test_what_cannot_be_is_asked_again_and_kept(
    app: Flask, paid: Paid, wrong: dict[str, str], said: str
) -> None:
    clerk = paid.visitor(paid.staff)
    clerk.get(paid.form)
    answer = clerk.submit("记录发放结果", {**SENT, **wrong}, 422)
    assert said in answer.text
    clerk.post(paid.form, {**SENT, "paid_for": "2026-10-01"}, 422)
    with parts_of(app).store.reading() as db:
        assert db.scalars(select(Payment)).all() == []


def test_another_units_benefit_is_not_found(app: Flask, paid: Paid) -> None:
    with parts_of(app).store.transaction() as db:
        _, stranger = sign_in_staff(db, "stranger", Role.DESK_CLERK, "desk_xishan")
    assert paid.visitor(stranger).get(paid.form, 404)
    missing = paid.form.rsplit("/", 1)[0] + "/999"
    assert paid.visitor(paid.staff).get(missing, 404)


def test_once_every_month_was_paid_the_page_says_so(app: Flask, paid: Paid) -> None:
    clerk = paid.visitor(paid.staff)
    clerk.get(paid.form)
    clerk.submit("记录发放结果", SENT)
    assert "每一笔都记录过发放成功" in clerk.get(paid.form).text
