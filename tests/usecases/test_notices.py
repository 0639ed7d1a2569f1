"""Notices on both databases: frozen facts, one message for each allowed way, read by their owner only."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.loader import definition_hash
from portal.rules.errors import NotFound
from portal.store.accounts import Account, Contact
from portal.store.applications import Application
from portal.store.audit import AuditEvent
from portal.store.messages import Message, NoticeRow
from portal.usecases.actor import Actor
from portal.usecases.contact_values import TypedContact
from portal.usecases.contacts import new_contact
from portal.usecases.definitions import store_definition
from portal.usecases.deliveries import deliveries_of
from portal.usecases.notices import facts_hash, get_notice, list_notices, send_notice
from portal.usecases.progress import get_progress
from tests.support.office import ANSWERS, DEFINITION, forbid, prepare, resident, submitted

pytestmark = pytest.mark.monday_morning

FACTS = {"due_on": date(2026, 12, 4)}


def person_with_contacts(db: Session) -> Actor:
    actor = resident(db)
    account = db.get_one(Account, actor.signed_in_id)
    new_contact(db, account, TypedContact("phone", "19900000001"))
    new_contact(db, account, TypedContact("email", "wang@example.org"))
    return actor


def application_with(db: Session, own: Mapping[str, Any]) -> Application:
    """What is never to be done was said after the rest, so that it may be what was wanted before."""
    prepare(db)
    answers = {**ANSWERS, **own}
    application = submitted(db, person_with_contacts(db), own={**answers, "c_do_not": []})
    forbid(db, application, answers.get("c_do_not", []))
    return application


def sent_for(db: Session, notice: NoticeRow) -> dict[str, Message]:
    return {row.channel: row for row in db.scalars(select(Message).where(Message.notice_id == notice.id))}


def test_every_allowed_way_gets_one_message(db: Session) -> None:
    application = application_with(db, {"c_channels": ["unknown"], "c_do_not": []})
    notice = send_notice(db, application, DEFINITION, "N03", FACTS)
    found = sent_for(db, notice)
    assert {channel: row.to for channel, row in found.items()} == {
        "sms": "19900000001",
        "mail": "wang@example.org",
    }
    assert found["sms"].body == (
        f"【示例市一窗通办】您的申请（收件号{application.reference}）要补材料，最晚12月4日。"
        "可上网补、到窗口补，也可请人上门。"
    )
    assert found["mail"].subject.startswith("一次性补正告知书")
    assert "请在2026年12月4日以前补好" in found["mail"].body


@pytest.mark.parametrize(
    ("own", "channels"),
    [
        ({"c_channels": ["unknown"], "c_do_not": ["sms"]}, {"mail"}),
        ({"c_channels": ["sms"], "c_do_not": []}, {"sms"}),
        ({"c_channels": ["sms", "phone"], "c_do_not": []}, {"sms"}),
        ({"c_channels": ["sms"], "c_do_not": ["sms"]}, {"mail"}),
        ({"c_channels": ["post"], "c_do_not": []}, set()),
        ({"c_channels": ["liaison"], "c_do_not": []}, set()),
    ],
)
def test_wishes_about_contact_are_obeyed(db: Session, own: dict[str, Any], channels: set[str]) -> None:
    application = application_with(db, own)
    assert set(sent_for(db, send_notice(db, application, DEFINITION, "N03", FACTS))) == channels


def test_frozen_contact_receives_nothing(db: Session) -> None:
    application = application_with(db, {"c_channels": ["unknown"], "c_do_not": []})
    phone = db.scalars(select(Contact).where(Contact.kind == "phone")).one()
    phone.frozen_at = phone.verified_at
    db.flush()
    assert set(sent_for(db, send_notice(db, application, DEFINITION, "N03", FACTS))) == {"mail"}


def test_message_speaks_the_language_of_the_account(db: Session) -> None:
    application = application_with(db, {"c_channels": ["unknown"], "c_do_not": [], "c_format": "standard"})
    db.get_one(Account, application.account_id).preferences = {"language": "en"}
    found = sent_for(db, send_notice(db, application, DEFINITION, "N03", FACTS))
    assert "more is needed by 4 December" in found["sms"].body
    assert "Legal basis" in found["mail"].body


def test_mail_to_who_listens_has_its_digits_apart_and_the_text_message_stays_short(db: Session) -> None:
    application = application_with(db, {"c_channels": ["unknown"], "c_do_not": [], "c_format": "standard"})
    db.get_one(Account, application.account_id).preferences = {"digits": "1"}
    found = sent_for(db, send_notice(db, application, DEFINITION, "N03", FACTS))
    digits = "，".join(" ".join(application.reference[at : at + 4]) for at in (0, 4, 8))
    assert digits in found["mail"].body
    assert digits in found["mail"].subject
    assert digits not in found["sms"].body


def test_facts_are_frozen_with_their_hash(db: Session) -> None:
    application = application_with(db, {})
    notice = send_notice(db, application, DEFINITION, "N03", FACTS)
    application.subject_name = "示例改了名"
    db.flush()
    db.refresh(notice)
    assert notice.facts["due_on"] == "2026-12-04"
    assert notice.facts["subject_name"] == "示例王小明"
    assert notice.facts["unit"]["names"]["zh"] == "示例东风镇便民服务中心"
    assert notice.facts_hash == facts_hash(notice.facts)
    assert notice.number == f"〔2026〕第{notice.id}号"


def test_days_off_and_signature_of_the_region_are_frozen(db: Session) -> None:
    application = application_with(db, {})
    notice = send_notice(db, application, DEFINITION, "N03", {"due_on": date(2027, 1, 8)})
    assert notice.facts["signature"] == "【示例市一窗通办】"
    assert notice.facts["is_example"] is True
    assert [one["first_on"] for one in notice.facts["holidays"]] == ["2027-01-01"]


def test_days_off_are_not_told_of_a_day_that_the_letter_does_not_name(db: Session) -> None:
    application = application_with(db, {})
    facts = {"hospital": {"zh": "示例医院", "en": "Hospital"}, "visit_by_on": date(2027, 2, 22)}
    notice = send_notice(db, application, DEFINITION, "N07", {**facts, "due_on": date(2027, 2, 26)})
    assert notice.facts["holidays"] == []


def test_what_an_older_definition_has_no_words_for_is_said_in_those_of_the_newest(
    db: Session, clock_at: Callable[[str], None]
) -> None:
    application = application_with(db, {})
    for key, event in (("N17", ""), ("N18", "death_undone")):
        older = DEFINITION.model_copy(
            update={
                "notices": tuple(
                    one.model_copy(update={"variants": one.variants[1:]})
                    for one in DEFINITION.notices
                    if one.key != "N17"
                )
            }
        )
        clock_at("2026-11-20T09:00+08:00")
        application.definition_hash = store_definition(db, older)
        clock_at("2026-11-23T09:00+08:00")
        notice = send_notice(db, application, older, key, {"event": event} if event else {})
        assert notice.definition_hash == definition_hash(DEFINITION)
        assert get_progress(db, Actor("resident", application.account_id), application.reference).titles


def test_invitation_to_rate_is_never_given_by_hand(db: Session) -> None:
    application = application_with(db, {"c_channels": ["post", "phone"], "c_do_not": []})
    notice = send_notice(db, application, DEFINITION, "N17", {})
    assert [one.way for one in deliveries_of(db, notice)] == ["account"]


def test_missing_fact_is_refused_before_anything_is_written(db: Session) -> None:
    application = application_with(db, {})
    before = db.scalars(select(NoticeRow.id)).all()
    with pytest.raises(ValueError, match="N03 needs due_on"):
        send_notice(db, application, DEFINITION, "N03", {})
    assert db.scalars(select(NoticeRow.id)).all() == before


def test_sending_is_an_event_without_private_words(db: Session) -> None:
    application = application_with(db, {})
    send_notice(db, application, DEFINITION, "N03", FACTS)
    event = db.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    assert (event.tag, event.stream) == ("notice:send", f"application:{application.reference}")
    columns = {name: str(getattr(event, name)) for name in event.__mapper__.columns.keys()}  # noqa: SIM118
    assert "示例王小明" not in json.dumps(columns, ensure_ascii=False)


def test_own_notice_is_marked_read_and_another_account_finds_nothing(db: Session) -> None:
    application = application_with(db, {})
    owner, stranger = Actor("resident", application.account_id), resident(db)
    notice = send_notice(db, application, DEFINITION, "N03", FACTS)
    assert [row.key for row in list_notices(db, owner)] == ["N03", "N01"]
    assert notice.read_at is None
    assert get_notice(db, owner, notice.id).read_at is not None
    assert list_notices(db, stranger) == []
    with pytest.raises(NotFound):
        get_notice(db, stranger, notice.id)
