"""Objections on both databases: kept encrypted, given to the unit that posts, answered once."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.letters import as_text, render_notice
from portal.rules.errors import Conflict, NotFound
from portal.store import Store
from portal.store.audit import AuditEvent
from portal.store.messages import Message, NoticeRow
from portal.store.public_notices import Objection, PublicNotice
from portal.usecases.actor import VISITOR, Actor
from portal.usecases.applications import withdraw
from portal.usecases.objection_letters import answer_delivery
from portal.usecases.objections import (
    answer_objection,
    get_objection,
    get_objection_receipt,
    has_open_objection,
    list_notice_records,
    object_to,
)
from portal.usecases.public_notices import end_public_notice, open_public_notice
from portal.usecases.silence import end_step
from portal.usecases.tasks import tasks_of
from portal.usecases.timed import run_next_timer
from tests.support.office import COUNTY, DEFINITION, DESK, OTHER_COUNTY, REGION, prepare, staff_account
from tests.support.public_notices import posted_notice

pytestmark = pytest.mark.monday_morning

Move = Callable[[str | datetime], None]
WORDS = "我认识他，他不住在这个村。"


@pytest.fixture
def notice(db: Session) -> PublicNotice:
    prepare(db)
    return posted_notice(db)


@pytest.fixture
def reviewer(db: Session, notice: PublicNotice) -> Actor:
    return staff_account(db, "reviewer", Role.COUNTY_REVIEWER, COUNTY)[0]


def made(db: Session, notice: PublicNotice) -> Objection:
    reference = object_to(db, VISITOR, notice.slug, WORDS, "19900001234")
    return db.scalars(select(Objection).where(Objection.reference == reference)).one()


def objection_tasks(db: Session, notice: PublicNotice) -> list[str]:
    return [task.state for task in tasks_of(db, notice.application) if task.kind == "objection"]


def test_objection_becomes_a_task_of_the_unit_that_posts(db: Session, notice: PublicNotice) -> None:
    objection = made(db, notice)
    [task] = [one for one in tasks_of(db, notice.application) if one.kind == "objection"]
    assert (task.unit_code, task.about, task.due_on) == (COUNTY, objection.reference, date(2026, 11, 30))
    assert WORDS not in (task.note or "")


def test_each_objection_has_a_task_of_its_own(db: Session, notice: PublicNotice) -> None:
    made(db, notice)
    made(db, notice)
    assert objection_tasks(db, notice) == ["open", "open"]


def test_step_waits_while_an_objection_is_unanswered(
    db: Session, notice: PublicNotice, reviewer: Actor
) -> None:
    entry = notice.application.entries[-1]
    assert not has_open_objection(db, entry)
    objection = made(db, notice)
    assert has_open_objection(db, entry)
    reference = notice.application.reference
    answer_objection(db, reviewer, reference, objection.id, "核实过，他住在这里。", is_upheld=False)
    assert not has_open_objection(db, entry)
    assert objection_tasks(db, notice) == ["done"]


def test_nobody_objects_after_the_term(db: Session, notice: PublicNotice, clock_at: Move) -> None:
    clock_at("2026-12-01T00:01+08:00")
    with pytest.raises(NotFound):
        object_to(db, VISITOR, notice.slug, WORDS)


def test_receipt_says_when_it_is_answered_and_outlives_the_notice(
    db: Session, notice: PublicNotice, clock_at: Move
) -> None:
    objection = made(db, notice)
    clock_at("2026-12-08T09:00+08:00")
    receipt = get_objection_receipt(db, notice.slug, objection.reference)
    assert (receipt.received_on, receipt.due.on) == (date(2026, 11, 23), date(2026, 11, 30))
    assert receipt.has_contact
    assert not receipt.is_answered


@pytest.mark.parametrize("typed", ["", "1", "000000000000", "\0", "9" * 5000])
def test_number_that_is_none_has_no_receipt(db: Session, notice: PublicNotice, typed: str) -> None:
    with pytest.raises(NotFound):
        get_objection_receipt(db, notice.slug, typed)


def test_receipt_is_not_found_under_another_notice(db: Session, notice: PublicNotice) -> None:
    objection = made(db, notice)
    with pytest.raises(NotFound):
        get_objection_receipt(db, posted_notice(db).slug, objection.reference)


def test_only_the_unit_that_posts_reads_and_answers(db: Session, notice: PublicNotice) -> None:
    objection = made(db, notice)
    reference = notice.application.reference
    for name, role, unit in (
        ("elsewhere", Role.COUNTY_REVIEWER, OTHER_COUNTY),
        ("clerk", Role.DESK_CLERK, DESK),
        ("hospital", Role.HOSPITAL, "hospital_first"),
    ):
        other = staff_account(db, name, role, unit)[0]
        with pytest.raises(NotFound):
            answer_objection(db, other, reference, objection.id, "不是我的事。", is_upheld=True)
    with pytest.raises(NotFound):
        get_objection(db, VISITOR, reference, objection.id)


def test_objection_is_not_found_under_another_application(
    db: Session, notice: PublicNotice, reviewer: Actor
) -> None:
    objection = made(db, notice)
    with pytest.raises(NotFound):
        get_objection(db, reviewer, posted_notice(db).application.reference, objection.id)


def test_second_answer_is_refused_with_who_and_when(
    db: Session, notice: PublicNotice, reviewer: Actor
) -> None:
    objection = made(db, notice)
    reference = notice.application.reference
    answer_objection(db, reviewer, reference, objection.id, "核实过。", is_upheld=True)
    with pytest.raises(Conflict) as refusal:
        answer_objection(db, reviewer, reference, objection.id, "再说一次。", is_upheld=False)
    assert refusal.value.who == "reviewer（示例）"
    assert (objection.answer, objection.is_upheld) == ("核实过。", True)


def test_reviewing_county_reads_what_was_said_and_others_do_not(
    db: Session, notice: PublicNotice, reviewer: Actor
) -> None:
    objection = made(db, notice)
    approver = staff_account(db, "approver", Role.COUNTY_APPROVER, OTHER_COUNTY)[0]
    hospital = staff_account(db, "hospital", Role.HOSPITAL, "hospital_first")[0]
    db.expire(notice)
    [own] = list_notice_records(db, reviewer, notice.application)
    [other] = list_notice_records(db, approver, notice.application)
    assert [one.id for one in own.objections] == [one.id for one in other.objections] == [objection.id]
    assert (own.is_own, other.is_own) == (True, False)
    assert list_notice_records(db, hospital, notice.application) == []


def test_withdrawal_drops_what_was_still_to_be_looked_into(db: Session, notice: PublicNotice) -> None:
    made(db, notice)
    end_public_notice(db, notice.application.entries[-1], "withdrawn")
    assert objection_tasks(db, notice) == ["dropped"]


def test_making_reading_and_answering_are_recorded(
    db: Session, notice: PublicNotice, reviewer: Actor
) -> None:
    objection = made(db, notice)
    reference = notice.application.reference
    get_objection(db, reviewer, reference, objection.id)
    answer_objection(db, reviewer, reference, objection.id, "核实过。", is_upheld=False)
    events = db.scalars(select(AuditEvent).where(AuditEvent.tag.startswith("objection:"))).all()
    assert [(one.tag, one.authority) for one in events] == [
        ("objection:make", "self"),
        ("objection:read", "office"),
        ("objection:answer", "office"),
    ]


def test_database_holds_neither_words_nor_contact_in_clear(store: Store) -> None:
    with store.transaction() as db:
        prepare(db)
        made(db, posted_notice(db))
    with store.reading() as db:
        row = db.execute(text("SELECT body, contact FROM objections")).one()
    assert WORDS.encode() not in bytes(row.body)
    assert b"19900001234" not in bytes(row.contact)


def test_step_does_not_end_by_itself_against_an_objection_that_is_right(
    db: Session, notice: PublicNotice, reviewer: Actor
) -> None:
    objection = made(db, notice)
    answer_objection(db, reviewer, notice.application.reference, objection.id, "意见对。", is_upheld=True)
    assert has_open_objection(db, notice.application.entries[-1])


def test_step_ends_after_its_term_once_the_last_objection_is_answered(
    db: Session, notice: PublicNotice, reviewer: Actor, clock_at: Move
) -> None:
    entry = notice.application.entries[-1]
    objection = made(db, notice)
    clock_at("2026-12-01T08:00+08:00")
    end_step(db, REGION, entry.id)
    assert entry.closed_at is None
    reference = notice.application.reference
    answer_objection(db, reviewer, reference, objection.id, "核实过，他住在这里。", is_upheld=False)
    while run_next_timer(db, REGION) is not None:
        pass
    assert entry.outcome == "no_objection"
    assert notice.end_kind == "no_objection"


def told(db: Session, notice: PublicNotice) -> list[str]:
    rows = select(NoticeRow).where(NoticeRow.application_id == notice.application_id, NoticeRow.key == "N08")
    return [str(row.facts.get("event")) for row in db.scalars(rows.order_by(NoticeRow.id))]


def letter(db: Session, notice: PublicNotice) -> NoticeRow:
    rows = select(NoticeRow).where(NoticeRow.application_id == notice.application_id)
    found = db.scalars(rows.order_by(NoticeRow.id.desc())).first()
    assert found is not None
    return found


def test_applicant_is_told_once_that_there_are_objections_and_never_from_whom(
    db: Session, notice: PublicNotice
) -> None:
    made(db, notice)
    made(db, notice)
    assert told(db, notice) == ["objected"]
    for language, words in (("zh", "有人提了意见"), ("easy", "有人提了意见"), ("en", "objected")):
        said = as_text(render_notice(DEFINITION, letter(db, notice), language))
        assert words in said
        assert WORDS not in said
        assert "19900001234" not in said
    assert "最晚2026年11月30日有结果" in as_text(render_notice(DEFINITION, letter(db, notice), "zh"))


@pytest.mark.parametrize(
    ("findings", "event"),
    [((False, False), "objection_dismissed"), ((True, False), "objection_upheld")],
    ids=["none stands", "one stands"],
)
def test_applicant_is_told_what_came_of_all_of_them(
    db: Session, notice: PublicNotice, reviewer: Actor, findings: tuple[bool, bool], event: str
) -> None:
    objections = [made(db, notice) for _ in findings]
    reference = notice.application.reference
    for objection, is_upheld in zip(objections, findings, strict=True):
        assert told(db, notice) == ["objected"]
        answer_objection(db, reviewer, reference, objection.id, "核实过，王某说了别的。", is_upheld=is_upheld)
    assert told(db, notice) == ["objected", event]
    assert "王某" not in as_text(render_notice(DEFINITION, letter(db, notice), "zh"))


def test_nobody_is_told_of_an_outcome_after_the_application_has_ended(
    db: Session, notice: PublicNotice, reviewer: Actor
) -> None:
    objection = made(db, notice)
    withdraw(db, Actor("resident", notice.application.account_id), notice.application.reference)
    answer_objection(db, reviewer, notice.application.reference, objection.id, "核实过。", is_upheld=False)
    assert told(db, notice) == ["objected"]


@pytest.mark.parametrize(
    ("contact", "channel", "said"),
    [
        ("19900001234", "sms", "不成立。详情请带编号问公示的单位"),
        ("１９９ 0000 1234", "sms", "核实过了：不成立"),
        ("li@example.org", "mail", "他住在这里 {name}"),
    ],
    ids=["phone", "phone as typed", "mail"],
)
def test_answer_reaches_whoever_objected_by_the_contact_that_they_left(
    db: Session, notice: PublicNotice, reviewer: Actor, contact: str, channel: str, said: str
) -> None:
    reference = object_to(db, VISITOR, notice.slug, WORDS, contact)
    objection = db.scalars(select(Objection).where(Objection.reference == reference)).one()
    application = notice.application.reference
    for _ in range(2):
        answer_objection(db, reviewer, application, objection.id, "他住在这里 {name}", is_upheld=False)
    [message] = db.scalars(select(Message).where(Message.unique_key.startswith("objection-"))).all()
    assert (message.channel, message.account_id) == (channel, None)
    assert said in message.body
    assert len(message.body) <= 70 or channel == "mail"
    assert answer_delivery(db, objection) == "queued"


@pytest.mark.parametrize(
    ("contact", "delivery"),
    [(None, "nobody"), ("示例东风镇示例路9号", "by_hand"), ("0571-1234567", "by_hand")],
    ids=["none", "address", "landline"],
)
def test_answer_that_no_message_reaches_is_left_to_staff(
    db: Session, notice: PublicNotice, reviewer: Actor, contact: str | None, delivery: str
) -> None:
    reference = object_to(db, VISITOR, notice.slug, WORDS, contact)
    objection = db.scalars(select(Objection).where(Objection.reference == reference)).one()
    answer_objection(db, reviewer, notice.application.reference, objection.id, "核实过。", is_upheld=False)
    assert db.scalars(select(Message).where(Message.unique_key.startswith("objection-"))).all() == []
    assert answer_delivery(db, objection) == delivery


def test_objection_is_looked_into_again_when_a_death_report_was_wrong(
    db: Session, notice: PublicNotice
) -> None:
    made(db, notice)
    entry = notice.application.entries[-1]
    end_public_notice(db, entry, "ended")
    open_public_notice(db, notice.application, entry, DEFINITION, REGION)
    assert objection_tasks(db, notice) == ["dropped", "open"]
