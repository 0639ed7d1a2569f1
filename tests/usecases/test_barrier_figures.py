"""What everyone is told of accessibility complaints: month by month, how many were answered, and in time."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.store.figures import StepDay
from portal.store.messages import VisitorMessage
from portal.store.units import UnitRow
from portal.usecases.actor import VISITOR
from portal.usecases.applications import withdraw
from portal.usecases.barrier_figures import MonthOfAnswers, count_answers, published_steps
from portal.usecases.visitor_messages import leave_message
from tests.support.office import CATALOGUE, prepare, resident, submitted

Move = Callable[[str | datetime], None]
STEPS = (("sq-01", "answer_barrier"),)


def answered(db: Session, kind: str = "barrier") -> None:
    leave_message(db, VISITOR, kind, "读不出第二页的按钮")  # type: ignore[arg-type]
    newest = db.scalars(select(VisitorMessage).order_by(VisitorMessage.id.desc())).first()
    assert newest is not None
    newest.answered_at = clock.now()


def test_answers_are_counted_in_the_month_in_which_they_were_given(db: Session, clock_at: Move) -> None:
    clock_at("2026-11-02T09:00+08:00")
    answered(db)
    answered(db, "question")
    leave_message(db, VISITOR, "barrier", "放大以后看不到保存")
    waiting = db.scalars(select(VisitorMessage).order_by(VisitorMessage.id.desc())).first()
    clock_at("2026-12-01T00:30+08:00")
    found = count_answers(db, STEPS)
    assert found.months[:2] == (
        MonthOfAnswers(date(2026, 12, 1), 0, 0),
        MonthOfAnswers(date(2026, 11, 1), 1, 1),
    )
    assert (len(found.months), found.waiting) == (12, 1)
    assert waiting is not None
    waiting.answered_at = clock.now()
    found = count_answers(db, STEPS)
    assert found.months[0] == MonthOfAnswers(date(2026, 12, 1), 1, 0)
    assert found.waiting == 0


def test_steps_that_are_published_count_and_no_others(db: Session, clock_at: Move) -> None:
    prepare(db)
    clock_at("2026-11-23T09:00+08:00")
    unit = db.scalars(select(UnitRow.code)).first()
    rows = (("sq-01", "answer_barrier", False, 3), ("sq-01", "answer_barrier", True, 1),
            ("sq-01", "answer_complaint", False, 7), ("zj-01", "answer_barrier", False, 9))  # fmt: skip
    for service, step, is_late, count in rows:
        db.add(
            StepDay(
                unit_code=unit,
                day=date(2026, 11, 5),
                service_code=service,
                step=step,
                days=4,
                is_late=is_late,
                count=count,
            )
        )
    db.flush()
    assert count_answers(db, STEPS).months[0] == MonthOfAnswers(date(2026, 11, 1), 4, 3)


def test_only_what_is_open_at_a_published_step_or_was_said_of_barriers_waits(db: Session) -> None:
    prepare(db)
    applicant = resident(db)
    application = submitted(db, applicant)
    published = ((application.service_code, application.entries[0].step),)
    leave_message(db, VISITOR, "question", "补贴什么时候发")
    assert count_answers(db, published).waiting == 1
    assert count_answers(db, ((application.service_code, "decision"),)).waiting == 0
    assert count_answers(db, STEPS).waiting == 0
    withdraw(db, applicant, application.reference)
    assert count_answers(db, published).waiting == 0


def test_accessibility_complaints_have_a_published_step_of_their_own() -> None:
    assert published_steps([CATALOGUE.definition(code, "demo") for code in ("sq-01", "zj-01")]) == STEPS
