"""Messages between office and applicant: told as the person allows, marked as read, a task until answered."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.rules.errors import NotFound
from portal.store.accounts import Account
from portal.store.audit import AuditEvent
from portal.store.messages import Message
from portal.store.tasks import Task
from portal.usecases.actor import Actor
from portal.usecases.claims import claim
from portal.usecases.contact_values import TypedContact
from portal.usecases.contacts import new_contact
from portal.usecases.review import get_review
from portal.usecases.thread import (
    count_unread,
    get_own_thread,
    list_thread,
    write_to_applicant,
    write_to_office,
)
from tests.support.office import (
    ANSWERS,
    COUNTY,
    DESK,
    REGION,
    forbid,
    prepare,
    resident,
    staff_account,
    submitted,
)
from tests.support.people import make_resident

pytestmark = pytest.mark.monday_morning


@pytest.fixture
def clerk(db: Session) -> Actor:
    prepare(db)
    return staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]


def with_phone(db: Session) -> Actor:
    account: Account = make_resident(db, phone="19900000077")
    return Actor("resident", account.id)


def messages_told(db: Session) -> list[Message]:
    return [one for one in db.scalars(select(Message)) if one.unique_key.startswith("thread-")]


@pytest.mark.parametrize(
    ("never", "channels"),
    [([], ["sms"]), (["sms"], [])],
    ids=["nothing said", "never by text message"],
)
def test_a_message_is_told_only_in_the_ways_that_the_person_allows(
    db: Session, clerk: Actor, never: list[str], channels: list[str]
) -> None:
    application = submitted(db, with_phone(db), own={**ANSWERS, "c_do_not": []})
    forbid(db, application, never)
    assert write_to_applicant(db, clerk, application.reference, "请带照片来") == channels
    told = messages_told(db)
    assert [one.channel for one in told] == channels
    assert not any("照片" in one.body for one in told)  # words of the office are read after signing in


def test_what_the_office_wrote_is_read_when_the_applicant_opens_it(db: Session, clerk: Actor) -> None:
    applicant = resident(db)
    application = submitted(db, applicant)
    write_to_applicant(db, clerk, application.reference, "请带照片来")
    assert count_unread(db, application) == 1
    for _time in range(2):
        get_own_thread(db, applicant, application.reference)
    assert count_unread(db, application) == 0
    assert len(db.scalars(select(AuditEvent).where(AuditEvent.tag == "message:read")).all()) == 1


def test_what_the_applicant_wrote_is_a_task_until_the_office_answers(db: Session, clerk: Actor) -> None:
    applicant = resident(db)
    application = submitted(db, applicant)
    write_to_office(db, applicant, application.reference, "什么时候上门？")
    write_to_office(db, applicant, application.reference, "下午可以吗？")
    task = db.scalars(select(Task).where(Task.kind == "message")).one()
    assert (task.state, task.unit_code, str(task.due_on)) == ("open", DESK, "2026-11-30")
    get_review(db, clerk, application.reference, REGION)
    assert all(one.read_at for one in list_thread(db, application))
    write_to_applicant(db, clerk, application.reference, "星期三下午")
    assert (task.state, task.done_by_id) == ("done", clerk.account_id)


def test_whoever_has_it_in_hand_is_told_of_a_message(db: Session, clerk: Actor) -> None:
    applicant = resident(db)
    application = submitted(db, applicant)
    claim(db, clerk, application.reference)
    new_contact(db, db.get_one(Account, clerk.signed_in_id), TypedContact("email", "clerk@example.org"))
    write_to_office(db, applicant, application.reference, "什么时候上门？")
    told = messages_told(db)
    assert [(one.account_id, one.channel) for one in told] == [(clerk.account_id, "mail")]
    assert "上门" not in told[0].body


def test_pressed_twice_it_is_said_once(db: Session, clerk: Actor) -> None:
    applicant = resident(db)
    application = submitted(db, applicant)
    for _time in range(2):
        write_to_office(db, applicant, application.reference, "下午可以吗？")
    for _time in range(2):
        write_to_applicant(db, clerk, application.reference, "可以")
    assert [one.words for one in list_thread(db, application)] == ["下午可以吗？", "可以"]


def test_another_account_and_another_post_find_nothing(db: Session, clerk: Actor) -> None:
    application = submitted(db, resident(db))
    stranger, elsewhere = resident(db), staff_account(db, "county", Role.COUNTY_REVIEWER, COUNTY)[0]
    with pytest.raises(NotFound):
        write_to_office(db, stranger, application.reference, "给我看看")
    with pytest.raises(NotFound):
        get_own_thread(db, stranger, application.reference)
    with pytest.raises(NotFound):
        write_to_applicant(db, elsewhere, application.reference, "您好")
