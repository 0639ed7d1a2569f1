"""Asked once and completely, answered, answered late or not at all, on both databases."""

from collections.abc import Callable
from datetime import date
from threading import Event

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Region, Role
from portal.rules.errors import Conflict, Invalid, NotAllowed
from portal.rules.journey import Journey
from portal.store import Store
from portal.store.applications import Application, Correction, Submission
from portal.store.messages import NoticeRow, Timer
from portal.usecases.actor import VISITOR, Actor
from portal.usecases.applications import get_own, load_answers, may_edit, save_page, withdraw
from portal.usecases.claims import claim
from portal.usecases.corrections import lapse_correction
from portal.usecases.decisions import Deciding, PointAsked
from portal.usecases.person_slips import find_live_slip
from portal.usecases.progress import get_progress, read_progress
from portal.usecases.review import decide
from portal.usecases.submission import answers_hash, seen_hash_of, submit
from portal.usecases.timed import run_next_timer
from portal.usecases.voices import Voice, object_to_it, take_objection_back
from tests.support.at_once import at_once
from tests.support.chain import chain_staff, lead
from tests.support.companions import assert_companions, moves_of
from tests.support.office import (
    ANSWERS,
    DEFINITION,
    DESK,
    REGION,
    answers_for,
    prepare,
    resident,
    staff_account,
    submitted,
)

pytestmark = pytest.mark.monday_morning

ClockAt = Callable[[str], None]
TWO_POINTS = Deciding(
    "ask_more",
    points=[PointAsked("person-name", "C03", "请照身份证写"), PointAsked("kinds", "C04", "")],
)
DUE = date(2026, 12, 14)  # 15 working days after Monday 23 November


@pytest.fixture
def clerk(db: Session) -> Actor:
    prepare(db)
    return staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]


@pytest.fixture
def applicant(db: Session) -> Actor:
    return resident(db)


@pytest.fixture
def returned(db: Session, clerk: Actor, applicant: Actor) -> Application:
    """An application that was sent back with two points."""
    application = submitted(db, applicant)
    ask(db, clerk, application)
    return application


def ask(db: Session, clerk: Actor, application: Application, deciding: Deciding = TWO_POINTS) -> None:
    claim(db, clerk, application.reference)
    decide(db, clerk, application.reference, REGION, version=application.version, deciding=deciding)


def save(db: Session, actor: Actor, application: Application, page_id: str, **changed: object) -> None:
    """Save a page as it was, but for what is changed."""
    answers = {**load_answers(db, application), **changed}
    page = Journey(DEFINITION, answers, "self", clock.today()).page(page_id)
    assert page is not None
    kept = {field.id: answers[field.id] for field in page.fields if field.id in answers}
    save_page(db, actor, application.reference, page_id, kept)


def seen_by(db: Session, application: Application) -> str:
    journey = Journey(DEFINITION, load_answers(db, application), "self", clock.today())
    return seen_hash_of(db, application, journey.answers)


def resubmit(db: Session, actor: Actor, application: Application) -> None:
    seen = seen_by(db, application)
    submit(db, actor, application.reference, REGION, declarations=["cs_truth"], seen_hash=seen)


def test_request_stops_the_clock_and_names_the_last_day(db: Session, returned: Application) -> None:
    asked = db.scalars(select(Correction)).one()
    assert (returned.state, asked.due_on, asked.is_due_provisional) == ("returned", DUE, False)
    assert [(one.page, one.reason, one.words) for one in asked.points] == [
        ("person-name", "C03", "请照身份证写"),
        ("kinds", "C04", ""),
    ]
    told = db.scalars(select(NoticeRow).where(NoticeRow.key == "N03")).one()
    assert (told.facts["due_on"], len(told.facts["points"])) == (DUE.isoformat(), 2)
    assert_companions(db)


