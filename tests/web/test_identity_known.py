"""What everybody reads once it was seen who somebody is: the person, who decides, the record."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.store.accounts import Account
from portal.store.applications import Slip
from tests.support.client import CheckingClient
from tests.support.journeys import Office, begin, hand_in, walk
from tests.support.people import parts_of
from tests.support.receiving import choose
from tests.support.visits import staff_at

pytestmark = pytest.mark.one_database

SEEN = "身份已核实：示例东风镇便民服务中心看过证件原件，2026年11月23日"
NAME, NUMBER = "示例王小明", "880000199001010011"


@pytest.fixture(autouse=True)
def noon(clock_at: Callable[..., None]) -> None:
    clock_at("2026-11-23T12:00:00+08:00")


def prove_at_counter(clerk: CheckingClient, reference: str, code: str) -> None:
    """Somebody who has handed in at home comes with the receipt, and shows the document."""
    choose(clerk, "slip")
    clerk.submit("确认，开始接待", {"reference": reference, "slip_code": code})
    clerk.follow("看证件原件")
    shown = {"id_type": "resident", "name": NAME, "id_number": NUMBER, "is_same": True}
    clerk.submit("确认身份", shown)


def test_identity_seen_after_handing_in_is_told_to_the_person_and_to_who_decides(app: Flask) -> None:
    office = Office(app)
    office.open()
    person = office.browser(office.resident())
    reference = begin(person)
    walk(person)
    assert "身份还没有核实" in person.text, "the check page says it before anything is handed in"
    hand_in(person)
    with parts_of(app).store.reading() as db:
        code = db.scalars(select(Slip.code)).one()
    own = f"/account/applications/{reference}"
    person.get(own)
    assert "身份还没有核实。" in person.text
    decider = staff_at(app, "decider")
    decider.get(f"/desk/applications/{reference}")
    assert "申请人的身份还没有核实。" in decider.text
    prove_at_counter(staff_at(app, "sees-it"), reference, code)
    person.get(own)
    assert SEEN in person.text
    person.get("/account/record")
    assert SEEN in person.text
    assert "看证件原件，核实身份" in person.text
    decider.get(f"/desk/applications/{reference}")
    assert SEEN in decider.text
    assert "申请人的身份还没有核实。" not in decider.text


def test_somebody_proven_reads_so_before_handing_in(app: Flask) -> None:
    office = Office(app)
    office.open()
    account = office.resident()
    with parts_of(app).store.transaction() as db:
        db.get_one(Account, account.id).identity_level = "proven"
    person = office.browser(account)
    begin(person)
    walk(person)
    assert "身份已核实。" in person.text
    assert "身份还没有核实" not in person.text


def test_who_acts_for_another_reads_whose_identity_it_is(app: Flask) -> None:
    office = Office(app)
    office.open()
    person = office.browser(office.resident())
    reference = begin(person, "proxy")
    walk(person)
    hand_in(person)
    person.get(f"/account/applications/{reference}")
    told = next(one for one in person.page.select("main p") if "身份还没有核实" in one.get_text())
    heading = told.find_previous("h2")
    assert heading is not None
    assert heading.get_text() == "您的身份"
