"""Dates are counted again when the calendar changes; who was told a date is told the new one."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.store import Store
from portal.store.accounts import Account
from portal.store.applications import Application, Correction
from portal.store.audit import AuditEvent
from portal.store.messages import Message, Timer
from portal.usecases import recounting
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.calendar import get_calendar, morning_after, recount_from
from portal.usecases.calendar_days import (
    add_calendar_day,
    missing_holidays,
    publish_year,
    remove_calendar_day,
)
from portal.usecases.claims import claim
from portal.usecases.contact_values import TypedContact
from portal.usecases.contacts import new_contact
from portal.usecases.corrections import lapse_correction
from portal.usecases.decisions import Deciding, PointAsked
from portal.usecases.review import decide
from portal.usecases.timed import run_next_timer
from tests.support.companions import assert_companions
from tests.support.office import DESK, REGION, prepare, resident, staff_account, submitted

pytestmark = pytest.mark.monday_morning

PAPER = "示例市通知〔2026〕1号"
HOLIDAY = date(2026, 11, 24)  # the Tuesday after Monday 23 November


@pytest.fixture
def applicant(db: Session) -> Actor:
    prepare(db)
    actor = resident(db)
    new_contact(db, db.get_one(Account, actor.signed_in_id), TypedContact("phone", "19900000001"))
    return actor


@pytest.fixture
def asked(db: Session, applicant: Actor) -> Correction:
    """What somebody has to put right by the fourteenth of December."""
    clerk = staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]
    application = submitted(db, applicant)
    claim(db, clerk, application.reference)
    deciding = Deciding("ask_more", points=[PointAsked("person-name", "C03", "请照身份证写")])
    decide(db, clerk, application.reference, REGION, version=application.version, deciding=deciding)
    return db.scalars(select(Correction)).one()


def recount(db: Session) -> None:
    """Let the worker do what waits, as it does within seconds."""
    db.flush()
    while run_next_timer(db, REGION) is not None:
        pass


def told(db: Session) -> list[str]:
    found = db.scalars(select(Message).where(Message.unique_key.startswith("recount-")).order_by(Message.id))
    return [message.body for message in found]


def recorded(db: Session) -> list[str]:
    found = select(AuditEvent.tag).where(AuditEvent.tag.endswith(":recount")).order_by(AuditEvent.id)
    return list(db.scalars(found))


def test_new_holiday_puts_off_the_step_and_tells_the_applicant(db: Session, applicant: Actor) -> None:
    entry = submitted(db, applicant).entries[0]
    before = entry.due_on
    add_calendar_day(db, SYSTEM, HOLIDAY, PAPER, is_working=False)
    recount(db)
    assert (before, entry.due_on) == (date(2026, 11, 24), date(2026, 11, 25))
    assert recorded(db) == ["step:recount"]
    assert [words.endswith("您的申请这一步，现在最晚11月25日办完。") for words in told(db)] == [True]
    assert_companions(db)


def test_holiday_that_is_taken_back_moves_the_step_back(db: Session, applicant: Actor) -> None:
    entry = submitted(db, applicant).entries[0]
    before = entry.due_on
    add_calendar_day(db, SYSTEM, HOLIDAY, PAPER, is_working=False)
    recount(db)
    remove_calendar_day(db, SYSTEM, HOLIDAY)
    recount(db)
    assert entry.due_on == before
    assert recorded(db) == ["step:recount", "step:recount"]
    assert_companions(db)


def test_counting_again_what_did_not_move_changes_and_says_nothing(db: Session, applicant: Actor) -> None:
    entry = submitted(db, applicant).entries[0]
    waiting = set(db.scalars(select(Timer.unique_key).where(Timer.kind == "step_late")))
    recount_from(db)
    recount(db)
    assert (recorded(db), told(db), entry.due_on) == ([], [], date(2026, 11, 24))
    assert set(db.scalars(select(Timer.unique_key).where(Timer.kind == "step_late"))) == waiting


def test_last_day_of_a_correction_is_put_off_and_never_brought_forward(
    db: Session, asked: Correction, clock_at: Callable[[str], None]
) -> None:
    assert asked.due_on == date(2026, 12, 14)
    add_calendar_day(db, SYSTEM, HOLIDAY, PAPER, is_working=False)
    recount(db)
    assert asked.due_on == date(2026, 12, 15)
    assert [words.endswith("您要补正的申请，现在最晚12月15日交。") for words in told(db)] == [True]
    remove_calendar_day(db, SYSTEM, HOLIDAY)
    recount(db)
    assert (asked.due_on, recorded(db)) == (date(2026, 12, 15), ["correction:recount"])
    assert_companions(db)
    clock_at("2026-12-15T12:00+08:00")
    lapse_correction(db, asked.id)
    assert db.get_one(Application, asked.application_id).state == "returned"
    clock_at("2026-12-16T00:05+08:00")
    recount(db)
    assert db.get_one(Application, asked.application_id).state == "lapsed"


def test_acceptance_by_silence_waits_for_a_new_holiday_too(db: Session, applicant: Actor) -> None:
    application = submitted(db, applicant)
    waiting = select(Timer.due_at).where(Timer.kind == "deemed", Timer.subject == application.id)
    assert db.scalars(waiting).one() == morning_after(date(2026, 11, 30))
    add_calendar_day(db, SYSTEM, HOLIDAY, PAPER, is_working=False)
    recount(db)
    assert db.scalars(waiting).one() == morning_after(date(2026, 12, 1))


def test_step_whose_clock_stands_is_counted_when_it_runs_again(db: Session, asked: Correction) -> None:
    entry = db.get_one(Application, asked.application_id).entries[0]
    before = entry.due_on
    add_calendar_day(db, SYSTEM, HOLIDAY, PAPER, is_working=False)
    recount(db)
    assert (entry.due_on, entry.is_paused) == (before, True)


def test_published_year_takes_away_that_a_date_is_provisional(
    db: Session, applicant: Actor, clock_at: Callable[[str], None]
) -> None:
    clock_at("2027-12-31T09:00+08:00")
    entry = submitted(db, applicant).entries[0]
    assert (entry.due_on, entry.is_due_provisional) == (date(2028, 1, 3), True)
    for day in (date(2028, 1, 3), *missing_holidays(get_calendar(db), 2028)):
        add_calendar_day(db, SYSTEM, day, PAPER, is_working=False)
    for year in (2027, 2028):
        publish_year(db, SYSTEM, year, PAPER)
    recount(db)
    assert (entry.due_on, entry.is_due_provisional) == (date(2028, 1, 4), False)
    assert len(told(db)) == 1


def test_many_applications_are_counted_in_batches_and_none_is_left_out(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounting, "BATCH", 2)
    with store.transaction() as db:
        prepare(db)
        for _ in range(5):
            submitted(db, resident(db), own={"p_id_type": "none"})
        add_calendar_day(db, SYSTEM, HOLIDAY, PAPER, is_working=False)
    with store.transaction() as db:
        recount(db)
        assert recorded(db) == ["step:recount"] * 5
