"""A notice that can never be posted again is given up by two people: the step goes on, why is on record."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.letters import as_text, render_notice
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.store.audit import AuditDetails, AuditEvent
from portal.store.messages import NoticeRow
from portal.store.public_notices import NoticeWaiver, PublicNotice
from portal.usecases.actor import VISITOR, Actor
from portal.usecases.applications import withdraw
from portal.usecases.approvals import list_waiting
from portal.usecases.objections import answer_objection, object_to
from portal.usecases.public_notices import get_public_notice, is_taken_down
from portal.usecases.recusals import declare_recusal
from portal.usecases.takedowns import post_again, take_down
from portal.usecases.waivers import agree_to_waive, may_propose_waiver, propose_waiver, refuse_to_waive
from tests.support.chain import GRANTED, chain_staff, lead, up_to
from tests.support.companions import assert_companions
from tests.support.office import (
    COUNTY,
    DEFINITION,
    DESK,
    OTHER_COUNTY,
    REGION,
    prepare,
    resident,
    staff_account,
    submitted,
)
from tests.support.public_notices import posted_notice

pytestmark = [pytest.mark.monday_morning, pytest.mark.one_database]

CAUSE = "有人扬言要找到她"


@pytest.fixture
def notice(db: Session) -> PublicNotice:
    prepare(db)
    return posted_notice(db)


@pytest.fixture
def reviewer(db: Session, notice: PublicNotice) -> Actor:
    return staff_account(db, "reviewer", Role.COUNTY_REVIEWER, COUNTY)[0]


@pytest.fixture
def head(db: Session, notice: PublicNotice) -> Actor:
    return staff_account(db, "head", Role.LEAD, COUNTY)[0]


def down(db: Session, reviewer: Actor, notice: PublicNotice, reason: str = "danger") -> None:
    take_down(db, reviewer, notice.application.reference, notice.id, reason=reason)


def propose(db: Session, head: Actor, notice: PublicNotice, cause: str = CAUSE) -> NoticeWaiver:
    return propose_waiver(db, head, notice.application.reference, notice.id, cause)


def agree(db: Session, reviewer: Actor, waiver: NoticeWaiver) -> None:
    agree_to_waive(db, reviewer, waiver.notice.application.reference, waiver.id, REGION)


def test_step_goes_on_as_if_nobody_had_objected(
    db: Session, notice: PublicNotice, reviewer: Actor, head: Actor
) -> None:
    down(db, reviewer, notice)
    waiver = propose(db, head, notice)
    entry = notice.application.entries[-1]
    assert entry.closed_at is None
    [waiting] = list_waiting(db, reviewer)[0]
    assert (waiting.kind, waiting.id, waiting.by) == ("waiver", waiver.id, "head（示例）")
    agree(db, reviewer, waiver)
    assert (entry.outcome, entry.is_paused) == ("waived", False)
    assert notice.application.entries[-1].step == "review"
    assert list_waiting(db, reviewer)[0] == []
    assert is_taken_down(db, notice.slug)
    with pytest.raises(NotFound):
        get_public_notice(db, notice.slug)


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", "以后也不再公示"), ("easy", "以后不贴了"), ("en", "will not be posted again")],
)
def test_applicant_is_told_in_plain_words_and_never_the_cause(
    db: Session, notice: PublicNotice, reviewer: Actor, head: Actor, language: str, words: str
) -> None:
    down(db, reviewer, notice)
    agree(db, reviewer, propose(db, head, notice))
    letter = db.scalars(select(NoticeRow).where(NoticeRow.key == "N08").order_by(NoticeRow.id)).all()[-1]
    said = as_text(render_notice(DEFINITION, letter, language))  # type: ignore[arg-type]
    assert words in said
    assert "扬言" not in said


def test_both_and_the_cause_are_on_record(
    db: Session, notice: PublicNotice, reviewer: Actor, head: Actor
) -> None:
    down(db, reviewer, notice)
    agree(db, reviewer, propose(db, head, notice))
    rows = db.execute(
        select(AuditEvent.tag, AuditEvent.actor_id, AuditDetails.details)
        .join(AuditDetails, AuditDetails.event_id == AuditEvent.id)
        .where(AuditEvent.tag.startswith("waiver:"))
        .order_by(AuditEvent.id)
    ).all()
    assert [(row[0], row[1]) for row in rows] == [
        ("waiver:propose", head.account_id),
        ("waiver:agree", reviewer.account_id),
    ]
    assert all(row[2]["cause"] == CAUSE for row in rows)


def test_only_what_came_down_for_danger_is_given_up_and_only_by_the_head(
    db: Session, notice: PublicNotice, reviewer: Actor, head: Actor
) -> None:
    with pytest.raises(Conflict):
        propose(db, head, notice)
    down(db, reviewer, notice, "wrong")
    assert not may_propose_waiver(db, head, notice)
    with pytest.raises(Conflict):
        propose(db, head, notice)
    post_again(db, reviewer, notice.application.reference, notice.id, REGION)
    down(db, reviewer, notice)
    assert may_propose_waiver(db, head, notice)
    assert not may_propose_waiver(db, reviewer, notice)
    for name, role, unit in (
        ("elsewhere", Role.LEAD, OTHER_COUNTY),
        ("desk", Role.LEAD, DESK),
        ("approver", Role.COUNTY_APPROVER, COUNTY),
    ):
        with pytest.raises(NotFound):
            propose(db, staff_account(db, name, role, unit)[0], notice)
    with pytest.raises(NotFound):
        propose(db, reviewer, notice)
    with pytest.raises(Invalid):
        propose(db, head, notice, "  ")


def test_nobody_agrees_with_themselves_from_another_post_or_keeping_away(
    db: Session, notice: PublicNotice, reviewer: Actor, head: Actor
) -> None:
    down(db, reviewer, notice)
    waiver = propose(db, head, notice)
    both = Actor("staff", head.account_id, True, Role.COUNTY_REVIEWER, COUNTY, "880001")
    with pytest.raises(NotAllowed):
        agree(db, both, waiver)
    approver = staff_account(db, "approver", Role.COUNTY_APPROVER, COUNTY)[0]
    for other in (head, approver):
        with pytest.raises((NotFound, NotAllowed)):
            agree(db, other, waiver)
    declare_recusal(db, reviewer, notice.application.reference, "interest")
    with pytest.raises(NotAllowed):
        agree(db, reviewer, waiver)
    assert waiver.answered_at is None


def test_who_proposed_it_and_keeps_away_by_now_gives_nothing_up(
    db: Session, notice: PublicNotice, reviewer: Actor, head: Actor
) -> None:
    down(db, reviewer, notice)
    waiver = propose(db, head, notice)
    declare_recusal(db, head, notice.application.reference, "interest")
    with pytest.raises(Conflict):
        agree(db, reviewer, waiver)


def test_sent_back_nothing_changes_and_it_can_be_asked_again(
    db: Session, notice: PublicNotice, reviewer: Actor, head: Actor
) -> None:
    down(db, reviewer, notice)
    waiver = propose(db, head, notice)
    reference = notice.application.reference
    with pytest.raises(Invalid):
        refuse_to_waive(db, reviewer, reference, waiver.id, " ")
    with pytest.raises(Conflict):
        post_again(db, reviewer, reference, notice.id, REGION)
    refuse_to_waive(db, reviewer, reference, waiver.id, "可以再公示，她同意")
    assert notice.application.entries[-1].is_paused
    with pytest.raises(Conflict):
        agree(db, reviewer, waiver)
    post_again(db, reviewer, reference, notice.id, REGION)
    down(db, reviewer, notice)
    agree(db, reviewer, propose(db, head, notice))


def test_pressed_twice_it_is_asked_and_agreed_once(
    db: Session, notice: PublicNotice, reviewer: Actor, head: Actor
) -> None:
    down(db, reviewer, notice)
    waiver = propose(db, head, notice)
    assert propose(db, head, notice) is waiver
    agree(db, reviewer, waiver)
    agree(db, reviewer, waiver)
    tags = db.scalars(select(AuditEvent.tag).where(AuditEvent.tag.startswith("waiver:"))).all()
    assert tags == ["waiver:propose", "waiver:agree"]


def test_objections_are_answered_first_and_one_that_is_right_is_decided_by_an_officer(
    db: Session, notice: PublicNotice, reviewer: Actor, head: Actor
) -> None:
    object_to(db, VISITOR, notice.slug, "他不住在这个村。")
    down(db, reviewer, notice)
    with pytest.raises(Conflict) as refused:
        propose(db, head, notice)
    assert refused.value.key == "objections_first"
    db.expire(notice)
    answer_objection(
        db, reviewer, notice.application.reference, notice.objections[0].id, "是这样。", is_upheld=True
    )
    agree(db, reviewer, propose(db, head, notice))
    entry = notice.application.entries[-1]
    assert (entry.step, entry.closed_at, entry.is_paused) == ("public_notice", None, False)


def test_after_a_withdrawal_nothing_is_given_up(
    db: Session, notice: PublicNotice, reviewer: Actor, head: Actor
) -> None:
    down(db, reviewer, notice)
    waiver = propose(db, head, notice)
    withdraw(db, Actor("resident", notice.application.account_id), notice.application.reference)
    with pytest.raises(Conflict):
        agree(db, reviewer, waiver)
    assert notice.application.state == "withdrawn"


def test_letters_timers_and_events_fit_and_the_chain_ends_with_a_certificate(
    db: Session, clock_at: Callable[[str | datetime], None]
) -> None:
    prepare(db)
    staff = chain_staff(db)
    application = submitted(db, resident(db))
    lead(db, staff, application, up_to(GRANTED, "met"))
    notice = db.scalars(select(PublicNotice)).one()
    down(db, staff["reviewer"], notice)
    head = staff_account(db, "head", Role.LEAD, COUNTY)[0]
    agree(db, staff["reviewer"], propose(db, head, notice))
    assert_companions(db)
    lead(db, staff, application, GRANTED[GRANTED.index("propose_grant") :])
    assert application.state == "approved"
    assert_companions(db)
