"""A guardian by law reads what their ward holds and gets; nobody else who acts does, nor after the end."""

import pytest
from sqlalchemy import select

from portal.store import Store, blind_index
from portal.store.audit import AuditEvent
from portal.store.certificates import Certificate
from portal.store.people import Person
from portal.store.representations import Representation
from portal.usecases.actor import Actor
from portal.usecases.sessions import open_session
from tests.support.benefits import give
from tests.support.certificates import HOLDER_ID, LIMB, issue
from tests.support.client import CheckingClient
from tests.support.office import submitted
from tests.support.people import make_resident

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]


@pytest.fixture
def guardian(house: Store, client: CheckingClient) -> Actor:
    with house.transaction() as db:
        account = make_resident(db)
        client.browser.set_cookie("session", open_session(db, account, "code"))
        return Actor("resident", account.id)


def ward_of(house: Store, guardian: Actor, basis: str = "minor_guardian", state: str = "active") -> int:
    """Somebody with a certificate and a subsidy, for whom the guardian applied; the id of the record."""
    with house.transaction() as db:
        made = submitted(db, guardian, "proxy", {"p_id_no": HOLDER_ID})
        person = made.person
        person.id_number, person.is_proven = HOLDER_ID, True
        person.id_number_index = blind_index(db, "id_number", HOLDER_ID)
        made.subject_id_index = person.id_number_index
        kept = db.get_one(Representation, made.representation_id)
        kept.basis, kept.state = basis, state
        db.flush()
        give(db, issue(db, made, LIMB))
        return kept.id


def test_guardian_reads_certificate_and_benefits_and_that_is_on_record(
    house: Store, guardian: Actor, client: CheckingClient
) -> None:
    kept_id = ward_of(house, guardian)
    client.get(f"/account/people/{kept_id}")
    client.follow("这个人的残疾人证和待遇")
    assert "重度残疾人护理补贴" in client.text
    assert "每月100.50元" in client.text
    assert "有效期到2036年11月23日" in client.text
    with house.transaction() as db:
        read = db.scalars(select(AuditEvent).where(AuditEvent.tag == "certificate:read")).one()
        person = db.scalars(select(Representation.person_id).where(Representation.id == kept_id)).one()
        assert (read.actor_id, read.person_id, read.authority) == (guardian.account_id, person, "guardian")


@pytest.mark.parametrize(
    ("basis", "state"),
    [
        ("entrusted", "active"),
        ("claimed", "claimed"),
        ("minor_guardian", "suspended"),
        ("minor_guardian", "ended"),
    ],
)
def test_nobody_else_reads_them_and_nobody_after_the_end(
    house: Store, guardian: Actor, client: CheckingClient, basis: str, state: str
) -> None:
    kept_id = ward_of(house, guardian)
    with house.transaction() as db:
        kept = db.get_one(Representation, kept_id)
        kept.basis, kept.state = basis, "active" if state in ("suspended", "ended") else state
        if state == "suspended":
            kept.state, kept.suspended_at, kept.suspended_for = "suspended", kept.created_at, "dispute"
        if state == "ended":
            kept.state, kept.ended_at, kept.ended_by, kept.ended_for = (
                "ended",
                kept.created_at,
                "person",
                "revoked",
            )
    client.get(f"/account/people/{kept_id}/holdings", expect=403)
    client.get(f"/account/people/{kept_id}")
    assert "这个人的残疾人证和待遇" not in client.text


def test_of_a_ward_whom_nobody_has_seen_nothing_is_shown(
    house: Store, guardian: Actor, client: CheckingClient
) -> None:
    kept_id = ward_of(house, guardian)
    with house.transaction() as db:
        kept = db.get_one(Representation, kept_id)
        db.get_one(Person, kept.person_id).is_proven = False
    client.get(f"/account/people/{kept_id}/holdings")
    assert "身份还没有核实" in client.text
    assert "护理补贴" not in client.text


def test_another_accounts_ward_is_not_found(house: Store, guardian: Actor, client: CheckingClient) -> None:
    kept_id = ward_of(house, guardian)
    with house.transaction() as db:
        other = make_resident(db, "19900000077")
        client.browser.set_cookie("session", open_session(db, other, "code"))
    client.get(f"/account/people/{kept_id}/holdings", expect=404)


def test_guardian_makes_no_code_that_shows_the_certificate_of_the_ward(
    house: Store, guardian: Actor, client: CheckingClient
) -> None:
    kept_id = ward_of(house, guardian)
    client.get(f"/account/people/{kept_id}/holdings")
    assert not client.page.select("main a[href*='/code']")
    with house.reading() as db:
        key = db.scalars(select(Certificate.key)).one()
    client.get(f"/account/certificates/{key}/code?ready=1", expect=404)
