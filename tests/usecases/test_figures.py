"""Figures of a unit: what is counted day by day says the same as what is counted when somebody looks."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.rules.errors import NotAllowed
from portal.store.applications import StepEntry
from portal.store.figures import CountedDay, DecisionDay, StepDay
from portal.store.ratings import Rating
from portal.usecases.actor import Actor
from portal.usecases.daily_figures import count_next_day
from portal.usecases.figures import Figures, get_figures
from tests.support.chain import BELOW, chain_staff, lead, up_to
from tests.support.office import COUNTY, OTHER_COUNTY, prepare, resident, submitted
from tests.support.second_looks import head_of

pytestmark = pytest.mark.monday_morning


@pytest.fixture
def staff(db: Session) -> dict[str, Actor]:
    prepare(db)
    return chain_staff(db)


def refused_after_a_week(db: Session, staff: dict[str, Actor], clock_at: Callable[[str], None]) -> None:
    """Two that come on Monday: one is refused at the end of the next Monday, one still stands there."""
    first = submitted(db, resident(db))
    second = submitted(db, resident(db), own={"p_id_no": "unknown"})
    lead(db, staff, first, up_to(BELOW, "accept"))
    lead(db, staff, second, up_to(BELOW, "forward"))
    clock_at("2026-11-30T09:00+08:00")
    lead(db, staff, first, ("below", "propose_refusal", "refuse"))
    db.flush()


def as_of(found: Figures) -> tuple[object, ...]:
    return (
        found.ended,
        found.ended_late,
        found.steps,
        found.decisions,
        found.refusals,
        found.refusal_reasons,
    )


def test_counted_day_by_day_or_at_once_the_figures_are_the_same(
    db: Session, staff: dict[str, Actor], clock_at: Callable[[str], None]
) -> None:
    refused_after_a_week(db, staff, clock_at)
    head = head_of(db)
    at_once = as_of(get_figures(db, head, 30))
    clock_at("2026-12-01T00:30+08:00")
    counted = 0
    while count_next_day(db):
        counted += 1
    days = db.scalars(select(CountedDay.day).order_by(CountedDay.day)).all()
    assert (counted, str(days[0]), str(days[-1])) == (8, "2026-11-23", "2026-11-30")
    assert as_of(get_figures(db, head, 30)) == at_once
    assert not count_next_day(db)


def test_steps_decisions_and_reasons_are_those_of_the_unit(
    db: Session, staff: dict[str, Actor], clock_at: Callable[[str], None]
) -> None:
    refused_after_a_week(db, staff, clock_at)
    found = get_figures(db, head_of(db), 30)
    assert {(one.step, one.count, one.median) for one in found.steps} == {
        ("acceptance", 1, 0),
        ("review", 1, 0),
        ("decision", 1, 0),
    }
    assert (found.ended, found.ended_late) == (3, 0)
    assert (found.decisions, found.corrections, found.refusals) == (3, 0, 1)
    assert [(one.reason, one.count) for one in found.refusal_reasons] == [("R13", 1)]
    hospital = get_figures(db, Actor("staff", 1, True, None, "hospital_first", "880001"), 30)
    assert [(one.step, one.median) for one in hospital.steps] == [("assessment", 5)]
    elsewhere = get_figures(db, head_of(db, OTHER_COUNTY, "elsewhere"), 30)
    assert as_of(elsewhere) == (0, 0, [], 0, 0, [])


def test_a_short_period_leaves_out_what_was_before(
    db: Session, staff: dict[str, Actor], clock_at: Callable[[str], None]
) -> None:
    refused_after_a_week(db, staff, clock_at)
    assert get_figures(db, head_of(db), 7).ended == 2


def test_what_ended_after_its_day_is_late_and_what_stands_is_due(
    db: Session, staff: dict[str, Actor], clock_at: Callable[[str], None]
) -> None:
    application = submitted(db, resident(db))
    lead(db, staff, application, up_to(BELOW, "forward"))
    entry = db.scalars(select(StepEntry).where(StepEntry.closed_at.is_(None))).one()
    clock_at(f"{entry.due_on}T09:00+08:00")
    head = head_of(db)
    assert get_figures(db, head, 30).due_soon.count == 1
    clock_at("2027-03-01T09:00+08:00")
    assert (get_figures(db, head, 30).late.count, get_figures(db, head, 30).due_soon.count) == (1, 0)
    lead(db, staff, application, ("accept",))
    found = get_figures(db, head, 30)
    assert (found.ended, found.ended_late, found.late.count) == (1, 1, 0)


def test_two_ratings_are_not_broken_down_and_three_are(
    db: Session, staff: dict[str, Actor], clock_at: Callable[[str], None]
) -> None:
    application = submitted(db, resident(db))
    head = head_of(db)
    for stage, grades in (("acceptance", {}), ("process", {}), ("close", {1: 2, 5: 1})):
        grade = 5 if stage == "process" else 1
        about = {"unit_code": COUNTY, "aspects": [], "consent": "unnamed", "created_at": clock.now()}
        db.add(Rating(application_id=application.id, stage=stage, grade=grade, **about))
        db.flush()
        assert get_figures(db, head, 7).grades == grades


def test_daily_figures_name_nobody() -> None:
    for table in (StepDay, DecisionDay, CountedDay):
        assert not {"application_id", "person_id", "account_id"} & set(table.__table__.columns.keys())


def test_who_sits_in_no_unit_has_no_figures(db: Session) -> None:
    with pytest.raises(NotAllowed):
        get_figures(db, Actor("staff", 1), 30)
