"""Access needs, told over HTTP: said, obeyed, said otherwise, obeyed again; seen by whoever has the work."""

import pytest
from sqlalchemy import select

from portal.store.letters import Delivery
from portal.store.messages import NoticeRow
from portal.usecases.actor import Actor
from tests.support.client import CheckingClient
from tests.support.journeys import Office
from tests.support.office import ANSWERS, submitted
from tests.support.people import parts_of

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

BY_PHONE = {
    **ANSWERS,
    "c_has_phone": "own",
    "c_phone": "19900000001",
    "c_channels": ["phone"],
    "c_do_not": [],
}


def ways_of(office: Office, key: str) -> set[str]:
    """How the newest letter of this kind is given."""
    newest = select(NoticeRow.id).where(NoticeRow.key == key).order_by(NoticeRow.id.desc()).limit(1)
    with parts_of(office.app).store.reading() as db:
        return set(db.scalars(select(Delivery.way).where(Delivery.notice_id == newest.scalar_subquery())))


def say_how_not(client: CheckingClient, *barred: str) -> None:
    client.get("/account/needs/contact-do-not")
    client.submit("保存", {"c_do_not": list(barred)})
    # Whoever wants to be phoned and forbids it is asked which holds; what is forbidden is obeyed at once.
    assert client.path == "/account/needs" + ("/contact-do-not" if "call" in barred else "")
    assert ("不要打电话" in client.text) is ("call" in barred)


def test_never_phone_makes_no_phone_task_until_it_is_said_otherwise_and_again_after_that(
    office: Office,
) -> None:
    account = office.resident()
    with parts_of(office.app).store.transaction() as db:
        reference = submitted(db, Actor("resident", account.id), own=BY_PHONE).reference
    assert "phone" in ways_of(office, "N01")
    say_how_not(office.browser(account), "call")
    office.lead(reference, "forward", "accept")
    assert "phone" not in ways_of(office, "N02")
    assert "不要打电话" in office.at_post(reference).text
    say_how_not(office.browser(account))
    office.lead(reference, "met", "no_objection", "propose_grant")
    assert "phone" in ways_of(office, "N08")
    assert "不要打电话" not in office.at_post(reference).text
    say_how_not(office.browser(account), "call")
    office.lead(reference, "approve")
    assert "phone" not in ways_of(office, "N09")
