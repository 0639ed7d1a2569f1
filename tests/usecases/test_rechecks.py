"""Refusals that are looked at again, and applications that are handled again after a wrong one."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.letters import as_text, render_notice
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.store.applications import Application, Decision, LiveKey
from portal.store.audit import AuditEvent
from portal.store.messages import NoticeRow
from portal.store.rechecks import Recheck, Reopening
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of
from portal.usecases.approvals import list_waiting
from portal.usecases.claims import claim
from portal.usecases.decisions import Deciding, decide_step, lock_entry
from portal.usecases.demo_applications import see_originals
from portal.usecases.rechecks import Finding, finish_recheck, get_recheck
from portal.usecases.recusals import declare_recusal
from portal.usecases.reopenings import list_reopenings, reopen, why_not_reopen
from portal.usecases.transitions import open_entry
from tests.support.chain import BELOW, GRANTED, chain_staff, deciding, lead, up_to
from tests.support.companions import assert_companions
from tests.support.office import DESK, OTHER_COUNTY, REGION, prepare, resident, submitted
from tests.support.second_looks import head_of, region_that_samples

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

WRONG = Finding(False, "评定表看错了一页", basis="残疾人证管理办法第九条", summary="我们看错了，重新办")
NOT_OURS = Deciding("not_ours", reasons=["J01"], summary="请向户口所在地申请")


@pytest.fixture
def staff(db: Session) -> dict[str, Actor]:
    prepare(db)
    return chain_staff(db)


@pytest.fixture
def head(db: Session, staff: dict[str, Actor]) -> Actor:
    return head_of(db)


def refused(db: Session, staff: dict[str, Actor], percent: int) -> Application:
    """Refused by the county, where so many of a hundred are looked at again."""
    application = submitted(db, resident(db))
    lead(db, staff, application, up_to(BELOW, "propose_refusal"))
    claim(db, staff["approver"], application.reference)
    entry = open_entry(application)
    assert entry is not None
    region, version = region_that_samples(percent), application.version
    decide_step(
        db, staff["approver"], *lock_entry(db, entry.id), region, version=version, deciding=deciding("refuse")
    )
    return application


@pytest.mark.parametrize(("percent", "drawn"), [(100, 1), (0, 0)])
def test_so_many_refusals_are_drawn(
    db: Session, staff: dict[str, Actor], head: Actor, percent: int, drawn: int
) -> None:
    refused(db, staff, percent)
    assert len(db.scalars(select(Recheck)).all()) == drawn
    assert [one.kind for one in list_waiting(db, head)[0]] == ["recheck"] * drawn


def test_what_was_granted_is_not_drawn(db: Session, staff: dict[str, Actor]) -> None:
    application = submitted(db, resident(db))
    lead(db, staff, application, up_to(GRANTED, "propose_grant"))
    claim(db, staff["approver"], application.reference)
    see_originals(db, staff["approver"], application)
    entry = open_entry(application)
    assert entry is not None
    region, version = region_that_samples(100), application.version
    decide_step(
        db,
        staff["approver"],
        *lock_entry(db, entry.id),
        region,
        version=version,
        deciding=deciding("approve"),
    )
    assert db.scalars(select(Recheck)).all() == []


def test_right_closes_the_recheck_and_changes_nothing_else(
    db: Session, staff: dict[str, Actor], head: Actor
) -> None:
    application = refused(db, staff, 100)
    with pytest.raises(Invalid):
        finish_recheck(db, head, application.reference, REGION, Finding(True, ""))
    finish_recheck(db, head, application.reference, REGION, Finding(True, "理由和材料都对"))
    found, _decision = get_recheck(db, head, application.reference)
    assert (found.result, found.words, found.checked_by_id) == ("right", "理由和材料都对", head.account_id)
    assert application.state == "refused"
    assert list_waiting(db, head) == ([], False)
    other = head_of(db, name="head-2")
    with pytest.raises(Conflict) as second:
        finish_recheck(db, other, application.reference, REGION, WRONG)
    assert second.value.who == "head（示例）"


def test_wrong_opens_it_again_and_the_applicant_is_told_why(
    db: Session, staff: dict[str, Actor], head: Actor, clock_at: Callable[[str], None]
) -> None:
    application = refused(db, staff, 100)
    clock_at("2026-12-14T09:00+08:00")
    finish_recheck(db, head, application.reference, REGION, WRONG)
    entry = open_entry(application)
    assert entry is not None
    assert (application.state, application.closed_at) == ("in_review", None)
    assert (entry.step, entry.round, entry.opened_on) == ("review", 2, date(2026, 12, 14))
    assert entry.due_on == date(2026, 12, 28)
    notice = db.scalars(select(NoticeRow).order_by(NoticeRow.id.desc()).limit(1)).one()
    letter = as_text(render_notice(definition_of(db, application), notice, "easy"))
    assert notice.key == "N20"
    for words in ("评定表看错了一页", "残疾人证管理办法第九条", "我们看错了，重新办", "11月23日"):
        assert words in letter
    key = f"{application.service_code}:{application.subject_id_index}"
    assert db.get_one(LiveKey, key).application_id == application.id
    record = list_reopenings(db, application)[0]
    assert (record.cause, record.reopened_by_id) == (WRONG.words, head.account_id)
    tags = db.scalars(
        select(AuditEvent.tag).where(AuditEvent.stream == f"application:{application.reference}")
    ).all()
    assert tags.count("application:reopen") == tags.count("decision:recheck") == 1
    assert_companions(db)


def test_handled_again_it_can_be_granted(db: Session, staff: dict[str, Actor], head: Actor) -> None:
    application = refused(db, staff, 0)
    again = {"cause": WRONG.words, "basis": WRONG.basis, "summary": WRONG.summary}
    reopen(db, head, application.reference, REGION, **again)
    lead(db, staff, application, ("propose_refusal", "refuse"))
    assert application.state == "refused"
    kinds = db.scalars(select(Decision.kind).order_by(Decision.id)).all()
    assert kinds.count("refuse") == 2
    assert_companions(db)


def test_not_accepted_at_the_counter_goes_back_to_the_counter(db: Session, staff: dict[str, Actor]) -> None:
    application = submitted(db, resident(db))
    claim(db, staff["clerk"], application.reference)
    decide_step(
        db,
        staff["clerk"],
        *lock_entry(db, application.entries[-1].id),
        REGION,
        version=application.version,
        deciding=NOT_OURS,
    )
    head = head_of(db, DESK)
    reopen(
        db, head, application.reference, REGION, cause="户口在本县", basis="行政许可法", summary="归这里办"
    )
    assert [(one.step, one.unit_code) for one in application.entries] == [("intake", DESK), ("intake", DESK)]
    assert application.state == "in_review"
    assert_companions(db)


def test_only_the_head_of_the_unit_opens_it_and_only_what_said_no(
    db: Session, staff: dict[str, Actor], head: Actor
) -> None:
    application = refused(db, staff, 0)
    again = {"cause": "看错了", "basis": "规定", "summary": "重新办"}
    for other in (staff["approver"], staff["reviewer"]):
        with pytest.raises(NotAllowed):
            reopen(db, other, application.reference, REGION, **again)
    with pytest.raises(NotFound):
        reopen(db, head_of(db, OTHER_COUNTY, "elsewhere"), application.reference, REGION, **again)
    with pytest.raises(Invalid) as missing:
        reopen(db, head, application.reference, REGION, **{**again, "basis": " "})
    assert set(missing.value.errors) == {"basis"}
    keeping_away = head_of(db, name="head-3")
    declare_recusal(db, keeping_away, application.reference, "interest")
    assert why_not_reopen(db, keeping_away, application) == "recused"
    reopen(db, head, application.reference, REGION, **again)
    with pytest.raises(Conflict):
        reopen(db, head, application.reference, REGION, **again)
    assert len(db.scalars(select(Reopening)).all()) == 1


def test_what_was_granted_is_not_opened_again(db: Session, staff: dict[str, Actor], head: Actor) -> None:
    application = submitted(db, resident(db))
    lead(db, staff, application, GRANTED)
    with pytest.raises(Conflict):
        reopen(db, head, application.reference, REGION, cause="看错了", basis="规定", summary="重新办")
