"""An invoice counts once, wherever it was handed in: a question and a signal, and a refusal only of who used
that very invoice themselves. Both databases."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.loader import load_catalogue
from portal.rules.errors import Conflict
from portal.store.applications import Application
from portal.store.invoices import Invoice
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.applications import start_application
from portal.usecases.invoices import (
    EarlierUse,
    is_used_elsewhere,
    keep_invoice,
    keep_invoice_of_step,
    list_earlier_uses,
    unexplained_use,
)
from portal.usecases.transitions import move
from tests.support.any_service import Walker
from tests.support.office import keep_pages

pytestmark = pytest.mark.monday_morning

CATALOGUE = load_catalogue()
REGION = CATALOGUE.regions["demo"]
BOUGHT: Mapping[str, Any] = {
    "fj_way": "refund",
    "fj_invoice_no": "24112000000012345678",
    "fj_bought_on": "2026-11-02",
    "fj_invoice_amount": 1280_50,
}


@pytest.fixture
def aids(db: Session) -> Walker:
    walker = Walker(db, CATALOGUE.definition("kf-01", "demo"), REGION, "self", own=dict(BOUGHT))
    walker.furnish()
    return walker


def once_more(walker: Walker, account_id: int, **own: Any) -> Application:
    """The same account hands in another application."""
    walker.own |= own
    applicant = Actor("resident", account_id, True)
    key = f"once-more-{len(walker.db.scalars(select(Application.id)).all()):012d}"
    application = start_application(walker.db, applicant, walker.definition, "self", key)
    keep_pages(walker.db, applicant, application, walker.answers())
    walker.hand_in(application, applicant)
    return application


def uses_of(walker: Walker, application: Application) -> list[str]:
    return [one.reference for one in list_earlier_uses(walker.db, application, walker.definition)]


def test_same_number_of_two_people_is_shown_at_both_with_where_and_when(aids: Walker) -> None:
    first, second = aids.apply(), aids.apply()
    use = EarlierUse(first.reference, "kf-01", first.county, first.submitted_on)
    assert list_earlier_uses(aids.db, second, aids.definition) == [use]
    assert uses_of(aids, first) == [second.reference]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("number", "is_same"),
    [
        ("２４１１２０００００００１２３４５６７８", True),
        ("24112 00000 00123 45678", True),
        ("24112000000012345679", False),
        ("", False),
    ],
    ids=["full width", "in groups", "another", "not said"],
)
def test_number_is_compared_as_people_write_it(aids: Walker, number: str, is_same: bool) -> None:
    first = aids.apply()
    aids.own["fj_invoice_no"] = number
    assert (uses_of(aids, aids.apply()) == [first.reference]) is is_same


@pytest.mark.one_database
@pytest.mark.parametrize("action", ["withdraw", "refuse", "not_accept", "lapse", "end"])
def test_what_ended_without_a_yes_uses_nothing_up(aids: Walker, action: Any) -> None:
    move(aids.db, SYSTEM, aids.apply(), action)
    assert uses_of(aids, aids.apply()) == []


def test_who_used_that_very_invoice_is_told_with_what_and_may_use_another(aids: Walker) -> None:
    first = aids.apply()
    with pytest.raises(Conflict, match="invoice_used") as refused, aids.db.begin_nested():
        once_more(aids, first.account_id)
    assert refused.value.what == first.reference
    other = once_more(aids, first.account_id, fj_invoice_amount=99_00)
    assert uses_of(aids, other) == [first.reference]


@pytest.mark.one_database
def test_who_withdrew_hands_the_same_invoice_in_again(aids: Walker) -> None:
    first = aids.apply()
    move(aids.db, SYSTEM, first, "withdraw")
    assert uses_of(aids, once_more(aids, first.account_id)) == []


@pytest.mark.one_database
def test_number_without_date_or_amount_refuses_nobody(aids: Walker) -> None:
    aids.own["fj_bought_on"] = ""
    first = aids.apply()
    assert uses_of(aids, once_more(aids, first.account_id)) == [first.reference]


@pytest.mark.one_database
def test_corrected_number_takes_the_place_of_the_wrong_one(aids: Walker) -> None:
    first, second = aids.apply(), aids.apply()
    aids.own["fj_invoice_no"] = "24112000000099999999"
    keep_invoice(aids.db, first, aids.definition, aids.answers().answers)
    assert uses_of(aids, second) == []
    assert len(aids.db.scalars(select(Invoice)).all()) == 2


@pytest.mark.one_database
def test_nothing_readable_is_kept_of_an_invoice(aids: Walker) -> None:
    aids.apply()
    kept = aids.db.scalars(select(Invoice)).one()
    assert BOUGHT["fj_invoice_no"] not in f"{kept.number_index}{kept.whole_index}"


@pytest.mark.one_database
def test_invoice_of_a_settlement_meets_that_of_a_refund_and_the_officer_says_why(aids: Walker) -> None:
    refund, other = aids.apply(), aids.apply()
    home = CATALOGUE.definition("gz-01", "demo")
    settlement = home.step("settlement")
    assert settlement is not None
    form: dict[str, Any] = {"invoice_no": BOUGHT["fj_invoice_no"], "invoice_amount": 900_00}
    asked = settlement.outcomes[0].fields_of(settlement)
    assert is_used_elsewhere(aids.db, other, asked, form)
    assert list(unexplained_use(aids.db, other, asked, form)) == ["invoice_notes"]
    assert unexplained_use(aids.db, other, asked, {**form, "invoice_notes": "两家开票的不一样。"}) == {}
    assert unexplained_use(aids.db, other, asked, {**form, "invoice_no": "1"}) == {}
    move(aids.db, SYSTEM, other, "withdraw")
    keep_invoice_of_step(aids.db, refund, settlement, {**form, "invoice_no": "77"})
    assert [
        one.step for one in aids.db.scalars(select(Invoice).where(Invoice.application_id == refund.id))
    ] == [
        "",
        "settlement",
    ]


@pytest.mark.one_database
def test_service_without_invoices_asks_nothing_of_the_database(db: Session) -> None:
    card = Walker(db, CATALOGUE.definition("zj-01", "demo"), REGION, "self")
    card.furnish()
    application = card.apply()
    assert list_earlier_uses(db, application, card.definition) == []
    assert db.scalars(select(Invoice)).all() == []
