"""One application as the office reads it, on both databases: what it shows, to whom, how it is decided."""

import threading

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.store import Store
from portal.store.applications import Application, Decision, StepEntry
from portal.store.audit import AuditEvent
from portal.store.messages import NoticeRow
from portal.usecases.actor import Actor
from portal.usecases.applications import save_page
from portal.usecases.claims import claim
from portal.usecases.decisions import Deciding, PointAsked
from portal.usecases.preview import preview_decision
from portal.usecases.review import decide, get_review, record_refused_reading
from tests.support.chain import chain_staff, deciding, lead
from tests.support.office import (
    ANSWERS,
    DEFINITION,
    DESK,
    REGION,
    SUBJECT,
    answers_for,
    declare,
    prepare,
    resident,
    staff_account,
    submitted,
)

pytestmark = pytest.mark.monday_morning

ASK = Deciding(
    "ask_more", points=[PointAsked("person-name", "C03", "请照身份证写")], summary="请照身份证写姓名"
)
FORWARD = Deciding("forward")


@pytest.fixture
def clerk(db: Session) -> Actor:
    prepare(db)
    return staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]


def answer_correction(db: Session, application: Application, applicant: Actor) -> None:
    """The applicant writes another name and hands it in again."""
    answers = answers_for("self", {**ANSWERS, "p_name": "示例王晓明"})
    page = DEFINITION.page("person-name")
    assert page is not None
    typed = {field.id: answers[field.id] for field in page.fields}
    save_page(db, applicant, application.reference, page.id, typed)
    declare(db, applicant, application.reference, answers, rounds=1)


def test_answers_stand_under_their_sections_in_reading_order(db: Session, clerk: Actor) -> None:
    application = submitted(db, resident(db))
    review = get_review(db, clerk, application.reference, REGION)
    sections = [one.section.id for one in review.sections]
    order = [section.id for section in DEFINITION.service.sections]
    assert sections == sorted(sections, key=order.index)
    rows = {row.field.id: row.value for one in review.sections for row in one.rows}
    assert rows["p_name"] == SUBJECT
    assert {field.id for field, _ in review.needs} >= {"c_do_not", "c_format"}
    assert (review.obstacle, review.step.id) == ("not_taken", "intake")


def test_reading_an_application_is_recorded_with_the_person(db: Session, clerk: Actor) -> None:
    application = submitted(db, resident(db))
    get_review(db, clerk, application.reference, REGION)
    event = db.scalars(select(AuditEvent).where(AuditEvent.tag == "application:read")).one()
    assert (event.actor_id, event.person_id, event.unit_code) == (
        clerk.account_id,
        application.person_id,
        DESK,
    )


@pytest.mark.parametrize(
    ("role", "unit"),
    [(Role.DESK_CLERK, "desk_xishan"), (Role.TOWNSHIP_CLERK, DESK), (Role.COUNTY_REVIEWER, DESK)],
)
def test_another_post_finds_nothing_and_the_try_is_recorded(
    db: Session, clerk: Actor, role: Role, unit: str
) -> None:
    application = submitted(db, resident(db))
    other = staff_account(db, "other", role, unit)[0]
    with pytest.raises(NotFound):
        get_review(db, other, application.reference, REGION)
    with pytest.raises(NotFound):
        claim(db, other, application.reference)
    with pytest.raises(NotFound):
        decide(db, other, application.reference, REGION, version=application.version, deciding=FORWARD)
    record_refused_reading(db, other, application.reference)
    event = db.scalars(select(AuditEvent).where(AuditEvent.tag == "application:read_refused")).one()
    assert (event.stream, event.actor_id) == (f"application:{application.reference}", other.account_id)


@pytest.mark.parametrize("reference", ["000000000000", "", "示例王小明", "9" * 5000])
def test_forged_reference_is_not_found_and_recorded_with_the_officer(
    db: Session, clerk: Actor, reference: str
) -> None:
    with pytest.raises(NotFound):
        get_review(db, clerk, reference, REGION)
    record_refused_reading(db, clerk, reference)
    event = db.scalars(select(AuditEvent).where(AuditEvent.tag == "application:read_refused")).one()
    assert event.stream == f"account:{clerk.account_id}"


def test_only_who_has_taken_it_may_decide(db: Session, clerk: Actor) -> None:
    application = submitted(db, resident(db))
    version = application.version
    with pytest.raises(NotAllowed):
        decide(db, clerk, application.reference, REGION, version=version, deciding=FORWARD)
    colleague = staff_account(db, "colleague", Role.DESK_CLERK, DESK)[0]
    claim(db, colleague, application.reference)
    assert get_review(db, clerk, application.reference, REGION).obstacle == "taken"
    with pytest.raises(Conflict) as refused:
        decide(db, clerk, application.reference, REGION, version=version, deciding=FORWARD)
    assert (refused.value.who, refused.value.what) == ("colleague（示例）", "claim")


