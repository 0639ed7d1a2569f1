"""Deciding a step on both databases: what takes effect, what is refused, and who is told."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.store import Store
from portal.store.accounts import Account
from portal.store.applications import Application, Decision, StepEntry
from portal.store.certificates import Certificate
from portal.store.messages import NoticeRow
from portal.usecases.actor import SYSTEM, VISITOR, Actor
from portal.usecases.claims import claim
from portal.usecases.decisions import Deciding, PointAsked, conflict_of, decide_step, lock_entry
from portal.usecases.deliveries import INVITATION
from portal.usecases.transitions import open_entry
from tests.support.at_once import at_once
from tests.support.chain import (
    BELOW,
    GRANTED,
    HOSPITAL,
    assessment_form,
    chain_staff,
    deciding,
    lead,
    run,
    up_to,
)
from tests.support.companions import assert_companions, moves_of
from tests.support.office import (
    ANSWERS,
    COUNTY,
    DESK,
    REGION,
    answers_for,
    declare,
    prepare,
    resident,
    staff_account,
    submitted,
)

pytestmark = pytest.mark.monday_morning

NOT_OURS = Deciding("not_ours", reasons=["J01"], summary="请向户口所在地申请")
ASK = Deciding("ask_more", points=[PointAsked("person-name", "C03", "请照身份证写")])


@pytest.fixture
def staff(db: Session) -> dict[str, Actor]:
    prepare(db)
    return chain_staff(db)


def notice_of(db: Session, key: str) -> NoticeRow:
    return db.scalars(select(NoticeRow).where(NoticeRow.key == key).order_by(NoticeRow.id.desc())).first()


def newest_notice(db: Session) -> NoticeRow:
    """Of what was decided; the invitation to rate it comes after every end."""
    told = select(NoticeRow).where(NoticeRow.key != INVITATION)
    return db.scalars(told.order_by(NoticeRow.id.desc()).limit(1)).one()


@pytest.mark.parametrize(
    ("outcomes", "steps", "state", "notice"),
    [
        (
            GRANTED,
            ["intake", "acceptance", "assessment", "public_notice", "review", "decision", "issue"],
            "approved",
            "N09",
        ),
        (BELOW, ["intake", "acceptance", "assessment", "review", "decision"], "refused", "N10"),
    ],
)
def test_the_chain_leads_to_a_decision_that_is_told(
    db: Session,
    staff: dict[str, Actor],
    outcomes: tuple[str, ...],
    steps: list[str],
    state: str,
    notice: str,
) -> None:
    application = submitted(db, resident(db))
    for outcome in outcomes:
        lead(db, staff, application, (outcome,))
        assert_companions(db)
    assert [one.step for one in application.entries] == steps
    assert moves_of(db, application)[-1][1] == application.state == state
    told = newest_notice(db)
    assert (told.key, told.account_id, bool(told.number)) == (notice, application.account_id, True)


def test_approval_issues_the_certificate_that_the_doctors_found(db: Session, staff: dict[str, Actor]) -> None:
    application = submitted(db, resident(db))
    lead(db, staff, application, up_to(GRANTED, "approve"))
    certificate = db.scalars(select(Certificate)).one()
    assert certificate.application_id == application.id
    assert certificate.number == "88000019881102001X12"


def test_nothing_is_granted_on_what_nobody_has_checked(db: Session, staff: dict[str, Actor]) -> None:
    application = submitted(db, resident(db))
    lead(db, staff, application, up_to(GRANTED, "propose_grant"))
    claim(db, staff["approver"], application.reference)
    entry = open_entry(application)
    assert entry is not None
    with pytest.raises(Invalid) as refused:
        decide_step(
            db,
            staff["approver"],
            *lock_entry(db, entry.id),
            REGION,
            version=application.version,
            deciding=deciding("approve"),
        )
    assert [error.code for error in refused.value.errors["outcome"]] == ["evidence_lacking"]


def test_each_step_has_its_own_unit_and_days(db: Session, staff: dict[str, Actor]) -> None:
    application = submitted(db, resident(db))
    lead(db, staff, application, up_to(BELOW, "propose_refusal"))
    assert [(one.unit_code, one.due_on) for one in application.entries] == [
        (DESK, date(2026, 11, 24)),
        (COUNTY, date(2026, 11, 25)),
        (HOSPITAL, date(2026, 12, 23)),
        (COUNTY, date(2026, 12, 7)),
        (COUNTY, date(2026, 12, 7)),
    ]


def test_review_and_approval_share_their_ten_days(
    db: Session, staff: dict[str, Actor], clock_at: Callable[[str], None]
) -> None:
    application = submitted(db, resident(db))
    lead(db, staff, application, up_to(BELOW, "below"))
    clock_at("2026-11-30T09:00+08:00")
    lead(db, staff, application, ("propose_refusal",))
    review, decision = application.entries[-2:]
    assert (decision.opened_on, decision.due_on) == (date(2026, 11, 30), review.due_on)


def test_under_18_there_is_no_public_notice(db: Session, staff: dict[str, Actor]) -> None:
    child = {**ANSWERS, "p_birth": "2015-05-05", "p_id_no": "880000201505050018"}
    application = submitted(db, resident(db), own=child)
    lead(db, staff, application, up_to(GRANTED, "met"))
    assert application.entries[-1].step == "review"


def test_public_notice_runs_its_full_term(db: Session, staff: dict[str, Actor]) -> None:
    application = submitted(db, resident(db))
    lead(db, staff, application, up_to(GRANTED, "met"))
    with pytest.raises(Invalid) as refused:
        run(db, staff["reviewer"], application, deciding("no_objection"))
    assert set(refused.value.errors) == {"outcome"}


def test_county_may_stand_in_for_a_hospital_without_account(db: Session, staff: dict[str, Actor]) -> None:
    application = submitted(db, resident(db))
    lead(db, staff, application, up_to(GRANTED, "accept"))
    run(db, staff["reviewer"], application, deciding("met"))
    assert application.entries[-1].step == "public_notice"


def test_what_the_first_request_could_have_asked_is_refused_to_the_reviewer(
    db: Session, staff: dict[str, Actor]
) -> None:
    applicant = resident(db)
    application = submitted(db, applicant)
    run(db, staff["clerk"], application, ASK)
    declare(db, applicant, application.reference, answers_for("self", ANSWERS), rounds=1)
    again = Deciding("ask_more", points=[PointAsked("person-name", "C03", "还不对")])
    other = Deciding("ask_more", points=[PointAsked("kinds", "C01", "再选一次")])
    with pytest.raises(Invalid) as refused:
        run(db, staff["clerk"], application, other)
    assert refused.value.errors["points-kinds"][0].code == "asked_too_late"
    run(db, staff["clerk"], application, again)
    assert application.state == "returned"


def test_refusal_tells_reason_words_and_unit(db: Session, staff: dict[str, Actor]) -> None:
    application = submitted(db, resident(db))
    run(db, staff["clerk"], application, NOT_OURS)
    facts = newest_notice(db).facts
    assert (facts["reasons"], facts["summary"], facts["unit"]["code"]) == (
        ["J01"],
        "请向户口所在地申请",
        DESK,
    )


def test_acceptance_is_told_by_the_unit_that_accepted_with_the_day_that_is_promised(
    db: Session, staff: dict[str, Actor]
) -> None:
    application = submitted(db, resident(db))
    run(db, staff["clerk"], application, deciding("forward"))
    run(db, staff["reviewer"], application, deciding("accept"))
    facts = notice_of(db, "N02").facts
    assert (facts["accepted_on"], facts["promised_on"], facts["unit"]["code"]) == (
        "2026-11-23",
        "2026-12-07",
        COUNTY,
    )


def test_day_in_a_year_without_calendar_is_told_as_provisional(
    db: Session, staff: dict[str, Actor], clock_at: Callable[[str], None]
) -> None:
    clock_at("2031-12-29T09:00+08:00")
    application = submitted(db, resident(db))
    assert newest_notice(db).facts["is_due_provisional"] is True
    run(db, staff["clerk"], application, ASK)
    assert newest_notice(db).facts["is_due_provisional"] is True


@pytest.mark.parametrize(
    ("wrong", "faults"),
    [
        (Deciding("no_such_outcome"), {"outcome"}),
        (Deciding("approve"), {"outcome"}),
        (Deciding("not_ours"), {"reasons", "summary"}),
        (Deciding("not_ours", reasons=["R05"], summary="不对"), {"reasons"}),
        (Deciding("not_ours", reasons=["J01"], summary="长" * 31), {"summary"}),
        (Deciding("not_ours", reasons=["J01"], summary="短", words="长" * 2001), {"words"}),
        (Deciding("ask_more"), {"points"}),
        (Deciding("ask_more", points=[PointAsked("nowhere", "C01", "")]), {"points-nowhere"}),
        (Deciding("ask_more", points=[PointAsked("kinds", "J01", "")]), {"points-kinds"}),
        (Deciding("ask_more", points=[PointAsked("guardian-wish", "C01", "")]), {"points-guardian-wish"}),
        (Deciding("ask_more", points=[PointAsked("kinds", "C01", "长" * 2001)]), {"points-kinds"}),
    ],
)
@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_incomplete_decision_is_refused_by_its_fields(
    db: Session, staff: dict[str, Actor], wrong: Deciding, faults: set[str]
) -> None:
    application = submitted(db, resident(db))
    with pytest.raises(Invalid) as refused:
        run(db, staff["clerk"], application, wrong)
    assert set(refused.value.errors) == faults
    assert application.state == "in_review"
    assert db.scalar(select(func.count(Decision.id))) == 0


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_decision_form_is_checked_like_any_form(db: Session, staff: dict[str, Actor]) -> None:
    application = submitted(db, resident(db))
    lead(db, staff, application, up_to(GRANTED, "accept"))
    twice = [{"category": "visual", "grade": "2"}, {"category": "visual", "grade": "3"}]
    for form, faults in (
        ({}, {"assess_on", "assess_doctor_1", "assess_doctor_2", "assessed"}),
        (assessment_form(assessed=[{"category": "visual", "grade": "9"}]), {"assessed"}),
        (assessment_form(assessed=twice), {"assessed"}),
        (assessment_form(assessed=twice[:1], assess_on="2026-11-24"), {"assess_on"}),
        (assessment_form(assessed=twice[:1], assess_on="2026-02-30"), {"assess_on"}),
    ):
        with pytest.raises(Invalid) as refused:
            run(db, staff["hospital"], application, Deciding("met", form=form))
        assert set(refused.value.errors) == faults


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_nobody_but_who_took_it_at_its_post_decides(db: Session, staff: dict[str, Actor]) -> None:
    applicant = resident(db)
    application = submitted(db, applicant)
    claim(db, staff["clerk"], application.reference)
    entry, version = application.entries[0], application.version
    colleague = staff_account(db, "colleague", Role.DESK_CLERK, DESK)[0]
    elsewhere = staff_account(db, "elsewhere", Role.DESK_CLERK, "desk_xishan")[0]
    for other in (colleague, elsewhere, staff["reviewer"], applicant, VISITOR, SYSTEM):
        with pytest.raises(NotAllowed):
            decide_step(
                db, other, *lock_entry(db, entry.id), REGION, version=version, deciding=deciding("forward")
            )
    with pytest.raises(NotFound):
        decide_step(
            db, staff["clerk"], *lock_entry(db, 10**9), REGION, version=version, deciding=deciding("forward")
        )
    assert application.state == "in_review"


def test_decision_needs_a_second_pair_of_eyes(db: Session, staff: dict[str, Actor]) -> None:
    application = submitted(db, resident(db))
    lead(db, staff, application, up_to(BELOW, "propose_refusal"))
    reviewer = staff["reviewer"]
    same_person = Actor("staff", reviewer.account_id, True, Role.COUNTY_APPROVER, COUNTY, "880001")
    with pytest.raises(NotAllowed, match="four_eyes"):
        claim(db, same_person, application.reference)
    entry = open_entry(application)
    assert entry is not None
    refuse = deciding("refuse")
    with pytest.raises(NotAllowed):
        decide_step(
            db, same_person, *lock_entry(db, entry.id), REGION, version=application.version, deciding=refuse
        )


def test_old_version_is_refused_with_who_what_and_when(db: Session, staff: dict[str, Actor]) -> None:
    application = submitted(db, resident(db))
    claim(db, staff["clerk"], application.reference)
    entry, seen = application.entries[0], application.version
    decided = decide_step(
        db, staff["clerk"], *lock_entry(db, entry.id), REGION, version=seen, deciding=deciding("forward")
    )
    with pytest.raises(Conflict, match="decided_meanwhile") as refused:
        decide_step(db, staff["clerk"], *lock_entry(db, entry.id), REGION, version=seen, deciding=NOT_OURS)
    assert (refused.value.who, refused.value.what, refused.value.when) == (
        "clerk-chain（示例）",
        "advance",
        decided.decided_at,
    )
    assert_companions(db)


def test_who_was_first_is_told_apart_from_a_colleague_of_the_same_name(
    db: Session, staff: dict[str, Actor]
) -> None:
    application = submitted(db, resident(db))
    claim(db, staff["clerk"], application.reference)
    twin = staff_account(db, "twin", Role.DESK_CLERK, DESK)[0]
    for one in (staff["clerk"], twin):
        db.get_one(Account, one.account_id).display_name = "示例张丽"
    entry, seen = application.entries[0], application.version
    decide_step(
        db, staff["clerk"], *lock_entry(db, entry.id), REGION, version=seen, deciding=deciding("forward")
    )
    assert conflict_of(db, application, entry).who == "示例张丽（clerk-chain）"


def test_of_several_decisions_at_once_exactly_one_takes_effect(store: Store) -> None:
    with store.transaction() as db:
        prepare(db)
        officer = staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]
        application = submitted(db, resident(db))
        claim(db, officer, application.reference)
        entry_id = application.entries[0].id
    with store.reading() as db:
        version = db.scalars(select(Application.version)).one()

    def press(number: int) -> str:
        pressed = (deciding("forward"), ASK, NOT_OURS)[number]
        try:
            with store.transaction() as own:
                decide_step(
                    own, officer, *lock_entry(own, entry_id), REGION, version=version, deciding=pressed
                )
        except Conflict as refused:
            return f"refused after {refused.who}"
        return "decided"

    assert sorted(at_once(press, 3)) == ["decided"] + ["refused after clerk（示例）"] * 2
    with store.transaction() as db:
        assert db.scalar(select(func.count(Decision.id))) == 1
        assert db.scalar(select(func.count(StepEntry.id)).where(StepEntry.closed_at.is_(None))) <= 1
        assert_companions(db)