def test_only_what_was_asked_for_reopens(db: Session, applicant: Actor, returned: Application) -> None:
    pages = [page.id for page in DEFINITION.pages]
    assert [page for page in pages if may_edit(db, returned, page)] == ["person-name", "kinds"]
    with pytest.raises(Conflict, match="page_is_closed"):
        save_page(db, applicant, returned.reference, "person-identity", {"p_id_type": "none"})


def test_answered_request_goes_back_to_the_step_that_asked(
    db: Session, applicant: Actor, returned: Application, clock_at: ClockAt
) -> None:
    clock_at("2026-11-30T09:00+08:00")
    save(db, applicant, returned, "person-name", p_name="示例王晓明")
    resubmit(db, applicant, returned)
    entry = returned.entries[-1]
    assert (returned.state, entry.step, entry.round, entry.due_on) == (
        "in_review",
        "intake",
        1,
        date(2026, 12, 1),
    )
    rounds = db.scalars(select(Submission).order_by(Submission.round)).all()
    assert [one.answers["p_name"] for one in rounds] == [ANSWERS["p_name"], "示例王晓明"]
    assert moves_of(db, returned)[-1] == ("resubmit", "in_review")
    assert_companions(db)


def test_day_on_which_the_answer_came_stands_beside_whose_turn_it_is(
    db: Session, clerk: Actor, applicant: Actor, returned: Application, clock_at: ClockAt
) -> None:
    current = get_progress(db, applicant, returned.reference).current
    assert current is not None
    assert current.mended_on == ()
    for day in ("2026-11-30", "2026-12-02"):
        clock_at(f"{day}T09:00+08:00")
        save(db, applicant, returned, "person-name", p_name=f"示例王晓{day[-1]}")
        resubmit(db, applicant, returned)
        found = get_progress(db, applicant, returned.reference).current
        assert found is not None
        assert (str(found.mended_on[-1]), found.is_paused, found.step.id) == (day, False, "intake")
        ask(db, clerk, returned)
    assert len(found.mended_on) == 2


def test_answered_twice_gives_the_receipt_of_the_first_time(
    db: Session, applicant: Actor, returned: Application
) -> None:
    resubmit(db, applicant, returned)
    resubmit(db, applicant, returned)
    assert [one.round for one in db.scalars(select(Submission).order_by(Submission.round))] == [1, 2]
    assert_companions(db)


def test_check_page_from_before_the_request_does_not_answer_it(
    db: Session, clerk: Actor, applicant: Actor
) -> None:
    shown_before = answers_hash(answers_for("self", ANSWERS))
    application = submitted(db, applicant)
    ask(db, clerk, application)
    with pytest.raises(Conflict, match="answers_changed_meanwhile"):
        submit(
            db, applicant, application.reference, REGION, declarations=["cs_truth"], seen_hash=shown_before
        )
    assert (application.state, db.scalar(select(func.count()).select_from(Submission))) == ("returned", 1)
    assert_companions(db)


def test_officer_waits_while_the_applicant_is_asked(db: Session, clerk: Actor, returned: Application) -> None:
    with pytest.raises(Conflict, match="decided_meanwhile"):
        ask(db, clerk, returned)
    assert_companions(db)


def test_second_request_may_only_name_what_the_first_one_named(
    db: Session, clerk: Actor, applicant: Actor, returned: Application
) -> None:
    resubmit(db, applicant, returned)
    with pytest.raises(Invalid):
        ask(db, clerk, returned, Deciding("ask_more", points=[PointAsked("since", "C04", "请写年份")]))
    ask(db, clerk, returned)
    pages = [page.id for page in DEFINITION.pages if may_edit(db, returned, page.id)]
    assert pages == [point.page for point in TWO_POINTS.points]
    assert_companions(db)


