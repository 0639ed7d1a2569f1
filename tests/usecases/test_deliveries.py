"""How notices are given, on both databases: planned, noted, a task where it fails, what staff give."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.gateways.errors import PermanentFailure
from portal.rules.errors import Conflict, Invalid, NotFound
from portal.store.applications import Application
from portal.store.audit import AuditEvent
from portal.store.letters import Delivery, LetterFile
from portal.store.messages import Message, NoticeRow
from portal.store.tasks import Task
from portal.usecases.actor import Actor
from portal.usecases.deliveries import deliveries_of, drop_deliveries
from portal.usecases.letter_post import get_waiting_letter, list_waiting_letters, read_letter, record_delivery
from portal.usecases.notices import get_notice, list_notices, send_notice
from portal.usecases.outbox import note_outcome, take_message
from tests.support.office import COUNTY, DEFINITION, DESK, staff_account
from tests.usecases.test_notices import application_with

pytestmark = pytest.mark.monday_morning

FACTS = {"due_on": date(2026, 12, 4)}
NEVER_QUIET = (0, 0)


def noticed(db: Session, own: Mapping[str, Any], key: str = "N03", **facts: Any) -> NoticeRow:
    application = application_with(db, {"c_do_not": [], **own})
    return send_notice(db, application, DEFINITION, key, {**FACTS, **facts})


def ways(db: Session, notice: NoticeRow) -> dict[str, str]:
    return {one.way: one.state for one in deliveries_of(db, notice)}


def failed_deliveries(db: Session) -> list[Task]:
    return list(db.scalars(select(Task).where(Task.kind == "delivery_failed")))


def clerk(db: Session, unit: str = DESK, name: str = "clerk") -> Actor:
    return staff_account(db, name, Role.DESK_CLERK, unit)[0]


@pytest.mark.parametrize(
    ("own", "planned"),
    [
        ({"c_channels": ["unknown"]}, {"account": "sent", "sms": "waiting", "mail": "waiting"}),
        ({"c_channels": ["sms", "post"]}, {"account": "sent", "sms": "waiting", "post": "waiting"}),
        ({"c_channels": ["liaison"]}, {"account": "sent", "committee": "waiting"}),
        ({"c_channels": ["phone"]}, {"account": "sent", "phone": "waiting"}),
        (
            {"c_channels": ["phone"], "c_do_not": ["call", "sms"]},
            {"account": "sent", "post": "waiting"},
        ),
        ({"c_channels": ["post"], "c_do_not": ["post", "sms"]}, {"account": "sent", "phone": "waiting"}),
    ],
)
def test_every_way_is_written_down_with_the_notice(
    db: Session, own: dict[str, Any], planned: dict[str, str]
) -> None:
    notice = noticed(db, own)
    assert ways(db, notice) == planned
    event = db.scalars(select(AuditEvent).where(AuditEvent.tag == "notice:send")).all()[-1]
    assert event.seq > 1


@pytest.mark.parametrize(("c_format", "form"), [("standard", "pdf"), ("large", "pdf_large")])
def test_letter_for_the_post_is_laid_out_as_the_person_can_read_it(
    db: Session, c_format: str, form: str
) -> None:
    notice = noticed(db, {"c_channels": ["post"], "c_format": c_format})
    file = db.scalars(select(LetterFile).where(LetterFile.notice_id == notice.id)).one()
    assert (file.format, file.language, file.state) == (form, "zh", "queued")


def test_opening_the_letter_in_the_account_is_its_delivery_and_an_event(db: Session) -> None:
    notice = noticed(db, {"c_channels": ["sms"]})
    owner = Actor("resident", notice.account_id)
    get_notice(db, owner, notice.id)
    get_notice(db, owner, notice.id)
    assert ways(db, notice)["account"] == "delivered"
    events = db.scalars(select(AuditEvent).where(AuditEvent.tag == "notice:read")).all()
    assert len(events) == 1


def test_message_that_left_is_noted(db: Session) -> None:
    notice = noticed(db, {"c_channels": ["sms"]})
    while outgoing := take_message(db, NEVER_QUIET):
        note_outcome(db, outgoing, None)
    assert ways(db, notice)["sms"] == "sent"
    assert failed_deliveries(db) == []


def test_message_that_fails_for_good_becomes_a_task_of_the_unit_that_says_it(db: Session) -> None:
    notice = noticed(db, {"c_channels": ["sms"]})
    db.query(Message).filter(Message.notice_id != notice.id).delete()
    outgoing = take_message(db, NEVER_QUIET)
    assert outgoing is not None
    note_outcome(db, outgoing, PermanentFailure("answered with status 400"))
    assert ways(db, notice)["sms"] == "failed"
    (task,) = failed_deliveries(db)
    assert (task.about, task.unit_code, task.notice_id) == ("sms", DESK, notice.id)


def test_unit_sees_its_waiting_letters_with_address_and_phone_and_no_other_unit_does(db: Session) -> None:
    noticed(db, {"c_channels": ["post"], "dl_way": "post", "dl_address": "示例路9号，示例王小明收"})
    actor = clerk(db)
    here = list_waiting_letters(db, actor).letters
    assert [one.notice.key for one in here] == ["N01", "N03"]
    first = get_waiting_letter(db, actor, here[0].delivery.id)
    assert first.address == ("示例路9号，示例王小明收",)
    assert first.phone == ("19900000001",)
    elsewhere = clerk(db, "desk_nanhu", "elsewhere")
    assert list_waiting_letters(db, elsewhere).letters == ()
    with pytest.raises(NotFound):
        get_waiting_letter(db, elsewhere, here[0].delivery.id)
    assert list_waiting_letters(db, Actor("resident", here[0].application.account_id)).letters == ()


def test_list_of_letters_goes_on_where_it_stopped(db: Session) -> None:
    noticed(db, {"c_channels": ["post"]})
    actor = clerk(db)
    first = list_waiting_letters(db, actor, limit=1)
    assert first.after is not None
    second = list_waiting_letters(db, actor, first.after, limit=1)
    assert [one.notice.key for one in (*first.letters, *second.letters)] == ["N01", "N03"]
    assert second.after is None


def test_address_is_home_where_no_other_was_given_and_discretion_is_told(db: Session) -> None:
    notice = noticed(db, {"c_channels": ["post"], "c_do_not": ["others"], "c_do_not_note": "别找我哥哥"})
    actor = clerk(db)
    found = get_waiting_letter(db, actor, list_waiting_letters(db, actor).letters[0].delivery.id)
    assert found.notice.application_id == notice.application_id
    assert found.address[0].startswith("示例")
    assert found.is_discreet
    assert found.do_not == "别找我哥哥"


def waiting(db: Session, key: str = "N03") -> tuple[NoticeRow, Delivery]:
    notice = noticed(db, {"c_channels": ["post"]}, key)
    row = db.scalars(select(Delivery).where(Delivery.notice_id == notice.id, Delivery.way == "post")).one()
    return notice, row


def test_posted_letter_is_recorded_with_day_and_proof_and_confirmed_to_the_account(db: Session) -> None:
    notice, row = waiting(db)
    actor = clerk(db)
    record_delivery(db, actor, row.id, way="post", given_on=date(2026, 11, 23), words="挂号信XA1")
    assert (row.state, row.given_on, row.by_id, row.proof) == (
        "sent",
        date(2026, 11, 23),
        actor.account_id,
        "挂号信XA1",
    )
    confirmation = list_notices(db, Actor("resident", notice.account_id))[0]
    assert confirmation.key == "N13"
    assert confirmation.facts["letter"]["zh"] == "一次性补正告知书"
    assert confirmation.facts["delivered_way"]["zh"] == "寄信"
    assert ways(db, confirmation).keys() == {"account"}
    tags = [event.tag for event in db.scalars(select(AuditEvent).order_by(AuditEvent.id))]
    assert tags[-2:] == ["notice:deliver", "notice:send"]


def test_receipt_is_recorded_without_a_further_letter(db: Session) -> None:
    notice = noticed(db, {"c_channels": ["post"]})
    receipt = list_notices(db, Actor("resident", notice.account_id))[-1]
    row = db.scalars(select(Delivery).where(Delivery.notice_id == receipt.id, Delivery.way == "post")).one()
    record_delivery(db, clerk(db), row.id, way="desk", given_on=date(2026, 11, 23), words="")
    assert (row.way, row.state, row.proof) == ("desk", "delivered", None)
    assert "N13" not in [one.key for one in list_notices(db, Actor("resident", notice.account_id))]


def test_given_twice_the_second_is_told_who_was_first(db: Session) -> None:
    _notice, row = waiting(db)
    record_delivery(db, clerk(db), row.id, way="post", given_on=date(2026, 11, 23), words="")
    with pytest.raises(Conflict) as refusal:
        record_delivery(
            db, clerk(db, name="other"), row.id, way="post", given_on=date(2026, 11, 23), words=""
        )
    assert refusal.value.who == "clerk（示例）"


@pytest.mark.parametrize(
    ("given_on", "code"), [(date(2026, 11, 24), "date_future"), (date(2026, 11, 22), "date_past")]
)
def test_day_that_cannot_be_is_refused(db: Session, given_on: date, code: str) -> None:
    _notice, row = waiting(db)
    with pytest.raises(Invalid) as refusal:
        record_delivery(db, clerk(db), row.id, way="post", given_on=given_on, words="")
    assert [fault.code for fault in refusal.value.errors["given_on"]] == [code]
    assert row.state == "waiting"


def test_way_that_is_another_row_of_the_letter_is_refused(db: Session) -> None:
    notice = noticed(db, {"c_channels": ["post", "liaison"]})
    rows = {row.way: row for row in db.scalars(select(Delivery).where(Delivery.notice_id == notice.id))}
    with pytest.raises(Invalid) as refusal:
        record_delivery(
            db, clerk(db), rows["post"].id, way="committee", given_on=date(2026, 11, 23), words=""
        )
    assert refusal.value.errors.keys() == {"way"}


def test_whoever_opens_a_letter_to_print_it_is_on_record(db: Session) -> None:
    _notice, row = waiting(db)
    actor = clerk(db)
    read_letter(db, actor, row.id)
    event = db.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    assert (event.tag, event.actor_id) == ("notice:print", actor.account_id)


def test_letter_of_a_hospital_is_given_by_the_county(db: Session) -> None:
    application = application_with(db, {"c_channels": ["post"], "c_do_not": []})
    facts = {
        "hospital": {"zh": "示例医院", "en": "H"},
        "visit_by_on": date(2027, 2, 1),
        "unit": "hospital_first",
    }
    notice = send_notice(db, application, DEFINITION, "N07", facts)
    row = db.scalars(select(Delivery).where(Delivery.notice_id == notice.id, Delivery.way == "post")).one()
    assert row.unit_code == COUNTY


def test_letters_that_wait_are_forgotten_when_nobody_is_to_be_told(db: Session) -> None:
    notice = noticed(db, {"c_channels": ["post"]})
    drop_deliveries(db, db.get_one(Application, notice.application_id))
    db.flush()
    assert ways(db, notice) == {"account": "sent"}