def test_preview_shows_the_notice_and_changes_nothing(db: Session, clerk: Actor) -> None:
    application = submitted(db, resident(db))
    claim(db, clerk, application.reference)
    version = application.version
    sent = db.scalar(select(func.count(NoticeRow.id)))
    shown = preview_decision(db, clerk, application.reference, REGION, version=version, deciding=ASK)
    [letter] = shown.letters
    assert (letter.notice.key, letter.notice.facts["points"][0]["words"]) == ("N03", "请照身份证写")
    assert db.scalar(select(func.count(NoticeRow.id))) == sent
    assert db.scalar(select(func.count(Decision.id))) == 0
    again = get_review(db, clerk, application.reference, REGION)
    assert (again.application.state, again.application.version, again.obstacle) == (
        "in_review",
        version,
        None,
    )


def test_preview_of_a_step_without_notice_names_the_next_step(db: Session, clerk: Actor) -> None:
    application = submitted(db, resident(db))
    claim(db, clerk, application.reference)
    version = application.version
    shown = preview_decision(db, clerk, application.reference, REGION, version=version, deciding=FORWARD)
    assert shown.letters == ()
    assert shown.next_step is not None
    assert shown.next_step.id == "acceptance"


def test_preview_shows_every_letter_that_the_decision_sends_in_their_order(db: Session, clerk: Actor) -> None:
    staff = chain_staff(db)
    application = submitted(db, resident(db))
    lead(db, staff, application, ("forward",))
    claim(db, staff["reviewer"], application.reference)
    what, version = deciding("accept"), application.version
    before = db.scalar(select(func.max(NoticeRow.id))) or 0
    shown = preview_decision(
        db, staff["reviewer"], application.reference, REGION, version=version, deciding=what
    )
    assert [one.notice.key for one in shown.letters] == ["N02", "N07"]
    decide(db, staff["reviewer"], application.reference, REGION, version=version, deciding=what)
    sent = select(NoticeRow).where(NoticeRow.id > before).order_by(NoticeRow.id)
    assert [(one.key, one.facts) for one in db.scalars(sent)] == [
        (one.notice.key, one.notice.facts) for one in shown.letters
    ]


def test_preview_refuses_what_the_decision_would_refuse(db: Session, clerk: Actor) -> None:
    application = submitted(db, resident(db))
    claim(db, clerk, application.reference)
    version = application.version
    with pytest.raises(Invalid) as refused:
        preview_decision(
            db, clerk, application.reference, REGION, version=version, deciding=Deciding("not_ours")
        )
    assert set(refused.value.errors) == {"reasons", "summary"}
    assert get_review(db, clerk, application.reference, REGION).obstacle is None


def test_answered_correction_shows_what_changed_and_can_be_decided(db: Session, clerk: Actor) -> None:
    applicant = resident(db)
    application = submitted(db, applicant)
    claim(db, clerk, application.reference)
    decide(db, clerk, application.reference, REGION, version=application.version, deciding=ASK)
    assert get_review(db, clerk, application.reference, REGION).obstacle == "waiting"
    answer_correction(db, application, applicant)
    review = get_review(db, clerk, application.reference, REGION)
    assert [(row.field.id, row.value, row.earlier) for row in review.changed] == [
        ("p_name", "示例王晓明", ((1, SUBJECT),))
    ]
    assert review.clock is not None
    assert [pause.reason for pause in review.clock.pauses] == ["correction"]
    decide(db, clerk, application.reference, REGION, version=application.version, deciding=FORWARD)
    assert get_review(db, clerk, application.reference, REGION).obstacle == "moved_on"


@pytest.mark.postgres
@pytest.mark.parametrize("engine_url", ["postgresql"], indirect=True)
def test_application_is_locked_once_for_a_decision(store: Store) -> None:
    with store.transaction() as db:
        prepare(db)
        officer = staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]
        application = submitted(db, resident(db))
        reference, version = application.reference, application.version
        claim(db, officer, reference)
    asked: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    with store.transaction() as db:
        decide(db, officer, reference, REGION, version=version, deciding=FORWARD)
    assert len([one for one in asked if "FROM applications" in one and "FOR UPDATE" in one]) == 1


@pytest.mark.postgres
@pytest.mark.parametrize("engine_url", ["postgresql"], indirect=True)
def test_of_two_decisions_at_once_exactly_one_wins(store: Store) -> None:
    with store.transaction() as db:
        prepare(db)
        officer = staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]
        reference = submitted(db, resident(db)).reference
        claim(db, officer, reference)
    with store.reading() as db:
        version = db.scalars(select(Application.version)).one()
    ends: list[str] = []
    start = threading.Barrier(2)

    def run(deciding: Deciding) -> None:
        start.wait()
        try:
            with store.transaction() as own:
                decide(own, officer, reference, REGION, version=version, deciding=deciding)
            ends.append("decided")
        except Conflict as refused:
            ends.append(f"409 after {refused.who}")

    threads = [threading.Thread(target=run, args=(one,)) for one in (FORWARD, ASK)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["409 after clerk（示例）", "decided"]
    with store.reading() as db:
        assert db.scalar(select(func.count(Decision.id))) == 1
        assert db.scalar(select(func.count(StepEntry.id)).where(StepEntry.closed_at.is_(None))) == 1
