"""Timers on both databases: in order, once, late ones too, and one that fails holds up no other."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from secrets import token_urlsafe
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.config import Settings
from portal.gateways import from_settings
from portal.store import Store, open_store
from portal.store.accounts import Account
from portal.store.applications import AnswerPage, Application, Correction, StepEntry
from portal.store.audit import AuditEvent
from portal.store.messages import Message, NoticeRow, Timer
from portal.usecases.actor import Actor
from portal.usecases.applications import save_page, start_application
from portal.usecases.calendar import morning_of
from portal.usecases.contact_values import TypedContact
from portal.usecases.contacts import new_contact
from portal.usecases.timed import MOST_ATTEMPTS, TIMED, TimerFailed, put_off, run_next_timer
from portal.usecases.timers import set_timer
from portal.usecases.transitions import move, pause
from portal.worker import Worker
from tests.support.office import DEFINITION, REGION, prepare, resident, submitted

MONDAY = "2026-11-23T09:00+08:00"


@pytest.fixture(autouse=True)
def _monday_morning(clock_at: Callable[[str], None]) -> None:
    clock_at(MONDAY)


def run_all(store: Store, acts: Any = TIMED) -> list[int]:
    """What the worker does with the due timers."""
    done = []
    while True:
        try:
            with store.transaction() as db:
                timer = run_next_timer(db, REGION, acts)
            if timer is None:
                return done
            done.append(timer)
        except TimerFailed as failed:
            with store.transaction() as db:
                put_off(db, failed.timer_id)


def person_with_phone(db: Session) -> Actor:
    actor = resident(db)
    new_contact(db, db.get_one(Account, actor.signed_in_id), TypedContact("phone", "19900000001"))
    return actor


def draft(store: Store) -> int:
    with store.transaction() as db:
        prepare(db)
        actor = person_with_phone(db)
        application = start_application(db, actor, DEFINITION, "self", token_urlsafe(16))
        save_page(db, actor, application.reference, DEFINITION.pages[0].id, {})
        return application.id


def tags(store: Store) -> list[str]:
    with store.reading() as db:
        return list(db.scalars(select(AuditEvent.tag).order_by(AuditEvent.id)))


def bodies(store: Store) -> list[str]:
    with store.reading() as db:
        return list(db.scalars(select(Message.body).order_by(Message.id)))


def test_late_timers_run_once_and_in_order_after_downtime(
    store: Store, clock_at: Callable[[Any], None]
) -> None:
    with store.transaction() as db:
        for number in (3, 1, 2):
            set_timer(db, "note", number, clock.now() + timedelta(days=number))
    seen: list[int] = []
    acts = {"note": lambda db, region, subject: seen.append(subject)}
    assert run_all(store, acts) == []
    clock_at(clock.now() + timedelta(days=30))
    assert len(run_all(store, acts)) == 3
    assert seen == [1, 2, 3]
    assert run_all(store, acts) == []


def test_failing_timer_is_tried_again_later_and_holds_up_no_other(
    store: Store, clock_at: Callable[[Any], None]
) -> None:
    with store.transaction() as db:
        set_timer(db, "broken", 1, clock.now())
        set_timer(db, "note", 2, clock.now() + timedelta(seconds=1))
    clock_at(clock.now() + timedelta(minutes=1))
    seen: list[int] = []

    def broken(db: Session, _region: Any, subject: int) -> None:
        db.add(Timer(unique_key="half done", kind="x", subject=9, due_at=clock.now(), created_at=clock.now()))
        raise ZeroDivisionError

    acts = {"broken": broken, "note": lambda db, region, subject: seen.append(subject)}
    run_all(store, acts)
    assert seen == [2]
    with store.reading() as db:
        failed = db.scalars(select(Timer).where(Timer.kind == "broken")).one()
        assert (failed.attempts, failed.done_at) == (1, None)
        assert failed.leased_until == clock.now() + timedelta(minutes=1)
        assert db.scalar(select(Timer).where(Timer.unique_key == "half done")) is None
    for _ in range(MOST_ATTEMPTS):
        clock_at(clock.now() + timedelta(days=1))
        run_all(store, acts)
    with store.reading() as db:
        assert db.scalars(select(Timer.outcome).where(Timer.kind == "broken")).one() == "failed"


def test_timer_of_an_unknown_kind_is_kept_for_a_newer_worker(store: Store) -> None:
    with store.transaction() as db:
        set_timer(db, "tomorrow", 1, clock.now())
    run_all(store)
    with store.reading() as db:
        kept = db.scalars(select(Timer)).one()
        assert (kept.done_at, kept.attempts) == (None, 1)


@pytest.mark.postgres
def test_second_worker_leaves_timers_to_the_first(settings: Settings, store: Store) -> None:
    if store.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer")
    with store.transaction() as db:
        set_timer(db, "note", 1, clock.now())
        set_timer(db, "note", 2, clock.now())
    other = open_store(settings)
    acts = {"note": lambda db, region, subject: None}
    with store.transaction() as db:
        assert run_next_timer(db, REGION, acts) is not None
        with other.transaction() as second:
            assert run_next_timer(second, REGION, acts) is None
    with other.transaction() as second:
        assert run_next_timer(second, REGION, acts) is not None
    other.close()


def test_draft_is_warned_of_twice_and_then_deleted(store: Store, clock_at: Callable[[Any], None]) -> None:
    application = draft(store)
    with store.reading() as db:
        last = db.get_one(Application, application).draft_until_on
    for days_before in (14, 3):
        clock_at(morning_of(last - timedelta(days=days_before)))
        run_all(store)
    assert tags(store).count("draft:warn") == 2
    assert len(bodies(store)) == 2
    assert all(f"{last.month}月{last.day}日" in body and len(body) <= 70 for body in bodies(store))
    clock_at(morning_of(last + timedelta(days=1)))
    run_all(store)
    with store.reading() as db:
        assert db.get(Application, application) is None
        assert db.scalar(select(AnswerPage.id)) is None
    assert tags(store)[-1] == "draft:delete"


def test_both_late_warnings_on_one_day_are_one_message(store: Store, clock_at: Callable[[Any], None]) -> None:
    application = draft(store)
    with store.reading() as db:
        last = db.get_one(Application, application).draft_until_on
    clock_at(morning_of(last - timedelta(days=1)))
    assert len(run_all(store)) == 2
    assert len(bodies(store)) == 1


def test_submitted_application_is_never_deleted_as_a_draft(
    store: Store, clock_at: Callable[[Any], None]
) -> None:
    with store.transaction() as db:
        prepare(db)
        application = submitted(db, resident(db)).id
        set_timer(db, "draft_expiry", application, clock.now(), unique="stray")
    clock_at(clock.now() + timedelta(minutes=1))
    assert len(run_all(store)) == 1
    with store.reading() as db:
        assert db.get_one(Application, application).state == "in_review"


def returned(store: Store) -> tuple[int, date]:
    """An application that waits for its applicant; its id and the last day."""
    with store.transaction() as db:
        prepare(db)
        application = submitted(db, person_with_phone(db))
        officer = resident(db)
        due_on = date(2026, 12, 5)
        entry = application.entries[0]
        correction = Correction(
            application_id=application.id,
            entry_id=entry.id,
            asked_by_id=officer.signed_in_id,
            asked_at=clock.now(),
            due_on=due_on,
            is_due_provisional=False,
        )
        db.add(correction)
        move(db, officer, application, "return")
        pause(db, entry, "correction")
        db.flush()
        set_timer(db, "correction_due", correction.id, morning_of(due_on + timedelta(days=1)))
        return application.id, due_on


def test_correction_that_nobody_answered_ends_the_application_and_says_so(
    store: Store, clock_at: Callable[[Any], None]
) -> None:
    application, due_on = returned(store)
    clock_at(morning_of(due_on))
    run_all(store)
    with store.reading() as db:
        assert db.get_one(Application, application).state == "returned"
    clock_at(morning_of(due_on + timedelta(days=1)))
    run_all(store)
    with store.reading() as db:
        assert db.get_one(Application, application).state == "lapsed"
        assert list(db.scalars(select(NoticeRow.key).order_by(NoticeRow.id)))[-1] == "N18"


def test_slow_step_is_flagged_at_half_and_at_the_end_and_its_holder_is_told(
    store: Store, clock_at: Callable[[Any], None]
) -> None:
    with store.transaction() as db:
        prepare(db)
        entry = submitted(db, resident(db)).entries[0]
        holder = Account(kind="staff", login_name="holder", created_at=clock.now())
        db.add(holder)
        db.flush()
        new_contact(db, holder, TypedContact("email", "holder@example.org"))
        entry.claimed_by_id, entry.claimed_at = holder.id, clock.now()
        entry_id, due_on = entry.id, entry.due_on
    clock_at(datetime.combine(due_on + timedelta(days=1), datetime.min.time(), clock.SHANGHAI))
    run_all(store)
    assert [tag for tag in tags(store) if tag.startswith("step:")] == ["step:half", "step:late"]
    with store.reading() as db:
        told = [row.subject for row in db.scalars(select(Message).where(Message.channel == "mail"))]
        assert [subject[:2] for subject in told] == ["时间", "超期"]
        assert db.get_one(StepEntry, entry_id).closed_at is None


def test_paused_step_is_not_called_late(store: Store) -> None:
    application, _ = returned(store)
    with store.transaction() as db:
        entry = db.scalars(select(StepEntry).where(StepEntry.application_id == application)).one()
        set_timer(db, "step_late", entry.id, clock.now(), unique="stray")
    run_all(store)
    assert "step:late" not in tags(store)


def test_worker_goes_on_after_a_timer_that_fails(settings: Settings, store: Store) -> None:
    with store.transaction() as db:
        set_timer(db, "unknown", 1, clock.now())
        db.add(
            Message(
                unique_key="m",
                channel="mail",
                to="wang@example.org",
                subject="s",
                body="b",
                state="queued",
                created_at=clock.now(),
                due_at=clock.now(),
            )
        )
    Worker(settings, REGION, store, from_settings(settings)).turn()
    with store.reading() as db:
        assert db.scalars(select(Message.state)).one() == "sent"
        assert db.scalars(select(Timer.attempts)).one() == 1