def test_answer_that_uncovers_further_questions_opens_them_too(
    db: Session, applicant: Actor, returned: Application
) -> None:
    save(db, applicant, returned, "kinds", zj_kind=["intellectual"])
    assert may_edit(db, returned, "guardian-own")
    assert not may_edit(db, returned, "person-identity")
    with pytest.raises(Invalid):
        resubmit(db, applicant, returned)
    save(db, applicant, returned, "guardian-own", mg_has="no")
    assert may_edit(db, returned, "guardian-own")
    assert may_edit(db, returned, "hospital")  # the hospital no longer covers what was chosen
    save(db, applicant, returned, "hospital", zj_hospital="hospital_calm")
    save(db, applicant, returned, "evidence-guardian", evidence_guardian="desk")
    resubmit(db, applicant, returned)
    assert_companions(db)


def test_answered_on_the_last_day_is_in_time(
    db: Session, applicant: Actor, returned: Application, clock_at: ClockAt
) -> None:
    clock_at("2026-12-14T23:59+08:00")
    lapse_correction(db, db.scalars(select(Correction.id)).one())
    resubmit(db, applicant, returned)
    assert returned.state == "in_review"
    assert_companions(db)


def test_answered_late_but_before_anyone_ended_it_is_taken(
    db: Session, applicant: Actor, returned: Application, clock_at: ClockAt
) -> None:
    clock_at("2026-12-15T00:05+08:00")
    resubmit(db, applicant, returned)
    lapse_correction(db, db.scalars(select(Correction.id)).one())
    assert returned.state == "in_review"
    assert_companions(db)


def test_unanswered_request_ends_the_application_and_says_so(
    db: Session, applicant: Actor, returned: Application, clock_at: ClockAt
) -> None:
    clock_at("2026-12-15T00:05+08:00")
    while run_next_timer(db, REGION) is not None:
        pass
    assert returned.state == "lapsed"
    assert moves_of(db, returned)[-1] == ("lapse", "lapsed")
    assert db.scalars(select(Timer.id).where(Timer.done_at.is_(None))).all() == []
    assert_companions(db)
    with pytest.raises(Conflict, match="page_is_closed"):
        save(db, applicant, returned, "person-name", p_name="太晚了")
    submitted(db, applicant)  # and the person may apply again
    assert_companions(db)


def test_lapsing_twice_is_lapsing_once(db: Session, returned: Application, clock_at: ClockAt) -> None:
    clock_at("2026-12-15T00:05+08:00")
    asked = db.scalars(select(Correction.id)).one()
    for number in (asked, asked, 10**9):
        lapse_correction(db, number)
    assert [action for action, _ in moves_of(db, returned)].count("lapse") == 1
    while run_next_timer(db, REGION) is not None:
        pass
    assert_companions(db)


def test_withdrawn_while_asked_ends_the_request(db: Session, applicant: Actor, returned: Application) -> None:
    withdraw(db, applicant, returned.reference)
    asked = db.scalars(select(Correction)).one()
    assert (asked.answered_at, asked.ended_at) == (None, clock.now())
    assert_companions(db)


def test_four_eyes_also_holds_after_a_request(
    db: Session, clerk: Actor, applicant: Actor, returned: Application
) -> None:
    resubmit(db, applicant, returned)
    claim(db, clerk, returned.reference)
    decide(db, clerk, returned.reference, REGION, version=returned.version, deciding=Deciding("forward"))
    own = Actor("staff", clerk.account_id, True, Role.COUNTY_APPROVER, "federation_shili", "880001")
    lead(db, chain_staff(db), returned, ("accept", "below", "propose_refusal"))
    with pytest.raises(NotAllowed, match="four_eyes"):
        claim(db, own, returned.reference)


def asked_of(store: Store) -> tuple[Actor, str, str]:
    """Somebody who was asked for more: who, for which application, and what the check page shows."""
    with store.transaction() as db:
        prepare(db)
        officer = staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]
        actor = resident(db)
        application = submitted(db, actor)
        ask(db, officer, application)
        return actor, application.reference, seen_by(db, application)


