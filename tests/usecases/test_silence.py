"""What happens when nobody acts, on both databases: acceptance by silence, steps that end, go on or lapse."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.store.applications import Application, StepEntry
from portal.store.messages import NoticeRow
from portal.store.public_notices import Objection
from portal.store.tasks import Task
from portal.usecases.actor import VISITOR, Actor
from portal.usecases.objections import answer_objection, object_to
from portal.usecases.public_notices import find_posted_notice
from portal.usecases.review import get_review
from portal.usecases.review_queue import list_queue
from portal.usecases.silence import accept_by_silence, continue_step, end_step, lapse_step
from portal.usecases.timed import run_next_timer
from portal.usecases.transitions import due_of, open_entry
from tests.support.chain import GRANTED, HOSPITAL, chain_staff, deciding, lead, run, up_to
from tests.support.companions import assert_companions
from tests.support.office import (
    ANSWERS,
    COUNTY,
    DEFINITION,
    OTHER_COUNTY,
    REGION,
    prepare,
    resident,
    staff_account,
    submitted,
)

pytestmark = pytest.mark.monday_morning

ClockAt = Callable[[str], None]


@pytest.fixture
def staff(db: Session) -> dict[str, Actor]:
    prepare(db)
    return chain_staff(db)


def posted_slug(db: Session, application: Application) -> str:
    posted = find_posted_notice(db, application)
    assert posted is not None
    return posted.slug


def standing(application: Application) -> StepEntry:
    entry = open_entry(application)
    assert entry is not None
    return entry


def newest(db: Session, key: str) -> Mapping[str, Any]:
    found = db.scalars(select(NoticeRow).where(NoticeRow.key == key).order_by(NoticeRow.id.desc())).first()
    assert found is not None, f"no {key}"
    return found.facts


def run_timers(db: Session) -> None:
    while run_next_timer(db, REGION) is not None:
        pass


def test_five_working_days_of_silence_count_as_acceptance(
    db: Session, staff: dict[str, Actor], clock_at: ClockAt
) -> None:
    application = submitted(db, resident(db))
    clock_at("2026-11-30T23:00+08:00")
    run_timers(db)
    assert standing(application).step == "intake"
    clock_at("2026-12-01T09:00+08:00")
    run_timers(db)
    assert [(one.step, one.outcome) for one in application.entries] == [
        ("intake", "deemed"),
        ("assessment", None),
    ]
    assert (newest(db, "N02")["is_deemed"], newest(db, "N02")["accepted_on"]) == (True, "2026-12-01")
    assert standing(application).unit_code == HOSPITAL
    assert db.scalars(select(Task.kind).where(Task.kind == "deemed")).all() == ["deemed"]
    assert_companions(db)


def test_acceptance_in_time_leaves_nothing_to_silence(
    db: Session, staff: dict[str, Actor], clock_at: ClockAt
) -> None:
    application = submitted(db, resident(db))
    lead(db, staff, application, up_to(GRANTED, "accept"))
    clock_at("2026-12-20T09:00+08:00")
    accept_by_silence(db, REGION, application.id)
    assert [one.step for one in application.entries] == ["intake", "acceptance", "assessment"]


def test_public_notice_ends_by_itself_after_five_working_days(
    db: Session, staff: dict[str, Actor], clock_at: ClockAt
) -> None:
    application = submitted(db, resident(db))
    lead(db, staff, application, up_to(GRANTED, "met"))
    assert standing(application).due_on == date(2026, 11, 30)
    clock_at("2026-11-30T23:00+08:00")
    run_timers(db)
    assert standing(application).step == "public_notice"
    clock_at("2026-12-01T09:00+08:00")
    run_timers(db)
    assert standing(application).step == "review"
    assert_companions(db)


def test_public_notice_runs_on_over_the_national_day_holiday(
    db: Session, staff: dict[str, Actor], clock_at: ClockAt
) -> None:
    clock_at("2026-09-29T09:00+08:00")
    application = submitted(db, resident(db))
    lead(db, staff, application, up_to(GRANTED, "met"))
    assert standing(application).due_on == date(2026, 10, 12)


def test_an_objection_that_nobody_answered_keeps_the_notice_from_ending(
    db: Session, staff: dict[str, Actor], clock_at: ClockAt
) -> None:
    application = submitted(db, resident(db))
    lead(db, staff, application, up_to(GRANTED, "met"))
    entry = standing(application)
    object_to(db, VISITOR, posted_slug(db, application), "我认识他，他不住在这个村。")
    clock_at("2026-12-05T09:00+08:00")
    end_step(db, REGION, entry.id)
    assert standing(application).step == "public_notice"


def test_an_objection_that_is_right_keeps_the_notice_from_ending_by_itself(
    db: Session, staff: dict[str, Actor], clock_at: ClockAt
) -> None:
    application = submitted(db, resident(db))
    lead(db, staff, application, up_to(GRANTED, "met"))
    entry = standing(application)
    reference = object_to(db, VISITOR, posted_slug(db, application), "我认识他，他不住在这个村。")
    objection = db.scalars(select(Objection).where(Objection.reference == reference)).one()
    reviewer = staff["reviewer"]
    answer_objection(db, reviewer, application.reference, objection.id, "意见对。", is_upheld=True)
    clock_at("2026-12-05T09:00+08:00")
    end_step(db, REGION, entry.id)
    assert standing(application).step == "public_notice"


def test_unstable_illness_waits_for_its_day_and_is_then_told_again(
    db: Session, staff: dict[str, Actor], clock_at: ClockAt
) -> None:
    application = submitted(db, resident(db))
    lead(db, staff, application, up_to(GRANTED, "accept"))
    run(db, staff["hospital"], application, deciding("unstable"))
    entry = standing(application)
    assert (entry.is_paused, newest(db, "N06")["resume_on"]) == (True, "2027-01-22")
    assert_companions(db)
    clock_at("2027-01-22T10:00+08:00")
    run_timers(db)
    assert (entry.is_paused, entry.step) == (False, "assessment")
    assert due_of(db, entry, DEFINITION.service.steps[2]).on == entry.due_on
    told = db.scalars(select(NoticeRow.key).where(NoticeRow.application_id == application.id)).all()
    assert told.count("N07") == 2
    assert_companions(db)


def test_assessment_that_nobody_attends_lapses_after_ninety_days(
    db: Session, staff: dict[str, Actor], clock_at: ClockAt
) -> None:
    application = submitted(db, resident(db))
    lead(db, staff, application, up_to(GRANTED, "accept"))
    assert newest(db, "N07")["visit_by_on"] == "2027-02-21"
    entry = standing(application)
    clock_at("2027-02-21T23:00+08:00")
    lapse_step(db, REGION, entry.id)
    assert application.state == "in_review"
    clock_at("2027-02-22T09:00+08:00")
    run_timers(db)
    assert (application.state, newest(db, "N18")["step_kind"]) == ("lapsed", "assessment")
    assert_companions(db)


def test_who_waits_at_home_for_the_doctors_loses_nothing_when_they_do_not_come(
    db: Session, staff: dict[str, Actor], clock_at: ClockAt
) -> None:
    application = submitted(db, resident(db))
    lead(db, staff, application, up_to(GRANTED, "forward"))
    at_home = {"referred_hospital": "hospital_first", "assess_at": "home"}
    run(db, staff["reviewer"], application, deciding("accept", form=at_home))
    entry = standing(application)
    clock_at("2027-02-22T09:00+08:00")
    run_timers(db)
    lapse_step(db, REGION, entry.id)
    assert application.state == "in_review"
    assert_companions(db)


def test_time_of_an_unstable_illness_does_not_let_it_lapse(
    db: Session, staff: dict[str, Actor], clock_at: ClockAt
) -> None:
    application = submitted(db, resident(db))
    lead(db, staff, application, up_to(GRANTED, "accept"))
    run(db, staff["hospital"], application, deciding("unstable"))
    clock_at("2027-01-22T10:00+08:00")
    run_timers(db)
    clock_at("2027-03-01T10:00+08:00")
    run_timers(db)
    assert application.state == "in_review"
    clock_at("2027-04-23T10:00+08:00")
    run_timers(db)
    assert application.state == "lapsed"


def test_what_comes_too_late_or_twice_changes_nothing(
    db: Session, staff: dict[str, Actor], clock_at: ClockAt
) -> None:
    application = submitted(db, resident(db))
    lead(db, staff, application, up_to(GRANTED, "accept"))
    entry = standing(application)
    run(db, staff["hospital"], application, deciding("below"))
    clock_at("2027-06-01T10:00+08:00")
    before = application.version
    for act in (end_step, continue_step, lapse_step):
        act(db, REGION, entry.id)
        act(db, REGION, 10**9)
    accept_by_silence(db, REGION, application.id)
    assert (application.version, standing(application).step) == (before, "review")


def test_where_one_lives_takes_it_in_and_the_hukou_county_decides(
    db: Session, staff: dict[str, Actor]
) -> None:
    elsewhere = {
        **ANSWERS,
        "h_place": {"code": "880002001", "written": "2组"},
        "a_same_as_hukou": "no",
        "a_place": {"code": "880001001", "written": "1号"},
        "a_permit": "yes",
    }
    application = submitted(db, resident(db), own=elsewhere)
    assert (application.county, application.acceptance_county) == ("880002", "880001")
    there = staff_account(db, "there", Role.COUNTY_REVIEWER, OTHER_COUNTY, county="880002")[0]
    assert [row.reference for row in list_queue(db, there, "coming").rows] == [application.reference]
    seen = get_review(db, there, application.reference, REGION)
    assert (seen.obstacle, seen.clock.due.on if seen.clock else None) == (
        "other_unit",
        standing(application).due_on,
    )
    assert list_queue(db, staff["reviewer"], "coming").rows == ()
    lead(db, staff, application, up_to(GRANTED, "met"))
    assert [one.county for one in application.entries] == ["880001", "880001", "8800", "880001"]
    lead(db, staff, application, ("no_objection",))
    assert (standing(application).step, standing(application).unit_code) == ("review", OTHER_COUNTY)
    assert COUNTY in {one.unit_code for one in application.entries}
