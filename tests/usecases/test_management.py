"""What administrators keep: the calendar, answers to visitors, how the portal stands."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.store.audit import AuditEvent
from portal.store.messages import Message
from portal.usecases.actor import VISITOR, Actor
from portal.usecases.answering import answer_visitor, get_written, list_answered, list_waiting
from portal.usecases.audit_seal import seal_events
from portal.usecases.calendar import get_calendar
from portal.usecases.calendar_days import (
    add_calendar_day,
    list_calendar_days,
    list_published_years,
    missing_holidays,
    publish_year,
    remove_calendar_day,
    unpublish_year,
    years_to_publish,
)
from portal.usecases.overview import check_audit, get_overview, list_units
from portal.usecases.visitor_messages import leave_message
from tests.support.workers import demo_region, make_worker

REGION = demo_region()
HOLIDAY = date(2026, 12, 1)  # a Tuesday


@pytest.fixture
def admin(db: Session, clock_at: Callable[..., None]) -> Actor:
    clock_at("2026-11-23T12:00:00+08:00")
    return make_worker(db, Role.ADMINISTRATOR).actor


def test_added_holiday_and_removed_holiday_change_the_calendar(db: Session, admin: Actor) -> None:
    add_calendar_day(db, admin, HOLIDAY, "示例市通知〔2026〕1号", is_working=False)
    assert not get_calendar(db).is_working(HOLIDAY)
    with pytest.raises(Conflict, match="day_is_known"):
        add_calendar_day(db, admin, HOLIDAY, "again", is_working=True)
    remove_calendar_day(db, admin, HOLIDAY)
    assert get_calendar(db).is_working(HOLIDAY)
    with pytest.raises(NotFound):
        remove_calendar_day(db, admin, HOLIDAY)
    tags = db.scalars(select(AuditEvent.tag).where(AuditEvent.stream == "calendar:days"))
    assert list(tags) == ["calendar:add", "calendar:remove"]


def test_days_that_are_past_stay_as_they_were(
    db: Session, admin: Actor, clock_at: Callable[..., None]
) -> None:
    with pytest.raises(Conflict, match="day_is_past"):
        add_calendar_day(db, admin, date(2026, 11, 22), "late", is_working=True)
    add_calendar_day(db, admin, date(2026, 11, 23), "today", is_working=False)
    clock_at("2026-11-24T08:00:00+08:00")
    with pytest.raises(Conflict, match="day_is_past"):
        remove_calendar_day(db, admin, date(2026, 11, 23))


def test_year_is_published_only_with_all_holidays_of_the_law(db: Session, admin: Actor) -> None:
    assert 2028 in years_to_publish(db, admin)
    with pytest.raises(Conflict, match="holidays_missing") as refused:
        publish_year(db, admin, 2028, "国办发明电〔2027〕1号")
    assert (refused.value.what or "").endswith("10月3日")
    for day in missing_holidays(get_calendar(db), 2028):
        add_calendar_day(db, admin, day, "国办发明电〔2027〕1号", is_working=False)
    publish_year(db, admin, 2028, "国办发明电〔2027〕1号")
    assert get_calendar(db).is_published(2028)
    assert [one.year for one in list_published_years(db, admin)] == [2028]
    with pytest.raises(Conflict, match="year_is_known"):
        publish_year(db, admin, 2028, "again")
    unpublish_year(db, admin, 2028)
    assert not get_calendar(db).is_published(2028)
    with pytest.raises(NotFound):
        unpublish_year(db, admin, 2028)


@pytest.mark.parametrize("year", [2025, 2026, 2029, 10**30])
def test_year_that_is_known_or_far_away_is_not_published(db: Session, admin: Actor, year: int) -> None:
    with pytest.raises(Conflict, match="year_is_known"):
        publish_year(db, admin, year, "x")


@pytest.mark.parametrize(
    ("contact", "way", "channel"),
    [
        ("19900000101", "sent", "sms"),
        ("a@example.invalid", "sent", "mail"),
        ("请写信到示例路1号", "by_hand", None),
        (None, "nobody", None),
    ],
)
def test_answer_goes_the_way_that_the_visitor_left(
    db: Session, admin: Actor, contact: str | None, way: str, channel: str | None
) -> None:
    reference = leave_message(db, VISITOR, "question", "怎么办？", contact=contact)
    assert get_written(db, admin, reference, REGION).way == way
    assert answer_visitor(db, admin, reference, "请到窗口。", REGION) == way
    sent = [(message.channel, "请到窗口。" in message.body) for message in db.scalars(select(Message))]
    assert sent == ([(channel, True)] if channel else [])


def test_answer_that_a_text_message_cannot_hold_is_left_to_people(db: Session, admin: Actor) -> None:
    reference = leave_message(db, VISITOR, "question", "怎么办？", contact="19900000101")
    assert answer_visitor(db, admin, reference, "请带身份证到窗口。" * 10, REGION) == "by_hand"
    assert db.scalars(select(Message)).all() == []


def test_message_waits_until_it_is_answered_and_is_answered_once(db: Session, admin: Actor) -> None:
    reference = leave_message(db, VISITOR, "barrier", "看不清", path="/services")
    assert [(one.reference, one.due_on) for one in list_waiting(db, admin)] == [
        (reference, date(2026, 11, 30))
    ]
    answer_visitor(db, admin, reference, "改好了。", REGION)
    db.flush()
    assert list_waiting(db, admin) == []
    assert [one.reference for one in list_answered(db, admin)] == [reference]
    with pytest.raises(Conflict, match="answered"):
        answer_visitor(db, admin, reference, "又改好了。", REGION)
    assert get_written(db, admin, reference, REGION).answer == "改好了。"


@pytest.mark.parametrize("reference", ["", "123", "261122045730", "x" * 500])
def test_message_without_such_a_reference_is_not_found(db: Session, admin: Actor, reference: str) -> None:
    with pytest.raises(NotFound):
        get_written(db, admin, reference, REGION)


def test_overview_counts_and_the_check_of_the_audit_is_clean(db: Session, admin: Actor) -> None:
    leave_message(db, VISITOR, "question", "怎么办？")
    db.flush()
    before = get_overview(db, admin)
    assert (before.staff, before.unanswered, before.unsent, before.failed) == (1, 1, 0, 0)
    assert before.units == len(REGION.units) == len(list_units(db, admin))
    assert before.sealed_at is None
    seal_events(db)
    db.flush()
    assert get_overview(db, admin).sealed_at is not None
    verdict = check_audit(db, admin)
    assert verdict is not None
    assert (verdict.breaks, verdict.unsealed) == ((), 0)


@pytest.mark.parametrize("role", [None, *(role for role in Role if role is not Role.ADMINISTRATOR)])
def test_everyone_but_administrators_is_refused(db: Session, role: Role | None) -> None:
    reference = leave_message(db, VISITOR, "question", "怎么办？")
    acts: tuple[Callable[[Actor], object], ...] = (
        lambda who: get_overview(db, who),
        lambda who: check_audit(db, who),
        lambda who: list_units(db, who),
        lambda who: list_calendar_days(db, who),
        lambda who: add_calendar_day(db, who, HOLIDAY, "x", is_working=False),
        lambda who: remove_calendar_day(db, who, HOLIDAY),
        lambda who: list_waiting(db, who),
        lambda who: list_answered(db, who),
        lambda who: get_written(db, who, reference, REGION),
        lambda who: answer_visitor(db, who, reference, "x", REGION),
    )
    for actor in (make_worker(db, role).actor, VISITOR, Actor("resident", 1)):
        for act in acts:
            with pytest.raises(NotAllowed):
                act(actor)
