"""谁替我办过，谁看过我的材料; and what the family says of a death, over HTTP."""

import pytest
from sqlalchemy import select

from portal.catalogue.model import Role
from portal.store import Store
from portal.store.audit import AuditEvent
from portal.store.people import Person
from portal.store.representations import Representation
from portal.usecases.actor import Actor
from portal.usecases.audit import record_office_event
from portal.usecases.own_record import PAGE_EVENTS
from portal.usecases.review import get_review
from portal.usecases.sessions import open_session
from tests.support.certificates import prove
from tests.support.client import CheckingClient
from tests.support.office import DESK, REGION, staff_account, submitted
from tests.support.people import make_resident

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]


@pytest.fixture
def person(house: Store, client: CheckingClient) -> Actor:
    with house.transaction() as db:
        account = make_resident(db)
        client.browser.set_cookie("session", open_session(db, account, "code"))
        return Actor("resident", account.id)


def clerk_of(house: Store) -> Actor:
    with house.transaction() as db:
        return staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]


def test_unproven_account_is_told_how_to_see_it_and_sees_nothing(
    house: Store, person: Actor, client: CheckingClient
):
    with house.transaction() as db:
        submitted(db, person)
    client.get("/account")
    client.follow("谁替我办过，谁看过我的材料")
    assert "先要核实身份" in client.text
    assert "打开申请" not in client.text


def test_proven_person_reads_which_post_looked_how_often_and_that_is_on_record_too(
    house: Store, person: Actor, client: CheckingClient
):
    clerk = clerk_of(house)
    with house.transaction() as db:
        made = submitted(db, person)
        prove(db, person)
        for _time in range(3):
            get_review(db, clerk, made.reference, REGION)
    client.get("/account/record")
    assert "打开申请（3次）" in client.text
    assert "窗口工作人员" in client.text
    assert "clerk（示例）" not in client.text
    with house.transaction() as db:
        read = db.scalars(select(AuditEvent).where(AuditEvent.tag == "record:read")).one()
        assert (read.actor_id, read.person_id) == (person.account_id, made.person_id)


def test_pages_follow_each_other_without_gap(house: Store, person: Actor, client: CheckingClient):
    clerk = clerk_of(house)
    with house.transaction() as db:
        made = submitted(db, person)
        prove(db, person)
        for _time in range(PAGE_EVENTS + 2):
            record_office_event(db, clerk, made, "application:read")
    client.get("/account/record")
    assert f"打开申请（{PAGE_EVENTS}次）" in client.text
    client.follow("下一页")
    assert "打开申请（2次）" in client.text
    client.get("/account/record?before=nonsense")


@pytest.mark.parametrize(
    ("basis", "state", "expect"),
    [("minor_guardian", "active", 200), ("entrusted", "active", 403), ("claimed", "claimed", 403)],
)
def test_only_who_guards_by_law_reads_it_of_another_and_nothing_that_is_hidden(
    house: Store, person: Actor, client: CheckingClient, basis: str, state: str, expect: int
):
    clerk = clerk_of(house)
    with house.transaction() as db:
        shown, hidden = (
            submitted(db, person, "proxy"),
            submitted(db, person, "proxy", {"p_id_no": "880000199003070024"}),
        )
        kept = db.get_one(Representation, shown.representation_id)
        hidden.person_id, hidden.is_hidden = shown.person_id, True
        kept.basis, kept.state = basis, state
        shown.person.is_proven = True
        db.flush()
        get_review(db, clerk, shown.reference, REGION)
        for _time in range(4):
            get_review(db, clerk, hidden.reference, REGION)
        kept_id = kept.id
    client.get(f"/account/people/{kept_id}/record", expect=expect)
    if expect == 200:
        assert "打开申请" in client.text
        assert "打开申请（" not in client.text


def test_family_reports_a_death_and_is_shown_what_there_is_to_do(
    house: Store, person: Actor, client: CheckingClient
):
    with house.transaction() as db:
        made = submitted(db, person, "proxy")
        kept_id, person_id = made.representation_id, made.person_id
    client.get(f"/account/people/{kept_id}/death")
    assert "很抱歉打扰您。以下几件事可以一次办完，不着急。" in client.text
    client.submit("登记", {}, expect=422)
    client.submit("登记", {"has_died": True})
    assert "记下了" in client.text
    assert client.href("残疾人证注销").endswith("/apply/zj-05")
    with house.transaction() as db:
        assert db.get_one(Person, person_id).death_reported_at is not None
        other = make_resident(db, "19900000055")
        client.browser.set_cookie("session", open_session(db, other, "code"))
    client.get(f"/account/people/{kept_id}/death", expect=404)