def test_answer_and_the_end_of_its_time_at_once_leave_one_of_both(store: Store, clock_at: ClockAt) -> None:
    actor, reference, seen = asked_of(store)
    clock_at("2026-12-15T00:05+08:00")

    def press(who: int) -> None:
        with store.transaction() as own:
            if who:
                run_next_timer(own, REGION)
            else:
                submit(own, actor, reference, REGION, declarations=["cs_truth"], seen_hash=seen)

    at_once(press, 2)
    with store.transaction() as db:
        assert db.scalars(select(Application.state)).one() in ("in_review", "lapsed")
        assert_companions(db)


@pytest.mark.postgres
@pytest.mark.parametrize("engine_url", ["postgresql"], indirect=True)
def test_answer_and_timer_never_wait_for_each_other(store: Store, clock_at: ClockAt) -> None:
    actor, reference, seen = asked_of(store)
    clock_at("2026-12-15T00:05+08:00")
    is_held, is_taken = Event(), Event()

    def end_slowly(db: Session, _region: Region, correction_id: int) -> None:
        is_taken.set()
        is_held.wait(10)
        lapse_correction(db, correction_id)

    def press(who: int) -> None:
        with store.transaction() as own:
            if who:
                run_next_timer(own, REGION, {"correction_due": end_slowly})
                return
            get_own(own, actor, reference, "submit", lock=True)
            is_held.set()
            is_taken.wait(10)
            submit(own, actor, reference, REGION, declarations=["cs_truth"], seen_hash=seen)

    at_once(press, 2)
    with store.transaction() as db:
        assert db.scalars(select(Application.state)).one() == "in_review"
        assert_companions(db)


def returned_of_another(db: Session, applicant: Actor, clerk: Actor) -> tuple[Application, Correction, Voice]:
    """Handed in by who acts, sent back for two points; and the person with their slip."""
    application = submitted(db, applicant, "proxy")
    ask(db, clerk, application)
    slip = find_live_slip(db, application.person_id)
    assert slip is not None
    return application, db.scalars(select(Correction)).one(), Voice(VISITOR, "slip", slip.id)


def run_timers(db: Session) -> None:
    while run_next_timer(db, REGION) is not None:
        db.flush()


def test_days_to_put_right_stand_still_while_the_person_objects(
    db: Session, clerk: Actor, applicant: Actor, clock_at: ClockAt
) -> None:
    application, correction, voice = returned_of_another(db, applicant, clerk)
    assert correction.due_on == DUE
    clock_at("2026-12-09T10:00:00+08:00")  # Wednesday: three working days are left
    object_to_it(db, voice, application.reference, "我不想这样办")
    assert read_progress(db, application).is_held
    clock_at("2026-12-21T10:00:00+08:00")
    lapse_correction(db, correction.id)
    run_timers(db)
    assert application.state == "returned"
    take_objection_back(db, voice, application.reference)
    assert correction.due_on == date(2026, 12, 24)  # three working days after Monday 21 December
    assert not read_progress(db, application).is_held
    clock_at("2026-12-24T10:00:00+08:00")
    run_timers(db)
    assert application.state == "returned"
    clock_at("2026-12-25T10:00:00+08:00")
    run_timers(db)
    assert application.state == "lapsed"


def test_objection_of_the_last_day_leaves_a_day_and_one_of_a_moment_moves_nothing(
    db: Session, clerk: Actor, applicant: Actor, clock_at: ClockAt
) -> None:
    application, correction, voice = returned_of_another(db, applicant, clerk)
    object_to_it(db, voice, application.reference)
    take_objection_back(db, voice, application.reference)
    assert correction.due_on == DUE
    clock_at("2026-12-14T10:00:00+08:00")
    object_to_it(db, voice, application.reference)
    clock_at("2026-12-16T10:00:00+08:00")
    take_objection_back(db, voice, application.reference)
    assert correction.due_on == date(2026, 12, 17)
