"""Clocks that call for help: at half time, when late, and again; who is told, and what the lists say."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.store.absences import Absence
from portal.store.accounts import Account
from portal.store.applications import Application
from portal.store.audit import AuditEvent
from portal.store.messages import Message, Timer
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.calendar_days import add_calendar_day
from portal.usecases.claims import claim, release
from portal.usecases.escalation import list_causes, note_still_late
from portal.usecases.progress import get_progress
from portal.usecases.review_queue import list_queue
from portal.usecases.timed import run_next_timer
from portal.usecases.transitions import open_entry, pause, resume, set_due
from tests.support.office import DEFINITION, DESK, REGION, prepare, resident, staff_account, submitted

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

STEP = next(step for step in DEFINITION.service.steps if step.id == "intake")


@pytest.fixture
def applicant(db: Session) -> Actor:
    prepare(db)
    return resident(db)


@pytest.fixture
def application(db: Session, applicant: Actor) -> Application:
    """Due on Tuesday 24 November; the next working days are the 25th, 26th, 27th and 30th."""
    return submitted(db, applicant)


@pytest.fixture
def clerk(db: Session, applicant: Actor) -> Actor:
    return with_mail(db, staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0])


@pytest.fixture
def head(db: Session, applicant: Actor) -> Actor:
    return with_mail(db, staff_account(db, "head", Role.LEAD, DESK)[0])


def with_mail(db: Session, actor: Actor) -> Actor:
    account = db.get_one(Account, actor.signed_in_id)
    account.work_mail = f"{account.login_name}@example.invalid"
    return actor


def on(clock_at: Callable[[Any], None], day: date, hour: int = 9) -> None:
    clock_at(datetime.combine(day, time(hour), clock.SHANGHAI))


def work(db: Session) -> None:
    """What the worker does with the due timers."""
    db.flush()
    while run_next_timer(db, REGION) is not None:
        pass


def told(db: Session, actor: Actor, word: str) -> int:
    found = db.scalars(select(Message).where(Message.account_id == actor.account_id))
    return sum(message.subject.startswith(word) for message in found)


def recorded(db: Session) -> list[str]:
    found = select(AuditEvent.tag).where(AuditEvent.tag.startswith("step:")).order_by(AuditEvent.id)
    return list(db.scalars(found))


def test_half_time_is_said_to_the_officer_and_on_the_row(
    db: Session, application: Application, clerk: Actor, head: Actor
) -> None:
    claim(db, clerk, application.reference)
    entry = application.entries[0]
    entry.counted_from_on = date(2026, 11, 20)
    set_due(db, entry, STEP.model_copy(update={"clock": STEP.clock.model_copy(update={"days": 2})}))
    assert (entry.half_on, entry.due_on) == (date(2026, 11, 23), date(2026, 11, 24))
    work(db)
    assert (told(db, clerk, "时间过半"), told(db, head, "")) == (1, 0)
    row = list_queue(db, clerk, "mine").rows[0]
    assert (row.is_half, row.days_left, row.causes) == (True, 1, ())


def test_applicant_and_office_see_the_same_days(
    db: Session, application: Application, applicant: Actor, clerk: Actor, clock_at: Callable[[Any], None]
) -> None:
    for day in (date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 27)):
        on(clock_at, day)
        row = list_queue(db, clerk, "unit").rows[0]
        seen = get_progress(db, applicant, application.reference).current
        assert seen is not None
        assert (seen.days_left, seen.is_half) == (row.days_left, row.is_half)


def test_late_step_is_said_to_the_officer_and_to_the_head_and_again_every_two_working_days(
    db: Session, application: Application, clerk: Actor, head: Actor, clock_at: Callable[[Any], None]
) -> None:
    claim(db, clerk, application.reference)
    on(clock_at, date(2026, 11, 25))
    work(db)
    assert (told(db, clerk, "超期"), told(db, head, "超期")) == (1, 1)
    letter = db.scalars(select(Message).where(Message.account_id == head.account_id)).one()
    assert "超期1个工作日。现在在clerk（示例）手里。" in letter.body
    on(clock_at, date(2026, 11, 26))
    work(db)
    assert told(db, head, "超期") == 1
    on(clock_at, date(2026, 11, 27))
    work(db)
    assert (told(db, clerk, "超期"), told(db, head, "超期")) == (2, 2)
    waiting = db.scalars(select(Timer).where(Timer.kind == "step_still_late", Timer.done_at.is_(None))).one()
    assert clock.shanghai(waiting.due_at).date() == date(2026, 12, 1)
    assert [tag for tag in recorded(db) if "late" in tag] == ["step:late", "step:still_late"]


def test_what_nobody_took_is_said_to_the_head_as_that(
    db: Session, application: Application, head: Actor, clock_at: Callable[[Any], None]
) -> None:
    on(clock_at, date(2026, 11, 25))
    work(db)
    letter = db.scalars(select(Message).where(Message.account_id == head.account_id)).one()
    assert "现在没有人领取。" in letter.body


def test_calls_end_when_the_clock_stands_and_begin_again_when_it_runs_late(
    db: Session, application: Application, head: Actor, clock_at: Callable[[Any], None]
) -> None:
    on(clock_at, date(2026, 11, 25))
    work(db)
    entry = open_entry(application)
    assert entry is not None
    pause(db, entry, "suspended")
    waiting = select(Timer).where(Timer.kind == "step_still_late", Timer.done_at.is_(None))
    assert db.scalars(waiting).all() == []
    note_still_late(db, REGION, entry.id)
    assert told(db, head, "超期") == 1
    resume(db, entry, STEP)
    assert entry.due_on == date(2026, 11, 24)
    on(clock_at, date(2026, 11, 26))
    work(db)
    assert told(db, head, "超期") == 2


def test_call_that_comes_after_the_day_was_put_off_is_not_made(
    db: Session, application: Application, head: Actor
) -> None:
    note_still_late(db, REGION, application.entries[0].id)
    assert (told(db, head, "超期"), recorded(db)) == (0, [])


def test_late_row_says_that_its_officer_is_away(
    db: Session, application: Application, clerk: Actor, clock_at: Callable[[Any], None]
) -> None:
    claim(db, clerk, application.reference)
    entry = application.entries[0]
    db.add(
        Absence(
            account_id=clerk.signed_in_id,
            unit_code=DESK,
            role=Role.DESK_CLERK,
            from_on=date(2026, 11, 25),
            to_on=date(2026, 11, 26),
            entered_by_id=clerk.signed_in_id,
            entered_at=clock.now(),
        )
    )
    db.flush()
    assert list_causes(db, [entry]) == {}
    on(clock_at, date(2026, 11, 25))
    assert list_queue(db, clerk, "late").rows[0].causes == ["absent"]
    on(clock_at, date(2026, 11, 27))
    assert list_queue(db, clerk, "late").rows[0].causes == ()


def test_moved_days_are_said_to_the_officer_and_to_the_head_once_a_day(
    db: Session, application: Application, applicant: Actor, clerk: Actor, head: Actor
) -> None:
    other = submitted(db, resident(db), own={"p_id_number": "880000199502170035"})
    for one in (application, other):
        claim(db, clerk, one.reference)
    add_calendar_day(db, SYSTEM, date(2026, 11, 24), "示例通知", is_working=False)
    work(db)
    assert application.entries[0].due_on == date(2026, 11, 25)
    assert (told(db, clerk, "申请的最后一天变了"), told(db, head, "申请的最后一天变了")) == (1, 1)


def test_unclaimed_work_whose_day_moved_is_said_to_the_head_alone(
    db: Session, application: Application, clerk: Actor, head: Actor
) -> None:
    claim(db, clerk, application.reference)
    release(db, clerk, application.reference)
    add_calendar_day(db, SYSTEM, date(2026, 11, 24), "示例通知", is_working=False)
    work(db)
    assert (told(db, clerk, "申请的"), told(db, head, "申请的")) == (0, 1)


def test_holiday_between_does_not_count_as_a_day_late(
    db: Session, application: Application, applicant: Actor, clock_at: Callable[[Any], None]
) -> None:
    on(clock_at, date(2026, 11, 30))
    seen = get_progress(db, applicant, application.reference).current
    assert seen is not None
    assert seen.days_left == -4
    assert clock.today() - seen.due_on == timedelta(days=6)
